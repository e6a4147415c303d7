"""A part's files as raw tables: one for each file, or for each file in an archive."""

import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
from ibis.expr.types import Table

from helpers.data.reading import engine
from helpers.data.reading.columns import SOURCE, SOURCE_ROW, Repairs, union_by_name
from helpers.data.reading.csv_files import find_layout, read_csv
from helpers.data.reading.engine import Scan
from helpers.data.reading.files import (
    EXCEL_ENDINGS,
    PARQUET_ENDINGS,
    SAID,
    list_files,
    refuse_changed,
    sha256_of,
    state_of,
)
from helpers.data.reading.json_lines import read_json
from helpers.data.reading.lines import Lines, fetch_lines
from helpers.data.reading.loaded import Loaded, no_rows
from helpers.data.reading.parquet_files import read_parquet
from helpers.data.reading.remote import RemoteFile
from helpers.data.reading.sniff import ONE_COLUMN
from helpers.data.reading.text import as_utf8
from helpers.data.reading.unpack import JSON, PARQUET, WORKBOOK, Received, receive
from helpers.data.reading.workbooks import read_workbook
from helpers.data.spec import PartSpec
from helpers.errors import InputError, first_line

UNREADABLE = (ibis.common.exceptions.IbisError, duckdb.Error, OSError, EOFError, ValueError, RuntimeError)


@dataclass(frozen=True)
class RawFile:
    """A file in the engine as it came: `table` has the source's columns, kit_file, kit_row, kit_fault, and kit_line
    where a row of it could not be split."""

    label: str  # what kit_file says
    path: str  # of the file as received: on disk, or its address without secrets
    table: Table
    rows: int  # faulty ones included, blank ones not
    repairs: Repairs
    header_row: int  # 0 where there is none
    in_order: Scan | None = None  # the columns alone; row i of it has kit_row header_row + 1 + i
    lines: Lines | None = None  # where rows can be fetched by their number
    sure: bool = True  # False: `rows` is what the lines say, and nobody looked whether each is a row and not blank
    digest: Future[str] | None = None  # of a file; computed meanwhile

    @property
    def sha256(self) -> str:
        """Of the file as received, of the archive for a file in one; empty for rows of a database.

        Raises InputError where the file is not the one any more that was read.
        """
        return self.digest.result() if self.digest else ""


def read_raw(con: Any, part: PartSpec, name: str, *, trusting: bool = False) -> list[RawFile]:
    """Load a part's files, each into an engine table or temporary view called `name…`.

    `kit_row` is the row's number as a spreadsheet program shows it: below a header in row 1 the data begin with
    row 2, and lines above the header and blank lines count; a row with line breaks inside a field is one row. In
    Parquet and JSON lines the first row is 1. Parquet files stay where they are and are read when they are used.
    With `trusting`, so do text files that look whole, without a look at each row: then `sure` is False, a fault
    shows when the rows are read, and whoever reads them sees whether they are as many as `rows` and none blank.
    Raises InputError for a file that cannot be read, that holds no rows, or that changes meanwhile.
    """
    files = list_files(part)
    labels = _labels(files)
    raw: list[RawFile] = []
    hashing = ThreadPoolExecutor(1)
    try:
        for file, label in zip(files, labels, strict=True):
            with tempfile.TemporaryDirectory(prefix="kit_reading_") as folder, in_words(str(file)):
                work = Path(folder)
                path = file.fetch(work) if isinstance(file, RemoteFile) else file
                before = state_of(path)
                digest = hashing.submit(_sha256, path, before, str(file))  # it needs no lock of Python's
                for received in receive(path, label, work):
                    if isinstance(file, RemoteFile):
                        received = replace(received, temporary=True)
                    where = f"{file}{received.label.removeprefix(label)}"  # a member of an archive: "o.zip/a.csv"
                    with in_words(where):
                        loaded = load_received(con, received, part, f"{name}_{len(raw)}", work, trusting=trusting)
                        if loaded.rows == 0:
                            raise no_rows(where)
                    table = loaded.table.mutate(**{SOURCE: ibis.literal(received.label)})
                    repairs = [*received.repairs, *loaded.repairs]
                    about = (loaded.rows, repairs, loaded.header_row)
                    how = (loaded.in_order, loaded.lines, loaded.sure)
                    raw.append(RawFile(received.label, str(file), table, *about, *how, digest=digest))
                if path.is_relative_to(work):
                    digest.result()  # before it is removed
                refuse_changed(path, before, str(file))
    finally:
        hashing.shutdown(wait=False)
    return raw


def rows_in_order(con: Any, files: Sequence[RawFile]) -> Table | None:
    """The columns of files, one file's rows after another's, each in their order, without numbers, which is quicker;
    None where not all files can be read so. kit_file names the first of files that are read as one."""
    scans = [file.in_order for file in files if file.in_order is not None]
    if len(scans) < len(files):
        return None
    labels = {scan.paths: file.label for scan, file in zip(scans, files, strict=True)}
    joined = engine.join_scans(scans)
    return union_by_name([con.sql(s.sql()).mutate(**{SOURCE: ibis.literal(labels[s.paths[:1]])}) for s in joined])


def rows_at(con: Any, file: RawFile, wanted: Table, name: str) -> Table:
    """The rows of a file whose kit_row is in `wanted`, which has each once, as they came; `name` is free to be used
    for a table of the engine."""
    if file.lines is None:
        return file.table.semi_join(wanted, SOURCE_ROW)
    return fetch_lines(con, file.lines, wanted, name).mutate(**{SOURCE: ibis.literal(file.label)})


def load_received(
    con: Any, received: Received, part: PartSpec, name: str, work: Path, *, trusting: bool = False
) -> Loaded:
    """Load one table into the engine with the reader for what it is."""
    scratch = Path(tempfile.mkdtemp(dir=work))
    if received.kind == PARQUET:
        return read_parquet(con, received.path, name, temporary=received.temporary)
    if received.kind == WORKBOOK:
        return read_workbook(con, received.path, part, name)
    if received.kind == JSON:
        return read_json(con, received.path, part, name, scratch)
    if received.label.lower().endswith(EXCEL_ENDINGS + PARQUET_ENDINGS):
        layout = find_layout(as_utf8(received.path, scratch, part.encoding), part)
        if layout.dialect.delimiter == ONE_COLUMN:
            raise ValueError("it is text without columns, not what its name says")
    return read_csv(con, received.path, part, name, scratch, trusting=trusting)


@contextlib.contextmanager
def in_words(where: str) -> Iterator[None]:
    """Turn what goes wrong with a file into one sentence about it."""
    try:
        yield
    except PermissionError as error:
        raise InputError(
            "This file cannot be read: its permissions do not allow it",
            where=where,
            mend="Give the account that runs this the right to read it.",
        ) from error
    except InputError as error:
        if error.where.startswith(where):
            raise
        raise InputError(error.what, where=where, allowed=error.allowed, mend=error.mend) from error
    except UNREADABLE as error:
        raise InputError(
            f"This file cannot be read: {first_line(error)}",
            where=where,
            allowed=SAID,
            mend="Open it to see whether it is complete, and ask the client to export it again.",
        ) from error


def _labels(files: list[Path | RemoteFile]) -> list[str]:
    """The files' names; from their common folder on where two have the same name."""
    names = [f.name for f in files]
    if max(Counter(names).values(), default=0) < 2:
        return names
    common = os.path.commonpath([str(f) for f in files])
    return [str(f)[len(common) :].lstrip("/\\") for f in files]


def _sha256(path: Path, before: tuple[int, int], where: str) -> str:
    with in_words(where):
        digest = sha256_of(path)
        refuse_changed(path, before, where)
    return digest
