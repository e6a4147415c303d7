"""A look at a client's file before anything is known of it: its sheets, a sample of its rows, and its last days.

The rows stay in the engine. What comes back is a sample as text, the number of rows, and rows a day. `sample_raw`
would be quicker, but the last day and the codes at a file's end need all rows.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.casting import as_text, to_kind
from helpers.data.reading import FAULT, LINE, SOURCE, SOURCE_ROW, list_files, read_raw, union_by_name
from helpers.data.reading.workbooks import open_workbook
from helpers.data.spec import PartSpec
from helpers.errors import InputError

FIRST_ROWS = SPREAD_ROWS = 10_000  # taken from the start, and spread over the rest: exports are often sorted
_MOST_DAYS = 2_000
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


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
    return [path for path in list_files(PartSpec(str(argument))) if isinstance(path, Path)]


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
    """The latest days of a date column over all rows, newest first, with their number of rows.

    `formats` as in a parameter file; an empty one is ISO.
    """
    text = as_text(sample.table[column])
    day = ibis.coalesce(*[to_kind(text, "date", (form,) if form else ()) for form in formats]).date()
    dated = sample.table.select(day=day).filter(lambda t: t.day.notnull())
    counted = dated.group_by("day").aggregate(rows=lambda t: t.count())
    frame = counted.order_by(ibis.desc("day")).limit(_MOST_DAYS).execute()
    # Python's dates, since pandas' end in 2262 and exports write 9999-12-31.
    return [(date(d.year, d.month, d.day), int(rows)) for d, rows in zip(frame["day"], frame["rows"], strict=True)]


def _take_sample(con: Any, part: PartSpec, name: str) -> Sample:
    """All files of a part (an archive may hold several) as one."""
    files = read_raw(con, part, name)
    if len({tuple(_own(file.table)) for file in files}) > 1:
        raise InputError(
            "The archive holds files with different columns", where=part.source, mend="Unpack it and name its files."
        )
    table = union_by_name([file.table for file in files])
    table = table.filter(table[FAULT].isnull())
    step = max(1, sum(file.rows for file in files) // SPREAD_ROWS)
    chosen = table.filter((table[SOURCE_ROW] <= FIRST_ROWS) | (table[SOURCE_ROW] % step == 0))
    text = {column: chosen[column].cast("string") for column in _own(table)}
    frame = chosen.order_by(SOURCE, SOURCE_ROW).select(**text).execute()
    return Sample(Path(part.source), "", frame, sum(file.rows for file in files), table)


def _own(table: Table) -> list[str]:
    return [column for column in table.columns if column not in (SOURCE, SOURCE_ROW, FAULT, LINE)]


def _sheets(path: Path) -> list[str]:
    """The sheets of a workbook; none for any other file."""
    if not path.name.lower().endswith(_WORKBOOKS):
        return []
    try:
        with open_workbook(path) as book:
            return list(book.sheet_names)
    except ValueError:
        return []  # text under a workbook's name, which reading takes, or broken, which it explains
