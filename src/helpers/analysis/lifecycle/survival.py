"""For how long customers stay: Kaplan-Meier curves with their intervals, and the log-rank test between groups.

Estimate, standard error and test are those of statsmodels (`SurvfuncRight`, `survdiff`). Interval: 95%, on the scale of
log(-log(survival)), which keeps it within 0 and 1 (Kalbfleisch and Prentice 2002, The Statistical Analysis of Failure
Time Data, 1.4.3); where none or all have ended that scale has no value, and the exact binomial bound of those at risk
takes its place. Who has not ended yet counts as long as he was seen, no longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy import special

from helpers.errors import InputError

ALL = "all"  # the grouping, and the group, of the whole sample
UNKNOWN = "(unknown)"  # the group of customers whose group is not known
MONTH_DAYS = 365.25 / 12
_Z_95 = 1.959963984540054
_CURVES = ["grouping", "group", "months", "at_risk", "survival", "low", "high"]
_MEDIANS = ["grouping", "group", "median_months", "customers", "ended"]


@dataclass(frozen=True)
class Survival:
    """How many are still customers after so many months.

    curves: grouping, group, months (rising), at_risk (customers seen up to that month, before those who end in it),
        survival (share still a customer after it, 0-1), low, high (95% interval). The whole sample first, as grouping
        "all", group "all"; then each group by name, the unknown last. A curve ends with the longest time seen in it
    medians: a row a curve, in their order: grouping, group, median_months (first time at which half or fewer are left;
        NaN where more are left to the end), customers, ended
    chi_squared, degrees, p_value: log-rank test that all groups share one curve; NaN and 0 with fewer than two groups,
        or where nobody's end tells them apart. Customers of an unknown group have a curve but no part in the test
    """

    curves: pd.DataFrame
    medians: pd.DataFrame
    chi_squared: float
    degrees: int
    p_value: float


def estimate_survival(
    months: pd.Series,
    ended: pd.Series,
    groups: pd.Series | None = None,
    grouping: str = ALL,
    at: Sequence[int] | None = None,
) -> Survival:
    """Share of customers left after so many months, of all and of each group.

    months: a number a customer, 0 or more: how long he has stayed, or stayed until he ended. ended: true where he ended
    then, false where he was still there. groups: the group of each, named `grouping`; none for the whole sample alone.
    at: the months told of; by default every whole one from 0 to the longest time seen.
    Without customers there are no rows. Raises InputError where lengths differ, a value is missing, or months are
    negative or endless, or `grouping` is "all" though groups are given.
    """
    time, end = _checked(months, ended)
    if not len(time):
        return Survival(pd.DataFrame(columns=_CURVES), pd.DataFrame(columns=_MEDIANS), float("nan"), 0, float("nan"))
    names = None if groups is None else _group_names(groups, grouping, len(time))
    grid = np.arange(int(time.max()) + 1) if at is None else np.asarray(sorted(set(at)))
    samples = [(ALL, ALL, np.ones(len(time), dtype=bool))]
    if names is not None:
        samples += [(grouping, name, names == name) for name in sorted(set(names), key=lambda n: (n == UNKNOWN, n))]
    curves, medians = [], []
    for of, name, chosen in samples:
        curve, median = _curve(time[chosen], end[chosen], grid)
        curves.append(curve.assign(grouping=of, group=name)[_CURVES])
        medians.append((of, name, median, int(chosen.sum()), int(end[chosen].sum())))
    return Survival(
        pd.concat(curves, ignore_index=True),
        pd.DataFrame(medians, columns=_MEDIANS),
        *_log_rank(time, end, names),
    )


def _curve(time: np.ndarray, end: np.ndarray, grid: np.ndarray) -> tuple[pd.DataFrame, float]:
    from statsmodels.duration.survfunc import SurvfuncRight  # two seconds to import

    found = SurvfuncRight(time, end)
    # Before the first end all are there; the step in force at a month is the last one at or before it.
    share = np.concatenate([[1.0], found.surv_prob])
    error = np.concatenate([[0.0], found.surv_prob_se])
    shown = grid[grid <= time.max()]
    step = np.searchsorted(found.surv_times, shown, side="right")
    at_risk = len(time) - np.searchsorted(np.sort(time), shown, side="left")
    low, high = _interval(share[step], error[step], at_risk)
    curve = pd.DataFrame({"months": shown, "at_risk": at_risk, "survival": share[step], "low": low, "high": high})
    halved = np.flatnonzero(np.round(found.surv_prob, 12) <= 0.5)
    return curve, float(found.surv_times[halved[0]]) if len(halved) else nan


def _interval(share: np.ndarray, error: np.ndarray, at_risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inside = (share > 0) & (share < 1)
    p = np.where(inside, share, 0.5)
    spread = np.where(inside, _Z_95 * error / (p * np.log(p)), 0)
    bound = 0.025 ** (1 / np.maximum(at_risk, 1))
    low = np.where(inside, p ** np.exp(-spread), np.where(share == 1, bound, 0))
    high = np.where(inside, p ** np.exp(spread), np.where(share == 1, 1, 1 - bound))
    return low, high


def _log_rank(time: np.ndarray, end: np.ndarray, names: np.ndarray | None) -> tuple[float, int, float]:
    from statsmodels.duration.survfunc import survdiff

    if names is None:
        return nan, 0, nan
    known = names != UNKNOWN
    kinds, codes = np.unique(names[known], return_inverse=True)
    if len(kinds) < 2 or not end[known].any():
        return nan, 0, nan
    try:
        chi_squared = float(survdiff(time[known], end[known], codes)[0])
    except np.linalg.LinAlgError:  # a group left before anybody ended
        return nan, 0, nan
    degrees = len(kinds) - 1
    return chi_squared, degrees, float(special.chdtrc(degrees, chi_squared))


def _group_names(groups: pd.Series, grouping: str, customers: int) -> np.ndarray:
    if grouping == ALL:
        raise InputError(f'the groups are called "{ALL}", which is the whole sample', where="Survival")
    if len(groups) != customers:
        raise InputError(f"{len(groups)} groups were given for {customers} customers", where="Survival")
    return groups.astype("object").where(groups.notna(), UNKNOWN).astype(str).to_numpy(dtype=object)


def _checked(months: pd.Series, ended: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    if len(months) != len(ended):
        raise InputError(f"{len(months)} times were given and {len(ended)} ends", where="Survival")
    missing = int((months.isna().to_numpy() | ended.isna().to_numpy()).sum())
    if missing:
        raise InputError(
            f"it is not known of {missing} of {len(months)} customers how long they stayed or whether they ended",
            where="Survival",
            mend="Give those of whom both are known.",
        )
    time = months.to_numpy(dtype=float)
    wrong = int((~np.isfinite(time) | (time < 0)).sum())
    if wrong:
        raise InputError(f"{wrong} times are below zero or endless", where="Survival", allowed="months of 0 or more")
    return time, ended.astype(bool).to_numpy().astype(float)
