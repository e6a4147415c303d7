"""The charts of experience."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import pandas as pd

from helpers.story.chart import Chart
from helpers.story.experience import charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.experience.samples import (
    ALL,
    DESK,
    FEW,
    HAPPY,
    NO_MODEL,
    NO_ORDERS,
    ORDERS,
    PORTAL,
    SHOP,
    SIZE,
    TICKETS,
    USE,
    VALUE,
    active,
    apart,
    expected,
    links,
    point,
    touchpoints,
)

CHARTS: dict[str, ToldChart] = {
    "differences": (
        lambda: charts.differences(links(ORDERS, TICKETS, NO_ORDERS)),
        ["orders +12 (+2 to +22), plain +30", "support tickets −27 (−37 to −17), plain −32"],
    ),
    "touchpoint_pull": (
        lambda: charts.touchpoint_pull(touchpoints(DESK, SHOP, PORTAL, FEW)),
        ["Help desk (25%): −10.8, NPS −10; Portal (25%): −2.5, NPS +20; Shop (25%): +7.5, NPS +50"],
    ),
    "fifths": (
        lambda: charts.fifths(expected()),
        ["lowest fifth expected −8 expected, −10 actual", "highest fifth expected +55 expected, +46 actual"],
    ),
    "silent": (
        lambda: charts.silent(expected(ALL, HAPPY)),
        ["All silent (300) +15 (+8 to +22), recent answers +33; Champions (300) +53 (+45 to +61)"],
    ),
    "activity": (
        lambda: charts.activity(active(active=300, passive=500, lost=200, not_known=9)),
        ["of 1,000 customers who can be placed: active (300) 30% of customers, 30% of spend; passive (500) 50%"],
    ),
    "active_levels": (
        lambda: charts.active_levels(apart(SIZE, levels=4)),
        [
            "Share of active customers, by company size: big (100) 60% (50% to 70%); All others (40) 50%",
            "compared: 30%",
        ],
    ),
}
EMPTY: dict[str, Draw] = {
    "differences": lambda: charts.differences(links(NO_ORDERS)),
    "touchpoint_pull": lambda: charts.touchpoint_pull(touchpoints(FEW)),
    "fifths": lambda: charts.fifths(expected(**NO_MODEL)),
    "silent": lambda: charts.silent(expected()),
    "activity": lambda: charts.activity(active()),
    "active_levels": lambda: charts.active_levels(apart()),
}


def levels(text: str) -> Chart:
    result = apart(SIZE | {"attribute": text}, levels=2)
    return charts.active_levels(
        type(result)(result.retention.assign(level=pd.Series([text, "other"])), result.effects, 400, 0.3, 0, "order")
    )


class TestExperienceCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "differences": lambda text: [charts.differences(links(TICKETS | {"subject": text}))],
        "touchpoint_pull": lambda text: [charts.touchpoint_pull(touchpoints(point(text), PORTAL))],
        "silent": lambda text: [charts.silent(expected(ALL, HAPPY | {"group": text}))],
        "active_levels": lambda text: [levels(text)],
    }
    textless = ("fifths", "activity")


def test_the_source_in_focus_is_drawn() -> None:
    assert "App" in charts.touchpoint_pull(touchpoints(PORTAL, USE)).alt
    assert "Portal" not in charts.touchpoint_pull(touchpoints(PORTAL, USE)).alt


def test_where_customers_were_asked_the_reason_stands_in_place() -> None:
    for chart in (charts.activity(active(active=9), asked=True), charts.active_levels(apart(SIZE), asked=True)):
        assert "customers were asked" in chart.alt
        assert not chart.svg


def test_without_spend_one_bar_a_group_and_a_single_level_in_words() -> None:
    assert "of spend" not in charts.activity(active(active=9, lost=1, spend=False)).alt
    assert "There is only one group to show" in charts.active_levels(apart(VALUE, levels=1)).alt
