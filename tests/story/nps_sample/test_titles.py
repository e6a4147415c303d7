"""What the titles of the charts of the sample say, and when they say nothing."""

from collections.abc import Mapping

from helpers.story.nps_sample import charts, titles
from tests.story.nps_sample.samples import (
    ALIKE,
    APART,
    EVEN,
    FALLING,
    FIRMS,
    HAPPY,
    HIGH,
    LOW,
    RISING,
    UNCLEAR,
    WEIGHTED,
    beside,
    firms,
    question,
    responded,
    rivals,
    weighed,
)
from tests.story.title_checks import TitleChecks, ToldTitle


def rates(groups: Mapping[str, tuple[int, int, int, int]]) -> str:
    found = responded(groups).groups
    return titles.rates(found[found["grouping"] != "all"])


def asked(csat: Mapping[str, list[float]] | None = None, ces: Mapping[str, list[float]] | None = None) -> str:
    return titles.questions([question(waves=csat), question("ces", ces)])


STEADY = {"2025": LOW, "2026": LOW}
CASES: dict[str, list[ToldTitle]] = {
    "rates": [
        (lambda: rates(HAPPY), "80% of “Best” answered, 11% of “Rest”"),
        (lambda: rates(EVEN), ""),
        (lambda: rates({"Best": (29, 20, 5, 0), "Rest": (900, 20, 20, 60)}), ""),
        (lambda: rates({"(unknown)": (100, 70, 10, 0), "Rest": (900, 20, 20, 60)}), ""),
    ],
    "weights": [
        (lambda: titles.weights(weighed(WEIGHTED)), "In 2026 the score is +62 weighted, +40 unweighted"),
        (
            lambda: titles.weights(weighed({"2025": WEIGHTED["2025"]})),
            "In 2025 the score is +71 weighted, +50 unweighted",
        ),
        (lambda: titles.weights(weighed(UNCLEAR)), ""),
        (lambda: titles.weights(weighed(ALIKE)), ""),
    ],
    "questions": [
        (lambda: asked(RISING), "Satisfied answers rose from 40% in 2025 to 80% in 2026"),
        (lambda: asked(STEADY, RISING), "“Easy” answers rose from 40% in 2025 to 80% in 2026"),
        (lambda: asked(RISING, FALLING), ""),
        (lambda: asked(STEADY, STEADY), ""),
        (lambda: asked({"2025": HIGH}, {"2025": LOW}), "80% are satisfied and 40% find it easy"),
        (lambda: asked({"2025": HIGH[:40]}, {"2025": LOW}), ""),
        (lambda: titles.questions([question(waves=RISING, scale="0-100")]), ""),
        (lambda: asked(), ""),
    ],
    "views": [
        (lambda: titles.views(firms()), "Counted by answer the score is −15, by revenue +87"),
        (lambda: titles.views(firms(FIRMS[:1])), ""),
        (lambda: titles.views(firms([])), ""),
    ],
    "sides": [
        (lambda: titles.sides(beside(*APART)), "Businesses score +43, their consumers −27"),
        (lambda: titles.sides(beside((12, (1, 1, 0), (20, 20, 0)))), ""),
        (lambda: titles.sides(beside((3, (1, 1, 0), (20, 2, 14)))), ""),
    ],
    "competitors": [
        (lambda: titles.competitors(rivals({})), "Our +30 is above the +10 of “Rival”"),
        (lambda: titles.competitors(rivals({"method": ""})), ""),
        (lambda: titles.competitors(rivals()), ""),
    ],
}


class TestSampleTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_group_with_a_long_name_leaves_the_topic() -> None:
    chart = charts.rates(responded({"x" * 200: HAPPY["Best"], "Rest": HAPPY["Rest"]}))
    assert chart.title == "Share of customers who answered, by value segment"
