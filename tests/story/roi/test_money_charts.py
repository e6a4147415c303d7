"""Charts of a programme's cash, of the way to its net gain and of what it hangs on."""

from collections.abc import Callable

from helpers.analysis.roi.cash import explain_gain, project_cash
from helpers.story import fmt
from helpers.story.chart import GOOD, Chart
from helpers.story.roi import money_charts as charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.roi.cases import FREE, LOSES, PAYS, outlook, programme

POUNDS = fmt.Money("GBP")
PLANNED = programme(PAYS, monthly=0.0, rate=0.0)
NONE = programme(FREE)

CHARTS: dict[str, ToldChart] = {
    "cash": (
        lambda: charts.cash(PLANNED, project_cash(PLANNED), POUNDS),
        ["£2,000 after 12 months", "paid for itself by month 3"],
    ),
    "waterfall": (
        lambda: charts.waterfall(explain_gain(project_cash(PLANNED)), POUNDS),
        ["Extra revenue £7,000; Cost of goods −£3,500; Cost of contacts −£1,000; One-off cost −£500; Net gain £2,000."],
    ),
    "tornado": (
        lambda: charts.tornado(outlook(PAYS), POUNDS),
        ["the margin from 47% to 53%", "what it costs from −7% to +7%", "the lift per customer from £"],
    ),
}
EMPTY: dict[str, Draw] = {
    "cash": lambda: charts.cash(NONE, project_cash(NONE), POUNDS),
    "waterfall": lambda: charts.waterfall(explain_gain(project_cash(NONE)), POUNDS),
    "tornado": lambda: charts.tornado(outlook(FREE), POUNDS),
}
ODD: dict[str, Callable[[str], list[Chart]]] = {}


class TestMoneyCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD
    textless = ("cash", "waterfall", "tornado")


def test_a_programme_that_never_pays_has_no_mark_for_it() -> None:
    losing = programme(LOSES)
    chart = charts.cash(losing, project_cash(losing), POUNDS)
    assert "not paid for itself by then" in chart.alt
    assert GOOD not in chart.svg
