"""A chart's numbers read back from its figure: as they were drawn, in the unit that is printed, or none at all."""

from collections.abc import Callable

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.story import fmt
from helpers.story.chart import BAD, INK, QUIET, TRACK, house_style, label_rows, note, sheet, span
from helpers.story.chart_data import Panel, Series, read_panels
from helpers.story.chart_marks import tell

Draw = Callable[[Axes], object]
ROWS = ["Champions", "Loyal", "Lost"]
KEY = (("dot", INK, "score"), ("line", QUIET, "95% interval"))


@house_style()
def panels(draw: Draw, key: tuple[tuple[str, str, str], ...] = ()) -> list[Panel]:
    figure: Figure = sheet("Title", "", 2.0, key)
    draw(figure.subplots())
    figure.draw_without_rendering()
    found = read_panels(figure)
    return [Panel(**(panel | {"series": [Series(**one) for one in panel["series"]]})) for panel in found]


def bars(ax: Axes, values: list[float], form: Callable[[float], str], **style: object) -> None:
    label_rows(ax, ROWS)
    ax.barh(range(len(values)), values, height=0.6, **style)
    for y, value in enumerate(values):
        note(ax, form(value), value, y)


def test_bars_are_what_they_are_long_in_the_rows_they_stand_in() -> None:
    (panel,) = panels(lambda ax: bars(ax, [0.65, 0.3, 0.05], fmt.share, color=INK))
    assert (panel.kind, panel.categories, panel.form, panel.labelled) == ("bar", ROWS, "0%", True)
    assert [one.values for one in panel.series] == [[0.65, 0.3, 0.05]]
    assert panel.series[0].colors == panel.series[0].low == panel.series[0].labels == []


def test_a_label_that_says_more_is_kept_and_a_bar_set_apart_keeps_its_colour() -> None:
    (panel,) = panels(lambda ax: bars(ax, [0.6, 0.3, 0.1], lambda x: f"{fmt.share(x)}, £5k", color=[INK, BAD, INK]))
    assert panel.series[0].labels == ["60%, £5k", "30%, £5k", "10%, £5k"]
    assert panel.series[0].color == INK
    assert panel.series[0].colors == [INK, BAD, INK]


def test_what_is_next_to_nothing_or_all_is_so_written() -> None:
    (panel,) = panels(lambda ax: bars(ax, [0.999, 0.0004, 0.0], fmt.share, color=INK))
    assert panel.form == '[=0]0%;[<0.005]"<1%";0%'
    assert panel.series[0].labels == [">99%", "", ""]
    (panel,) = panels(lambda ax: bars(ax, [0.5, 0.0004, 0.0], lambda x: fmt.share(x, 1), color=INK))
    assert panel.form == '[=0]0.0%;[<0.0005]"<0.1%";0.0%'


def test_points_of_a_score_are_a_hundred_times_what_was_drawn() -> None:
    (panel,) = panels(lambda ax: bars(ax, [0.33, -0.12, 0.0], fmt.points, color=INK))
    assert panel.series[0].values == [33.0, -12.0, 0.0]
    assert panel.form == "+0;−0;0"


def test_a_change_of_money_keeps_its_currency() -> None:
    (panel,) = panels(lambda ax: bars(ax, [0.77, -0.42, 0.35], lambda x: fmt.signed(x, fmt.Money("USD")), color=INK))
    assert panel.form == '+"$"#,##0.00;−"$"#,##0.00;"$"#,##0.00'


def test_money_has_its_sign_and_its_thousands() -> None:
    (panel,) = panels(lambda ax: bars(ax, [16_500_000, 654_000, 120], fmt.Money("GBP"), color=INK))
    assert panel.form == '[>=999500]"£"0.0,,"m";[>=999.5]"£"0.0,"k";"£"0'


def test_intervals_belong_to_their_bars() -> None:
    def draw(ax: Axes) -> None:
        bars(ax, [0.5, 0.3, 0.2], fmt.share, color=INK)
        for y, (low, high) in enumerate([(0.4, 0.6), (0.2, 0.35)]):
            span(ax, low, high, y, QUIET)

    (panel,) = panels(draw)
    assert panel.series[0].low == [0.4, 0.2, None]
    assert panel.series[0].high == [0.6, 0.35, None]


def test_a_track_is_no_bar() -> None:
    def draw(ax: Axes) -> None:
        ax.barh(range(3), 1, color=TRACK)
        bars(ax, [0.5, 0.3, 0.2], fmt.share, color=INK)

    (panel,) = panels(draw)
    assert [one.values for one in panel.series] == [[0.5, 0.3, 0.2]]


def test_parts_of_a_row_are_stacked_and_named_by_the_key() -> None:
    def draw(ax: Axes) -> None:
        label_rows(ax, ROWS)
        ax.barh(range(3), [0.2, 0.3, 0.4], color=BAD)
        ax.barh(range(3), [0.8, 0.7, 0.6], left=[0.2, 0.3, 0.4], color=QUIET)
        for y, value in enumerate([0.2, 0.3, 0.4]):
            note(ax, fmt.share(value), value / 2, y)

    (panel,) = panels(draw, (("bar", BAD, "detractors"), ("bar", QUIET, "others")))
    assert panel.stacked
    assert [one.name for one in panel.series] == ["detractors", "others"]
    assert panel.series[0].values == [0.2, 0.3, 0.4]
    assert panel.series[1].values == pytest.approx([0.8, 0.7, 0.6])


def test_a_stroke_that_the_key_names_is_a_series() -> None:
    (panel,) = panels(ticks, (("bar", INK, "theirs"), ("tick", BAD, "if all were alike")))
    assert {one.name: one.values for one in panel.series} == {
        "theirs": [0.5, 0.3, 0.2],
        "if all were alike": [0.1, None, None],
    }
    assert panel.labelled


def test_dots_have_their_rows_intervals_and_rules() -> None:
    def draw(ax: Axes) -> None:
        label_rows(ax, ROWS)
        ax.xaxis.set_major_formatter(lambda x, _: fmt.points(x))
        for y, (low, value, high) in enumerate([(0.1, 0.2, 0.3), (-0.2, 0.0, 0.2), (-0.6, -0.5, -0.4)]):
            span(ax, low, high, y, QUIET)
            ax.plot([value], [y], "o", color=INK)
        ax.axvline(0.15, color=BAD)

    key = (*KEY, ("line", BAD, "all customers"))
    (panel,) = panels(draw, key)
    assert panel.kind == "dot"
    assert panel.categories == ROWS
    (series,) = panel.series
    assert (series.name, series.values) == ("score", pytest.approx([20, 0, -50]))
    assert series.low == pytest.approx([10, -20, -60])
    assert series.high == pytest.approx([30, 20, -40])
    assert panel.rules == {"all customers": pytest.approx(15)}
    assert panel.interval == "95% interval"


def test_strokes_across_rows_of_dots_are_a_series_or_nothing_is_drawn_again() -> None:
    def draw(ax: Axes) -> None:
        label_rows(ax, ROWS)
        ax.xaxis.set_major_formatter(lambda x, _: fmt.share(x))
        for y, value in enumerate([0.5, 0.3, 0.2]):
            span(ax, value - 0.1, value + 0.1, y, QUIET)
            ax.plot([value], [y], "o", color=INK)
            ax.plot([0.4, 0.4], [y - 0.2, y + 0.2], color=BAD)

    assert panels(draw, KEY) == []
    (panel,) = panels(draw, (*KEY, ("tick", BAD, "cost")))
    assert [(one.name, one.tick, one.values) for one in panel.series] == [
        ("score", False, pytest.approx([0.5, 0.3, 0.2])),
        ("cost", True, pytest.approx([0.4] * 3)),
    ]


def test_columns_are_named_by_what_they_are_told() -> None:
    def draw(ax: Axes) -> None:
        made = ax.bar(range(3), [10, 20, 30], color=INK)
        tell(made, ["May 2026: 10", "June 2026, in part: 20", "July 2026: 30"])
        note(ax, "30", 2, 30)

    (panel,) = panels(draw)
    assert (panel.kind, panel.categories) == ("column", ["May 2026", "June 2026", "July 2026"])
    assert not panel.labelled


def test_lines_over_numbers_have_both() -> None:
    def draw(ax: Axes) -> None:
        ax.plot([0, 1, 2], [1.0, 0.5, 0.25], color=INK)
        ax.set_xlabel("Months")
        ax.yaxis.set_major_formatter(lambda x, _: fmt.share(x))

    (panel,) = panels(draw)
    assert (panel.kind, panel.across) == ("course", "Months")
    assert (panel.series[0].x, panel.series[0].values) == ([0, 1, 2], [1.0, 0.5, 0.25])


def reference(ax: Axes) -> None:
    bars(ax, [0.5, 0.3, 0.2], fmt.share, color=INK)
    ax.axvline(0.4, color=BAD)


def ticks(ax: Axes) -> None:
    bars(ax, [0.5, 0.3, 0.2], fmt.share, color=INK)
    ax.plot([0.1, 0.1], [-0.3, 0.3], color=BAD)


def waterfall(ax: Axes) -> None:
    label_rows(ax, ROWS)
    ax.barh(range(3), [3, 2, 1], left=[0, 3, 5], color=INK)


def overlaid(ax: Axes) -> None:
    label_rows(ax, ROWS)
    ax.barh(range(3), [3, 2, 1], color=INK)
    ax.barh(range(3), [2, 1, 1], color=BAD)


def unlike(ax: Axes) -> None:
    """What is printed is not what is drawn."""
    bars(ax, [0.5, 0.3, 0.2], lambda x: fmt.share(x / 2), color=INK)


def logarithmic(ax: Axes) -> None:
    bars(ax, [5, 3, 2], fmt.count, color=INK)
    ax.set_xscale("log")


def band(ax: Axes) -> None:
    ax.plot([0, 1, 2], [1, 2, 3], color=INK)
    ax.fill_between([0, 1, 2], [0, 1, 2], [2, 3, 4], color=QUIET)


def stray(ax: Axes) -> None:
    """An interval in no bar's row."""
    bars(ax, [0.5, 0.3, 0.2], fmt.share, color=INK)
    span(ax, 0.1, 0.2, 2.9, QUIET)


def nameless(ax: Axes) -> None:
    ax.barh([0, 1], [1, 2], color=INK)
    ax.set_yticks([])


@pytest.mark.parametrize(
    "draw",
    [reference, ticks, waterfall, overlaid, unlike, logarithmic, band, stray, nameless],
    ids=lambda f: f.__name__,
)
def test_what_is_not_wholly_understood_stays_a_picture(draw: Draw) -> None:
    assert panels(draw) == []
