"""Subscribers made up for tests, with the columns that their reduction has."""

from typing import Any

import numpy as np
import pandas as pd

TODAY = pd.Timestamp("2026-09-30")
MONTH_DAYS = 365.25 / 12


def subscriber(
    customer_id: str, months: float = 6.0, *, ended: float = 0, fee: float = 10.0, **more: Any
) -> dict[str, Any]:
    """One subscriber, by default running; `months` back from today, or from an end today."""
    start = TODAY - pd.Timedelta(days=round(months * MONTH_DAYS)) if months == months else pd.NaT
    runs = int(ended == 0)
    return {
        **{"customer_id": customer_id, "subscriptions": 1, "running": runs, "trial_started_on": pd.NaT},
        **{"started_on": start, "ended_on": TODAY if ended == 1 else pd.NaT, "latest_started_on": start},
        **{"months": months, "ended": ended, "leaving": False, "monthly_fee": fee if runs else np.nan},
        **{"without_fee": int(runs and fee != fee), "upgrades": 0, "downgrades": 0, "added": 0},
        **more,
    }


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    days = ["trial_started_on", "started_on", "ended_on", "latest_started_on"]
    return pd.DataFrame(rows).astype(dict.fromkeys(days, "datetime64[us]")).astype({"months": float, "ended": float})


def trial(customer_id: str, days: int) -> dict[str, Any]:
    """A trial begun so many days ago and not paid for."""
    row = subscriber(customer_id, float("nan"), ended=float("nan"))
    begun = TODAY - pd.Timedelta(days=days)
    return row | {"subscriptions": 0, "running": 0, "monthly_fee": np.nan, "trial_started_on": begun}


def many(n: int = 300, seed: int = 4, leaves: float = 0.03) -> pd.DataFrame:
    """Subscribers on two plans, of which the first loses five times as many; `plan` says which."""
    rng = np.random.default_rng(seed)
    plan = np.where(np.arange(n) % 2 == 0, "basic", "pro")
    stays = rng.exponential(1 / np.where(plan == "basic", leaves * 2, leaves * 0.4))
    seen = rng.uniform(1, 36, n)
    rows = [
        subscriber(f"C{i:04d}", float(min(s, t)), ended=float(s < t), fee=20.0 if p == "basic" else 60.0)
        for i, (s, t, p) in enumerate(zip(stays, seen, plan, strict=True))
    ]
    return frame(*rows).assign(plan=plan)
