"""The chart of buying habits."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.chart import Chart
from helpers.story.loyalty import triggers_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.loyalty.habit_samples import ALL, PROMOTED, habits

CHARTS: dict[str, ToldChart] = {
    "habits": (
        lambda: charts.habits(habits(*ALL)),
        [
            "In one season only: 35%, 280 of 800 customers",
            "Almost only on promotion: 10%, 90 of 900 customers",
            "Mostly one category: 10%, 100 of 1,000 customers",
        ],
    )
}
EMPTY: dict[str, Draw] = {"habits": lambda: charts.habits(habits(tested=(0, 0, 0)))}


class TestTriggersCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {}  # what a client calls things stands in none
    textless = ("habits",)


def test_what_nobody_could_show_has_no_bar_and_discounts_are_called_so() -> None:
    chart = charts.habits(habits(PROMOTED, tested=(900, 0, 0), promotion_from="discount"))
    assert "Almost only at a discount: 10%" in chart.alt
    assert "season" not in chart.alt
