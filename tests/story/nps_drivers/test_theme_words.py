"""The narrators of what customers say, at their branches."""

import pytest

from helpers.story.nps_drivers import theme_words as words
from tests.story.nps_drivers.theme_samples import (
    APP,
    CODES,
    LATE,
    NONE,
    PRICE,
    SMALL,
    STAFF,
    TOO_MANY_LANGUAGES,
    comments,
    few,
    theme,
)
from tests.story.word_checks import Case, WordChecks

SAME = theme("same", 100, 0.1, "lower", nps=22.2, others_nps=22.4)
CASES: dict[str, list[Case]] = {
    "themes": [
        (
            lambda: words.themes(comments(LATE, PRICE, STAFF)),
            "bad",
            [
                "Unhappy customers write most about “late delivery, courier”: 18% of comments, whose writers score −17,"
                " the others +22.",
                "Read these comments first, and fix what most of them name.",
            ],
        ),
        (lambda: words.themes(comments(PRICE, STAFF)), "bad", ["“price, expensive”", "−5"]),
        (lambda: words.themes(comments(LATE, APP | {"language": "German"})), "bad", ["18% of English comments, whose"]),
        (
            lambda: words.themes(comments(STAFF, APP)),
            "unclear",
            ["No theme goes with clearly lower scores; the one named most is “friendly staff”, in 10% of comments."],
        ),
        (lambda: words.themes(comments(SAME)), "unclear", ["No theme goes with clearly lower scores"]),
        (
            lambda: words.themes(comments(SMALL)),
            "unclear",
            ["No theme has the 50 comments that a score takes; the one named most is “invoice”, in 2% of comments."],
        ),
        (lambda: words.themes(CODES), "bad", ["“code 102”", "Ask whoever ran the survey what the codes mean"]),
        (
            lambda: words.themes(comments()),
            "unclear",
            ["The 1,000 comments share no themes: what one half of them names, the other does not.", "declare"],
        ),
        (lambda: words.themes(NONE), "few", ["Nobody wrote a comment."]),
        (lambda: words.themes(few(12)), "few", ["12 comments say something, too few to find themes in; read them"]),
        (lambda: words.themes(few(1)), "few", ["1 comment says something, too few to find themes in; read it one"]),
        (lambda: words.themes(few(49), 2), "few", ["49 comments say something"]),
        (lambda: words.themes(few(0)), "few", ["No comment says anything: all are blank, symbols or words such as"]),
        (
            lambda: words.themes(TOO_MANY_LANGUAGES),
            "few",
            ["The comments are in too many languages: in none of them there are 50."],
        ),
    ],
    "theme_praise": [
        (
            lambda: words.theme_praise(comments(LATE, STAFF)),
            "good",
            ["Happy customers write most about “friendly staff”: 10% of comments, whose writers score +61", "+10."],
        ),
        (lambda: words.theme_praise(comments(LATE, APP)), "neutral", []),
        (lambda: words.theme_praise(comments(LATE, STAFF | {"nps": 0.4})), "neutral", []),
        (lambda: words.theme_praise(comments(LATE, STAFF | {"nps": 0.6, "others_nps": -9.0})), "good", ["score +1"]),
        (lambda: words.theme_praise(comments()), "neutral", []),
    ],
    "theme_trend": [
        (
            lambda: words.theme_trend(comments(LATE, STAFF)),
            "bad",
            [
                "“late delivery, courier” is named more often: in 20% of comments of 2026, up from 10% in 2024.",
                "List what changed",
            ],
        ),
        (
            lambda: words.theme_trend(comments(LATE | {"trend": "less", "share_first": 0.3, "change": -0.1})),
            "good",
            ["is named less often: in 20% of comments of 2026, down from 30% in 2024."],
        ),
        (
            lambda: words.theme_trend(comments(LATE, STAFF | {"trend": "less", "share_last": 0.0, "change": -0.4})),
            "neutral",
            ["“friendly staff” is named less often: in 0% of comments"],
        ),
        (lambda: words.theme_trend(comments(LATE | {"share_last": 0.104})), "neutral", []),
        (lambda: words.theme_trend(comments(STAFF)), "neutral", []),
        (lambda: words.theme_trend(comments(LATE | {"trend": "few", "first_wave": ""})), "neutral", []),
        (lambda: words.theme_trend(comments()), "neutral", []),
    ],
    "theme_rating": [
        (
            lambda: words.theme_rating(comments(STAFF, LATE)),
            "neutral",
            ["Those who write about “late delivery, courier” rate delivery reliability 1.3 points lower than other"],
        ),
        (
            lambda: words.theme_rating(comments(STAFF | {"driver": "wifi", "driver_difference": 0.9, "driver_low": 0.5,
                                                         "driver_high": 1.3})),
            "neutral",
            ["“friendly staff” rate wifi 0.9 points higher"],
        ),
        (lambda: words.theme_rating(comments(LATE | {"driver_high": -0.04})), "neutral", []),
        (lambda: words.theme_rating(comments(PRICE)), "neutral", []),
        (lambda: words.theme_rating(comments()), "neutral", []),
    ],
}  # fmt: skip


class TestThemeWords(WordChecks):
    module, cases = words, CASES
    not_for_the_cover = ("theme_trend",)  # themes is
    limits = ("2024", "2026")  # waves
    never_few = ("theme_praise", "theme_trend", "theme_rating")
    counted = ("theme_praise", "theme_trend", "theme_rating")


def test_nothing_is_said_where_nothing_was_found() -> None:
    for narrator in (words.theme_praise, words.theme_trend, words.theme_rating):
        assert narrator(comments()).text == ""
    assert words.theme_trend(comments(LATE | {"share_last": 0.104})).text == ""  # 10% to 10%
    assert words.theme_rating(comments(LATE | {"driver_high": -0.04})).text == ""  # an interval that ends at 0.0


def test_the_section_leaves_the_page_unless_there_are_quotes_to_show() -> None:
    assert words.themes(NONE, 2).needs == "comments in the survey"
    assert words.themes(few(49)).needs == "50 comments that say something"
    assert words.themes(few(49), 1).needs == ""
    assert words.themes(few(0), 1).needs == "50 comments that say something"
    assert words.themes(TOO_MANY_LANGUAGES).needs == "50 comments in one language"
    assert words.themes(TOO_MANY_LANGUAGES, 1).needs == ""
    assert words.themes(few(50)).needs == words.themes(TOO_MANY_LANGUAGES).needs


def test_only_what_goes_with_low_scores_is_on_the_cover() -> None:
    assert words.themes(comments(LATE)).headline
    assert not words.theme_trend(comments(LATE)).headline
    assert not words.theme_trend(comments(STAFF | {"trend": "more", "share_last": 0.9, "change": 0.8})).headline
    assert not words.theme_praise(comments(STAFF)).headline


@pytest.mark.parametrize("name", list(CASES))
def test_findings_are_short(name: str) -> None:
    for tell, _, _ in CASES[name]:
        statement = tell()
        assert len(statement.text.split()) <= 25
        assert len(statement.action.split()) <= 20
