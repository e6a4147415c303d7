"""The table of gains."""

from helpers.story.nps_drivers import gain_tables as tables
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_GAINS, PRICES, gains
from tests.story.table_checks import Make, ShownTable, TableChecks

TABLES: dict[str, ShownTable] = {
    "gain": (
        lambda: tables.gain(gains((DELIVERY, 14, 13, 15), (PRICES, 8, 7, 9))),
        [["Delivery reliability", "0.5", "80%", "+14 (+13 to +15)", "+18 (+16 to +19)"]],
    )
}
EMPTY: dict[str, Make] = {"gain": lambda: tables.gain(NO_GAINS)}


class TestGainTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY
