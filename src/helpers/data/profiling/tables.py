"""What is in the columns of any table: facts, most frequent values, spread, course in time, correlations.

The engine reduces; what comes back is a row a column, value, bin or day. A handful of queries, whatever the number of
columns and of tables: rows; distinct values; plain facts; the values of columns with few of them, of which more is
worked out here; what needs those (quantiles, skewness, correlations); days; bins and the outermost values; repeated
rows.

From twice EXACT_ROWS on quantiles of numbers with thousands of values come from a sample of at least about that many
rows, chosen by a hash of the whole row, so that the same table always gives the same sample. Above EXACT_ROWS the
distinct values of such fractions and of times are counted approximately (HyperLogLog). Everything else is counted in
all rows.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.engines.dialect import row_hash
from helpers.data.engines.questions import ask_together
from helpers.data.profiling.columns import ProfiledColumn, ProfiledTable
from helpers.data.profiling.facts import QUANTILES, count_distinct, plain_facts, role_of, shape_facts
from helpers.data.profiling.values import (
    bins_and_ends,
    count_days,
    count_values,
    date_bins,
    quantiles_of,
    read_texts,
    top_values,
)
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.schema import DERIVED, TABLES

EXACT_ROWS = 500_000


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
    return _profile(
        [
            ProfiledTable(
                name,
                table,
                date_column=TABLES[name].date_column,
                identifiers=[c.name for c in TABLES[name].columns if c.kind == "id"],
                sparse=[c.name for c in TABLES[name].columns if c.sparse],
                grain=TABLES[name].grain,
                left_out=(SOURCE, SOURCE_ROW, *DERIVED.get(name, ())),
            )
            for name, table in tables.items()
        ],
        exact_rows,
    )


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
    return _profile([ProfiledTable(name, table, date_column, identifiers, sparse, grain)], exact_rows)


def _profile(tables: Sequence[ProfiledTable], exact_rows: int) -> Profile:
    count_distinct(tables, exact_rows)
    plain_facts(tables)
    count_values(tables)
    for t in tables:
        for c in t.columns:
            c.facts["role"] = role_of(c, c.name in t.identifiers)
            read_texts(c)
    pairs = shape_facts(tables, exact_rows)
    days = count_days(tables)
    values = {t.name: [row for c in t.columns for row in top_values(c)] for t in tables}
    bins_and_ends(tables)
    for t in tables:
        for rows in ([c.bins for c in t.columns], map(quantiles_of, t.columns), map(date_bins, t.columns)):
            values[t.name] += [row for own in rows for row in own]
        values[t.name] += [row for c in t.columns for row in c.ends]
    return Profile(
        tables=pd.DataFrame(_about(tables)),
        columns=_frame([c.facts for t in tables for c in t.columns], _FACTS),
        values=_frame([{"table": name, **row} for name, rows in values.items() for row in rows], _VALUES),
        days=days,
        correlations=_frame(pairs, _PAIRS),
    )


def _about(tables: Sequence[ProfiledTable]) -> list[dict[str, Any]]:
    """What is told of each table as a whole."""
    keys = [
        [c.name for c in t.columns if c.facts["role"] in ("identifier", "category") and _tells_rows_apart(t, c)]
        for t in tables
    ]
    repeated = _repeated_rows(tables)
    return [
        {
            "table": t.name,
            "rows": t.rows,
            "columns": len(t.columns),
            "grain": t.grain,
            "date_column": t.main_date.name if t.main_date else "",
            "first_on": t.main_date.facts["first_on"] if t.main_date else pd.NaT,
            "last_on": t.main_date.facts["last_on"] if t.main_date else pd.NaT,
            "keys": ", ".join(own),
            "repeated_rows": float("nan") if own or not t.columns else repeated.get(t.name, 0.0),
        }
        for t, own in zip(tables, keys, strict=True)
    ]


def _repeated_rows(tables: Sequence[ProfiledTable]) -> dict[str, float]:
    """Rows that are equal to another one before them, by table; tables without any may be left out."""
    unsure = [t for t in tables if t.columns and not any(_tells_rows_apart(t, c) for c in t.columns)]
    # Rows whose hashes all differ do so too, and hashes are quicker to tell apart.
    hashed = [(t, hash_) for t in unsure if (hash_ := row_hash(t.plain, list(t.plain.columns))) is not None]
    hashes = ask_together([t.plain.aggregate(n=hash_.nunique()) for t, hash_ in hashed])
    different = {t.name for (t, _), found in zip(hashed, hashes, strict=True) if found["n"][0] == t.rows}
    looked_at = [t for t in unsure if t.name not in different]
    counted = ask_together([t.plain.distinct().aggregate(n=lambda rows: rows.count()) for t in looked_at])
    return {t.name: t.rows - float(found["n"][0]) for t, found in zip(looked_at, counted, strict=True)}


def _tells_rows_apart(t: ProfiledTable, c: ProfiledColumn) -> bool:
    return bool(t.rows > 1 and c.facts["distinct_exact"] and c.facts["distinct"] == t.rows)


_VALUES = {"table": str, "column": str, "measure": str, "value": str, "low": float, "high": float, "rows": float}
_PAIRS = {"table": str, "left": str, "right": str, "correlation": float, "n": int}
_FACTS: dict[str, Any] = {
    **{"table": str, "column": str, "kind": str, "role": str, "rows": int, "missing": int, "missing_share": float},
    **{"distinct": int, "distinct_exact": bool, "minimum": str, "maximum": str, "mean": float, "sparse": bool},
    **{"zeros": float, "negatives": float, "infinite": float, "sd": float, "skewness": float, "kurtosis": float},
    **{f"q{round(100 * q):02d}": float for q in QUANTILES},
    **{"far_out": float, "top_rows": float, "length_min": float, "length_max": float, "length_mean": float},
    **{"number_like_share": float, "date_like_share": float, "padded_share": float, "mention_share": float},
    **{"personal": str, "personal_share": float, "spelling_rows": float, "spelling_example": str},
}


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
