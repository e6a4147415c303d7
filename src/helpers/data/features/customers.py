"""One row a buyer: recency, frequency, spend and what else tells how a customer buys.

Purchases are order lines with a positive amount; returns are counted beside them, not taken off unless asked.
All ages are counted in days back from the end of `as_of`. Everything is reduced in the engine.
"""

from datetime import date, timedelta

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.order_lines import sum_by_order

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


def customer_features(orders: Table, as_of: date, *, subtract_returns: bool = False) -> pd.DataFrame:
    """One row a buyer: customer_id, recency_days, tenure_days (since the first order), order_count, spend,
    average_order_value, product_count (NaN where products are unknown), days_between_orders (NaN with one
    order), returned (value sent back, positive) and return_share (of spend).

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
    frame[["spend", "returned"]] = frame[["spend", "returned"]].round(4)
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
    bought = orders.filter(orders.amount > 0, orders[product].notnull()).select("customer_id", product).distinct()
    counted = bought.group_by("customer_id").aggregate(products=bought.count())
    joined = buyers.left_join(counted, "customer_id")
    return joined.select(*buyers.columns, product_count=joined.products.fill_null(0))
