"""The chart of what customers say."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.chart import BAD, GOOD, QUIET, Chart
from helpers.story.nps_drivers import theme_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.nps_drivers.theme_samples import APP, LATE, PRICE, SMALL, STAFF, comments, theme

CHARTS: dict[str, ToldChart] = {
    "themes": (
        lambda: charts.themes(comments(LATE, PRICE, STAFF, APP, SMALL)),
        [
            "late delivery, courier: 18%, 180 comments, NPS −17",
            "friendly staff: 10%, 100 comments, NPS +61",
            "invoice: 2%, 20 comments, too few to score",
        ],
    )
}


class TestThemeCharts(ChartChecks):
    module, charts = charts, CHARTS
    empty: ClassVar[dict[str, Draw]] = {"themes": lambda: charts.themes(comments())}
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "themes": lambda text: [charts.themes(comments(LATE | {"theme": text}, APP))]
    }


def test_a_bar_has_the_colour_of_its_verdict() -> None:
    def colours(*themes: dict[str, object]) -> set[str]:
        svg = charts.themes(comments(*themes)).svg
        return {colour for colour in (BAD, GOOD, QUIET) if colour in svg}

    assert colours(LATE) == {BAD}
    assert colours(STAFF, APP) == {GOOD, QUIET}
    assert colours(SMALL) == {QUIET}


def test_at_most_eight_bars() -> None:
    many = [theme(f"theme {'abcdefghij'[i]}", 100 - i, 0.1) for i in range(10)]
    alt = charts.themes(comments(*many)).alt
    assert "theme h" in alt
    assert "theme i" not in alt


def test_shares_are_of_the_themes_language() -> None:
    assert "language" not in charts.themes(comments(LATE, APP)).svg  # drawn as paths: only the heading differs
    assert charts.themes(comments(LATE, APP)).svg != charts.themes(comments(LATE, APP | {"language": "German"})).svg
