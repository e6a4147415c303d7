"""The narrators of the data received, at their branches: rows, matches, months, readiness and segmentation."""

import re
from collections.abc import Iterable

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.data_profile.readiness import assess_readiness
from helpers.story.data_profile import words
from tests.story import samples
from tests.story.word_checks import POUNDS, Case, WordChecks, check_reads_well


def received(rows_in: int, aside: int, tables: int = 1) -> pd.DataFrame:
    rest = tables - 1
    return pd.DataFrame({"rows_in": [rows_in, *[0] * rest], "rows_set_aside": [aside, *[0] * rest]})


def quality(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["table", "check", "rows_set_aside"])


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


def counted(months: pd.DataFrame) -> pd.DataFrame:
    """The same with orders in place of spend, as where orders have no amounts."""
    return months.assign(order_count=months["spend"].round().astype(int), spend=float("nan"))


def coverage(*rows: tuple[bool, bool, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customers", "surveys", "customers_known"])


def totals(n: int, known: int, ended: int, *, subscribers: int | None = None, months: float = 29.0) -> dict[str, float]:
    found = {
        "subscriptions": n,
        "subscribers": n if subscribers is None else subscribers,
        "known": known,
        "ended": ended,
    }
    return {**found, "median_tenure_months": months}


READY = {"buyers": 900, "repeat_share": 0.5, "history_days": 900, "answers": 900, "ratings": 3} | dict.fromkeys(
    ("control_customers", "treated_customers"), 3_000
)
ORDERS_READY = {"buyers": 900, "repeat_share": 0.5, "history_days": 900}

CASES: dict[str, list[Case]] = {
    "received": [
        (lambda: words.received(received(0, 0), quality()), "few", ["no rows", "Ask for the export again."]),
        (
            lambda: words.received(received(64_000, 0, 2), quality()),
            "good",
            ["64,000 rows in 2 tables", "all of them"],
        ),
        (
            lambda: words.received(received(1_000, 49), quality(("orders", "no customer_id", 49))),
            "neutral",
            ["49 of them aside (4.9%), for “no customer number”. "],
        ),
        (
            lambda: words.received(received(1_000, 50), quality(("orders", "no amount", 1), ("orders", "b", 49))),
            "bad",
            ["(5.0%), most often for “b” in orders (49 rows)", "the orders export about “b”"],
        ),
        (
            lambda: words.received(received(10, 5), quality()),
            "bad",
            ["5 of them aside (50.0%).", "Look through"],
        ),
    ],
    "view_of_customers": [
        (lambda: words.view_of_customers(matches()), "few", ["cannot be checked"]),
        (lambda: words.view_of_customers(matches(surveys=(0, 0))), "few", ["cannot be checked"]),
        (lambda: words.view_of_customers(matches(orders=(5, 5), surveys=(0, 0))), "good", ["Every customer"]),
        (
            lambda: words.view_of_customers(matches(orders=(1_000, 950), surveys=(10, 10))),
            "good",
            ["95.0% of the customers in orders (950 of 1,000); no other"],
        ),
        (
            lambda: words.view_of_customers(matches(orders=(1_000, 949))),
            "bad",
            ["94.9%", "(949 of 1,000).", "the other 51 customers"],
        ),
        (lambda: words.view_of_customers(matches(orders=(10, 9))), "bad", ["the other 1 customer,"]),
    ],
    "sales_rhythm": [
        (lambda: words.sales_rhythm(months([]), POUNDS), "few", ["No purchases"]),
        (lambda: words.sales_rhythm(months([5.0] * 3), POUNDS), "few", ["cover 1 whole month."]),
        (lambda: words.sales_rhythm(months([5.0] * 25), POUNDS), "few", ["cover 23 whole months."]),
        (
            lambda: words.sales_rhythm(two_years(1_000_000, 1_080_000), POUNDS),
            "good",
            ["to January 2026 were £1.08m", "8% more than in the twelve months before (£1m)"],
        ),
        (
            lambda: words.sales_rhythm(two_years(1_000_000, 920_000), POUNDS),
            "bad",
            ["8% less", "List the twenty customers"],
        ),
        (lambda: words.sales_rhythm(two_years(1_000_000, 1_004_000), POUNDS), "neutral", ["about as much as"]),
        (lambda: words.sales_rhythm(two_years(1_005_100, 1_014_900), POUNDS), "neutral", ["about as much as"]),
        (lambda: words.sales_rhythm(two_years(0, 50), POUNDS), "neutral", ["There were none"]),
        (
            lambda: words.sales_rhythm(counted(two_years(1_200, 1_296)), POUNDS),
            "good",
            ["Customers placed 1,296 orders in the twelve months to January 2026, 8% more than", "before (1,200)."],
        ),
        (
            lambda: words.sales_rhythm(counted(two_years(2_400, 2_400)), POUNDS),
            "neutral",
            ["about as many as", "2,400"],
        ),
        (lambda: words.sales_rhythm(counted(two_years(0, 12)), POUNDS), "neutral", ["12 orders", "There were none"]),
    ],
    "subscribers": [
        (lambda: words.subscribers(totals(0, 0, 0)), "few", ["No subscriptions were supplied"]),
        (
            lambda: words.subscribers(totals(7_043, 7_043, 1_869)),
            "neutral",
            ["27% of 7,043 subscriptions have ended. Half have run for 29 months or longer."],
        ),
        (
            lambda: words.subscribers(totals(90, 80, 20, subscribers=70)),
            "neutral",
            ["25% of 80 subscriptions whose end is recorded have ended. They are held by 70 customers. Half"],
        ),
        (
            lambda: words.subscribers(totals(90, 0, 0, months=float("nan"))),
            "neutral",
            ["There are 90 subscriptions; no end is recorded for any."],
        ),
        (lambda: words.subscribers(totals(1, 1, 0)), "neutral", ["0% of 1 subscription has ended."]),
    ],
    "readiness": [
        (
            lambda: words.readiness(assess_readiness(READY)),
            "good",
            ["enough for value segments, the customer lifecycle, behavioural segments"],
        ),
        (
            lambda: words.readiness(assess_readiness(READY | {"treated_customers": 0})),
            "neutral",
            ["the drivers of the score. Data are missing for the return on campaigns."],
        ),
        (
            lambda: words.readiness(assess_readiness(READY | {"answers": 90, "buyers": 0})),
            "few",
            [
                "The data are enough for three of seven questions, but thin for the Net Promoter Score, "
                "and missing for three other questions.",
                "Start simple: one score for everyone",
            ],
        ),
        (lambda: words.readiness(assess_readiness({"answers": 40})), "few", ["The data are thin for the Net"]),
        (lambda: words.readiness(assess_readiness({})), "few", ["Data are missing for every question of this report."]),
        (
            lambda: words.readiness(assess_readiness({"buyers": 384, "repeat_share": 0.036, "history_days": 361})),
            "few",
            [
                "The data are thin for value segments, the customer lifecycle and behavioural segments, "
                "and missing for four other questions. Start simple: 4 scores a measure instead of 5",
            ],
        ),
        (
            lambda: words.readiness(assess_readiness({"grouped": 399, "features": 6, "buyers": 0})),
            "few",
            ["for behavioural segments, and missing for six other questions. Start simple: group by 5 measures"],
        ),
    ],
    "coverage": [
        (lambda: words.coverage(coverage()), "few", []),
        (
            lambda: words.coverage(coverage((True, True, 9))),
            "good",
            ["9 customers are named in two sources, and each"],
        ),
        (lambda: words.coverage(coverage((True, True, 1))), "good", ["1 customer is named"]),
        (
            lambda: words.coverage(samples.COVERAGE),
            "neutral",
            ["60% of them are in every source, 40% in one only, most of these in “Customers” (300)"],
        ),
        (
            lambda: words.coverage(coverage((True, True, 8), (True, False, 2))),
            "neutral",
            ["20% in one only, namely in “Customers” (2)"],
        ),
    ],
    "segmentation": [
        (lambda: words.segmentation(assess_readiness(ORDERS_READY)), "good", ["Yes: "]),
        (
            lambda: words.segmentation(assess_readiness(ORDERS_READY | {"buyers": 400})),
            "few",
            [
                "In part: the data are enough for segments by behaviour, but are thin for segments by value",
                "4 scores a measure",
            ],
        ),
        (
            lambda: words.segmentation(assess_readiness({"buyers": 80, "repeat_share": 0.3, "history_days": 400})),
            "few",
            ["Only in a simple way. 80 buyers in 25 cells are about 3 a cell", "Start simple: 2 scores"],
        ),
        (lambda: words.segmentation(assess_readiness({})), "few", ["No. There are no orders", "Collect orders"]),
        (
            lambda: words.segmentation(assess_readiness({"grouped": 399, "features": 6, "buyers": 0})),
            "few",
            [
                "By behaviour, with care: 399 customers are few to group by 6 measures: the next may change "
                "the groups. By value, no: there are no orders to score customers by. Start simple",
            ],
        ),
        (
            lambda: words.segmentation(assess_readiness({"grouped": 399, "features": 2, "buyers": 0})),
            "neutral",
            ["By behaviour, yes. By value, no: there are no orders"],
        ),
    ],
}


class TestDataProfileWords(WordChecks):
    module, cases = words, CASES
    counted = ("received", "view_of_customers", "sales_rhythm", "readiness", "coverage", "segmentation", "subscribers")
    not_for_the_cover = ("view_of_customers",)
    limits = ("24", "2025", "2026")


@given(before=st.floats(0, 1e9), now=st.floats(0, 1e9))
@settings(deadline=None)
def test_sales_are_more_or_less_only_as_printed(before: float, now: float) -> None:
    statement = words.sales_rhythm(two_years(before, now), POUNDS)
    check_reads_well(statement)
    found = re.search(r"were (\S+) before returns, \S+ (more|less) than .* \((\S+)\)", statement.text)
    if found:
        assert found.group(1) != found.group(3)
        assert (found.group(2) == "more") == (now > before)


def test_sales_of_months_without_orders_count_as_nothing() -> None:
    """A month without orders has no row; the twelve months must not reach further back for it."""
    frame = months([100.0] * 26)
    statement = words.sales_rhythm(frame.drop(index=[20, 21]), POUNDS)
    assert "were £1,000 before returns, 17% less than in the twelve months before (£1,200)" in statement.text


def test_orders_without_money_are_told_without_a_word_of_it() -> None:
    statement = words.sales_rhythm(counted(two_years(1_200, 1_100)), POUNDS)
    said = f"{statement.text} {statement.action} {statement.figures}".lower()
    assert not re.search("£|spen|sales|amount|returns", said)
    assert statement.values["orders_before"] == 1_200
