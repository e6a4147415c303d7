"""Names of groups: unique, plain, and true as they stand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.clusters.names import name_clusters

RFM = ["recency_days", "order_count", "spend"]


@given(
    groups=st.integers(2, 20),
    features=st.lists(
        st.sampled_from([*RFM, "tenure_days", "product_count", "visits", "days_between_orders"]),
        min_size=1,
        max_size=4,
        unique=True,
    ),
    seed=st.integers(0, 999),
    scale=st.sampled_from([0.05, 1.0, 3.0]),
)
@settings(max_examples=80, deadline=None)
def test_names_are_unique_plain_and_short(groups: int, features: list[str], seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    # Rounded, so that centres also tie on single features; different as a whole, as centres always are.
    z = pd.DataFrame(rng.normal(0, scale, (groups, len(features))).round(2), columns=features).drop_duplicates()
    medians = z * 50 + 100
    names = name_clusters(z, medians)
    assert names.is_unique
    assert names.index.equals(z.index)
    assert not names.str.contains(r"\d|_|cluster", case=False, regex=True).any()
    assert names.str[0].str.isupper().all()
    assert names.str.len().max() < 150


@pytest.mark.parametrize(
    ("feature", "z", "median", "name"),
    [
        ("recency_days", 1.0, 200, "Last order long ago"),
        ("recency_days", 1.6, 400, "Last order very long ago"),
        ("recency_days", 1.6, 20, "Less recent than most"),
        ("recency_days", -1.0, 5, "Recent"),
        ("recency_days", -1.0, 300, "More recent than most"),
        ("order_count", -0.6, 1, "One order"),
        ("order_count", -0.6, 0, "No orders"),
        ("order_count", -0.6, 3, "Few orders"),
        ("age", -1.0, 25, "Younger"),
        ("age", 1.5, 70, "Much older"),
        ("BALANCE_DUE", 1.0, 9, "High balance due"),
        ("CSAT", 1.0, 9, "High CSAT"),
        ("gender", 1.0, "mostly Female", "Mostly Female"),
        ("order_count", 1.5, 9, "Very frequent"),
        ("spend", 0.6, 9, "High spend"),
        ("support_tickets", -2.0, 0, "Very low support tickets"),
        ("support_tickets", 0.6, 7, "High support tickets"),
        ("spend", 0.1, 9, "Typical customers"),
        # From a quarter of a standard unit on, and very from one and a half on.
        ("spend", 0.25, 9, "High spend"),
        ("spend", 0.24, 9, "Typical customers"),
        ("spend", -0.25, 9, "Low spend"),
        ("spend", 1.49, 9, "High spend"),
        ("order_count", 0.6, 1, "More orders than most"),
        ("order_count", 1.6, 2, "Ordered again"),
        ("order_count", 0.6, 3, "Frequent"),
        ("order_count", -0.6, 1.5, "Few orders"),
        # A quarter of a year is ninety days.
        ("recency_days", 0.6, 91, "Last order long ago"),
        ("recency_days", 0.6, 90, "Less recent than most"),
        ("recency_days", -0.6, 90, "Recent"),
        ("recency_days", -0.6, 91, "More recent than most"),
    ],
)
def test_words_for_one_feature(feature: str, z: float, median: float, name: str) -> None:
    named = name_clusters(pd.DataFrame({feature: [z]}), pd.DataFrame({feature: [median]}))
    assert named.tolist() == [name]


@pytest.mark.parametrize(
    ("z", "name"),
    [
        ([0.6, 0.3, -0.4, 0.0], "High a, low c"),  # the third needs half a unit
        ([0.6, 0.5, 0.7, 0.55], "High a, c and d"),  # three at most
        ([0.6, 0.5, -0.7, 0.1], "High a and b, low c"),
        ([0.5, 0.5, 0.5, 0.5], "High a, b and c"),
        ([0.6, 0.24, 0.0, 0.0], "High a"),
    ],
)
def test_a_name_is_made_of_the_most_telling_features(z: list[float], name: str) -> None:
    centres = pd.DataFrame([z], columns=list("abcd"))
    assert name_clusters(centres, centres).tolist() == [name]


def test_same_words_are_ranked_from_both_ends_and_ties_go_on_to_the_next_feature() -> None:
    def told(**z: list[float]) -> list[str]:
        centres = pd.DataFrame(z)
        return [name.partition("Recent, high spend, ")[2] for name in name_clusters(centres, centres)]

    ends = [f"{word}highest spend of its kind" for word in ("third ", "second ", "")]
    assert told(recency_days=[-0.7] * 5, spend=[0.6, 0.7, 0.9, 1.1, 1.3]) == [
        *("lowest spend of its kind", "second lowest spend of its kind", *ends),
    ]
    assert told(recency_days=[-0.7] * 2, spend=[0.6, 0.9]) == ["lowest spend of its kind", "highest spend of its kind"]
    assert told(recency_days=[-0.7, -0.8, -0.7], spend=[0.6, 0.6, 1.4]) == [
        "lowest spend of its kind, highest time since last order of its kind",
        "lowest spend of its kind, lowest time since last order of its kind",
        "highest spend of its kind",
    ]
    assert told(recency_days=[-0.7, -0.7], spend=[0.6, 0.6]) == ["highest time since last order of its kind"] * 2


def test_same_words_are_told_apart_by_the_widest_feature() -> None:
    z = pd.DataFrame({"recency_days": [-0.7, -0.7, -0.7], "spend": [0.6, 0.9, 1.2]})
    medians = pd.DataFrame({"recency_days": [9, 9, 9], "spend": [90, 120, 150]})
    assert name_clusters(z, medians).tolist() == [
        "Recent, high spend, lowest spend of its kind",
        "Recent, high spend, second highest spend of its kind",
        "Recent, high spend, highest spend of its kind",
    ]


def test_what_only_repeats_a_feature_that_tells_more_gives_way_to_the_next() -> None:
    z = pd.DataFrame(
        {
            "balance": [0.2, 0.4],
            "purchases": [0.8, -1.1],
            "purchases_frequency": [0.7, 0.9],
            "cash_advance": [-0.3, 0.6],
        }
    )
    assert name_clusters(z, z).tolist() == [
        "High purchases, low cash advance",  # not "high purchases frequency"
        "Low purchases, high purchases frequency and cash advance",  # the other way round it is news
    ]
    z = pd.DataFrame({"oneoff_purchases": [0.9], "installments_purchases": [0.8], "credit_score": [0.6]})
    assert name_clusters(z, z).tolist() == ["High oneoff purchases and credit score"]
    z = pd.DataFrame({"spending_score": [0.9], "credit_score": [0.6]})
    assert name_clusters(z, z).tolist() == ["High spending score and credit score"]


def test_high_and_low_are_said_once() -> None:
    z = pd.DataFrame({"order_count": [-0.8], "milk": [-0.7], "product_count": [-0.9]})
    assert name_clusters(z, z + 5).tolist() == ["Few orders and products, low milk"]
    z = pd.DataFrame({"milk": [-1.6], "frozen": [-0.7], "paper": [-1.9]})
    assert name_clusters(z, z).tolist() == ["Very low milk and paper, low frozen"]
