"""Results of tests of campaigns, as the analysis gives them."""

from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.campaigns import checks, lift, segments
from helpers.analysis.campaigns.leverage import LEVERAGE
from helpers.analysis.campaigns.lift import BROKEN, NONE, RANDOM

Row = dict[str, Any]


def arm(name: str, value: float, low: float, high: float, **more: Any) -> Row:
    """One arm of 1,000 customers against as many that spent 3.10 each; its lift in net spend with its interval."""
    clear = low > 0 or high < 0
    row = {"campaign": "Spring", "arm": name, "control": "Held out", "metric": "net_spend", "n": 1_000}
    row |= {"mean": 3.1 + value, "control_n": 1_000, "control_mean": 3.1, "lift": value, "low": low, "high": high}
    row |= {"p_value": 0.001 if clear else 0.4, "p_adjusted": 0.004 if clear else 0.8, "naive_lift": value}
    row |= {"relative_lift": value / 3.1, "interval": "Welch", "sharpened": False, "detectable": 1.3, "hangs_on": 0}
    return row | {"customers": 1_000, "cost": 350.0, "is_revenue": True, "evidence": RANDOM} | more


def broken(name: str, **more: Any) -> Row:
    judged = dict.fromkeys(("p_value", "p_adjusted", "relative_lift", "detectable"), nan)
    return (
        arm(name, nan, nan, nan) | judged | {"evidence": BROKEN, "naive_lift": 1.0, "mean": 4.1, "interval": ""} | more
    )


def alone(name: str, **more: Any) -> Row:
    return broken(name) | {"evidence": NONE, "control": "nobody", "control_n": 0, "control_mean": nan} | more


def found(
    *rows: Row, between: tuple[Row, ...] = (), leverage: tuple[Row, ...] = (), gains: tuple[Row, ...] = ()
) -> lift.Lift:
    return lift.Lift(
        pd.DataFrame(rows, columns=lift.COLUMNS),
        pd.DataFrame(between, columns=lift.BETWEEN),
        pd.DataFrame(gains, columns=lift.GAINS),
        pd.DataFrame(leverage, columns=LEVERAGE),
        "net_spend",
    )


def pair(value: float, low: float, high: float, n: int = 500, **more: Any) -> Row:
    """Two arms of a campaign that left nobody out."""
    row = {"campaign": "Fair", "arm": "Call", "reference": "Mail", "n": n, "mean": 5.0 + value, "reference_n": 600}
    row |= {"reference_mean": 5.0, "difference": value, "low": low, "high": high, "p_value": 0.01, "p_adjusted": 0.01}
    return row | more


def weight(share: float, hangs_on: int, largest: float = 900.0, without: float = 1.2, **more: Any) -> Row:
    row = {"campaign": "Spring", "arm": "Call", "customers": 2_000, "largest": largest, "largest_arm": "Call"}
    row |= {"largest_share": share, "lift": 1.9, "low": 1.0, "high": 2.8, "lift_without": without, "low_without": 0.4}
    return row | {"high_without": 2.0, "hangs_on": hangs_on} | more


def gain(share: float, used: bool, campaign: str = "Spring") -> Row:
    return {"campaign": campaign, "metric": "net_spend", "customers": 2_000, "theta": 0.4, "gain": share, "used": used}


def part(segment: str, value: float, low: float, high: float, n: int = 200, name: str = "Call") -> Row:
    row = arm(name, value, low, high, n=n, control_n=n)
    return {c: v for c, v in row.items() if c in segments.COLUMNS} | {"segment": segment}


def interaction(differs: bool, best: str = "Champions", worst: str = "Lost", **more: Any) -> Row:
    row = {
        "campaign": "Spring",
        "arm": "Call",
        "segments": 2,
        "lift": 1.9,
        "q": 9.0,
        "p_value": 0.002 if differs else 0.4,
    }
    return row | {"p_adjusted": 0.004 if differs else 0.8, "differs": differs, "best": best, "worst": worst} | more


def by_group(*rows: Row, tests: tuple[Row, ...] = ()) -> segments.SegmentLift:
    return segments.SegmentLift(
        pd.DataFrame(rows, columns=segments.COLUMNS), pd.DataFrame(tests, columns=segments.INTERACTION)
    )


def ratio(campaign: str = "Spring", p_value: float = 0.4, **more: Any) -> Row:
    row = {"campaign": campaign, "customers": 2_000, "design": "50 : 50", "declared": False, "p_value": p_value}
    return row | {"broken": p_value < 0.001} | more


def measure(name: str = "pre_spend", p_value: float = 0.3, campaign: str = "Spring") -> Row:
    row = {"campaign": campaign, "arm": "Call", "measure": name, "mean": 10.0, "control_mean": 9.0, "smd": 0.05}
    return row | {"p_value": p_value, "p_adjusted": p_value, "alike": p_value >= 0.001}


def draw(*ratios: Row, before: tuple[Row, ...] = ()) -> checks.Checks:
    columns = ["campaign", "customers", "design", "declared", "p_value", "broken"]
    return checks.Checks(pd.DataFrame(ratios, columns=columns), pd.DataFrame(before, columns=checks.BALANCE))


def rows_used(**told: int) -> pd.DataFrame:
    columns = ["rows", "used", "repeated", "set_aside", "set_aside_customers", "undated", "future"]
    return pd.DataFrame([{"campaign": "Spring"} | dict.fromkeys(columns, 0) | told])


UP, DOWN = arm("Call", 1.9, 1.0, 2.8), arm("Post", -0.8, -1.5, -0.2)
FLAT, SMALL = arm("E-mail", 0.2, -0.7, 1.1), arm("Fax", 0.5, 0.1, 0.9, n=29)
SHAKY = arm("Chat", 2.5, 0.5, 4.5, hangs_on=2)
GROUPS = by_group(part("Champions", 4.0, 2.0, 6.0), part("Lost", 0.1, -0.4, 0.6), tests=(interaction(True),))
