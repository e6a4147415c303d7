"""Buying habits: how often each customer orders on promotion, in which months, and from which category.

Everything is counted in the engine. What comes back is a row a customer, and for all customers together a row a month
and a row a month and category, against which a customer's habit is to be judged.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.order_lines import is_purchase, sum_by_order
from helpers.data.features.persons import withhold_in_engine

_NO_PROMOTION = ("", "no", "none", "n", "0", "false")
CALENDAR = [f"months_{month}" for month in range(1, 13)]


@dataclass(frozen=True)
class Habits:
    """Counts of habits; a month is a number, 12 x year + month - 1.

    customers: a row a buyer: customer_id, orders, spend (NaN without amounts), first_month and last_month (of orders),
        promoted (orders with a line on promotion), months_1 to months_12 (in how many years there was an order in this
        calendar month), picks (categories per order, added up), favourite (the category of most picks; None where
        unknown), favourite_picks
    by_month: a row a month with orders: month, orders, promoted, customers (who ordered in it)
    by_category: a row a month and category: month, category, picks
    promotion_from: "promotion" or "discount", the column that tells which orders were on promotion; "" where none does
    """

    customers: pd.DataFrame
    by_month: pd.DataFrame
    by_category: pd.DataFrame
    promotion_from: str = ""


def count_habits(orders: Table, as_of: date) -> Habits:
    """Habits of everyone who has bought by the end of `as_of`; returns do not count.

    An order is on promotion where any of its lines is; where no promotion is told, where a discount was given. A
    customer's favourite is the category in most of his orders; of equals the one that all customers pick least.
    """
    before = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    bought = orders.filter(orders.ordered_at < before, is_purchase(orders))
    promotion_from = next((c for c in ("promotion", "discount") if c in orders.columns), "")
    per_order = _per_order(bought, promotion_from)
    customers = _per_customer(per_order)
    by_month = per_order.group_by("month").aggregate(
        orders=per_order.count(), promoted=per_order.promoted.sum(), customers=per_order.customer_id.nunique()
    )
    by_category = _no_categories()
    if "category" in orders.columns:
        picks = _picks(withhold_in_engine(bought, "category"))
        customers = _with_favourite(customers, picks)
        by_category = picks.group_by("month", "category").aggregate(picks=picks.count())
        by_category = by_category.order_by("month", "category").execute()
    frame = customers.order_by("customer_id").execute()
    if "picks" not in frame:
        frame = frame.assign(picks=0, favourite=None, favourite_picks=0)
    whole = ["orders", "first_month", "last_month", "promoted", *CALENDAR, "picks", "favourite_picks"]
    frame = frame.astype(dict.fromkeys(whole, "int64")).astype({"spend": "float64"})
    months = by_month.order_by("month").execute().astype("int64")
    return Habits(frame, months, by_category.astype({"month": "int64", "picks": "int64"}), promotion_from)


def _per_order(bought: Table, promotion_from: str) -> Table:
    """One row a customer and order: customer_id, order_key, month, promoted (0 or 1), spend."""
    told: Any = ibis.literal(0)
    if promotion_from == "promotion":
        told = (~bought.promotion.strip().lower().isin(_NO_PROMOTION)).fill_null(False).cast("int64")
    elif promotion_from:
        told = (bought.discount > 0).fill_null(False).cast("int64")
    parts = sum_by_order(bought, promoted=told)
    whole = parts.group_by("customer_id", "order_key").aggregate(
        first_at=parts.first_at.min(), promoted=parts.promoted.max(), spend=parts.spend.sum()
    )
    return whole.mutate(month=_month_number(whole.first_at)).drop("first_at")


def _per_customer(per_order: Table) -> Table:
    totals = per_order.group_by("customer_id").aggregate(
        orders=per_order.count(),
        spend=per_order.spend.sum(),
        first_month=per_order.month.min(),
        last_month=per_order.month.max(),
        promoted=per_order.promoted.sum(),
    )
    months = per_order.select("customer_id", "month").distinct()
    of_year = months.month % 12
    counted = months.group_by("customer_id").aggregate(
        **{name: (of_year == place).sum() for place, name in enumerate(CALENDAR)}
    )
    return totals.inner_join(counted, "customer_id")


def _picks(bought: Table) -> Table:
    """One row a customer, order and category: customer_id, category, month."""
    named = bought.filter(bought.category.notnull())
    picked = sum_by_order(named, category=named.category)
    return picked.select("customer_id", "category", month=_month_number(picked.first_at))


def _with_favourite(customers: Table, picks: Table) -> Table:
    each = picks.group_by("customer_id", "category").aggregate(n=picks.count())
    overall = picks.group_by("category").aggregate(of_all=picks.count())
    joined = each.inner_join(overall, "category")
    order = [ibis.desc(joined.n), joined.of_all, joined.category]
    ranked = joined.mutate(place=ibis.row_number().over(group_by="customer_id", order_by=order))
    best = ranked.group_by("customer_id").aggregate(
        picks=ranked.n.sum(),
        favourite=ranked.category.max(where=ranked.place == 0),
        favourite_picks=ranked.n.max(where=ranked.place == 0),
    )
    found = customers.left_join(best, "customer_id")
    return found.select(
        *customers.columns,
        picks=found.picks.fill_null(0),
        favourite=found.favourite,
        favourite_picks=found.favourite_picks.fill_null(0),
    )


def _month_number(at: Any) -> Any:
    return at.year() * 12 + at.month() - 1


def _no_categories() -> pd.DataFrame:
    return pd.DataFrame({"month": np.array([], int), "category": pd.Series([], dtype=str), "picks": np.array([], int)})
