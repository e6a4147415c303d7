"""The pages of a preview: each is rendered by itself when its notebook has run, or has other sentences.

Chapters are kept in memory, so that a page is put in its frame, with the menu that names all others, without reading
them again. The frame is put around a page that has changed at once, around others when somebody asks for them.
"""

import contextlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError

from helpers.errors import InputError
from helpers.runs import glossary
from helpers.runs.preview_files import stamps_of
from helpers.runs.preview_server import Site
from helpers.runs.render import TEMPLATE, Chapter, Page, Renderer, ReportInfo, say_about


@dataclass(frozen=True)
class _Unread:
    page: Page
    stands: bool  # whether its page is served already, as a report had it
    since: float


class Pages:
    """Renders to a site. `tell(name, seconds)` is called for each page that was rendered since its notebook changed."""

    def __init__(self, site: Site, tell: Callable[[str, float], None]) -> None:
        self._site, self._tell = site, tell
        self._unread: dict[str, _Unread] = {}  # by notebook, the first one next
        self._chapters: dict[str, Chapter] = {}
        self._unit = ""
        self._about: dict[str, Any] = {}
        self._info: ReportInfo | None = None
        self._frames_changed = False  # what pages say of the report, or of each other
        self._template = stamps_of(sorted(TEMPLATE.iterdir()))
        self._renderer = Renderer()
        self.wrong: dict[str, str] = {}  # why pages cannot be made: by notebook; "" = the template

    @property
    def urgent(self) -> bool:
        """Whether a page is to be rendered that somebody may be waiting for."""
        return self.described and any(not unread.stands for unread in self._unread.values())

    @property
    def described(self) -> bool:
        return self._info is not None

    def read(self, page: Page, *, stands: bool = False) -> None:
        """Render a page anew; one that `stands` is served already, and only its chapter is needed."""
        self._unread[page.name] = _Unread(page, stands, time.perf_counter())

    def keep(self, names: Collection[str]) -> None:
        """Drop the pages of other notebooks."""
        self._unread = {name: unread for name, unread in self._unread.items() if name in names}
        self.wrong = {name: why for name, why in self.wrong.items() if not name or name in names}
        for name in [name for name in self._chapters if name not in names]:
            del self._chapters[name]
            self._frames_changed = True
            self._site.keep([*(chapter.page.file for chapter in self._chapters.values()), glossary.FILE])

    def describe(self, info: ReportInfo) -> None:
        """What all pages say of the report. Raises InputError for a colour that is none, or a logo not to be read."""
        if info != self._info:
            self._about = say_about(info)
            self._frames_changed |= self._info is not None
            self._info = info

    def render(self, idle: bool) -> bool:
        """Render one page that waits, or, when nothing is at work, put all in their new frames; whether there was
        something to do."""
        self._follow_template()
        if self._info is None:
            return False
        if not self._unread:
            if not (idle and self._frames_changed):
                return False
            self._frames_changed = False
            for chapter in self._chapters.values():
                self._put(chapter)
            return True
        name = next(iter(self._unread))
        unread = self._unread.pop(name)
        try:
            chapter = self._renderer.read(unread.page, self._info.unit)
        except InputError as error:
            self.wrong[name] = str(error)
            return True
        self.wrong.pop(name, None)
        before = self._chapters.get(name)
        self._chapters[name] = chapter
        self._chapters = dict(sorted(self._chapters.items()))
        if not unread.stands:
            self._frames_changed |= before is None or _outline(before) != _outline(chapter)
            self._put(chapter, awaited=True)
            self._tell(name, time.perf_counter() - unread.since)
        return True

    def _put(self, chapter: Chapter, *, awaited: bool = False) -> None:
        """Serve a page; one that is awaited is made at once, before whatever follows from it takes the processor."""
        chapters = tuple(self._chapters.values())
        make = partial(_page, self._renderer, chapter.page.file, chapters, self._about)
        if awaited:
            with contextlib.suppress(TemplateError, InputError):  # then whoever asks for it is told
                make = partial(str, make())
        self._site.put(chapter.page.file, make)
        if any(one.terms for one in chapters):
            self._site.put(glossary.FILE, partial(_page, self._renderer, glossary.FILE, chapters, self._about))

    def _follow_template(self) -> None:
        """Make all pages with the template as it is now, unless it cannot be used."""
        stamps = stamps_of(sorted(TEMPLATE.iterdir()))
        if stamps == self._template or self._unread or self._info is None:
            return
        self._template, began = stamps, time.perf_counter()
        renderer = Renderer()
        try:
            chapters = {name: renderer.read(c.page, self._info.unit) for name, c in self._chapters.items()}
            for chapter in list(chapters.values())[:1]:
                _page(renderer, chapter.page.file, tuple(chapters.values()), self._about)
        except (TemplateError, InputError) as error:
            self.wrong[""] = _explain(error)
            return
        self.wrong.pop("", None)
        self._renderer, self._chapters = renderer, chapters
        for chapter in chapters.values():
            self._put(chapter)
        self._tell("template", time.perf_counter() - began)


def _page(renderer: Renderer, file: str, chapters: Sequence[Chapter], about: Mapping[str, Any]) -> str:
    """A page of the report that these chapters make, or its glossary."""
    whole = renderer.with_glossary(chapters, about)
    return renderer.page(next(chapter for chapter in whole if chapter.page.file == file), whole, about)


def _outline(chapter: Chapter) -> tuple[object, ...]:
    """What other pages show of one, or lead to."""
    return chapter.title, chapter.page.file, chapter.terms, {str(tag["id"]) for tag in chapter.soup.find_all(id=True)}


def _explain(error: Exception) -> str:
    if isinstance(error, TemplateSyntaxError):
        where = f"{error.name}, line {error.lineno}"
        return str(InputError(f"The page template cannot be used: {error.message}", where=where))
    return str(InputError(f"The page template cannot be used: {error}"))
