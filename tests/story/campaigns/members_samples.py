"""Comparisons of members with everyone else in numbers a reader can check by eye."""

from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.campaigns.members import Members

_EFFECT: dict[str, Any] = {
    **{"campaign": "Fair", "arm": "contacted", "metric": "spend", "listed": 612, "members": 600, "others": 4_000},
    **{"members_aside": 8, "others_aside": 379, "not_compared": 4, "others_not_drawn": 0, "members_mean": 1_560.0},
    **{"naive_lift": 1_383.0, "naive_low": 1_177.0, "naive_high": 1_589.0, "adjusted_lift": 244.0},
    **{"adjusted_low": 97.0, "adjusted_high": 392.0, "p_value": 0.001, "placebo": -16.0, "placebo_low": -161.0},
    **{"placebo_high": 128.0, "e_value": 1.5, "e_value_limit": 1.27, "overlap_share": 0.98},
    **{"others_effective": 916.0, "largest_difference": 0.07, "cost": 10_800.0, "verdict": "more"},
}
ADJUSTED = ("adjusted_lift", "adjusted_low", "adjusted_high", "placebo", "placebo_low", "placebo_high", "e_value")
CAPPED: dict[str, Any] = {"metric": "spend_capped", "adjusted_lift": 245.0}
ORDERS: dict[str, Any] = {
    **{"metric": "orders", "naive_lift": 1.67, "naive_low": 1.51, "naive_high": 1.82, "adjusted_lift": 0.464},
    **{"adjusted_low": 0.387, "adjusted_high": 0.542, "placebo": -0.05, "placebo_low": -0.12, "placebo_high": 0.03},
    **{"e_value": 2.0, "e_value_limit": 1.8},
}
RATE: dict[str, Any] = {
    **{"metric": "conversion", "naive_lift": 0.573, "naive_low": 0.537, "naive_high": 0.609, "adjusted_lift": 0.154},
    **{"adjusted_low": 0.122, "adjusted_high": 0.185, "placebo": 0.0, "placebo_low": -0.024, "placebo_high": 0.024},
}
UNCLEAR: dict[str, Any] = {"verdict": "unclear", "adjusted_low": -20.0, "e_value_limit": 1.0}
BROKEN: dict[str, Any] = {"verdict": "broken", "placebo": 120.0, "placebo_low": 20.0, "placebo_high": 220.0}
LESS: dict[str, Any] = {"verdict": "less", "adjusted_lift": -80.0, "adjusted_low": -150.0, "adjusted_high": -10.0}


def not_made(verdict: str, **more: Any) -> dict[str, Any]:
    """A row of which no comparison was made."""
    nothing = dict.fromkeys(
        (*ADJUSTED, "e_value_limit", "overlap_share", "others_effective", "largest_difference"), nan
    )
    return nothing | {"verdict": verdict} | more


_TRAIT: dict[str, Any] = {
    **{"campaign": "Fair", "arm": "contacted", "covariate": "year_spend", "level": "", "members_mean": 6_685.0},
    **{"others_mean": 1_138.0, "weighted_mean": 7_306.0, "difference": 1.6, "weighted_difference": 0.04},
}
SIZE: dict[str, Any] = {
    **{"covariate": "company_size", "level": "10-49", "members_mean": 0.4, "others_mean": 0.3},
    **{"weighted_mean": 0.41, "difference": 0.21, "weighted_difference": -0.02},
}
AGE: dict[str, Any] = {"covariate": "recency_days", "difference": -0.9, "weighted_difference": -0.104}


def members(*rows: dict[str, Any], traits: tuple[dict[str, Any], ...] = ({}, SIZE), shared: float = nan) -> Members:
    effects = pd.DataFrame([_EFFECT | row for row in rows], columns=list(_EFFECT))
    balance = pd.DataFrame([_TRAIT | trait for trait in traits], columns=list(_TRAIT))
    overlap = pd.DataFrame(
        [("Fair", "contacted", 0.0, 0.5, 0.25, 0.9, 0.3), ("Fair", "contacted", 0.5, 1.0, 0.75, 0.1, 0.7)],
        columns=["campaign", "arm", "low", "high", "members", "others", "others_weighted"],
    )
    near = pd.DataFrame(
        [("Fair", "Mailing", shared, 0.1)], columns=["campaign", "other", "member_share", "others_share"]
    )
    return Members(effects, balance, overlap, effects[["campaign"]].drop_duplicates(), near.dropna())
