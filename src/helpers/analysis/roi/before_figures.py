"""The figures that a table of before and after tells: their units, which way is better, and those declared as given.

Declared figures are taken as they stand: nobody here can tell how they were counted, so they have no interval and claim
nothing, unless a share comes with the numbers it was counted from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import pandas as pd

from helpers.analysis.roi.before_changes import Change, compare_rates
from helpers.errors import InputError, nearest

MONEY, SHARE, RATIO, COUNT, POINTS = "money", "share", "ratio", "count", "points"
A_MONTH = " a month"  # behind a unit: for 30 days
ROWS = (
    *("metric", "before", "after", "change", "change_share", "low", "high", "verdict", "unit", "basis", "note"),
    *("n_before", "n_after", "measured_before", "measured_after"),
)
DECLARED, MEASURED = "declared", "measured"
BETTER, WORSE, UNCLEAR, FEW = "better", "worse", "unclear", "too few"


@dataclass(frozen=True)
class Figure:
    unit: str
    more_is_better: bool = True


# In the order in which a table tells them.
FIGURES: dict[str, Figure] = {
    "cltv": Figure(MONEY),
    "conversion": Figure(SHARE),
    "cac": Figure(MONEY, more_is_better=False),
    "churn": Figure(SHARE, more_is_better=False),
    "subscriber_churn": Figure(SHARE, more_is_better=False),
    "roi": Figure(RATIO),
    "retention": Figure(SHARE),
    "revenue": Figure(MONEY),
    "revenue_per_customer": Figure(MONEY),
    "average_order": Figure(MONEY),
    "gross_margin": Figure(SHARE),
    "customers": Figure(COUNT),
    "new_customers": Figure(COUNT),
    "return_on_new_customers": Figure(RATIO),
    "nps": Figure(POINTS),
}
_BOUNDS = {MONEY: (0.0, float("inf")), SHARE: (0.0, 1.0), COUNT: (0.0, float("inf")), POINTS: (-100.0, 100.0)}
_BOUNDS_SAID = {MONEY: "0 or more", SHARE: "0 to 1 (0.05 is 5%)", COUNT: "0 or more", POINTS: "-100 to 100"}


def declare_figures(figures: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Rows, with the columns of ROWS, of figures given as {name: [before, after]}: 1000 -> 1200 is +200, 20 %.

    A share may be given as [before, after, counted before, counted after]: conversion of 1,200 and 1,500 leads; it then
    has Newcombe's interval. NPS is given in points and told as a share, -1 to 1. Raises InputError for a figure that is
    not known, has another number of values, or is impossible.
    """
    rows = []
    for name, given in figures.items():
        where = f"roi.figures.{name}"
        if name not in FIGURES:
            hint = nearest(name, FIGURES)
            raise InputError(
                f'"{name}" is not a figure of before and after',
                where="roi.figures",
                allowed=", ".join(FIGURES),
                mend=f'Did you mean "{hint}"?' if hint else "",
            )
        unit = FIGURES[name].unit
        counted = unit == SHARE and len(given) == 4
        if len(given) != 2 and not counted:
            allowed = "[before, after]" + (", or with the numbers they were counted from" if unit == SHARE else "")
            raise InputError(f"{name} has {len(given)} values", where=where, allowed=allowed)
        low, high = _BOUNDS.get(unit, (-float("inf"), float("inf")))
        for value in given[:2]:
            if not (isfinite(value) and low <= value <= high):
                allowed = _BOUNDS_SAID.get(unit, "a number")
                raise InputError(f"{name} of {value:g} is impossible", where=where, allowed=allowed)
        if counted and not all(n >= 1 and n % 1 == 0 for n in given[2:]):
            raise InputError(f"{name} was counted from {given[2]:g} and {given[3]:g}", where=where, allowed="1 or more")
        scale = 0.01 if unit == POINTS else 1.0
        first, second = (float(value) * scale for value in given[:2])
        if counted:
            n_1, n_2 = float(given[2]), float(given[3])
            change = compare_rates(first * n_1, n_1, second * n_2, n_2)
            rows.append(row_of(name, change, basis=DECLARED))
        else:
            rows.append(row_of(name, Change(first, second, nan, nan, nan, nan), basis=DECLARED))
    return rows_frame(rows)


def row_of(metric: str, change: Change, *, unit: str = "", basis: str = MEASURED, note: str = "") -> dict[str, Any]:
    """One row of ROWS. change_share: the change as a share of the figure before; NaN unless that is above zero, and for
    what may fall below it on either side: a score in points, or a return that does."""
    unit = unit or FIGURES[metric].unit
    has_share = change.before > 0 and (unit != RATIO or change.after > 0) and unit != POINTS
    return {
        "metric": metric,
        "before": change.before,
        "after": change.after,
        "change": change.change,
        "change_share": change.change / change.before if has_share else nan,
        "low": change.low,
        "high": change.high,
        "verdict": _verdict(metric, change),
        "unit": unit,
        "basis": basis,
        "note": note,
        "n_before": change.n_before,
        "n_after": change.n_after,
        "measured_before": nan,
        "measured_after": nan,
    }


def rows_frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows in the order of FIGURES, of the same types also where there is none."""
    ordered = sorted(rows, key=lambda row: list(FIGURES).index(row["metric"]))
    frame = pd.DataFrame.from_records(ordered, columns=list(ROWS))
    texts = ("metric", "verdict", "unit", "basis", "note")
    return frame.astype({c: "str" if c in texts else "float64" for c in ROWS})


def _verdict(metric: str, change: Change) -> str:
    if change.n_before != change.n_before:
        return DECLARED
    if change.few:
        return FEW
    if not (change.low > 0 or change.high < 0):
        return UNCLEAR
    return BETTER if (change.low > 0) == FIGURES[metric].more_is_better else WORSE
