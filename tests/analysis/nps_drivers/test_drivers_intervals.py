"""Intervals of drivers' shares: the jackknife over buckets, its coverage, and when there is none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.analysis.nps_drivers import drivers as module
from helpers.analysis.nps_drivers.drivers import (
    collect_moments,
    measure_drivers,
)
from tests.analysis.nps_drivers.ratings import make_ratings, measure, moments_by_bucket

BOUNDS = ["lmg_low", "lmg_high"]


def test_intervals_are_the_jackknife_of_refitted_rows() -> None:
    # Equal buckets: Kott (2001), variance = (g - 1) / g * sum of squares about the mean of the replicates.
    frame, names = make_ratings(240, 3, seed=5)
    frame["bucket"] = np.arange(240) % 12
    result = measure_drivers(moments_by_bucket(frame, names), "y", names).drivers.set_index("driver").loc[names]
    replicates = [
        measure(frame[frame["bucket"] != b], "y", names).drivers.set_index("driver")["lmg"][names] for b in range(12)
    ]
    spread = np.var(np.array(replicates), axis=0) * 11
    half = stats.t.ppf(0.975, 11) * np.sqrt(spread)
    assert result["lmg_low"].to_numpy() == pytest.approx(np.maximum(result["lmg"] - half, 0).to_numpy())
    assert result["lmg_high"].to_numpy() == pytest.approx((result["lmg"] + half).to_numpy())


def test_unequal_buckets_jackknife_a_mean_to_its_textbook_error() -> None:
    # For a mean the pseudo-values are the buckets' own means, so Busing et al. (1999) reduces to
    # mean over buckets of size / (n - size) * (bucket mean - grand mean)^2.
    rng = np.random.default_rng(8)
    sizes = np.array([3, 8, 20, 5, 11, 7, 30, 2, 9, 14], dtype=float)
    means = rng.normal(size=10)
    n, grand = sizes.sum(), (sizes * means).sum() / sizes.sum()
    replicates = ((n * grand - sizes * means) / (n - sizes))[:, None]
    expected = np.sqrt(np.mean(sizes / (n - sizes) * (means - grand) ** 2))
    assert module._jackknife_errors(np.array([grand]), replicates, sizes) == pytest.approx([expected])


def test_weights_count_by_their_ratio_not_by_their_size() -> None:
    frame, names = make_ratings(60, 2, seed=4)
    plain = measure_drivers(collect_moments(frame, "y", names, buckets=12), "y", names)
    tiny = collect_moments(frame.assign(w=0.001), "y", names, weight="w", buckets=12)
    pd.testing.assert_frame_equal(measure_drivers(tiny, "y", names, answers=60).drivers, plain.drivers)
    # A weight of nothing is the same as no answer.
    halved = collect_moments(frame.assign(w=[1, 0] * 30), "y", names, weight="w")
    assert measure_drivers(halved, "y", names).r_squared == pytest.approx(measure(frame[::2], "y", names).r_squared)


def test_interval_covers_the_population_value() -> None:
    # The truth from a million rows of the same population; 300 surveys of 400 answers in 20 buckets.
    names = ["d0", "d1", "d2"]
    truth = measure(make_ratings(1_000_000, 3, seed=77)[0], "y", names)
    true_lmg = truth.drivers.set_index("driver")["lmg"][names]
    inside = []
    for seed in range(300):
        moments = collect_moments(make_ratings(400, 3, seed)[0], "y", names, buckets=20)
        result = measure_drivers(moments, "y", names)
        table = result.drivers.set_index("driver").loc[names]
        inside.append(
            [
                *((table["lmg_low"] <= true_lmg) & (true_lmg <= table["lmg_high"])),
                result.r_squared_low <= truth.r_squared <= result.r_squared_high,
            ]
        )
    coverage = np.mean(inside, axis=0)
    assert coverage.min() >= 0.91  # 95% less three simulation errors of 1.3 points
    assert coverage.max() <= 0.99


def test_sorted_rows_do_not_shorten_intervals() -> None:
    frame, names = make_ratings(800, 2, seed=6)
    widths = []
    for rows in (frame, frame.sort_values(["y", "d0"])):
        result = measure_drivers(collect_moments(rows, "y", names, buckets=40), "y", names)
        widths.append(result.r_squared_high - result.r_squared_low)
    assert widths[1] == pytest.approx(widths[0], rel=0.35)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 5), st.integers(0, 1000), st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_intervals_hold_their_estimates_and_stay_between_zero_and_one(k: int, seed: int, confidence: float) -> None:
    frame, names = make_ratings(80, k, seed)
    result = measure_drivers(collect_moments(frame, "y", names, buckets=10), "y", names, confidence=confidence)
    table = result.drivers
    assert ((table["lmg_low"] >= 0) & (table["lmg_low"] <= table["lmg"])).all()
    assert ((table["lmg_high"] <= 1) & (table["lmg_high"] >= table["lmg"])).all()
    assert 0 <= result.r_squared_low <= result.r_squared <= result.r_squared_high <= 1


def test_an_interval_that_would_pass_one_ends_there() -> None:
    frame = pd.DataFrame({"a": np.random.default_rng(0).normal(size=40)})
    frame["y"] = frame["a"] + 0.05 * np.random.default_rng(1).normal(size=40) + 2 * (frame.index == 3)
    result = measure_drivers(collect_moments(frame, "y", ["a"], buckets=10), "y", ["a"])
    assert result.r_squared - result.r_squared_low > 1 - result.r_squared
    assert result.r_squared_high == result.drivers.loc[0, "lmg_high"] == 1


def test_fewer_than_ten_buckets_give_no_interval() -> None:
    frame, names = make_ratings(90, 2, seed=0)
    result = measure_drivers(collect_moments(frame, "y", names, buckets=9), "y", names)
    assert result.drivers[BOUNDS].isna().all(axis=None)
    assert np.isnan(result.r_squared_low)
    assert np.isnan(result.r_squared_high)
    few_rows = collect_moments(frame.head(9), "y", names, buckets=40)  # 9 buckets with a row each, 31 empty
    assert measure_drivers(few_rows, "y", names).drivers[BOUNDS].isna().all(axis=None)


@pytest.mark.parametrize("elsewhere", ["constant", "the same as another"])
def test_a_driver_that_tells_something_in_one_bucket_only_gives_no_interval(elsewhere: str) -> None:
    frame, names = make_ratings(100, 2, seed=0)
    frame["bucket"] = np.arange(100) // 10
    other = 0.0 if elsewhere == "constant" else frame["d0"]
    frame["d1"] = np.where(frame["bucket"] == 4, frame["d1"] + np.arange(100) % 3, other)
    result = measure_drivers(moments_by_bucket(frame, names), "y", names)
    assert result.drivers[BOUNDS].isna().all(axis=None)
    assert result.drivers["lmg"].notna().all()
