"""The narrators of the data received, at their branches: gaps, matches, months and readiness."""

import re
from collections.abc import Iterable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.data_profile.readiness import assess_readiness
from helpers.story import narrate
from tests.story.narrate.branches import POUNDS, Branches, Case, branches_of, check_reads_well


def received(rows_in: int, aside: int, tables: int = 1) -> pd.DataFrame:
    rest = tables - 1
    return pd.DataFrame({"rows_in": [rows_in, *[0] * rest], "rows_set_aside": [aside, *[0] * rest]})


def quality(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["table", "check", "rows_set_aside"])


def columns(**missing: float) -> pd.DataFrame:
    frame = pd.DataFrame({"table": "orders", "column": list(missing), "missing_share": list(missing.values())})
    return frame.assign(sparse=[name == "cancelled_on" for name in missing])


def unused(**tables: tuple[int, int]) -> pd.DataFrame:
    rows = [(table, f"c{i}", received) for table, (n, received) in tables.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["table", "column", "columns_received"])


def matches(**tables: tuple[int, int]) -> pd.DataFrame:
    rows = [(table, *counts) for table, counts in tables.items()]
    return pd.DataFrame(rows, columns=["table", "customers", "in_customers"])


def months(spend: Iterable[float], start: str = "2024-01-01") -> pd.DataFrame:
    spend = list(spend)
    month = pd.date_range(start, periods=len(spend), freq="MS")
    cut = [i in (0, len(spend) - 1) for i in range(len(spend))]
    return pd.DataFrame({"month": month, "spend": spend, "partial": cut})


def two_years(before: float, now: float) -> pd.DataFrame:
    """Whole months that add up to `before` and `now`, between two cut ones whose spend must not count."""
    return months([9e9, *[before / 12] * 12, *[now / 12] * 12, 9e9])


READY = {"buyers": 900, "repeat_share": 0.5, "history_days": 900, "answers": 900, "ratings": 3} | dict.fromkeys(
    ("control_customers", "treated_customers"), 3_000
)

CASES: dict[str, list[Case]] = {
    "data_received": [
        (lambda: narrate.data_received(received(0, 0), quality()), "few", ["no rows", "Ask for the export again."]),
        (
            lambda: narrate.data_received(received(64_000, 0, 2), quality()),
            "good",
            ["64,000 rows in 2 tables", "all of them"],
        ),
        (
            lambda: narrate.data_received(received(1_000, 49), quality(("orders", "no customer_id", 49))),
            "neutral",
            ["49 of them aside (4.9%), for “no customer number”. "],
        ),
        (
            lambda: narrate.data_received(
                received(1_000, 50), quality(("orders", "no amount", 1), ("orders", "b", 49))
            ),
            "bad",
            ["(5.0%), most often for “b” in orders (49 rows)", "the orders export about “b”"],
        ),
        (
            lambda: narrate.data_received(received(10, 5), quality()),
            "bad",
            ["5 of them aside (50.0%).", "Look through"],
        ),
    ],
    "columns_unused": [
        (lambda: narrate.columns_unused(unused()), "good", ["Every column that came is used."]),
        (
            lambda: narrate.columns_unused(unused(orders=(1, 8))),
            "neutral",
            ["Of 8 columns that came, 1 is not used in this report: “c0” in orders. Look"],
        ),
        (lambda: narrate.columns_unused(unused(orders=(4, 8))), "neutral", ["“c2” in orders and “c3” in orders."]),
        (lambda: narrate.columns_unused(unused(orders=(5, 8))), "neutral", ["5 are not used in this report. Look"]),
        (
            lambda: narrate.columns_unused(unused(orders=(2, 9), surveys=(73, 113))),
            "neutral",
            ["Of 122 columns that came, 75 are not used in this report: 2 of 9 in orders and 73 of 113 in survey"],
        ),
    ],
    "columns_gaps": [
        (lambda: narrate.columns_gaps(columns(), quality()), "few", ["No columns"]),
        (lambda: narrate.columns_gaps(columns(a=0.0), quality()), "good", ["every column is filled"]),
        (lambda: narrate.columns_gaps(columns(a=0.0, cancelled_on=0.9), quality()), "good", ["every column is filled"]),
        (
            lambda: narrate.columns_gaps(
                columns(a=0.0), quality(("orders", "no customer_id", 135_037), ("orders", "b", 9))
            ),
            "neutral",
            ["is filled. 135,037 more rows are not among them, set aside for a blank: “no customer number” in orders"],
        ),
        (
            lambda: narrate.columns_gaps(columns(a=0.1), quality(("surveys", "no score", 1), ("orders", "no x", 0))),
            "neutral",
            ["10.0% of them. 1 more row is not among them, set aside for a blank: “no score” in survey answers (1)."],
        ),
        (
            lambda: narrate.columns_gaps(columns(a=0.0, b=0.1994), quality()),
            "good",
            ["in 20% or more of the rows kept", "19.9% of them"],
        ),
        (lambda: narrate.columns_gaps(columns(a=0.0, b=1e-9), quality()), "good", ["blank in <0.1% of them"]),
        (
            lambda: narrate.columns_gaps(columns(a=0.0, fax_number=0.19996), quality()),
            "neutral",
            ["1 of 2 columns is blank", "“fax number” in orders (20%)"],
        ),
        (
            lambda: narrate.columns_gaps(columns(a=0.9, b=0.8, c=0.7, d=0.6, e=0.5, f=0.4), quality()),
            "neutral",
            ["6 of 6 columns are blank", "“d” in orders (60%) and two more."],
        ),
    ],
    "view_of_customers": [
        (lambda: narrate.view_of_customers(matches()), "few", ["cannot be checked"]),
        (lambda: narrate.view_of_customers(matches(surveys=(0, 0))), "few", ["cannot be checked"]),
        (lambda: narrate.view_of_customers(matches(orders=(5, 5), surveys=(0, 0))), "good", ["Every customer"]),
        (
            lambda: narrate.view_of_customers(matches(orders=(1_000, 950), surveys=(10, 10))),
            "good",
            ["95.0% of the customers in orders (950 of 1,000); no other"],
        ),
        (
            lambda: narrate.view_of_customers(matches(orders=(1_000, 949))),
            "bad",
            ["94.9%", "(949 of 1,000).", "the other 51 customers"],
        ),
        (lambda: narrate.view_of_customers(matches(orders=(10, 9))), "bad", ["the other 1 customer,"]),
    ],
    "sales_rhythm": [
        (lambda: narrate.sales_rhythm(months([]), POUNDS), "few", ["No orders"]),
        (lambda: narrate.sales_rhythm(months([5.0] * 3), POUNDS), "few", ["cover 1 whole month."]),
        (lambda: narrate.sales_rhythm(months([5.0] * 25), POUNDS), "few", ["cover 23 whole months."]),
        (
            lambda: narrate.sales_rhythm(two_years(1_000_000, 1_080_000), POUNDS),
            "good",
            ["to January 2026 were £1.08m", "8% more than in the twelve months before (£1m)"],
        ),
        (
            lambda: narrate.sales_rhythm(two_years(1_000_000, 920_000), POUNDS),
            "bad",
            ["8% less", "List the twenty customers"],
        ),
        (lambda: narrate.sales_rhythm(two_years(1_000_000, 1_004_000), POUNDS), "neutral", ["about as much as"]),
        (lambda: narrate.sales_rhythm(two_years(1_005_100, 1_014_900), POUNDS), "neutral", ["about as much as"]),
        (lambda: narrate.sales_rhythm(two_years(0, 50), POUNDS), "neutral", ["There were none"]),
    ],
    "readiness": [
        (
            lambda: narrate.readiness(assess_readiness(READY)),
            "good",
            ["enough for value segments, the customer lifecycle, behavioural segments"],
        ),
        (
            lambda: narrate.readiness(assess_readiness(READY | {"treated_customers": 0})),
            "neutral",
            ["the drivers of the score. Data are missing for the return on campaigns."],
        ),
        (
            lambda: narrate.readiness(assess_readiness(READY | {"answers": 90, "buyers": 0})),
            "few",
            ["They are thin for the Net Promoter Score. Data are", "Start simple: one score for everyone"],
        ),
        (lambda: narrate.readiness(assess_readiness({"answers": 40})), "few", ["The data are thin for the Net"]),
        (lambda: narrate.readiness(assess_readiness({})), "few", ["Data are missing for value segments"]),
    ],
}


@pytest.mark.parametrize(("tell", "verdict", "parts"), branches_of(CASES))
class TestBranches(Branches):
    pass


@given(before=st.floats(0, 1e9), now=st.floats(0, 1e9))
@settings(deadline=None)
def test_sales_are_more_or_less_only_as_printed(before: float, now: float) -> None:
    statement = narrate.sales_rhythm(two_years(before, now), POUNDS)
    check_reads_well(statement)
    found = re.search(r"were (\S+) before returns, \S+ (more|less) than .* \((\S+)\)", statement.text)
    if found:
        assert found.group(1) != found.group(3)
        assert (found.group(2) == "more") == (now > before)


def test_sales_of_months_without_orders_count_as_nothing() -> None:
    """A month without orders has no row; the twelve months must not reach further back for it."""
    frame = months([100.0] * 26)
    statement = narrate.sales_rhythm(frame.drop(index=[20, 21]), POUNDS)
    assert "were £1,000 before returns, 17% less than in the twelve months before (£1,200)" in statement.text
