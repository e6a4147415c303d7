"""What the titles of the charts of what arrived say, and when they say nothing."""

import pandas as pd

from helpers.story.data_profile import column_charts, titles
from tests.story import samples
from tests.story.title_checks import TitleChecks, ToldTitle
from tests.story.word_checks import POUNDS


def months(last: float, before: float, **more: object) -> pd.DataFrame:
    """Two years of sales, alike within each."""
    month = pd.date_range("2024-10-01", periods=24, freq="MS")
    return pd.DataFrame({"month": month, "spend": [before] * 12 + [last] * 12, "order_count": 9}).assign(**more)


def pairs(*rows: tuple[str, str, float], n: int = 99) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["left", "right", "correlation"]).assign(table="orders", n=n)


CASES: dict[str, list[ToldTitle]] = {
    "rows": [
        (lambda: titles.rows(samples.TABLES), "73% of 544,655 rows received were kept"),
        (lambda: titles.rows(samples.TABLES.head(0)), ""),
    ],
    "coverage": [
        (lambda: titles.coverage(samples.COVERAGE, 10), "60% of customers are known to all three sources"),
        (
            lambda: titles.coverage(samples.COVERAGE.drop(columns="surveys"), 10),
            "60% of customers are known to both sources",
        ),
        (lambda: titles.coverage(samples.COVERAGE.tail(2), 10), ""),
        (lambda: titles.coverage(samples.COVERAGE.iloc[::-1], 2), ""),
    ],
    "monthly_volume": [
        (
            lambda: titles.monthly_volume(months(110, 100), POUNDS),
            "Sales of the last twelve whole months are up 10% on the year",
        ),
        (
            lambda: titles.monthly_volume(months(90, 100, partial=False), POUNDS),
            "Sales of the last twelve whole months are down 10% on the year",
        ),
        (lambda: titles.monthly_volume(months(100, 100), POUNDS), ""),
        (lambda: titles.monthly_volume(months(110, 100).tail(20), POUNDS), ""),
    ],
    "filled": [
        (lambda: titles.filled(2, 50, "95%"), "2 of 50 columns have a value in under 95% of rows"),
        (lambda: titles.filled(0, 50, "95%"), ""),
    ],
    "sudden_changes": [
        (lambda: titles.sudden_changes(1), "One measure has changed suddenly and stayed so"),
        (lambda: titles.sudden_changes(3), "Three measures have changed suddenly and stayed so"),
        (lambda: titles.sudden_changes(0), ""),
    ],
    "correlations": [
        (
            lambda: titles.correlations(pairs(("art", "food", -0.3), ("food_stalls", "shops", 0.62))),
            "Food stalls and shops rise together: correlation 0.62",
        ),
        (
            lambda: titles.correlations(pairs(("art", "food", -0.7), ("food", "shops", 0.62))),
            "Art and food move in opposite ways: correlation −0.70",
        ),
        (lambda: titles.correlations(pairs(("art", "food", -0.62), ("food", "shops", 0.62), n=4)), ""),
        (lambda: titles.correlations(pairs(("art", "food", 0.1))), ""),
        (lambda: titles.correlations(pairs()), ""),
    ],
}


class TestDataProfileTitles(TitleChecks):
    module, cases = titles, CASES


def test_columns_with_long_names_leave_the_topic() -> None:
    chart = column_charts.correlations(samples.PAIRS.replace("shops", "x" * 200))
    assert chart.title == "Which numbers move together"
