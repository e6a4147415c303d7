"""Members and others, and all sales, before and after campaigns."""

from math import nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.campaigns.differences import Differences
from helpers.analysis.campaigns.interrupted import Interrupted

MOVED = {
    "campaign": "Spring", "arm": "contacted", "n": 300, "control_n": 700, "days": 21, "days_before": 28,
    "before": 120.0, "after": 151.0, "control_before": 118.0, "control_after": 119.0,
    "change": 31.0, "change_low": 20.0, "change_high": 42.0,
    "estimate": 30.0, "error": 5.0, "low": 20.0, "high": 40.0, "p_value": 0.001,
    "trend_p": 0.4, "slope": 0.1, "slope_low": -0.4, "slope_high": 0.6,
    "placebo": 2.0, "placebo_low": -8.0, "placebo_high": 12.0, "drift": 12.0, "trends": "alike", "ok": True, "why": "",
}  # fmt: skip
APART: dict[str, Any] = {"trends": "apart", "ok": False, "why": "they moved apart before"}
UNCHECKED: dict[str, Any] = {
    **dict.fromkeys(("trend_p", "placebo", "placebo_low", "placebo_high", "drift"), nan),
    "trends": "not checked", "ok": False, "why": "too short a time before",
}  # fmt: skip
THIN: dict[str, Any] = {
    **{k: nan for k, v in MOVED.items() if isinstance(v, float)}, "n": 12,
    "trends": "not checked", "ok": False, "why": "too few customers",
}  # fmt: skip
JUDGED = {
    "campaign": "Spring", "contacted": 800, "weeks_before": 130, "weeks_after": 10, "days": 70, "level": 900.0,
    "slope": 20.0, "effect": 9_000.0, "error": 1_500.0, "hac_low": 6_000.0, "hac_high": 12_000.0, "low": 5_000.0,
    "high": 13_000.0, "expected": 100_000.0, "estimate": 11.25, "estimate_low": 6.25, "estimate_high": 16.25,
    "placebos": 66, "placebo_p": 1 / 67, "season": True, "ok": True, "why": "",
}  # fmt: skip
NO_SEASON: dict[str, Any] = {"season": False, "ok": False, "why": "less than two years of sales"}
FEW_WEEKS: dict[str, Any] = {
    **{k: nan for k, v in JUDGED.items() if isinstance(v, float)}, "placebos": 0, "weeks_before": 3, "ok": False,
    "why": "too few weeks before",
}  # fmt: skip


def moved(*rows: dict[str, Any]) -> Differences:
    by_arm = pd.DataFrame([MOVED | row for row in rows], columns=list(MOVED))
    course = [
        {"campaign": campaign, "arm": arm, "period": k, "days": 7 if k < 2 else 3, "customers": 300,
         "mean": mean + 10 * (k >= 0 and arm != "everyone else"), "low": mean - 4, "high": mean + 14}
        for campaign in by_arm["campaign"].unique()
        for arm, mean in [*((a, 40.0) for a in by_arm["arm"].unique()), ("everyone else", 39.0)]
        for k in range(-4, 3)
    ]  # fmt: skip
    columns = ["campaign", "arm", "period", "days", "customers", "mean", "low", "high"]
    gaps = pd.DataFrame(columns=["campaign", "arm", "period", "gap", "low", "high"])
    return Differences(by_arm, pd.DataFrame(course, columns=columns), gaps)


def course(*rows: dict[str, Any]) -> Interrupted:
    by_campaign = pd.DataFrame([JUDGED | row for row in rows], columns=list(JUDGED))
    weeks = []
    for row in by_campaign.to_dict("records"):
        if row["effect"] != row["effect"]:
            continue
        week = np.arange(-30, row["weeks_after"])
        frame = pd.DataFrame({"campaign": row["campaign"], "week": week})
        frame["first_on"] = pd.Timestamp("2026-03-02") + pd.to_timedelta(7 * week, unit="D")
        weeks.append(frame.assign(sales=10_000.0 + 900 * (week >= 0), fitted=10_000.0, expected=10_000.0))
    columns = ["campaign", "week", "first_on", "sales", "fitted", "expected"]
    joined = pd.concat(weeks)[columns] if weeks else pd.DataFrame(columns=columns)
    return Interrupted(by_campaign, joined, pd.DataFrame(columns=["campaign", "week", "effect"]))
