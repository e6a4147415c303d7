"""Whether a rating goes with the score more closely in one group of customers than in the others.

For each group and driver: the slope of the score on the driver, other ratings being equal, within the group and among
all other answers of the grouping. The difference is the driver's interaction with the group in a model whose slopes are
all free, tested by Wald's statistic with errors robust to unequal spread (HC3), and corrected over all drivers, groups
and groupings (Benjamini and Hochberg 1995, J. R. Statist. Soc. B 57(1)).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.nps_drivers.complete import Complete
from helpers.analysis.nps_drivers.penalty import robust_regression
from helpers.errors import InputError

Z_95 = 1.959963984540054
WAVE = "wave"  # no group of customers
CLEAR = 0.05
MOST_GROUPS = 12  # of a grouping; the groups with fewer answers join "all others"
PER_DRIVER = 10  # answers a driver that a group must have beyond `min_answers`
_COLUMNS = {
    "grouping": "str", "group": "str", "driver": "str", "answers": "int64", "slope": "float64", "slope_low": "float64",
    "slope_high": "float64", "slope_others": "float64", "difference": "float64", "low": "float64", "high": "float64",
    "p_value": "float64", "p_adjusted": "float64", "clear": "bool",
}  # fmt: skip


@dataclass(frozen=True)
class Contrasts:
    """contrasts, surest first: grouping, group, driver, answers (of the group), slope (points of score a point of
    rating, other ratings being equal), slope_low, slope_high, slope_others (among all other answers of the grouping),
    difference, low, high (95%), p_value, p_adjusted, clear (p_adjusted <= .05). Waves are no groups of customers. Empty
    where no grouping has two groups with enough answers."""

    contrasts: pd.DataFrame
    least_answers: int  # that a group must have
    answers: int


def contrast_drivers(ready: Complete, groups: pd.DataFrame, min_answers: int = 50) -> Contrasts:
    """Differences of slopes between each group and the others of its grouping.

    groups: the rows that `ready` was made of, a column a grouping, blank where the group is not known: such answers are
    left out of that grouping. Of two groups, whose contrasts are each other's with the sign turned, one counts as a
    test. Raises InputError where the rows are not as many.
    """
    if len(groups) != len(ready.rows):
        raise InputError(
            f"{len(groups)} rows of groups for {len(ready.rows)} rows of ratings",
            where="contrasts",
            allowed="the same rows",
        )
    groups = groups[ready.rows]
    least = max(min_answers, PER_DRIVER * (len(ready.drivers) + 1))
    frames = []
    for grouping in (name for name in groups.columns if name != WAVE):
        kept = groups[grouping].notna().to_numpy()
        names = groups[grouping].astype("str").to_numpy(dtype=object)
        counts = pd.Series(names[kept]).value_counts()
        for group in counts[counts >= least].index[:MOST_GROUPS]:
            own, others = kept & (names == group), kept & (names != group)
            if others.sum() >= least:
                frames.append(_contrast(ready, own, others).assign(grouping=grouping, group=group))
    if not frames or not ready.drivers:
        return Contrasts(pd.DataFrame({c: pd.Series(dtype=k) for c, k in _COLUMNS.items()}), least, ready.answers)
    frame = pd.concat(frames, ignore_index=True)
    again = _mirrored(frame, groups)
    tested = ~again & frame["p_value"].notna()
    frame["p_adjusted"] = np.nan
    if tested.any():
        from statsmodels.stats.multitest import multipletests  # two seconds to import

        frame.loc[tested, "p_adjusted"] = multipletests(frame.loc[tested, "p_value"], method="fdr_bh")[1]
    of_both = frame.groupby(["grouping", "driver"])["p_adjusted"].transform("max")
    frame["p_adjusted"] = frame["p_adjusted"].mask(again, of_both)
    frame["clear"] = frame["p_adjusted"] <= CLEAR
    frame = frame.sort_values(["p_adjusted", "p_value", "difference"], ascending=[True, True, False], ignore_index=True)
    return Contrasts(frame[list(_COLUMNS)].astype(_COLUMNS), least, ready.answers)


def _contrast(ready: Complete, own: np.ndarray, others: np.ndarray) -> pd.DataFrame:
    (slope, error), (slope_others, error_others) = (_slopes(ready, rows) for rows in (own, others))
    difference, spread = slope - slope_others, np.hypot(error, error_others)
    with np.errstate(invalid="ignore", divide="ignore"):
        p_value = 2 * special.ndtr(-np.abs(difference / spread))
    return pd.DataFrame(
        {
            "driver": ready.drivers,
            "answers": int(own.sum()),
            "slope": slope,
            "slope_low": slope - Z_95 * error,
            "slope_high": slope + Z_95 * error,
            "slope_others": slope_others,
            "difference": difference,
            "low": difference - Z_95 * spread,
            "high": difference + Z_95 * spread,
            "p_value": p_value,
        }
    )


def _slopes(ready: Complete, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and their errors among these answers; NaN for a rating that is constant or a copy among them."""
    x, y, weights = ready.x[rows], ready.y[rows], ready.weights[rows]
    k = x.shape[1]
    slope, error = np.full(k, np.nan), np.full(k, np.nan)
    usable = np.zeros(k, dtype=bool)
    basis = np.ones((len(x), 1)) / np.sqrt(len(x))
    for j in range(k):
        left = x[:, j] - basis @ (basis.T @ x[:, j])
        if left @ left > 1e-8 * max(x[:, j] @ x[:, j], 1e-300):
            usable[j] = True
            basis = np.column_stack([basis, left / np.sqrt(left @ left)])
    design = np.column_stack([np.ones(len(x)), x[:, usable]])
    if len(x) <= design.shape[1]:
        return slope, error
    coefficients, covariance = robust_regression(design, y, weights)
    slope[usable], error[usable] = coefficients[1:], np.sqrt(np.diag(covariance)[1:])
    return slope, error


def _mirrored(frame: pd.DataFrame, groups: pd.DataFrame) -> np.ndarray:
    """Which rows are those of the second of two groups: they tell what the first one's tell."""
    mirrored = np.zeros(len(frame), dtype=bool)
    for grouping, members in frame.groupby("grouping", sort=False):
        told = members["group"].unique()
        if groups[grouping].nunique() == len(told) == 2:
            mirrored[members.index[members["group"] == told[1]]] = True
    return mirrored
