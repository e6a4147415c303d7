"""The table of buying habits."""

from helpers.story.loyalty import triggers_tables as tables
from tests.story.loyalty.habit_samples import ALL, habits
from tests.story.table_checks import Make, ShownTable, TableChecks, read
from tests.story.word_checks import POUNDS

TABLES: dict[str, ShownTable] = {
    "habits": (
        lambda: tables.habits(habits(*ALL), POUNDS),
        [
            ["February to May", "200", "£10k (10%)"],
            ["On promotion", "Keep promotions to them; sell to the others at full price.", "90", "£4,500 (4%)"],
            ["Pots", "60", "£3,000 (3%)"],
        ],
    )
}
EMPTY: dict[str, Make] = {"habits": lambda: tables.habits(habits(), POUNDS)}


class TestTriggersTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_without_amounts_no_column_is_of_money() -> None:
    assert read(tables.habits(habits(*ALL, money=False), POUNDS)).rows[0] == ["Habit", "What to do", "Customers"]


def test_a_category_called_promotion_keeps_its_name_and_markup_is_shown() -> None:
    rows = read(tables.habits(habits(("category", "promotion", 9), ("category", "<b>x</b>", 8)), POUNDS)).rows
    assert [row[0] for row in rows[1:]] == ["promotion", "<b>x</b>"]


def test_the_smaller_of_many_habits_are_counted() -> None:
    many = habits(*[("category", f"c{i}", 99 - i) for i in range(12)])
    assert "And 2 smaller habits" in tables.habits(many, POUNDS).html
