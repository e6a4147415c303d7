"""The table of whom to contact: counts and money by group, and what became of all answers."""

from helpers.story.nps_drivers import action_tables as tables
from tests.story.nps_drivers.action_samples import planned
from tests.story.table_checks import Make, ShownTable, TableChecks, read
from tests.story.word_checks import POUNDS

TABLES: dict[str, ShownTable] = {
    "actions": (
        lambda: tables.actions(planned(61, 5, 9), POUNDS),
        [
            ["Detractors", "61", "£6,100", "Account manager", "2 days", "Call back, the most valuable first"],
            ["Passives", "5", "£500", "Product team", "30 days", "Ask what was missing"],
            ["Promoters", "9", "£900", "Account manager", "14 days", "Ask for a reference"],
        ],
    ),
}
EMPTY: dict[str, Make] = {"actions": lambda: tables.actions(planned(), POUNDS)}


class TestActionTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_value_that_nobody_knows_has_no_column() -> None:
    shown = read(tables.actions(planned(2, 0, 1, basis="", business_model="b2c"), POUNDS)).rows
    assert shown[0] == ["Who", "Customers", "Owner", "Within", "What to do"]
    assert [row[0] for row in shown[1:]] == ["Detractors", "Promoters"]  # no passive, no row
    assert shown[2][-1] == "Ask for a review"
    fees = read(tables.actions(planned(2, basis="fees"), POUNDS)).rows[0]
    assert fees[2] == "Fees a year"


def test_all_answers_are_accounted_for() -> None:
    left = {
        "followed by a later answer": 4, "too long ago": 1_200, "without a date": 3, "without a customer number": 2,
        "not to be contacted": 1,
    }  # fmt: skip
    told = tables.actions(planned(2, left_out=left), POUNDS).html
    assert (
        "2 of 1,212 answers lead to a contact. Left out: 4 followed by a later one of the same customer, 1,200 too old "
        "to act on, 3 undated, 2 without a customer number and 1 of customers who may not be contacted." in told
    )
    assert "2 of 2 answers lead to a contact." in tables.actions(planned(2), POUNDS).html
