"""Plans of tests for the tests of what the page shows and says."""

from math import nan, sqrt
from typing import Any

import pandas as pd

from helpers.analysis.campaigns.planning import PAIR_COLUMNS, NextTest, plan_tests


def known(segment: str = "All customers", customers: int = 20_000, **changed: Any) -> dict[str, Any]:
    """A rate of 5 % of 1,000 customers, followed for 60 days, 100 new ones a month."""
    row = {"segment": segment, "metric": "conversion", "customers": customers, "n": 1_000, "mean": 0.05}
    return row | {"sd": sqrt(0.05 * 0.95 * 1_000 / 999), "days": 60.0, "new_a_month": 100.0} | changed


SPEND: dict[str, Any] = {"metric": "spend", "mean": 40.0, "sd": 120.0}
UNKNOWN: dict[str, Any] = {"n": 5}
COLUMNS = list(known())


def plan(*rows: dict[str, Any]) -> NextTest:
    return plan_tests(pd.DataFrame(rows, columns=COLUMNS), worthwhile=0.2)


def pairs(*shares: float, metric: str = "spend", worthwhile: float = 0.2) -> pd.DataFrame:
    rows = [
        {"campaign": "Spring", "arm": "Mail", "metric": metric, "segment": str(i), "smallest_seen_share": share}
        for i, share in enumerate(shares)
    ]
    frame = pd.DataFrame(rows, columns=PAIR_COLUMNS)
    return frame.assign(large_enough=frame["smallest_seen_share"] <= worthwhile)


BLANK = nan
