"""Campaigns, plans and programmes for the tests of the page on returns, each as its method makes it."""

from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.roi.budget import OPTIONS, Budget, allocate_budget
from helpers.analysis.roi.cases import CASE_COLUMNS, OPTIONAL, planned_cases
from helpers.analysis.roi.cash import Programme, repeat_campaigns
from helpers.analysis.roi.returns import Returns, measure_returns
from helpers.analysis.roi.simulate import Outlook, simulate_programme


def case(arm: str, cost: float, low: float, high: float, **other: Any) -> dict[str, Any]:
    """One case of 100 customers; low and high bound the extra revenue of all of them, of margin 0.5."""
    middle = (low + high) / 2 if low == low else 0.0
    bounds = {"lift_low": low / 100, "lift_high": high / 100, "new_average_revenue": 10 + middle / 100}
    fixed = {"segment": "All customers", "campaign": "Spring", "customers": 100, "old_average_revenue": 10.0}
    return fixed | OPTIONAL | {"arm": arm, "cost": cost, "basis": "measured"} | bounds | other


def returns(*cases: dict[str, Any], margin: float = 0.5) -> Returns:
    return measure_returns(pd.DataFrame(cases, columns=[*CASE_COLUMNS, *OPTIONAL]), margin)


def plan(cost: float, gain: float) -> Returns:
    segments = pd.DataFrame({"rfm_segment": ["Lost"], "customers": [100], "average_spend": [100.0]})
    return measure_returns(planned_cases(segments, gain / 100, cost), 0.5)


PAYS, LOSES = case("Call", 1_000, 5_000, 9_000), case("Post", 1_000, -500, 1_500)
UNCLEAR, UNKNOWN, FREE = (
    case("E-mail", 350, -9_000, 11_800),
    case("Fax", 100, nan, nan),
    case("Chat", 0, 1_000, 2_000),
)
ALONE = case("Text", 500, nan, nan, old_average_revenue=nan)  # nobody was left out to compare with
MATCHED = {"evidence": "matched comparison"}
BROKEN = {"evidence": "random test, broken"}
SERIES = {"evidence": "interrupted series"}
NO_CASES = returns()
SHOWN = returns(
    PAYS | {"segment": "Champions", "campaign": "test"},
    LOSES | {"segment": "Lost", "campaign": "test"},
    case("Call", 0, nan, nan, basis="planned", segment="New customers", campaign="plan"),
)


def programme(
    *cases: dict[str, Any], one_off: float = 500.0, monthly: float = 10.0, rate: float = 0.08, months: int = 12
) -> Programme:
    found = returns(*cases)
    return repeat_campaigns(found, found, one_off, monthly, rate, months)


def outlook(*cases: dict[str, Any], one_off: float = 500.0) -> Outlook:
    return simulate_programme(programme(*cases, one_off=one_off), draws=2_000)


def options(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """segment, arm, cost of a contact and what it earns beyond; 100 customers each, at a margin of 0.5."""
    frame = pd.DataFrame(rows, columns=["segment", "arm", "cost_per_contact", "profit_per_contact"])
    lift = (frame["profit_per_contact"] + frame["cost_per_contact"]) / 0.5
    rate = frame["profit_per_contact"] / frame["cost_per_contact"]
    more = {"campaign": "Spring", "available": 100.0, "lift": lift, "lift_expected": lift, "lift_error": 1.0}
    return frame.assign(**more, profit_per_cost=rate)[OPTIONS]


def budget(*rows: tuple[str, str, float, float], amount: float = 0.0, error: float = 1.0) -> Budget:
    return allocate_budget(options(*rows).assign(lift_error=error), 0.5, amount)
