"""Order lines: the orders they make, sales by month, and what they hold besides sales of products.

A purchase is a line with a positive amount; where the orders have no amounts, one with a positive or unknown quantity.
Without amounts nothing is known of money: what would be spend is null, never zero. Reduced in the engine; what comes
back is a row a month, a row a product, or a count.
"""

from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

# Written so that DuckDB's and Java's regular expressions take it alike; texts are held against it in lower case.
_CHARGES = (
    r"(^|[\s/-])(postage|p&p|carriage|shipping|freight|delivery|handling|packing|bank charges?|charges?|fees?|surcharge"
    r"|commissions?|discounts?|rebate|bad debt|deposit|tip|gratuity|versand|porto|gebühr|rabatt|frais de port|remise"
    r"|verzendkosten|korting|gastos de envío|descuento|spese di spedizione|sconto)( (cost|costs|charge|charges|fee))?$"
    r"|(versand|fracht|liefer)kosten$"
    r"|^(manual|samples?|test|adjust(ment)?( .*)?|write[- ]?off|gift (card|voucher)s?|gutschein|bon cadeau)$"
)
_MOST = 50


def has_money(orders: Table) -> bool:
    """Whether the lines tell what they were worth."""
    return "amount" in orders.columns


def is_purchase(orders: Table) -> Any:
    """Of each line whether something was bought: by its amount, else by its quantity; a line with neither is bought."""
    if has_money(orders):
        return orders.amount > 0
    return (orders.quantity > 0).fill_null(True) if "quantity" in orders.columns else ibis.literal(True)


def sum_by_order(orders: Table, **more: Any) -> Table:
    """One row a customer and order (and value of `more`): order_key, first_at and last_at of its purchases (null where
    it has none), spend and returned, both positive, and both null where there are no amounts.

    What is counted once an order is counted over these: there are few of them beside the lines.
    """
    bought = is_purchase(orders)
    measures = {"first_at": orders.ordered_at.min(where=bought), "last_at": orders.ordered_at.max(where=bought)}
    if has_money(orders):
        measures["spend"] = ibis.ifelse(bought, orders.amount, 0.0).sum()
        measures["returned"] = ibis.ifelse(orders.amount < 0, -orders.amount, 0.0).sum()
    summed = orders.group_by("customer_id", order_key=_order_key(orders), **more).aggregate(**measures)
    unknown = ibis.null("float64")
    return summed if has_money(orders) else summed.mutate(spend=unknown, returned=unknown)


def _order_key(orders: Table) -> Any:
    """What makes an order: its number, or customer and day where there is none."""
    by_day = orders.customer_id + " " + orders.ordered_at.date().cast("string")
    return orders.order_id.fill_null(by_day) if "order_id" in orders.columns else by_day


def monthly_orders(orders: Table) -> pd.DataFrame:
    """One row a calendar month with purchases: month, order_count, customers, spend (NaN where there are no amounts)
    and partial: whether the orders begin after its first three days or end before its last three, so that it can't
    stand for a month."""
    bought = sum_by_order(orders.filter(is_purchase(orders)), month=orders.ordered_at.truncate("M"))
    per_month = bought.group_by("month").aggregate(
        order_count=bought.order_key.nunique(),
        customers=bought.customer_id.nunique(),
        spend=bought.spend.sum(),
        first_at=bought.first_at.min(),
        last_at=bought.last_at.max(),
    )
    frame = per_month.order_by("month").execute()
    first, last = frame.pop("first_at").min(), frame.pop("last_at").max()
    starts = pd.to_datetime(frame["month"])
    ends = starts + pd.offsets.MonthEnd(0)
    slack = pd.Timedelta(days=3)
    frame["partial"] = (starts + slack <= first) | (ends - slack >= last)
    return frame


def order_totals(orders: Table) -> dict[str, float]:
    """Of all order lines: buyers, orders, spend and returned (NaN where there are no amounts), history_days (first to
    last line)."""
    per_order = sum_by_order(orders)
    bought = per_order.first_at.notnull()
    row = (
        per_order.aggregate(
            buyers=per_order.customer_id.nunique(where=bought),
            orders=per_order.order_key.nunique(where=bought),
            spend=per_order.spend.sum(),
            returned=per_order.returned.sum(),
            first_at=per_order.first_at.min(),
            last_at=per_order.last_at.max(),
        )
        .execute()
        .iloc[0]
    )
    history = (row["last_at"] - row["first_at"]).days if row["buyers"] else 0
    return {
        "buyers": float(row["buyers"]),
        "orders": float(row["orders"]),
        "spend": _or_zero(row["spend"]) if has_money(orders) else float("nan"),
        "returned": _or_zero(row["returned"]) if has_money(orders) else float("nan"),
        "history_days": float(history),
    }


def _or_zero(value: Any) -> float:
    return 0.0 if value is None or pd.isna(value) else float(value)


def charge_lines(orders: Table) -> pd.DataFrame:
    """The products whose name is that of a charge, a correction or a sample: product, rows, amount (NaN where there
    are none); most rows first."""
    if "product" not in orders.columns:
        return pd.DataFrame(columns=["product", "rows", "amount"])
    named = orders.filter(orders["product"].strip().lower().re_search(_CHARGES))
    counted = named.group_by("product").aggregate(
        rows=named.count(), **({"amount": named.amount.sum()} if has_money(orders) else {})
    )
    counted = counted if has_money(orders) else counted.mutate(amount=ibis.null("float64"))
    return counted.order_by(ibis.desc("rows"), "product").limit(_MOST).execute()


def renamed_products(orders: Table) -> dict[str, int]:
    """Article numbers with several names: products (how many such numbers), rows (of theirs), most (names of one).
    Names that differ in case or blanks are one."""
    if not {"product", "product_id"} <= set(orders.columns):
        return {"products": 0, "rows": 0, "most": 0}
    name = orders["product"].re_replace(r"\s+", " ").strip().lower()
    named = orders.select("product_id", name=name).filter(lambda t: t.product_id.notnull())
    each = named.group_by("product_id").aggregate(names=named.name.nunique(), rows=named.count())
    several = each.filter(each.names > 1)
    found = several.aggregate(products=several.count(), rows=several.rows.sum(), most=several.names.max()).execute()
    return {str(fact): int(value) if pd.notna(value) else 0 for fact, value in found.iloc[0].items()}


def with_returns_kept(quality: pd.DataFrame, orders: Table) -> pd.DataFrame:
    """`quality` as in ClientData, its row of returns saying how many were kept where some were set aside."""
    is_return = (quality["table"] == "orders") & (quality["check"] == "return")
    if not is_return.any():
        return quality
    returned = orders.amount < 0 if has_money(orders) else orders.is_return
    kept = int(orders.filter(returned).count().execute())
    aside = int(quality.loc[is_return, "rows_found"].iloc[0]) - kept
    negative = "amounts" if has_money(orders) else "quantities"
    said = f"{kept:,} kept, as negative {negative}; {aside:,} set aside under another fault"
    return quality.assign(handling=quality["handling"].mask(is_return & (aside > 0), said))
