"""PostgreSQL through psycopg: rows are streamed as CSV by COPY and parsed by Arrow, never one by one in Python."""

import re
from collections.abc import Generator, Iterator
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import errors
from pyarrow import csv

from helpers.data.reading.drivers import BATCH_BYTES, Column, Explained, by_shown_name, decimal_type
from helpers.data.reading.engine import quoted
from helpers.data.urls import DatabaseUrl
from helpers.errors import first_line

ERRORS: tuple[type[Exception], ...] = (psycopg.Error, pa.ArrowInvalid)
CONNECT_SECONDS = 5
BOOLEAN, BYTES, NUMERIC, MONEY, DATE, TIMESTAMP, TIMESTAMP_TZ = 16, 17, 1700, 790, 1082, 1114, 1184
INTEGERS, FLOATS = (20, 21, 23), (700, 701)
MICROSECONDS = pa.timestamp("us")
LIST_TABLES = """
    SELECT CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE n.nspname END, c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    ORDER BY 1, 2
"""


class PostgresSession:
    """One snapshot of the database: every statement sees the same rows."""

    dialect = "postgres"

    def __init__(self, con: psycopg.Connection[Any]) -> None:
        self._con = con
        con.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        con.read_only = True
        for setting in ("client_encoding TO 'UTF8'", "TIME ZONE 'UTC'", "datestyle TO 'ISO'", "lc_monetary TO 'C'"):
            con.execute(f"SET LOCAL {setting}".encode())

    def tables(self) -> dict[str, tuple[str, str]]:
        return by_shown_name(self._con.execute(LIST_TABLES))

    def columns(self, sql: str) -> list[Column]:
        described = self._con.execute(f"SELECT * FROM ({sql}\n) AS kit_source LIMIT 0".encode()).description or []
        return [_column(d) for d in described]

    def batches(self, sql: str, columns: list[Column]) -> Generator[pa.RecordBatch, None, None]:
        wanted = ", ".join(c.sql for c in columns)
        statement = f"COPY (SELECT {wanted} FROM ({sql}\n) AS kit_source) TO STDOUT (FORMAT csv)"
        with self._con.cursor() as cursor:
            received = 0
            with cursor.copy(statement.encode()) as copy:
                for piece in _pieces(copy):
                    table = _parse(piece, columns)
                    received += table.num_rows
                    yield from table.to_batches()
            if cursor.rowcount != received:  # the server counts what it sent
                raise AssertionError(f"{cursor.rowcount} rows were sent and {received} were read")

    def count(self, sql: str) -> int:
        row = self._con.execute(f"SELECT count(*) FROM ({sql}\n) AS kit_source".encode()).fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        self._con.close()


def connect(url: DatabaseUrl) -> PostgresSession:
    """Open the database that a URL names."""
    options: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "application_name": "customer-report-kit"}
    given = {"host": url.host, "port": url.port, "user": url.user, "password": url.password, "dbname": url.database}
    options |= {name: value for name, value in given.items() if value} | url.options
    con = psycopg.connect(**options)
    try:
        return PostgresSession(con)
    except BaseException:
        con.close()
        raise


def explain(error: Exception, url: DatabaseUrl) -> Explained:
    """What went wrong, in words; the server's own first line where nothing better is known."""
    text = str(error).strip()
    said = getattr(error, "diag", None)
    line = (said.message_primary if said else None) or first_line(error)
    place = f"{url.host or 'this machine'}{f':{url.port}' if url.port else ''}"
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return Explained("The query would change the database; it is only ever read", "Make `query` a SELECT.")
    if isinstance(error, errors.SyntaxErrorOrAccessRuleViolation | errors.DataError):
        return Explained(f"The database refuses to read this: {line}")
    if re.search(r"password authentication failed|no password supplied|Ident authentication|SCRAM", text):
        return Explained(
            "The database refuses the user name or the password",
            "Check both in `source`; ${NAME} there reads the environment.",
        )
    if re.search(r'database ".*" does not exist', text):
        return Explained(f'There is no database "{url.database}" on this server', "Correct `source`.")
    if isinstance(error, errors.ConnectionTimeout) or re.search(
        r"could not translate host|Name or service|failed to resolve|refused|timeout expired|No route|unreachable|"
        r"No such file or directory",
        text,
    ):
        return Explained(
            f"The database server {place} cannot be reached",
            "Check the host and the port in `source`, and that this machine may connect to it.",
        )
    return Explained(f"The database cannot be read: {line}")


def _column(described: Any) -> Column:
    name, kind = described.name, described.type_code
    own = quoted(name)
    if kind in INTEGERS:
        return Column(name, pa.int64(), own)
    if kind in FLOATS:
        return Column(name, pa.float64(), own)
    if kind == NUMERIC:
        arrow, unsized = decimal_type(described.precision, described.scale)
        return Column(name, arrow, own, unsized)
    if kind == MONEY:
        return Column(name, pa.float64(), f"{own}::numeric")
    if kind == BOOLEAN:
        return Column(name, pa.bool_(), own)
    if kind == DATE:
        return Column(name, pa.date32(), _finite(own))
    if kind in (TIMESTAMP, TIMESTAMP_TZ):
        at = f"({own} AT TIME ZONE 'UTC')" if kind == TIMESTAMP_TZ else own
        return Column(name, MICROSECONDS, _finite(at))
    if kind == BYTES:
        return Column(name, pa.string(), f"encode({own}, 'hex')")
    return Column(name, pa.string(), f"{own}::text")


def _finite(value: str) -> str:
    """PostgreSQL's infinite dates say "never": blank here."""
    return f"CASE WHEN isfinite({value}) THEN {value} END"


def _pieces(copy: psycopg.Copy) -> Iterator[bytes]:
    """COPY's rows gathered to some megabytes; the server sends each row whole."""
    rows, size = [], 0
    for row in copy:
        rows.append(row)
        size += len(row)
        if size >= BATCH_BYTES:
            yield b"".join(rows)
            rows, size = [], 0
    if rows:
        yield b"".join(rows)


def _parse(piece: bytes, columns: list[Column]) -> pa.Table:
    names = [str(i) for i in range(len(columns))]
    table = csv.read_csv(
        pa.BufferReader(piece),
        # One block: a text may hold line breaks, and the piece is whole rows already.
        read_options=csv.ReadOptions(column_names=names, block_size=len(piece) + 1, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types=dict(zip(names, (c.type for c in columns), strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,  # an empty text is quoted, a blank is not
            true_values=["t"],
            false_values=["f"],
        ),
    )
    return table.rename_columns([c.name for c in columns])
