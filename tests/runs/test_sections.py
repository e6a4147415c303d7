"""A section that has nothing to say leaves its page and is named at the end, with what would bring it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_markdown_cell

from tests.runs.page_checks import read_page
from tests.runs.test_render import chart, html, one


def section(heading: str, *outputs: Callable[[], Any]) -> list[Any]:
    return [new_markdown_cell(f"## {heading}\n\nWhy it matters to us."), *[made() for made in outputs]]


EMPTY = partial(html, '<p class="nothing">Groups. Nothing to show: no groups.</p>')
NEEDS = partial(html, '<div class="say say-few" data-needs="two waves &amp; more"><p>There is one wave.</p></div>')
FULL = partial(html, '<div class="say say-neutral"><p>The score rose.</p></div>')


@pytest.mark.parametrize(
    ("outputs", "why"),
    [
        ([EMPTY, NEEDS], "Needs two waves & more."),
        ([NEEDS], "Needs two waves & more."),
        ([EMPTY], "No groups."),
        ([EMPTY, partial(html, "  "), partial(new_markdown_cell, "More prose.")], "No groups."),
        ([NEEDS, FULL], ""),
        ([NEEDS, chart], ""),
        ([EMPTY, partial(html, "<table><tr><th>a</th></tr></table>")], ""),
        ([partial(html, '<div class="say say-few"><p>Ten answers are few.</p></div>')], ""),
        ([], ""),
    ],
)
def test_a_section_with_nothing_to_say_is_named_at_the_end(
    tmp_path: Path, outputs: list[Callable[[], Any]], why: str
) -> None:
    page = one(tmp_path, *section("Kept?", FULL), *section("Better?", *outputs), *section("Last?", FULL))
    main = read_page(tmp_path / "out" / "02_rfm.html")
    headings = main.texts["h2"]
    if why:
        assert headings == ["Kept?", "Last?", "What is not on this page?"]
        assert f"Better? {why}" in main.texts["li"]
        assert page.count("Why it matters to us.") == 2
    else:
        assert headings == ["Kept?", "Better?", "Last?"]
        assert "not on this page" not in page


def test_a_page_may_have_nothing_to_say_at_all(tmp_path: Path) -> None:
    page = one(tmp_path, *section("Better?", NEEDS), *section("Who?", NEEDS))
    assert "Why it matters." in page
    assert page.count("Needs two waves &amp; more.") == 2
