"""The engine that holds a client's rows while they are worked on: DuckDB here, Spark, or the warehouse they are in.

Everything from a row as it came to one row a customer is an Ibis expression, so that any of them can do it. What an
engine must do beyond that is to keep tables where a later session of it finds them, and to take in what was read
from files.
"""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pandas as pd
from ibis.common.exceptions import IbisError
from ibis.expr.types import Table

from helpers.data.urls import database_label, is_warehouse, parse_url
from helpers.errors import InputError, nearest

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
PREFIX = "kit_"  # of every table that is kept in a warehouse
# Where a package that somebody has imported keeps the errors it raises.
_ERRORS = {
    "pyspark.errors": "PySparkException",
    "snowflake.connector.errors": "Error",
    "google.api_core.exceptions": "GoogleAPIError",
    "google.auth.exceptions": "GoogleAuthError",
}


class Engine(Protocol):
    """One session of an engine, for one reading of a client's data, whose tables are kept in a folder of its own."""

    con: Any  # the Ibis connection
    reads_files: bool  # whether client's files are read by its own connection; else `take` brings them in

    def take(self, table: Table, name: str) -> Table:
        """Rows that were read from files, in this engine; each has kit_file and kit_row where it `reads_files` not."""
        ...

    def store(self, rows: Table, name: str) -> Table:
        """Keep rows under a name; what is returned names the place itself, so that its SQL holds in any session."""
        ...

    def bring(self, frame: pd.DataFrame, name: str) -> Table:
        """A frame as a table that is kept like any other."""
        ...

    def hold(self, rows: Table, name: str) -> Table:
        """Compute rows once, for this session."""
        ...

    def sql(self, table: Table) -> str:
        """What `open` takes in a later session."""
        ...

    def open(self, sql: str) -> Table: ...

    def drop(self) -> None:
        """Remove what is kept elsewhere than in the folder."""
        ...

    def close(self) -> None: ...


def open_engine(name: str, folder: Path, *, as_written: bool = False) -> Engine:
    """A session of an engine, "duckdb", "spark" or the URL of a warehouse, that keeps its tables for `folder`.

    `as_written` is for the reading of sources, see `duck.connect`. Raises InputError for an engine that is not
    installed, cannot be started or reached, or that nobody knows.
    """
    if name == DUCKDB:
        from helpers.data.engines.duck import DuckEngine

        return DuckEngine(folder, as_written=as_written)
    if name == SPARK or (is_warehouse(name) and parse_url(name).engine == SPARK):
        if find_spec("pyspark") is None:
            raise InputError(
                "Spark is not installed here",
                where="engine: spark",
                mend='Install it: pip install "customer-report-kit[spark]".',
            )
        from helpers.data.engines.spark import SparkEngine

        return SparkEngine(folder, remote="" if name == SPARK else name)
    if is_warehouse(name):
        from helpers.data.engines.warehouse import WarehouseEngine, connect

        return WarehouseEngine(connect(name), folder, database_label(name))
    hint = nearest(name, ENGINES)
    raise InputError(
        f'There is no engine called "{name}"',
        where="engine",
        allowed=", ".join(ENGINES),
        mend=f'Did you mean "{hint}"?' if hint else "",
    )


def discard(name: str, folder: Path) -> None:
    """Remove a folder that an engine kept tables for, and the tables; raises InputError where they stay behind."""
    if folder.is_dir() and is_warehouse(name) and parse_url(name).engine != SPARK:
        engine = open_engine(name, folder)
        try:
            engine.drop()
        finally:
            engine.close()
    shutil.rmtree(folder, ignore_errors=True)


def errors_of_engines() -> tuple[type[Exception], ...]:
    """What an engine raises when it cannot compute an expression."""
    found = [getattr(sys.modules[module], name) for module, name in _ERRORS.items() if module in sys.modules]
    return (IbisError, duckdb.Error, *found)
