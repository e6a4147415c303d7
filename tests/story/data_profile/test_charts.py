"""Charts of the data received: rows, customers by source and months."""

import re
from collections.abc import Callable

import pandas as pd
import pytest

from helpers.story import fmt
from helpers.story.chart import Chart
from helpers.story.data_profile import charts
from tests.story import samples
from tests.story.chart_checks import ChartChecks, Draw, ToldChart

POUNDS = fmt.Money("GBP")

CHARTS: dict[str, ToldChart] = {
    "rows": (
        lambda: charts.rows(samples.TABLES.assign(rows_kept=[392_692, 2_740], rows_set_aside=[149_217, 6])),
        ["Orders: 392,692 of 541,909 rows kept (72%)", "2,740 of 2,746 rows kept (>99%)"],
    ),
    "coverage": (
        lambda: charts.coverage(samples.COVERAGE),
        ["orders, customers and survey answers: 600 (60%)", "customers: 300 (30%); orders: 100 (10%)"],
    ),
    "monthly_volume": (
        lambda: charts.monthly_volume(samples.MONTHS, POUNDS),
        ["December 2010 to March 2011", "1,400 orders", "Highest spend: £579k in March 2011"],
    ),
}
EMPTY: dict[str, Draw] = {
    "rows": lambda: charts.rows(samples.TABLES.head(0)),
    "coverage": lambda: charts.coverage(samples.COVERAGE.head(0)),
    "monthly_volume": lambda: charts.monthly_volume(samples.MONTHS.head(0), POUNDS),
}
ODD: dict[str, Callable[[str], list[Chart]]] = {
    "rows": lambda text: [
        charts.rows(samples.TABLES.assign(table=text, rows_kept=1, rows_set_aside=[541_908, 2_745])),
        charts.rows(samples.TABLES.assign(table=text)),
    ],
}


class TestDataProfileCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD
    textless = ("coverage", "monthly_volume")


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: charts.rows(samples.TABLES), "(72%); 1 table kept every row."),
        (lambda: charts.rows(samples.TABLES.tail(1)), "received. 1 table kept every row."),
        (lambda: charts.monthly_volume(samples.MONTHS.head(1), POUNDS), "£552k in December 2010"),
    ],
)
def test_one_bar_is_no_comparison_and_is_said_in_words(draw: Draw, said: str) -> None:
    assert said in draw().alt
    assert draw().svg == ""


def test_without_amounts_the_months_show_orders_alone() -> None:
    shown = charts.monthly_volume(samples.MONTHS.assign(spend=float("nan")), POUNDS)
    assert shown.alt.startswith("Orders by month, December 2010 to March 2011. First month 1,400 orders")
    assert "Most: " in shown.alt
    assert not {"£", "pend", "nan"} & set(
        re.findall("£|pend|nan", shown.alt + re.sub("<style.*?</style>", "", shown.svg))
    )


def test_months_without_orders_keep_their_place() -> None:
    """December, January, March: the third bar stands three months after the first, not two."""
    with_gap = charts.monthly_volume(samples.MONTHS, POUNDS).svg
    filled = samples.MONTHS.assign(month=pd.to_datetime(["2010-12-01", "2011-01-01", "2011-02-01"]))
    assert with_gap != charts.monthly_volume(filled, POUNDS).svg
    as_text = samples.MONTHS.assign(month=["2010-12", "2011-01", "2011-03"])
    as_periods = samples.MONTHS.assign(month=pd.PeriodIndex(as_text["month"], freq="M"))
    assert charts.monthly_volume(as_text, POUNDS).svg == charts.monthly_volume(as_periods, POUNDS).svg == with_gap
