"""A report's chapters as they stand on paper: a section is its heading with rows beneath it (`columns`).

What a page folds away is left out, and so are the last sections of chapters where a report would become too long. What
is left out is named, and stands on the pages.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from bs4 import BeautifulSoup, Tag

from helpers.runs.formats.columns import LONGEST_WORD, NARROW, Block, Row, lay_rows, measure
from helpers.runs.fragment import HEADINGS, text_of
from helpers.story import fmt

PAGE_OF = "\u2063"  # around a target in the markup: the number of its page comes there
_HEADING, _OPENING = 9.0, 24.0  # millimetres of a section's heading with the gap above, and of a chapter's
_ENDING = 16.0  # of what is named as left out
_WIDEST = 660  # pixels across a drawing that can be read in half a page; of a wider one the narrow drawing is printed
_SIZE = re.compile(r'^<svg [^>]*?width="(\d+)" height="(\d+)"')
_SMALL_LETTERS = re.compile(r'(?<=font-size=")(?:10|\d\.\d+|\d)(?=")')
_LETTERS = "10.4"  # points in a drawing of 142 mm: 7 on paper
_POINTED_AT = re.compile(r"<title>.*?</title>", re.DOTALL)  # what a mark says when it is pointed at
_LONGEST_NAME = 26  # characters of a row's name that stands on one line


@dataclass(frozen=True)
class Entry:
    """A line of the contents. level: 1 for a chapter; target: the id that it leads to; anchor: the heading's own."""

    level: int
    title: str
    target: str
    anchor: str


@dataclass
class Part:
    """A section. entries: its lines in the contents; height: millimetres that it needs"""

    headings: list[Tag]
    blocks: list[Block] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    height: float = 0.0


@dataclass(frozen=True)
class Laid:
    """A chapter. opening: its title and what is said beneath; missing: what is not on its page, and why; folded: the
    names of sections that its page folds away."""

    name: str
    opening: Part
    parts: list[Part]
    missing: str
    folded: list[str]


def read_chapter(soup: BeautifulSoup, name: str) -> Laid:
    """Lay out a chapter's tree, as a part of one file (`render.place`); the tree is changed."""
    folded = []
    for fold in soup.find_all("details", class_="further"):
        folded += [text_of(heading) for heading in fold.find_all("h3")]
        fold.decompose()
    _simplify(soup)
    missing = _take_missing(soup)
    opening, *parts = _parts(soup)
    if opening.blocks and any(block.kind != "words" for block in opening.blocks):  # it shows something before it asks
        parts.insert(0, Part([], opening.blocks))
        opening.blocks = []
    listed = 0
    for part in (opening, *parts):
        for heading in (heading for heading in part.headings if heading.name in ("h2", "h3")):
            part.entries.append(list_heading(heading, f"{name}-at-{listed}"))
            listed += 1
    for part in parts:
        part.rows = list(lay_rows(part.blocks))
        part.height = _HEADING + sum(row.height for row in part.rows)
    return Laid(name, opening, parts, missing, folded)


def choose_parts(chapters: Sequence[Laid], room: float) -> dict[str, int]:
    """How many sections of each chapter are printed, where all may take `room` millimetres: the first of every chapter,
    then the second of every one, and so on. A chapter ends before the first that there is no room for."""
    room -= sum(_OPENING + (_ENDING if chapter.folded or chapter.missing else 0) for chapter in chapters)
    chosen = {chapter.name: 0 for chapter in chapters}
    for rank in range(max((len(chapter.parts) for chapter in chapters), default=0)):
        for chapter in chapters:
            if len(chapter.parts) > rank == chosen[chapter.name] and (chapter.parts[rank].height <= room or not rank):
                room -= chapter.parts[rank].height
                chosen[chapter.name] = rank + 1
    return chosen


def write_chapter(chapter: Laid, most: int) -> tuple[str, list[Entry]]:
    """The markup of a chapter's first sections, and what the contents list of it."""
    shown = chapter.parts[:most]
    entries = [entry for part in (chapter.opening, *shown) for entry in part.entries]
    said = "".join(str(tag) for tag in (*chapter.opening.headings, *(block.tag for block in chapter.opening.blocks)))
    laid = [f'<section class="opening">{said}</section>']
    laid += [f'<section class="part">{_section(part)}</section>' for part in shown]
    left_out = [entry.title for part in chapter.parts[most:] for entry in part.entries]
    ending = chapter.missing + _name_left_out([*left_out, *chapter.folded])
    return "\n".join([*laid, f'<div class="ending">{ending}</div>' if ending else ""]), entries


def list_heading(heading: Tag, target: str) -> Entry:
    """Put an id into a heading that names of places in a PDF may hold."""
    entry = Entry(int(heading.name[1]) - 1, text_of(heading), target, str(heading.get("id", "")))
    text = Tag(name="span", attrs={"id": target})
    text.extend(list(heading.contents))
    heading.append(text)
    return entry


def name_pages(soup: BeautifulSoup, targets: Mapping[str, str]) -> None:
    """Let the cover's links say on which page they end, those to sections that are folded away at their chapter's
    beginning. targets: by id, of chapters and of headings, what the contents lead to."""
    for link in soup.find_all("a", class_="finding-more", href=True):
        wanted = str(link["href"]).removeprefix("#")
        if wanted not in targets:
            chapters = [known for known, target in targets.items() if target.endswith("-at-0")]
            wanted = max((known for known in chapters if wanted.startswith(f"{known}-")), key=len, default="")
            link["href"] = f"#{wanted}" if wanted else link["href"]
        if wanted:
            link.string = f"page {PAGE_OF}{targets[wanted]}{PAGE_OF}"


def drop_dead_links(html: str) -> str:
    """The markup with the words of links to what is not in it; a finding's link then leads to its chapter."""
    there = set(re.findall(r' id="([^"]*)"', html))
    chapters = re.findall(r'<article [^>]*id="([^"]*)"', html)

    def kept(link: re.Match[str]) -> str:
        if link[1] in there:
            return link[0]
        chapter = max((name for name in chapters if link[1].startswith(f"{name}-")), key=len, default="")
        if chapter and 'class="finding-more"' in link[0]:
            return link[0].replace(f'href="#{link[1]}"', f'href="#{chapter}"', 1)
        return link[2]

    return re.sub(r'<a [^>]*href="#([^"]*)"[^>]*>(.*?)</a>', kept, html, flags=re.DOTALL)


def _simplify(soup: BeautifulSoup) -> None:
    """Pictures and tables without the boxes by which a page scrolls and is listened to."""
    for figure in soup.find_all("figure", class_="picture"):
        figure.name = "div"
        for image in figure.find_all("img"):
            narrow = str(image.attrs.pop("data-narrow", ""))
            if narrow and int(str(image.get("width", "0"))) > _WIDEST:
                image["src"], size = _plain_drawing(narrow), _SIZE.search(_drawing(narrow))
                image["width"], image["height"] = size.groups() if size else ("0", "0")
                image["class"] = NARROW
            else:
                image["src"] = _plain_drawing(str(image["src"]), larger=True)
    for table in soup.find_all("table"):
        framed = table.find_parent("figure", class_="table")
        if framed and framed.figcaption:
            caption = framed.figcaption.extract()
            caption.name, caption.attrs = "caption", {}
            table.insert(0, caption)
        if framed:
            framed.name = "div"
    for cell in soup.find_all(["td", "th"]):
        text, kinds = text_of(cell), [kind for kind in cell.get_attribute_list("class") if kind]
        if any(len(word) > LONGEST_WORD for word in text.split()):
            cell["class"] = " ".join([*kinds, "endless"])
        elif "row-name" in " ".join(kinds).split() and len(text) <= _LONGEST_NAME:
            cell["class"] = " ".join([*kinds, "short"])
    for box in soup.find_all(class_="table-wrap"):
        box.attrs = {"class": "table-wrap"}


def _plain_drawing(source: str, *, larger: bool = False) -> str:
    """The address of the drawing without what is pointed at; larger: its small letters as large as paper needs."""
    kind = source.partition(";base64,")[0]
    if kind != "data:image/svg+xml":
        return source
    drawing = _POINTED_AT.sub("", _drawing(source))
    drawing = _SMALL_LETTERS.sub(_LETTERS, drawing) if larger else drawing
    return f"{kind};base64,{base64.b64encode(drawing.encode()).decode()}"


def _drawing(source: str) -> str:
    return base64.b64decode(source.partition(";base64,")[2]).decode("utf-8", "replace")


def _take_missing(soup: BeautifulSoup) -> str:
    """Take out the section that says what is not on the page; returns it in small print."""
    lines = []
    for block in soup.find_all(class_="left-out", recursive=False):
        listed = block.find("ul")
        if listed:
            listed["class"] = "missing"
            lines.append(f"<p><strong>What is not in this chapter?</strong></p>{listed}")
        block.decompose()
    return "".join(lines)


def _parts(soup: BeautifulSoup) -> Iterator[Part]:
    """The chapter's opening, then its sections: each begins with a block of prose that has a heading."""
    part = Part([])
    for tag in soup.find_all(recursive=False):
        headings = tag.find_all(HEADINGS, recursive=False) if "prose" in tag.get_attribute_list("class") else []
        if headings and headings[0].name in ("h2", "h3"):
            if part.headings or part.blocks:
                yield part
            part = Part([])
            while (first := tag.find(True, recursive=False)) and first.name in HEADINGS:
                part.headings.append(first.extract())
        if text_of(tag) or tag.find("img"):
            part.blocks.append(measure(tag))
    yield part


def _section(part: Part) -> str:
    """The headings with their first row, which stay together, and the other rows."""
    headings = "".join(str(heading) for heading in part.headings)
    pieces = [_row(row, last=number == len(part.rows)) for number, row in enumerate(part.rows, start=1)]
    if not pieces or pieces[0].startswith('<div class="wide'):
        return headings + "".join(pieces)
    return f'<div class="together{_keeps(part.rows)}">{headings}{pieces[0]}</div>{"".join(pieces[1:])}'


def _keeps(rows: Sequence[Row]) -> str:
    """Words stay with the table beneath them."""
    return " before" if len(rows) > 1 and rows[0].of_words else ""


def _row(row: Row, last: bool) -> str:
    kind = "wide" if any(block.kind == "wide" for block in row.left) else "row words" if row.of_words else "row"
    columns = ["".join(str(block.tag) for block in column) for column in (row.left, row.right)]
    if not row.right:
        return f'<div class="{"wide" if kind == "wide" else "across"}">{columns[0]}</div>'
    before = " before" if row.of_words and not last else ""
    return f'<div class="{kind}{before}"><div>{columns[0]}</div><div>{columns[1]}</div></div>'


def _name_left_out(names: Sequence[str]) -> str:
    if not names:
        return ""
    listed = " ".join(f"<span>{escape(name)}</span>" for name in names)
    told = fmt.many(len(names), "further section")
    return f'<p class="further"><strong>{told} in the HTML report:</strong> {listed}</p>'
