"""The table of attributes by how far they go with staying."""

from helpers.story.loyalty import differentiators_tables as tables
from tests.story.loyalty.differentiator_samples import ALL, SIZE, attributes
from tests.story.table_checks import Make, ShownTable, TableChecks, read

TABLES: dict[str, ShownTable] = {
    "attributes": (
        lambda: tables.attributes(attributes(*ALL)),
        [
            ["Company size", "Yes", "medium", "250+ (88%)", "1-9 (61%)", "<0.1%"],
            ["Age", "Yes", "small", "51 to 80 (79%)", "18 to 35 (66%)", "0.2%"],
            ["Consent", "Too little to act on", "1.0%"],
            ["Region", "Not clear", "70.0%"],
            ["City", "Too many values", "–", "–", "–", "–"],
            ["Reason", "Tells the outcome"],
        ],
    )
}
EMPTY: dict[str, Make] = {"attributes": lambda: tables.attributes(attributes())}


class TestDifferentiatorsTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_what_clients_call_things_is_shown_not_run() -> None:
    odd = attributes(("<script>", *SIZE[1:5], "<b>x</b>", *SIZE[6:]))
    assert not {"script", "b"} & {tag for tag, _ in read(tables.attributes(odd)).tags}
