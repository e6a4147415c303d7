"""The charts of whom to contact next."""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.campaigns import uplift_charts as charts
from helpers.story.chart import Chart
from tests.story.campaigns.uplift_samples import BEST, LEAST, NOTHING, RATE, score, segment, uplift
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.chart_room import text_lines
from tests.story.word_checks import POUNDS


class TestUpliftCharts(ChartChecks):
    module = charts
    charts: ClassVar[dict[str, ToldChart]] = {
        "qini": (
            lambda: charts.qini(uplift(), "spend", POUNDS),
            ["Extra spend", "“Mail”, a customer", "25% contacted £4 (£3 to £5), at random £2.50", "50% contacted £8"],
        ),
        "by_segment": (
            lambda: charts.by_segment(uplift(BEST, LEAST), "spend", POUNDS),
            ["Champions +£20 (£17 to £23), plain +£21", "Lost +£1 (−£2 to £4), plain +£2"],
        ),
    }
    empty: ClassVar[dict[str, Draw]] = {
        "qini": lambda: charts.qini(NOTHING, "spend", POUNDS),
        "by_segment": lambda: charts.by_segment(NOTHING, "spend", POUNDS),
    }
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "qini": lambda text: [charts.qini(uplift(scores=[score(arm=text, campaign=text)]), "spend", POUNDS)],
        "by_segment": lambda text: [
            charts.by_segment(uplift(segment(text, 2.0, arm=text), segment("b", 1.0, arm=text)), "spend", POUNDS)
        ],
    }


def test_rates_are_told_per_hundred_customers() -> None:
    assert "100% contacted 5.0" in charts.qini(uplift(scores=[score(**RATE)]), "spend", POUNDS).alt
    assert "per 100 customers" in charts.qini(uplift(scores=[score(**RATE)]), "spend", POUNDS).alt


def test_events_on_the_axis_are_whole_where_they_can_be() -> None:
    svg = charts.qini(uplift(scores=[score(**RATE)]), "spend", POUNDS).svg
    assert [line.text for line in text_lines(svg) if re.fullmatch(r"\d+\.0", line.text)] == []
    assert charts._events(0.29) == "29" and charts._events(0.025) == "2.5"
