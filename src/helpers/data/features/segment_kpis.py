"""One row a customer or lead, with what key figures of a period are made of: purchases in it and in the equally long
period before, costs, returns, when and at what cost the customer was won.

The period is the last twelve months to `as_of`, or the longest of whole months that the history holds twice, since who
stayed can only be told of those who were there before. Where there are no orders, subscriptions by date stand in for
them, then subscriptions by tenure, then what the customer list sums up. Reduced in the engine.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.customers import list_summary, months_before
from helpers.data.features.order_lines import has_money, is_purchase, sum_by_order
from helpers.data.features.persons import withhold
from helpers.data.features.subscriptions import first_of_each, has_dates, paid_rows
from helpers.data.features.traits import MOST_VALUES, customer_traits

ORDERS, SUBSCRIPTIONS, TENURE, SUMMARY, NOTHING = "orders", "subscriptions", "tenure", "list", "nothing"
MOST_MONTHS = 12
SLACK_DAYS = 3  # a history may begin so many days into the first period: shops are closed on New Year's Day
_MONEY = ("revenue", "returned", "discount", "costed", "cost", "revenue_before", "returned_before")
_GONE = ("returned_before",)
_FLAGS = ("bought", "before", "kept")
CUSTOMER = ("customer_id", "known_on", "first_on", "acquisition_cost", *_FLAGS, "orders", *_MONEY, "years")
_SECONDS_A_MONTH = 365.25 / 12 * 86_400


@dataclass(frozen=True)
class Window:
    """The period that figures are of, and the one before it.

    basis: orders, subscriptions, tenure, list or nothing: what tells of purchases. first, last: its days; first is None
    where nothing is dated. before: first day of the equally long period before; None where the history does not hold
    one. Of subscriptions it is not needed: who pays when the period begins is known. months: its length; 0 where the
    history does not hold a month twice, and is then the period itself. began: the first purchase or subscription.
    """

    basis: str
    first: date | None
    last: date
    before: date | None
    months: int
    began: date | None = None

    @property
    def eve(self) -> date:
        """The day before the period: groups of behaviour are taken as they stood then."""
        return (self.first or self.last) - timedelta(days=1)


def choose_window(data: ClientData, as_of: date) -> Window:
    """The period, see above."""
    orders, subscriptions = data.tables["orders"], data.tables["subscriptions"]
    bought = orders.filter(is_purchase(orders), orders.ordered_at < _start_of(as_of, 1))
    began = bought.ordered_at.min().execute()
    if pd.notna(began):
        return _whole_months(ORDERS, pd.Timestamp(began).date(), as_of)
    if subscriptions.count().execute():
        if not has_dates(subscriptions):
            return Window(TENURE, None, as_of, None, 0)
        began = paid_rows(subscriptions, as_of).start.min().execute()
        if pd.notna(began):
            return _whole_months(SUBSCRIPTIONS, pd.Timestamp(began).date(), as_of)
    summed = list_summary(data.tables["customers"], as_of)[["order_count", "spend"]].notna().any(axis=None)
    return Window(SUMMARY if summed else NOTHING, None, as_of, None, 0)


def period_customers(data: ClientData, window: Window) -> pd.DataFrame:
    """One row a customer or lead, by customer_id, with the columns of CUSTOMER.

    known_on: the day on the customer list, or of the first trial; first_on: of the first purchase in the data, or the
        first paid subscription; NaT where not told, and for leads. acquisition_cost: NaN where not told or below zero.
    bought: in the period (subscribers: had a subscription in it; without dates: has bought, has a subscription now).
    before: bought in the period before (subscribers: had one when the period began; by tenure: ever had one).
    kept: of these, who bought in the period as well (subscribers: has one when it ends).
    orders, revenue, returned, discount: in the period; returned is positive, revenue before returns. Of subscriptions
        the fees of the period; by tenure a year of the fees of those that run.
    costed, cost: amounts of the lines whose cost is known, less returns, and these costs; 0 where none is known.
    revenue_before, returned_before: in the period before (subscribers: fees for as long a time, as they stood when the
        period began).
    years: seen as a subscriber, by tenure; else NaN. Money is NaN where it is not known at all.
    """
    if window.basis == ORDERS:
        told = _from_orders(data.tables["orders"], window)
    elif window.basis in (SUMMARY, NOTHING):
        told = _from_list(data.tables["customers"], window.last)
    else:
        rows = paid_rows(data.tables["subscriptions"], window.last)
        told = _from_subscriptions(rows, window) if window.basis == SUBSCRIPTIONS else _from_tenure(rows)
    frame = told.merge(_listed(data.tables["customers"]), on="customer_id", how="outer", validate="one_to_one")
    if "tried_on" in frame:
        frame["known_on"] = frame[["known_on", "tried_on"]].min(axis=1)
    frame = frame.reindex(columns=list(CUSTOMER)).sort_values("customer_id", kind="stable", ignore_index=True)
    frame[list(_FLAGS)] = frame[list(_FLAGS)].eq(True)
    for column in ("known_on", "first_on"):
        frame[column] = pd.to_datetime(frame[column]).dt.normalize().astype("datetime64[us]")
    numbers = ["orders", *_MONEY]
    frame[[*numbers, "acquisition_cost", "years"]] = frame[[*numbers, "acquisition_cost", "years"]].astype(float)
    # Who has no row has bought nothing; what is known of nobody stays unknown.
    known = [c for c in numbers if told[c].notna().any()] if len(told) else []
    # The engine may add in another order each time; at a hundredth of a penny, equal spend stays equal.
    frame[known] = frame[known].fillna(0.0).round(4)
    return frame


def customer_attributes(data: ClientData, window: Window) -> pd.DataFrame:
    """customer_id and the attributes of two to twenty values that customers are told apart by: those declared of the
    customer list, its channel and role; of subscribers also the plan and what is declared of the subscription that each
    began with. Blanks where not known; values that look like a person's are withheld."""
    listed = data.tables["customers"]
    traits = customer_traits(data.tables["orders"].limit(0), listed, data.attributes("customers"))
    if window.basis not in (SUBSCRIPTIONS, TENURE):
        return traits
    rows = data.tables["subscriptions"]
    own = [c for c in dict.fromkeys(["plan", *data.attributes("subscriptions")]) if c in rows.columns]
    own = [c for c in own if c not in traits.columns]
    if not own:
        return traits
    first = withhold(first_of_each(rows, window.last, own).order_by("customer_id").execute(), own)
    few = [c for c in own if 1 < first[c].nunique() <= MOST_VALUES]
    return traits.merge(first[["customer_id", *few]], on="customer_id", how="outer", validate="one_to_one")


def _whole_months(basis: str, began: date, as_of: date) -> Window:
    for months in range(MOST_MONTHS, 0, -1):
        before = months_before(as_of, 2 * months) + timedelta(days=1)
        if began <= before + timedelta(days=SLACK_DAYS):
            return Window(basis, months_before(as_of, months) + timedelta(days=1), as_of, before, months, began)
    return Window(basis, began, as_of, None, 0, began)


def _listed(customers: Table) -> pd.DataFrame:
    """customer_id, known_on, acquisition_cost of the customer list; several rows of a customer are one."""
    columns = customers.columns
    since = customers.acquired_on.cast("timestamp(6)") if "acquired_on" in columns else ibis.null("timestamp(6)")
    cost = customers.acquisition_cost.cast("float64") if "acquisition_cost" in columns else ibis.null("float64")
    rows = customers.filter(customers.customer_id.notnull()).select(
        "customer_id", since=since, cost=ibis.ifelse(cost >= 0, cost, ibis.null("float64"))
    )
    summed = rows.group_by("customer_id").aggregate(known_on=rows.since.min(), acquisition_cost=rows.cost.sum())
    frame = summed.execute()
    frame["known_on"] = pd.to_datetime(frame["known_on"])
    return frame


def _from_orders(orders: Table, window: Window) -> pd.DataFrame:
    orders = orders.filter(orders.ordered_at < _start_of(window.last, 1))
    first = _start_of(window.first)
    before = _start_of(window.before) if window.before else first
    lines = orders.mutate(
        period=ibis.cases((orders.ordered_at >= first, 2), (orders.ordered_at >= before, 1), else_=0).cast("int64")
    )
    per_order = sum_by_order(lines, period=lines.period)
    now, then = per_order.period == 2, per_order.period == 1
    summed = per_order.group_by("customer_id").aggregate(
        first_on=per_order.first_at.min(),
        orders=per_order.first_at.count(where=now),
        orders_before=per_order.first_at.count(where=then),
        revenue=per_order.spend.sum(where=now),
        returned=per_order.returned.sum(where=now),
        revenue_before=per_order.spend.sum(where=then),
        returned_before=per_order.returned.sum(where=then),
    )
    frame = summed.execute()
    # A customer with returns alone has bought nothing.
    frame = frame[frame["first_on"].notna()].reset_index(drop=True)
    money = ["revenue", "returned", "revenue_before", "returned_before"]
    frame[money] = frame[money].astype(float).fillna(0.0) if has_money(orders) else float("nan")
    frame = frame.merge(_costs(lines.filter(lines.period == 2)), on="customer_id", how="left", validate="one_to_one")
    bought, there = frame["orders"] > 0, frame["orders_before"] > 0
    return frame.assign(bought=bought, before=there, kept=bought & there)


def _costs(lines: Table) -> pd.DataFrame:
    """customer_id, discount, costed and cost of these lines; NaN for what the orders do not have."""
    nothing: Any = ibis.null("float64")
    discount = lines.discount.sum(where=is_purchase(lines)) if "discount" in lines.columns else nothing
    costed, cost = nothing, nothing
    if has_money(lines) and "cost" in lines.columns:
        known = lines.cost.notnull() & (lines.amount != 0)
        costed = lines.amount.sum(where=known)
        # A return gives back what it cost, whichever sign the source writes.
        cost = ibis.ifelse(lines.amount < 0, -lines.cost.abs(), lines.cost).sum(where=known)
    return lines.group_by("customer_id").aggregate(discount=discount, costed=costed, cost=cost).execute()


def _from_list(customers: Table, as_of: date) -> pd.DataFrame:
    """What the list sums up: all of a customer's orders so far."""
    frame = list_summary(customers, as_of)
    orders, spend = frame["order_count"], frame["spend"]
    bought = (orders > 0) if orders.notna().any() else spend > 0
    nothing = dict.fromkeys(("returned", "discount", "costed", "cost", "revenue_before", *_GONE), float("nan"))
    frame = frame.assign(orders=orders, revenue=spend, bought=bought, before=False, kept=False, **nothing)
    return frame.drop_duplicates("customer_id").reset_index(drop=True)


def _from_subscriptions(rows: Table, window: Window) -> pd.DataFrame:
    """Fees are counted by the days that a subscription has run in the period."""
    start, end = _start_of(window.first), _start_of(window.last, 1)
    open_end = ibis.ifelse(rows.runs, end, ibis.null("timestamp(6)"))
    rows = rows.mutate(until=ibis.coalesce(rows.stop, open_end))
    before = ((rows.start < start) & (rows.until >= start)).fill_null(False)
    since = ibis.ifelse(rows.start < start, start, rows.start)
    seconds = rows.until.epoch_seconds() - since.epoch_seconds()
    months = (seconds.cast("float64") / _SECONDS_A_MONTH).clip(lower=0.0)
    rows = rows.mutate(months=months, was=before)
    summed = rows.group_by("customer_id").aggregate(
        first_on=rows.start.min(),
        tried_on=rows.trial_start.min(),
        bought=(rows.months > 0).fill_null(False).cast("int64").max(),
        before=rows.was.cast("int64").max(),
        runs=rows.runs.cast("int64").max(),
        revenue=(rows.fee * rows.months).sum(),
        fee_before=rows.fee.sum(where=rows.was),
    )
    frame = summed.execute()
    frame["tried_on"] = pd.to_datetime(frame["tried_on"])
    there, paid = frame["before"] > 0, frame["first_on"].notna()
    months_seen = window.months or ((window.last - window.first).days + 1) / 365.25 * 12 if window.first else 0.0
    fees = frame["fee_before"].astype(float) * months_seen
    money = {"revenue": frame["revenue"].astype(float), "revenue_before": fees}
    nothing = dict.fromkeys(("orders", "returned", "discount", "costed", "cost", *_GONE), float("nan"))
    flags = {"bought": (frame["bought"] > 0) & paid, "before": there, "kept": there & (frame["runs"] > 0)}
    return frame.assign(**flags, **money, **nothing)


def _from_tenure(rows: Table) -> pd.DataFrame:
    """Everyone who ever had a subscription, and who still has one."""
    summed = rows.group_by("customer_id").aggregate(
        runs=rows.runs.cast("int64").max(),
        years=rows.tenure.max() / 12,
        fee=rows.fee.sum(),
        fee_now=rows.fee.sum(where=rows.runs),
    )
    frame = summed.execute()
    kept = frame["runs"] > 0
    money = {"revenue_before": frame["fee"].astype(float) * 12, "revenue": frame["fee_now"].astype(float) * 12}
    nothing = dict.fromkeys(("orders", "returned", "discount", "costed", "cost", *_GONE), float("nan"))
    return frame.assign(first_on=pd.NaT, bought=kept, before=True, kept=kept, **money, **nothing)


def _start_of(day: date | None, days_on: int = 0) -> Any:
    assert day is not None
    return ibis.literal(pd.Timestamp(day + timedelta(days=days_on)).to_pydatetime())
