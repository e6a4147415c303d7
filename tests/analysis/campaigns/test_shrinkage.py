"""Shrinkage against published estimates and statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from helpers.analysis.campaigns.shrinkage import shrink

# Thirteen trials of the BCG vaccine against tuberculosis (Colditz et al. 1994, JAMA 271): cases and others among the
# vaccinated, cases and others in the control.
BCG = np.array(
    [
        *([4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761]),
        *([180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232]),
        *([17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825]),
    ],
    dtype="float64",
)


def bcg() -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratios and their standard errors."""
    a, b, c, d = BCG.T
    return np.log(a / (a + b) / (c / (c + d))), np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def test_the_trials_of_the_bcg_vaccine() -> None:
    """R's metafor, rma(yi, vi, method = "DL"): estimate -0.7141, se 0.1787, tau^2 0.3088, Q 152.2330."""
    found = shrink(*bcg())
    assert (found.mean, found.mean_error) == pytest.approx((-0.7141, 0.1787), abs=5e-5)
    assert found.variance_between == pytest.approx(0.3088, abs=5e-5)
    assert found.p_alike == pytest.approx(stats.chi2.sf(152.2330, 12), rel=1e-3)


def test_agrees_with_statsmodels() -> None:
    effect, error = bcg()
    theirs = combine_effects(effect, error**2, method_re="chi2")
    found = shrink(effect, error)
    assert found.variance_between == pytest.approx(theirs.tau2)
    assert found.mean == pytest.approx(theirs.mean_effect_re)
    assert found.mean_error == pytest.approx(theirs.sd_eff_w_re)


def test_two_groups_by_hand() -> None:
    """Values 0 and 10, errors 1: weights 1, mean 5, Q 50, spare 2 - 2/2 = 1, variance between 50 - 1 = 49, own weight
    49/50; drawn 0.1 and 9.9. Error: 49/50 * 1 + (1/50)^2 * 50/2."""
    found = shrink(np.array([0.0, 10.0]), np.array([1.0, 1.0]))
    assert found.variance_between == pytest.approx(49)
    assert found.values == pytest.approx([0.1, 9.9])
    assert found.own_weight == pytest.approx([0.98, 0.98])
    assert found.errors == pytest.approx([np.sqrt(0.98 + 0.02**2 * 25)] * 2)
    assert found.p_alike == pytest.approx(stats.chi2.sf(50, 1))


def test_groups_that_differ_by_chance_alone_all_get_the_mean() -> None:
    found = shrink(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0]))
    assert found.variance_between == 0
    assert found.values.tolist() == [2.0, 2.0, 2.0]
    assert found.own_weight.tolist() == [0, 0, 0]


def test_a_group_without_an_error_gets_the_mean_and_does_not_count() -> None:
    """Nobody bought in a tiny segment: an error of zero would let it lead by luck."""
    with_it = shrink(np.array([0.0, 10.0, 99.0, 7.0]), np.array([1.0, 1.0, 0.0, np.nan]))
    assert with_it.mean == pytest.approx(5)
    assert with_it.values == pytest.approx([0.1, 9.9, 5, 5])
    assert with_it.errors[2] == pytest.approx(np.sqrt(49 + 25))


def test_one_group_is_its_own_mean_and_none_is_nothing() -> None:
    one = shrink(np.array([3.0]), np.array([0.5]))
    assert (one.mean, one.values[0], one.variance_between) == (3.0, 3.0, 0.0)
    assert np.isnan(one.p_alike)
    assert np.isnan(shrink(np.array([1.0]), np.array([np.nan])).values).all()


groups = st.lists(st.tuples(st.floats(-100, 100), st.floats(0.01, 100)), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(groups)
def test_no_value_moves_beyond_the_mean(pairs: list[tuple[float, float]]) -> None:
    values, errors = np.array(pairs).T
    found = shrink(values, errors)
    low, high = np.minimum(values, found.mean) - 1e-9, np.maximum(values, found.mean) + 1e-9
    assert ((low <= found.values) & (found.values <= high)).all()
    assert ((found.own_weight >= 0) & (found.own_weight < 1)).all()
