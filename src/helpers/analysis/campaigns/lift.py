"""What campaigns changed, each arm against the customers left out of it at random.

The lift is the difference between the arm's average and the control's. It is the campaign's doing where chance alone
decided who was in which arm; where the draw is broken, or nobody was held out, there is a difference and no lift. Which
interval a lift has, and when what customers bought before sharpens it, tell `intervals`, `bootstrap` and `cuped`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.campaigns import power as of_power
from helpers.analysis.campaigns.arms import EVERYONE_ELSE, Arms, is_rate, read_arms
from helpers.analysis.campaigns.bootstrap import RESAMPLES
from helpers.analysis.campaigns.comparison import compare, relative
from helpers.analysis.campaigns.cuped import Cuped, adjust
from helpers.analysis.campaigns.family import holm
from helpers.analysis.campaigns.intervals import Sample, standard_error
from helpers.analysis.campaigns.leverage import find_leverage
from helpers.errors import InputError

RANDOM, BROKEN, NONE = "random test", "random test, broken", "none"
COLUMNS = ["campaign", "arm", "control", "metric", "n", "mean", "control_n", "control_mean", "lift", "low", "high"]
COLUMNS += ["p_value", "p_adjusted", "relative_lift", "naive_lift", "interval", "sharpened", "detectable", "hangs_on"]
COLUMNS += ["customers", "cost", "is_revenue", "evidence"]
BETWEEN = ["campaign", "arm", "reference", "n", "mean", "reference_n", "reference_mean", "difference", "low", "high"]
BETWEEN += ["p_value", "p_adjusted"]
GAINS = ["campaign", "metric", "customers", "theta", "gain", "used"]


@dataclass(frozen=True)
class Lift:
    """by_arm: a row an arm and metric, the first metric first: campaign, arm, control, metric, n (customers whose
        outcome is known), mean, control_n, control_mean, lift (in the metric's unit), low, high, p_value (two-sided),
        p_adjusted (Holm, over all arms and metrics of a campaign), relative_lift (lift / control_mean, NaN unless that
        is positive), naive_lift (mean - control_mean), interval (Newcombe, Welch or bootstrap), sharpened (whether what
        was bought before was taken out, so that lift is not naive_lift), detectable (the smallest lift that the test
        could have seen), hangs_on (the fewest of the largest customers without whom the answer is another, 0 = none),
        customers (of the arm), cost (of them all, NaN where not given), is_revenue, evidence. Where the evidence is
        "random test, broken" or "none", lift and all that judges it are NaN.
    between: where a campaign has several arms and none that got nothing, each against its largest, in the outcome:
        campaign, arm, reference, n, mean, reference_n, reference_mean, difference, low, high, p_value, p_adjusted
    gains: what the time before gave for each campaign and metric that is no rate: campaign, metric, customers, theta,
        gain (share of the variance), used
    leverage: as from `find_leverage`, of the outcome
    outcome: the metric that verdicts are about
    """

    by_arm: pd.DataFrame
    between: pd.DataFrame
    gains: pd.DataFrame
    leverage: pd.DataFrame
    outcome: str


def measure_lift(
    customers: pd.DataFrame,
    outcomes: Sequence[str],
    *,
    revenue: str = "",
    broken: Collection[str] = (),
    confidence: float = 0.95,
    power: float = of_power.POWER,
    resamples: int = RESAMPLES,
) -> Lift:
    """Compare each arm with the control arm of its campaign, metric by metric.

    customers: a row a customer and campaign: campaign, arm, control, the outcomes as numbers (NaN where not known), and
    where known customer_id, cost, pre_spend, pre_orders. outcomes: the first is the one that verdicts are about.
    revenue: the outcome that is revenue, if any. broken: campaigns whose draw was not random.
    Raises InputError where a column is missing or a customer is in a campaign twice, and on an impossible confidence.
    """
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence} is impossible", where="lift", allowed="between 0 and 1")
    campaigns = read_arms(customers, outcomes)
    rows, between, gains = [], [], []
    for metric in outcomes:
        values = customers[metric].to_numpy(float)
        rate = is_rate(values)
        for campaign in campaigns:
            found = campaign.campaign in broken
            told = {"metric": metric, "is_revenue": metric == revenue}
            samples = {arm: campaign.sample(values, arm) for arm in campaign.rows}
            if metric != outcomes[0] and not any(sample.n for sample in samples.values()):
                continue  # another campaign's outcome
            evidence = NONE if not campaign.is_test else BROKEN if found else RANDOM
            sharper = None if rate or evidence != RANDOM else _sharpen(campaign, values, customers, metric)
            if sharper is not None:
                size = sum(sample.n for sample in samples.values())
                gained = {"theta": sharper.theta, "gain": sharper.gain, "used": sharper.used}
                gains.append({"campaign": campaign.campaign, "metric": metric, "customers": size, **gained})
            used = sharper.adjusted if sharper and sharper.used else None
            for arm in campaign.treated:
                row = _against_control(campaign, arm, samples, used, rate, confidence, power, resamples, evidence)
                rows.append(row | told | _reached(customers, campaign.rows[arm]))
            if metric == outcomes[0] and not campaign.has_control and campaign.control != EVERYONE_ELSE:
                between += _among_arms(campaign, samples, rate, confidence, resamples)
    by_arm = pd.DataFrame(rows, columns=[c for c in COLUMNS if c not in ("p_adjusted", "hangs_on")])
    leverage = find_leverage(customers, outcomes[0], broken=broken, confidence=confidence) if outcomes else None
    leverage = find_leverage(customers.head(0).assign(none=0.0), "none") if leverage is None else leverage
    return Lift(
        _with_hangs_on(_corrected(by_arm), leverage, outcomes)[COLUMNS],
        _corrected(pd.DataFrame(between, columns=BETWEEN[:-1])),
        pd.DataFrame(gains, columns=GAINS),
        leverage,
        outcomes[0] if outcomes else "",
    )


def _against_control(
    campaign: Arms,
    arm: str,
    samples: dict[str, Sample],
    adjusted: Any,
    rate: bool,
    confidence: float,
    power: float,
    resamples: int,
    evidence: str,
) -> dict[str, Any]:
    """One arm's row; without a control of its own, or with a broken draw, it has averages and no lift."""
    treated, control = samples[arm], samples.get(campaign.control, Sample(np.empty(0)))
    row: dict[str, Any] = {"campaign": campaign.campaign, "arm": arm, "control": campaign.control, "evidence": evidence}
    row |= {"n": treated.n, "mean": treated.mean, "control_n": control.n, "control_mean": control.mean}
    row |= {"naive_lift": treated.mean - control.mean, "interval": "", "sharpened": False}
    judged = ["lift", "low", "high", "p_value", "relative_lift", "detectable"]
    nothing_yet = treated.n and control.n and not (treated.values.any() or control.values.any())
    if evidence != RANDOM or nothing_yet:  # nobody has bought yet: that is no lift of nought
        return row | dict.fromkeys(judged, float("nan"))
    if adjusted is not None:
        treated, control = Sample(adjusted[arm]), Sample(adjusted[campaign.control])
    found = compare(treated, control, rate=rate, confidence=confidence, resamples=resamples)
    error = standard_error(treated, control)
    alpha = 1 - confidence
    seen = (
        of_power.smallest_lift_in_rate(control.mean, treated.n, control.n, power, alpha)
        if rate
        else of_power.smallest_lift(error, power, alpha)
    )
    values = [found.lift, found.low, found.high, found.p_value, relative(found.lift, row["control_mean"]), seen]
    return row | dict(zip(judged, values, strict=True)) | {"interval": found.method, "sharpened": adjusted is not None}


def _sharpen(campaign: Arms, values: np.ndarray, customers: pd.DataFrame, metric: str) -> Cuped | None:
    """The outcomes less what was bought before, of a test whose customers' purchases are known."""
    told = ["pre_orders", "pre_spend"] if metric == "orders" else ["pre_spend", "pre_orders"]
    before = next((column for column in told if column in customers), None)
    if before is None:
        return None
    past = customers[before].to_numpy(float)
    if not np.isfinite(past[np.concatenate(list(campaign.rows.values()))]).any():
        return None
    known = {arm: places[~np.isnan(values[places])] for arm, places in campaign.rows.items()}
    return adjust({a: values[p] for a, p in known.items()}, {a: past[p] for a, p in known.items()})


def sharpened(campaign: Arms, values: np.ndarray, customers: pd.DataFrame, metric: str) -> np.ndarray:
    """The outcomes of a test's customers less what was bought before, where that is worth it; else as they are."""
    sharper = None if is_rate(values) else _sharpen(campaign, values, customers, metric)
    if sharper is None or not sharper.used:
        return values
    found = values.astype(float)
    for arm, places in campaign.rows.items():
        found[places[~np.isnan(values[places])]] = sharper.adjusted[arm]
    return found


def sharpen_outcomes(customers: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """The same rows, each outcome less what was bought before wherever `measure_lift` compares it so.

    customers: as for `measure_lift`, of random tests whose draw holds.
    """
    sharp = {metric: customers[metric].to_numpy(float) for metric in outcomes}
    for campaign in read_arms(customers, outcomes):
        if campaign.is_test:
            sharp = {metric: sharpened(campaign, values, customers, metric) for metric, values in sharp.items()}
    return customers.assign(**sharp)


def _among_arms(
    campaign: Arms, samples: dict[str, Sample], rate: bool, confidence: float, resamples: int
) -> list[dict[str, Any]]:
    """Each arm against the largest, where none got nothing: which is better can be told, not what either brought."""
    largest = max(samples, key=lambda arm: samples[arm].n)
    rows = []
    for arm, sample in samples.items():
        if arm == largest:
            continue
        found = compare(sample, samples[largest], rate=rate, confidence=confidence, resamples=resamples)
        row: dict[str, Any] = {
            "campaign": campaign.campaign,
            "arm": arm,
            "reference": largest,
            "n": sample.n,
            "mean": sample.mean,
        }
        row |= {"reference_n": samples[largest].n, "reference_mean": samples[largest].mean, "difference": found.lift}
        rows.append(row | {"low": found.low, "high": found.high, "p_value": found.p_value})
    return rows


def _reached(customers: pd.DataFrame, places: np.ndarray) -> dict[str, float]:
    """How many were in an arm, and what they cost; not known where no contact has a cost."""
    cost = customers["cost"].to_numpy(float)[places] if "cost" in customers else np.full(len(places), np.nan)
    return {"customers": len(places), "cost": float(np.nansum(cost)) if np.isfinite(cost).any() else float("nan")}


def _corrected(rows: pd.DataFrame) -> pd.DataFrame:
    """With p_adjusted, all of a campaign's comparisons being one family."""
    if rows.empty:
        return rows.assign(p_adjusted=pd.Series(dtype=float))
    rows = rows.reset_index(drop=True)
    return rows.assign(p_adjusted=rows.groupby("campaign")["p_value"].transform(holm))


def _with_hangs_on(by_arm: pd.DataFrame, leverage: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    found = leverage[["campaign", "arm", "hangs_on"]].assign(metric=outcomes[0] if outcomes else "")
    joined = by_arm.merge(found, on=["campaign", "arm", "metric"], how="left", validate="one_to_one")
    return joined.assign(hangs_on=joined["hangs_on"].fillna(0).astype("int64"))


def with_estimates(by_arm: pd.DataFrame, *estimates: pd.DataFrame) -> pd.DataFrame:
    """The rows of `Lift.by_arm`, with what other methods found for campaigns that held nobody out.

    estimates: campaign, arm, metric and any other columns (lift, low, high, p_value, evidence ...), which take the
    place of those there are; a row that is in none is added.
    """
    keys = ["campaign", "arm", "metric"]
    found = by_arm.set_index(keys)
    for rows in estimates:
        if len(rows):
            found = rows.set_index(keys).combine_first(found)
    if found.empty:
        return by_arm
    order = pd.concat([frame[keys] for frame in (by_arm, *estimates) if len(frame)]).drop_duplicates()
    joined = found.loc[pd.MultiIndex.from_frame(order)].reset_index()
    return joined[[*COLUMNS, *(c for c in joined.columns if c not in COLUMNS)]]
