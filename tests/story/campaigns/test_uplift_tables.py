"""The table of orderings."""

from typing import ClassVar

from helpers.story.campaigns import uplift_tables as tables
from tests.story.campaigns.uplift_samples import NOTHING, RATE, UNCLEAR, score, uplift
from tests.story.table_checks import Make, ShownTable, TableChecks
from tests.story.word_checks import POUNDS


class TestUpliftTables(TableChecks):
    module = tables
    tables: ClassVar[dict[str, ShownTable]] = {
        "orderings": (
            lambda: tables.orderings(
                uplift(
                    scores=[score(), score(ordering="segment", **UNCLEAR), score(**RATE), score(low=-3.0, high=-1.0)]
                ),
                "spend",
                POUNDS,
            ),
            [
                ["Spend"],
                ["Mail (Spring)", "All known before", "+£10", "+£2 (£1 to £3)", "Yes"],
                ["Mail (Spring)", "Segment", "+£2 (−£1 to £3)", "No"],
                ["Mail (Spring)", "+5.0", "+0.7 (0.4 to 1.0)", "Yes"],
                ["Mail (Spring)", "+£2 (−£3 to −£1)", "No"],
            ],
        )
    }
    empty: ClassVar[dict[str, Make]] = {"orderings": lambda: tables.orderings(NOTHING, "spend", POUNDS)}
