"""A report's glossary: words on its pages that lead to their entry, and the page of those that the report uses.

A page points to a term where it first stands in its prose or statements. Headings, tables, charts, code, links and
names in quotes stay as they are, and so does the sentence set large on the cover.
"""

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, NavigableString

from helpers.story.glossary import TERMS, Term
from helpers.story.units import in_unit

NAME, FILE = "glossary", "glossary.html"
_SAID_IN = ".prose p, .prose li, .say p, p.note, .finding p"
_NOT_IN = ("a", "code", "pre", "blockquote", "table", "figure", "summary", "svg")
_NOT_AT = ".skipped, .say-action strong"  # names of sections left out, and a heading in all but name


def _pattern(terms: Iterable[Term]) -> re.Pattern[str]:
    """A name in quotes, or a whole word that is a term; of two that begin alike the longer."""
    spellings = sorted((s for term in terms for s in term.spellings), key=len, reverse=True)
    words = "|".join(f"[{s[0].upper()}{s[0].lower()}]{re.escape(s[1:])}" for s in spellings)
    return re.compile(rf"“[^”]*(?:”|$)|(?<![\w/-])(?P<word>{words})(?![\w/-])")


def _in_sentence(word: str) -> str:
    return word[:1].lower() + word[1:]


_TERM_OF = {_in_sentence(spelling): term.id for term in TERMS for spelling in term.spellings}
_SAID = _pattern(TERMS)


def link_terms(soup: BeautifulSoup) -> frozenset[str]:
    """Let each term point to its entry where it first stands on a page; returns the terms' ids."""
    kept = {id(tag) for tag in soup.select(_NOT_AT)}
    found: set[str] = set()
    for block in soup.select(_SAID_IN):
        for text in block.find_all(string=True):
            around = text.find_parents()
            if not any(tag.name in _NOT_IN or id(tag) in kept for tag in around):
                _link(soup, text, found)
    return frozenset(found)


def _link(soup: BeautifulSoup, text: NavigableString, found: set[str]) -> None:
    said, parts, end = str(text), [], 0
    for match in _SAID.finditer(said):
        term = _TERM_OF[_in_sentence(match["word"])] if match["word"] else ""
        if term and term not in found:
            found.add(term)
            link = soup.new_tag("a", attrs={"class": "term", "href": f"{FILE}#{term}"})
            link.string = match["word"]
            parts += [NavigableString(said[end : match.start()]), link]
            end = match.end()
    if parts:
        text.replace_with(*parts, NavigableString(said[end:]))


def entries(found: Iterable[str], unit: str) -> list[dict[str, str]]:
    """The entries of the terms found, for the page's template, in the words of the report's unit."""
    ids = set(found)
    return [
        {"id": term.id, "name": term.name, "text": in_unit(f"{term.what} {term.reading}", unit)}
        for term in TERMS
        if term.id in ids
    ]
