"""Tables of what goes with the score."""

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.analysis.nps_drivers.agreement import Agreement
from helpers.story.nps_drivers import driver_tables
from tests.story import samples
from tests.story.table_checks import Make, ShownTable, TableChecks

METHODS = pd.DataFrame(
    {
        "method": ["lmg", "lmg", "johnson", "johnson"],
        "driver": ["wifi", "art", "wifi", "art"],
        "importance": [0.7, 0.3, 0.45, 0.55],
        "rank": [1.0, 2.0, 2.0, 1.0],
    }
)
TABLES: dict[str, ShownTable] = {
    "drivers": (
        lambda: driver_tables.drivers(samples.DRIVERS),
        [
            ["Wifi", "3.40", "57% (50% to 64%)", "1", "Fix first"],
            ["Security wait", "4.20", "34% (26% to 43%)", "2", "Keep up"],
            ["Art", "9% (5% to 12%)", "3", "Unclear"],
        ],
    ),
    "methods": (
        lambda: driver_tables.methods(Agreement(METHODS, 1, ["wifi", "art"], 1, "wifi")),
        [["Rating", "This page", "Johnson's weights"], ["Wifi", "70% (1)", "45% (2)"], ["Art", "30% (2)", "55% (1)"]],
    ),
}
EMPTY: dict[str, Make] = {
    "drivers": lambda: driver_tables.drivers(replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.head(0))),
    "methods": lambda: driver_tables.methods(Agreement(METHODS.head(0), 0, [], 0, "")),
}


class TestDriverTables(TableChecks):
    module, tables, empty = driver_tables, TABLES, EMPTY


def test_ranks_that_are_not_settled_or_not_known() -> None:
    frame = samples.DRIVERS.drivers.assign(rank_low=[1.0, 1.0, np.nan], rank_high=[2.0, 3.0, np.nan])
    text = driver_tables.drivers(replace(samples.DRIVERS, drivers=frame)).text
    assert "1 to 2" in text
    assert "1 to 3" in text
    assert "–" in text
