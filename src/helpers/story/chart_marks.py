"""What a chart's marks say when a reader points at them: the category's name, what the colour means, and the value.

A value is told only as the chart prints it: as the text beside the mark, or as the value axis writes its numbers. What
neither tells keeps silent, unless the chart says it itself with `tell`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import numpy as np
from matplotlib import colors as mcolors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.transforms import Bbox

from helpers.story import fmt
from helpers.story.chart_axes import Side, find_note
from helpers.story.chart_beside import named_beside
from helpers.story.colors import TRACK

_LEAST = 9.0  # points that a place to point at has each way, also where the mark is a thin one
_STRIPS = 60  # places to point at along a line


@dataclass(frozen=True)
class Value:
    """What a mark says, and where: points from the figure's left and bottom."""

    box: Bbox
    text: str


def tell(marks: Artist | Iterable[Artist], texts: str | Sequence[str]) -> None:
    """Give marks their words: one artist a text for each of its points or cells, or a text for each of several artists.

    An empty text leaves its mark silent.
    """
    if isinstance(marks, Artist):
        marks._told = [texts] if isinstance(texts, str) else list(texts)  # type: ignore[attr-defined]
    else:
        for mark, text in zip(marks, texts, strict=True):
            tell(mark, text)


def _told(mark: Artist) -> list[str] | None:
    """What `tell` gave the mark; None where it gave nothing."""
    return getattr(mark, "_told", None)


def find_values(figure: Figure) -> list[Value]:
    """The values of all marks of a figure that is drawn, in the order in which they lie one on the other."""
    key = meanings(figure)
    found = [value for ax in figure.axes for value in Marks(ax, key).all()]
    scale = 72 / figure.dpi
    return [Value(_grown(Bbox(v.box.get_points() * scale)), v.text) for v in found]


def meanings(figure: Figure) -> dict[tuple[str, str], str]:
    """What colours mean by the chart's key: (kind of mark, hex) -> words."""
    return named_beside(figure) | {
        (kind_of(handle), to_hex(handle)): text.get_text().split(":")[0]
        for legend in figure.legends
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True)
        if handle is not None
    }


def kind_of(mark: Artist) -> str:
    if not isinstance(mark, Line2D):
        return "bar"
    marker = mark.get_marker()
    return "tick" if marker == "|" else "line" if marker in ("None", "", " ", None) else "dot"


def to_hex(mark: Any) -> str:
    color = mark.get_facecolor() if isinstance(mark, Patch) else mark.get_color()
    return mcolors.to_hex(color) if mcolors.is_color_like(color) else ""


class Marks:
    """The marks of one pair of axes."""

    def __init__(self, ax: Axes, key: dict[tuple[str, str], str]) -> None:
        self._ax, self.key = ax, key
        self.panel = ax.get_title(loc="left")
        self.x, self.y = Side(ax.xaxis), Side(ax.yaxis)
        self._notes = [note for text in ax.texts if (note := find_note(text, ax))]

    def all(self) -> list[Value]:
        lines = [line for line in self._ax.lines if to_hex(line) != "#ffffff" or _told(line)]
        return [
            *self._courses([line for line in lines if len(places_of(line)) > 2]),
            *self._bars(),
            *self._cells(),
            *(value for line in lines if kind_of(line) == "line" for value in self._segment(line)),
            *(value for line in lines if kind_of(line) != "line" for value in self._points(line)),
        ]

    def _bars(self) -> list[Value]:
        bars = [
            (b, c.orientation == "horizontal") for c in self._ax.containers if isinstance(c, BarContainer) for b in c
        ]
        tracks = {round(_middle(b)[1], 6): _box(b) for b, _ in bars if to_hex(b) == TRACK}
        bars = [(bar, lies) for bar, lies in bars if to_hex(bar) != TRACK and np.isfinite(_box(bar).get_points()).all()]
        values = []
        for bar, lies in bars:
            name = (self.y if lies else self.x).name(_middle(bar)[1 if lies else 0])
            if lies and abs(bar.get_x()) > 1e-12:  # in a grid, where columns have names too
                name = ", ".join(filter(None, [name, self.x.exact(_middle(bar)[0])]))
            alone = lies and sum(abs(_middle(bar)[1] - _middle(b)[1]) < 1e-6 for b, _ in bars) == 1
            own = _told(bar)
            text = own[0] if own else self._said(name, bar, self.printed(bar, lies, alone) or self._written(bar, lies))
            track = tracks.get(round(_middle(bar)[1], 6)) if alone else None
            values += self._value(text, Bbox.union([_box(bar), track]) if track else _box(bar))
        return values

    def printed(self, bar: Rectangle, lies: bool, alone: bool) -> str:
        """The text at an end of the bar or in its middle; the only one in the row of a bar that is alone there."""
        (x, y), box = _middle(bar), _box(bar)
        near = 1e-6 * max(abs(box.width if lies else box.height), 1e-9)
        ends = {bar.get_x(), bar.get_x() + bar.get_width(), x} if lies else {bar.get_y() + bar.get_height()}
        across, along = (y, 1) if lies else (x, 0)
        half = (box.height if lies else box.width) / 2
        beside = [note for note in self._notes if abs(note.at[along] - across) <= half]
        exact = [n for n in beside if n.of_data and any(abs(n.at[1 - along] - end) <= near for end in ends)]
        if exact:
            return ", ".join(note.text for note in exact)
        return beside[0].text if alone and len(beside) == 1 else ""

    def named(self, bar: Rectangle) -> str:
        """The name that a bar was told with its value ("October 2025: 1,234"); "" where it was not."""
        name, found, _ = next(iter(_told(bar) or ()), "").partition(": ")
        return name.partition(", ")[0] if found else ""

    def beside(self, row: float) -> str:
        """The only text in a row; "" where there are several or none."""
        found = [note.text for note in self._notes if abs(note.at[1] - row) <= 0.3]
        return found[0] if len(found) == 1 else ""

    def _written(self, bar: Rectangle, lies: bool) -> str:
        """The length of a bar that begins at zero, as the axis writes its numbers."""
        start, length = (bar.get_x(), bar.get_width()) if lies else (bar.get_y(), bar.get_height())
        return (self.x if lies else self.y).form(length) if start == 0 else ""

    def _cells(self) -> list[Value]:
        own = {bar for c in self._ax.containers if isinstance(c, BarContainer) for bar in c}
        rectangles = [p for p in self._ax.patches if isinstance(p, Rectangle) and p not in own]
        cells: list[tuple[Bbox, str | None]] = [(_box(p), next(iter(_told(p) or ()), None)) for p in rectangles]
        for mesh in self._ax.collections:
            told = _told(mesh)
            if isinstance(mesh, QuadMesh) and (told or self._notes):
                grid = np.asarray(mesh.get_coordinates(), float)
                boxes = [
                    Bbox([grid[row, column], grid[row + 1, column + 1]])
                    for row, column in np.ndindex(grid.shape[0] - 1, grid.shape[1] - 1)
                ]
                cells += zip(boxes, told or repeat(None, len(boxes)), strict=True)
        values = []
        for box, text in cells:
            if text is None:
                x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
                inside = [n.text for n in self._notes if n.of_data and box.contains(*n.at)]
                names = [name for name in (self.y.exact(y), self.x.exact(x)) if name]
                text = f"{', '.join(names)}: {', '.join(inside)}" if inside and names else ""
            values += self._value(text, box)
        return values

    def _courses(self, lines: Sequence[Line2D]) -> list[Value]:
        """A strip from bottom to top for each whole number across, with the values of all lines there; or, of a line
        that is told, for each of its points."""
        said: dict[float, list[str]] = {}
        told = [(line, texts) for line in lines if kind_of(line) == "line" and (texts := _told(line))]
        for line, texts in told:
            for (x, _), text in zip(places_of(line), texts, strict=True):
                said.setdefault(x, []).append(text)
        strips = {x: "; ".join(texts) for x, texts in said.items()}
        meanings = [self.key.get(("line", to_hex(line)), "").partition(", with ")[0] for line in lines]
        if not told and self.x.label and (len(lines) == 1 or all(meanings)):
            for line, meaning in zip(lines, meanings, strict=True):
                for x, y in places_of(line):
                    if float(x).is_integer() and np.isfinite(y) and (value := self.y.form(y)):
                        said.setdefault(x, []).append(f"{meaning} {value}".strip())
            head = f"{self.x.label[:1].upper()}{self.x.label[1:]}"
            strips = {x: f"{head} {fmt.count(x)}: {'; '.join(dict.fromkeys(texts))}" for x, texts in said.items()}
        places = sorted(strips)
        edges = [(a + b) / 2 for a, b in pairwise(places)]
        left, right = ([places[0], *edges], [*edges, places[-1]]) if places else ([], [])
        low, high = self._ax.get_ylim()
        every = 1 + len(places) // _STRIPS
        return [
            value
            for number, (x, x0, x1) in enumerate(zip(places, left, right, strict=True))
            if number % every == 0 or number == len(places) - 1
            for value in self._value(strips[x], Bbox([(x0, min(low, high)), (x1, max(low, high))]))
        ]

    def _segment(self, line: Line2D) -> list[Value]:
        """An interval, where the key calls it one, or a short stroke across a row that the key has a tick for."""
        points = places_of(line)
        if line.get_transform() != self._ax.transData or len(points) != 2 or not np.isfinite(points).all():
            return []
        (x0, y0), (x1, y1) = points
        if (x0, y0) == (x1, y1):
            return []
        told, color = _told(line), to_hex(line)
        meaning = self.key.get(("line", color), "")
        text = ""
        if told:
            text = told[0]
        elif "interval" in meaning and y0 == y1 and (name := self.y.name(y0)):
            ends = self.x.form(x0), self.x.form(x1)
            text = f"{name}, {meaning}: {ends[0]} to {ends[1]}" if all(ends) else ""
        elif "interval" in meaning and x0 == x1 and (name := self.x.name(x0)):
            ends = self.y.form(y0), self.y.form(y1)
            text = f"{name}, {meaning}: {ends[0]} to {ends[1]}" if all(ends) else ""
        elif x0 == x1 and (meaning := self.key.get(("tick", color), "")) and (name := self.y.name((y0 + y1) / 2)):
            text = f"{name}, {meaning}: {self.x.form(x0)}" if self.x.form(x0) else ""
        return self._value(text, Bbox([(min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))]))

    def _points(self, line: Line2D) -> list[Value]:
        points = places_of(line)
        values = []
        for (x, y), text in zip(points, _told(line) or repeat(None, len(points)), strict=True):
            if not (np.isfinite(x) and np.isfinite(y)):
                continue
            if text is None:
                row, column = self.y.name(y), self.x.name(x)
                name, value = (row, self.x.form(x)) if row else (column, self.y.form(y))
                text = self._said(name, line, value) if row or len(points) < 3 else ""
            values += self._value(text, Bbox([(x, y), (x, y)]))
        return values

    def _said(self, name: str, mark: Artist, value: str) -> str:
        if not value or not name:
            return ""
        parts = [name, self.panel, self.key.get((kind_of(mark), to_hex(mark)), "")]
        return f"{', '.join(part for part in parts if part)}: {value}"

    def _value(self, text: str | None, box: Bbox) -> list[Value]:
        """As a list of one, or of none: without words, or outside the axes."""
        seen = Bbox.intersection(box.transformed(self._ax.transData), self._ax.bbox.padded(6))
        return [Value(seen, text)] if text and seen else []


def places_of(line: Line2D) -> Any:
    """The line's points, a row each: x and y as numbers."""
    return np.asarray(line.get_xydata(), float)


def _middle(bar: Rectangle) -> tuple[float, float]:
    return bar.get_x() + bar.get_width() / 2, bar.get_y() + bar.get_height() / 2


def _box(bar: Rectangle) -> Bbox:
    x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
    return Bbox([(min(x, x + width), min(y, y + height)), (max(x, x + width), max(y, y + height))])


def _grown(box: Bbox) -> Bbox:
    wide, high = max(_LEAST - abs(box.width), 0) / 2, max(_LEAST - abs(box.height), 0) / 2
    x0, x1, y0, y1 = (*sorted((box.x0, box.x1)), *sorted((box.y0, box.y1)))
    return Bbox([(x0 - wide, y0 - high), (x1 + wide, y1 + high)])
