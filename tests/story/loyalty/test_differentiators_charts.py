"""The chart of who stays, by the levels of an attribute."""

from collections.abc import Callable, Sequence

from helpers.story.chart import Chart
from helpers.story.loyalty import differentiators_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.loyalty.differentiator_samples import ALL, REGION, SIZE, SIZES, attributes

CHARTS: dict[str, ToldChart] = {
    "levels": (
        lambda: charts.levels(attributes(*ALL)),
        [
            "Customers still active, by company size: 1-9 61% (58% to 64%, 1,330 customers); 10-49 77%",
            "Not known 50%",
            "All customers: 70%.",
        ],
    )
}
EMPTY: dict[str, Draw] = {"levels": lambda: charts.levels(attributes(), 0)}
ODD: dict[str, Callable[[str], Sequence[Chart]]] = {
    "levels": lambda text: [
        charts.levels(
            attributes(
                (text, *SIZE[1:]),
                retention=SIZES.assign(attribute=text, level=[text, "b", "c", "(all others)"]),
            )
        )
    ]
}


class TestDifferentiatorsCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD


def test_levels_without_an_order_of_their_own_stand_by_their_share() -> None:
    named = attributes(REGION, retention=SIZES.assign(attribute="region", level=["c", "b", "a", "(all others)"]))
    alt = charts.levels(named).alt
    assert alt.index("a 88%") < alt.index("b 77%") < alt.index("c 61%") < alt.index("All others 50%")


def test_one_level_is_a_sentence_and_a_place_that_is_not_there_nothing() -> None:
    assert "only one group to show: 1-9 61%" in charts.levels(attributes(SIZE, retention=SIZES.head(1))).alt
    assert "Nothing to show" in charts.levels(attributes(SIZE), 1).alt
    assert "who stayed" in charts.levels(attributes(SIZE, outcome="subscription")).alt
