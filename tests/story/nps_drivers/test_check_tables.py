"""The table of three methods."""

from dataclasses import replace
from math import nan

from helpers.story.nps_drivers import check_tables as tables
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_CHECKS, PRICES, SUPPORT, checks
from tests.story.table_checks import Make, ShownTable, TableChecks, read

THREE = checks({"lmg": DELIVERY}, drivers=(DELIVERY, PRICES, SUPPORT))
TABLES: dict[str, ShownTable] = {
    "methods": (
        lambda: tables.methods(THREE),
        [["Delivery reliability", "1", "1 (+18.0%)", "1 (40.0%)"], ["Support", "3", "3 (−2.0%)", "3 (0.0%)"]],
    )
}
EMPTY: dict[str, Make] = {"methods": lambda: tables.methods(NO_CHECKS)}


class TestCheckTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_what_a_method_cannot_judge_is_a_dash() -> None:
    frame = THREE.drivers.assign(ordinal=nan, ordinal_rank=nan, boosted=nan, boosted_rank=nan)
    assert read(tables.methods(replace(THREE, drivers=frame))).rows[1] == ["Delivery reliability", "1", "–", "–"]
