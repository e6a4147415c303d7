"""Results of the review in numbers a reader can check by eye."""

from datetime import date
from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.review.actions import Actions
from helpers.analysis.review.advice import Advice
from helpers.analysis.review.kpis import Kpis
from helpers.analysis.review.market import Market, Periods
from helpers.analysis.review.moves import Moves
from helpers.analysis.review.opinions import Opinions

JUNE, SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)

_FIGURE: dict[str, Any] = {
    **{"segmentation": "all", "segment": "All customers", "kpi": "churn", "unit": "share", "then": 0.17, "now": 0.21},
    **{"change": 0.04, "change_share": nan, "low": 0.02, "high": 0.06, "p_value": 0.001, "p_adjusted": 0.002},
    **{"verdict": "rose", "better": "less"},
}
RETENTION: dict[str, Any] = {"kpi": "retention", "better": "more", "then": 0.5, "now": 0.58, "change": 0.08}
FELL: dict[str, Any] = RETENTION | {"now": 0.42, "change": -0.08, "low": -0.1, "high": -0.06, "verdict": "fell"}
UNCLEAR: dict[str, Any] = {"verdict": "unclear", "low": -0.01}
SPEND: dict[str, Any] = {
    **{"segmentation": "rfm", "segment": "Champions", "kpi": "yearly_spend", "unit": "money", "then": 9058.0},
    **{"now": 7000.0, "change": -2058.0, "low": -3000.0, "high": -1000.0, "verdict": "fell", "better": "more"},
}
COUNTED: dict[str, Any] = {
    **{"kpi": "customers", "unit": "count", "then": 3306.0, "now": 3361.0, "change": 55.0, "low": nan, "high": nan},
    **{"p_value": nan, "p_adjusted": nan, "verdict": "counted", "better": ""},
}


def kpis(*rows: dict[str, Any]) -> Kpis:
    frame = pd.DataFrame([_FIGURE | row for row in rows], columns=list(_FIGURE))
    return Kpis(frame, 92, int(frame["verdict"].isin(["rose", "fell", "unclear"]).sum()))


_SEGMENT: dict[str, Any] = {
    **{"segmentation": "lifecycle", "segment": "dormant", "then": 817, "now": 911, "stayed": 817, "arrived": 94},
    **{"new": 0, "left": 0, "gone": 0, "net": 94, "stayed_share": 1.0, "p_value": 0.001, "p_adjusted": 0.001},
    **{"verdict": "grew", "jaccard": 0.9, "kept": "stable"},
}
DORMANT: dict[str, Any] = {}
ACTIVE: dict[str, Any] = {
    **{"segment": "active", "then": 590, "now": 435, "stayed": 382, "arrived": 11, "new": 42, "left": 208},
    **{"net": -155, "verdict": "shrank", "jaccard": 0.5, "kept": "changed", "stayed_share": 0.65},
}
STEADY: dict[str, Any] = {"segment": "loyal", "then": 700, "now": 703, "net": 3, "verdict": "unclear"}
_TOTAL: dict[str, Any] = {
    **{"segmentation": "lifecycle", "customers_then": 1407, "customers_now": 1446, "in_both": 1407, "stayed": 1100},
    **{"moved": 307, "gone": 0, "new": 39, "moved_share": 0.22, "rand": 0.9, "definition": "same"},
    **{"shifted_share": nan, "reason": ""},
}
WENT: dict[str, Any] = {"from_segment": "active", "to_segment": "dormant", "customers": 94, "from_share": 0.16}
CAME: dict[str, Any] = {"from_segment": "dormant", "to_segment": "active", "customers": 11, "from_share": 0.01}
KEPT: dict[str, Any] = {"from_segment": "active", "to_segment": "active", "customers": 382, "from_share": 0.65}
SLEEP: dict[str, Any] = {"from_segment": "dormant", "to_segment": "dormant", "customers": 806, "from_share": 0.99}


def moves(*rows: dict[str, Any], flows: list[dict[str, Any]] | None = None, **total: Any) -> Moves:
    name = total.get("segmentation", "lifecycle")
    segments = pd.DataFrame([_SEGMENT | {"segmentation": name} | row for row in rows], columns=list(_SEGMENT))
    totals = pd.DataFrame([_TOTAL | total] if rows else [], columns=list(_TOTAL))
    columns = ["segmentation", "from_segment", "to_segment", "customers", "from_share"]
    pairs = pd.DataFrame([{"segmentation": name} | flow for flow in flows or []], columns=columns)
    return Moves(totals, pairs, segments)


_SCORE: dict[str, Any] = {
    **{"grouping": "all", "group": "all", "answers_then": 2348.0, "answers_since": 412.0, "nps_then": 31.0},
    **{"nps_since": 22.0, "difference": -9.0, "low": -16.0, "high": -2.0, "p_value": 0.01, "p_adjusted": 0.01},
    **{"verdict": "fell"},
}
NORTH: dict[str, Any] = {
    "grouping": "region",
    "group": "North",
    "answers_since": 60.0,
    "verdict": "unclear",
    "high": 3.0,
}
ROSE: dict[str, Any] = {"nps_since": 40.0, "difference": 9.0, "low": 2.0, "high": 16.0, "verdict": "rose"}
FEW_SCORE: dict[str, Any] = {
    "answers_since": 0.0,
    "nps_since": nan,
    "difference": nan,
    "low": nan,
    "high": nan,
    "verdict": "few",
}
_DRIVER: dict[str, Any] = {
    **{"driver": "delivery_reliability", "importance_then": 0.44, "importance_now": 0.4, "importance_change": -0.04},
    **{"importance_low": -0.1, "importance_high": 0.02, "rank_then": 1.0, "rank_now": 1.0, "rank_low_then": 1.0},
    **{"rank_high_then": 1.0, "rank_low_now": 1.0, "rank_high_now": 2.0, "performance_then": 3.5},
    **{"performance_now": 3.2, "performance_change": -0.3, "performance_low": -0.4, "performance_high": -0.2},
    **{"p_value": 0.001, "p_adjusted": 0.001, "importance_verdict": "unclear", "performance_verdict": "fell"},
}
STEADY_DRIVER: dict[str, Any] = {"driver": "prices", "performance_verdict": "unclear", "performance_high": 0.1}


def opinions(*rows: dict[str, Any], drivers: list[dict[str, Any]] | None = None, **facts: Any) -> Opinions:
    scores = pd.DataFrame([_SCORE | row for row in rows], columns=list(_SCORE))
    frame = pd.DataFrame([_DRIVER | row for row in drivers or []], columns=list(_DRIVER))
    return Opinions(scores, frame, **({"then": 2348, "now": 2760, "since": 412} | facts))


_ACTION: dict[str, Any] = {
    **{"id": "A1", "segment": "At risk", "action": "Win back", "list": "customers_rfm", "measure": "orders"},
    **{"owner": "Ann", "source": "02_rfm", "customers": 114.0, "cost": 500.0, "expected": 9000.0, "low": 4000.0},
    **{"high": 14000.0, "due": pd.Timestamp("2026-08-31"), "status": "overdue", "campaign": "", "metric": ""},
    **{"lift": nan, "lift_low": nan, "lift_high": nan, "listed": 113.0, "before": 100.0, "since": 160.0},
    **{"others_before": 200.0, "others_since": 180.0, "difference": 80.0, "difference_low": 20.0},
    **{"difference_high": 140.0, "basis": "spend", "days": 92.0},
}
MEASURED: dict[str, Any] = {
    "id": "A2",
    "action": "Mail",
    "status": "measured",
    "campaign": "Mail 2026",
    "difference": nan,
}
WAITING: dict[str, Any] = {"id": "A3", "action": "Ask", "status": "not due", "difference": nan, "before": nan}
UNKNOWN: dict[str, Any] = WAITING | {"status": "nothing", "due": pd.NaT, "owner": "", "expected": nan, "low": nan}


def actions(*rows: dict[str, Any], basis: str = "spend") -> Actions:
    frame = pd.DataFrame([_ACTION | row for row in rows], columns=list(_ACTION))
    return Actions(frame, basis, 92)


_CHANGE: dict[str, Any] = {
    **{"measure": "sales", "segmentation": "all", "segment": "All customers", "customers_now": 2116.0},
    **{"customers_past": 2014.0, "mean_now": 782.0, "mean_year_ago": 727.0, "plain_change": 0.08},
    **{"usual_change": -0.01, "change": 0.09, "low": 0.02, "high": 0.16, "p_value": 0.01, "p_adjusted": 0.01},
    **{"against_rest": nan, "rest_low": nan, "rest_high": nan, "rest_p": nan, "rest_adjusted": nan, "verdict": "rose"},
}
HIT: dict[str, Any] = {
    **{
        "segmentation": "industry",
        "segment": "Florist",
        "change": -0.3,
        "low": -0.4,
        "high": -0.2,
        "plain_change": -0.31,
    },
    **{"against_rest": -0.35, "rest_low": -0.45, "rest_high": -0.25, "rest_p": 0.001, "rest_adjusted": 0.001},
    "verdict": "hit",
}
CALM: dict[str, Any] = HIT | {
    "segment": "Garden centre",
    "change": 0.01,
    "low": -0.1,
    "verdict": "unclear",
    "high": 0.1,
}
THIN: dict[str, Any] = HIT | {"segment": "Zoo", "change": nan, "low": nan, "high": nan, "verdict": "few"}
PERIODS = Periods({"now": (date(2026, 7, 1), SEPTEMBER), "past": (JUNE, JUNE), "before": (JUNE, JUNE)})
NO_PERIODS = Periods(reason="There is no earlier report.", needs="an earlier report of this client")


def market(*rows: dict[str, Any], periods: Periods = PERIODS) -> Market:
    return Market(pd.DataFrame([_CHANGE | row for row in rows], columns=list(_CHANGE)), periods)


_DRIFT: dict[str, Any] = {
    **{"column": "recency_days", "rows_before": 3306.0, "rows_after": 3361.0, "median_before": 63.0},
    **{"median_after": 147.0, "psi": 0.48, "psi_by_chance": 0.01, "verdict": "changed"},
}
SAME_SPREAD: dict[str, Any] = {"column": "spend", "psi": 0.005, "verdict": "same"}


def drift(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([_DRIFT | row for row in rows], columns=list(_DRIFT))


def advice(*rows: tuple[str, str, str]) -> Advice:
    """segment, advice, why"""
    frame = pd.DataFrame(rows, columns=["segment", "advice", "why"]).assign(segmentation="rfm", customers=24.0)
    return Advice(frame.assign(advice_then=""))


def definitions(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["segmentation", "verdict", "why", "shifted_share"])
    return frame.assign(renamed=[{} for _ in rows])
