"""The narrators of the score's level, at their branches and for any answers."""

from math import nan

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.nps_drivers import nps
from helpers.story.nps_drivers import score_words as words
from tests.story.nps_drivers.course_samples import course, weighted
from tests.story.word_checks import Case, WordChecks, check_reads_well

ALL = nps.score_counts(600, 200, 200)


def scored(plain: float, weight: float) -> pd.DataFrame:
    row = {"grouping": "all", "group": "all", "nps": plain, "nps_weighted": weight}
    return pd.DataFrame([row | {"nps_weighted_low": weight - 2, "nps_weighted_high": weight + 2}])


CASES: dict[str, list[Case]] = {
    "level": [
        (
            lambda: words.level(ALL),
            "good",
            ["Customers give a Net Promoter Score of +40: promoters outnumber detractors."],
        ),
        (lambda: words.level(nps.score_counts(200, 200, 600)), "bad", ["−40: detractors outnumber promoters.", "Call"]),
        (lambda: words.level(nps.score_counts(34, 34, 32)), "unclear", ["+2: neither promoters nor detractors"]),
        (
            lambda: words.level(nps.score_counts(49, 0, 0), group="Lapsed customers"),
            "few",
            ["Lapsed customers gave 49 answers, fewer than the 50", "Collect 1 more answer before"],
        ),
        (
            lambda: words.level(nps.score_counts(50, 0, 0)),
            "unclear",
            ["Each of the 50 answers is a promoter's, as if nobody else had been asked. Check who was asked"],
        ),
        (lambda: words.level(nps.score_counts(0, 0, 50)), "unclear", ["Each of the 50 answers is a detractor's"]),
        (lambda: words.level(nps.score_counts(50, 1, 0)), "good", ["promoters outnumber detractors"]),
        (lambda: words.level(nps.score_counts(1, 0, 0)), "few", ["gave 1 answer,", "Collect 49 more answers"]),
        # The score now is the last wave's.
        (
            lambda: words.level(ALL, course(48, 34, 33)),
            "good",
            ["+33 (2023): promoters outnumber detractors."],
        ),
        (lambda: words.level(ALL, course(-40, -33)), "bad", ["−33 (2022): detractors outnumber promoters."]),
        (lambda: words.level(ALL, course(33, 33)), "good", ["detractors, with no clear change since 2021."]),
        (lambda: words.level(ALL, course(33)), "good", ["of +40: promoters"]),
        (
            lambda: words.level(ALL, course(33, 30, 31, 30, 29, 29, 28, 27, 27, 28, n=2000)),
            "good",
            ["+28 (2030): promoters outnumber detractors."],
        ),
    ],
    "weighting": [
        (
            lambda: words.weighting(scored(35.5, 37.8)),
            "neutral",
            ["Weighted to the population the score is +38 (95% interval +36 to +40), unweighted +36."],
        ),
        (lambda: words.weighting(scored(35.4, 34.8)), "neutral", ["it stays at +35"]),
        (
            lambda: words.weighting(scored(35.4, 34.8), weighted(40, 30, shift=5)),
            "neutral",
            ["the score is +35 (95%", "unweighted +30."],
        ),
    ],
}


class TestScoreWords(WordChecks):
    module, cases = words, CASES
    never_few = ("weighting",)
    counted = ("weighting",)
    limits = ("2021", "2022", "2023", "2030")

    def test_is_short(self) -> None:
        told = [tell() for cases in CASES.values() for tell, _, _ in cases]
        assert [s.text for s in told if len(s.text.split()) > 25 or len(s.action.split()) > 20] == []


def test_the_key_figure_says_whose_answers_it_is_of() -> None:
    (figure,) = words.level(ALL, course(48, 33)).figures
    assert (figure.value, figure.note) == ("+33", "+29 to +37, from 1,300 answers of 2022")
    assert words.level(ALL).figures[0].note == "+35 to +45, from 1,000 answers"


counts = st.tuples(*[st.integers(0, 3_000)] * 3).filter(lambda c: sum(c) > 0)


@given(answers=counts)
@settings(deadline=None)
def test_a_level_reads_well_for_any_answers(answers: tuple[int, int, int]) -> None:
    result = nps.score_counts(*answers)
    statement = words.level(result)
    check_reads_well(statement)
    if "promoters outnumber detractors" in statement.text:
        assert result.low > 0 and result.n >= 50


def test_without_weights_nothing_is_said_about_them() -> None:
    assert words.weighting(scored(35.5, nan)).text == ""
