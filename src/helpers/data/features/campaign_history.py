"""Campaigns without a group held out: what members and everyone else bought before, and since.

One row a customer and campaign. All of a campaign are counted from one day, its first: what was bought since then,
for as many days as the orders are followed, and what was known the day before. The same is told once more of an
earlier day, as many days before: what was bought between the two can be no doing of the campaign, and tries the
comparison out.

Reduced in the engine. Of a customer's attributes only those that no campaign changes are told.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.attributes import with_numbers
from helpers.data.features.campaigns import with_everyone_else, withhold_persons
from helpers.data.features.order_lines import has_money, sum_by_order
from helpers.data.features.persons import withhold
from helpers.data.schema import UNKNOWN
from helpers.data.spec import EVERYONE_ELSE

EARLIER = "earlier_"  # before the name of a measure: as it stood one window earlier
FIXED_KINDS = ("demographic", "firmographic", "geographic")  # attributes that no campaign changes
_FIXED = ("channel", "role")  # of the customer list: where a customer came from, and the place in the firm
_YEAR = 365
_DAY = pd.Timedelta(days=1)
_NEVER = pd.Timestamp("2262-01-01")  # a column of moments without blanks comes back from the engine many times faster
_CAMPAIGNS = {
    **{"campaign": "str", "began": "datetime64[us]", "days": "int64", "spread_days": "int64", "listed": "int64"},
    **{"twice": "int64", "unknown": "int64", "has_orders": "bool", "has_earlier": "bool"},
}
_SHARED = {"campaign": "str", "other": "str", "member_share": "float64", "others_share": "float64"}


@dataclass(frozen=True)
class History:
    """customers: campaign, arm ("everyone else" of those not contacted), customer_id, cost, and

    - what was bought from the first day on: spend (where orders have amounts), orders, conversion (1 with an order);
    - measures, as they stood the day before: window_orders and window_spend (as many days back as outcomes were
      followed), year_orders and year_spend (365 days back), season_orders and season_spend (the same days a year before
      the outcomes), season_share (of the orders of that year), order_count, average_order, recency_days and tenure_days
      (NaN without an order), window_events and year_events; and each again with "earlier_", one window earlier;
    - traits: attributes, text or numbers.

    campaigns: campaign, began, days (outcomes were followed, the first day included), spread_days (from the first to
    the last contact), listed (members), twice (of them in several arms, left out), unknown (of them not among the
    customers of that day, left out), has_orders (before the first day), has_earlier (the orders go back far enough to
    tell the earlier measures). shared: campaign, other (a campaign that began while this one was followed, or in as
    many days before), member_share and others_share (of those compared who are in the other one too); a row a pair.
    """

    customers: pd.DataFrame
    campaigns: pd.DataFrame
    shared: pd.DataFrame
    measures: list[str]
    traits: list[str]

    @property
    def outcomes(self) -> list[str]:
        """The outcomes there are, spend first."""
        return [c for c in ("spend", "orders", "conversion") if c in self.customers]


def campaign_history(data: ClientData, as_of: date) -> History:
    """The history of each campaign whose members are compared with everyone else, up to the end of `as_of`.

    No rows without such a campaign, without the days of contact or without orders. Customers known only after a
    campaign's first day are left out, members of several of its arms too.
    """
    lists = _lists(data)
    measures = _measures(data)
    traits = _traits(data)
    names = [c for c in traits.columns if c != "customer_id"]
    began = _began(lists, as_of) if lists is not None else pd.DataFrame(columns=["campaign"])
    if lists is None or began.empty:
        nobody = pd.DataFrame(columns=["campaign", "arm", "customer_id", "cost"])
        return History(nobody, _nothing(_CAMPAIGNS), _nothing(_SHARED), measures, names)
    end = pd.Timestamp(as_of) + _DAY
    found = data.tables["orders"].ordered_at.min().execute()
    first_order = pd.Timestamp(found) if pd.notna(found) else end
    frames, counts = [], []
    for row in began.to_dict("records"):
        window = _Window(row["began"], row["days"], end)
        people, left = _people(data, lists.filter(lists.campaign == row["campaign"]), window)
        told = _bought(data, window)
        frame = people.merge(told, on="customer_id", how="left", validate="one_to_one")
        frames.append(_complete(frame, data, window).assign(campaign=row["campaign"]))
        counts.append(
            left
            | {
                "has_orders": first_order < window.began,
                "has_earlier": first_order <= window.began - 2 * window.length,
            }
        )
    customers = pd.concat(frames, ignore_index=True)
    first = ["campaign", "arm", "customer_id", "cost"]
    customers = customers[[*first, *(c for c in customers.columns if c not in first)]]
    customers = customers.merge(traits, on="customer_id", how="left", validate="many_to_one")
    campaigns = pd.concat([began.reset_index(drop=True), pd.DataFrame(counts)], axis="columns")
    shared = _shared(data, customers, campaigns)
    return History(customers, campaigns[list(_CAMPAIGNS)].astype(_CAMPAIGNS), shared, measures, names)


@dataclass(frozen=True)
class _Window:
    began: pd.Timestamp
    days: int
    end: pd.Timestamp  # of what is followed, exclusive

    @property
    def length(self) -> pd.Timedelta:
        return pd.Timedelta(days=self.days)


def _lists(data: ClientData) -> Table | None:
    """The members of campaigns that are compared with everyone else: campaign, arm, customer_id, exposed_on, cost."""
    exposures = data.tables["exposures"]
    if not {"exposures", "orders"} <= data.specs.keys() or not {"customer_id", "exposed_on"} <= set(exposures.columns):
        return None
    exposures = exposures.filter(exposures.control == EVERYONE_ELSE)
    return withhold_persons(exposures.mutate(campaign=exposures.campaign.fill_null(UNKNOWN)))


def _began(lists: Table, as_of: date) -> pd.DataFrame:
    """campaign, began, days (up to the end of `as_of`), spread_days; not those that had not begun."""
    frame = (
        lists.group_by("campaign")
        .aggregate(began=lists.exposed_on.min(), last=lists.exposed_on.max())
        .order_by("campaign")
        .execute()
        .dropna()
    )
    began, last = (pd.to_datetime(frame[c]).dt.normalize() for c in ("began", "last"))
    days = (pd.Timestamp(as_of) + _DAY - began).dt.days
    frame = frame[["campaign"]].assign(began=began, days=days, spread_days=(last - began).dt.days)
    return frame[days > 0].reset_index(drop=True)


def _people(data: ClientData, members: Table, window: _Window) -> tuple[pd.DataFrame, dict[str, int]]:
    """Members and everyone else who were customers by the first day: customer_id, arm, cost; and how many members
    there are, and are left out."""
    everyone = with_everyone_else({**data.tables, "exposures": members})
    cost = everyone.cost if "cost" in everyone.columns else ibis.null("float64")
    rows = everyone.select("customer_id", "arm", cost=cost.cast("float64"))
    rows = rows.filter(rows.customer_id.notnull())
    frame = rows.order_by("customer_id", "arm").execute()
    is_member = frame["arm"] != EVERYONE_ELSE
    twice = frame["customer_id"].duplicated(keep=False) & is_member
    is_known = _is_among(frame["customer_id"], _known(data, window))
    unknown = is_member & ~twice & ~is_known
    # Who everyone else is takes in those won on the first day; whether that was before the contact is not known.
    aside = twice | ~is_known
    counts = {
        "listed": int(frame.loc[is_member, "customer_id"].nunique()),
        "twice": int(frame.loc[twice, "customer_id"].nunique()),
        "unknown": int(unknown.sum()),
    }
    return frame[~aside].reset_index(drop=True), counts


def _is_among(numbers: "pd.Series[str]", unique: "pd.Series[str]") -> Any:
    """Of each number whether it is among those, each of which is there once; `isin` is four times as slow for texts."""
    return pd.Index(unique).get_indexer(pd.Index(numbers)) >= 0


def _known(data: ClientData, window: _Window) -> "pd.Series[str]":
    """The customers of the day before: of the list, unless it says that they were won later; else the buyers."""
    customers, orders = data.tables["customers"], data.tables["orders"]
    began = _moment(window.began)
    if "customers" in data.specs:
        if "acquired_on" in customers.columns:
            customers = customers.filter((customers.acquired_on < began).fill_null(True))
        return customers.select("customer_id").distinct().execute()["customer_id"]
    return orders.filter(orders.ordered_at < began).select("customer_id").distinct().execute()["customer_id"]


def _bought(data: ClientData, window: _Window) -> pd.DataFrame:
    """customer_id, outcomes and what `_measures` are made of, of every customer with an order."""
    per_order = sum_by_order(data.tables["orders"])
    at = per_order.first_at
    per_order = per_order.filter(at.notnull(), at < _moment(window.end))
    at = per_order.first_at
    spans = {"": (window.began, window.end)}
    for prefix, day in (("", window.began), (EARLIER, window.began - window.length)):
        year_ago = day - pd.Timedelta(days=_YEAR)
        spans |= {
            f"{prefix}window_": (day - window.length, day),
            f"{prefix}year_": (year_ago, day),
            f"{prefix}season_": (year_ago, min(year_ago + window.length, day)),
            f"{prefix}ever_": (pd.Timestamp("1900-01-01"), day),
        }
    sums: dict[str, Any] = {}
    for name, (first, last) in spans.items():
        inside = (at >= _moment(first)) & (at < _moment(last))
        sums[f"{name}orders"] = inside.cast("int64").sum()
        if has_money(data.tables["orders"]):
            sums[f"{name}spend"] = ibis.ifelse(inside, per_order.spend, 0.0).sum()
    for prefix, day in (("", window.began), (EARLIER, window.began - window.length)):
        before = at < _moment(day)
        found = {f"{prefix}first_at": at.min(where=before), f"{prefix}last_at": at.max(where=before)}
        sums |= {name: moment.fill_null(_moment(_NEVER)) for name, moment in found.items()}
    frame = per_order.group_by("customer_id").aggregate(**sums).execute()
    for prefix, day in (("", window.began), (EARLIER, window.began - window.length)):
        for name, end in (("tenure_days", "first_at"), ("recency_days", "last_at")):
            moment = pd.to_datetime(frame.pop(f"{prefix}{end}"))
            frame[f"{prefix}{name}"] = (day - moment.where(moment < _NEVER).dt.normalize()).dt.days.astype(float)
    if "events" in data.specs:
        frame = frame.merge(_events(data, window), on="customer_id", how="outer", validate="one_to_one")
    return frame


def _events(data: ClientData, window: _Window) -> pd.DataFrame:
    events = data.tables["events"]
    sums: dict[str, Any] = {}
    for prefix, day in (("", window.began), (EARLIER, window.began - window.length)):
        for name, length in (("window", window.length), ("year", pd.Timedelta(days=_YEAR))):
            inside = (events.occurred_at >= _moment(day - length)) & (events.occurred_at < _moment(day))
            sums[f"{prefix}{name}_events"] = inside.cast("int64").sum()
    return events.group_by("customer_id").aggregate(**sums).execute()


def _complete(frame: pd.DataFrame, data: ClientData, window: _Window) -> pd.DataFrame:
    """Nothing found is none bought; what follows from the sums; the columns in order."""
    ages = [c for c in frame.columns if c.endswith(("tenure_days", "recency_days"))]
    sums = [c for c in frame.columns if c.endswith(("orders", "spend", "events"))]
    # The engine may add in another order each time; at a hundredth of a penny, equal spend stays equal.
    filled = frame[sums].astype(float).fillna(0.0).round(4)
    done = {"orders": filled["orders"], "conversion": (filled["orders"] > 0).astype(float)}
    done |= {"spend": filled["spend"]} if "spend" in filled else {}
    for prefix in ("", EARLIER):
        count, year = filled[f"{prefix}ever_orders"], filled[f"{prefix}year_orders"]
        told = {"order_count": count, "season_share": (filled[f"{prefix}season_orders"] / year.where(year > 0))}
        told["season_share"] = told["season_share"].fillna(0.0)
        if "spend" in filled:
            told["average_order"] = (filled[f"{prefix}ever_spend"] / count.where(count > 0)).fillna(0.0)
        for name in _measures(data):
            column = f"{prefix}{name}"
            done[column] = told[name] if name in told else frame[column] if column in ages else filled[column]
    return pd.concat([frame[["customer_id", "arm", "cost"]], pd.DataFrame(done)], axis="columns")


def _measures(data: ClientData) -> list[str]:
    spend = ["spend"] if has_money(data.tables["orders"]) else []
    sums = [f"{span}_{what}" for span in ("window", "year", "season") for what in ("orders", *spend)]
    events = ["window_events", "year_events"] if "events" in data.specs else []
    average = ["average_order"] if spend else []
    return [*sums, "season_share", "order_count", *average, "recency_days", "tenure_days", *events]


def _traits(data: ClientData) -> pd.DataFrame:
    """customer_id and what no campaign changes of a customer, those that hold numbers as numbers."""
    if "customers" not in data.specs:
        return pd.DataFrame({"customer_id": pd.Series(dtype="str")})
    customers = {**data.tables, **with_numbers(data)}["customers"]
    declared = [name for kind in FIXED_KINDS for name in data.attributes("customers", kind)]
    names = [c for c in dict.fromkeys((*_FIXED, *declared)) if c in customers.columns]
    frame = customers.select("customer_id", *names).order_by("customer_id").execute()
    return withhold(frame, names).drop_duplicates("customer_id")


def _shared(data: ClientData, customers: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """How many of those compared are in another campaign that was about at the same time."""
    rows: list[dict[str, Any]] = []
    contacted = _contacted(data)
    for row in campaigns.to_dict("records"):
        since = row["began"] - pd.Timedelta(days=row["days"])
        near = (contacted["began"] >= since) & (contacted["campaign"] != row["campaign"])
        mine = customers[customers["campaign"] == row["campaign"]]
        is_member = mine["arm"] != EVERYONE_ELSE
        for other, there in contacted[near].groupby("campaign", sort=True):
            both = _is_among(mine["customer_id"], there["customer_id"])
            shares = (both[is_member].mean(), both[~is_member].mean())
            rows.append(dict(zip(_SHARED, (row["campaign"], other, *shares), strict=True)))
    return pd.DataFrame(rows, columns=list(_SHARED)).astype(_SHARED)


def _contacted(data: ClientData) -> pd.DataFrame:
    """campaign, customer_id, began (of the campaign), of everyone who got something in any campaign."""
    exposures = data.tables["exposures"]
    named = withhold_persons(exposures.mutate(campaign=exposures.campaign.fill_null(UNKNOWN)))
    got = named.filter(named.arm != named.control, named.customer_id.notnull())
    pairs = got.group_by("campaign", "customer_id").aggregate(began=got.exposed_on.min()).execute()
    began = pd.to_datetime(pairs["began"]).groupby(pairs["campaign"]).transform("min").dt.normalize()
    return pairs.assign(began=began)


def _nothing(kinds: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({c: pd.Series(dtype=kind) for c, kind in kinds.items()})


def _moment(at: pd.Timestamp) -> Any:
    return ibis.literal(at.to_pydatetime())
