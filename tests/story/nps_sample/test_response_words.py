"""The narrators of who answered and of survey weights, at their branches."""

from math import nan

from helpers.story.nps_sample import response_words as words
from tests.story.nps_sample.samples import ALIKE, EVEN, HAPPY, HEAVY, UNCLEAR, WEIGHTED, nobody, responded, weighed
from tests.story.word_checks import Case, WordChecks

ALL = {"Best": (40, 20, 10, 10), "Rest": (60, 30, 20, 10)}
CASES: dict[str, list[Case]] = {
    "heard": [
        (
            lambda: words.heard(responded()),
            "neutral",
            [
                "180 of 1,000 customers have answered (18%); they bring 18% of spend. Response runs from 11% (“Rest”) "
                "to 80% (“Best”).",
                "remind those who answer least first: “Rest”.",
            ],
        ),
        (
            lambda: words.heard(responded(EVEN, spend=nan)),
            "neutral",
            ["250 of 1,000 customers have answered (25%)."],
        ),
        (
            lambda: words.heard(responded(EVEN, invited=500)),
            "neutral",
            ["250 of 500 invitations were answered (50%). 250 of 1,000 customers have answered (25%)"],
        ),
        (lambda: words.heard(nobody(invited=160)), "neutral", ["40 of 160 invitations were answered (25%)."]),
        (
            lambda: words.heard(responded({"(unknown)": HAPPY["Best"], "b": HAPPY["Rest"]}, by="region")),
            "neutral",
            ["to 80% (region not known)."],
        ),
        (
            lambda: words.heard(responded({"(withheld)": HAPPY["Best"], "b": HAPPY["Rest"]})),
            "neutral",
            ["(one named by what looks like a person's)"],
        ),
        (lambda: words.heard(responded({"a": (2, 1, 0, 0)})), "neutral", ["1 of 2 customers has answered (50%)"]),
        (lambda: words.heard(nobody()), "few", ["who is silent is not known"]),
    ],
    "reweighted": [
        (
            lambda: words.reweighted(responded()),
            "bad",
            [
                "Those who answer are happier than the rest: counted once each, they score +17; weighted to all "
                "customers by value segment it is −27.",
                "Quote the weighted score",
            ],
        ),
        (
            lambda: words.reweighted(responded({"a": (100, 0, 10, 70), "b": (900, 60, 20, 20)}, by="spend_band")),
            "good",
            [
                "Those who answer are less happy than the rest: counted once each, they score −17; weighted to all "
                "customers by spend it is +27."
            ],
        ),
        (lambda: words.reweighted(responded(EVEN)), "unclear", ["does not change the score: it stays at +32."]),
        (
            lambda: words.reweighted(responded({"a": (400, 40, 20, 30), "b": (600, 70, 40, 40)})),
            "unclear",
            ["hardly changes the score: +16 instead of +17."],
        ),
        (lambda: words.reweighted(responded({"a": (90, 30, 20, 10)})), "neutral", []),
        (lambda: words.reweighted(nobody()), "neutral", []),
    ],
    "finite_population": [
        (
            lambda: words.finite_population(responded()),
            "neutral",
            ["As 18% of all customers answered, the score's margin of error is 12.0 points, not 13.2."],
        ),
        (
            lambda: words.finite_population(responded(population=3_601)),
            "neutral",
            ["Only 5% of all customers answered, too few to narrow the interval of the score."],
        ),
        (
            lambda: words.finite_population(responded(population=3_600)),
            "neutral",
            ["As 5% of all customers answered"],
        ),
        (lambda: words.finite_population(responded(ALL)), "neutral", ["All customers answered"]),
        (lambda: words.finite_population(nobody(invited=90)), "neutral", []),
    ],
    "answers_placed": [
        (
            lambda: words.answers_placed(responded(anonymous=20, strangers=2)),
            "neutral",
            ["Not counted here: 20 answers without a customer number and 2 customers who answered but are not listed."],
        ),
        (
            lambda: words.answers_placed(responded(strangers=1)),
            "neutral",
            ["1 customer who answered but is not listed."],
        ),
        (
            lambda: words.answers_placed(responded(later=7)),
            "neutral",
            ["Not counted here: 7 customers who came after the last answer."],
        ),
        (lambda: words.answers_placed(responded(later=1)), "neutral", ["1 customer who came after the last answer."]),
        (lambda: words.answers_placed(responded()), "neutral", []),
        (lambda: words.answers_placed(nobody()), "neutral", []),
    ],
    "survey_weights": [
        (
            lambda: words.survey_weights(weighed(WEIGHTED)),
            "neutral",
            ["Over all waves the score is +67 with the survey weights, +44 without; weighted, 900 answers say as "],
        ),
        (
            lambda: words.survey_weights(weighed(UNCLEAR)),
            "unclear",
            ["The score is −6 with the survey weights, −3 without;", "say as much as 47."],
        ),
        (
            lambda: words.survey_weights(weighed(HEAVY)),
            "neutral",
            [
                "5 answers have no weight.",
                "Ask whoever made the weights to trim them: one answer counts as 12.4 average ones.",
            ],
        ),
        (
            lambda: words.survey_weights(weighed({"1": [(1, 1.0, 50), (1, 2.0, 50), (-1, 0.0, 1), (-1, 1.5, 9)]})),
            "unclear",
            ["1 answer has no weight."],
        ),
        (
            lambda: words.survey_weights(weighed({"1": [(1, 1.0, 50), (1, 2.0, 50), (-1, 1.0, 5), (-1, 2.0, 5)]})),
            "unclear",
            ["The score is +82 with the survey weights and without;"],
        ),
        (lambda: words.survey_weights(weighed(ALIKE)), "few", ["no survey weights, or none that differ"]),
    ],
}


class TestResponseWords(WordChecks):
    module, cases = words, CASES
    never_few = ("reweighted", "finite_population", "answers_placed")
    counted = ("heard", "finite_population", "answers_placed")


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20, statement.action
            if statement.headline:
                assert len(statement.text.split()) <= 25, statement.text


def test_one_of_the_two_is_on_the_cover() -> None:
    for found in (responded(), responded(EVEN), responded({"a": (90, 30, 20, 10)}), nobody(invited=90)):
        assert words.heard(found).headline != words.reweighted(found).headline


def test_a_gap_in_response_counts_where_intervals_are_apart() -> None:
    assert "Response runs" not in words.heard(responded(EVEN)).text
    assert "Response runs" not in words.heard(responded({"a": (29, 20, 3, 3), "b": (900, 30, 10, 10)})).text
    assert "Response runs" in words.heard(responded({"a": (30, 20, 3, 3), "b": (900, 30, 10, 10)})).text


def test_the_weights_cost_half_of_the_answers() -> None:
    just = {"1": [(1, 1.0, 50), (-1, 1.0, 45), (1, 0.0, 95)]}  # zeros do not count: no cost
    assert words.survey_weights(weighed(just)).action == ""


def test_a_point_is_not_worth_two_scores() -> None:
    """Of the rest nobody but 120 passives answered; the fewer of them there are, the less reweighting moves."""
    moved = {n: responded({"a": (200, 100, 20, 0), "b": (n, 0, 120, 0)}) for n in (200, 204, 212)}
    assert [round(r.once.score) - round(r.reweighted.score) for r in moved.values()] == [0, 1, 2]
    assert [words.reweighted(r).headline for r in moved.values()] == [False, False, True]
    assert [words.heard(r).headline for r in moved.values()] == [True, True, False]
