"""Tables of what each action returned, and what a plan must bring."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from helpers.analysis.roi.returns import Returns
from helpers.analysis.roi.simulate import simulate_returns
from helpers.story import fmt
from helpers.story.roi import tables
from helpers.story.table import Table
from tests.story.roi.cases import ALONE, LOSES, MATCHED, PAYS, SHOWN, UNCLEAR, case, returns
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
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


def table_of(found: Returns) -> Table:
    return tables.returns(found, simulate_returns(found, draws=500), POUNDS)


TABLES: dict[str, ShownTable] = {
    "break_even": (
        lambda: tables.break_even(PLANS, POUNDS),
        [["Lost", "398", "£210", "£3,980", "£25", "11.9%"]],
    ),
    "returns": (
        lambda: table_of(SHOWN),
        [
            ["test: Call"],
            ["Champions", "100", "£7,000", "£1,000", "250% (150% to 350%)", "Pays"],
            ["plan: Call (planned)"],
            ["New customers", "100", "£0", "£0", "–", "No cost given"],
            ["All together", "£7,500", "£2,000"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "returns": lambda: table_of(returns()),
    "break_even": lambda: tables.break_even(PLANS.head(0), POUNDS),
}


class TestRoiTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_one_group_of_customers_needs_no_block_and_has_a_chance() -> None:
    """Two arms of one campaign, for all customers: the arm names the row."""
    rows = read(table_of(returns(PAYS, UNCLEAR))).rows
    assert [row[0] for row in rows] == ["Campaign", "Call", "E-mail", "All together"]
    assert rows[0][-2:] == ["Chance", "Verdict"]
    assert rows[1][-2:] == [">99%", "Pays"]
    chance = float(rows[2][-2].rstrip("%"))
    assert 50 < chance < 60  # 1,400 of revenue, +-10,400, against 700 to break even
    assert rows[3][5] != "–"


def test_how_it_was_measured_is_told_where_it_was_no_test() -> None:
    assert "Measured by" not in table_of(returns(PAYS)).html
    rows = read(table_of(returns(PAYS, LOSES | MATCHED))).rows
    assert rows[0][-2] == "Measured by"
    assert rows[2][-2:] == ["Like for like", "May have lost"]


@pytest.mark.parametrize(("roi", "said"), [(20.0, "2,000%"), (642.66, ">2,000%"), (-29.6, "<−2,000%")])
def test_a_return_on_next_to_nothing_is_not_given_to_the_percent(roi: float, said: str) -> None:
    cases = SHOWN.by_segment.head(1).assign(roi_at_margin=roi)
    assert read(table_of(replace(SHOWN, by_segment=cases))).rows[1][4].split(" (")[0] == said


def test_who_has_nobody_to_compare_with_has_a_row() -> None:
    rows = read(table_of(returns(PAYS | {"segment": "Lost"}, ALONE | {"segment": "New"}))).rows
    assert [row for row in rows if row[0] == "New"] == [["New", "100", "–", "£500", "–", "No control"]]
    assert rows[-1][:4] == ["All together", "–", "£7,000", "£1,000"]


def test_of_many_rows_the_clear_and_the_costly_are_shown() -> None:
    many: list[dict[str, Any]] = [case("Call", 10.0 + i, -9_000, 9_000, segment=f"S{i:02}") for i in range(30)]
    many[3] |= PAYS | {"segment": "S03"}
    table = table_of(returns(*many))
    shown = [row[0] for row in read(table).rows if row[0].startswith("S")]
    assert shown == ["Segment", "S03", *[f"S{i}" for i in range(16, 30)]]
    assert "15 of 30 rows are shown" in table.html


def test_a_list_without_arms_is_called_by_its_campaign() -> None:
    rows = read(table_of(returns(PAYS, LOSES | MATCHED | {"campaign": "Fair", "arm": "contacted"}))).rows
    assert "Fair" in [row[0] for row in rows]
