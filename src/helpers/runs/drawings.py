"""Charts as drawings in the page: what a reader points at says its value, which it cannot inside an `<img>`. A chart
that is drawn for a phone as well comes twice, and the page's style shows one of the two.

Only what is nothing but shapes and text comes into the page, as the house's charts are. Any other SVG stays an image,
where it can run and load nothing.
"""

import base64
import re
from html import escape
from xml.etree import ElementTree

from bs4 import BeautifulSoup

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(
    f"{_SVG}{name}" for name in ("svg", "g", "defs", "clipPath", "path", "rect", "circle", "use", "text", "title")
)
_IMAGE = re.compile(r'(?<=<figure class="picture">)<img [^>]*src="data:image/svg\+xml;base64,[^>]*>')


def draw_charts(html: str, taken: set[str]) -> str:
    """The markup with its charts as drawings. taken: the drawings' ids in the file so far, which gets the new ones."""
    return _IMAGE.sub(lambda found: _drawing(found[0], taken), html)


def _drawing(image: str, taken: set[str]) -> str:
    tag = BeautifulSoup(image, "html.parser").img
    assert tag
    narrow = str(tag.attrs.pop("data-narrow", ""))
    drawn, small = (_drawn(address, str(tag["alt"]), taken) for address in (str(tag["src"]), narrow))
    if not drawn:
        return str(tag) if narrow else image
    if not small:
        return drawn
    return f"{_of_class(drawn, 'drawn-wide')}{_of_class(small, 'drawn-narrow')}"


def _of_class(svg: str, name: str) -> str:
    return svg.replace("<svg ", f'<svg class="{name}" ', 1)


def _drawn(address: str, alt: str, taken: set[str]) -> str:
    """The drawing at a data address with the words for it; "" for one that may not come into the page."""
    svg = base64.b64decode(address.partition(",")[2]).decode("utf-8", "replace")
    if not _is_plain(svg):
        return ""
    svg = re.sub(r'(?<=aria-label=")[^"]*', lambda _: escape(alt), svg, count=1)
    svg = svg.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1).replace("max-width:100%;height:auto;", "", 1)
    ids = re.findall(r' id="([^"]+)"', svg)
    number = next(n for n in range(1, len(taken) + 2) if not taken & {_numbered(name, n) for name in ids})
    taken.update(_numbered(name, number) for name in ids)
    if number == 1:
        return svg
    return re.sub(r'((?: id="|href="#|url\(#))([^")]+)', lambda m: m[1] + _numbered(m[2], number), svg)


def _numbered(name: str, number: int) -> str:
    """An id of a drawing that stands in the file for the second, third … time."""
    return name if number == 1 else f"{name}-{number}"


def _is_plain(svg: str) -> bool:
    """Whether the drawing is a picture with its words, and of shapes and text only, which refer to nothing outside."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return False
    parts = list(root.iter())
    named = len(root) > 0 and root[0].get("role") == "img" and bool(root[0].get("aria-label"))
    facts = [(name.rpartition("}")[2], value) for part in parts for name, value in part.items()]
    return (
        svg.startswith("<svg ")
        and named
        and all(part.tag in _SHAPES for part in parts)
        and not any(name.startswith("on") or (name == "href" and value[:1] != "#") for name, value in facts)
        and not any(re.search(r"url\((?!#)|@import|expression", value, re.IGNORECASE) for _, value in facts)
    )
