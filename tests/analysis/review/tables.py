"""Saved tables of two small reports, for the tests of the review."""

from typing import Any

import pandas as pd

THRESHOLDS = pd.DataFrame(
    {
        "threshold": ["loyal_orders", "high_value_orders", "high_value_spend", "dormant_days"],
        "value": [3.0, 11.0, 42000.0, 102.0],
        "low": [2.0, 11.0, 35000.0, 100.0],
        "high": [3.0, 12.0, 50000.0, 104.0],
    }
)
RULES = pd.DataFrame({"rfm_segment": ["Best", "Gone", "Others"], "rule": ["r 4-5, f 4-5, late no", "late yes", ""]})
CUTS = pd.DataFrame(
    {
        "metric": ["recency_days"] * 2 + ["order_count"] * 2,
        "score": [5, 4, 5, 4],
        "low": [0.0, 31.0, 6.0, 1.0],
        "high": [30.0, 400.0, 50.0, 5.0],
    }
)
MODEL = pd.DataFrame(
    {
        "part": ["order", "order", "number", "number", "number", "number", *["cluster"] * 4],
        "cluster": [None] * 6 + ["A", "A", "B", "B"],
        "feature": ["x", "y", "x", "x", "y", "y", "x", "y", "x", "y"],
        "setting": [None, None, "mean", "scale", "mean", "scale", *["centre"] * 4],
        "value": [0.0, 1.0, 10.0, 2.0, 0.0, 1.0, -1.0, -1.0, 1.0, 1.0],
        "text": None,
    }
)


def customers(segments: str, column: str = "rfm_segment", first: int = 0, **more: Any) -> pd.DataFrame:
    """A customer a letter: customer_id c0, c1 ... and the letter as the segment."""
    ids = [f"c{first + i}" for i in range(len(segments))]
    return pd.DataFrame({"customer_id": ids, column: list(segments), **more})


def definitions(**verdicts: str) -> pd.DataFrame:
    rows = [
        {
            "segmentation": name,
            "verdict": v,
            "why": "" if v == "same" else f"it is {v}",
            "shifted_share": 0.0,
            "renamed": {},
        }
        for name, v in verdicts.items()
    ]
    return pd.DataFrame(rows, columns=["segmentation", "verdict", "why", "shifted_share", "renamed"])
