"""The narrators of outcomes, at their branches."""

import re

from helpers.story.nps_drivers import outcome_words as words
from tests.story.nps_drivers.depth_samples import (
    DELIVERY,
    NO_OUTCOMES,
    NO_PARTING,
    NOT_SATISFIED,
    PRICES,
    outcome,
    outcomes,
    parted,
    satisfied,
)
from tests.story.word_checks import Case, WordChecks

SATISFIED = ("overall_satisfaction", "outcome", "name", 0.6, False)
RETURN = ("intention_to_return", "outcome", "declared", 0.5, False)
CSAT = ("csat", "outcome", "asked as an outcome", 0.5, False)
DRIVER = (DELIVERY, "driver", "", 0.38, False)
CASES: dict[str, list[Case]] = {
    "taken_as_outcomes": [
        (
            lambda: words.taken_as_outcomes(parted(DRIVER, SATISFIED, RETURN)),
            "neutral",
            [
                "Overall satisfaction and intention to return are outcomes, as the score is, and left out of the "
                "drivers.",
                "If this is wrong, name the rating under “drivers” in the parameter file.",
            ],
        ),
        (
            lambda: words.taken_as_outcomes(parted(RETURN)),
            "neutral",
            ["Intention to return is an outcome, as the score is"],
        ),
        (
            lambda: words.taken_as_outcomes(parted(("q12", "driver", "", 0.7, True), ("q1", "driver", "", 0.6, True))),
            "unclear",
            [
                "“Q12” alone goes with 70% of the differences in score: it may be an outcome rather than a driver.",
                "If q12 is an outcome, name it under “outcomes” in the parameter file.",
            ],
        ),
        (
            lambda: words.taken_as_outcomes(parted(SATISFIED, ("trust", "driver", "", 0.4, True))),
            "unclear",
            ["of the drivers. “Trust” alone goes with 40% of the differences in score: it may be one as well."],
        ),
        (lambda: words.taken_as_outcomes(parted(DRIVER, CSAT)), "neutral", []),
        (lambda: words.taken_as_outcomes(NO_PARTING), "neutral", []),
        (
            lambda: words.taken_as_outcomes(parted(*[(f"csat{'abcdef'[i]}", *SATISFIED[1:]) for i in range(6)])),
            "neutral",
            ["Csata, csatb, csatc, csatd and two more are outcomes"],
        ),
    ],
    "outcomes": [
        (
            lambda: words.outcomes(outcomes(outcome("csat", 4.04, (-0.21, -0.3, -0.12)))),
            "bad",
            ["Satisfaction fell from 4.25 (“2024”) to 4.04 (“2026”).", "Read the comments of the last wave beside"],
        ),
        (
            lambda: words.outcomes(
                outcomes(outcome("csat", 4, (0.1, 0.02, 0.18)), outcome("a", 3, (0.2, 0.1, 0.3)), outcome("b", 3))
            ),
            "good",
            ["A rose from 2.80 (“2024”) to 3.00 (“2026”). One other outcome rose too."],
        ),
        (
            lambda: words.outcomes(outcomes(*[outcome(x, 4, (-0.2, -0.3, -0.1)) for x in "abc"])),
            "bad",
            ["A fell from 4.20 (“2024”) to 4.00 (“2026”). Two other outcomes fell too."],
        ),
        (
            lambda: words.outcomes(outcomes(outcome("csat", 4.04, (-0.02, -0.1, 0.06)))),
            "unclear",
            ["Asked beside the score: satisfaction (average 4.04). It did not clearly change from “2024” to “2026”."],
        ),
        (
            lambda: words.outcomes(outcomes(*[outcome(x, 4.04, (0.002, 0.001, 0.003)) for x in "ab"])),
            "unclear",
            ["a (average 4.04) and b (average 4.04). Nothing in them clearly changed from “2024” to “2026”."],
        ),
        (
            lambda: words.outcomes(outcomes(*[outcome(x, 4.04) for x in "abcde"])),
            "neutral",
            ["score: a (average 4.04), b (average 4.04), c (average 4.04) and two more."],
        ),
        (
            lambda: words.outcomes(outcomes(outcome("csat", 0.49, (-0.06, -0.1, -0.02)) | {"distinct": 2})),
            "bad",
            ["Satisfaction fell from 55% (“2024”) to 49% (“2026”)."],
        ),
        (
            lambda: words.outcomes(outcomes(outcome("csat", 0.49) | {"distinct": 2})),
            "neutral",
            ["Asked beside the score: satisfaction (high for 49%)."],
        ),
        (
            lambda: words.outcomes(outcomes(outcome("csat", 0.49, (-0.004, -0.007, -0.001)) | {"distinct": 2})),
            "unclear",
            ["It did not clearly change"],
        ),
        (lambda: words.outcomes(NO_OUTCOMES), "few", ["No outcome was asked beside the score"]),
        (lambda: words.outcomes(outcomes(outcome("csat", 4, answers=49))), "few", ["too few customers answered"]),
        (lambda: words.outcomes(outcomes(outcome("csat", 4, answers=50))), "neutral", ["satisfaction (average 4.00)"]),
    ],
    "satisfied": [
        (
            lambda: words.satisfied(satisfied((DELIVERY, 0.3, 0.25, 0.35), (PRICES, 0.1, 0.05, 0.15))),
            "neutral",
            [
                "A high overall satisfaction goes most closely with delivery reliability (75% of what the ratings "
                "explain), clearly ahead of prices (25%)."
            ],
        ),
        (
            lambda: words.satisfied(satisfied((DELIVERY, 0.22, 0.15, 0.29), (PRICES, 0.18, 0.1, 0.26))),
            "unclear",
            ["(55% of what the ratings explain) and prices (45%); which of them comes first is not clear."],
        ),
        (
            lambda: words.satisfied(satisfied((DELIVERY, 0.4, 0.3, 0.5))),
            "neutral",
            ["A high overall satisfaction goes with delivery reliability (100% of what the ratings explain)."],
        ),
        (
            lambda: words.satisfied(satisfied((DELIVERY, 0.01, 0, 0.02), r_squared=0.01)),
            "unclear",
            ["next to nothing about who has a high overall satisfaction (they explain 1%)."],
        ),
        (lambda: words.satisfied(NOT_SATISFIED), "few", ["No outcome with two values was asked"]),
        (lambda: words.satisfied(satisfied((DELIVERY, 0.4, 0.3, 0.5), answers=49)), "few", ["too few answered"]),
        (lambda: words.satisfied(satisfied((DELIVERY, 0.4, 0.3, 0.5), answers=50)), "neutral", ["A high"]),
    ],
}


class TestOutcomeWords(WordChecks):
    module, cases = words, CASES
    never_few = ("taken_as_outcomes",)
    not_for_the_cover = ("outcomes",)


def test_plain_drivers_need_no_word() -> None:
    assert words.taken_as_outcomes(parted(DRIVER, CSAT)).text == ""


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20
            assert all(len(said.split()) <= 25 for said in re.split("[.;] ", statement.text))
