"""All tables of a client: read, each row marked, the table split into what is kept and what is set aside, and both
written to a folder. What cannot make a report is refused.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.cleaning.keeping import MarkedPart, SplitTable, came_whole, count_checks, store_rows
from helpers.data.cleaning.marking import mark_rows, source_columns
from helpers.data.cleaning.repeats import find_repeats
from helpers.data.cleaning.row_rules import NOTE, SET_ASIDE, STOP, computing
from helpers.data.cleaning.table_rules import apply_whole_rules, merge_customers
from helpers.data.engines import Engine, open_engine
from helpers.data.engines.duck import connect
from helpers.data.engines.questions import ask_together
from helpers.data.reading import RawFile, read_raw, rows_in_order, union_by_name
from helpers.data.reading.databases import read_database
from helpers.data.reading.warehouses import read_warehouse
from helpers.data.schema import TABLES, UNKNOWN
from helpers.data.spec import EVERYONE_ELSE, NO_ARM, NOBODY, ROW_NUMBER, PartSpec, TableSpec
from helpers.data.urls import is_database, is_warehouse
from helpers.errors import InputError

KEPT = "kept.json"  # by table: how the engine finds its rows
NOTES = ("received", "quality", "inputs")  # what was found, as `ClientData` tells it: a Parquet file each


def clean_tables(specs: dict[str, TableSpec], as_of: date, folder: Path, engine_name: str) -> None:
    """Read, clean and split every table; what is kept and what was set aside ends in `folder`."""
    engine = open_engine(engine_name, folder, as_written=True)
    files_con = engine.con if engine.reads_files else connect(folder, as_written=True)
    try:
        quality, inputs = [], []
        tables: dict[str, Table] = {}
        rejects: dict[str, Table] = {}
        merged: Table | None = None
        for name in sorted(specs, key=lambda table: table != "customers"):  # the others are held against them
            spec = specs[name]
            parts = [
                _read_and_mark(engine, files_con, part, name, as_of, f"{name}_{i}") for i, part in enumerate(spec.parts)
            ]
            files = [part.files for part in parts]
            _check_money(name, parts)
            _check_joins(name, parts, specs)
            split = SplitTable(engine, name, parts, merged)
            mended = [repair for found in files for file in found for repair in file.repairs]
            whole = [*_count_repairs(mended), *find_repeats(split), *apply_whole_rules(split, tables)]
            if merge := tuple(dict.fromkeys(c for part in spec.parts for c in part.merge)):
                merged = _merge(split, merge, whole)
            checks = count_checks(split, whole)
            _refuse_stopped(checks, spec)
            tables[name] = split.keep()
            rejects[name] = engine.store(split.rejected(), rejected_name(name))
            quality.append(checks.assign(table=name))
            inputs += [{**_describe_input(name, file), "label": file.label} for found in files for file in found]
            _refuse_unusable(sum(file.rows for found in files for file in found), checks, spec)
        _check_arms(tables, specs)
        kept = {name: engine.sql(table) for name, table in tables.items()}
        kept |= {rejected_name(name): engine.sql(table) for name, table in rejects.items()}
        received = _summarise(tables, rejects, pd.DataFrame(inputs))
        order = {name: i for i, name in enumerate(specs)}
        columns = ["table", "check", "rows_found", "rows_set_aside", "handling"]
        notes = (received, pd.concat(quality)[columns], pd.DataFrame(inputs).drop(columns="label"))
        for name, frame in zip(NOTES, notes, strict=True):
            frame = frame.sort_values("table", key=lambda t: t.map(order), kind="stable")
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        (folder / KEPT).write_text(json.dumps(kept), "utf-8")
    finally:
        engine.close()
        if not engine.reads_files:
            files_con.disconnect()


def _read_and_mark(engine: Engine, files_con: Any, part: PartSpec, table: str, as_of: date, name: str) -> MarkedPart:
    """Read a part, mark its rows and keep them in the engine, under `name`.

    Where the engine reads files itself, text files are trusted first to be what they look like, which saves a look at
    each row and is mostly so.
    """
    if is_warehouse(part.source):
        return _mark_part(engine, part, [read_warehouse(engine, part, f"part_{name}")], table, as_of, name)
    files = _read_part(files_con, part, f"part_{name}", trusting=engine.reads_files)
    if all(file.sure for file in files):
        return _mark_part(engine, part, files, table, as_of, name)
    try:
        marked = _mark_part(engine, part, files, table, as_of, name)
        if came_whole(marked):
            return marked
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except (InputError, duckdb.Error, ibis.common.exceptions.IbisError):
        pass  # what is wrong with the rows is for the close look below to say; anything else comes up again there
    return _mark_part(engine, part, _read_part(files_con, part, f"part_{name}", trusting=False), table, as_of, name)


def _read_part(con: Any, part: PartSpec, name: str, *, trusting: bool) -> list[RawFile]:
    if is_database(part.source):
        return [read_database(con, part, name)]
    return read_raw(con, part, name, trusting=trusting)


def _mark_part(engine: Engine, part: PartSpec, files: list[RawFile], table: str, as_of: date, name: str) -> MarkedPart:
    raw = union_by_name([file.table for file in files])
    raw = raw if is_warehouse(part.source) else engine.take(raw, f"came_{name}")
    in_order = rows_in_order(engine.con, files) if engine.reads_files and _place_tells(part, files, table) else None
    plain = raw if in_order is None else in_order
    marked = mark_rows(plain, part, table, as_of)
    with computing(part, table):
        return MarkedPart(part, store_rows(engine, marked, table, name, files), raw, plain, files)


def _place_tells(part: PartSpec, files: list[RawFile], table: str) -> bool:
    """Whether file and number of a row may be told from its place afterwards: nothing is made from them before."""
    named_after_files = table == "exposures" and "campaign" not in part.columns and len(files) > 1
    return ROW_NUMBER not in part.columns.values() and not named_after_files


def _count_repairs(mended: list[tuple[str, int]]) -> list[dict[str, Any]]:
    return [
        {"check": what, "rows_found": count, "handling": "mended on reading", "severity": NOTE}
        for what, count in mended
    ]


def _merge(split: SplitTable, columns: tuple[str, ...], whole: list[dict[str, Any]]) -> Table:
    """Make one customer of those that are one person; the others' rows are set aside, and counted in `whole`."""
    found = merge_customers(split, columns)
    reason = f"same {' or '.join(columns)} as an earlier customer"
    if len(found):
        split.set_aside(split.engine.bring(found, "merged_rows"), reason)
        done = {"handling": "merged into that customer", "severity": SET_ASIDE}
        whole.append({"check": reason, "rows_found": len(found), **done})
    return split.engine.bring(found[["customer_id", "merged_into"]], "merged")


def _summarise(tables: dict[str, Table], rejects: dict[str, Table], inputs: pd.DataFrame) -> pd.DataFrame:
    """What became of the rows of every table: see `ClientData.received`."""
    kept = []
    for name, table in tables.items():
        when = TABLES[name].date_column
        ends = {"first_on": table[when].min(), "last_on": table[when].max()} if when in table.columns else {}
        kept.append(table.aggregate(rows=table.count(), **ends))
    counts = ask_together([*kept, *(rejects[name].aggregate(rows=rejects[name].count()) for name in tables)])
    found = inputs.groupby("table").agg(files=("label", ", ".join), rows_in=("rows", "sum")).reindex(list(tables))
    found["rows_kept"] = [int(count["rows"][0]) for count in counts[: len(tables)]]
    found["rows_set_aside"] = [int(count["rows"][0]) for count in counts[len(tables) :]]
    for end in ("first_on", "last_on"):
        days = [count[end][0] if end in count else pd.NaT for count in counts[: len(tables)]]
        found[end] = pd.Series(days, found.index, dtype="datetime64[us]")
    found = found.reset_index(names="table")
    lost = found[found["rows_in"] != found["rows_kept"] + found["rows_set_aside"]]
    if len(lost):  # must never happen; a lost row is worse than no report
        raise AssertionError(f"rows in are not rows kept and set aside: {lost.to_dict('records')}")
    return found


def _refuse_stopped(checks: pd.DataFrame, spec: TableSpec) -> None:
    stopped = checks[checks["severity"] == STOP]
    if len(stopped):
        said = "; ".join(
            f"{r['rows_found']:,} row{'s' * (r['rows_found'] != 1)}: {r['check']}" for r in stopped.to_dict("records")
        )
        raise InputError(
            f"The table {spec.name} breaks a rule that ends the run: {said}",
            where=spec.parts[0].place,
            mend=f"Mend the source, filter those rows out, or change the rule's severity under data: {spec.name}: "
            "rules: to set_aside or note.",
        )


def _refuse_unusable(rows_in: int, quality: pd.DataFrame, spec: TableSpec) -> None:
    if quality["rows_set_aside"].sum() < rows_in:
        return
    worst = quality.sort_values("rows_set_aside", ascending=False).iloc[0]
    hint = "Check `columns` and `missing` for this table."
    if "not a date" in worst["check"]:
        hint = 'Dates that are not ISO need `date_format`, for example "%d/%m/%Y".'
    elif "not a number" in worst["check"]:
        hint = 'Numbers with a decimal comma need `decimal: ","`; codes for "no value" belong under `missing`.'
    raise InputError(
        f"None of the {rows_in:,} rows of {spec.name} can be used: "
        f"{worst['rows_set_aside']:,} have the fault “{worst['check']}”",
        where=spec.parts[0].place,
        mend=hint,
    )


def _check_money(table: str, parts: list[MarkedPart]) -> None:
    """Orders with amounts and orders without cannot be added up."""
    without = [part for part in parts if "amount" not in part.marked.columns]
    if table == "orders" and 0 < len(without) < len(parts):
        raise InputError(
            "Some parts of orders have amounts and this one has none, so what customers spent cannot be added up",
            where=without[0].spec.place,
            mend="Map amount (or quantity and unit_price) in every part of orders, or in none.",
        )


def _check_joins(table: str, parts: list[MarkedPart], specs: dict[str, TableSpec]) -> None:
    """Customers that are only numbered by row are not those that another table names."""
    listed = specs["customers"].parts if "customers" in specs else ()
    numbered = [part for part in listed if part.columns.get("customer_id") == ROW_NUMBER]
    if table != "customers" and numbered and any("customer_id" in part.marked.columns for part in parts):
        raise InputError(
            f"The customer list has no identifier, only row numbers, so it cannot be joined to {table}, which names "
            "its customers",
            where=numbered[0].place,
            mend="Map customer_id to the column that both have, or make the list a client of its own.",
        )


def _check_arms(tables: dict[str, Table], specs: dict[str, TableSpec]) -> None:
    """A campaign has one control, and the arm that it names must be in it, or no lift can be measured."""
    if "exposures" not in specs:
        return
    exposures = tables["exposures"]
    arms = exposures.select("arm", "control", campaign=exposures.campaign.fill_null(UNKNOWN)).distinct().execute()
    for campaign, found in arms.sort_values(["campaign", "control"]).groupby("campaign"):
        controls, names = list(found["control"].unique()), sorted(map(str, found["arm"].unique()))
        place = next(part.place for part in specs["exposures"].parts if (part.control or NOBODY) == controls[-1])
        if len(controls) > 1:
            raise InputError(
                f'The campaign "{campaign}" is in parts of exposures with different controls, '
                f"{' and '.join(f'“{name}”' for name in controls)}",
                where=place,
                mend="Give these parts the same `control`, or the campaigns names of their own.",
            )
        taken = [name for name in names if name.casefold() == EVERYONE_ELSE]
        if controls == [EVERYONE_ELSE] and taken:
            raise InputError(
                f'Rows of the campaign are in an arm called "{taken[0]}", and `control: {EVERYONE_ELSE}` stands '
                "for the customers who are not in the list",
                where=place,
                mend="Rename that arm under data: exposures: values: arm:, and name it as `control` if it got nothing.",
            )
        if controls[0] not in (*names, *NO_ARM):
            raise InputError(
                f'The campaign "{campaign}" has no arm called "{controls[0]}", the control',
                where=place,
                allowed=", ".join(names),
                mend="Name the arm that got nothing under data: exposures: control:. A campaign that left nobody out "
                f"goes into a part of its own, by `filter`, with `control: {EVERYONE_ELSE}` or `{NOBODY}`.",
            )


def _describe_input(table: str, file: RawFile) -> dict[str, Any]:
    columns = source_columns(file.table)
    return {"table": table, "path": file.path, "sha256": file.sha256, "rows": file.rows, "columns": columns}


def rejected_name(table: str) -> str:
    """What the rows set aside of a table are called."""
    return f"rejected_{table}"
