"""SQLite through Python's own driver: the file is opened read-only and never made.

A SQLite column may hold values of several types, whatever it was declared as, so its type is read from its
values. Dates are text there, and stay text.
"""

import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyarrow as pa

from helpers.data.reading.drivers import BATCH_ROWS, Column, Explained, by_shown_name, to_batch
from helpers.data.reading.engine import quoted
from helpers.data.urls import DatabaseUrl

ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, pa.ArrowInvalid)


class SqliteSession:
    """One snapshot of the file."""

    dialect = "sqlite"

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        con.text_factory = _decode
        con.execute("BEGIN")

    def tables(self) -> dict[str, tuple[str, str]]:
        listed = (
            "SELECT '', name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'"
        )
        return by_shown_name(self._con.execute(f"{listed} ORDER BY 2"))

    def columns(self, sql: str) -> list[Column]:
        self._con.execute(f"SELECT * FROM ({sql}\n) LIMIT 0")  # refuses what is no SELECT
        names = [d[0] for d in self._con.execute(sql).description]  # a subquery would rename equal ones
        held = ", ".join(f"group_concat(DISTINCT typeof({quoted(name)}))" for name in names)
        kinds = self._con.execute(f"SELECT {held} FROM ({sql}\n)").fetchone()
        return [Column(name, _type_of(k)) for name, k in zip(names, kinds, strict=True)]

    def batches(self, sql: str, columns: list[Column]) -> Generator[pa.RecordBatch, None, None]:
        cursor = self._con.execute(sql)
        convert = [_as_text if c.type == pa.string() else None for c in columns]
        while rows := cursor.fetchmany(BATCH_ROWS):
            yield to_batch(rows, columns, convert)

    def count(self, sql: str) -> int:
        return int(self._con.execute(f"SELECT count(*) FROM ({sql}\n)").fetchone()[0])

    def close(self) -> None:
        self._con.close()


def connect(url: DatabaseUrl) -> SqliteSession:
    """Open the file that a URL names."""
    con = sqlite3.connect(f"{Path(url.database).resolve().as_uri()}?mode=ro", uri=True)
    try:
        con.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()  # only now is the file read
        return SqliteSession(con)
    except BaseException:
        con.close()
        raise


def explain(error: Exception, url: DatabaseUrl) -> Explained:
    """What went wrong, in words."""
    code = getattr(error, "sqlite_errorname", "")
    if code == "SQLITE_NOTADB":
        return Explained("The file is not a SQLite database", "Correct `source`, or ask for the file again.")
    if code.startswith("SQLITE_CORRUPT"):
        return Explained("The SQLite database is damaged", "Ask for the file again.")
    if code.startswith("SQLITE_BUSY"):
        return Explained("Another program is writing to the SQLite database", "Try again when it is done.")
    return Explained(f"The database refuses to read this: {error}")


def _type_of(kinds: str | None) -> pa.DataType:
    held = set((kinds or "").split(",")) - {"null", ""}
    if held == {"integer"}:
        return pa.int64()
    return pa.float64() if held and held <= {"integer", "real"} else pa.string()


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str) else repr(value)


def _decode(text: bytes) -> str:
    """SQLite does not check its texts: what is not UTF-8 is read as Latin-1, as in files."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")
