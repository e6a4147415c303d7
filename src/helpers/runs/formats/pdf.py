"""The report on paper, as a PDF: tagged, with bookmarks, a contents page and numbered pages, printed by Chromium.

It is printed twice: no browser can say in the contents on which page a chapter begins, so the first print is read for
it and the second has the numbers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from markupsafe import Markup

from helpers.errors import InputError
from helpers.runs.formats import paper
from helpers.runs.formats.printing import find_browser, print_page
from helpers.runs.render import frames, place, say_about

if TYPE_CHECKING:
    from helpers.runs.formats import Report

MOST_PAGES = 24  # of a report: what a board will leaf through
# Where paper is Letter (CLDR's paperSize), and currencies of the two largest of these countries.
_LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE", "USD", "CAD"])
_HEIGHTS = {"A4": 271.0, "letter": 253.4}  # millimetres between the margins of paper.css
_FRONT = 2  # pages of contents and cover
_FILLED = 0.89  # of a page's height is used: what is not parted leaves a rest
_MOST_TRIES = 3  # to be no longer than that
_LONGEST_FOOT = 90  # characters beside the page's number


@dataclass(frozen=True)
class _Chapter:
    """A chapter as it was read. page: its name; laid: its sections, None for the cover, whose tree is shown as it is"""

    page: str
    note: str
    soup: BeautifulSoup
    entries: list[paper.Entry]
    laid: paper.Laid | None


@dataclass(frozen=True)
class _Printed:
    """A chapter as the template takes it."""

    name: str
    kind: str
    body: Markup
    note: str
    entries: list[paper.Entry]


def paper_size(currency: str, locale: str) -> str:
    """What style sheets call the size: "letter" or "A4", by the country of the locale ("en-US"), else the currency."""
    country = re.search(r"[-_]([A-Z]{2})\b", locale)
    return "letter" if (country[1] if country else currency) in _LETTER else "A4"


def write_pdf(report: "Report", path: Path) -> None:
    """Print the report's chapters; raises InputError where there is no browser for it, or it fails."""
    browser = find_browser()
    chapters = _read(report)
    laid = [chapter.laid for chapter in chapters if chapter.laid]
    size = paper_size(report.params.currency, report.params.locale)
    about = say_about(report.info)
    foot = _css_text(_short(f"{report.info.client} · as of {about['as_of']}"))
    facts = {**about, "size": size, "foot": Markup(foot)}
    room = (MOST_PAGES - _FRONT) * _HEIGHTS[size] * _FILLED
    with TemporaryDirectory(dir=path.parent, prefix="paper-") as folder:
        html, printed = Path(folder) / "paper.html", Path(folder) / "paper.pdf"
        for _ in range(_MOST_TRIES):
            most = paper.choose_parts(laid, room)
            shown = _choose(chapters, most)
            facts["shortened"] = any(one.folded or most[one.name] < len(one.parts) for one in laid)
            targets = [entry.target for chapter in shown for entry in chapter.entries]
            _write(html, facts, shown, dict.fromkeys(targets, 0))
            print_page(browser, html, printed)
            pages, last = read_pages(printed.read_bytes(), targets)
            if last <= MOST_PAGES:
                break
            room -= (last - MOST_PAGES) * _HEIGHTS[size] / 2
        _write(html, facts, shown, pages)
        print_page(browser, html, printed)
        printed.replace(path)


def _read(report: "Report") -> list[_Chapter]:
    """All chapters, the cover's links with the pages to which they lead."""
    chapters = []
    for chapter in report.chapters:
        name, soup = chapter.page.name, place(chapter, report.chapters, in_one_file=True)
        heading = soup.find("h2")
        if chapter.page.file == "index.html":
            entries = [paper.list_heading(heading, f"{name}-at-0")] if heading else []
            chapters.append(_Chapter(name, chapter.page.note, soup, entries, None))
        else:
            laid = paper.read_chapter(soup, name)
            entries = [entry for part in (laid.opening, *laid.parts) for entry in part.entries]
            chapters.append(_Chapter(name, chapter.page.note, soup, entries, laid))
    targets = {entry.anchor: entry.target for read in chapters for entry in read.entries}
    targets |= {read.page: read.entries[0].target for read in chapters}
    for read in chapters:
        if read.laid is None:
            paper.name_pages(read.soup, targets)
    return chapters


def _choose(chapters: Sequence[_Chapter], most: Mapping[str, int]) -> list[_Printed]:
    """The chapters with the first of their sections."""
    printed = []
    for chapter in chapters:
        if chapter.laid is None:
            printed.append(_Printed(chapter.page, "summary", Markup(chapter.soup), chapter.note, chapter.entries))
        else:
            body, entries = paper.write_chapter(chapter.laid, most[chapter.page])
            printed.append(_Printed(chapter.page, "chapter", Markup(body), chapter.note, entries))
    return printed


def _write(path: Path, facts: Mapping[str, Any], chapters: Sequence[_Printed], pages: Mapping[str, int]) -> None:
    """pages: on which each target stands; 0 while nobody knows"""
    told = {target: page or "00" for target, page in pages.items()}  # as wide as what comes
    html = frames().get_template("paper.html.j2").render(facts, chapters=chapters, pages=told)
    html = re.sub(
        f"{paper.PAGE_OF}(.*?)-at-(.*?){paper.PAGE_OF}",
        lambda found: str(told.get(f"{found[1]}-at-{found[2]}", told[f"{found[1]}-at-0"])),  # else the chapter's
        html,
    )
    path.write_text(paper.drop_dead_links(html), encoding="utf-8", newline="\n")


def read_pages(content: bytes, targets: Sequence[str]) -> tuple[dict[str, int], int]:
    """On which page of a PDF by Chromium each target of a link stands, and the last page; raises InputError where it
    does not say so of all.

    Chromium writes its objects plainly, page by page beneath nodes that list them.
    """
    nodes = {
        int(found[1]): [int(kid) for kid in re.findall(rb"(\d+) 0 R", found[2])]
        for found in re.finditer(rb"(\d+) 0 obj\n<</Type /Pages\b[^>]*?/Kids \[([^\]]*)\]", content)
    }
    below = {kid for kids in nodes.values() for kid in kids}
    order: list[int] = []

    def walk(node: int) -> None:
        for kid in nodes.get(node, []):
            walk(kid) if kid in nodes else order.append(kid)

    for root in sorted(set(nodes) - below):
        walk(root)
    numbers = {node: number for number, node in enumerate(order, start=1)}
    found = {
        name.decode(): numbers.get(int(node), 0) for name, node in re.findall(rb"/([\w-]+) \[(\d+) 0 R /XYZ", content)
    }
    if not all(found.get(target) for target in targets):
        raise InputError("the contents could not be numbered", mend="Install a newer Chromium")
    return {target: found[target] for target in targets}, len(order)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_FOOT else text[: _LONGEST_FOOT - 1].rstrip() + "…"


def _css_text(text: str) -> str:
    """Text as it may stand between quotes in a style sheet, whatever is in it."""
    return "".join(c if c.isalnum() or c in " .,·" else f"\\{ord(c):x} " for c in text)
