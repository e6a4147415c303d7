"""The narrators of members and everyone else, at their branches."""

from math import nan

import pytest

from helpers.story.campaigns import members_words as words
from helpers.story.statement import Statement
from tests.story.campaigns.members_samples import AGE, BROKEN, LESS, ORDERS, RATE, SIZE, UNCLEAR, members, not_made
from tests.story.word_checks import POUNDS, Case, WordChecks


def answer(*rows: dict[str, object], outcome: str = "spend", shared: float = nan) -> Statement:
    return words.members_answer(members(*rows, shared=shared), outcome, POUNDS)


def plainly(*rows: dict[str, object], outcome: str = "spend") -> Statement:
    return words.members_plain(members(*rows), outcome, POUNDS)


def placebo(*rows: dict[str, object], outcome: str = "spend") -> Statement:
    return words.members_placebo(members(*rows), outcome, POUNDS)


CASES: dict[str, list[Case]] = {
    "members_answer": [
        (
            lambda: answer({}, ORDERS),
            "neutral",
            [
                "Members of “Fair” have since spent £244 more each than customers who were alike before: consistent "
                "with success, not proof.",
                "Hold a random tenth out of the next one",
            ],
        ),
        (lambda: answer({}, ORDERS, outcome="orders"), "neutral", ["have since placed 0.46 more orders each than"]),
        (lambda: answer(RATE), "neutral", ["have since ordered more often, by 15.4 points, than customers"]),
        (lambda: answer(ORDERS, outcome="margin"), "neutral", ["placed 0.46 more orders each"]),
        (lambda: answer(LESS), "bad", ["spent £80 less each", "consistent with harm", "Find out why before"]),
        (
            lambda: answer(
                ORDERS | {"adjusted_lift": -0.2, "adjusted_low": -0.3, "adjusted_high": -0.1, "verdict": "less"}
            ),
            "bad",
            ["placed 0.20 fewer orders each"],
        ),
        (
            lambda: answer({}, {"arm": "called", "adjusted_low": 240.0, "adjusted_high": 248.0}),
            "neutral",
            ["Members of “Fair, called” have since"],
        ),
        (
            lambda: answer(BROKEN, {"campaign": "Mailing", "adjusted_lift": 90.0, "adjusted_low": 80.0}),
            "neutral",
            ["“Mailing” have since spent £90 more"],
        ),
        (lambda: answer(UNCLEAR), "unclear", ["have not clearly spent more or less than customers"]),
        (lambda: answer({}, UNCLEAR | {"campaign": "Mailing"}), "neutral", ["“Fair” have since spent £244"]),
        (lambda: answer(ORDERS | {"adjusted_low": 0.004, "verdict": "more"}), "unclear", ["not clearly ordered more"]),
        (
            lambda: answer(BROKEN),
            "unclear",
            ["We cannot tell what “Fair” changed: members already bought more than others alike in the weeks before."],
        ),
        (lambda: answer(BROKEN | {"placebo": -9.0}), "unclear", ["already bought less than others"]),
        (lambda: answer(not_made("few")), "few", ["there are fewer than 50 members, or others like them."]),
        (lambda: answer(not_made("rare")), "few", ["hardly anybody has ordered since."]),
        (lambda: answer(not_made("nobody else")), "few", ["every customer was in it."]),
        (lambda: answer(not_made("early")), "few", ["it began less than 7 days before the report's date."]),
        (lambda: answer(not_made("no history")), "few", ["nothing is known of what customers bought before."]),
        (lambda: answer(not_made("spread")), "unclear", ["members were contacted over so long"]),
        (lambda: answer(not_made("unbalanced")), "unclear", ["nobody else had bought as members had."]),
        (lambda: answer(not_made("entangled"), shared=0.8), "unclear", ["most members were in “Mailing” too."]),
        (lambda: answer(not_made("entangled")), "unclear", ["most members were in another campaign too."]),
        (lambda: answer(), "few", ["No list of a campaign's members can be compared"]),
    ],
    "members_plain": [
        (
            lambda: plainly({}),
            "neutral",
            [
                "In a plain comparison, members of “Fair” spent £1,383 more each than everyone else; most of that was "
                "there before, as they were better customers."
            ],
        ),
        (
            lambda: plainly({"naive_lift": 400.0, "adjusted_high": 300.0}),
            "neutral",
            ["spent £400 more each than everyone else, who were weaker customers before."],
        ),
        (
            lambda: plainly({"naive_lift": -100.0}),
            "neutral",
            ["spent £100 less each than everyone else; most of that was there before, as they were weaker customers."],
        ),
        (
            lambda: plainly({"naive_lift": 50.0}),
            "neutral",
            ["spent £50 more each than everyone else, who were better customers before."],
        ),
        (lambda: plainly({"naive_lift": 250.0}), "neutral", ["differ from everyone else by about as much."]),
        (lambda: plainly(RATE), "neutral", ["ordered more often, by 57.3 points, than everyone else"]),
        (lambda: plainly(BROKEN), "neutral", []),
    ],
    "members_unclaimed": [
        (
            lambda: words.members_unclaimed(members({}, BROKEN | {"campaign": "Mailing"}), "spend"),
            "neutral",
            ["We claim nothing about “Mailing”, as members already bought more"],
        ),
        (
            lambda: words.members_unclaimed(members(*(not_made("few", campaign=name) for name in "abcde")), "spend"),
            "neutral",
            ["about “b”, “c” and “d”, as there are fewer", "; about 1 more campaign."],
        ),
        (lambda: words.members_unclaimed(members(BROKEN), "spend"), "neutral", []),
        (lambda: words.members_unclaimed(members({}), "spend"), "neutral", []),
    ],
    "members_comparable": [
        (
            lambda: words.members_comparable(members({})),
            "neutral",
            [
                "Before weighting, members and others differed most in spend in the year before, by 1.6 standard "
                "deviations; after it, in nothing that matters."
            ],
        ),
        (
            lambda: words.members_comparable(members({}, traits=({}, AGE))),
            "unclear",
            ["after it, one trait still differs, most days since the last order."],
        ),
        (
            lambda: words.members_comparable(members({}, traits=({"weighted_difference": 0.2}, AGE))),
            "unclear",
            ["after it, two traits still differ, most spend in the year before."],
        ),
        (
            lambda: words.members_comparable(members({}, traits=({"weighted_difference": 0.094},))),
            "neutral",
            ["nothing that matters"],
        ),
        (
            lambda: words.members_comparable(members({}, traits=(SIZE | {"weighted_difference": -0.3},))),
            "unclear",
            ["differed most in company size “10-49”, by 0.2 standard", "most company size “10-49”."],
        ),
        (
            lambda: words.members_comparable(members({}, traits=({"difference": -0.09},))),
            "neutral",
            ["Members and others were alike even before weighting."],
        ),
        (lambda: words.members_comparable(members(not_made("few"), traits=())), "few", ["No campaign has enough"]),
    ],
    "members_placebo": [
        (lambda: placebo({}), "neutral", ["Tried on the weeks before", "finds no clear difference."]),
        (
            lambda: placebo(BROKEN),
            "unclear",
            ["In the weeks before “Fair”, members already spent £120 more each than others alike"],
        ),
        (lambda: placebo(BROKEN | {"placebo": -9.0}), "unclear", ["already spent £9 less each"]),
        (lambda: placebo(not_made("few")), "neutral", []),
        (lambda: placebo(not_made("more", adjusted_lift=3.0)), "few", ["could not be tried on the weeks before"]),
    ],
    "members_unseen": [
        (
            lambda: words.members_unseen(members({}, ORDERS), "spend"),
            "neutral",
            ["To explain “Fair” away, something unseen would have to make both joining and buying about 1.5 times"],
        ),
        (
            lambda: words.members_unseen(members({"e_value": 3.0}, {"campaign": "Mailing", "e_value": 2.0}), "spend"),
            "neutral",
            ["To explain “Mailing” away"],
        ),
        (lambda: words.members_unseen(members(UNCLEAR), "spend"), "neutral", []),
    ],
}


class TestMembersWords(WordChecks):
    module, cases = words, CASES
    never_few = ("members_plain", "members_unclaimed", "members_unseen")
    counted = ("members_plain", "members_unclaimed", "members_unseen")
    limits = ("50", "7")


@pytest.mark.parametrize("name", list(CASES))
def test_findings_are_short(name: str) -> None:
    for tell, _, _ in CASES[name]:
        statement = tell()
        assert len(statement.action.split()) <= 20
        if statement.headline:
            assert len(statement.text.split()) <= 25, statement.text
