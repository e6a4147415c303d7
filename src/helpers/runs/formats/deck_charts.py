"""A chart of a page drawn again as PowerPoint's own, whose numbers can be seen and changed; or as a picture.

Bars and columns, lines, and dots with their intervals are drawn from the numbers that a chart carries (`chart_data`).
What has none, a grid of cells say, is a picture of 200 dots an inch with its words for those who do not see it.
"""

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import resvg_py
from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from helpers.runs.formats.deck_page import POINT, Box, Deck, Line, clean, describe, fitting_lines, measure
from helpers.runs.formats.page_parts import Picture
from helpers.story.chart_text import font_files
from helpers.story.colors import INK, MUTED, QUIET, RULE

_DPI = 200
_LARGER = 1.35  # than on the page
_PIXELS = 112  # an inch of a page's chart
_TYPES = {
    ("bar", False): XL_CHART_TYPE.BAR_CLUSTERED,
    ("bar", True): XL_CHART_TYPE.BAR_STACKED,
    ("column", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("column", True): XL_CHART_TYPE.COLUMN_STACKED,
    ("line", False): XL_CHART_TYPE.LINE_MARKERS,
}
_MOST_ROWS, _MOST_PANELS = 24, 3  # what stays legible on a slide
_GAP = 200_000
_LONGEST = 260.0  # points of a category's name
_MOST_OF_NAMES = 0.4  # of a chart's width that rows' names take
_SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_SHOW = "".join(
    f'<c:show{what} val="{int(what == "Val")}"/>'
    for what in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
)


def draw(deck: Deck, slide: Any, box: Box, picture: Picture) -> None:
    """Draw a picture into a box, as a chart that can be changed where its numbers are known."""
    panels = picture.panels
    rows = max((len(panel["categories"]) for panel in panels if panel["kind"] in ("bar", "dot")), default=0)
    if not panels or len(panels) > _MOST_PANELS or rows > _MOST_ROWS:
        _place_image(slide, box, picture)
        return
    head = [Line(picture.title, 14, bold=True), Line(picture.subtitle, 11, color=MUTED, before=2)]
    taken = sum(fitting_lines(line.text, line.size, box.width) * line.size * 1.25 for line in head if line.text)
    high = min(int((taken + 6) * POINT), box.height // 4)
    deck.write(slide, Box(box.left, box.top, box.width, high), head)
    room = box.inset(top=high)
    for number, (panel, place) in enumerate(zip(panels, _places(panels, room), strict=True)):
        frame = _add_chart(slide, place, panel, size=11 if rows <= 14 else 9)
        describe(frame, picture.alt if number == 0 else f"{panel['title']}: see the chart before it.")


def _places(panels: Sequence[Mapping[str, Any]], room: Box) -> Iterator[Box]:
    """Panels of the same rows side by side; those over time one above the other."""
    count = len(panels)
    if panels[0]["kind"] in ("bar", "dot"):
        wide = (room.width - _GAP * (count - 1)) // count
        yield from (Box(room.left + n * (wide + _GAP), room.top, wide, room.height) for n in range(count))
    else:
        high = room.height // count
        yield from (Box(room.left, room.top + n * high, room.width, high) for n in range(count))


def _place_image(slide: Any, box: Box, picture: Picture) -> None:
    """As large as fits, a page's size and a half at most; at the left, where reading begins."""
    image = to_png(picture.image, _DPI / _PIXELS * _LARGER) if picture.kind == "image/svg+xml" else picture.image
    shape = slide.shapes.add_picture(io.BytesIO(image), Emu(box.left), Emu(box.top))
    natural = shape.width
    if picture.kind == "image/svg+xml":
        natural = int(shape.image.size[0] / _DPI * 914_400)
    scale = min(box.width, natural) / shape.width
    scale = min(scale, box.height / shape.height)
    shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
    describe(shape, picture.alt)


def to_png(svg: bytes, zoom: float) -> bytes:
    """A drawing as a picture, so many times as large; with the house's fonts, as looking for others takes long."""
    files = [*font_files(), *font_files(bold=True)]
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg.decode("utf-8"), zoom=zoom, font_files=files, skip_system_fonts=True)
    )


def _add_chart(slide: Any, box: Box, panel: Mapping[str, Any], size: float) -> Any:
    kind = panel["kind"]
    data, type_ = _data(panel)
    frame = slide.shapes.add_chart(type_, Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height), data)
    chart = frame.chart
    chart.font.size = Pt(size)
    chart.font.color.rgb = _rgb(INK)
    series = panel["series"]
    named = [one["name"] for one in series if one["name"]]
    alone = len(series) + len(panel["rules"]) < 2
    chart.has_title = bool(panel["title"])
    if panel["title"]:
        chart.chart_title.text_frame.text = panel["title"]
        run = chart.chart_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(size + 1), True
        chart.chart_title.include_in_layout = False
    chart.has_legend = not alone and bool(named)
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        chart.legend.font.size = Pt(size)
    if kind in ("dot", "course"):
        _style_points(chart, panel, size, box.width)
    else:
        _style_bars(chart, panel, size)
    if kind == "dot":
        _style_dots(chart, panel)
        return frame
    for own, one in zip(chart.plots[0].series, series, strict=True):
        _color(own, one, kind)
        if any(value is not None for value in one["low"]):
            _add_intervals(own, one)
    return frame


def _data(panel: Mapping[str, Any]) -> tuple[Any, Any]:
    form = _form_of_cells(panel)
    if panel["kind"] == "dot":
        return _dots(panel), XL_CHART_TYPE.XY_SCATTER
    if panel["kind"] == "course":
        courses = XyChartData(number_format=form)
        for one in panel["series"]:
            own = courses.add_series(one["name"] or "value", number_format=form)
            for x, value in zip(one["x"], one["values"], strict=True):
                own.add_data_point(x, value)
        return courses, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS
    data = CategoryChartData(number_format=form)
    data.categories = [_cut(name, 11, _LONGEST) for name in panel["categories"]]
    for one in panel["series"]:
        data.add_series(one["name"] or panel["title"] or "value", one["values"], number_format=form)
    return data, _TYPES[panel["kind"], panel["stacked"]]


def _form_of_cells(panel: Mapping[str, Any]) -> str:
    """How the numbers behind a chart are written: without "<1%", which the library puts into XML as it stands."""
    form = str(panel["form"])
    return form.rpartition(";")[2] if "<" in form or "&" in form else form


def _dots(panel: Mapping[str, Any]) -> XyChartData:
    """Dots in rows: first the intervals, each a line of its own, then the dots, the rules, and the names of rows.

    All series have as many points, since LibreOffice draws no shorter ones; a point without a height is none.
    """
    form, count = _form_of_cells(panel), len(panel["categories"])
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
        points: list[tuple[float, float | None]] = [
            (value, row) for value, row in zip(one["values"], rows, strict=True) if value is not None
        ]
        drawn.append((one["name"] or panel["title"] or "value", points))
    drawn += [(name, [(value, 0.5), (value, count + 0.5)]) for name, value in panel["rules"].items()]
    drawn.append(("rows", [(_span(panel)[0], row) for row in rows]))
    longest = max(len(points) for _, points in drawn)
    data = XyChartData(number_format=form)
    for name, points in drawn:
        own = data.add_series(name, number_format=form)
        for x, y in [*points, *[(points[-1][0], None)] * (longest - len(points))]:
            own.add_data_point(x, y)
    return data


def _style_dots(chart: Any, panel: Mapping[str, Any]) -> None:
    drawn = list(chart.plots[0].series)
    intervals = sum(any(v is not None for v in one["low"]) for one in panel["series"])
    for own in drawn[:intervals]:
        own.marker.style = XL_MARKER_STYLE.NONE
        own.format.line.color.rgb, own.format.line.width = _rgb(QUIET), Pt(3)
    for own, one in zip(drawn[intervals:], panel["series"], strict=False):
        own.format.line.fill.background()
        _mark(own, one["color"])
    for own in drawn[intervals + len(panel["series"]) : -1]:
        own.marker.style = XL_MARKER_STYLE.NONE
        own.format.line.color.rgb, own.format.line.width = _rgb(INK), Pt(1.5)
        own.format.line.dash_style = MSO_LINE.DASH


def _mark(own: Any, color: str) -> None:
    own.marker.style, own.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    own.marker.format.fill.solid()
    own.marker.format.fill.fore_color.rgb = _rgb(color)
    own.marker.format.line.fill.background()


def _style_bars(chart: Any, panel: Mapping[str, Any], size: float) -> None:
    plot, values, names = chart.plots[0], chart.value_axis, chart.category_axis
    lies, series = panel["kind"] == "bar", panel["series"]
    if panel["kind"] != "line":
        alone = all(sum(v is not None for v in row) < 2 for row in zip(*(one["values"] for one in series), strict=True))
        plot.gap_width, plot.overlap = (55, 100 if panel["stacked"] or alone else -5)
    names.format.line.color.rgb = _rgb(RULE)
    names.has_major_gridlines = False
    names.tick_labels.font.size = Pt(size)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if lies:
        names.reverse_order = True
    if panel["across"] and not lies:
        _name_axis(names, panel["across"], size)
    # A label at a bar's end would stand on its interval: the axis tells instead.
    labelled = panel["labelled"] and not any(one["low"] for one in series)
    labelled = labelled or (panel["stacked"] and len(series) > 1)
    values.has_major_gridlines = not labelled
    values.visible = not labelled
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = panel["form"], False
    if not labelled:
        values.major_gridlines.format.line.color.rgb = _rgb(RULE)
        values.format.line.fill.background()
        values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH if lies else XL_TICK_LABEL_POSITION.LOW
        return
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = panel["form"], False
    labels.font.size = Pt(size)
    labels.show_value = True
    if panel["stacked"]:
        labels.position = XL_LABEL_POSITION.CENTER
        labels.font.color.rgb = _rgb("#ffffff")
    elif panel["kind"] != "line":
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for own, one in zip(plot.series, series, strict=True):
        for number, text in enumerate(one["labels"]):
            if text:
                frame = own.points[number].data_label.text_frame
                frame.text = text
                frame.paragraphs[0].runs[0].font.size = Pt(size)


def _style_points(chart: Any, panel: Mapping[str, Any], size: float, width: int) -> None:
    across, up = chart.category_axis, chart.value_axis
    across.tick_labels.font.size = up.tick_labels.font.size = Pt(size)
    across.format.line.color.rgb = _rgb(RULE)
    if panel["kind"] == "course":
        up.tick_labels.number_format, up.tick_labels.number_format_is_linked = panel["form"], False
        across.has_major_gridlines = False
        up.major_gridlines.format.line.color.rgb = _rgb(RULE)
        up.format.line.fill.background()
        if panel["across"]:
            _name_axis(across, panel["across"], size)
        return
    count = len(panel["categories"])
    across.tick_labels.number_format, across.tick_labels.number_format_is_linked = panel["form"], False
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    across.has_major_gridlines = True
    across.major_gridlines.format.line.color.rgb = _rgb(RULE)
    up.has_major_gridlines = False
    up.minimum_scale, up.maximum_scale, up.major_unit = 0.5, count + 0.5, 1
    up.tick_labels.number_format_is_linked = False
    up.visible = False  # an axis of numbers has no names
    across.minimum_scale, across.maximum_scale = _span(panel)
    _name_rows(chart, panel, size, width)


def _span(panel: Mapping[str, Any]) -> tuple[float, float]:
    """From where to where the axis of dots goes: from zero, where that is not far."""
    least, most = min(_ends(panel)), max(_ends(panel))
    step = _step(most - least or abs(most) or 1.0)
    low = 0.0 if 0 <= least < most - least else math.floor(least / step) * step
    return low, max(math.ceil(most / step) * step, low + step)  # all dots may have one value


def _step(span: float) -> float:
    """A round number of which a span holds four to ten."""
    power = 10.0 ** math.floor(math.log10(span / 4))
    return next(power * times for times in (5.0, 2.0, 1.0) if power * times * 4 <= span)


def _ends(panel: Mapping[str, Any]) -> Iterator[float]:
    for one in panel["series"]:
        for values in (one["values"], one["low"], one["high"]):
            yield from (value for value in values if value is not None)
    yield from panel["rules"].values()


def _name_rows(chart: Any, panel: Mapping[str, Any], size: float, width: int) -> None:
    """The rows' names as labels of points without a mark, at the left edge of the plot, which leaves room for them."""
    rows = panel["categories"]
    room = width * _MOST_OF_NAMES / POINT
    names = [_cut(name, size, room) for name in rows]
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
    told = _xml(f'<c:dLbls {_SPACES}>{labels}<c:dLblPos val="l"/>{_SHOW}</c:dLbls>')
    last.find(qn("c:xVal")).addprevious(told)
    if chart.has_legend:
        intervals = sum(any(v is not None for v in one["low"]) for one in panel["series"])
        for silent in (number, *range(intervals - 1, 0, -1)):  # the rows' names, and the second line of a name
            entry = _xml(f'<c:legendEntry {_SPACES}><c:idx val="{silent}"/><c:delete val="1"/></c:legendEntry>')
            chart.legend._element.find(qn("c:legendPos")).addnext(entry)
    left = max(measure(name, size) for name in names) * 1.1 * POINT / width + 0.02
    top = 0.03 + 0.09 * chart.has_legend + 0.07 * chart.has_title
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    for layout in area.findall(qn("c:layout")):
        area.remove(layout)
    area.insert(0, _xml(
        f"<c:layout {_SPACES}><c:manualLayout>"
        f'<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/><c:x val="{left:.3f}"/>'
        f'<c:y val="{top:.3f}"/><c:w val="{0.96 - left:.3f}"/><c:h val="{0.9 - top:.3f}"/>'
        f"</c:manualLayout></c:layout>"
    ))  # fmt: skip


def _cut(text: str, size: float, room: float) -> str:
    while measure(text, size) > room and len(text) > 2:
        text = text[: min(len(text) - 2, len(text) * 9 // 10)].rstrip("… ") + "…"
    return text


def _name_axis(axis: Any, name: str, size: float) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = name[:1].upper() + name[1:]
    run = axis.axis_title.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(size), False
    run.font.color.rgb = _rgb(MUTED)


def _color(own: Any, one: Mapping[str, Any], kind: str) -> None:
    if kind in ("line", "course"):
        own.format.line.color.rgb, own.format.line.width = _rgb(one["color"]), Pt(2.25)
        own.smooth = False
        if kind == "line":
            _mark(own, one["color"])
    else:
        own.format.fill.solid()
        own.format.fill.fore_color.rgb = _rgb(one["color"])
        own.invert_if_negative = False
        for number, color in enumerate(one["colors"]):
            if color and color != one["color"]:
                fill = own.points[number].format.fill
                fill.solid()
                fill.fore_color.rgb = _rgb(color)


def _add_intervals(own: Any, one: Mapping[str, Any]) -> None:
    """Both ends of each interval as PowerPoint's error bars, which are told as the way from the value."""
    known = [(value or 0.0, low, high) for value, low, high in zip(one["values"], one["low"], one["high"], strict=True)]
    ways = []
    for name, lengths in (
        ("plus", [0.0 if high is None else max(high - value, 0.0) for value, _, high in known]),
        ("minus", [0.0 if low is None else max(value - low, 0.0) for value, low, _ in known]),
    ):
        points = "".join(f'<c:pt idx="{n}"><c:v>{length!r}</c:v></c:pt>' for n, length in enumerate(lengths))
        ways.append(f'<c:{name}><c:numLit><c:ptCount val="{len(lengths)}"/>{points}</c:numLit></c:{name}>')
    bars = _xml(
        f'<c:errBars {_SPACES}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
        f'{"".join(ways)}<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="{_rgb(MUTED)}"/></a:solidFill></a:ln>'
        f"</c:spPr></c:errBars>"
    )
    following = [qn(f"c:{name}") for name in ("cat", "val")]
    next(child for child in own._element if child.tag in following).addprevious(bars)


def _rgb(color: str) -> RGBColor:
    return RGBColor.from_string(color.lstrip("#"))


def _xml(text: str) -> Any:
    return etree.fromstring(text)
