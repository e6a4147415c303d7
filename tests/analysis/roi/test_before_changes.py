"""Changes between two periods and their intervals, against published answers, scipy's, and the bootstrap."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.analysis.roi.before_changes import (
    LEAST,
    Change,
    compare,
    compare_means,
    compare_rates,
    compare_sums,
    interval,
    ratio,
)


class TestRates:
    def test_newcombe(self) -> None:
        """Newcombe 1998, table II, method 10: 56 of 70 less 48 of 80."""
        found = compare_rates(48, 80, 56, 70)
        assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
        assert found.change == pytest.approx(0.2)

    def test_wilson_bounds_are_those_of_scipy(self) -> None:
        """Each side's part of the square-and-add interval, from scipy's Wilson interval."""
        first, second = (stats.binomtest(k, n).proportion_ci(method="wilson") for k, n in ((20, 100), (45, 150)))
        found = compare_rates(20, 100, 45, 150)
        assert found.low == pytest.approx(0.1 - math.hypot(0.3 - second.low, first.high - 0.2))
        assert found.high == pytest.approx(0.1 + math.hypot(second.high - 0.3, 0.2 - first.low))

    def test_few_have_no_interval(self) -> None:
        assert not math.isnan(compare_rates(3, LEAST, 4, LEAST).low)
        found = compare_rates(3, LEAST, 4, LEAST - 1)
        assert found.few
        assert math.isnan(found.low)
        assert found.before == 0.1

    def test_nobody_has_no_rate(self) -> None:
        assert math.isnan(compare_rates(0, 0, 4, 40).before)

    def test_leaving_is_told_for_a_month(self) -> None:
        """Of 100, 19 left within 60 days: 10% a month, as .9 * .9 = .81 stay. Of 100, 10 left within 30 days."""
        found = compare_rates(19, 100, 10, 100, (0.5, 1.0))
        assert (found.before, found.after) == pytest.approx((0.1, 0.1))
        assert found.low < 0 < found.high


class TestRatios:
    def test_by_hand(self) -> None:
        """Spend 10 + 30 by 1 + 3 orders is 10; the first customer's part is (10 - 10 * 1) / 4."""
        found = ratio(np.array([10.0, 30.0, 0.0]), np.array([1.0, 3.0, 0.0]))
        assert (found.value, found.n) == (10, 2)
        assert list(found.parts) == [0, 0, 0]
        uneven = ratio(np.array([4.0, 2.0]), np.array([1.0, 1.0]))
        assert (uneven.value, list(uneven.parts)) == (3, [0.5, -0.5])

    def test_nothing_under_the_line(self) -> None:
        assert math.isnan(ratio(np.zeros(3), np.zeros(3)).value)

    def test_the_same_customers_are_compared_with_themselves(self) -> None:
        """With one order each in both periods it is the paired t-interval, with normal quantiles."""
        rng = np.random.default_rng(1)
        first = rng.gamma(2, 50, 400)
        second = first + rng.normal(5, 10, 400)
        ones = np.ones(400)
        found = compare(ratio(first, ones), ratio(second, ones))
        half = stats.norm.ppf(0.975) * (second - first).std(ddof=1) / 20
        assert found.change == pytest.approx((second - first).mean())
        assert (found.low, found.high) == pytest.approx((found.change - half, found.change + half))

    def test_different_customers_are_two_samples(self) -> None:
        rng = np.random.default_rng(2)
        first, second = rng.gamma(2, 50, 300), rng.gamma(2, 60, 500)
        here, there = np.repeat([1.0, 0.0], [300, 500]), np.repeat([0.0, 1.0], [300, 500])
        spent = np.concatenate([first, second])
        found = compare(ratio(spent * here, here), ratio(spent * there, there))
        half = stats.norm.ppf(0.975) * math.sqrt(first.var() / 300 + second.var() / 500)
        assert found.high - found.change == pytest.approx(half, rel=0.002)
        assert (found.n_before, found.n_after) == (300, 500)

    def test_as_the_bootstrap_has_it(self) -> None:
        """Average order of customers of whom two thirds buy in both periods."""
        rng = np.random.default_rng(3)
        n = 1_000
        orders = rng.poisson(2, (2, n)) * (rng.random((2, n)) < 0.8)
        level = rng.gamma(3, 10, n)
        spend = orders * level * rng.lognormal(0, 0.3, (2, n))
        found = compare(ratio(spend[0], orders[0].astype(float)), ratio(spend[1], orders[1].astype(float)))
        drawn = rng.integers(0, n, (2_000, n))
        again = spend[1][drawn].sum(1) / orders[1][drawn].sum(1) - spend[0][drawn].sum(1) / orders[0][drawn].sum(1)
        assert found.high - found.low == pytest.approx(2 * 1.96 * again.std(), rel=0.06)

    def test_too_few(self) -> None:
        some = np.ones(LEAST - 1)
        found = compare(ratio(some, some), ratio(some, some))
        assert math.isnan(found.low)
        assert found.few

    def test_what_is_alike_for_all_leaves_nothing_to_chance(self) -> None:
        """Winning a customer cost 10 each, then 20 each."""
        assert interval(10.0, np.zeros(40)) == (10, 10)


class TestSums:
    def test_by_hand(self) -> None:
        """40 customers who spent 1 more each: 40, and sqrt(40 * 1) times 1.96 on either side."""
        first, second = np.ones(40), np.full(40, 2.0)
        found = compare_sums(first, second)
        assert (found.before, found.after, found.change) == (40, 80, 40)
        assert found.high - found.change == pytest.approx(1.959964 * math.sqrt(40), rel=1e-5)

    def test_lengths_are_brought_to_one(self) -> None:
        """3 a day for 10 days and for 20: 90 in 30 days both times."""
        first = np.repeat([1.0, 0.0], [30, 60])
        found = compare_sums(first, 1 - first, 3.0, 1.5)
        assert (found.before, found.after) == (90, 90)
        assert found.high == pytest.approx(1.959964 * math.sqrt(30 * 9 + 60 * 2.25), rel=1e-5)

    def test_few(self) -> None:
        assert math.isnan(compare_sums(np.ones(29), np.ones(29)).low)


def test_means_by_hand() -> None:
    """Variances 4 and 9 of 100 each: standard error sqrt(.13)."""
    found = compare_means((100, 5.0, 4.0), (100, 7.0, 9.0))
    assert (found.low, found.high) == pytest.approx((2 - 1.959964 * math.sqrt(0.13), 2 + 1.959964 * math.sqrt(0.13)))
    assert math.isnan(compare_means((29, 5.0, 4.0), (100, 7.0, 9.0)).low)


@pytest.mark.parametrize("n", [30, 77, 500])
@pytest.mark.parametrize("m", [30, 421])
def test_a_rates_interval_holds_its_change(n: int, m: int) -> None:
    for hits in range(0, n + 1, 7):
        for others in [0, 1, m // 3, m // 2, m - 1, m]:
            found: Change = compare_rates(hits, n, others, m)
            assert found.low - 1e-12 <= found.change <= found.high + 1e-12
            assert found.low >= -1
            assert found.high <= 1
