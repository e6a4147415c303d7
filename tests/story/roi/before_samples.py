"""Results of before and after, as the analysis gives them, made up to reach every branch of what is told of them."""

from datetime import date
from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.roi.before_after import BeforeAfter
from helpers.analysis.roi.before_campaigns import naive_campaigns
from helpers.analysis.roi.before_changes import Change
from helpers.analysis.roi.before_figures import declare_figures, row_of, rows_frame
from helpers.analysis.roi.before_periods import Periods, choose_periods
from helpers.analysis.roi.regression import CAME_ANYWAY, CameAnyway

AS_OF, START = date(2026, 9, 30), date(2023, 10, 1)
YEARS = choose_periods([], [], AS_OF, START, AS_OF)
HALVES = (["2025-10-01", "2026-03-31"], ["2026-04-01", "2026-09-30"])
SEASONS = choose_periods(*HALVES, AS_OF, START, AS_OF)
UNLIKE = choose_periods(*HALVES, AS_OF, date(2025, 10, 1), AS_OF)
NONE = Periods(None, None, None)
FIGURES = {"cltv": [1000.0, 1200.0], "conversion": [0.05, 0.08], "cac": [50.0, 40.0], "churn": [0.15, 0.10]}
NOTHING_LEFT_OUT = pd.DataFrame({"metric": [], "reason": []}, dtype="str")


def measured(metric: str, before: float, after: float, half: float, n: float = 100, **more: Any) -> dict[str, Any]:
    """A row with an interval of so much on either side of the change."""
    change = after - before
    return row_of(metric, Change(before, after, change - half, change + half, n, n), note="as counted", **more)


def found(*rows: dict[str, Any], periods: Periods = YEARS, top_share: float = 0.01, **left_out: str) -> BeforeAfter:
    lacking = pd.DataFrame({"metric": list(left_out), "reason": list(left_out.values())}, dtype="str")
    return BeforeAfter(rows_frame(rows), lacking, periods, top_share)


BETTER = measured("cltv", 1_000, 1_200, 50)
WORSE = measured("cac", 40, 50, 5)
UNCLEAR = measured("churn", 0.2, 0.21, 0.05)
FEW = measured("retention", 0.2, 0.4, nan, n=10)
DECLARED = BeforeAfter(declare_figures(FIGURES), NOTHING_LEFT_OUT, NONE)
MIXED = found(BETTER, WORSE, UNCLEAR, FEW, conversion="needs trials")


def came(
    now: float, then: float, half: float = 0.02, *, best: float = -0.2, best_then: float = -0.2, few: bool = False
) -> CameAnyway:
    """Spend of all customers, the best and the others changed by these shares, now and a year earlier."""
    rows = []
    for group, share, earlier in (
        ("All customers", now, then),
        ("High-value customers", best, best_then),
        ("Other buyers", now, then),
    ):
        for comparison, value in (("now", share), ("a year earlier", earlier), ("left to explain", share - earlier)):
            low, high = (nan, nan) if few else (value - half, value + half)
            side = "too few" if few else "above" if low > 0 else "below" if high < 0 else "unclear"
            money = (100.0, 100 * (1 + value), 100 * value, 100 * low, 100 * high)
            rows.append((group, comparison, 500, *money, value, low, high, side))
    moves = pd.DataFrame(
        {
            "comparison": ["now", "a year earlier"],
            "high_value": [500, 500],
            "left": [150, 200],
            "left_share": [0.3, 0.4],
            "entered": [140, 190],
        }
    )
    return CameAnyway(pd.DataFrame(rows, columns=list(CAME_ANYWAY)), moves, "a year earlier", True)


NOT_EXPECTED = CameAnyway(came(0, 0).rows.head(0), came(0, 0).moves.head(0), "", False, "orders with amounts")


def campaigns(naive: float, lift: float, half: float = 5.0, *, name: str = "Email") -> pd.DataFrame:
    """One campaign of 400 customers, beside whom those left out spent 50 more."""
    sums = pd.DataFrame(
        [("Spring", name, 400, 100.0, 100.0 + naive, 400.0), ("Spring", "Out", 400, 100.0, 150.0, 400.0)],
        columns=["campaign", "arm", "customers", "before", "after", "variance_of_change"],
    ).assign(control="Out")
    row = ("Spring", name, lift, lift - half, lift + half)
    return naive_campaigns(sums, pd.DataFrame([row], columns=["campaign", "arm", "lift", "low", "high"]))
