"""A client's data as canonical tables in the engine: read once, kept in one database file beside the run.

The rows stay in the engine. Notebooks of the same run open the same file read-only, so a client's files are
read once however many notebooks there are; the file is rebuilt when a source or its mapping has changed.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.clean import Cleaned, clean_part, empty_table
from helpers.data.reading import SOURCE_ROW, RawFile, list_files, read_raw, union_by_name
from helpers.data.schema import TABLES
from helpers.data.spec import PartSpec, TableSpec
from helpers.errors import InputError

DATABASE = "client.duckdb"
READING_VERSION = 3  # raise when reading or cleaning changes what it produces


@dataclass(frozen=True)
class ClientData:
    """Canonical tables of one client. A table that was not supplied is there, without rows."""

    tables: dict[str, Table]
    specs: dict[str, TableSpec]
    received: pd.DataFrame  # table, files, rows_in, rows_kept, rows_set_aside, first_on, last_on
    quality: pd.DataFrame  # table, check, rows_found, rows_set_aside, handling
    inputs: pd.DataFrame  # table, path, sha256, rows
    con: Any

    def supplied(self) -> list[str]:
        return [name for name in TABLES if name in self.specs]

    def supplied_tables(self) -> dict[str, Table]:
        return {name: self.tables[name] for name in self.supplied()}

    def ratings(self) -> list[str]:
        return _merged(part.ratings for part in self._parts("surveys"))

    def attributes(self, table: str) -> list[str]:
        return _merged(part.attributes for part in self._parts(table))

    def outcomes(self) -> list[str]:
        return _merged(part.outcomes for part in self._parts("exposures"))

    def control(self) -> str:
        """The arm that got nothing; empty where the client has no campaigns."""
        return next((part.control for part in self._parts("exposures") if part.control), "")

    def rejected(self, table: str) -> pd.DataFrame:
        """The rows of a table that were set aside, as they came, with `reason`."""
        return self.con.table(f"rejected_{table}").execute()

    def close(self) -> None:
        self.con.disconnect()

    def _parts(self, table: str) -> tuple[PartSpec, ...]:
        return self.specs[table].parts if table in self.specs else ()


def open_data(specs: dict[str, TableSpec], as_of: date, folder: Path) -> ClientData:
    """Open a client's tables, reading the files unless `folder` holds them already, unchanged.

    Raises InputError for a source that is missing, unreadable, empty, without a needed column, or of which no
    row can be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / DATABASE
    fingerprint = _fingerprint(specs, as_of)
    if not _is_current(database, fingerprint):
        building = folder / f"{DATABASE}.{os.getpid()}"
        with contextlib.suppress(FileNotFoundError):
            building.unlink()
        try:
            _build(specs, as_of, building, fingerprint)
            building.replace(database)
        finally:
            building.unlink(missing_ok=True)
    con = ibis.duckdb.connect(str(database), read_only=True)
    notes = {name: con.table(f"about_{name}").execute() for name in ("received", "quality", "inputs")}
    tables = {name: con.table(name) if name in specs else empty_table(name) for name in TABLES}
    return ClientData(tables, specs, con=con, **notes)


def _build(specs: dict[str, TableSpec], as_of: date, database: Path, fingerprint: str) -> None:
    con = ibis.duckdb.connect(str(database))
    try:
        received, quality, inputs = [], [], []
        for name, spec in specs.items():
            parts = []
            for i, part in enumerate(spec.parts):
                raw = read_raw(con, part, f"part_{name}_{i}_raw")
                whole = union_by_name([file.table for file in raw])
                whole = whole.mutate(**{c: whole[c].cast("string") for c in whole.columns if c != SOURCE_ROW})
                parts.append((part, clean_part(con, whole, part, name, as_of, f"part_{name}_{i}")))
                inputs += _describe_inputs(name, raw)
            con.create_table(name, union_by_name([c.kept for _, c in parts]))
            con.create_table(f"rejected_{name}", union_by_name([c.rejected for _, c in parts]))
            received.append(_summarise(con, name, parts))
            checks = pd.concat([c.checks for _, c in parts])
            checks = checks.groupby(["check", "handling"], sort=False, as_index=False).sum()
            quality.append(checks[checks["rows_found"] > 0].assign(table=name))
            _refuse_unusable(received[-1], quality[-1], spec)
        _check_arms(con, specs)
        columns = ["table", "check", "rows_found", "rows_set_aside", "handling"]
        con.create_table("about_received", pd.DataFrame(received))
        con.create_table("about_quality", pd.concat(quality)[columns].reset_index(drop=True))
        con.create_table("about_inputs", pd.DataFrame(inputs))
        con.create_table("about_fingerprint", pd.DataFrame({"fingerprint": [fingerprint]}))
        for table in con.list_tables():
            if table.startswith("part_"):
                con.drop_table(table)
    finally:
        con.disconnect()


def _summarise(con: Any, name: str, parts: list[tuple[PartSpec, Cleaned]]) -> dict[str, Any]:
    kept, rows_in = con.table(name), sum(c.rows_in for _, c in parts)
    rows_kept, rows_aside = int(kept.count().execute()), int(con.table(f"rejected_{name}").count().execute())
    if rows_in != rows_kept + rows_aside:  # must never happen; a lost row is worse than no report
        raise AssertionError(f"{name}: {rows_in} rows in, {rows_kept} kept, {rows_aside} set aside")
    when = TABLES[name].date_column
    dated = when in kept.columns
    return {
        "table": name,
        "files": ", ".join(p.name for part, _ in parts for p in list_files(part)),
        "rows_in": rows_in,
        "rows_kept": rows_kept,
        "rows_set_aside": rows_aside,
        "first_on": pd.Timestamp(kept[when].min().execute()) if dated else pd.NaT,
        "last_on": pd.Timestamp(kept[when].max().execute()) if dated else pd.NaT,
    }


def _refuse_unusable(received: dict[str, Any], quality: pd.DataFrame, spec: TableSpec) -> None:
    if received["rows_kept"]:
        return
    worst = quality.sort_values("rows_set_aside", ascending=False).iloc[0]
    hint = "Check `columns` and `missing` for this table."
    if "not a date" in worst["check"]:
        hint = 'Dates that are not ISO need `date_format`, for example "%d/%m/%Y".'
    elif "not a number" in worst["check"]:
        hint = 'Numbers with a decimal comma need `decimal: ","`; codes for "no value" belong under `missing`.'
    raise InputError(
        f"None of the {received['rows_in']:,} rows of {spec.name} can be used: "
        f"{worst['rows_set_aside']:,} have the fault “{worst['check']}”",
        where=spec.parts[0].source,
        mend=hint,
    )


def _check_arms(con: Any, specs: dict[str, TableSpec]) -> None:
    """The control arm must be in every campaign, or no lift can be measured."""
    if "exposures" not in specs:
        return
    part = specs["exposures"].parts[0]
    arms = con.table("exposures").select("campaign", "arm").distinct().execute()
    for campaign, names in arms.groupby("campaign")["arm"]:
        if part.control not in set(names):
            raise InputError(
                f'The campaign "{campaign}" has no arm called "{part.control}", the control',
                where=part.source,
                allowed=", ".join(sorted(names)),
                mend="Name the arm that got nothing under data: exposures: control:.",
            )


def _describe_inputs(table: str, raw: list[RawFile]) -> list[dict[str, Any]]:
    return [{"table": table, "path": file.path, "sha256": file.sha256, "rows": file.rows} for file in raw]


def _fingerprint(specs: dict[str, TableSpec], as_of: date) -> str:
    """Changes when a file, its mapping or the date does. Content is hashed when the data are read."""
    described: list[Any] = [READING_VERSION, str(as_of)]
    for name, spec in specs.items():
        for part in spec.parts:
            files = [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in list_files(part)]
            described.append([name, repr(part), files])
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def _is_current(database: Path, fingerprint: str) -> bool:
    if not database.is_file():
        return False
    con = ibis.duckdb.connect(str(database), read_only=True)
    try:
        return con.table("about_fingerprint").fingerprint.execute().iloc[0] == fingerprint
    finally:
        con.disconnect()


def _merged(mappings: Iterable[Iterable[str]]) -> list[str]:
    """The names of all parts, each once, in order."""
    return list(dict.fromkeys(name for mapping in mappings for name in mapping))
