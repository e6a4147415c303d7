"""Do the scores foretell anything? Customers scored one period ago, and what they have done since.

A segmentation has to be predictive: its best customers must be those who go on to order. The scores of the past know
nothing of the period that follows. How well they rank is the area under the ROC curve: the chance that of one customer
who has ordered since and one who has not, the first had the better score (Hanley and McNeil 1982, with their standard
error). Shares have Wilson's (1927) interval.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.rfm.scores import score_measure

_Z = 1.959963984540054  # 95%
TENTHS = 10


@dataclass(frozen=True)
class Holdout:
    """What customers did in the period after they were scored.

    by_segment: rfm_segment (of then), customers, ordered, ordered_share (0-1), low, high (95%), orders_each,
        spend_each (a customer; NaN where spend is not known), order_lift and spend_lift (the same as multiples of what
        all customers have on average)
    by_tenth: tenth (1 the best scores; equal scores stay together, so some are larger and some missing), customers,
        ordered, ordered_share, low, high, order_share and spend_share (of what all ordered and spent since)
    auc, auc_low, auc_high: area under the ROC curve and its 95% interval; NaN where all or none have ordered
    customers, ordered: scored then, and of these who has ordered since
    """

    by_segment: pd.DataFrame
    by_tenth: pd.DataFrame
    auc: float
    auc_low: float
    auc_high: float
    customers: int
    ordered: int
    months: int


def check_scores(before: pd.DataFrame, totals: pd.DataFrame, months: int) -> Holdout:
    """Hold the scores of `months` ago against what has been ordered since.

    before: customer_id, rfm_segment, rfm_score (higher is better). totals: customer_id, orders_now, spend_now of the
    period since; who is missing has ordered nothing. No rows where nobody was scored then.
    """
    if before.empty:
        return no_holdout()
    since = before[["customer_id", "rfm_segment", "rfm_score"]].merge(
        totals[["customer_id", "orders_now", "spend_now"]], on="customer_id", how="left", validate="one_to_one"
    )
    with_spend = bool(totals["spend_now"].notna().any())
    since["orders"] = since["orders_now"].fillna(0)
    since["spend"] = since["spend_now"].fillna(0.0 if with_spend else np.nan)
    since["ordered"] = since["orders"] > 0
    score = since["rfm_score"].to_numpy(float)
    since["tenth"] = TENTHS + 1 - score_measure(score, TENTHS, less_is_better=False).scores
    auc, error = area_under_curve(score, since["ordered"].to_numpy())
    return Holdout(
        by_segment=_by_segment(since),
        by_tenth=_by_tenth(since),
        auc=auc,
        auc_low=auc - _Z * error,
        auc_high=min(auc + _Z * error, 1.0),
        customers=len(since),
        ordered=int(since["ordered"].sum()),
        months=months,
    )


def no_holdout() -> Holdout:
    """Nothing to hold the scores against: the history is too short."""
    share = ["customers", "ordered", "ordered_share", "low", "high"]
    by_segment = pd.DataFrame(columns=["rfm_segment", *share, "orders_each", "spend_each", "order_lift", "spend_lift"])
    nan = float("nan")
    return Holdout(
        by_segment, pd.DataFrame(columns=["tenth", *share, "order_share", "spend_share"]), nan, nan, nan, 0, 0, 0
    )


def area_under_curve(score: np.ndarray, happened: np.ndarray) -> tuple[float, float]:
    """The area under the ROC curve, ties counting half, and its standard error (Hanley and McNeil 1982)."""
    yes = int(happened.sum())
    no = len(happened) - yes
    if not yes or not no:
        return float("nan"), float("nan")
    ranked = np.sort(score)
    rank = (np.searchsorted(ranked, score, side="left") + np.searchsorted(ranked, score, side="right") + 1) / 2
    area = (rank[happened].sum() - yes * (yes + 1) / 2) / (yes * no)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (yes - 1) * (q1 - area**2) + (no - 1) * (q2 - area**2)
    return float(area), float(np.sqrt(max(variance, 0.0) / (yes * no)))


def wilson(yes: Any, n: Any) -> tuple[Any, Any]:
    """Wilson's (1927) 95% interval of a share."""
    share, z2 = yes / n, _Z**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def _by_segment(since: pd.DataFrame) -> pd.DataFrame:
    found = _shares(since, "rfm_segment")
    all_orders, all_spend = since["orders"].mean(), since["spend"].mean()
    found = found.assign(
        orders_each=found["orders"] / found["customers"], spend_each=found["spend"] / found["customers"]
    )
    found["order_lift"] = found["orders_each"] / all_orders if all_orders > 0 else np.nan
    found["spend_lift"] = found["spend_each"] / all_spend if all_spend > 0 else np.nan
    found = found.sort_values(["ordered_share", "rfm_segment"], ascending=[False, True], ignore_index=True)
    return found.drop(columns=["orders", "spend"])


def _by_tenth(since: pd.DataFrame) -> pd.DataFrame:
    found = _shares(since, "tenth")
    orders, spend = found["orders"].sum(), found["spend"].sum()
    found["order_share"] = found["orders"] / orders if orders > 0 else np.nan
    found["spend_share"] = found["spend"] / spend if spend > 0 else np.nan
    return found.drop(columns=["orders", "spend"])


def _shares(since: pd.DataFrame, by: str) -> pd.DataFrame:
    groups = since.groupby(by)
    found = groups.agg(customers=("customer_id", "size"), ordered=("ordered", "sum"), orders=("orders", "sum"))
    found = found.assign(spend=groups["spend"].sum(min_count=1)).reset_index()
    low, high = wilson(found["ordered"], found["customers"])
    return found.assign(ordered_share=found["ordered"] / found["customers"], low=low, high=high)
