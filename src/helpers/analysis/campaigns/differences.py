"""Difference in differences: how far those contacted moved away from everyone else once the campaign began.

The change of one group less the change of the other is the campaign's doing only if both would have moved alike without
it. Everything is a weighted sum of what customers bought in each period, so a customer's own periods never count as
independent: errors are clustered by customer, as collapsing each to a before and an after does (Bertrand, Duflo and
Mullainathan 2004, "How much should we trust differences-in-differences estimates?", QJE 119). They equal those of
statsmodels' OLS with cov_type="cluster" on one row a customer and side of the first day.

Whether both moved alike before is looked at three ways: the gap between them in each period before (joint test), its
slope, and an estimate for a start in the middle of the time before. A check that finds nothing proves nothing (Roth
2022, "Pretest with caution", AER: Insights 4), so the drift that it could have missed is told beside it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special  # stats has the same quantiles, and takes most of a second to import

from helpers.errors import InputError

LEAST_CUSTOMERS = 30  # on each side, or the spread between customers is not known well enough
LEAST_DAYS = 7  # followed: weekdays differ
LEAST_TRENDS = 3  # periods before, from which on trends can be compared
ALPHA = 0.05  # of the check on trends
ENTANGLED = 0.5  # share of those contacted in another campaign, of the others half as many at most
_ENTANGLED = {"ok": False, "why": "entangled"}
ALIKE, APART, NOT_CHECKED = "alike", "apart", "not checked"
_SUMS = ["campaign", "arm", "period", "days", "customers", "total"]
_PRODUCTS = ["campaign", "arm", "period", "other", "product"]


@dataclass(frozen=True)
class Differences:
    """by_arm: one row a campaign and arm contacted: campaign, arm, n, control_n (customers), days (followed),
    days_before; before, after, control_before, control_after (mean per customer, before scaled to the days followed),
    change (after - before) with change_low, change_high; estimate (the change less that of everyone else) with error
    (clustered by customer), low, high, p_value; trend_p (joint test that the gap was the same in all periods before),
    slope (change of the gap a period, per customer) with slope_low, slope_high; placebo (the estimate for a start
    half-way through the time before) with placebo_low, placebo_high; drift (how much of an estimate a slope just too
    small to be seen would make); trends (alike, apart, not checked); ok; why ("" where ok). All NaN where too thin.
    course: one row a campaign, arm and period: campaign, arm, period, days, customers, mean (per customer and whole
    period) with low, high.
    gaps: one row a campaign, arm and period: campaign, arm, period, gap (to everyone else, less that of the last
    period before) with low, high."""

    by_arm: pd.DataFrame
    course: pd.DataFrame
    gaps: pd.DataFrame


@dataclass(frozen=True)
class _Side:
    """Customers of one arm: how many, the mean of each period, and the sum of squares and products about it."""

    n: int
    mean: np.ndarray
    scatter: np.ndarray


def measure_differences(
    sums: pd.DataFrame,
    products: pd.DataFrame,
    control: str,
    confidence: float = 0.95,
    *,
    shared: pd.DataFrame | None = None,
) -> Differences:
    """Compare each arm of a campaign with the arm named `control` of the same campaign.

    `sums`: campaign, arm, period (0 starts on the first day; -1 is the one before), days, customers, total (of all
    customers). `products`: campaign, arm, period, other, product (the sum over customers of what each had in the one
    times what he had in the other; period <= other). A campaign without both sides has no row. `shared`: campaign,
    member_share, others_share: how many of those contacted, and of everyone else, were in another campaign at the time
    (one row an other campaign). Where most of those contacted were, and far fewer of the others, no difference is put
    down to either.

    Raises InputError where a column is missing or the confidence is impossible.
    """
    for frame, needed in ((sums, _SUMS), (products, _PRODUCTS)):
        if missing := [c for c in needed if c not in frame]:
            raise InputError(f"column {missing[0]!r} is missing", where="periods", allowed=", ".join(needed))
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence} is impossible", where="periods", allowed="between 0 and 1")
    entangled = set() if shared is None else _entangled(shared)
    rows, course, gaps = [], [], []
    for campaign, own in sums.groupby("campaign", sort=False):
        their = products[products["campaign"] == campaign]
        if control not in set(own["arm"]):
            continue
        days = own[own["arm"] == control].sort_values("period").set_index("period")["days"].astype("float64")
        sides = {str(arm): _side(part, their[their["arm"] == arm]) for arm, part in own.groupby("arm", sort=False)}
        for arm, side in sides.items():
            keys = {"campaign": campaign, "arm": arm}
            course += [{**keys, **row} for row in _course(side, days, confidence)]
            if arm != control:
                row = _compare(side, sides[control], days, confidence)
                rows.append({**keys, **row, **(_ENTANGLED if row["ok"] and campaign in entangled else {})})
                gaps += [{**keys, **row} for row in _gaps(side, sides[control], days, confidence)]
    told = ["campaign", "arm", "period", "gap", "low", "high"]
    return Differences(
        pd.DataFrame(rows, columns=_COLUMNS),
        pd.DataFrame(course, columns=["campaign", "arm", "period", "days", "customers", "mean", "low", "high"]),
        pd.DataFrame(gaps, columns=told),
    )


def _entangled(shared: pd.DataFrame) -> set[str]:
    """The campaigns whose customers were mostly in another one, as the others were not."""
    apart = (shared["member_share"] >= ENTANGLED) & (shared["others_share"] <= shared["member_share"] / 2)
    return set(shared.loc[apart.astype("bool"), "campaign"])


def _side(sums: pd.DataFrame, products: pd.DataFrame) -> _Side:
    sums = sums.sort_values("period")
    n, first, k = int(sums["customers"].iloc[0]), int(sums["period"].iloc[0]), len(sums)
    mean = sums["total"].to_numpy("float64") / n if n else np.full(k, np.nan)
    scatter = np.zeros((k, k))
    i, j = (products[c].to_numpy("int64") - first for c in ("period", "other"))
    scatter[i, j] = scatter[j, i] = products["product"].to_numpy("float64")
    return _Side(n, mean, scatter - n * np.outer(mean, mean))


def _compare(side: _Side, control: _Side, days: pd.Series, confidence: float) -> dict[str, Any]:
    period = days.index.to_numpy()
    before, after = period < 0, period >= 0
    length = days.to_numpy()
    told: dict[str, Any] = {"n": side.n, "control_n": control.n, "days": length[after].sum()}
    told["days_before"] = length[before].sum()
    if why := _too_thin(side, control, told["days_before"], told["days"]):
        return {**dict.fromkeys(_COLUMNS[2:], np.nan), **told, "trends": NOT_CHECKED, "ok": False, "why": why}
    scale = told["days"] / told["days_before"]
    change = np.where(after, 1.0, -scale)
    for name, one in (("", side), ("control_", control)):
        told[f"{name}before"] = float(one.mean[before].sum() * scale)
        told[f"{name}after"] = float(one.mean[after].sum())
    told["change"] = told["after"] - told["before"]
    reach = _quantile(side.n - 1, confidence) * np.sqrt(_variance(change, side) * side.n / (side.n - 1))
    told |= {"change_low": told["change"] - reach, "change_high": told["change"] + reach}
    told["estimate"], told["error"], told["low"], told["high"] = _contrast(change, side, control, confidence)
    told["p_value"] = _p_value(told["estimate"], told["error"], _freedom(side, control))
    told |= _check_trends(side, control, days, confidence)
    wrong = {APART: "they moved apart before", NOT_CHECKED: "too short a time before"}
    return {**told, "ok": told["trends"] == ALIKE, "why": wrong.get(told["trends"], "")}


def _too_thin(side: _Side, control: _Side, days_before: float, days: float) -> str:
    if not days_before:
        return "no sales before"
    if days < LEAST_DAYS:
        return "too short a time after"
    if min(side.n, control.n) < LEAST_CUSTOMERS:
        return "too few customers"
    spread = np.trace(side.scatter) > 0 and np.trace(control.scatter) > 0
    return "" if spread else "too few purchases"


def _check_trends(side: _Side, control: _Side, days: pd.Series, confidence: float) -> dict[str, Any]:
    """Whether the gap between both stood still in the periods before, which are all of one length."""
    period = days.index.to_numpy()
    lead = np.flatnonzero(period < 0)
    if len(lead) < LEAST_TRENDS:
        return {"trend_p": np.nan, "trends": NOT_CHECKED}
    centred = np.where(period < 0, period - period[lead].mean(), 0.0)
    slope = centred / (centred**2).sum()
    told: dict[str, Any] = dict(
        zip(
            ("slope", "slope_error", "slope_low", "slope_high"),
            _contrast(slope, side, control, confidence),
            strict=True,
        )
    )
    late = lead[len(lead) - len(lead) // 2 :]
    early = lead[: len(lead) - len(late)]
    placebo = np.zeros(len(period))
    placebo[late], placebo[early] = 1.0, -len(late) / len(early)
    followed, length = days[days.index >= 0], days.iloc[0]
    placebo *= followed.sum() / (length * len(late))  # as many days as the campaign was followed
    estimate, _, low, high = _contrast(placebo, side, control, confidence)
    told |= {"placebo": estimate, "placebo_low": low, "placebo_high": high}
    # From the middle of the time before to that of the time after, a steady drift adds this much to the estimate.
    middle = float((followed.index * length + followed / 2) @ followed / followed.sum()) / length
    distance = middle - float(period[lead].mean() + 0.5)
    told["drift"] = (told["slope_high"] - told["slope"]) * distance * followed.sum() / length
    told["trend_p"] = _joint_p(side, control, lead)
    apart = told["trend_p"] < ALPHA or low > 0 or high < 0
    return told | {"trends": APART if apart else ALIKE}


def _joint_p(side: _Side, control: _Side, lead: np.ndarray) -> float:
    """Of the hypothesis that the gap was the same in all periods before: Wald's statistic as an F, with the degrees of
    freedom of the smaller side (Hotelling 1931). NaN where there are too few customers for so many periods."""
    steps = np.zeros((len(lead) - 1, len(side.mean)))
    steps[:, lead[-1]] = -1.0
    steps[np.arange(len(lead) - 1), lead[:-1]] = 1.0
    gap = steps @ (side.mean - control.mean)
    spread = steps @ (_sample(side) + _sample(control)) @ steps.T
    rank = int(np.linalg.matrix_rank(spread, hermitian=True))
    freedom = _freedom(side, control) - rank + 1
    if not rank or freedom < 1:
        return np.nan
    wald = float(gap @ np.linalg.pinv(spread, hermitian=True) @ gap)
    return float(special.fdtrc(rank, freedom, wald * freedom / (rank * _freedom(side, control))))


def _sample(side: _Side) -> np.ndarray:
    """The covariance of the means of the periods."""
    return side.scatter / (side.n - 1) / side.n


def _contrast(weights: np.ndarray, side: _Side, control: _Side, confidence: float) -> tuple[float, float, float, float]:
    """How a weighted sum of periods differs between both sides: the difference, its error and interval.

    The error is that of statsmodels on two rows a customer: CR1, with customers as clusters and four coefficients.
    """
    difference = float(weights @ (side.mean - control.mean))
    n = side.n + control.n
    correction = n / (n - 1) * (2 * n - 1) / (2 * n - 4)
    error = float(np.sqrt(correction * (_variance(weights, side) + _variance(weights, control))))
    reach = _quantile(_freedom(side, control), confidence) * error
    return difference, error, difference - reach, difference + reach


def _variance(weights: np.ndarray, side: _Side) -> float:
    """Of the mean of a weighted sum, as the sum of squared residuals over the squared number of customers."""
    return max(0.0, float(weights @ side.scatter @ weights)) / side.n**2


def _freedom(side: _Side, control: _Side) -> int:
    return min(side.n, control.n) - 1


def _quantile(freedom: int, confidence: float) -> float:
    return float(special.stdtrit(freedom, (1 + confidence) / 2))


def _p_value(estimate: float, error: float, freedom: int) -> float:
    return float(2 * special.stdtr(freedom, -abs(estimate) / error)) if error > 0 else np.nan


def _course(side: _Side, days: pd.Series, confidence: float) -> list[dict[str, Any]]:
    length = float(days.iloc[0])
    rows = []
    for k, (period, own) in enumerate(days.items()):
        scale = length / own  # a last period that is cut short is told as if it went on
        mean = side.mean[k] * scale
        reach = np.nan
        if side.n > 1:
            spread = scale * np.sqrt(max(0.0, side.scatter[k, k]) / (side.n - 1) / side.n)
            reach = _quantile(side.n - 1, confidence) * spread
        told = {"period": period, "days": own, "customers": side.n, "mean": mean}
        rows.append(told | {"low": mean - reach, "high": mean + reach})
    return rows


def _gaps(side: _Side, control: _Side, days: pd.Series, confidence: float) -> list[dict[str, Any]]:
    """The gap in each period, less that of the last one before the campaign."""
    period = days.index.to_numpy()
    if min(side.n, control.n) < LEAST_CUSTOMERS or not (period < 0).any():
        return []
    rows = []
    for k in np.flatnonzero(period != -1):
        weights = np.zeros(len(period))
        weights[k], weights[np.flatnonzero(period == -1)] = days.iloc[0] / days.iloc[k], -1.0
        gap, _, low, high = _contrast(weights, side, control, confidence)
        rows.append({"period": int(period[k]), "gap": gap, "low": low, "high": high})
    return rows


_COLUMNS = [
    *("campaign", "arm", "n", "control_n", "days", "days_before"),
    *("before", "after", "control_before", "control_after", "change", "change_low", "change_high"),
    *("estimate", "error", "low", "high", "p_value", "trend_p", "slope", "slope_low", "slope_high"),
    *("placebo", "placebo_low", "placebo_high", "drift", "trends", "ok", "why"),
]
