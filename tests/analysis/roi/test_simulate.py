"""Simulated returns: exact where nothing is uncertain, and against normal theory where only the lift is."""

from dataclasses import replace
from math import erf, nan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.roi.cash import net_gain, project_cash, repeat_campaigns
from helpers.analysis.roi.returns import Returns, measure_returns
from helpers.analysis.roi.simulate import INPUTS, SPREADS, simulate_programme, simulate_returns

SURE = dict.fromkeys(SPREADS, 0.0)
Z95 = 1.959963984540054
MANY = 100_000


def case(arm: str = "mail", *, lift: float = 5.0, half: float = 2.0, cost: float = 100.0, **other: object) -> dict:
    row = {"segment": "all", "campaign": "spring", "arm": arm, "customers": 100, "cost": cost, "basis": "measured"}
    row |= {"old_average_revenue": 10.0, "new_average_revenue": 10 + lift, "evidence": "random test"}
    row |= {"lift_low": lift - half, "lift_high": lift + half, "control_customers": 100.0, "confidence": 0.95}
    return row | {"cost_assumed": False, **other}


def returns_of(*cases: dict, margin: float = 0.5) -> Returns:
    return measure_returns(pd.DataFrame(cases, columns=list(case())), margin)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(1, 1e4)), min_size=1, max_size=5), st.floats(0.01, 1))
def test_without_uncertainty_the_simulation_is_the_closed_form(cases: list[tuple[float, float]], margin: float) -> None:
    found = returns_of(*[case(f"a{i}", lift=x, half=0, cost=c) for i, (x, c) in enumerate(cases)], margin=margin)
    likely = simulate_returns(found, SURE, draws=3)
    for bound in ("low", "high"):
        exact = found.by_segment["roi_at_margin"].to_numpy()
        assert likely.by_segment[f"roi_simulated_{bound}"].to_numpy() == pytest.approx(exact, abs=1e-9)
        assert getattr(likely, bound) == pytest.approx(found.total.roi_at_margin, abs=1e-9)
    clear = found.by_segment[found.by_segment["roi_at_margin"].abs() > 1e-9]
    chances = likely.by_segment.loc[clear.index, "pays_chance"]
    assert (chances == (clear["roi_at_margin"] > 0)).all()


def test_the_interval_and_the_chance_of_one_lift_are_those_of_normal_theory() -> None:
    """Lift 5, 3 to 7: margin 250, 150 to 350, for 200: return 25 %, -25 % to 75 %; break-even lift 4, so the chance is
    that a normal is above -1 / (2 / 1.96)."""
    likely = simulate_returns(returns_of(case(cost=200)), SURE, draws=MANY)
    row = likely.by_segment.iloc[0]
    assert (row["roi_simulated_low"], row["roi_simulated_high"]) == pytest.approx((-0.25, 0.75), abs=0.01)
    chance = 0.5 * (1 + erf(Z95 / 2 / sqrt(2)))
    assert row["pays_chance"] == pytest.approx(chance, abs=0.005)
    assert (likely.low, likely.high, likely.pays_chance) == pytest.approx((*row.iloc[-3:-1], row["pays_chance"]))


def test_a_lopsided_interval_stays_so() -> None:
    found = returns_of(case(cost=200, lift_low=4.0, lift_high=9.0))
    row = simulate_returns(found, SURE, draws=MANY).by_segment.iloc[0]
    assert (row["roi_simulated_low"], row["roi_simulated_high"]) == pytest.approx((0, 1.25), abs=0.02)


def test_an_interval_of_a_higher_confidence_is_taken_for_what_it_is() -> None:
    """99.9 % intervals are 3.2905 standard errors to a side."""
    found = returns_of(case(cost=200, half=2 / Z95 * 3.2905267, confidence=0.999))
    row = simulate_returns(found, SURE, draws=MANY).by_segment.iloc[0]
    assert (row["roi_simulated_low"], row["roi_simulated_high"]) == pytest.approx((-0.25, 0.75), abs=0.01)


@pytest.mark.parametrize(
    ("second", "correlation"),
    [({}, 0.5), ({"campaign": "autumn"}, 0.0), ({"segment": "b"}, 0.0), ({"control_customers": nan}, 0.0)],
)
def test_arms_with_one_control_are_drawn_together(second: dict, correlation: float) -> None:
    """Dunnett (1955): equal groups give .5. Two lifts of error 1 each then add up to a variance of 2 + 2 r."""
    half = Z95
    found = returns_of(case(half=half), case("call", half=half, **second))
    likely = simulate_returns(found, SURE, draws=MANY)
    width = (likely.high - likely.low) / 2 / Z95 * 200 / 0.5 / 100
    assert width == pytest.approx(sqrt(2 + 2 * correlation), rel=0.02)


def test_only_a_margin_and_an_assumed_cost_add_to_the_uncertainty() -> None:
    """With the lift known the return has the margin's spread: +-10 % of 250, for 100. A known cost adds none."""
    known = simulate_returns(returns_of(case(half=0)), draws=MANY)
    assert (known.low, known.high) == pytest.approx((1.25, 1.75), abs=0.01)
    assumed = simulate_returns(returns_of(case(half=0, cost_assumed=True)), draws=MANY)
    assert assumed.high - assumed.low == pytest.approx(0.5 * sqrt(2), rel=0.03)


def test_what_has_no_interval_has_no_chance() -> None:
    found = returns_of(case(), case("call", lift_low=nan, lift_high=nan), case("post", cost=0.0))
    likely = simulate_returns(found, draws=50)
    assert likely.by_segment["pays_chance"].notna().tolist() == [True, False, False]
    assert np.isnan(
        [likely.low, likely.high, likely.pays_chance]
    ).all()  # the total counts the call, whose lift is open
    assert not np.isnan(simulate_returns(returns_of(case(), case("post", cost=0.0)), draws=50).low)
    empty = simulate_returns(returns_of())
    assert len(empty.by_segment) == 0
    assert np.isnan(empty.low)


def test_draws_are_the_same_each_time() -> None:
    found = returns_of(case(), case("call"))
    assert simulate_returns(found).low == simulate_returns(found).low
    assert simulate_returns(found).low != simulate_returns(found, seed=1).low


def programme_of(*cases: dict, one_off: float = 30.0, monthly: float = 2.0):
    found = returns_of(*(cases or (case(half=1.0),)))
    return repeat_campaigns(found, found, one_off, monthly, 0.08, 12)


def test_a_sure_programme_gains_what_its_cash_says() -> None:
    sure = programme_of(case(half=0))
    outlook = simulate_programme(sure, SURE, draws=5)
    value = project_cash(sure).net_present_value
    assert (outlook.net_gain, outlook.low, outlook.high) == pytest.approx((value,) * 3)
    assert outlook.pays_chance == 1
    assert outlook.scenarios["net_gain"].tolist() == pytest.approx([value] * 3)
    assert outlook.scenarios["roi"].tolist() == pytest.approx([project_cash(sure).roi] * 3)
    assert outlook.tornado["swing"].tolist() == pytest.approx([0] * 5, abs=1e-9)


def test_the_tornado_moves_one_input_and_leaves_the_others() -> None:
    """The margin's 10th and 90th percentile lie 1.2816 / 1.96 * 10 % from it: at 46.73 % and 53.27 %."""
    programme = programme_of()
    tornado = simulate_programme(programme, draws=MANY).tornado.set_index("input")
    assert set(tornado.index) == set(INPUTS)
    assert tornado["swing"].is_monotonic_decreasing
    assert tornado.loc["margin", ["expected", "at_low", "at_high"]].tolist() == pytest.approx(
        [0.5, 0.46731, 0.53269], abs=1e-5
    )
    expected = {"lift": 5.0, "margin": 0.5, "cost": 1.0, "reach": 1.0, "duration": 1.0}
    for name, row in tornado.iterrows():
        for end in ("low", "high"):
            moved = net_gain(programme, **{**expected, name: row[f"at_{end}"]})[0]
            assert row[f"net_gain_{end}"] == pytest.approx(moved)
        assert row["swing"] == pytest.approx(abs(row["net_gain_high"] - row["net_gain_low"]))
    assert tornado.loc["cost", "net_gain_low"] > tornado.loc["cost", "net_gain_high"]
    z90 = 1.2815515655
    assert tornado.loc["lift", ["at_low", "at_high"]].tolist() == pytest.approx(
        [5 - z90 / Z95, 5 + z90 / Z95], abs=0.02
    )
    assert tornado.loc["duration", "at_high"] == pytest.approx(1 + 0.25 * z90 / Z95)


def test_a_margin_cannot_exceed_the_revenue() -> None:
    found = returns_of(case(half=0), margin=0.99)
    tornado = simulate_programme(repeat_campaigns(found, found, 0, 0, 0, 12)).tornado.set_index("input")
    assert tornado.loc["margin", "at_high"] == 1
    assert simulate_returns(found, draws=MANY).high == pytest.approx(5 * 100 / 100 - 1)


def test_scenarios_are_of_the_joint_distribution_and_not_all_worst_inputs() -> None:
    outlook = simulate_programme(programme_of(), draws=MANY)
    scenarios = outlook.scenarios.set_index("scenario")
    assert scenarios["quantile"].tolist() == [0.1, 0.5, 0.9]
    gains = scenarios["net_gain"]
    assert outlook.low < gains["pessimistic"] < gains["expected"] < gains["optimistic"] < outlook.high
    assert gains["expected"] == pytest.approx(outlook.net_gain, rel=0.03)
    worst = {
        row.input: min((row.net_gain_low, row.at_low), (row.net_gain_high, row.at_high))[1]
        for row in outlook.tornado.itertuples()
    }
    assert net_gain(programme_of(), **worst)[0] < gains["pessimistic"]
    for name in ("lift", "margin", "duration"):
        assert scenarios.loc["pessimistic", name] < scenarios.loc["expected", name] < scenarios.loc["optimistic", name]
    assert scenarios.loc["pessimistic", "lift"] > worst["lift"]


def test_a_plan_may_be_off_by_its_own_size() -> None:
    planned = case(basis="planned", evidence="none", lift_low=nan, lift_high=nan)
    outlook = simulate_programme(programme_of(planned), {**SURE}, draws=MANY)
    lift = outlook.tornado.set_index("input").loc["lift"]
    z90 = 1.2815515655
    assert (lift["at_low"], lift["at_high"]) == pytest.approx((5 - 5 * z90 / Z95, 5 + 5 * z90 / Z95), abs=0.05)


def test_nothing_to_repeat_has_no_outlook() -> None:
    outlook = simulate_programme(programme_of(case(cost=0.0)))
    assert outlook.scenarios.empty and outlook.tornado.empty
    assert np.isnan(outlook.net_gain)


def test_a_programme_without_any_cost_has_no_return_but_a_gain() -> None:
    programme = programme_of(case(half=0), one_off=0, monthly=0)
    free = replace(programme, cases=programme.cases.assign(cost=0.0))
    gain, roi = net_gain(free, np.array([5.0]), 0.5, 1.0, 1.0, 1.0)
    assert gain[0] > 0
    assert np.isnan(roi[0])
