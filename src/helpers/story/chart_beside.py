"""Lines that are named where they end, which spares a reader the way to a key and back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colors as mcolors
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from helpers.story.chart_text import SMALL, drawable, fit, text_width
from helpers.story.colors import INK, contrast, relative_luminance
from helpers.story.units import in_unit

Key = Sequence[tuple[str, str, str]]

_NAME, _MOST = 88.0, 140.0  # points that a name takes at most, unless a word is longer, and then
_LINE = SMALL * 1.15  # height of a line of text, points
_READ = 4.5  # contrast from which coloured text is read (WCAG)


def put_aside(figure: Figure, key: Key) -> None:
    """Keep what the figure's marks mean that stand in no key, since they are named where they are."""
    named = {(mark, mcolors.to_hex(color)): drawable(in_unit(name)) for mark, color, name in key}
    figure._beside = named  # type: ignore[attr-defined]


def named_beside(figure: Figure) -> dict[tuple[str, str], str]:
    """What was put aside: (kind of mark, hex) -> words."""
    return getattr(figure, "_beside", {})


def name_lines(figure: Figure) -> None:
    """Write the names that were put aside at the right of the first axes, each as high as its line ends, or as near
    to that as others let it."""
    names = {color: name for (mark, color), name in named_beside(figure).items() if mark == "line"}
    if not names:
        return
    ax = figure.axes[0]
    drawn = [line for line in ax.lines if line.get_transform() == ax.transData and _hex(line) in names]
    drawn.sort(key=lambda line: len(np.asarray(line.get_xydata())))  # of one colour the longest counts
    ends = {_hex(line): end for line in drawn if (end := _end(line)) is not None}
    left, right = ax.get_xlim()[0], max((x for x, _ in ends.values()), default=0.0)
    if ends:
        ax.set_xlim(left, right + 0.008 * (right - left))  # no rule goes on behind the names
    labels = [
        _write(ax, names[color], right, y, color)
        for color, (_, y) in sorted(ends.items(), key=lambda item: item[1][1], reverse=True)
    ]
    figure.draw_without_rendering()  # settles how high the axes are
    heights = [_LINE * (label.get_text().count("\n") + 1) for label in labels]
    places = [ax.transData.transform((right, label.xy[1]))[1] * 72 / figure.dpi for label in labels]
    for label, place, apart in zip(labels, places, _spread(places, heights), strict=True):
        label.set_position((7, apart - place))


def _write(ax: Axes, name: str, x: float, y: float, color: str) -> Annotation:
    shown = color if contrast(relative_luminance(mcolors.to_rgb(color)), 1) >= _READ else INK
    style: dict[str, Any] = {"ha": "left", "va": "center", "linespacing": 1.05, "annotation_clip": False}
    at: dict[str, Any] = {"xytext": (7, 0), "textcoords": "offset points"}
    text = fit(name, min(max(_NAME, _widest_word(name)), _MOST))
    return ax.annotate(text, (x, y), color=shown, fontsize=SMALL, **at, **style)


def _widest_word(name: str) -> float:
    return max(text_width(word) for word in name.split(" "))


def _end(line: Line2D) -> tuple[float, float] | None:
    """The line's last point that is known; None where none is."""
    points = np.asarray(line.get_xydata(), float)
    known = points[np.isfinite(points).all(axis=1)]
    return tuple(known[-1]) if len(known) else None


def _hex(line: Line2D) -> str:
    color = line.get_color()
    return mcolors.to_hex(color) if mcolors.is_color_like(color) else ""


def _spread(places: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Places from the highest down, as near to those wanted as leaves each its height: pairs that meet are moved apart
    by halves, until none do."""
    apart = list(places)
    for _ in range(500):
        moved = False
        for i in range(len(apart) - 1):
            short = (heights[i] + heights[i + 1]) / 2 - (apart[i] - apart[i + 1])
            if short > 0.1:
                apart[i] += short / 2
                apart[i + 1] -= short / 2
                moved = True
        if not moved:
            break
    return apart
