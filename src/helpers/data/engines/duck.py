"""DuckDB, within this machine's means: the engine unless a parameter file names another.

How much memory it may take and where it puts what does not fit are matters of the machine, not of the client: they are
settings of the environment, KIT_MEMORY_LIMIT and KIT_TEMPORARY_FOLDER.
"""

import os
import re
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import psutil
from ibis.expr.types import Table

from helpers.errors import InputError

MEMORY, FOLDER = "KIT_MEMORY_LIMIT", "KIT_TEMPORARY_FOLDER"
ENGINES = "KIT_ENGINES"  # set by a run: how many engines are at work at the same time, and share the limit
THREADS = "KIT_THREADS"  # set by a run for its kernels, as many of which are at work as there are processors
MEMORY_SHARE = 0.4  # of what is free: the notebook's own frames need room too
LEAST_MIB = 512
# Types that another engine reading DuckDB's Parquet file understands; others travel as text.
_SHARED = re.compile(r"^(string|boolean|int(8|16|32|64)|float(32|64)|date|timestamp(\(\d\))?|decimal.*)$")


class DuckEngine:
    """A DuckDB in memory; what is kept are Parquet files in `folder`."""

    reads_files = True

    def __init__(self, folder: Path, *, as_written: bool = False) -> None:
        self.folder = folder
        self.con = connect(folder, as_written=as_written)

    def take(self, table: Table, name: str) -> Table:
        return table  # it is here already

    def store(self, rows: Table, name: str) -> Table:
        # Most texts recur often or hardly ever; looking long for those that recur costs more than it saves.
        rows.to_parquet(self.path(name), compression="lz4_raw", dictionary_size_limit=5_000)
        return read_parquet(self.con, self.path(name))

    def bring(self, frame: pd.DataFrame, name: str) -> Table:
        frame.to_parquet(self.path(name), index=False)
        return read_parquet(self.con, self.path(name))

    def hold(self, rows: Table, name: str) -> Table:
        return self.con.create_table(name, rows, temp=True, overwrite=True)

    def sql(self, table: Table) -> str:
        return str(ibis.to_sql(table, dialect="duckdb"))

    def open(self, sql: str) -> Table:
        return self.con.sql(sql)

    def path(self, name: str) -> Path:
        """Where a table of this name is kept."""
        return self.folder / f"{name}.parquet"

    def drop(self) -> None:
        """Nothing: all is in the folder."""

    def close(self) -> None:
        self.con.disconnect()


def read_parquet(con: Any, path: Path, *, numbered: bool = False) -> Table:
    """A Parquet file as a table that names the file itself, so that its SQL holds in any connection."""
    name = str(path).replace("'", "''")
    return con.sql(f"SELECT * FROM read_parquet('{name}', file_row_number = {str(numbered).lower()})")


def plain_types(table: Table) -> Table:
    """Rows as any other engine understands them from a Parquet file."""
    kinds = {c: str(kind).lstrip("!") for c, kind in table.schema().items()}
    return table.select(**{c: table[c] if _SHARED.match(k) else table[c].cast("string") for c, k in kinds.items()})


def connect(folder: Path, *, as_written: bool = False) -> Any:
    """A DuckDB of its own, in memory; what does not fit there is put aside on disk, in `folder` unless set otherwise.

    `as_written` keeps joins the way round they are written, the large side first: of a text file the engine does
    not know the size, and would hold all of it in memory to look up a few rows. Raises InputError for a setting
    that cannot be used.
    """
    threads = {"threads": int(os.environ[THREADS])} if os.environ.get(THREADS) else {}
    con = ibis.duckdb.connect(memory_limit=memory_limit(), temp_directory=str(_overflow(folder)), **threads)
    if as_written:
        con.raw_sql("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    return con


def memory_limit() -> str:
    """What one engine may take: of the whole, set or by what is free, its share."""
    given = os.environ.get(MEMORY, "").strip()
    engines = max(int(os.environ.get(ENGINES) or 1), 1)
    if not given:
        free = psutil.virtual_memory().available * MEMORY_SHARE / engines
        return f"{max(LEAST_MIB, int(free) >> 20)}MiB"
    amount = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]i?B)", given, re.IGNORECASE)
    if not amount:
        raise InputError(
            f'{MEMORY} is "{given}", which is no amount of memory', where="environment", allowed="like 4GB or 512MB"
        )
    return given if engines == 1 else f"{float(amount[1]) / engines:.3f}{amount[2]}"


def _overflow(folder: Path) -> Path:
    given = os.environ.get(FOLDER, "").strip()
    if not given:
        return folder / "overflow"
    if not Path(given).is_dir():
        raise InputError(f"{FOLDER} is {given}, a folder that is not there", where="environment", mend="Create it.")
    return Path(given) / f"kit-{os.getpid()}"
