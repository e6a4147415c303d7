"""Charts of the columns: how far they are filled, what changed suddenly, which numbers move together."""

from collections.abc import Callable
from itertools import pairwise

import pandas as pd

from helpers.story.chart import BAD, Chart
from helpers.story.data_profile import column_charts
from tests.story import samples
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.chart_room import text_lines

CHARTS: dict[str, ToldChart] = {
    "filled": (
        lambda: column_charts.filled(samples.COLUMNS),
        ["Comment in survey answers 29%; Customer number in orders 75%", "at least 95% in 1 of 3 columns"],
    ),
    "sudden_changes": (
        lambda: column_charts.sudden_changes(samples.COURSES, samples.ALERTS),
        ["What changed suddenly. Orders: from 4 May 2026 on the number of rows is 50% lower"],
    ),
    "correlations": (
        lambda: column_charts.correlations(samples.PAIRS),
        ["Survey answers: food with shops 0.62 and art with food −0.31."],
    ),
}
EMPTY: dict[str, Draw] = {
    "filled": lambda: column_charts.filled(samples.COLUMNS.head(0)),
    "sudden_changes": lambda: column_charts.sudden_changes(samples.COURSES.head(0), samples.ALERTS.head(1)),
    "correlations": lambda: column_charts.correlations(samples.PAIRS.head(0)),
}

ODD: dict[str, Callable[[str], list[Chart]]] = {
    "filled": lambda text: [
        column_charts.filled(samples.COLUMNS.assign(table=[text, text, "b"], column=[text, "b", text]))
    ],
    "sudden_changes": lambda text: [
        column_charts.sudden_changes(samples.COURSES.assign(table=text), samples.ALERTS.assign(table=text))
    ],
    "correlations": lambda text: [
        column_charts.correlations(samples.PAIRS.assign(table=text)),
        column_charts.correlations(samples.PAIRS.replace({"left": {"food": text}})),
    ],
}


class TestDataProfileColumnCharts(ChartChecks):
    module, charts, empty, odd = column_charts, CHARTS, EMPTY, ODD


def test_one_bar_is_no_comparison_and_is_said_in_words() -> None:
    chart = column_charts.filled(samples.COLUMNS.tail(1))
    assert "Comment in survey answers 29%; at least 95% in 0 of 1 column." in chart.alt
    assert chart.svg == ""


def test_numbers_are_drawn_from_a_medium_correlation_on_and_only_of_three_columns() -> None:
    def drawn(*rows: tuple[str, str, float]) -> str:
        frame = pd.DataFrame(rows, columns=["left", "right", "correlation"]).assign(table="orders", n=99)
        return column_charts.correlations(frame).svg

    assert drawn(("a", "b", -0.3), ("a", "c", 0.0), ("b", "c", float("nan")))
    assert not drawn(("a", "b", -0.29), ("a", "c", 0.0), ("b", "c", 0.1))
    assert not drawn(("a", "b", 0.9))


def test_of_many_numbers_the_closest_are_drawn() -> None:
    names = [f"c{i}" for i in range(12)]
    rows = [(a, b, 0.9 if {a, b} <= set(names[4:8]) else 0.3) for i, a in enumerate(names) for b in names[i + 1 :]]
    frame = pd.DataFrame(rows, columns=["left", "right", "correlation"]).assign(table="orders", n=99)
    chosen = column_charts._closest(frame, names)
    assert len(chosen) == 8 and set(names[4:8]) <= set(chosen)


def test_of_many_changes_five_are_drawn_and_all_are_told() -> None:
    changes = pd.concat([samples.ALERTS.query("alert == 'sudden change'")] * 7, ignore_index=True)
    chart = column_charts.sudden_changes(samples.COURSES, changes)
    assert chart.alt.count("Orders: from 4 May 2026") == 7
    assert chart.svg.count(BAD) >= 5


def test_all_columns_with_gaps_are_drawn_as_long_as_they_can_be_read() -> None:
    def drawn(gaps: int) -> tuple[int, str]:
        columns = pd.DataFrame({"column": [f"c{i}" for i in range(gaps)], "missing_share": 0.4})
        chart = column_charts.filled(columns.assign(table="surveys", kind="number"))
        return sum(line.text == "60%" for line in text_lines(chart.svg)), chart.data["subtitle"]

    assert drawn(18) == (18, "Columns with gaps. Share of rows with a value; at least 95% in 0 of 18 columns")
    bars, said = drawn(30)
    assert bars == 24 and said.endswith("the emptiest 24 are drawn")


def test_numbers_of_cells_side_by_side_do_not_touch_on_a_phone() -> None:
    names = [f"c{i}" for i in range(8)]
    rows = [(a, b, -0.34) for i, a in enumerate(names) for b in names[i + 1 :]]
    frame = pd.DataFrame(rows, columns=["left", "right", "correlation"]).assign(table="orders", n=99)
    cells = [line for line in text_lines(column_charts.correlations(frame).narrow) if line.text == "−0.34"]
    last = sorted(line.left for line in cells if line.top == max(cell.top for cell in cells))
    assert len(last) == 7
    assert min(b - a for a, b in pairwise(last)) > max(cell.right - cell.left for cell in cells) + 1.5
