"""Charts of the Net Promoter Score and of what goes with it."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from helpers.analysis.nps_drivers.drivers import Drivers
from helpers.story.chart import Chart
from helpers.story.nps_drivers import charts
from tests.story import samples
from tests.story.chart_checks import ChartChecks, Draw, ToldChart

CHARTS: dict[str, ToldChart] = {
    "interval": (
        lambda: charts.interval(samples.NPS, label="Lapsed customers"),
        ["Lapsed customers: +40 points, 95% interval +37 to +42, from 2,746 answers"],
    ),
    "groups": (
        lambda: charts.groups(samples.SEGMENT_GROUPS, overall=samples.NPS),
        ["Champions +57 (+52 to +62, 610 answers); At risk −3 (−33 to +27, 30 answers)", "All answers: +40"],
    ),
    "score_distribution": (
        lambda: charts.score_distribution(samples.SCORES),
        ["200 answers", "detractors (0 to 6) 20%", "promoters (9 to 10) 70%", "Most frequent score: 10 (50%)"],
    ),
    "importance": (
        lambda: charts.importance(samples.DRIVERS),
        ["Wifi 20.0% (15.0% to 25.0%)", "Together 35%", "2,410 answers"],
    ),
    "matrix": (
        lambda: charts.matrix(samples.DRIVERS),
        ["Important and rated below average: Wifi.", "Art: importance 9%, average rating 3.90"],
    ),
}
EMPTY: dict[str, Draw] = {
    "interval": lambda: charts.interval(replace(samples.NPS, n=0), label="Lapsed"),
    "groups": lambda: charts.groups(samples.SEGMENT_GROUPS.head(0)),
    "score_distribution": lambda: charts.score_distribution(samples.SCORES.head(0)),
    "importance": lambda: charts.importance(replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.head(0))),
    "matrix": lambda: charts.matrix(replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.head(0))),
}


def named(text: str) -> Drivers:
    """The first driver has that name."""
    return replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.assign(driver=[text, "b", "c"]))


ODD: dict[str, Callable[[str], list[Chart]]] = {
    "interval": lambda text: [charts.interval(samples.NPS, label=text)],
    "groups": lambda text: [
        charts.groups(samples.SEGMENT_GROUPS.assign(group=[text, "b"], grouping=text)),
        charts.groups(samples.SEGMENT_GROUPS.head(1).assign(group=text)),
    ],
    "importance": lambda text: [charts.importance(named(text))],
    "matrix": lambda text: [charts.matrix(named(text))],
}


class TestNpsDriversCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD
    textless = ("score_distribution",)


def test_one_bar_is_no_comparison_and_is_said_in_words() -> None:
    chart = charts.groups(samples.SEGMENT_GROUPS.head(1))
    assert "one group to show: Champions +57 (+52 to +62, 610" in chart.alt
    assert chart.svg == ""


def test_words_in_place_of_a_picture_are_escaped() -> None:
    chart = charts.groups(samples.SEGMENT_GROUPS.head(1).assign(group="<script>"))
    assert "&lt;script&gt;" in chart._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize(
    ("grouping", "names", "order"),
    [
        ("company_size", ["250+", "1-9", "(unknown)", "10-49"], ["1-9", "10-49", "250+", "Not known"]),
        ("wave", ["Spring", "Autumn", "Winter"], ["Spring", "Autumn", "Winter"]),
        ("region", ["North", "South", "West"], ["West", "South", "North"]),
    ],
)
def test_groups_with_an_order_of_their_own_keep_it(grouping: str, names: list[str], order: list[str]) -> None:
    """The scores rise from row to row, so by score the last one would come first."""
    rows = pd.concat([samples.SEGMENT_GROUPS.head(1)] * len(names), ignore_index=True)
    rows = rows.assign(grouping=grouping, group=names, nps=[10.0 + i for i in range(len(names))])
    said = charts.groups(rows).alt
    assert sorted(order, key=lambda name: said.index(f"{name} +")) == order
