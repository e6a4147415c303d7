"""Charts of what would have come anyway, and of campaigns by before and after."""

from collections.abc import Callable

import pandas as pd

from helpers.analysis.roi.before_campaigns import NAIVE
from helpers.story.chart import Chart
from helpers.story.roi import before_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.roi import before_samples as samples
from tests.story.roi.before_samples import came, campaigns
from tests.story.word_checks import POUNDS

CHARTS: dict[str, ToldChart] = {
    "came_anyway": (
        lambda: charts.came_anyway(came(0.09, 0.05)),
        [
            "All customers, now: +9.0% (7.0 to 11.0)",
            "All customers, a year earlier: +5.0%",
            "All customers, left to explain: +4.0 points (2.0 to 6.0)",
            "High-value customers, now: −20.0%",
        ],
    ),
    "naive_campaigns": (
        lambda: charts.naive_campaigns(campaigns(52, 2), POUNDS),
        ["Email: before and after +£52, measured lift +£2, customers left out +£50."],
    ),
}
EMPTY: dict[str, Draw] = {
    "came_anyway": lambda: charts.came_anyway(samples.NOT_EXPECTED),
    "naive_campaigns": lambda: charts.naive_campaigns(pd.DataFrame(columns=list(NAIVE)), POUNDS),
}
ODD: dict[str, Callable[[str], list[Chart]]] = {
    "naive_campaigns": lambda text: [charts.naive_campaigns(campaigns(52, 2, name=text), POUNDS)]
}


class TestBeforeCharts(ChartChecks):
    module, charts, empty, odd, textless = charts, CHARTS, EMPTY, ODD, ("came_anyway",)


def test_too_few_are_drawn_without_an_interval() -> None:
    assert "All customers, now: +9.0%;" in charts.came_anyway(came(0.09, 0.05, few=True)).alt


def test_campaigns_are_named_where_there_are_several_and_eight_are_drawn() -> None:
    many = pd.concat([campaigns(52 + i, 2).assign(campaign=f"No {i}") for i in range(10)])
    alt = charts.naive_campaigns(many, POUNDS).alt
    assert "No 9: Email" in alt
    assert alt.count("Email") == 8
    assert "No 1: Email" not in alt
