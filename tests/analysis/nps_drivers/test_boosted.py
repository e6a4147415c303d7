"""Importance on held-out answers against scikit-learn's permutation importance, and three methods side by side."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression
from threadpoolctl import threadpool_limits

from helpers.analysis.nps_drivers.boosted import SHUFFLES, Boosted, measure_boosted, shuffled_rises
from helpers.analysis.nps_drivers.checks import compare_methods
from helpers.analysis.nps_drivers.ordinal import Ordinal, measure_ordinal
from tests.analysis.nps_drivers.answered import NAMES, make_answers, ready_answers

READY = ready_answers(make_answers(1000))


def test_a_shuffled_driver_costs_what_scikit_learn_says() -> None:
    model = LinearRegression().fit(READY.x, READY.y)
    loss = (READY.y - model.predict(READY.x)) ** 2
    rng = np.random.default_rng(0)
    ours = np.mean([shuffled_rises(model, READY.x, READY.y, loss, rng).mean(axis=0) for _ in range(20)], axis=0)
    theirs = permutation_importance(
        model, READY.x, READY.y, scoring="neg_mean_squared_error", n_repeats=20 * SHUFFLES, random_state=0
    ).importances_mean
    assert ours == pytest.approx(theirs, rel=0.03, abs=0.005)
    # What a linear model loses is known: twice the squared slope times the variance of the driver.
    assert ours == pytest.approx(2 * model.coef_**2 * READY.x.var(axis=0), rel=0.05, abs=0.005)


def test_the_planted_order_is_found_on_held_out_answers() -> None:
    found = measure_boosted(READY)
    by_driver = found.drivers.set_index("driver")
    assert by_driver["boosted_rank"].to_dict() == {"a": 1, "b": 2, "c": 3, "d": 4}
    assert (by_driver["boosted_low"].head(2) > 0).all()
    assert by_driver.loc["d", "boosted_low"] < 0 < by_driver.loc["d", "boosted_high"] + 0.01
    assert 0.2 < found.r_squared < 0.5
    assert found.answers == 1000


def test_the_same_seed_gives_the_same_answer() -> None:
    few = ready_answers(make_answers(120))
    assert measure_boosted(few).drivers.equals(measure_boosted(few).drivers)


def test_noise_is_not_explained() -> None:
    frame = make_answers(400, (0.0, 0.0, 0.0, 0.0))
    found = measure_boosted(ready_answers(frame))
    assert found.r_squared < 0.02
    assert (found.drivers["boosted_low"] <= 0.01).all()


@pytest.mark.parametrize(("rows", "empty"), [(49, True), (50, False)])
def test_few_answers_are_not_judged(rows: int, empty: bool) -> None:
    assert measure_boosted(ready_answers(make_answers(rows))).drivers.empty == empty


def test_one_score_and_no_drivers_say_nothing() -> None:
    assert measure_boosted(ready_answers(make_answers(100).assign(score=8.0))).drivers.empty
    assert measure_boosted(ready_answers(make_answers(100), [])).drivers.empty


def test_weights_count() -> None:
    frame = make_answers(80).assign(weight=1.0)
    plain, weighted = (measure_boosted(ready_answers(frame, use_weights=use)) for use in (False, True))
    assert plain.drivers.equals(weighted.drivers)
    doubled = measure_boosted(ready_answers(frame.assign(weight=1.0 + frame["a"]), use_weights=True))
    assert not plain.drivers.equals(doubled.drivers)


def ranks_of(values: list[float]) -> pd.Series:
    return pd.Series(values).rank(ascending=False, method="min").astype(int)


def compared(lmg: list[float], ordinal: list[float], boosted: list[float], margin: float = 0.01):  # type: ignore[no-untyped-def]
    names = NAMES[: len(lmg)]
    bent = pd.DataFrame({"driver": names, "ordinal": ordinal, "ordinal_rank": ranks_of(ordinal)})
    bent = bent.assign(ordinal_low=bent["ordinal"] - margin, ordinal_high=bent["ordinal"] + margin)
    held = pd.DataFrame({"driver": names, "boosted": boosted, "boosted_rank": ranks_of(boosted)})
    held = held.assign(boosted_low=held["boosted"] - margin, boosted_high=held["boosted"] + margin)
    shares = pd.DataFrame({"driver": names, "lmg": lmg})
    shares = shares.assign(lmg_low=shares["lmg"] - margin, lmg_high=shares["lmg"] + margin)
    return compare_methods(shares, Ordinal(bent, 100), Boosted(held, 0.3, 100))


class TestCompareMethods:
    def test_methods_that_agree(self) -> None:
        found = compared([0.1, 0.3, 0.2], [0.1, 0.4, 0.2], [0.1, 0.5, 0.3])
        assert found.drivers["driver"].tolist() == ["b", "c", "a"]
        assert found.first == {"lmg": "b", "ordinal": "b", "boosted": "b"}
        assert found.agree
        assert found.agreement == pytest.approx(1)

    def test_methods_that_differ_and_kendalls_w_as_friedman_has_it(self) -> None:
        values = [0.4, 0.3, 0.2, 0.1], [0.1, 0.4, 0.2, 0.3], [0.2, 0.5, 0.1, 0.3]
        found = compared(*values)
        assert found.first == {"lmg": "a", "ordinal": "b", "boosted": "b"}
        assert not found.agree
        assert found.agreement == pytest.approx(friedmanchisquare(*zip(*values, strict=True)).statistic / (3 * 3))

    def test_a_driver_that_a_method_cannot_judge_has_blanks(self) -> None:
        frame = make_answers(200).assign(copy=lambda f: f["a"])
        ready = ready_answers(frame, [*NAMES, "copy"])
        shares = pd.DataFrame({"driver": [*NAMES, "copy"], "lmg": [0.3, 0.2, 0.1, 0, 0.3]}).assign(
            lmg_low=0, lmg_high=0
        )
        found = compare_methods(shares, measure_ordinal(ready), measure_boosted(ready))
        assert found.drivers.set_index("driver").loc["copy", ["ordinal", "boosted_rank"]].isna().all()
        assert set(found.first.values()) == {"a"}

    def test_without_drivers_nothing_is_compared(self) -> None:
        none = ready_answers(make_answers(10))
        blank = pd.Series(dtype="float64")
        shares = pd.DataFrame({"driver": pd.Series(dtype="str"), "lmg": blank, "lmg_low": blank, "lmg_high": blank})
        found = compare_methods(shares, measure_ordinal(none), measure_boosted(none))
        assert (found.first, found.agree) == ({}, False)
        assert np.isnan(found.agreement)

    @pytest.mark.parametrize(("margin", "within"), [(0.049, False), (0.051, True)])
    def test_different_firsts_may_be_within_the_margins_of_error(self, margin: float, within: bool) -> None:
        found = compared([0.4, 0.3, 0.2], [-0.4, 0.3, 0.2], [0.3, 0.4, 0.2], margin)
        assert found.first == {"lmg": "a", "ordinal": "b", "boosted": "b"}
        assert found.within_error == within

    def test_one_driver_has_no_order(self) -> None:
        assert np.isnan(compared([0.3], [0.2], [0.1]).agreement)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.permutations(range(4)), min_size=3, max_size=3))
def test_agreement_lies_between_none_and_full(orders: list[list[int]]) -> None:
    with threadpool_limits(limits=1):
        found = compared(*[[float(v) for v in order] for order in orders])
    assert -1e-12 <= found.agreement <= 1 + 1e-12
