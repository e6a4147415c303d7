"""The table of the recency, frequency and spend segments."""

from dataclasses import replace

from helpers.story import fmt
from helpers.story.rfm import tables
from tests.story import samples
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
TABLES: dict[str, ShownTable] = {
    "segments": (
        lambda: tables.segments(samples.RFM, POUNDS),
        [["Champions", "Thank them.", "980 (52%)", "£5.6m (89%)", "£5,714", "14.3", "9"]],
    ),
}
EMPTY: dict[str, Make] = {
    "segments": lambda: tables.segments(replace(samples.RFM, segments=samples.RFM.segments.head(0)), POUNDS),
}


class TestRfmTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_money_of_an_odd_currency_is_shown_not_run() -> None:
    table = tables.segments(samples.RFM, fmt.Money("<b>"))
    assert "b" not in {tag for tag, _ in read(table).tags}


def test_no_rows_says_so() -> None:
    table = tables.segments(replace(samples.RFM, segments=samples.RFM.segments.head(0)), POUNDS)
    assert table.html == '<p class="nothing">Segments and what to do. Nothing to show: no rows.</p>'


def test_without_spend_no_column_is_of_money() -> None:
    rows = read(tables.segments(samples.RF, POUNDS)).rows
    assert rows[0] == ["Segment", "What to do", "Customers (share)", "Orders, each", "Last order (days)"]
    assert rows[1] == ["Champions", "Thank them.", "980 (52%)", "14.3", "9"]
