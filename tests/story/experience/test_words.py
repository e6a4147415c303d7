"""The narrators of experience, at their branches."""

from dataclasses import replace
from typing import Any

import pytest

from helpers.story.experience import words
from tests.story.experience.samples import (
    ALL,
    DESK,
    FEW,
    HAPPY,
    LESS_USE,
    NO_MODEL,
    NO_ORDERS,
    ORDERS,
    PORTAL,
    QUIET,
    SHOP,
    SPEND,
    TICKETS,
    UNHAPPY,
    USE,
    expected,
    links,
    point,
    touchpoints,
)
from tests.story.word_checks import Case, WordChecks

UNCLEAR: dict[str, Any] = {"verdict": "unclear"}
USED = {
    **{"answers": 905, "other_scale": 5, "without_customer": 100, "without_date": 1, "not_covered": 200, "unknown": 30},
    **{"not_drawn": 0, "used": 569},
}
NONE_USED = dict.fromkeys(USED, 0)
CASES: dict[str, list[Case]] = {
    "strongest": [
        (
            lambda: words.strongest(links(ORDERS, SPEND), 365),
            "neutral",
            [
                "who ordered most in the year before answering have an NPS of +40, customers who ordered least +10",
                "Ask the others what holds them back",
            ],
        ),
        (
            lambda: words.strongest(links(TICKETS, ORDERS), 90),
            "bad",
            [
                "with support tickets in the 90 days before answering have an NPS of −8, customers without any +24.",
                "Call customers with support tickets within days",
            ],
        ),
        (
            lambda: words.strongest(links(QUIET), 365),
            "neutral",
            ["Customers who ordered longest ago", "have an NPS of −5", "gone quiet"],
        ),
        (
            lambda: words.strongest(links(QUIET | {"measure": "returns", "family": "returns"}), 365),
            "neutral",
            ["who sent back most", "Ask these customers what goes wrong"],
        ),
        (lambda: words.strongest(links(SPEND), 365), "neutral", ["who spent most"]),
        (
            lambda: words.strongest(links(ORDERS | {"nps_with": 10.2, "difference": 0.2}), 365),
            "neutral",
            ["differ from customers who ordered least by less than a point."],
        ),
        (
            lambda: words.strongest(links(ORDERS | UNCLEAR, SPEND | UNCLEAR), 365),
            "unclear",
            ["Of two measures of what customers did, none goes clearly with their score."],
        ),
        (lambda: words.strongest(links(ORDERS | UNCLEAR), 365), "unclear", ["in the one measure there is"]),
        (lambda: words.strongest(links(NO_ORDERS), 365, "answered_at"), "few", ["is known of enough answers"]),
        (lambda: words.strongest(links(), 365, "surveys"), "few", ["No measure"]),
    ],
    "beside": [
        (
            lambda: words.beside(links(ORDERS, SPEND, SPEND | {"measure": "x", "family": "variety"})),
            "neutral",
            ["Among customers otherwise alike, orders still go with the score; two others do not."],
        ),
        (
            lambda: words.beside(links(SPEND | {"verdict": "clear"}, ORDERS | {"verdict": "shared"})),
            "neutral",
            ["spend still goes with the score; one other does not."],
        ),
        (
            lambda: words.beside(links(TICKETS | {"verdict": "hidden"})),
            "neutral",
            ["those with support tickets score 27 points lower than customers without any, which totals hide."],
        ),
        (
            lambda: words.beside(links(ORDERS | {"verdict": "hidden", "adjusted": 1.2})),
            "neutral",
            ["those who ordered most score 1 point higher"],
        ),
        (
            lambda: words.beside(links(ORDERS | {"verdict": "shared"}, SPEND)),
            "unclear",
            ["Orders and spend go with the score only together: among customers otherwise alike no difference"],
        ),
        (lambda: words.beside(links(SPEND)), "unclear", ["Spend goes with the score only together"]),
        (lambda: words.beside(links(ORDERS | UNCLEAR)), "unclear", ["no measure goes clearly with the score."]),
        (lambda: words.beside(links(NO_ORDERS)), "few", ["too few answers"]),
    ],
    "trouble": [
        (
            lambda: words.trouble(links(ORDERS, TICKETS)),
            "bad",
            ["Customers with support tickets score 27 points lower than customers otherwise alike without any."],
        ),
        (
            lambda: words.trouble(links(TICKETS | {"adjusted": 20.0, "subject": "Reklamation"})),
            "neutral",
            ["Customers with “Reklamation” events score 20 points higher"],
        ),
        (
            lambda: words.trouble(links(TICKETS | {"verdict": "shared", "adjusted_high": 4.0})),
            "unclear",
            ["Support tickets do not clearly go with a lower score: the difference is −37 to +4 points among"],
        ),
        (lambda: words.trouble(links(ORDERS)), "neutral", []),
    ],
    "answers_used": [
        (
            lambda: words.answers_used(USED, 365),
            "neutral",
            [
                "569 of 905 answers are used; left out are 200 with no record of the 365 days before, 100 without a "
                "customer number and 36 for other reasons.",
            ],
        ),
        (
            lambda: words.answers_used(dict.fromkeys(USED, 0) | {"answers": 5, "used": 5}, 90),
            "neutral",
            ["All 5 answers"],
        ),
        (lambda: words.answers_used(NONE_USED, 365, "customer_id"), "few", ["No answer can be used."]),
    ],
    "touchpoints": [
        (
            lambda: words.touchpoints(touchpoints(DESK, SHOP, PORTAL), 365),
            "bad",
            [
                "“Help desk” pulls the score down most: −10 against +33 elsewhere, in 25% of answers.",
                "Begin with “Help desk”",
            ],
        ),
        (lambda: words.touchpoints(touchpoints(SHOP, PORTAL), 365), "good", ["“Shop” holds the score up most: +50"]),
        (
            lambda: words.touchpoints(touchpoints(PORTAL, USE), 365),
            "neutral",
            ["Customers who used “App” score 16 points higher than others who buy alike; 25% used it."],
        ),
        (
            lambda: words.touchpoints(replace(touchpoints(USE), is_equal=False), 365),
            "neutral",
            ["Customers who used “App” score 16 points higher than others; 25% used it."],
        ),
        (
            lambda: words.touchpoints(touchpoints(LESS_USE), 365),
            "bad",
            ["score 9 points lower", "Begin with “Hotline”"],
        ),
        (
            lambda: words.touchpoints(touchpoints(PORTAL, point("Post", nps=25.0)), 365),
            "unclear",
            ["No touchpoint stands out: scores of +20 to +25 differ no more than by chance."],
        ),
        (
            lambda: words.touchpoints(touchpoints(PORTAL, point("Post")), 365),
            "unclear",
            ["No touchpoint stands out: all score +20."],
        ),
        (lambda: words.touchpoints(touchpoints(FEW), 365), "few", ["named by enough answers or events."]),
        (lambda: words.touchpoints(touchpoints(), 365), "few", ["No touchpoint"]),
    ],
    "held_out": [
        (
            lambda: words.held_out(expected()),
            "neutral",
            ["Tested on customers set aside, behaviour explains 8% of the differences in score: it tells groups"],
        ),
        (
            lambda: words.held_out(expected(skill=0.3)),
            "neutral",
            ["explains 30%", "it also tells many customers apart."],
        ),
        (
            lambda: words.held_out(expected(beats_mean=False, skill=0.01, low=-0.02)),
            "unclear",
            ["Behaviour does not predict the score", "Ask customers instead of computing their opinion"],
        ),
        (lambda: words.held_out(expected(**NO_MODEL)), "few", ["500 answers can be used, too few"]),
        (lambda: words.held_out(expected(**NO_MODEL | {"answers": 0})), "few", ["0 answers"]),
    ],
    "silent": [
        (
            lambda: words.silent(expected(ALL)),
            "bad",
            [
                "Judging by what they do, the 300 customers who never answered would score +15 (+8 to +22), below the "
                "+33 of recent answers.",
                "Ask a random few hundred of the silent",
            ],
        ),
        (
            lambda: words.silent(expected(ALL | {"gap_low": 4.0, "gap_high": 9.0, "answered_nps": 8.6}, silent=1)),
            "good",
            ["the 1 customer who never answered would score +15 (+8 to +22), above the +9 of recent answers."],
        ),
        (
            lambda: words.silent(expected(ALL | {"gap_high": 0.3})),
            "unclear",
            ["not clearly different from the +33 of recent answers."],
        ),
        (lambda: words.silent(expected(ALL, silent=0)), "few", ["Every customer known has answered."]),
        (lambda: words.silent(expected()), "few", ["does not reveal what they would say."]),
        (lambda: words.silent(expected(silent=0, **NO_MODEL | {"answers": 0})), "few", ["Every customer"]),
    ],
    "silent_groups": [
        (
            lambda: words.silent_groups(expected(ALL, HAPPY, UNHAPPY)),
            "neutral",
            ["Of the silent, “No purchase” should score lowest at +5 (120 customers), “Champions” highest at +53."],
        ),
        (
            lambda: words.silent_groups(expected(ALL, HAPPY | {"low": 13.0}, UNHAPPY)),
            "unclear",
            ["does not differ clearly between groups"],
        ),
        (lambda: words.silent_groups(expected(ALL, HAPPY)), "neutral", []),
    ],
}


class TestExperienceWords(WordChecks):
    module, cases = words, CASES
    never_few = ("trouble", "silent_groups")
    counted = ("answers_used",)
    not_for_the_cover = ("trouble", "touchpoints", "silent")  # reweighting the score says nearly the same


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20
            assert len(statement.text.split()) <= (25 if statement.headline else 45)


@pytest.mark.parametrize("verdict", ["clear", "shared", "hidden", "unclear"])
@pytest.mark.parametrize("split", ["some", "thirds"])
def test_long_labels_stay_within_the_limit(verdict: str, split: str) -> None:
    row = TICKETS | {"family": "minutes", "subject": "support ticket", "verdict": verdict, "split": split}
    assert len(words.strongest(links(row), 245).text.split()) <= 25


def test_a_needed_survey_is_asked_for_in_one_way() -> None:
    told = [
        words.strongest(links(), 365, "surveys"),
        words.beside(links()),
        words.answers_used(NONE_USED, 365, "surveys"),
        words.touchpoints(touchpoints(), 365),
        words.held_out(expected(**NO_MODEL | {"answers": 0})),
        words.silent(expected(silent=0, **NO_MODEL | {"answers": 0})),
    ]
    assert {statement.needs for statement in told} == {"survey answers with customer numbers and dates"}
