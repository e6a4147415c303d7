"""How customers move between segments: where each segment's members were one period ago, and what went with them.

Both times customers are scored among those who were customers then, and named by the same map, as the page would have
done on that day. Whoever had not ordered yet came from nowhere; that is named too, so that no customer is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.analysis.rfm.segments import Rfm, score_rfm
from helpers.analysis.rfm.settings import Settings
from helpers.errors import InputError

NOT_YET = "Not yet a customer"
NO_MORE = "No order in the window"
_PERIODS = (12, 6, 3, 1)  # months
_MONTH_DAYS = 365.25 / 12
_HISTORY = 2.5  # periods of history that a comparison takes


@dataclass(frozen=True)
class Movement:
    """Two scorings of the same trade, `months` apart.

    flows: a row a pair of segments with customers: from_segment (NOT_YET for new customers), to_segment (NO_MORE for
        those outside the window of months), customers, spend_before and spend_now (of these customers, in the period
        before and in the last one; NaN where spend is not known); those who stayed first, then by customers
    by_segment: a row a segment then or now: rfm_segment, before, now, stayed, arrived, left, net (arrived - left),
        spend_before (of its members then), spend_now (of the same customers)
    became_late, became_late_before, became_late_now: customers on time then and late now, and their spend in the two
        periods; NaN where no rhythm is known
    came_back: customers late then, and not now
    new: customers who had no order then
    """

    flows: pd.DataFrame
    by_segment: pd.DataFrame
    months: int
    became_late: float
    became_late_before: float
    became_late_now: float
    came_back: float
    new: int
    with_spend: bool = True


def choose_period(asked: int, history_days: float) -> int:
    """Months between the two scorings: as asked, or a year, half a year, a quarter or a month, the longest of which the
    history holds two and a half; 0 where it is shorter than any of these asks, or not known. Raises InputError where
    the period asked for leaves no history before it."""
    if asked:
        if asked * _MONTH_DAYS >= history_days:
            raise InputError(
                f"A period of {asked} months leaves no orders before it",
                where="rfm.period_months",
                allowed=f"less than the {history_days / _MONTH_DAYS:.0f} months of history",
            )
        return asked
    return next((months for months in _PERIODS if _HISTORY * months * _MONTH_DAYS <= history_days), 0)


def score_then(customers: pd.DataFrame, rhythm: pd.DataFrame, now: Rfm, settings: Settings) -> pd.DataFrame:
    """The customers of one period ago, scored among themselves and named by the map of `now`; no rows where there were
    none. Both frames as `score_rfm` takes them."""
    if customers.empty:
        return now.customers.head(0)
    return score_rfm(customers, rhythm, settings, same_map=now.segment_map).customers


def compare_segments(then: pd.DataFrame, scored: Rfm, totals: pd.DataFrame, months: int) -> Movement:
    """Where the customers of `scored` were `months` ago.

    then: customer_id, rfm_segment, is_late. totals: customer_id, spend_before and spend_now, of the period before and
    of the last one; who is missing spent nothing. The customers of both times are in the flows, each once. Nothing is
    compared where `then` has no rows. Raises InputError on a customer twice.
    """
    if then.empty:
        return no_movement()
    before, now, with_rhythm = then, scored.customers, scored.with_rhythm
    segments = scored.segment_map.segments if scored.segment_map else list(scored.segments["rfm_segment"])
    for frame in (before, now):
        if frame["customer_id"].duplicated().any():
            raise InputError("A customer is scored twice", where="RFM movement")
    was = before.set_index("customer_id")[["rfm_segment", "is_late"]]
    both = now[["customer_id", "rfm_segment", "is_late"]].merge(
        was, on="customer_id", how="outer", suffixes=("_now", "_before"), validate="one_to_one"
    )
    both = both.merge(totals[["customer_id", "spend_before", "spend_now"]], on="customer_id", how="left")
    with_spend = bool(totals[["spend_before", "spend_now"]].notna().any(axis=None))
    both[["spend_before", "spend_now"]] = both[["spend_before", "spend_now"]].fillna(0.0 if with_spend else np.nan)
    both["from_segment"] = both["rfm_segment_before"].fillna(NOT_YET)
    both["to_segment"] = both["rfm_segment_now"].fillna(NO_MORE)
    flows = (
        both.groupby(["from_segment", "to_segment"])
        .agg(
            customers=("customer_id", "size"),
            spend_before=("spend_before", _known_sum),
            spend_now=("spend_now", _known_sum),
        )
        .reset_index()
    )
    stayed = flows["from_segment"] == flows["to_segment"]
    flows = flows.assign(moved=~stayed).sort_values(
        ["moved", "customers", "from_segment", "to_segment"], ascending=[True, False, True, True], ignore_index=True
    )
    late_now = both["is_late_now"].eq(True)
    late_before = both["is_late_before"].eq(True)
    known = both["rfm_segment_before"].notna() & both["rfm_segment_now"].notna()
    slipped = both[known & late_now & ~late_before]
    return Movement(
        flows=flows.drop(columns="moved"),
        by_segment=_sum_by_segment(both, segments),
        months=months,
        became_late=float(len(slipped)) if with_rhythm else float("nan"),
        became_late_before=_known_sum(slipped["spend_before"]) if with_rhythm else float("nan"),
        became_late_now=_known_sum(slipped["spend_now"]) if with_rhythm else float("nan"),
        came_back=float((known & late_before & ~late_now).sum()) if with_rhythm else float("nan"),
        new=int(both["rfm_segment_before"].isna().sum()),
        with_spend=with_spend,
    )


def no_movement() -> Movement:
    """Nothing to compare: the history is too short."""
    flows = pd.DataFrame(columns=["from_segment", "to_segment", "customers", "spend_before", "spend_now"])
    by_segment = pd.DataFrame(
        columns=["rfm_segment", "before", "now", "stayed", "arrived", "left", "net", "spend_before", "spend_now"]
    )
    nan = float("nan")
    return Movement(flows, by_segment, 0, nan, nan, nan, nan, 0)


def _sum_by_segment(both: pd.DataFrame, segments: Sequence[str]) -> pd.DataFrame:
    stayed = both["from_segment"] == both["to_segment"]
    counts = pd.DataFrame(
        {
            "before": both.groupby("from_segment").size(),
            "now": both.groupby("to_segment").size(),
            "stayed": both[stayed].groupby("to_segment").size(),
        }
    )
    spends = both.groupby("from_segment")[["spend_before", "spend_now"]].sum(min_count=1)
    shown = [name for name in segments if name in counts.index]
    found = counts.reindex(shown).fillna(0).astype("int64")
    found = found.assign(arrived=found["now"] - found["stayed"], left=found["before"] - found["stayed"])
    found = found.assign(net=found["now"] - found["before"]).join(spends)
    return found.rename_axis("rfm_segment").reset_index()


def _known_sum(values: pd.Series) -> float:
    """NaN where nothing is known."""
    return float(values.sum(min_count=1)) if len(values) else 0.0
