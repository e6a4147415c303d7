"""The chart of what goes with being satisfied."""

from dataclasses import replace

from helpers.story.nps_drivers import outcome_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.nps_drivers.depth_samples import DELIVERY, NOT_SATISFIED, PRICES, satisfied

TWO = satisfied((DELIVERY, 0.3, 0.25, 0.35), (PRICES, 0.1, 0.05, 0.15))
CHARTS: dict[str, ToldChart] = {
    "satisfied": (
        lambda: charts.satisfied(TWO),
        [
            "What goes with a high overall satisfaction",
            "from 900 answers: Delivery reliability 30.0% (25.0% to 35.0%); Prices 10.0% (5.0% to 15.0%).",
            "Together 40%.",
        ],
    )
}
EMPTY: dict[str, Draw] = {"satisfied": lambda: charts.satisfied(NOT_SATISFIED)}


class TestOutcomeCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd = {"satisfied": lambda text: [charts.satisfied(replace(satisfied((text, 0.3, 0.2, 0.4)), outcome=text))]}  # noqa: RUF012
