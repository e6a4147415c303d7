"""The rows of a table on a page as plain text, for the forms that write it again."""

from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import Tag

from helpers.runs.fragment import text_of


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool  # stands right


@dataclass(frozen=True)
class Row:
    """is_head: of the table's head; is_group: a heading within the table, its only cell."""

    cells: tuple[Cell, ...]
    is_head: bool = False
    is_group: bool = False


def read_rows(table: Tag) -> Iterator[Row]:
    """The rows of a table but its title and foot, a cell that spans several in each of them."""
    above: dict[int, tuple[int, Cell]] = {}  # column -> rows still covered, and the cell that covers them
    for row in table.find_all("tr"):
        cells = row.find_all(["th", "td"], recursive=False)
        kinds = {kind for cell in cells for kind in cell.get_attribute_list("class")}
        if not cells or "gt_heading" in kinds or row.find_parent("tfoot"):
            continue
        if "gt_group_heading" in kinds:
            yield Row((Cell(_text(row), False),), is_group=True)
            continue
        done: list[Cell] = []
        for cell in cells:
            _take_from_above(done, above)
            content = Cell(_text(cell), "gt_right" in cell.get_attribute_list("class"))
            for _ in range(_span(cell, "colspan")):
                if _span(cell, "rowspan") > 1:
                    above[len(done)] = (_span(cell, "rowspan") - 1, content)
                done.append(content)
        _take_from_above(done, above)
        yield Row(tuple(done), is_head=row.find_parent("thead") is not None)


def _take_from_above(done: list[Cell], above: dict[int, tuple[int, Cell]]) -> None:
    while covered := above.get(len(done)):
        left, content = covered
        if not left:
            return
        above[len(done)] = (left - 1, content)
        done.append(content)


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, ""))
    return min(int(value), 1000) if value.isdigit() and value != "0" else 1


def _text(tag: Tag) -> str:
    return text_of(tag).replace("\u2060", "").replace("\u00a0", " ")
