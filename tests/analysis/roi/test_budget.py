"""The budget against scipy's linear programming, and the shrinking of lifts against statsmodels and metafor."""

from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from statsmodels.stats.meta_analysis import combine_effects

from helpers.analysis.roi.budget import (
    OPTIONS,
    allocate_budget,
    between_variance,
    budget_options,
    shrink_lifts,
)
from helpers.analysis.roi.returns import Returns, measure_returns
from helpers.errors import InputError

# Log risk ratios of 13 trials of the BCG vaccine and their variances: metafor's dat.bcg, escalc(measure="RR").
BCG = np.array(
    [-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694, -1.3713, -0.3394, 0.4459, -0.0173]
)
BCG_VARIANCE = np.array(
    [0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714]
)


def test_the_spread_of_lifts_is_dersimonians_and_lairds() -> None:
    found = between_variance(BCG, np.sqrt(BCG_VARIANCE))
    assert found == pytest.approx(0.3088, abs=0.0005)  # metafor: rma(yi, vi, method = "DL"), tau^2
    assert found == pytest.approx(combine_effects(BCG, BCG_VARIANCE, method_re="chi2").tau2, rel=1e-9)
    assert between_variance(np.array([1.0, 1.1]), np.array([1.0, 1.0])) == 0


def test_lifts_are_drawn_to_their_average_by_hand() -> None:
    """Lifts 0 and 10, errors 1 and 1: Q = 50, between = (50 - 1) / (2 - 1) = 49, so 49/50 of each distance is kept."""
    lifts, errors = shrink_lifts(np.array([0.0, 10.0]), np.array([1.0, 1.0]))
    assert lifts == pytest.approx([0.1, 9.9])
    # Variance: 0.98 of the own one, and the square of 0.02 times that of the average, (1 + 49) / 2.
    assert errors == pytest.approx([np.sqrt(0.98 + 0.02**2 * 25)] * 2)


def test_differences_that_chance_explains_are_drawn_to_one_lift() -> None:
    lifts, errors = shrink_lifts(np.array([1.0, 3.0]), np.array([2.0, 1.0]))
    assert lifts == pytest.approx([(1 / 4 + 3) / 1.25] * 2)  # weights 1/4 and 1
    assert errors == pytest.approx([np.sqrt(1 / 1.25)] * 2)
    alone, error = shrink_lifts(np.array([3.0]), np.array([2.0]))
    assert (alone[0], error[0]) == (3, 2)
    assert shrink_lifts(np.array([3.0, 5.0]), np.array([0.0, 1.0]))[0].tolist() == [3, 5]


def case(segment: str, arm: str = "mail", *, lift: float = 5.0, half: float = 2.0, **other: object) -> dict:
    row = {"segment": segment, "campaign": "spring", "arm": arm, "customers": 100, "cost": 100.0, "basis": "measured"}
    row |= {"old_average_revenue": 10.0, "new_average_revenue": 10 + lift, "evidence": "random test"}
    row |= {"lift_low": lift - half, "lift_high": lift + half, "control_customers": 50.0, "confidence": 0.95}
    return row | other


def returns_of(*cases: dict, margin: float = 0.5) -> Returns:
    return measure_returns(pd.DataFrame(cases, columns=list(case("a"))), margin)


NOBODY = pd.DataFrame()
TODAY = pd.DataFrame({"rfm_segment": ["a", "b"], "customers": [60, 10_000]})


def test_options_are_what_was_tested_and_has_a_cost() -> None:
    split = returns_of(
        case("a"),
        case("b", half=3.0),
        case("c", evidence="matched comparison"),
        case("d", cost=0.0),
        case("e", lift_low=nan, lift_high=nan),
        case("f", basis="planned", evidence="none"),
        case("g", customers=0),
    )
    options = budget_options(returns_of(case("All customers", lift=1.0)), split, TODAY)
    assert list(options) == OPTIONS
    assert options["segment"].tolist() == ["a", "b"]
    # 100 contacted and 50 left out took part; of "a" only 60 are there today.
    assert options["available"].tolist() == [60, 150]
    assert options["cost_per_contact"].tolist() == [1, 1]
    assert options["lift"].tolist() == [5, 5]
    assert options["lift_expected"].tolist() == pytest.approx([5, 5])  # equal lifts have nothing to be drawn to
    assert options["profit_per_contact"].tolist() == pytest.approx([1.5, 1.5])
    assert options["profit_per_cost"].tolist() == pytest.approx([1.5, 1.5])


def test_an_interval_tells_the_error_at_its_confidence() -> None:
    """+-2 at 95 % is an error of 1.0204; at 99.9 % of 0.6078."""
    wide = returns_of(case("a"), case("b", confidence=0.999, campaign="autumn"))
    assert budget_options(wide, wide, NOBODY)["lift_error"].tolist() == pytest.approx([1.0204, 0.6078], abs=1e-4)


def test_all_arms_of_a_test_could_be_reached_by_either() -> None:
    split = returns_of(case("a"), case("a", "call"), case("a", "post", campaign="autumn", customers=120), case("b"))
    options = budget_options(split, split, NOBODY)
    assert options["available"].tolist() == [250, 250, 250, 150]  # 100 + 100 + 50 in spring, 120 + 50 in autumn


def test_whole_campaigns_stand_in_where_no_segment_is_known() -> None:
    whole = returns_of(case("All customers"), case("All customers", "call", evidence="matched comparison"))
    options = budget_options(whole, returns_of(), TODAY)
    assert options[["segment", "arm", "available"]].to_numpy().tolist() == [["All customers", "mail", 150]]
    assert budget_options(returns_of(), returns_of(), NOBODY).empty


def options_of(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    """segment, arm, available, cost and profit of a contact."""
    frame = pd.DataFrame(rows, columns=["segment", "arm", "available", "cost_per_contact", "profit_per_contact"])
    lift = (frame["profit_per_contact"] + frame["cost_per_contact"]) / 0.5
    rate = frame["profit_per_contact"] / frame["cost_per_contact"]
    return frame.assign(campaign="c", lift=lift, lift_expected=lift, lift_error=0.5, profit_per_cost=rate)[OPTIONS]


def test_money_goes_where_the_next_contact_earns_most_by_hand() -> None:
    """Of 100: 40 for a (3 a unit), then 60 of b's 200 (2 a unit); c loses."""
    options = options_of(("b", "mail", 100, 2, 4), ("a", "mail", 40, 1, 3), ("c", "mail", 50, 1, -0.5))
    plan = allocate_budget(options, 0.5, 100)
    assert plan.by_segment["segment"].tolist() == ["a", "b", "c"]
    assert plan.by_segment["customers"].tolist() == [40, 30, 0]
    assert plan.by_segment["budget"].tolist() == [40, 60, 0]
    assert plan.by_segment["order"].tolist() == [1, 2, 0]
    assert plan.by_segment["expected_margin"].tolist() == [160, 180, 0]
    assert plan.by_segment["expected_profit"].tolist() == [120, 120, 0]
    assert (plan.budget, plan.spent, plan.suggested, plan.expected_profit) == (100, 100, False, 240)
    assert plan.next_return == 2
    # 1.96 * 0.5 * 0.5 of 70 contacts.
    assert (plan.profit_low, plan.profit_high) == pytest.approx((240 - 34.3, 240 + 34.3), abs=0.01)


def test_a_dearer_action_replaces_a_cheap_one_where_it_adds_more_than_others_earn() -> None:
    """Mail costs 1 and earns 3; the call costs 5 and earns 7, so it adds 4 for 4: 1 a unit, less than b's 1.5."""
    options = options_of(("a", "mail", 10, 1, 3), ("a", "call", 10, 5, 7), ("b", "mail", 10, 2, 3))
    chosen = [allocate_budget(options, 0.5, budget).by_segment for budget in (10, 30, 50, 70, 1000)]
    by_arm = [c.set_index(["segment", "arm"])["customers"].to_dict() for c in chosen]
    assert [tuple(d[k] for k in (("a", "mail"), ("a", "call"), ("b", "mail"))) for d in by_arm] == [
        (10, 0, 0),
        (10, 0, 10),
        (5, 5, 10),
        (0, 10, 10),
        (0, 10, 10),
    ]


def test_what_finds_nothing_to_earn_is_kept() -> None:
    plan = allocate_budget(options_of(("a", "mail", 40, 1, 3), ("b", "mail", 40, 1, 0)), 0.5, 100)
    assert (plan.spent, plan.budget) == (40, 100)
    assert np.isnan(plan.next_return)
    broken = allocate_budget(options_of(("a", "mail", 40, 1, -1)), 0.5, 100)
    assert (broken.spent, broken.by_segment["order"].tolist()) == (0, [0])


def test_customers_are_whole() -> None:
    plan = allocate_budget(options_of(("a", "mail", 40, 0.3, 3)), 0.5, 1.0)
    assert plan.by_segment["customers"].tolist() == [3]
    assert plan.spent == pytest.approx(0.9)
    assert allocate_budget(options_of(("a", "mail", 40, 0.1, 3)), 0.5, 0.3).by_segment["customers"].tolist() == [3]
    dear = allocate_budget(options_of(("a", "call", 40, 30, 3)), 0.5, 29.0)
    assert (dear.spent, dear.next_return) == (0, pytest.approx(0.1))


def test_without_a_budget_the_next_thousand_is_shown() -> None:
    plan = allocate_budget(options_of(("a", "mail", 10_000, 1, 3)), 0.5)
    assert (plan.budget, plan.spent, plan.suggested) == (1000, 1000, True)
    assert allocate_budget(options_of(), 0.5).by_segment.empty
    with pytest.raises(InputError, match="budget of -1"):
        allocate_budget(options_of(), 0.5, -1)


options = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.integers(1, 500).map(float),
        st.integers(1, 60).map(lambda x: x / 4),
        st.integers(-40, 400).map(lambda x: x / 8),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(options, st.integers(1, 20_000).map(float))
def test_taking_the_best_step_first_is_the_linear_programmes_answer(
    drawn: list[tuple[str, float, float, float]], budget: float
) -> None:
    """Maximise profit, so that no segment has more contacts than customers and no more is spent than there is. Whole
    customers cost at most what one contact earns."""
    size = {segment: available for segment, available, _, _ in reversed(drawn)}
    rows = options_of(*((s, f"arm {i}", size[s], cost, profit) for i, (s, _, cost, profit) in enumerate(drawn)))
    plan = allocate_budget(rows, 0.5, budget)
    segments = sorted(size)
    limits = [[float(s == name) for s in rows["segment"]] for name in segments]
    solved = linprog(
        -rows["profit_per_contact"],
        A_ub=[rows["cost_per_contact"].tolist(), *limits],
        b_ub=[budget, *[size[name] for name in segments]],
        method="highs",
    )
    slack = rows["profit_per_contact"].max() + 1e-6 * max(1, -solved.fun)
    assert plan.expected_profit <= -solved.fun + 1e-6 * max(1, -solved.fun)
    assert plan.expected_profit >= -solved.fun - max(slack, 0) - 1e-6
    assert plan.spent <= budget + 1e-9
    assert plan.by_segment["budget"].sum() == pytest.approx(plan.spent)
    taken = plan.by_segment.groupby("segment")["customers"].sum()
    assert (taken <= pd.Series(size)[taken.index]).all()
    assert (plan.by_segment["customers"] >= 0).all()
    assert len(plan.by_segment) == len(rows)
