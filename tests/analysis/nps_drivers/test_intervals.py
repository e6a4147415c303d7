"""Intervals of shares and ranks: a bootstrap of buckets against one of rows, its coverage, and when there is none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.analysis.nps_drivers import intervals
from helpers.analysis.nps_drivers.drivers import collect_moments, collect_pairs, measure_drivers
from helpers.analysis.nps_drivers.intervals import bounds, rank_bounds, resample
from helpers.analysis.nps_drivers.lmg import shapley_shares
from helpers.analysis.nps_drivers.moments import describe, stack
from tests.analysis.nps_drivers.ratings import make_ratings, measure, moments_by_bucket

BOUNDS = ["lmg_low", "lmg_high"]


def measured(rows: int, k: int, seed: int, buckets: int) -> pd.DataFrame:
    frame, names = make_ratings(rows, k, seed)
    found = measure_drivers(collect_moments(frame, "y", names, buckets=buckets), "y", names)
    return found.drivers.set_index("driver").loc[names]


def by_rows(frame: pd.DataFrame, names: list[str], replicates: int) -> np.ndarray:
    """Shares (replicates, drivers) of answers drawn one by one: the bootstrap that buckets stand in for."""
    rng, values = np.random.default_rng(1), frame[[*names, "y"]].to_numpy()
    drawn = rng.integers(0, len(values), (replicates, len(values)))
    return shapley_shares(np.array([np.corrcoef(values[rows].T) for rows in drawn]))


def test_a_bootstrap_of_buckets_is_as_wide_as_one_of_rows() -> None:
    frame, names = make_ratings(2_000, 6, seed=11)
    rows = by_rows(frame, names, 600)
    expected = np.diff(np.quantile(rows, [0.025, 0.975], axis=0), axis=0)[0]
    table = measured(2_000, 6, 11, 400)
    width = (table["lmg_high"] - table["lmg_low"]).to_numpy()
    floored = table["lmg_low"].to_numpy() == 0
    assert (width / expected)[~floored] == pytest.approx(np.ones((~floored).sum()), abs=0.15)
    assert (width / expected).mean() == pytest.approx(1, abs=0.07)
    ranks = np.argsort(np.argsort(-rows, axis=1), axis=1) + 1
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0, method="inverted_cdf")
    assert np.abs(table["rank_low"].to_numpy() - low).max() <= 1
    assert np.abs(table["rank_high"].to_numpy() - high).max() <= 1


def test_of_pairs_a_bootstrap_of_buckets_is_as_wide_as_one_of_rows() -> None:
    frame, names = make_ratings(1_500, 3, seed=11)
    rng = np.random.default_rng(2)
    frame = frame.assign(**{n: frame[n].where(rng.random(1_500) > 0.4) for n in names})
    drawn = [frame.sample(frac=1, replace=True, random_state=i)[[*names, "y"]].corr().to_numpy() for i in range(300)]
    expected = np.diff(np.quantile(shapley_shares(np.array(drawn)), [0.025, 0.975], axis=0), axis=0)[0]
    found = measure_drivers(collect_pairs(frame, "y", names, buckets=400), "y", names, answers=1_500)
    table = found.drivers.set_index("driver").loc[names]
    width = (table["lmg_high"] - table["lmg_low"]).to_numpy()
    assert width / expected == pytest.approx(np.ones(3), abs=0.15)


def test_common_orders_give_the_spread_of_all_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond fifteen drivers only some orders are tried in each replicate, the same ones in all of them."""
    exact = measured(600, 8, 3, 300)
    monkeypatch.setattr(intervals, "MAX_IN_FULL", 7)
    drawn = measured(600, 8, 3, 300)
    assert drawn["lmg"].tolist() == exact["lmg"].tolist()
    widths = [table["lmg_high"] - table["lmg_low"] for table in (drawn, exact)]
    assert not widths[0].equals(widths[1])
    assert (widths[0] / widths[1]).to_numpy() == pytest.approx(np.ones(8), abs=0.12)


def test_twenty_drivers_have_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resample, "__kwdefaults__", {"replicates": 300, "orders": 100})
    table = measured(900, 20, 3, 300)
    assert table[BOUNDS].notna().all(axis=None)
    assert (table["rank_low"] <= table["rank_high"]).all()
    assert table["lmg"].sum() == pytest.approx(measured(900, 20, 3, 1)["lmg"].sum())


def test_replicates_lie_about_the_estimate_and_are_widened_for_few_buckets() -> None:
    frame, names = make_ratings(400, 2, seed=2)
    sums = stack(collect_moments(frame, "y", names, buckets=40), [*names, "y"])
    total = describe(sums.cells.sum(axis=0)[None], in_pairs=False)
    lmg, means = shapley_shares(total.correlations)[0], total.means[0, :-1]
    found = resample(sums, lmg, means, None)
    assert found.shares.mean(axis=0) == pytest.approx(lmg)
    assert found.means.mean(axis=0) == pytest.approx(means)
    drawn = np.random.default_rng(0).multinomial(40, np.full(40, 1 / 40), size=1_000)
    cells = np.einsum("rb,bij->rij", drawn.astype(float), sums.cells)
    plain = shapley_shares(describe(cells, in_pairs=False).correlations)
    wider = stats.t.ppf(0.975, 39) / stats.norm.ppf(0.975) * np.sqrt(40 / 39)
    assert found.shares.std(axis=0) == pytest.approx(wider * plain.std(axis=0))


def test_interval_covers_the_population_value(monkeypatch: pytest.MonkeyPatch) -> None:
    # The truth from 300,000 rows of the same population; 100 surveys of 400 answers in 60 buckets.
    names = ["d0", "d1", "d2"]
    truth = measure(make_ratings(300_000, 3, seed=77)[0], "y", names)
    true_lmg = truth.drivers.set_index("driver")["lmg"][names]
    inside = []
    monkeypatch.setattr(resample, "__kwdefaults__", {"replicates": 250, "orders": 1})
    for seed in range(100):
        moments = collect_moments(make_ratings(400, 3, seed)[0], "y", names, buckets=60)
        result = measure_drivers(moments, "y", names)
        table = result.drivers.set_index("driver").loc[names]
        inside.append(
            [
                *((table["lmg_low"] <= true_lmg) & (true_lmg <= table["lmg_high"])),
                result.r_squared_low <= truth.r_squared <= result.r_squared_high,
                ((table["rank_low"] <= [1, 2, 3]) & (table["rank_high"] >= [1, 2, 3])).all(),
            ]
        )
    coverage = np.mean(inside, axis=0)
    assert coverage.min() >= 0.88  # 95% less three simulation errors of 2.2 points
    assert coverage[:4].max() < 1


def test_sorted_rows_do_not_shorten_intervals() -> None:
    frame, names = make_ratings(800, 2, seed=6)
    widths = []
    for rows in (frame, frame.sort_values(["y", "d0"])):
        result = measure_drivers(collect_moments(rows, "y", names, buckets=200), "y", names)
        widths.append(result.r_squared_high - result.r_squared_low)
    assert widths[1] == pytest.approx(widths[0], rel=0.2)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 5), st.integers(0, 1000), st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_intervals_hold_their_estimates_and_stay_between_zero_and_one(k: int, seed: int, confidence: float) -> None:
    frame, names = make_ratings(80, k, seed)
    result = measure_drivers(collect_moments(frame, "y", names, buckets=40), "y", names, confidence=confidence)
    table = result.drivers
    assert ((table["lmg_low"] >= 0) & (table["lmg_low"] <= table["lmg"])).all()
    assert ((table["lmg_high"] <= 1) & (table["lmg_high"] >= table["lmg"])).all()
    own = np.arange(1, k + 1)
    assert ((table["rank_low"] >= 1) & (table["rank_low"] <= own)).all()
    assert ((table["rank_high"] <= k) & (table["rank_high"] >= own)).all()
    assert ((table["importance_low"] <= table["importance"]) & (table["importance"] <= table["importance_high"])).all()
    assert 0 <= result.r_squared_low <= result.r_squared <= result.r_squared_high <= 1


def test_an_interval_that_would_pass_one_ends_there() -> None:
    frame = pd.DataFrame({"a": np.random.default_rng(0).normal(size=40)})
    frame["y"] = frame["a"] + 0.05 * np.random.default_rng(1).normal(size=40) + 2 * (frame.index == 3)
    result = measure_drivers(collect_moments(frame, "y", ["a"], buckets=40), "y", ["a"])
    assert result.r_squared - result.r_squared_low > 1 - result.r_squared
    assert result.r_squared_high == result.drivers.loc[0, "lmg_high"] == 1


@pytest.mark.parametrize(("buckets", "known"), [(29, False), (30, True)])
def test_fewer_than_thirty_buckets_give_no_interval(buckets: int, known: bool) -> None:
    frame, names = make_ratings(90, 2, seed=0)
    result = measure_drivers(collect_moments(frame, "y", names, buckets=buckets), "y", names)
    columns = [*BOUNDS, "rank_low", "rank_high", "importance_low", "performance_low", "performance_high"]
    assert (result.drivers[columns].notna() == known).all(axis=None)
    assert np.isnan([result.r_squared_low, result.r_squared_high]).tolist() == [not known] * 2
    assert known or set(result.drivers["quadrant_verdict"]) == {"unclear"}
    few_rows = collect_moments(frame.head(29), "y", names, buckets=40)  # 29 buckets with a row each, 11 empty
    assert measure_drivers(few_rows, "y", names).drivers[BOUNDS].isna().all(axis=None)


@pytest.mark.parametrize("elsewhere", ["constant", "the same as another"])
def test_a_driver_that_tells_something_in_one_bucket_only_gives_no_interval(elsewhere: str) -> None:
    frame, names = make_ratings(400, 2, seed=0)
    frame["bucket"] = np.arange(400) // 10
    other = 0.0 if elsewhere == "constant" else frame["d0"]
    frame["d1"] = np.where(frame["bucket"] == 4, frame["d1"] + np.arange(400) % 3, other)
    result = measure_drivers(moments_by_bucket(frame, names), "y", names)
    assert result.drivers[BOUNDS].isna().all(axis=None)
    assert result.drivers["lmg"].notna().all()


def test_bounds_and_ranks_by_hand() -> None:
    replicates = np.array([[3.0, 2.0, 1.0]] * 90 + [[2.0, 3.0, 1.0]] * 10)
    low, high = bounds(replicates, np.array([3.5, 2.0, 0.5]), 0.95)
    assert low.tolist() == [2, 2, 0.5]
    assert high.tolist() == [3.5, 3, 1]
    low, high = rank_bounds(replicates, np.array([3.0, 2.0, 1.0]), 0.95)
    assert (low.tolist(), high.tolist()) == ([1, 1, 3], [2, 2, 3])
    low, high = rank_bounds(replicates, np.array([3.0, 2.0, 1.0]), 0.75)
    assert (low.tolist(), high.tolist()) == ([1, 2, 3], [1, 2, 3])
    low, high = rank_bounds(replicates[:90], np.array([1.0, 2.0, 3.0]), 0.95)  # the estimate's own rank is held
    assert (low.tolist(), high.tolist()) == ([1, 2, 1], [3, 2, 3])
    assert np.isnan(bounds(replicates[:0], np.ones(3), 0.95)).all()
    assert np.isnan(rank_bounds(replicates[:0], np.ones(3), 0.95)).all()
