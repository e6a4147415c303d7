"""A table of a page as PowerPoint's own: as many rows as a slide has room for, in columns as wide as they need."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu

from helpers.runs.formats.deck_page import POINT, SAFE, Box, Line, clean, fitting_lines, measure
from helpers.runs.formats.page_parts import Grid
from helpers.runs.table_cells import Cell
from helpers.story import fmt
from helpers.story.colors import INK, MUTED, RULE

_PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's table style without a style and without lines
_SIZES = (14.0, 12.0, 11.0, 10.0, 9.0)  # points, from the one that is well read to the least
_WELL_READ = 12.0
_MARGIN = 54_864  # at a cell's sides
_MOST_COLUMNS = 10
_AIR = 0.8  # sizes of the letters: more space between rows at most, where a table has room to spare
_APART = 3 * _MARGIN  # before a text that follows a figure, which ends where it begins
_CELL = (
    '<a:tc{span}><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{align}"/><a:r>'
    '<a:rPr lang="en-GB" sz="{size}" b="{bold}"><a:solidFill><a:srgbClr val="{ink}"/></a:solidFill></a:rPr>'
    "<a:t>{text}</a:t></a:r></a:p></a:txBody>"
    '<a:tcPr marL="{before}" marR="{side}" marT="{over}" marB="{over}" anchor="{anchor}">'
    '<a:lnB w="{width}"><a:solidFill><a:srgbClr val="{line}"/></a:solidFill></a:lnB></a:tcPr></a:tc>'
)
_LONGEST, _MOST = 27, 60  # sizes of the letters: what a column is given before and beside others


def add_table(deck: Any, slide: Any, box: Box, grid: Grid, caption: bool = True) -> None:
    """A table into a box. What does not fit is told beneath it."""
    if caption:
        deck.write(slide, Box(box.left, box.top, box.width, 22 * POINT), [Line(grid.caption, 14, True, INK)])
        box = box.inset(top=26 * POINT)
    columns = min(len(grid.head), _MOST_COLUMNS)
    size, widths, heights = _fit(grid, columns, box)
    room = box.height - 20 * POINT
    all_fit = not grid.more and _rows_that_fit(heights, box.height) == len(grid.rows)
    shown = len(grid.rows) if all_fit else _rows_that_fit(heights, room)
    drawn = _heights(grid, columns, widths, size, safe=1.0)[: shown + 1]  # a wider font makes rows as high as reckoned
    spare = max(room - sum(heights[: shown + 1]), 0.0) / (shown + 1)
    air = int(min(spare, _AIR * size * POINT))
    _write(slide, box, grid, columns, size, widths, drawn, air)
    more = len(grid.rows) - shown + grid.more
    left = [fmt.many(more, "more row")] if more else []
    left += [fmt.many(len(grid.head) - columns, "more column")] if columns < len(grid.head) else []
    if left:
        below = min(box.top + int(sum(heights[: shown + 1])) + air * (shown + 1) + 6 * POINT, box.bottom - 16 * POINT)
        foot = Box(box.left, below, box.width, 16 * POINT)
        deck.write(slide, foot, [Line(f"{fmt.listing(left)} on the page", 10, color=MUTED)])


def needed_width(grid: Grid) -> int:
    """How wide a table is at its best size, its longest texts wrapped once."""
    wanted, _ = _needs(grid, min(len(grid.head), _MOST_COLUMNS), _WELL_READ, _LONGEST)
    return sum(wanted)


def _fit(grid: Grid, columns: int, box: Box) -> tuple[float, list[int], list[float]]:
    """The largest size at which all rows fit and no figure is broken, else the least; the columns' widths, and the
    heights of head and rows."""
    found = None
    for size in _SIZES:
        wanted, least = _needs(grid, columns, size, _MOST)
        if sum(wanted) > box.width:  # heads take two lines rather than what stands below them
            wanted, least = _needs(grid, columns, size, _MOST, of_head=0.6)
        widths = _widths(wanted, least, box.width)
        headings = (measure(grid.rows[number][0].text, size, bold=True) for number in grid.groups)
        across = int(max(headings, default=0) * SAFE * POINT) + 2 * _MARGIN
        widths[0] += max(min(across, box.width) - sum(widths), 0)
        heights = _heights(grid, columns, widths, size, SAFE)
        found = size, widths, heights
        if sum(heights) <= box.height and sum(least) <= box.width:
            break
    assert found
    return found


def _needs(grid: Grid, columns: int, size: float, most: float, of_head: float = 1) -> tuple[list[int], list[int]]:
    """What each column's longest text needs, and its longest word or figure, which keeps to one line.

    most: sizes of the letters that a column gets at most; of_head: the share of its head's width that stands on a line
    """
    wanted, least = [], []
    rows = [row for number, row in enumerate(grid.rows) if number not in grid.groups]  # a heading runs across
    right = _right(grid, columns)
    for column in range(columns):
        pad = _before(column, right) + _MARGIN + 3 * POINT
        head = grid.head[column]
        parts = [*head.split(), *_unbroken(row[column] for row in rows)]
        longest = max((measure(part, size, bold=True) for part in parts), default=0)
        widest = max(longest, measure(head, size, bold=True) * of_head, *(measure(r[column].text, size) for r in rows))
        wanted.append(int(min(widest * SAFE, most * size) * POINT) + pad)
        least.append(int(min(longest * SAFE, most * size) * POINT) + pad)
    return wanted, least


def _widths(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """As wanted where there is room; else what is least, and shares of what is left."""
    if sum(wanted) <= room:
        return list(wanted)
    over = [max(most - few, 0) for most, few in zip(wanted, least, strict=True)]
    share = max(room - sum(least), 0) / max(sum(over), 1)
    scale = min(room / sum(least), 1.0)
    return [int(few * scale + more * share) for few, more in zip(least, over, strict=True)]


def _unbroken(cells: Iterable[Cell]) -> Iterator[str]:
    for cell in cells:
        yield from [cell.text] if cell.is_number else cell.text.split()


def _heights(grid: Grid, columns: int, widths: Sequence[int], size: float, safe: float) -> list[float]:
    """Of the head and of each row, what their texts need in fonts so much wider than the one measured."""
    right = _right(grid, columns)
    rooms = [width - _MARGIN - _before(column, right) for column, width in enumerate(widths)]
    heights = [_height(grid.head[:columns], rooms, size, True, safe)]
    for number, row in enumerate(grid.rows):
        if number in grid.groups:
            heights.append(_height([row[0].text], [sum(widths) - 2 * _MARGIN], size, True, safe))
        else:
            heights.append(_height([cell.text for cell in row[:columns]], rooms, size, False, safe))
    return heights


def _height(texts: Sequence[str], rooms: Sequence[int], size: float, bold: bool, safe: float) -> float:
    lines = max(fitting_lines(text, size, room, bold, safe) for text, room in zip(texts, rooms, strict=True))
    return (lines * size * 1.2 + 6) * POINT


def _rows_that_fit(heights: Sequence[float], room: float) -> int:
    used, count = heights[0], 0
    for height in heights[1:]:
        used += height
        if used > room:
            break
        count += 1
    return count


def _write(
    slide: Any,
    box: Box,
    grid: Grid,
    columns: int,
    size: float,
    widths: Sequence[int],
    heights: Sequence[float],
    air: int,
) -> None:
    """Head and first rows, as many as heights are given; each is so much higher by `air`."""
    rows = [grid.head, *([cell.text for cell in row] for row in grid.rows)][: len(heights)]
    frame = slide.shapes.add_table(1, columns, Emu(box.left), Emu(box.top), Emu(sum(widths)), Emu(POINT))
    frame.height = Emu(int(sum(heights)) + air * len(heights))
    table = frame.table
    frame._element.find(f".//{qn('a:tableStyleId')}").text = _PLAIN
    table.horz_banding = False
    for column, width in enumerate(widths):
        table.columns[column].width = Emu(width)
    right = _right(grid, columns)
    whole = table._tbl
    whole.remove(whole.tr_lst[0])
    for number, row in enumerate(rows):
        kind = "head" if number == 0 else "group" if number - 1 in grid.groups else "row"
        whole.append(_row(row[:columns], right, size, int(heights[number]), air, kind))


def _right(grid: Grid, columns: int) -> list[bool]:
    """Which columns hold figures and stand right."""
    return [column > 0 and any(row[column].is_number for row in grid.rows) for column in range(columns)]


def _before(column: int, right: Sequence[bool]) -> int:
    return _APART if column and right[column - 1] and not right[column] else _MARGIN


def _row(texts: Sequence[str], right: Sequence[bool], size: float, height: int, air: int, kind: str) -> Any:
    """A row as PowerPoint writes it; by the library's own functions, cell by cell, a deck took twice as long."""
    line, width = (INK, 1.5) if kind == "head" else (RULE, 0.75)
    facts = {
        "size": int(size * 100),
        "bold": int(kind != "row"),
        "ink": INK.lstrip("#"),
        "side": _MARGIN,
        "over": 2 * POINT + air // 2,
        "anchor": "b" if kind == "head" else "t",
        "width": int(width * POINT),
        "line": line.lstrip("#"),
    }
    spans = [""] * len(texts)
    if kind == "group" and len(texts) > 1:
        spans = [f' gridSpan="{len(texts)}"', *[' hMerge="1"'] * (len(texts) - 1)]
    cells = [
        _CELL.format(
            span=span, align="r" if right[n] else "l", before=_before(n, right), text=escape(clean(text)), **facts
        )
        for n, (text, span) in enumerate(zip(texts, spans, strict=True))
    ]
    return parse_xml(f'<a:tr {nsdecls("a")} h="{height + air}">{"".join(cells)}</a:tr>')
