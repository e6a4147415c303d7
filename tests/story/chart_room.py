"""Where the texts of a drawing stand, reckoned from the SVG: whether one is cut off at an edge or lies on another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from helpers.story.chart import house_style
from helpers.story.chart_text import text_width

_SVG = "{http://www.w3.org/2000/svg}"
_UP, _DOWN = 0.72, 0.2  # of the letters' size that capitals rise above, and tails hang below, the line
_EDGE, _ACROSS, _ALONG = 1.5, 2.0, 2.0  # points that a text may reach over an edge, and into another one each way


@dataclass(frozen=True)
class Line:
    """A line of text and its box, points from the left and the top."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def crowded(svg: str) -> list[str]:
    """What is wrong with the places of a drawing's texts, a sentence each; slanted texts are passed over."""
    width, height = (float(n) for n in str(ElementTree.fromstring(svg).get("viewBox")).split()[2:])
    lines = text_lines(svg)
    cut = [
        f'"{line.text}" is cut off: {line.left:.0f} to {line.right:.0f} of {width:.0f} across'
        for line in lines
        if min(line.left, line.top) < -_EDGE or line.right > width + _EDGE or line.bottom > height + _EDGE
    ]
    return cut + [
        f'"{one.text}" lies on "{other.text}"'
        for one, other in combinations(lines, 2)
        if min(one.right, other.right) - max(one.left, other.left) > _ACROSS
        and min(one.bottom, other.bottom) - max(one.top, other.top) > _ALONG
    ]


def text_lines(svg: str) -> list[Line]:
    """The level and upright texts of a drawing."""
    with house_style():
        return list(_lines(ElementTree.fromstring(svg)))


def _lines(root: ElementTree.Element) -> Iterator[Line]:
    for tag in root.iter(f"{_SVG}text"):
        text, size = tag.text or "", float(tag.get("font-size", 11))
        wide = text_width(text, size, tag.get("font-weight") in ("700", "bold"))
        turn, x, y = _place(tag)
        before = {"middle": wide / 2, "end": wide}.get(tag.get("text-anchor", "start"), 0)
        if abs(turn) < 1:
            yield Line(text, x - before, y - _UP * size, x - before + wide, y + _DOWN * size)
        elif abs(turn + 90) < 1:
            yield Line(text, x - _UP * size, y + before - wide, x + _DOWN * size, y + before)


def _place(tag: ElementTree.Element) -> tuple[float, float, float]:
    """The angle and the place that a text is written from."""
    moves = tag.get("transform", "")
    turned = re.search(r"rotate\((-?[\d.]+)", moves)
    moved = re.search(r"translate\((-?[\d.]+)[ ,]+(-?[\d.]+)\)", moves)
    x, y = (tag.get("x"), tag.get("y")) if tag.get("x") else moved.groups() if moved else ("0", "0")
    return float(turned[1]) if turned else 0.0, float(str(x)), float(str(y))
