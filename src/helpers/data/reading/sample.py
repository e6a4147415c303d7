"""A look at a file without reading it whole: some of its rows."""

import tempfile
from pathlib import Path

import ibis
import pandas as pd

from helpers.data.reading.columns import FAULT, SOURCE_ROW
from helpers.data.reading.files import list_files
from helpers.data.reading.loaded import Loaded, own_columns
from helpers.data.reading.parts import in_words, load_received
from helpers.data.reading.remote import RemoteFile
from helpers.data.reading.unpack import JSON, TEXT, WORKBOOK, Received, receive
from helpers.data.reading.workbooks import read_workbook
from helpers.data.spec import PartSpec

PIECE = 1 << 19  # bytes looked at from the beginning, the middle and the end


def sample_raw(part: PartSpec | str | Path, rows: int = 1_000) -> pd.DataFrame:
    """Up to `rows` rows of a part's first file (of an archive, its first table) as text, blank cells None, faulty rows
    left out: from its beginning, and of a long text or Parquet file also from its middle and its end.

    Raises InputError as `read_raw` does, but says nothing about the parts of the file it did not look at.
    """
    part = part if isinstance(part, PartSpec) else PartSpec(str(part))
    file = list_files(part)[0]
    with tempfile.TemporaryDirectory(prefix="kit_sample_") as folder, in_words(str(file)):
        work = Path(folder)
        path = file.fetch(work) if isinstance(file, RemoteFile) else file
        return _sample(next(receive(path, file.name, work)), part, rows, work)


def _sample(received: Received, part: PartSpec, rows: int, work: Path) -> pd.DataFrame:
    con = ibis.duckdb.connect()
    try:
        if received.kind == WORKBOOK:
            return _spread(read_workbook(con, received.path, part, "sample", limit=rows), rows)
        if received.kind in (TEXT, JSON):
            received = _shortened(received, work)
        return _spread(load_received(con, received, part, "sample", work), rows)
    finally:
        con.disconnect()


def _shortened(received: Received, work: Path) -> Received:
    """A long text cut down to its beginning and, whole lines each, a piece of its middle and its end."""
    size = received.path.stat().st_size
    with received.path.open("rb") as stream:
        head = stream.read(PIECE)
        if size <= 4 * PIECE or b"\n" not in head:
            return received
        if received.kind == JSON and head.lstrip()[:1] == b"[":
            return received
        pieces = [head[: head.rindex(b"\n") + 1]]
        if b"\0" not in head:  # of UTF-16 a piece from the middle may begin inside a letter
            for place, last in ((size // 2, False), (size - PIECE, True)):
                stream.seek(place)
                piece = stream.read(PIECE)
                pieces.append(piece[piece.find(b"\n") + 1 : len(piece) if last else piece.rfind(b"\n") + 1])
    copy = work / "shortened"
    copy.write_bytes(b"".join(pieces))
    return Received(received.label, copy, received.kind, received.repairs, temporary=True)


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
