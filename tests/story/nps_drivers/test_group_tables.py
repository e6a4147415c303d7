"""The table of all groups."""

from dataclasses import replace

import pandas as pd

from helpers.story.nps_drivers import group_tables as tables
from tests.story.nps_drivers.course_samples import SEGMENTS, groups
from tests.story.table_checks import Make, ShownTable, TableChecks, read

WITH_WEIGHTS = groups(rfm_segment=SEGMENTS)
WITH_WEIGHTS = replace(
    WITH_WEIGHTS,
    by_group=WITH_WEIGHTS.by_group.assign(nps_weighted=40.4, nps_weighted_low=37.0, nps_weighted_high=43.0),
)

TABLES: dict[str, ShownTable] = {
    "groups": (
        lambda: tables.groups(WITH_WEIGHTS),
        [
            ["All answers", "945", "460", "190", "295", "+17 (+12 to +23)", "+40 (+37 to +43)"],
            ["Lost", "400", "100", "100", "200", "−25 (−33 to −17)", "+40 (+37 to +43)", "Below the rest"],
            ["At risk", "Not clear"],
        ],
    ),
}
EMPTY: dict[str, Make] = {"groups": lambda: tables.groups(groups())}


class TestGroupTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_groups_named_by_numbers_stand_in_their_order_and_small_ones_have_no_name() -> None:
    sizes = {"10-49": (60, 5, 5), "250+": (60, 5, 5), "(unknown)": (60, 5, 5), "1-9": (60, 5, 5)}
    small = {"50-249": (9, 0, 0), "2000+": (48, 0, 0)}
    shown = read(tables.groups(groups(company_size=sizes | small))).rows
    assert [row[0] for row in shown][-6:] == ["Company size", "1-9", "10-49", "250+", "Not known", "Small groups"]


def test_groups_that_hold_all_answers_are_no_comparison() -> None:
    """One wave: its row would say what the first section of the page has said."""
    one = groups(wave={"2024": (60, 20, 20)})
    assert "every group holds all answers" in tables.groups(one).html
    empty = replace(one, by_group=pd.DataFrame(columns=one.by_group.columns))
    assert "Nothing to show" in tables.groups(empty).html
