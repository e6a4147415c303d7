"""Cases of a return as sentences name them: who was reached, and with whom they can be compared."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers.analysis.roi.roi import NO_CONTROL, Roi
from helpers.story import fmt
from helpers.story.phrases import quoted

Row = dict[Any, Any]


def compared_and_alone(cases: pd.DataFrame) -> tuple[list[Row], list[Row]]:
    """The cases with somebody to compare with, and those without."""
    alone = cases["verdict"] == NO_CONTROL
    return list(cases[~alone].to_dict("records")), list(cases[alone].to_dict("records"))


def uncompared(alone: Sequence[Row]) -> str:
    if not alone:
        return ""
    return f" {fmt.many(len(alone), 'further pair').capitalize()} had nobody left out to compare with."


def who(case: Row, cases: Sequence[Row]) -> str:
    """An arm, with its campaign where there are several."""
    several = len({c["campaign"] for c in cases}) > 1
    return quoted(case["arm"]) + (f" in {quoted(case['campaign'])}" if several else "")


def where(case: Row, cases: Sequence[Row]) -> str:
    """A segment, with the arm where there are several."""
    several = len({(c["campaign"], c["arm"]) for c in cases}) > 1
    return quoted(case["segment"]) + (f" with {who(case, cases)}" if several else "")


def total_of(total: Roi) -> dict[str, Any]:
    return {
        "cost": total.cost,
        "incremental_revenue": total.incremental_revenue,
        "roi": total.roi,
        "roi_at_margin": total.roi_at_margin,
    }


def record_of(case: Row, margin: float) -> dict[str, Any]:
    low, high = margin_bounds(case, margin)
    kept = {column: case[column] for column in ("segment", "campaign", "arm", "cost", "roi_at_margin", "verdict")}
    return kept | {"margin_low": low, "margin_high": high}


def margin_bounds(case: Row, margin: float) -> tuple[float, float]:
    return case["incremental_low"] * margin, case["incremental_high"] * margin
