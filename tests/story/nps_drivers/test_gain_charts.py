"""The chart of gains."""

from helpers.story.nps_drivers import gain_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_GAINS, PRICES, gains

CHARTS: dict[str, ToldChart] = {
    "gain": (
        lambda: charts.gain(gains((DELIVERY, 14, 13, 15), (PRICES, -2, -5, 1))),
        ["from 900 answers: Delivery reliability +14 (+13 to +15); Prices −2 (−5 to +1).", "for 0.5 more"],
    )
}
EMPTY: dict[str, Draw] = {"gain": lambda: charts.gain(NO_GAINS)}


class TestGainCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd = {"gain": lambda text: [charts.gain(gains((text, 3, 2, 4)))]}  # noqa: RUF012


def test_the_smallest_of_many_are_counted() -> None:
    many = gains(*[(f"d{i}", 20 - i, 19 - i, 21 - i) for i in range(14)], rise=1)
    assert "And 2 smaller gains." in charts.gain(many).alt
    assert "for 1 more on one rating" in charts.gain(many).alt
    assert "smaller" not in charts.gain(gains(*[(f"d{i}", 3, 2, 4) for i in range(12)])).alt
