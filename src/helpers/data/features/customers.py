"""One row a buyer: recency, frequency, spend and what else tells how a customer buys.

Purchases are what `order_lines.is_purchase` says; returns are counted beside them, not taken off unless asked. Where a
client has no orders, a customer list with last order, number of orders and spend tells the same of its customers.
All ages are counted in days back from the end of `as_of`. Everything is reduced in the engine.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.order_lines import is_purchase, sum_by_order
from helpers.errors import ThinDataError

CUSTOMER_FEATURES = (
    "recency_days",
    "tenure_days",
    "order_count",
    "spend",
    "average_order_value",
    "product_count",
    "days_between_orders",
    "returned",
    "return_share",
)


@dataclass(frozen=True)
class Buyers:
    """Customers who have bought, told by their orders or by the customer list.

    customers: customer_id and CUSTOMER_FEATURES; from a list, those it does not tell are NaN
    from_list: whether the customer list told them
    never_bought, not_known: customers of the list left out, having no order, or lacking the last order, the number of
        orders or, where the list has spend, the spend; customers listed = rows + never_bought + not_known
    """

    customers: pd.DataFrame
    from_list: bool = False
    never_bought: int = 0
    not_known: int = 0


def find_buyers(orders: Table, customers: Table, as_of: date, *, subtract_returns: bool = False) -> Buyers:
    """Everyone who has bought: from the orders, or where there are none from a list with last order and order count.

    Raises ThinDataError where neither tells.
    """
    bought = customer_features(orders, as_of, subtract_returns=subtract_returns)
    if len(bought):
        return Buyers(bought)
    listed = list_summary(customers, as_of)
    lacking = [said for column, said in _NEEDED.items() if listed[column].isna().all()]
    if lacking and len(listed):
        raise ThinDataError(
            f"There are no purchases, and the customer list does not tell {' or '.join(lacking)}",
            mend="Add orders, or a list with each customer's last order, number of orders and, if known, spend.",
        )
    needed = [*_NEEDED, *(["spend"] if listed["spend"].notna().any() else [])]
    never = listed["order_count"] <= 0
    known = listed[needed].notna().all(axis=1) & ~never
    found = listed[known].assign(average_order_value=lambda f: f["spend"] / f["order_count"])
    return Buyers(
        found.reindex(columns=["customer_id", *CUSTOMER_FEATURES]).reset_index(drop=True),
        from_list=len(listed) > 0,
        never_bought=int(never.sum()),
        not_known=int((~known & ~never).sum()),
    )


_NEEDED = {"recency_days": "when each last ordered", "order_count": "how often each has ordered"}


def list_summary(customers: Table, as_of: date | None = None) -> pd.DataFrame:
    """What the customer list says of each customer's orders: customer_id, recency_days (from last_order_on where it has
    that, counted from the last of all without `as_of`; NaN where it is not known or after `as_of`), order_count, spend;
    NaN for what the list does not tell."""
    columns = [c for c in ("recency_days", "last_order_on", "order_count", "spend") if c in customers.columns]
    frame = customers.select("customer_id", *columns).order_by("customer_id").execute()
    days = pd.Series(float("nan"), index=frame.index)
    if "last_order_on" in frame:
        last = pd.to_datetime(frame["last_order_on"]).dt.normalize()
        days = ((pd.Timestamp(as_of) if as_of else last.max()) - last).dt.days.astype(float)
    if "recency_days" in frame:
        days = days.fillna(frame["recency_days"].astype(float))
    frame["recency_days"] = days.where(days >= 0)
    for column in ("order_count", "spend"):
        frame[column] = frame[column].astype(float) if column in frame else float("nan")
    return frame[["customer_id", "recency_days", "order_count", "spend"]]


def customer_features(orders: Table, as_of: date, *, subtract_returns: bool = False) -> pd.DataFrame:
    """One row a buyer: customer_id, recency_days, tenure_days (since the first order), order_count, spend,
    average_order_value, product_count (NaN where products are unknown), days_between_orders (NaN with one
    order), returned (value sent back, positive) and return_share (of spend). What is of money is NaN where the orders
    have no amounts.

    Orders after `as_of` do not count. A customer with returns but no purchase in the data is no buyer and has
    no row. With `subtract_returns`, spend and what follows from it are net of returns.
    """
    orders = orders.filter(orders.ordered_at < ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime()))
    per_order = sum_by_order(orders)
    per_customer = per_order.group_by("customer_id").aggregate(
        first_at=per_order.first_at.min(),
        last_at=per_order.last_at.max(),
        order_count=per_order.first_at.count(),  # an order of returns alone has none
        spend=per_order.spend.sum(),
        returned=per_order.returned.sum(),
    )
    buyers = per_customer.filter(per_customer.order_count > 0)
    frame = _with_products(buyers, orders).order_by("customer_id").execute()
    today = pd.Timestamp(as_of)
    # The engine may add in another order each time; at a hundredth of a penny, equal spend stays equal.
    frame[["spend", "returned"]] = frame[["spend", "returned"]].astype(float).round(4)
    first, last = frame.pop("first_at").dt.normalize(), frame.pop("last_at").dt.normalize()
    frame["recency_days"] = (today - last).dt.days
    frame["tenure_days"] = (today - first).dt.days
    if subtract_returns:
        frame["spend"] = frame["spend"] - frame["returned"]
    frame["average_order_value"] = frame["spend"] / frame["order_count"]
    frame["product_count"] = frame["product_count"].astype(float)
    gaps = (frame["order_count"] - 1).where(frame["order_count"] > 1)
    frame["days_between_orders"] = (last - first).dt.days / gaps
    gross = frame["spend"] + frame["returned"] if subtract_returns else frame["spend"]
    frame["return_share"] = frame["returned"] / gross
    return frame[["customer_id", *CUSTOMER_FEATURES]]


def _with_products(buyers: Table, orders: Table) -> Table:
    """The buyers with product_count: how many different products each bought; null where products are unknown."""
    product = "product_id" if "product_id" in orders.columns else "product"
    if product not in orders.columns:
        return buyers.mutate(product_count=ibis.null("int64"))
    bought = orders.filter(is_purchase(orders), orders[product].notnull()).select("customer_id", product).distinct()
    counted = bought.group_by("customer_id").aggregate(products=bought.count())
    joined = buyers.left_join(counted, "customer_id")
    return joined.select(*buyers.columns, product_count=joined.products.fill_null(0))
