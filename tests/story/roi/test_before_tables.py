"""Tables of before and after."""

from math import nan

import pytest

from helpers.analysis.roi.before_figures import FIGURES
from helpers.story.roi import before_labels as labels
from helpers.story.roi import before_tables as tables
from helpers.story.table import rows_of
from tests.story.roi import before_samples as samples
from tests.story.roi.before_samples import found, measured
from tests.story.table_checks import Make, ShownTable, TableChecks, read
from tests.story.word_checks import POUNDS

TABLES: dict[str, ShownTable] = {
    "before_after": (
        lambda: tables.before_after(samples.DECLARED, POUNDS),
        [
            [
                "Customer lifetime value",
                "£1,000",
                "£1,200",
                "+£200 (+20%)",
                "A customer is worth £200 more: better, as declared",
            ],
            [
                "Conversion",
                "5%",
                "8%",
                "+3 points",
                "3 more of 100 leads become customers: better, as declared",
            ],
            [
                "Cost of winning a customer",
                "£50",
                "£40",
                "−£10 (−20%)",
                "Winning a customer costs £10 less: better, as declared",
            ],
            ["Churn", "15%", "10%", "−5 points", "5 fewer of 100 customers leave: better, as declared"],
        ],
    ),
    "definitions": (
        lambda: tables.definitions(samples.MIXED, POUNDS),
        [["Customer lifetime value", "as counted"], ["Conversion", "not told: needs trials"]],
    ),
}
EMPTY: dict[str, Make] = {
    "before_after": lambda: tables.before_after(found(), POUNDS),
    "definitions": lambda: tables.definitions(found(), POUNDS),
}


class TestBeforeTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_intervals_and_periods_where_there_are_any() -> None:
    table = tables.before_after(samples.MIXED, POUNDS)
    rows = read(table).rows
    assert rows[0][-2:] == ["95%\u00a0interval", "What it means"]
    assert rows[1] == [
        "Customer lifetime value",
        "£1,000",
        "£1,200",
        "+£200 (+20%)",
        "+£150 to +£250",
        "A customer is worth £200 more: better",
    ]
    assert rows[-1][-2:] == ["–", "Too few to say"]
    assert "Before: 1 October 2024 to 30 September 2025." in table.html
    assert "interval" not in tables.before_after(samples.DECLARED, POUNDS).html.split("<tbody")[0].split("</style>")[1]
    assert "Before:" not in tables.before_after(samples.DECLARED, POUNDS).html


def test_what_the_data_give_beside_a_declared_figure() -> None:
    row = measured("cac", 50, 40, nan, n=nan, basis="declared") | {"measured_before": 80.0, "measured_after": 75.5}
    html = tables.before_after(found(row), POUNDS).html
    assert "Cost of winning a customer was declared; the data give £80 and £76." in html
    assert "declared in the parameter file" in tables.definitions(found(row), POUNDS).html


@pytest.mark.parametrize(
    ("metric", "before", "after", "said"),
    [
        ("conversion", 0.5, 0.508, "8 more of 1,000 leads become customers: better"),
        ("conversion", 0.5, 0.51, "1 more of 100 leads become customers: better"),
        ("retention", 0.5, 0.45, "5 fewer of 100 customers come back: worse"),
        ("subscriber_churn", 0.5, 0.4, "10 fewer of 100 subscribers leave: better"),
        ("churn", 0.5, 0.55, "5 more of 100 customers leave: worse"),
        ("cac", 40, 50, "Winning a customer costs £10 more: worse"),
        ("roi", 5, 5.5, "Each £1 spent returns £0.50 more: better"),
        ("return_on_new_customers", 0.5, -0.5, "Each £1 spent on winning customers returns £1 less: worse"),
        ("revenue", 5_000, 15_000, "£10k more revenue: better"),
        ("revenue_per_customer", 100, 90, "A buyer spends £10 less: worse"),
        ("average_order", 100, 120, "An order is worth £20 more: better"),
        ("gross_margin", 0.4, 0.42, "£2 more is left of sales of £100: better"),
        ("customers", 2_000, 1_000, "1,000 fewer customers buy: worse"),
        ("new_customers", 100, 150, "50 more customers are won: better"),
        ("nps", 0.2, 0.1, "Customers recommend by 10 points less: worse"),
    ],
)
def test_what_a_change_means(metric: str, before: float, after: float, said: str) -> None:
    row = rows_of(found(measured(metric, before, after, 0.001)).rows)[0]
    assert labels.meaning(row, POUNDS) == said


def test_between_seasons_nothing_is_better_or_worse() -> None:
    better = rows_of(found(measured("customers", 1_000, 2_000, 0.001)).rows)[0]
    assert labels.meaning(better, POUNDS, same_season=False) == "1,000 more customers buy, in another season"
    declared = rows_of(samples.DECLARED.rows)[0]
    assert labels.meaning(declared, POUNDS, same_season=False) == "A customer is worth £200 more: better, as declared"
    assert "other sections may differ" in tables.before_after(samples.DECLARED, POUNDS).html
    assert "other sections may differ" not in tables.before_after(found(), POUNDS).html


def test_every_figure_has_a_name_and_a_meaning() -> None:
    assert set(labels.NAMES) == set(labels._MEANINGS) == set(FIGURES)


@pytest.mark.parametrize(("after", "change"), [(0.25, "+4.8 points"), (0.212, "+1.0 points"), (0.201, "−0.1 points")])
def test_shares_of_a_row_have_the_same_decimals(after: float, change: str) -> None:
    row = rows_of(found(measured("retention", 0.202, after, 0.01)).rows)[0]
    assert labels.change_text(row, POUNDS) == change


def test_whose_conversion_it_is() -> None:
    row = measured("conversion", 0.2, 0.4, 0.1)
    told = {labels.name_of(rows_of(found(row | more).rows)[0]) for more in ({}, {"note": "trials begun"})}
    assert told == {"Conversion of new leads", "Conversion of trials"}
    trials = rows_of(found(measured("conversion", 0.5, 0.55, 0.01) | {"note": "trials begun"}).rows)[0]
    assert labels.meaning(trials, POUNDS) == "5 more of 100 trials become customers: better"


def test_new_customers_by_the_list_have_a_name_of_their_own() -> None:
    """Beside those by first order, of whom the figures by segment tell."""
    row = measured("new_customers", 100, 150, 10)
    listed = row | {"note": "who were first known in the period and bought by its end"}
    assert [labels.name_of(r) for r in rows_of(found(row, listed).rows)] == [
        "New customers",
        "New customers, by the list",
    ]
    monthly = rows_of(found(measured("revenue", 1, 2, 0.1, unit="money a month")).rows)[0]
    assert labels.name_of(monthly) == "Revenue, 30 days"


def test_one_point_is_one() -> None:
    row = rows_of(found(measured("retention", 0.20, 0.21, 0.001)).rows)[0]
    assert labels.change_text(row, POUNDS) == "+1 point"


def test_a_verdict_needs_an_interval_that_is_clear_as_printed() -> None:
    """From 0.6 of a penny to 1.4 it begins at £0.01; from a hundredth of a penny, at £0.00."""
    row = rows_of(found(measured("cltv", 10.0, 10.01, 0.004)).rows)[0]
    assert row.verdict == "better"
    assert labels.judged(row, POUNDS) == "better"
    close = rows_of(found(measured("cltv", 10.0, 10.01, 0.0099)).rows)[0]
    assert close.verdict == "better"
    assert labels.judged(close, POUNDS) == "unclear"
    assert labels.meaning(close, POUNDS) == "No clear change"


def test_no_change_is_none() -> None:
    row = rows_of(found(measured("cac", 40, 40, nan, n=nan)).rows)[0]
    assert labels.meaning(row, POUNDS) == "No change"
