"""Reads a table or a query of a client's database into the engine, in bounded pieces and never more than read.

Types come as they are: whole numbers exact, other numbers as floats, dates as dates, timestamps as UTC without
a zone, bytes as hexadecimal text, and what has no plain type (JSON, arrays, UUIDs, intervals) as its text.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokens import TokenType

from helpers.data.reading import FAULT, SOURCE, SOURCE_ROW, RawFile
from helpers.data.reading.drivers import Column, Session
from helpers.data.reading.engine import quoted
from helpers.data.spec import PartSpec
from helpers.data.urls import FILES, DatabaseUrl, parse_url, redact
from helpers.errors import InputError, first_line, nearest

DRIVERS = {"postgresql": "postgres", "mysql": "mysql", "sqlite": "sqlite", "duckdb": "duck"}
EXTRAS = {"postgres": "postgres", "mysql": "mysql"}  # module -> what to install; the others come with the kit
WRITES = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Into, exp.Command)
TABLES_SHOWN = 12
EXACT_IN_FLOAT = 2**53
T = TypeVar("T")


def read_database(con: Any, part: PartSpec, name: str) -> RawFile:
    """Read the `table` or `query` of a part's database into the engine's table `name`.

    Raises InputError, without the URL's secrets, for a URL that cannot be read, a server that cannot be reached
    or refuses the login, a database, table or query that is not there or is wrong, a query that is no SELECT, no
    rows, and a connection lost on the way. Nothing is left in the engine then.
    """
    where = part.place
    check_asked(part)
    with open_database(part) as (reading, session):
        sql = table_sql(reading, session) if part.table else check_query(part.query or "", session.dialect, where)
        rows = load_rows(con, name, reading, session, sql)
        if rows and part.table and rows != (there := reading.attempt(lambda: session.count(sql))):
            con.con.execute(f"DROP TABLE {quoted(name)}")
            raise InputError(f"{rows:,} of {there:,} rows were delivered", where=where, mend="Run it again.")
    if rows == 0:
        con.con.execute(f"DROP TABLE {quoted(name)}")
        raise no_rows(part)
    return RawFile(where, where, con.table(name), rows, [], 0)


@contextmanager
def open_database(part: PartSpec) -> Iterator[tuple["Reading", Session]]:
    """A part's database, and what puts its driver's errors in words; raises InputError where it cannot be opened."""
    url = parse_url(part.source)
    driver = _driver(url, part.place)
    reading = Reading(driver, url, part)
    if url.engine in FILES:
        _check_file(Path(url.database), part.place)
    session: Session = reading.attempt(lambda: driver.connect(url))
    try:
        yield reading, session
    finally:
        session.close()


def load_rows(con: Any, name: str, reading: "Reading", session: Session, sql: str) -> int:
    """Read what a SELECT gives into the engine's table `name`; the number of rows. What fails leaves no table."""
    columns = reading.attempt(lambda: session.columns(sql))
    check_columns([column.name for column in columns], reading.part.place)
    try:
        with closing(session.batches(sql, columns)) as batches:
            rows = _load(con.con, name, reading, batches, columns)
        _settle_numbers(con.con, name, columns)
    except BaseException:
        con.con.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
        raise
    return rows


def check_asked(part: PartSpec) -> None:
    """Refuse a part that names both a table and a query, or neither."""
    if bool(part.table) == bool(part.query):
        raise InputError(
            "Both `table` and `query` are given" if part.table else "Neither `table` nor `query` is given",
            where=part.place,
            allowed="one of the two: a table or view of the database, or a SELECT",
        )


def no_rows(part: PartSpec) -> InputError:
    return InputError(f"The {'table' if part.table else 'query'} has no rows", where=part.place)


@dataclass(frozen=True)
class Reading:
    """What every message about this source needs."""

    driver: Any
    url: DatabaseUrl
    part: PartSpec

    def attempt(self, call: Callable[[], T], so_far: int = -1) -> T:
        """The call's answer, or its driver's error as an InputError that neither shows nor carries the original.

        The original is left behind, not only hidden: a driver's error holds the URL in its text.
        """
        try:
            return call()
        except self.driver.ERRORS as error:
            told = self.driver.explain(error, self.url)
        lost = f" (after {so_far:,} rows)" if so_far >= 0 else ""
        what = redact(" ".join(told.what.split()).rstrip("."), self.part.source)
        raise InputError(what + lost, where=self.part.place, mend=told.mend)


def _driver(url: DatabaseUrl, where: str) -> Any:
    module = DRIVERS[url.engine]
    try:
        return import_module(f"helpers.data.reading.drivers.{module}")
    except ModuleNotFoundError as error:
        if module not in EXTRAS or (error.name or "").startswith("helpers"):
            raise
        missing = error.name
    raise InputError(
        f"Reading {url.scheme}:// needs the package {missing}, which is not installed",
        where=where,
        mend=f'pip install "customer-report-kit[{EXTRAS[module]}]"',
    )


def _check_file(path: Path, where: str) -> None:
    if path.is_file():
        return
    if path.is_dir():
        raise InputError("This is a folder, not a database file", where=str(path))
    here = sorted(p.name for p in path.parent.iterdir() if p.is_file()) if path.parent.is_dir() else []
    hint = nearest(path.name, here)
    raise InputError(
        f"There is no such file: {path}",
        where=where,
        mend=f'Did you mean "{hint}"?'
        if hint
        else "Two slashes begin a path counted from the parameter file (sqlite://shop.db), three one from the root.",
    )


def check_query(query: str, dialect: str, where: str) -> str:
    """The one SELECT in `query`, without a closing semicolon; refuses what could write, and several statements.

    What sqlglot cannot parse is left to the engine to judge, which says it better. It is asked safely: inside a
    SELECT, of a database opened for reading.
    """
    try:
        tokens = sqlglot.tokenize(query, read=dialect)
        ends = [i for i, token in enumerate(tokens) if token.token_type == TokenType.SEMICOLON]
        if ends and any(token.token_type != TokenType.SEMICOLON for token in tokens[ends[0] :]):
            raise InputError("The query holds several statements", where=where, allowed="one SELECT")
        statement = query[: tokens[ends[0]].start] if ends else query
        parsed = sqlglot.parse_one(statement, read=dialect)
    except TokenError as error:
        raise InputError(f"The query cannot be understood: {first_line(error)}", where=where) from None
    except ParseError:
        begins_right = tokens and tokens[0].token_type in (TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN)
        parsed = exp.Select() if begins_right else exp.Command()
    if not isinstance(parsed, exp.Query) or parsed.find(*WRITES):
        raise InputError(
            "The query is not a SELECT; the database is only ever read",
            where=where,
            allowed="SELECT …, or WITH … SELECT …",
        )
    return statement


def table_sql(reading: Reading, session: Session) -> str:
    """SELECT all of the part's table, when it is there."""
    table = reading.part.table or ""
    there = reading.attempt(session.tables)
    schema, _, bare = table.rpartition(".")
    if table in there:
        schema, bare = there[table]
    elif not schema or bare not in there:  # a table that is found without its schema may be named with it
        raise no_table(reading.part, [*there])
    named = exp.table_(
        exp.to_identifier(bare, quoted=True), db=exp.to_identifier(schema, quoted=True) if schema else None
    )
    return f"SELECT * FROM {named.sql(dialect=session.dialect)}"


def no_table(part: PartSpec, there: list[str]) -> InputError:
    hint = nearest(part.table or "", there)
    more = f" and {len(there) - TABLES_SHOWN} more" if len(there) > TABLES_SHOWN else ""
    return InputError(
        f'There is no table "{part.table}"',
        where=part.place,
        allowed=", ".join(there[:TABLES_SHOWN]) + more if there else "the database has no tables that can be read",
        mend=f'Did you mean "{hint}"?' if hint else "Correct `table` in the parameter file.",
    )


def check_columns(columns: Sequence[str], where: str) -> None:
    """Every column needs a name of its own, as the engine compares them: without regard to case."""
    seen = {SOURCE, SOURCE_ROW, FAULT}
    for column in columns:
        if column.casefold() in seen:
            raise InputError(
                f'Two columns are called "{column}"',
                where=where,
                mend="Give each its own name in a `query`: SELECT a.id AS order_id, b.id AS customer_id ….",
            )
        seen.add(column.casefold())


def _load(
    engine: Any, name: str, reading: Reading, batches: Generator[pa.RecordBatch, None, None], columns: list[Column]
) -> int:
    """Put the batches into the engine one after another; the number of rows."""
    own = [pa.field(SOURCE, pa.string()), pa.field(SOURCE_ROW, pa.int64()), pa.field(FAULT, pa.string())]
    schema = pa.schema([*(pa.field(c.name, c.type) for c in columns), *own])
    _put(engine, f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM kit_batch", schema.empty_table())
    label, rows = reading.part.place, 0
    while (batch := reading.attempt(lambda: next(batches, None), rows)) is not None:
        count = batch.num_rows
        places = pa.array(np.arange(rows + 1, rows + count + 1))
        added = [pa.repeat(label, count), places, pa.nulls(count, pa.string())]
        table = pa.Table.from_arrays([*batch.columns, *added], schema=schema)
        _put(engine, f"INSERT INTO {quoted(name)} SELECT * FROM kit_batch", table)
        rows += count
    return rows


def _put(engine: Any, statement: str, batch: pa.Table) -> None:
    engine.register("kit_batch", batch)
    try:
        engine.execute(statement)
    finally:
        engine.unregister("kit_batch")


def _settle_numbers(engine: Any, name: str, columns: list[Column]) -> None:
    """Decimals without a declared size came as text. They become floats, unless one is a whole number that a
    float would change: an identifier of twenty digits stays text."""
    for column in columns:
        if column.unsized:
            own = quoted(column.name)
            long = f"{own} NOT LIKE '%.%' AND abs(try_cast({own} AS DOUBLE)) > {EXACT_IN_FLOAT}"
            (found,) = engine.execute(f"SELECT count(*) FROM {quoted(name)} WHERE {long}").fetchone()
            if not found:
                engine.execute(f"ALTER TABLE {quoted(name)} ALTER {own} TYPE DOUBLE")
