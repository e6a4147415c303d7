"""Repeat purchases: what models of lifetime value read of each buyer, now and as it was known on an earlier day.

A purchase is a customer's day with purchases as `order_lines.is_purchase` has them, or with an order that cost nothing,
which is a visit too (CDNOW's published answers count them): several orders of a day are one visit. Customers are
watched from their first purchase to the day of the last purchase of all, since on the days after that nobody is known
not to have bought. Reduced in the engine, to a row a buyer and a row a week.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.order_lines import has_money, is_purchase

_TOLD = ("repeat_orders", "last_weeks", "age_weeks", "mean_value", "spend", "returned")


@dataclass(frozen=True)
class Purchases:
    """Buyers now, the same as they were known at the end of `until`, and the weeks between.

    now: one row a buyer: customer_id, repeat_orders (days with a purchase after the first), last_weeks (from the first
        purchase to the last), age_weeks (from the first purchase to `last_on`), mean_value (of the repeat purchases;
        NaN without any), spend (of all) and returned (positive); what is of money is NaN where there are no amounts
    before: the same up to the end of `until`, of those who had bought by then, with later_orders, later_spend
        and later_returned: days with a purchase since, what they brought, and what was sent back since
    weeks: one row a week from the first purchase on: week (1 is the first), repeat_orders (days with a purchase of
        those in `before`, not counting first ones); the last week may be broken
    first_on, until, last_on: first purchase, the day at which time is split, last purchase; NaT where there are none
    """

    now: pd.DataFrame
    before: pd.DataFrame
    weeks: pd.DataFrame
    first_on: Any
    until: Any
    last_on: Any
    with_money: bool

    @property
    def split_weeks(self) -> float:
        """From the first purchase to the split; NaN where there is none."""
        return (self.until - self.first_on).days / 7 if pd.notna(self.until) else float("nan")

    @property
    def all_weeks(self) -> float:
        """From the first purchase to the last; NaN where there is none."""
        return (self.last_on - self.first_on).days / 7 if pd.notna(self.last_on) else float("nan")


def split_purchases(orders: Table, as_of: date, *, later_share: float = 0.33) -> Purchases:
    """Buyers now and before the last `later_share` (0-1) of the time that the purchases cover. Orders after `as_of` do
    not count; a customer with returns alone is no buyer."""
    days = _purchase_days(orders, as_of)
    ends = days.aggregate(first=days.day.min(), last=days.day.max()).execute().iloc[0]
    first_on, last_on = pd.Timestamp(ends["first"]), pd.Timestamp(ends["last"])
    if pd.isna(first_on):
        until, empty = pd.NaT, pd.DataFrame(columns=["customer_id", *_TOLD]).astype(dict.fromkeys(_TOLD, float))
        before = empty.assign(**{c: pd.Series(dtype=float) for c in ("later_orders", "later_spend", "later_returned")})
        weeks = pd.DataFrame({"week": [], "repeat_orders": []}, dtype="int64")
        return Purchases(empty, before, weeks, first_on, until, last_on, has_money(orders))
    until = last_on - pd.Timedelta(days=round((last_on - first_on).days * later_share))
    asked = _ask_customers(days, until)
    now, before = _told(asked, "now", last_on), _told(asked, "before", until)
    known = asked["first_day"] <= until
    since = {c: asked[f"{c}_now"].astype(float) - asked[f"{c}_before"] for c in ("count", "spend", "returned")}
    before = before.assign(later_orders=since["count"], later_spend=since["spend"], later_returned=since["returned"])
    before = before[known]
    weeks = _ask_weeks(days, first_on, until, last_on)
    return Purchases(now, before.reset_index(drop=True), weeks, first_on, until, last_on, has_money(orders))


def _purchase_days(orders: Table, as_of: date) -> Table:
    """One row a customer and day with purchases or returns: day (null where nothing was bought), first (the customer's
    first day with a purchase), value, returned."""
    end = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    orders = orders.filter(orders.ordered_at < end)
    bought = is_purchase(orders)
    if has_money(orders):
        ordered = orders.quantity > 0 if "quantity" in orders.columns else ibis.literal(True)
        bought = bought | ((orders.amount == 0) & ordered.fill_null(True))
    lines = orders.select("customer_id", on=orders.ordered_at.date(), bought=bought, **_amounts(orders))
    unknown = lines.amount.sum()  # of nothing, which is not zero
    summed = lines.group_by("customer_id", "on").aggregate(
        bought=lines.bought.fill_null(False).cast("int64").max(),
        value=ibis.ifelse(lines.bought, lines.amount, 0.0).sum() if has_money(orders) else unknown,
        returned=ibis.ifelse(lines.amount < 0, -lines.amount, 0.0).sum() if has_money(orders) else unknown,
    )
    days = summed.mutate(day=ibis.ifelse(summed.bought == 1, summed.on, ibis.null("date")))
    return days.mutate(first=days.day.min().over(group_by="customer_id"))


def _amounts(orders: Table) -> dict[str, Any]:
    return {"amount": orders.amount if has_money(orders) else ibis.null("float64")}


def _ask_customers(days: Table, until: pd.Timestamp) -> pd.DataFrame:
    days = days.filter(days["first"].notnull())
    measures: dict[str, Any] = {"first_day": days["first"].min()}
    early = days.on <= ibis.literal(until.date())
    for name, when in (("now", days.on.notnull()), ("before", early)):
        again = when & (days.day > days["first"])
        measures |= {
            f"count_{name}": days.day.count(where=when),
            f"last_{name}": days.day.max(where=when),
            f"again_{name}": days.value.sum(where=again),
            f"spend_{name}": days.value.sum(where=when),
            f"returned_{name}": days.returned.sum(where=when),
        }
    frame = days.group_by("customer_id").aggregate(**measures).order_by("customer_id").execute()
    dates = ["first_day", "last_now", "last_before"]
    return frame.assign(**{c: pd.to_datetime(frame[c]) for c in dates})


def _told(asked: pd.DataFrame, when: str, end: pd.Timestamp) -> pd.DataFrame:
    repeats = asked[f"count_{when}"].astype(float) - 1
    # The engine may add in another order each time; at a hundredth of a penny, equal spend stays equal.
    money = {c: asked[f"{c}_{when}"].astype(float).round(4) for c in ("again", "spend", "returned")}
    return pd.DataFrame(
        {
            "customer_id": asked["customer_id"],
            "repeat_orders": repeats,
            "last_weeks": (asked[f"last_{when}"] - asked["first_day"]).dt.days / 7,
            "age_weeks": (end - asked["first_day"]).dt.days / 7,
            "mean_value": (money["again"] / repeats).where(repeats > 0),
            "spend": money["spend"],
            "returned": money["returned"],
        }
    )


def _ask_weeks(days: Table, first_on: pd.Timestamp, until: pd.Timestamp, last_on: pd.Timestamp) -> pd.DataFrame:
    again = days.filter(days.day > days["first"], days["first"] <= ibis.literal(until.date()))
    per_day = again.group_by("day").aggregate(repeat_orders=again.count()).execute()
    week = (pd.to_datetime(per_day["day"]) - first_on).dt.days // 7 + 1
    summed = per_day.assign(week=week).groupby("week")[["repeat_orders"]].sum()
    last_week = int((last_on - first_on).days // 7 + 1)
    return summed.reindex(np.arange(1, last_week + 1), fill_value=0).astype("int64").rename_axis("week").reset_index()
