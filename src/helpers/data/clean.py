"""From text as it came to a canonical table: map, cast, and set aside what cannot be used, with its reason.

Every raw row ends in exactly one of two places: the canonical table, or the rejected rows, which keep the
source's own columns as text plus `reason`. A row with several faults is set aside under the first of them, in
the order of the checks; `rows_found` counts every row that shows a trait, whatever became of it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import pandas as pd
from ibis.expr.types import BooleanValue, Table, Value

from helpers.data.reading import FAULT, SOURCE, SOURCE_ROW
from helpers.data.schema import TABLES
from helpers.data.spec import PartSpec
from helpers.errors import InputError, nearest

REASON = "kit_reason"
TRUE, FALSE = ("true", "yes", "y", "1", "t"), ("false", "no", "n", "0", "f")


@dataclass(frozen=True)
class Check:
    """A trait a row may have, and what is done about it."""

    name: str
    found: BooleanValue
    handling: str
    sets_aside: bool = True


@dataclass(frozen=True)
class Cleaned:
    kept: Table  # canonical columns, typed, plus kit_file and kit_row
    rejected: Table  # the source's columns as text, after kit_file, kit_row and reason
    checks: pd.DataFrame  # check, rows_found, rows_set_aside, handling
    rows_in: int


@ibis.udf.scalar.builtin
def try_strptime(text: str, form: str) -> dt.timestamp:
    """The engine's own: a timestamp, or null where the text does not fit the format."""


def clean_part(con: Any, raw: Table, part: PartSpec, table: str, as_of: date, name: str) -> Cleaned:
    """Clean one part of `table`; intermediate tables are called `name…` in the engine.

    Raises InputError when a mapped column is not in the source, or a required one is not mapped.
    """
    mapped = _map_columns(raw, part, table)
    marked = _cast(raw, mapped, part)
    con.create_table(f"{name}_cast", marked, overwrite=True)
    marked = con.table(f"{name}_cast")
    kinds = {column: kind for column, (kind, _) in mapped.items()}
    marked = _derive(marked, kinds, table)
    checks = _checks(marked, raw, kinds, part, table, as_of)
    marked = marked.mutate(**{_found(i): check.found for i, check in enumerate(checks)})
    reasons = [(marked[_found(i)], ibis.literal(c.name)) for i, c in enumerate(checks) if c.sets_aside]
    marked = marked.mutate(**{REASON: ibis.cases(*reasons, else_=ibis.null("string"))})
    con.create_table(f"{name}_marked", marked, overwrite=True)
    marked = con.table(f"{name}_marked")
    kept = marked.filter(marked[REASON].isnull())
    kept = kept.select(
        *[kept[_typed(c)].name(c) for c in _canonical_order(kinds, table)], kept[SOURCE], kept[SOURCE_ROW]
    )
    rejected = marked.filter(marked[REASON].notnull())
    as_came = {f"{c} (as received)" if c.casefold() == "reason" else c: rejected[c] for c in _source_columns(raw)}
    rejected = rejected.select(SOURCE, SOURCE_ROW, reason=rejected[REASON], **as_came)
    return Cleaned(kept, rejected, _count_checks(marked, checks), int(marked.count().execute()))


def empty_table(table: str) -> Table:
    """A canonical table without rows, for what the client did not supply."""
    types = {c.name: _TYPES[c.kind] for c in TABLES[table].columns}
    if table == "orders":
        types["is_return"] = "boolean"
    frame = pd.DataFrame({c: pd.Series(dtype="object") for c in types})
    return ibis.memtable(frame, schema=ibis.schema(types))


_TYPES = {"id": "string", "text": "string", "date": "timestamp(6)", "number": "float64", "flag": "boolean"}


def _map_columns(raw: Table, part: PartSpec, table: str) -> dict[str, tuple[str, Any]]:
    """Canonical column -> (kind, text from the source or a constant)."""
    there = _source_columns(raw)
    by_folded = {c.strip().casefold(): c for c in there}

    def source_of(column: str, canonical: str) -> Any:
        return raw[_find_column(column, raw, part, f"{table}.{canonical} is mapped to", "columns")]

    mapped: dict[str, tuple[str, Any]] = {}
    for column in TABLES[table].columns:
        if column.name in part.set:
            mapped[column.name] = (column.kind, ibis.literal(str(part.set[column.name])))
        elif column.name in part.columns:
            mapped[column.name] = (column.kind, source_of(part.columns[column.name], column.name))
        elif column.name in by_folded:
            mapped[column.name] = (column.kind, raw[by_folded[column.name]])
    for rating, column_name in part.ratings.items():
        mapped[rating] = ("number", source_of(column_name, rating))
    for attribute, (_, column_name) in part.attributes.items():
        mapped[attribute] = ("text", source_of(column_name, attribute))
    for outcome in part.outcomes:
        mapped[outcome] = ("number", source_of(outcome, outcome))
    if table == "exposures" and "campaign" not in mapped:
        mapped["campaign"] = ("text", raw[SOURCE].re_replace(r"\..*$", ""))
    needed = [c.name for c in TABLES[table].columns if c.required and c.name not in mapped]
    if table == "orders" and "amount" not in mapped and not {"quantity", "unit_price"} <= mapped.keys():
        needed.append("amount (or quantity and unit_price)")
    if needed:
        raise InputError(
            f"The table {table} needs {', '.join(needed)}, and no column of this source is mapped to it",
            where=part.source,
            allowed=f"the source has {', '.join(there)}",
            mend=f"Name the column under data: {table}: columns: in the parameter file.",
        )
    return mapped


def _find_column(name: str, raw: Table, part: PartSpec, said: str, key: str) -> str:
    """The source's column of that name; blanks around it and case may differ. `said` begins the sentence if none is."""
    there = _source_columns(raw)
    by_folded = {c.strip().casefold(): c for c in there}
    actual = name if name in there else by_folded.get(name.strip().casefold())
    if actual is None:
        hint = nearest(name, there)
        raise InputError(
            f'{said} "{name}", a column this source does not have',
            where=part.source,
            allowed=", ".join(there),
            mend=f'Did you mean "{hint}"?' if hint else f"Correct `{key}` in the parameter file.",
        )
    return actual


def _cast(raw: Table, mapped: dict[str, tuple[str, Any]], part: PartSpec) -> Table:
    """Add, for every canonical column, its typed value and whether the cast failed."""
    columns: dict[str, Value] = {}
    for column, (kind, text) in mapped.items():
        codes = part.missing.get(column, [])
        if column in part.ratings:
            codes = [*part.missing.get("ratings", []), *codes]
        text = text.strip().nullif("")
        if codes:
            text = text.isin([str(c).strip() for c in codes]).ifelse(ibis.null("string"), text)
        typed = _to_kind(text, kind, part)
        columns[_typed(column)] = typed
        if kind in ("number", "date", "flag"):
            columns[_failed(column)] = text.notnull() & typed.isnull()
    return raw.mutate(**columns)


def _to_kind(text: Any, kind: str, part: PartSpec) -> Value:
    if kind == "id":  # a spreadsheet turns 17850 into 17850.0
        return text.re_replace(r"^(\d+)\.0+$", r"\1")
    if kind == "number":
        if part.decimal == ",":
            text = text.replace(".", "").replace(",", ".")
        number = text.try_cast("float64")
        return (number.isnan() | number.isinf()).ifelse(ibis.null("float64"), number)
    if kind == "date":
        return try_strptime(text, part.date_format) if part.date_format else text.try_cast("timestamp(6)")
    if kind == "flag":
        lower = text.lower()
        return ibis.cases((lower.isin(TRUE), True), (lower.isin(FALSE), False), else_=ibis.null("boolean"))
    return text


def _derive(marked: Table, kinds: dict[str, str], table: str) -> Table:
    """Columns the canonical table computes from others."""
    if table != "orders":
        return marked
    if "amount" not in kinds:
        marked = marked.mutate(**{_typed("amount"): marked[_typed("quantity")] * marked[_typed("unit_price")]})
        kinds["amount"] = "number"
    kinds["is_return"] = "flag"
    return marked.mutate(**{_typed("is_return"): marked[_typed("amount")] < 0})


def _checks(marked: Table, raw: Table, kinds: dict[str, str], part: PartSpec, table: str, as_of: date) -> list[Check]:
    """The traits looked for, in the order in which a row is set aside under the first that applies."""
    checks = [Check("the row cannot be read", marked[FAULT].notnull(), "set aside")]
    for column, values in part.filter.items():
        actual = _find_column(column, raw, part, "The filter names", "filter")
        outside = ~marked[actual].strip().isin(values).fill_null(False)
        checks.append(Check(f"left out by the filter on {column}", outside, "set aside, as asked for"))
    duplicate = _is_repeat(marked, [c for c in raw.columns if c != SOURCE_ROW])
    if "id" not in kinds.values():
        kept_because = "kept: without an identifier, equal rows may be different customers"
    else:
        kept_because = "kept, as asked for" if part.duplicates == "keep" else ""
    handling = kept_because or "set aside, the first one kept"
    checks.append(Check("exact duplicate", duplicate, handling, sets_aside=not kept_because))
    required = {c.name for c in TABLES[table].columns if c.required}
    for column, kind in kinds.items():
        if kind in ("number", "date", "flag") and _failed(column) in marked.columns:
            what = {"number": "a number", "date": "a date", "flag": "yes or no"}[kind]
            checks.append(Check(f"{column} is not {what}", marked[_failed(column)], "set aside"))
    for column in kinds:
        if column in required or (table == "orders" and column == "amount"):
            sources = ("amount", "quantity", "unit_price") if column == "amount" else (column,)
            failed = [marked[_failed(c)] for c in sources if _failed(c) in marked.columns]
            blank = marked[_typed(column)].isnull() & ~ibis.or_(*failed)
            checks.append(Check(f"no {column}", blank, "set aside"))
    checks += _rules(marked, kinds, table, as_of)
    return checks


def _rules(marked: Table, kinds: dict[str, str], table: str, as_of: date) -> list[Check]:
    """What is known to go wrong in each table."""

    def has(column: str) -> bool:
        return column in kinds

    def column(name: str) -> Any:
        return marked[_typed(name)]

    checks = []
    when = TABLES[table].date_column
    if has(when):
        end = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
        late = (column(when) >= end).fill_null(False)
        checks.append(Check(f"dated after {as_of}", late, "set aside, after the report's date"))
    if table == "orders":
        price = column("unit_price") <= 0 if has("unit_price") else column("amount") == 0
        checks.append(Check("price is zero or below", price.fill_null(False), "set aside, not a sale"))
        checks.append(Check("return", column("is_return").fill_null(False), "kept, as a negative amount", False))
    if table == "customers":
        again = _is_repeat(marked, [_typed("customer_id")]) & column("customer_id").notnull()
        checks.append(Check("customer_id seen before", again, "set aside, the first one kept"))
    if table == "surveys":
        score = column("score")
        outside = ((score < 0) | (score > 10) | (score != score.round())).fill_null(False)
        checks.append(Check("score is not a whole number from 0 to 10", outside, "set aside"))
        if has("weight"):
            below = (column("weight") < 0).fill_null(False)
            checks.append(Check("weight is below zero", below, "set aside"))
    return checks


def _is_repeat(table: Table, columns: list[str]) -> BooleanValue:
    window = ibis.window(group_by=columns, order_by=[SOURCE, SOURCE_ROW])
    return ibis.row_number().over(window) > 0


def _count_checks(marked: Table, checks: list[Check]) -> pd.DataFrame:
    reasons = marked[REASON].value_counts(name="rows").execute().set_index(REASON)["rows"]
    found = marked.aggregate(**{f"c{i}": marked[_found(i)].sum() for i in range(len(checks))}).execute()
    return pd.DataFrame(
        {
            "check": [c.name for c in checks],
            "rows_found": [int(found[f"c{i}"].iloc[0]) for i in range(len(checks))],
            "rows_set_aside": [int(reasons.get(c.name, 0)) if c.sets_aside else 0 for c in checks],
            "handling": [
                "counted under another fault" if c.sets_aside and not reasons.get(c.name, 0) else c.handling
                for c in checks
            ],
        }
    )


def _canonical_order(kinds: dict[str, str], table: str) -> list[str]:
    listed = [c for c in TABLES[table].column_names if c in kinds]
    return listed + [c for c in kinds if c not in listed]


def _source_columns(raw: Table) -> list[str]:
    return [c for c in raw.columns if c not in (SOURCE, SOURCE_ROW, FAULT)]


def _typed(column: str) -> str:
    return f"typed__{column}"


def _failed(column: str) -> str:
    return f"failed__{column}"


def _found(i: int) -> str:
    return f"found__{i}"
