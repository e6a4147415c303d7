"""Customers placed by saved rules as value segments would place them."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis import rfm
from helpers.analysis.review.places import place_customers

NOBODY = pd.DataFrame({"customer_id": pd.Series(dtype="str"), "is_late": pd.Series(dtype="bool")})
NO_TRAITS = pd.DataFrame({"customer_id": pd.Series(dtype="str")})


@pytest.fixture(scope="module")
def buyers() -> pd.DataFrame:
    random = np.random.default_rng(4)
    n = 400
    frame = pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)], "recency_days": random.integers(0, 300, n)})
    frame = frame.assign(order_count=random.geometric(0.3, n), spend=random.gamma(2, 100, n).round(2))
    return frame.assign(tenure_days=400)


@pytest.mark.parametrize(
    "lines", [["5"], ["8"], ["11"], ["Big: m 5", "Fresh: r 4-5, once no", "Late ones: late yes", "Others:"]]
)
def test_the_same_segments_as_the_page_gives(buyers: pd.DataFrame, lines: list[str]) -> None:
    late = pd.DataFrame({"customer_id": buyers["customer_id"], "is_late": buyers["recency_days"] > 200, "late": 0.5})
    scored = rfm.score_rfm(buyers, late, rfm.Settings(5, "quantiles", [], "spend", False, [1.0, 1.0, 1.0], lines))
    placed = place_customers(buyers, late, scored.rules, scored.cuts, NO_TRAITS)
    assert placed["rfm"].tolist() == scored.customers["rfm_segment"].tolist()


def test_attributes_of_few_values_are_segments_too(buyers: pd.DataFrame) -> None:
    traits = buyers[["customer_id"]].assign(region=["N", "S"] * 200, one="x", many=range(400))
    placed = place_customers(buyers, NOBODY, pd.DataFrame(), pd.DataFrame(), traits.astype("str"))
    assert list(placed.columns) == ["customer_id", "region"]
    assert len(placed) == 400


@pytest.mark.parametrize(
    ("rules", "cuts"),
    [
        (
            pd.DataFrame({"rfm_segment": ["A"], "rule": ["q 5"]}),
            pd.DataFrame({"metric": ["recency_days"], "score": [5]}),
        ),
        (pd.DataFrame({"rfm_segment": ["A"], "rule": [""]}), pd.DataFrame({"metric": ["margin"], "score": [5]})),
        (pd.DataFrame(columns=["rfm_segment", "rule"]), pd.DataFrame(columns=["metric", "score"])),
    ],
)
def test_rules_that_cannot_be_told_here(buyers: pd.DataFrame, rules: pd.DataFrame, cuts: pd.DataFrame) -> None:
    assert list(place_customers(buyers, NOBODY, rules, cuts, NO_TRAITS).columns) == ["customer_id"]


def test_whom_no_rule_fits_has_no_segment(buyers: pd.DataFrame) -> None:
    rules = pd.DataFrame({"rfm_segment": ["Once"], "rule": ["once yes"]})
    cuts = pd.DataFrame({"metric": ["recency_days"], "score": [5]})
    placed = place_customers(buyers, NOBODY, rules, cuts, NO_TRAITS)
    assert placed["rfm"].notna().tolist() == (buyers["order_count"] == 1).tolist()


def test_nobody() -> None:
    none = pd.DataFrame(columns=["customer_id", "recency_days", "order_count", "spend"])
    assert place_customers(none, NOBODY, pd.DataFrame(), pd.DataFrame(), NO_TRAITS).empty
