"""Campaigns with a control group, reduced in the engine: outcomes and costs by arm and by segment."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.answers import SEGMENT, with_groups
from helpers.data.features.customers import customer_features, no_gaps
from helpers.data.features.order_lines import has_money, sum_by_order
from helpers.data.features.rhythm import gap_sums
from helpers.data.profiling.texts import looks_personal
from helpers.data.schema import UNKNOWN
from helpers.data.spec import EVERYONE_ELSE
from helpers.errors import InputError

EVERYONE = "All customers"
NO_PURCHASE = "No purchase before"


def customers_before(data: ClientData) -> pd.DataFrame:
    """Features of buyers as they stood the day before the first contact; no rows where that is not known.

    Segments made from later orders would hold what the campaign itself caused: its winners would be found
    among the customers it had just made good ones.
    """
    day = _day_before(data)
    return customer_features(data.tables["orders"], day) if day else pd.DataFrame()


def gaps_before(data: ClientData) -> pd.DataFrame:
    """The gaps between orders of these buyers, as `rhythm.gap_sums` has them; no rows either."""
    day = _day_before(data)
    return gap_sums(data.tables["orders"], day).customers if day else no_gaps(data.tables["orders"])


def _day_before(data: ClientData) -> date | None:
    exposures = data.tables["exposures"]
    if not {"exposures", "orders"} <= data.specs.keys() or not {"customer_id", "exposed_on"} <= set(exposures.columns):
        return None
    first = exposures.exposed_on.min().execute()
    return None if pd.isna(first) else (pd.Timestamp(first) - pd.Timedelta(days=1)).date()


def with_everyone_else(tables: Mapping[str, Table]) -> Table:
    """The members of each campaign and everyone else: campaign, arm, customer_id and, where given, exposed_on, cost.

    One row a campaign, arm and member, with the first day and the costs added up, and one in the arm "everyone else"
    for each customer who is not in the campaign: of the customer list, or of the buyers where there is none. Who became
    a customer only after the campaign began could not be in it and is left out, as far as that is known. Everyone
    else has the campaign's first day, and no cost.
    """
    exposures = tables["exposures"].mutate(campaign=tables["exposures"].campaign.fill_null(UNKNOWN))
    told = {"exposed_on": exposures.exposed_on.min()} if "exposed_on" in exposures.columns else {}
    cost = {"cost": exposures.cost.sum()} if "cost" in exposures.columns else {}
    members = exposures.group_by("campaign", "arm", "customer_id").aggregate(**told, **cost)
    others = exposures.group_by("campaign").aggregate(**told).cross_join(_people(tables))
    if told:
        others = others.filter((others.since < others.exposed_on.truncate("D") + ibis.interval(days=1)).fill_null(True))
    others = others.anti_join(members, ["campaign", "customer_id"])
    nothing = {"cost": ibis.null("float64")} if cost else {}
    others = others.mutate(arm=ibis.literal(EVERYONE_ELSE), **nothing).select(*members.columns)
    return members.union(others)


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


def with_segments(data: ClientData, segments: pd.DataFrame) -> Table:
    """All exposures with rfm_segment: the customer's value segment before the campaign, or one segment of all.

    With `control: everyone else` these are the members and everyone else, with what they bought since.

    `segments` has customer_id and rfm_segment, or no rows. Campaigns and arms named by what looks like a person's have
    a name of ours, each its own.
    """
    exposures = data.tables["exposures"]
    if data.control() == EVERYONE_ELSE:
        exposures = with_everyone_else(data.tables)
        exposures = _with_orders_since(exposures, data.tables["orders"]) if outcomes_since(data) else exposures
    exposures = withhold_persons(exposures)
    if segments.empty:
        return exposures.mutate(**{SEGMENT: ibis.literal(EVERYONE)})
    joined = with_groups(exposures, (segments, [SEGMENT]))
    return joined.mutate(**{SEGMENT: joined[SEGMENT].fill_null(NO_PURCHASE)})


def control(data: ClientData) -> str:
    """The arm that got nothing, as `with_segments` names it; empty where the client has no campaigns."""
    return _names_of_ours(data.tables["exposures"].arm).get(data.control(), data.control())


def tested(data: ClientData) -> bool:
    """Whether the control was held out of the campaigns, and is not merely everyone else."""
    return data.control() != EVERYONE_ELSE


def withhold_persons(exposures: Table) -> Table:
    """Exposures whose campaigns and arms have a name of ours where their own looks like a person's."""
    ours = {column: _names_of_ours(exposures[column]) for column in ("campaign", "arm")}
    return exposures.mutate(**{column: exposures[column].substitute(names) for column, names in ours.items() if names})


def _names_of_ours(names: Any) -> dict[str, str]:
    """What looks like a person's in a column of names, and what it is called instead."""
    given = names.as_table().distinct().execute().iloc[:, 0]
    personal = sorted(name for name in given.dropna() if looks_personal(name))
    return {name: f"Name withheld {number}" for number, name in enumerate(personal, start=1)}


def outcomes(data: ClientData, revenue: str) -> list[str]:
    """The outcomes that both sides of a comparison have, the one that is revenue first; none where no campaign was
    supplied.

    With `control: everyone else` they are what was bought since, as the columns of the list are of its members alone.
    """
    named = outcomes_since(data) if data.control() == EVERYONE_ELSE else data.outcomes()
    if named == ["orders"] and revenue == "spend":  # what is asked for by default is not known
        return named
    if named and revenue not in named:
        raise InputError(
            f'roi.outcome is "{revenue}", which no campaign measured',
            allowed=", ".join(named),
            mend="Name the outcome that is revenue per customer.",
        )
    return sorted(named, key=lambda name: name != revenue)


def outcomes_since(data: ClientData) -> list[str]:
    """What can be told of everyone from the orders since a campaign's first day: spend and orders, orders alone where
    they have no amounts; nothing without orders or without that day."""
    if "orders" not in data.specs or "exposed_on" not in data.tables["exposures"].columns:
        return []
    return ["spend", "orders"] if has_money(data.tables["orders"]) else ["orders"]


def arm_outcomes(exposures: Table, metrics: Sequence[str], *, by_segment: bool = False) -> pd.DataFrame:
    """One row a campaign, arm and metric (and segment, if asked): campaign, arm, metric, n, mean,
    variance (sample variance). Customers whose metric is blank are not in n."""
    columns = ["campaign", "arm", "metric", "n", "mean", "variance"] + (["segment"] if by_segment else [])
    frames = []
    for metric in metrics:
        value = exposures[metric]
        keys: dict[str, Any] = {"campaign": exposures.campaign, "arm": exposures.arm}
        if by_segment:
            keys["segment"] = exposures[SEGMENT]
        grouped = exposures.group_by(**keys).aggregate(
            n=value.count(), mean=value.mean(), variance=value.var(how="sample")
        )
        frames.append(grouped.execute().assign(metric=metric))
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    return frame[columns].sort_values(columns[:3] + columns[6:], ignore_index=True)


def arm_costs(exposures: Table) -> pd.DataFrame:
    """One row a segment, campaign and arm: segment, campaign, arm, customers, cost (NaN where none is given)."""
    keys = {"segment": exposures[SEGMENT], "campaign": exposures.campaign, "arm": exposures.arm}
    cost = exposures.cost.sum() if "cost" in exposures.columns else ibis.null("float64")
    return exposures.group_by(**keys).aggregate(customers=exposures.count(), cost=cost).execute()
