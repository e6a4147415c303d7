"""From canonical tables to frames of customer grain or coarser: everything here reduces in the engine.

Purchases are order lines with a positive amount; returns are counted beside them, not taken off unless asked.
All ages are counted in days back from the end of `as_of`.
"""

from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

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
    per_order = _per_order(orders)
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


def monthly_orders(orders: Table) -> pd.DataFrame:
    """One row a calendar month with purchases: month, order_count, customers, spend and partial: whether the
    orders begin after its first three days or end before its last three, so that it can't stand for a month."""
    bought = _per_order(orders.filter(orders.amount > 0), month=orders.ordered_at.truncate("M"))
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
    """Of all order lines: buyers, orders, spend, returned, history_days (first to last line)."""
    per_order = _per_order(orders)
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
        "spend": _or_zero(row["spend"]),
        "returned": _or_zero(row["returned"]),
        "history_days": float(history),
    }


def key_matches(combinations: pd.DataFrame) -> pd.DataFrame:
    """How customers match between the customer list and each other table: table, customers, in_customers (how many
    of them the list knows) and listed (customers in the list). `combinations` as from `customer_coverage`; without a
    customers table among them there are no rows."""
    columns = ["table", "customers", "in_customers", "listed"]
    if "customers" not in combinations.columns:
        return pd.DataFrame(columns=columns)
    rows = []
    counts, listed = combinations["customers_known"], combinations["customers"]
    for name in combinations.columns[:-1].drop("customers"):
        here = combinations[name]
        both = int(counts[here & listed].sum())
        rows.append([name, int(counts[here].sum()), both, int(counts[listed].sum())])
    return pd.DataFrame(rows, columns=columns)


def customer_coverage(tables: dict[str, Table]) -> pd.DataFrame:
    """How many customers are known by which combination of tables: a column of true and false for each table with
    customer_id, and customers_known; the most frequent combination first. No rows where no table has customers."""
    named = {name: table for name, table in tables.items() if "customer_id" in table.columns}
    if not named:
        return pd.DataFrame(columns=["customers_known"])
    seen = [
        table.filter(table.customer_id.notnull())
        .select("customer_id")
        .distinct()
        .mutate(**{other: ibis.literal(int(other == name)) for other in named})
        for name, table in named.items()
    ]
    stacked = ibis.union(*seen) if len(seen) > 1 else seen[0]
    each = stacked.group_by("customer_id").aggregate(**{name: stacked[name].max() for name in named})
    frame = each.group_by(*named).aggregate(customers_known=each.count()).execute()
    frame[list(named)] = frame[list(named)].astype(bool)
    order = ["customers_known", *named]
    return frame.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)


def readiness_facts(tables: dict[str, Table], ratings: list[str], control: str) -> dict[str, float]:
    """What `profile.assess_readiness` asks about the data: plain counts, shares and days."""
    orders, surveys, exposures = tables["orders"], tables["surveys"], tables["exposures"]
    bought = _per_order(orders.filter(orders.amount > 0))
    per_customer = bought.group_by("customer_id").aggregate(n=bought.count())
    repeat = per_customer.aggregate(share=(per_customer.n > 1).mean()).execute()["share"].iloc[0]
    totals = order_totals(orders)
    complete = ibis.and_(*[surveys[r].notnull() for r in ratings]) if ratings else ibis.literal(False)
    answers = surveys.aggregate(answers=surveys.count(), complete=surveys.count(where=complete)).execute().iloc[0]
    held_out, treated = _largest_test(exposures, control)
    return {
        "buyers": totals["buyers"],
        "history_days": totals["history_days"],
        "repeat_share": float("nan") if pd.isna(repeat) else float(repeat),
        "answers": float(answers["answers"]),
        "answers_per_group": _answers_per_group(surveys),
        "ratings": float(len(ratings)),
        "complete_answers": float(answers["complete"]),
        "control_customers": held_out,
        "treated_customers": treated,
    }


def _answers_per_group(surveys: Table) -> float:
    """Answers in the second largest wave, touchpoint or journey stage, whichever has most: it takes two to compare."""
    groupings = [c for c in ("wave", "touchpoint", "journey_stage") if c in surveys.columns]
    if not groupings:
        return 0.0
    named = [surveys.select(by=ibis.literal(c), name=surveys[c]).filter(lambda t: t.name.notnull()) for c in groupings]
    sizes = ibis.union(*named).group_by("by", "name").aggregate(n=ibis._.count()).execute()
    second = sizes.sort_values("n", ascending=False).groupby("by")["n"].nth(1)
    return float(second.max()) if len(second) else 0.0


def _largest_test(exposures: Table, control: str) -> tuple[float, float]:
    """Customers in the control arm and in the smallest other arm, of the campaign that can show most."""
    arms = exposures.group_by("campaign", "arm").aggregate(customers=exposures.count()).execute()
    is_control = arms["arm"] == control
    sizes = pd.DataFrame(
        {
            "control": arms[is_control].set_index("campaign")["customers"],
            "treated": arms[~is_control].groupby("campaign")["customers"].min(),
        }
    ).fillna(0)
    if sizes.empty:
        return 0.0, 0.0
    best = sizes.iloc[int(sizes.min(axis=1).to_numpy().argmax())]
    return float(best["control"]), float(best["treated"])


def _per_order(orders: Table, **more: Any) -> Table:
    """One row a customer and order (and value of `more`): order_key, first_at and last_at of its purchases (null where
    it has none), spend and returned, both positive.

    What is counted once an order is counted over these: there are few of them beside the lines.
    """
    bought = orders.amount > 0
    return orders.group_by("customer_id", order_key=_order_key(orders), **more).aggregate(
        first_at=orders.ordered_at.min(where=bought),
        last_at=orders.ordered_at.max(where=bought),
        spend=ibis.ifelse(bought, orders.amount, 0.0).sum(),
        returned=ibis.ifelse(orders.amount < 0, -orders.amount, 0.0).sum(),
    )


def _with_products(buyers: Table, orders: Table) -> Table:
    """The buyers with product_count: how many different products each bought; null where products are unknown."""
    product = "product_id" if "product_id" in orders.columns else "product"
    if product not in orders.columns:
        return buyers.mutate(product_count=ibis.null("int64"))
    bought = orders.filter(orders.amount > 0, orders[product].notnull()).select("customer_id", product).distinct()
    counted = bought.group_by("customer_id").aggregate(products=bought.count())
    joined = buyers.left_join(counted, "customer_id")
    return joined.select(*buyers.columns, product_count=joined.products.fill_null(0))


def _order_key(orders: Table) -> Any:
    """What makes an order: its number, or customer and day where there is none."""
    by_day = orders.customer_id + " " + orders.ordered_at.date().cast("string")
    return orders.order_id.fill_null(by_day) if "order_id" in orders.columns else by_day


def _or_zero(value: Any) -> float:
    return 0.0 if value is None or pd.isna(value) else float(value)
