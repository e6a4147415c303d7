"""Single rows of a text file by their number, without parsing the others.

Where each line of a file is a row, a row's number is its line's. The lines wanted are copied out of the file block by
block and parsed alone.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import ibis
import numpy as np
from ibis.expr.types import Table

from helpers.data.reading import engine
from helpers.data.reading.columns import FAULT, SOURCE_ROW
from helpers.data.reading.files import refuse_changed, state_of
from helpers.data.reading.sniff import Dialect

BLOCK = 1 << 20


@dataclass(frozen=True)
class Lines:
    """A UTF-8 file each of whose lines is a row."""

    path: Path
    names: list[str]
    dialect: Dialect
    state: tuple[int, int]  # size and time of change when it was read

    @staticmethod
    def of(path: Path, names: list[str], dialect: Dialect) -> "Lines":
        return Lines(path, names, dialect, state_of(path))


def fetch_lines(con: Any, lines: Lines, wanted: Table, name: str) -> Table:
    """The rows whose kit_row is in `wanted`, which has each once; loaded into the engine table `name`.

    Raises InputError where the file is not the one any more that was read.
    """
    refuse_changed(lines.path, lines.state, str(lines.path))
    with tempfile.TemporaryDirectory(prefix="kit_reading_") as folder:
        copy = Path(folder) / "lines.csv"
        with copy.open("wb") as out:
            copy_lines(lines.path, engine.numbers(con, wanted.select(SOURCE_ROW).order_by(SOURCE_ROW)), out)
        rows = engine.load_csv(con, name, copy, lines.names, lines.dialect, 0, clean=False)
    numbered = wanted.select(SOURCE_ROW, kit_place=ibis.row_number().over(order_by=SOURCE_ROW))
    if rows != (asked := int(numbered.count().execute())):  # must never happen; a lost row is worse than no report
        raise AssertionError(f"{lines.path}: of {asked} rows asked for came {rows}")
    table = con.table(name)
    joined = table.mutate(kit_place=table.rowid()).inner_join(numbered, "kit_place")
    return joined.drop("kit_place").mutate(**{FAULT: ibis.null("string")})


def copy_lines(path: Path, wanted: Iterator[np.ndarray], out: BinaryIO) -> None:
    """Write the lines of the numbers in `wanted` (from 1, ascending, in batches) to `out`."""
    batch, rest, first, end = next(wanted, None), b"", 1, b"\n"
    with path.open("rb") as stream:
        while batch is not None and (block := stream.read(BLOCK)):
            data = rest + block
            ends = np.flatnonzero(np.frombuffer(data, "uint8") == 10) + 1
            starts = np.concatenate([[0], ends[:-1]])
            beyond = first + len(ends)
            while batch is not None:
                here = batch[: np.searchsorted(batch, beyond)] - first
                out.write(
                    b"".join([data[s:e] for s, e in zip(starts[here].tolist(), ends[here].tolist(), strict=True)])
                )
                batch = batch[len(here) :]
                if len(batch):
                    break
                batch = next(wanted, None)
            if len(ends):
                end = b"\r\n" if data.endswith(b"\r\n", 0, ends[0]) else b"\n"
            rest, first = data[ends[-1] :] if len(ends) else data, beyond
    if batch is not None and len(batch):
        out.write(rest + end)  # the last line may lack it
