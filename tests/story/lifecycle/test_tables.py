"""Tables of the lifecycle."""

from dataclasses import replace

from helpers.story import fmt
from helpers.story.lifecycle import tables
from tests.story.lifecycle.results import CUTS, LIFE, NO_CUTS, NO_MOVES, RATES, life, moves
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
TABLES: dict[str, ShownTable] = {
    "groups": (
        lambda: tables.groups(LIFE, POUNDS),
        [
            ["Loyal", "Do this.", "300 (15%)", "£60k (30%)", "18", "23"],
            ["Lead", "Do this.", "1,000 (50%)", "–", "0", "–"],
        ],
    ),
    "thresholds": (
        lambda: tables.thresholds(CUTS, POUNDS),
        [
            ["Orders a year", "5.2", "5.0 to 5.5", "Data"],
            [
                "High value: spend",
                "£42.4k",
                "£35.3k to £50k",
                "Data",
                "Those who spent as much bring half of all spend.",
            ],
        ],
    ),
    "rates": (
        lambda: tables.rates(RATES),
        [
            ["Churn", "17% (15% to 19%)", "420 of 2,451", "Churn of all."],
            ["Second order", "58% (56% to 60%)", "3,361"],
        ],
    ),
    "heading": (lambda: tables.heading(moves()), [["Stage", "Now", "In 4 quarters"], ["Dormant", "18%", "22%", "30%"]]),
}
EMPTY: dict[str, Make] = {
    "groups": lambda: tables.groups(life([0] * 5), POUNDS),
    "thresholds": lambda: tables.thresholds(NO_CUTS, POUNDS),
    "rates": lambda: tables.rates(replace(RATES, table=RATES.table.iloc[:0])),
    "heading": lambda: tables.heading(NO_MOVES),
}


class TestLifecycleTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_visits_are_called_so() -> None:
    made = [
        tables.groups(life([1, 2, 3, 4, 5], of_visits=True), POUNDS),
        tables.thresholds(CUTS, POUNDS, of_visits=True),
    ]
    for table in made:
        assert "rder" not in " ".join(" ".join(row) for row in read(table).rows)
    rates = tables.rates(replace(RATES, of_visits=True, table=RATES.table[RATES.table["rate"] != "second_order"]))
    assert "Came again" in rates.text


def test_without_amounts_no_column_is_of_money() -> None:
    rows = read(tables.groups(life([1, 2, 3, 4, 5]), POUNDS)).rows
    assert rows[0] == ["Stage", "What to do", "Customers (share)", "Orders, each", "Last order (days)"]
