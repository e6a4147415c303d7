"""A look at a client's file before anything is known of it: its sheets, a sample of its rows, and its last days.

The rows stay in the engine. What comes back is a sample as text, the number of rows, and rows a day.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import ibis
import pandas as pd
from ibis.expr.types import Table
from openpyxl import load_workbook

from helpers.data.clean import try_strptime
from helpers.data.files import EXCEL_ENDINGS, SOURCE, SOURCE_ROW, list_files, read_raw
from helpers.data.guess.values import EXCEL
from helpers.data.spec import PartSpec
from helpers.errors import InputError

FIRST_ROWS = SPREAD_ROWS = 10_000  # taken from the start, and spread over the rest: exports are often sorted
_MOST_DAYS = 2_000


@dataclass(frozen=True)
class Sample:
    """A file, or one sheet of a workbook."""

    path: Path
    sheet: str  # "" but for a workbook of several sheets
    frame: pd.DataFrame  # text; the source's own columns
    rows: int  # of the whole file
    table: Table  # the whole file, in the engine


def find_sources(argument: Path) -> list[Path]:
    """The files that a path on the command line stands for: a file, a folder or a glob. InputError where none."""
    return list_files(PartSpec(str(argument)))


def take_samples(con: Any, path: Path, name: str) -> tuple[list[Sample], list[str]]:
    """A sample of a file, or of each sheet of a workbook that has rows, and the sheets that have none.

    `name` is what the engine's tables are called. Raises InputError for a file that cannot be read or is empty.
    """
    sheets = _sheets(path)
    if len(sheets) < 2:
        return [_take_sample(con, PartSpec(str(path)), name)], []
    samples, empty = [], []
    for i, sheet in enumerate(sheets):
        try:
            sample = _take_sample(con, PartSpec(str(path), sheet=sheet), f"{name}_{i}")
            samples.append(replace(sample, sheet=sheet))
        except InputError:
            empty.append(sheet)
    if not samples:
        raise InputError("No sheet of this workbook has a table with rows", where=str(path))
    return samples, empty


def rows_by_day(sample: Sample, column: str, formats: tuple[str, ...]) -> list[tuple[date, int]]:
    """The latest days of a date column over all rows, newest first, with their number of rows."""
    text = sample.table[column].strip()
    moments = [_moment(text, form) for form in formats]
    day = ibis.coalesce(*moments).date()
    counted = (
        sample.table.select(day=day)
        .filter(lambda t: t.day.notnull())
        .group_by("day")
        .aggregate(rows=lambda t: t.count())
    )
    frame = counted.order_by(ibis.desc("day")).limit(_MOST_DAYS).execute()
    # Python's dates, since pandas' end in 2262 and exports write 9999-12-31.
    return [(_as_date(day), int(rows)) for day, rows in zip(frame["day"], frame["rows"], strict=True)]


def _take_sample(con: Any, part: PartSpec, name: str) -> Sample:
    raw = read_raw(con, part, name)
    rows = int(raw.count().execute())
    step = max(1, rows // SPREAD_ROWS)
    chosen = raw.filter((raw[SOURCE_ROW] <= FIRST_ROWS) | (raw[SOURCE_ROW] % step == 0)).order_by(SOURCE_ROW)
    frame = chosen.drop(SOURCE, SOURCE_ROW).execute()
    return Sample(Path(part.source), "", frame, rows, raw)


def _moment(text: Any, form: str) -> Any:
    if form == EXCEL:
        days = text.try_cast("float64").floor().cast("int64")
        return ibis.literal(pd.Timestamp("1899-12-30").to_pydatetime()) + days.as_interval("D")
    return try_strptime(text, form) if form else text.try_cast("timestamp(6)")


def _as_date(day: Any) -> date:
    return date(day.year, day.month, day.day)


def _sheets(path: Path) -> list[str]:
    """The sheets of a workbook; none for any other file, or for a workbook that reading has to refuse."""
    if not path.name.lower().endswith(EXCEL_ENDINGS):
        return []
    try:
        book = load_workbook(path, read_only=True)
    except (OSError, ValueError, KeyError, BadZipFile):
        return []  # reading says what is wrong with it
    names = [str(sheet) for sheet in book.sheetnames]
    book.close()
    return names
