"""Tables of subscribers."""

from helpers.analysis.lifecycle.plans import GROUPS
from helpers.story import fmt
from helpers.story.lifecycle import plans_tables as tables
from tests.analysis.lifecycle.subscribers import many
from tests.story.lifecycle import plans_samples as samples
from tests.story.lifecycle.plans_samples import dated, follow, nobody
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
TABLES: dict[str, ShownTable] = {
    "groups": (
        lambda: tables.groups(samples.all_stay(), POUNDS),
        [["High value", "Give each a person responsible for the relationship.", "8 (20%)", "£324 (33%)", "36", "0"]],
    ),
    "staying": (lambda: tables.staying(dated()), [["All customers", "600"], ["basic", "300"], ["pro", "300"]]),
    "attributes": (lambda: tables.attributes(dated()), [["Plan", "<0.1%", "tells them apart"]]),
}
EMPTY: dict[str, Make] = {
    "groups": lambda: tables.groups(nobody(), POUNDS),
    "staying": lambda: tables.staying(samples.all_stay()),
    "attributes": lambda: tables.attributes(samples.all_stay()),
}


class TestPlansTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_every_group_has_something_to_do() -> None:
    assert set(tables.WHAT_TO_DO) == set(GROUPS)


def test_without_fees_no_column_is_of_money() -> None:
    assert "Fees a month (share)" not in read(tables.groups(samples.by_tenure(), POUNDS)).rows[0]


def test_names_from_the_data_are_shown_not_run() -> None:
    people = many(600)
    plan = people["plan"].map({"basic": "<script>x</script>", "pro": "{{m}}"})
    found = follow(people.assign(plan=plan))
    for table in (tables.staying(found), tables.attributes(found)):
        assert "script" not in {tag for tag, _ in read(table).tags}


def test_an_attribute_that_may_be_chance_is_called_so() -> None:
    rows = read(tables.attributes(samples.by_tenure())).rows
    assert "may be chance" in rows[1]
