"""Dots in rows, each with its interval, as PowerPoint's own chart: points over numbers, rows named by labels."""

import math
from collections.abc import Mapping
from html import escape
from typing import Any

from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

from helpers.runs.formats.deck_marks import SPACES, cut, ends_of, form_of_cells, mark, rgb, round_step, xml
from helpers.runs.formats.deck_page import POINT, clean, measure
from helpers.story.colors import INK, QUIET

_TICK = 0.22  # of a row's height, above and below its middle
_MOST_OF_NAMES = 0.4  # of a chart's width that rows' names take
_SHOW = "".join(
    f'<c:show{what} val="{int(what == "Val")}"/>'
    for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
)


def dots_of(panel: Mapping[str, Any]) -> XyChartData:
    """Dots in rows: first the intervals, each a line of its own, then the dots, the rules, and the names of rows.

    All series have as many points, since LibreOffice draws no shorter ones; a point without a height is none.
    """
    form, count = form_of_cells(panel), len(panel["categories"])
    rows = [count - n for n in range(count)]
    drawn: list[tuple[str, list[tuple[float, float | None]]]] = []
    for one in panel["series"]:
        ends = zip(one["low"], one["high"], rows, strict=True) if one["low"] else ()
        line: list[tuple[float, float | None]] = []
        for low, high, row in ends:
            if low is not None and high is not None:
                line += [(low, row), (high, row), (high, None)]
        drawn += [(panel["interval"], line)] if line else []
    for one in panel["series"]:
        known = [(value, row) for value, row in zip(one["values"], rows, strict=True) if value is not None]
        points: list[tuple[float, float | None]] = [*known]
        if one.get("tick"):
            points = [(value, y) for value, row in known for y in (row - _TICK, row + _TICK, None)]
        drawn.append((one["name"] or panel["title"] or "value", points))
    drawn += [(name, [(value, 0.5), (value, count + 0.5)]) for name, value in panel["rules"].items()]
    drawn.append(("rows", [(span_of(panel)[0], row) for row in rows]))
    longest = max(len(points) for _, points in drawn)
    data = XyChartData(number_format=form)
    for name, points in drawn:
        own = data.add_series(name, number_format=form)
        for x, y in [*points, *[(points[-1][0], None)] * (longest - len(points))]:
            own.add_data_point(x, y)
    return data


def style_dots(chart: Any, panel: Mapping[str, Any]) -> None:
    drawn = list(chart.plots[0].series)
    intervals = sum(any(v is not None for v in one["low"]) for one in panel["series"])
    for own in drawn[:intervals]:
        own.marker.style = XL_MARKER_STYLE.NONE
        own.format.line.color.rgb, own.format.line.width = rgb(QUIET), Pt(3)
    for own, one in zip(drawn[intervals:], panel["series"], strict=False):
        if one.get("tick"):
            own.marker.style = XL_MARKER_STYLE.NONE
            own.format.line.color.rgb, own.format.line.width = rgb(one["color"]), Pt(2.25)
            continue
        own.format.line.fill.background()
        mark(own, one["color"])
    for own in drawn[intervals + len(panel["series"]) : -1]:
        own.marker.style = XL_MARKER_STYLE.NONE
        own.format.line.color.rgb, own.format.line.width = rgb(INK), Pt(1.5)
        own.format.line.dash_style = MSO_LINE.DASH


def name_rows(chart: Any, panel: Mapping[str, Any], size: float, width: int) -> None:
    """The rows' names as labels of points without a mark, at the left edge of the plot, which leaves room for them."""
    rows = panel["categories"]
    room = width * _MOST_OF_NAMES / POINT
    names = [cut(name, size, room) for name in rows]
    last = chart.plots[0]._element.findall(qn("c:ser"))[-1]
    number = int(last.find(qn("c:idx")).get("val"))
    own = list(chart.plots[0].series)[-1]
    own.marker.style = XL_MARKER_STYLE.NONE
    own.format.line.fill.background()
    labels = "".join(
        f'<c:dLbl><c:idx val="{n}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:p><a:r><a:rPr lang="en-GB" '
        f'sz="{int(size * 100)}"/><a:t>{escape(clean(name))}</a:t></a:r></a:p></c:rich></c:tx>'
        f'<c:dLblPos val="l"/>{_SHOW}</c:dLbl>'
        for n, name in enumerate(names)
    )
    told = xml(f'<c:dLbls {SPACES}>{labels}<c:dLblPos val="l"/>{_SHOW}</c:dLbls>')
    last.find(qn("c:xVal")).addprevious(told)
    if chart.has_legend:
        intervals = sum(any(v is not None for v in one["low"]) for one in panel["series"])
        for silent in (number, *range(intervals - 1, 0, -1)):  # the rows' names, and the second line of a name
            entry = xml(f'<c:legendEntry {SPACES}><c:idx val="{silent}"/><c:delete val="1"/></c:legendEntry>')
            chart.legend._element.find(qn("c:legendPos")).addnext(entry)
    left = max(measure(name, size) for name in names) * 1.1 * POINT / width + 0.02
    top = 0.03 + 0.09 * chart.has_legend + 0.07 * chart.has_title
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    for layout in area.findall(qn("c:layout")):
        area.remove(layout)
    area.insert(0, xml(
        f"<c:layout {SPACES}><c:manualLayout>"
        f'<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/><c:x val="{left:.3f}"/>'
        f'<c:y val="{top:.3f}"/><c:w val="{0.96 - left:.3f}"/><c:h val="{0.9 - top:.3f}"/>'
        f"</c:manualLayout></c:layout>"
    ))  # fmt: skip


def span_of(panel: Mapping[str, Any]) -> tuple[float, float]:
    """From where to where the axis of dots goes: from zero, where that is not far."""
    least, most = min(ends_of(panel)), max(ends_of(panel))
    step = round_step(most - least or abs(most) or 1.0)
    low = 0.0 if 0 <= least < most - least else math.floor(least / step) * step
    return low, max(math.ceil(most / step) * step, low + step)  # all dots may have one value
