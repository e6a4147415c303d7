"""The charts of the time before and after a campaign."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.campaigns import series_charts as charts
from helpers.story.chart import Chart
from tests.story.campaigns.series_samples import FEW_WEEKS, NO_SEASON, course, moved
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.word_checks import POUNDS

MANY = [{"campaign": f"Number {i}", "n": 100 + i} for i in range(5)]

CHARTS: dict[str, ToldChart] = {
    "series_courses": (
        lambda: charts.series_courses(moved({}, {"campaign": "Autumn", "arm": "mail"}), "spend", POUNDS),
        [
            "What members and others spent, before and after",
            "Spring, members: £40 a period before, £50 after",
            "Spring, everyone else: £39 a period before, £39 after",
            "Autumn, mail: £40 a period before, £50 after",
        ],
    ),
    "series_weeks": (
        lambda: charts.series_weeks(course(NO_SEASON, {"campaign": "Autumn"}), "spend", POUNDS),
        ["Autumn: £109k in the 10 weeks after, £100k on the course before; Spring: £109k"],
    ),
}
EMPTY: dict[str, Draw] = {
    "series_courses": lambda: charts.series_courses(moved(), "spend", POUNDS),
    "series_weeks": lambda: charts.series_weeks(course(FEW_WEEKS), "spend", POUNDS),
}


def courses(text: str) -> Chart:
    return charts.series_courses(moved({"campaign": text, "arm": text or "mail"}), "spend", POUNDS)


class TestSeriesCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "series_courses": lambda text: [courses(text)],
        "series_weeks": lambda text: [charts.series_weeks(course({"campaign": text}), "spend", POUNDS)],
    }


def test_the_three_largest_campaigns_are_drawn() -> None:
    told = charts.series_courses(moved(*MANY), "spend", POUNDS).alt
    assert [f"Number {i}" in told for i in range(5)] == [False, False, True, True, True]


def test_orders_are_counted() -> None:
    assert "What members and others ordered" in charts.series_courses(moved({}), "orders", POUNDS).alt
    assert "109,000 in the 10 weeks after" in charts.series_weeks(course({}), "orders", POUNDS).alt
