"""The values behind a profile's facts: most frequent ones, bins, quantiles, a sample of texts, days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.patterns import describe_texts

TEXTS_LOOKED_AT = 2_000  # distinct values of a column that `patterns` reads
VALUES_KEPT = 50  # most frequent values of a column that are kept
BINS = 20
ENDS_KEPT = 3  # smallest and largest values of a column that are kept
_ENDS_LOOKED_AT = 20  # rows at either end among which those are looked for
_SCALE = 20  # numbers with no more distinct values are marks on a scale, which has no extremes
_FEW_NUMBERS = 50  # numbers with no more distinct values are told by value
_DAY_ZERO = pd.Timestamp("1970-01-01").toordinal()
_LONG = 1e8  # whole numbers from here on may be phone or card numbers


@dataclass
class ProfiledColumn:
    """A column being profiled: where it stands, and its facts so far."""

    name: str
    key: str  # its name among the plain columns: c0, c1 …
    kind: str  # number, date, yes/no, text
    whole: bool  # whole numbers only
    value: Any  # as a number, text, date or flag; an expression on the table
    facts: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)  # texts looked at, with their rows
    days: dict[pd.Timestamp, int] = field(default_factory=dict)  # of a date, with their rows

    @property
    def filled(self) -> int:
        return int(self.facts["rows"] - self.facts["missing"] - (self.facts.get("infinite") or 0))

    @property
    def gaps(self) -> bool:
        return bool(self.facts["missing"] or self.facts.get("infinite"))

    @property
    def private(self) -> bool:
        """Whether its values are nobody's business: they name a person, a case, or are somebody's words."""
        return bool(self.facts.get("personal")) or self.facts["role"] in ("identifier", "free text")


def text_facts(table: Table, columns: Sequence[ProfiledColumn]) -> None:
    """Let `patterns` read the distinct texts of each column, or TEXTS_LOOKED_AT of them chosen by hash."""
    read = [c for c in columns if c.facts["distinct"] and (c.kind == "text" or _may_be_a_number_of_a_person(c))]
    for c, found in zip(read, _counts([(c, _text_sample(table, c)) for c in read]), strict=True):
        c.seen = dict(zip(found["value"], found["n"].astype(int), strict=True))
        complete = c.kind == "text" and c.facts["distinct"] <= TEXTS_LOOKED_AT and c.facts["role"] == "category"
        c.facts |= describe_texts(c.name, list(c.seen), list(c.seen.values()), complete)


def _may_be_a_number_of_a_person(c: ProfiledColumn) -> bool:
    return c.kind == "number" and c.whole and _LONG <= c.facts["high"] < 2**53 and c.facts["distinct"] > 20


def _text_sample(table: Table, c: ProfiledColumn) -> Table:
    """Distinct values with their rows: all, or about TEXTS_LOOKED_AT chosen by their hash."""
    text = c.value if c.kind == "text" else c.value.cast("int64").cast("string")
    rows = table.select(value=text).filter(lambda t: t.value.notnull())
    every = c.facts["distinct"] // TEXTS_LOOKED_AT
    if every > 1:
        rows = rows.filter(rows.value.hash().abs() % every == 0)
    return rows.group_by("value").aggregate(n=rows.count())


def values_and_bins(table: Table, columns: Sequence[ProfiledColumn]) -> list[dict[str, Any]]:
    """The most frequent values of what has categories, and the histogram of what is measured."""
    listed = [c for c in columns if _is_listed(c)]
    asked = [(c, _top_values(table, c)) for c in listed if not _is_known(c)]
    found = dict(zip([c.key for c, _ in asked], _counts(asked), strict=True))
    rows: list[dict[str, Any]] = []
    for c in listed:
        top = found[c.key] if c.key in found else pd.DataFrame({"value": list(c.seen), "n": list(c.seen.values())})
        top = top.sort_values(["n", "value"], ascending=[False, True], kind="stable").head(VALUES_KEPT)
        c.facts["top_rows"] = float(top["n"].iloc[0]) if len(top) else None
        if not c.facts["distinct_exact"] and len(top) < VALUES_KEPT:  # these are all there are
            c.facts |= {"distinct": len(top), "distinct_exact": True}
        if not c.private:
            rows += [
                {"column": c.name, "measure": "value", "value": _shown(c, v), "rows": n, **_number_of(c, v)}
                for v, n in zip(top["value"], top["n"], strict=True)
            ]
    return rows + _bins(table, columns)


def _is_listed(c: ProfiledColumn) -> bool:
    """Whether counting its values tells something: not where nearly each is another."""
    distinct, filled = c.facts["distinct"], c.facts["rows"] - c.facts["missing"]
    if c.kind == "date" or not distinct:
        return False
    return distinct <= _FEW_NUMBERS or (c.kind == "text" and distinct <= filled / 2)


def _is_known(c: ProfiledColumn) -> bool:
    return c.kind == "text" and c.facts["distinct"] <= TEXTS_LOOKED_AT


def _top_values(table: Table, c: ProfiledColumn) -> Table:
    rows = table.select(value=c.value.cast("string")).filter(lambda t: t.value.notnull())
    counted = rows.group_by("value").aggregate(n=rows.count())
    return counted.order_by(ibis.desc("n"), "value").limit(VALUES_KEPT)


def _counts(asked: Sequence[tuple[ProfiledColumn, Table]]) -> list[pd.DataFrame]:
    """The counts asked for, all in one query."""
    if not asked:
        return []
    parts = [query.select(column=ibis.literal(i), value=query.value, n=query.n) for i, (_, query) in enumerate(asked)]
    found = (ibis.union(*parts) if len(parts) > 1 else parts[0]).execute()
    by_column = dict(tuple(found.groupby("column")))
    return [by_column.get(i, found.head(0)) for i in range(len(asked))]


def _shown(c: ProfiledColumn, value: str) -> str:
    return f"{float(value):.10g}" if c.kind == "number" else str(value)


def _number_of(c: ProfiledColumn, value: str) -> dict[str, float]:
    return {"low": float(value), "high": float(value)} if c.kind == "number" else {}


def bin_edges(facts: Mapping[str, Any], whole: bool) -> tuple[float, float, int]:
    """Left edge, width and number of equally wide bins; a long tail goes into the outermost ones.

    The range ends at the 1st and 99th percentile where the whole one is more than three times as wide. Whole numbers
    get bins of whole width.
    """
    low, high = float(facts["low"]), float(facts["high"])
    first, last = float(facts["q01"]), float(facts["q99"])
    if last > first and high - low > 3 * (last - first):
        low, high = first, last
    if whole:
        low, high = np.floor(low), np.ceil(high)
        width = max(1.0, float(np.ceil((high - low + 1) / BINS)))
        return low, width, int(np.ceil((high - low + 1) / width))
    return low, high / BINS - low / BINS or 1.0, BINS


def _bins(table: Table, columns: Sequence[ProfiledColumn]) -> list[dict[str, Any]]:
    drawn = [c for c in columns if c.kind == "number" and c.facts["role"] == "measure" and c.facts["distinct"] > 1]
    asked, edges = [], []
    for c in drawn:
        low, width, bins = bin_edges(c.facts, c.whole)
        place = ((c.value - low) / width).clip(0, bins - 1).floor().cast("int16")
        placed = table.select(value=place).filter(lambda t: t.value.notnull())
        asked.append((c, placed.group_by("value").aggregate(n=placed.count())))
        edges.append((low, width, bins))
    rows = []
    for c, found, (low, width, bins) in zip(drawn, _counts(asked), edges, strict=True):
        counts = dict(zip(found["value"].astype(int), found["n"], strict=True))
        for i in range(bins):
            left = low + i * width
            right = left + width
            rows.append({"column": c.name, "measure": "bin", "low": left, "high": right, "rows": int(counts.get(i, 0))})
    return rows


def date_bins(columns: Sequence[ProfiledColumn]) -> list[dict[str, Any]]:
    """The histogram of each date column in bins of whole days, counted in days since 1970; `value` is the first."""
    rows = []
    for c in columns:
        if len(c.days) < 2:
            continue
        numbers = np.array([day.toordinal() - _DAY_ZERO for day in c.days])
        width = int(np.ceil((numbers.max() - numbers.min() + 1) / BINS))
        place = (numbers - numbers.min()) // width
        counts = np.bincount(place, weights=list(c.days.values()))
        for i, n in enumerate(counts):
            low = int(numbers.min()) + i * width
            day = f"{pd.Timestamp.fromordinal(low + _DAY_ZERO):%Y-%m-%d}"
            rows.append(
                {"column": c.name, "measure": "bin", "value": day, "low": low, "high": low + width, "rows": int(n)}
            )
    return rows


def ends_of(plain: Table, columns: Sequence[ProfiledColumn]) -> list[dict[str, Any]]:
    """The smallest and the largest different values of each measure, outermost first, with their rows as far as those
    are among the rows looked at."""
    measured = [
        c
        for c in columns
        if c.kind == "number" and c.facts["role"] == "measure" and c.facts["distinct"] > _SCALE and not c.private
    ]
    asked = [(c, _end_rows(plain[c.key], largest)) for c in measured for largest in (False, True)]
    rows = []
    for (c, _), largest, found in zip(asked, [False, True] * len(measured), _counts(asked), strict=True):
        counted = found["value"].astype(float).value_counts().sort_index(ascending=not largest)
        cut = len(found) == _ENDS_LOOKED_AT and len(counted) <= ENDS_KEPT  # the innermost may have more rows
        kept = list(counted.head(ENDS_KEPT).items())
        for place, (number, n) in enumerate(kept):
            known = not (cut and place == len(kept) - 1)
            place_of = {"column": c.name, "measure": "largest" if largest else "smallest", "value": f"{number:.10g}"}
            rows.append(place_of | {"low": number, "high": number, "rows": int(n) if known else None})
    return rows


def _end_rows(number: Any, largest: bool) -> Table:
    rows = number.name("value").as_table().filter(lambda t: t.value.notnull())
    rows = rows.order_by(ibis.desc("value") if largest else "value").limit(_ENDS_LOOKED_AT)
    return rows.mutate(n=ibis.literal(1))


def quantiles_of(columns: Sequence[ProfiledColumn], shares: Sequence[float]) -> list[dict[str, Any]]:
    """The numbers below which each share of a column's numbers lies, ends included."""
    rows = []
    for c in columns:
        if c.kind != "number" or c.facts["role"] != "measure" or not c.facts["distinct"]:
            continue
        numbers = [c.facts["low"], *(c.facts[f"q{round(100 * q):02d}"] for q in shares), c.facts["high"]]
        rows += [
            {"column": c.name, "measure": "quantile", "low": share, "high": number}
            for share, number in zip([0.0, *shares, 1.0], numbers, strict=True)
            if number is not None and number == number
        ]
    return rows


def days_of(plain: Table, columns: Sequence[ProfiledColumn], main: ProfiledColumn | None) -> list[dict[str, Any]]:
    """Rows by day of every date column, and by day of the main one the mean of each measure and the share filled of
    each column with gaps."""
    rows: list[dict[str, Any]] = []
    for c in columns:
        if c.kind != "date" or not c.facts["distinct"]:
            continue
        dated = plain.filter(plain[c.key].notnull()).mutate(day=lambda t, key=c.key: t[key].truncate("D"))
        asked: dict[str, Any] = {"rows": dated.count()}
        measured = [m for m in columns if m.facts["role"] == "measure" and m.facts["distinct"] > 1]
        gappy = [m for m in columns if m is not c and 0 < m.facts["missing"] < m.facts["rows"]]
        if c is main:
            asked |= {f"mean_{m.key}": dated[m.key].mean() for m in measured}
            asked |= {f"n_{m.key}": dated[m.key].count() for m in {id(m): m for m in [*measured, *gappy]}.values()}
        found = dated.group_by("day").aggregate(**asked).order_by("day").execute()
        days, n = pd.to_datetime(found["day"]), found["rows"]
        c.days = dict(zip(days, n.astype(int), strict=True))
        series = [("", "rows", n.astype(float), n)]
        if c is main:
            series += [(m.name, "mean", found[f"mean_{m.key}"], found[f"n_{m.key}"]) for m in measured]
            series += [(m.name, "filled", found[f"n_{m.key}"] / n, n) for m in gappy]
        rows += [
            {"date_column": c.name, "day": day, "column": name, "measure": measure, "value": value, "n": count}
            for name, measure, values, counts in series
            for day, value, count in zip(days, values, counts, strict=True)
        ]
    return rows
