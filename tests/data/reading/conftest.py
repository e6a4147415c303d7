"""Reading a file made by a test: rows as tuples, with their numbers and faults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from helpers.data.reading import FAULT, LINE, SOURCE, SOURCE_ROW, RawFile, read_raw
from helpers.data.spec import PartSpec

OURS = (SOURCE, SOURCE_ROW, FAULT, LINE)


@pytest.fixture(scope="session")
def shared_con() -> Any:
    return ibis.duckdb.connect()


class Read:
    """What became of one file."""

    def __init__(self, raw: RawFile) -> None:
        self.raw = raw
        frame = raw.table.order_by(SOURCE_ROW).execute()
        assert len(frame) == raw.rows
        assert frame[SOURCE_ROW].is_unique or not len(frame)
        self.frame: pd.DataFrame = frame.astype(object).where(frame.notna(), None)
        self.columns = [c for c in frame.columns if c not in OURS]
        self.numbers = [int(n) for n in frame[SOURCE_ROW]]
        self.repairs = dict(raw.repairs)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows without a fault."""
        return [tuple(row) for row in self.frame[self.frame[FAULT].isna()][self.columns].to_numpy()]

    @property
    def faults(self) -> dict[int, str]:
        faulty = self.frame[self.frame[FAULT].notna()]
        return dict(zip(faulty[SOURCE_ROW], faulty[FAULT], strict=True))

    @property
    def lines(self) -> list[str]:
        return [line for line in self.frame[LINE] if line] if LINE in self.frame else []


@pytest.fixture
def read(shared_con: Any, tmp_path: Path) -> Callable[..., Read]:
    """Write bytes or text to a file of the given name and read it back."""

    def read(content: bytes | str, name: str = "f.csv", **options: Any) -> Read:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (raw,) = read_raw(shared_con, PartSpec(str(path), **options), "part")
        return Read(raw)

    return read
