"""Differences of two figures against statsmodels and published examples."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from helpers.analysis.review.differences import CHANCE, adjust, difference, p_of_flows, p_of_interval, wilson


@pytest.mark.parametrize(("count", "of"), [(0, 20), (5, 20), (20, 20), (420, 2451)])
def test_wilson_is_that_of_statsmodels(count: int, of: int) -> None:
    low, high = wilson(count, of)
    assert (float(low), float(high)) == pytest.approx(proportion_confint(count, of, method="wilson"), abs=1e-12)


def test_newcombes_example() -> None:
    """Newcombe (1998), Statistics in Medicine 17, table II, (a): 56/70 less 48/80, method 10: 0.0524 to 0.3339."""
    now, then = wilson(56, 70), wilson(48, 80)
    apart, low, high = difference(48 / 80, *then, 56 / 70, *now)
    assert (float(apart), float(low), float(high)) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(("a", "n", "b", "m"), [(30, 100, 55, 120), (3, 40, 0, 40), (500, 900, 510, 880)])
def test_shares_are_newcombes_in_statsmodels(a: int, n: int, b: int, m: int) -> None:
    _, low, high = difference(b / m, *wilson(b, m), a / n, *wilson(a, n))
    expected = confint_proportions_2indep(a, n, b, m, compare="diff", method="newcomb")
    assert (float(low), float(high)) == pytest.approx(expected, abs=1e-9)


def test_means_are_a_z_interval() -> None:
    """Of two means with intervals of 1.96 standard errors, errors add in squares: 3 and 4 make 5."""
    z = stats.norm.ppf(0.975)
    apart, low, high = difference(10, 10 - 3 * z, 10 + 3 * z, 25, 25 - 4 * z, 25 + 4 * z)
    assert float(apart) == 15
    assert (float(low), float(high)) == pytest.approx((15 - 5 * z, 15 + 5 * z))
    assert float(p_of_interval(apart, low, high)) == pytest.approx(2 * stats.norm.sf(3))


def test_p_is_below_a_twentieth_just_where_zero_is_left_out() -> None:
    p = p_of_interval([1.0, 1.0, -1.0, -1.0], [0.01, -0.01, -2.0, -2.0], [2.0, 2.0, -0.01, 0.01])
    assert (p < CHANCE).tolist() == [True, False, True, False]
    assert p_of_interval(0.0, 0.0, 0.0) == 1
    assert p_of_interval(0.5, 0.5, 0.5) == 0
    assert np.isnan(p_of_interval(1.0, np.nan, np.nan))


def test_correction_is_that_of_statsmodels() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.5, 0.001])
    assert adjust(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])
    with_gap = adjust([0.01, np.nan, 0.04])
    assert with_gap[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(with_gap[1])
    assert np.isnan(adjust([np.nan])).all()


@pytest.mark.parametrize(("came", "went"), [(10, 25), (3, 3), (0, 6), (12, 2), (0, 0)])
def test_flows_are_mcnemars_exact_test(came: int, went: int) -> None:
    expected = mcnemar([[0, came], [went, 0]], exact=True).pvalue if came + went else 1.0
    assert float(p_of_flows(came, went)) == pytest.approx(min(expected, 1.0))
