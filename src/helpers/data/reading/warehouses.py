"""Sources that are a warehouse: which engine a client's rows are in, and a copy of them there that holds still.

The rows never leave the warehouse. Their types become those that other databases' rows have
(`helpers.data.reading.databases`): decimals floats, timestamps with a zone UTC without one, bytes hexadecimal text, and
what has no plain type (structs, arrays, JSON) its JSON.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import Table, Value

from helpers.data.engines import DUCKDB, PREFIX, SPARK, Engine, errors_of_engines
from helpers.data.engines.dialect import as_hexadecimal, as_json, hashed, in_utc
from helpers.data.reading import FAULT, SOURCE, SOURCE_ROW, RawFile
from helpers.data.reading.databases import check_asked, check_columns, check_query, no_rows, no_table
from helpers.data.spec import PartSpec, TableSpec
from helpers.data.urls import database_label, is_warehouse, parse_url, redact
from helpers.errors import InputError, first_line

_NUMBERED_APART = 1024  # rows are numbered in so many groups, each of them sorted on its own


def choose_engine(specs: Mapping[str, TableSpec], asked: str | None = None) -> str:
    """What `open_engine` takes: the engine asked for, else the warehouse that the sources name, else DuckDB.

    Raises InputError for sources in two warehouses, and for a warehouse where another engine is asked for.
    """
    sources = [part.source.strip() for spec in specs.values() for part in spec.parts if is_warehouse(part.source)]
    there = list(dict.fromkeys(SPARK if parse_url(s).scheme == SPARK else s for s in sources))
    if len(there) > 1:
        raise InputError(
            f"The sources name {len(there)} warehouses: {', '.join(map(_label, there))}",
            where="data",
            allowed="one warehouse; files and other databases are brought into it",
            mend="Write the same URL everywhere; `table: schema.table` names a table of another schema.",
        )
    if not there:
        return asked or DUCKDB
    kind = SPARK if there[0] == SPARK else parse_url(there[0]).engine
    if asked and asked != kind:
        raise InputError(
            f"The rows of {_label(there[0])} stay where they are, and {asked} cannot work on them there",
            where="engine",
            mend=f"Take `engine: {asked}` out: a warehouse that a source names is the engine.",
        )
    return there[0]


def _label(engine: str) -> str:
    return engine if engine == SPARK else database_label(engine)


def read_warehouse(engine: Engine, part: PartSpec, name: str) -> RawFile:
    """Copy the `table` or `query` of a part within its warehouse, so that rows keep their place while they are read.

    `kit_row` tells rows apart and is the same whenever the rows are: they are numbered in the order of all their
    columns, in groups by their hash, since no warehouse sorts billions of rows as one. Raises InputError, without
    secrets, for a table or query that is not there or is wrong, columns of one name, and no rows.
    """
    check_asked(part)
    try:
        rows = _rows(engine.con, part)
        check_columns(rows.columns, part.place)
        stored = engine.store(_numbered(_settled(rows), part.place), name)
        count = int(stored.count().execute())
    except errors_of_engines() as error:
        said = redact(first_line(error), part.source)
    else:
        if count == 0:
            raise no_rows(part)
        return RawFile(part.place, part.place, stored, count, [], 0)
    raise InputError(f"The {'table' if part.table else 'query'} cannot be read: {said}", where=part.place)


_OWN = (PREFIX, "ibis_pandas_memtable_")  # kept, and handed to the engine for a while


def list_warehouse(engine: Engine) -> list[str]:
    """The tables and views in the schema of a warehouse's URL, without the kit's own."""
    return sorted(name for name in engine.con.list_tables() if not name.startswith(_OWN))


def warehouse_rows(engine: Engine, part: PartSpec) -> Table:
    """The rows of a part where they are, with the types that `read_warehouse` gives them; nothing is copied.

    Raises InputError for a table that is not there; the engine's own errors for what else is wrong.
    """
    return _settled(_rows(engine.con, part))


def hash_rows(rows: Table) -> Value:
    """A whole number from 0 that equal rows share, and that is the same at any time."""
    texts: Iterable[Value] = (rows[column].cast("string").fill_null("") for column in rows.columns)
    return hashed(reduce(lambda left, right: left + "|" + right, texts)).abs()


def _rows(con: Any, part: PartSpec) -> Table:
    if part.query:
        return con.sql(check_query(part.query, str(con.dialect.__name__).lower(), part.place))
    *levels, bare = (part.table or "").split(".")
    place = {"database": tuple(levels) if len(levels) > 1 else levels[0]} if levels else {}
    there = con.list_tables(**place)
    folded = {known.casefold(): known for known in there}  # Snowflake spells in capitals what was named without quotes
    found = bare if bare in there else folded.get(bare.casefold())
    if found is None:
        raise no_table(part, sorted(".".join([*levels, known]) for known in there if not known.startswith(_OWN)))
    return con.table(found, **place)


def _settled(rows: Table) -> Table:
    return rows.select(**{column: _plain(rows[column]) for column in rows.columns})


def _plain(value: Value) -> Value:
    kind = value.type()
    if kind.is_decimal():
        return value if kind.scale == 0 else value.cast("float64")
    if kind.is_timestamp():
        return in_utc(value) if kind.timezone else value.cast("timestamp(6)")
    if kind.is_string() or kind.is_boolean() or kind.is_numeric() or kind.is_date():
        return value
    if kind.is_binary():
        return as_hexadecimal(value)
    if kind.is_nested() or kind.is_json():
        return as_json(value)
    return value.cast("string")


def _numbered(rows: Table, label: str) -> Table:
    columns = list(rows.columns)
    group = hash_rows(rows) % _NUMBERED_APART
    place = ibis.row_number().over(group_by=group, order_by=columns)
    number = (place.cast("float64") * _NUMBERED_APART + group + 1).cast("int64")  # Spark counts in 32 bits
    own = {SOURCE: ibis.literal(label), SOURCE_ROW: number, FAULT: ibis.null("string")}
    return rows.mutate(**own)
