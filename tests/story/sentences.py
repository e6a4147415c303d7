"""How docs/sentences.md writes what a narrator says: figures and names stand as placeholders, so that it changes only
with the words."""

import re
from functools import cache
from pathlib import Path

from helpers.story.statement import Statement

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


@cache
def listed() -> frozenset[str]:
    """The lines of the list as it is."""
    return frozenset(DOCUMENT.read_text("utf-8").splitlines()) if DOCUMENT.is_file() else frozenset()
