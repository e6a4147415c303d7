"""A look at the tables of a client's database or warehouse before anything is known of them.

Only a sample comes over, and of a column of dates each value once, with its rows: the rest is counted where it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
from ibis.expr.types import Table
from sqlglot import exp

from helpers.data.engines import Engine, errors_of_engines
from helpers.data.guess.names import named_after_a_table
from helpers.data.guess.sampling import FIRST_ROWS, ROWS, SPREAD_ROWS, VALUE, Sample
from helpers.data.reading import SOURCE_ROW
from helpers.data.reading.databases import Reading, load_rows, open_database, table_sql
from helpers.data.reading.drivers import Session
from helpers.data.reading.warehouses import hash_rows, list_warehouse, warehouse_rows
from helpers.data.spec import PartSpec
from helpers.data.urls import database_label, is_warehouse, redact
from helpers.errors import InputError, first_line

MOST_TABLES = 40  # looked at in one database
_PLACE = "kit_place"


def sample_database(
    con: Any, start: Callable[[str], Engine], source: str, asked: str, name: str
) -> tuple[list[Sample], list[str]]:
    """A sample of the table `asked` for, or else of each table of a database that has rows; and those that were not
    looked at, each with why.

    `con` is the engine that holds what is brought over, in tables whose names begin with `name`. `start` gives the
    session of a warehouse. Raises InputError, without secrets, for a database that cannot be read, that has no tables
    or no rows, and for a table that is not there.
    """
    engine = start(source) if is_warehouse(source) else None
    there = [asked] if asked else _list_tables(source, engine)
    tables, beyond = _likely_first(there)
    samples, left_out = [], []
    for i, table in enumerate(tables):
        part = PartSpec(source, table=table)
        try:
            taken = _in_warehouse(engine, part) if engine else _in_database(con, part, f"{name}_{i}")
        except InputError as error:
            if asked:
                raise
            left_out.append(str(error))
            continue
        frame, rows, count_values = taken
        if rows:
            samples.append(Sample(source, frame, rows, count_values, table=table, named=bool(asked)))
        else:
            left_out.append(f"{part.place}: has no rows")
    label = database_label(source)
    if beyond:
        left_out.append(f"{label}: {len(beyond)} more tables were not looked at; name one as <URL>#{beyond[0]}")
    if not samples:
        said = "; ".join(left_out[:3])
        raise InputError(f"There is no table with rows: {said}" if said else "The database has no tables", where=label)
    return samples, left_out


def _likely_first(tables: list[str]) -> tuple[list[str], list[str]]:
    """As many tables as are looked at, those first that are called like a table of the kit; and the others."""
    ranked = sorted(tables, key=lambda table: not named_after_a_table(table.rpartition(".")[2]))
    return sorted(ranked[:MOST_TABLES]), ranked[MOST_TABLES:]


def _list_tables(source: str, engine: Engine | None) -> list[str]:
    part = PartSpec(source)
    if engine:
        with _in_words(part):
            return list_warehouse(engine)
    with open_database(part) as (reading, session):
        return list(reading.attempt(session.tables))


_Taken = tuple[pd.DataFrame, int, Callable[[str], Table]]


def _in_database(con: Any, part: PartSpec, name: str) -> _Taken:
    """The first rows of a table and as many spread over the rest, in the order the database gives them."""
    with open_database(part) as (reading, session):
        sql = table_sql(reading, session)
        rows = reading.attempt(lambda: session.count(sql))
        if rows > FIRST_ROWS + SPREAD_ROWS:
            sql = _spread(reading, session, sql, rows // SPREAD_ROWS)
        load_rows(con, name, reading, session, sql)
    stored = con.table(name)
    text = {column: stored[column].cast("string") for column in stored.columns if not column.startswith("kit_")}
    frame = stored.order_by(SOURCE_ROW).select(**text).execute()
    return frame, rows, lambda column: _count_in_database(con, part, column, f"{name}_{column}")


def _spread(reading: Reading, session: Session, sql: str, step: int) -> str:
    columns = ", ".join(_quoted(c.name, session) for c in reading.attempt(lambda: session.columns(sql)))
    numbered = f"SELECT kit_table.*, ROW_NUMBER() OVER () AS {_PLACE} FROM ({sql}) AS kit_table"
    wanted = f"{_PLACE} <= {FIRST_ROWS} OR {_PLACE} % {step} = 0"
    return f"SELECT {columns} FROM ({numbered}) AS kit_numbered WHERE {wanted} ORDER BY {_PLACE}"


def _count_in_database(con: Any, part: PartSpec, column: str, name: str) -> Table:
    with open_database(part) as (reading, session):
        sql = table_sql(reading, session)
        (found,) = (c for c in reading.attempt(lambda: session.columns(sql)) if c.name == column)
        value = quoted = _quoted(column, session)
        if pa.types.is_timestamp(found.type) or pa.types.is_date(found.type):
            value = f"CAST({found.sql or quoted} AS DATE)"  # the day is enough, and there are fewer of them
        counted = f"SELECT {value} AS {VALUE}, COUNT(*) AS kit_count FROM ({sql}) AS kit_table"
        load_rows(con, name, reading, session, f"{counted} WHERE {quoted} IS NOT NULL GROUP BY 1")
    stored = con.table(name)
    return stored.select(**{VALUE: stored[VALUE], ROWS: stored["kit_count"]})


def _in_warehouse(engine: Engine, part: PartSpec) -> _Taken:
    """Rows chosen by their hash: a warehouse has no first ones."""
    wanted = FIRST_ROWS + SPREAD_ROWS
    with _in_words(part):
        table = warehouse_rows(engine, part)
        rows = int(table.count().execute())
        chosen = table if rows <= wanted else table.filter(hash_rows(table) % max(2, rows // wanted) == 0)
        frame = chosen.select(**{c: chosen[c].cast("string") for c in table.columns}).limit(wanted).execute()

    def count_values(column: str) -> Table:
        value = table[column].date() if table[column].type().is_timestamp() else table[column]
        counted = table.group_by(value.name(VALUE)).aggregate(rows=lambda t: t.count())
        with _in_words(part):
            return ibis.memtable(counted.filter(counted[VALUE].notnull()).to_pyarrow())

    return frame, rows, count_values


@contextmanager
def _in_words(part: PartSpec) -> Iterator[None]:
    try:
        yield
        return
    except errors_of_engines() as error:
        said = redact(first_line(error), part.source)
    raise InputError(f"The warehouse refuses to read this: {said}", where=part.place)


def _quoted(name: str, session: Session) -> str:
    return str(exp.to_identifier(name, quoted=True).sql(dialect=session.dialect))
