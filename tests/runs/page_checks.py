"""What every page of a report must hold to, read from the finished file with the standard library alone."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

LARGEST, LARGEST_WHOLE = 600_000, 3_000_000  # bytes of a page, and of the report in one file
MOST_SECTIONS = 7  # in sight at once
_ADDRESSES = ("src", "srcset", "href", "xlink:href", "poster", "data", "action", "background")
_ACTIVE = ("script", "iframe", "object", "embed")
_FOREIGN = r"(?i)url\((?!\s*['\"]?\s*(?:data:|#))\s*['\"]?([^'\")]+)"
_SVG_TITLE = "svg title"  # what a mark of a chart says, apart from the page's title
_VOID = {"meta", "link", "img", "br", "hr", "input", "col", "wbr", "source"}


@dataclass
class Outline(HTMLParser):
    """A page's tags in order, with attributes and the text inside the ones that matter."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)  # tag -> text of each of its elements
    problems: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)  # tags outside every `<details>`
    _open: list[tuple[str, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and any(around == "svg" for around, _ in self._open):
            tag = _SVG_TITLE
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if all(around != "details" for around, _ in self._open):
            self.shown.append(tag)
        if tag not in _VOID:
            self._open.append((tag, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._open and self._open[-1][0] == _SVG_TITLE:
            tag = _SVG_TITLE
        if not self._open or self._open[-1][0] != tag:
            self.problems.append(f"</{tag}> closes nothing at line {self.getpos()[0]}")
            return
        _, parts = self._open.pop()
        self.texts.setdefault(tag, []).append(" ".join("".join(parts).split()))

    def handle_data(self, data: str) -> None:
        for _, parts in self._open:
            parts.append(data)

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def read_page(path: Path) -> Outline:
    """The outline of a finished page."""
    outline = Outline()
    outline.feed(path.read_text(encoding="utf-8"))
    outline.close()
    return outline


@lru_cache(maxsize=64)
def _places_in(path: Path, changed_ns: int) -> frozenset[str]:
    """The ids in a page that others lead to, as it was when last changed; a report's pages lead to each other often."""
    return frozenset(attrs["id"] for _, attrs in read_page(path).tags if "id" in attrs)


def check_page(path: Path) -> list[str]:
    """The page's problems, one sentence each; an empty list when it may be sent."""
    page = read_page(path)
    problems = list(page.problems)
    if path.stat().st_size > (LARGEST_WHOLE if path.name == "report.html" else LARGEST):
        problems.append(f"{path.stat().st_size:,} bytes are too many to send")
    if [a.get("lang") for a in page.all("html")] != ["en"]:
        problems.append("the language is not given")
    problems += [
        f"{len(page.all(tag))} <{tag}> instead of one with text"
        for tag in ("title", "main", "h1")
        if len(page.all(tag)) != 1 or not any(page.texts.get(tag, [""]))
    ]
    if not any(a.get("name") == "viewport" for a in page.all("meta")):
        problems.append("no viewport is set")
    if path.name != "report.html" and page.shown.count("h2") > MOST_SECTIONS:
        problems.append(f"{page.shown.count('h2')} sections are shown at once")
    return [*problems, *_outline(page), *_pictures(page), *_loads(page), *_links(page, path)]


def _outline(page: Outline) -> list[str]:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    problems = [f"h{b} follows h{a}" for a, b in pairwise(levels) if b > a + 1]
    if levels and levels[0] != 1:
        problems.append(f"the first heading is an h{levels[0]}")
    if any(not a.get("aria-label") for a in page.all("nav")) or not page.all("nav"):
        problems.append("a <nav> is missing or has no label")
    return problems


def _pictures(page: Outline) -> list[str]:
    return [
        f"a picture has no alt text: {a.get('src', '')[:40]}" for a in page.all("img") if not a.get("alt", "").strip()
    ]


def _loads(page: Outline) -> list[str]:
    problems = [f"<{tag}>" for tag, _ in page.tags if tag in _ACTIVE]
    for tag, attrs in page.tags:
        for name, value in attrs.items():
            address = value.strip().lower()
            if name.startswith("on") or address.startswith("javascript:"):
                problems.append(f"<{tag} {name}> runs a script")
            if name not in _ADDRESSES:
                continue
            local = address.startswith(("data:", "#")) or (
                tag == "a" and not re.match(r"(https?:|file:)?//|https?:|file:", address)
            )
            if not local:
                problems.append(f"<{tag} {name}> leads outside: {value[:60]}")
    css = page.texts.get("style", []) + [attrs.get("style", "") for _, attrs in page.tags]
    problems += [f"a style loads {found}" for text in css for found in re.findall(r"@import\b.{0,40}", text)]
    for text in css:
        problems += [f"a style loads {u[:60]}" for u in re.findall(_FOREIGN, text)]
    return problems


def _links(page: Outline, path: Path) -> list[str]:
    ids = Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs)
    problems = [f'the id "{name}" stands {count} times' for name, count in sorted(ids.items()) if count > 1]
    links = [attrs["href"] for attrs in page.all("a") if "href" in attrs]
    main_id = next((attrs.get("id") for attrs in page.all("main")), None)
    if not links or links[0] != f"#{main_id}":
        problems.append("the first link does not skip to the content")
    for link in links:
        file, _, fragment = link.partition("#")
        if re.match(r"[a-z+]+:", link):
            continue
        if file and not (path.parent / file).is_file():
            problems.append(f"the link {link} leads to no file")
            continue
        other = path.parent / file
        if fragment and fragment not in (_places_in(other, other.stat().st_mtime_ns) if file else ids):
            problems.append(f"the link {link} leads to no place")
    problems += [
        f'{name}="{value}" refers to no id'
        for _, attrs in page.tags
        for name in ("aria-labelledby", "aria-describedby")
        for value in attrs.get(name, "").split()
        if value not in ids
    ]
    return problems
