"""What the largest customers do to a lift."""

import numpy as np
import pytest

from helpers.analysis.campaigns.comparison import compare
from helpers.analysis.campaigns.intervals import Sample
from helpers.analysis.campaigns.leverage import find_leverage
from tests.analysis.campaigns.samples import CONTROL, people

SIX = np.array([0.0, 1, 2, 3, 2, 1])


def test_by_hand() -> None:
    """The largest, 100 of 132, is in the arm: without it the means are 13 / 8 and 19 / 11."""
    treated, control = np.array([0.0, 1, 2, 3, 2, 1, 2, 2, 100]), np.array([0.0, 1, 2, 3, 2, 1, 2, 2, 2, 2, 2])
    row = find_leverage(people({"call": treated, CONTROL: control}), "spend").iloc[0]
    assert (row["largest"], row["largest_arm"], row["customers"]) == (100, "call", 20)
    assert row["largest_share"] == pytest.approx(100 / 132)
    assert row["lift"] == pytest.approx(113 / 9 - 19 / 11)
    assert row["lift_without"] == pytest.approx(13 / 8 - 19 / 11)
    rest = compare(Sample(treated[:-1]), Sample(control), rate=False, confidence=0.95, resamples=2_000)
    assert (row["low_without"], row["high_without"]) == pytest.approx((rest.low, rest.high))


def test_a_large_loss_is_as_far_from_zero() -> None:
    row = find_leverage(people({"call": [*SIX, 1], CONTROL: [*SIX, -50]}), "spend").iloc[0]
    assert (row["largest"], row["largest_arm"]) == (-50, CONTROL)


def test_a_clear_lift_that_some_customers_make() -> None:
    """The answer is asked again without one, two ... of the largest, by the interval that fits."""
    quiet = np.tile([1.0, 2.0, 3.0], 100)
    treated = np.r_[quiet, 40.0, 41.0, 42.0, 43.0]
    row = find_leverage(people({"call": treated, CONTROL: quiet}), "spend").iloc[0]
    clear = [
        compare(Sample(treated[: len(treated) - k]), Sample(quiet), rate=False, confidence=0.95, resamples=2_000).low
        > 0
        for k in range(5)
    ]
    assert clear[0] and not clear[4]
    assert row["hangs_on"] == clear.index(False)


def test_one_order_of_a_million_makes_no_lift() -> None:
    """Alike but for that order: neither with it nor without it is anything clear."""
    rng = np.random.default_rng(0)
    spend = np.where(rng.random(2_000) < 0.1, rng.lognormal(3, 0.5, 2_000), 0.0)
    row = find_leverage(people({"call": np.r_[spend[:1_000], 1e6], CONTROL: spend[1_000:]}), "spend").iloc[0]
    assert row["low_without"] < 0 < row["high_without"]
    assert row["largest_share"] > 0.99
    assert row["low"] < 0
    assert row["hangs_on"] == 0


def test_what_one_order_hides_is_found_too() -> None:
    """A clear rise that one order of a million among those left out makes unclear."""
    rng = np.random.default_rng(0)
    row = find_leverage(
        people({"call": rng.normal(5, 1, 100), CONTROL: np.r_[rng.normal(2, 1, 99), 1e6]}), "spend"
    ).iloc[0]
    assert row["low"] < 0 < row["high"]
    assert row["low_without"] > 0
    assert row["hangs_on"] == 1


def test_rates_small_arms_broken_draws_and_everyone_else_have_none() -> None:
    rate = people({"call": [0, 1] * 10, CONTROL: [0, 1] * 10})
    assert find_leverage(rate, "spend").empty
    assert find_leverage(people({"call": SIX, CONTROL: [*SIX, 9]}), "spend").empty  # six customers
    enough = people({"call": [*SIX, 7], CONTROL: [*SIX, 9]})
    assert len(find_leverage(enough, "spend")) == 1
    assert find_leverage(enough, "spend", broken=["spring"]).empty
    assert find_leverage(enough.assign(control="everyone else"), "spend").empty
    assert find_leverage(people({"call": [*SIX, 7] * 2, CONTROL: np.zeros(9)}).assign(spend=0.5), "spend")[
        "hangs_on"
    ].tolist() == [0]
