"""A campaign whose members somebody chose, with a truth of its own."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.campaigns.members import OTHERS

MEASURES = ["window_orders", "window_spend", "recency_days"]
TRAITS = ["trade", "staff"]
NOBODY_ELSE = pd.DataFrame(columns=["campaign", "other", "member_share", "others_share"]).astype(
    {"member_share": float, "others_share": float}
)


def about(**more: Any) -> pd.DataFrame:
    known = {"campaign": "Fair", "days": 60, "spread_days": 3, "listed": 300, "twice": 0, "unknown": 0}
    return pd.DataFrame([known | {"has_orders": True, "has_earlier": True} | more])


def chosen(
    n: int = 2_000,
    *,
    gain: float = 1.0,
    pull: float = 1.0,
    hidden: float = 0.0,
    late: float = 0.0,
    arm: str = "invited",
) -> pd.DataFrame:
    """n customers, of whom the busy were rather made members (`pull`).

    gain: orders that the campaign adds for each member, at 100 each. hidden: something unseen that makes members, and
    orders before and after. late: as it does orders before alone.
    """
    rng = np.random.default_rng(3)
    busy, unseen = rng.gamma(2, 1, n), rng.normal(size=n)
    is_member = rng.random(n) < special.expit(pull * (busy - 2) + hidden * unseen - 1.5)
    wish = busy * np.exp(hidden * 0.4 * unseen)
    earlier, before = rng.poisson(busy), rng.poisson(wish + late * is_member)
    orders = rng.poisson(wish) + rng.poisson(gain, n) * is_member
    ago = np.where(before > 0, rng.integers(1, 60, n), np.where(earlier > 0, rng.integers(61, 120, n), np.nan))
    return pd.DataFrame(
        {
            "campaign": "Fair",
            "arm": np.where(is_member, arm, OTHERS),
            "customer_id": np.arange(n).astype(str),
            "cost": np.where(is_member, 2.0, np.nan),
            "orders": orders.astype(float),
            "conversion": (orders > 0).astype(float),
            "spend": orders * 100.0,
            "window_orders": before.astype(float),
            "window_spend": before * 100.0,
            "recency_days": ago,
            "earlier_window_orders": earlier.astype(float),
            "earlier_window_spend": earlier * 100.0,
            "earlier_recency_days": np.where(earlier > 0, 30.0, np.nan),
            "trade": np.where(busy > 2, "shop", "office"),
            "staff": np.round(busy * 3 + 1),
        }
    )
