"""What slides are made on: the kit's own sheet, or the client's template with its layouts, colours and fonts.

A layout is found by the kinds of its placeholders, never by its name. All places are reckoned from the layout, so that
what stands on a slide keeps clear of the title and the foot of any template.
"""

import copy
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from matplotlib.ft2font import FT2Font, LoadFlags
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from helpers.errors import InputError
from helpers.runs.formats.deck_theme import has_readable_accent, is_readable, paper_of
from helpers.story.chart_text import font_files
from helpers.story.colors import INK, MUTED

POINT = 12_700  # English metric units
TEXT, FAINT, ACCENT = "text", "faint", ""  # colours of the theme: what text has, the same weaker, and its first accent
_WEAKER = 0.35
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_FOOT = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER)
SAFE = 1.1  # fonts of templates may be wider than the one measured
_LEADING = 1.2  # a line's height in its size
LARGEST, READABLE, SMALLEST = 26, 18, 14  # points of a title: on a narrow template it may be smaller than it should
_MEASURED = 100  # points
_NEEDS = "a layout with a title, as every template of PowerPoint has"


@dataclass(frozen=True)
class Box:
    """A place on a slide, in English metric units."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def inset(self, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> "Box":
        return Box(self.left + left, self.top + top, self.width - left - right, self.height - top - bottom)


@dataclass(frozen=True)
class Line:
    """A paragraph: its text, size in points, and how it looks."""

    text: str
    size: float
    bold: bool = False
    color: str = TEXT  # a hex code, or one of the theme's: TEXT, FAINT, ACCENT
    before: float = 0  # points above it


class Deck:
    """A presentation being made."""

    def __init__(self, template: Path | None, color: str) -> None:
        """Raises InputError for a template that is no presentation, is protected, or has no layout that serves."""
        self.show = _open(template) if template else _own(color)
        layouts = [(layout, _kinds(layout)) for layout in self.show.slide_layouts]
        titled = [(layout, kinds) for layout, kinds in layouts if set(kinds) & set(_TITLES)]
        if not titled:
            raise InputError("no layout of the template has a title", where=_where(template), allowed=_NEEDS)
        opening = [layout for layout, kinds in titled if PP_PLACEHOLDER.SUBTITLE in kinds]
        plain = sorted(titled, key=lambda one: (not self._is_head(one[0]), len(_bodies(one[1]))))
        self._opening, self._plain = (opening or [plain[0][0]])[0], plain[0][0]
        self.room = self._find_room()
        master = self._plain.slide_master
        paper = paper_of(master)
        self.needs_paper = not is_readable(MUTED, paper)  # charts' letters would not be read on the template's own
        self.paper = "#ffffff" if self.needs_paper else paper
        self._faint = FAINT if template else MUTED
        self.strong = ACCENT if has_readable_accent(master) else INK  # of words on a pale ground

    def add_opening(self, title: str, below: str) -> Any:
        slide = self._add(self._opening)
        _write_title(slide.shapes.title, title, 40 if not self._is_narrow(slide.shapes.title) else 32)
        rest = next((p for p in slide.placeholders if p.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE), None)
        if rest is None:
            self.write(slide, self.room, [Line(below, 18, color=FAINT)])
        else:
            rest.text_frame.text = below
        self._drop_empty(slide)
        return slide

    def add_slide(self, title: str, *feet: str) -> Any:
        """A slide with its title, and at its foot where it is from, the first of `feet` that fits, and its number."""
        slide = self._add(self._plain)
        _write_title(slide.shapes.title, title, LARGEST)
        self._drop_empty(slide)
        self._write_foot(slide, feet)
        return slide

    def write(
        self, slide: Any, box: Box, lines: Sequence[Line], middle: bool = False, share: float | None = None
    ) -> Any:
        """Text in a box, which it fits: sizes shrink together where it does not, to seven tenths; or to `share`."""
        shape = slide.shapes.add_textbox(Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height))
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
        lines = [line for line in lines if line.text]
        share = share or share_that_fits(lines, box)
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_before = Pt(line.before * share if number else 0)
            run = paragraph.add_run()
            run.text = clean(line.text)
            run.font.size, run.font.bold = Pt(round(line.size * share, 1)), line.bold
            set_color(run.font.color, self._faint if line.color == FAINT else line.color)
        return shape

    def block(self, slide: Any, box: Box, color: str = "") -> Any:
        """A filled rectangle; a stroke is one that is thin."""
        shape = slide.shapes.add_shape(1, Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height))
        shape.fill.solid()
        set_color(shape.fill.fore_color, color)
        shape.line.fill.background()
        shape._element.remove(shape._element.find(qn("p:style")))  # the theme's shadow and outline
        describe(shape, "")
        return shape

    def _add(self, layout: Any) -> Any:
        return self.show.slides.add_slide(layout)

    def _is_head(self, layout: Any) -> bool:
        """Whether a layout's title stands at the head of the slide, across most of it."""
        title = next(p for p in layout.placeholders if p.placeholder_format.type in _TITLES)
        wide, high = self.show.slide_width, self.show.slide_height
        bottom = (title.top or 0) + (title.height or 0)
        return title.placeholder_format.type == PP_PLACEHOLDER.TITLE and title.width > wide / 2 and bottom < high * 0.4

    def _is_narrow(self, title: Any) -> bool:
        return bool(title.width < Inches(8))

    def _find_room(self) -> Box:
        """What is left of a slide between its title and its foot, as wide as the title."""
        title = next(p for p in self._plain.placeholders if p.placeholder_format.type in _TITLES)
        feet = [p.top for p in self._plain.placeholders if p.placeholder_format.type in _FOOT and p.top is not None]
        wide, high = self.show.slide_width, self.show.slide_height
        left = max(title.left or 0, int(wide * 0.03))
        right = min((title.left or 0) + (title.width or wide), int(wide * 0.97))
        top = min((title.top or 0) + (title.height or 0), int(high * 0.4)) + int(high * 0.02)
        feet = [foot for foot in feet if foot > high * 0.6]
        bottom = min([*feet, int(high * 0.93)]) - int(high * 0.01)
        return Box(left, top, right - left, bottom - top)

    def _write_foot(self, slide: Any, texts: Sequence[str]) -> None:
        """In the layout's own places where it has them, else in a line at the foot."""
        places = {p.placeholder_format.type: p for p in self._plain.placeholders}
        foot, number = places.get(PP_PLACEHOLDER.FOOTER), places.get(PP_PLACEHOLDER.SLIDE_NUMBER)
        if number is not None:
            slide.shapes._spTree.append(copy.deepcopy(number._element))
        if foot is None:
            high = self.show.slide_height
            self.write(slide, Box(self.room.left, int(high * 0.94), self.room.width, int(high * 0.04)),
                       [Line(texts[0], 10, color=FAINT)])  # fmt: skip
            return
        slide.shapes._spTree.append(copy.deepcopy(foot._element))
        shape = slide.shapes[-1]
        room = (shape.width or self.room.width) - Inches(0.2)
        text = next((text for text in texts if fitting_lines(text, 10, room) == 1), texts[-1])
        shape.text_frame.text = clean(text)
        shape.text_frame.paragraphs[0].runs[0].font.size = Pt(10 if fitting_lines(text, 10, room) == 1 else 8)

    def _drop_empty(self, slide: Any) -> None:
        """What the layout offers and nothing was written into: a reader would see "Click to add text"."""
        for place in list(slide.placeholders):
            if not (place.has_text_frame and place.text_frame.text):
                place._element.getparent().remove(place._element)


def describe(shape: Any, text: str) -> None:
    """What those are told who do not see a shape; "" for what only adorns."""
    for facts in shape._element.iter(qn("p:cNvPr")):
        facts.set("descr", clean(text))
        break


def set_color(target: Any, color: str) -> None:
    if color not in (TEXT, FAINT, ACCENT):
        target.rgb = RGBColor.from_string(color.lstrip("#"))
        return
    target.theme_color = MSO_THEME_COLOR.TEXT_1 if color else MSO_THEME_COLOR.ACCENT_1
    if color == FAINT:
        target.brightness = _WEAKER


def share_that_fits(lines: Sequence[Line], box: Box) -> float:
    """At which share of their sizes paragraphs fit a box; seven tenths at least."""
    return next((s for s in (1, 0.92, 0.85, 0.78) if _height(lines, box.width, s) <= box.height / POINT), 0.7)


def _height(lines: Sequence[Line], width: float, share: float) -> float:
    """Points that paragraphs take, their sizes at a share."""
    return sum(
        fitting_lines(line.text, line.size * share, width, line.bold) * line.size * share * _LEADING
        + line.before * share
        for line in lines
    )


def measure(text: str, size: float, bold: bool = False) -> float:
    """Width of a line in points, in the house's font."""
    return sum(_advance(letter, bold) for letter in text) * size


@cache
def _advance(letter: str, bold: bool) -> float:
    """How far a letter moves the pen, as a share of its size; as wide as high where no font here has it."""
    for font in _fonts(bold):
        if ord(letter) in font.get_charmap():
            return float(font.load_char(ord(letter), LoadFlags.NO_HINTING).linearHoriAdvance) / 65_536 / _MEASURED
    return 1.0


@cache
def _fonts(bold: bool) -> list[FT2Font]:
    fonts = [FT2Font(path) for path in font_files(bold)]
    for font in fonts:
        font.set_size(_MEASURED, 72)
    return fonts


def fitting_lines(text: str, size: float, width: float, bold: bool = False, safe: float = SAFE) -> int:
    """How many lines a text takes in a width in English metric units, in fonts so much wider than the one measured."""
    room, count, line = width / POINT / safe, 1, ""
    for word in clean(text).split(" "):
        longer = f"{line} {word}".strip()
        if measure(longer, size, bold) <= room:
            line = longer
            continue
        count += bool(line) + int(measure(word, size, bold) // room)
        line = word
    return count


def clean(text: str) -> str:
    """Without what XML refuses."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", text)


def _write_title(shape: Any, text: str, largest: float) -> None:
    """A title in two lines at most: as large as fits, and cut where it does not at the smallest size."""
    width = shape.width - Inches(0.2)
    fits = [size for size in (largest, 24, 22, 20, READABLE, 16, SMALLEST) if size <= largest]
    size = next((size for size in fits if fitting_lines(text, size, width, bold=True) <= 2), SMALLEST)
    words = text.split(" ")
    while fitting_lines(text, size, width, bold=True) > 2 and len(words) > 1:
        words.pop()
        text = " ".join(words) + " …"
    while fitting_lines(text, size, width, bold=True) > 2:
        text = text[: len(text) * 3 // 4] + "…"
    frame = shape.text_frame
    frame.text = clean(text)
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.paragraphs[0].runs[0].font.size = Pt(size)


def _kinds(layout: Any) -> list[Any]:
    return [place.placeholder_format.type for place in layout.placeholders]


def _bodies(kinds: Sequence[Any]) -> list[Any]:
    return [kind for kind in kinds if kind not in (*_TITLES, *_FOOT)]


def _open(template: Path) -> Any:
    allowed = "a presentation or a template of PowerPoint (.pptx, .potx), without a password"
    try:
        content = template.read_bytes()
    except OSError as error:
        raise InputError("the template cannot be read", where=_where(template), allowed=allowed) from error
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # the container of old files and of encrypted ones
        raise InputError(
            "the template is protected by a password, or in the format of PowerPoint 2003",
            where=_where(template),
            allowed=allowed,
            mend="Save it again as .pptx without a password.",
        )
    try:
        show = Presentation(_as_presentation(content))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, AttributeError) as error:
        raise InputError("the template is no presentation", where=_where(template), allowed=allowed) from error
    slides = show.slides._sldIdLst
    for slide in list(slides):
        show.part.drop_rel(slide.rId)
        slides.remove(slide)
    return show


def _where(template: Path | None) -> str:
    """By its name: where it lies is nobody's business who reads the report."""
    return f"brand.deck, {template.name}" if template else "brand.deck"


def _as_presentation(content: bytes) -> io.BytesIO:
    """A template (.potx) called what it is but for its name; a presentation as it came."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(b"presentationml.template.main+xml", b"presentationml.presentation.main+xml")
            new.writestr(name, part)
    made.seek(0)
    return made


def _own(color: str) -> Any:
    """The kit's own sheet: wide, white, the brand's colour for accents."""
    show = Presentation()
    wider = Inches(13.333) / show.slide_width
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    for layout in list(show.slide_layouts):
        if layout.name not in ("Title Slide", "Title Only"):
            show.slide_layouts.remove(layout)
    for sheet in (show.slide_master, *show.slide_layouts):
        for place in sheet.placeholders:
            if place._element.spPr.find(qn("a:xfrm")) is not None:
                place.left, place.width = Emu(int(place.left * wider)), Emu(int(place.width * wider))
    _set_places(show)
    theme = show.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = theme.blob.decode("utf-8")
    for name, shade in (("dk1", INK.lstrip("#").upper()), ("dk2", "1D2530"), ("accent1", color.lstrip("#").upper())):
        text = re.sub(
            rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{shade}"/></a:{name}>', text, flags=re.S
        )
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', r"\1Arial", text)
    theme._blob = text.encode("utf-8")
    return show


def _set_places(show: Any) -> None:
    master, left, wide = show.slide_master, Inches(0.6), Inches(12.13)
    style = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.find(qn("a:defRPr")).set("b", "1")
    for sheet in (master, *show.slide_layouts):
        for level in sheet._element.iter(qn("a:lvl1pPr")):
            level.set("algn", "l")
        for place in sheet.placeholders:
            kind = place.placeholder_format.type
            if kind == PP_PLACEHOLDER.TITLE:
                place.left, place.top, place.width, place.height = left, Inches(0.4), wide, Inches(1.0)
                place.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
                place.text_frame.margin_left = 0
            elif kind == PP_PLACEHOLDER.CENTER_TITLE:
                place.left, place.top, place.width, place.height = left, Inches(2.2), wide, Inches(1.5)
                place.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
                place.text_frame.margin_left = 0
            elif kind == PP_PLACEHOLDER.SUBTITLE:
                place.left, place.top, place.width, place.height = left, Inches(3.85), wide, Inches(1.2)
                place.text_frame.margin_left = 0
            elif kind == PP_PLACEHOLDER.FOOTER:
                place.left, place.top, place.width, place.height = left, Inches(7.0), Inches(11), Inches(0.3)
                place.text_frame.margin_left = 0
            elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
                place.left, place.top, place.width, place.height = Inches(12.0), Inches(7.0), Inches(0.73), Inches(0.3)
                for level in place._element.iter(qn("a:lvl1pPr")):
                    level.set("algn", "r")
            elif kind == PP_PLACEHOLDER.DATE:
                place._element.getparent().remove(place._element)
