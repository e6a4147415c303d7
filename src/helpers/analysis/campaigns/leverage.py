"""What the customers with the largest outcomes do to a lift: one order of a million can make a campaign or undo it."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.campaigns.arms import is_rate, read_arms
from helpers.analysis.campaigns.comparison import compare
from helpers.analysis.campaigns.intervals import Difference, Sample

FEW = 5  # customers on whom no answer should hang
_RESAMPLES = 2_000  # of a heavy tail; that it changes the answer shows with fewer than its interval needs
LEVERAGE = ["campaign", "arm", "customers", "largest", "largest_arm", "largest_share", "lift", "low", "high"]
LEVERAGE += ["lift_without", "low_without", "high_without", "hangs_on"]


def find_leverage(
    customers: pd.DataFrame, outcome: str, *, broken: Collection[str] = (), confidence: float = 0.95
) -> pd.DataFrame:
    """What the largest outcomes do to each lift, a row an arm of a test: campaign, arm, customers (of both arms),
    largest (the outcome furthest from zero), largest_arm (whose it is), largest_share (of all that both arms add up
    to), lift, low, high, the same without that one customer, and hangs_on: how many of the largest, five at most, have
    to go for the answer to change (clearly up, clearly down, neither); 0 where it does not.

    The largest of both arms are taken together, so that leaving them out favours neither. A rate has no large customers
    and no rows, and so has an arm of fewer than seven.
    """
    values = customers[outcome].to_numpy(float)
    rows: list[dict[str, Any]] = []
    for test in read_arms(customers, [outcome]) if not is_rate(values) else []:
        if not test.is_test or test.campaign in broken:
            continue
        control = test.sample(values, test.control).values
        for arm in test.treated:
            treated = test.sample(values, arm).values
            if min(len(treated), len(control)) > FEW + 1:
                names = {"campaign": test.campaign, "arm": arm, "largest_arm": (arm, test.control)}
                rows.append(_without_largest(treated, control, names, confidence))
    return pd.DataFrame(rows, columns=LEVERAGE)


def _without_largest(
    treated: np.ndarray, control: np.ndarray, names: dict[str, Any], confidence: float
) -> dict[str, Any]:
    both = np.r_[treated, control]
    is_control = np.arange(len(both)) >= len(treated)
    largest = np.argsort(-np.abs(both), kind="stable")[:FEW]
    kept = np.ones(len(both), bool)
    found = []
    for dropped in range(FEW + 1):
        kept[largest[:dropped]] = False
        pair = Sample(both[kept & ~is_control]), Sample(both[kept & is_control])
        found.append(compare(*pair, rate=False, confidence=confidence, resamples=_RESAMPLES))
        if dropped and _side(found[-1]) != _side(found[0]):
            break
    whole, first = found[0], found[1]
    changed = len(found) - 1 if _side(found[-1]) != _side(whole) else 0
    total = float(np.abs(both).sum())
    return {
        **{"campaign": names["campaign"], "arm": names["arm"], "customers": len(both)},
        **{"largest": float(both[largest[0]]), "largest_arm": names["largest_arm"][int(is_control[largest[0]])]},
        "largest_share": abs(float(both[largest[0]])) / total if total else float("nan"),
        **{"lift": whole.lift, "low": whole.low, "high": whole.high},
        **{"lift_without": first.lift, "low_without": first.low, "high_without": first.high},
        "hangs_on": changed,
    }


def _side(difference: Difference) -> int:
    return int(difference.low > 0) - int(difference.high < 0)
