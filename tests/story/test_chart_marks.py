"""What a reader sees on pointing at a mark: the value as the chart prints it, in the place where the mark is."""

from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.story import fmt
from helpers.story.chart import BAD, GOOD, INK, QUIET, TRACK, house_style, label_rows, note, render, sheet
from helpers.story.chart_marks import find_values, tell

KEY = [("bar", GOOD, "now"), ("dot", INK, "expected"), ("line", QUIET, "95% interval"), ("tick", BAD, "cost: paid")]
NAMES = ["North", "South"]


@house_style()
def drawn(draw: Callable[[Axes], object]) -> Figure:
    """A figure of two rows, North and South, with a key for its colours."""
    figure = sheet("Title", body=2, key=KEY)
    ax = figure.subplots()
    label_rows(ax, NAMES)
    ax.set_xlim(-1, 1)
    draw(ax)
    figure.savefig("/dev/null", format="svg")
    return figure


def texts(draw: Callable[[Axes], object]) -> list[str]:
    return [value.text for value in find_values(drawn(draw))]


def shares(ax: Axes) -> None:
    ax.xaxis.set_major_formatter(lambda v, _: fmt.share(v))


def test_a_bar_says_what_is_printed_beside_it_with_its_name_and_its_colours_meaning() -> None:
    def draw(ax: Axes) -> None:
        ax.barh(0, 0.5, height=0.6, color=GOOD)
        note(ax, "50%\n£2k", 0.5, 0)
        ax.barh(1, 0.25, height=0.6, color=QUIET)  # of a colour that the key has for lines only
        note(ax, "25%", 0.9, 1)  # alone in its row
        ax.set_xticks([])

    assert texts(draw) == ["North, now: 50%, £2k", "South: 25%"]


def test_a_value_that_is_printed_nowhere_is_not_told() -> None:
    def draw(ax: Axes) -> None:
        ax.barh([0, 0], [0.5, -0.5], height=0.6, color=[GOOD, BAD])  # two in a row, and one number beside them
        note(ax, "no change", 0.9, 0)
        ax.plot([0.5], [1], "o", color=INK)
        ax.barh(1, 0.25, left=0.5, height=0.6, color=GOOD)  # what lies between is no value of the axis
        ax.set_xticks([])

    assert texts(draw) == []


def test_marks_are_told_in_the_axis_own_form() -> None:
    def draw(ax: Axes) -> None:
        shares(ax)
        ax.barh(1, 0.25, height=0.6, color=GOOD)
        ax.plot([0.1, 0.3], [0, 0], color=QUIET)
        ax.plot([0.2], [0], "o", color=INK)
        ax.plot([0.4, 0.4], [-0.3, 0.3], color=BAD)
        ax.plot([np.nan, 0.3], [0, 0], color=QUIET)  # an unknown end
        ax.plot([0.1, 0.3], [0, 0], color="white")  # a rim, to stand out from a bar

    assert texts(draw) == [
        "South, now: 25%",
        "North, 95% interval: 10% to 30%",
        "North, cost: 40%",
        "North, expected: 20%",
    ]


def test_a_track_belongs_to_the_bar_on_it() -> None:
    def draw(ax: Axes) -> None:
        ax.barh(0, 1, height=0.6, color=TRACK)
        ax.barh(0, 0.25, height=0.6, color=GOOD)
        note(ax, "25%", 1, 0)

    figure = drawn(draw)
    (value,) = find_values(figure)
    ax = figure.axes[0]
    (x0, y1), (x1, y0) = ax.transData.transform([(0, 0.3), (1, -0.3)]) * 72 / figure.dpi
    assert value.text == "North, now: 25%"
    assert np.sort(value.box.get_points(), axis=0) == pytest.approx(np.array([(x0, y1), (x1, y0)]))


def test_thin_marks_have_room_to_point_at() -> None:
    def draw(ax: Axes) -> None:
        ax.barh(0, 0.0, height=0.6, color=GOOD)
        note(ax, "0", 0, 0)

    (value,) = find_values(drawn(draw))
    assert value.box.width == pytest.approx(9)


def test_cells_have_the_names_of_row_and_column() -> None:
    def draw(ax: Axes) -> None:
        ax.set_xticks([0, 1], ["Jan", "Feb"])
        ax.set_xlim(-0.5, 1.5)
        for x, y, words in ((0, 0, "7"), (1, 1, "8"), (1, 0, "")):
            ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1))
            ax.text(x, y, words)

    assert texts(draw) == ["North, Jan: 7", "South, Feb: 8"]


def test_a_course_says_what_all_lines_are_at() -> None:
    def draw(ax: Axes) -> None:
        ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
        ax.set_xlabel("months so far; as known")
        ax.set_xlim(0, 3)
        ax.plot([1, 2, 2.5], [0.5, 0.25, 0.1], color=QUIET)
        ax.plot([1, 2, 3], [0.75, np.nan, 0.5], color=QUIET)

    assert texts(draw) == [
        "Months so far 1: 95% interval 50%; 95% interval 75%",
        "Months so far 2: 95% interval 25%",
        "Months so far 3: 95% interval 50%",
    ]


def test_what_a_chart_tells_itself_stands() -> None:
    def draw(ax: Axes) -> None:
        tell(ax.barh([0, 1], [0.5, 0.25], color=GOOD), ["half", ""])
        (dots,) = ax.plot([0.1, 0.2], [0, 1], "o", color=INK)
        tell(dots, ["one", "two"])

    assert texts(draw) == ["half", "one", "two"]


def test_each_point_needs_its_text() -> None:
    def draw(ax: Axes) -> None:
        (dots,) = ax.plot([0.1, 0.2], [0, 1], "o", color=INK)
        tell(dots, ["one", "two", "three"])

    with pytest.raises(ValueError, match=r"shorter|longer"):
        texts(draw)


def test_figures_of_other_kinds_are_drawn_without_values() -> None:
    """What an analyst draws himself: polar axes, pies, thousands of points."""
    figure = Figure()
    polar, pie, many, mesh = (
        figure.add_subplot(2, 2, n + 1, **kind) for n, kind in enumerate([{"projection": "polar"}, {}, {}, {}])
    )
    polar.plot([0, 1, 2], [1, 2, 3])
    pie.pie([1, 2], labels=["a", "b"])
    many.hist(np.arange(1000.0) ** 0.5, bins=30)
    many.plot(np.arange(5000.0), np.arange(5000.0), "o")
    mesh.pcolormesh(np.arange(10_000).reshape(100, 100))
    chart = render(figure, "Own", "An own figure")
    assert ElementTree.fromstring(chart.svg)[0].get("aria-label") == "An own figure"
    assert "<title>" not in chart.svg
