"""How the blocks of a section stand on paper: words beside the picture or table they speak of, in two columns.

A row is never parted, and is as low as its blocks allow: how high each is in either column is reckoned from its text.
A table that fits into no column, or is too high to stay in one piece, runs across. All sizes in millimetres.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from bs4 import Tag

from helpers.runs.fragment import HEADINGS, text_of

LEFT, RIGHT, ACROSS = 87.0, 96.0, 188.0  # widths, as in paper.css on A4
NARROW, _NARROW_WIDTH = "narrow", 76.0  # class of drawings made for a phone, whose letters are larger; as in paper.css
TALLEST = 105.0  # of a row with a table, which could also run across
_GAP = 2.0  # between blocks
_LINE, _CHARACTER, _PARAGRAPH, _SAY = 4.0, 1.45, 1.3, 8.5  # of text; what a statement's box adds
_CELL_LINE, _CELL_MORE, _CELL_CHARACTER, _CELL_GAP = 3.55, 1.0, 1.5, 3.0  # of tables
_CAPTION = 5.0
_SQUEEZED = 1.5  # times the height that a table has across: it does not stand in a column where it would be higher
LONGEST_WORD = 40  # characters of a cell that stay on one line
_LEAST_TEXT = 20.0  # of a column whose texts stand on several lines
_MOST_BLOCKS = 9  # of a row: all ways of placing them are looked at

Kind = Literal["words", "picture", "table", "wide"]


@dataclass(frozen=True)
class Block:
    """One output or the prose of one cell. heights: in the left column, the right one, and across; None: does not fit.

    kind: "wide" is a table that fits into no column.
    """

    tag: Tag
    kind: Kind
    heights: tuple[float | None, float | None, float]


@dataclass(frozen=True)
class Row:
    """Blocks that stand side by side, or one that runs across (`right` is empty)."""

    left: list[Block]
    right: list[Block]
    height: float

    @property
    def of_words(self) -> bool:
        return all(block.kind == "words" for block in (*self.left, *self.right))


def measure(tag: Tag) -> Block:
    """Reckon how high a block of a page will be on paper."""
    image, table = tag.find("img"), tag.find("table")
    if table:
        return _measure_table(tag, table)
    if image:
        sizes = [float(str(image.get(name, "0"))) for name in ("width", "height")]
        width = _NARROW_WIDTH if NARROW in image.get_attribute_list("class") else RIGHT
        height = width * (sizes[1] / sizes[0] if all(sizes) else 0.7)
        return Block(tag, "picture", (None, height, height))  # in the left its letters would be too small
    said = len(tag.find_all(class_="say"))
    texts = [text_of(paragraph) for paragraph in tag.find_all(["p", "li", *HEADINGS]) or [tag]]
    left, right, across = (
        sum(_lines(text, width) * _LINE + _PARAGRAPH for text in texts) + _SAY * said for width in (LEFT, RIGHT, ACROSS)
    )
    return Block(tag, "words", (left, right, across))


def lay_rows(blocks: Sequence[Block]) -> Iterator[Row]:
    """The rows of a section: a wide table is alone, and another picture begins a row with the words before it."""
    row: list[Block] = []
    blocks = _words_first(blocks)
    for at, block in enumerate(blocks):
        ahead = next((other.kind for other in blocks[at:] if other.kind != "words"), "")
        full = ahead == "picture" and any(other.kind == "picture" for other in row)
        if block.kind == "table" and row and _place([*row, block]).height > TALLEST:
            full = True
        if row and (full or block.kind == "wide" or len(row) == _MOST_BLOCKS):
            yield _place(row)
            row = []
        row.append(block)
        if block.kind == "wide":
            yield _place(row)
            row = []
    if row:
        yield _place(row)


def _words_first(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with what is said of a wide table before it, so that it stands beside the words that open it."""
    ordered: list[Block] = []
    table: int | None = None  # where the wide table stands that nothing but words has followed
    for block in blocks:
        if block.kind == "words" and table is not None:
            ordered.insert(table, block)
            table += 1
            continue
        table = len(ordered) if block.kind == "wide" else None
        ordered.append(block)
    return ordered


def _place(row: Sequence[Block]) -> Row:
    """The blocks in the columns where the higher of these is as low as it can be.

    Words that come first stay at the left, where reading begins. What is alone runs across, pictures at the right.
    """
    if len(row) == 1 and row[0].kind != "picture":
        return Row([row[0]], [], row[0].heights[2] + _GAP)
    best: tuple[float, int, tuple[int, ...]] | None = None
    for sides in itertools.product((0, 1), repeat=len(row)):
        heights = [block.heights[side] for block, side in zip(row, sides, strict=True)]
        if (row[0].kind == "words" and sides[0] == 1) or any(height is None for height in heights):
            continue
        totals = [sum(h + _GAP for h, s in zip(heights, sides, strict=True) if h and s == side) for side in (0, 1)]
        turns = sum(one > other for one, other in itertools.pairwise(sides))  # what is read before what it follows
        best = min(filter(None, (best, (max(totals), turns, sides))))
    assert best is not None  # all fit at the right
    left, right = ([block for block, side in zip(row, best[2], strict=True) if side == at] for at in (0, 1))
    return Row(left, right, best[0])


def _measure_table(tag: Tag, table: Tag) -> Block:
    grid = _Grid.read(table)
    left, right, across = (grid.height_in(width) for width in (LEFT, RIGHT, ACROSS))
    across = across or RIGHT
    most = 0.0 if len(tag.find_all("table")) > 1 else min(TALLEST, _SQUEEZED * across)
    left, right = (height if height and height <= most else None for height in (left, right))
    return Block(tag, "wide" if right is None else "table", (left, right, across))


@dataclass(frozen=True)
class _Grid:
    """The texts of a table. rows: cells; wraps: by column, whether its texts may stand on several lines; more: height
    of what is not rows"""

    rows: list[list[str]]
    wraps: list[bool]
    more: float

    @staticmethod
    def read(table: Tag) -> "_Grid":
        cells = [row.find_all(["th", "td"], recursive=False) for row in table.find_all("tr")]
        most = max(map(len, cells), default=0)
        body = [row for row in cells if row and len(row) == most and not row[0].find_parent("thead")]
        wraps = [all("gt_right" not in row[at].get_attribute_list("class") for row in body) for at in range(most)]
        around = table.find_parent("div", class_="table")
        notes = around.find_all("p", recursive=False) if around else []
        more = _CAPTION + sum(_lines(text_of(note), LEFT) * _LINE + 1 for note in notes)
        return _Grid([[text_of(cell) for cell in row] for row in cells], wraps, more)

    def height_in(self, room: float) -> float | None:
        """How high the table is in so much room; None where it does not fit."""
        columns = [[row[at] for row in self.rows if len(row) == len(self.wraps)] for at in range(len(self.wraps))]
        least = [
            _cell(min(max((len(word) for text in texts for word in text.split()), default=0), LONGEST_WORD))
            for texts in columns
        ]
        natural = [_cell(max(map(len, texts[1:]), default=0)) for texts in columns]  # headings may wrap
        widths = [max(pair) for pair in zip(natural, least, strict=True)]
        missing = sum(widths) - room
        if missing > 0:
            can = [
                max(0.0, width - max(low, _LEAST_TEXT)) if wraps else 0.0
                for width, low, wraps in zip(widths, least, self.wraps, strict=True)
            ]
            if sum(can) < missing:
                return None
            widths = [width - missing * one / sum(can) for width, one in zip(widths, can, strict=True)]
        lines = 0
        for row in self.rows:
            cells = zip(row, widths, strict=True) if len(row) == len(widths) else ()
            lines += max((ceil(len(text) * _CELL_CHARACTER / (width - _CELL_GAP)) for text, width in cells), default=1)
        return lines * _CELL_LINE + len(self.rows) * _CELL_MORE + self.more


def _cell(characters: int) -> float:
    return characters * _CELL_CHARACTER + _CELL_GAP


def _lines(text: str, width: float) -> int:
    return ceil(len(text) * _CHARACTER / width)
