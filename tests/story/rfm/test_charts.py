"""Charts of the recency, frequency and spend segments."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from helpers.analysis.rfm import Rfm
from helpers.analysis.rfm.holdout import no_holdout
from helpers.analysis.rfm.movement import no_movement
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
    "net_flows": (
        lambda: charts.net_flows(samples.MOVES),
        ["against 6 months ago", "Champions +90: 180 came, 90 left", "At risk +90: 90 came, 0 left"],
    ),
    "tenths": (
        lambda: charts.tenths(samples.HOLDOUT),
        ["score 6 months ago", "share of spend", "890 customers: 90%, >99%; 430 customers: 10%, <1%"],
    ),
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
    "net_flows": lambda: charts.net_flows(no_movement()),
    "tenths": lambda: charts.tenths(no_holdout()),
}


def named(text: str) -> Rfm:
    """The first segment has that name."""
    return replace(samples.RFM, segments=samples.RFM.segments.assign(rfm_segment=[text, "b", "c"]))


ODD: dict[str, Callable[[str], list[Chart]]] = {
    "segments": lambda text: [charts.segments(named(text), fmt.Money(text[:3]))],
    "grid": lambda text: [charts.grid(samples.RFM, fmt.Money(text[:3]))],
    "net_flows": lambda text: [
        charts.net_flows(replace(samples.MOVES, by_segment=samples.MOVES.by_segment.assign(rfm_segment=[text, "b"])))
    ],
}


@pytest.mark.parametrize("draw", [charts.segments, charts.grid])
def test_without_spend_no_chart_speaks_of_it(draw: Callable[[Rfm, fmt.Money], Chart]) -> None:
    chart = draw(samples.RF, POUNDS)
    assert chart.svg
    assert not re.search("£|[Ss]pend|nan", chart.alt)
    assert "13%" in chart.alt or "Fullest cells: 750 customers at recency 2 and frequency 2;" in chart.alt


def test_without_spend_nothing_hangs_on_a_few() -> None:
    assert "Nothing to show: the amount of each order is not known." in charts.concentration(samples.RF).alt


def test_without_spend_tenths_are_told_by_orders() -> None:
    tested = replace(samples.HOLDOUT, by_tenth=samples.HOLDOUT.by_tenth.assign(spend_share=float("nan")))
    assert "share of orders. 890 customers: 90%, 98%" in charts.tenths(tested).alt
    nobody = replace(samples.HOLDOUT, ordered=0)
    assert "none of the customers scored then has ordered since" in charts.tenths(nobody).alt


def test_a_grid_may_have_more_scores_one_way_than_the_other() -> None:
    grid = samples.RFM.grid.assign(r_score=[1, 2, 3, 7], f_score=[1, 2, 1, 2])
    chart = charts.grid(replace(samples.RFM, grid=grid, levels={"r": 7, "f": 2, "m": 5}), POUNDS)
    assert "1 to 7 and 1 to 2. Fullest cells: 750 customers at recency 7 and frequency 2" in chart.alt


class TestRfmCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD
    textless = ("concentration", "tenths")


def test_the_curve_has_the_clients_colour() -> None:
    try:
        use_brand("#ffff00")
        assert accent() in charts.concentration(samples.RFM).svg
    finally:
        use_brand("#0b5c8a")
