"""Customers on the map of loyalty and commitment, in numbers a reader can check by eye."""

from collections.abc import Mapping
from math import nan

import pandas as pd

from helpers.analysis.loyalty.commitment import Commitment, place_customers

_OF = {
    "loyal": (9.0, "regular"),
    "committed": (10.0, "late"),
    "seldom": (9.0, "seldom"),  # committed too
    "trapped": (4.0, "regular"),
    "at risk": (2.0, "late"),
    "left": (2.0, "ended"),
    "gone": (9.0, "ended"),  # committed too
    "dissatisfied": (5.0, "seldom"),
    "undecided": (8.0, "regular"),
    "wavering": (7.0, "late"),  # undecided too
    "not placed": (9.0, "unknown"),
}


def placed(
    customers: Mapping[str, int],
    *,
    each: float = 100.0,
    loyal_score: int = 9,
    cuts: tuple[int, int, int, int] = (0, 7, 9, 10),
) -> Commitment:
    """So many customers of each group, each of whom has spent `each`; on another scale than 0-10 their scores are half
    as high."""
    rows = [(*_OF[group], each) for group, n in customers.items() for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["score", "behaviour", "spend"])
    frame["customer_id"] = [f"c{i}" for i in frame.index]
    attitudes = frame[["customer_id", "score"]].assign(csat=nan, ces=nan)
    if cuts[3] != 10:
        attitudes["score"] = (attitudes["score"] / 2).round()
    does, spent = frame[["customer_id", "behaviour"]], frame[["customer_id", "spend"]]
    return place_customers(attitudes, does, spent, loyal_score=loyal_score, cuts=cuts)


USUAL = {
    "loyal": 400,
    "undecided": 250,
    "trapped": 100,
    "committed": 150,
    "wavering": 30,
    "at risk": 40,
    "dissatisfied": 20,
    "not placed": 10,
}
SUBSCRIBERS = {"loyal": 400, "trapped": 90, "gone": 50, "left": 60, "undecided": 400}
