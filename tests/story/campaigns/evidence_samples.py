"""Estimates of campaigns, of several kinds and qualities."""

from typing import Any

import pandas as pd

from helpers.analysis.campaigns import evidence
from helpers.analysis.campaigns.evidence import Evidence, rank_evidence


def row(method: str, estimate: float = 5, reach: float = 3, **more: Any) -> dict[str, Any]:
    told = {"campaign": "Spring", "arm": "contacted", "metric": "spend", "method": method, "estimate": estimate}
    return {**told, "low": estimate - reach, "high": estimate + reach, "ok": True, "why": "", **more}


def ranked(*rows: dict[str, Any]) -> Evidence:
    return rank_evidence(pd.DataFrame(rows, columns=list(row(evidence.RANDOM))))


MIXED = ranked(
    row(evidence.MATCHED),
    row(evidence.DIFFERENCES, 6),
    row(evidence.SERIES, 40, arm=evidence.WHOLE, ok=False, why="less than two years of sales"),
    row(evidence.BEFORE_AFTER, -2, 1, ok=False, why="everything else that changed counts too"),
    row(evidence.RANDOM, 0.25, 0.05, campaign="Autumn", arm="mail", metric="orders"),
    row(evidence.DIFFERENCES, float("nan"), campaign="Winter", ok=False, why="too few customers"),
)
