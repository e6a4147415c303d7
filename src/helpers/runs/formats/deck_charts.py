"""A chart of a page drawn again as PowerPoint's own, whose numbers can be seen and changed; or as a picture.

Bars and columns, lines, and dots with their intervals are drawn from the numbers that a chart carries (`chart_data`).
What has none, a grid of cells say, is a picture of 200 dots an inch with its words for those who do not see it.
"""

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import resvg_py
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from helpers.runs.formats.deck_dots import dots_of, name_rows, span_of, style_dots
from helpers.runs.formats.deck_marks import (
    SPACES,
    axis_form,
    cut,
    ends_of,
    form_of_cells,
    mark,
    name_axis,
    rgb,
    round_step,
    xml,
)
from helpers.runs.formats.deck_page import POINT, Box, Deck, Line, describe, fitting_lines
from helpers.runs.formats.page_parts import Picture
from helpers.story.chart_text import font_files
from helpers.story.colors import INK, MUTED, RULE

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


def draw(deck: Deck, slide: Any, box: Box, picture: Picture) -> Box:
    """Draw a picture into a box, as a chart that can be changed where its numbers are known; returns what it took."""
    panels = picture.panels
    if has_image(picture):
        return _place_image(deck, slide, box, picture)
    head = [Line(picture.title, 14, True, INK), Line(picture.subtitle, 11, color=MUTED, before=2)]
    taken = sum(fitting_lines(line.text, line.size, box.width) * line.size * 1.25 for line in head if line.text)
    high = min(int((taken + 6) * POINT), box.height // 4)
    deck.write(slide, Box(box.left, box.top, box.width, high), head)
    room = box.inset(top=high)
    for number, (panel, place) in enumerate(zip(panels, _places(panels, room), strict=True)):
        frame = _add_chart(slide, place, panel, size=11 if _rows(panels) <= 14 else 9)
        describe(frame, picture.alt if number == 0 else f"{panel['title']}: see the chart before it.")
    return box


def has_image(picture: Picture) -> bool:
    """Whether a picture is placed as it is: its numbers are not known, or too many."""
    return not picture.panels or len(picture.panels) > _MOST_PANELS or _rows(picture.panels) > _MOST_ROWS


def _rows(panels: Sequence[Mapping[str, Any]]) -> int:
    return max((len(panel["categories"]) for panel in panels if panel["kind"] in ("bar", "dot")), default=0)


def _places(panels: Sequence[Mapping[str, Any]], room: Box) -> Iterator[Box]:
    """Panels of the same rows side by side; those over time one above the other."""
    count = len(panels)
    if panels[0]["kind"] in ("bar", "dot"):
        wide = (room.width - _GAP * (count - 1)) // count
        yield from (Box(room.left + n * (wide + _GAP), room.top, wide, room.height) for n in range(count))
    else:
        high = room.height // count
        yield from (Box(room.left, room.top + n * high, room.width, high) for n in range(count))


def size_of(picture: Picture) -> tuple[float, float]:
    """How wide and high a drawing may stand on a slide, in English metric units; zeros where it does not say."""
    size = re.search(rb'<svg[^>]* width="([\d.]+)"[^>]* height="([\d.]+)"', picture.image[:1000])
    per_pixel = 914_400 * _LARGER / _PIXELS
    return (float(size[1]) * per_pixel, float(size[2]) * per_pixel) if size else (0.0, 0.0)


def _place_image(deck: Deck, slide: Any, box: Box, picture: Picture) -> Box:
    """As large as fits, a page's size and a half at most; at the left, where reading begins. Returns what it took.

    What is white in a drawing, beneath it and behind its letters, gets the colour of the slide.
    """
    drawn, image = picture.kind == "image/svg+xml", picture.image
    if drawn:
        image = to_png(image.replace(b"#ffffff", deck.paper.encode()), _DPI / _PIXELS * _LARGER, deck.paper)
    shape = slide.shapes.add_picture(io.BytesIO(image), Emu(box.left), Emu(box.top))
    natural = int(shape.image.size[0] / _DPI * 914_400) if drawn else shape.width
    scale = min(min(box.width, natural) / shape.width, box.height / shape.height)
    shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
    describe(shape, picture.alt)
    return Box(box.left, box.top, shape.width, shape.height)


def to_png(svg: bytes, zoom: float, ground: str | None = None) -> bytes:
    """A drawing as a picture, so many times as large, on a colour or on nothing; with the house's fonts, as looking for
    others takes long."""
    files = [*font_files(), *font_files(bold=True)]
    text = svg.decode("utf-8")
    return bytes(
        resvg_py.svg_to_bytes(svg_string=text, zoom=zoom, background=ground, font_files=files, skip_system_fonts=True)
    )


def _add_chart(slide: Any, box: Box, panel: Mapping[str, Any], size: float) -> Any:
    kind = panel["kind"]
    data, type_ = _data(panel)
    frame = slide.shapes.add_chart(type_, Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height), data)
    chart = frame.chart
    chart.font.size = Pt(size)
    chart.font.color.rgb = rgb(INK)
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
        style_dots(chart, panel)
        return frame
    for own, one in zip(chart.plots[0].series, series, strict=True):
        _color(own, one, kind)
        if any(value is not None for value in one["low"]):
            _add_intervals(own, one)
    return frame


def _data(panel: Mapping[str, Any]) -> tuple[Any, Any]:
    form = form_of_cells(panel)
    if panel["kind"] == "dot":
        return dots_of(panel), XL_CHART_TYPE.XY_SCATTER
    if panel["kind"] == "course":
        courses = XyChartData(number_format=form)
        for one in panel["series"]:
            own = courses.add_series(one["name"] or "value", number_format=form)
            for x, value in zip(one["x"], one["values"], strict=True):
                own.add_data_point(x, value)
        return courses, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS
    data = CategoryChartData(number_format=form)
    data.categories = [cut(name, 11, _LONGEST) for name in panel["categories"]]
    for one in panel["series"]:
        data.add_series(one["name"] or panel["title"] or "value", one["values"], number_format=form)
    return data, _TYPES[panel["kind"], panel["stacked"]]


def _style_bars(chart: Any, panel: Mapping[str, Any], size: float) -> None:
    plot, values, names = chart.plots[0], chart.value_axis, chart.category_axis
    lies, series = panel["kind"] == "bar", panel["series"]
    if panel["kind"] != "line":
        alone = all(sum(v is not None for v in row) < 2 for row in zip(*(one["values"] for one in series), strict=True))
        plot.gap_width, plot.overlap = (55, 100 if panel["stacked"] or alone else -5)
    names.format.line.color.rgb = rgb(RULE)
    names.has_major_gridlines = False
    names.tick_labels.font.size = Pt(size)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if lies:
        names.reverse_order = True
    if panel["across"] and not lies:
        name_axis(names, panel["across"], size)
    # A label at a bar's end would stand on its interval: the axis tells instead.
    labelled = panel["labelled"] and not any(one["low"] for one in series)
    labelled = labelled or (panel["stacked"] and len(series) > 1)
    values.has_major_gridlines = not labelled
    values.visible = not labelled
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = axis_form(panel), False
    if any(one["low"] for one in series):
        _hold_intervals(values, panel)
    if not labelled:
        values.major_gridlines.format.line.color.rgb = rgb(RULE)
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
        labels.font.color.rgb = rgb("#ffffff")
    elif panel["kind"] != "line":
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for own, one in zip(plot.series, series, strict=True):
        for number, text in enumerate(one["labels"]):
            if text:
                frame = own.points[number].data_label.text_frame
                frame.text = text
                frame.paragraphs[0].runs[0].font.size = Pt(size)


def _hold_intervals(axis: Any, panel: Mapping[str, Any]) -> None:
    """An axis as long as the intervals are: by themselves programs see to the values only, and cut what is longer."""
    least, most = min(0.0, *ends_of(panel)), max(0.0, *ends_of(panel))
    step = round_step(most - least or 1.0)
    axis.maximum_scale, axis.major_unit = math.ceil(most / step) * step, step
    if panel["kind"] != "line" or least < 0:
        axis.minimum_scale = math.floor(least / step) * step


def _style_points(chart: Any, panel: Mapping[str, Any], size: float, width: int) -> None:
    across, up = chart.category_axis, chart.value_axis
    across.tick_labels.font.size = up.tick_labels.font.size = Pt(size)
    across.format.line.color.rgb = rgb(RULE)
    if panel["kind"] == "course":
        up.tick_labels.number_format, up.tick_labels.number_format_is_linked = axis_form(panel), False
        across.has_major_gridlines = False
        up.major_gridlines.format.line.color.rgb = rgb(RULE)
        up.format.line.fill.background()
        if panel["across"]:
            name_axis(across, panel["across"], size)
        return
    count = len(panel["categories"])
    across.tick_labels.number_format, across.tick_labels.number_format_is_linked = axis_form(panel), False
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    across.has_major_gridlines = True
    across.major_gridlines.format.line.color.rgb = rgb(RULE)
    up.has_major_gridlines = False
    up.minimum_scale, up.maximum_scale, up.major_unit = 0.5, count + 0.5, 1
    up.tick_labels.number_format_is_linked = False
    up.visible = False  # an axis of numbers has no names
    across.minimum_scale, across.maximum_scale = span_of(panel)
    name_rows(chart, panel, size, width)


def _color(own: Any, one: Mapping[str, Any], kind: str) -> None:
    if kind in ("line", "course"):
        own.format.line.color.rgb, own.format.line.width = rgb(one["color"]), Pt(2.25)
        own.smooth = False
        if kind == "line":
            mark(own, one["color"])
    else:
        own.format.fill.solid()
        own.format.fill.fore_color.rgb = rgb(one["color"])
        own.invert_if_negative = False
        for number, color in enumerate(one["colors"]):
            if color and color != one["color"]:
                fill = own.points[number].format.fill
                fill.solid()
                fill.fore_color.rgb = rgb(color)


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
    bars = xml(
        f'<c:errBars {SPACES}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
        f'{"".join(ways)}<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="{rgb(MUTED)}"/></a:solidFill></a:ln>'
        f"</c:spPr></c:errBars>"
    )
    following = [qn(f"c:{name}") for name in ("cat", "val")]
    next(child for child in own._element if child.tag in following).addprevious(bars)
