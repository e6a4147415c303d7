"""The deck: a report's findings, pictures and tables as slides of PowerPoint's own charts, tables and text.

A title slide, the cover on one, a slide for every finding of the cover and for every chapter, and the pages' other
tables as an appendix. `slides` says what stands where; here it gets its place.
"""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from pptx.util import Emu, Inches

from helpers.runs.formats.deck_charts import draw, to_png
from helpers.runs.formats.deck_page import POINT, Box, Deck, Line, describe
from helpers.runs.formats.deck_tables import add_table, needed_width
from helpers.runs.formats.page_parts import Grid, Picture
from helpers.runs.formats.slides import Cover, Slide, Talk
from helpers.story import fmt
from helpers.story.colors import BAD, GOOD, INK, MUTED, PALE

_GAP = 300_000
_TONES = {"Good news": GOOD, "Concern": BAD}
_PROPERTY = 200  # letters of a name: what a document says of itself has 255
_BESIDE = 0.66  # of the room that a picture gets; the words beside it have the rest


@dataclass(frozen=True)
class About:
    """What the deck says of the report. template: the client's own, if there is one; logo: SVG, PNG or JPEG"""

    client: str
    as_of: date
    color: str
    template: Path | None = None
    logo: Path | None = None

    def feet(self, source: str) -> tuple[str, str]:
        """What stands at a slide's foot, and the same where there is little room."""
        day = fmt.day(self.as_of)
        told = "" if source == self.client else f" · {self.client}"
        return f"{source}{told}, as of {day}", f"{source} · {day}"


def write_deck(path: Path, about: About, talk: Talk) -> None:
    """Write the slides. Raises InputError for a template that cannot serve, OSError where it cannot be written."""
    deck = Deck(about.template, about.color)
    facts = deck.show.core_properties
    facts.title = f"{about.client[:_PROPERTY]}, {fmt.day(about.as_of)}"
    facts.author = about.client[:_PROPERTY]
    facts.created = facts.modified = datetime.combine(about.as_of, time(), UTC).replace(tzinfo=None)
    opening = deck.add_opening(about.client, f"Customer report, as of {fmt.day(about.as_of)}")
    if about.logo and not about.template:  # a template brings its own
        _place_logo(opening, about)
    if talk.cover:
        _add_cover(deck, talk.cover, about)
    for slide in (*talk.findings, *talk.chapters):
        _add(deck, slide, about)
    for slide in talk.appendix:
        _add_appendix(deck, slide, about)
    deck.show.save(str(path))


def _add_cover(deck: Deck, cover: Cover, about: About) -> None:
    slide = deck.add_slide(cover.title, *about.feet(about.client))
    room = deck.room
    figures = cover.figures
    across = 4
    rows = -(-len(figures) // across)
    high = int(min(room.height * 0.29, 1.35 * 914_400))
    wide = (room.width - _GAP * (across - 1)) // across
    for number, (label, value, note) in enumerate(figures):
        box = Box(
            room.left + number % across * (wide + _GAP), room.top + number // across * high, wide, high - _GAP // 2
        )
        deck.block(slide, Box(box.left, box.top, box.width, 3 * POINT))
        told = [Line(label, 12, bold=True), Line(value, 28, bold=True), Line(note, 11, color=MUTED)]
        deck.write(slide, box.inset(top=7 * POINT), told)
    rest = room.inset(top=rows * high + _GAP // 3)
    if cover.first:
        deck.write(slide, Box(rest.left, rest.top, rest.width, 22 * POINT), [Line("What to do first", 16, bold=True)])
        count = len(cover.first)
        wide = (rest.width - _GAP * (count - 1)) // count
        for number, (action, details) in enumerate(cover.first):
            high = min(rest.height - 30 * POINT, int(1.5 * 914_400))
            box = Box(rest.left + number * (wide + _GAP), rest.top + 30 * POINT, wide, high)
            deck.block(slide, Box(box.left, box.top, 3 * POINT, box.height))
            told = [Line(f"{number + 1}. {action}", 16, bold=True), Line(details, 12, color=MUTED, before=4)]
            deck.write(slide, box.inset(left=12 * POINT), told)
    elif cover.action:
        deck.write(slide, rest, [Line("What to do", 12, bold=True, color=""), Line(cover.action, 16)])
    _note(slide, cover.notes)


def _add(deck: Deck, content: Slide, about: About) -> None:
    slide = deck.add_slide(content.title, *about.feet(content.source))
    room, shown = deck.room, content.shown
    if isinstance(shown, Grid) and needed_width(shown) > room.width * _BESIDE:
        below = min(int(room.height * 0.24), Inches(1.3))
        add_table(deck, slide, room.inset(bottom=below + _GAP // 2), shown)
        _write_beneath(deck, slide, Box(room.left, room.bottom - below, room.width, below), content)
    elif shown is None:
        _write_beside(deck, slide, room, content)
    else:
        wide = int(room.width * _BESIDE)
        box = Box(room.left, room.top, wide, room.height)
        draw(deck, slide, box, shown) if isinstance(shown, Picture) else add_table(deck, slide, box, shown)
        beside = room.inset(left=wide + _GAP)
        _write_beside(deck, slide, beside, content)
    _note(slide, content.notes)


def _write_beside(deck: Deck, slide: Any, box: Box, content: Slide) -> None:
    tone = _TONES.get(content.verdict, INK)
    told = [Line(content.verdict, 12, bold=True, color=tone), Line(content.figure, 40, bold=True, color=tone)]
    told += [Line(point, 13, before=8) for point in content.points]
    if content.action:
        high = int(box.height * (0.42 if told[1].text or content.points else 0.6))
        low = Box(box.left, box.bottom - high, box.width, high)
        deck.block(slide, low, PALE)
        deck.block(slide, Box(low.left, low.top, 4 * POINT, low.height))
        inner = low.inset(14 * POINT, 10 * POINT, 10 * POINT, 8 * POINT)
        deck.write(slide, inner, [Line("What to do", 12, bold=True, color=""), Line(content.action, 15, before=3)])
        box = box.inset(bottom=high + _GAP // 2)
    deck.write(slide, box, told)


def _write_beneath(deck: Deck, slide: Any, box: Box, content: Slide) -> None:
    words = [Line("What to do", 12, bold=True, color=""), Line(content.action, 14, before=2)] if content.action else []
    words = words or [Line(point, 13, before=4) for point in content.points[:2]]
    if words:
        deck.block(slide, box, PALE)
        deck.block(slide, Box(box.left, box.top, 4 * POINT, box.height))
        deck.write(slide, box.inset(14 * POINT, 6 * POINT, 10 * POINT, 4 * POINT), words, middle=True)


def _add_appendix(deck: Deck, content: Slide, about: About) -> None:
    slide = deck.add_slide(content.title, *about.feet(f"Appendix: {content.source}"))
    if isinstance(content.shown, Grid):
        add_table(deck, slide, deck.room, content.shown, caption=False)
    _note(slide, content.notes)


def _note(slide: Any, text: str) -> None:
    if text:
        slide.notes_slide.notes_text_frame.text = text


def _place_logo(slide: Any, about: About) -> None:
    assert about.logo
    image = about.logo.read_bytes()
    if about.logo.suffix.lower() == ".svg":
        image = to_png(image, 4)
    shape = slide.shapes.add_picture(io.BytesIO(image), Inches(0.6), Inches(0.6), height=Emu(int(0.9 * 914_400)))
    if shape.width > Inches(4):
        shape.height, shape.width = Emu(int(shape.height * Inches(4) / shape.width)), Inches(4)
    describe(shape, f"Logo of {about.client}")
