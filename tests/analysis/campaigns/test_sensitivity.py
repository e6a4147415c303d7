"""E-values as published."""

from math import exp, inf, isnan, nan, sqrt

import pytest

from helpers.analysis.campaigns.sensitivity import e_value, e_value_of_limit, ratio_of_means, ratio_of_rates


def test_the_published_example() -> None:
    """VanderWeele and Ding 2017: bottle-feeding and respiratory death, RR 3.9 (1.8 to 8.7): 7.26, limit 3.00."""
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value_of_limit(3.9, 1.8, 8.7) == pytest.approx(3.00, abs=0.005)


def test_a_ratio_below_one_counts_as_its_inverse() -> None:
    """Their second example: RR .80 (.71 to .91): 1.81 and 1.43."""
    assert e_value(0.80) == pytest.approx(1.81, abs=0.005)
    assert e_value_of_limit(0.80, 0.71, 0.91) == pytest.approx(1.43, abs=0.005)


def test_an_interval_with_one_in_it_needs_nothing_unseen() -> None:
    assert e_value(1) == 1
    assert e_value_of_limit(1.5, 1.0, 2.0) == 1
    assert e_value_of_limit(0.9, 0.5, 1.0) == 1
    assert e_value_of_limit(1.5, 1.01, 2.0) > 1


@pytest.mark.parametrize("ratio", [0.0, -1.0, inf, nan])
def test_what_is_no_ratio_has_none(ratio: float) -> None:
    assert isnan(e_value(ratio))
    assert isnan(e_value_of_limit(nan, 1.0, 2.0))


def test_rates_are_held_against_what_they_would_have_been() -> None:
    """40 % of members order, 10 points (4 to 16) more than without: 40 / 30, 40 / 36 and 40 / 24."""
    assert ratio_of_rates(0.4, 0.1, 0.04, 0.16) == pytest.approx((4 / 3, 10 / 9, 5 / 3))
    assert ratio_of_rates(0.4, 0.3, 0.1, 0.5) == pytest.approx((4, 4 / 3, inf))
    assert e_value_of_limit(*ratio_of_rates(0.4, 0.3, 0.1, 0.5)) == pytest.approx(e_value(4 / 3))


def test_means_by_their_standardised_difference() -> None:
    """d = .5, s = .1: exp(.455), and exp(.455 -/+ .178)."""
    assert ratio_of_means(50, 10, 100) == pytest.approx((exp(0.455), exp(0.277), exp(0.633)))
    assert e_value(ratio_of_means(50, 10, 100)[0]) == pytest.approx(exp(0.455) + sqrt(exp(0.455) * (exp(0.455) - 1)))
    assert all(isnan(x) for x in ratio_of_means(50, 10, 0))
