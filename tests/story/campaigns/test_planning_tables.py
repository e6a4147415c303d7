"""The table of test planning."""

from typing import ClassVar

from helpers.story.campaigns import planning_tables as tables
from tests.story.campaigns.planning_samples import SPEND, UNKNOWN, known, plan
from tests.story.table_checks import Make, ShownTable, TableChecks
from tests.story.word_checks import POUNDS


class TestPlanningTables(TableChecks):
    module = tables
    tables: ClassVar[dict[str, ShownTable]] = {
        "next_test": (
            lambda: tables.next_test(
                plan(
                    known(),
                    known("New", 15_316),
                    known("Lost", 900),
                    known("Few", 10, **(UNKNOWN | {"mean": 0.214, "sd": 0.41})),
                    known("Sure", mean=0.9, sd=(0.09 * 1_000 / 999) ** 0.5),
                    known(**SPEND),
                    known(metric="orders", mean=2.0, sd=3.0),
                ),
                "spend",
                POUNDS,
            ),
            [
                ["All customers", "20,000", "5.0%", "8,158", "60", "Possible now"],
                ["New", "15,316", "8,158", "365", "With new customers"],
                ["Lost", "900", "8,158", "–", "Too few customers"],
                ["Few", "10", "21.4%", "–", "–", "Not known"],
                ["Sure", "90.0%", "–", "Cannot rise so far"],
                ["All customers", "£40", "Possible now"],
                ["All customers", "2.00", "Possible now"],
            ],
        )
    }
    empty: ClassVar[dict[str, Make]] = {"next_test": lambda: tables.next_test(plan(), "spend", POUNDS)}
