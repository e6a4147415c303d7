"""The narrators of satisfaction, effort and competitors, at their branches."""

from math import nan

import pandas as pd

from helpers.story.nps_sample import opinion_words as words
from tests.story.nps_sample.samples import FALLING, HIGH, LOW, RISING, question, rivals
from tests.story.word_checks import Case, WordChecks

NONE, NO_EFFORT = question(), question("ces")
STEADY = {"2025": LOW, "2026": LOW}
CASES: dict[str, list[Case]] = {
    "satisfaction": [
        (
            lambda: words.satisfaction(question(waves=RISING), NO_EFFORT),
            "good",
            ["60% of answers are satisfied (4 to 5 of 5; 400 answers), up from 40% in “2025” to 80% in “2026”."],
        ),
        (
            lambda: words.satisfaction(question(waves=FALLING), NO_EFFORT),
            "bad",
            [
                "down from 80% in “2025” to 40% in “2026”",
                "Ask customers of the last wave what made them less satisfied.",
            ],
        ),
        (
            lambda: words.satisfaction(question(waves=STEADY), NO_EFFORT),
            "unclear",
            ["40% of answers are satisfied (4 to 5 of 5; 400 answers), without a clear change from “2025” to “2026”."],
        ),
        (
            lambda: words.satisfaction(question(waves={"2025": HIGH}), NO_EFFORT),
            "neutral",
            ["80% of answers are satisfied (4 to 5 of 5; 200 answers)."],
        ),
        (
            lambda: words.satisfaction(question(waves={"1": [70, 80, 90] * 40}, scale="0-100"), NO_EFFORT),
            "neutral",
            ["Satisfaction averages 80.0 (of 100; 120 answers)."],
        ),
        (lambda: words.satisfaction(question(waves={"1": [5] * 49}), NO_EFFORT), "few", ["49 answers on satisfaction"]),
        (
            lambda: words.satisfaction(question(waves={"1": [3] * 90}, scale=""), NO_EFFORT),
            "few",
            ["do not reveal the scale of satisfaction"],
        ),
        (lambda: words.satisfaction(NONE, NO_EFFORT), "few", ["The survey does not ask about satisfaction."]),
        (lambda: words.satisfaction(NONE, question("ces", RISING)), "neutral", []),
    ],
    "effort": [
        (
            lambda: words.effort(question("ces", RISING), NONE),
            "good",
            ["60% of answers say it was easy (4 to 5 of 5; 400 answers), up from"],
        ),
        (
            lambda: words.effort(question("ces", RISING, asks="effort"), NONE),
            "bad",
            ["30% of answers say it took little effort (1 to 2 of 5; 400 answers), down from 40% in", "made it harder"],
        ),
        (
            lambda: words.effort(question("ces", RISING, scale="0-100", asks="effort"), NONE),
            "bad",
            ["Effort averages 3.6 (of 100; 400 answers), up from 3.2 in “2025” to 4.0 in “2026”."],
        ),
        (lambda: words.effort(question("ces", STEADY), NONE), "unclear", ["without a clear change"]),
        (lambda: words.effort(question("ces", FALLING, correlation=-0.1), NONE), "unclear", ["down from 80% in"]),
        (lambda: words.effort(question("ces", FALLING, correlation=-0.09), NONE), "bad", ["down from 80% in"]),
        (lambda: words.effort(NO_EFFORT, NONE), "few", ["does not ask about effort"]),
        (lambda: words.effort(NO_EFFORT, question(waves=RISING)), "neutral", []),
    ],
    "question_scales": [
        (
            lambda: words.question_scales(question(waves=RISING), question("ces", RISING, scale="1-7", outside=1)),
            "neutral",
            ["judging by the answers: satisfaction from 1 to 5 and effort from 1 to 7. 1 answer outside is left out."],
        ),
        (
            lambda: words.question_scales(question(waves=RISING, asked="0-10", outside=4), NO_EFFORT),
            "neutral",
            ["The scales: satisfaction from 0 to 10. 4 answers outside are left out."],
        ),
        (
            lambda: words.question_scales(NONE, question("ces", RISING, correlation=-0.1)),
            "unclear",
            [
                "High answers on effort (1 to 5) go with low scores",
                "Look up what a high answer on effort means, and set it",
            ],
        ),
        (
            lambda: words.question_scales(question(waves=RISING, correlation=-0.5), NO_EFFORT),
            "unclear",
            [
                "High answers on satisfaction (1 to 5) go",
                "Look up what a high answer on satisfaction means before quoting it.",
            ],
        ),
        (
            lambda: words.question_scales(NONE, question("ces", RISING, correlation=-0.5, asks="effort")),
            "neutral",
            ["effort from 1 to 5."],
        ),
        (lambda: words.question_scales(NONE, question("ces", RISING, correlation=-0.09)), "neutral", ["effort"]),
        (lambda: words.question_scales(NONE, NO_EFFORT), "neutral", []),
    ],
    "competitors": [
        (
            lambda: words.competitors(rivals({})),
            "neutral",
            ["Our +30 (own survey, 900 answers) is above “Rival” at +10 (“online panel, Monitor, 2026-03”)."],
        ),
        (lambda: words.competitors(rivals({"nps": 50.0}, {})), "neutral", ["is below “Rival” at +50"]),
        (
            lambda: words.competitors(rivals({"nps": 29.0, "name": "Near"}, {}, {"name": "Old", "method": ""})),
            "unclear",
            ["hardly differs from “Near” at +29", "Another is not ranked."],
        ),
        (
            lambda: words.competitors(rivals({}, {"method": "", "name": "b"}, {"method": "", "name": "c"})),
            "neutral",
            ["Two others are not ranked."],
        ),
        (
            lambda: words.competitors(rivals({"method": "", "answers": nan, "day": pd.Timestamp("2021-01-31")})),
            "unclear",
            [
                "Our +30 (own survey, 900 answers) is not ranked against “Rival” +10: answers not stated, method not "
                "stated and over two years old.",
                "Ask the publishers",
            ],
        ),
        (lambda: words.competitors(rivals()), "few", ["No competitor's score is declared."]),
    ],
}


class TestOpinionWords(WordChecks):
    module, cases = words, CASES
    never_few = ("question_scales",)
    not_for_the_cover = ("satisfaction", "effort")


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20, statement.action
            assert all(len(said.split()) <= 25 for said in statement.text.split(". ")), statement.text


def test_the_figure_is_that_of_the_last_wave_as_the_scores_is() -> None:
    figure = words.satisfaction(question(waves=RISING), NO_EFFORT).figures[0]
    assert (figure.value, figure.note) == ("80%", "4 to 5 of 5, 2026")
    figure = words.satisfaction(question(waves={"2025": HIGH}), NO_EFFORT).figures[0]
    assert (figure.value, figure.note) == ("80%", "4 to 5 of 5, 200 answers")
