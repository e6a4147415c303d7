"""What is in the columns of any table: facts, most frequent values, spread, course in time, correlations.

The engine reduces; what comes back is a row a column, value, bin or day. A handful of queries a table, whatever the
number of columns: one for plain facts, one for what needs those (skewness, far-out values, correlations), one for
values and bins, one for a sample of distinct texts that `patterns` reads, one for days, one for repeated rows.

From twice EXACT_ROWS on quantiles come from a sample of at least about that many rows, chosen by a hash of the whole
row, so that the same table always gives the same sample. Above EXACT_ROWS the distinct values of fractions and times
are counted approximately (HyperLogLog). Everything else is counted in all rows.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.dialect import aggregate_apart, has_fraction, hashed, is_finite, quantiles
from helpers.data.patterns import heading_words
from helpers.data.profile_values import (
    ProfiledColumn,
    date_bins,
    days_of,
    ends_of,
    quantiles_of,
    text_facts,
    values_and_bins,
)
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.schema import TABLES

EXACT_ROWS = 500_000
QUANTILES = (0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99)
_PLENTY = 1_000  # rows that two columns surely share from here on need not be counted
_WIDEST = 60  # numeric columns for which all correlations are computed
_CODES = {"id", "ids", "no", "nr", "number", "code", "key", "sku", "uuid", "guid"}
_FREE_TEXT = 30  # characters on average from which varied texts are somebody's words


@dataclass(frozen=True)
class Profile:
    """What is in some tables; frames with a first column `table`.

    tables: rows, columns, date_column, first_on, last_on, keys (columns that tell every row apart), repeated_rows
        (NaN where a key tells all rows apart or the table has no columns)
    columns: a row a column, see docs/tables.md, data_columns
    values: column, measure (value, bin, quantile, smallest or largest), value (the text of a value), low, high (of a
        bin; a quantile's share and number), rows. Values of identifiers, free text and personal data are not listed
    days: date_column, day, column, measure (rows, mean or filled), value, n (rows behind it)
    correlations: left, right, correlation (Pearson), n (rows with both; the fewest there can be from 1,000 on)
    """

    tables: pd.DataFrame
    columns: pd.DataFrame
    values: pd.DataFrame
    days: pd.DataFrame
    correlations: pd.DataFrame


def profile_tables(tables: Mapping[str, Table], *, exact_rows: int = EXACT_ROWS) -> Profile:
    """Profile canonical tables: as `profile_columns`, knowing their dates, identifiers and sparse columns."""
    parts = []
    for name, table in tables.items():
        schema = TABLES[name]
        parts.append(
            profile_columns(
                name,
                table.drop(*[c for c in (SOURCE, SOURCE_ROW, "is_return") if c in table.columns]),
                date_column=schema.date_column if schema.date_column in table.columns else "",
                identifiers=[c.name for c in schema.columns if c.kind == "id"],
                sparse=[c.name for c in schema.columns if c.sparse],
                grain=schema.grain,
                exact_rows=exact_rows,
            )
        )
    return _stacked(parts)


def profile_columns(
    name: str,
    table: Table,
    *,
    date_column: str = "",
    identifiers: Collection[str] = (),
    sparse: Collection[str] = (),
    grain: str = "a row",
    exact_rows: int = EXACT_ROWS,
) -> Profile:
    """Profile any table.

    date_column: the date that the table's course in time is told by; "" takes the first date column.
    identifiers: columns known to be identifiers; others are found by their values. sparse: columns in which a blank
    is an answer too.
    """
    columns, plain = _plain_columns(table)
    rows = _plain_facts(plain, columns, exact_rows)
    for column in columns:
        column.facts |= {"table": name, "column": column.name, "kind": column.kind, "rows": rows}
        column.facts |= {"sparse": column.name in sparse}
        column.facts["role"] = _role(column, rows, column.name in identifiers)
    pairs = _shape_facts(plain, columns)
    text_facts(table, columns)
    dates = [c for c in columns if c.kind == "date" and c.facts["distinct"] > 0]
    main = next((c for c in dates if c.name == date_column), dates[0] if dates else None)
    days = days_of(plain, columns, main)
    values = [*values_and_bins(table, columns), *quantiles_of(columns, QUANTILES), *date_bins(columns)]
    values += ends_of(plain, columns)
    keys = [
        c.name
        for c in columns
        if rows > 1 and c.facts["distinct"] == rows and c.facts["role"] in ("identifier", "category")
    ]
    about = {
        "table": name,
        "rows": rows,
        "columns": len(columns),
        "grain": grain,
        "date_column": main.name if main else "",
        "first_on": main.facts["first_on"] if main else pd.NaT,
        "last_on": main.facts["last_on"] if main else pd.NaT,
        "keys": ", ".join(keys),
        "repeated_rows": float("nan") if keys or not columns else float(rows - plain.distinct().count().execute()),
    }
    return Profile(
        tables=pd.DataFrame([about]),
        columns=_frame([c.facts for c in columns], _FACTS),
        values=_frame([{"table": name, **v} for v in values], _VALUES),
        days=_frame(days, _DAYS).assign(table=name),
        correlations=_frame([{"table": name, **p} for p in pairs], _PAIRS),
    )


_VALUES = {"table": str, "column": str, "measure": str, "value": str, "low": float, "high": float, "rows": float}
_PAIRS = {"table": str, "left": str, "right": str, "correlation": float, "n": int}
_DAYS = {"table": str, "date_column": str, "day": "datetime64[us]", "column": str, "measure": str}
_DAYS |= {"value": float, "n": int}
_FACTS: dict[str, Any] = {
    **{"table": str, "column": str, "kind": str, "role": str, "rows": int, "missing": int, "missing_share": float},
    **{"distinct": int, "distinct_exact": bool, "minimum": str, "maximum": str, "mean": float, "sparse": bool},
    **{"zeros": float, "negatives": float, "infinite": float, "sd": float, "skewness": float, "kurtosis": float},
    **{f"q{round(100 * q):02d}": float for q in QUANTILES},
    **{"far_out": float, "top_rows": float, "length_min": float, "length_max": float, "length_mean": float},
    **{"number_like_share": float, "date_like_share": float, "padded_share": float, "mention_share": float},
    **{"personal": str, "personal_share": float, "spelling_rows": float, "spelling_example": str},
}


def _plain_columns(table: Table) -> tuple[list[ProfiledColumn], Table]:
    """The table's columns as numbers (finite ones), texts, dates and flags called c0, c1 …; infinite ones apart."""
    columns, selected = [], {}
    for i, (name, dtype) in enumerate(table.schema().items()):
        value, key = table[name], f"c{i}"
        kind, whole = kind_of(dtype), bool(dtype.is_integer())
        if kind == "number":
            number = value.cast("float64")
            if not whole:
                selected[f"inf{i}"] = (~is_finite(number) & ~number.isnan()).fill_null(False)
                number = is_finite(number).ifelse(number, ibis.null("float64"))
            selected[key] = number
        else:
            selected[key] = value.cast({"date": "timestamp", "yes/no": "boolean", "text": "string"}[kind])
        columns.append(ProfiledColumn(name, key, kind, whole, selected[key]))
    return columns, table.select(**selected)


def kind_of(dtype: Any) -> str:
    """A column's kind in readers' words."""
    if dtype.is_boolean():
        return "yes/no"
    if dtype.is_numeric():
        return "number"
    return "date" if dtype.is_timestamp() or dtype.is_date() else "text"


def _plain_facts(plain: Table, columns: list[ProfiledColumn], exact_rows: int) -> int:
    """One pass for what every column can be asked; fills `facts`, returns the rows."""
    rows = int(plain.count().execute())
    large = rows > exact_rows
    measures: dict[str, Any] = {"rows": plain.count()}
    distinct: dict[str, Any] = {}
    for c in columns:
        value = plain[c.key]
        varied = c.kind == "date" or (c.kind == "number" and not c.whole)
        c.facts["distinct_exact"] = not (large and varied)
        asked: dict[str, Any] = {"filled": value.count()}
        if c.facts["distinct_exact"]:
            distinct[f"{c.key}_distinct"] = value.nunique()
        else:
            asked["distinct"] = value.approx_nunique()
        if c.kind == "number":
            asked |= {"min": value.min(), "max": value.max(), "mean": value.mean(), "sd": value.std()}
            asked |= {"zeros": (value == 0).sum(), "negatives": (value < 0).sum()}
            if not c.whole:
                asked |= {"infinite": plain[f"inf{c.key[1:]}"].sum(), "broken": has_fraction(value).sum()}
        elif c.kind == "date":
            asked |= {"min": value.min(), "max": value.max()}
        elif c.kind == "yes/no":
            asked |= {"mean": value.mean(), "zeros": (~value).sum()}
        else:
            length = value.length()
            asked |= {"length_min": length.min(), "length_max": length.max(), "length_mean": length.mean()}
        measures |= {f"{c.key}_{fact}": measure for fact, measure in asked.items()}
    found = aggregate_apart(plain, measures, distinct)
    for c in columns:
        c.facts |= _read_plain(c, found, rows)
    _add_quantiles(plain, columns, rows, exact_rows)
    return rows


def _read_plain(c: ProfiledColumn, found: pd.Series, rows: int) -> dict[str, Any]:
    def fact(name: str) -> Any:
        value = found.get(f"{c.key}_{name}")
        return None if value is None or pd.isna(value) else value

    filled, infinite = int(fact("filled")), float(fact("infinite") or 0)
    missing = rows - filled - int(infinite)
    facts: dict[str, Any] = {"missing": missing, "missing_share": missing / max(rows, 1), "distinct": fact("distinct")}
    facts["distinct"] = min(int(facts["distinct"] or 0), filled)
    if c.kind == "number":
        c.whole = c.whole or not fact("broken")
        facts |= {"zeros": fact("zeros") or 0, "negatives": fact("negatives") or 0, "infinite": infinite}
    if c.kind == "date":
        facts |= {"first_on": pd.Timestamp(fact("min")), "last_on": pd.Timestamp(fact("max"))}
    facts |= {name: fact(name) for name in ("mean", "sd", "zeros", "length_min", "length_max", "length_mean")}
    facts |= {"low": fact("min"), "high": fact("max")}
    return facts | {"minimum": _as_text(fact("min")), "maximum": _as_text(fact("max"))}


def _add_quantiles(plain: Table, columns: list[ProfiledColumn], rows: int, exact_rows: int) -> None:
    numbers = [c for c in columns if c.kind == "number" and c.facts["distinct"]]
    if not numbers:
        return
    asked = {c.key: quantiles(plain[c.key], QUANTILES) for c in numbers}
    every = rows // exact_rows
    if every > 1 and max(c.facts["distinct"] for c in columns) > rows / 50:
        # By some columns alone whole orders would come in or stay out.
        mixed = sum((hashed(plain[c.key]).abs() % every).fill_null(0) for c in columns)
        sample = plain.filter(mixed % every == 0)
        asked = {c.key: quantiles(sample[c.key], QUANTILES) for c in numbers}
        plain = sample
    found = plain.aggregate(**asked).execute().iloc[0]
    for c in numbers:
        values = found[c.key]
        if values is None or len(values) < len(QUANTILES):  # none of the column's few values is in the sample
            values = [float("nan")] * len(QUANTILES)
        c.facts |= {f"q{round(100 * q):02d}": float(v) for q, v in zip(QUANTILES, values, strict=True)}


def _role(c: ProfiledColumn, rows: int, known_identifier: bool) -> str:
    """identifier, category, free text, measure, date or flag: what a column is for, as far as its values tell."""
    if c.kind in ("date", "yes/no"):
        return {"date": "date", "yes/no": "flag"}[c.kind]
    filled, distinct = rows - c.facts["missing"], c.facts["distinct"]
    varied = filled >= 20 and distinct >= 0.9 * filled
    if known_identifier or (c.kind == "number" and c.whole and distinct == filled >= 100 and _counts_rows(c)):
        return "identifier"
    if c.kind == "number":
        return "measure"
    wordy = (c.facts["length_mean"] or 0) > _FREE_TEXT
    if (varied and not wordy) or (distinct > 50 and heading_words(c.name) & _CODES):
        return "identifier"
    return "free text" if wordy and distinct > 50 else "category"


def _counts_rows(c: ProfiledColumn) -> bool:
    """Whether numbers that are all different are row numbers, or are headed as codes."""
    dense = c.facts["high"] - c.facts["low"] < 2 * c.facts["distinct"]
    return dense or bool(heading_words(c.name) & _CODES)


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


def _shape_facts(plain: Table, columns: list[ProfiledColumn]) -> list[dict[str, Any]]:
    """A second pass for what needs mean, deviation and quartiles; returns the correlations."""
    numbers = [c for c in columns if c.kind == "number" and c.facts["sd"]]
    if not numbers:
        return []
    z = {c.key: (plain[c.key] - float(c.facts["mean"])) / float(c.facts["sd"]) for c in numbers}
    asked: dict[str, Any] = {}
    for c in numbers:
        asked |= {f"{c.key}_3": (z[c.key] * z[c.key] * z[c.key]).mean()}
        asked |= {f"{c.key}_4": (z[c.key] * z[c.key] * z[c.key] * z[c.key]).mean()}
        low, high = far_out_fences(c.facts)
        if low == low:
            asked[f"{c.key}_far"] = ((plain[c.key] < low) | (plain[c.key] > high)).sum()
    linked = [c for c in numbers if c.facts["role"] != "identifier"][:_WIDEST]
    for a, b in combinations(linked, 2):
        asked[f"{a.key}{b.key}"] = plain[a.key].corr(plain[b.key], how="pop")
        if a.gaps and b.gaps and _least_both(a, b) < _PLENTY:
            asked[f"{a.key}{b.key}_n"] = (plain[a.key] * plain[b.key]).count()
    found = plain.aggregate(**asked).execute().iloc[0]
    for c in numbers:
        c.facts |= _moments(found[f"{c.key}_3"], found[f"{c.key}_4"], c.filled)
        c.facts["far_out"] = found.get(f"{c.key}_far")
    return [
        {
            "left": a.name,
            "right": b.name,
            "correlation": found[f"{a.key}{b.key}"],
            "n": int(found.get(f"{a.key}{b.key}_n", _least_both(a, b))),
        }
        for a, b in combinations(linked, 2)
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


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else f"{value:,.10g}"


def _frame(rows: Iterable[Mapping[str, Any]], kinds: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of these columns and types, also where there are no rows; texts that are not known are empty."""
    listed = list(rows)
    series: dict[str, pd.Series[Any]] = {}
    for name, kind in kinds.items():
        values = [row.get(name) for row in listed]
        if kind is str:
            series[name] = pd.Series(["" if v is None else str(v) for v in values], dtype="str")
        elif kind is float:
            series[name] = pd.Series([np.nan if v is None else float(v) for v in values], dtype=float)
        else:
            series[name] = pd.Series(values, dtype=kind)
    return pd.DataFrame(series)


def _stacked(parts: list[Profile]) -> Profile:
    """The profiles of several tables as one."""
    return Profile(
        **{f.name: pd.concat([getattr(p, f.name) for p in parts], ignore_index=True) for f in fields(Profile)}
    )
