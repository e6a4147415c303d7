"""Subscribers as the page on the lifecycle tells of them, made up for tests."""

import math
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from helpers.analysis.lifecycle.plans_follow import Followed, follow_subscribers
from helpers.analysis.lifecycle.plans_revenue import Kept, measure_kept
from helpers.analysis.lifecycle.plans_trials import Trials, follow_trials
from helpers.analysis.lifecycle.plans_usage import Usage
from tests.analysis.lifecycle.subscribers import TODAY, frame, many, subscriber, trial

_MONEY = ("start_mrr", "expansion_mrr", "contraction_mrr", "cancelled_mrr")


def kept(
    start: float, more: float, less: float, gone: float, customers: int = 100, lost: int = 7, months: int = 12
) -> Kept:
    money = dict(zip(_MONEY, (start, more, less, gone), strict=True))
    return measure_kept({"months": months, "customers": customers, "lost": lost, **money})


def months(mrr: tuple[float, ...] = (400, 420, 410, 505), cancelled: tuple[int, ...] = (0, 1, 2, 1)) -> pd.DataFrame:
    n = len(mrr)
    table = pd.DataFrame(
        {
            "month": pd.date_range("2026-06-01", periods=n, freq="MS"),
            "partial": False,
            "active": [40 + i for i in range(n)],
            "cancelled": list(cancelled[:n]),
            "mrr": [float(x) for x in mrr],
        }
    )
    return table.assign(contraction_mrr=1.0, cancelled_mrr=table["cancelled"] * 10.0)


def used(silent: list[str] | None = None) -> Usage:
    ids = pd.Index(silent or [], dtype="str")
    since = pd.Series([TODAY] * len(ids), index=ids, dtype="datetime64[us]")
    return Usage(since, bool(silent), "", len(ids), 0, 1.0 if silent else math.nan)


def follow(people: pd.DataFrame, silent: list[str] | None = None, **more: Any) -> Followed:
    """What follows of these subscribers; `plan` and "add-ons" among the columns are their attributes."""
    traits = [c for c in ("plan", "add-ons") if c in people]
    window = more.pop("kept", kept(math.nan, math.nan, math.nan, math.nan, 0, 0, 0))
    table = more.pop("months", months().head(0))
    return follow_subscribers(
        people.drop(columns=traits), people[["customer_id", *traits]], table, window, used(silent), TODAY.date(), **more
    )


@cache
def dated() -> Followed:
    """Six hundred subscribers on two plans that keep them unequally, with dates, a window and trials."""
    people = many(600)
    addons = people["plan"].map({"basic": "no", "pro": "yes"}).where(people.index % 7 > 0, "yes")
    found = follow(people.assign(**{"add-ons": addons}), kept=kept(4000, 900, 150, 600), months=months())
    return replace(found, trials=trials(30, 10), upgraded=12, downgraded=1, added=3)


@cache
def nobody() -> Followed:
    return follow(frame(subscriber("a")).head(0))


@cache
def untold() -> Followed:
    """Subscriptions without a word on whether they have ended."""
    return follow(frame(*(subscriber(f"C{i}", 5, ended=math.nan) for i in range(40))))


@cache
def only_trials() -> Followed:
    return follow(frame(trial("a", 3), trial("b", 400)))


@cache
def by_tenure() -> Followed:
    """Ninety by tenure, of whom nobody's fee is known; too alike for their plans to matter."""
    rows = [
        subscriber(
            f"C{i}", i % 9 + 1, ended=float(i % 3 == 0), fee=math.nan, started_on=pd.NaT, latest_started_on=pd.NaT
        )
        for i in range(90)
    ]
    plans = ["x" if i % 2 else "y" for i in range(90)]
    return follow(frame(*rows).assign(plan=plans, **{"add-ons": ["yes" if i % 2 else "no" for i in range(90)]}))


@cache
def all_stay() -> Followed:
    return follow(frame(*(subscriber(f"C{i}", i + 1, fee=5.0 + i) for i in range(40))))


def trials(paid: int, unpaid: int, lag: int = 14) -> Trials:
    begun = pd.Series([pd.Timestamp("2026-01-01")] * (paid + unpaid), dtype="datetime64[us]")
    start = pd.Series([pd.Timestamp("2026-01-01") + pd.Timedelta(days=lag)] * paid + [pd.NaT] * unpaid)
    return follow_trials(begun, start.astype("datetime64[us]"), TODAY)
