"""Pictures of how groups of customers answer."""

from collections.abc import Callable

import pytest

from helpers.story.chart import Chart
from helpers.story.nps_drivers import group_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.nps_drivers.course_samples import PAIRS, SEGMENTS, cells, groups

CHARTS: dict[str, ToldChart] = {
    "sentiment": (
        lambda: charts.sentiment(groups(rfm_segment=SEGMENTS)),
        [
            "How groups answer, by segment: Champions +62 (+55 to +69, 400 answers, 12% detractors, 75% promoters); At",
            "Lost −25 (−33 to −17",
        ],
    ),
    "heat": (
        lambda: charts.heat(cells(**PAIRS)),
        ["Score by touchpoint and segment: Shop, Champions +75; Shop, Lost +20; Web, Champions +29; Web, Lost −53."],
    ),
}
EMPTY: dict[str, Draw] = {
    "sentiment": lambda: charts.sentiment(groups()),
    "heat": lambda: charts.heat(cells(Shop={"a": (60, 0, 0)})),
}
ODD: dict[str, Callable[[str], list[Chart]]] = {
    "sentiment": lambda text: [charts.sentiment(groups(**{text or "x": {text: (60, 5, 5), "b": (5, 5, 60)}}))],
    "heat": lambda text: [
        charts.heat(cells(text, text, **{text: {text: (60, 5, 5), "b": (5, 5, 60)}})),
        charts.heat(cells(**{text: {"a": (60, 5, 5)}, "b": {"a": (5, 5, 60)}, "c": {"a": (5, 5, 60)}})),
    ],
}


class TestGroupCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD


@pytest.mark.parametrize(
    ("grouping", "names", "order"),
    [
        ("company_size", ["250+", "1-9", "(unknown)", "10-49"], ["1-9", "10-49", "250+", "Not known"]),
        ("region", ["North", "South", "West"], ["West", "South", "North"]),
        ("tenure", ["10+ years", "0–1 years", "2–5 years"], ["0–1 years", "2–5 years", "10+ years"]),
    ],
)
def test_groups_with_an_order_of_their_own_keep_it(grouping: str, names: list[str], order: list[str]) -> None:
    """The scores rise from group to group, so by score the last one would come first."""
    found = groups(**{grouping: {name: (60 + i, 40, 40 - i) for i, name in enumerate(names)}})
    said = charts.sentiment(found).alt
    assert sorted(order, key=lambda name: said.index(f"{name} +")) == order


def test_of_many_groups_the_furthest_apart_are_drawn_and_small_ones_are_not_named() -> None:
    many = {f"Town {chr(65 + i)}": (60 + i, 40, 40 - i) for i in range(20)} | {"Tiny": (1, 0, 0), "Small": (60, 0, 0)}
    chart = charts.sentiment(groups(town=many))
    assert chart.alt.count("promoters)") == 16
    assert "Town T +" in chart.alt and "Town A +" in chart.alt and "Town J +" not in chart.alt
    assert "Tiny" not in chart.alt
    few = charts.sentiment(groups(town=dict([*list(many.items())[:3], ("Tiny", (1, 0, 0)), ("Mini", (60, 0, 0))])))
    assert few.alt.rindex("Small groups +") > few.alt.rindex("Town")


def test_the_grouping_with_more_groups_stands_in_rows_and_what_is_withheld_is_left_out() -> None:
    wide = {"Shop": {f"g{i}": (60, 20, 20) for i in range(5)}, "Web": {f"g{i}": (60 - i, 20, 20 + i) for i in range(5)}}
    wide["Desk"] = {f"g{i}": (9, 3, 8) for i in range(5)}
    chart = charts.heat(cells(**wide))
    assert "g0, Web +40" in chart.alt
    assert "Desk" not in chart.alt
