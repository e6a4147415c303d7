"""The table of how two models did."""

from helpers.story.clv import tables
from tests.story.clv import samples
from tests.story.clv.samples import TESTED
from tests.story.table_checks import Make, ShownTable, TableChecks

TABLES: dict[str, ShownTable] = {
    "candidates": (
        lambda: tables.candidates(TESTED),
        [["BG/NBD", "1,158", "1,145", "+1%", "15%", "kept"], ["Pareto/NBD", "1,180", "1,145", "+3%", "18%", ""]],
    ),
}
EMPTY: dict[str, Make] = {"candidates": lambda: tables.candidates(samples.untested("short"))}


class TestClvTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY
