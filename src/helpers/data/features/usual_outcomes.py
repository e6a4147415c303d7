"""What customers bought in a period, by the segment they were in when it began: what a test is planned by where no
campaign held anybody out."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.customers import customer_features, no_gaps
from helpers.data.features.order_lines import has_money, sum_by_order
from helpers.data.features.rhythm import gap_sums


@dataclass(frozen=True)
class Before:
    """Buyers as they stood on the evening of `after`; no rows where that is not asked for, or nobody had ordered."""

    customers: pd.DataFrame  # as from `customer_features`
    gaps: pd.DataFrame  # as from `gap_sums`
    after: date


def buyers_before(orders: Table, as_of: date, days: float, *, asked: bool = True) -> Before:
    """Buyers as they stood `days` before the end of `as_of`."""
    after = as_of - timedelta(days=int(days) if days == days else 0)
    if not asked or not len(orders.filter(orders.ordered_at < _end_of(after)).limit(1).execute()):
        return Before(pd.DataFrame(), no_gaps(orders), after)
    return Before(customer_features(orders, after), gap_sums(orders, after).customers, after)


def usual_outcomes(orders: Table, segments: pd.DataFrame, after: date, until: date) -> pd.DataFrame:
    """One row a customer of `segments` (customer_id, rfm_segment as it was on the evening of `after`).

    segment, ordered (0 or 1) and, where orders have amounts, spend, both from the day after `after` to the end of
    `until`; returns are not taken off. No rows without segments.
    """
    if segments.empty:
        return pd.DataFrame({"segment": pd.Series(dtype="object")})
    per_order = sum_by_order(orders)
    since = per_order.filter(per_order.first_at >= _end_of(after), per_order.first_at < _end_of(until))
    sums = {"spend": since.spend.sum()} if has_money(orders) else {}
    bought = since.group_by("customer_id").aggregate(**sums, ordered=since.count()).execute()
    frame = segments[["customer_id", "rfm_segment"]].merge(bought, on="customer_id", how="left", validate="one_to_one")
    measures = [*sums, "ordered"]
    frame[measures] = frame[measures].astype("float64").fillna(0.0)
    frame["ordered"] = frame["ordered"].clip(upper=1.0)
    return frame.rename(columns={"rfm_segment": "segment"})[["segment", *measures]]


def _end_of(day: date) -> ibis.Value:
    return ibis.timestamp(pd.Timestamp(day) + pd.Timedelta(days=1))
