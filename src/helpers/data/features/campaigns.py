"""Campaigns with a control group, reduced in the engine: outcomes and costs by arm and by segment."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.answers import SEGMENT
from helpers.data.features.customers import customer_features
from helpers.data.features.order_lines import has_money, sum_by_order
from helpers.data.features.rhythm import gap_sums
from helpers.data.profiling.texts import looks_personal
from helpers.data.schema import UNKNOWN
from helpers.data.spec import EVERYONE_ELSE, NO_ARM, NOBODY
from helpers.errors import InputError

EVERYONE = "All customers"
NO_PURCHASE = "No purchase before"


def customers_before(data: ClientData) -> dict[str, pd.DataFrame]:
    """By campaign, features of buyers as they stood the day before its first contact; campaigns without a day, or
    before which nobody had bought, are left out.

    Segments made from later orders would hold what the campaign itself caused: its winners would be found
    among the customers it had just made good ones. Those of an earlier campaign's first day would be out of date.
    """
    eves = _eves(data)
    by_day = {day: customer_features(data.tables["orders"], day) for day in set(eves.values())}
    return {name: by_day[day] for name, day in eves.items() if len(by_day[day])}


def gaps_before(data: ClientData) -> dict[str, pd.DataFrame]:
    """By campaign, the gaps between orders of these buyers, as `rhythm.gap_sums` has them."""
    eves = _eves(data)
    by_day = {day: gap_sums(data.tables["orders"], day).customers for day in set(eves.values())}
    return {name: by_day[day] for name, day in eves.items() if len(by_day[day])}


def _eves(data: ClientData) -> dict[str, date]:
    """The day before each campaign's first contact, by campaign in the order of their names."""
    exposures = data.tables["exposures"]
    if not {"exposures", "orders"} <= data.specs.keys() or not {"customer_id", "exposed_on"} <= set(exposures.columns):
        return {}
    named = withhold_persons(_named(data))
    first = named.group_by("campaign").aggregate(day=named.exposed_on.min()).order_by("campaign").execute().dropna()
    days = pd.to_datetime(first["day"]) - pd.Timedelta(days=1)
    return dict(zip(first["campaign"].astype(str), days.dt.date, strict=True))


def with_everyone_else(tables: Mapping[str, Table]) -> Table:
    """The members of each campaign with `control: everyone else`, and everyone else: campaign, arm, customer_id and,
    where given, exposed_on, cost; and control.

    One row a campaign, arm and member, with the first day and the costs added up, and one in the arm "everyone else"
    for each customer who is not in the campaign: of the customer list, or of the buyers where there is none. Who became
    a customer only after the campaign began could not be in it and is left out, as far as that is known. Everyone
    else has the campaign's first day, and no cost.
    """
    exposures = tables["exposures"].filter(tables["exposures"].control == EVERYONE_ELSE)
    exposures = exposures.mutate(campaign=exposures.campaign.fill_null(UNKNOWN))
    told = {"exposed_on": exposures.exposed_on.min()} if "exposed_on" in exposures.columns else {}
    cost = {"cost": exposures.cost.sum()} if "cost" in exposures.columns else {}
    members = exposures.group_by("campaign", "arm", "customer_id").aggregate(**told, **cost)
    others = exposures.group_by("campaign").aggregate(**told).cross_join(_people(tables))
    if told:
        others = others.filter((others.since < others.exposed_on.truncate("D") + ibis.interval(days=1)).fill_null(True))
    others = others.anti_join(members, ["campaign", "customer_id"])
    nothing = {"cost": ibis.null("float64")} if cost else {}
    others = others.mutate(arm=ibis.literal(EVERYONE_ELSE), **nothing).select(*members.columns)
    return members.union(others).mutate(control=ibis.literal(EVERYONE_ELSE))


def _people(tables: Mapping[str, Table]) -> Table:
    """Who could have been in a campaign: customer_id, since (when the customer was won, null where not known)."""
    customers, orders = tables["customers"], tables["orders"]
    if customers.count().execute():
        since = customers.acquired_on if "acquired_on" in customers.columns else ibis.null("timestamp(6)")
        return customers.select("customer_id", since=since).distinct()
    return orders.group_by("customer_id").aggregate(since=orders.ordered_at.min())


def _with_orders_since(members: Table, orders: Table) -> Table:
    """Members of campaigns, and those they are compared with, with what each bought from the campaign's first day
    on: orders and, where orders have amounts, spend. Returns are not taken off."""
    began = members.group_by("campaign").aggregate(began=members.exposed_on.min().truncate("D"))
    per_order = sum_by_order(orders)
    since = began.cross_join(per_order.filter(per_order.first_at.notnull()))
    since = since.filter(since.first_at >= since.began)
    sums = {"orders": since.count().cast("float64")}
    sums |= {"spend": since.spend.sum()} if has_money(orders) else {}
    bought = since.group_by("campaign", "customer_id").aggregate(**sums)
    joined = members.left_join(bought, ["campaign", "customer_id"])
    return joined.select(*members.columns, **{name: joined[name].fill_null(0.0) for name in sums})


def campaign_customers(
    data: ClientData, segments: Mapping[str, pd.DataFrame], *, baseline_days: int = 0
) -> pd.DataFrame:
    """One row a customer and campaign, everyone else included: what every comparison of a campaign is made of.

    Columns: campaign, arm, control (the arm that got nothing, "everyone else" or "nobody"), customer_id (NA where the
    file has none: each row is then a customer), exposed_on, cost (NaN, NaT where not given), segment (the value segment
    before the campaign, else "All customers"), each outcome of `outcome_names` (float, NaN where blank), the traits
    that the file gives of its customers, and where there are dated orders pre_spend (where they have amounts) and
    pre_orders, of `baseline_days` before the campaign's first day, or of as many as the orders go on after it.

    Who was exposed several times in one arm is one row, with the first day, the costs added up, and of outcomes and
    attributes the largest: an outcome belongs to the customer, and files repeat it on every contact. Who is in
    several arms of one campaign is left out, since what either did to him is not known; `exposure_counts` counts both.
    `segments`: by campaign, customer_id and rfm_segment before it (see `customers_before`). Campaigns and arms named
    by what looks like a person's have a name of ours, each its own.
    """
    exposures = withhold_persons(_named(data))
    outcomes = outcome_names(data)
    controls = set(data.controls().values())
    parts = []
    if EVERYONE_ELSE in controls:
        others = with_everyone_else({**data.tables, "exposures": exposures})
        parts.append(_with_outcomes(others, data, outcomes_since(data)))
    for kind, rows in ((NOBODY, exposures.control == NOBODY), ("", exposures.control.notin(NO_ARM))):
        if controls - set(NO_ARM) if not kind else kind in controls:
            parts.append(_with_outcomes(exposures.filter(rows), data, _not_declared(data, kind)))
    traits = [a for a in data.attributes("exposures") if a not in outcomes]
    columns = _columns(exposures, outcomes, traits)
    rows = [part.select(**{c: _column(part, c, kind) for c, kind in columns.items()}) for part in parts]
    if not rows:
        return pd.DataFrame(columns=[*columns, "segment"])
    each = _in_one_arm(_once_an_arm(ibis.union(*rows, distinct=False) if rows[1:] else rows[0]))
    each = _with_segment(_with_orders_before(each, data, baseline_days), segments)
    first = ["campaign", "arm", "control", "customer_id", "exposed_on", "cost", "segment"]
    frame = each.execute()
    return frame[[*first, *(c for c in frame.columns if c not in first)]].astype(dict.fromkeys(outcomes, "float64"))


def exposure_counts(data: ClientData, as_of: date) -> pd.DataFrame:
    """One row a campaign: campaign, rows (of the list), used (customers), repeated (further rows of a customer in an
    arm), set_aside (rows of customers in several arms), set_aside_customers, undated (rows without a day, where there
    are days) and future (rows after `as_of`). rows = used + repeated + set_aside."""
    exposures = withhold_persons(_named(data))
    known = "customer_id" in exposures.columns
    who = exposures.customer_id if known else ibis.null("string")
    day = exposures.exposed_on if "exposed_on" in exposures.columns else ibis.null("timestamp(6)")
    end = ibis.timestamp(pd.Timestamp(as_of) + pd.Timedelta(days=1))
    dated = ibis.literal("exposed_on" in exposures.columns)
    rows = exposures.select(
        "campaign", "arm", who=who, undated=day.isnull() & dated, future=(day >= end).fill_null(False)
    )
    named = rows.filter(rows.who.notnull()).group_by("campaign", "who")
    named = named.aggregate(rows=lambda t: t.count(), arms=lambda t: t.arm.nunique())
    twice = named.arms > 1
    per_campaign = named.group_by("campaign").aggregate(
        customers=named.count(where=~twice),
        first_rows=named["rows"].sum(where=~twice),
        set_aside=named["rows"].sum(where=twice),
        set_aside_customers=named.count(where=twice),
    )
    totals = rows.group_by("campaign").aggregate(
        rows=rows.count(), nameless=rows.who.isnull().sum(), undated=rows.undated.sum(), future=rows.future.sum()
    )
    frame = totals.left_join(per_campaign, "campaign").drop("campaign_right").order_by("campaign").execute()
    numbers = frame.drop(columns="campaign").fillna(0).astype("int64")
    numbers["used"] = numbers["customers"] + numbers["nameless"]
    numbers["repeated"] = numbers["first_rows"] - numbers["customers"]
    told = ["rows", "used", "repeated", "set_aside", "set_aside_customers", "undated", "future"]
    return pd.concat([frame["campaign"], numbers[told]], axis="columns")


def outcome_names(data: ClientData) -> list[str]:
    """The outcomes that `campaign_customers` has: those declared, and what was bought since a campaign's first day
    where everyone else is the comparison, or nothing is declared."""
    controls = set(data.controls().values())
    since = outcomes_since(data) if EVERYONE_ELSE in controls else []
    since = since or (_not_declared(data, NOBODY) if NOBODY in controls else [])
    since = since or (_not_declared(data, "") if controls - set(NO_ARM) else [])
    return list(dict.fromkeys([*_declared(data, NOBODY), *_declared(data, ""), *since]))


def measured(data: ClientData, asked: str) -> tuple[list[str], str]:
    """The outcomes, the one that verdicts are about first, and which of them is revenue ("" where none is known to be).

    asked: the outcome that is revenue. Where "spend" is asked for, which is so by default, and is not known, verdicts
    are about what is. Raises InputError for any other name that no campaign has.
    """
    named = outcome_names(data)
    if named and asked not in named and asked != "spend":
        raise InputError(
            f'campaigns.outcome is "{asked}", which no campaign measured',
            allowed=", ".join(named),
            mend="Name the outcome that is revenue per customer.",
        )
    return sorted(named, key=lambda name: name != asked), asked if asked in named else ""


def _declared(data: ClientData, kind: str) -> list[str]:
    """The outcomes declared of campaigns without a control (NOBODY), or with an arm held out ("")."""
    parts = data.specs["exposures"].parts if "exposures" in data.specs else ()
    of_kind = [p for p in parts if (kind == NOBODY) == ((p.control or NOBODY) == NOBODY) and p.control != EVERYONE_ELSE]
    return list(dict.fromkeys(name for part in of_kind for name in part.outcomes))


def _not_declared(data: ClientData, kind: str) -> list[str]:
    """What the orders tell of campaigns of which no outcome is declared."""
    return [] if _declared(data, kind) else outcomes_since(data)


def _named(data: ClientData) -> Table:
    """The exposures, each in a campaign and an arm."""
    exposures = data.tables["exposures"]
    return exposures.mutate(campaign=exposures.campaign.fill_null(UNKNOWN), arm=exposures.arm.fill_null(UNKNOWN))


def _columns(exposures: Table, outcomes: Sequence[str], traits: Sequence[str]) -> dict[str, Any]:
    """The columns that the parts of `campaign_customers` have in common, with their types."""
    fixed = {"campaign": "string", "arm": "string", "control": "string", "customer_id": "string"}
    fixed |= {"exposed_on": "timestamp(6)", "cost": "float64"} | dict.fromkeys(outcomes, "float64")
    return fixed | {trait: exposures[trait].type() for trait in traits}


def _column(part: Table, name: str, kind: Any) -> Any:
    return part[name].cast(kind) if name in part.columns else ibis.null(kind)


def _once_an_arm(rows: Table) -> Table:
    """One row a customer, campaign and arm; rows without a customer stay as they are."""
    keys = ["campaign", "arm", "control", "customer_id"]
    measures = {c: rows[c].max() for c in rows.columns if c not in keys}
    measures |= {"exposed_on": rows.exposed_on.min(), "cost": rows.cost.sum()}
    known = rows.filter(rows.customer_id.notnull()).group_by(keys).aggregate(**measures).select(*rows.columns)
    return known.union(rows.filter(rows.customer_id.isnull()))


def _in_one_arm(rows: Table) -> Table:
    """Without those who are in several arms of one campaign."""
    arms = (
        rows.filter(rows.customer_id.notnull()).group_by("campaign", "customer_id").aggregate(arms=lambda t: t.count())
    )
    return rows.anti_join(arms.filter(arms.arms > 1), ["campaign", "customer_id"])


def _with_outcomes(rows: Table, data: ClientData, since: Sequence[str]) -> Table:
    """With what was bought since the campaign began, where that is to be told."""
    if not since or "customer_id" not in rows.columns:
        return rows
    return _with_orders_since(rows.drop(*(c for c in since if c in rows.columns)), data.tables["orders"])


def _with_orders_before(rows: Table, data: ClientData, days: int) -> Table:
    """With pre_orders and, where orders have amounts, pre_spend of so many days before each campaign's first day."""
    orders = data.tables["orders"]
    # All of a campaign have one window, whatever day each was contacted: a control group has no day of its own.
    began = rows.group_by("campaign").aggregate(began=rows.exposed_on.min()).execute().dropna()
    if "orders" not in data.specs or began.empty:
        return rows
    first = pd.to_datetime(began["began"]).dt.normalize()
    last = pd.Timestamp(orders.ordered_at.max().execute()).normalize()
    length = (
        pd.to_timedelta(days, unit="D") if days else (last - first).clip(lower=pd.Timedelta(0)) + pd.Timedelta(days=1)
    )
    windows = ibis.memtable(
        began[["campaign"]].assign(
            until=first.astype("datetime64[us]"), since=(first - length).astype("datetime64[us]")
        )
    )
    per_order = sum_by_order(orders)
    bought = windows.cross_join(per_order.filter(per_order.first_at.notnull()))
    bought = bought.filter((bought.first_at >= bought.since) & (bought.first_at < bought.until))
    sums = {"pre_orders": bought.count().cast("float64")}
    sums = ({"pre_spend": bought.spend.sum()} if has_money(orders) else {}) | sums
    joined = rows.left_join(bought.group_by("campaign", "customer_id").aggregate(**sums), ["campaign", "customer_id"])
    # Of a campaign without a day, and of a row without a customer, it is not known what was bought before.
    known = joined.campaign.isin(list(began["campaign"])) & joined.customer_id.notnull()
    told = {c: ibis.ifelse(known, joined[c].fill_null(0.0), ibis.null("float64")) for c in sums}
    return joined.select(*rows.columns, **told)


def _with_segment(rows: Table, segments: Mapping[str, pd.DataFrame]) -> Table:
    """Each customer's segment before the campaign: "No purchase before" of whom it has none, "All customers" where the
    campaign has no segments. Raises InputError where a campaign has a customer twice."""
    if not len(segments):
        return rows.mutate(segment=ibis.literal(EVERYONE))
    frames = [frame[["customer_id", SEGMENT]].assign(campaign=name) for name, frame in segments.items()]
    lookup = pd.concat(frames, ignore_index=True).astype("object")
    keys = ["campaign", "customer_id"]
    if lookup.duplicated(keys).any():
        raise InputError("A customer is in this lookup more than once", where="the segments before a campaign")
    joined = rows.left_join(ibis.memtable(lookup), keys)
    known = joined.campaign.isin(list(segments))
    segment = ibis.ifelse(known, joined[SEGMENT].fill_null(NO_PURCHASE), ibis.literal(EVERYONE))
    return joined.select(*rows.columns, segment=segment)


def withhold_persons(exposures: Table) -> Table:
    """Exposures whose campaigns and arms have a name of ours where their own looks like a person's."""
    ours = {column: _names_of_ours(exposures[column]) for column in ("campaign", "arm")}
    ours |= {"control": ours["arm"]} if "control" in exposures.columns else {}
    return exposures.mutate(**{column: exposures[column].substitute(names) for column, names in ours.items() if names})


def _names_of_ours(names: Any) -> dict[str, str]:
    """What looks like a person's in a column of names, and what it is called instead."""
    given = names.as_table().distinct().execute().iloc[:, 0]
    personal = sorted(name for name in given.dropna() if looks_personal(name))
    return {name: f"Name withheld {number}" for number, name in enumerate(personal, start=1)}


def outcomes_since(data: ClientData) -> list[str]:
    """What can be told of everyone from the orders since a campaign's first day: spend and orders, orders alone where
    they have no amounts; nothing without orders or without that day."""
    if "orders" not in data.specs or "exposed_on" not in data.tables["exposures"].columns:
        return []
    return ["spend", "orders"] if has_money(data.tables["orders"]) else ["orders"]
