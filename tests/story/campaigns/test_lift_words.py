"""The narrators of tests: what they changed, for whom, and how far they can be trusted."""

from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from helpers.story.campaigns import lift_words as words
from helpers.story.campaigns.outcomes import answer_of
from tests.story.campaigns.lift_samples import (
    DOWN,
    FLAT,
    GROUPS,
    SHAKY,
    SMALL,
    UP,
    alone,
    arm,
    broken,
    by_group,
    draw,
    found,
    gain,
    interaction,
    measure,
    pair,
    part,
    ratio,
    rows_used,
    weight,
)
from tests.story.word_checks import POUNDS, Case, WordChecks

VISIT = {"metric": "net_spend", "control_mean": 0.12}  # a rate, by its size and a name that is no amount
RATE = replace(found(arm("Call", 0.03, 0.01, 0.05) | VISIT | {"metric": "visit"}), outcome="visit")

CASES: dict[str, list[Case]] = {
    "lift": [
        (lambda: words.lift(found(), POUNDS), "few", ["Nobody was left out of a campaign at random"]),
        (lambda: words.lift(found(alone("Mail")), POUNDS), "few", ["Nobody was left out"]),
        (
            lambda: words.lift(found(UP), POUNDS),
            "good",
            ["“Call” raised net spend by £1.90 a customer, from £3.10 among those left out at random.", "Extend it"],
        ),
        (
            lambda: words.lift(found(FLAT, UP, arm("Visit", 4.0, 0.5, 7.5, campaign="Autumn"), DOWN), POUNDS),
            "good",
            ["“Visit” in “Autumn” raised net spend by £4"],
        ),
        (lambda: words.lift(RATE, POUNDS), "good", ["raised visit by 3.0 points, from 12.0% among those left out"]),
        (
            lambda: words.lift(found(DOWN, FLAT), POUNDS),
            "bad",
            ["“Post” lowered net spend by £0.80 a customer", "Stop “Post” until it is known why net spend fell."],
        ),
        (
            lambda: words.lift(found(SHAKY | {"hangs_on": 1}), POUNDS),
            "unclear",
            ["in net spend depends on one customer."],
        ),
        (
            lambda: words.lift(found(SHAKY, FLAT), POUNDS),
            "unclear",
            ["The lift of “Chat” in net spend depends on a handful"],
        ),
        (
            lambda: words.lift(found(FLAT), POUNDS),
            "unclear",
            ["“E-mail” made no clear difference to net spend; lifts under £1.30 a customer are too small"],
        ),
        (
            lambda: words.lift(found(FLAT, FLAT | {"arm": "Text", "detectable": 0.9}, alone("Mail")), POUNDS),
            "unclear",
            ["No arm of two made a clear difference to net spend; lifts under £0.90", "Size the next test"],
        ),
        (
            lambda: words.lift(found(FLAT | {"detectable": nan}), POUNDS),
            "unclear",
            ["“E-mail” made no clear difference to net spend."],
        ),
        (lambda: words.lift(found(broken("Call")), POUNDS), "unclear", ["so no result is read"]),
        (lambda: words.lift(found(SMALL), POUNDS), "few", ["Too few customers"]),
    ],
    "other_arms": [
        (lambda: words.other_arms(found(), POUNDS), "few", []),
        (lambda: words.other_arms(found(UP), POUNDS), "few", []),
        (lambda: words.other_arms(found(FLAT, FLAT | {"arm": "Text"}), POUNDS), "few", []),
        (lambda: words.other_arms(found(UP, FLAT), POUNDS), "unclear", ["For “E-mail” no clear difference was found."]),
        (
            lambda: words.other_arms(found(UP, DOWN, arm("Fax", -0.5, -0.9, -0.1)), POUNDS),
            "bad",
            [
                "“Post” lowered net spend by £0.80 a customer, from £3.10 among those left out at random. “Fax” "
                "lowered it too.",
                "Stop “Post” until",
            ],
        ),
        (
            lambda: words.other_arms(found(DOWN, arm("Fax", -0.5, -0.9, -0.1)), POUNDS),
            "neutral",
            ["“Fax” lowered it too."],
        ),
        (
            lambda: words.other_arms(found(UP, arm("Text", 0.5, 0.1, 0.9), SHAKY, SMALL, broken("Van")), POUNDS),
            "neutral",
            [
                "“Text” raised net spend too. The lift of “Chat” depends on a handful of customers.",
                "“Fax” has too few customers to tell. “Van” was not drawn at random and is not read.",
            ],
        ),
        (
            lambda: words.other_arms(found(UP, SMALL, SMALL | {"arm": "B"}, broken("C"), broken("D")), POUNDS),
            "unclear",
            ["“Fax” and “B” have too few", "“C” and “D” were not drawn at random and are not read."],
        ),
    ],
    "among_arms": [
        (lambda: words.among_arms(found(), POUNDS), "few", []),
        (
            lambda: words.among_arms(found(between=(pair(2.0, 1.0, 3.0, n=29),)), POUNDS),
            "few",
            ["Nobody was left out of “Fair”, and its arms have too few customers"],
        ),
        (
            lambda: words.among_arms(found(between=(pair(2.0, 1.0, 3.0),)), POUNDS),
            "neutral",
            [
                "among its arms, net spend was £2 a customer higher with “Call” than with “Mail”.",
                "Leave some customers",
            ],
        ),
        (
            lambda: words.among_arms(found(between=(pair(-2.0, -3.0, -1.0),)), POUNDS),
            "neutral",
            ["£2 a customer higher with “Mail” than with “Call”."],
        ),
        (
            lambda: words.among_arms(found(between=(pair(2.0, -1.0, 5.0),)), POUNDS),
            "unclear",
            ["between its arms no clear difference in net spend"],
        ),
        (
            lambda: words.among_arms(found(between=(pair(2.0, 1.0, 5.0, p_adjusted=0.06),)), POUNDS),
            "unclear",
            ["no clear difference"],
        ),
    ],
    "for_whom": [
        (lambda: words.for_whom(by_group(), POUNDS), "few", ["no test whose customers can be grouped"]),
        (
            lambda: words.for_whom(by_group(part("Champions", 4.0, 2.0, 6.0)), POUNDS),
            "few",
            ["No two groups have 30 customers or more both contacted and left out"],
        ),
        (
            lambda: words.for_whom(GROUPS, POUNDS),
            "good",
            [
                "The lift of “Call” differed between groups: surest in “Champions”, at £4 a customer, least in “Lost”.",
                "Contact “Champions” first next time",
            ],
        ),
        (
            lambda: words.for_whom(replace(GROUPS, interaction=pd.DataFrame([interaction(False)])), POUNDS),
            "unclear",
            ["Nothing shows that the lift in net spend differed between groups"],
        ),
        (
            lambda: words.for_whom(
                by_group(part("A", -0.1, -0.4, 0.2), part("B", -4.0, -6.0, -2.0), tests=(interaction(True, "A", "B"),)),
                POUNDS,
            ),
            "neutral",
            ["surest in “A”, at −£0.10 a customer"],
        ),
    ],
    "trust": [
        (lambda: words.trust(draw()), "few", ["no test to check"]),
        (lambda: words.trust(draw(ratio())), "neutral", ["The arms of the test are as large as a random draw"]),
        (
            lambda: words.trust(draw(ratio(), ratio("Autumn"), before=(measure(),))),
            "neutral",
            ["The arms of both tests are as large, and were as alike before, as a random draw would make them."],
        ),
        (
            lambda: words.trust(draw(ratio(), ratio("Autumn"), ratio("Winter"), before=(measure(),))),
            "neutral",
            ["all three tests"],
        ),
        (
            lambda: words.trust(draw(ratio(p_value=1e-5), before=(measure(),))),
            "bad",
            ["The arms of “Spring” are not as large as a random draw would make them", "repeat the test"],
        ),
        (
            lambda: words.trust(draw(ratio(), before=(measure(p_value=1e-5),))),
            "bad",
            ["The arms of “Spring” are not alike before as a random draw would make them"],
        ),
    ],
    "accounted": [
        (lambda: words.accounted(rows_used().head(0)), "few", []),
        (
            lambda: words.accounted(rows_used(rows=2_000, used=2_000)),
            "neutral",
            ["Each of the 2,000 rows of the campaign lists is a customer in one arm."],
        ),
        (
            lambda: words.accounted(rows_used(rows=2_000, used=1_960, repeated=30, set_aside=10, undated=4, future=3)),
            "neutral",
            [
                "Of 2,000 rows of the campaign lists, 1,960 are customers in one arm. 30 repeat a customer of the same "
                "arm and count once; 10 are set aside, of customers in several arms of one campaign.",
                "The day of contact is missing, or lies after this report's date, in 7.",
            ],
        ),
    ],
    "few_customers": [
        (lambda: words.few_customers(found(), POUNDS), "few", ["no test to check"]),
        (lambda: words.few_customers(found(broken("Call")), POUNDS), "few", ["no test to check"]),
        (lambda: words.few_customers(found(UP), POUNDS), "few", ["What was measured is yes or no"]),
        (
            lambda: words.few_customers(found(UP, leverage=(weight(0.099, 0),)), POUNDS),
            "neutral",
            ["No result depends on a few customers"],
        ),
        (
            lambda: words.few_customers(found(UP, leverage=(weight(0.02, 3), weight(0.01, 0, arm="Post"))), POUNDS),
            "unclear",
            ["The answer on “Call” would change without the three customers with the most net spend."],
        ),
        (
            lambda: words.few_customers(found(UP, leverage=(weight(0.98, 1, 1e6), weight(0.1, 0, arm="Post"))), POUNDS),
            "unclear",
            ["One customer with £1m weighs on “Call”: without that one the lift is £1.20, not £1.90.", "mistyped"],
        ),
        (
            lambda: words.few_customers(found(UP, leverage=(weight(0.1, 0, without=1.9),)), POUNDS),
            "unclear",
            ["the lift is as large without."],
        ),
    ],
    "sharper": [
        (lambda: words.sharper(found(UP)), "few", ["is not known"]),
        (lambda: words.sharper(found(alone("Call"))), "few", ["no test to sharpen"]),
        (
            lambda: words.sharper(found(UP, gains=(gain(0.31, True),))),
            "good",
            ["Earlier purchases predict 31% of the variance of net spend; taking that out narrows the interval."],
        ),
        (
            lambda: words.sharper(found(UP, gains=(gain(0.31, True), gain(0.02, False, "Autumn")))),
            "good",
            ["31% of the variance of net spend in “Spring”"],
        ),
        (
            lambda: words.sharper(found(UP, gains=(gain(0.012, False), gain(-0.001, False, "Autumn")))),
            "neutral",
            ["predict 1% of the variance of net spend at best, too little"],
        ),
        (
            lambda: words.sharper(found(UP, gains=(gain(-0.001, False),))),
            "neutral",
            ["predict next to nothing of the variance"],
        ),
    ],
}


class TestLiftWords(WordChecks):
    module, cases = words, CASES
    counted = ("trust", "accounted", "sharper")


@pytest.mark.parametrize("case", [c for cases in CASES.values() for c in cases], ids=lambda c: c[1])
def test_what_is_on_the_cover_is_short(case: Case) -> None:
    statement = case[0]()
    assert len(statement.action.split()) <= 20
    assert not statement.headline or len(statement.text.split()) <= 25


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (UP, "up"),
        (DOWN, "down"),
        (FLAT, "unclear"),
        (UP | {"low": 0.004}, "unclear"),  # printed as zero
        (UP | {"p_adjusted": 0.05}, "unclear"),
        (UP | {"p_adjusted": 0.0499}, "up"),
        (SHAKY, "hangs"),
        (FLAT | {"hangs_on": 1}, "unclear"),
        (SMALL, "few"),
        (UP | {"n": 30}, "up"),
        (UP | {"control_n": 29}, "few"),
        (UP | {"low": nan}, "few"),
        (broken("Call"), "broken"),
        (alone("Call"), "alone"),
    ],
)
def test_what_a_row_says(row: dict, answer: str) -> None:
    assert answer_of(row, POUNDS) == answer
