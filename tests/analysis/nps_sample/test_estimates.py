"""Scores of weighted and clustered answers, against statsmodels and samplics."""

from math import isnan

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.nps_sample.estimates import (
    Estimate,
    estimate_difference,
    estimate_ratio,
    estimate_sums,
    estimate_sums_difference,
    in_order,
    kish_effect,
    one_mind,
)
from helpers.errors import InputError

I = np.arange(60)  # noqa: E741
Y = np.array([(1, 0, -1, 1, 1, 0, -1)[i % 7] for i in I], float)
W = 1 + (I % 5) * 0.5
CLUSTER = I // 4 + (I % 3 == 0) * 2


def by_cluster(y: np.ndarray, w: np.ndarray, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    frame = pd.DataFrame({"s": w * y, "w": w}).groupby(cluster).sum()
    return frame["s"].to_numpy(), frame["w"].to_numpy()


def sums_of(y: np.ndarray, w: np.ndarray, cluster: np.ndarray) -> pd.Series:
    """What `answer_sums.weight_sums` gives in a row."""
    s, total = by_cluster(y, w, cluster)
    t, n = by_cluster(y, np.ones(len(y)), cluster)
    return pd.Series(
        {
            **{"clusters": (total > 0).sum(), "sum_w": w.sum(), "sum_wy": s.sum()},
            **{"ss": (s * s).sum(), "sw": (s * total).sum(), "ww": (total * total).sum()},
            **{"answers": len(y), "sum_y": y.sum(), "clusters_all": len(n)},
            **{"ss_all": (t * t).sum(), "sw_all": (t * n).sum(), "ww_all": (n * n).sum()},
            **{"cross_ss": (s * t).sum(), "cross_sw": (s * n).sum()},
            **{"cross_ws": (total * t).sum(), "cross_ww": (total * n).sum()},
        }
    )


# samplics 0.6.0, TaylorEstimator(PopParam.mean) on these answers: estimate, standard error, bounds.
@pytest.mark.parametrize(
    ("weights", "cluster", "expected"),
    [
        (W, I, (0.15833333333333333, 0.11579387512302855, -0.07336967559877677, 0.3900363422654434)),
        (W, CLUSTER, (0.15833333333333333, 0.11054703007067167, -0.07601590152665491, 0.3926825681933216)),
        (np.ones(60), CLUSTER, (0.15, 0.11815273777803223, -0.10047261493314982, 0.4004726149331498)),
    ],
)
def test_weighted_and_clustered_scores_are_those_of_samplics(
    weights: np.ndarray, cluster: np.ndarray, expected: tuple[float, ...]
) -> None:
    found = estimate_ratio(*by_cluster(Y, weights, cluster))
    assert (found.score, found.se, found.low, found.high) == pytest.approx(tuple(100 * x for x in expected), abs=1e-9)
    again = estimate_sums(sums_of(Y, weights, cluster))
    assert (again.score, again.se, again.low) == pytest.approx((found.score, found.se, found.low), abs=1e-9)
    assert again.clusters == found.clusters == len(set(cluster))


def test_errors_are_those_of_least_squares_on_a_constant() -> None:
    plain = sm.WLS(Y, np.ones(60), weights=W).fit(cov_type="HC1")
    clustered = sm.OLS(Y, np.ones(60)).fit(cov_type="cluster", cov_kwds={"groups": CLUSTER})
    assert estimate_ratio(W * Y, W).se == pytest.approx(100 * plain.bse[0], rel=1e-12)
    found = estimate_ratio(*by_cluster(Y, np.ones(60), CLUSTER))
    assert found.se == pytest.approx(100 * clustered.bse[0], rel=1e-12)
    assert found.score == pytest.approx(100 * clustered.params[0])


def test_a_difference_of_two_views_of_the_same_answers() -> None:
    """By the influence of each cluster, as the error of a constant fitted to them."""
    first, second = by_cluster(Y, W, CLUSTER), by_cluster(Y, np.ones(60), CLUSTER)
    found = estimate_difference(first, second)
    assert found.score == pytest.approx(100 * (0.15833333333333333 - 0.15))
    again = estimate_sums_difference(sums_of(Y, W, CLUSTER))
    assert (again.score, again.se, again.high) == pytest.approx((found.score, found.se, found.high), abs=1e-9)
    alone = estimate_ratio(*first).se + estimate_ratio(*second).se
    assert 0 < found.se < alone
    assert estimate_difference(second, second).se == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("weights", "effect"), [([1, 1, 1, 1], 1.0), ([1, 3], 1.25), ([0, 1], 2.0), ([0, 0], None)])
def test_kish(weights: list[float], effect: float | None) -> None:
    w = np.array(weights, float)
    found = kish_effect(w.sum(), (w * w).sum(), len(w))
    assert isnan(found) if effect is None else found == pytest.approx(effect)


def test_too_little_for_an_interval() -> None:
    none = estimate_ratio(np.zeros(3), np.zeros(3))
    assert isnan(none.score)
    assert none.clusters == 0
    one = estimate_ratio(np.array([1.0]), np.array([2.0]))
    assert one.score == 50
    assert isnan(one.low)
    assert estimate_ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0])).clusters == 1
    assert isnan(estimate_difference((np.zeros(2), np.zeros(2)), (np.ones(2), np.ones(2))).score)
    empty = sums_of(Y, np.zeros(60), CLUSTER)
    assert isnan(estimate_sums(empty).score)
    assert isnan(estimate_sums_difference(empty).score)


def test_negative_sums_are_refused() -> None:
    with pytest.raises(InputError, match="less than zero"):
        estimate_sums(sums_of(Y, -W, CLUSTER))


def test_bounds_stay_within_the_scale() -> None:
    found = estimate_ratio(np.array([1.0, 1.0, -1.0]), np.ones(3))
    assert (found.low, found.high) == (-100, 100)
    apart = estimate_difference((np.array([1.0, 1.0, -1.0]), np.ones(3)), (np.array([-1.0, -1.0, 1.0]), np.ones(3)))
    assert (apart.low, apart.high) == (-200, 200)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([-1, 0, 1]), st.floats(0.1, 9), st.integers(0, 6)), min_size=2, max_size=40))
def test_what_always_holds(answers: list[tuple[int, float, int]]) -> None:
    y, w, cluster = (np.array(column, float) for column in zip(*answers, strict=True))
    found = estimate_ratio(*by_cluster(y, w, cluster))
    assert isinstance(found, Estimate)
    assert -100 - 1e-9 <= found.score <= 100 + 1e-9
    assert found.score == pytest.approx(100 * np.average(y, weights=w))
    if found.clusters > 1:
        assert found.low <= found.score + 1e-9
        assert found.score <= found.high + 1e-9
        assert estimate_sums(sums_of(y, w, cluster)).se == pytest.approx(found.se, abs=1e-4)
    assert kish_effect(w.sum(), (w * w).sum(), len(w)) >= 1 - 1e-12


def test_answers_of_one_mind_have_the_adjusted_wald_interval() -> None:
    """Rocks 2016: of four promoters 4.75 of 7 and 0.75 of 7."""
    found = estimate_ratio(np.ones(4), np.ones(4))
    centre, error = 4 / 7, ((5.5 / 7 - (4 / 7) ** 2) / 7) ** 0.5
    assert (found.score, found.high, found.se) == pytest.approx((100, 100, 100 * error))
    assert found.low == pytest.approx(100 * (centre - 1.959964 * error), abs=1e-4)
    passive = estimate_ratio(np.zeros(4), np.ones(4))
    assert passive.low == -passive.high < 0
    against = estimate_ratio(-np.ones(4), np.ones(4))
    assert (against.low, against.high) == pytest.approx((-100, -found.low))


def test_rounding_is_no_variance_and_one_answer_apart_in_a_million_is() -> None:
    alike, w = -np.ones(3), np.array([4.5, 1 / 3, 1 / 3])
    assert estimate_sums(sums_of(alike, w, np.array([0, 1, 1]))).se == pytest.approx(one_mind(-1.0, 2).se)
    sums = {"clusters": 1e6, "sum_w": 1e6, "sum_wy": 1e6 - 2, "ss": 1e6, "sw": 1e6 - 2, "ww": 1e6}
    assert estimate_sums(pd.Series(sums)).se == pytest.approx(100 * 2e-6, rel=1e-3)


def test_rows_by_wave_go_in_the_order_given() -> None:
    sums = pd.DataFrame({"wave": ["all", "Autumn 2025", "Spring 2025", "(unknown)"]})
    assert in_order(sums, []) is sums
    ordered = in_order(sums, ["Spring 2025", "Autumn 2025"])["wave"].tolist()
    assert ordered == ["all", "Spring 2025", "Autumn 2025", "(unknown)"]
    assert in_order(sums.head(0), ["a"]).empty
