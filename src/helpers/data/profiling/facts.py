"""The plain facts of columns, what a column is for, and how numbers spread and move together."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.engines.dialect import has_fraction, hashed, quantiles
from helpers.data.engines.questions import ask_together
from helpers.data.profiling.columns import ProfiledColumn, ProfiledTable
from helpers.data.profiling.texts import heading_words

QUANTILES = (0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99)
# Columns with fewer distinct values have all of them counted, and the rest follows from the counts.
FEW_TEXTS, FEW_NUMBERS = 4_000, 10_000
_PLENTY = 1_000  # rows that two columns surely share from here on need not be counted
_WIDEST = 60  # numeric columns for which all correlations are computed
_CODES = {"id", "ids", "no", "nr", "number", "code", "key", "sku", "uuid", "guid"}
_SOMEBODYS_WORDS = {"comment", "comments", "note", "notes", "remark", "remarks", "feedback", "verbatim", "message"}
_FREE_TEXT = 30  # characters on average from which varied texts are somebody's words


def count_distinct(tables: Sequence[ProfiledTable], exact_rows: int) -> None:
    """The rows of each table, and of each column those that are filled and its distinct values."""
    for t, found in zip(tables, ask_together([t.table.aggregate(n=t.table.count()) for t in tables]), strict=True):
        t.rows = int(found["n"][0])
    columns = [(t, c) for t in tables for c in t.columns]
    questions = []
    for t, c in columns:
        varied = c.kind == "date" or (c.kind == "number" and not c.whole)
        exact = t.rows <= exact_rows or not varied
        distinct = c.value.nunique() if exact else c.value.approx_nunique()
        questions.append(t.table.aggregate(filled=c.value.count(), distinct=distinct))
        c.facts |= {"table": t.name, "column": c.name, "kind": c.kind, "rows": t.rows}
        c.facts |= {"distinct_exact": exact, "sparse": c.name in t.sparse}
    # Several counts of distinct values in one pass cost every engine more than as many looks at a column.
    for (_, c), found in zip(columns, ask_together(questions), strict=True):
        filled = int(found["filled"][0])
        c.facts |= {"filled": filled, "distinct": min(int(found["distinct"][0]), filled)}
        most = FEW_TEXTS if c.kind == "text" or c.whole else FEW_NUMBERS  # whole numbers may be telephones
        c.few = c.kind != "date" and 0 < c.facts["distinct"] < most


def plain_facts(tables: Sequence[ProfiledTable]) -> None:
    """What can be asked of every column whose values are not all counted, in one pass over each table."""
    asked = [(t, [c for c in t.columns if not c.few]) for t in tables]
    asked = [(t, columns) for t, columns in asked if columns]
    questions = [
        t.plain.aggregate(**{f"{c.key}_{name}": measure for c in columns for name, measure in _measures(t, c).items()})
        for t, columns in asked
    ]
    for (_, columns), found in zip(asked, ask_together(questions), strict=True):
        for c in columns:
            own = f"{c.key}_"
            read_plain(c, {name.removeprefix(own): v[0] for name, v in found.items() if name.startswith(own)})


def _measures(t: ProfiledTable, c: ProfiledColumn) -> dict[str, Any]:
    value = t.plain[c.key]
    if c.kind == "date":
        return {"min": value.min(), "max": value.max()}
    if c.kind == "yes/no":
        return {"mean": value.mean(), "zeros": (~value).sum()}
    if c.kind == "text":
        length = value.length()
        return {"length_min": length.min(), "length_max": length.max(), "length_mean": length.mean()}
    asked = {"min": value.min(), "max": value.max(), "mean": value.mean(), "sd": value.std()}
    asked |= {"zeros": (value == 0).sum(), "negatives": (value < 0).sum()}
    if not c.whole:
        asked |= {"infinite": t.plain[f"inf{c.key[1:]}"].sum(), "broken": has_fraction(value).sum()}
    return asked


def read_plain(c: ProfiledColumn, found: Mapping[str, Any]) -> None:
    """Fill `facts` from the plain facts found, which may be blank."""

    def fact(name: str) -> Any:
        value = found.get(name)
        return None if value is None or pd.isna(value) else value

    rows, infinite = c.facts["rows"], float(fact("infinite") or 0)
    missing = rows - c.facts["filled"] - int(infinite)
    c.facts |= {"missing": missing, "missing_share": missing / max(rows, 1)}
    if c.kind == "number":
        c.whole = c.whole or not fact("broken")
        c.facts |= {"zeros": fact("zeros") or 0, "negatives": fact("negatives") or 0, "infinite": infinite}
    if c.kind == "date":
        c.facts |= {"first_on": pd.Timestamp(fact("min")), "last_on": pd.Timestamp(fact("max"))}
    c.facts |= {name: fact(name) for name in ("mean", "sd", "zeros", "length_min", "length_max", "length_mean")}
    c.facts |= {"low": fact("min"), "high": fact("max")}
    c.facts |= {"minimum": _as_text(fact("min")), "maximum": _as_text(fact("max"))}


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return f"{pd.Timestamp(value):%Y-%m-%d}" if isinstance(value, np.datetime64) else f"{value:,.10g}"


def role_of(c: ProfiledColumn, known_identifier: bool) -> str:
    """identifier, category, free text, measure, date or flag: what a column is for, as far as its values tell."""
    if c.kind in ("date", "yes/no"):
        return {"date": "date", "yes/no": "flag"}[c.kind]
    filled, distinct = c.facts["rows"] - c.facts["missing"], c.facts["distinct"]
    varied = filled >= 20 and distinct >= 0.9 * filled
    if known_identifier or (c.kind == "number" and c.whole and distinct == filled >= 100 and _counts_rows(c)):
        return "identifier"
    if c.kind == "number":
        return "measure"
    wordy = (c.facts["length_mean"] or 0) > _FREE_TEXT
    if heading_words(c.name) & _SOMEBODYS_WORDS:
        return "free text"
    if (varied and not wordy) or (distinct > 50 and heading_words(c.name) & _CODES):
        return "identifier"
    return "free text" if wordy else "category"


def _counts_rows(c: ProfiledColumn) -> bool:
    """Whether numbers that are all different are row numbers, or are headed as codes."""
    dense = c.facts["high"] - c.facts["low"] < 2 * c.facts["distinct"]
    return dense or bool(heading_words(c.name) & _CODES)


def shape_facts(tables: Sequence[ProfiledTable], exact_rows: int) -> list[dict[str, Any]]:
    """A second pass for what needs mean, deviation and all values: quantiles, skewness, kurtosis; returns the
    correlations."""
    asked = [(t, rows, measures) for t in tables for rows, measures in _asked(t, exact_rows) if measures]
    found: dict[str, dict[str, Any]] = {t.name: {} for t in tables}
    answers = ask_together([rows.aggregate(**measures) for _, rows, measures in asked])
    for (t, _, _), answer in zip(asked, answers, strict=True):
        found[t.name] |= {name: values[0] for name, values in answer.items()}
    for t in tables:
        _add_quantiles(t, found[t.name])
        _add_moments(t, found[t.name])
    return [pair for t in tables for pair in _correlations(t, found[t.name])]


def _asked(t: ProfiledTable, exact_rows: int) -> list[tuple[Table, dict[str, Any]]]:
    """Aggregates, and the rows they are of."""
    sample, others = _sample(t, exact_rows), _moments_and_correlations(t)
    varied = [c for c in t.columns if c.kind == "number" and c.facts["distinct"] and not c.counts]
    of_sample = {f"{c.key}_quantiles": quantiles(sample[c.key], QUANTILES) for c in varied}
    return [(t.plain, of_sample | others)] if sample is t.plain else [(sample, of_sample), (t.plain, others)]


def _sample(t: ProfiledTable, exact_rows: int) -> Table:
    """The rows that quantiles are computed from."""
    every = t.rows // exact_rows
    if every < 2 or max((c.facts["distinct"] for c in t.columns), default=0) <= t.rows / 50:
        return t.plain
    # By some columns alone whole orders would come in or stay out.
    mixed = sum((hashed(t.plain[c.key]).abs() % every).fill_null(0) for c in t.columns)
    return t.plain.filter(mixed % every == 0)


def _add_quantiles(t: ProfiledTable, found: Mapping[str, Any]) -> None:
    for c in t.columns:
        if c.kind != "number" or not c.facts["distinct"]:
            continue
        values = c.counts.quantiles(QUANTILES) if c.counts else found[f"{c.key}_quantiles"]
        if values is None or len(values) < len(QUANTILES):  # none of the column's few values is in the sample
            values = [float("nan")] * len(QUANTILES)
        c.facts |= {f"q{round(100 * q):02d}": float(v) for q, v in zip(QUANTILES, values, strict=True)}


def _spread(t: ProfiledTable) -> list[ProfiledColumn]:
    return [c for c in t.columns if c.kind == "number" and c.facts["sd"]]


def _linked(t: ProfiledTable) -> list[ProfiledColumn]:
    return [c for c in _spread(t) if c.facts["role"] != "identifier"][:_WIDEST]


def _moments_and_correlations(t: ProfiledTable) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for c in _spread(t):
        if not c.counts:
            z = (t.plain[c.key] - float(c.facts["mean"])) / float(c.facts["sd"])
            asked |= {f"{c.key}_3": (z * z * z).mean(), f"{c.key}_4": (z * z * z * z).mean()}
    for a, b in combinations(_linked(t), 2):
        asked[f"{a.key}{b.key}"] = t.plain[a.key].corr(t.plain[b.key], how="pop")
        if a.gaps and b.gaps and _least_both(a, b) < _PLENTY:
            asked[f"{a.key}{b.key}_n"] = (t.plain[a.key] * t.plain[b.key]).count()
    return asked


def _add_moments(t: ProfiledTable, found: Mapping[str, Any]) -> None:
    for c in _spread(t):
        about = float(c.facts["mean"]), float(c.facts["sd"])
        third, fourth = (c.counts.moment(i, *about) if c.counts else found[f"{c.key}_{i}"] for i in (3, 4))
        c.facts |= _moments(third, fourth, c.filled)


def _correlations(t: ProfiledTable, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "table": t.name,
            "left": a.name,
            "right": b.name,
            "correlation": found[f"{a.key}{b.key}"],
            "n": int(found.get(f"{a.key}{b.key}_n", _least_both(a, b))),
        }
        for a, b in combinations(_linked(t), 2)
    ]


def _least_both(a: ProfiledColumn, b: ProfiledColumn) -> int:
    """The fewest rows that can have both: exact where only one column has blanks."""
    return a.filled + b.filled - int(a.facts["rows"])


def _moments(third: float, fourth: float, n: float) -> dict[str, float]:
    """Skewness and excess kurtosis adjusted for the sample's size (Joanes and Gill 1998: G1, G2)."""
    if n < 4:
        return {}
    to_biased = n / (n - 1)  # the deviation was divided by n - 1
    g1, g2 = third * to_biased**1.5, fourth * to_biased**2 - 3
    return {
        "skewness": g1 * np.sqrt(n * (n - 1)) / (n - 2),
        "kurtosis": (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6),
    }


def far_out_fences(facts: Mapping[str, Any]) -> tuple[float, float]:
    """Tukey's (1977) outer fences, three quartile distances beyond the quartiles; on a log scale where all numbers
    are positive, as amounts are. NaN where half the numbers are equal."""
    low, q1, q3 = (np.nan if facts.get(k) is None else float(facts[k]) for k in ("low", "q25", "q75"))
    if not q3 > q1:
        return float("nan"), float("nan")
    if low > 0 and q3 / q1 > 1e12:  # spread over so many orders that nothing is far from the others
        return 0.0, float("inf")
    if low > 0:
        return q1 * (q1 / q3) ** 3, q3 * (q3 / q1) ** 3
    return q1 - 3 * (q3 - q1), q3 + 3 * (q3 - q1)
