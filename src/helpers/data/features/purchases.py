"""Purchases in order of time: what each customer has done so far, on which day the customer reached what, and who came
back after how many days, by how many orders.

A purchase is what `order_lines.is_purchase` says, an order what `sum_by_order` says; orders count from the day of the
first purchase in the data to the end of `as_of`. Visits and logins can be read as orders (`visits_as_orders`): all of
one day are one visit. Reduced in the engine; what comes back is a row a customer, a row a cohort and period, or counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.engines.dialect import is_duckdb
from helpers.data.features.order_lines import has_money, is_purchase, sum_by_order
from helpers.data.features.persons import withhold
from helpers.data.features.rhythm import gap_sums
from helpers.errors import InputError, ThinDataError

MOST_STEPS = 24  # orders of a customer that are told apart; later ones are counted together
UNITS = {"month": "M", "quarter": "Q", "year": "Y"}
_ACTIVITY = r"visit|log[ _-]?[io]n|sign[ _-]?in|session|page|view|usage|\buse"
_YEAR_DAYS = 365
_BEFORE_ALL = date(1900, 1, 1)


@dataclass(frozen=True)
class Activity:
    """What customers do again and again: their orders, or where there are none, their visits.

    rows: a row an order, or a customer's day with visits: customer_id, order_id, ordered_at, and amount where orders
        have amounts
    of_visits: whether they are visits
    """

    rows: Table
    of_visits: bool = False


def find_activity(
    orders: Table, subscriptions: Table, events: Table, as_of: date, kinds: Sequence[str] = ()
) -> Activity:
    """The orders, a row each, or where there is no purchase and no subscription the visits among the events.

    kinds: the events that count as visits; by default those named like a visit, a login or usage, or all where none is.
    Those after `as_of` do not count. With subscriptions alone there are no rows. Raises ThinDataError where there is
    none of all three, InputError for a kind that no event is of.
    """
    found = Activity(one_row_an_order(_until(orders, as_of)))
    if found.rows.count().execute() or subscriptions.count().execute():
        return found
    visits = Activity(one_row_an_order(_until(visits_as_orders(events, kinds), as_of)), of_visits=True)
    if not visits.rows.count().execute():
        raise ThinDataError("There is no purchase, no subscription and no visit, so there is no lifecycle to tell")
    return visits


def visits_as_orders(events: Table, kinds: Sequence[str] = ()) -> Table:
    """Events in the columns of orders, without amounts: customer_id, ordered_at."""
    there = sorted(events.select("kind").distinct().execute()["kind"].dropna())
    unknown = [kind for kind in kinds if kind not in there]
    if unknown:
        allowed = ", ".join(there) or "none, there are no events"
        raise InputError(f'No event is of the kind "{unknown[0]}"', where="Lifecycle", allowed=allowed)
    named = list(kinds) or [kind for kind in there if re.search(_ACTIVITY, kind.lower())]
    counted = events.filter(events.kind.isin(named)) if named else events
    return counted.select("customer_id", ordered_at=counted.occurred_at)


def one_row_an_order(orders: Table) -> Table:
    """The purchases of these order lines, a row an order, in the columns of order lines: customer_id, order_id,
    and ordered_at (of the first purchase), amount where there are amounts.
    What is asked of orders several times is asked of this; DuckDB keeps it in memory."""
    bought = orders.filter(is_purchase(orders))
    per_order = sum_by_order(bought)
    columns = {"order_id": per_order.order_key, "ordered_at": per_order.first_at}
    if has_money(orders):
        columns["amount"] = per_order.spend
    reduced = per_order.select("customer_id", **columns)
    if not is_duckdb(reduced):
        return reduced
    # Ibis' own cache would drop its table when Python lets go of it, which may be after the connection is closed.
    engine: Any = reduced.get_backend()
    return engine.create_table(ibis.util.gen_name("kit_orders"), reduced, temp=True)


def purchase_totals(orders: Table, as_of: date) -> pd.DataFrame:
    """One row a buyer: customer_id, first_on, last_on, orders, spend (NaN where there are no amounts), orders_last_year
    (in the 365 days to `as_of`)."""
    bought = _orders_until(orders, as_of)
    lately = bought.at >= ibis.literal(_day_after(as_of, -_YEAR_DAYS))
    found = bought.group_by("customer_id").aggregate(
        first_on=bought.at.min(),
        last_on=bought.at.max(),
        orders=bought.count(),
        spend=bought.spend.sum(),
        orders_last_year=lately.sum(),
    )
    frame = found.order_by("customer_id").execute()
    for column in ("first_on", "last_on"):
        frame[column] = pd.to_datetime(frame[column]).dt.normalize()
    frame["spend"] = frame["spend"].astype(float).round(4)
    return frame.astype({"orders": "int64", "orders_last_year": "int64"})


def milestones(orders: Table, as_of: date, loyal_orders: int, high_orders: int, high_spend: float) -> pd.DataFrame:
    """On which day each buyer placed the order that made `loyal_orders`, and the one by which the customer had placed
    `high_orders` and spent `high_spend`: customer_id, loyal_on, high_value_on (NaT where not yet). Where nothing is
    known of money, orders alone count for both."""
    bought = _orders_until(orders, as_of)
    so_far = ibis.cumulative_window(group_by="customer_id", order_by=["at", "order_key"])
    counted = bought.select(
        "customer_id", "at", orders=bought.count().over(so_far), spend=bought.spend.sum().over(so_far)
    )
    loyal = counted.orders >= loyal_orders
    # Sums of money carry noise in the last digits; the cut itself is one of these sums.
    rich = (counted.spend >= high_spend - 1e-4) | counted.spend.isnull()
    found = counted.group_by("customer_id").aggregate(
        loyal_on=counted.at.min(where=loyal),
        high_value_on=counted.at.min(where=(counted.orders >= high_orders) & rich),
    )
    frame = found.order_by("customer_id").execute()
    for column in ("loyal_on", "high_value_on"):
        frame[column] = pd.to_datetime(frame[column]).dt.normalize()
    return frame


def order_steps(orders: Table, as_of: date) -> pd.DataFrame:
    """What followed each order: order (its number in the customer's row of orders, the last one told apart standing for
    all later ones), days (to the next order, or to `as_of` where none came), returned (1 or 0), customers (how many
    such). Sorted."""
    bought = _orders_until(orders, as_of)
    in_turn = ibis.window(group_by="customer_id", order_by=["at", "order_key"])
    placed = bought.select(
        "customer_id",
        day=bought.at.date(),
        next_day=bought.at.date().lead().over(in_turn),
        order=ibis.least(ibis.row_number().over(in_turn) + 1, MOST_STEPS),
    )
    until = ibis.coalesce(placed.next_day, ibis.literal(as_of))
    steps = placed.select(
        "order", days=until.delta(placed.day, unit="day"), returned=placed.next_day.notnull().cast("int64")
    )
    counted = steps.group_by("order", "days", "returned").aggregate(customers=steps.count())
    return counted.order_by("order", "days", "returned").execute().astype("int64")


def cohort_activity(orders: Table, as_of: date, unit: str) -> pd.DataFrame:
    """Who bought in which period: cohort and active_in (the first days of the month, quarter or year of the first order
    and of another), active (customers who bought in it). Only periods that had ended by `as_of`."""
    bought = _orders_until(orders, as_of)
    first = bought.group_by("customer_id").aggregate(first_at=bought.at.min())
    step: Any = UNITS[unit]
    active = bought.select("customer_id", active_in=bought.at.truncate(step)).distinct()
    joined = active.inner_join(first, "customer_id")
    counted = joined.group_by(cohort=joined.first_at.truncate(step), active_in=joined.active_in).aggregate(
        active=joined.count()
    )
    frame = counted.order_by("cohort", "active_in").execute()
    for column in ("cohort", "active_in"):
        frame[column] = pd.to_datetime(frame[column])
    ended = frame["active_in"].dt.to_period(UNITS[unit]).dt.end_time <= _day_after(as_of)
    return frame[ended].astype({"active": "int64"}).reset_index(drop=True)


def bought_in_both(orders: Table, as_of: date, days: int) -> tuple[int, int]:
    """How many bought in the `days` before the last `days`, and how many of them in the last ones as well."""
    bought = _orders_until(orders, as_of)
    start, middle = (ibis.literal(_day_after(as_of, -n * days)) for n in (2, 1))
    each = bought.group_by("customer_id").aggregate(
        before=((bought.at >= start) & (bought.at < middle)).any(), lately=(bought.at >= middle).any()
    )
    found = each.aggregate(before=each.before.sum(), both=(each.before & each.lately).sum()).execute().iloc[0]
    return int(found["before"] or 0), int(found["both"] or 0)


def first_channels(orders: Table, customers: Table, as_of: date) -> pd.DataFrame:
    """Where each customer came from: customer_id, channel. The channel of the customer list, or where the list tells
    none that of the first order; without rows where neither tells."""
    if "channel" in customers.columns and customers.channel.count().execute():
        return withhold(customers.select("customer_id", "channel").execute(), ["channel"])
    if "channel" not in orders.columns:
        return pd.DataFrame({"customer_id": pd.Series(dtype="str"), "channel": pd.Series(dtype="str")})
    bought = _until(orders, as_of).filter(is_purchase)
    in_turn = ibis.row_number().over(group_by="customer_id", order_by=["ordered_at", "channel"])
    placed = bought.select("customer_id", "channel", place=in_turn)
    return withhold(placed.filter(placed.place == 0).select("customer_id", "channel").execute(), ["channel"])


def first_known(customers: Table, events: Table, as_of: date) -> pd.DataFrame:
    """Everyone in the customer list or among the events: customer_id, known_on (the day first known; NaT where not
    told, or after `as_of`). Events after `as_of` do not count."""
    since = customers.acquired_on if "acquired_on" in customers.columns else ibis.null("timestamp")
    listed = customers.select("customer_id", known_at=since.cast("timestamp(6)"))
    seen = events.select("customer_id", known_at=events.occurred_at.cast("timestamp(6)"))
    rows = ibis.union(listed, seen.filter(seen.known_at < ibis.literal(_day_after(as_of))))
    rows = rows.filter(rows.customer_id.notnull())
    frame = rows.group_by("customer_id").aggregate(known_at=rows.known_at.min()).order_by("customer_id").execute()
    known_on = pd.to_datetime(frame.pop("known_at")).dt.normalize()
    frame["known_on"] = known_on.where(known_on <= pd.Timestamp(as_of))
    return frame


def gaps_at(orders: Table, ends: Sequence[date], as_of: date, *, has_season: bool = False) -> pd.DataFrame:
    """The gaps of each buyer as they were known at the end of each of these days: period_end, buyer (the customer's
    number), and the columns of `rhythm.gap_sums`, whose customer_id numbers the rows, since a customer has several.

    Days by which the season of a seasonal trade could not be told yet, or a trade had one that has none today, are left
    out: they are counted on another clock.
    """
    found = [(end, gap_sums(orders, end)) for end in ends if end < as_of]
    told = [gaps.customers.assign(period_end=pd.Timestamp(end)) for end, gaps in found if gaps.has_season == has_season]
    if not told:
        told = [gap_sums(orders, _BEFORE_ALL).customers.assign(period_end=pd.Series(dtype="datetime64[us]"))]
    stacked = pd.concat(told, ignore_index=True).rename(columns={"customer_id": "buyer"})
    return stacked.assign(customer_id=np.arange(len(stacked)))


def _orders_until(orders: Table, as_of: date) -> Table:
    """One row an order with a purchase by `as_of`: customer_id, order_key, at (its first purchase), spend."""
    per_order = sum_by_order(_until(orders, as_of))
    bought = per_order.filter(per_order.first_at.notnull())
    return bought.select("customer_id", "order_key", "spend", at=bought.first_at)


def _until(orders: Table, as_of: date) -> Table:
    return orders.filter(orders.ordered_at < ibis.literal(_day_after(as_of)))


def _day_after(as_of: date, days: int = 0) -> Any:
    """The start of the day after `as_of`, moved by `days`."""
    return pd.Timestamp(as_of + timedelta(days=1 + days)).to_pydatetime()
