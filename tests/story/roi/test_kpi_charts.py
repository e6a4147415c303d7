"""The picture of what a customer of each group is worth."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from helpers.story.chart import Chart
from helpers.story.roi import kpi_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.roi.kpi_samples import BUSINESS, NO_COST, NOTHING, SELDOM, business
from tests.story.word_checks import POUNDS

CHARTS: dict[str, ToldChart] = {
    "worth": (
        lambda: charts.worth(BUSINESS, POUNDS),
        ["Champions £332 (£", "cost of winning one £20", "All customers £"],
    ),
}
EMPTY: dict[str, Draw] = {"worth": lambda: charts.worth(NOTHING, POUNDS)}


def named(text: str) -> Sequence[Chart]:
    table = BUSINESS.table.assign(segment=BUSINESS.table["segment"].replace("Champions", text))
    return [charts.worth(replace(BUSINESS, table=table), POUNDS)]


ODD: dict[str, Callable[[str], Sequence[Chart]]] = {"worth": named}


class TestKpiCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD


def test_one_bar_is_a_sentence() -> None:
    chart = charts.worth(NO_COST, POUNDS)
    assert not chart.svg
    assert "All customers £" in chart.alt


def test_where_staying_is_not_known_revenue_is_shown() -> None:
    found = business(discount_rate=0.1)
    table = found.table.assign(value=found.table["value"].where(found.table["kpi"] != "gross_margin_value"))
    chart = charts.worth(replace(found, table=table), POUNDS)
    assert chart.title == "Champions brought £200 a customer, the average customer £174"
    assert "What a customer brought, by value segments." in chart.svg
    assert "cost of winning" not in chart.alt
    assert "What a customer brought" in charts.worth(SELDOM, POUNDS).alt
