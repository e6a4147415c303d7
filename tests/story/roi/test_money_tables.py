"""Tables of a programme's scenarios and of where a budget should go."""

from helpers.story import fmt
from helpers.story.roi import money_tables as tables
from tests.story.roi.cases import FREE, PAYS, budget, case, outlook
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
MAIL, CALL = ("Lost", "E-mail", 1.0, 3.0), ("Champions", "Call", 2.0, 4.0)

TABLES: dict[str, ShownTable] = {
    "scenarios": (
        lambda: tables.scenarios(outlook(case("Call", 1_000, 7_000, 7_000)), POUNDS),
        [["Pessimistic", "£70"], ["Expected", "£70", "50%"], ["Optimistic", "£70"]],
    ),
    "budget": (
        lambda: tables.budget(budget(MAIL, CALL, ("New", "Call", 2.0, -1.0), amount=150.0), POUNDS),
        [
            ["Lost, E-mail", "100", "£1", "£8", "£3", "100", "£100", "£300 (£202 to £398)"],
            ["Champions, Call", "100", "£2", "£12", "£2", "25", "£50", "£100 (£76 to £124)"],
            ["New, Call", "–", "–", "–"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "scenarios": lambda: tables.scenarios(outlook(FREE), POUNDS),
    "budget": lambda: tables.budget(budget(), POUNDS),
}


class TestMoneyTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_one_action_is_named_once() -> None:
    table = tables.budget(budget(MAIL, ("New", "E-mail", 1.0, 2.0)), POUNDS)
    assert read(table).rows[1][0] == "Lost"
    assert table.title == "Where the next £1,000 would go"
    assert tables.budget(budget(MAIL, amount=50.0), POUNDS).title == "Where £50 should go"


def test_long_lists_are_cut_and_say_so() -> None:
    table = tables.budget(budget(*[(f"S{i}", "E-mail", 1.0, 3.0) for i in range(12)]), POUNDS)
    assert len(read(table).rows) == 9
    assert "8 of 12 rows are shown" in table.html


def test_what_the_inputs_are_assumed_to_be_off_by_is_printed() -> None:
    note = tables.scenarios(outlook(PAYS), POUNDS).html
    assert "margin 10%, cost 10%, reach 10% and duration 25%" in note
