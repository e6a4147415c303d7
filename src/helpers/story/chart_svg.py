"""A drawing as matplotlib writes it, made light and told: the SVG of a chart that stands in a page.

The drawing is one picture with its alternative text; over it lie the values of its marks, unseen, each a place to point
at (`<title>`) and a picture of its own for those who listen. Texts are texts, in fonts that every system has or has the
like of: drawn as paths they were six sevenths of a page.
"""

import hashlib
import re
from collections.abc import Sequence
from html import escape

from helpers.story.chart_marks import Value

# What charts are measured in comes last: these are as wide, or narrower.
_FONTS = "Arial,Helvetica,'Liberation Sans','DejaVu Sans',sans-serif"
_SIZE = "11"  # of most texts, points
_SHAPES = "stroke-linejoin:round;stroke-linecap:butt"  # what matplotlib has a style sheet for
_OWN = {"text-anchor": "start", "font-size": _SIZE}  # what texts are without saying so


def tidy(svg: str, alt: str, width: int, height: int, values: Sequence[Value]) -> str:
    """The drawing only: no document type, metadata or comments, which repeat the client's texts.

    Ids stay where something refers to them and get a prefix from the drawing, so that many charts can
    stand in one page. The size is the natural one; it shrinks with the page.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", svg, flags=re.DOTALL)
    used = dict.fromkeys(re.findall(r'<[^>]*?(?:href="|url\()#([^")]+)', svg))
    prefix = "c" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    short = {name: f"{prefix}{number:x}" for number, name in enumerate(used)}
    svg = re.sub(r"<[^>]+>", lambda m: _short_tag(m[0], short), svg)
    svg = re.sub(r">\s+<", "><", svg)
    view = re.search(r'viewBox="0 0 (\S+) (\S+)"', svg)
    assert view
    drawing = _unwrapped(svg[svg.index(">") + 1 : svg.rindex("</svg>")])
    size = f'width="{width}" height="{height}" viewBox="0 0 {_rounded(view[1])} {_rounded(view[2])}"'
    fonts = f'font-family="{_FONTS}" font-size="{_SIZE}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {fonts} style="max-width:100%;height:auto;{_SHAPES}">'
        f'<g role="img" aria-label="{escape(alt)}">{drawing}</g>{_places(values, float(view[2]))}</svg>'
    )


def _places(values: Sequence[Value], height: float) -> str:
    """The values as unseen boxes on their marks."""
    if not values:
        return ""
    boxes = []
    for value in values:
        x, y, wide, high = (
            f"{n:.1f}".removesuffix(".0")
            for n in (value.box.x0, height - value.box.y1, value.box.width, value.box.height)
        )
        title = f"<title>{escape(' '.join(value.text.split()), quote=False)}</title>"
        boxes.append(f'<path role="img" d="M{x} {y}h{wide}v{high}h-{wide}z">{title}</path>')
    return f'<g class="values" role="group" aria-label="Values" fill-opacity="0">{"".join(boxes)}</g>'


def _short_tag(tag: str, ids: dict[str, str]) -> str:
    """A tag with ids as in `ids`, without others, and with no more digits and blanks than a screen shows."""
    tag = re.sub(r' id="([^"]*)"', lambda m: f' id="{ids[m[1]]}"' if m[1] in ids else "", tag)
    tag = re.sub(r'(?:xlink:)?(href="|url\()#([^")]+)', lambda m: f"{m[1]}#{ids[m[2]]}", tag)
    if tag.startswith("<text "):
        return _short_text(tag)
    tag = re.sub(r' d="([^"]*)"', lambda m: f' d="{_short_path(m[1])}"', tag)
    tag = re.sub(r' style="[^"]*"', lambda m: re.sub("(?<=[:;]) ", "", m[0]), tag)
    return re.sub(r'(?:translate\([^)]*\)|(?: [xy]| width| height)="[^"]*")', lambda m: _rounded(m[0]), tag)


def _short_text(tag: str) -> str:
    """A text's tag with what differs from most texts only; upright ones need no turning."""
    facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
    style = dict(part.split(": ", 1) for part in facts.pop("style").split("; "))
    del style["font-family"]
    style["font-size"] = style["font-size"].removesuffix("px")
    facts |= {name: value for name, value in style.items() if _OWN.get(name) != value}
    if facts.get("transform", "").startswith("rotate(-0 "):
        del facts["transform"]
    facts = {name: _rounded(value) for name, value in facts.items()}
    return "<text" + "".join(f' {name}="{value}"' for name, value in facts.items()) + ">"


def _unwrapped(svg: str) -> str:
    """The same without groups that only hold together."""
    kept: list[str] = []
    opened: list[bool] = []
    for part in re.split(r"(<g(?: [^>]*)?>|</g>)", re.sub(r"<g(?: [^>]*)?/>", "", svg)):
        if part == "</g>":
            bare = opened.pop()
        elif part.startswith("<g"):
            bare = part == "<g>"
            opened.append(bare)
        else:
            bare = False
        if not bare:
            kept.append(part)
    return re.sub(r"<defs></defs>|<defs/>", "", "".join(kept))


def _short_path(path: str) -> str:
    """The same path without the blanks it does not need, to a hundredth of a point."""
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", _rounded(" ".join(path.split())))


def _rounded(numbers: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), numbers)
