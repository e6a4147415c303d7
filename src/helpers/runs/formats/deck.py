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

from helpers.runs.formats.deck_charts import draw, has_image, size_of, to_png
from helpers.runs.formats.deck_page import FAINT, POINT, TEXT, Box, Deck, Line, describe, share_that_fits
from helpers.runs.formats.deck_tables import add_table, needed_width
from helpers.runs.formats.page_parts import Grid, Picture
from helpers.runs.formats.slides import Cover, Slide, Talk
from helpers.story import fmt
from helpers.story.colors import BAD, GOOD, INK, PALE

_GAP = 300_000
_TONES = {"Good news": GOOD, "Concern": BAD}
_PROPERTY = 200  # letters of a name: what a document says of itself has 255
_BESIDE = 0.66  # of the room that a picture gets; the words beside it have the rest
_FLAT = 0.66  # of the room's height that a picture beside words takes at least


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
    told = [
        [Line(label, 12, bold=True), Line(value, 28, bold=True), Line(note, 11, color=FAINT)]
        for label, value, note in figures
    ]
    share = min((share_that_fits(lines, Box(0, 0, wide, high - _GAP // 2 - 7 * POINT)) for lines in told), default=1)
    for number, lines in enumerate(told):
        box = Box(
            room.left + number % across * (wide + _GAP), room.top + number // across * high, wide, high - _GAP // 2
        )
        deck.block(slide, Box(box.left, box.top, box.width, 3 * POINT))
        deck.write(slide, box.inset(top=7 * POINT), lines, share=share)  # all alike
    rest = room.inset(top=rows * high + _GAP // 3)
    if cover.first:
        deck.write(slide, Box(rest.left, rest.top, rest.width, 22 * POINT), [Line("What to do first", 16, bold=True)])
        count = len(cover.first)
        wide = (rest.width - _GAP * (count - 1)) // count
        for number, (action, details) in enumerate(cover.first):
            high = min(rest.height - 30 * POINT, int(1.5 * 914_400))
            box = Box(rest.left + number * (wide + _GAP), rest.top + 30 * POINT, wide, high)
            deck.block(slide, Box(box.left, box.top, 3 * POINT, box.height))
            steps = [Line(f"{number + 1}. {action}", 16, bold=True), Line(details, 12, color=FAINT, before=4)]
            deck.write(slide, box.inset(left=12 * POINT), steps)
    elif cover.action:
        deck.write(slide, rest, [Line("What to do first", 16, bold=True), Line(cover.action, 16, before=4)])
    _add_found(deck, slide, rest.inset(top=int(2.1 * 914_400) if cover.first else 64 * POINT), cover)
    _note(slide, cover.notes)


def _add_found(deck: Deck, slide: Any, box: Box, cover: Cover) -> None:
    """What else was found, as much as there is room for; nothing where there is room for little."""
    lines = [Line("What was found", 16, bold=True), *(Line(text, 14, before=6) for text in cover.found)]
    while lines[1:] and share_that_fits(lines, box) < 1:
        lines.pop()
    if lines[1:]:
        deck.write(slide, box, lines)


def _add(deck: Deck, content: Slide, about: About) -> None:
    slide = deck.add_slide(content.title, *about.feet(content.source))
    room, shown = deck.room, content.shown
    if shown is None:
        _write_beside(deck, slide, room, content)
    elif not (content.action or content.points or content.figure):
        _show(deck, slide, room, shown)
    elif _goes_across(shown, room):
        below = min(int(room.height * 0.24), Inches(1.3))
        _show(deck, slide, room.inset(bottom=below + _GAP // 2), shown)
        _write_beneath(deck, slide, Box(room.left, room.bottom - below, room.width, below), content)
    else:
        taken = _show(deck, slide, Box(room.left, room.top, int(room.width * _BESIDE), room.height), shown)
        _write_beside(deck, slide, room.inset(left=taken.width + _GAP), content)
    _note(slide, content.notes)


def _goes_across(shown: Picture | Grid, room: Box) -> bool:
    """Whether it needs the whole width: a wide table, or a wide picture so flat that words beside it leave it small."""
    beside = room.width * _BESIDE
    if isinstance(shown, Grid):
        return needed_width(shown) > beside
    wide, high = size_of(shown)
    return has_image(shown) and wide > beside and high / wide * beside < room.height * _FLAT


def _show(deck: Deck, slide: Any, box: Box, shown: Picture | Grid, caption: bool = True) -> Box:
    """A picture or table into a box; returns the place it took. Where the template is dark it stands on white paper."""
    paper = box
    if deck.needs_paper:
        deck.block(slide, paper, deck.paper)
        box = box.inset(*[8 * POINT] * 4)
    if isinstance(shown, Grid):
        add_table(deck, slide, box, shown, caption)
        return paper
    taken = draw(deck, slide, box, shown)
    return paper if deck.needs_paper else taken


def _write_beside(deck: Deck, slide: Any, box: Box, content: Slide) -> None:
    tone = TEXT if deck.needs_paper else _TONES.get(content.verdict, TEXT)
    told = [Line(content.verdict, 12, bold=True, color=tone), Line(content.figure, 40, bold=True, color=tone)]
    told += [Line(point, 13, before=8) for point in content.points]
    if content.action:
        words = [Line("What to do", 12, True, deck.strong), Line(content.action, 15, color=INK, before=3)]
        high = int(box.height * (0.42 if told[1].text or content.points else 0.6))
        low = Box(box.left, box.bottom - high, box.width, high)
        deck.block(slide, low, PALE)
        deck.block(slide, Box(low.left, low.top, 4 * POINT, low.height))
        deck.write(slide, low.inset(14 * POINT, 10 * POINT, 10 * POINT, 8 * POINT), words)
        box = box.inset(bottom=high + _GAP // 2)
    deck.write(slide, box, told)


def _write_beneath(deck: Deck, slide: Any, box: Box, content: Slide) -> None:
    words = [Line(point, 13, color=INK, before=4) for point in content.points[:2]]
    if content.action:
        words = [Line("What to do", 12, True, deck.strong), Line(content.action, 14, color=INK, before=2)]
    if words:
        deck.block(slide, box, PALE)
        deck.block(slide, Box(box.left, box.top, 4 * POINT, box.height))
        deck.write(slide, box.inset(14 * POINT, 6 * POINT, 10 * POINT, 4 * POINT), words, middle=True)


def _add_appendix(deck: Deck, content: Slide, about: About) -> None:
    slide = deck.add_slide(content.title, *about.feet(f"Appendix: {content.source}"))
    if content.shown:
        _show(deck, slide, deck.room, content.shown, caption=False)
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
