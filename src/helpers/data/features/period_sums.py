"""What customers bought and did in each of several periods, reduced in the engine.

A period is named and has a first and a last day, both in it; periods may overlap. An order counts where its first
purchase lies, as everywhere; returns are not taken off. What comes back has a row a customer, a row a period, or a row
a campaign's arm.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from math import nan
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.campaigns import withhold_persons
from helpers.data.features.order_lines import has_money, is_purchase, sum_by_order
from helpers.data.features.score_scales import group_of, on_one_scale
from helpers.data.features.subscriptions import paid_rows
from helpers.data.schema import UNKNOWN

Tables = Mapping[str, Table]  # the client's canonical tables, those not supplied without rows
MEASURES = ("orders", "spend", "returned", "margin", "margin_spend")
PERIOD_COUNTS = (
    *("period", "subscribers", "cancelled", "trials", "trials_converted"),
    *("answers", "promoters", "detractors"),
)
CONTACT_SUMS = ("campaign", "arm", "control", "customers", "before", "after", "variance_of_change")
_PENNY_PLACES = 4  # the engine may add in another order each time


def first_and_last_day(tables: Tables, as_of: date) -> tuple[date | None, date | None]:
    """The first and the last day on record by `as_of`: of purchases, or without any of subscriptions, new customers
    and answers, whichever began first, to `as_of`; None where nothing has a date."""
    orders = tables["orders"]
    bought = orders.filter(is_purchase(orders), orders.ordered_at < _end_of(as_of))
    found = bought.aggregate(first=bought.ordered_at.min(), last=bought.ordered_at.max()).execute().iloc[0]
    if pd.notna(found["first"]):
        return pd.Timestamp(found["first"]).date(), pd.Timestamp(found["last"]).date()
    firsts = [
        tables[table][column].min().execute()
        for table, column in (("subscriptions", "started_on"), ("customers", "acquired_on"), ("surveys", "answered_at"))
        if column in tables[table].columns
    ]
    known = [pd.Timestamp(first).date() for first in firsts if pd.notna(first)]
    known = [first for first in known if first <= as_of]
    return (min(known), as_of) if known else (None, None)


def period_sums(tables: Tables, periods: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row a customer of the orders or the customer list, by number: customer_id, known_on (first known to the list;
    NaT), first_on (first purchase by `as_of`; NaT), acquisition_cost (NaN) and, for each period, orders_…, spend_…,
    returned_…, margin_… and margin_spend_….

    periods: period, first, last. margin is amount less cost of the lines whose cost is known, margin_spend their
    amount, returns being taken off; NaN where orders have no costs, as spend and returned are without amounts.
    """
    spans = _spans(periods)
    orders = tables["orders"].filter(tables["orders"].ordered_at < _end_of(as_of))
    summed, measures = _bought(orders, spans)
    joined = _listed(tables["customers"]).outer_join(summed, "customer_id")
    number = ibis.coalesce(joined.customer_id, joined.customer_id_right)
    found = joined.select(*[c for c in joined.columns if not c.startswith("customer_id")], customer_id=number)
    frame = found.order_by("customer_id").execute()
    frame["customer_id"] = frame["customer_id"].astype("str")  # of one type also where there is no row
    made = {
        f"{measure}_{name}": frame[f"{measure}_{of}"].astype(float).fillna(0.0).round(_PENNY_PLACES)
        if measure in measures
        else nan
        for name, of in _stands_for(periods).items()
        for measure in MEASURES
    }
    frame = frame[["customer_id", "known_on", "first_on", "acquisition_cost"]].assign(**made)
    for column in ("known_on", "first_on"):
        frame[column] = pd.to_datetime(frame[column]).dt.normalize().astype("datetime64[us]")
    frame["acquisition_cost"] = frame["acquisition_cost"].astype(float)
    return frame


def period_counts(tables: Tables, periods: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row a period with the columns of PERIOD_COUNTS.

    subscribers: customers with a paid subscription at the start of the first day; cancelled: of these, who have none at
        the end of the last
    trials, trials_converted: customers whose first trial began in the period, and who by its end had paid
    answers, promoters, detractors: on the scale that most answers have

    0 for what was not supplied or has no date.
    """
    spans = _spans(periods)
    stands_for = _stands_for(periods)
    frame = pd.DataFrame({"period": list(stands_for), "of": list(stands_for.values())}, dtype="str")
    for part in (_subscribed(tables, spans, as_of), _answered(tables, spans)):
        frame = frame.merge(part.rename(columns={"period": "of"}), on="of", how="left", validate="many_to_one")
    counts = list(PERIOD_COUNTS[1:])
    frame[counts] = frame.reindex(columns=counts).astype(float).fillna(0).astype("int64")
    return frame[list(PERIOD_COUNTS)]


def contact_sums(tables: Tables, as_of: date, days: int = 60, *, control: str = "") -> pd.DataFrame:
    """What customers of each campaign and arm spent in the `days` before they were contacted and in as many from that
    day on: CONTACT_SUMS, with the means per customer and the variance of the difference; by campaign and arm. control:
    the arm that got nothing, where the contacts do not tell it themselves.

    Customers contacted less than `days` before the end of `as_of`, or as long after the first order, are left out. No
    rows where contacts have no customer or day, or orders no amounts.
    """
    exposures, orders = tables["exposures"], tables["orders"]
    needed = {"customer_id", "exposed_on", "campaign", "arm"}
    if not needed <= set(exposures.columns) or not has_money(orders):
        return _no_contacts()
    first = orders.ordered_at.min().execute()
    if pd.isna(first):
        return _no_contacts()
    named = exposures.mutate(campaign=exposures.campaign.fill_null(UNKNOWN), arm=exposures.arm.fill_null(UNKNOWN))
    named = withhold_persons(named)
    named = named if "control" in named.columns else named.mutate(control=ibis.literal(control))
    told = named.mutate(on=named.exposed_on.truncate("D")).filter(lambda t: t.on.notnull() & t.customer_id.notnull())
    contacted = told.group_by("campaign", "arm", "customer_id").aggregate(on=told.on.min(), control=told.control.min())
    length = ibis.interval(days=days)
    earliest = pd.Timestamp(first).normalize() + timedelta(days=days)
    latest = pd.Timestamp(as_of) - timedelta(days=days - 1)
    contacted = contacted.filter(contacted.on >= _at(earliest), contacted.on <= _at(latest))
    per_order = sum_by_order(orders)
    per_order = per_order.filter(per_order.first_at.notnull()).select("customer_id", "first_at", "spend")
    near = contacted.inner_join(per_order, "customer_id")
    near = near.filter(near.first_at >= near.on - length, near.first_at < near.on + length)
    keys = ["campaign", "arm", "customer_id"]
    bought = near.group_by(keys).aggregate(
        before=ibis.ifelse(near.first_at < near.on, near.spend, 0.0).sum(),
        after=ibis.ifelse(near.first_at >= near.on, near.spend, 0.0).sum(),
    )
    joined = contacted.left_join(bought, keys)
    sides = {side: joined[side].fill_null(0.0) for side in ("before", "after")}
    each = joined.select("campaign", "arm", "control", **sides)
    found = each.group_by("campaign", "arm").aggregate(
        control=each.control.min(),
        customers=each.count(),
        before=each.before.mean(),
        after=each.after.mean(),
        variance_of_change=(each.after - each.before).var(how="sample"),
    )
    frame = found.order_by("campaign", "arm").execute()
    return frame[list(CONTACT_SUMS)].astype({"customers": "int64", "variance_of_change": float})


def _no_contacts() -> pd.DataFrame:
    kinds = {"campaign": "str", "arm": "str", "control": "str", "customers": "int64"}
    return pd.DataFrame({c: pd.Series(dtype=kinds.get(c, "float64")) for c in CONTACT_SUMS})


Spans = Mapping[str, tuple[Any, Any]]


def _spans(periods: pd.DataFrame) -> Spans:
    """The first moment of each period and the one after its last; of periods that are the same, of the first alone."""
    once = periods.drop_duplicates(["first", "last"])
    return {
        str(name): (_at(first), _at(last + timedelta(days=1)))
        for name, first, last in zip(once["period"], once["first"], once["last"], strict=True)
    }


def _stands_for(periods: pd.DataFrame) -> dict[str, str]:
    """Each period, and the first one that is the same."""
    first = periods.groupby(["first", "last"])["period"].transform("first") if len(periods) else periods["period"]
    return dict(zip(periods["period"].astype(str), first.astype(str), strict=True))


def _inside(at: Any, span: tuple[Any, Any]) -> Any:
    return ((at >= span[0]) & (at < span[1])).fill_null(False)


def _listed(customers: Table) -> Table:
    """Everyone in the customer list: customer_id, known_on, acquisition_cost."""
    since = customers.acquired_on if "acquired_on" in customers.columns else ibis.null("timestamp(6)")
    cost = customers.acquisition_cost if "acquisition_cost" in customers.columns else ibis.null("float64")
    rows = customers.select("customer_id", known_on=since.cast("timestamp(6)"), cost=cost.cast("float64"))
    return rows.group_by("customer_id").aggregate(known_on=rows.known_on.min(), acquisition_cost=rows.cost.sum())


def _bought(orders: Table, spans: Spans) -> tuple[Table, set[str]]:
    """Each buyer's first_on and sums by period; and which of MEASURES the orders tell."""
    per_order = sum_by_order(orders)
    per_order = per_order.filter(per_order.first_at.notnull())
    sums: dict[str, Any] = {"first_on": per_order.first_at.min()}
    for name, span in spans.items():
        inside = _inside(per_order.first_at, span)
        sums[f"orders_{name}"] = inside.cast("int64").sum()
        sums[f"spend_{name}"] = per_order.spend.sum(where=inside)
    each = per_order.group_by("customer_id").aggregate(**sums)
    if not has_money(orders):
        return each, {"orders"}
    has_costs = "cost" in orders.columns and bool(orders.cost.notnull().any().fill_null(False).execute())
    by_line = _by_line(orders, spans, has_costs)
    joined = each.left_join(by_line, "customer_id")
    joined = joined.drop("customer_id_right") if "customer_id_right" in joined.columns else joined
    return joined, {"orders", "spend", "returned"} | ({"margin", "margin_spend"} if has_costs else set())


def _by_line(orders: Table, spans: Spans, has_costs: bool) -> Table:
    """What each customer sent back in each period and, where lines have costs, the margin and what it was made on."""
    known = orders.cost.notnull() & (orders.amount != 0) if has_costs else ibis.literal(False)
    # A return gives back what it cost, whichever sign the source writes.
    cost = ibis.ifelse(orders.amount < 0, -orders.cost.abs(), orders.cost) if has_costs else ibis.null("float64")
    lines = orders.select("customer_id", "ordered_at", "amount", cost=cost, known=known)
    sums: dict[str, Any] = {}
    for name, span in spans.items():
        inside = _inside(lines.ordered_at, span)
        sums[f"returned_{name}"] = (-lines.amount).sum(where=inside & (lines.amount < 0))
        if has_costs:
            sums[f"margin_{name}"] = (lines.amount - lines.cost).sum(where=inside & lines.known)
            sums[f"margin_spend_{name}"] = lines.amount.sum(where=inside & lines.known)
    return lines.group_by("customer_id").aggregate(**sums)


def _subscribed(tables: Tables, spans: Spans, as_of: date) -> pd.DataFrame:
    rows = paid_rows(tables["subscriptions"], as_of)
    first_paid = rows.start
    measures: dict[str, Any] = {"trial_on": rows.trial_start.min(), "paid_on": first_paid.min()}
    for i, (first, end) in enumerate(spans.values()):
        starts, stops = _runs_at(rows, first), _runs_at(rows, end)
        measures[f"first_{i}"] = starts.cast("int64").max()
        measures[f"last_{i}"] = stops.cast("int64").max()
    each = rows.group_by("customer_id").aggregate(**measures)
    totals: dict[str, Any] = {}
    for i, span in enumerate(spans.values()):
        had, trial = each[f"first_{i}"] == 1, _inside(each.trial_on, span)
        converted = trial & (each.paid_on < span[1]).fill_null(False)
        totals |= {
            f"subscribers_{i}": had.cast("int64").sum(),
            f"cancelled_{i}": (had & (each[f"last_{i}"] == 0)).cast("int64").sum(),
            f"trials_{i}": trial.cast("int64").sum(),
            f"trials_converted_{i}": converted.cast("int64").sum(),
        }
    return _by_period(each, totals, spans, PERIOD_COUNTS[1:5])


def _runs_at(rows: Table, moment: Any) -> Any:
    return (rows.start < moment).fill_null(False) & (rows.stop.isnull() | (rows.stop >= moment))


def _answered(tables: Tables, spans: Spans) -> pd.DataFrame:
    surveys = tables["surveys"]
    if "answered_at" not in surveys.columns:
        return pd.DataFrame({"period": pd.Series(list(spans), dtype="str")})
    surveys = on_one_scale(surveys)
    answers = surveys.select(at=surveys.answered_at, group=group_of(surveys))
    totals: dict[str, Any] = {}
    for i, span in enumerate(spans.values()):
        inside = _inside(answers.at, span) & answers.group.notnull()
        totals[f"answers_{i}"] = inside.cast("int64").sum()
        for kind in ("promoters", "detractors"):
            totals[f"{kind}_{i}"] = (inside & (answers.group == kind).fill_null(False)).cast("int64").sum()
    return _by_period(answers, totals, spans, PERIOD_COUNTS[5:])


def _by_period(rows: Table, totals: Mapping[str, Any], spans: Spans, names: tuple[str, ...]) -> pd.DataFrame:
    """One row of totals as a row a period."""
    if not totals:
        return pd.DataFrame({"period": pd.Series(dtype="str")})
    found = rows.aggregate(**totals).execute().iloc[0].astype(float)
    table = [{"period": period} | {n: found[f"{n}_{i}"] for n in names} for i, period in enumerate(spans)]
    return pd.DataFrame(table).astype({"period": "str"})


def _at(day: Any) -> Any:
    return ibis.literal(pd.Timestamp(day).to_pydatetime())


def _end_of(as_of: date) -> Any:
    return _at(pd.Timestamp(as_of) + timedelta(days=1))
