"""How many come back, stay, fall asleep and return: rates with what they are rates of, and cohorts.

Intervals of rates: Wilson (1927). A cohort are those whose first order lies in the same month, quarter or year; a
period is told of only once it is over, so that the youngest cohorts have short rows instead of zeros.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from math import nan

import numpy as np
import pandas as pd

from helpers.analysis.lifecycle.groups import BROWSER, DORMANT, LEAD, Lifecycle
from helpers.analysis.lifecycle.survival import ALL, MONTH_DAYS
from helpers.analysis.lifecycle.thresholds import Thresholds, wilson
from helpers.analysis.lifecycle.transitions import NEW, PERIODS_A_YEAR, Transitions

_WINDOWS = ((45, 30), (135, 91), (math.inf, 365))  # days: the usual gap up to which a window is so long
_USUAL_GAP = 90  # days, where nobody's is known
LEAST_COHORTS = 4  # to compare earlier with later ones
_FREQUENCY = {"month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True)
class Rates:
    """table: rate, value, low, high (0-1; NaN where it is of nobody), numerator, denominator (customers), definition.
    window_days: the days in which a customer came back or not. periods, unit: what churn and revival are counted over;
    0 where they are not known."""

    table: pd.DataFrame
    window_days: int
    periods: int
    unit: str
    of_visits: bool = False


def choose_window(usual_gap_days: float) -> int:
    """Days in which a customer who stays will usually come back: 30, 91 or 365. usual_gap_days: NaN where not known."""
    gap = usual_gap_days if usual_gap_days == usual_gap_days else _USUAL_GAP
    return next(days for most, days in _WINDOWS if gap <= most)


def measure_rates(
    life: Lifecycle, thresholds: Thresholds, returning: tuple[int, int], window_days: int, moves: Transitions
) -> Rates:
    """Rates of repeat purchase, retention, churn, dormancy and revival.

    returning: how many bought in the days before the last `window_days`, and how many of these in them as well.
    """
    noun, verb = ("visit", "came") if life.of_visits else ("order", "bought")
    days = window_days
    buyers = life.customers[life.customers["orders"] > 0]
    again, dormant = int((buyers["orders"] > 1).sum()), int((buyers["lifecycle_group"] == DORMANT).sum())
    rows = [
        _rate("repeat_purchase", again, len(buyers), f"customers with a second {noun}, of all who {verb}"),
        _second(thresholds, noun),
        _rate(
            "retention",
            returning[1],
            returning[0],
            f"customers who {verb} in the last {days} days, of those who {verb} in the {days} days before",
        ),
    ]
    if life.dormancy_known:
        rows.append(
            _rate("dormancy", dormant, len(buyers), f"customers late with the next {noun} today, of all who {verb}")
        )
    followed = bool(moves.periods) and life.dormancy_known
    if followed:
        rows += _year_rates(moves.over_year)
    columns = ["rate", "value", "low", "high", "numerator", "denominator", "definition"]
    periods = min(moves.periods, PERIODS_A_YEAR[moves.unit]) if followed else 0
    return Rates(pd.DataFrame(rows, columns=columns), days, periods, moves.unit, life.of_visits)


def _year_rates(moves: pd.DataFrame) -> list[tuple[object, ...]]:
    since, until = (f"{day.day} {day:%B %Y}" for day in (moves["since"].iloc[0], moves["until"].iloc[0]))
    start, end, count = moves["from_status"], moves["to_status"], moves["customers"]
    awake, asleep = ~start.isin([NEW, LEAD, BROWSER, DORMANT]), start == DORMANT
    churned, revived = awake & (end == DORMANT), asleep & (end != DORMANT)
    of = f"on {until}, of those who"
    return [
        _rate(
            "churn", int(count[churned].sum()), int(count[awake].sum()), f"customers dormant {of} were not on {since}"
        ),
        _rate(
            "revival",
            int(count[revived].sum()),
            int(count[asleep].sum()),
            f"customers back {of} were dormant on {since}",
        ),
    ]


def _second(thresholds: Thresholds, noun: str) -> tuple[object, ...]:
    first = thresholds.next_order[thresholds.next_order["order"] == 1]
    what = (
        f"customers with a second {noun} within {thresholds.within_days:,} days of the first, those still within them "
    )
    what += "counted as long as waited for (Kaplan-Meier)"
    if first.empty:
        return ("second_order", nan, nan, nan, nan, nan, what)
    row = first.iloc[0]
    return ("second_order", row["share"], row["low"], row["high"], nan, float(row["customers"]), what)


def _rate(name: str, part: int, whole: int, definition: str) -> tuple[object, ...]:
    return (name, *_proportion(part, whole), float(part), float(whole), definition)


def _proportion(part: int, whole: int) -> tuple[float, float, float]:
    return (part / whole, *wilson(part / whole, whole)) if whole else (nan, nan, nan)


def cohort_grid(activity: pd.DataFrame, as_of: date, unit: str) -> pd.DataFrame:
    """Of each cohort, the share that bought in each whole period since: cohort (its first day), period (0 is the one of
    the first order), customers, active, retention (0-1).

    activity: cohort, active_in (first days of periods), active. Periods that were over by the end of `as_of` are zero
    where nobody bought; later ones are not there.
    """
    freq = _FREQUENCY[unit]
    last = (pd.Period(as_of + timedelta(days=1), freq) - 1).ordinal
    cohort, active_in = (pd.PeriodIndex(activity[c], freq=freq).asi8 for c in ("cohort", "active_in"))
    known = pd.Series(activity["active"].to_numpy(), index=pd.MultiIndex.from_arrays([cohort, active_in - cohort]))
    rows = [(c, p) for c in np.unique(cohort[cohort <= last]) for p in range(last - c + 1)]
    index = pd.MultiIndex.from_tuples(rows or [(0, 0)], names=["cohort", "period"])
    grid = known.reindex(index, fill_value=0).rename("active").reset_index().iloc[: len(rows)]
    customers = grid["cohort"].map(grid[grid["period"] == 0].set_index("cohort")["active"])
    starts = pd.PeriodIndex([pd.Period(ordinal=c, freq=freq) for c in grid["cohort"]], freq=freq).start_time
    grid = grid.assign(cohort=starts, customers=customers, retention=grid["active"] / customers)
    return grid[["cohort", "period", "customers", "active", "retention"]]


@dataclass(frozen=True)
class CohortTrend:
    """Whether later cohorts come back as earlier ones did, `period` periods after their first order.

    early, late: share of the customers of the earlier and the later half of the cohorts who bought in that period;
    difference (late less early), low, high: with its 95% interval; NaN with fewer than four cohorts. The first third
    of all cohorts is in neither half: they still hold customers of before the data begin.
    """

    period: int
    early: float
    late: float
    difference: float
    low: float
    high: float
    cohorts: int
    customers: int


def compare_cohorts(grid: pd.DataFrame, period: int = 1) -> CohortTrend:
    """The earlier against the later half of the cohorts at the same age; of an odd number the middle one is early.

    Interval: Newcombe's (1998, Statistics in Medicine 17, method 10), made of the two Wilson intervals.
    """
    starts = np.sort(grid["cohort"].unique())
    own = grid[(grid["period"] == period) & grid["cohort"].isin(starts[math.ceil(len(starts) / 3) :])]
    own = own.sort_values("cohort")
    if len(own) < LEAST_COHORTS:
        return CohortTrend(period, nan, nan, nan, nan, nan, len(own), int(own["customers"].sum()))
    half = (len(own) + 1) // 2
    halves = (own.iloc[:half], own.iloc[half:])
    (early, early_low, early_high), (late, late_low, late_high) = (
        _proportion(int(part["active"].sum()), int(part["customers"].sum())) for part in halves
    )
    below = math.hypot(late - late_low, early_high - early)
    above = math.hypot(late_high - late, early - early_low)
    difference = late - early
    total = int(own["customers"].sum())
    return CohortTrend(period, early, late, difference, difference - below, difference + above, len(own), total)


@dataclass(frozen=True)
class Stays:
    """How long each buyer has stayed, for `survival.estimate_survival`: months, ended, groups (None where nothing parts
    the customers) named `grouping`."""

    months: pd.Series
    ended: pd.Series
    groups: pd.Series | None
    grouping: str


def measure_stays(life: Lifecycle, rhythm: pd.DataFrame, channels: pd.DataFrame, as_of: date) -> Stays:
    """How long each buyer has stayed since the first order, in months.

    A dormant customer stayed until the last order. The others are still there: seen until today, or until their last
    order where it is not known whether they are late. rhythm: customer_id, late (NaN where not known). channels:
    customer_id, channel; used where there are two or more.
    """
    buyers = life.customers[life.customers["orders"] > 0].reset_index(drop=True)
    judged = buyers["customer_id"].isin(rhythm.loc[rhythm["late"].notna(), "customer_id"])
    ended = buyers["lifecycle_group"] == DORMANT
    until = buyers["last_on"].where(ended | ~judged, pd.Timestamp(as_of))
    months = (until - buyers["first_on"]).dt.days / MONTH_DAYS
    came = buyers["customer_id"].map(channels.set_index("customer_id")["channel"])
    parted = came.nunique() > 1
    return Stays(months, ended, came if parted else None, "channel" if parted else ALL)
