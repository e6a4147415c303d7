"""Tables of the Net Promoter Score: groups, drivers, whom to call, and what was written."""

from dataclasses import replace

import pandas as pd

from helpers.story import fmt
from helpers.story.nps_drivers import tables
from tests.story import samples
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
ACTIONS = pd.DataFrame(
    {
        "group": ["Detractors"],
        "answers": [342],
        "customers": [300],
        "spend": [45_678.0],
        "action": ["Call"],
    }
)
COMMENTS = pd.DataFrame({"score": [3], "comment": ["Too slow"]})

TABLES: dict[str, ShownTable] = {
    "groups": (
        lambda: tables.groups(samples.GROUPS),
        [
            ["All answers", "2,746", "1,436", "968", "342", "+40 (+37 to +42)", "+40 (+37 to +43)"],
            ["At risk", "30", "−3 (−33 to +27)", "–"],
        ],
    ),
    "drivers": (
        lambda: tables.drivers(samples.DRIVERS),
        [["Security wait", "4.20", "12.0% (8.0% to 16.0%)", "34%"]],
    ),
    "actions": (
        lambda: tables.actions(ACTIONS, POUNDS),
        [["Detractors", "342", "300", "£45.7k", "Call"]],
    ),
    "comments": (
        lambda: tables.comments(COMMENTS),
        [["3", "Too slow"]],
    ),
}
EMPTY: dict[str, Make] = {
    "groups": lambda: tables.groups(replace(samples.GROUPS, by_group=samples.GROUPS.by_group.head(0))),
    "drivers": lambda: tables.drivers(replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.head(0))),
    "actions": lambda: tables.actions(ACTIONS.head(0), POUNDS),
    "comments": lambda: tables.comments(pd.DataFrame()),
}


class TestNpsDriversTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_groups_named_by_numbers_stand_in_their_order() -> None:
    rows = samples.SEGMENT_GROUPS.iloc[[0, 0, 0, 0, 0]].assign(
        grouping="company_size", group=["10-49", "250+", "(unknown)", "1-9", "50-249"], answers=[9, 9, 9, 9, 8]
    )
    shown = read(tables.groups(replace(samples.GROUPS, by_group=rows))).rows
    assert [row[0] for row in shown][1:] == ["Company size", "1-9", "10-49", "50-249", "250+", "Not known"]


def test_groups_that_hold_all_answers_are_no_comparison() -> None:
    """One wave: its row would say what the first section of the page has said."""
    whole = samples.GROUPS.by_group.head(1)
    table = tables.groups(replace(samples.GROUPS, by_group=pd.concat([whole, whole.assign(grouping="wave")])))
    assert "every group holds all answers" in table.html


def test_columns_without_any_customer_are_left_out() -> None:
    """Anonymous answers: no customers, no spend."""
    anonymous = pd.DataFrame({"group": ["passives"], "answers": [9], "customers": [0], "action": ["Ask"]})
    shown = read(tables.actions(anonymous, POUNDS)).rows
    assert shown == [["Who", "Answers", "What to do"], ["Passives", "9", "Ask"]]
    no_orders = anonymous.assign(customers=9, spend=0.0)
    shown = read(tables.actions(no_orders, POUNDS)).rows
    assert shown == [["Who", "Answers", "Customers", "What to do"], ["Passives", "9", "9", "Ask"]]
