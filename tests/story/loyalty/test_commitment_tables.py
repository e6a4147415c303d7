"""The table of the groups of loyalty and commitment."""

from math import nan

from helpers.analysis.loyalty.commitment import GROUPS
from helpers.story.loyalty import commitment_tables as tables
from tests.story.loyalty.commitment_samples import USUAL, placed
from tests.story.table_checks import Make, ShownTable, TableChecks, read
from tests.story.word_checks import POUNDS

TABLES: dict[str, ShownTable] = {
    "groups": (
        lambda: tables.groups(placed(USUAL), POUNDS),
        [
            ["Loyal", "Recommend us and keep buying", "400", "40% (37% to 43%)", "£40k"],
            ["Trapped", "100", "10% (8% to 12%)", "£10k"],
            ["Not placed", "10", "–", "£1,000"],
        ],
    )
}
EMPTY: dict[str, Make] = {"groups": lambda: tables.groups(placed({"not placed": 9}), POUNDS)}


class TestCommitmentTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_every_group_has_a_meaning_and_an_action() -> None:
    everyone = placed(dict.fromkeys(["loyal", "committed", "trapped", "at risk", "left", "dissatisfied"], 3))
    rest = placed({"undecided": 3, "not placed": 3})
    rows = [*read(tables.groups(everyone, POUNDS)).rows[1:], *read(tables.groups(rest, POUNDS)).rows[1:]]
    assert sorted(row[0].lower() for row in rows) == sorted(GROUPS)


def test_without_spend_no_column_is_of_money_and_the_limit_is_told() -> None:
    table = tables.groups(placed(USUAL, each=nan, loyal_score=10), POUNDS)
    assert "Spend" not in read(table).rows[0]
    assert "To recommend is to score 10; not to, 6 or less." in table.html
    assert "to score 9 or more;" in tables.groups(placed(USUAL), POUNDS).html


def test_another_scale_is_told_by_its_own_cuts() -> None:
    html = tables.groups(placed(USUAL, cuts=(1, 4, 5, 5)), POUNDS).html
    assert "To recommend is to score 5; not to, 3 or less." in html
