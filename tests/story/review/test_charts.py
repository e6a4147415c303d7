"""The charts of the review."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.chart import Chart
from helpers.story.review import charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.review.samples import (
    ACTIVE,
    CALM,
    CAME,
    DORMANT,
    HIT,
    KEPT,
    NO_PERIODS,
    SLEEP,
    STEADY,
    THIN,
    WENT,
    market,
    moves,
)

FLOWS = [WENT, CAME, KEPT, SLEEP]
CHARTS: dict[str, ToldChart] = {
    "sizes": (
        lambda: charts.sizes(moves(DORMANT, ACTIVE, STEADY)),
        ["Lifecycle groups then and now: Dormant 817, now 911; Active 590, now 435; Loyal 700, now 703."],
    ),
    "flows": (
        lambda: charts.flows(moves(DORMANT, ACTIVE, flows=FLOWS)),
        ["of Dormant 99% in Dormant, 1% in Active; of Active 65% in Active, 16% in Dormant."],
    ),
    "market": (
        lambda: charts.market(market({}, HIT, CALM, THIN)),
        ["all customers +9% (+2% to +16%); Florist −30% (−40% to −20%); Garden centre +1%"],
    ),
}
EMPTY: dict[str, Draw] = {
    "sizes": lambda: charts.sizes(moves()),
    "flows": lambda: charts.flows(moves(ACTIVE, reason="rules differ")),
    "market": lambda: charts.market(market(periods=NO_PERIODS)),
}


class TestReviewCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "sizes": lambda text: [charts.sizes(moves(DORMANT | {"segment": text}, ACTIVE))],
        "flows": lambda text: [
            charts.flows(
                moves(
                    ACTIVE,
                    DORMANT | {"segment": text},
                    flows=[KEPT, WENT | {"to_segment": text}, SLEEP | {"from_segment": text}],
                )
            )
        ],
        "market": lambda text: [charts.market(market({}, HIT | {"segment": text}))],
    }


def test_one_group_is_told_in_words_and_one_flow_not_at_all() -> None:
    assert "There is only one group to show: Active 590, now 435." in charts.sizes(moves(ACTIVE)).alt
    assert "one group only" in charts.flows(moves(ACTIVE, flows=[KEPT])).alt
    assert "There is only one group to show: all customers +9%" in charts.market(market({})).alt


def test_nothing_told_of_a_thin_market() -> None:
    assert "too few customers" in charts.market(market(THIN)).alt
