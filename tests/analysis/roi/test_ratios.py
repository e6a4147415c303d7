"""Figures of sums: intervals against statsmodels, closed forms and a bootstrap."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from helpers.analysis.roi.ratios import estimate, sum_groups, wilson


@pytest.mark.parametrize(("count", "n"), [(0, 40), (1, 40), (27, 40), (40, 40), (1_869, 7_043)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_wilson_is_that_of_statsmodels(count: int, n: int, confidence: float) -> None:
    low, high = proportion_confint(count, n, alpha=1 - confidence, method="wilson")
    assert wilson(count, n, confidence) == pytest.approx((count / n, low, high), abs=1e-12)


def test_a_share_of_nobody_is_not_known() -> None:
    assert np.isnan(wilson(0, 0)).all()


def test_a_mean_has_the_interval_of_the_mean() -> None:
    """As a ratio of two sums, with a one for each customer; the large-sample interval of statsmodels' z-test."""
    spend = np.random.default_rng(3).gamma(0.5, 100, 200)
    sums = sum_groups(pd.DataFrame({"spend": spend, "n": 1.0}), np.zeros(200, int), 1)[0]
    low, high = DescrStatsW(spend).zconfint_mean(alpha=0.1)
    assert estimate(sums, lambda s: s["spend"] / s["n"], 0.9) == pytest.approx((spend.mean(), low, high), rel=1e-6)


def test_a_ratio_has_the_variance_of_the_ratio_estimator() -> None:
    """Cochran (1977), Sampling Techniques, 6.4: s2 = sum (y - R x)^2 / (n - 1), variance n s2 / (sum x)^2."""
    rng = np.random.default_rng(5)
    x = rng.integers(1, 9, 60).astype(float)
    y = x * rng.gamma(2, 20, 60)
    sums = sum_groups(pd.DataFrame({"y": y, "x": x}), np.zeros(60, int), 1)[0]
    ratio = y.sum() / x.sum()
    error = np.sqrt(60 * ((y - ratio * x) ** 2).sum() / 59) / x.sum()
    found = estimate(sums, lambda s: s["y"] / s["x"])
    assert found == pytest.approx((ratio, ratio - 1.959964 * error, ratio + 1.959964 * error), rel=1e-6)


def test_a_figure_above_zero_ends_at_zero_and_reaches_further_up() -> None:
    spend = np.random.default_rng(3).gamma(0.5, 100, 50)
    sums = sum_groups(pd.DataFrame({"spend": spend, "n": 1.0}), np.zeros(50, int), 1)[0]
    value, low, high = estimate(sums, lambda s: s["spend"] / s["n"], positive=True)
    plain = estimate(sums, lambda s: s["spend"] / s["n"])
    assert low == plain[1] > 0
    assert np.log(high / value) == pytest.approx((plain[2] - value) / value)
    loss = estimate(sums, lambda s: -s["spend"] / s["n"], positive=True)
    assert loss == pytest.approx((-value, -plain[2], -plain[1]))
    huge = sum_groups(pd.DataFrame({"spend": [*spend, 1e7], "n": 1.0}), np.zeros(51, int), 1)[0]
    assert estimate(huge, lambda s: s["spend"] / s["n"], positive=True)[1] == 0


def test_value_and_staying_move_together_as_a_bootstrap_has_it() -> None:
    """Margin over churn, where those who stay spend more: within a tenth of 4,000 bootstrap samples' interval."""
    rng = np.random.default_rng(11)
    n = 400
    kept = rng.uniform(size=n) < 0.7
    frame = pd.DataFrame({"earned": np.where(kept, rng.gamma(1, 80, n), 0.0), "kept": kept.astype(float), "n": 1.0})
    sums = sum_groups(frame, np.zeros(n, int), 1)[0]

    def figure(s: dict[str, np.ndarray]) -> np.ndarray:
        return np.asarray(s["earned"] / s["n"] / (1 - s["kept"] / s["n"]))

    drawn = rng.multinomial(n, np.full(n, 1 / n), 4_000) @ frame.to_numpy()
    booted = np.quantile(figure(dict(zip(frame.columns, drawn.T, strict=True))), [0.025, 0.975])
    _, low, high = estimate(sums, figure, positive=True)
    assert [low, high] == pytest.approx(booted, abs=0.1 * (booted[1] - booted[0]))


def test_one_customer_has_no_interval_and_no_value_no_bounds() -> None:
    frame = pd.DataFrame({"a": [4.0, 1.0, 2.0], "b": [2.0, 0.0, 0.0]})
    one, others = sum_groups(frame, np.array([0, 1, 1]), 2)
    assert one.rows == 1
    value, low, high = estimate(one, lambda s: s["a"] / s["b"])
    assert value == 2
    assert np.isnan([low, high]).all()
    assert np.isnan(estimate(others, lambda s: s["a"] / s["b"])).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 3), st.floats(-1e4, 1e4)), min_size=1, max_size=40))
def test_groups_sum_to_all_who_are_in_one(rows: list[tuple[int, float]]) -> None:
    codes, values = np.array([c for c, _ in rows]), np.array([v for _, v in rows])
    groups = sum_groups(pd.DataFrame({"v": values}), codes, 4)
    assert sum(g["v"] for g in groups) == pytest.approx(values[codes >= 0].sum(), abs=1e-6)
    assert sum(g.rows for g in groups) == (codes >= 0).sum()
