"""Splits marked rows into the canonical table and the rows set aside, which keep what the client sent.

A row is known by its part, file and number. The marks say which rows a check of their own sets aside, `late_rows` which
ones the table as a whole does; those alone are looked up in the source again, by their place, as they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.cleaning.marking import HASH, Marked, derive, hash_row, source_columns
from helpers.data.cleaning.row_rules import NOTE
from helpers.data.engines import Engine
from helpers.data.engines.duck import DuckEngine, read_parquet
from helpers.data.reading import FAULT, LINE, SOURCE, SOURCE_ROW, RawFile, rows_at, union_by_name
from helpers.data.spec import PartSpec

PLACE = (SOURCE, SOURCE_ROW)
STORED = "kit_stored"  # the place of a row among the stored ones of its part, from 0, where that tells file and number


@dataclass(frozen=True)
class MarkedPart:
    """One part of a table: its rows with marks, and the same rows as they came."""

    spec: PartSpec
    marked: Marked
    raw: Table  # with kit_file and kit_row
    plain: Table  # the same rows where kit_row need not be counted, which is quicker
    files: list[RawFile]

    @cached_property
    def tally(self) -> pd.DataFrame:
        """How many of its rows have which marks."""
        return self.marked.tally()

    @property
    def rows(self) -> int:
        return int(self.tally["kit_n"].sum())

    @cached_property
    def found(self) -> list[tuple[int, int]]:
        """For each check, how many rows show it, and how many it sets aside, being the first to do so."""
        return self.marked.count(self.tally)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns by which a row is found among the marked ones."""
        return (STORED,) if STORED in self.marked.rows.columns else PLACE

    def keyed(self, rows: Table) -> Table:
        """Rows known by their place, with the columns of `key`."""
        return rows.mutate(**{STORED: _stored_place(rows, self.files)}) if self.key == (STORED,) else rows


@dataclass
class SplitTable:
    """A table under way; `late_rows` are those that only the table as a whole sets aside."""

    engine: Engine
    name: str
    parts: list[MarkedPart]
    merged: Table | None = None  # customer_id, merged_into: customers that are another one, found before
    late_rows: Table | None = None  # kit_part, kit_file, kit_row, kit_reason
    lates: int = 0  # how often rows were set aside late
    came: dict[int, Table] = field(default_factory=dict)  # by part: rows as they came that were asked for

    def kept(self, *more: str) -> Table:
        """The canonical rows, with kit_part, kit_file and kit_row (and `more`)."""
        return union_by_name([self._kept_of(i, more) for i in range(len(self.parts))])

    def _kept_of(self, i: int, more: tuple[str, ...]) -> Table:
        marked = self.parts[i].marked
        rows = marked.rows.filter(marked.usable()).mutate(kit_part=ibis.literal(i, "int64"))
        if self.late_rows is not None:
            rows = rows.anti_join(self.late_of(i), self.parts[i].key)
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
        part = self.parts[i]
        aside = part.marked.rows.filter(~part.marked.usable()).mutate(kit_number=part.marked.reason())
        if self.late_rows is not None:
            aside = aside.anti_join(self.late_of(i), part.key)
        return aside.select(*PLACE, "kit_number")

    def rejected(self) -> Table:
        return union_by_name([self.rejected_of(i) for i in range(len(self.parts))])

    def rejected_of(self, i: int) -> Table:
        """The rows set aside, as they came: kit_file, kit_row, reason, then the source's columns as text."""
        part, joined = self.parts[i], self._with_reason(i)
        fault = joined[FAULT] if FAULT in joined.columns else ibis.null("string")
        as_came = {_as_received(c): joined[c].cast("string") for c in source_columns(part.raw)}
        as_came |= {LINE: joined[LINE]} if LINE in joined.columns else {}
        return joined.select(*PLACE, reason=ibis.coalesce(fault, joined.kit_reason), **as_came)

    def _with_reason(self, i: int) -> Table:
        """The rows of a part that are set aside, as they came, with kit_reason."""
        part, aside = self.parts[i], self.aside_of(i)
        if self.late_rows is None and not any(aside for _, aside in part.found):
            return part.raw.limit(0).mutate(kit_reason=ibis.null("string"))
        names = enumerate(check.name for check in part.marked.checks)
        reason = ibis.cases(*[(aside.kit_number == k, name) for k, name in names])
        aside = aside.select(*PLACE, kit_reason=reason)
        if self.late_rows is not None:
            aside = aside.union(self.late_of(i).select(*PLACE, "kit_reason"))
        if not isinstance(self.engine, DuckEngine):
            return part.raw.inner_join(aside, PLACE)
        aside = self.engine.hold(aside, f"aside_{self.name}_{i}")
        return self.as_came(i, aside).inner_join(aside, PLACE)

    def as_came(self, i: int, wanted: Table) -> Table:
        """Rows of a part in DuckDB as they came, at least those at the places in `wanted`; what was fetched is kept."""
        held, name = self.came.get(i), f"{self.name}_{i}"
        missing = wanted.select(*PLACE).distinct()
        missing = missing if held is None else missing.anti_join(held, PLACE)
        missing = self.engine.hold(missing, f"missing_{name}")
        asked = int(missing.count().execute())
        if held is not None and not asked:
            return held
        fetched = []
        for k, file in enumerate(self.parts[i].files):
            rows = missing.filter(missing[SOURCE] == file.label).select(SOURCE_ROW)
            fetched.append(rows_at(self.engine.con, file, rows, f"at_{name}_{k}"))
        found, before = union_by_name(fetched), 0
        if held is None:
            held = self.came[i] = self.engine.hold(found, f"came_{name}")
        else:
            before = int(held.count().execute())
            self.engine.con.insert(f"came_{name}", found.select(*held.columns))
        if int(held.count().execute()) - before != asked:  # must never happen; a lost row is worse than no report
            raise AssertionError(f"{self.name}: not all of {asked} rows were found where they came from")
        return held

    def late_of(self, i: int) -> Table:
        assert self.late_rows is not None
        return self.parts[i].keyed(self.late_rows.filter(self.late_rows.kit_part == i))


def store_rows(engine: Engine, marked: Marked, table: str, name: str, files: Sequence[RawFile]) -> Marked:
    """Keep the marked rows in the engine, under `name`, and read them from there.

    What can be computed from the rest is not written. Rows without kit_row are in DuckDB and in their order, file by
    file: their place in its Parquet file tells file and number.
    """
    if SOURCE_ROW in marked.rows.columns:
        return marked.on(derive(engine.store(marked.rows.drop(*marked.derived), name), table))
    assert isinstance(engine, DuckEngine)
    engine.store(marked.rows.drop(*marked.derived, SOURCE), name)
    rows = read_parquet(engine.con, engine.path(name), numbered=True)
    return marked.on(derive(_with_places(rows.rename({STORED: "file_row_number"}), files), table))


def came_whole(part: MarkedPart) -> bool:
    """Whether as many rows were stored as the files' lines say, and none of them is blank."""
    if part.rows != sum(file.rows for file in part.files):
        return False
    rows, schema = part.marked.rows, part.plain.schema()
    blank = part.plain.limit(1).select(**{c: ibis.null(kind) for c, kind in schema.items()})
    alike = rows[HASH] == blank.select(h=hash_row(blank)).as_scalar()
    return not rows.filter(alike).count().execute()


def _with_places(rows: Table, files: Sequence[RawFile]) -> Table:
    """Stored rows with kit_file and kit_row, which their place among them tells."""
    place, first = rows[STORED], 0
    labels, numbers = [], []
    for file in files:
        first += file.rows
        labels.append((place < first, file.label))
        numbers.append((place < first, place + (file.header_row + 1 + file.rows - first)))
    last, number = files[-1].label, numbers[-1][1]
    if len(files) == 1:
        return rows.mutate(**{SOURCE: ibis.literal(last), SOURCE_ROW: number})
    return rows.mutate(
        **{SOURCE: ibis.cases(*labels[:-1], else_=last), SOURCE_ROW: ibis.cases(*numbers[:-1], else_=number)}
    )


def _stored_place(rows: Table, files: Sequence[RawFile]) -> Any:
    """The place among the stored rows of rows that have kit_file and kit_row."""
    first, cases = 0, []
    for file in files:
        cases.append((rows[SOURCE] == file.label, rows[SOURCE_ROW] + (first - file.header_row - 1)))
        first += file.rows
    return ibis.cases(*cases, else_=ibis.null("int64"))


def count_checks(split: SplitTable, whole: list[dict[str, Any]]) -> pd.DataFrame:
    """check, rows_found, rows_set_aside, handling, severity: every check that found a row.

    `whole` has what rules of the whole table found, for each `part` or for all of them.
    """
    late = pd.DataFrame(columns=["kit_reason", "kit_part", "n"])
    if (rows := split.late_rows) is not None:
        late = rows.group_by("kit_reason", "kit_part").aggregate(n=rows.count()).execute()
    counts = []
    for count in whole:
        of_rule = late[late["kit_reason"] == count["check"]]
        of_part = of_rule if count.get("part") is None else of_rule[of_rule["kit_part"] == count["part"]]
        counts.append({**count, "rows_set_aside": int(of_part["n"].sum())})
    for i, part in enumerate(split.parts):
        late_ones = [0] * len(part.marked.checks)
        if split.late_rows is not None:
            rows = part.marked.rows.semi_join(split.late_of(i), part.key)
            late_ones = [aside for _, aside in part.marked.count(part.marked.on(rows).tally())]
        for check, (shown, aside), counted in zip(part.marked.checks, part.found, late_ones, strict=True):
            counts.append(
                {
                    "check": check.name,
                    "rows_found": shown,
                    "rows_set_aside": aside - counted,
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
