"""Charts of the recency, frequency and spend segments."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from helpers.analysis.rfm import Rfm
from helpers.story import fmt
from helpers.story.chart import Chart, accent, use_brand
from helpers.story.rfm import charts
from tests.story import samples
from tests.story.chart_checks import ChartChecks, Draw, ToldChart

POUNDS = fmt.Money("GBP")

CHARTS: dict[str, ToldChart] = {
    "segments": (
        lambda: charts.segments(samples.RFM, POUNDS),
        ["Champions 52% of customers and 89% of spend"],
    ),
    "grid": (
        lambda: charts.grid(samples.RFM, POUNDS),
        ["750 customers at recency 2 and frequency 2", "average spend £11.6k"],
    ),
    "concentration": (lambda: charts.concentration(samples.RFM), ["the top 20% bring 75%"]),
}
NOBODY = replace(
    samples.RFM,
    segments=samples.RFM.segments.head(0),
    grid=samples.RFM.grid.head(0),
    concentration=samples.RFM.concentration.head(0),
)
EMPTY: dict[str, Draw] = {
    "segments": lambda: charts.segments(NOBODY, POUNDS),
    "grid": lambda: charts.grid(NOBODY, POUNDS),
    "concentration": lambda: charts.concentration(NOBODY),
}


def named(text: str) -> Rfm:
    """The first segment has that name."""
    return replace(samples.RFM, segments=samples.RFM.segments.assign(rfm_segment=[text, "b", "c"]))


ODD: dict[str, Callable[[str], list[Chart]]] = {
    "segments": lambda text: [charts.segments(named(text), fmt.Money(text[:3]))],
    "grid": lambda text: [charts.grid(samples.RFM, fmt.Money(text[:3]))],
}


@pytest.mark.parametrize("draw", [charts.segments, charts.grid])
def test_without_spend_no_chart_speaks_of_it(draw: Callable[[Rfm, fmt.Money], Chart]) -> None:
    chart = draw(samples.RF, POUNDS)
    assert chart.svg
    assert not re.search("£|[Ss]pend|nan", chart.alt)
    assert "13%" in chart.alt or "Fullest cells: 750 customers at recency 2 and frequency 2;" in chart.alt


def test_without_spend_nothing_hangs_on_a_few() -> None:
    assert "Nothing to show: the amount of each order is not known." in charts.concentration(samples.RF).alt


class TestRfmCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD
    textless = ("concentration",)


def test_the_curve_has_the_clients_colour() -> None:
    try:
        use_brand("#ffff00")
        assert accent() in charts.concentration(samples.RFM).svg
    finally:
        use_brand("#0b5c8a")
