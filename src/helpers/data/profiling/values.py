"""The values behind a profile's facts: most frequent ones, bins, quantiles, texts that `patterns` reads, days."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table
from numpy.typing import NDArray

from helpers.data.engines.questions import Answer, ask_together
from helpers.data.profiling.columns import Counts, ProfiledColumn, ProfiledTable
from helpers.data.profiling.facts import FEW_TEXTS, QUANTILES, far_out_fences, read_plain
from helpers.data.profiling.masking import mask_text
from helpers.data.profiling.texts import describe_texts, looks_personal
from helpers.data.schema import WITHHELD

TEXTS_LOOKED_AT = FEW_TEXTS // 2  # distinct values that `patterns` reads of a column whose values are not all counted
VALUES_KEPT = 50  # most frequent values of a column that are kept
BINS = 20
ENDS_KEPT = 3  # smallest and largest values of a column that are kept
_ENDS = ("smallest", "largest")
_ENDS_LOOKED_AT = 20  # rows at either end among which those are looked for
_SCALE = 20  # numbers with no more distinct values are marks on a scale, which has no extremes
_TOLD_BY_VALUE = 50  # numbers with no more distinct values are
_DAYS = {"table": "str", "date_column": "str", "day": "datetime64[us]", "column": "str", "measure": "str"}
_DAYS |= {"value": "float64", "n": "int64"}
_FEW_WORDS = 4  # what has more is prose, and may name somebody
COMMENT = "comment"
_LONG = 1e8  # whole numbers from here on may be phone or card numbers


def count_values(tables: Sequence[ProfiledTable]) -> None:
    """Count the values of columns with few of them, the days of dates, and of other texts the most frequent and a
    sample, which `patterns` reads; fills `counts`, `days`, `seen` and `top`, and the plain facts told by counts."""
    asked = [(c, what, question) for t in tables for c in t.columns for what, question in _counted(t, c)]
    for (c, what, _), found in zip(asked, ask_together([question for *_, question in asked]), strict=True):
        if what == "counts":
            _read_counts(c, *_in_order(found["value"], found["n"]))
        elif what == "days":
            c.days = _in_order(found["value"], found["n"])
        else:
            given = [(str(v), int(n)) for v, n in zip(found["value"], found["n"], strict=True) if v is not None]
            setattr(c, what, dict(given))
            if c.few:
                lengths, rows = np.array([len(v) for v in c.seen]), np.array(list(c.seen.values()))
                mean = int(lengths @ rows) / int(rows.sum())
                read_plain(c, {"length_min": lengths.min(), "length_max": lengths.max(), "length_mean": mean})


def _counted(t: ProfiledTable, c: ProfiledColumn) -> list[tuple[str, Table]]:
    """What is counted of a column, and where it is noted."""
    table, distinct = t.table, c.facts["distinct"]
    if not distinct or c is t.main_date:
        return []
    if c.kind == "date":
        return [("days", _counts(table, c.value.date()))]
    counted = _counts(table, c.raw)
    if c.few:
        return [("seen" if c.kind == "text" else "counts", counted)]
    if c.kind == "text" and _is_listed(c):
        most = counted.filter(counted.value.notnull()).order_by(ibis.desc("n"), "value").limit(VALUES_KEPT)
        return [("seen", counted.filter(_in_sample(counted.value, distinct))), ("top", most)]
    text = c.value.cast("int64").cast("string") if c.kind == "number" else c.value
    if c.kind == "text" or _may_be_a_number_of_a_person(c):
        return [("seen", _counts(table.filter(_in_sample(text, distinct)), text))]
    return []


def _counts(table: Table, value: Any) -> Table:
    return table.group_by(value=value).aggregate(n=table.count())


def _in_sample(text: Any, distinct: int) -> Any:
    """Whether a text is among about TEXTS_LOOKED_AT of the distinct ones, chosen by hash."""
    return text.hash().abs() % (distinct // TEXTS_LOOKED_AT) == 0


def _in_order(values: NDArray[Any], rows: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    order = np.argsort(values)[: int((values == values).sum())]  # blanks are last
    return values[order], rows[order].astype(np.int64)


def _read_counts(c: ProfiledColumn, values: NDArray[Any], rows: NDArray[np.int64]) -> None:
    finite = np.isfinite(values)
    c.counts = Counts(values[finite], rows[finite])
    facts = c.counts.facts() | {"infinite": float(rows[~finite].sum())}
    read_plain(c, facts if c.kind == "number" else {name: facts[name] for name in ("mean", "zeros")})
    c.facts |= {"distinct": len(c.counts.values), "distinct_exact": True}


def _may_be_a_number_of_a_person(c: ProfiledColumn) -> bool:
    return c.kind == "number" and c.whole and _LONG <= c.facts["high"] < 2**53 and c.facts["distinct"] > 20


def read_texts(c: ProfiledColumn) -> None:
    """Let `patterns` read the texts looked at, and numbers that may be a person's."""
    if c.counts and _may_be_a_number_of_a_person(c):
        c.seen = {str(int(v)): int(n) for v, n in zip(c.counts.values, c.counts.rows, strict=True)}
    if c.seen:
        complete = c.kind == "text" and c.facts["distinct"] <= TEXTS_LOOKED_AT and c.facts["role"] == "category"
        told = describe_texts(c.name, list(c.seen), list(c.seen.values()), complete)
        if _may_tell_of_a_person(c, str(told["spelling_example"])):
            told["spelling_example"] = WITHHELD
        c.facts |= told


def top_values(c: ProfiledColumn) -> list[dict[str, Any]]:
    """The most frequent values of what has categories, unless they are private."""
    if not _is_listed(c):
        return []
    # Equally frequent ones are in the order of their texts, which is the same in every engine.
    given = c.top or c.seen
    if c.counts:
        texts = [str(v) if c.kind == "number" else str(bool(v)).lower() for v in c.counts.values]
        given = dict(zip(texts, c.counts.rows.tolist(), strict=True))
    top = sorted(given.items(), key=lambda value: (-value[1], value[0]))[:VALUES_KEPT]
    c.facts["top_rows"] = float(top[0][1]) if top else None
    if c.private:
        return []
    return [
        {"column": c.name, "measure": "value", "value": _shown(c, v), "rows": n, **_number_of(c, v)}
        for v, n in top
        if c.kind != "text" or not _may_tell_of_a_person(c, v)
    ]


def _may_tell_of_a_person(c: ProfiledColumn, value: str) -> bool:
    """Whether a text holds a telephone number or the like, or is prose in which masking finds a name; of what customers
    wrote themselves, whether it is prose at all: its names need not be on any list."""
    if looks_personal(value):
        return True
    is_prose = len(value.split()) > _FEW_WORDS
    return (is_prose and c.name == COMMENT) or ((is_prose or c.name == COMMENT) and mask_text(value) != value)


def _is_listed(c: ProfiledColumn) -> bool:
    """Whether counting its values tells something: not where nearly each is another."""
    distinct, filled = c.facts["distinct"], c.facts["rows"] - c.facts["missing"]
    if c.kind == "date" or not distinct:
        return False
    return bool(distinct <= _TOLD_BY_VALUE or (c.kind == "text" and distinct <= filled / 2))


def _shown(c: ProfiledColumn, value: str) -> str:
    return f"{float(value):.10g}" if c.kind == "number" else value


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


def bins_and_ends(tables: Sequence[ProfiledTable]) -> None:
    """The histogram of each measure, and of those that are no scale the smallest and the largest different values;
    fills `bins`, `ends` and the rows with numbers far out."""
    numbers = [(t, c) for t in tables for c in t.columns if c.kind == "number" and c.facts["distinct"] > 1]
    asked = [(c, _spread_questions(t.table, c)) for t, c in numbers if not c.counts]
    answers = iter(ask_together([question for _, questions in asked for question in questions.values()]))
    found = {id(c): {what: next(answers) for what in questions} for c, questions in asked}
    for _, c in numbers:
        spread = found[id(c)] if id(c) in found else _spread_of_counts(c)
        if far_out_fences(c.facts)[0] == far_out_fences(c.facts)[0]:
            c.facts["far_out"] = float(np.nansum(spread["places"]["far"]))
        c.bins = _bins(c, spread["places"]) if _is_drawn(c) else []
        c.ends = [row for end in _ENDS for row in _end(c, end, spread[end]["value"])] if _has_ends(c) else []


def _spread_questions(table: Table, c: ProfiledColumn) -> dict[str, Table]:
    low, high = far_out_fences(c.facts)
    far = ((c.value < low) | (c.value > high)).sum() if low == low else ibis.literal(0)
    asked = {"places": table.aggregate(far=far)}
    if _is_drawn(c):
        left, width, bins = bin_edges(c.facts, c.whole)
        place = ((c.value - left) / width).clip(0, bins - 1).floor().cast("int8")
        asked["places"] = table.group_by(value=place).aggregate(n=table.count(), far=far)
    if _has_ends(c):
        for end in _ENDS:
            outermost = table.order_by(c.value.desc() if end == "largest" else c.value.asc()).limit(_ENDS_LOOKED_AT)
            asked[end] = outermost.select(value=c.value)
    return asked


def _spread_of_counts(c: ProfiledColumn) -> dict[str, Answer]:
    assert c.counts is not None
    values, rows = c.counts.values, c.counts.rows
    left, width, bins = bin_edges(c.facts, c.whole)
    place = np.floor(np.clip((values - left) / width, 0, bins - 1))
    low, high = far_out_fences(c.facts)
    spread: dict[str, Answer] = {
        "places": {"value": place, "n": rows, "far": rows * ((values < low) | (values > high))}
    }
    return spread | {end: {"value": c.counts.first(_ENDS_LOOKED_AT, end == "largest")} for end in _ENDS}


def _is_drawn(c: ProfiledColumn) -> bool:
    return bool(c.facts["role"] == "measure")


def _has_ends(c: ProfiledColumn) -> bool:
    return _is_drawn(c) and c.facts["distinct"] > _SCALE and not c.private


def _bins(c: ProfiledColumn, found: Answer) -> list[dict[str, Any]]:
    left, width, bins = bin_edges(c.facts, c.whole)
    filled = found["value"] == found["value"]
    counts = np.bincount(found["value"][filled].astype(int), weights=found["n"][filled], minlength=bins)
    rows = []
    for i in range(bins):
        low = left + i * width
        rows.append({"column": c.name, "measure": "bin", "low": low, "high": low + width, "rows": int(counts[i])})
    return rows


def _end(c: ProfiledColumn, end: str, numbers: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Outermost first, with their rows as far as those are among the rows looked at."""
    values, counts = np.unique(numbers[numbers == numbers], return_counts=True)
    cut = counts.sum() == _ENDS_LOOKED_AT and len(values) <= ENDS_KEPT  # the innermost may have more rows
    outward = slice(None, None, -1 if end == "largest" else 1)
    rows: list[dict[str, Any]] = [
        {"column": c.name, "measure": end, "value": f"{number:.10g}", "low": number, "high": number, "rows": int(n)}
        for number, n in list(zip(values[outward], counts[outward], strict=True))[:ENDS_KEPT]
    ]
    if cut:
        rows[-1]["rows"] = None
    return rows


def quantiles_of(c: ProfiledColumn) -> list[dict[str, Any]]:
    """The numbers below which each share of a measure's numbers lies, ends included."""
    if not _is_drawn(c) or not c.facts["distinct"]:
        return []
    numbers = [c.facts["low"], *(c.facts[f"q{round(100 * q):02d}"] for q in QUANTILES), c.facts["high"]]
    return [
        {"column": c.name, "measure": "quantile", "low": share, "high": number}
        for share, number in zip([0.0, *QUANTILES, 1.0], numbers, strict=True)
        if number is not None and number == number
    ]


def count_days(tables: Sequence[ProfiledTable]) -> pd.DataFrame:
    """Rows by day of every date column, and by day of the main one the mean of each measure and the share filled of
    each column with gaps; a row a table, date column, day, column and measure. Fills `days` of the main one."""
    asked = [(t, t.main_date) for t in tables if t.main_date]
    answers = ask_together([_days_question(t, main) for t, main in asked])
    by_day = {t.name: found for (t, _), found in zip(asked, answers, strict=True)}
    parts = [_days(t, date, by_day[t.name]) for t in tables for date in t.dates]
    days = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_DAYS))
    return days.astype(_DAYS)


def _days_question(t: ProfiledTable, main: ProfiledColumn) -> Table:
    asked = {f"mean_{m.key}": m.value.mean() for m in _measured(t)}
    asked |= {f"n_{m.key}": m.value.count() for m in [*_measured(t), *_gappy(t, main)]}
    return t.table.group_by(day=main.value.date()).aggregate(rows=t.table.count(), **asked)


def _measured(t: ProfiledTable) -> list[ProfiledColumn]:
    return [m for m in t.columns if m.facts["role"] == "measure" and m.facts["distinct"] > 1]


def _gappy(t: ProfiledTable, date: ProfiledColumn) -> list[ProfiledColumn]:
    return [m for m in t.columns if m is not date and 0 < m.facts["missing"] < t.rows]


def _days(t: ProfiledTable, date: ProfiledColumn, found: Answer) -> pd.DataFrame:
    is_main = date is t.main_date
    if is_main:
        date.days = _in_order(found["day"], found["rows"])
    assert date.days is not None
    days, n = date.days
    series: list[tuple[str, str, NDArray[Any], NDArray[Any]]] = [("", "rows", n, n)]
    if is_main:
        order = np.argsort(found["day"])[: len(days)]
        series += [(m.name, "mean", found[f"mean_{m.key}"][order], found[f"n_{m.key}"][order]) for m in _measured(t)]
        series += [(m.name, "filled", found[f"n_{m.key}"][order] / n, n) for m in _gappy(t, date)]
    columns, measures, values, counts = zip(*series, strict=True)
    return pd.DataFrame(
        {
            "table": t.name,
            "date_column": date.name,
            "day": np.tile(days, len(series)),
            "column": np.repeat(np.array(columns, dtype=object), len(days)),
            "measure": np.repeat(np.array(measures, dtype=object), len(days)),
            "value": np.concatenate(values),
            "n": np.concatenate(counts).astype(np.int64),
        }
    )


def date_bins(c: ProfiledColumn) -> list[dict[str, Any]]:
    """The histogram of a date in bins of whole days, counted in days since 1970; `value` is the first."""
    if c.days is None or len(c.days[0]) < 2:
        return []
    numbers = c.days[0].astype("datetime64[D]").astype(np.int64)
    first = int(numbers[0])
    width = int(np.ceil((numbers[-1] - first + 1) / BINS))
    counts = np.bincount((numbers - first) // width, weights=c.days[1])
    rows = []
    for i, n in enumerate(counts):
        low = first + i * width
        day = str(np.datetime64(low, "D"))
        rows.append({"column": c.name, "measure": "bin", "value": day, "low": low, "high": low + width, "rows": int(n)})
    return rows
