"""One module an engine whose databases can be read: how it is opened, described and streamed, read-only.

Each has `connect(url) -> Session`, `ERRORS`, the exceptions its driver raises, and `explain(error, url)`, the
sentence for one of them. What a driver says may repeat the URL: only `databases` puts it before a reader.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

BATCH_ROWS = 50_000
BATCH_BYTES = 8_000_000
LONGEST_INTEGER = 18  # digits that always fit 64 bits


@dataclass(frozen=True)
class Column:
    """A column of a source: its name there, its type in the engine here, and what reads it there."""

    name: str
    type: pa.DataType
    sql: str = ""  # the expression that delivers it, where the source converts
    unsized: bool = False  # a decimal number of any size, delivered as text


@dataclass(frozen=True)
class Explained:
    """A driver's error in words."""

    what: str
    mend: str = ""


class Session(Protocol):
    """An open database, inside one read-only transaction where the engine has them."""

    dialect: str  # sqlglot's name of its SQL

    def tables(self) -> dict[str, tuple[str, str]]:
        """Tables and views: as `table:` names them -> schema, or "" for the one that is searched, and name."""
        ...

    def columns(self, sql: str) -> list[Column]: ...

    def batches(self, sql: str, columns: list[Column]) -> Generator[pa.RecordBatch, None, None]:
        """The rows of a SELECT, in bounded pieces, in the order the database gives them."""
        ...

    def count(self, sql: str) -> int: ...

    def close(self) -> None: ...


def by_shown_name(rows: Iterable[Sequence[str]]) -> dict[str, tuple[str, str]]:
    """Rows of schema and table as `Session.tables` returns them."""
    return {f"{schema}.{table}" if schema else table: (schema, table) for schema, table in rows}


def decimal_type(precision: int | None, scale: int | None) -> tuple[pa.DataType, bool]:
    """The type for a decimal of that size, and whether it has no size: whole numbers stay exact, others are floats."""
    if precision is None or scale is None:
        return pa.string(), True
    if scale != 0:
        return pa.float64(), False
    if precision <= LONGEST_INTEGER:
        return pa.int64(), False
    return (pa.decimal128(38, 0), False) if precision <= 38 else (pa.string(), True)


def to_batch(
    rows: Sequence[Sequence[Any]], columns: list[Column], convert: Sequence[Callable[[Any], Any] | None]
) -> pa.RecordBatch:
    """Rows of Python values as one Arrow batch; `convert` makes a column's values fit its type, blanks apart."""
    arrays = []
    for values, column, to in zip(zip(*rows, strict=True), columns, convert, strict=True):
        fitting = values if to is None else [None if v is None else to(v) for v in values]
        arrays.append(pa.array(fitting, column.type))
    return pa.record_batch(arrays, names=[c.name for c in columns])
