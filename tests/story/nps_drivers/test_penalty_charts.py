"""The chart of penalties and rewards."""

from math import nan

from helpers.story.nps_drivers import penalty_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.chart_room import text_lines
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_PENALTIES, PRICES, penalties

CHARTS: dict[str, ToldChart] = {
    "contrast": (
        lambda: charts.contrast(
            penalties(
                (DELIVERY, "basic", -1.2, 0.3, -0.5), (PRICES, "unclear", -0.1, 0.1, 0), ("x", "unclear", *[nan] * 3)
            )
        ),
        [
            "in points of score, from 900 answers. Delivery reliability (must be right): low −1.2, high +0.3; "
            "Prices (not clear): low −0.1, high +0.1."
        ],
    )
}
EMPTY: dict[str, Draw] = {"contrast": lambda: charts.contrast(NO_PENALTIES)}


class TestPenaltyCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd = {"contrast": lambda text: [charts.contrast(penalties((text, "basic", -1.0, 0.5, -0.4)))]}  # noqa: RUF012


def test_what_a_bar_says_keeps_clear_of_its_name_on_a_phone() -> None:
    drawn = charts.contrast(penalties(("cleanliness_overall", "performance", -0.5, 0.3, -0.2)))
    lines = text_lines(drawn.narrow)
    value = next(line for line in lines if line.text == "−0.5")
    assert max(line.right for line in lines if line.text in ("Cleanliness overall", "(both ways)")) + 4 < value.left
