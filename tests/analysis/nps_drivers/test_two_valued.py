"""Shares of McFadden's R-squared against statsmodels' Logit over every subset, and a published R-squared."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.nps_drivers.two_valued import MAX_DRIVERS, measure_two_valued
from tests.analysis.nps_drivers.answered import NAMES, make_answers, ready_answers


def asked(rows: int = 500, seed: int = 1, **options: object):  # type: ignore[no-untyped-def]
    frame = make_answers(rows, seed=seed).assign(weight=lambda f: 1 + (f.index % 3))
    frame["happy"] = (frame["score"] >= 9).astype(float)
    return frame, ready_answers(frame, target="happy", **options)


def shapley(likelihood: dict[tuple[int, ...], float], k: int) -> list[float]:
    """Each driver's average rise of the likelihood over every order, by definition."""
    return [
        sum(
            factorial(len(s)) * factorial(k - 1 - len(s)) / factorial(k) * (likelihood[tuple(sorted((*s, j)))] - value)
            for s, value in likelihood.items()
            if j not in s
        )
        for j in range(k)
    ]


def test_shares_are_those_of_every_order_with_statsmodels() -> None:
    frame, ready = asked()
    found = measure_two_valued(ready, "happy")
    y, x = frame["happy"].to_numpy(), frame[NAMES].to_numpy()
    likelihood = {
        subset: sm.Logit(y, sm.add_constant(x[:, list(subset)]) if subset else np.ones((500, 1))).fit(disp=0).llf
        for size in range(5)
        for subset in combinations(range(4), size)
    }
    expected = np.array(shapley(likelihood, 4)) / -likelihood[()]
    by_driver = found.drivers.set_index("driver")
    assert by_driver.loc[NAMES, "share"].to_numpy() == pytest.approx(expected, abs=1e-8)
    assert found.r_squared == pytest.approx(1 - likelihood[(0, 1, 2, 3)] / likelihood[()], abs=1e-8)
    assert by_driver["importance"].sum() == pytest.approx(1)
    assert found.yes_share == pytest.approx(y.mean())
    assert by_driver.loc["a", "mean_with"] == pytest.approx(frame.loc[y == 1, "a"].mean())
    assert by_driver.loc["a", "mean_without"] == pytest.approx(frame.loc[y == 0, "a"].mean())


def test_r_squared_of_spector_and_mazzeo_is_as_published() -> None:
    """Greene, Econometric Analysis, example of Spector and Mazzeo (1980): log-likelihoods -12.890 and -20.592, so
    McFadden's R-squared is .374. It has 32 answers, so they count ten times here, which leaves R-squared alone."""
    data = sm.datasets.spector.load_pandas().data
    frame = pd.concat([data] * 10).assign(score=lambda f: f["GRADE"], nps_group="promoters")
    found = measure_two_valued(ready_answers(frame, ["GPA", "TUCE", "PSI"]), "grade")
    assert found.r_squared == pytest.approx(1 - 12.88963 / 20.59173, abs=1e-6)
    assert found.drivers["driver"].tolist()[0] == "GPA"


def test_a_weight_of_two_is_an_answer_twice() -> None:
    frame, ready = asked(use_weights=True)
    twice = frame.loc[frame.index.repeat(frame["weight"])]
    repeated = measure_two_valued(ready_answers(twice, target="happy"), "happy").drivers
    weighted = measure_two_valued(ready, "happy").drivers
    assert weighted["share"].to_numpy() == pytest.approx(repeated["share"].to_numpy(), abs=1e-8)
    assert weighted["mean_with"].to_numpy() == pytest.approx(repeated["mean_with"].to_numpy())


def test_intervals_are_as_wide_as_the_bootstraps() -> None:
    frame, ready = asked(800)
    found = measure_two_valued(ready, "happy")
    rng = np.random.default_rng(3)
    again = [
        measure_two_valued(ready_answers(frame.iloc[rng.integers(0, 800, 800)], target="happy"), "happy")
        for _ in range(50)
    ]
    spread = pd.concat([sample.drivers.set_index("driver")["share"] for sample in again], axis=1).std(axis=1)
    by_driver = found.drivers.set_index("driver")
    ours = (by_driver["share_high"] - by_driver["share"]) / 1.959964
    assert (ours / spread)[["a", "b"]].to_numpy() == pytest.approx([1, 1], abs=0.25)
    assert (found.r_squared_high - found.r_squared) / 1.959964 == pytest.approx(
        np.std([sample.r_squared for sample in again]), rel=0.25
    )


def test_beyond_ten_drivers_the_strongest_are_judged_and_the_others_named() -> None:
    frame = make_answers(420, (1.0, 0.8, *[0.5] * 8, 0.0, 0.0))
    names = list(frame.columns[:12])
    found = measure_two_valued(ready_answers(frame.assign(happy=frame["score"] > 9), names, target="happy"), "happy")
    assert len(found.drivers) == MAX_DRIVERS
    assert set(found.left_out) == set(names) - set(found.drivers["driver"])
    assert len(found.left_out) == 2


@pytest.mark.parametrize(("rarer", "empty"), [(39, True), (40, False)])
def test_ten_answers_of_the_rarer_value_a_driver_are_needed(rarer: int, empty: bool) -> None:
    frame = make_answers(300).assign(happy=np.random.default_rng(0).permutation(np.arange(300) < rarer).astype(float))
    assert measure_two_valued(ready_answers(frame, target="happy"), "happy").drivers.empty == empty
    one = frame.assign(happy=np.random.default_rng(0).permutation(np.arange(300) < rarer - 20).astype(float))
    assert measure_two_valued(ready_answers(one, ["a"], target="happy"), "happy").drivers.empty == empty


@pytest.mark.parametrize("happy", [lambda f: 1.0, lambda f: f["score"], lambda f: (f["a"] > 3).astype(float)])
def test_no_two_values_and_what_a_driver_tells_without_fail_say_nothing(happy) -> None:  # type: ignore[no-untyped-def]
    frame = make_answers(400).assign(happy=happy)
    assert measure_two_valued(ready_answers(frame, target="happy"), "happy").drivers.empty


def test_no_outcome_no_drivers() -> None:
    _, ready = asked(100)
    assert measure_two_valued(ready, "").drivers.empty


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_shares_are_never_negative_and_sum_to_r_squared(seed: int) -> None:
    _, ready = asked(200, seed)
    found = measure_two_valued(ready, "happy")
    assert (found.drivers["share"] >= 0).all()
    assert found.drivers["share"].sum() == pytest.approx(found.r_squared)
    assert (found.drivers["share_low"] <= found.drivers["share"]).all()
