"""Customers as they were at an earlier date, and what they have bought since: to try what tells of later orders."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.customers import CUSTOMER_FEATURES, customer_features
from helpers.data.features.order_lines import has_money, is_purchase, sum_by_order

MOST_DAYS, LEAST_DAYS = 182, 28  # held out: a quarter of the orders' time, within these
LEAST_CUSTOMERS = 100


@dataclass(frozen=True)
class Holdout:
    """customers: customer_id, CUSTOMER_FEATURES as of `cut`, orders_after and, where there are amounts, spend_after: up
    to `until`. No rows, and no dates, where the orders' time is too short or too few had bought: `why` says which.
    """

    customers: pd.DataFrame = field(default_factory=pd.DataFrame)
    cut: date | None = None
    until: date | None = None
    why: str = ""


def split_holdout(orders: Table, as_of: date) -> Holdout:
    """Hold out the last quarter of the orders' time, at most half a year, at least four weeks."""
    end = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    bought = orders.filter(is_purchase(orders), orders.ordered_at < end)
    span = bought.aggregate(first=bought.ordered_at.min(), last=bought.ordered_at.max()).execute().iloc[0]
    if pd.isna(span["first"]):
        return Holdout(why="no orders")
    first, last = pd.Timestamp(span["first"]).normalize(), pd.Timestamp(span["last"]).normalize()
    days = min(MOST_DAYS, (last - first).days // 4)
    if days < LEAST_DAYS:
        return Holdout(why="too short")
    cut = (last - pd.Timedelta(days=days)).date()
    then = customer_features(orders, cut)
    if len(then) < LEAST_CUSTOMERS:
        return Holdout(why="too few")
    after = ibis.literal(pd.Timestamp(cut + timedelta(days=1)).to_pydatetime())
    per_order = sum_by_order(bought.filter(bought.ordered_at >= after))
    measures: dict[str, Any] = {"orders_after": per_order.first_at.count()}
    if has_money(orders):
        measures["spend_after"] = per_order.spend.sum()
    since = per_order.group_by("customer_id").aggregate(**measures).order_by("customer_id").execute()
    customers = then.merge(since, on="customer_id", how="left", validate="one_to_one")
    customers[list(measures)] = customers[list(measures)].astype(float).fillna(0.0).round(4)
    return Holdout(customers[["customer_id", *CUSTOMER_FEATURES, *measures]], cut, last.date())
