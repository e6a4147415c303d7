"""Charts of the lifecycle."""

from collections.abc import Callable, Sequence

import pandas as pd

from helpers.story import fmt
from helpers.story.chart import Chart
from helpers.story.lifecycle import charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.chart_room import text_lines
from tests.story.lifecycle.results import CUTS, GRID, LIFE, NO_CUTS, NO_MOVES, life, moves, staying

POUNDS = fmt.Money("GBP")
CHARTS: dict[str, ToldChart] = {
    "groups": (lambda: charts.groups(LIFE, POUNDS), ["loyal 15% of customers and 30% of spend", "dormant 8% of"]),
    "next_order": (
        lambda: charts.next_order(CUTS),
        ["make another order within 102 days: after 1 58%", "after 6 91%", "Loyal from order 5 on"],
    ),
    "cohorts": (lambda: charts.cohorts(GRID, "quarter"), ["2025 Q1 89%; 2025 Q2 68%; 2025 Q3 17%"]),
    "survival": (lambda: charts.survival(staying()), ["left after 12 months 76%; 24 months 52%"]),
    "moves": (lambda: charts.moves(moves()), ["lead 99%; active 85%; loyal 96%; high value 98%; dormant 95%"]),
}
EMPTY: dict[str, Draw] = {
    "groups": lambda: charts.groups(life([0] * 5), POUNDS),
    "next_order": lambda: charts.next_order(NO_CUTS),
    "cohorts": lambda: charts.cohorts(GRID[GRID["period"] == 0], "month"),
    "survival": lambda: charts.survival(staying(ended=0)),
    "moves": lambda: charts.moves(NO_MOVES),
}


def named(text: str) -> Chart:
    found = staying()
    for frame in (found.curves, found.medians):
        frame["group"] = frame["group"].replace("Trade fair", text)
    return charts.survival(found)


ODD: dict[str, Callable[[str], Sequence[Chart]]] = {
    "groups": lambda text: [charts.groups(LIFE, fmt.Money(text[:3]))],
    "survival": lambda text: [named(text)],
}


class TestLifecycleCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD
    textless = ("cohorts", "moves", "next_order")


def test_without_amounts_nothing_is_said_of_spend() -> None:
    chart = charts.groups(life([10, 20, 30, 0, 40]), POUNDS)
    assert chart.svg and "spend" not in chart.alt


def test_stages_without_anyone_are_left_out() -> None:
    chart = charts.groups(life([0, 20, 30, 10, 40], [0.0, 1.0, 1.0, 1.0, 1.0]), POUNDS)
    assert "lead" not in chart.alt and "active 20% of customers" in chart.alt
    without = moves()
    without.moves.loc[without.moves["from_status"].isin(["lead", "new"]), "share"] = 0.0
    assert len(charts.moves(without).svg) < len(charts.moves(moves()).svg)


def test_groups_that_do_not_differ_are_not_drawn() -> None:
    assert len(charts.survival(staying(p_value=0.05)).svg) < len(charts.survival(staying(p_value=0.049)).svg)


def test_visits_are_called_so() -> None:
    drawn = (charts.next_order(CUTS, of_visits=True), charts.survival(staying(), of_visits=True))
    assert ["order" in c.title + c.alt for c in drawn] == [False, False]
    assert "visited again in the month" in charts.cohorts(GRID, "month", of_visits=True).alt


def test_long_histories_are_cut_to_what_can_be_read() -> None:
    starts = pd.date_range("2020-01-01", periods=40, freq="MS")
    rows = [(s, p, 100, 0.5) for s in starts for p in range(20)]
    grid = pd.DataFrame(rows, columns=["cohort", "period", "customers", "retention"])
    alt = charts.cohorts(grid, "month").alt
    assert "Apr 2023" in alt and "Feb 2022" not in alt
    assert "2020 50%" in charts.cohorts(grid[grid["cohort"] == starts[0]], "year").alt


def test_what_a_bar_says_ends_before_the_next_panel() -> None:
    drawn = charts.groups(life([1_663, 431, 1_851, 168, 911], [0, 223e3, 11.4e6, 12.5e6, 1.4e6]), POUNDS)
    for svg in (drawn.svg, drawn.narrow):
        lines = text_lines(svg)
        second = next(line.left for line in lines if line.text == "Spend")
        assert [line.text for line in lines if line.left < second < line.right + 4 and "%, " in line.text] == []
