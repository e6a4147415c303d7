"""The table of the recency, frequency and spend segments."""

from dataclasses import replace
from math import nan

from helpers.analysis.rfm.holdout import no_holdout
from helpers.analysis.rfm.movement import no_movement
from helpers.story import fmt
from helpers.story.rfm import tables
from tests.story import samples
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
TABLES: dict[str, ShownTable] = {
    "actions": (
        lambda: tables.actions(samples.RFM, POUNDS),
        [["Champions", "980", "Keep", "Thank them.", "£2.1m"]],
    ),
    "segments": (
        lambda: tables.segments(samples.RFM, POUNDS),
        [
            ["Champions", "980 (52%)", "£5.6m (89%)", "£3,210", "11", "9", "spend: £3,210, all £900"],
            ["At risk", "3.5", "140", "last order: 140 days ago, all 45"],
            ["Lost", "orders: 1, all 4"],
        ],
    ),
    "flows": (
        lambda: tables.flows(samples.MOVES, POUNDS),
        [["Champions", "At risk", "90", "£300k", "£20k"], ["Not yet a customer", "Champions", "180", "£0", "£90k"]],
    ),
    "lift": (
        lambda: tables.lift(samples.HOLDOUT, POUNDS),
        [["Champions", "890", "90% (88% to 92%)", "4.2", "1.5", "£2,382", "1.5"]],
    ),
    "cuts": (
        lambda: tables.cuts(samples.RFM, POUNDS),
        [["2", "0 to 45", "960"], ["1", "1 to 4", "938"], ["2", "£901 to £280k", "960"]],
    ),
    "rules": (
        lambda: tables.rules(samples.RFM),
        [["Champions", "late no", "980"], ["Lost", "everyone else", "398"]],
    ),
}
NOTHING = replace(
    samples.RFM, segments=samples.RFM.segments.head(0), cuts=samples.RFM.cuts.head(0), rules=samples.RFM.rules.head(0)
)
EMPTY: dict[str, Make] = {
    "actions": lambda: tables.actions(NOTHING, POUNDS),
    "segments": lambda: tables.segments(NOTHING, POUNDS),
    "flows": lambda: tables.flows(no_movement(), POUNDS),
    "lift": lambda: tables.lift(no_holdout(), POUNDS),
    "cuts": lambda: tables.cuts(NOTHING, POUNDS),
    "rules": lambda: tables.rules(NOTHING),
}


class TestRfmTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_money_of_an_odd_currency_is_shown_not_run() -> None:
    table = tables.segments(samples.RFM, fmt.Money("<b>"))
    assert "b" not in {tag for tag, _ in read(table).tags}


def test_no_rows_says_so() -> None:
    table = tables.segments(replace(samples.RFM, segments=samples.RFM.segments.head(0)), POUNDS)
    assert table.html == '<p class="nothing">Who is in each segment. Nothing to show: no rows.</p>'


def test_without_spend_no_column_is_of_money() -> None:
    rows = read(tables.segments(samples.RF, POUNDS)).rows
    assert rows[0] == ["Segment", "Customers (share)", "Orders, each", "Last order (days)", "Most unlike others in"]
    assert rows[1] == ["Champions", "980 (52%)", "11", "9", "orders: 3,210, all 900"]
    assert "At stake a year" not in read(tables.actions(samples.RF, POUNDS)).rows[0]
    moves = replace(samples.MOVES, with_spend=False)
    assert read(tables.flows(moves, POUNDS)).rows[0] == ["From", "To", "Customers"]
    assert "pend" not in tables.flows(moves, POUNDS).html
    tested = replace(samples.HOLDOUT, by_segment=samples.HOLDOUT.by_segment.assign(spend_each=nan, spend_lift=nan))
    assert not [name for name in read(tables.lift(tested, POUNDS)).rows[0] if "Spend" in name]


def test_a_segment_named_with_markup_is_shown_as_it_is_written() -> None:
    odd = "<script>alert(1)</script>"
    segments = samples.RFM.segments.assign(rfm_segment=[odd, "b", "c"])
    rules = samples.RFM.rules.assign(rfm_segment=[odd, "b", "c"], rule=["r 1", odd, ""])
    result = replace(samples.RFM, segments=segments, rules=rules)
    for table in (tables.actions(result, POUNDS), tables.segments(result, POUNDS), tables.rules(result)):
        assert "script" not in {tag for tag, _ in read(table).tags}
        assert any(odd in row for row in read(table).rows)
