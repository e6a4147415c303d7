"""A look at a client's file before anything is known of it: its sheets, a sample of its rows, and its last days.

The rows stay in the engine. What comes back is a sample as text, the number of rows, and rows a day. `sample_raw`
would be quicker, but the last day and the codes at a file's end need all rows.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.cleaning.casting import as_text, to_kind
from helpers.data.reading import FAULT, LINE, SOURCE, SOURCE_ROW, list_files, read_raw, union_by_name
from helpers.data.reading.remote import RemoteFile
from helpers.data.reading.workbooks import open_workbook
from helpers.data.spec import PartSpec
from helpers.data.urls import database_file, database_label, is_database, is_remote, without_secrets
from helpers.errors import InputError

FIRST_ROWS = SPREAD_ROWS = 10_000  # taken from the start, and spread over the rest: exports are often sorted
VALUE, ROWS = "value", "rows"
_MOST_DAYS = 2_000
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class Sample:
    """A file, one sheet of a workbook, or a table of a database."""

    source: str = field(repr=False)  # a path or a URL, which may hold a password
    frame: pd.DataFrame  # text; the source's own columns
    rows: int  # of the whole
    count_values: Callable[[str], Table]  # a column's values over all rows: `value`, and `rows` that have it
    sheet: str = ""  # "" but for a workbook of several sheets
    table: str = ""  # of a database
    named: bool = True  # by the user; else found in a workbook or database that was

    @property
    def name(self) -> str:
        """Its own name, without what it lies in: "orders.csv", "orders" of a table."""
        if self.table:
            return self.table.rpartition(".")[2]
        return without_secrets(self.source).rpartition("/")[2] if is_remote(self.source) else Path(self.source).name

    @property
    def folder(self) -> str:
        """What it lies in: a folder, or a database."""
        if self.table:
            return self.source
        return self.source.rpartition("/")[0] if is_remote(self.source) else str(Path(self.source).parent)

    @property
    def shown(self) -> str:
        """For messages; without secrets."""
        if self.table:
            return database_label(self.source, self.table)
        return self.name + (f", sheet {self.sheet}" if self.sheet else "")

    @property
    def saved_on(self) -> date | None:
        """The day its file was last saved; None where there is no file here."""
        if is_remote(self.source):
            return None
        path = database_file(self.source) if is_database(self.source) else Path(self.source)
        return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date() if path else None


def take_samples(con: Any, source: str, name: str) -> tuple[list[Sample], list[str]]:
    """A sample of a file, here or in object storage, or of each sheet of a workbook that has rows, and the sheets
    that have none.

    `name` is what the engine's tables are called. Raises InputError for a file that cannot be read or is empty.
    """
    sheets = _sheets(source)
    if len(sheets) < 2:
        return [_take_sample(con, PartSpec(source), name)], []
    samples, empty = [], []
    for i, sheet in enumerate(sheets):
        try:
            sample = _take_sample(con, PartSpec(source, sheet=sheet), f"{name}_{i}")
            samples.append(replace(sample, sheet=sheet, named=False))
        except InputError:
            empty.append(sheet)
    if not samples:
        raise InputError("No sheet of this workbook has a table with rows", where=without_secrets(source))
    return samples, empty


def rows_by_day(sample: Sample, column: str, formats: tuple[str, ...]) -> list[tuple[date, int]]:
    """The latest days of a date column over all rows, newest first, with their number of rows.

    `formats` as in a parameter file; an empty one is ISO.
    """
    counted = sample.count_values(column)
    text = as_text(counted[VALUE])
    day = ibis.coalesce(*[to_kind(text, "date", (form,) if form else ()) for form in formats]).date()
    dated = counted.select(day=day, rows=counted[ROWS]).filter(lambda t: t.day.notnull())
    by_day = dated.group_by("day").aggregate(rows=lambda t: t.rows.sum())
    frame = by_day.order_by(ibis.desc("day")).limit(_MOST_DAYS).execute()
    # Python's dates, since pandas' end in 2262 and exports write 9999-12-31.
    return [(date(d.year, d.month, d.day), int(rows)) for d, rows in zip(frame["day"], frame["rows"], strict=True)]


def _take_sample(con: Any, part: PartSpec, name: str) -> Sample:
    """All files of a part (an archive may hold several) as one."""
    files = read_raw(con, part, name)
    if len({tuple(_own(file.table)) for file in files}) > 1:
        raise InputError(
            "The archive holds files with different columns", where=part.place, mend="Unpack it and name its files."
        )
    table = union_by_name([file.table for file in files])
    table = table.filter(table[FAULT].isnull())
    step = max(1, sum(file.rows for file in files) // SPREAD_ROWS)
    chosen = table.filter((table[SOURCE_ROW] <= FIRST_ROWS) | (table[SOURCE_ROW] % step == 0))
    text = {column: chosen[column].cast("string") for column in _own(table)}
    frame = chosen.order_by(SOURCE, SOURCE_ROW).select(**text).execute()

    def count_values(column: str) -> Table:
        return table.select(value=table[column], rows=ibis.literal(1, "int64"))

    return Sample(part.source, frame, sum(file.rows for file in files), count_values)


def _own(table: Table) -> list[str]:
    return [column for column in table.columns if column not in (SOURCE, SOURCE_ROW, FAULT, LINE)]


def _sheets(source: str) -> list[str]:
    """The sheets of a workbook; none for any other file."""
    if not (without_secrets(source) if is_remote(source) else source).lower().endswith(_WORKBOOKS):
        return []
    with tempfile.TemporaryDirectory(prefix="kit_sheets_") as folder:
        (file,) = list_files(PartSpec(source))
        path = file.fetch(Path(folder)) if isinstance(file, RemoteFile) else file
        try:
            with open_workbook(path) as book:
                return list(book.sheet_names)
        except ValueError:
            return []  # text under a workbook's name, which reading takes, or broken, which it explains
