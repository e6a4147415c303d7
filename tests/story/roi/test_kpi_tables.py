"""Tables of key figures, targets, proposals and definitions."""

from dataclasses import replace

import pandas as pd

from helpers.story.roi import kpi_tables as tables
from helpers.story.roi.kpi_terms import form_of, in_reading_order, months, times
from tests.analysis.roi.kpi_samples import by, figures, lead, people
from tests.story.roi.kpi_samples import ADVICE, BUSINESS, HALF, NO_COST, NO_TARGETS, NOTHING, SELDOM, judged
from tests.story.table_checks import Make, ShownTable, TableChecks, read
from tests.story.word_checks import POUNDS

TABLES: dict[str, ShownTable] = {
    "groups": (
        lambda: tables.groups(BUSINESS, POUNDS),
        [
            ["Group", "In the group", "Revenue", "Margin a customer", "Stayed", "Value in five years"],
            [
                "Champions",
                "300",
                "£60k",
                "£80",
                "100% (99% to >99%)",
                "£332",
                "£20",
                "17",
                "3.0",
            ],
            ["Lost", "100", "£0", "£0", "0% (<1% to 4%)", "–"],
            ["New in the period", "–", "£2,502", "£20", "–", "£20", "–"],
            ["All customers", "–", "£64.3k", "£70", "70% (65% to 74%)"],
        ],
    ),
    "other_groupings": (
        lambda: tables.other_groupings(BUSINESS, POUNDS),
        [["Region"], ["North", "255", "£51k"], ["South", "115"]],
    ),
    "judged": (
        lambda: tables.judged(judged({"retention": 0.95}), POUNDS),
        [
            ["Retention"],
            ["All customers", "All customers", "70% (65% to 74%)", "95%", "Misses"],
            ["Champions", "Value segments", "95%", "Meets"],
            ["Repeat buyers", "Value segments", "33% (20% to 49%)", "95%", "Misses"],
        ],
    ),
    "advice": (
        lambda: tables.advice(ADVICE, POUNDS),
        [
            ["Isle", "Region", "Drop as a group", "Too few customers to steer by", "Customers: 12, limit 30"],
            ["North + South", "Region", "Merge", "Retention: at most 4% apart, limit 10%"],
            ["Champions", "Value segments", "Split", "Retention: 30 points apart, limit 15"],
            ["Buyer", "Split", "Revenue share of the best tenth: 70%, limit 60%"],
        ],
    ),
    "definitions": (
        lambda: tables.definitions(BUSINESS, POUNDS),
        [
            ["Average order", "£93 (£92 to £95)", "revenue", "orders", "money an order"],
            [
                "Retention",
                "70% (65% to 74%)",
                "customers who bought in the equally long period before",
                "share in 12 months",
            ],
            ["Conversion", "45% (36% to 55%)", "of these, who bought for the first time in the period"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "groups": lambda: tables.groups(NOTHING, POUNDS),
    "other_groupings": lambda: tables.other_groupings(NO_COST, POUNDS),
    "judged": lambda: tables.judged(NO_TARGETS, POUNDS),
    "advice": lambda: tables.advice(ADVICE.head(0), POUNDS),
    "definitions": lambda: tables.definitions(NOTHING, POUNDS),
}


class TestKpiTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_what_is_known_of_no_group_has_no_column() -> None:
    heads = read(tables.groups(NO_COST, POUNDS)).rows[0]
    assert heads == ["Group", "Customers", "Revenue", "Margin a customer", "Stayed", "Value in five years"]
    assert "Who stayed is not known: customers order so seldom" in tables.groups(SELDOM, POUNDS).html
    assert "a season may sway it" in tables.groups(HALF, POUNDS).html
    assert "a season may sway it" not in tables.groups(NO_COST, POUNDS).html


def test_against_the_average_only_what_is_clear_is_shown() -> None:
    rows = read(tables.judged(judged({}), POUNDS)).rows
    assert [(row[0], row[-1]) for row in rows[2:]] == [("South", "Worse"), ("North", "Better")]
    assert rows[0][-2] == "All customers"


def test_groups_of_today_say_that_staying_is_not_told_of_them() -> None:
    found = replace(BUSINESS, moments={"everyone": "fixed", "rfm_segment": "today", "region": "fixed"})
    assert "Groups are today&#x27;s" in tables.groups(found, POUNDS).html


def test_rows_keep_their_own_order_or_the_best_first() -> None:
    wide = pd.DataFrame(
        {
            "segmentation": ["size"] * 3 + ["region"] * 4,
            "segment": ["10-49", "(unknown)", "1-9", "North", "New in the period", "South", "West"],
            "margin_per_customer": [9.0, 8.0, 7.0, 1.0, 99.0, 3.0, float("nan")],
        }
    )
    assert in_reading_order(wide)["segment"].tolist() == [
        *("1-9", "10-49", "(unknown)", "South", "North", "West", "New in the period")
    ]


def test_forms_of_figures() -> None:
    written = {
        kpi: form_of(kpi, POUNDS)(1.26) for kpi in ("churn", "customers", "cltv_cac", "payback_months", "roi", "cac")
    }
    assert written == {
        **{"churn": "126%", "customers": "1", "cltv_cac": "1.3", "payback_months": "1.3 months", "roi": "126%"},
        "cac": "£1.26",
    }
    assert [times(x) for x in (0.04, 9.94, 9.96)] == ["0.0", "9.9", "10"]
    assert [months(x) for x in (0.99, 1.0, 9.94, 10.4, float("nan"))] == [
        *("under 1 month", "1 month", "9.9 months", "10 months", "–")
    ]


def test_other_groupings_of_a_list_alone_hold_nothing() -> None:
    nobody = people(lead(40), lead(40))
    both = [by(name, nobody, ("A", 40), ("B", 40)) for name in ("region", "role")]
    shown = tables.other_groupings(figures(nobody, *both, period=NOTHING.period), POUNDS)
    assert "Nothing to show" in shown.html
