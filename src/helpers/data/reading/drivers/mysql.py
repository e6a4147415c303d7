"""MySQL and MariaDB through PyMySQL, with an unbuffered cursor: the server keeps the rows until they are asked for."""

import inspect
from collections.abc import Callable, Generator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pymysql
from pymysql.constants import ER, FIELD_TYPE
from pymysql.converters import encoders
from pymysql.cursors import Cursor, SSCursor

from helpers.data.reading.drivers import BATCH_ROWS, Column, Explained, by_shown_name, decimal_type, to_batch
from helpers.data.urls import DatabaseUrl

ERRORS: tuple[type[Exception], ...] = (pymysql.Error, pa.ArrowInvalid, ValueError)  # a date such as 2026-02-00
CONNECT_SECONDS = 5
INTEGERS = (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.LONG, FIELD_TYPE.INT24, FIELD_TYPE.YEAR)
DECIMALS = (FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL)
FLOATS = (FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE)
UNSIGNED = 32  # the flag of a column
REFUSED = (ER.ACCESS_DENIED_ERROR, ER.DBACCESS_DENIED_ERROR)
UNREACHABLE = (2002, 2003, 2005)  # the client's own codes
LOST = (2006, 2013, 2014, 1927)
LIST_TABLES = """
    SELECT CASE WHEN table_schema = database() THEN '' ELSE table_schema END, table_name
    FROM information_schema.tables
    WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY 1, 2
"""


class MysqlSession:
    """One snapshot of the database, as far as its storage engine keeps one (InnoDB does)."""

    dialect = "mysql"

    def __init__(self, con: "pymysql.Connection[Any]") -> None:
        self._con = con
        for statement in (
            "SET time_zone = '+00:00'",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ):
            self._rows(statement)

    def tables(self) -> dict[str, tuple[str, str]]:
        return by_shown_name(self._rows(LIST_TABLES))

    def columns(self, sql: str) -> list[Column]:
        with self._con.cursor(Cursor) as cursor:
            cursor.execute(f"SELECT * FROM ({sql}\n) AS kit_source LIMIT 0")
            return [_column(f) for f in cursor._result.fields]

    def batches(self, sql: str, columns: list[Column]) -> Generator[pa.RecordBatch, None, None]:
        with self._con.cursor(SSCursor) as cursor:
            cursor.execute(sql)
            convert = [_converter(c) for c in columns]
            while rows := cursor.fetchmany(BATCH_ROWS):
                yield to_batch(rows, columns, convert)

    def count(self, sql: str) -> int:
        return int(self._rows(f"SELECT count(*) FROM ({sql}\n) AS kit_source")[0][0])

    def close(self) -> None:
        self._con.close()

    def _rows(self, sql: str) -> Any:
        with self._con.cursor(Cursor) as cursor:
            cursor.execute(sql)
            return cursor.fetchall()


def connect(url: DatabaseUrl) -> MysqlSession:
    """Open the database that a URL names."""
    options: dict[str, Any] = {"charset": "utf8mb4", "connect_timeout": CONNECT_SECONDS, "conv": encoders | DECODERS}
    unknown = url.options.keys() - inspect.signature(pymysql.Connection.__init__).parameters.keys()
    if unknown:
        raise pymysql.ProgrammingError(f'unknown option "{min(unknown)}" in the URL')
    options |= {name: int(value) if value.isdecimal() else value for name, value in url.options.items()}
    given = {"host": url.host, "port": url.port, "user": url.user, "password": url.password, "database": url.database}
    con = pymysql.connect(**options, **{name: value for name, value in given.items() if value})
    try:
        return MysqlSession(con)
    except BaseException:
        con.close()
        raise


def explain(error: Exception, url: DatabaseUrl) -> Explained:
    """What went wrong, in words; the server's own sentence where nothing better is known."""
    code, line = error.args if len(error.args) == 2 else (0, str(error))
    if code in REFUSED:
        return Explained(
            "The database refuses the user name or the password, or this user may not open it",
            "Check both in `source`; ${NAME} there reads the environment.",
        )
    if code == ER.BAD_DB_ERROR:
        return Explained(f'There is no database "{url.database}" on this server', "Correct `source`.")
    if code in UNREACHABLE:
        return Explained(
            f"The database server {url.host}{f':{url.port}' if url.port else ''} cannot be reached",
            "Check the host and the port in `source`, and that this machine may connect to it.",
        )
    if code in LOST:
        return Explained("The connection to the database was lost", "Try again.")
    return Explained(f"The database refuses to read this: {line}")


def _column(described: Any) -> Column:
    name, kind = described.name, described.type_code
    if kind in INTEGERS:
        return Column(name, pa.int64())
    if kind == FIELD_TYPE.LONGLONG:
        return Column(name, pa.decimal128(38, 0) if described.flags & UNSIGNED else pa.int64())
    if kind in DECIMALS:
        sign, point = not described.flags & UNSIGNED, described.scale > 0
        return Column(name, decimal_type(described.length - sign - point, described.scale)[0])
    if kind in FLOATS:
        return Column(name, pa.float64())
    if kind == FIELD_TYPE.DATE:
        return Column(name, pa.date32())
    if kind in (FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP):
        return Column(name, pa.timestamp("us"))
    return Column(name, pa.string())


def _converter(column: Column) -> Callable[[Any], Any] | None:
    if column.type == pa.string():
        return _as_text
    if pa.types.is_decimal(column.type):
        return Decimal
    return {pa.int64(): int, pa.float64(): float}.get(column.type)


def _as_text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _as_date(text: str) -> date | None:
    """MySQL's 0000-00-00 says "no date": blank here."""
    return None if text.startswith("0000-00-00") else date.fromisoformat(text)


def _as_datetime(text: str) -> datetime | None:
    return None if text.startswith("0000-00-00") else datetime.fromisoformat(text)


DECODERS = {  # all other values stay as the server writes them
    FIELD_TYPE.DATE: _as_date,
    FIELD_TYPE.DATETIME: _as_datetime,
    FIELD_TYPE.TIMESTAMP: _as_datetime,
    **dict.fromkeys((*INTEGERS, FIELD_TYPE.LONGLONG), int),
    **dict.fromkeys(FLOATS, float),
}
