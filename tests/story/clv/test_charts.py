"""Charts of lifetime value."""

from dataclasses import replace

import pandas as pd

from helpers.story import fmt
from helpers.story.clv import charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.chart_room import text_lines
from tests.story.clv import samples
from tests.story.clv.samples import NOBODY, RENEWING, TESTED, WORTH

POUNDS = fmt.Money("GBP")
BEGAN = pd.Timestamp("2025-01-06")
CHARTS: dict[str, ToldChart] = {
    "tenths": (
        lambda: charts.tenths(WORTH, POUNDS),
        ["Share of value so far and in the next 12 months: tenth 1 51% and 57%; tenth 2 17% and 17%"],
    ),
    "tracking": (
        lambda: charts.tracking(TESTED, BEGAN),
        ["At the split 680 had come and 714 were forecast; at the end 1,040 and 1,092."],
    ),
    "by_frequency": (
        lambda: charts.by_frequency(TESTED),
        ["Never 0.1, forecast 0.1; Once 0.4, forecast 0.3; Two times", "Seven or more times 3.8, forecast 4.0"],
    ),
    "retention": (
        lambda: charts.retention(RENEWING),
        ["1 month >99%, model >99%; 6 months 97%, model 98%", "60 months 70%, model 76%"],
    ),
}
EMPTY: dict[str, Draw] = {
    "tenths": lambda: charts.tenths(NOBODY, POUNDS),
    "tracking": lambda: charts.tracking(samples.untested("short"), pd.NaT),
    "by_frequency": lambda: charts.by_frequency(samples.untested("short")),
    "retention": lambda: charts.retention(samples.unrenewed("few")),
}


class TestClvCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd = {"tenths": lambda text: [charts.tenths(WORTH, fmt.Money(text[:3]))]}  # noqa: RUF012
    textless = ("tracking", "by_frequency", "retention")


def test_without_a_forecast_the_tenths_tell_what_was() -> None:
    chart = charts.tenths(samples.UNFORECAST, POUNDS)
    assert "tenth 1 51%; tenth 2 17%" in chart.alt
    assert chart.title == "The top tenth of customers has brought 51% of value"
    assert "What each tenth of customers has brought. Customers ranked" in chart.svg


def test_where_the_model_missed_the_curve_goes_on() -> None:
    assert charts.retention(replace(RENEWING, method="curve")).svg != charts.retention(RENEWING).svg


def test_fewer_groups_and_a_late_split() -> None:
    few = replace(TESTED, by_frequency=TESTED.by_frequency.head(1).assign(actual=0.0, expected=0.0))
    assert "Never 0.0, forecast 0.0." in charts.by_frequency(few).alt
    late = TESTED.tracking.assign(later=[week > 50 for week in range(1, 53)])
    assert "At the split 1,000" in charts.tracking(replace(TESTED, tracking=late), BEGAN).alt


def test_shares_stand_at_the_quarters() -> None:
    shown = [line.text for line in text_lines(charts.retention(RENEWING).svg)]
    assert [text for text in shown if text.endswith("%")] == ["0%", "25%", "50%", "75%", "100%"]
