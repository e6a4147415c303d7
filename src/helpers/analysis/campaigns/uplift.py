"""Whom to contact next time: what a contact added in each segment, and whether customers can be ranked by it.

The lift of a segment is drawn towards that of the whole campaign by as much as chance alone can explain (see
`shrinkage`). An ordering of customers is judged on customers that it was not made from (see `rankings` and `qini`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.campaigns.qini import measure_qini
from helpers.analysis.campaigns.rankings import SEED, design, rank_by_features, rank_by_segment
from helpers.analysis.campaigns.shrinkage import shrink
from helpers.errors import InputError

LEAST_ARM = 30  # customers on either side, below which a segment has no lift of its own
LEAST_ORDERED = 100  # customers on either side, below which folds are too small to rank by
BY_SEGMENT, BY_FEATURES = "segment", "features"
KEYS = ["campaign", "arm", "metric"]
SEGMENT_COLUMNS = [
    *(*KEYS, "segment", "customers", "control_customers", "lift", "low", "high"),
    *("shrunk", "shrunk_low", "shrunk_high", "own_weight", "p_alike"),
]
CURVE_COLUMNS = [*KEYS, "ordering", "contacted_share", "gain", "random", "low", "high"]
SCORE_COLUMNS = [*KEYS, "ordering", "customers", "lift", "qini", "low", "high"]


@dataclass(frozen=True)
class Uplift:
    """by_segment: campaign, arm, metric, segment, customers (in the arm), control_customers, lift (mean less the
    control's, in the metric's unit a customer; blank where either side has fewer than LEAST_ARM customers or nothing
    varies), low, high (Welch's interval of that segment alone), shrunk, shrunk_low, shrunk_high (drawn towards the
    campaign's lift), own_weight (0-1), p_alike (Cochran's test that all segments of the arm have one lift); the
    greatest shrunk lift first within a campaign, arm and metric.

    curve: campaign, arm, metric, ordering ("segment" or "features"), contacted_share (0-1), gain (extra metric for each
    customer of the whole campaign if only the best-ranked share were contacted), random (the same of a share drawn at
    random), low, high (95 % at each point).

    scores: campaign, arm, metric, ordering, customers (arm and control), lift, qini (area between curve and random
    line, in the metric's unit a customer), low, high (wide enough for all rows to hold together, Bonferroni).
    """

    by_segment: pd.DataFrame
    curve: pd.DataFrame
    scores: pd.DataFrame


def measure_uplift(
    customers: pd.DataFrame,
    metrics: Sequence[str],
    features: Sequence[str] = (),
    *,
    confidence: float = 0.95,
    seed: int = SEED,
) -> Uplift:
    """Uplift by segment, and Qini of orderings, for each campaign, arm and metric of randomised tests.

    `customers`: one row a customer and campaign: campaign, arm, control (the arm held out), segment, the metrics
    (numbers, blank where not measured), and features known before the campaign (numbers or texts). Arms with fewer than
    LEAST_ORDERED customers on either side are not ordered.

    Raises InputError on missing columns and an impossible confidence.
    """
    needed = ["campaign", "arm", "control", "segment", *metrics, *features]
    if missing := [name for name in needed if name not in customers]:
        raise InputError(f"column {missing[0]!r} is missing", where="uplift", allowed=", ".join(needed))
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence} is impossible", where="uplift", allowed="between 0 and 1")
    customers = customers.iloc[np.argsort(_hashes(customers), kind="stable")].reset_index(drop=True)
    segments: list[pd.DataFrame] = []
    ordered: list[tuple[dict[str, str], np.ndarray, np.ndarray, np.ndarray]] = []
    of, x = pd.Index([]), np.empty((0, 0))
    for told, rows in _comparisons(customers, metrics):
        segments.append(_by_segment(rows, told["metric"], confidence).assign(**told))
        y, treated = rows[told["metric"]].to_numpy("float64"), rows["treated"].to_numpy()
        if min(treated.sum(), (~treated).sum()) < LEAST_ORDERED:
            continue
        if rows["segment"].nunique() > 1:
            rank = rank_by_segment(y, treated, rows["segment"], seed)
            ordered.append((told | {"ordering": BY_SEGMENT}, rank, y, treated))
        if features:
            if not rows.index.equals(of):  # outcomes of one arm mostly have the same customers
                of, x = rows.index, design(rows[list(features)])
            rank = rank_by_features(y, treated, x, seed)
            ordered.append((told | {"ordering": BY_FEATURES}, rank, y, treated))
    curves, scores = [], []
    for told, rank, y, treated in ordered:
        found = measure_qini(rank, y, treated, confidence=1 - (1 - confidence) / len(ordered), seed=seed)
        curves.append(found.curve.assign(**told))
        numbers = {"lift": found.lift, "qini": found.area, "low": found.low, "high": found.high}
        scores.append(told | {"customers": len(y)} | numbers)
    return Uplift(
        _stacked(segments, SEGMENT_COLUMNS),
        _stacked(curves, CURVE_COLUMNS),
        pd.DataFrame(scores, columns=SCORE_COLUMNS),
    )


def curves_with_scores(uplift: Uplift) -> pd.DataFrame:
    """The curves, each point with qini, qini_low and qini_high of its ordering."""
    scores = uplift.scores.rename(columns={"low": "qini_low", "high": "qini_high"})
    keys = [*KEYS, "ordering"]
    kept = scores[[*keys, "qini", "qini_low", "qini_high"]]
    return uplift.curve.merge(kept, on=keys, how="left", validate="many_to_one")


def profit_by_segment(by_segment: pd.DataFrame, margin: float, cost: float) -> pd.DataFrame:
    """What contacting a customer of each segment leaves: margin on the extra revenue less the cost of the contact.

    `by_segment`: as in `Uplift`, of a metric that is revenue; `cost` of contacting a customer, in the same currency.
    Adds break_even_lift (cost / margin), profit, profit_low and profit_high a customer contacted (from the shrunk lift)
    and verdict: "pays" where the whole interval is above zero, "loses" where it is below, else "unclear".

    Raises InputError on a margin of 0 or outside 0-1, and on a negative cost.
    """
    if not 0 < margin <= 1 or cost < 0:
        allowed = "a margin above 0 and up to 1, a cost of 0 or more"
        raise InputError(f"a margin of {margin} at a cost of {cost}", where="profit by segment", allowed=allowed)
    bounds = {f"profit{end}": margin * by_segment[f"shrunk{end}"] - cost for end in ("", "_low", "_high")}
    verdict = np.select([bounds["profit_low"] > 0, bounds["profit_high"] < 0], ["pays", "loses"], default="unclear")
    return by_segment.assign(break_even_lift=cost / margin, **bounds, verdict=verdict)


def _hashes(customers: pd.DataFrame) -> np.ndarray:
    """A number for each row, by which folds do not depend on the order in which an engine gives the rows."""
    known = "customer_id" in customers and customers["customer_id"].notna().all()
    return pd.util.hash_pandas_object(customers[["customer_id"]] if known else customers, index=False).to_numpy()


def _comparisons(customers: pd.DataFrame, metrics: Sequence[str]) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Each campaign, arm and metric, with those customers of the arm and of its control whose metric is known."""
    for campaign, of_campaign in customers.groupby("campaign", sort=True):
        held_out = of_campaign["arm"] == of_campaign["control"]
        for arm in sorted(of_campaign.loc[~held_out, "arm"].unique()):
            both = of_campaign[held_out | (of_campaign["arm"] == arm)]
            both = both.assign(treated=(both["arm"] == arm).to_numpy("bool"))
            for metric in metrics:
                rows = both[both[metric].notna()]
                if rows["treated"].nunique() == 2:
                    yield {"campaign": str(campaign), "arm": str(arm), "metric": metric}, rows


def _by_segment(rows: pd.DataFrame, metric: str, confidence: float) -> pd.DataFrame:
    by_arm = rows.groupby(["segment", "treated"])[metric].agg(["size", "mean", "var"]).unstack("treated")
    sides = [(part, side) for part in ("size", "mean", "var") for side in (False, True)]
    n, mean, variance = np.split(by_arm[sides].to_numpy("float64"), 3, axis=1)
    n = np.nan_to_num(n)
    each = variance / np.maximum(n, 1)
    error = np.sqrt(each.sum(1))
    enough = (n >= LEAST_ARM).all(1) & (error > 0)
    error, lift = np.where(enough, error, np.nan), np.where(enough, mean[:, 1] - mean[:, 0], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):  # segments without a lift of their own
        freedom = each.sum(1) ** 2 / (each**2 / (n - 1)).sum(1)
    half = special.stdtrit(np.where(enough, freedom, np.nan), (1 + confidence) / 2) * error
    found = shrink(lift, error)
    z = special.ndtri((1 + confidence) / 2)
    frame = pd.DataFrame(
        {
            "segment": by_arm.index.to_numpy(),
            "customers": n[:, 1].astype("int64"),
            "control_customers": n[:, 0].astype("int64"),
            **{"lift": lift, "low": lift - half, "high": lift + half, "shrunk": found.values},
            **{"shrunk_low": found.values - z * found.errors, "shrunk_high": found.values + z * found.errors},
            **{"own_weight": found.own_weight, "p_alike": found.p_alike},
        }
    )
    return frame.sort_values(["shrunk", "segment"], ascending=[False, True], kind="stable")


def _stacked(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)[list(columns)] if frames else pd.DataFrame(columns=list(columns))
