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
_CELL = (
    '<a:tc{span}><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{align}"/><a:r>'
    '<a:rPr lang="en-GB" sz="{size}" b="{bold}"><a:solidFill><a:srgbClr val="{ink}"/></a:solidFill></a:rPr>'
    "<a:t>{text}</a:t></a:r></a:p></a:txBody>"
    '<a:tcPr marL="{side}" marR="{side}" marT="{over}" marB="{over}" anchor="{anchor}">'
    '<a:lnB w="{width}"><a:solidFill><a:srgbClr val="{line}"/></a:solidFill></a:lnB></a:tcPr></a:tc>'
)
_LONGEST, _MOST = 27, 60  # sizes of the letters: what a column is given before and beside others


def add_table(deck: Any, slide: Any, box: Box, grid: Grid, caption: bool = True) -> None:
    """A table into a box. What does not fit is told beneath it."""
    if caption:
        deck.write(slide, Box(box.left, box.top, box.width, 22 * POINT), [Line(grid.caption, 14, bold=True)])
        box = box.inset(top=26 * POINT)
    columns = min(len(grid.head), _MOST_COLUMNS)
    size, widths, heights = _fit(grid, columns, box)
    shown = _rows_that_fit(heights, box.height - 20 * POINT)
    if shown == len(grid.rows) or _rows_that_fit(heights, box.height) == len(grid.rows):
        shown = len(grid.rows)
    _write(slide, box, grid, columns, shown, size, widths, heights)
    left = [fmt.many(len(grid.rows) - shown, "more row")] if shown < len(grid.rows) else []
    left += [fmt.many(len(grid.head) - columns, "more column")] if columns < len(grid.head) else []
    if left:
        foot = Box(box.left, box.bottom - 16 * POINT, box.width, 16 * POINT)
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
        widths = _widths(wanted, least, box.width)
        texts = [grid.head, *([cell.text for cell in row] for row in grid.rows)]
        heights = [_height(row[:columns], widths, size, bold=number == 0) for number, row in enumerate(texts)]
        found = size, widths, heights
        if sum(heights) <= box.height and sum(least) <= box.width:
            break
    assert found
    return found


def _needs(grid: Grid, columns: int, size: float, most: float) -> tuple[list[int], list[int]]:
    """What each column's longest text needs, and its longest word or figure, which keeps to one line."""
    wanted, least = [], []
    pad = 2 * _MARGIN + 3 * POINT
    for column in range(columns):
        texts = [grid.head[column], *(row[column].text for row in grid.rows)]
        parts = [*grid.head[column].split(), *_unbroken(row[column] for row in grid.rows)]
        widest = max(measure(text, size, bold=n == 0) for n, text in enumerate(texts))
        longest = max((measure(part, size, bold=True) for part in parts), default=0)
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


def _height(texts: Sequence[str], widths: Sequence[int], size: float, bold: bool) -> float:
    inner = [width - 2 * _MARGIN for width in widths]
    lines = max(fitting_lines(text, size, room, bold) for text, room in zip(texts, inner, strict=True))
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
    shown: int,
    size: float,
    widths: Sequence[int],
    heights: Sequence[float],
) -> None:
    rows = [grid.head, *([cell.text for cell in row] for row in grid.rows[:shown])]
    frame = slide.shapes.add_table(1, columns, Emu(box.left), Emu(box.top), Emu(sum(widths)), Emu(POINT))
    frame.height = Emu(int(sum(heights[: shown + 1])))
    table = frame.table
    frame._element.find(f".//{qn('a:tableStyleId')}").text = _PLAIN
    table.horz_banding = False
    for column, width in enumerate(widths):
        table.columns[column].width = Emu(width)
    right = [column > 0 and any(row[column].is_number for row in grid.rows) for column in range(columns)]
    whole = table._tbl
    whole.remove(whole.tr_lst[0])
    for number, row in enumerate(rows):
        kind = "head" if number == 0 else "group" if number - 1 in grid.groups else "row"
        whole.append(_row(row[:columns], right, size, int(heights[number]), kind))


def _row(texts: Sequence[str], right: Sequence[bool], size: float, height: int, kind: str) -> Any:
    """A row as PowerPoint writes it; by the library's own functions, cell by cell, a deck took twice as long."""
    line, width = (INK, 1.5) if kind == "head" else (RULE, 0.75)
    facts = {
        "size": int(size * 100),
        "bold": int(kind != "row"),
        "ink": INK.lstrip("#"),
        "side": _MARGIN,
        "over": 2 * POINT,
        "anchor": "b" if kind == "head" else "t",
        "width": int(width * POINT),
        "line": line.lstrip("#"),
    }
    spans = [""] * len(texts)
    if kind == "group" and len(texts) > 1:
        spans = [f' gridSpan="{len(texts)}"', *[' hMerge="1"'] * (len(texts) - 1)]
    cells = [
        _CELL.format(span=span, align="r" if is_right else "l", text=escape(clean(text)), **facts)
        for text, is_right, span in zip(texts, right, spans, strict=True)
    ]
    return parse_xml(f'<a:tr {nsdecls("a")} h="{height}">{"".join(cells)}</a:tr>')
