"""Tables of campaigns: key figures, lift against control, what each action returned, and what a plan must bring."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from helpers.analysis.roi.roi import measure_returns
from helpers.story import fmt
from helpers.story.roi import tables
from tests.story import samples
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
KPIS = pd.DataFrame({"segment": ["Lost"], "customers": [398], "return_share": [0.034], "average_spend": [210.5]})
PLANS = pd.DataFrame(
    {
        "segment": ["Lost"],
        "customers": [398],
        "average_spend": [210.5],
        "cost": [3_980.0],
        "break_even_lift": [25.0],
        "break_even_share": [0.1188],
    }
)

TABLES: dict[str, ShownTable] = {
    "lift": (
        lambda: tables.lift(samples.LIFT, POUNDS),
        [
            ["Mens E-Mail", "21,307", "£1.42", "£0.65", "+£0.77 (£0.49 to £1.05)", "+118%"],
            ["Mens E-Mail", "18.3%", "10.6%", "+7.7 points (7.0 to 8.3)"],
            ["Postcard", "−£0.15", "−23%"],
        ],
    ),
    "segments": (
        lambda: tables.segments(KPIS, POUNDS),
        [["Lost", "398", "3%", "£210"]],
    ),
    "break_even": (
        lambda: tables.break_even(PLANS, POUNDS),
        [["Lost", "398", "£210", "£3,980", "£25", "11.9%"]],
    ),
    "returns": (
        lambda: tables.returns(samples.RETURNS, POUNDS),
        [
            ["test: Mens E-Mail"],
            ["Champions", "980", "£59.8k (£21k to £98k)", "£4,000", "1,390%", "498%", "Pays"],
            ["plan: Call (planned)"],
            ["New customers", "150", "£4,500", "No cost given"],
            ["All together", "£60.2k", "£9,800", "514%", "146%"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "segments": lambda: tables.segments(KPIS.head(0), POUNDS),
    "lift": lambda: tables.lift(replace(samples.LIFT, by_arm=samples.LIFT.by_arm.head(0)), POUNDS),
    "returns": lambda: tables.returns(replace(samples.RETURNS, by_segment=samples.RETURNS.by_segment.head(0)), POUNDS),
    "break_even": lambda: tables.break_even(PLANS.head(0), POUNDS),
}


class TestRoiTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_one_group_of_customers_needs_no_block() -> None:
    """Two arms of one campaign, for all customers: the arm names the row."""
    cases = samples.RETURNS.by_segment.head(2).assign(segment="All customers")
    rows = read(tables.returns(replace(samples.RETURNS, by_segment=cases), POUNDS)).rows
    assert [row[0] for row in rows] == ["Campaign", "Mens E-Mail", "Postcard", "All together"]


@pytest.mark.parametrize(
    ("cost", "roi", "said"), [(1.0, 20.0, "2,000%"), (0.35, 642.66, ">2,000%"), (0.35, -29.6, "<−2,000%")]
)
def test_a_return_on_next_to_nothing_is_not_given_to_the_percent(cost: float, roi: float, said: str) -> None:
    cases = samples.RETURNS.by_segment.head(1).assign(cost=cost, roi=roi)
    assert said in read(tables.returns(replace(samples.RETURNS, by_segment=cases), POUNDS)).rows[1]


def test_who_has_nobody_to_compare_with_has_a_row() -> None:
    cases = pd.DataFrame(
        {
            **{"segment": ["Lost", "New"], "campaign": "test", "arm": "Post", "customers": 40, "cost": 20.0},
            **{"old_average_revenue": [10.0, float("nan")], "new_average_revenue": 11.0},
            **{"lift_low": float("nan"), "lift_high": float("nan"), "basis": "measured"},
        }
    )
    rows = read(tables.returns(measure_returns(cases, 0.5), POUNDS)).rows
    assert [row for row in rows if row[0] == "New"] == [["New", "40", "–", "£20", "–", "–", "No control"]]
    assert rows[-1][:3] == ["All together", "–", "£40"]


def test_key_figures_leave_words_to_the_page_on_segments() -> None:
    table = tables.segments(samples.RFM.segments, POUNDS)
    assert "Thank them." not in table.html
    assert read(table).rows[0][-2:] == ["Days since last order (median)", "Orders per customer"]


def test_a_comparison_with_everyone_else_is_headed_as_one() -> None:
    shown = tables.lift(replace(samples.LIFT, tested=False), POUNDS).html
    assert "not a test" in shown
    assert "Not contacted" in shown
    assert not re.search("Lift|Left out|control", shown)


def test_what_is_not_known_of_any_segment_has_no_column() -> None:
    html = tables.segments(KPIS.assign(average_spend=float("nan")), POUNDS).html
    assert "Spend" not in html
    assert "Share returned" in html
