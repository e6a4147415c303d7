"""The tables of the time before and after a campaign."""

from helpers.story.campaigns import series_tables as tables
from tests.story.campaigns.series_samples import APART, FEW_WEEKS, NO_SEASON, THIN, UNCHECKED, course, moved
from tests.story.table_checks import Make, ShownTable, TableChecks
from tests.story.word_checks import POUNDS

AUTUMN = {"campaign": "Autumn", "arm": "mail"}
TABLES: dict[str, ShownTable] = {
    "series_differences": (
        lambda: tables.series_differences(
            moved({}, APART | AUTUMN, UNCHECKED | {"campaign": "May"}, THIN | {"campaign": "June"}), "spend", POUNDS
        ),
        [
            ["Spring", "£120 to £151", "£118 to £119", "+£30 (£20 to £40)", "+£2"],
            ["Spring", "Alike, as far as seen"],
            ["Autumn, mail", "Moved apart"],
            ["May", "–", "Too short a time before is known"],
            ["June", "–", "–", "–", "–", "There are too few customers"],
        ],
    ),
    "series_interruptions": (
        lambda: tables.series_interruptions(
            course({}, NO_SEASON | {"campaign": "May", "placebo_p": 5 / 67}, FEW_WEEKS | {"campaign": "June"}),
            "spend",
            POUNDS,
        ),
        [
            ["Spring", "130 and 10", "£100k", "+£9,000 (£5,000 to £13k)", "0 of 66", "Judged"],
            ["May", "4 of 66", "Not used: it takes two years of sales to know the season"],
            ["June", "3 and 10", "–", "–", "–", "Not used: too few weeks before are known"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "series_differences": lambda: tables.series_differences(moved(), "spend", POUNDS),
    "series_interruptions": lambda: tables.series_interruptions(course(), "spend", POUNDS),
}


class TestSeriesTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY
