"""Gamma-Gamma: the published answer, another package's, and simulated order values."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.clv import gamma_gamma
from helpers.errors import InputError, ThinDataError


def test_cdnow(cdnow: pd.DataFrame) -> None:
    """Fader and Hardie (2013); standard errors and expected values by lifetimes 0.11.3."""
    found = gamma_gamma.fit(cdnow["x"], cdnow["mean_value"])
    assert found.parameters == pytest.approx([6.25, 3.74, 15.44], abs=5e-3)
    assert found.log_likelihood == pytest.approx(-4055.92, abs=5e-3)
    assert found.std_errors == pytest.approx([1.190055, 0.290133, 4.159423], rel=1e-3)
    assert found.customers == 946
    values = found.expected_value([2, 1, 0], [22.345, 11.77, np.nan])
    assert values == pytest.approx([24.653919, 18.910018, 35.170371], rel=1e-5)


def test_derivatives_are_those_of_the_likelihood() -> None:
    rng = np.random.default_rng(0)
    rows = (rng.integers(1, 9, 50).astype(float), rng.gamma(3, 9, 50), np.arange(50) % 3 + 1.0)
    at, step = np.array([2.0, 3.0, 14.0]), 1e-5
    _, gradient, curvature = gamma_gamma.log_likelihood(at, *rows)
    sides = [[gamma_gamma.log_likelihood(at + s * d, *rows) for s in (1, -1)] for d in step * np.eye(3)]
    assert gradient == pytest.approx([(up[0] - down[0]) / (2 * step) for up, down in sides], rel=1e-5)
    assert curvature == pytest.approx(np.array([(up[1] - down[1]) / (2 * step) for up, down in sides]), rel=1e-4)


def test_parameters_are_recovered() -> None:
    rng = np.random.default_rng(4)
    x = rng.integers(1, 12, 8_000)
    each = rng.gamma(4.0, 15.0**-1, 8_000)
    found = gamma_gamma.fit(x, rng.gamma(6.0 * x, 1 / (each * x)))
    assert (np.abs(found.parameters - [6, 4, 15]) < 3 * found.std_errors).all()


def test_many_orders_speak_for_themselves() -> None:
    model = gamma_gamma.GammaGamma(6.25, 3.74, 15.44, np.eye(3), np.ones(3), 0.0, 0)
    assert model.expected_value([5000], [80.0]) == pytest.approx(80, rel=0.001)
    assert model.expected_value([3], [np.nan])[0] != model.expected_value([3], [np.nan])[0]


def test_without_a_mean_nothing_is_expected_of_who_did_not_come_back() -> None:
    model = gamma_gamma.GammaGamma(2.0, 0.9, 15.0, np.eye(3), np.ones(3), 0.0, 0)
    values = model.expected_value([0, 1], [np.nan, 10.0])
    assert np.isnan(values[0])
    assert values[1] == pytest.approx(2 * 25 / 1.9)


def test_bad_values_are_refused() -> None:
    for bad in (0.0, -3.0, np.nan):
        with pytest.raises(InputError, match="1 of 2 repeat customers"):
            gamma_gamma.fit([1, 2, 0], [5.0, bad, np.nan])
    with pytest.raises(ThinDataError, match="spend the same"):
        gamma_gamma.fit([1, 2, 3], [5.0, 5.0, 5.0])
