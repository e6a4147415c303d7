"""docs/sentences.md is what narrators and notebooks say; that it lacks no narrator's sentence each one's test tells."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from helpers.story.statement import KeyFigure, Statement
from tests.list_sentences import prose_of, write_list
from tests.story.sentences import DOCUMENT, in_general, lines_of


@pytest.mark.slow
def test_the_list_holds_what_is_said_and_nothing_else() -> None:
    assert DOCUMENT.read_text("utf-8") == write_list(), "make docs writes it again"


def test_the_list_holds_what_notebooks_say() -> None:
    listed = set(DOCUMENT.read_text("utf-8").splitlines())
    notebooks = sorted((DOCUMENT.parents[1] / "notebooks").glob("*.ipynb"))
    missing = [line for path in notebooks for line in prose_of(path) if line not in listed]
    assert len(notebooks) > 10 and missing == [], "make docs writes it again"


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ("“Gold 9” holds 19.5% of 1,490 buyers.", "“…” holds #% of # buyers."),
        ("It is £2.5m, from £25k to £1bn, not −0.4 or +3.", "It is £#, from £# to £#, not −# or +#."),
        ("From 30 September 2026 to May 2027, since 2026-03.", "From DATE to DATE, since DATE."),
        ("It may be three of four.", "It may be three of four."),
    ],
)
def test_figures_and_names_stand_as_placeholders(said: str, listed: str) -> None:
    assert in_general(said) == listed


def test_a_statement_is_told_on_lines() -> None:
    figure = KeyFigure("Spend", "£5", "since 2025-01")
    assert lines_of(Statement("x", "Up 3%.", "good", "Do  it.", figures=(figure,))) == [
        "- *good*: Up #%. → Do it.",
        "- *figure*: Spend: £# (since DATE)",
    ]
    assert lines_of(Statement("x", "Few.", "few", needs="9 rows")) == ["- *few*: Few. (left out: Needs # rows.)"]
    assert lines_of(Statement("x", "")) == []


def test_prose_is_told_by_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "02_rfm.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("## Who?\n\nWhy 3.\n")]), path)
    assert [*prose_of(path)] == ["- **Who?**", "- Why 3."]
