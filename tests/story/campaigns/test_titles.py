"""What the titles of the charts of campaigns say, and when they say nothing."""

from dataclasses import replace
from typing import Any

import pandas as pd

from helpers.analysis.campaigns.lift import Lift
from helpers.story.campaigns import lift_charts, titles
from tests.story.campaigns.lift_samples import DOWN, FLAT, GROUPS, UP, alone, by_group, found, interaction
from tests.story.campaigns.members_samples import AGE, BROKEN, LESS, RATE, SIZE, UNCLEAR, members, not_made
from tests.story.campaigns.planning_samples import SPEND, UNKNOWN, known, plan
from tests.story.campaigns.series_samples import APART, NO_SEASON, course, moved
from tests.story.campaigns.test_lift_words import RATE as VISITS
from tests.story.campaigns.uplift_samples import BEST, LEAST, NOTHING, score, uplift
from tests.story.campaigns.uplift_samples import UNCLEAR as NO_BETTER
from tests.story.title_checks import TitleChecks, ToldTitle
from tests.story.word_checks import POUNDS


def lifted(result: Lift, shown: int = 9) -> str:
    return titles.lift(result, result.by_arm.head(shown), POUNDS)


def since(*rows: dict[str, Any]) -> str:
    return titles.members_lift(members(*rows), "spend", POUNDS)


def changed(*rows: dict[str, Any], metric: str = "spend", drawn: str = "Spring") -> str:
    return titles.series_courses(moved(*rows), metric, POUNDS, [drawn])


def left_course(*rows: dict[str, Any], metric: str = "spend", drawn: str = "Spring") -> str:
    return titles.series_weeks(course(*rows), metric, POUNDS, [drawn])


CASES: dict[str, list[ToldTitle]] = {
    "lift": [
        (lambda: lifted(found(UP, FLAT)), "“Call” raised net spend by £1.90 a customer"),
        (lambda: lifted(found(DOWN)), "“Post” lowered net spend by £0.80 a customer"),
        (lambda: lifted(VISITS), "“Call” raised visit by 3.0 points"),
        (
            lambda: lifted(found(UP, UP | {"campaign": "Autumn", "lift": 1.0})),
            "“Call” in “Spring” raised net spend by £1.90 a customer",
        ),
        (lambda: lifted(found(FLAT)), ""),
        (lambda: lifted(found(DOWN, UP), 1), ""),
        (lambda: lifted(found(alone("Mail"))), ""),
    ],
    "segment_lift": [
        (
            lambda: titles.segment_lift(GROUPS, POUNDS),
            "The lift is surest in “Champions”, at £4 a customer, and least in “Lost”",
        ),
        (lambda: titles.segment_lift(replace(GROUPS, interaction=pd.DataFrame([interaction(False)])), POUNDS), ""),
        (lambda: titles.segment_lift(by_group(), POUNDS), ""),
    ],
    "members_lift": [
        (lambda: since({}), "Members of “Fair” spent £244 more each than others alike before"),
        (lambda: since(LESS), "Members of “Fair” spent £80 less each than others alike before"),
        (lambda: since(RATE), "Members of “Fair” ordered more often, by 15.4 points, than others alike before"),
        (lambda: since(UNCLEAR), ""),
        (lambda: since(BROKEN), ""),
        (lambda: since(), ""),
    ],
    "members_balance": [
        (
            lambda: titles.members_balance(members({}, traits=({}, SIZE))),
            "Once weighted, members and others differ by 0.04 standard deviations at most",
        ),
        (lambda: titles.members_balance(members({}, traits=({}, AGE))), ""),
        (lambda: titles.members_balance(members(not_made("few"))), ""),
    ],
    "members_overlap": [
        (lambda: titles.members_overlap(members({})), "Similar customers were found for 98% of members"),
        (
            lambda: titles.members_overlap(members({}, {"arm": "call", "members": 900, "overlap_share": 1.0})),
            "Similar customers were found for all members",
        ),
        (lambda: titles.members_overlap(members(not_made("few"))), ""),
    ],
    "sizes": [
        (
            lambda: titles.sizes(plan(known()), "conversion"),
            "A test takes 16,316 customers; there are 20,000",
        ),
        (lambda: titles.sizes(plan(known(), known(**SPEND)), "conversion"), ""),
        (lambda: titles.sizes(plan(known(customers=2_000)), "conversion"), ""),
        (lambda: titles.sizes(plan(known(**UNKNOWN)), "conversion"), ""),
    ],
    "series_courses": [
        (lambda: changed({}), "Members of “Spring” spent £30 more each than the course of others suggests"),
        (
            lambda: changed({"estimate": -0.4, "low": -0.6, "high": -0.2}, metric="orders"),
            "Members of “Spring” placed 0.40 fewer orders each than the course of others suggests",
        ),
        (lambda: changed({"low": -1.0}), ""),
        (lambda: changed(APART), ""),
        (lambda: changed({}, drawn="Autumn"), ""),
        (lambda: changed(), ""),
    ],
    "series_weeks": [
        (lambda: left_course({}), "All sales lay £9,000 above their course after “Spring” began"),
        (
            lambda: left_course({"effect": -9e3, "low": -13e3, "high": -5e3}, metric="orders"),
            "All sales lay 9,000 orders below their course after “Spring” began",
        ),
        (lambda: left_course({"low": -1.0}), ""),
        (lambda: left_course(NO_SEASON), ""),
        (lambda: left_course({}, drawn="Autumn"), ""),
        (lambda: left_course(), ""),
    ],
    "qini": [
        (
            lambda: titles.qini(uplift(), "spend", POUNDS),
            "The best-ranked half of customers brings 80% of the extra spend",
        ),
        (
            lambda: titles.qini(uplift(scores=[score(ordering="segment")], half=1.2), "spend", POUNDS),
            "The best-ranked half of customers brings all of the extra spend",
        ),
        (lambda: titles.qini(uplift(scores=[score(**NO_BETTER)]), "spend", POUNDS), ""),
        (lambda: titles.qini(NOTHING, "spend", POUNDS), ""),
    ],
    "by_segment": [
        (
            lambda: titles.by_segment(uplift(BEST, LEAST), "spend", POUNDS),
            "A contact adds +£20 a customer for “Champions”, +£1 for “Lost”",
        ),
        (lambda: titles.by_segment(uplift(BEST | {"p_alike": 0.9}, LEAST | {"p_alike": 0.9}), "spend", POUNDS), ""),
        (lambda: titles.by_segment(NOTHING, "spend", POUNDS), ""),
    ],
}


class TestCampaignTitles(TitleChecks):
    module, cases = titles, CASES


def test_an_arm_with_a_long_name_leaves_the_topic() -> None:
    chart = lift_charts.lift(found(UP | {"arm": "x" * 200}, FLAT), POUNDS)
    assert chart.title == "Lift over those left out: net spend"
