"""For whom a campaign worked: its lift by group of customers, and whether the groups differ at all.

A lift that is clear in one group and unclear in another has not been shown to differ between the two (Gelman and Stern
2006, The American Statistician 60: 328-331). So the lifts of all groups are compared first: Cochran's Q (1954,
Biometrics 10: 101-129), the squared distances of the lifts from their weighted mean, weights being one over the
squared errors; under one lift for all it is chi-squared with a degree of freedom less than there are groups.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.campaigns.arms import Arms, is_rate, read_arms
from helpers.analysis.campaigns.bootstrap import RESAMPLES
from helpers.analysis.campaigns.comparison import compare, relative
from helpers.analysis.campaigns.family import family_confidence, holm
from helpers.analysis.campaigns.intervals import Sample, standard_error
from helpers.analysis.campaigns.lift import RANDOM, sharpened

LEAST_ARM = 30  # customers on either side, below which a group takes no part in the comparison of groups
DIFFER = 0.05
COLUMNS = ["campaign", "segment", "arm", "control", "metric", "n", "mean", "control_n", "control_mean", "lift", "low"]
COLUMNS += ["high", "p_value", "p_adjusted", "relative_lift", "naive_lift", "interval", "customers", "cost"]
COLUMNS += ["is_revenue", "evidence"]
INTERACTION = ["campaign", "arm", "segments", "lift", "q", "p_value", "p_adjusted", "differs", "best", "worst"]


@dataclass(frozen=True)
class SegmentLift:
    """by_segment: a row a segment and arm of a test whose draw holds, as `Lift.by_arm` has them; low and high are wide
        enough for all of a campaign's rows to hold together (Bonferroni). NaN where an arm is not in a segment.
    interaction: a row an arm with two segments or more of 30 customers on either side: campaign, arm, segments, lift
        (of the customers of these segments), q, p_value, p_adjusted (Holm, over all arms of all campaigns), differs,
        best (the segment whose interval begins highest, not the one that chance may have put first) and worst (of the
        others the one whose ends lowest).

    Lifts are sharpened by earlier purchases where those of `measure_lift` are; averages are not.
    """

    by_segment: pd.DataFrame
    interaction: pd.DataFrame


def measure_segments(
    customers: pd.DataFrame,
    outcome: str,
    *,
    revenue: str = "",
    broken: Collection[str] = (),
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
) -> SegmentLift:
    """The lift in one outcome by segment.

    customers: as for `measure_lift`, with `segment` as it was before the campaign. No rows of one segment alone.
    """
    rows: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    codes, names = pd.factorize(customers["segment"], sort=True)
    if len(names) > 1 and outcome:
        values = customers[outcome].to_numpy(float)
        cost = customers["cost"].to_numpy(float) if "cost" in customers else np.full(len(customers), np.nan)
        for campaign in read_arms(customers, [outcome]):
            bought = any(np.nan_to_num(values[places]).any() for places in campaign.rows.values())
            if bought and campaign.is_test and campaign.campaign not in broken:
                parts = _by_segment(campaign, codes, len(names))
                sharper = sharpened(campaign, values, customers, outcome)
                found = _lifts(parts, campaign, values, sharper, cost, names, confidence, resamples)
                rows += [row | {"metric": outcome, "is_revenue": outcome == revenue} for row in found]
                tests += [test for arm in campaign.treated if (test := _interaction(found, campaign.campaign, arm))]
    by_segment = pd.DataFrame(rows, columns=[*(c for c in COLUMNS if c != "p_adjusted"), "error"])
    adjusted = by_segment.groupby("campaign")["p_value"].transform(holm) if rows else by_segment["p_value"]
    interaction = pd.DataFrame(tests, columns=[c for c in INTERACTION if c not in ("p_adjusted", "differs")])
    interaction = interaction.assign(p_adjusted=holm(interaction["p_value"]))
    return SegmentLift(
        by_segment.assign(p_adjusted=adjusted)[COLUMNS],
        interaction.assign(differs=interaction["p_adjusted"] < DIFFER)[INTERACTION],
    )


def compare_lifts(lifts: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    """Cochran's Q and its p-value. Lifts of 1 and 3 with errors of 1 each have the mean 2: Q is 2, and p .157."""
    weights = 1 / errors**2
    mean = (weights * lifts).sum() / weights.sum()
    q = float((weights * (lifts - mean) ** 2).sum())
    return q, float(special.chdtrc(len(lifts) - 1, q))


def _by_segment(campaign: Arms, codes: np.ndarray, segments: int) -> dict[tuple[int, str], np.ndarray]:
    """The places of each segment's customers in each arm; customers without a segment are in none."""
    parts: dict[tuple[int, str], np.ndarray] = {}
    for arm, places in campaign.rows.items():
        order = places[np.argsort(codes[places], kind="stable")]
        ends = np.searchsorted(codes[order], np.arange(segments + 1))
        parts |= {(code, arm): order[ends[code] : ends[code + 1]] for code in range(segments)}
    return parts


def _lifts(
    parts: dict[tuple[int, str], np.ndarray],
    campaign: Arms,
    values: np.ndarray,
    sharper: np.ndarray,
    cost: np.ndarray,
    names: pd.Index,
    confidence: float,
    resamples: int,
) -> list[dict[str, Any]]:
    samples, sharp = (
        {key: Sample(x[places][~np.isnan(x[places])]) for key, places in parts.items()} for x in (values, sharper)
    )
    rate = is_rate(values)
    pairs = [(code, arm) for code in range(len(names)) for arm in campaign.treated if len(parts[code, arm])]
    sure = family_confidence(sum(samples[code, campaign.control].n > 0 for code, _ in pairs), confidence)
    rows = []
    for code, arm in pairs:
        treated, control = samples[code, arm], samples[code, campaign.control]
        judged = sharp[code, arm], sharp[code, campaign.control]
        found = compare(*judged, rate=rate, confidence=sure, resamples=resamples)
        row: dict[str, Any] = {
            "campaign": campaign.campaign,
            "segment": str(names[code]),
            "arm": arm,
            "control": campaign.control,
        }
        row |= {"n": treated.n, "mean": treated.mean, "control_n": control.n, "control_mean": control.mean}
        row |= {"lift": found.lift, "low": found.low, "high": found.high, "p_value": found.p_value}
        row |= {
            "relative_lift": relative(found.lift, control.mean),
            "naive_lift": treated.mean - control.mean,
            "interval": found.method,
        }
        spent = cost[parts[code, arm]]
        row |= {"customers": len(spent), "cost": float(np.nansum(spent)) if np.isfinite(spent).any() else float("nan")}
        rows.append(row | {"evidence": RANDOM, "error": standard_error(*judged)})
    return rows


def _interaction(rows: list[dict[str, Any]], campaign: str, arm: str) -> dict[str, Any]:
    """Whether an arm's lift differs between the segments; empty where fewer than two are large enough."""
    known = [r for r in rows if r["arm"] == arm and min(r["n"], r["control_n"]) >= LEAST_ARM and r["error"] > 0]
    if len(known) < 2:
        return {}
    lifts, sizes = np.array([r["lift"] for r in known]), np.array([r["n"] + r["control_n"] for r in known])
    q, p_value = compare_lifts(lifts, np.array([r["error"] for r in known]))
    best = max(known, key=lambda r: r["low"])
    worst = min((r for r in known if r is not best), key=lambda r: r["high"])
    mean = float(lifts @ sizes / sizes.sum())
    told: dict[str, Any] = {
        "campaign": campaign,
        "arm": arm,
        "segments": len(known),
        "lift": mean,
        "q": q,
        "p_value": p_value,
    }
    return told | {"best": best["segment"], "worst": worst["segment"]}
