"""The chart of one driver's link with the score by group."""

from math import nan

from helpers.story.nps_drivers import contrast_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_CONTRASTS, PRICES, contrasts

THREE = contrasts(
    ("company_size", "250+", DELIVERY, 1.1, 0.4, True),
    ("company_size", "1-9", DELIVERY, 0.3, 0.6, False),
    ("company_size", "1-9", PRICES, 0.9, 0.6, False),
    ("region", "North", DELIVERY, 0.2, 0.3, False),
)
CHARTS: dict[str, ToldChart] = {
    "slopes": (
        lambda: charts.slopes(THREE),
        [
            "What a point of delivery reliability goes with, by company size, in points of score: 250+ 1.10 (0.90 to "
            "1.30); 1-9 0.30 (0.10 to 0.50)."
        ],
    )
}
EMPTY: dict[str, Draw] = {"slopes": lambda: charts.slopes(NO_CONTRASTS)}


class TestContrastCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd = {  # noqa: RUF012
        "slopes": lambda text: [
            charts.slopes(contrasts((text, text, text, 0.2, 0.3, False), (text, text + "2", text, 0.4, 0.3, False)))
        ]
    }


def test_one_group_is_told_in_words_and_none_says_why() -> None:
    one = charts.slopes(contrasts(("region", "North", DELIVERY, 0.2, 0.3, False)))
    assert one.svg == ""
    assert "Only one group has enough ratings: North 0.20 (0.00 to 0.40)." in one.alt
    blank = charts.slopes(contrasts(("region", "North", DELIVERY, nan, nan, False)))
    assert "delivery reliability is rated alike by all of a group" in blank.alt
