"""Results of the page on experience in numbers a reader can check by eye."""

from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.experience.activity import Activity
from helpers.analysis.experience.expected import Check, Expected
from helpers.analysis.experience.links import Links
from helpers.analysis.experience.touchpoints import Touchpoints
from helpers.analysis.loyalty.differentiators import Differentiators

_LINK: dict[str, Any] = {
    **{"family": "orders", "subject": "", "split": "thirds", "answers": 300, "answers_with": 100},
    **{"answers_without": 100, "nps_with": 40.0, "nps_without": 10.0, "difference": 30.0, "low": 20.0, "high": 40.0},
    **{"p_value": 0.001, "p_adjusted": 0.001, "correlation": 0.2, "correlation_low": 0.1, "correlation_high": 0.3},
    **{"adjusted": 12.0, "adjusted_low": 2.0, "adjusted_high": 22.0, "adjusted_p": 0.01},
    **{"verdict": "clear", "same_as": ""},
}
ORDERS: dict[str, Any] = {"measure": "orders"}
SPEND: dict[str, Any] = {
    "measure": "spend",
    "family": "spend",
    "verdict": "shared",
    "adjusted": 1.0,
    "adjusted_low": -9.0,
}
QUIET: dict[str, Any] = {
    **{"measure": "days_since_order", "family": "order_recency", "nps_with": -5.0, "nps_without": 25.0},
    **{"difference": -30.0, "adjusted": -12.0, "adjusted_low": -22.0, "adjusted_high": -2.0},
}
TICKETS: dict[str, Any] = {
    **{"measure": "ticket_events", "family": "event", "subject": "ticket", "split": "some"},
    **{"nps_with": -8.0, "nps_without": 24.0, "difference": -32.0, "adjusted": -27.0},
    **{"adjusted_low": -37.0, "adjusted_high": -17.0},
}
NO_ORDERS: dict[str, Any] = {
    **{"measure": "returns", "family": "returns", "split": "", "verdict": "one value", "answers_with": 0},
    **{"answers_without": 0, "nps_with": nan, "nps_without": nan, "difference": nan, "low": nan, "high": nan},
    **{"adjusted": nan, "adjusted_low": nan, "adjusted_high": nan},
}


def links(*rows: dict[str, Any]) -> Links:
    frame = pd.DataFrame([_LINK | row for row in rows], columns=["measure", *_LINK])
    levels = pd.DataFrame(columns=["measure", "level", "least", "most", "answers", "nps", "low", "high"])
    return Links(frame, levels, 300, 280, 20.0)


_TOUCHPOINT: dict[str, Any] = {
    **{"source": "asked about", "answers": 100, "answer_share": 0.25, "nps": 20.0, "low": 4.0, "high": 36.0},
    **{"others_nps": 30.0, "difference": -10.0, "difference_low": -28.0, "difference_high": 8.0, "p_adjusted": 0.3},
    **{"pull": -2.5, "importance": 2.5, "verdict": "alike"},
}


def point(name: str, **values: Any) -> dict[str, Any]:
    return _TOUCHPOINT | {"touchpoint": name} | values


DESK = point("Help desk", nps=-10.0, others_nps=33.0, difference=-43.0, pull=-10.75, importance=10.75, verdict="below")
SHOP = point("Shop", nps=50.0, others_nps=20.0, difference=30.0, pull=7.5, importance=7.5, verdict="above")
PORTAL = point("Portal")
FEW = point("Fax", verdict="few", answers=3)
USE = point("App", source="used", difference=16.0, pull=4.0, importance=4.0, verdict="above")
LESS_USE = point("Hotline", source="used", difference=-9.0, pull=-2.25, importance=2.25, verdict="below")


def touchpoints(*rows: dict[str, Any]) -> Touchpoints:
    frame = pd.DataFrame(rows, columns=["touchpoint", *_TOUCHPOINT])
    judged = frame[frame["verdict"] != "few"]
    clear = judged[judged["verdict"] != "alike"]
    first = clear if len(clear) else judged
    focus = str(first["source"].iloc[0]) if len(first) else ""
    by_source = frame.groupby("source")["answers"].sum()
    return Touchpoints(frame, int(by_source.get("asked about", 0)), int(by_source.get("used", 0)), focus)


FIFTHS = pd.DataFrame(
    {
        "fifth": [1, 2, 3, 4, 5],
        "answers": 100,
        "expected": [-8.0, 14.0, 29.0, 39.0, 55.0],
        "actual": [-10.0, 12.0, 38.0, 40.0, 46.0],
        "low": [-20.0, 2.0, 28.0, 30.0, 36.0],
        "high": [0.0, 22.0, 48.0, 50.0, 56.0],
    }
)
_GROUP: dict[str, Any] = {
    **{"grouping": "rfm_segment", "group": "all", "silent_customers": 300, "expected_nps": 15.0, "low": 8.0},
    **{"high": 22.0, "answers": 500, "answered_nps": 33.0, "gap": -18.0, "gap_low": -27.0, "gap_high": -9.0},
}
ALL: dict[str, Any] = {"grouping": "all"}
HAPPY: dict[str, Any] = {"group": "Champions", "expected_nps": 53.0, "low": 45.0, "high": 61.0}
UNHAPPY: dict[str, Any] = {
    "group": "No purchase",
    "expected_nps": 5.0,
    "low": -3.0,
    "high": 13.0,
    "silent_customers": 120,
}


def expected(*groups: dict[str, Any], silent: int = 300, **check: Any) -> Expected:
    facts: dict[str, Any] = {
        **{"answers": 500, "customers": 450, "model": "steps", "skill": 0.08, "low": 0.05, "high": 0.11, "error": 1.7},
        **{"error_of_mean": 1.8, "later_skill": 0.07, "beats_mean": True, "fifths": FIFTHS},
        "by_model": pd.DataFrame({"model": ["steps"], "skill": [0.08]}),
    }
    frame = pd.DataFrame([_GROUP | group for group in groups], columns=list(_GROUP))
    customers = pd.DataFrame(columns=["customer_id", "expected_score", "low", "high"])
    return Expected(Check(**(facts | check)), frame, customers, silent)


NO_MODEL: dict[str, Any] = {"model": "", "beats_mean": False, "fifths": FIFTHS.head(0)}


def active(*, spend: bool = True, days: int = 365, **customers: int) -> Activity:
    """So many customers by activity, each of whom has spent 100."""
    names = [name.replace("_", " ") for name in customers]
    frame = pd.DataFrame({"activity": pd.Series(names, dtype="str"), "customers": list(customers.values())})
    known = (frame["activity"] != "not known").to_numpy()
    of = max(int(frame.loc[known, "customers"].sum()), 1)
    frame["customer_share"] = (frame["customers"] / of).where(known)
    frame["low"], frame["high"] = frame["customer_share"] * 0.9, frame["customer_share"]
    frame["spend"] = frame["customers"] * 100.0 if spend else nan
    frame["spend_share"] = frame["customer_share"] if spend else nan
    each = pd.DataFrame(columns=["customer_id", "activity", "broadness", "spend"])
    usual = pd.DataFrame(columns=["measure", "family", "subject", "usual", "active", "passive"])
    return Activity(each, frame, usual, int(frame.loc[known, "customers"].sum()), False, days)


SIZE: dict[str, Any] = {
    **{"attribute": "company_size", "kind": "category", "customers": 400, "p_adjusted": 0.001, "effect": 0.2},
    **{"effect_low": 0.1, "effect_high": 0.3, "strength": "small", "best_level": "big", "best_share": 0.6},
    **{"worst_level": "small", "worst_share": 0.2, "verdict": "differentiator"},
}
VALUE = SIZE | {"attribute": "first_order_value", "kind": "number", "best_level": "90 to 400", "worst_level": "1 to 9"}
REGION = SIZE | {"attribute": "region", "verdict": "unclear", "strength": "negligible"}


def apart(*effects: dict[str, Any], levels: int = 2) -> Differentiators:
    frame = pd.DataFrame(list(effects), columns=list(SIZE))
    name = effects[0]["attribute"] if effects else "company_size"
    retention = pd.DataFrame(
        {
            "attribute": name,
            "level": ["big", "small", "(all others)", "(unknown)"],
            "customers": [100, 300, 40, 60],
            "retained_share": [0.6, 0.2, 0.5, 0.0],
            "low": [0.5, 0.15, 0.3, 0.0],
            "high": [0.7, 0.25, 0.7, 0.05],
        }
    ).head(levels)
    return Differentiators(retention, frame, 400, 0.3, 0, "order")
