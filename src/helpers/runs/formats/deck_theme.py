"""A presentation's own colours, as its theme has them: whether what the kit writes can be read on them."""

import re
from typing import Any

from lxml import etree
from matplotlib.colors import to_rgb
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn

from helpers.story.colors import PALE, contrast, relative_luminance

_READ = 4.5  # contrast from which small text is read (WCAG)
_WHITE = "#ffffff"
_USUAL = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}


def paper_of(master: Any) -> str:
    """The colour behind a slide master's slides, as a hex code; white where it is none, a picture say."""
    ground = master._element.find(f".//{qn('p:bg')}")
    named = next(iter(ground.iter(qn("a:srgbClr"), qn("a:schemeClr"))), None) if ground is not None else None
    if named is None or ground.find(f".//{qn('a:gradFill')}") is not None:
        return _WHITE
    if named.tag == qn("a:srgbClr"):
        return f"#{named.get('val')}"
    return _of_theme(master, named.get("val")) or _WHITE


def is_readable(color: str, ground: str) -> bool:
    """Whether small text of a colour is read on another; both are hex codes."""
    return contrast(*(relative_luminance(to_rgb(one)) for one in (color, ground))) >= _READ


def has_readable_accent(master: Any) -> bool:
    """Whether words in the theme's first accent are read on the pale ground of what is to be done."""
    accent = _of_theme(master, "accent1")
    return bool(accent) and is_readable(accent, PALE)


def _of_theme(master: Any, name: str) -> str:
    """A colour by its name, as the master takes it from its theme; "" for one that is not plainly there."""
    names = master._element.find(qn("p:clrMap"))
    name = (names.get(name) if names is not None else None) or _USUAL.get(name, name)
    theme = etree.fromstring(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    found = theme.find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}")
    if found is None or not len(found):
        return ""
    value = found[0].get("lastClr") or found[0].get("val") or ""
    return f"#{value}" if re.fullmatch(r"[0-9A-Fa-f]{6}", value) else ""
