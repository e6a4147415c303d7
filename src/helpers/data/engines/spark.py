"""Spark: the one this machine is set up for, or a local one within its means.

Where SPARK_REMOTE (a Spark Connect address), SPARK_HOME or SPARK_CONF_DIR is set, the session is the one they describe,
untouched, and so is one that a source names as sc://host:port. Its workers must see the folder of the run, which is
where tables are kept as Parquet. Otherwise Spark runs inside this process, and ends with it.
"""

import hashlib
import logging
import os
import re
import threading
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb.converter import DuckDBPandasData
from ibis.backends.pyspark import Backend as SparkBackend
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.expr.operations import InMemoryTable
from ibis.expr.types import Expr, Table
from ibis.formats.pyarrow import PyArrowData
from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from helpers.data.engines import PREFIX
from helpers.data.engines.duck import FOLDER, memory_limit, plain_types
from helpers.data.urls import database_label, redact
from helpers.errors import InputError, first_line

_NAME = "customer report kit"
THEIRS = ("SPARK_REMOTE", "SPARK_HOME", "SPARK_CONF_DIR")
JAVA_NEEDED = 17
_LOGGING = Path(__file__).with_name("log4j2.properties")
_OF_NO_USE = b"Using incubator modules"  # Java says so whenever Spark starts, and cannot be told not to


class SparkEngine:
    """A Spark session; what is kept are folders of Parquet files in `folder`."""

    reads_files = False

    def __init__(self, folder: Path, *, remote: str = "") -> None:
        self.folder = folder
        _Spark.register_options()
        self.con = _Spark().connect(_session(remote))
        self.views: dict[str, str] = {}  # by name: the files they show

    def take(self, table: Table, name: str) -> Table:
        path = self.folder / f"{name}.parquet"
        plain_types(table).to_parquet(path)
        return self._read(path)

    def store(self, rows: Table, name: str) -> Table:
        path = self.folder / f"{name}.parquet"
        self.con.to_parquet_dir(rows, path)
        stored = self._read(path)
        # To Spark a number written in a query is as wide as it needs to be, to Ibis as wide as was asked for.
        wider = {c: k for c, k in rows.schema().items() if k.is_integer() and stored[c].type() != k}
        return stored.cast(wider) if wider else stored

    def bring(self, frame: pd.DataFrame, name: str) -> Table:
        path = self.folder / f"{name}.parquet"
        frame.to_parquet(path, index=False)
        return self._read(path)

    def hold(self, rows: Table, name: str) -> Table:
        return self.store(rows, f"held_{name}")

    def sql(self, table: Table) -> str:
        sql = str(ibis.to_sql(table, dialect="pyspark"))
        for view, place in self.views.items():
            sql = sql.replace(f"`{view}`", place)
        return sql

    def open(self, sql: str) -> Table:
        return self.con.table(self._view(sql))

    def drop(self) -> None:
        """Nothing: all is in the folder."""

    def close(self) -> None:
        """Nothing: a session is shared by all that this process opens, and ends with it."""

    def _read(self, path: Path) -> Table:
        name = str(path).replace("`", "``")
        view = self._view(f"SELECT * FROM parquet.`{name}`")
        self.views[view] = f"parquet.`{name}`"
        return self.con.table(view)

    def _view(self, sql: str) -> str:
        """A name in this session for the rows of a query: files are looked at once, not wherever the rows are named."""
        name = f"{PREFIX}{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
        self.con._session.sql(sql).createOrReplaceTempView(name)
        return name


class _Spark(SparkBackend):
    """Ibis' Spark, whose results come as frames through Arrow like DuckDB's: of the same types, and with any date.

    By itself it goes through nanoseconds, in which no year before 1678 or after 2261 can be told.
    """

    def execute(self, expr: Expr, /, *, params: Any = None, limit: Any = None, **kwargs: Any) -> Any:
        found = self._arrow(expr, params=params, limit=limit, **kwargs)
        plain = {name: _to_pandas(column) for name, column in zip(found.column_names, found.columns, strict=True)}
        frame = DuckDBPandasData.convert_table(pd.DataFrame(plain), expr.as_table().schema())
        return expr.__pandas_result__(frame)

    def to_pyarrow(self, expr: Expr, /, *, params: Any = None, limit: Any = None, **kwargs: Any) -> Any:
        found = self._arrow(expr, params=params, limit=limit, **kwargs)
        return expr.__pyarrow_result__(PyArrowData.convert_table(found, expr.as_table().schema()))

    def _register_in_memory_table(self, op: InMemoryTable) -> None:
        rows = op.data.to_pyarrow(op.schema)
        types = None if len(rows) else PySparkSchema.from_ibis(op.schema)  # of no rows it does not see them
        self._session.createDataFrame(rows, types).createOrReplaceTempView(op.name)

    def _arrow(self, expr: Expr, **kwargs: Any) -> pa.Table:
        self._run_pre_execute_hooks(expr)
        found = self.raw_sql(self.compile(expr.as_table(), **kwargs)).toArrow()
        # The session's clock is UTC, and the kit's timestamps carry no zone.
        at = pa.timestamp("us")
        return found.cast(pa.schema([(f.name, at if pa.types.is_timestamp(f.type) else f.type) for f in found.schema]))


def _to_pandas(column: pa.ChunkedArray) -> Any:
    return column.to_pylist() if column.null_count or pa.types.is_nested(column.type) else column.to_pandas()


def _session(remote: str) -> Any:
    builder = SparkSession.builder.appName(_NAME)
    if remote:
        builder = SparkSession.builder.remote(remote)
    try:
        if not remote and not any(os.environ.get(name) for name in THEIRS):
            builder = builder.config(map=_start_local())
        session = builder.getOrCreate()
        _ = session.version  # a remote one is not asked before
    except Exception as error:
        if remote:
            raise InputError(
                f"Spark cannot be reached: {redact(first_line(error), remote)}",
                where=database_label(remote),
                mend="Check the host, the port and the token in the URL.",
            ) from None
        raise InputError(
            f"Spark cannot be started: {first_line(error)}",
            where="engine: spark",
            mend=f"A local Spark needs Java {JAVA_NEEDED} or later; another one is named by {' or '.join(THEIRS)}.",
        ) from error
    # What it cannot do is told in a sentence; Spark would print each error with its whole stack besides.
    for context in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        logging.getLogger(context).setLevel(logging.CRITICAL)
    # What an engine does with a value it cannot read must be the same everywhere: nothing, and the caller counts it.
    session.conf.set("spark.sql.ansi.enabled", "false")
    return session


def _start_local() -> dict[str, Any]:
    """Start a Spark inside this process, unless one runs; its settings."""
    settings = _local_settings()
    if SparkContext._active_spark_context is None:
        conf = SparkConf().setAppName(_NAME).setAll([(name, str(value)) for name, value in settings.items()])
        said, says = os.pipe()
        threading.Thread(target=_pass_on, args=(said,), daemon=True).start()
        try:
            gateway = launch_gateway(conf, {"stderr": says})
        finally:
            os.close(says)
        SparkContext(conf=conf, gateway=gateway)
    return settings


def _pass_on(said: int) -> None:
    """Put what Java says on this process's standard error."""
    with os.fdopen(said, "rb") as lines:
        for line in lines:
            if _OF_NO_USE not in line:
                os.write(2, line)


def _local_settings() -> dict[str, bool | float | int | str | None]:
    """A Spark for one machine: its cores, part of its memory, no web page, and quiet."""
    megabytes = _in_megabytes(memory_limit())
    settings: dict[str, bool | float | int | str | None] = {
        "spark.master": "local[*]",
        "spark.driver.memory": f"{megabytes}m",
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 2),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOGGING.as_uri()}",
    }
    if given := os.environ.get(FOLDER, "").strip():
        settings["spark.local.dir"] = given
    return settings


def _in_megabytes(amount: str) -> int:
    found = re.fullmatch(r"([\d.]+)\s*([KMGT])i?B", amount, re.IGNORECASE)
    assert found, "memory_limit has checked it"
    return max(512, int(float(found[1]) * {"K": 1 / 1024, "M": 1, "G": 1024, "T": 1024**2}[found[2].upper()]))
