"""The charts of members and everyone else."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.campaigns import members_charts as charts
from helpers.story.chart import Chart
from tests.story.campaigns.members_samples import AGE, BROKEN, RATE, SIZE, UNCLEAR, members, not_made
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.word_checks import POUNDS

CHARTS: dict[str, ToldChart] = {
    "members_lift": (
        lambda: charts.members_lift(
            members({}, UNCLEAR | {"campaign": "Mailing"}, BROKEN | {"campaign": "Visit", "arm": "called"}),
            "spend",
            POUNDS,
        ),
        [
            "Fair +£244 (£97 to £392), against everyone else +£1,383; Mailing +£244 (−£20 to £392)",
            "Visit, called nothing claimed, against everyone else +£1,383.",
        ],
    ),
    "members_balance": (
        lambda: charts.members_balance(members({}, traits=({}, AGE, SIZE))),
        [
            "spend in the year before +1.60, weighted +0.04; days since the last order −0.90, weighted −0.10; "
            "company size: 10-49 +0.21, weighted −0.02."
        ],
    ),
    "members_overlap": (
        lambda: charts.members_overlap(members({})),
        ["0% to 50%: members 25%, others 90%, weighted 30%; 50% to 100%: members 75%, others 10%, weighted 70%."],
    ),
}


class TestMembersCharts(ChartChecks):
    module, charts = charts, CHARTS
    empty: ClassVar[dict[str, Draw]] = {
        "members_lift": lambda: charts.members_lift(members(), "spend", POUNDS),
        "members_balance": lambda: charts.members_balance(members(not_made("few"))),
        "members_overlap": lambda: charts.members_overlap(members(not_made("few"))),
    }
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "members_lift": lambda text: [
            charts.members_lift(members({"campaign": text, "arm": text}), "spend", POUNDS),
        ],
        "members_balance": lambda text: [
            charts.members_balance(members({}, traits=({"covariate": text}, SIZE | {"level": text}))),
        ],
        "members_overlap": lambda text: [charts.members_overlap(members({"campaign": text}))],
    }


def test_rates_are_shown_in_points_and_orders_where_nothing_else_is_known() -> None:
    assert "+15.4 points (12.2 points to 18.5 points)" in charts.members_lift(members(RATE), "spend", POUNDS).alt


def test_of_nothing_claimed_there_is_no_interval_in_the_key() -> None:
    assert "95%" not in charts.members_lift(members(BROKEN), "spend", POUNDS).alt.split(":")[1]
