"""Splits marked rows into the canonical table and the rows set aside, which keep what the client sent.

A row is known by its part, file and number. The marks say which rows a check of their own sets aside, `late_rows` which
ones the table as a whole does; those alone are looked up in the source again, as they came. They are found there by
a hash of all that came, which a pass over the source in any order can do; should two different rows share a hash,
which is checked, or the engine have none, they are found by their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.clean import HASH, Marked, hash_row, identifies_rows, source_columns
from helpers.data.engines import Engine
from helpers.data.engines.duck import DuckEngine, read_parquet
from helpers.data.reading import FAULT, LINE, SOURCE, SOURCE_ROW, RawFile, union_by_name
from helpers.data.rules import BUILT_IN, NOTE, severity_of
from helpers.data.spec import PartSpec

PLACE = (SOURCE, SOURCE_ROW)


@dataclass(frozen=True)
class MarkedPart:
    """One part of a table: its rows with marks, and the same rows as they came."""

    spec: PartSpec
    marked: Marked
    raw: Table  # with kit_file and kit_row
    plain: Table  # the same rows where kit_row need not be counted, which is quicker


@dataclass
class SplitTable:
    """A table under way; `late_rows` are those that only the table as a whole sets aside."""

    engine: Engine
    name: str
    parts: list[MarkedPart]
    merged: Table | None = None  # customer_id, merged_into: customers that are another one, found before
    late_rows: Table | None = None  # kit_part, kit_file, kit_row, kit_reason
    lates: int = 0  # how often rows were set aside late
    contents: dict[int, Table] = field(default_factory=dict)  # by part: rows as they came, once each, by their hash

    def kept(self, *more: str) -> Table:
        """The canonical rows, with kit_part, kit_file and kit_row (and `more`)."""
        return union_by_name([self._kept_of(i, more) for i in range(len(self.parts))])

    def _kept_of(self, i: int, more: tuple[str, ...]) -> Table:
        marked = self.parts[i].marked
        rows = marked.rows.filter(marked.usable()).mutate(kit_part=ibis.literal(i, "int64"))
        if self.late_rows is not None:
            rows = rows.anti_join(self._late_of(i), PLACE)
        if self.merged is not None and "customer_id" in marked.columns:
            rows = rows.left_join(self.merged, "customer_id")
            rows = rows.mutate(customer_id=ibis.coalesce(rows.merged_into, rows.customer_id))
        return rows.select(*marked.columns, *more, *PLACE, "kit_part")

    def set_aside(self, found: Table, reason: str) -> None:
        """Keep out rows of the kept ones; `found` has kit_part, kit_file and kit_row."""
        rows = found.select("kit_part", *PLACE, kit_reason=ibis.literal(reason))
        held = self.engine.hold(rows, f"late_{self.name}_{self.lates}")
        self.late_rows = held if self.late_rows is None else self.late_rows.union(held)
        self.lates += 1

    def keep(self) -> Table:
        """The canonical table as it stays: over what is stored alone, without anything of this session."""
        if self.late_rows is not None:
            self.late_rows = self.engine.store(self.late_rows, f"late_{self.name}")
        return self.kept().drop("kit_part")

    def aside_of(self, i: int) -> Table:
        """The rows that a check of their own sets aside: kit_file, kit_row, kit_number of the check."""
        marked = self.parts[i].marked
        aside = marked.rows.mutate(kit_number=marked.reason())
        aside = aside.filter(aside.kit_number.notnull()).select(*PLACE, "kit_number")
        return aside.anti_join(self._late_of(i), PLACE) if self.late_rows is not None else aside

    def rejected(self) -> Table:
        return union_by_name([self.rejected_of(i) for i in range(len(self.parts))])

    def rejected_of(self, i: int) -> Table:
        """The rows set aside, as they came: kit_file, kit_row, reason, then the source's columns as text."""
        part, aside = self.parts[i], self.aside_of(i)
        names = enumerate(check.name for check in part.marked.checks)
        reason = ibis.cases(*[(aside.kit_number == k, name) for k, name in names])
        aside = aside.select(*PLACE, kit_reason=reason)
        if self.late_rows is not None:
            aside = aside.union(self._late_of(i).select(*PLACE, "kit_reason"))
        if HASH in part.marked.rows.columns:
            aside = part.marked.rows.select(*PLACE, HASH).inner_join(aside, PLACE)
        aside = self.engine.hold(aside, f"aside_{self.name}_{i}")
        came = self.contents_of(i, aside)
        joined = aside.inner_join(came, HASH) if came is not None else part.raw.inner_join(aside, PLACE)
        fault = joined[FAULT] if FAULT in joined.columns else ibis.null("string")
        as_came = {_as_received(c): joined[c].cast("string") for c in source_columns(part.raw)}
        as_came |= {LINE: joined[LINE]} if LINE in joined.columns else {}
        return joined.select(*PLACE, reason=ibis.coalesce(fault, joined.kit_reason), **as_came)

    def contents_of(self, i: int, wanted: Table) -> Table | None:
        """What came in the rows that share a hash with `wanted`, once each; None where different rows share one, or
        where the engine has no hash."""
        if HASH not in wanted.columns:
            return None
        held = self.contents.get(i)
        if held is None or wanted.anti_join(held, HASH).count().execute():
            plain = self.parts[i].plain
            came = plain.drop([c for c in PLACE if c in plain.columns]).mutate(**{HASH: hash_row(plain)})
            came = came.semi_join(wanted.select(HASH).distinct(), HASH).distinct()
            held = self.contents[i] = self.engine.hold(came, f"came_{self.name}_{i}")
        counted = held.aggregate(rows=held.count(), hashes=held[HASH].nunique()).execute().iloc[0]
        return held if counted["rows"] == counted["hashes"] else None

    def _late_of(self, i: int) -> Table:
        assert self.late_rows is not None
        return self.late_rows.filter(self.late_rows.kit_part == i)


def store_rows(engine: Engine, marked: Marked, name: str, files: Sequence[RawFile]) -> Marked:
    """Keep the marked rows, in their order.

    Rows without kit_row came file by file, in order: their place in DuckDB's Parquet file tells it.
    """
    stored = engine.store(marked.rows, name)
    if SOURCE_ROW in marked.rows.columns:
        return marked.on(stored)
    assert isinstance(engine, DuckEngine)
    rows = read_parquet(engine.con, engine.path(name), numbered=True)
    first, cases = 0, []
    for file in files:
        cases.append((rows[SOURCE] == file.label, file.header_row + 1 - first))
        first += file.rows
    number = rows.file_row_number + ibis.cases(*cases, else_=ibis.null("int64"))
    return marked.on(rows.mutate(**{SOURCE_ROW: number}).drop("file_row_number"))


def find_repeats(split: SplitTable) -> list[dict[str, Any]]:
    """Count rows equal to an earlier one of their part, in every column the client sent, and set them aside."""
    rule = BUILT_IN["identical_lines"]
    counts = []
    for i, part in enumerate(split.parts):
        repeats = _repeats_of(split, i)
        if repeats is None:
            continue
        severity = severity_of("identical_lines", part.spec)
        handling = rule.handling(severity)
        if not identifies_rows(part.marked.columns, part.spec, split.name):
            severity, handling = NOTE, "kept: without an identifier, equal rows may be different customers"
        found = int(repeats.count().execute())
        counts.append({"check": rule.phrase, "rows_found": found, "handling": handling, "severity": severity})
        if severity != NOTE:
            # A row that cannot be read, or that nobody asked for, is set aside for that.
            earlier = part.marked.rows.filter(part.marked.reason() < part.marked.leading)
            split.set_aside(repeats.anti_join(earlier, PLACE), rule.phrase)
    return counts


def _repeats_of(split: SplitTable, i: int) -> Table | None:
    """The second and later of equal rows: kit_part, kit_file, kit_row; None where every row is the only one."""
    part, engine = split.parts[i], split.engine
    rows = part.marked.rows
    if HASH in rows.columns:
        shared = rows.group_by(HASH).aggregate(kit_n=rows.count()).filter(lambda t: t.kit_n > 1)
        shared = engine.hold(shared.select(HASH), f"shared_{split.name}_{i}")
        if not shared.count().execute():
            return None
        # What came in the rows that will be set aside is wanted later; one look at the source does for both.
        aside = rows.filter(~part.marked.usable()).select(HASH)
        came = split.contents_of(i, shared.union(aside))
        suspects, equal = rows.select(*PLACE, HASH).semi_join(shared, HASH), [HASH]
        if came is None:
            suspects, equal = part.raw.semi_join(suspects, PLACE), source_columns(part.raw)
    else:
        suspects, equal = part.raw, source_columns(part.raw)
    copy = ibis.row_number().over(group_by=equal, order_by=list(PLACE))
    repeats = suspects.mutate(kit_copy=copy).filter(lambda t: t.kit_copy > 0)
    repeats = repeats.select(*PLACE, kit_part=ibis.literal(i, "int64"))
    repeats = engine.hold(repeats, f"repeats_{split.name}_{i}")
    return repeats if repeats.count().execute() else None


def count_checks(split: SplitTable, whole: list[dict[str, Any]]) -> pd.DataFrame:
    """check, rows_found, rows_set_aside, handling, severity: every check that found a row.

    `whole` has what rules of the whole table found.
    """
    late = {}
    if split.late_rows is not None:
        rows = split.late_rows
        late = rows.group_by("kit_reason").aggregate(n=rows.count()).execute().set_index("kit_reason")["n"].to_dict()
    counts = [{**count, "rows_set_aside": 0} for count in whole]
    for count in counts:
        count["rows_set_aside"] = int(late.pop(count["check"], 0))  # once, where several parts share a rule
    for i, part in enumerate(split.parts):
        aside = split.aside_of(i)
        by_reason = aside.group_by("kit_number").aggregate(n=aside.count()).execute().set_index("kit_number")["n"]
        for number, (check, found) in enumerate(zip(part.marked.checks, part.marked.rows_found(), strict=True)):
            counts.append(
                {
                    "check": check.name,
                    "rows_found": found,
                    "rows_set_aside": int(by_reason.get(number, 0)),
                    "handling": check.handling,
                    "severity": check.severity,
                }
            )
    frame = pd.DataFrame(counts, columns=["check", "rows_found", "rows_set_aside", "handling", "severity"])
    frame = frame.groupby(["check", "handling", "severity"], sort=False, as_index=False).sum()
    elsewhere = (frame["severity"] != NOTE) & (frame["rows_set_aside"] == 0)
    frame["handling"] = frame["handling"].mask(elsewhere, "counted under another fault")
    return frame[frame["rows_found"] > 0].reset_index(drop=True)


def _as_received(column: str) -> str:
    return f"{column} (as received)" if column.casefold() == "reason" else column
