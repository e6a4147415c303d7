"""A look at a file without reading it whole: some rows, and what was found out about how it is written."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import ibis
import pandas as pd

from helpers.data.reading.columns import FAULT, SOURCE_ROW, Repairs
from helpers.data.reading.csv_files import find_layout
from helpers.data.reading.files import list_files
from helpers.data.reading.loaded import Loaded, own_columns
from helpers.data.reading.parts import in_words, load_received
from helpers.data.reading.remote import RemoteFile
from helpers.data.reading.text import as_utf8
from helpers.data.reading.unpack import JSON, TEXT, WORKBOOK, Received, receive
from helpers.data.reading.workbooks import find_sheet, open_workbook, read_workbook
from helpers.data.spec import PartSpec

PIECE = 1 << 19  # bytes looked at from the beginning, the middle and the end


@dataclass(frozen=True)
class Sample:
    """Some rows of a file as text, blank cells None, in the file's order; faulty rows are left out."""

    frame: pd.DataFrame
    label: str
    kind: str  # "text", "JSON", "an Excel workbook" or "a Parquet file"
    delimiter: str | None  # of text; " " for any number of blanks, None for one column
    encoding: str | None  # of text as received, as far as looked at
    header_row: int  # 0 where there is none
    sheets: list[str]  # of a workbook
    sheet: str | None
    repairs: Repairs
    whole: bool  # the rows are all there are


def sample_raw(part: PartSpec | str | Path, rows: int = 1_000) -> Sample:
    """Up to `rows` rows of a part's first file (of an archive, its first table): from its beginning, and of a long
    text or Parquet file also from its middle and its end.

    Raises InputError as `read_raw` does, but says nothing about the parts of the file it did not look at.
    """
    part = part if isinstance(part, PartSpec) else PartSpec(str(part))
    file = list_files(part)[0]
    with tempfile.TemporaryDirectory(prefix="kit_sample_") as folder, in_words(str(file)):
        work = Path(folder)
        path = file.fetch(work) if isinstance(file, RemoteFile) else file
        return _sample(next(receive(path, file.name, work)), part, rows, work)


def _sample(received: Received, part: PartSpec, rows: int, work: Path) -> Sample:
    con = ibis.duckdb.connect()
    delimiter = encoding = sheet = None
    sheets: list[str] = []
    whole = True
    try:
        if received.kind == WORKBOOK:
            with open_workbook(received.path) as book:
                sheets, sheet = list(book.sheet_names), find_sheet(book, part)
                whole = book.get_sheet_by_name(sheet).total_height <= rows + 1
            loaded = read_workbook(con, received.path, part, "sample", limit=rows)
        else:
            if received.kind in (TEXT, JSON):
                received, whole = _shortened(received, work)
            if received.kind == TEXT:
                text = as_utf8(received.path, work, part.encoding)
                found = find_layout(text, part).dialect.delimiter
                encoding, delimiter = text.encoding, {"blanks": " ", "\x1e": None}.get(found, found)
            loaded = load_received(con, received, part, "sample", work)
        frame = _spread(loaded, rows)
    finally:
        con.disconnect()
    repairs = [*received.repairs, *loaded.repairs]
    whole = whole and loaded.rows <= rows
    return Sample(
        frame, received.label, received.kind, delimiter, encoding, loaded.header_row, sheets, sheet, repairs, whole
    )


def _shortened(received: Received, work: Path) -> tuple[Received, bool]:
    """A long text cut down to its beginning and, whole lines each, a piece of its middle and its end."""
    size = received.path.stat().st_size
    with received.path.open("rb") as stream:
        head = stream.read(PIECE)
        if size <= 4 * PIECE or b"\n" not in head:
            return received, size <= 4 * PIECE
        if received.kind == JSON and head.lstrip()[:1] == b"[":
            return received, False
        pieces = [head[: head.rindex(b"\n") + 1]]
        if b"\0" not in head:  # of UTF-16 a piece from the middle may begin inside a letter
            for place, last in ((size // 2, False), (size - PIECE, True)):
                stream.seek(place)
                piece = stream.read(PIECE)
                pieces.append(piece[piece.find(b"\n") + 1 : len(piece) if last else piece.rfind(b"\n") + 1])
    copy = work / "shortened"
    copy.write_bytes(b"".join(pieces))
    return Received(received.label, copy, received.kind, received.repairs, temporary=True), False


def _spread(loaded: Loaded, rows: int) -> pd.DataFrame:
    """Rows of a table as text: half from its beginning, a quarter each from its middle and its end."""
    table = loaded.table.filter(loaded.table[FAULT].isnull())
    place = table[SOURCE_ROW]
    if loaded.rows > rows:
        first, quarter, above = rows - 2 * (rows // 4), rows // 4, loaded.header_row
        middle, last = above + loaded.rows // 2, above + loaded.rows - quarter
        table = table.filter(
            (place <= above + first) | ((place > middle) & (place <= middle + quarter)) | (place > last)
        )
    columns = {c: table[c].cast("string") for c in own_columns(table)}
    frame = table.order_by(SOURCE_ROW).select(**columns).limit(rows).execute()
    return frame.astype(object).where(frame.notna(), None)
