"""The chart of test planning."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.campaigns import planning_charts as charts
from helpers.story.chart import Chart
from tests.story.campaigns.planning_samples import SPEND, UNKNOWN, known, plan
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.chart_room import crowded, text_lines


class TestPlanningCharts(ChartChecks):
    module = charts
    charts: ClassVar[dict[str, ToldChart]] = {
        "sizes": (
            lambda: charts.sizes(plan(known(), known("Lost", 900), known("Lost", 900, **SPEND))),
            ["to show a 20% rise in conversion: All customers 20,000 of 16,316; Lost 900 of 16,316."],
        )
    }
    empty: ClassVar[dict[str, Draw]] = {"sizes": lambda: charts.sizes(plan(known(**UNKNOWN)))}
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "sizes": lambda text: [charts.sizes(plan(known(), known(text, 900)))]
    }


def test_the_outcome_that_takes_the_fewest_customers_is_drawn() -> None:
    alt = charts.sizes(plan(known(), known(**SPEND))).alt
    assert "rise in spend" in alt
    assert "conversion" not in alt


def test_a_plan_without_a_row_of_all_customers_is_drawn_too() -> None:
    assert "Lost 900 of 16,316" in charts.sizes(plan(known("Lost", 900))).alt


def test_a_single_row_keeps_its_numbers_clear_of_its_name() -> None:
    one = charts.sizes(plan(known(customers=21_306, mean=0.106, sd=0.31)))
    assert (crowded(one.svg), crowded(one.narrow)) == ([], [])


def test_the_axis_names_no_size_that_nobody_has_or_needs() -> None:
    drawn = charts.sizes(plan(known(customers=3_361), known("New customers", 43)))
    sizes = [line.text for line in text_lines(drawn.narrow) if line.text in ("10", "100", "1,000", "10,000", "100,000")]
    assert sizes == ["100", "1,000", "10,000"]
