"""How docs/sentences.md writes what a narrator says: figures and names stand as placeholders, so that it changes only
with the words."""

import re
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup

from helpers.story.chart import Chart
from helpers.story.statement import Statement
from helpers.story.table import Table

DOCUMENT = Path(__file__).parents[2] / "docs" / "sentences.md"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_PLACES = (
    (r"“[^”]*”", "“…”"),
    (rf"\b(?:\d+ )?(?:{_MONTHS})(?: \d{{4}})?\b(?! be\b)", "DATE"),
    (r"\b\d{4}-\d\d(?:-\d\d)?\b", "DATE"),
    (r"\d(?:[\d.,]*\d)?(?:(?:k|m|bn)\b)?", "#"),
)


def in_general(text: str) -> str:
    """A text with "#" for each figure, "DATE" for a day or month and “…” for a quoted name."""
    for pattern, placeholder in _PLACES:
        text = re.sub(pattern, placeholder, text)
    return text


def lines_of(statement: Statement) -> list[str]:
    """The lines of the list that a statement makes: what it says, and the key figures it gives."""
    said = " ".join(f"{statement.text} {f'→ {statement.action}' if statement.action else ''}".split())
    needs = f" (left out: Needs {statement.needs}.)" if statement.needs else ""
    told = [f"- *{statement.verdict}*: {in_general(said)}{in_general(needs)}"] if said else []
    figures = (f"{f.label}: {f.value} ({f.note})" if f.note else f"{f.label}: {f.value}" for f in statement.figures)
    return [*told, *(f"- *figure*: {in_general(figure)}" for figure in figures)]


def lines_of_table(table: Table) -> list[str]:
    """What stands over and beneath a table."""
    soup = BeautifulSoup(table.html, "html.parser")
    notes = " ".join(note.get_text() for note in soup.select("figure > p"))
    return [f"- *table*: {_headed(table.title, notes) if soup.figure else in_general(soup.get_text())}"]


def lines_of_chart(chart: Chart) -> list[str]:
    """What stands over a chart, or in its place."""
    below = chart.data.get("subtitle", "")
    return [f"- *chart*: {_headed(chart.title, below) if chart.svg else in_general(chart.alt)}"]


def _headed(title: str, below: str) -> str:
    """A title, and what stands beneath."""
    stop = "" if title[-1] in "?!" else "."
    return in_general(" ".join(f"{title}{stop} {below}".split()))


@cache
def listed() -> frozenset[str]:
    """The lines of the list as it is."""
    return frozenset(DOCUMENT.read_text("utf-8").splitlines()) if DOCUMENT.is_file() else frozenset()
