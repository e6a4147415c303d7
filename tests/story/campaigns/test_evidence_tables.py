"""The table of estimates by strength of evidence."""

from helpers.story.campaigns import evidence_tables as tables
from tests.story.campaigns.evidence_samples import MIXED, ranked
from tests.story.table_checks import Make, ShownTable, TableChecks
from tests.story.word_checks import POUNDS

TABLES: dict[str, ShownTable] = {
    "evidence_methods": (
        lambda: tables.evidence_methods(MIXED, POUNDS),
        [
            ["Against customers alike before", "+£5 (£2 to £8)", "Some way: what was not recorded may still differ"],
            ["How both groups moved", "+£6 (£3 to £9)", "Some way: if both would have moved alike"],
            ["Course of all sales", "+£40 (£37 to £43)", "Not used: it takes two years of sales to know the season"],
            ["Plain before and after", "−£2 (−£3 to −£1)", "Not by itself: season and chance count too"],
            ["Autumn, mail"],
            ["Random test", "+0.25 (0.20 to 0.30)", "Far: chance alone chose who was contacted"],
            ["How both groups moved", "–", "Not used: there are too few customers"],
        ],
    ),
}
EMPTY: dict[str, Make] = {"evidence_methods": lambda: tables.evidence_methods(ranked(), POUNDS)}


class TestEvidenceTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY
