"""What a campaign changed, measured against its control arm, and how many customers such a test needs.

Lift is the difference of two means with Welch's interval, which lets the arms differ in size and spread
(Welch 1947, "The generalization of Student's problem when several different population variances are
involved", Biometrika 34). A rate (visit, conversion) is the mean of a 0/1 metric. The arms must have been
assigned at random for the lift to be the campaign's doing.
"""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
import pandas as pd
from scipy import special  # stats has the same quantiles, and takes most of a second to import

from helpers.errors import InputError, nearest

MEASURES = ["n", "mean", "variance"]


@dataclass(frozen=True)
class Lift:
    """by_arm: campaign, [segment,] arm, metric, n, mean, control_n, control_mean, lift (mean - control_mean,
    in the metric's unit), low, high, p_value (two-sided), p_adjusted, relative_lift (lift / control_mean, NaN
    unless that is positive); one row a non-control arm and metric (and segment where given), in the order
    given. tested: whether the control was held out; else the lift is a difference between groups that somebody
    chose."""

    by_arm: pd.DataFrame
    control: str
    tested: bool = True


def measure_lift(arms: pd.DataFrame, control: str, confidence: float = 0.95, *, tested: bool = True) -> Lift:
    """Compare each arm with the control arm of its campaign (and segment), metric by metric.

    `arms`: campaign, arm, metric, n (customers), mean, variance (per customer, with n - 1 below), and segment
    where the lift is wanted by segment. low, high and p_value are NaN where an arm or the control has fewer
    than two customers, or where neither varies at all (nobody bought in either arm): such data show no spread
    to judge by. p_adjusted is Holm's (1979) over all arms and segments of a campaign and metric, so that one
    lucky segment out of many is not taken for an effect.

    Where it was not `tested`, a campaign that everyone is in has nobody to compare with, and no row.

    Raises InputError where columns are missing, an arm is given twice, numbers are impossible, or a campaign
    has no arm named `control`.
    """
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence} is impossible", where="lift", allowed="between 0 and 1")
    keys = ["campaign", *(["segment"] if "segment" in arms else []), "metric"]
    if not tested:
        arms = arms[arms["campaign"].isin(arms.loc[arms["arm"] == control, "campaign"])]
    _check_arms(arms, control, keys)
    measured = arms[[*keys, "arm", *MEASURES]].astype(dict.fromkeys(MEASURES, "float64"))
    is_control = measured["arm"] == control
    controls = measured[is_control].drop(columns="arm")
    # A left join: a segment too small to have control customers keeps its row, without a lift.
    by_arm = measured[~is_control].merge(
        controls, on=keys, how="left", suffixes=("", "_control"), validate="many_to_one"
    )
    lift = by_arm["mean"] - by_arm["mean_control"]
    half, p_value = _welch(by_arm, lift.to_numpy(), confidence)
    by_arm = by_arm.rename(columns={"n_control": "control_n", "mean_control": "control_mean"}).assign(
        n=by_arm["n"].astype("int64"),
        control_n=by_arm["n_control"].fillna(0).astype("int64"),
        lift=lift,
        low=lift - half,
        high=lift + half,
        p_value=p_value,
        relative_lift=lift / by_arm["mean_control"].where(by_arm["mean_control"] > 0),
    )
    by_arm["p_adjusted"] = by_arm.groupby(["campaign", "metric"], dropna=False)["p_value"].transform(_adjust_holm)
    first = [*[k for k in keys if k != "metric"], "arm", "metric", "n", "mean", "control_n", "control_mean"]
    return Lift(by_arm[[*first, "lift", "low", "high", "p_value", "p_adjusted", "relative_lift"]], control, tested)


def lift_of(lift: Lift, metric: str) -> pd.DataFrame:
    """The rows of one metric that a return may rest on: none where nobody was held out."""
    return lift.by_arm[(lift.by_arm["metric"] == metric) & lift.tested]


def family_confidence(arms: pd.DataFrame, control: str, confidence: float = 0.95) -> float:
    """The confidence each interval by segment needs for all to hold together (Bonferroni): 10 comparisons at
    95 % need 99.5 % each. Among twenty segments one would otherwise look like a success by chance.

    `arms` as for `measure_lift`, with segment. A single segment needs no more than the campaign as a whole; an arm
    without a control in its segment is not compared.
    """
    keys = [key for key in ("campaign", "segment", "metric") if key in arms]
    controls = arms.loc[arms["arm"] == control, keys].drop_duplicates()
    compared = arms[arms["arm"] != control].merge(controls, on=keys)
    tests = len(compared) if compared["segment"].nunique() > 1 else 1
    return 1 - (1 - confidence) / tests


def sample_size(rate: float, expected_rate: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """Customers needed in each of two equal arms to tell `rate` from `expected_rate` with a two-sided test.

    Normal approximation with the pooled variance under no effect (Fleiss, Levin and Paik 2003, "Statistical
    Methods for Rates and Proportions", ch. 4, without continuity correction; R's power.prop.test): 5 %
    against 6 % at 80 % power needs 8,158. Raises InputError on rates outside 0-1 or equal, and on impossible
    power or alpha.
    """
    for name, value in {"rate": rate, "expected_rate": expected_rate, "power": power, "alpha": alpha}.items():
        if not 0 < value < 1:
            raise InputError(f"{name} {value} is impossible", where="sample size", allowed="between 0 and 1")
    if rate == expected_rate:
        raise InputError(f"both rates are {rate}: no test can tell them apart", where="sample size")
    if power <= alpha:
        raise InputError(f"power {power} is no more than alpha {alpha}", where="sample size", allowed="above alpha")
    pooled = (rate + expected_rate) / 2
    under_none = -special.ndtri(alpha / 2) * sqrt(2 * pooled * (1 - pooled))
    under_effect = special.ndtri(power) * sqrt(rate * (1 - rate) + expected_rate * (1 - expected_rate))
    return ceil(((under_none + under_effect) / (rate - expected_rate)) ** 2)


def _check_arms(arms: pd.DataFrame, control: str, keys: list[str]) -> None:
    needed = ["campaign", "arm", "metric", *MEASURES]
    if missing := [c for c in needed if c not in arms]:
        raise InputError(f"column {missing[0]!r} is missing", where="lift", allowed=", ".join(needed))
    for campaign, present in arms.groupby("campaign", dropna=False)["arm"]:
        names = sorted(map(str, present.unique()))
        if control not in names:
            guess = nearest(control, names)
            raise InputError(
                f"campaign {campaign!r} has no control arm {control!r}",
                where="exposures",
                allowed=", ".join(names),
                mend=f"Set `control` to {guess!r}" if guess else "Set `control` to the arm that got nothing",
            )
    twice = arms.duplicated([*keys, "arm"])
    if twice.any():
        row = arms[twice].iloc[0]
        raise InputError(f"arm {row['arm']!r} of campaign {row['campaign']!r} is given twice", where="lift")
    numbers = arms[MEASURES].astype("float64")
    # One customer has no variance, and none have no mean; those blanks are expected.
    if numbers["n"].isna().any() or (numbers < 0)[["n", "variance"]].any(axis=None):
        raise InputError("an arm has a blank or negative n, or a negative variance", where="lift", allowed="0 or more")


def _welch(by_arm: pd.DataFrame, lift: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Half the width of the interval and the two-sided p-value of each lift (rows,), NaN where there is
    none."""
    half, p_value = np.full(len(lift), np.nan), np.full(len(lift), np.nan)
    n, n_control = by_arm["n"].to_numpy(), by_arm["n_control"].to_numpy()
    usable = (n >= 2) & (n_control >= 2) & (by_arm["variance"] + by_arm["variance_control"] > 0).to_numpy()
    n, n_control, lift = n[usable], n_control[usable], lift[usable]
    part = by_arm["variance"].to_numpy()[usable] / n
    part_control = by_arm["variance_control"].to_numpy()[usable] / n_control
    error = np.sqrt(part + part_control)
    # Welch and Satterthwaite's degrees of freedom, written with shares so that tiny variances do not vanish
    # squared.
    share = part / (part + part_control)
    freedom = 1 / (share**2 / (n - 1) + (1 - share) ** 2 / (n_control - 1))
    half[usable] = special.stdtrit(freedom, (1 + confidence) / 2) * error
    p_value[usable] = 2 * special.stdtr(freedom, -np.abs(lift) / error)
    return half, p_value


def _adjust_holm(p_values: pd.Series) -> pd.Series:
    """Holm's step-down: the smallest of m p-values times m, the next times m - 1 ..., never falling, at most 1."""
    ranked = p_values.dropna().sort_values()
    adjusted = (ranked * np.arange(len(ranked), 0, -1)).cummax().clip(upper=1)
    return adjusted.reindex(p_values.index)
