"""Two extracts compared, from the saved tables of two runs: what came, went, was renamed, or is spread otherwise.

Population stability index (PSI): the sum of (after - before) * ln(after / before) over bins of the earlier extract, its
tenths for numbers, its most frequent values for categories. Below 0.1 nothing of note changed, above 0.25 the column
is another one (Siddiqi 2006, Credit Risk Scorecards). Few rows differ by chance alone: a PSI also has to pass the 99%
quantile of what two samples of these sizes show without any change, chi-squared times (1/n + 1/m) (Yurdakul 2018).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special  # stats has the same quantiles, and takes most of a second to import

from helpers.errors import InputError, nearest

SOME_DRIFT, MUCH_DRIFT = 0.1, 0.25
CHANCE = 0.99
_LEAST_SHARE = 1e-4  # an empty bin counts as this share, or its logarithm would have no end
_LEAST_ROWS = 100
_KEPT_VALUES = 50  # as many of a column's values as an extract lists (data.profiling.values.VALUES_KEPT)
_SAME_SHAPE = 0.1
_ROWS_CHANGED, _MISSING_CHANGED, _MISSING_MUCH = 0.2, 0.05, 0.2  # our own conventions
_NEEDED = ("table", "column", "kind", "rows", "missing_share", "distinct")


@dataclass(frozen=True)
class Extract:
    """One run's saved tables. columns: data_columns. values: data_values; without rows where the run did not save it.
    received: data_received; may be without rows."""

    columns: pd.DataFrame
    values: pd.DataFrame
    received: pd.DataFrame


@dataclass(frozen=True)
class Drift:
    """Two extracts beside each other.

    columns: a row a column of either extract, worst first: table, column, column_before (another where renamed),
        verdict (gone, renamed, changed, new, some change, same), psi (NaN where not known), psi_by_chance (what it
        passes by chance once in a hundred), rows, missing_share, distinct and mean, each `_before` and `_after`,
        new_values and gone_values (texts, "" for none; only where both extracts list all values)
    tables: a row a table: table, verdict (gone, new, more rows, fewer rows, same), and rows, first and last (dates),
        each `_before` and `_after`
    """

    columns: pd.DataFrame
    tables: pd.DataFrame


def drift_of(before: pd.DataFrame, after: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """How far the spread of each measure has moved between two sets of rows: column, rows_before, rows_after,
    median_before, median_after, psi, psi_by_chance, verdict (changed, some change, same; few where either set has less
    than a hundred known values).

    Bins are the earlier tenths; where many values are equal, there are fewer. Columns that one set lacks are left out.
    """
    rows = []
    for column in columns:
        if column not in before or column not in after:
            continue
        was, now = (side[column].dropna().to_numpy(float) for side in (before, after))
        row: dict[str, Any] = {"column": column, "rows_before": len(was), "rows_after": len(now)}
        row |= {f"median_{w}": float(np.median(x)) if len(x) else np.nan for w, x in (("before", was), ("after", now))}
        row |= {"psi": np.nan, "psi_by_chance": np.nan, "verdict": "few"}
        if min(len(was), len(now)) >= _LEAST_ROWS:
            edges = np.unique(np.quantile(was, np.arange(1, 10) / 10))
            shares = [np.bincount(np.searchsorted(edges, x), minlength=len(edges) + 1) / len(x) for x in (was, now)]
            psi, chance = stability_index(shares[0], shares[1], len(was), len(now))
            much, some = psi > max(chance, MUCH_DRIFT), psi > max(chance, SOME_DRIFT)
            row |= {"psi": psi, "psi_by_chance": chance}
            row["verdict"] = "changed" if much else "some change" if some else "same"
        rows.append(row)
    numbers = ("rows_before", "rows_after", "median_before", "median_after", "psi", "psi_by_chance")
    types = {"column": "str", **dict.fromkeys(numbers, "float64"), "verdict": "str"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def stability_index(before: Any, after: Any, n: float, m: float) -> tuple[float, float]:
    """PSI of two spreads over the same bins, as shares, and what it passes by chance once in a hundred with n and m
    rows."""
    p, q = (np.maximum(np.asarray(side, float), _LEAST_SHARE) for side in (before, after))
    chance = special.chdtri(max(len(p) - 1, 1), 1 - CHANCE) * (1 / n + 1 / m)
    return float(((q - p) * np.log(q / p)).sum()), float(chance)


_ORDER = ("gone", "renamed", "changed", "new", "some change", "same")


def compare_profiles(before: Extract, after: Extract) -> Drift:
    """What changed from one extract to the next.

    Raises InputError where a frame lacks what every run saves. Extracts of runs without data_values, that is of an
    older version, are compared without their spread.
    """
    for name, extract in (("earlier", before), ("later", after)):
        lacks = [c for c in _NEEDED if c not in extract.columns]
        if lacks:
            raise InputError(
                f"The {name} extract's data_columns lacks {', '.join(lacks)}",
                where="Comparing two extracts",
                mend="Make that report again with this version.",
            )
    pairs = _pair_columns(before, after)
    rows = [_compare(table, old, new, before, after) for table, old, new in pairs]
    columns = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    worst = columns["verdict"].map(_ORDER.index).astype(int)
    columns = columns.assign(worst=worst).sort_values(["worst", "psi"], ascending=[True, False], kind="stable")
    return Drift(columns.drop(columns="worst").reset_index(drop=True), _compare_tables(before, after))


_COLUMNS: dict[str, Any] = {"table": str, "column": str, "column_before": str, "verdict": str}
_COLUMNS |= {"psi": float, "psi_by_chance": float}
_COMPARED = ("rows", "missing_share", "distinct", "mean")
_COLUMNS |= {f"{fact}_{when}": float for fact in _COMPARED for when in ("before", "after")}
_COLUMNS |= {"new_values": str, "gone_values": str}


def _pair_columns(before: Extract, after: Extract) -> list[tuple[str, str, str]]:
    """(table, earlier name, later name) of every column; "" on the side that lacks it. A column that is gone and one
    that is new are one renamed where the kind is the same and either the spelling is near and the values don't
    contradict, or the values are spread the same and no other column's are."""
    pairs = []
    tables = dict.fromkeys([*before.columns["table"], *after.columns["table"]])
    for table in tables:
        old = before.columns[before.columns["table"] == table].set_index("column")["kind"]
        new = after.columns[after.columns["table"] == table].set_index("column")["kind"]
        gone, come = [c for c in old.index if c not in new.index], [c for c in new.index if c not in old.index]
        pairs += [(table, c, c) for c in old.index if c in new.index]
        for column in gone:
            alike = [c for c in come if new[c] == old[column]]
            named = nearest(column, alike)
            spread = {c: _psi(table, column, c, before, after)[0] for c in alike}
            same = [c for c, psi in spread.items() if psi < _SAME_SHAPE]
            found = named if named and not spread[named] > MUCH_DRIFT else same[0] if len(same) == 1 else ""
            pairs.append((table, column, found))
            come = [c for c in come if c != found]
        pairs += [(table, "", c) for c in come]
    return pairs


def _compare(table: str, old: str, new: str, before: Extract, after: Extract) -> dict[str, Any]:
    was, now = _facts(before, table, old), _facts(after, table, new)
    row: dict[str, Any] = {"table": table, "column": new or old, "column_before": old, "psi": np.nan}
    for fact in _COMPARED:
        row |= {f"{fact}_before": was.get(fact, np.nan), f"{fact}_after": now.get(fact, np.nan)}
    row |= {"new_values": "", "gone_values": "", "psi_by_chance": np.nan}
    if not old or not new:
        return row | {"verdict": "new" if new else "gone"}
    row["psi"], row["psi_by_chance"] = _psi(table, old, new, before, after)
    row["new_values"], row["gone_values"] = _values_gone(table, old, new, before, after)
    return row | {"verdict": "renamed" if old != new else _verdict(row, str(was["kind"]), str(now["kind"]))}


def _verdict(row: Mapping[str, Any], kind_before: str, kind_after: str) -> str:
    if kind_before != kind_after:
        return "changed"
    missing = abs(row["missing_share_after"] - row["missing_share_before"])
    real = row["psi"] > row["psi_by_chance"]
    if (real and row["psi"] > MUCH_DRIFT) or missing > _MISSING_MUCH:
        return "changed"
    told = real and row["psi"] > SOME_DRIFT
    if told or missing > _MISSING_CHANGED or row["new_values"] or row["gone_values"]:
        return "some change"
    return "same"


def _facts(extract: Extract, table: str, column: str) -> dict[str, Any]:
    own = extract.columns[(extract.columns["table"] == table) & (extract.columns["column"] == column)]
    return {str(name): value for name, value in own.iloc[0].items()} if len(own) else {}


def _values_of(extract: Extract, table: str, column: str, measure: str) -> pd.DataFrame:
    values = extract.values
    if values.empty:
        return pd.DataFrame(columns=["value", "low", "high", "rows"])
    return values[(values["table"] == table) & (values["column"] == column) & (values["measure"] == measure)]


def _filled(facts: Mapping[str, Any]) -> float:
    return float(facts["rows"] * (1 - facts["missing_share"]))


def _psi(table: str, old: str, new: str, before: Extract, after: Extract) -> tuple[float, float]:
    """PSI and what it passes by chance once in a hundred; NaN where the spread of either is not known."""
    was, now = _facts(before, table, old), _facts(after, table, new)
    n, m = _filled(was), _filled(now)
    shares = _shares_of_values(table, old, new, before, after, n, m) or _shares_of_tenths(
        table, old, new, before, after
    )
    if not shares or n < 2 or m < 2:
        return float("nan"), float("nan")
    return stability_index(*shares, n, m)


def _shares_of_values(
    table: str, old: str, new: str, before: Extract, after: Extract, n: float, m: float
) -> tuple[list[float], list[float]] | None:
    """Shares of the earlier extract's values and of all others, where both extracts list values."""
    was = _values_of(before, table, old, "value").set_index("value")["rows"]
    now = _values_of(after, table, new, "value").set_index("value")["rows"]
    if was.empty or now.empty:
        return None
    kept = [v for v in was.index if was[v] / n >= 0.01][:20] or [was.index[0]]
    p, q = [float(was[v]) / n for v in kept], [float(now.get(v, 0)) / m for v in kept]
    return [*p, 1 - sum(p)], [*q, 1 - sum(q)]


def _shares_of_tenths(
    table: str, old: str, new: str, before: Extract, after: Extract
) -> tuple[list[float], list[float]] | None:
    """Shares between the earlier extract's tenths; the later one's are read off its own quantiles, straight between
    them."""
    was, now = _values_of(before, table, old, "quantile"), _values_of(after, table, new, "quantile")
    if len(was) < 3 or len(now) < 3:
        return None
    tenths = was[(was["low"] * 10).round(6).isin(range(1, 10))]
    edges = np.unique(tenths["high"].to_numpy(float))
    p, q = (np.diff([0, *_share_below(side, edges), 1]) for side in (was, now))
    return p.tolist(), q.tolist()


def _share_below(quantiles: pd.DataFrame, edges: Any) -> Any:
    """The share of numbers up to each edge; where many are equal, all of them."""
    curve = quantiles.groupby("high")["low"].max()
    return np.interp(edges, curve.index.to_numpy(float), curve.to_numpy(float), left=0.0, right=1.0)


def _values_gone(table: str, old: str, new: str, before: Extract, after: Extract) -> tuple[str, str]:
    """Categories that only the later and only the earlier extract has, where both list all they have."""
    listed = []
    for extract, column in ((before, old), (after, new)):
        facts, values = _facts(extract, table, column), _values_of(extract, table, column, "value")
        if values.empty or facts["kind"] == "number" or facts["distinct"] > min(len(values), _KEPT_VALUES):
            return "", ""
        listed.append(list(values["value"]))
    was, now = listed
    return ", ".join(v for v in now if v not in was), ", ".join(v for v in was if v not in now)


def _compare_tables(before: Extract, after: Extract) -> pd.DataFrame:
    rows = []
    for table in dict.fromkeys([*before.columns["table"], *after.columns["table"]]):
        row: dict[str, Any] = {"table": table}
        for when, extract in (("before", before), ("after", after)):
            own = extract.columns[extract.columns["table"] == table]
            row[f"rows_{when}"] = float(own["rows"].max())  # NaN where it has no such table
            dated = extract.received[extract.received["table"] == table] if len(extract.received) else pd.DataFrame()
            for end in ("first", "last"):
                row[f"{end}_{when}"] = dated[f"{end}_on"].min() if len(dated) else pd.NaT
        change = row["rows_after"] / max(row["rows_before"], 1) - 1
        moved = "same" if abs(change) <= _ROWS_CHANGED else "more rows" if change > 0 else "fewer rows"
        row["verdict"] = "new" if np.isnan(row["rows_before"]) else "gone" if np.isnan(row["rows_after"]) else moved
        rows.append(row)
    names = [
        "table",
        "verdict",
        "rows_before",
        "rows_after",
        "first_before",
        "last_before",
        "first_after",
        "last_after",
    ]
    return pd.DataFrame(rows, columns=names)
