"""The report on paper: what stands beside what, and what of a chapter is printed."""

import base64
import re
from collections.abc import Sequence
from typing import Any

import pytest
from bs4 import BeautifulSoup

from helpers.runs.formats import paper
from helpers.runs.formats.columns import ACROSS, LEFT, RIGHT, TALLEST, Block, lay_rows, measure

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="403pt" height="{}pt" viewBox="0 0 403 {}"><title>One: 1</title>'
    '<text x="9" y="20" font-size="9.5">axis</text><text x="9" y="40" font-size="13.5">title</text></svg>'
)


def tag(markup: str) -> Any:
    return BeautifulSoup(markup, "html.parser").find(True)


def words(characters: int = 120) -> Block:
    return measure(tag(f'<div class="output"><div class="say"><p>{"a" * characters}</p></div></div>'))


def picture(height: int = 250) -> Block:
    return measure(tag(f'<figure class="picture"><img src="data:," alt="A" width="400" height="{height}"></figure>'))


def table(rows: int, *texts: str) -> Block:
    cells = "".join(f'<td class="gt_left">{text}</td>' for text in texts)
    return measure(tag(f'<div class="output"><table>{f"<tr>{cells}</tr>" * rows}</table></div>'))


def kinds(rows: Sequence[Any]) -> list[tuple[list[str], list[str]]]:
    return [([block.kind for block in row.left], [block.kind for block in row.right]) for row in rows]


class TestRows:
    def test_words_stand_beside_their_picture(self) -> None:
        rows = list(lay_rows([words(), picture(), words()]))
        assert kinds(rows) == [(["words", "words"], ["picture"])]
        assert rows[0].height == pytest.approx(RIGHT * 250 / 400 + 2)

    def test_another_picture_begins_a_row_with_the_words_before_it(self) -> None:
        first, second = words(), words(240)
        rows = list(lay_rows([first, picture(), second, picture(), words()]))
        assert kinds(rows) == [(["words"], ["picture"]), (["words", "words"], ["picture"])]
        assert rows[1].left[0] is second

    def test_a_narrow_table_stands_where_there_is_room(self) -> None:
        assert kinds(list(lay_rows([words(), picture(380), table(6, "a", "b")]))) == [(["words", "table"], ["picture"])]
        assert kinds(list(lay_rows([words(), table(6, "a", "b")]))) == [(["words"], ["table"])]

    @pytest.mark.parametrize("wide", [table(3, *["a long text of a cell"] * 6), table(40, "a", "b")])
    def test_a_wide_or_long_table_runs_across_after_all_that_is_said_of_it(self, wide: Block) -> None:
        assert wide.kind == "wide"
        opening, said = words(), words()
        rows = list(lay_rows([opening, wide, said, picture()]))
        assert kinds(rows) == [(["words"], ["words"]), (["wide"], []), ([], ["picture"])]
        assert (rows[0].left[0], rows[0].right[0]) == (opening, said)
        assert rows[0].of_words

    def test_a_table_that_would_be_squeezed_runs_across(self) -> None:
        assert table(4, "a few words that go on and on and on " * 4, "more of them that go on " * 4).kind == "wide"

    def test_rows_with_tables_fit_on_a_page(self) -> None:
        rows = list(lay_rows([words(), picture(380), table(12, "a", "b"), table(12, "a", "b"), table(12, "a", "b")]))
        assert len(rows) > 1
        assert all(row.height <= TALLEST for row in rows)

    def test_words_of_a_hundred_blocks_are_all_there_in_their_order(self) -> None:
        blocks = [words() for _ in range(100)]
        assert [block for row in lay_rows(blocks) for block in (*row.left, *row.right)] == blocks

    def test_a_table_without_columns_and_a_picture_without_sizes_are_placed(self) -> None:
        odd = [table(0), table(2), measure(tag('<div><img src="data:," alt="A"></div>'))]
        assert sum(len(row.left) + len(row.right) for row in lay_rows(odd)) == 3

    def test_heights_follow_the_width(self) -> None:
        left, right, across = words(400).heights
        assert left is not None and right is not None
        assert LEFT < RIGHT < ACROSS
        assert left >= right > across


PAGE = """<div class="prose"><h2 id="x-title">Who buys</h2><p>Why it matters, <a href="#x-gone">see below</a>.</p></div>
<div class="prose"><h3 id="x-one">Who buys most?</h3><p>Read on.</p></div>
<figure class="picture"><img src="data:image/svg+xml;base64,{svg}" alt="A &amp; B" width="403" height="200"></figure>
<div class="output"><figure class="table"><figcaption>By segment</figcaption><div class="table-wrap" role="region"
tabindex="0"><table><tbody><tr><th class="gt_row row-name">Champions</th><td>1</td></tr></tbody></table></div></figure>
</div>
<div class="prose"><h3 id="x-two">Who &lt; buys?</h3><p>Words.</p></div>
<div class="output"><div class="say say-good"><p>Said. <a href="#x-one">Most</a></p></div></div>
<details class="further"><summary>More</summary>
<div class="prose"><h3 id="x-gone">What of &amp; this?</h3></div></details>
<div class="prose left-out"><h3>What is not on this page?</h3>
<ul class="skipped"><li><strong>Why?</strong> No data.</li></ul></div>
"""


@pytest.fixture
def laid() -> paper.Laid:
    markup = PAGE.format(svg=base64.b64encode(SVG.format(200, 200).encode()).decode())
    return paper.read_chapter(BeautifulSoup(markup, "html.parser"), "x")


class TestChapter:
    def test_what_is_left_out_is_named(self, laid: paper.Laid) -> None:
        body, entries = paper.write_chapter(laid, 1)
        assert [(entry.level, entry.title) for entry in entries] == [(1, "Who buys"), (2, "Who buys most?")]
        assert "2 further sections in the HTML report:" in body
        assert "<span>Who &lt; buys?</span> <span>What of &amp; this?</span>" in body
        assert "Said." not in body
        assert "<strong>Why?</strong> No data." in body
        body, entries = paper.write_chapter(laid, 7)
        assert len(entries) == 3
        assert "1 further section in the HTML report:" in body

    def test_links_to_what_is_left_out_are_words(self, laid: paper.Laid) -> None:
        body, _ = paper.write_chapter(laid, 7)
        assert "matters, see below." in paper.drop_dead_links(body)
        assert '<a href="#x-one">Most</a>' in paper.drop_dead_links(body)
        assert "Said. Most" in paper.drop_dead_links(body.replace('id="x-one"', ""))

    def test_charts_have_readable_letters_and_no_hidden_words(self, laid: paper.Laid) -> None:
        body, _ = paper.write_chapter(laid, 7)
        drawing = base64.b64decode(re.findall(r"base64,([^\"]+)", body)[0]).decode()
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', drawing)]
        assert [size * RIGHT / 142.2 >= 7 for size in sizes] == [True, True]
        assert "<title>" not in drawing

    def test_a_table_has_its_caption_and_nothing_that_scrolls(self, laid: paper.Laid) -> None:
        body, _ = paper.write_chapter(laid, 7)
        assert "<table><caption>By segment</caption>" in body
        assert "tabindex" not in body and "<figure" not in body

    def test_every_chapter_has_its_first_section_before_any_has_its_second(self) -> None:
        def chapter(name: str, *heights: float) -> paper.Laid:
            return paper.Laid(name, paper.Part([]), [paper.Part([], height=height) for height in heights], "", [])

        chapters = [chapter("a", 100, 100, 10), chapter("b", 100, 30), chapter("c", 400)]
        assert paper.choose_parts(chapters, 1000) == {"a": 3, "b": 2, "c": 1}
        assert paper.choose_parts(chapters, 600 + 72 + 99) == {"a": 1, "b": 2, "c": 1}  # after a gap nothing more
        assert paper.choose_parts(chapters, 0) == {"a": 1, "b": 1, "c": 1}

    def test_a_chapter_that_only_shows_is_printed(self) -> None:
        markup = '<div class="prose"><h2>Bare</h2></div><div class="output"><table><tr><td>1</td></tr></table></div>'
        body, entries = paper.write_chapter(paper.read_chapter(BeautifulSoup(markup, "html.parser"), "y"), 7)
        assert [entry.title for entry in entries] == ["Bare"]
        assert "<td>1</td>" in body
