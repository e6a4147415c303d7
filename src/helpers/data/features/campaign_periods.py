"""The course of sales before and after campaigns, reduced in the engine: by arm and period, and by day of the business.

Periods are counted from a campaign's first day, so that none holds days from both sides of it: weeks where at most a
quarter of a year was followed, else four weeks, else thirteen. What an arm's customers bought in each two periods is
multiplied and added up in the engine. These sums are all that errors clustered by customer need, whatever before and
after are made of, and no customer leaves the engine.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.campaigns import with_everyone_else, withhold_persons
from helpers.data.features.order_lines import has_money, sum_by_order
from helpers.data.schema import UNKNOWN
from helpers.data.spec import EVERYONE_ELSE, NO_ARM

WEEK = 7
PERIODS = (WEEK, 4 * WEEK, 13 * WEEK)  # days of a period, by how long was followed
MOST_PERIODS = 13  # on either side of the first day
LEAST_BEFORE = 8  # periods looked back for, however short the time after: trends show in many


@dataclass(frozen=True)
class CampaignPeriods:
    """campaigns: one row a campaign with a known first day: campaign, control, first_on, last_on (of its contacts),
    contacted (customers, or rows where they have no numbers), period_days, before and after (periods), followed_days.
    sums: campaign, arm, period (0 starts on the campaign's first day, -1 is the one before), days, customers, total:
    what all customers of the arm bought. Arms are those contacted and everyone else.
    products: campaign, arm, period, other, product: the sum over customers of what each bought in either period.
    days: day, value: all purchases of the business, one row a day that has any.
    metric: "spend", or "orders" where these have no amounts."""

    campaigns: pd.DataFrame
    sums: pd.DataFrame
    products: pd.DataFrame
    days: pd.DataFrame
    metric: str

    @property
    def untested(self) -> list[str]:
        """The campaigns of which no arm was held out."""
        return list(self.campaigns.loc[self.campaigns["control"].isin(NO_ARM), "campaign"])


def measure_periods(data: ClientData, as_of: date) -> CampaignPeriods:
    """What was bought before and after the first day of each campaign, see `CampaignPeriods`.

    Arms and their sums are of campaigns with `control: everyone else` only; who is in two arms of a campaign is in
    neither. Returns are not taken off. Without orders, or a day in the exposures, every frame is without rows.
    """
    orders = data.tables["orders"]
    metric = "spend" if has_money(orders) else "orders"
    exposures = withhold_persons(data.tables["exposures"])
    known = {"exposures", "orders"} <= data.specs.keys() and "exposed_on" in exposures.columns
    days = (
        _days(orders, as_of, metric) if known else pd.DataFrame({"day": pd.Series(dtype="datetime64[us]"), "value": []})
    )
    campaigns = _campaigns(exposures, days) if len(days) else _no_campaigns()
    tables = {**data.tables, "exposures": exposures}
    listed = campaigns[(campaigns["control"] == EVERYONE_ELSE) & (campaigns["before"] > 0) & (campaigns["after"] > 0)]
    sums, products = _reduce(tables, listed, metric) if len(listed) else _nothing()
    return CampaignPeriods(campaigns, sums, products, days, metric)


def _no_campaigns() -> pd.DataFrame:
    kinds = {"campaign": "object", "control": "object", "first_on": "datetime64[us]", "last_on": "datetime64[us]"}
    kinds |= dict.fromkeys(("contacted", "period_days", "before", "after", "followed_days"), "int64")
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _nothing() -> tuple[pd.DataFrame, pd.DataFrame]:
    sums = ["campaign", "arm", "period", "days", "customers", "total"]
    return pd.DataFrame(columns=sums), pd.DataFrame(columns=["campaign", "arm", "period", "other", "product"])


def _days(orders: Table, as_of: date, metric: str) -> pd.DataFrame:
    """All purchases up to that day, by day."""
    per_order = _purchases(orders, metric).filter(lambda t: t.day <= ibis.timestamp(pd.Timestamp(as_of)))
    by_day = per_order.group_by("day").aggregate(value=per_order.value.sum())
    return by_day.order_by("day").execute().astype({"day": "datetime64[us]", "value": "float64"})


def _purchases(orders: Table, metric: str) -> Table:
    """One row an order with a purchase: customer_id, day, value."""
    per_order = sum_by_order(orders)
    per_order = per_order.filter(per_order.first_at.notnull())
    value = per_order.spend if metric == "spend" else ibis.literal(1.0)
    return per_order.select("customer_id", day=per_order.first_at.truncate("D"), value=value)


def _campaigns(exposures: Table, days: pd.DataFrame) -> pd.DataFrame:
    named = exposures.mutate(campaign=exposures.campaign.fill_null(UNKNOWN))
    who = named.customer_id.nunique() if "customer_id" in named.columns else ibis.literal(0)
    found = named.group_by("campaign", "control").aggregate(
        first_on=named.exposed_on.min().truncate("D"),
        last_on=named.exposed_on.max().truncate("D"),
        customers=who,
        rows=named.count(),
    )
    frame = found.order_by("first_on", "campaign").execute().dropna(subset="first_on", ignore_index=True)
    frame["contacted"] = frame["customers"].where(frame["customers"] > 0, frame.pop("rows")).astype("int64")
    each = [_span(began, days["day"].iloc[0], days["day"].iloc[-1]) for began in frame["first_on"]]
    spans = pd.DataFrame(each, columns=["period_days", "before", "after", "followed_days"], index=frame.index)
    return pd.concat([frame.drop(columns="customers"), spans.astype("int64")], axis="columns")


def _span(began: pd.Timestamp, first: pd.Timestamp, last: pd.Timestamp) -> tuple[int, int, int, int]:
    """Days of a period, periods before and after, and the days that those after have: the last may be a short one."""
    history, followed = (began - first).days, (last - began).days + 1
    length = next((days for days in PERIODS[:-1] if followed <= MOST_PERIODS * days), PERIODS[-1])
    followed = min(max(0, followed), MOST_PERIODS * length)
    after = -(-followed // length)
    return length, min(max(0, history // length), max(after, LEAST_BEFORE), MOST_PERIODS), after, followed


def _reduce(tables: dict[str, Table], campaigns: pd.DataFrame, metric: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    people = with_everyone_else(tables)
    people = people.filter(people.campaign.isin(list(campaigns["campaign"])))
    arms = people.group_by("campaign", "customer_id").aggregate(arms=people.count())
    people = people.anti_join(arms.filter(arms.arms > 1), ["campaign", "customer_id"])
    people = people.select("campaign", "arm", "customer_id")
    sizes = people.group_by("campaign", "arm").aggregate(customers=people.count()).execute()
    width = int((campaigns["before"] + campaigns["after"]).max())
    rows = people.inner_join(_by_customer(tables["orders"], campaigns, metric, width), ["campaign", "customer_id"])
    pairs = [(j, k) for j in range(width) for k in range(j, width)]
    measures: dict[str, Any] = {f"sum_{k}": rows[f"value_{k}"].sum() for k in range(width)}
    measures |= {f"product_{j}_{k}": (rows[f"value_{j}"] * rows[f"value_{k}"]).sum() for j, k in pairs}
    added = rows.group_by("campaign", "arm").aggregate(**measures).execute()
    added = sizes.merge(added, on=["campaign", "arm"], how="left", validate="one_to_one").fillna(0.0)
    added = added.merge(campaigns, on="campaign", validate="many_to_one").sort_values(["campaign", "arm"])
    sums, products = [], []
    for row in added.to_dict("records"):
        shared = {"campaign": row["campaign"], "arm": row["arm"]}
        periods = range(row["before"] + row["after"])
        short = row["followed_days"] - row["period_days"] * (row["after"] - 1)
        for k in periods:
            days = short if k == periods[-1] else row["period_days"]
            told = {"period": k - row["before"], "days": days, "customers": row["customers"]}
            sums.append({**shared, **told, "total": row[f"sum_{k}"]})
        for j, k in pairs:
            if k in periods:
                told = {"period": j - row["before"], "other": k - row["before"]}
                products.append({**shared, **told, "product": row[f"product_{j}_{k}"]})
    empty_sums, empty_products = _nothing()
    return pd.DataFrame(sums, columns=empty_sums.columns), pd.DataFrame(products, columns=empty_products.columns)


def _by_customer(orders: Table, campaigns: pd.DataFrame, metric: str, width: int) -> Table:
    """One row a campaign and customer who bought in its periods: campaign, customer_id, value_0, value_1 …"""
    first = [
        began - timedelta(days=before * length)
        for began, before, length in campaigns[["first_on", "before", "period_days"]].itertuples(index=False)
    ]
    since = pd.Series(first, index=campaigns.index).astype("datetime64[us]")
    until = (campaigns["first_on"] + pd.to_timedelta(campaigns["followed_days"], unit="D")).astype("datetime64[us]")
    windows = ibis.memtable(campaigns[["campaign", "period_days"]].assign(since=since, until=until))
    bought = windows.cross_join(_purchases(orders, metric))
    bought = bought.filter((bought.day >= bought.since) & (bought.day < bought.until))
    gone = (bought.day.epoch_seconds() - bought.since.epoch_seconds()) / 86_400
    bought = bought.mutate(period=(gone / bought.period_days).floor().cast("int64"))
    values = {f"value_{k}": bought.value.sum(where=bought.period == k).fill_null(0.0) for k in range(width)}
    return bought.group_by("campaign", "customer_id").aggregate(**values)
