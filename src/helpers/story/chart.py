"""House style of every chart: one sheet of paper, one brand colour, and the way from a figure to an SVG.

A chart function is decorated with `@picture()`, asks `sheet` for a figure with its heading, draws, and returns
`render(figure, title, alt)`. Where the chart is shown it is called again, for a phone's sheet, which is narrower.
Nothing here touches pyplot or the caller's matplotlib settings.
"""

import colorsys
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property, partial, wraps
from html import escape
from typing import Any, ParamSpec

import matplotlib.style
import pandas as pd
from matplotlib import colors as mcolors
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers.errors import InputError
from helpers.story.chart_beside import Key, name_lines, put_aside
from helpers.story.chart_data import read_panels
from helpers.story.chart_marks import find_values
from helpers.story.chart_svg import tidy
from helpers.story.chart_text import LARGE, SMALL, drawable, fit, fonts, lines_of, text_width
from helpers.story.chart_text import SIZE as SIZE
from helpers.story.colors import BAD as BAD  # with the colours below, what charts take from here
from helpers.story.colors import GOOD as GOOD
from helpers.story.colors import INK, MUTED, RULE, TRACK, contrast, relative_luminance
from helpers.story.colors import QUIET as QUIET
from helpers.story.terms import printable
from helpers.story.units import in_unit

WHITE_BACK = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # behind text that crosses a line

WIDTH = 5.6  # inches: as wide as a page's text
WIDE = 7.8  # of what runs along months or has many columns
NARROW = 4.0  # on a phone: 11 pt text is then as large as the text around it
PIXELS_PER_INCH = 112  # natural size on a page: 627 px

_BELOW = "subtitle"  # marks the text beneath the title

P = ParamSpec("P")

_INCHES: ContextVar[float] = ContextVar("inches", default=WIDTH)  # across the sheet that is being drawn
_BRAND: ContextVar[str] = ContextVar("brand", default="#0b5c8a")


@dataclass(frozen=True)
class Chart:
    """A finished picture: the SVG, what it says in words with its numbers, and its title.

    Where there is too little to draw `svg` is empty, and the words stand in its place.
    """

    svg: str
    alt: str
    title: str
    data: dict[str, Any] = field(default_factory=dict)  # its numbers (`chart_data`) and what stands under the title
    draw_narrow: Callable[[], "Chart"] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def narrow(self) -> str:
        """The SVG for a phone, drawn when it is first asked for; "" where there is none."""
        return self.draw_narrow().svg if self.draw_narrow else ""

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        if not self.svg:
            return {"text/html": f'<p class="nothing">{escape(self.alt)}</p>', "text/plain": self.alt}, {}
        bundle = {"image/svg+xml": self.svg, "text/plain": self.alt}
        facts: dict[str, Any] = {"alt": self.alt, "title": self.title}
        facts |= {"narrow": self.narrow} if self.narrow else {}
        return bundle, {"image/svg+xml": facts | ({"chart": self.data} if self.data else {})}


def use_brand(color: str) -> None:
    """Set the client's colour for the charts that follow; raises InputError unless it is a colour."""
    if not mcolors.is_color_like(color):
        raise InputError(f'"{color}" is not a colour', where="brand.color", allowed='"#0b5c8a" or a CSS name')
    _BRAND.set(mcolors.to_hex(color))


def accent() -> str:
    """The brand colour, darkened where needed until it stands out from white (WCAG contrast 3 to 1)."""
    hue, light, saturation = colorsys.rgb_to_hls(*mcolors.to_rgb(_BRAND.get()))
    rgb = mcolors.to_rgb(_BRAND.get())
    while contrast(luminance(rgb), 1) < 3:
        light -= 0.02
        rgb = colorsys.hls_to_rgb(hue, light, saturation)
    return mcolors.to_hex(rgb)


def tint() -> str:
    """The brand colour as pale as ink on it needs to be read: the deepest shade of a cell with text in it."""
    hue, light, saturation = colorsys.rgb_to_hls(*mcolors.to_rgb(_BRAND.get()))
    rgb = mcolors.to_rgb(_BRAND.get())
    while luminance(rgb) < 0.3:  # 4.9 to 1 against the ink
        light += 0.02
        rgb = colorsys.hls_to_rgb(hue, min(light, 1), saturation)
    return mcolors.to_hex(rgb)


def luminance(color: Any) -> float:
    """Relative luminance in 0-1 of any colour matplotlib knows."""
    return relative_luminance(mcolors.to_rgb(color))


def text_on(color: Any) -> str:
    """Ink or white, whichever reads better on the colour."""
    return "white" if luminance(color) < 0.22 else INK


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with the house's settings, whatever the caller has set; usable as a decorator."""
    settings: dict[str, Any] = {
        "font.family": list(fonts()[0]),
        "font.size": SIZE,
        "text.color": INK,
        "text.parse_math": False,  # a client's "$" is a dollar
        "axes.edgecolor": RULE,
        "axes.labelcolor": MUTED,
        "axes.labelsize": SMALL,
        "axes.axisbelow": True,
        "grid.color": TRACK,
        "xtick.color": MUTED,
        "ytick.color": INK,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "svg.fonttype": "none",
        "svg.hashsalt": "helpers.story",
        **{f"axes.spines.{side}": False for side in ("left", "right", "top", "bottom")},
        **{f"{axis}tick.major.size": 0 for axis in "xy"},
        "ytick.major.pad": 6,
    }
    with matplotlib.style.context(["default", settings]):
        yield


def picture(*, wide: bool = False) -> Callable[[Callable[P, Chart]], Callable[P, Chart]]:
    """Decorates a function that draws a chart: in the house's style, for a page, and for a phone when it is shown."""

    def decorate(draw: Callable[P, Chart]) -> Callable[P, Chart]:
        @wraps(draw)
        def drawn(*args: P.args, **kwargs: P.kwargs) -> Chart:
            def on(inches: float) -> Chart:
                with house_style(), _sheets_of(inches):
                    return draw(*args, **kwargs)

            chart = on(WIDE if wide else WIDTH)
            return replace(chart, draw_narrow=partial(on, NARROW)) if chart.svg else chart

        return drawn

    return decorate


@contextmanager
def _sheets_of(inches: float) -> Iterator[None]:
    before = _INCHES.set(inches)
    try:
        yield
    finally:
        _INCHES.reset(before)


def points_across() -> float:
    """Points from the left of the sheet to its right."""
    return _INCHES.get() * 72


def _is_narrow() -> bool:
    return _INCHES.get() == NARROW


def sheet(title: str, subtitle: str = "", body: float = 3.0, key: Key = (), *, beside: bool = False) -> Figure:
    """A figure with its heading drawn and `body` inches below it for the axes.

    key: (mark, colour, meaning) triples shown under the heading; mark is "bar", "dot", "line" or "tick". beside: its
    lines are named where they end instead, where the sheet has room for that.
    """
    room, lines = points_across() - 4, 6 if _is_narrow() else 3
    heading = fit(in_unit(title), room, LARGE, lines, bold=True)
    below = fit(in_unit(subtitle), room, SMALL, lines) if subtitle else ""
    aside = [entry for entry in key if entry[0] == "line"] if beside and not _is_narrow() else []
    key = [entry for entry in key if entry not in aside]
    heading_height = 0.235 * lines_of(heading)
    height = heading_height + (0.2 * lines_of(below) + 0.04 if below else 0) + 0.14
    key_labels = [fit(in_unit(meaning), room - 40, lines=1) for _, _, meaning in key]
    columns = _key_columns(key_labels)
    key_height = 0.22 * math.ceil(len(key) / columns) + 0.08 if key else 0
    total = height + key_height + body
    figure = Figure(figsize=(_INCHES.get(), total), layout="constrained")
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0, 0, 1, body / total), w_pad=0.03, h_pad=0.03, wspace=0.02, hspace=0.04)
    figure.text(0.004, 1 - 0.05 / total, heading, size=LARGE, weight="bold", va="top", linespacing=1.15)
    if below:
        top = 1 - (heading_height + 0.09) / total
        figure.text(0.004, top, below, label=_BELOW, size=SMALL, color=MUTED, va="top", linespacing=1.15)
    if key:
        figure.legend(
            [_mark(mark, color) for mark, color, _ in key],
            key_labels,
            loc="upper left",
            bbox_to_anchor=(0, 1 - height / total + 0.05 / total),
            ncols=columns,
            frameon=False,
            fontsize=SMALL,
            borderpad=0.1,
            handlelength=1.1,
            handletextpad=0.5,
            columnspacing=1.4,
            labelcolor=INK,
        ).set_in_layout(False)
    put_aside(figure, aside)
    return figure


def render(figure: Figure, title: str, alt: str) -> Chart:
    """Turn a figure into a Chart and let the figure go. The same figure always gives the same bytes."""
    title, alt = in_unit(title), printable(in_unit(alt))
    buffer = io.StringIO()
    with house_style():
        name_lines(figure)
        figure.savefig(buffer, format="svg", metadata={"Date": None})
        values, data = [], {}
        if not _is_narrow():  # nothing is pointed at on a phone, and its numbers are the same
            values = [replace(value, text=drawable(in_unit(value.text))) for value in find_values(figure)]
            below = next((text.get_text() for text in figure.texts if text.get_label() == _BELOW), "")
            data = {"subtitle": " ".join(below.split()), "panels": read_panels(figure)}
    width, height = figure.get_size_inches() * PIXELS_PER_INCH
    figure.clear()
    return Chart(tidy(buffer.getvalue(), alt, round(width), round(height), values), alt, title, data=data)


def in_words(title: str, sentence: str) -> Chart:
    """What a picture would show too little of, as a sentence: a single bar is no comparison."""
    return Chart("", printable(in_unit(f"{title}. {sentence}")), in_unit(title))


def nothing(title: str, why: str) -> Chart:
    """What stands in place of an empty pair of axes."""
    return in_words(title, f"Nothing to show: {why}.")


def label_rows(ax: Axes, labels: Sequence[str], width: float = 150) -> float:
    """One label a row, first on top, wrapped to `width` points of a page's sheet and to less on a narrower one, all
    beginning where the heading begins. Gives the points that are left beside them for what is drawn."""
    shown = [fit(label, label_room(width)) for label in labels]
    taken = max(text_width(line) for label in shown for line in label.split("\n")) + 8
    ax.set_yticks(range(len(shown)), shown, color=INK, ha="left", linespacing=1.1)
    ax.tick_params(axis="y", pad=taken)
    ax.set_ylim(len(labels) - 0.45, -0.55)
    return points_across() - taken - 8


def rows_height(labels: Sequence[str], width: float = 150, least: float = 0.34) -> float:
    """Inches of `body` so that the rows' wrapped labels don't touch."""
    tallest = max(lines_of(fit(label, label_room(width))) for label in labels)
    return len(labels) * max(least, 0.19 * tallest + 0.1) + 0.15


def room_beside(texts: Iterable[str], room: float, *, sides: int = 2) -> float:
    """What the widest of the texts beside marks takes of the data's range, where it may stand beyond either end of it,
    or with one side at its high end only; `room` is how many points the axes are wide."""
    beside = max((text_width(drawable(text)) for text in texts), default=0.0) + 12
    return beside / max(room - sides * beside, beside)


def label_room(width: float) -> float:
    """Points for labels that take `width` on a page's sheet: less on a narrower one."""
    return width * min(1.0, points_across() / (WIDTH * 72))


def records(frame: pd.DataFrame) -> list[Any]:
    """The frame's rows with columns as attributes."""
    return list(frame.itertuples(index=False))


def note(ax: Axes, text: str, x: float, y: float, dx: float = 5, dy: float = 0, **style: Any) -> None:
    """Text beside a mark, `dx`, `dy` points away from the place (x, y) of the data."""
    style = {"ha": "left", "va": "center_baseline", "fontsize": SMALL, "annotation_clip": False, **style}
    shown = "\n".join(drawable(line) for line in text.split("\n"))
    ax.annotate(shown, (x, y), xytext=(dx, dy), textcoords="offset points", **style)


def span(ax: Axes, low: float, high: float, y: float, color: str, width: float = 2.6) -> None:
    """An interval as a line with a white rim, so that it shows on a bar as well; nothing if unknown."""
    ax.plot([low, high], [y, y], color="white", linewidth=width + 2, solid_capstyle="butt")
    ax.plot([low, high], [y, y], color=color, linewidth=width, solid_capstyle="butt")


def _key_columns(labels: Sequence[str]) -> int:
    """As many columns of the key as the sheet has room for."""
    for columns in range(len(labels), 1, -1):
        widest = [max(text_width(label) for label in labels[i::columns]) for i in range(columns)]
        if sum(widest) + 40 * columns < points_across():
            return columns
    return 1


def _mark(mark: str, color: str) -> Patch | Line2D:
    if mark == "bar":
        return Patch(color=color)
    if mark == "dot":
        return Line2D([], [], color=color, marker="o", markersize=7, linestyle="")
    if mark == "tick":
        return Line2D([], [], color=color, marker="|", markersize=12, markeredgewidth=2.4, linestyle="")
    return Line2D([], [], color=color, linewidth=2.4)
