"""Driver importance against R's relaimpo, brute force over every order, statsmodels and known populations."""

from io import StringIO
from itertools import permutations
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.nps_drivers.drivers import (
    collect_moments,
    collect_pairs,
    find_drivers,
    measure_drivers,
)
from helpers.analysis.nps_drivers.owen import owen_shares
from helpers.errors import InputError
from tests.analysis.nps_drivers.ratings import make_ratings, measure

# R's `swiss` (datasets package, public): fertility and social indicators of 47 French-speaking provinces,
# about 1888.
SWISS = pd.read_csv(
    StringIO(
        """Fertility Agriculture Examination Education Catholic Infant.Mortality
80.2 17.0 15 12 9.96 22.2
83.1 45.1 6 9 84.84 22.2
92.5 39.7 5 5 93.40 20.2
85.8 36.5 12 7 33.77 20.3
76.9 43.5 17 15 5.16 20.6
76.1 35.3 9 7 90.57 26.6
83.8 70.2 16 7 92.85 23.6
92.4 67.8 14 8 97.16 24.9
82.4 53.3 12 7 97.67 21.0
82.9 45.2 16 13 91.38 24.4
87.1 64.5 14 6 98.61 24.5
64.1 62.0 21 12 8.52 16.5
66.9 67.5 14 7 2.27 19.1
68.9 60.7 19 12 4.43 22.7
61.7 69.3 22 5 2.82 18.7
68.3 72.6 18 2 24.20 21.2
71.7 34.0 17 8 3.30 20.0
55.7 19.4 26 28 12.11 20.2
54.3 15.2 31 20 2.15 10.8
65.1 73.0 19 9 2.84 20.0
65.5 59.8 22 10 5.23 18.0
65.0 55.1 14 3 4.52 22.4
56.6 50.9 22 12 15.14 16.7
57.4 54.1 20 6 4.20 15.3
72.5 71.2 12 1 2.40 21.0
74.2 58.1 14 8 5.23 23.8
72.0 63.5 6 3 2.56 18.0
60.5 60.8 16 10 7.72 16.3
58.3 26.8 25 19 18.46 20.9
65.4 49.5 15 8 6.10 22.5
75.5 85.9 3 2 99.71 15.1
69.3 84.9 7 6 99.68 19.8
77.3 89.7 5 2 100.00 18.3
70.5 78.2 12 6 98.96 19.4
79.4 64.9 7 3 98.22 20.2
65.0 75.9 9 9 99.06 17.8
92.2 84.6 3 3 99.46 16.3
79.3 63.1 13 13 96.83 18.1
70.4 38.4 26 12 5.62 20.3
65.7 7.7 29 11 13.79 20.5
72.7 16.7 22 13 11.22 18.9
64.4 17.6 35 32 16.92 23.0
77.6 37.6 15 7 4.97 20.0
67.6 18.7 25 7 8.65 19.5
35.0 1.2 37 53 42.34 18.0
44.7 46.6 16 29 50.43 18.2
42.8 27.7 22 29 58.33 19.3
"""
    ),
    sep=" ",
)
INDICATORS = ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"]
BOUNDS = ["lmg_low", "lmg_high"]


def test_swiss_agrees_with_r() -> None:
    # relaimpo's calc.relimp(type = "lmg") and Johnson's relative weights: shared/data/README.md, "Drivers".
    result = measure(SWISS, "Fertility", INDICATORS)
    by_driver = result.drivers.set_index("driver").loc[INDICATORS]
    assert by_driver["lmg"].tolist() == pytest.approx([0.057091, 0.171173, 0.260135, 0.105570, 0.112766], abs=5e-7)
    assert by_driver["relative_weight"].tolist() == pytest.approx(
        [0.048417, 0.154708, 0.271964, 0.114680, 0.116966], abs=5e-7
    )
    assert result.r_squared == pytest.approx(0.706735, abs=5e-7)
    assert result.answers == 47
    assert result.drivers.index.tolist() == list(range(5))
    assert result.drivers["driver"].tolist() == [
        *("Education", "Examination", "Infant.Mortality", "Catholic", "Agriculture")
    ]


def test_swiss_agrees_with_statsmodels_and_pandas() -> None:
    result = measure(SWISS, "Fertility", INDICATORS)
    by_driver = result.drivers.set_index("driver").loc[INDICATORS]
    standard = (SWISS - SWISS.mean()) / SWISS.std()
    fit = sm.OLS(standard["Fertility"], standard[INDICATORS]).fit()
    assert result.r_squared == pytest.approx(fit.rsquared)
    assert by_driver["coefficient"].tolist() == pytest.approx(fit.params.tolist())
    assert by_driver["correlation"].tolist() == pytest.approx(SWISS.corr()["Fertility"][INDICATORS].tolist())
    assert by_driver["performance"].tolist() == pytest.approx(SWISS[INDICATORS].mean().tolist())
    assert by_driver["importance"].tolist() == pytest.approx((by_driver["lmg"] / fit.rsquared).tolist())


def test_weighted_shares_agree_with_weighted_regressions_in_every_order() -> None:
    frame, names = make_ratings(120, 4, seed=2)
    frame["w"] = np.random.default_rng(3).uniform(0.2, 5, len(frame))
    result = measure_drivers(collect_moments(frame, "y", names, weight="w"), "y", names, answers=len(frame))
    expected = dict.fromkeys(names, 0.0)
    for order in permutations(names):
        before = 0.0
        for i, name in enumerate(order):
            design = sm.add_constant(frame[list(order[: i + 1])])
            after = sm.WLS(frame["y"], design, weights=frame["w"]).fit().rsquared
            expected[name] += (after - before) / 24
            before = after
    assert result.drivers.set_index("driver")["lmg"].to_dict() == pytest.approx(expected)
    assert result.answers == 120


def test_uncorrelated_drivers_get_their_squared_correlations() -> None:
    # A full factorial: where drivers do not correlate, every method gives the squared correlation.
    grid = np.array(np.meshgrid([1, 2, 3], [1, 2, 3], [1, 2, 3])).reshape(3, -1).T
    frame = pd.DataFrame(grid, columns=["a", "b", "c"])
    frame["y"] = 3 * frame["a"] + 2 * frame["b"] + np.random.default_rng(0).normal(size=27)
    table = measure(frame, "y", ["a", "b", "c"]).drivers
    for share in ("lmg", "relative_weight"):
        assert table[share].tolist() == pytest.approx((table["correlation"] ** 2).tolist())


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 7), st.integers(0, 10_000))
def test_shares_sum_to_r_squared_in_any_order_and_any_unit(k: int, seed: int) -> None:
    frame, names = make_ratings(60, k, seed)
    result = measure(frame, "y", names)
    table = result.drivers
    assert table["lmg"].sum() == pytest.approx(result.r_squared)
    assert table["relative_weight"].sum() == pytest.approx(result.r_squared)
    assert (table["lmg"] >= 0).all()
    assert table["importance"].sum() == pytest.approx(1)
    assert table["lmg"].is_monotonic_decreasing
    assert result.r_squared == pytest.approx(sm.OLS(frame["y"], sm.add_constant(frame[names])).fit().rsquared)

    shuffled = list(np.random.default_rng(seed).permutation(names))
    rescaled = frame.assign(y=1000 - 7 * frame["y"], d0=0.01 * frame["d0"] + 3)
    other = measure(rescaled, "y", shuffled)
    assert other.drivers.set_index("driver")["lmg"].to_dict() == pytest.approx(
        table.set_index("driver")["lmg"].to_dict(), abs=1e-9
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 200), st.integers(1, 40), st.integers(0, 1000))
def test_moments_add(cut: int, buckets: int, seed: int) -> None:
    frame, names = make_ratings(200, 3, seed)
    frame.loc[frame.index % 17 == 3, "d1"] = np.nan
    whole = collect_moments(frame, "y", names, buckets=buckets)
    parts = [collect_moments(part, "y", names) for part in (frame.iloc[:cut], frame.iloc[cut:])]
    keys = ["left", "right"]
    total = whole.groupby(keys)["value"].sum()
    pd.testing.assert_series_equal(pd.concat(parts).groupby(keys)["value"].sum(), total, check_exact=False)
    assert total["1", "1"] == len(frame.dropna())
    one = measure_drivers(pd.concat(parts), "y", names)
    pd.testing.assert_frame_equal(
        one.drivers.drop(columns=BOUNDS), measure(frame, "y", names).drivers.drop(columns=BOUNDS)
    )


def test_moments_are_sums_of_products_of_complete_rows() -> None:
    frame = pd.DataFrame({"y": [1, 2, None, 4], "a": [5, 6, 7, None], "b": [1, 3, 5, 7], "w": [2, 0.5, 1, 1]})
    moments = collect_moments(frame, "y", ["a", "b"], weight="w")
    pairs = list(zip(moments["left"], moments["right"], strict=True))
    assert pairs == [
        *(("1", "1"), ("1", "y"), ("1", "a"), ("1", "b")),
        *(("y", "y"), ("y", "a"), ("y", "b"), ("a", "a"), ("a", "b"), ("b", "b")),
    ]
    # Two complete rows: (y, a, b, w) = (1, 5, 1, 2) and (2, 6, 3, .5).
    assert moments["value"].tolist() == pytest.approx([2.5, 3, 13, 3.5, 4, 16, 5, 68, 19, 6.5])
    assert moments["bucket"].unique().tolist() == [0]


def test_buckets_are_of_equal_size_and_repeatable() -> None:
    frame, names = make_ratings(103, 2, seed=0)
    moments = collect_moments(frame, "y", names, buckets=10)
    sizes = moments.query("left == '1' and right == '1'")["value"]
    assert sorted(sizes) == [10] * 7 + [11] * 3
    # Dealt by a shuffle that stays, so that the same answers have the same intervals next year.
    twelve = collect_moments(pd.DataFrame({"y": range(12), "a": 1}), "y", ["a"], buckets=4)
    assert twelve.query("left == '1' and right == 'y'")["value"].tolist() == [20, 23, 15, 8]


def test_names_in_either_order_and_names_not_asked_for_are_understood() -> None:
    moments = collect_moments(SWISS, "Fertility", INDICATORS)
    turned = moments.rename(columns={"left": "right", "right": "left"}).assign(bucket=np.nan)  # nor need it a name
    pd.testing.assert_frame_equal(
        measure_drivers(turned, "Fertility", INDICATORS[:3]).drivers,
        measure(SWISS, "Fertility", INDICATORS[:3]).drivers,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.assign(d2=4), "'d2' has the same value"),
        (lambda f: f.assign(d2=0), "'d2' has the same value"),
        (lambda f: f.assign(y=0.1), "'y' has the same value"),
        (lambda f: f.assign(d2=f["d0"] + f["d1"]), "'d2' follows from 'd0', 'd1'"),
        (lambda f: f.assign(d2=6 - f["d1"]), "'d2' follows from 'd1':"),
        (lambda f: f.assign(d1=2 * f["d0"]), "'d1' follows from 'd0':"),
        (lambda f: f.head(5), "y: 5 complete answers are too few for 3 drivers.*Allowed: 6 answers or more"),
        (lambda f: f.assign(d1=np.nan), "0 complete answers"),
    ],
)
def test_data_that_cannot_be_shared_out_are_refused(change, message: str) -> None:
    frame, names = make_ratings(50, 3, seed=1)
    with pytest.raises(InputError, match=message):
        measure(change(frame), "y", names)
    assert measure(frame.head(6), "y", names).answers == 6  # three more than the drivers


def test_arguments_that_cannot_be_used_are_refused() -> None:
    frame, names = make_ratings(50, 16, seed=1)
    moments = collect_moments(frame, "y", names[:3])
    with pytest.raises(InputError, match="0 drivers given"):
        measure_drivers(moments, "y", [])
    with pytest.raises(InputError, match="'y' cannot be a driver"):
        measure_drivers(moments, "y", ["d0", "y"])
    with pytest.raises(InputError, match=r"no usable sum for .* with 'd3'"):
        measure_drivers(moments, "y", ["d0", "d3"])
    for confidence in (0, 1, 95):
        with pytest.raises(InputError, match=f"confidence {confidence}"):
            measure_drivers(moments, "y", names[:3], confidence=confidence)
    with pytest.raises(InputError, match="'left' is missing"):
        measure_drivers(moments.drop(columns=["left", "value"]), "y", names[:3])
    with pytest.raises(InputError, match="no usable sum for '1' with '1'"):
        measure_drivers(moments.assign(value=np.nan), "y", names[:3])
    weightless = collect_moments(frame.assign(w=0), "y", names[:3], weight="w")
    with pytest.raises(InputError, match="50 complete answers are too few"):
        measure_drivers(weightless, "y", names[:3], answers=50)
    with pytest.raises(InputError, match="0 buckets"):
        collect_moments(frame, "y", ["d0"], buckets=0)
    with pytest.raises(InputError, match="'d99' is missing"):
        collect_moments(frame, "y", ["d99"])
    with pytest.raises(InputError, match="'d0' has values that are not numbers"):
        collect_moments(frame.assign(d0="good"), "y", ["d0"])
    with pytest.raises(InputError, match="'d0' has infinite"):
        collect_moments(frame.assign(d0=np.inf), "y", ["d0"])
    with pytest.raises(InputError, match="some weights are negative"):
        collect_moments(frame.assign(w=-1), "y", ["d0"], weight="w")


@pytest.mark.parametrize(
    ("rows", "k", "limit", "found"), [(50, 2, {}, 2), (49, 2, {}, 0), (5, 2, {"min_answers": 5}, 2), (60, 0, {}, 0)]
)
def test_too_few_answers_find_no_drivers(rows: int, k: int, limit: dict, found: int) -> None:
    frame, names = make_ratings(rows, max(k, 1), seed=3)
    result = find_drivers(collect_moments(frame, "y", names), "y", names[:k], rows, **limit)
    assert (len(result.drivers), result.answers) == (found, rows)
    assert result.drivers.columns.tolist() == measure(SWISS, "Fertility", INDICATORS).drivers.columns.tolist()
    assert np.isnan(result.r_squared) == (not found)


def test_nullable_columns_are_read() -> None:
    frame = SWISS.astype({"Examination": "Int64", "Education": "Int64"})
    assert measure(frame, "Fertility", INDICATORS).r_squared == pytest.approx(0.706735, abs=5e-7)


def test_an_unrelated_target_has_no_importance_to_share() -> None:
    every = np.array(np.meshgrid(*[[-1, 1]] * 6)).reshape(6, -1).T  # each combination once: nothing correlates
    result = measure(pd.DataFrame(every, columns=list("abcdey")), "y", list("abcde"))
    assert result.r_squared == 0
    assert result.drivers["importance"].isna().all()


@pytest.mark.parametrize(("k", "seconds"), [(12, 2.0), (14, 6.0)])
def test_many_drivers_with_a_thousand_replicates_are_quick(k: int, seconds: float) -> None:
    # Measured: 0.2 s for 12 drivers and 0.4 s for 14; the bounds leave room for a loaded machine.
    frame, names = make_ratings(2000, k, seed=9)
    moments = collect_moments(frame, "y", names, buckets=400)
    started = perf_counter()
    result = measure_drivers(moments, "y", names)
    assert perf_counter() - started < seconds
    assert result.drivers["lmg"].sum() == pytest.approx(result.r_squared)
    assert result.drivers[BOUNDS].notna().all(axis=None)


def test_of_complete_rows_pairs_say_the_same() -> None:
    pairs = measure_drivers(collect_pairs(SWISS, "Fertility", INDICATORS), "Fertility", INDICATORS)
    assert (pairs.rest_on, pairs.answers, pairs.shares) == ("pairs", 47, "lmg")
    expected = measure(SWISS, "Fertility", INDICATORS)
    pd.testing.assert_frame_equal(pairs.drivers, expected.drivers)
    assert (expected.rest_on, expected.r_squared) == ("complete", pytest.approx(pairs.r_squared))


def test_the_test_of_all_drivers_agrees_with_statsmodels() -> None:
    fit = sm.OLS(SWISS["Fertility"], sm.add_constant(SWISS[INDICATORS])).fit()
    assert measure(SWISS, "Fertility", INDICATORS).p_value == pytest.approx(fit.f_pvalue, rel=1e-6)
    noise = SWISS.assign(Fertility=np.random.default_rng(0).normal(size=47))
    fit = sm.OLS(noise["Fertility"], sm.add_constant(noise[INDICATORS])).fit()
    for collect in (collect_moments, collect_pairs):
        found = measure_drivers(collect(noise, "Fertility", INDICATORS), "Fertility", INDICATORS)
        assert found.p_value == pytest.approx(fit.f_pvalue, rel=1e-6)
    half = noise.assign(**{name: noise[name].where(noise.index % 2 == 0) for name in INDICATORS})
    fewer = measure_drivers(collect_pairs(half, "Fertility", INDICATORS), "Fertility", INDICATORS)
    every_second = noise[noise.index % 2 == 0]
    fit = sm.OLS(every_second["Fertility"], sm.add_constant(every_second[INDICATORS])).fit()
    assert fewer.p_value == pytest.approx(fit.f_pvalue, rel=1e-6)
    grid = pd.DataFrame({"a": np.arange(40.0), "y": np.arange(40.0)})
    assert measure(grid, "y", ["a"]).p_value == pytest.approx(0)


def test_johnsons_weight_has_both_its_names() -> None:
    table = measure(SWISS, "Fertility", INDICATORS).drivers
    assert table["johnson"].tolist() == table["relative_weight"].tolist()


def test_pairs_that_contradict_each_other_are_repaired() -> None:
    # Three groups of answers, each with another pair: a goes with b, b with the score, and a against the score.
    up, down = np.arange(40.0), np.arange(40.0)[::-1]
    blank = np.full(40, np.nan)
    frame = pd.DataFrame(
        {
            "a": np.concatenate([up, blank, up]),
            "b": np.concatenate([up + up % 3, up + up % 2, blank]),
            "y": np.concatenate([np.tile([1.0, 2], 20), up, down]),
        }
    )
    found = measure_drivers(collect_pairs(frame, "y", ["a", "b"]), "y", ["a", "b"], answers=120)
    assert 0 < found.r_squared <= 1
    assert found.drivers["lmg"].between(0, 1).all()


def test_beyond_twenty_drivers_groups_share_first() -> None:
    rng = np.random.default_rng(3)
    topics = rng.normal(size=(1_500, 7))
    x = topics[:, np.repeat(np.arange(7), 3)] + 0.4 * rng.normal(size=(1_500, 21))
    names = [f"t{i // 3}_{i % 3}" for i in range(21)]
    frame = pd.DataFrame(x, columns=names).assign(y=x[:, 0] + 0.5 * x[:, 3] + rng.normal(size=1_500))
    found = measure(frame, "y", names)
    matrix = frame[[*names, "y"]].corr().to_numpy()
    expected = owen_shares(matrix, np.repeat(np.arange(7), 3))
    assert found.shares == "owen"
    assert found.drivers.set_index("driver")["lmg"][names].tolist() == pytest.approx(expected.tolist())
    assert found.drivers["johnson"].sum() == pytest.approx(found.r_squared)
    assert found.drivers.groupby("group").size().tolist() == [3] * 7
    assert found.drivers["group"].iloc[0] == found.drivers["driver"].iloc[0] == "t0_0"
    twenty = measure(frame, "y", names[:20])
    assert twenty.shares == "lmg"
    assert twenty.drivers["lmg"].sum() == pytest.approx(twenty.r_squared)


def test_like_drivers_carry_the_name_of_the_most_important() -> None:
    frame, names = make_ratings(500, 3, seed=1)
    frame["twin"] = frame["d0"] + 0.2 * np.random.default_rng(0).normal(size=500)
    groups = measure(frame, "y", [*names, "twin"]).drivers.set_index("driver")["group"]
    assert groups.to_dict() == {"d0": groups["d0"], "twin": groups["d0"], "d1": "d1", "d2": "d2"}
    assert groups["d0"] in ("d0", "twin")
    nearly = frame.assign(twin=frame["d0"] + 0.01 * np.random.default_rng(0).normal(size=500))  # no copy: r = .9999
    for collect in (collect_moments, collect_pairs):
        found = find_drivers(collect(nearly, "y", [*names, "twin"]), "y", [*names, "twin"], 500)
        assert (found.left_out, len(found.drivers)) == ({}, 4)


def test_performance_is_compared_as_a_share_of_each_scale() -> None:
    frame, names = make_ratings(500, 2, seed=1)
    coverage = pd.DataFrame({"driver": names, "answers": [500, 400], "lowest": [1, 0], "highest": [5, 10]})
    moments = collect_moments(frame, "y", names, buckets=100)
    table = measure_drivers(moments, "y", names, coverage=coverage).drivers.set_index("driver")
    mean = frame[names].mean()
    assert table["performance"][names].tolist() == pytest.approx(mean.tolist())
    assert table["performance_share"][names].tolist() == pytest.approx([(mean["d0"] - 1) / 4, mean["d1"] / 10])
    assert table["answers"].to_dict() == {"d0": 500, "d1": 400}
    assert table["quadrant"].to_dict() == {"d0": "keep up", "d1": "improve later"}  # on one scale both rate about 3
    assert (table["quadrant_verdict"] == "clear").all()
    assert (
        (table["performance_low"] < table["performance"]) & (table["performance"] < table["performance_high"])
    ).all()
    se = frame["d0"].std() / 500**0.5
    assert table.loc["d0", "performance_high"] - table.loc["d0", "performance_low"] == pytest.approx(
        3.92 * se, rel=0.15
    )
