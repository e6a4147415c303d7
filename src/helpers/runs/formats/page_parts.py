"""The parts of a page as it was read, for forms that show them again: its sections, what each shows and says."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bs4 import Tag

from helpers.runs.fragment import text_of
from helpers.runs.render import Chapter
from helpers.runs.table_cells import Cell, read_rows

_FOLD = "further"  # class of what a page folds away


@dataclass(frozen=True)
class Picture:
    """A chart of a page. panels: its numbers, where it can be drawn again (`chart_data`); image: what it is else."""

    title: str
    subtitle: str
    alt: str
    panels: tuple[Mapping[str, Any], ...]
    image: bytes
    kind: str  # of the image: "image/svg+xml"


@dataclass(frozen=True)
class Grid:
    """A table of a page: its caption, its head, and rows of as many cells.

    groups: rows that head those after them; more: rows of the page's table that are left out here
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: frozenset[int] = frozenset()
    more: int = 0


@dataclass(frozen=True)
class Said:
    verdict: str
    text: str
    action: str


@dataclass(frozen=True)
class Section:
    """A question of a page and what answers it."""

    heading: str
    prose: str
    pictures: tuple[Picture, ...]
    tables: tuple[Grid, ...]
    said: tuple[Said, ...]
    folded: bool

    def shows(self) -> "list[Picture | Grid]":
        """What may stand for the section on a slide, pictures first."""
        return [*self.pictures, *self.tables]


def read_sections(chapter: Chapter) -> list[Section]:
    """The sections of a page, in its order."""
    blocks = [
        (block, folded)
        for top in chapter.soup.find_all(recursive=False)
        for folded in [_FOLD in top.get_attribute_list("class")]
        for block in (top.find_all(recursive=False) if folded else [top])
    ]
    sections: list[Section] = []
    for block, folded in blocks:
        if "prose" in block.get_attribute_list("class"):
            heading = block.find("h2")
            if heading:
                prose = " ".join(text_of(p) for p in heading.find_next_siblings("p"))
                sections.append(Section(text_of(heading), prose, (), (), (), folded))
        elif sections:
            last = sections[-1]
            sections[-1] = replace(
                last,
                pictures=(*last.pictures, *_pictures(block)),
                tables=(*last.tables, *_tables(block, last.heading)),
                said=(*last.said, *_statements(block)),
            )
    return sections


def plain_text(tag: Tag | None) -> str:
    """The text inside a tag on one line, without what only keeps words together; "" for no tag."""
    return plain(text_of(tag)) if tag else ""


def plain(text: str) -> str:
    """A text on one line, without what only keeps words together."""
    return re.sub(r"\s+", " ", text.replace("\u2060", "").replace("\u00a0", " ")).strip()


def _pictures(block: Tag) -> Iterator[Picture]:
    for image in block.select("figure.picture img"):
        kind, _, data = str(image["src"]).removeprefix("data:").partition(";base64,")
        facts = json.loads(str(image.get("data-chart") or "{}"))
        title, alt = str(facts.get("title", "")), str(image["alt"])
        panels = tuple(facts.get("panels", ()))
        yield Picture(title, str(facts.get("subtitle", "")), alt, panels, base64.b64decode(data), kind)


def _tables(block: Tag, heading: str) -> Iterator[Grid]:
    for table in block.find_all("table"):
        rows = list(read_rows(table))
        head = next((row.cells for row in rows if row.is_head), ())
        width = max((len(row.cells) for row in rows), default=0)
        rows = [row for row in rows if not row.is_head]
        groups = frozenset(number for number, row in enumerate(rows) if row.is_group)
        body = [(*row.cells, *[Cell("", False)] * (width - 1)) if row.is_group else row.cells for row in rows]
        framed = table.find_parent("figure", class_="table")
        caption = framed.figcaption if framed else table.find("caption") or table.find(class_="gt_title")
        name = plain_text(caption) or heading
        if body and head and all(len(row) == len(head) == width for row in body):
            yield Grid(name, tuple(plain(cell.text) for cell in head), tuple(body), groups)


def _statements(block: Tag) -> Iterator[Said]:
    for said in block.select(".say"):
        verdict = next(
            (c.removeprefix("say-") for c in said.get_attribute_list("class") if c and c.startswith("say-")), "neutral"
        )
        action = said.find(class_="say-action")
        todo = text_of(action).removeprefix("What to do").strip() if action else ""
        text = " ".join(text_of(p) for p in said.find_all("p") if p is not action)
        yield Said(verdict, plain(text), plain(todo))
