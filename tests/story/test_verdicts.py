"""Named rules at their thresholds: the word changes exactly where the printed number does."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.story import fmt, verdicts

POUNDS = fmt.Money("GBP")
bounds = st.floats(min_value=-2, max_value=2)


@pytest.mark.parametrize(
    ("low", "high", "side"),
    [
        (0.01, 0.2, "above"),
        (0.0051, 0.2, "above"),  # +1
        (0.005, 0.2, "unclear"),  # a half rounds to 0, and "+0" would be no gain
        (0.0, 0.2, "unclear"),
        (-0.1, 0.1, "unclear"),
        (-0.2, -0.004, "unclear"),
        (-0.2, -0.01, "below"),
        (math.nan, 0.2, "unclear"),
        (0.1, math.nan, "unclear"),
        (math.nan, -0.1, "unclear"),
        (math.nan, math.nan, "unclear"),
    ],
)
def test_side_of_zero_in_points(low: float, high: float, side: str) -> None:
    assert verdicts.side_of_zero(low, high) == side


@pytest.mark.parametrize(
    ("low", "high", "side"), [(0.004, 3, "unclear"), (0.006, 3, "above"), (-3, -0.004, "unclear"), (-3, -0.01, "below")]
)
def test_side_of_zero_in_money(low: float, high: float, side: str) -> None:
    assert verdicts.side_of_zero(low, high, POUNDS) == side


@given(a=bounds, b=bounds)
def test_a_side_is_only_named_when_the_printed_interval_keeps_clear_of_zero(a: float, b: float) -> None:
    low, high = sorted((a, b))
    side = verdicts.side_of_zero(low, high)
    printed = {"above": fmt.points(low)[0] == "+", "below": fmt.points(high)[0] == "−"}
    assert side == next((name for name, clear in printed.items() if clear), "unclear")
    mirrored = verdicts.side_of_zero(-high, -low)
    assert mirrored == {"above": "below", "below": "above", "unclear": "unclear"}[side]


@pytest.mark.parametrize(
    ("rule", "value", "word"),
    [
        # Hennig (2007), fpc::clusterboot: .6 and .75
        (verdicts.cluster_stability, 0.594, "unstable"),
        (verdicts.cluster_stability, 0.596, "recognisable"),  # printed 0.60
        (verdicts.cluster_stability, 0.6, "recognisable"),
        (verdicts.cluster_stability, 0.744, "recognisable"),
        (verdicts.cluster_stability, 0.75, "stable"),
        (verdicts.cluster_stability, 1.0, "stable"),
        # Kaufman and Rousseeuw (1990), table 4: .71-1 strong, .51-.70 reasonable, .26-.50 weak
        (verdicts.cluster_separation, 0.71, "strongly"),
        (verdicts.cluster_separation, 0.70, "clearly"),
        (verdicts.cluster_separation, 0.704, "clearly"),  # printed 0.70
        (verdicts.cluster_separation, 0.51, "clearly"),
        (verdicts.cluster_separation, 0.50, "weakly"),
        (verdicts.cluster_separation, 0.26, "weakly"),
        (verdicts.cluster_separation, 0.25, "hardly"),
        (verdicts.cluster_separation, -0.1, "hardly"),
        # Cohen (1988): R-squared of .02, .13 and .26
        (verdicts.explained, 0.26, "a large part"),
        (verdicts.explained, 0.256, "a large part"),  # printed 26%
        (verdicts.explained, 0.254, "a moderate part"),
        (verdicts.explained, 0.13, "a moderate part"),
        (verdicts.explained, 0.124, "a small part"),
        (verdicts.explained, 0.02, "a small part"),
        (verdicts.explained, 0.014, "next to nothing"),
        (verdicts.explained, 0.0, "next to nothing"),
        # conventions of this report
        (verdicts.leans_on_few, 0.10, True),
        (verdicts.leans_on_few, 0.0951, True),  # printed 10%
        (verdicts.leans_on_few, 0.0949, False),
        (verdicts.seldom_returns, 0.2, False),
        (verdicts.seldom_returns, 0.199, True),
        (verdicts.seldom_returns, float("nan"), False),
        (verdicts.worth_saving, 0.05, True),
        (verdicts.worth_saving, 0.0449, False),
        (verdicts.too_much_set_aside, 0.05, True),
        (verdicts.too_much_set_aside, 0.04951, True),  # printed 5.0%
        (verdicts.too_much_set_aside, 0.0494, False),
    ],
)
def test_rule_at_its_threshold(rule: Callable[[float], object], value: float, word: object) -> None:
    assert rule(value) == word


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        (verdicts.cluster_stability, ["unstable", "recognisable", "stable"]),
        (verdicts.cluster_separation, ["hardly", "weakly", "clearly", "strongly"]),
        (verdicts.explained, ["next to nothing", "a small part", "a moderate part", "a large part"]),
    ],
)
@given(a=st.floats(0, 1), b=st.floats(0, 1))
def test_more_is_never_called_less(rule: Callable[[float], str], order: list[str], a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert order.index(rule(low)) <= order.index(rule(high))


@pytest.mark.parametrize(
    ("share", "clear"), [(0.25, True), (0.2451, True), (0.2449, False), (0.2, False), (0.1, False)]
)
def test_clearly_more_is_five_points_as_printed(share: float, clear: bool) -> None:
    assert verdicts.clearly_more(share, 0.2) is clear
