"""Charts of tests."""

from collections.abc import Callable
from dataclasses import replace

from helpers.story import fmt
from helpers.story.campaigns import lift_charts as charts
from helpers.story.chart import BAD, GOOD, MUTED, Chart
from tests.story.campaigns.lift_samples import (
    DOWN,
    FLAT,
    GROUPS,
    SHAKY,
    UP,
    alone,
    arm,
    broken,
    by_group,
    found,
    interaction,
    part,
)
from tests.story.chart_checks import ChartChecks, Draw, ToldChart

POUNDS = fmt.Money("GBP")
ARMS = found(UP, DOWN, FLAT, alone("Mail"), broken("Van"))

CHARTS: dict[str, ToldChart] = {
    "lift": (
        lambda: charts.lift(ARMS, POUNDS),
        ["Call +£1.90 (£1 to £2.80); E-mail +£0.20 (−£0.70 to £1.10); Post −£0.80 (−£1.50 to −£0.20)."],
    ),
    "segment_lift": (
        lambda: charts.segment_lift(GROUPS, POUNDS),
        ["Lift by group of customers: net spend, Call, per", "Champions +£4 (£2 to £6); Lost +£0.10"],
    ),
}
EMPTY: dict[str, Draw] = {
    "lift": lambda: charts.lift(found(alone("Mail")), POUNDS),
    "segment_lift": lambda: charts.segment_lift(by_group(), POUNDS),
}
ODD: dict[str, Callable[[str], list[Chart]]] = {
    "lift": lambda text: [charts.lift(found(UP | {"arm": text, "campaign": text}, DOWN), POUNDS)],
    "segment_lift": lambda text: [
        charts.segment_lift(
            by_group(
                part(text, 4.0, 2.0, 6.0) | {"arm": text},
                part("b", 0.1, -0.4, 0.6) | {"arm": text},
                tests=(interaction(True, text, "b", arm=text), interaction(False, campaign=text)),
            ),
            POUNDS,
        )
    ],
}


class TestLiftCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD


def test_what_is_not_clear_has_no_colour() -> None:
    svg = charts.lift(found(FLAT, SHAKY), POUNDS).svg
    assert MUTED in svg
    assert GOOD not in svg and BAD not in svg
    both = charts.lift(found(UP, DOWN), POUNDS).svg
    assert GOOD in both and BAD in both


def test_of_many_arms_the_best_and_the_worst_are_drawn() -> None:
    many = found(*[arm(f"Arm {i:02}", i / 10, i / 10 - 1, i / 10 + 1) for i in range(30)])
    said = charts.lift(many, POUNDS).alt
    assert [f"Arm {i:02}" in said for i in (29, 24, 23, 6, 5, 0)] == [True, True, False, False, True, True]
    assert charts.lift(found(*[arm(f"Arm {i:02}", 1.0, 0.5, 1.5) for i in range(12)]), POUNDS).alt.count("Arm") == 12


def test_small_groups_are_not_drawn() -> None:
    small = part("Small", 9.0, 1.0, 17.0, n=29)
    groups = by_group(part("A", 1.0, 0.5, 1.5), part("B", 2.0, 1.0, 3.0), small, tests=(interaction(True, "B", "A"),))
    assert "Small" not in charts.segment_lift(groups, POUNDS).alt


def test_a_rate_is_drawn_in_points() -> None:
    row = arm("Call", 0.031, 0.01, 0.05, metric="visit", control_mean=0.1)
    assert (
        "Call +3.1 points (1.0 points to 5.0 points)" in charts.lift(replace(found(row), outcome="visit"), POUNDS).alt
    )


def test_one_huge_interval_is_cut_short() -> None:
    rows = [arm(f"Arm {i}", 1.0, 0.5, 1.5) for i in range(5)]
    chart = charts.lift(found(*rows, arm("Huge", 2.0, -900.0, 904.0)), POUNDS)
    frame = found(*rows, arm("Huge", 2.0, -900.0, 904.0)).by_arm
    ends = charts._ends(frame["lift"], frame["low"], frame["high"])
    assert "−£900 to £904" in chart.alt
    assert -1 < ends[0] < 0 and 4 < ends[1] < 5
