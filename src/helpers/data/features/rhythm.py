"""One row a customer: how many days lie between orders, and how long ago the last one was.

Days are counted on the trade's own clock. Where a trade has a season (the busiest six months hold three quarters of a
year's orders, and do so every year), a day counts as much as the orders that usually fall on it: a Christmas shop's
spring passes in a few days, so nobody is called late in May. Otherwise the clock is the calendar. Visits and logins
are counted in the same way as orders. Several orders on a day are one occasion.

Reduced in the engine: what comes back are the mean gap and the mean of its logarithm, a row a customer.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.order_lines import is_purchase, sum_by_order

YEAR_DAYS = 365.25
SEASON_SHARE = 0.75  # of a year's orders in its busiest six months, from which a trade has a season
SEASON_SHARE_EACH_YEAR = 2 / 3
_SLOWEST = 0.02  # of the average day: in a dead month the clock still moves
_SHORTEST_GAP = 0.5  # days; so much lies between two orders of which the clock sees nothing
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Gaps:
    """What `analysis.rhythm` needs of each customer.

    customers: customer_id, orders (how many), gaps (between days with orders), mean_gap_days and mean_log_gap (of the
        same in days on the clock; NaN without gaps), first_gap_days and second_gap_days (on the clock; NaN where there
        is none), days_since (the last order; calendar), clock_since (the same on the clock), tenure_days (since the
        first order; calendar)
    pace: month (1-12), pace: how many days of the clock a calendar day of that month counts; 1 throughout without a
        season
    has_season: whether the clock is other than the calendar
    """

    customers: pd.DataFrame
    pace: pd.DataFrame
    has_season: bool


def gap_sums(rows: Table, as_of: date) -> Gaps:
    """The gaps between the orders of each customer up to `as_of`, or between the days of events (`occurred_at`).

    A customer without a purchase by then has no row.
    """
    times = rows.ordered_at if "ordered_at" in rows.columns else rows.occurred_at
    end = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    rows = rows.filter(times < end)
    of_orders = "ordered_at" in rows.columns
    bought = rows.filter(is_purchase(rows)) if of_orders else rows
    times = bought.ordered_at if of_orders else bought.occurred_at
    days = bought.select("customer_id", day=times.truncate("D")).distinct()
    pace = find_pace(_count_months(days), as_of)
    customers = _sum_gaps(days, pace, as_of)
    counted = _count_orders(bought) if of_orders else _count_rows(bought)
    # Two questions of the same rows: whoever is in one is in the other.
    customers = customers.merge(counted, on="customer_id", how="left", validate="one_to_one")
    return Gaps(
        customers=customers[["customer_id", "orders", *customers.columns.drop(["customer_id", "orders"])]],
        pace=pd.DataFrame({"month": np.arange(1, 13), "pace": pace}),
        has_season=bool((pace != 1).any()),
    )


def find_pace(months: pd.DataFrame, as_of: date) -> np.ndarray:
    """(12,) how many days of the clock a day of each calendar month counts; ones where the trade has no season.

    months: month (its first day), occasions. Only whole years that end with the last whole month by `as_of` are looked
    at, and at least two; the first month in the data counts as whole only where it is not needed.
    """
    even = np.ones(12)
    if months.empty:
        return even
    last = pd.Period(as_of + timedelta(days=1), "M") - 1
    by_month = months.set_index(pd.PeriodIndex(months["month"], freq="M"))["occasions"].astype(float)
    years = (last - by_month.index.min()).n // 12  # the first month, of which only a part may be there, is left out
    if years < 2:
        return even
    window = pd.period_range(last - 12 * years + 1, last, freq="M")
    table = by_month.reindex(window, fill_value=0.0).to_numpy().reshape(years, 12)
    totals = table.sum(axis=1, keepdims=True)
    if not totals.all():
        return even
    shares = table / totals
    half = np.array([np.roll(shares, -start, axis=1)[:, :6].sum(axis=1) for start in range(12)])
    busiest = half[half.mean(axis=1).argmax()]
    if busiest.mean() < SEASON_SHARE or busiest.min() < SEASON_SHARE_EACH_YEAR:
        return even
    by_calendar = np.roll(shares.mean(axis=0), window[0].month - 1)
    length = pd.period_range("2023-01", periods=12, freq="M").days_in_month.to_numpy() / 365
    return np.maximum(by_calendar / length, _SLOWEST)


def _count_months(days: Table) -> pd.DataFrame:
    counted = days.group_by(month=days.day.truncate("M")).aggregate(occasions=days.count())
    return counted.order_by("month").execute()


def _sum_gaps(days: Table, pace: np.ndarray, as_of: date) -> pd.DataFrame:
    placed = days.select("customer_id", day=_epoch_day(days.day), place=_clock(days.day, pace))
    by_day = ibis.window(group_by="customer_id", order_by="day")
    before = placed.place.lag().over(by_day)
    gap = ibis.greatest(placed.place - before, _SHORTEST_GAP)
    with_gaps = placed.mutate(
        gap=before.isnull().ifelse(ibis.null("float64"), gap), number=ibis.row_number().over(by_day)
    )
    found = (
        with_gaps.group_by("customer_id")
        .aggregate(
            first=with_gaps.day.min(),
            last=with_gaps.day.max(),
            place=with_gaps.place.max(),
            gaps=with_gaps.gap.count(),
            mean_gap_days=with_gaps.gap.mean(),
            mean_log_gap=with_gaps.gap.ln().mean(),
            first_gap_days=with_gaps.gap.max(where=with_gaps.number == 1),
            second_gap_days=with_gaps.gap.max(where=with_gaps.number == 2),
        )
        .order_by("customer_id")
        .execute()
    )
    day = pd.Timestamp(as_of)
    today = (day - pd.Timestamp(0)).days
    return pd.DataFrame(
        {
            "customer_id": found["customer_id"],
            "gaps": found["gaps"].astype("int64"),
            # The engine may add in another order each time; equal gaps stay equal.
            "mean_gap_days": found["mean_gap_days"].astype(float).round(9),
            "mean_log_gap": found["mean_log_gap"].astype(float).round(9),
            "first_gap_days": found["first_gap_days"].astype(float).round(6),
            "second_gap_days": found["second_gap_days"].astype(float).round(6),
            "days_since": (today - found["last"]).astype("int64"),
            "clock_since": (_clock_of(day, pace) - found["place"].astype(float)).round(6),
            "tenure_days": (today - found["first"]).astype("int64"),
        }
    )


def _epoch_day(day: Any) -> Any:
    return (day.cast("timestamp(6)").epoch_seconds() / _DAY_SECONDS).floor().cast("int64")


def _clock(day: Any, pace: np.ndarray) -> Any:
    """Where a day lies on the clock, in days since 1970."""
    epoch = _epoch_day(day)
    if (pace == 1).all():
        return epoch.cast("float64")
    before, year = _before_month(pace)
    month = day.month()
    start = month.cases(*((m, float(before[m - 1])) for m in range(1, 13)), else_=0.0)
    rate = month.cases(*((m, float(pace[m - 1])) for m in range(1, 13)), else_=1.0)
    return (day.year() - 1970) * float(year) + start + (day.day() - 1) * rate


def _clock_of(day: pd.Timestamp, pace: np.ndarray) -> float:
    if (pace == 1).all():
        return float((day - pd.Timestamp(0)).days)
    before, year = _before_month(pace)
    return float((day.year - 1970) * year + before[day.month - 1] + (day.day - 1) * pace[day.month - 1])


def _before_month(pace: np.ndarray) -> tuple[np.ndarray, float]:
    length = pd.period_range("2023-01", periods=12, freq="M").days_in_month.to_numpy()
    passed = np.concatenate([[0.0], np.cumsum(length * pace)])
    return passed[:12], float(passed[12])


def _count_orders(bought: Table) -> pd.DataFrame:
    per_order = sum_by_order(bought)
    counted = per_order.group_by("customer_id").aggregate(orders=per_order.first_at.count())
    return counted.execute().astype({"orders": "int64"})


def _count_rows(rows: Table) -> pd.DataFrame:
    counted = rows.group_by("customer_id").aggregate(orders=rows.count())
    return counted.execute().astype({"orders": "int64"})
