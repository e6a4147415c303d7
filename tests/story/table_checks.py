"""What holds of every table: a reader finds its numbers in the cells, and it may stand in any page."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from types import ModuleType
from typing import Any, ClassVar

from helpers.story.table import Table
from tests.story.chapters import functions_of
from tests.story.sentences import lines_of_table, listed

Make = Callable[[], Table]
# How a table is made, and what it must show: some rows' cells, each found in one row, in this order.
ShownTable = tuple[Make, list[list[str]]]


class Cells(HTMLParser):
    """The texts of the cells by row, and every tag that was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.in_cell = False
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in ("td", "th")


def read(table: Table) -> Cells:
    cells = Cells()
    cells.feed(table.html)
    return cells


def in_order(wanted: list[str], row: list[str]) -> bool:
    rest = iter(row)
    return all(any(cell == want for cell in rest) for want in wanted)


class TableChecks:
    """The checks of one module's tables; a subclass names the module and tells how each of its tables is made.

    tables, empty: each table by its name, and each again of a result without any row.
    """

    module: ClassVar[ModuleType]
    tables: ClassVar[dict[str, ShownTable]]
    empty: ClassVar[dict[str, Make]]

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Each check is a test of its own for each table it is made of."""
        wanted = set(metafunc.fixturenames)
        if "make_empty" in wanted:
            metafunc.parametrize("make_empty", list(self.empty.values()), ids=list(self.empty))
        elif "make" in wanted:
            metafunc.parametrize(("make", "expected"), list(self.tables.values()), ids=list(self.tables))

    def test_every_table_is_tried_also_empty(self) -> None:
        made = functions_of(self.module)
        assert set(self.tables) == made
        assert set(self.empty) == made

    def test_table_shows_its_numbers(self, make: Make, expected: list[list[str]]) -> None:
        table = make()
        rows = read(table).rows
        for cells in expected:
            assert any(in_order(cells, row) for row in rows), (cells, rows)
        assert "nan" not in " ".join(" ".join(row) for row in rows).lower()
        assert make().html == table.html
        assert set(lines_of_table(table)) <= listed(), "make docs lists it in docs/sentences.md: read it there"

    def test_table_stands_in_any_page(self, make: Make, expected: list[list[str]]) -> None:
        table = make()
        cells = read(table)
        assert not re.search(r"https?:|url\(|@import|<script|<link", table.html)
        assert len(table.html) < 60_000
        assert [tag for tag, _ in cells.tags[:3]] == ["figure", "figcaption", "div"]
        assert cells.tags[2][1] == {
            "role": "region",
            "aria-label": table.title,
            "tabindex": "0",
            "style": "overflow-x:auto",
        }
        assert all(attrs.get("scope") for tag, attrs in cells.tags if tag == "th")
        # No rule of the table's style sheet may reach beyond the table.
        name = re.search(r'<div id="(\w+)"', table.html)[1]  # type: ignore[index]
        rules = re.findall(r"([^{}]+)\{", re.search(r"<style>(.*?)</style>", table.html, re.S)[1])  # type: ignore[index]
        assert [r for r in rules if not r.strip().startswith(f"#{name} ")] == []

    def test_empty_results_say_so(self, make_empty: Make) -> None:
        assert "Nothing to show" in make_empty().html
