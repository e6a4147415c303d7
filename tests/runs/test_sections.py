"""A section that has nothing to say leaves its page and is named at the end; one beyond the seventh folds away."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell

from helpers.runs.render import render_pages
from tests.runs.page_checks import check_page, read_page
from tests.runs.test_render import chart, html, info, make, one


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


def test_a_section_whose_outputs_are_all_blank_leaves_unnamed(tmp_path: Path) -> None:
    page = one(tmp_path, *section("Kept?", FULL), *section("Better?", partial(html, ""), partial(html, " ")))
    assert read_page(tmp_path / "out" / "02_rfm.html").texts["h2"] == ["Kept?"]
    assert "Better?" not in page and "not on this page" not in page


def test_a_page_may_have_nothing_to_say_at_all(tmp_path: Path) -> None:
    page = one(tmp_path, *section("Better?", NEEDS), *section("Who?", NEEDS))
    assert "Why it matters." in page
    assert page.count("Needs two waves &amp; more.") == 1


def folds(page: str) -> list[tuple[str, list[str], list[str]]]:
    """Of every fold: what it says, the sections it names, and the headings in it."""
    return [
        (fold.strong.text, [name.text for name in fold.select("summary span")], [h.text for h in fold(["h2", "h3"])])
        for fold in BeautifulSoup(page, "html.parser").select("details.further")
    ]


@pytest.mark.parametrize(
    ("full", "empty", "shown"),
    [(1, 0, 1), (7, 0, 7), (8, 0, 7), (13, 0, 7), (6, 2, 6), (7, 1, 6), (9, 1, 6), (0, 9, 0)],
)
def test_sections_beyond_the_seventh_fold_away(tmp_path: Path, full: int, empty: int, shown: int) -> None:
    told, silent = [f"Told {n}?" for n in range(full)], [f"Silent {n}?" for n in range(empty)]
    cells = [cell for name in told for cell in section(name, chart, FULL)]
    page = one(tmp_path, *[cell for name in silent for cell in section(name, NEEDS)], *cells)
    last = ["What is not on this page?"] if empty else []
    outline = read_page(tmp_path / "out" / "02_rfm.html")
    assert outline.texts["h2"] == told + last  # in their order, and what is not there at the end
    assert outline.shown.count("h2") == shown + len(last)
    assert [link for link in outline.texts["a"] if link in told + last] == 2 * (told + last)  # in both menus
    away = told[shown:]
    said = f"More detail: {len(away)} further section{'s' * (len(away) > 1)}"
    assert folds(page) == ([(said, away, away)] if away else [])
    assert page.count("<figure") == page.count("The score rose.") == full


def test_a_cell_of_many_headings_is_folded_from_the_eighth_on(tmp_path: Path) -> None:
    text = "\n\n".join(f"## <i>Part</i> {n} & more\n\nText of {n}.\n\n### Within {n}" for n in range(1, 10))
    page = one(tmp_path, new_markdown_cell(text), chart(), html("<h2>Shown</h2>"), *section("Last?", FULL))
    names = ["Part 8 & more", "Part 9 & more", "Shown", "Last?"]
    assert folds(page) == [
        ("More detail: 4 further sections", names, [*names[:1], "Within 8", names[1], "Within 9", *names[2:]])
    ]
    fold = page[page.index('<details class="further') :]
    assert "Text of 7" not in fold and fold.index("Text of 8") < fold.index("Text of 9") < fold.index("<figure")
    assert "<span>Part 8 &amp; more</span>" in fold


def test_every_chapter_of_the_one_file_has_its_own_fold(tmp_path: Path) -> None:
    names = [f"Part {n}?" for n in range(1, 10)]
    away = [
        new_markdown_cell("# First\n\n[to the ninth](08_second.ipynb#Part-9?)"),
        *[c for n in names for c in section(n, FULL)],
    ]
    pages = [
        make(tmp_path, name, cells)
        for name, cells in (("07_first", away), ("08_second", [new_markdown_cell("# Second"), *away[1:]]))
    ]
    render_pages(pages, info(), tmp_path / "out")
    whole = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert folds(whole) == [("More detail: 2 further sections", names[7:], names[7:])] * 2
    assert "#08_second-part-9" in whole and check_page(tmp_path / "out" / "report.html") == []


def test_a_fold_names_sections_in_the_unit_of_the_report(tmp_path: Path) -> None:
    cells = [cell for n in range(1, 9) for cell in section(f"Which customers are in part {n}?", FULL)]
    page = one(tmp_path, *cells, unit="account")
    assert folds(page)[0][1] == ["Which accounts are in part 8?"]


def methods(page: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in BeautifulSoup(page, "html.parser").select("details.how")]


def test_how_a_section_is_read_folds_away_and_its_answer_follows_the_question(tmp_path: Path) -> None:
    alone = new_markdown_cell("## Only words\n\nThey stay.")
    parts = new_markdown_cell("## Of parts\n\n### One\n\nOf one.\n\n### Two\n\nOf two.")
    page = one(tmp_path, *section("Who?", FULL), *section("What?", chart), alone, parts, FULL())
    assert methods(page) == ["How to read this Why it matters to us."] * 2
    soup = BeautifulSoup(page, "html.parser")
    assert [tag.name for tag in soup.select_one(".how").find_previous_siblings()] == ["h2"]
    assert "They stay." in page and not soup.find("p", string="They stay.").find_parent("details")
    whole = (tmp_path / "out/report.html").read_text("utf-8")
    assert methods(whole) == methods(page)


def test_what_an_analyst_writes_is_not_folded(tmp_path: Path) -> None:
    cells = [new_markdown_cell("# Mine"), *section("Who?", FULL)]
    render_pages([make(tmp_path, "09_mine", cells)], info(), tmp_path / "out")
    assert methods((tmp_path / "out/09_mine.html").read_text("utf-8")) == []
