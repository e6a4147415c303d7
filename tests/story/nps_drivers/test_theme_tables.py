"""The tables of what customers say."""

from typing import ClassVar

from helpers.story.nps_drivers import theme_tables as tables
from tests.story.nps_drivers.theme_samples import APP, CODES, LATE, QUOTES, SMALL, STAFF, comments, theme
from tests.story.table_checks import Make, ShownTable, TableChecks

TABLES: dict[str, ShownTable] = {
    "themes": (
        lambda: tables.themes(comments(LATE, STAFF, SMALL), 1_050),
        [
            [
                "late delivery, courier",
                "18% (180)",
                "−17 (−35 to +2)",
                "+22",
                "10% to 20%",
                "Delivery reliability −1.3",
            ],
            ["invoice", "2% (20)", "–", "–"],
        ],
    ),
    "quotes": (
        lambda: tables.quotes(QUOTES),
        [["late delivery, courier"], ["The courier came a week late again.", "Detractor", "2024"], ["Promoter", "–"]],
    ),
}


class TestThemeTables(TableChecks):
    module, tables = tables, TABLES
    empty: ClassVar[dict[str, Make]] = {
        "themes": lambda: tables.themes(comments(), 0),
        "quotes": lambda: tables.quotes(QUOTES.head(0)),
    }


def test_every_comment_is_accounted_for() -> None:
    html = tables.themes(comments(LATE), 1_050).html
    assert (
        "Of 1,050 comments 600 name a theme or several, 380 none of them, 20 are in languages with too few comments "
        "and 50 say nothing." in html
    )
    assert "were read" not in html
    assert "1,050 comments of 90,000 were read, a sample by chance." in tables.themes(comments(LATE), 90_000).html


def test_what_the_table_leaves_out_is_told() -> None:
    many = [theme(f"theme {i}", 100 - i, 0.1) for i in range(14)]
    assert "2 more themes are in the table of results." in tables.themes(comments(*many), 1_050).html
    assert "1 more theme is in the table" in tables.themes(comments(*many[:13]), 1_050).html
    assert "more theme" not in tables.themes(comments(*many[:12]), 1_050).html
    assert "1 code has no name." in tables.themes(CODES, 1_050).html


def test_columns_that_say_nothing_are_left_out() -> None:
    html = tables.themes(comments(APP | {"first_wave": "", "trend": "few"}), 1_050).html
    assert "Rating that differs" not in html
    assert "Share, " not in html
    assert "Language" not in html
    german = tables.themes(comments(APP, LATE | {"language": "German"}), 1_050).html
    assert "German" in german
    assert "Shares and comparisons are among the comments in the theme" in german
    assert "Shares and comparisons" not in html
    one = tables.themes(comments(APP, with_theme=1, without=1, other_languages=1, empty=1), 4).html
    assert (
        "1 names a theme or several, 1 none of them, 1 is in a language with too few comments and 1 says nothing."
        in one
    )


def test_quotes_without_a_theme_are_of_all_comments() -> None:
    assert "All comments" in tables.quotes(QUOTES.assign(theme="")).text
