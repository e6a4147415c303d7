"""Newcombe's and Welch's intervals against their published examples, statsmodels and scipy; which of them fits."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from helpers.analysis.campaigns.intervals import Sample, newcombe, standard_error, welch


def test_newcombes_published_example() -> None:
    """Newcombe 1998, Statistics in Medicine 17: 873-890, table II (a), method 10: 56/70 - 48/80."""
    found = newcombe(56 / 70, 70, 48 / 80, 80, 0.95)
    assert (found.lift, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert found.method == "Newcombe"


@pytest.mark.parametrize(
    ("a", "n", "b", "m", "low", "high"),
    # The same table, method 10, columns (b) to (h).
    [
        (9, 10, 3, 10, 0.1705, 0.8090),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (6, 7, 2, 7, 0.0582, 0.8062),
    ],
)
def test_newcombes_other_examples(a: int, n: int, b: int, m: int, low: float, high: float) -> None:
    found = newcombe(a / n, n, b / m, m, 0.95)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_newcombe_agrees_with_statsmodels_at_another_level() -> None:
    found = newcombe(0.3, 90, 0.2, 50, 0.8)
    assert (found.low, found.high) == pytest.approx(
        confint_proportions_2indep(27, 90, 10, 50, method="newcomb", alpha=0.2)
    )


def test_the_p_value_of_a_rate_belongs_to_its_interval() -> None:
    """Chi-squared without correction, 56/70 against 48/80: p .0085."""
    found = newcombe(56 / 70, 70, 48 / 80, 80, 0.95)
    assert found.p_value == pytest.approx(
        stats.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue, abs=1e-3
    )
    assert newcombe(56 / 70, 70, 48 / 80, 80, 1 - found.p_value).low == pytest.approx(0, abs=1e-9)
    mirrored = newcombe(48 / 80, 80, 56 / 70, 70, 0.95)
    assert (mirrored.p_value, mirrored.high) == pytest.approx((found.p_value, -found.low))
    assert newcombe(0.5, 10, 0.5, 10, 0.95).p_value == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 500), st.integers(1, 500), st.floats(0, 1), st.floats(0, 1))
def test_an_interval_of_rates_stays_between_minus_one_and_one(n: int, m: int, p: float, q: float) -> None:
    a, b = round(p * n), round(q * m)
    found = newcombe(a / n, n, b / m, m, 0.95)
    assert -1 - 1e-9 <= found.low <= found.lift <= found.high <= 1 + 1e-9
    assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0) or abs(found.p_value - 0.05) < 1e-6


def test_nobody_has_no_interval() -> None:
    for n, m in ((0, 5), (5, 0)):
        assert np.isnan(newcombe(0.2, n, 0.1, m, 0.95).low)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_welch_agrees_with_statsmodels_and_scipy(confidence: float) -> None:
    rng = np.random.default_rng(3)
    treated, control = rng.exponential(9, 14), rng.exponential(4, 41)
    found = welch(Sample(treated), Sample(control), confidence)
    compared = CompareMeans(DescrStatsW(treated), DescrStatsW(control))
    assert (found.low, found.high) == pytest.approx(compared.tconfint_diff(alpha=1 - confidence, usevar="unequal"))
    assert found.p_value == pytest.approx(stats.ttest_ind(treated, control, equal_var=False).pvalue)
    error = compared.std_meandiff_separatevar
    assert standard_error(Sample(treated), Sample(control)) == pytest.approx(error)


def test_welch_by_hand() -> None:
    """Error sqrt(.25 / 2 + .25 / 2) = .5, two degrees of freedom, Student's 97.5 % quantile 4.302653."""
    half = np.sqrt(0.125)
    found = welch(Sample(np.array([5 - half, 5 + half])), Sample(np.array([4 - half, 4 + half])), 0.95)
    assert (found.lift, found.low, found.high) == pytest.approx((1, 1 - 2.1513264, 1 + 2.1513264))


@pytest.mark.parametrize(("treated", "control"), [([1.0], [1.0, 2.0]), ([1.0, 2.0], [1.0]), ([3.0, 3.0], [3.0, 3.0])])
def test_no_spread_to_judge_by_gives_no_interval(treated: list[float], control: list[float]) -> None:
    found = welch(Sample(np.array(treated)), Sample(np.array(control)), 0.95)
    assert np.isnan([found.low, found.high, found.p_value]).all()


def test_one_group_that_does_not_vary_is_enough() -> None:
    assert welch(Sample(np.array([1.0, 2.0])), Sample(np.array([0.0, 0.0])), 0.95).low < 1.5
    assert np.isnan(standard_error(Sample(np.array([1.0])), Sample(np.array([1.0, 2.0]))))
    assert standard_error(Sample(np.array([1.0, 2.0])), Sample(np.array([1.0, 2.0]))) == pytest.approx(np.sqrt(0.5))


numbers = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=20)


@settings(max_examples=30, deadline=None)
@given(numbers, numbers, st.floats(0.01, 100), st.floats(-1e3, 1e3))
def test_welch_follows_the_unit_and_ignores_the_origin(
    a: list[float], b: list[float], scale: float, shift: float
) -> None:
    treated, control = np.array(a), np.array(b)
    assume(treated.std() > 1e-3 and control.std() > 1e-3)
    there = welch(Sample(treated), Sample(control), 0.95)
    back = welch(Sample(control), Sample(treated), 0.95)
    moved = welch(Sample(treated * scale + shift), Sample(control * scale + shift), 0.95)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert (moved.low, moved.high) == pytest.approx((scale * there.low, scale * there.high), rel=1e-5, abs=1e-5 * scale)


def test_skewness_agrees_with_scipy() -> None:
    values = np.random.default_rng(0).lognormal(0, 1, 200)
    assert Sample(values).skewness == pytest.approx(stats.skew(values))
    assert Sample(np.array([2.0, 2.0])).skewness == Sample(np.array([2.0])).skewness == 0


def test_cochrans_rule_at_its_boundary() -> None:
    """Two values, one in ten: skewness .8 / .3 = 2.667, which asks for more than 28 + 25 x 7.111 = 205.8 customers."""
    pattern = np.r_[np.ones(1), np.zeros(9)]
    assert not Sample(np.tile(pattern, 20)).is_normal_enough
    assert Sample(np.tile(pattern, 21)).is_normal_enough
    assert not Sample(np.tile([0.0, 1.0], 14)).is_normal_enough  # without skewness, more than 28
    assert Sample(np.tile([0.0, 1.0], 15)).is_normal_enough
