"""Executed notebooks to HTML pages: one file a notebook, and one file that holds them all.

nbconvert turns a notebook's cells into markup (`template/index.html.j2`), `fragment` checks it and sets it right,
`sections` chooses what is shown, and this module puts it into its frame (`template/page.html.j2`,
`template/report.html.j2`). A page needs nothing outside its own file and holds no script.
"""

import base64
import copy
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert import HTMLExporter
from traitlets.config import Config

from helpers.errors import InputError
from helpers.runs import cover_links, drawings, fragment, glossary, sections, table_files
from helpers.story import fmt
from helpers.story.chapters import chapter_of
from helpers.story.colors import contrast, relative_luminance
from helpers.story.units import CUSTOMER, in_unit, unit_of

TEMPLATE = Path(__file__).parent / "template"
# Best first. What is not listed, plain text and widgets above all, is not for a reader.
_SHOWN = ["image/svg+xml", "image/png", "image/jpeg", "text/html", "text/markdown"]
_LOGOS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
# papermill marks a notebook that failed with these cells.
_NOT_FOR_READERS = {"papermill-error-cell-tag", "papermill-error-cell-message"}
_NOT_HERE = "What is not on this page?"
_PALEST = "#f4f5f7"  # the darkest surface that accent-coloured text stands on
_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3


@dataclass(frozen=True)
class Page:
    """A page of the report and the executed notebook it is made from."""

    name: str  # "02_rfm"
    notebook: Path
    file: str  # "02_rfm.html"; the cover is "index.html"
    note: str = ""  # what its reader is told of how it was made, in small print at its end


@dataclass(frozen=True)
class ReportInfo:
    """What every page says about the report as a whole."""

    client: str
    as_of: date
    color: str  # the brand's, "#0b5c8a"
    logo: Path | None  # SVG, PNG or JPEG
    notes: str = ""  # one line for the footer
    unit: str = CUSTOMER  # what every analysis counts: customer or account
    files: tuple[tuple[str, str], ...] = ()  # beside the pages: name, and what it is called
    missing: str = ""  # which of these could not be made, and why


@dataclass(frozen=True)
class Chapter:
    """A page without its frame. Its tree is copied before anything in it is changed; `data-chart` of a picture in it
    has the chart's numbers."""

    page: Page
    title: str
    sections: list[tuple[str, str]]  # id and text of every second-level heading
    soup: BeautifulSoup
    terms: frozenset[str] = frozenset()  # of the glossary, which it points to


def render_pages(pages: Sequence[Page], info: ReportInfo, folder: Path) -> list[Path]:
    """Write every page, the glossary, and `report.html`, which holds all of them, into `folder`; returns the paths,
    cover first.

    Raises InputError where a notebook or the logo can't be read, the colour is none, a notebook has not exactly one
    first-level heading at its start, a picture has no alt text, or an output would load something or run a script.
    """
    with Reading(info.unit) as reading:
        for page in pages:
            reading.add(page)
        return reading.write(info, folder)


class Reading:
    """`render_pages` in two steps: pages are read in a thread, each as it is added, while other notebooks still run."""

    def __init__(self, unit: str) -> None:
        self._unit, self._renderer = unit, Renderer()
        self._pool = ThreadPoolExecutor(1, "pages")  # one: they take turns with the threads that wait for kernels
        self._chapters: list[Future[Chapter]] = []

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def add(self, page: Page) -> None:
        self._chapters.append(self._pool.submit(self._renderer.read, page, self._unit))

    def chapters(self) -> list[Chapter]:
        """All pages, when the last is added, cover first."""
        if not self._chapters:
            raise InputError("there is no page to render", where="report")
        chapters = [chapter.result() for chapter in self._chapters]
        return sorted(chapters, key=lambda chapter: (chapter.page.file != "index.html", chapter.page.name))

    def write(self, info: ReportInfo, folder: Path) -> list[Path]:
        """Put all pages in their frames, when the last is added."""
        about = say_about(info)
        chapters = self._renderer.with_glossary(self.chapters(), about)
        folder.mkdir(parents=True, exist_ok=True)
        paths = [_write(folder / c.page.file, self._renderer.page(c, chapters, about)) for c in chapters]
        return [*paths, _write(folder / "report.html", self._renderer.whole(chapters, about))]


class Renderer:
    """Makes pages with the template as it is now. A chapter that was read serves for its page as often as those around
    it change."""

    def __init__(self) -> None:
        self._exporter = _exporter()
        self._frames = frames()

    def read(self, page: Page, unit: str) -> Chapter:
        """A page's own part; `unit`: what the report counts. Raises InputError as `render_pages` does."""
        return _read(page, self._exporter, unit_of(page.name, unit))

    def with_glossary(self, chapters: Sequence[Chapter], about: Mapping[str, Any]) -> list[Chapter]:
        """The chapters of a report, and at their end the glossary, if they point to one of its terms."""
        terms = glossary.entries(frozenset().union(*(chapter.terms for chapter in chapters)), about["unit"])
        if not terms:
            return list(chapters)
        soup = BeautifulSoup(self._frames.get_template("glossary.html.j2").render(terms=terms), "html.parser")
        page = Page(glossary.NAME, Path(), glossary.FILE)
        return [*chapters, Chapter(page, soup.find_all("h1")[0].get_text(), [], soup)]

    def page(self, chapter: Chapter, chapters: Sequence[Chapter], about: Mapping[str, Any]) -> str:
        """A page in its frame; `chapters`: all of the report in their order, this one among them."""
        at = next(number for number, other in enumerate(chapters) if other is chapter)
        before = chapters[at - 1] if at else None
        after = chapters[at + 1] if at + 1 < len(chapters) else None
        body = _body(chapter, chapters, set(), set())
        frame = self._frames.get_template("page.html.j2")
        return frame.render(about, chapters=chapters, chapter=chapter, body=body, before=before, after=after)

    def whole(self, chapters: Sequence[Chapter], about: Mapping[str, Any]) -> str:
        """All pages in one file."""
        named: set[str] = set()
        drawn: set[str] = set()
        bodies = [(chapter, _body(chapter, chapters, named, drawn, in_one_file=True)) for chapter in chapters]
        return self._frames.get_template("report.html.j2").render(about, chapters=chapters, bodies=bodies)


def frames() -> Environment:
    """The templates around the cells' markup. Everything is escaped but that markup, which is checked."""
    return Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
    )


def say_about(info: ReportInfo) -> dict[str, Any]:
    """What the frames of all pages show; raises InputError for a colour that is none, or a logo that can't be read."""
    return {
        "client": info.client,
        "as_of": fmt.day(info.as_of),
        "iso_date": info.as_of.isoformat(),
        "logo": _logo(info.logo) if info.logo else "",
        "notes": info.notes,
        "files": info.files,
        "missing": info.missing,
        "unit": info.unit,
        **_colors(info.color),
    }


def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(
        config=Config({"NbConvertBase": {"display_data_priority": _SHOWN}}),
        extra_template_basedirs=[str(TEMPLATE.parent)],
        template_name=TEMPLATE.name,
        default_preprocessors=[],  # none changes what is shown here, and each would copy and check the notebook
        exclude_anchor_links=True,
        embed_images=True,  # a picture beside the notebook comes into the page
    )
    exporter.register_filter("read_picture", fragment.read_picture)
    exporter.register_filter("check_markup", fragment.check_markup)
    return exporter


def _read(page: Page, exporter: HTMLExporter, unit: str) -> Chapter:
    name = page.notebook.name
    try:
        notebook = nbformat.read(page.notebook, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        raise InputError("the executed notebook can't be read", where=name) from error
    notebook.cells = [c for c in notebook.cells if not _NOT_FOR_READERS & set(c.metadata.get("tags", []))]
    for number, cell in enumerate(notebook.cells, start=1):
        opening = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
        cell.metadata["where"] = f"{name}, cell {number} ({opening[:60]})"
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if set(_SHOWN) & set(o.get("data", {}))]
    markup, _ = exporter.from_notebook_node(notebook, {"metadata": {"path": str(page.notebook.parent.resolve())}})
    soup = BeautifulSoup(markup, "html.parser")
    fragment.separate_ids(soup)
    sections.leave_out_sections(soup, _NOT_HERE)
    title, headings = fragment.set_headings(soup, name)
    fragment.wrap_tables(soup)
    sections.drop_empty(soup)
    fragment.keep_signs(soup)
    fragment.reword(soup, lambda text: in_unit(text, unit))
    sections.fold_sections(soup)
    terms = glossary.link_terms(soup)
    return Chapter(page, in_unit(title, unit), [(i, in_unit(text, unit)) for i, text in headings], soup, terms)


def _body(
    chapter: Chapter, chapters: Sequence[Chapter], named: set[str], drawn: set[str], in_one_file: bool = False
) -> Markup:
    """The chapter's markup as a page, or as a part of the one file: headings a level lower, ids with its name.

    named, drawn: names that tables, and ids that drawings, have in the file so far; the chapter's are added.
    """
    soup = place(chapter, chapters, in_one_file)
    if chapter.page.file != "index.html" and chapter_of(chapter.page.name):  # what an analyst writes stands
        sections.fold_method(soup)
    fragment.name_tables(soup, named)
    table_files.offer_tables(soup, chapter.page.name)
    return Markup(drawings.draw_charts(str(soup), drawn))


def place(chapter: Chapter, chapters: Sequence[Chapter], in_one_file: bool) -> BeautifulSoup:
    """A copy of the chapter's tree whose links lead to the other pages, or to the other parts of the one file."""
    soup = copy.copy(chapter.soup)
    for image in soup.select("img[data-chart]"):
        del image["data-chart"]  # for the slides, which draw it again
    if chapter.page.file == "index.html":
        cover_links.lead_to_sections(soup, {c.page.file: c.soup for c in chapters})
    targets = [
        fragment.Target(c.page.name, c.page.file, frozenset(str(tag["id"]) for tag in c.soup.find_all(id=True)))
        for c in chapters
    ]
    fragment.relink(soup, chapter.page.name, targets, in_one_file)
    if in_one_file:
        for heading in soup.find_all(fragment.HEADINGS):
            heading.name = f"h{min(int(heading.name[1]) + 1, 6)}"
        fragment.prefix_ids(soup, f"{chapter.page.name}-")
    return soup


def _colors(color: str) -> dict[str, str]:
    """The brand's colour, the text colour on it, and a shade of it that is dark enough for text."""
    found = re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", color.strip().lower())
    if not found:
        raise InputError(f'"{color}" is not a colour', where="brand.color", allowed='a hex code such as "#0b5c8a"')
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    brand = f"#{digits}"
    accent, share = brand, 1.0
    while _contrast(accent, _PALEST) < _CONTRAST:
        share -= 0.02
        accent = "#" + "".join(f"{round(channel * share):02x}" for channel in bytes.fromhex(digits))
    on_brand = max("#ffffff", "#000000", key=lambda text: _contrast(text, brand))
    return {"brand": brand, "on_brand": on_brand, "accent": accent}


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of two hex codes."""
    a, b = ([channel / 255 for channel in bytes.fromhex(color[1:])] for color in (one, other))
    return contrast(relative_luminance(a), relative_luminance(b))


def _logo(path: Path) -> str:
    """The logo as a data address."""
    kind = _LOGOS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f'"{path.name}" is not a picture we can use', where="brand.logo", allowed="SVG, PNG or JPEG")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f'the file "{path}" can\'t be read', where="brand.logo", mend="Check the path") from error
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _write(path: Path, html: str) -> Path:
    path.write_text(html, encoding="utf-8", newline="\n")
    return path
