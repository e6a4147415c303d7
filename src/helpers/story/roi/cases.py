"""Cases of a return as sentences name them: who was reached, and with whom they can be compared."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers.analysis.roi.returns import LOSES, MAY_LOSE, MAY_PAY, NO_CONTROL, NO_COST, PAYS, UNCLEAR, Roi
from helpers.data.spec import CONTACTED
from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.phrases import quoted

Row = dict[Any, Any]
JUDGED = (PAYS, LOSES, UNCLEAR, MAY_PAY, MAY_LOSE)  # the verdicts of those with a return
_UNITS = {"GBP": "pound", "USD": "dollar", "EUR": "euro"}


def rows_with(cases: pd.DataFrame, *verdicts: str) -> list[Row]:
    """The cases with one of these verdicts, in their order."""
    return list(cases[cases["verdict"].isin(verdicts)].to_dict("records"))


def compared(cases: pd.DataFrame) -> list[Row]:
    """The measured cases with somebody to compare with, whatever is known of their cost."""
    return rows_with(cases[cases["basis"] == "measured"], *JUDGED, NO_COST)


def alone(cases: pd.DataFrame) -> list[Row]:
    return rows_with(cases, NO_CONTROL)


def arm_name(campaign: object, arm: object) -> str:
    """An arm as readers know it: the campaign's own name where its list tells of no arms."""
    return str(campaign if arm == CONTACTED else arm)


def who(case: Row, cases: Sequence[Row]) -> str:
    """An arm, with its campaign where arms of that name are in several; the campaign alone where it has no arms."""
    if case["arm"] == CONTACTED:
        return quoted(case["campaign"])
    several = len({c["campaign"] for c in cases if c["arm"] == case["arm"]}) > 1
    return quoted(case["arm"]) + (f" in {quoted(case['campaign'])}" if several else "")


def where(case: Row, cases: Sequence[Row]) -> str:
    """A segment, with the arm where there are several."""
    several = len({(c["campaign"], c["arm"]) for c in cases}) > 1
    return quoted(case["segment"]) + (f" with {who(case, cases)}" if several else "")


def unit_of(money: Money) -> str:
    """One unit of money in running text: "pound"; "CHF 1" where the currency has no common name."""
    return _UNITS.get(money.currency, money(1))


def total_of(total: Roi) -> dict[str, Any]:
    return {
        "cost": total.cost,
        "incremental_revenue": total.incremental_revenue,
        "roi": total.roi,
        "roi_at_margin": total.roi_at_margin,
        "margin_per_cost": total.roi_at_margin + 1,
        "unit": 1,
    }


def record_of(case: Row) -> dict[str, Any]:
    kept = ("segment", "campaign", "arm", "cost", "roi_at_margin", "roi_at_margin_low", "roi_at_margin_high", "verdict")
    return {column: case[column] for column in kept}


def clearly(low: float, high: float) -> int:
    """1 where the margin earned for each unit of cost, as printed to the penny, is above one unit in all of its
    interval, -1 where it is below in all of it, else 0; `low` and `high` are returns at margin."""
    if round(low, 2) > 0:
        return 1
    return -1 if round(high, 2) < 0 else 0


def best_first(cases: Sequence[Row]) -> list[Row]:
    return sorted(cases, key=lambda case: -case["roi_at_margin"])


def joined(names: Sequence[str]) -> str:
    """At most two names, then how many more: a finding is short."""
    more = len(names) - 2
    return fmt.listing([*names[:2], f"{fmt.words(more)} more"] if more > 0 else list(names))
