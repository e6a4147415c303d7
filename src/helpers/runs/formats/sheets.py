"""A table as a sheet: its title, its columns with units, formats and meanings, and its rows as the table has them.

Rows are written as they are read, a piece at a time, so that a table of millions takes no memory. Every value is
written as what it is, never as something to be run: a text that begins with "=" is a text.
"""

import json
import math
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from helpers.story import fmt
from helpers.story.colors import LINES, QUIET, RULE
from helpers.story.phrases import inside
from helpers.story.results import Chart, Kind, ResultTable
from helpers.story.terms import plain

MOST_ROWS = 1_048_576  # of a sheet: Excel's limit, as are those below
_MOST_CHARACTERS = 32_767
_MOST_EXACT = 2**53  # Excel's numbers are floating-point
_FIRST_DAY = date(1900, 3, 1)  # before that Excel's calendar has a day that never was
_UNITS, _HEADS, FIRST_ROW = 2, 3, 4  # rows of a sheet, from 0
_TICKS = ["done", "tried", "not needed"]
_CHARTED = 60  # rows, from the first on
_LINE = 15.0  # points, the height of one
_ABBREVIATIONS = {"nps", "rfm", "clv", "roi", "crm", "csat", "ces", "mrr"}
_WIDEST, _NARROWEST = 60, 9  # characters
_WIDE, _PRINTED = 220, 70  # characters of a table that is not put on one page across, and its size in percent there
_LOOKED_AT = 200  # rows, for the width of a column of other things than texts
_FORMATS: dict[Kind, str] = {
    "money": "#,##0.00",
    "share": "0.0%",
    "count": "#,##0",
    "days": "#,##0.#",
    "number": "#,##0.0##",
    "points": "0.0",
    "date": "yyyy-mm-dd",
}
_WITH_TIME = "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True)
class SheetTable:
    """A table to be put on a sheet. path: its Parquet; declared: what its page declares of it, if one does."""

    name: str
    path: Path
    page: str  # the title of the page it belongs to
    declared: ResultTable | None = None

    @property
    def title(self) -> str:
        words = [word.upper() if word in _ABBREVIATIONS else word for word in self.name.split("_")]
        return plain(" ".join(words))

    @property
    def row(self) -> str:
        """What a row is, as a sentence; "" where nobody has said."""
        if self.declared is None:
            return ""
        return f"Each row is {self.declared.row}. {self.declared.about}".strip().replace("`", "")


@dataclass(frozen=True)
class Written:
    rows: int  # that the table has
    left_out: int  # of them: beyond the most that are written
    cut: int  # texts that were longer than a cell holds


@dataclass(frozen=True)
class _Column:
    name: str
    type: pa.DataType
    kind: Kind
    meaning: str


class Sheets:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Workbook, currency: str, color: str = LINES[0]) -> None:
        """currency: its code; color: of the charts, a hex code."""
        self.book, self._currency, self._color = book, currency, color
        self._names: set[str] = set()
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.small = book.add_format({"font_color": "#5b6470", "italic": True})
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#eef1f4"}
        )
        self.link = book.add_format({"font_color": "#0b5c8a", "underline": 1, "valign": "top"})
        self.top = book.add_format({"valign": "top", "num_format": _FORMATS["count"]})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._of_kind = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
        self._of_kind["text"] = book.add_format({"indent": 1})
        self._time = book.add_format({"num_format": _WITH_TIME})

    def set_height(self, sheet: Worksheet, row: int, *texts: tuple[str, float]) -> None:
        """As high as the longest text is in its column's width; not every program does so by itself."""
        sheet.set_row(row, _LINE * max(lines_of(text, width) for text, width in texts))

    def add(self, name: str) -> Worksheet:
        """A new sheet; its name is made one that Excel takes, and no other sheet's."""
        plain_name = "".join(" " if letter in "[]:*?/\\" else letter for letter in name).strip(" '") or "Table"
        number, unique = 1, plain_name[:31]
        while unique.casefold() in self._names:
            number += 1
            unique = f"{plain_name[: 30 - len(str(number))]}_{number}"
        self._names.add(unique.casefold())
        sheet = self.book.add_worksheet(unique)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def write(self, sheet: Worksheet, table: SheetTable, most_rows: int) -> Written:
        """Fill a sheet with a table."""
        data = pq.ParquetDataset(table.path)
        columns = [_describe(field, table.declared) for field in data.schema]
        rows = sum(fragment.count_rows() for fragment in data.fragments)
        shown = min(rows, most_rows)
        first = next(_batches(data), None)
        sample = {} if first is None else first.slice(0, _LOOKED_AT).to_pydict()
        longest = {} if first is None else _longest(first)
        ticked = int(bool(table.declared and table.declared.todo))
        lines, width = self._set_columns(sheet, columns, sample, longest, ticked)
        if width > _WIDE:  # on one page across nobody could read it
            sheet.set_print_scale(_PRINTED)
            if not (table.declared and table.declared.chart):  # which would be repeated, too, in part
                sheet.repeat_columns(0, ticked)
        sheet.write_string(0, 0, table.title, self.title)
        about = [
            table.row,
            f"From the page “{table.page}”." if table.page else "",
            f"The first {shown:,} of {rows:,} rows; all are in {table.path.name}." if shown < rows else "",
        ]
        sheet.write_string(1, 0, " ".join(filter(None, about)), self.small)
        sheet.set_row(_HEADS, lines * _LINE)
        for place, column in enumerate(columns, start=ticked):
            sheet.write_string(_UNITS, place, self._unit(column.kind), self.small)
        if ticked:
            sheet.write_string(_HEADS, 0, "Done?", self.head)
        for place, column in enumerate(columns, start=ticked):
            write_text(sheet, _HEADS, place, plain(column.name), self.head)
            told = f"{column.name}: {column.meaning}" if column.meaning else column.name
            sheet.write_comment(_HEADS, place, told, {"x_scale": 1.6, "visible": False})
        last = FIRST_ROW + shown - 1
        sheet.freeze_panes(FIRST_ROW, ticked + 1)
        sheet.repeat_rows(_HEADS)
        if shown:
            sheet.autofilter(_HEADS, 0, last, ticked + len(columns) - 1)
        if ticked and shown:
            sheet.data_validation(FIRST_ROW, 0, last, 0, {"validate": "list", "source": _TICKS})
        cut = self._write_rows(sheet, data, columns, ticked, shown)
        if table.declared and table.declared.chart and shown:
            self._draw(sheet, table, table.declared.chart, columns, sample, ticked, shown)
        return Written(rows, rows - shown, cut)

    def _set_columns(
        self,
        sheet: Worksheet,
        columns: Sequence[_Column],
        sample: dict[str, list[Any]],
        longest: dict[str, int],
        ticked: int,
    ) -> tuple[int, int]:
        """Widths and formats; returns how many lines the longest heading takes, and how wide all are, in characters."""
        lines, wide = 1, 12 * ticked
        if ticked:
            sheet.set_column(0, 0, 12)
        for place, column in enumerate(columns, start=ticked):
            values = sample.get(column.name, [])
            if pa.types.is_timestamp(column.type):
                day = all(value is None or value.time() == time() for value in values)
                width, form = (12, self._of_kind["date"]) if day else (19, self._time)
            else:
                most = max(map(_length, values), default=0)
                most = max(most, longest.get(column.name, 0))
                width, form = max(most + 1, 12 if column.kind == "money" else 0), self._of_kind.get(column.kind)
            head = max(map(len, plain(column.name).split()), default=0) + 3
            width = min(max(width, head, _NARROWEST), _WIDEST)
            lines = max(lines, lines_of(plain(column.name), width - 2))
            sheet.set_column(place, place, width, form)
            wide += width
        return lines, wide

    def _unit(self, kind: Kind) -> str:
        return {"money": self._currency, "share": "% of the whole", "days": "days", "points": "points"}.get(kind, "")

    def _write_rows(
        self, sheet: Worksheet, data: pq.ParquetDataset, columns: Sequence[_Column], first_column: int, most: int
    ) -> int:
        """Write rows as they are read; returns how many texts were cut."""
        writers = [_writer(sheet, column.type) for column in columns]
        row, cut = FIRST_ROW, 0
        for batch in _batches(data):
            values = [batch.column(place).to_pylist() for place in range(batch.num_columns)]
            for number in range(min(batch.num_rows, most - (row - FIRST_ROW))):
                for place, (write, column) in enumerate(zip(writers, values, strict=True), start=first_column):
                    value = column[number]
                    if value is not None:
                        cut += write(row, place, value)
                row += 1
        return cut

    def _draw(
        self,
        sheet: Worksheet,
        table: SheetTable,
        chart: Chart,
        columns: Sequence[_Column],
        sample: dict[str, list[Any]],
        ticked: int,
        rows: int,
    ) -> None:
        """The table's chart, beneath it, or beside a long one: one whose numbers can be seen and changed."""
        places = {column.name: place for place, column in enumerate(columns, start=ticked)}
        if not {chart.of, *chart.values} <= set(places):
            return
        last = FIRST_ROW + min(rows, _CHARTED) - 1
        drawn = self.book.add_chart({"type": chart.kind})
        of, is_line = places[chart.of], chart.kind == "line"
        for number, name in enumerate(chart.values):
            place, color = places[name], (self._color, QUIET, *LINES[1:])[number]
            drawn.add_series({
                "name": [sheet.name, _HEADS, place],
                "categories": [sheet.name, FIRST_ROW, of, last, of],
                "values": [sheet.name, FIRST_ROW, place, last, place],
                "gap": 60,
                **({"line": {"color": color, "width": 2.25}} if is_line else {"fill": {"color": color}}),
            })  # fmt: skip
        told = f"{table.title}: {fmt.listing([inside(name) for name in chart.values])}"
        drawn.set_title({"name": told, "name_font": {"size": 12}, "overlay": False})
        drawn.set_legend({"position": "bottom"} if chart.values[1:] else {"none": True})
        kind = columns[places[chart.values[0]] - ticked].kind
        most = max((abs(v) for name in chart.values for v in sample.get(name, ()) if v is not None), default=0)
        values: dict[str, Any] = {"num_format": _axis_format(kind, most)}
        values |= {"major_gridlines": {"visible": True, "line": {"color": RULE}}, "line": {"none": True}}
        values |= {"name": self._currency, "name_font": {"bold": False}} if kind == "money" else {}
        if chart.kind == "bar":
            drawn.set_y_axis({"reverse": True, "label_position": "low"})  # the first row at the top, as in the table
            drawn.set_x_axis(values | {"label_position": "high"})
        else:
            dated = pa.types.is_timestamp(columns[of - ticked].type)
            drawn.set_x_axis(
                {"label_position": "low"} | ({"date_axis": True, "num_format": "yyyy-mm"} if dated else {})
            )
            drawn.set_y_axis(values)
        bars = min(rows, _CHARTED) * len(chart.values) if chart.kind == "bar" else 0
        drawn.set_size({"width": 720, "height": max(300, 14 * bars + 140)})
        beneath = (FIRST_ROW + rows + 1, 0)
        sheet.insert_chart(*(beneath if rows <= _CHARTED else (_HEADS, ticked + len(columns) + 1)), drawn)


def _axis_format(kind: Kind, most: float) -> str:
    """How a chart's axis writes numbers up to so many: without decimals, where its round steps have none."""
    form = _FORMATS.get(kind, "General")
    return re.sub(r"\.[0#]+", "", form) if most * (100 if form.endswith("%") else 1) >= 10 else form


def write_text(sheet: Worksheet, row: int, column: int, text: str, form: Any = None) -> None:
    """Write a text into a cell as it is, also one that the library would take for a cell's own markup."""
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, column, text[:1], Format(), text[1:], *([form] if form else []))
    else:
        sheet.write_string(row, column, text, form)


def _length(value: Any) -> int:
    """Characters of a value as its cell shows it, at most."""
    if isinstance(value, float):
        return len(f"{value:,.3f}") if math.isfinite(value) else 0
    return len(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value))


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of a width in characters."""
    return len(textwrap.wrap(text, max(int(width), 1))) or 1


def _describe(field: pa.Field, declared: ResultTable | None) -> _Column:
    known = declared.columns.get(field.name) if declared else None
    if known:
        return _Column(field.name, field.type, known.kind, known.meaning)
    kinds: list[tuple[Callable[[pa.DataType], bool], Kind]] = [
        (pa.types.is_boolean, "yes/no"),
        (pa.types.is_integer, "count"),
        (pa.types.is_floating, "number"),
        (pa.types.is_temporal, "date"),
    ]
    kind: Kind = next((kind for fits, kind in kinds if fits(field.type)), "text")
    return _Column(field.name, field.type, kind, "")


def _batches(data: pq.ParquetDataset) -> Iterator[pa.RecordBatch]:
    for fragment in data.fragments:
        yield from fragment.to_batches(batch_size=10_000)


def _longest(rows: pa.RecordBatch) -> dict[str, int]:
    """Of each column of texts how long its longest is, in characters."""
    texts = [field.name for field in rows.schema if _is_text(field.type)]
    return {name: pc.max(pc.utf8_length(rows.column(name))).as_py() or 0 for name in texts}


def _writer(sheet: Worksheet, type_: pa.DataType) -> Callable[[int, int, Any], bool]:
    """What writes a value of a column into a cell; it returns whether the value was cut."""

    def text(row: int, column: int, value: str) -> bool:
        write_text(sheet, row, column, value[:_MOST_CHARACTERS])
        return len(value) > _MOST_CHARACTERS

    def number(row: int, column: int, value: float) -> bool:
        if math.isfinite(value) and abs(value) <= _MOST_EXACT:
            sheet.write_number(row, column, value)
        elif isinstance(value, int) or not math.isnan(value):
            sheet.write_string(row, column, str(value))
        return False

    def flag(row: int, column: int, value: bool) -> bool:
        sheet.write_boolean(row, column, value)
        return False

    def moment(row: int, column: int, value: date) -> bool:
        if (value.date() if isinstance(value, datetime) else value) < _FIRST_DAY:
            return text(row, column, value.isoformat(" ") if isinstance(value, datetime) else value.isoformat())
        sheet.write_datetime(row, column, value.replace(tzinfo=None) if isinstance(value, datetime) else value)
        return False

    def other(row: int, column: int, value: Any) -> bool:
        return text(row, column, json.dumps(value, ensure_ascii=False, default=str))

    if pa.types.is_boolean(type_):
        return flag
    if pa.types.is_integer(type_) or pa.types.is_floating(type_):
        return number
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return moment
    return text if _is_text(type_) else other


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))
