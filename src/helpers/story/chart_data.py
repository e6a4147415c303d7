"""What a chart shows as plain numbers, so that another program can draw it again and its reader can change them.

Bars, dots, lines and their intervals are read from the finished figure, so that a chart needs not say anything twice.
A figure that holds anything else, a grid of cells or a reference line say, has no data and stays a picture.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from helpers.story import fmt
from helpers.story.chart_marks import Marks, kind_of, meanings, places_of, to_hex
from helpers.story.colors import TRACK
from helpers.story.printed import Printed, read_figure

Known = float | None
_MOST_POINTS = 2_000  # of a panel: what more there are is no chart to change by hand


@dataclass
class Series:
    """One value a category; `x` instead of categories for lines over numbers.

    low, high: the intervals' ends, empty where there are none; colors: of every point, where they differ; labels: what
    is printed beside the points, where it is more than their value; tick: a stroke across the row
    """

    name: str
    color: str
    values: list[Known]
    x: list[float] = field(default_factory=list)
    low: list[Known] = field(default_factory=list)
    high: list[Known] = field(default_factory=list)
    colors: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    tick: bool = False


@dataclass
class Panel:
    """One pair of axes. form: how numbers are written, as spreadsheets spell it; labelled: beside every mark"""

    kind: Literal["bar", "column", "dot", "line", "course"]  # a course goes over numbers, a line over names
    title: str
    categories: list[str]
    series: list[Series]
    form: str
    stacked: bool = False
    labelled: bool = False
    across: str = ""  # what the axis of categories, or of numbers, is called
    interval: str = ""  # what the intervals are called
    rules: dict[str, float] = field(default_factory=dict)  # of dots: values that a line across all rows marks, by name


def read_panels(figure: Figure) -> list[dict[str, Any]]:
    """The panels of a figure that is drawn, as JSON takes them; none where any of it is not understood."""
    key = meanings(figure)
    panels = []
    for ax in figure.axes:
        if not (ax.patches or ax.lines or ax.collections or ax.images):
            continue
        panel = _read(ax, key)
        if panel:
            panel.interval = next((meaning for meaning in key.values() if "interval" in meaning), "interval")
        if panel is None or not panel.series or sum(len(one.values) for one in panel.series) > _MOST_POINTS:
            return []
        panels.append(asdict(panel))
    return panels


def _read(ax: Axes, key: dict[tuple[str, str], str]) -> Panel | None:
    containers = [c for c in ax.containers if isinstance(c, BarContainer)]
    of_bars = {bar for container in containers for bar in container}
    lines = [line for line in ax.lines if to_hex(line) != "#ffffff" and not _is_zero(line, ax)]
    if ax.collections or ax.images or any(patch not in of_bars for patch in ax.patches):
        return None
    if "log" in (ax.get_xscale(), ax.get_yscale()):
        return None
    rules = [line for line in lines if line.get_transform() != ax.transData]
    lines = [line for line in lines if line not in rules]
    marks = Marks(ax, key)
    bars = [[bar for bar in container if to_hex(bar) != TRACK] for container in containers]
    if any(bars):
        lying = {c.orientation == "horizontal" for c, own in zip(containers, bars, strict=True) if own}
        if rules or len(lying) > 1 or not all(_is_segment(line) for line in lines):
            return None
        return _read_bars(marks, [own for own in bars if own], lying.pop(), lines)
    dots = [line for line in lines if kind_of(line) in ("dot", "tick")]
    strokes = [line for line in lines if kind_of(line) == "line"]
    if dots:
        return _read_dots(marks, dots, strokes, [_rule(line, ax, key) for line in rules])
    return None if rules else _read_courses(marks, strokes)


def _read_bars(
    marks: Marks, bars: Sequence[Sequence[Rectangle]], lies: bool, strokes: Sequence[Line2D]
) -> Panel | None:
    side = marks.y if lies else marks.x
    found: list[tuple[Rectangle, str, float, tuple[str, str]]] = []  # its name, place and series
    for bar in (bar for own in bars for bar in own):
        place = bar.get_y() + bar.get_height() / 2 if lies else bar.get_x() + bar.get_width() / 2
        name, color = marks.named(bar) or side.name(place), to_hex(bar)
        if not name:
            return None
        found.append((bar, name, place, ("bar", color)))
    rows = {name: place for _, name, place, _ in found}
    names = sorted(rows, key=lambda name: rows[name])
    alone = len(found) == len(names)
    if alone and not all(kind in marks.key for *_, kind in found):
        found = [(bar, name, place, ("bar", "")) for bar, name, place, _ in found]  # colours only set some apart
    stacked = len({(name, round(place, 6)) for _, name, place, _ in found}) < len(found)
    if stacked and not _is_stack([bar for bar, *_ in found], lies):
        return None
    if len({(name, kind) for _, name, _, kind in found}) < len(found):
        return None
    if not stacked and any(abs(bar.get_x() if lies else bar.get_y()) > 1e-9 for bar, *_ in found):
        return None  # a bar that begins where another ends: its length alone says little
    intervals = _intervals(strokes, 1 if lies else 0)
    series, printed = [], []
    for kind in dict.fromkeys(kind for *_, kind in found):
        own_bars = {name: (bar, place) for bar, name, place, own in found if own == kind}
        one, texts = _series_of(marks, names, own_bars, intervals, lies, alone)
        one.name = marks.key.get(kind, "") or marks.panel
        series.append(one)
        printed.append(texts)
    if len(intervals) > sum(end is not None for one in series for end in one.low):
        return None  # an interval that belongs to no bar
    ticks = _ticks(marks, [line for line in strokes if not _lies(line, 1 if lies else 0)], names, lies)
    if ticks is None:
        return None
    series += ticks
    form = marks.x.form if lies else marks.y.form
    panel = Panel("bar" if lies else "column", marks.panel, names, series, "", stacked, across=side.label)
    return _with_form(panel, printed, form)


def _ticks(marks: Marks, strokes: Sequence[Line2D], names: Sequence[str], lies: bool) -> list[Series] | None:
    """Strokes across a bar, which the key names, as series of their own; None where it does not."""
    found: dict[str, Series] = {}
    for line in strokes:
        (x0, y0), (x1, y1) = places_of(line)
        row = (marks.y if lies else marks.x).name((y0 + y1) / 2 if lies else (x0 + x1) / 2)
        meaning = marks.key.get(("tick", to_hex(line)), "")
        if not meaning or row not in names:
            return None
        one = found.setdefault(meaning, Series(meaning, to_hex(line), [None] * len(names), tick=True))
        one.values[names.index(row)] = _known(x0 if lies else y0)
    return list(found.values())


def _is_stack(bars: Iterable[Rectangle], lies: bool) -> bool:
    """Whether bars of one row begin where another of it ends, or go both ways from zero: none lies upon another."""
    rows: dict[float, list[tuple[float, float]]] = {}
    for bar in bars:
        start, length = (bar.get_x(), bar.get_width()) if lies else (bar.get_y(), bar.get_height())
        row = bar.get_y() + bar.get_height() / 2 if lies else bar.get_x() + bar.get_width() / 2
        rows.setdefault(round(row, 6), []).append((min(start, start + length), max(start, start + length)))
    return all(abs(b[0] - a[1]) < 1e-6 for row in rows.values() for a, b in pairwise(sorted(row)))


def _series_of(
    marks: Marks,
    names: Sequence[str],
    bars: dict[str, tuple[Rectangle, float]],
    intervals: Sequence[tuple[float, tuple[float, float]]],
    lies: bool,
    alone: bool,
) -> tuple[Series, list[str]]:
    """The bars of one colour, and what is printed beside them."""
    one, texts = Series("", "", []), []
    for name in names:
        value: Known = None
        ends: tuple[Known, Known] = (None, None)
        text = color = ""
        if name in bars:
            bar, place = bars[name]
            thick, length = (bar.get_height(), bar.get_width()) if lies else (bar.get_width(), bar.get_height())
            value, color, text = _known(length), to_hex(bar), marks.printed(bar, lies, alone=lies and alone)
            ends = next((ends for at, ends in intervals if abs(at - place) <= thick / 2), ends)
        one.values.append(value)
        one.low.append(ends[0])
        one.high.append(ends[1])
        one.colors.append(color)
        texts.append(text)
    shades = [color for color in one.colors if color]
    one.color = max(shades, key=shades.count)
    return one, texts


def _read_dots(
    marks: Marks, dots: Sequence[Line2D], strokes: Sequence[Line2D], rules: Sequence[tuple[str, float] | None]
) -> Panel | None:
    points = [(line, float(x), float(y)) for line in dots for x, y in places_of(line) if np.isfinite([x, y]).all()]
    lies = all(marks.y.name(y) for _, _, y in points)
    if not points or not (lies or all(marks.x.name(x) for _, x, _ in points)) or (rules and not lies):
        return None
    at_rules = {told[0]: told[1] for told in rules if told}
    if len(at_rules) < len(rules):
        return None
    side, along = (marks.y, 1) if lies else (marks.x, 0)
    placed = [(line, side.name(y if lies else x), (x, y)) for line, x, y in points]
    at = {(round(x, 9), round(y, 9)) for _, x, y in points}
    segments = [line for line in strokes if _is_segment(line)]
    courses = [line for line in strokes if not _is_segment(line)]
    if any((round(float(x), 9), round(float(y), 9)) not in at for line in courses for x, y in places_of(line)):
        return None
    joins = [line for line in segments if {(round(float(x), 9), round(float(y), 9)) for x, y in places_of(line)} <= at]
    alone = [line for line in segments if line not in joins]
    intervals = _intervals(alone, along)
    rows = {name: place[along] for _, name, place in placed}
    names = sorted(rows, key=lambda name: rows[name])
    by_color: dict[tuple[str, str], dict[str, float]] = {}
    for line, name, place in placed:
        one = by_color.setdefault((kind_of(line), to_hex(line)), {})
        if name in one:
            return None
        one[name] = place[1 - along]
    found, used = [], 0
    for (kind, color), named in by_color.items():
        values = [_known(named[name]) if name in named else None for name in names]
        ends: list[tuple[Known, Known]] = []
        for name, value in zip(names, values, strict=True):
            fits = [e for place, e in intervals if abs(place - rows[name]) <= 0.3 and value is not None]
            fits = [e for e in fits if e[0] - 1e-9 <= float(value or 0) <= e[1] + 1e-9]
            ends.append(fits[0] if fits else (None, None))
            used += bool(fits)
        meaning = marks.key.get((kind, color), "") or marks.panel
        found.append(Series(meaning, color, values, low=[e[0] for e in ends], high=[e[1] for e in ends]))
    if used < len(intervals):
        return None
    form = marks.x.form if lies else marks.y.form
    printed = [[marks.beside(rows[name]) if lies else "" for name in names]] if len(found) == 1 else []
    ticks = _ticks(marks, [line for line in alone if not _lies(line, along)], names, lies)
    if ticks is None or (ticks and not lies):
        return None
    found += ticks
    kind_: Literal["dot", "line"] = "dot" if lies else "line"
    return _with_form(Panel(kind_, marks.panel, names, found, "", across=side.label, rules=at_rules), printed, form)


def _read_courses(marks: Marks, strokes: Sequence[Line2D]) -> Panel | None:
    lines = [line for line in strokes if len(places_of(line)) > 2]
    if not lines or len(lines) < len(strokes) or any(line.get_drawstyle() != "default" for line in lines):
        return None
    told = [marks.key.get(("line", to_hex(line)), "").partition(", with ")[0] for line in lines]
    if len(lines) > 1 and (not all(told) or len(set(told)) < len(told)):
        return None
    xs = sorted({float(x) for line in lines for x, _ in places_of(line)})
    named = [marks.x.name(x) for x in xs]
    if not marks.y.form(1.0) or not (all(named) or (marks.x.label and marks.x.is_numeric())):
        return None
    found = []
    for line, name in zip(lines, told, strict=True):
        ys = {float(x): _known(y) for x, y in places_of(line)}
        if len(ys) < len(places_of(line)):
            return None
        x = [] if all(named) else list(ys)
        values = [ys.get(place) for place in xs] if all(named) else list(ys.values())
        found.append(Series(name or marks.panel, to_hex(line), values, x=x))
    names = named if all(named) else []
    kind: Literal["line", "course"] = "line" if names else "course"
    return _with_form(Panel(kind, marks.panel, names, found, "", across=marks.x.label), [], marks.y.form)


def _with_form(panel: Panel, printed: Sequence[Sequence[str]], form: Any) -> Panel | None:
    """The panel with its numbers in the unit and the form in which the chart prints them; None where nothing tells."""
    pairs = [
        (value, text)
        for one, texts in zip(panel.series, printed, strict=False)
        for value, text in zip(one.values, texts, strict=True)
        if value is not None and text
    ]
    drawn = [v for one, _ in zip(panel.series, printed, strict=False) for v in one.values if v is not None]
    labelled = bool(pairs) and len(pairs) == len(drawn)
    pairs = [(v, text) for v, text in pairs if v or _read_printed(text)]  # none is said in words
    if not pairs:
        pairs = [(v, text) for one in panel.series for v in one.values if v is not None and (text := form(v))]
    read = [(value, found) for value, text in pairs if (found := _read_printed(text))]
    if not read or len(read) < len(pairs):
        return None
    times = {_times(value, found) for value, found in read if _times(value, found)}
    if len(times) > 1 or -1.0 in times:
        return None
    scale = times.pop() if times else 1.0
    if scale == 100 and all(found.unit == "%" for _, found in read):
        scale = 1.0
    panel.form = _spelt([found for _, found in read])
    panel.labelled = labelled
    panel.rules = {name: value * scale for name, value in panel.rules.items()}
    for one in panel.series:
        one.values = [None if v is None else v * scale for v in one.values]
        one.low = [None if v is None else v * scale for v in one.low] if any(v is not None for v in one.low) else []
        one.high = [None if v is None else v * scale for v in one.high] if one.low else []
        one.colors = one.colors if len({color for color in one.colors if color}) > 1 else []
    if labelled:
        for one, texts in zip(panel.series, printed, strict=False):
            told = [text if _first(text) != text or text.startswith(">") else "" for text in texts]
            one.labels = told if any(told) else []
    return panel


def _spelt(found: Sequence[Printed]) -> str:
    """The form in which figures were printed, as spreadsheets spell it."""
    decimals = max(one.decimals for one in found if not one.scale) if any(not one.scale for one in found) else 0
    digits = "0" + (f".{'0' * decimals}" if decimals else "")
    if all(one.unit == "%" or one.number == 0 for one in found):
        least = f'[=0]{digits}%;[<{0.5 * 10.0 ** -(decimals + 2):g}]"<{10.0**-decimals:.{decimals}f}%";'
        return f"{least if any(one.bound == '<' for one in found) else ''}{digits}%"
    sign = next((f'"{one.prefix}"' for one in found if one.prefix), "")
    unit = next((f'" {one.unit}"' for one in found if one.unit and one.unit != "%"), "")
    if all(one.sign or one.number == 0 for one in found) and any(one.sign == "+" for one in found):
        whole = f"{sign}#,##{digits}{unit}" if sign or unit else digits
        return f"+{whole};−{whole};{whole}"
    if any(one.scale for one in found):
        return f'[>=999500]{sign}0.0,,"m";[>=999.5]{sign}0.0,"k";{sign}0'
    return f"{sign}#,##{digits}{unit}"


def _read_printed(text: str) -> Printed | None:
    return read_figure(fmt.as_english(_first(text)))


def _first(text: str) -> str:
    """Of "65%, £16.5m" or "0.1 (1.0)" the first figure."""
    return re.split(r", | \(", text, maxsplit=1)[0]


def _times(value: float, printed: Printed) -> float:
    """How many times the value what was printed is, 1 or 100; 0 where it is too small to tell, −1 for neither."""
    if printed.bound or abs(printed.number) < 1e-12 or abs(value) < 1e-12:
        return 0.0
    near = 0.5 * 10.0**-printed.decimals * printed.step * 1.01
    fits = [times for times in (1.0, 100.0) if abs(value * times - printed.number) <= near]
    return fits[0] if len(fits) == 1 else 0.0 if fits else -1.0


def _is_segment(line: Line2D) -> bool:
    points = places_of(line)
    return kind_of(line) == "line" and len(points) == 2 and (points[0] == points[1]).any()


def _is_zero(line: Line2D, ax: Axes) -> bool:
    """Whether a line is only an axis: at zero from edge to edge."""
    xs, ys = places_of(line).T
    across = line.get_transform() == ax.get_xaxis_transform(which="grid") and not xs.any()
    return bool(across or (line.get_transform() == ax.get_yaxis_transform(which="grid") and not ys.any()))


def _rule(line: Line2D, ax: Axes, key: dict[tuple[str, str], str]) -> tuple[str, float] | None:
    """A line from bottom to top that the key names: its name and where it is."""
    xs = np.asarray(line.get_xdata(), float)
    name = key.get(("line", to_hex(line)), "")
    upright = line.get_transform() == ax.get_xaxis_transform(which="grid") and len(set(xs)) == 1
    return (name, float(xs[0])) if upright and name else None


def _intervals(strokes: Iterable[Line2D], along: int) -> list[tuple[float, tuple[float, float]]]:
    """The strokes that lie along a row: where the row is, and both ends."""
    found = []
    for line in strokes:
        points = places_of(line)
        if _lies(line, along):
            low, high = sorted(float(point[1 - along]) for point in points)
            found.append((float(points[0][along]), (low, high)))
    return found


def _lies(line: Line2D, along: int) -> bool:
    """Whether a stroke keeps to its row."""
    points = places_of(line)
    return len(points) == 2 and bool(points[0][along] == points[1][along])


def _known(value: Any) -> Known:
    return float(value) if np.isfinite(value) else None
