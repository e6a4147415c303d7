"""How metrics, traits and arms of a comparison with everyone else are called."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.data.spec import CONTACTED
from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.terms import group_name, lower, plain, printable, rounded

METRICS = {
    "spend": "Spend",
    "spend_capped": "Spend, the largest capped",
    "orders": "Orders",
    "conversion": "Ordered at least once",
}
_MEASURES = {
    "window_orders": "Orders in the weeks before",
    "window_spend": "Spend in the weeks before",
    "year_orders": "Orders in the year before",
    "year_spend": "Spend in the year before",
    "season_orders": "Orders in the same season a year ago",
    "season_spend": "Spend in the same season a year ago",
    "season_share": "Share of a year's orders in this season",
    "order_count": "Orders in all",
    "recency_days": "Days since the last order",
    "tenure_days": "Days since the first order",
    "window_events": "Interactions in the weeks before",
    "year_events": "Interactions in the year before",
}
_AMOUNTS = ("spend", "spend_capped", "window_spend", "year_spend", "season_spend", "average_order")


def shown_metric(effects: pd.DataFrame, outcome: str) -> str:
    """The metric to tell of: `outcome` where it was compared, else spend, else the first there is."""
    there = [str(m) for m in effects["metric"].unique()]
    return next((m for m in (outcome, "spend", *there) if m in there), "")


def is_amount(name: str) -> bool:
    """Whether a metric or measure is of money."""
    return name in _AMOUNTS


def form_of(metric: str, money: Money) -> Callable[[float], str]:
    """How a metric's values, and differences of them, are written."""
    if is_amount(metric):
        return rounded(money)
    if metric == "conversion":
        return lambda x: f"{fmt.number(100 * x)} points"
    return lambda x: fmt.number(x, 2)


def trait_label(covariate: str, level: str = "") -> str:
    """A trait as a row of a chart or table names it: "Company size: 10-49"; without a level it is a number."""
    name = _MEASURES.get(covariate) or plain(printable(covariate))
    return f"{name}: {group_name(printable(level))}" if level else name


def inside_label(covariate: str, level: str = "") -> str:
    """The same in mid-sentence: "company size “10-49”"."""
    name = lower(trait_label(covariate))
    return f"{name} {quoted(group_name(level))}" if level else name


def arm_name(row: Any) -> str:
    """A campaign's arm as a row of a chart names it; the campaign alone where its list tells of no arms."""
    campaign, arm = printable(row.campaign), printable(row.arm)
    return campaign if arm in ("", CONTACTED) else f"{campaign}, {arm}"
