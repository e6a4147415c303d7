"""Scores by quantiles, natural breaks and declared cuts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.rfm.scores import natural_breaks, score_measure
from helpers.errors import InputError

# The 58 Californian counties of mapclassify's example (load_example), on which its documentation shows every method.
CALEMP = np.concatenate(
    [
        [329.92, 0.42, 5.9, 14.03, 2.78, 1.34, 181.27, 1.65, 10.03, 16.7, 1.32, 3.99, 3.16, 0.22, 8.7],
        [6.56, 3.27, 0.33, 370.5, 4.51, 75.29, 0.99, 2.74, 8.68, 0.14, 0.92, 12.63, 28.7, 12.02, 722.85],
        [36.68, 0.74, 29.82, 192.05, 3.38, 11.15, 110.74, 4111.45, 49.47, 10.33, 317.11, 20.47, 264.93, 66.26, 5.39],
        [0.13, 0.61, 50.65, 40.48, 36.67, 13.09, 1.81, 0.2, 7.6, 2.51, 57.26, 24.32, 6.97],
    ]
)
ties = st.lists(st.integers(-6, 6).map(lambda x: x / 2), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("classes", "greatest"),
    [
        (3, [192.05, 722.85, 4111.45]),
        (5, [75.29, 192.05, 370.5, 722.85, 4111.45]),
        (7, [29.82, 110.74, 192.05, 264.93, 370.5, 722.85, 4111.45]),
    ],
)
def test_natural_breaks_are_those_of_mapclassify_and_jenkspy(classes: int, greatest: list[float]) -> None:
    # mapclassify 2.10.0 FisherJenks(y, k).bins, and jenkspy 0.4.1 jenks_breaks(y, k)[1:], which agree.
    assert natural_breaks(CALEMP, classes).tolist() == greatest


def test_natural_breaks_of_jenkspys_example() -> None:
    values = [1.3, 7.1, 7.3, 2.3, 3.9, 4.1, 7.8, 1.2, 4.3, 7.3, 5.0, 4.3]  # jenkspy's README: [1.2, 2.3, 5.0, 7.8]
    assert natural_breaks(np.array(values), 3).tolist() == [2.3, 5.0, 7.8]


@given(values=ties, classes=st.integers(2, 4))
@settings(max_examples=40, deadline=None)
def test_no_other_breaks_leave_smaller_deviations(values: list[float], classes: int) -> None:
    given_values = np.array(values)
    tops = natural_breaks(given_values, classes)
    distinct = np.unique(given_values)
    assert tops[-1] == distinct[-1]

    def within(limits: np.ndarray) -> float:
        of = np.searchsorted(limits, given_values)
        return sum(float(((part := given_values[of == c]) - part.mean()).__pow__(2).sum()) for c in np.unique(of))

    others = [np.array([*pair, distinct[-1]]) for pair in _choices(distinct[:-1], min(classes, len(distinct)) - 1)]
    assert within(tops) == pytest.approx(min(within(other) for other in others), abs=1e-9)


def _choices(values: np.ndarray, n: int) -> list[list[float]]:
    if n == 0:
        return [[]]
    return [[v, *rest] for i, v in enumerate(values) for rest in _choices(values[i + 1 :], n - 1)]


def test_beyond_a_thousand_values_gaps_are_found_and_an_outlier_stands_alone() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(0, 1, 3_000), rng.normal(20, 1, 1_500), [1e9]])
    assert natural_breaks(values, 3).tolist() == [values[:3_000].max(), values[3_000:4_500].max(), 1e9]


@given(values=ties, levels=st.integers(2, 10), method=st.sampled_from(["quantiles", "breaks"]), less=st.booleans())
@settings(max_examples=50, deadline=None)
def test_equal_values_score_alike_and_better_ones_no_less(
    values: list[float], levels: int, method: str, less: bool
) -> None:
    result = score_measure(np.array(values), levels, method, less_is_better=less)
    good = (-1 if less else 1) * np.array(values)
    by_value = pd.Series(result.scores).groupby(good)
    assert (by_value.nunique() == 1).all()
    assert by_value.first().is_monotonic_increasing
    assert result.scores.min() == 1
    assert result.scores.max() <= result.levels <= levels
    # The cuts tell every score, and every customer is in one of them.
    cuts = result.cuts
    assert cuts["score"].is_monotonic_decreasing
    assert cuts["customers"].sum() == len(values)
    for row in cuts.itertuples():
        own = np.array(values)[result.scores == row.score]
        assert (row.low, row.high, row.customers) == (own.min(), own.max(), len(own))


def test_half_of_all_with_one_order_share_the_lowest_score() -> None:
    # CDNOW: 11,908 of 23,570 bought once. By hand: two orders score 1 + floor(5 x 11,908 / 23,570) = 3.
    orders = np.concatenate([np.ones(11_908), np.full(5_000, 2), np.full(6_662, 9)])
    result = score_measure(orders, 5, less_is_better=False)
    assert result.cuts[["score", "low", "customers"]].to_numpy().tolist() == [[4, 9, 6662], [3, 2, 5000], [1, 1, 11908]]


def test_declared_cuts_count_their_own_value_to_the_better_side() -> None:
    days = score_measure(np.array([0.0, 30, 31, 90, 91]), cuts=[30, 90], less_is_better=True)
    assert days.scores.tolist() == [3, 3, 2, 2, 1]
    assert days.levels == 3
    assert days.cuts.to_numpy().tolist() == [[3, 0, 30, 2], [2, 31, 90, 2], [1, 91, 91, 1]]
    spend = score_measure(np.array([-5.0, 99.99, 100, 500]), cuts=[100, 1000], less_is_better=False)
    assert spend.scores.tolist() == [1, 1, 2, 2]
    assert spend.levels == 3


def test_breaks_give_no_more_scores_than_there_are_values() -> None:
    result = score_measure(np.array([1.0, 1, 2, 7]), 5, "breaks", less_is_better=False)
    assert (result.scores.tolist(), result.levels) == ([1, 1, 2, 3], 3)
    assert score_measure(np.array([4.0, 4.0]), 5, "breaks", less_is_better=False).levels == 2


@pytest.mark.parametrize("cuts", [[30, 30], [90, 30], [float("nan")], list(range(10))])
def test_cuts_that_do_not_rise_are_refused(cuts: list[float]) -> None:
    with pytest.raises(InputError, match="each greater than the last"):
        score_measure(np.array([1.0]), cuts=cuts, less_is_better=True)
    assert score_measure(np.array([1.0]), cuts=list(range(9)), less_is_better=True).levels == 10


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InputError, match=r'"deciles".*Allowed: quantiles, breaks'):
        score_measure(np.array([1.0]), 5, "deciles", less_is_better=True)
