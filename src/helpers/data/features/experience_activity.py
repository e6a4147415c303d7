"""What customers do, where nobody asked them: their orders or visits one by one, what they did lately, and how each
began. Reduced in the engine to a row a customer.

With a survey in the data nothing is told here: opinion and behaviour are then set side by side elsewhere.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.customer_traits import all_traits, early_events
from helpers.data.features.experience_window import Measured, Window, measure_window, run
from helpers.data.features.order_lines import has_money, is_purchase, sum_by_order
from helpers.data.features.purchases import find_activity
from helpers.data.features.rhythm import Gaps, gap_sums
from helpers.data.features.subscriptions import subscriber_facts
from helpers.errors import ThinDataError

_CHEAP = ("discount", "promotion")


@dataclass(frozen=True)
class Behaviour:
    """gaps: of orders, or without orders and subscriptions of visits, as `rhythm.gap_sums`; subscribers: as
    `subscriptions.subscriber_facts`; tenure: customer_id, tenure_days (since the first order or visit, else since the
    first subscription); window: what each customer did in the `days` up to the day of analysis; asked: whether there is
    a survey, in which case nobody has a row in any of these"""

    gaps: Gaps
    subscribers: pd.DataFrame
    tenure: pd.DataFrame
    window: Measured
    asked: bool
    days: int


def measure_behaviour(data: ClientData, as_of: date, days: int = 365) -> Behaviour:
    """What customers do and have done lately, without a survey; nothing with one."""
    tables = {name: data.tables[name] for name in data.supplied()}
    orders, events, subscriptions = (data.tables[name] for name in ("orders", "events", "subscriptions"))
    asked = "surveys" in tables
    if asked:
        orders, events, subscriptions = orders.limit(0), events.limit(0), subscriptions.limit(0)
    gaps = gap_sums(_repeated(orders, subscriptions, events, as_of), as_of)
    subscribers = subscriber_facts(subscriptions, as_of)
    end = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime()).cast("timestamp(6)")
    seen = [rows.select("customer_id") for rows in (orders, events, subscriptions)]
    points = ibis.union(*seen, distinct=True).select("customer_id", until=end)
    sources = tuple(name for name in ("orders", "events") if name in tables and not asked)
    first = pd.Timestamp(as_of)
    window = measure_window(points, tables, Window(days, sources, first, first))
    if "orders" in sources:
        window = _with_products(window, orders, end, days)
    return Behaviour(gaps, subscribers, _tenure(gaps, subscribers, as_of), window, asked, days)


def early_traits(data: ClientData, behaviour: Behaviour, as_of: date, *, days: int = 90) -> pd.DataFrame:
    """customer_id and what is known of customers besides what they do now: declared attributes, events of the first
    `days`, and the first day of orders: its value, channel, main category, whether anything was bought at a reduced
    price. How a customer began is not told where it lies in the window of `behaviour`, which it would be part of."""
    if behaviour.asked:
        return pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
    supplied, events = data.supplied(), data.tables["events"]
    traits = all_traits(data, as_of, days=days)
    began = list[str]()
    if "orders" in supplied:
        first = _first_orders(data.tables["orders"], as_of)
        traits = traits.merge(first, on="customer_id", how="outer", validate="one_to_one")
        began += [c for c in first.columns if c != "customer_id"]
    elif "subscriptions" not in supplied:
        starts = events.group_by("customer_id").aggregate(began_at=events.occurred_at.min())
        first = early_events(events, starts, as_of, days)
        traits = traits[[c for c in traits.columns if c == "customer_id" or c not in first.columns]]
        traits = traits.merge(first, on="customer_id", how="outer", validate="one_to_one")
    began += [c for c in traits.columns if c.endswith(f"(first {days} days)")]
    tenure = behaviour.tenure.set_index("customer_id")["tenure_days"].reindex(traits["customer_id"])
    lately = ~(tenure >= behaviour.days + days).to_numpy()
    return traits.assign(**{name: traits[name].mask(lately) for name in began})


def _tenure(gaps: Gaps, subscribers: pd.DataFrame, as_of: date) -> pd.DataFrame:
    if len(gaps.customers):
        return gaps.customers[["customer_id", "tenure_days"]]
    since = (pd.Timestamp(as_of) - pd.to_datetime(subscribers["started_on"])).dt.days
    return pd.DataFrame({"customer_id": subscribers["customer_id"], "tenure_days": since.astype(float)})


def _repeated(orders: Table, subscriptions: Table, events: Table, as_of: date) -> Table:
    try:
        return find_activity(orders, subscriptions, events, as_of).rows
    except ThinDataError:  # of nobody is anything known: the caller finds no rows
        return orders.limit(0)


def _with_products(window: Measured, orders: Table, end: Any, days: int) -> Measured:
    """The window with how many different products each customer bought in it."""
    product = next((c for c in ("product_id", "product", "category") if c in orders.columns), "")
    if not product:
        return window
    bought = orders.filter(
        is_purchase(orders), orders.ordered_at < end, orders.ordered_at >= end - ibis.interval(days=days)
    )
    counted = bought.group_by("customer_id").aggregate(products=bought[product].nunique())
    values = window.values.merge(run(counted), on="customer_id", how="left", validate="one_to_one")
    values["products"] = values["products"].astype(float).fillna(0.0)
    row = pd.DataFrame({"measure": ["products"], "family": ["products"], "subject": [""]})
    measures = pd.concat([window.measures, row], ignore_index=True)
    return Measured(values, measures, window.touchpoints, window.kinds, window.places)


def _first_orders(orders: Table, as_of: date) -> pd.DataFrame:
    end = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    bought = orders.filter(is_purchase(orders), orders.ordered_at < end)
    first_day = bought.group_by("customer_id").aggregate(first_at=bought.ordered_at.min().truncate("D"))
    joined = bought.inner_join(first_day, "customer_id")
    lines = joined.filter(joined.ordered_at.truncate("D") == joined.first_at)
    measures: dict[str, Any] = {}
    if has_money(orders):
        measures["first_order_value"] = lines.amount.sum()
    cheap = [c for c in _CHEAP if c in lines.columns]
    if cheap:
        told = (lines.discount > 0).fill_null(False) if cheap[0] == "discount" else lines.promotion.notnull()
        measures["first_order_reduced"] = told.cast("int64").max()
    if "channel" in lines.columns:
        measures["first_order_channel"] = lines.channel.min()
    frame = run(lines.group_by("customer_id").aggregate(lines=lines.count(), **measures)).drop(columns="lines")
    if "category" in lines.columns:
        per = sum_by_order(lines.filter(lines.category.notnull()), category=lines.category)
        each = per.group_by("customer_id", "category").aggregate(worth=per.spend.sum(), orders=per.count())
        order = [ibis.desc(each.worth.fill_null(0.0)), ibis.desc(each.orders), each.category]
        ranked = each.mutate(place=ibis.row_number().over(group_by="customer_id", order_by=order))
        main = ranked.filter(ranked.place == 0).select("customer_id", first_order_category=ranked.category)
        frame = frame.merge(run(main), on="customer_id", how="left", validate="one_to_one")
    if "first_order_reduced" in frame:
        frame["first_order_reduced"] = frame["first_order_reduced"].map({1: "yes", 0: "no"})
    return frame
