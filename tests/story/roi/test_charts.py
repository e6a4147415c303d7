"""Charts of campaigns and of what they returned."""

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from helpers.analysis.roi.roi import Returns
from helpers.story import fmt
from helpers.story.chart import BAD, GOOD, MUTED, Chart
from helpers.story.roi import charts
from tests.story import samples
from tests.story.chart_checks import ChartChecks, Draw, ToldChart

POUNDS = fmt.Money("GBP")

CHARTS: dict[str, ToldChart] = {
    "lift": (
        lambda: charts.lift(samples.LIFT, "spend", POUNDS),
        ["Mens E-Mail +£0.77 (£0.49 to £1.05)", "Postcard −£0.15."],
    ),
    "returns": (
        lambda: charts.returns(samples.RETURNS, POUNDS),
        ["Champions", "extra revenue £59.8k (£21k to £98k), cost £4,000, pays"],
    ),
}
EMPTY: dict[str, Draw] = {
    "lift": lambda: charts.lift(samples.LIFT, "no such metric", POUNDS),
    "returns": lambda: charts.returns(replace(samples.RETURNS, by_segment=samples.RETURNS.by_segment.head(0)), POUNDS),
}


def named(text: str) -> Returns:
    """The first segment, its campaign and every arm have that name."""
    rows = samples.RETURNS.by_segment
    return replace(
        samples.RETURNS, by_segment=rows.assign(segment=[text, "b", "c"], campaign=[text, "b", "c"], arm=text)
    )


ODD: dict[str, Callable[[str], list[Chart]]] = {
    "lift": lambda text: [
        charts.lift(
            replace(samples.LIFT, by_arm=samples.LIFT.by_arm.assign(arm=text, campaign=[text, text, "b"])),
            "spend",
            POUNDS,
        )
    ],
    "returns": lambda text: [charts.returns(named(text), POUNDS)],
}


class TestRoiCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD


def _many_returns() -> Returns:
    """Forty cases: one pays, one loses, the others are unclear and cost 1 to 38; one interval is huge."""
    rows = pd.concat([samples.RETURNS.by_segment.head(1)] * 40, ignore_index=True)
    rows = rows.assign(
        segment=[f"Group {i:02}" for i in range(40)],
        cost=[float(i) for i in range(40)],
        incremental_revenue=100.0,
        incremental_low=[-1e9 if i == 38 else -50.0 for i in range(40)],
        incremental_high=[1e9 if i == 38 else 250.0 for i in range(40)],
        verdict=["pays", "loses", *["unclear"] * 38],
    )
    return replace(samples.RETURNS, by_segment=rows)


def test_of_many_returns_the_clear_and_the_costly_are_drawn() -> None:
    """Thirty-six rows nobody compares; what is unclear is ranked by cost, not by revenue that may be chance."""
    said = re.findall(r"Group (\d\d):", charts.returns(_many_returns(), POUNDS).alt)
    assert said == ["00", "01", *(str(i) for i in range(39, 29, -1))]


def test_one_huge_interval_does_not_flatten_the_others() -> None:
    """The axis ends near the other eleven intervals; what goes on beyond it has an arrow at either end."""
    shown = _many_returns().by_segment.tail(12)
    ends = charts._ends(shown["incremental_revenue"], shown["incremental_low"], shown["incremental_high"])
    assert ends == pytest.approx((100 - 600 - 48, 100 + 600 + 48))
    assert "arrows" in charts._beyond(shown["incremental_low"], shown["incremental_high"], ends)


def test_what_had_nobody_to_compare_with_is_not_drawn() -> None:
    rows = samples.RETURNS.by_segment
    unknown = rows.assign(incremental_revenue=rows["incremental_revenue"].where(rows["segment"] != "Lost"))
    said = charts.returns(replace(samples.RETURNS, by_segment=unknown), POUNDS).alt
    assert "Champions" in said and "Lost" not in said
    assert "nan" not in said


def test_unclear_and_unknown_intervals_are_not_shown_as_effects() -> None:
    """An arm whose interval is unknown gets no interval in words and the neutral colour."""
    only = replace(samples.LIFT, by_arm=samples.LIFT.by_arm[samples.LIFT.by_arm["arm"] == "Postcard"])
    chart = charts.lift(only, "spend", POUNDS)
    assert "Postcard −£0.15." in chart.alt
    assert BAD not in chart.svg
    assert GOOD not in chart.svg
    assert MUTED in chart.svg


def test_against_everyone_else_nothing_is_better_and_nothing_a_lift() -> None:
    chart = charts.lift(replace(samples.LIFT, tested=False), "spend", POUNDS)
    assert chart.alt.startswith("Contacted against not: spend")
    assert not re.search("[Ll]ift|better|worse|control", chart.alt + chart.svg.partition("</style>")[2])
    orders = replace(samples.LIFT, tested=False, by_arm=samples.LIFT.by_arm.assign(metric="orders"))
    assert "Mens E-Mail +0.77" in charts.lift(orders, "spend", POUNDS).alt
