"""The sentence about the scale of the score, at its branches."""

from helpers.data.features.score_scales import ScaleTold
from helpers.data.scales import SCALES
from helpers.story.nps_drivers import scale_words as words
from helpers.story.statement import Statement
from tests.story.word_checks import Case, WordChecks


def told(scale: str, others: dict[str, int] | None = None, doubted: dict[str, int] | None = None) -> Statement:
    return words.scale(ScaleTold(SCALES[scale], 900, others or {}, doubted or {}))


NOT_COMPARED = "Do not compare the result with scores from 0 to 10."
CASES: dict[str, list[Case]] = {
    "scale": [
        (
            lambda: told("1-10"),
            "neutral",
            [
                "Customers scored from 1 to 10: 9 or 10 makes a promoter, 7 or 8 a passive, 1 to 6 a detractor. "
                + NOT_COMPARED
            ],
        ),
        (lambda: told("1-5"), "neutral", ["5 makes a promoter, 4 a passive, 1 to 3 a detractor. " + NOT_COMPARED]),
        (lambda: told("1-7"), "neutral", ["7 makes a promoter, 6 a passive, 1 to 5 a detractor."]),
        (lambda: told("0-100"), "neutral", ["90 to 100 makes a promoter, 70 to 89 a passive, 0 to 69 a detractor."]),
        (
            lambda: told("0-10", {"1-5": 200, "1-7": 30}),
            "neutral",
            ["230 answers are left out, scored from 1 to 5, 1 to 7: scores on different scales cannot be compared."],
        ),
        (
            lambda: told("0-10", doubted={"words?": 1}),
            "neutral",
            [
                "1 answer is left out, as the scale they were asked on is not known. "
                "Ask on which scale those answers were given, and name it in the parameter file."
            ],
        ),
        (
            lambda: told("1-5", {"0-10": 12}, {"1-7?": 40}),
            "neutral",
            ["Customers scored from 1 to 5", "12 answers are left out, scored from 0 to 10", "40 answers are left out"],
        ),
    ],
}


class TestWords(WordChecks):
    module = words
    cases = CASES
    never_few = ("scale",)
    counted = ("scale",)


def test_the_usual_scale_needs_no_sentence() -> None:
    assert told("0-10").text == ""
