"""Customers placed by the report's own rules on another day, from what they had bought in the days before it.

The rules are those that the report saved (`rfm_rules`): the first whose conditions fit names the segment. Scores are
ranks among the customers of that day: 1 + floor(levels x share of customers strictly worse), as value segments have it.
"""

import re

import numpy as np
import pandas as pd

RFM = "rfm"
_MEASURES = {"r": ("recency_days", -1.0), "f": ("order_count", 1.0), "m": ("spend", 1.0)}
_CONDITION = re.compile(r"([rfm]) (\d+)(?:-(\d+))?|(late|once) (yes|no)")


def place_customers(
    customers: pd.DataFrame,
    rhythm: pd.DataFrame,
    rules: pd.DataFrame,
    cuts: pd.DataFrame,
    attributes: pd.DataFrame,
    *,
    most_groups: int = 12,
) -> pd.DataFrame:
    """customer_id, rfm (the segment; the column lacks where the rules cannot be told here) and each attribute that has
    two to `most_groups` values.

    customers: customer_id, recency_days, order_count, spend of those who had bought. rhythm: customer_id, is_late.
    rules: rfm_segment, rule, in their order. cuts: metric, score. attributes: customer_id and the attributes.
    """
    placed = customers[["customer_id"]].reset_index(drop=True)
    segments = _apply(customers.reset_index(drop=True), rhythm, rules, cuts)
    if segments is not None:
        placed[RFM] = pd.Series(segments, dtype="str")
    kept = [c for c in attributes.columns if c != "customer_id" and 2 <= attributes[c].nunique() <= most_groups]
    return placed.merge(attributes[["customer_id", *kept]], on="customer_id", how="left", validate="one_to_one")


def _apply(customers: pd.DataFrame, rhythm: pd.DataFrame, rules: pd.DataFrame, cuts: pd.DataFrame) -> np.ndarray | None:
    told = {"rfm_segment", "rule"} <= set(rules.columns) and {"metric", "score"} <= set(cuts.columns)
    if not told or rules.empty or customers.empty or not set(cuts["metric"]) <= {m for m, _ in _MEASURES.values()}:
        return None
    levels = int(
        max(cuts["score"].max(), *(int(n) for rule in rules["rule"].fillna("") for n in re.findall(r"\d+", rule)), 2)
    )
    late = customers["customer_id"].isin(rhythm.loc[rhythm["is_late"].astype(bool), "customer_id"]).to_numpy()
    facts = {"late": late, "once": customers["order_count"].to_numpy() <= 1}
    scores = {letter: _score(sign * customers[column], levels) for letter, (column, sign) in _MEASURES.items()}
    places = np.full(len(customers), -1)
    for place, rule in enumerate(rules["rule"].fillna("")):
        fits = np.ones(len(customers), bool)
        for condition in filter(None, (part.strip() for part in str(rule).split(","))):
            read = _CONDITION.fullmatch(condition)
            if not read:
                return None
            if read[1]:
                fits &= (scores[read[1]] >= int(read[2])) & (scores[read[1]] <= int(read[3] or read[2]))
            else:
                fits &= facts[read[4]] == (read[5] == "yes")
        places[fits & (places < 0)] = place
    named = np.array([*rules["rfm_segment"], None], object)  # whom no rule fits has no segment
    return named[places]


def _score(good: pd.Series, levels: int) -> np.ndarray:
    values = good.round(6)
    worse = (values.rank(method="min") - 1).to_numpy()
    return 1 + np.floor(levels * worse / len(values)).astype(int)
