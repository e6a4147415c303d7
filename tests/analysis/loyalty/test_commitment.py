"""Customers are placed by what they do and what they said, each once, and only where both are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.loyalty import commitment
from helpers.analysis.loyalty.commitment import GROUPS, place_customers
from helpers.errors import InputError


def answers(scores: list[float], **more: object) -> pd.DataFrame:
    ids = pd.Series([f"c{i}" for i in range(len(scores))], dtype="str")
    return pd.DataFrame({"customer_id": ids, "score": scores, "csat": np.nan, "ces": np.nan, **more})


def does(*behaviours: str) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"c{i}" for i in range(len(behaviours))], "behaviour": list(behaviours)})


@pytest.mark.parametrize(
    ("score", "behaviour", "group"),
    [
        (9, "regular", "loyal"),
        (10, "regular", "loyal"),
        (9, "seldom", "committed"),
        (9, "late", "committed"),
        (10, "ended", "committed"),
        (6, "regular", "trapped"),
        (0, "regular", "trapped"),
        (6, "late", "at risk"),
        (6, "ended", "left"),
        (6, "seldom", "dissatisfied"),
        (7, "regular", "undecided"),
        (8, "late", "undecided"),
        (8, "ended", "undecided"),
        (3, "unknown", "not placed"),
        (9, "unknown", "not placed"),
    ],
)
def test_each_pair_has_its_group(score: float, behaviour: str, group: str) -> None:
    assert place_customers(answers([score]), does(behaviour)).customers["commitment_group"].tolist() == [group]


def test_groups_are_counted_with_their_spend_and_their_interval() -> None:
    scores = [9.0] * 81 + [3.0] * 182 + [9.0]
    found = place_customers(
        answers(scores, csat=4.0),
        does(*["regular"] * 263),
        pd.DataFrame({"customer_id": ["c0", "c81", "c263"], "spend": [30.0, 70.0, 900.0]}),
    )
    groups = found.groups.set_index("commitment_group")
    assert list(groups.index) == ["loyal", "trapped", "not placed"]
    assert groups["customers"].tolist() == [81, 182, 1]
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, table I:
    # 81 of 263 by Wilson's method, 0.2553 to 0.3662.
    assert groups.loc["loyal", ["share_low", "share_high"]].tolist() == pytest.approx([0.2553, 0.3662], abs=5e-5)
    assert groups["spend_share"].tolist()[:2] == [0.3, 0.7]
    assert groups.loc["not placed", "spend"] == 900.0
    assert groups.loc["not placed", ["customer_share", "share_low", "spend_share"]].isna().all()
    assert groups["average_score"].tolist() == [9, 3, 9]
    assert groups["average_csat"].tolist() == [4, 4, 4]
    assert groups["average_ces"].isna().all()
    assert (found.placed, found.known) == (263, 263)


def test_promoters_and_detractors_are_compared_by_newcombes_interval() -> None:
    """Newcombe (1998), "Interval estimation for the difference between independent proportions", Statistics in Medicine
    17, table II, method 10: 56 of 70 against 48 of 80 differ by 0.0524 to 0.3339."""
    behaviours = ["regular"] * 56 + ["late"] * 14 + ["regular"] * 48 + ["late"] * 32
    found = place_customers(answers([9.0] * 70 + [6.0] * 80), does(*behaviours))
    assert found.difference == pytest.approx(0.2)
    assert (found.difference_low, found.difference_high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    kept = found.by_attitude.set_index("attitude")
    assert kept["customers"].tolist() == [80, 0, 70]
    assert kept["kept"].tolist() == [48, 0, 56]
    assert kept.loc["passive", ["kept_share", "low", "high"]].isna().all()
    cells = found.cells.set_index(["kept", "attitude"])
    assert cells["customers"].tolist() == [48, 0, 56, 32, 0, 14]
    assert cells["gone"].tolist() == [0, 0, 0, 32, 0, 14]
    assert cells.loc[(True, "promoter"), "customer_share"] == 56 / 150


def test_behaviour_by_rhythm() -> None:
    customers = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "orders": [2, 3, 9, 1],
            "late": [0.1, 0.2, 0.95, np.nan],
            "is_late": [False, False, True, False],
        }
    )
    assert commitment.behaviour_of_rhythm(customers)["behaviour"].tolist() == ["seldom", "regular", "late", "seldom"]
    two = commitment.behaviour_of_rhythm(customers, least_orders=2)["behaviour"].tolist()
    assert two == ["regular", "regular", "late", "seldom"]
    with pytest.raises(InputError, match="1 orders are no loyalty"):
        commitment.behaviour_of_rhythm(customers, least_orders=1)


def test_behaviour_by_subscription() -> None:
    customers = pd.DataFrame({"customer_id": list("abc"), "ended": [True, False, None]})
    behaviour = commitment.behaviour_of_subscriptions(customers)
    assert behaviour["behaviour"].tolist() == ["ended", "regular", "unknown"]
    found = place_customers(answers([9.0, 9.0, 9.0]).assign(customer_id=list("abc")), behaviour)
    assert found.of_subscriptions
    assert (found.placed, found.known) == (2, 2)
    assert not place_customers(answers([9.0]), does("late")).of_subscriptions


def test_behaviour_is_that_of_orders_and_else_of_subscriptions() -> None:
    rhythm = pd.DataFrame({"customer_id": list("ab"), "orders": [3, 2], "is_late": [False, False]})
    subscribers = pd.DataFrame({"customer_id": list("bcd"), "ended": [1.0, 1.0, np.nan]})
    found = commitment.behaviour_of(rhythm, subscribers)
    assert found.to_numpy().tolist() == [["a", "regular"], ["b", "seldom"], ["c", "ended"], ["d", "unknown"]]
    assert commitment.behaviour_of(rhythm, subscribers.head(0))["customer_id"].tolist() == ["a", "b"]
    assert commitment.behaviour_of(rhythm.head(0), subscribers)["behaviour"].tolist() == ["ended", "ended", "unknown"]
    assert commitment.behaviour_of(rhythm.head(0), subscribers.head(0)).empty


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10),
            st.sampled_from(["regular", "seldom", "late", "ended", "unknown"]),
            st.sampled_from([-5.0, 0.0, 3.0, 1e9, np.nan]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_every_customer_who_answered_is_in_exactly_one_group(rows: list[tuple[int, str, float]]) -> None:
    scores, behaviours, spend = (list(part) for part in zip(*rows, strict=True))
    given_ = answers([float(s) for s in scores])
    worth = given_[["customer_id"]].assign(spend=spend)
    found = place_customers(given_, does(*behaviours), worth)
    assert found.customers["customer_id"].tolist() == given_["customer_id"].tolist()
    assert set(found.customers["commitment_group"]) <= set(GROUPS)
    assert found.groups["customers"].sum() == len(rows)
    placed = found.groups[found.groups["commitment_group"] != "not placed"]
    assert placed["customers"].sum() == found.placed == found.by_attitude["customers"].sum()
    if found.placed:
        assert placed["customer_share"].sum() == pytest.approx(1)
        assert found.cells["customers"].sum() == found.placed
        assert (placed["share_low"] <= placed["customer_share"] + 1e-12).all()
        assert (placed["share_high"] >= placed["customer_share"] - 1e-12).all()


def test_what_cannot_be_placed_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="answers: 1 rows repeat a customer"):
        place_customers(pd.concat([answers([9.0])] * 2), does("regular"))
    with pytest.raises(InputError, match="behaviour: 1 rows repeat a customer"):
        place_customers(answers([9.0]), pd.concat([does("late")] * 2))
    for score in (-1.0, 11.0, np.nan):
        with pytest.raises(InputError, match="outside 0 to 10"):
            place_customers(answers([score]), does("regular"))
    for asked in (7, 11):
        with pytest.raises(InputError, match="commitment_score: a score of"):
            place_customers(answers([9.0]), does("regular"), loyal_score=asked)


def test_the_score_that_counts_as_high_may_be_set() -> None:
    found = place_customers(answers([8.0, 7.0]), does("regular", "regular"), loyal_score=8)
    assert found.customers["commitment_group"].tolist() == ["loyal", "undecided"]
    found = place_customers(answers([7.0, 9.0]), does("regular", "regular"), loyal_score=10)
    assert found.customers["commitment_group"].tolist() == ["undecided", "undecided"]


def test_where_nobody_answered_nobody_is_placed() -> None:
    found = place_customers(answers([]), does("regular"))
    assert found.customers.empty
    assert found.groups.empty
    assert found.cells["customers"].tolist() == [0] * 6
    assert (found.placed, found.known) == (0, 1)


def test_where_nobodys_behaviour_is_known_nobody_is_placed() -> None:
    found = place_customers(answers([9.0, 2.0]), does())
    assert found.groups["commitment_group"].tolist() == ["not placed"]
    assert (found.placed, found.known) == (0, 0)
    assert np.isnan(found.difference)
    assert found.customers["spend"].isna().all()


def test_opinions_are_those_of_their_scale() -> None:
    does_all = does("regular", "regular", "regular")
    found = place_customers(answers([5.0, 4.0, 3.0]), does_all, cuts=(1, 4, 5, 5))
    assert found.customers["attitude"].tolist() == ["promoter", "passive", "detractor"]
    assert (found.loyal_score, found.cuts) == (5, (1, 4, 5, 5))
    with pytest.raises(InputError, match="a score is missing or outside 1 to 5"):
        place_customers(answers([0.0]), does("regular"), cuts=(1, 4, 5, 5))
    ten = place_customers(answers([8.0, 7.0, 6.0]), does_all, loyal_score=8, cuts=(1, 7, 9, 10))
    assert ten.customers["attitude"].tolist() == ["promoter", "passive", "detractor"]
