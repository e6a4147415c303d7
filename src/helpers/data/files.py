"""Reads files into the engine as they came: columns as text, every row with its source and number."""

import codecs
import csv
import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.spec import PartSpec
from helpers.errors import InputError, nearest

CSV_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
EXCEL_ENDINGS = (".xlsx", ".xlsm")
PARQUET_ENDINGS = (".parquet",)
ENDINGS = CSV_ENDINGS + EXCEL_ENDINGS + PARQUET_ENDINGS
UNREADABLE = (
    *(ibis.common.exceptions.IbisError, duckdb.Error, OSError, EOFError, ValueError, KeyError),
    *(zipfile.BadZipFile, zlib.error),
)
SOURCE, SOURCE_ROW, FAULT = "kit_file", "kit_row", "kit_fault"  # what every raw row carries beside its own


@dataclass(frozen=True)
class RawFile:
    """One file in the engine, as it came: its own columns, kit_file, kit_row and kit_fault."""

    label: str
    path: Path
    table: Table
    rows: int
    sha256: str
    repairs: tuple[tuple[str, int], ...] = ()


def list_files(part: PartSpec) -> list[Path]:
    """The files of a part, sorted by name; raises InputError naming what is there when nothing matches."""
    path = Path(part.source)
    if path.is_file():
        return [path]
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.name.lower().endswith(ENDINGS))
        if not found:
            raise InputError(
                "The folder holds no file that can be read",
                where=str(path),
                allowed=", ".join(ENDINGS),
            )
        return found
    found = sorted(p for p in path.parent.glob(path.name) if p.is_file()) if path.parent.is_dir() else []
    if found:
        return found
    if not path.parent.is_dir():
        raise InputError("There is no such folder", where=str(path.parent), mend="Correct `source`.")
    here = sorted(p.name for p in path.parent.iterdir() if p.name.lower().endswith(ENDINGS))
    hint = nearest(path.name, here)
    raise InputError(
        "There is no such file",
        where=str(path),
        allowed=f"in that folder are {', '.join(here[:8]) or 'no files that can be read'}",
        mend=f'Did you mean "{hint}"?' if hint else "Correct `source` in the parameter file.",
    )


def read_raw(con: Any, part: PartSpec, name: str) -> list[RawFile]:
    """Load a part's files into the engine table `name`: text columns, plus `kit_file` and `kit_row`.

    `kit_row` counts the data rows of a file from 1. Files of one part may have different columns; what a
    file lacks is blank. Raises InputError for a file that cannot be read, or that holds no rows.
    """
    loaded = []
    for i, path in enumerate(list_files(part)):
        table_name = f"{name}_{i}"
        try:
            _load(con, path, part, table_name)
        except UNREADABLE as error:
            raise InputError(
                f"This file cannot be read: {_first_line(error)}",
                where=str(path),
                allowed=", ".join(ENDINGS),
                mend="Open it to see whether it is complete, and ask the client to export it again.",
            ) from error
        raw = con.table(table_name)
        if raw.count().execute() == 0:
            raise InputError(
                "The file has no rows below its header",
                where=str(path),
                mend="Ask for the export again, or take the table out of the parameter file.",
            )
        text = {c: raw[c].cast("string") for c in raw.columns}
        marks = {SOURCE: ibis.literal(path.name), SOURCE_ROW: raw.rowid() + 2, FAULT: ibis.null("string")}
        table = raw.select(**text, **marks)
        loaded.append(RawFile(path.name, path, table, int(raw.count().execute()), _sha256(path)))
    return loaded


def _load(con: Any, path: Path, part: PartSpec, table_name: str) -> None:
    ending = path.name.lower()
    if path.stat().st_size == 0:
        raise ValueError("it is empty (0 bytes)")
    if ending.endswith(PARQUET_ENDINGS):
        con.create_table(table_name, con.read_parquet(str(path)), overwrite=True)
    elif ending.endswith(EXCEL_ENDINGS):
        if not zipfile.is_zipfile(path):
            raise ValueError("it is not an Excel workbook, or one that is protected by a password")
        with pd.ExcelFile(path) as book:
            if part.sheet not in book.sheet_names and part.sheet not in range(len(book.sheet_names)):
                raise ValueError(f"there is no sheet {part.sheet!r} among {', '.join(map(str, book.sheet_names))}")
            frame = pd.read_excel(book, sheet_name=part.sheet, dtype=str, keep_default_na=False, na_values=[""])
        frame.columns = [str(c).strip() for c in frame.columns]
        if frame.empty:
            raise ValueError(f"sheet {part.sheet!r} has no rows")
        con.create_table(table_name, frame, overwrite=True)
    elif ending.endswith(CSV_ENDINGS):
        options: dict[str, Any] = {"all_varchar": True, "header": True, "sample_size": 20_480}
        if _one_column(path):
            options["delim"] = ","
        if not _is_utf8(path):
            options["encoding"] = "latin-1"
        con.create_table(table_name, con.read_csv(str(path), **options), overwrite=True)
    else:
        raise ValueError(f"the ending of {path.name} is not known")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _bytes_of(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            yield chunk


def _is_utf8(path: Path) -> bool:
    """Whether the first 64 MB decode as UTF-8; a cut at the end of a chunk is no error."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in islice(_bytes_of(path), 64):
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _one_column(path: Path) -> bool:
    """Whether the header names a single column: the sniffer then finds no delimiter."""
    head = next(_bytes_of(path), b"").decode("utf-8", errors="replace").split("\n", 1)[0]
    return len(next(csv.reader([head]), [])) == 1 and not any(d in head for d in ";\t|")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].strip('"').rstrip(".") or type(error).__name__
