"""The cover's findings lead to the sections that say the same."""

from collections.abc import Mapping

from bs4 import BeautifulSoup, Tag

from helpers.runs.fragment import HEADINGS, text_of

_LEAST = 20  # characters of a finding that can be told from others


def lead_to_sections(cover: BeautifulSoup, pages: Mapping[str, BeautifulSoup]) -> None:
    """Let each link of a finding end at the section of its page that states it, where there is one.

    pages: by file what the links lead to; a finding may be cut short, and then ends in "…".
    """
    for link in cover.find_all("a", class_="finding-more", href=True):
        page = pages.get(str(link["href"]))
        told = link.find_parent(class_=("finding", "lead"))
        text = told.find(class_=("finding-text", "lead-text")) if told else None
        section = _section_of(text_of(text).rstrip("… "), page) if page and text else ""
        if section:
            link["href"] = f"{link['href']}#{section}"


def _section_of(text: str, page: BeautifulSoup) -> str:
    """The id of the heading above the statement that begins with the text; "" where there is none."""
    for statement in page.find_all(class_="say"):
        if len(text) >= _LEAST and text_of(statement).startswith(text):
            heading = statement.find_previous(HEADINGS)
            return str(heading.get("id", "")) if isinstance(heading, Tag) else ""
    return ""
