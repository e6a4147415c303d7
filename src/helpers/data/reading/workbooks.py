"""Spreadsheets into the engine: any sheet, header found, cells as a person reads them.

Numbers are written without a tail ("17850", not "17850.0") and in full precision, dates as ISO text; a cell that
holds text stays as it is, leading zeros and all. kit_row is the row's number in the sheet.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from helpers.data.reading import engine
from helpers.data.reading.columns import FAULT, SOURCE_ROW, name_columns
from helpers.data.reading.loaded import Loaded, add, finish, no_rows
from helpers.data.reading.sniff import find_header
from helpers.data.spec import PartSpec
from helpers.errors import InputError, first_line, nearest

HEAD_ROWS = 120  # rows in which the header is looked for
BATCH_ROWS = 20_000
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(con: Any, path: Path, part: PartSpec, name: str, limit: int | None = None) -> Loaded:
    """Load a sheet into the engine table `name`, all columns text; at most `limit` rows.

    Raises InputError for a sheet or header row that is not there, ValueError for a file that cannot be opened.
    """
    with open_workbook(path) as book:
        title = find_sheet(book, part)
        sheet = book.get_sheet_by_name(title)
        head = [[as_text(v) for v in row] for row in islice(sheet.iter_rows(), HEAD_ROWS)]
        at = _header_at(head, part)
        width = max(map(len, head), default=0)
        if not width:
            raise no_rows(f"{part.source}: sheet {title!r}")
        header = _with_merged(head, at, sheet) if at is not None else []
        header += [""] * (width - len(header))
        names, repairs = name_columns(header)
        if at is None:
            repairs = [("no header: columns are called column1, column2 …", 1)] if part.header_row is None else []
        elif at > 0:
            repairs = [("lines above the header skipped", at), *repairs]
        first = 0 if at is None else at + 1
        rows = islice(enumerate(sheet.iter_rows(), start=1), first, None if limit is None else first + limit)
        loaded, blank = _load(con, name, names, rows)
        errors = _count_errors(path, book.sheet_names.index(title)) if limit is None else 0
    repairs = add(repairs, "blank rows skipped", blank)
    repairs = add(repairs, "cells with an error such as #N/A, taken as blank", errors)
    nameless = [n for n, cell in zip(names, header, strict=True) if not cell.strip()]
    return finish(con, engine.quoted(name), con.table(name), loaded, repairs, first, nameless)


def open_workbook(path: Path) -> CalamineWorkbook:
    """Open a workbook; raises ValueError saying why it cannot be."""
    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise ValueError("the workbook is protected by a password") from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        if _ENCRYPTED in path.read_bytes():
            raise ValueError("the workbook is protected by a password") from error
        raise ValueError(f"it is not an Excel workbook that can be opened ({first_line(error)})") from error


def find_sheet(book: CalamineWorkbook, part: PartSpec) -> str:
    """The name of the sheet a part asks for, by its number from 0 or its name."""
    titles = book.sheet_names
    if isinstance(part.sheet, int):
        if 0 <= part.sheet < len(titles):
            return titles[part.sheet]
    elif part.sheet in titles:
        return part.sheet
    else:
        alike = [t for t in titles if t.strip().casefold() == part.sheet.strip().casefold()]
        if len(alike) == 1:
            return alike[0]
    hint = nearest(str(part.sheet), titles)
    raise InputError(
        f"There is no sheet {part.sheet!r}",
        where=part.source,
        allowed=", ".join(f"{t!r} (or {i})" for i, t in enumerate(titles)),
        mend=f'Did you mean "{hint}"?' if hint else "Correct `sheet` in the parameter file.",
    )


def as_text(value: Any) -> str:
    """A cell as a person reads it; a blank one is empty text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value == int(value) if abs(value) < 1e300 else False:
            return f"{value:.0f}"
        return repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ") if value.time() != dt.time() else value.date().isoformat()
    if isinstance(value, dt.timedelta):
        seconds = value.total_seconds()
        return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}:{seconds % 60:02.0f}"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _header_at(head: list[list[str]], part: PartSpec) -> int | None:
    if part.header_row is None:
        return find_header(head)
    if part.header_row == 0:
        return None
    if part.header_row > len(head):
        raise InputError(
            f"There is no row {part.header_row} to be the header",
            where=part.source,
            allowed=f"1 to {len(head)}, as the spreadsheet shows it, or 0 for a sheet without a header",
        )
    return part.header_row - 1


def _with_merged(head: list[list[str]], at: int, sheet: CalamineSheet) -> list[str]:
    """The header's cells, those under or beside the first cell of a merged range taking its text."""
    header = list(head[at])
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top <= at <= bottom and top < len(head) and left < len(head[top]):
            for column in range(left, min(right + 1, len(header))):
                header[column] = header[column] or head[top][left]
    return header


def _load(con: Any, name: str, names: list[str], rows: Iterator[tuple[int, list[Any]]]) -> tuple[int, int]:
    """Pass rows to the engine in batches; returns how many were loaded, and how many were blank between them."""
    engine.drop(con, name)
    loaded = blank = 0
    while True:
        numbers: list[int] = []
        columns: list[list[str | None]] = [[] for _ in names]
        taken = 0
        for number, row in islice(rows, BATCH_ROWS):
            taken += 1
            cells = [as_text(v) for v in row]
            if not any(c.strip() for c in cells):
                blank += 1
                continue
            numbers.append(number)
            for i, column in enumerate(columns):
                column.append((cells[i] or None) if i < len(cells) else None)
        batch = {n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)}
        batch[SOURCE_ROW] = pa.array(numbers, pa.int64())
        batch[FAULT] = pa.nulls(len(numbers), pa.string())
        if numbers or not loaded:
            engine.append(con, name, pa.table(batch))
        loaded += len(numbers)
        if taken < BATCH_ROWS:
            return loaded, blank


def _count_errors(path: Path, index: int) -> int:
    """Error cells of a sheet in the XML formats; the reader hands them over as blanks, so they are counted here."""
    if not zipfile.is_zipfile(path):
        return 0
    with zipfile.ZipFile(path) as archive:
        member = _sheet_member(archive, index)
        if not member:
            return 0
        count, rest = 0, b""
        with archive.open(member) as stream:
            while chunk := stream.read(1 << 20):
                text = rest + chunk
                count += text.count(b't="e"')
                rest = text[-4:]
        return count


def _sheet_member(archive: zipfile.ZipFile, index: int) -> str:
    """The archive's member that holds the sheet of that place in the workbook."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    sheets = re.findall(r"<(?:\w+:)?sheet\s[^>]*?\br:id=\"([^\"]+)\"", archive.read("xl/workbook.xml").decode("utf-8"))
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")
    for relation in re.findall(r"<Relationship\s[^>]*>", relations):
        there = dict(re.findall(r'(\w+)="([^"]*)"', relation))
        if index < len(sheets) and there.get("Id") == sheets[index]:
            target = there.get("Target", "")
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return member if member in names else ""
    return ""
