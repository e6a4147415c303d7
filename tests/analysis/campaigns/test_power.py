"""Sample sizes and smallest lifts against R, statsmodels and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize, samplesize_proportions_2indep_onetail

from helpers.analysis.campaigns.power import sample_size, smallest_lift, smallest_lift_in_rate
from helpers.errors import InputError


def test_sample_size_agrees_with_r() -> None:
    # shared/data/README.md, "Power"; R: power.prop.test(p1 = .05, p2 = .06, power = .8) gives n = 8157.6.
    assert sample_size(0.05, 0.06) == 8158
    assert sample_size(0.06, 0.05) == 8158
    # R's help page for power.prop.test: p1 = .50, p2 = .75, power = .90 needs n = 76.7.
    assert sample_size(0.50, 0.75, power=0.9) == 77


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.5, 0.99), st.floats(0.001, 0.2))
def test_sample_size_agrees_with_statsmodels(rate: float, expected: float, power: float, alpha: float) -> None:
    if abs(rate - expected) < 0.005:
        return
    exact = samplesize_proportions_2indep_onetail(expected - rate, rate, power, alpha=alpha)
    assert sample_size(rate, expected, power, alpha) - exact == pytest.approx(0.5, abs=0.5 + 1e-6 * exact)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.9), st.floats(0.7, 0.95))
def test_sample_size_is_near_the_arcsine_approximation(rate: float, power: float) -> None:
    # Cohen's h is another approximation; for small differences the two agree within a few per cent.
    size = proportion_effectsize(rate + 0.02, rate)
    other = NormalIndPower().solve_power(size, power=power, alpha=0.05)
    assert sample_size(rate, rate + 0.02, power) == pytest.approx(other, rel=0.02)


def test_sample_size_gives_the_power_it_promises() -> None:
    n = sample_size(0.05, 0.06)
    rng = np.random.default_rng(0)
    low, high = rng.binomial(n, 0.05, 20_000) / n, rng.binomial(n, 0.06, 20_000) / n
    pooled = (low + high) / 2
    z = (high - low) / np.sqrt(2 * pooled * (1 - pooled) / n)
    assert (np.abs(z) > stats.norm.ppf(0.975)).mean() == pytest.approx(0.80, abs=0.01)


@pytest.mark.parametrize(
    "arguments",
    [(0.0, 0.1), (0.1, 1.0), (5, 6), (0.1, 0.1), (0.1, 0.2, 1.0), (0.1, 0.2, 0.8, 0.0), (0.1, 0.2, 0.05, 0.05)],
)
def test_impossible_plans_are_refused(arguments: tuple) -> None:
    with pytest.raises(InputError):
        sample_size(*arguments)


def test_the_smallest_lift_in_a_mean_by_hand() -> None:
    """1.959964 + .841621 = 2.801585 errors."""
    assert smallest_lift(1.0) == pytest.approx(2.801585, abs=1e-6)
    assert smallest_lift(2.0, power=0.9, alpha=0.1) == pytest.approx(2 * (1.281552 + 1.644854), abs=1e-5)
    assert np.isnan([smallest_lift(0.0), smallest_lift(float("nan"))]).all()


def test_the_smallest_lift_in_a_rate_is_what_the_sample_was_made_for() -> None:
    assert smallest_lift_in_rate(0.05, 8_158, 8_158) == pytest.approx(0.01, abs=1e-6)
    assert smallest_lift_in_rate(0.5, 77, 77, power=0.9) == pytest.approx(0.25, abs=1e-3)
    uneven = smallest_lift_in_rate(0.05, 20_000, 5_100)  # as much information as 8,126 in each
    assert uneven == pytest.approx(0.01, abs=3e-4)
    assert np.isnan(
        [smallest_lift_in_rate(0.1, 0, 9), smallest_lift_in_rate(0.1, 9, 0), smallest_lift_in_rate(1.0, 9, 9)]
    ).all()
    assert np.isnan(smallest_lift_in_rate(0.9, 5, 5))  # not even 100 % would be seen
