"""The fast bootstrap against scipy's, and what grouping values keeps."""

import numpy as np
import pytest
from scipy import stats

from helpers.analysis.campaigns import bootstrap
from helpers.analysis.campaigns.bootstrap import acceleration, compact, resample_means
from helpers.analysis.campaigns.intervals import Sample
from tests.analysis.campaigns.samples import spending


def difference(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
    return a.mean(axis=axis) - b.mean(axis=axis)


def test_intervals_are_scipys_within_their_monte_carlo_error() -> None:
    """scipy.stats.bootstrap, BCa, 10,000 resamples. A bound's own error is .036 of the standard error: .027 of a 2.5 %
    quantile of as many, and .025 of twice the bias's; three times that of two runs is .16."""
    rng = np.random.default_rng(5)
    treated, control = spending(rng, 300, 0.1), spending(rng, 200, 0.1)
    found = bootstrap.bootstrap(Sample(treated), Sample(control), 0.95)
    theirs = stats.bootstrap((treated, control), difference, n_resamples=10_000, batch=1_000, rng=1)
    error = theirs.standard_error
    assert (found.low, found.high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.16 * error)
    assert found.lift == pytest.approx(treated.mean() - control.mean())


def test_the_longer_tail_has_the_longer_end() -> None:
    rng = np.random.default_rng(5)
    found = bootstrap.bootstrap(Sample(spending(rng, 200, 0.1)), Sample(rng.normal(0, 0.1, 200)), 0.95)
    assert found.high - found.lift > 1.2 * (found.lift - found.low)


def test_the_acceleration_is_scipys() -> None:
    """By jackknife: Efron and Tibshirani's formula, for two samples as scipy has it."""
    rng = np.random.default_rng(2)
    treated, control = spending(rng, 60, 0.3), spending(rng, 40, 0.3)
    cubes = squares = 0.0
    for values, sign in ((treated, 1), (control, -1)):
        n = len(values)
        without = np.array([np.delete(values, i).mean() for i in range(n)])
        u = sign * (n - 1) * (without.mean() - without)
        cubes, squares = cubes + (u**3).sum() / n**3, squares + (u**2).sum() / n**2
    assert acceleration(Sample(treated), Sample(control)) == pytest.approx(cubes / (6 * squares**1.5))


def test_the_p_value_is_where_the_interval_would_reach_zero() -> None:
    rng = np.random.default_rng(8)
    treated, control = Sample(spending(rng, 400, 0.25)), Sample(spending(rng, 400, 0.15))
    found = bootstrap.bootstrap(treated, control, 0.95)
    assert 0.0001 < found.p_value < 0.05
    assert bootstrap.bootstrap(treated, control, 1 - found.p_value).low == pytest.approx(0, abs=0.02)
    back = bootstrap.bootstrap(control, treated, 0.95)
    assert back.high < 0
    far = bootstrap.bootstrap(Sample(treated.values + 100), control, 0.95, resamples=999)
    assert 1 / 1_000 <= far.p_value < 1.1 / 1_000


def test_the_same_data_give_the_same_interval() -> None:
    values = Sample(spending(np.random.default_rng(1), 100))
    shuffled = Sample(np.random.default_rng(2).permutation(values.values))
    control = Sample(np.zeros(50))
    there, again = (bootstrap.bootstrap(sample, control, 0.9) for sample in (values, shuffled))
    assert (there.low, there.high, there.p_value) == pytest.approx((again.low, again.high, again.p_value))
    assert bootstrap.bootstrap(values, control, 0.9, seed=1) != bootstrap.bootstrap(values, control, 0.9, seed=2)


@pytest.mark.parametrize(("treated", "control"), [([1.0], [1.0, 2.0]), ([3.0, 3.0], [1.0, 1.0])])
def test_no_spread_gives_no_interval(treated: list[float], control: list[float]) -> None:
    assert np.isnan(bootstrap.bootstrap(Sample(np.array(treated)), Sample(np.array(control)), 0.95).low)


def test_few_values_are_kept_as_they_are() -> None:
    small = compact(np.array([0.0, 2, 0, 5, 2, 0]))
    assert (small.points.tolist(), small.counts.tolist(), small.spread.tolist()) == ([0, 2, 5], [3, 2, 1], [0, 0, 0])


def test_many_values_keep_their_sum_their_squares_and_their_extremes() -> None:
    values = np.random.default_rng(4).lognormal(2, 1.5, 5_000)
    small = compact(values, most=50)
    assert len(small.points) <= 50
    assert small.counts.sum() == 5_000
    assert small.counts @ small.points == pytest.approx(values.sum())
    assert small.counts @ (small.points**2 + small.spread) == pytest.approx((values**2).sum())
    assert set(np.sort(values)[-20:]) <= set(small.points)


def test_grouped_values_are_resampled_as_all_of_them() -> None:
    values = np.random.default_rng(4).lognormal(2, 1.5, 5_000)
    means = resample_means(values, 20_000, np.random.default_rng(0))
    assert means.mean() == pytest.approx(values.mean(), rel=0.002)
    assert means.std() == pytest.approx(values.std() / np.sqrt(5_000), rel=0.02)
    assert stats.skew(means) == pytest.approx(stats.skew(values) / np.sqrt(5_000), abs=0.06)


@pytest.mark.parametrize("share", [0.02, 0.3, 1.0])
def test_drawing_the_few_and_drawing_counts_come_to_the_same(share: float) -> None:
    """A mean and a variance as theory has them, whatever share of customers has a value other than the common one; of
    40 values at most, so that both ways are gone: counts where 300 and more are not 2, the few where 20 are not."""
    rng = np.random.default_rng(0)
    values = np.full(1_000, 2.0)
    values[: int(1_000 * share)] = rng.integers(3, 43, int(1_000 * share))
    means = resample_means(values, 20_000, np.random.default_rng(1))
    assert means.mean() == pytest.approx(values.mean(), rel=0.005)
    assert means.std() == pytest.approx(values.std() / np.sqrt(1_000), rel=0.02)


def test_a_sample_without_any_of_the_few_is_the_common_value() -> None:
    means = resample_means(np.r_[5.0, np.full(9, 1.0)], 5_000, np.random.default_rng(0))
    assert set(np.round(means, 9)) <= {1 + 0.4 * k for k in range(11)} | set(
        np.round([1 + 0.4 * k for k in range(11)], 9)
    )
    assert (means == 1).mean() == pytest.approx(0.9**10, abs=0.03)
    assert set(resample_means(np.full(4, 3.0), 10, np.random.default_rng(0))) == {3.0}


def test_a_value_that_most_share_stays_one_point() -> None:
    values = np.r_[np.zeros(9_000), np.random.default_rng(0).lognormal(2, 1, 1_000)]
    small = compact(values, most=40)
    assert small.counts[small.points == 0].sum() == 9_000 or small.counts.max() >= 9_000
    assert resample_means(values, 5_000, np.random.default_rng(0)).std() == pytest.approx(values.std() / 100, rel=0.04)


def test_the_order_of_customers_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    treated, control = (np.where(rng.random(90) < 0.1, rng.gamma(2, 31.7, 90).round(2), 0.0) for _ in range(2))
    one = bootstrap.bootstrap(Sample(treated), Sample(control), 0.95, resamples=500)
    other = bootstrap.bootstrap(Sample(treated[::-1].copy()), Sample(rng.permutation(control)), 0.95, resamples=500)
    assert (one.low, one.high, one.p_value, one.lift) == (other.low, other.high, other.p_value, other.lift)
