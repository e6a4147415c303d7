"""The map of loyalty and commitment."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.chart import Chart
from helpers.story.loyalty import commitment_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.loyalty.commitment_samples import SUBSCRIBERS, USUAL, placed

CHARTS: dict[str, ToldChart] = {
    "commitment_map": (
        lambda: charts.commitment_map(placed(USUAL)),
        [
            "of 990 customers: detractors who stay 100 (10%); passives who stay 250 (25%); promoters who stay 400",
            "detractors who do not 60 (6%)",
            "promoters who do not 150 (15%)",
        ],
    )
}
EMPTY: dict[str, Draw] = {"commitment_map": lambda: charts.commitment_map(placed({"not placed": 9}))}


class TestCommitmentCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {}  # what a client calls things stands in none
    textless = ("commitment_map",)


def test_subscribers_have_their_own_words() -> None:
    assert charts.commitment_map(placed(SUBSCRIBERS)).svg != charts.commitment_map(placed(USUAL)).svg


def test_scores_stand_below_the_columns_as_their_scale_has_them() -> None:
    usual, fives = (charts.commitment_map(placed(USUAL, cuts=cuts)).svg for cuts in ((0, 7, 9, 10), (1, 4, 5, 5)))
    assert usual != fives
