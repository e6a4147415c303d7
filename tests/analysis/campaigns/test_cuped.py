"""CUPED against a regression of statsmodels, by hand, and where it gains nothing."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.campaigns.cuped import GAIN, adjust


def drawn(seed: int, n: int, slope: float) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    before = {arm: rng.gamma(2, 10, n) for arm in ("mail", "none")}
    return {arm: slope * x + rng.normal(0, 10, n) + (3 if arm == "mail" else 0) for arm, x in before.items()}, before


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(-2, 2))
def test_the_lift_is_that_of_a_regression_on_the_past(seed: int, slope: float) -> None:
    outcomes, before = drawn(seed, 80, slope)
    found = adjust(outcomes, before)
    y, x = np.r_[outcomes["mail"], outcomes["none"]], np.r_[before["mail"], before["none"]]
    fitted = sm.OLS(y, np.column_stack([np.ones(160), np.repeat([1.0, 0.0], 80), x])).fit()
    assert found.adjusted["mail"].mean() - found.adjusted["none"].mean() == pytest.approx(fitted.params[1])
    assert found.theta == pytest.approx(fitted.params[2])
    plain = sm.OLS(y, np.column_stack([np.ones(160), np.repeat([1.0, 0.0], 80)])).fit()
    assert found.gain == pytest.approx(1 - fitted.mse_resid / plain.mse_resid)


def test_by_hand() -> None:
    """Within the arms x is -1 and 1, y -2 and 2: theta (2 + 2 + 2 + 2) / 4 = 2, and all that varies is foretold. x is
    1 and 3 on average, 2 in all: 11 - 2 (1 - 2) = 13 against 14 - 2 (3 - 2) = 12, a lift of 1 and not of -3."""
    found = adjust(
        {"mail": np.array([9.0, 13.0]), "none": np.array([12.0, 16.0])},
        {"mail": np.array([0.0, 2.0]), "none": np.array([2.0, 4.0])},
    )
    assert found.theta == 2
    assert found.gain == 1
    assert (found.adjusted["mail"].tolist(), found.adjusted["none"].tolist()) == ([13, 13], [12, 12])


def test_the_gain_is_the_squared_correlation_and_noise_gains_nothing() -> None:
    found = adjust(*drawn(1, 5_000, 1.0))
    assert found.gain == pytest.approx(200 / 300, abs=0.02)  # the variance of x is 200, of the noise 100
    assert found.used
    nothing = adjust(*drawn(1, 5_000, 0.0))
    assert nothing.gain == pytest.approx(0, abs=0.001)
    assert not nothing.used


def test_it_is_used_from_its_limit_on() -> None:
    found = adjust(*drawn(1, 100, 1.0))
    assert type(found)(found.adjusted, 1.0, GAIN).used
    assert not type(found)(found.adjusted, 1.0, GAIN - 1e-9).used


def test_who_has_no_past_keeps_the_outcome() -> None:
    found = adjust(
        {"mail": np.array([1.0, 2.0, 7.0]), "none": np.array([1.0, 2.0, 3.0])},
        {"mail": np.array([1.0, 3.0, np.nan]), "none": np.array([1.0, 3.0, 2.0])},
    )
    assert found.adjusted["mail"][2] == 7


@pytest.mark.parametrize(
    ("y", "x"),
    [
        (
            {"a": np.array([1.0, 2.0]), "b": np.array([1.0, 2.0])},
            {"a": np.array([1.0, 1.0]), "b": np.array([1.0, 1.0])},
        ),
        (
            {"a": np.array([1.0, 1.0]), "b": np.array([1.0, 1.0])},
            {"a": np.array([1.0, 2.0]), "b": np.array([1.0, 2.0])},
        ),
        ({"a": np.array([1.0, 2.0]), "b": np.array([1.0])}, {"a": np.array([1.0, 2.0]), "b": np.array([1.0])}),
        ({}, {}),
        ({"a": np.array([1.0, 2.0]), "b": np.empty(0)}, {"a": np.array([np.nan] * 2), "b": np.empty(0)}),
    ],
)
def test_nothing_to_go_by_changes_nothing(y: dict, x: dict) -> None:
    found = adjust(y, x)
    assert (found.gain, found.theta, found.used) == (0, 0, False)
    assert {arm: values.tolist() for arm, values in found.adjusted.items()} == {a: v.tolist() for a, v in y.items()}
