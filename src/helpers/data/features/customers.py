"""One row a buyer: recency, frequency, spend and what else tells how a customer buys.

Purchases are what `order_lines.is_purchase` says; returns are counted beside them, not taken off unless asked. Where a
client has no orders, a customer list with last order, number of orders and spend tells the same of its customers.
All ages are counted in days back from the end of `as_of`. Everything is reduced in the engine.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.order_lines import has_money, is_purchase, sum_by_order
from helpers.data.features.rhythm import gap_sums
from helpers.errors import InputError, ThinDataError

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

    customers: customer_id and CUSTOMER_FEATURES, and margin if asked for; from a list, those it does not tell are NaN
    from_list: whether the customer list told them
    never_bought, not_known: customers of the list left out, having no order, or lacking the last order, the number of
        orders or, where the list has spend, the spend; customers listed = rows + never_bought + not_known
    before_window: buyers left out since all their orders are older than the months asked for
    """

    customers: pd.DataFrame
    from_list: bool = False
    never_bought: int = 0
    not_known: int = 0
    before_window: int = 0


def find_buyers(
    orders: Table,
    customers: Table,
    as_of: date,
    *,
    subtract_returns: bool = False,
    months: int = 0,
    with_margin: bool = False,
) -> Buyers:
    """Everyone who has bought: from the orders, or where there are none from a list with last order and order count.

    months: only orders of so many months up to `as_of` count, 0 = all. Raises ThinDataError where neither tells, or
    where nobody has bought in these months; InputError where a list is asked for months or margins.
    """
    bought = customer_features(orders, as_of, subtract_returns=subtract_returns, months=months, with_margin=with_margin)
    if len(bought) and not months:
        return Buyers(bought)
    ever = count_buyers(orders, as_of) if months else 0
    if len(bought):
        return Buyers(bought, before_window=ever - len(bought))
    if ever:
        raise ThinDataError(f"Nobody has ordered in the last {months} months", mend="Widen `months` or set it to 0.")
    listed = list_summary(customers, as_of)
    lacking = [said for column, said in _NEEDED.items() if listed[column].isna().all()]
    if lacking and len(listed):
        raise ThinDataError(
            f"There are no purchases, and the customer list does not tell {' or '.join(lacking)}",
            mend="Add orders, or a list with each customer's last order, number of orders and, if known, spend.",
        )
    if len(listed) and (months or with_margin):
        asked = f"months is {months}" if months else "margins are asked for"
        raise InputError(f"{asked}, which takes orders; there is a customer list only", where="RFM")
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


def count_buyers(orders: Table, as_of: date) -> int:
    """How many customers have a purchase up to the end of `as_of`."""
    bought = orders.filter(is_purchase(orders), orders.ordered_at < _end_of(as_of))
    return int(bought.customer_id.nunique().execute())


def customer_features(
    orders: Table,
    as_of: date,
    *,
    subtract_returns: bool = False,
    months: int = 0,
    with_margin: bool = False,
    with_products: bool = True,
) -> pd.DataFrame:
    """One row a buyer: customer_id, recency_days, tenure_days (since the first order), order_count, spend,
    average_order_value, product_count (NaN where products are unknown), days_between_orders (NaN with one
    order), returned (value sent back, positive) and return_share (of spend). What is of money is NaN where the orders
    have no amounts.

    Orders after `as_of` do not count, nor with `months` those from more months before it. A customer with returns but
    no purchase in the data is no buyer and has no row. With `subtract_returns`, spend and what follows from it are net
    of returns. With `with_margin` there is also margin: amounts less costs of purchases, and of returns as spend is net
    of them; NaN where a line's cost is not known. Without `with_products`, product_count is NaN: it costs a query.
    """
    orders = orders.filter(orders.ordered_at < _end_of(as_of))
    if months:
        orders = orders.filter(orders.ordered_at >= _end_of(months_before(as_of, months)))
    per_order = sum_by_order(orders)
    per_customer = per_order.group_by("customer_id").aggregate(
        first_at=per_order.first_at.min(),
        last_at=per_order.last_at.max(),
        order_count=per_order.first_at.count(),  # an order of returns alone has none
        spend=per_order.spend.sum(),
        returned=per_order.returned.sum(),
    )
    buyers = per_customer.filter(per_customer.order_count > 0)
    buyers = _with_products(buyers, orders) if with_products else buyers.mutate(product_count=ibis.null("int64"))
    frame = buyers.order_by("customer_id").execute()
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
    frame = frame[["customer_id", *CUSTOMER_FEATURES]]
    if not with_margin:
        return frame
    margins = _margins(orders, subtract_returns)
    return frame.merge(margins, on="customer_id", how="left", validate="one_to_one")


def period_totals(orders: Table, as_of: date, months: int, *, subtract_returns: bool = False) -> pd.DataFrame:
    """What customers bought in the last `months` months up to the end of `as_of`, and in as many before: customer_id,
    orders_now, spend_now, orders_before, spend_before (money NaN where the orders have no amounts). Only customers with
    an order or a return in these months have a row."""
    middle = _end_of(months_before(as_of, months))
    recent = orders.filter(
        orders.ordered_at < _end_of(as_of), orders.ordered_at >= _end_of(months_before(as_of, 2 * months))
    )
    per_order = sum_by_order(recent, is_now=recent.ordered_at >= middle)
    worth = per_order.spend - per_order.returned if subtract_returns else per_order.spend
    summed = per_order.group_by("customer_id").aggregate(
        orders_now=per_order.first_at.count(where=per_order.is_now),
        spend_now=worth.sum(where=per_order.is_now),
        orders_before=per_order.first_at.count(where=~per_order.is_now),
        spend_before=worth.sum(where=~per_order.is_now),
    )
    frame = summed.order_by("customer_id").execute()
    money = ["spend_now", "spend_before"]
    frame[money] = frame[money].astype(float).round(4)
    return frame.fillna(dict.fromkeys(money, 0.0)) if has_money(orders) else frame


@dataclass(frozen=True)
class Past:
    """Customers as they stood `months` before the day of analysis, and what they have done since.

    customers: as of `customer_features`, without products; gaps: as `rhythm.gap_sums` has them; totals: as
    `period_totals`; no rows in any where `months` is 0
    """

    customers: pd.DataFrame
    gaps: pd.DataFrame
    totals: pd.DataFrame


def look_back(
    orders: Table,
    as_of: date,
    period: int,
    *,
    subtract_returns: bool = False,
    months: int = 0,
    with_margin: bool = False,
) -> Past:
    """Customers `period` months ago, with what they have bought since; the rest as in `find_buyers`."""
    if not period:
        nobody = pd.DataFrame(columns=["customer_id", *CUSTOMER_FEATURES])
        return Past(nobody, no_gaps(orders), pd.DataFrame(columns=_TOTALS))
    then = months_before(as_of, period)
    customers = customer_features(
        orders, then, subtract_returns=subtract_returns, months=months, with_margin=with_margin, with_products=False
    )
    totals = period_totals(orders, as_of, period, subtract_returns=subtract_returns)
    return Past(customers, gap_sums(orders, then).customers, totals)


_TOTALS = ["customer_id", "orders_now", "spend_now", "orders_before", "spend_before"]


def no_gaps(orders: Table) -> pd.DataFrame:
    """The gaps of nobody, with the columns that `rhythm.gap_sums` gives."""
    return gap_sums(orders.limit(0), date(1970, 1, 1)).customers


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the month's last where it has no such day."""
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()


def _end_of(day: date) -> Any:
    return ibis.literal(pd.Timestamp(day + timedelta(days=1)).to_pydatetime())


def _margins(orders: Table, subtract_returns: bool) -> pd.DataFrame:
    """customer_id, margin: amounts less costs, NaN where the cost of one of the customer's lines is not known."""
    if not has_money(orders) or "cost" not in orders.columns:
        raise InputError("Margins are asked for, and the orders have no costs", where="rfm.monetary", allowed="spend")
    counted = orders.filter(orders.amount != 0) if subtract_returns else orders.filter(orders.amount > 0)
    # A return gives back what it cost, whichever sign the source writes.
    cost = ibis.ifelse(counted.amount < 0, -counted.cost.abs(), counted.cost)
    summed = counted.group_by("customer_id").aggregate(
        margin=(counted.amount - cost).sum(), unknown=counted.cost.isnull().sum()
    )
    frame = summed.execute()
    frame["margin"] = frame["margin"].astype(float).round(4).where(frame["unknown"] == 0)
    return frame[["customer_id", "margin"]]


def _with_products(buyers: Table, orders: Table) -> Table:
    """The buyers with product_count: how many different products each bought; null where products are unknown."""
    product = "product_id" if "product_id" in orders.columns else "product"
    if product not in orders.columns:
        return buyers.mutate(product_count=ibis.null("int64"))
    bought = orders.filter(is_purchase(orders), orders[product].notnull()).select("customer_id", product).distinct()
    counted = bought.group_by("customer_id").aggregate(products=bought.count())
    joined = buyers.left_join(counted, "customer_id")
    return joined.select(*buyers.columns, product_count=joined.products.fill_null(0))
