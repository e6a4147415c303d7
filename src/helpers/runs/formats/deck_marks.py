"""What PowerPoint's charts are made up of, whichever kind they are: number formats, axes, marks and colours."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_MARKER_STYLE
from pptx.util import Pt

from helpers.runs.formats.deck_page import measure
from helpers.story.colors import MUTED

SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def form_of_cells(panel: Mapping[str, Any]) -> str:
    """How the numbers behind a chart are written: without "<1%", which the library puts into XML as it stands."""
    form = str(panel["form"])
    return form.rpartition(";")[2] if "<" in form or "&" in form else form


def axis_form(panel: Mapping[str, Any]) -> str:
    """How an axis writes its numbers: as the chart's, without the decimals that its round steps have not."""
    form = form_of_cells(panel)
    most = max((abs(value) for value in ends_of(panel)), default=0.0)
    if ',"k"' in form:
        form = form.replace('0.0,"k"', '0,"k"') if most >= 10_000 else form
        return form.replace('0.0,,"m"', '0,,"m"') if most >= 10_000_000 else form
    return re.sub(r"\.0+", "", form) if most * (100 if form.endswith("%") else 1) >= 10 else form


def ends_of(panel: Mapping[str, Any]) -> Iterator[float]:
    """All that a panel's axis has to hold: values, both ends of intervals, and rules."""
    for one in panel["series"]:
        for values in (one["values"], one["low"], one["high"]):
            yield from (value for value in values if value is not None)
    yield from panel["rules"].values()


def round_step(span: float) -> float:
    """A round number of which a span holds four to ten."""
    power = 10.0 ** math.floor(math.log10(span / 4))
    return next(power * times for times in (5.0, 2.0, 1.0) if power * times * 4 <= span)


def mark(own: Any, color: str) -> None:
    own.marker.style, own.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    own.marker.format.fill.solid()
    own.marker.format.fill.fore_color.rgb = rgb(color)
    own.marker.format.line.fill.background()


def name_axis(axis: Any, name: str, size: float) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = name[:1].upper() + name[1:]
    run = axis.axis_title.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(size), False
    run.font.color.rgb = rgb(MUTED)


def cut(text: str, size: float, room: float) -> str:
    while measure(text, size) > room and len(text) > 2:
        text = text[: min(len(text) - 2, len(text) * 9 // 10)].rstrip("… ") + "…"
    return text


def rgb(color: str) -> RGBColor:
    return RGBColor.from_string(color.lstrip("#"))


def xml(text: str) -> Any:
    return etree.fromstring(text)
