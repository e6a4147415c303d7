"""From rows as they came to rows of a canonical table: map, cast, and mark what is the matter with each.

Nothing is dropped here. Every row of the source becomes one row with the canonical columns and its marks: one bit a
check. Rows without a mark that sets aside are the canonical table; the others, as they came, are the rejected
rows (`helpers.data.client_data`). A row with several faults is set aside under the first of them, in the order of the
checks; the count of each check holds every row that shows it, whatever became of it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import BooleanValue, Table, Value

from helpers.data.cleaning.casting import (
    TYPES,
    FirstTexts,
    as_text,
    currency_of,
    guess_date_formats,
    guess_decimal,
    plain_number,
    repaired_number,
    to_kind,
)
from helpers.data.cleaning.row_rules import NOTE, SET_ASIDE, Check, row_checks, with_rules
from helpers.data.cleaning.survey_values import (
    IN_WORDS,
    SCALE,
    fault_column,
    own_faults,
    read_scores,
    said_yes,
    survey_checks,
    value_faults,
    without_faults,
    yes_or_no,
)
from helpers.data.engines.dialect import row_hash
from helpers.data.reading import FAULT, LINE, SOURCE, SOURCE_ROW
from helpers.data.schema import TABLES
from helpers.data.spec import CONTACTED, EVERY_COLUMN, EVERYONE_ELSE, NO_ARM, NOBODY, ROW_NUMBER, PartSpec
from helpers.errors import ColumnMissingError, InputError, nearest

HASH = "kit_hash"  # equal for equal rows; few others share it
CURRENCY = "kit_currency"  # the currency a row names, in a column or beside an amount
_BITS = 60  # checks a column of marks holds
_MONEY = {"orders": ("amount", "unit_price"), "subscriptions": ("monthly_fee",)}


@dataclass(frozen=True)
class Marked:
    """One part of a table, every row marked.

    rows: the canonical columns, kit_file, kit_row where the source carries it, kit_hash and the columns of marks
    columns: the canonical columns, in their order
    checks: what the bits stand for, from the lowest
    leading: how many checks, of the first, say that a row is not one at all: it cannot be read or was filtered out
    derived: the columns that `derive` computes from others
    """

    rows: Table
    columns: list[str]
    checks: list[Check]
    leading: int
    derived: list[str]

    def on(self, rows: Table) -> "Marked":
        """The same marks, read from where they were stored."""
        return replace(self, rows=rows)

    @property
    def marks(self) -> list[str]:
        """The columns of marks."""
        return [_marks(k) for k in range(_columns_of_marks(self.checks))]

    def usable(self) -> BooleanValue:
        """Whether no check of a row sets it aside."""
        masks = self._masks()
        return ibis.and_(*[(self.rows[_marks(k)] & mask) == 0 for k, mask in masks.items()])

    def reason(self) -> Value:
        """The place in `checks` of the first check that sets the row aside; null where none does."""
        cases = [
            ((self.rows[_marks(i // _BITS)] & (1 << i % _BITS)) != 0, i)
            for i, check in enumerate(self.checks)
            if check.severity != NOTE
        ]
        return ibis.cases(*cases, else_=ibis.null("int64")) if cases else ibis.null("int64")

    def tally(self) -> pd.DataFrame:
        """How many rows (kit_n) have which marks."""
        return self.rows.group_by(self.marks).aggregate(kit_n=self.rows.count()).execute()

    def count(self, tally: pd.DataFrame) -> list[tuple[int, int]]:
        """For each check, how many rows of a tally show it, and how many it sets aside, being the first to do so."""
        rows, aside, counts = tally["kit_n"].to_numpy(), np.zeros(len(tally), bool), []
        for i, check in enumerate(self.checks):
            shown = (tally[_marks(i // _BITS)].to_numpy() >> (i % _BITS)) & 1 == 1
            first = shown & ~aside & (check.severity != NOTE)
            counts.append((int(rows[shown].sum()), int(rows[first].sum())))
            aside |= first
        return counts

    def _masks(self) -> dict[int, int]:
        masks = dict.fromkeys(range(_columns_of_marks(self.checks)), 0)
        for i, check in enumerate(self.checks):
            if check.severity != NOTE:
                masks[i // _BITS] |= 1 << i % _BITS
        return masks


def mark_rows(raw: Table, part: PartSpec, table: str, as_of: date) -> Marked:
    """Map, cast and check the rows of one part of `table`.

    `raw` has the source's columns as they came and kit_file; kit_row and kit_fault too where the reader has them.
    Raises InputError when a mapped column is not in the source, a required one is not mapped, or the order of day
    and month cannot be told.
    """
    found = _map_columns(raw, part, table)
    kinds = _kinds(list(found), part, table)
    carried = [c for c in (SOURCE, SOURCE_ROW) if c in raw.columns]
    hashed = {} if (number := hash_row(raw)) is None else {HASH: number}
    flags: list[tuple[str, str, str]] = []  # what is said, severity, what was done
    # One step a select: each names what the one before computed, so that nothing is computed or written twice.
    first: dict[str, Any] = {}
    if FAULT in raw.columns:
        first[_flag(len(flags))] = raw[FAULT].notnull()
        flags.append(("cannot be read as a row", SET_ASIDE, ""))
    for column, values in part.filter.items():
        actual = find_column(column, raw, part, "The filter names", "filter")
        wanted = as_text(raw[actual]).cast("string").isin([str(v).strip() for v in values])
        first[_flag(len(flags))] = ~wanted.fill_null(False)
        flags.append((f"left out by the filter on {column}", SET_ASIDE, "set aside, as asked for"))
    leading = len(flags)
    rows = raw.select(
        **{_text(c): _blank_codes(as_text(value), c, part) for c, value in found.items()},
        **{c: raw[c] for c in carried},
        **hashed,
        **first,
    )
    if table == "surveys":
        rows, part = read_scores(rows, _text("score"), part, list(first))
    numbers = [c for c in found if kinds[c] == "number"]
    formats = {c: part.date_format.get(c) or part.date_format.get(EVERY_COLUMN, ()) for c in found}
    unknown = [c for c in found if kinds[c] == "date" and not formats[c]]
    sample = FirstTexts.of(rows, [_text(c) for c in (*([] if part.decimal else numbers), *unknown)])
    decimal = part.decimal or guess_decimal(sample, [_text(c) for c in numbers])
    for column in unknown:
        formats[column] = guess_date_formats(sample, _text(column), f"{table}.{column}", part.place)
    rows = rows.mutate(**{_plain(c): plain_number(rows[_text(c)], decimal) for c in numbers})
    if table == "surveys":
        worded = [c for c in yes_or_no(part, found) if rows[_text(c)].type().is_string()]
        rows = rows.mutate(**{_plain(c): ibis.coalesce(rows[_plain(c)], said_yes(rows[_text(c)])) for c in worded})
    typed = {c: ibis.coalesce(rows[_plain(c)], repaired_number(rows[_text(c)], decimal)) for c in numbers}
    for column in found:
        if column not in typed:
            typed[column] = to_kind(rows[_text(column)], kinds[column], formats[column])
    rows = rows.mutate(**typed)
    faults = value_faults(rows, part, found) if table == "surveys" else []
    rows = without_faults(rows, faults) if faults else rows
    before_derived = set(rows.columns)
    rows = derive(rows, table)
    derived = [c for c in rows.columns if c not in before_derived]
    later: dict[str, Any] = {}

    def flag(found: BooleanValue, said: str, severity: str = SET_ASIDE, done: str = "") -> None:
        later[_flag(len(flags))] = found
        flags.append((said, severity, done))

    excused = own_faults(part, found) if table == "surveys" else []
    for column in found:
        if kinds[column] in ("number", "date", "flag") and column not in excused:
            what = {"number": "a number", "date": "a date", "flag": "yes or no"}[kinds[column]]
            flag(rows[_text(column)].notnull() & rows[column].isnull(), f"{column} is not {what}")
    for said, groups in _never_blank(list(found), part, table):
        blank = [ibis.or_(*[rows[_text(c)].isnull() for c in group]) for group in groups]
        flag(ibis.and_(*blank), said)
    repaired = {c: rows[_plain(c)].isnull() & rows[c].notnull() for c in numbers}
    columns = _canonical_order([c for c in rows.columns if not c.startswith("kit_")], table)
    if table in _MONEY:
        money = [(rows[_text(c)], repaired[c]) for c in _MONEY[table] if c in repaired]
        later[CURRENCY] = currency_of(rows.currency if "currency" in found else None, money)
    before = len(flags)
    for column in numbers:
        if rows[_text(column)].type().is_string():
            flag(repaired[column], f"{column} written with a currency or thousands marks", NOTE, "read as numbers")
    if table == "exposures":
        rows = rows.mutate(control=ibis.literal(part.control or NOBODY))
        columns.append("control")
    if table == "surveys":
        rows = rows.mutate(**{SCALE: ibis.literal(part.scale)})
        columns.append(SCALE)
        flag(rows[IN_WORDS], "score written with words or signs", NOTE, "read as numbers")
    for i, fault in enumerate(faults):
        flag(rows[fault_column(i)], fault.said, fault.severity, fault.done)
    rows = with_rules(rows.select(*columns, *carried, *hashed, *first, **later), part, table)
    checks = [
        Check(said, rows[_flag(i)].fill_null(False), severity, done) for i, (said, severity, done) in enumerate(flags)
    ]
    own = survey_checks(rows, part) if table == "surveys" else []
    checks = [*checks[:before], *row_checks(rows, part, table, as_of), *own, *checks[before:]]
    marks = {_marks(k): _mark(checks[k * _BITS : (k + 1) * _BITS]) for k in range(_columns_of_marks(checks))}
    extra = [CURRENCY] if table in _MONEY else []
    return Marked(rows.select(*columns, *carried, *hashed, *extra, **marks), columns, checks, leading, derived)


def empty_table(table: str) -> Table:
    """A canonical table without rows, for what the client did not supply."""
    types = {c.name: TYPES[c.kind] for c in TABLES[table].columns}
    if table == "orders":
        types["is_return"] = "boolean"
    if table == "surveys":
        types[SCALE] = "string"
    if table == "exposures":
        types["control"] = "string"
    frame = pd.DataFrame({c: pd.Series(dtype="object") for c in types})
    return ibis.memtable(frame, schema=ibis.schema(types))


def hash_row(raw: Table) -> Value | None:
    """A number that equal rows share, and others hardly ever; all that came counts, also what could not be read.
    None where the engine has no such number."""
    return row_hash(raw, [c for c in raw.columns if c not in (SOURCE, SOURCE_ROW)])


def source_columns(raw: Table) -> list[str]:
    return [c for c in raw.columns if c not in (SOURCE, SOURCE_ROW, FAULT, LINE)]


def identifies_rows(columns: list[str], part: PartSpec, table: str) -> bool:
    """Whether equal rows can be told from rows of two customers that happen to be equal: by an identifier that came."""
    came = {c for c in columns if part.columns.get(c) != ROW_NUMBER}
    return any(c.kind == "id" and c.name in came for c in TABLES[table].columns)


def find_column(name: str, raw: Table, part: PartSpec, said: str, key: str) -> str:
    """The source's column of that name; blanks around it and case may differ. `said` begins the sentence if none is."""
    there = source_columns(raw)
    by_folded = {c.strip().casefold(): c for c in there}
    actual = name if name in there else by_folded.get(name.strip().casefold())
    if actual is None:
        hint = nearest(name, there)
        raise ColumnMissingError(
            f'{said} "{name}", a column this source does not have',
            column=name,
            there=there,
            where=part.place,
            mend=f'Did you mean "{hint}"?' if hint else f"Correct `{key}` in the parameter file.",
        )
    return actual


def _map_columns(raw: Table, part: PartSpec, table: str) -> dict[str, Value]:
    """Canonical column -> the source's value or a constant."""
    there = source_columns(raw)
    by_folded = {c.strip().casefold(): c for c in there}

    def source_of(column: str, canonical: str) -> Value:
        if column == ROW_NUMBER:
            return _row_number(raw)
        return raw[find_column(column, raw, part, f"{table}.{canonical} is mapped to", "columns")]

    mapped: dict[str, Value] = {}
    for column in TABLES[table].columns:
        if column.name in part.set:
            mapped[column.name] = ibis.literal(str(part.set[column.name]))
        elif column.name in part.columns:
            mapped[column.name] = source_of(part.columns[column.name], column.name)
        elif column.name in by_folded:
            mapped[column.name] = raw[by_folded[column.name]]
    chosen = {name: column for name, (_, column) in part.attributes.items()}
    for name, column_name in {**part.ratings, **chosen, **{o: o for o in part.outcomes}}.items():
        mapped[name] = source_of(column_name, name)
    if table == "exposures" and "campaign" not in mapped:
        mapped["campaign"] = raw[SOURCE].re_replace(r"\..*$", "")
    if table == "exposures" and part.control in NO_ARM and "arm" not in mapped:
        mapped["arm"] = ibis.literal(CONTACTED)
    needed = [c for c in _required(part, table) if c not in mapped]
    if TABLES[table].either and not TABLES[table].whole_groups(mapped):
        needed.append(TABLES[table].either_said)
    if needed:
        raise InputError(
            f"The table {table} needs {', '.join(needed)}, and no column of this source is mapped to it",
            where=part.place,
            allowed=f"the source has {', '.join(there)}",
            mend=f"Name the column under data: {table}: columns: in the parameter file.",
        )
    return mapped


def _required(part: PartSpec, table: str) -> list[str]:
    """The columns that must be mapped and never blank. Who is not listed in a campaign is told by customer_id."""
    listed = ["customer_id"] if table == "exposures" and part.control == EVERYONE_ELSE else []
    return [*(c.name for c in TABLES[table].columns if c.required), *listed]


def _never_blank(found: list[str], part: PartSpec, table: str) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """What is said of a row that has a blank in each of the groups of columns, and the groups."""
    for column in _required(part, table):
        yield f"no {column}", [(column,)]
    groups = TABLES[table].whole_groups(found)
    groups += [(TABLES[table].instead,)] if TABLES[table].instead in found else []
    if len(groups) == 1:  # each column by itself, so that the reader learns which one is blank
        for column in groups[0]:
            yield f"no {column}", [(column,)]
    elif groups:
        yield f"neither {' nor '.join(' and '.join(group) for group in groups)}", groups
    if table == "orders" and (amount := amount_columns(found)):
        yield "no amount", [amount]


def amount_columns(columns: Collection[str]) -> tuple[str, ...]:
    """The columns that tell the money of an order line; none where orders are told without."""
    if "amount" in columns:
        return ("amount",)
    return ("quantity", "unit_price") if {"quantity", "unit_price"} <= set(columns) else ()


def _row_number(raw: Table) -> Value:
    """The row's place as an identifier: one that no other row of the part has."""
    return raw[SOURCE] + ":" + raw[SOURCE_ROW].cast("string")


def _kinds(columns: list[str], part: PartSpec, table: str) -> dict[str, str]:
    canonical = {c.name: c.kind for c in TABLES[table].columns}
    numbers = dict.fromkeys((*part.ratings, *part.outcomes), "number")
    return {c: canonical.get(c) or numbers.get(c, "text") for c in columns}


def _blank_codes(text: Value, column: str, part: PartSpec) -> Value:
    """Replace what the client's own words and codes stand for: values first, then codes for "blank"."""
    group = "ratings" if column in part.ratings else ""
    words = {**part.values.get(group, {}), **part.values.get(column, {})}
    if words:
        plain = text.cast("string")
        folded = {word.strip().casefold(): value for word, value in words.items()}
        text = ibis.cases(*[(plain.lower() == word, value) for word, value in folded.items()], else_=plain)
    codes = [*part.missing.get(EVERY_COLUMN, []), *part.missing.get(group, []), *part.missing.get(column, [])]
    if not codes:
        return text
    given = text if text.type().is_string() else _plain_number(text)
    return given.isin([str(c).strip() for c in codes]).ifelse(ibis.null(text.type()), text)


def _plain_number(value: Value) -> Value:
    """A typed value as text that codes are written like: 11, not 11.0."""
    return to_kind(value, "id")


def derive(rows: Table, table: str) -> Table:
    """Columns the canonical table computes from others."""
    if table == "events" and "ended_at" in rows.columns and "duration_minutes" not in rows.columns:
        seconds = rows.ended_at.epoch_seconds() - rows.occurred_at.epoch_seconds()
        return rows.mutate(duration_minutes=seconds.cast("float64") / 60)
    if table != "orders":
        return rows
    if len(amount_columns(rows.columns)) == 2:
        rows = rows.mutate(amount=rows.quantity * rows.unit_price)
    if "amount" in rows.columns:
        return rows.mutate(is_return=rows.amount < 0)
    sent_back = (rows.quantity < 0).fill_null(False) if "quantity" in rows.columns else ibis.literal(False)
    return rows.mutate(is_return=sent_back)


def _mark(checks: list[Check]) -> Value:
    marks: Value = ibis.literal(0, "int64")
    for i, check in enumerate(checks):
        marks = marks + check.found.ifelse(ibis.literal(1 << i, "int64"), ibis.literal(0, "int64"))
    return marks


def _columns_of_marks(checks: list[Check]) -> int:
    return max(1, -(-len(checks) // _BITS))


def _marks(k: int) -> str:
    return f"kit_marks_{k}"


def _text(column: str) -> str:
    return f"kit_text_{column}"


def _plain(column: str) -> str:
    return f"kit_plain_{column}"


def _flag(i: int) -> str:
    return f"kit_flag_{i}"


def _canonical_order(columns: list[str], table: str) -> list[str]:
    derived = ["is_return"] if "is_return" in columns else []
    listed = [c for c in TABLES[table].column_names if c in columns]
    return [*listed, *(c for c in columns if c not in (*listed, *derived)), *derived]
