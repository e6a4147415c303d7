"""The tables of the plan."""

from typing import ClassVar

from helpers.story.plan import tables
from tests.story.plan.samples import CALL, COSTED, LATE, MATCHED, REPEAT, STOP, plan
from tests.story.table_checks import Make, ShownTable, TableChecks
from tests.story.word_checks import POUNDS

ARMS = "Random test: 180 contacted, 20 held out, followed for 60 days. Shows a rise in conversion of 46% or more."


class TestPlanTables(TableChecks):
    module = tables
    tables: ClassVar[dict[str, ShownTable]] = {
        "actions": (
            lambda: tables.actions(plan(REPEAT, STOP, MATCHED, LATE, CALL), POUNDS),
            [
                [
                    "Repeat “Call” of “Spring”",
                    "Champions, Lost (200)",
                    "£360",
                    "£9,000 (£6,000 to £12k)",
                    "Ann, 31 Dec",
                ],
                ["Do not repeat “Card” of “Spring”", "–", "£0", "£2,000 (£1,000 to £3,000)"],
                ["Repeat “Fair”", "As last time (600)", "£5,000 (£6,000 to £12k)"],
                ["At risk (20)", "–", "not known", "Not named, 31 Dec"],
                ["Detractors (5)", "–", "not known", "Sales, 31 Dec"],
            ],
        ),
        "measures": (
            lambda: tables.measures(plan(REPEAT, LATE | COSTED, CALL), POUNDS),
            [
                ["Repeat “Call” of “Spring”", ARMS, "–", "–", "customers_rfm"],
                ["£7.50", "£4,000", "customers_rfm"],
                ["£900", "nps_actions"],
            ],
        ),
    }
    empty: ClassVar[dict[str, Make]] = {
        "actions": lambda: tables.actions(plan(), POUNDS),
        "measures": lambda: tables.measures(plan(), POUNDS),
    }
