"""The engine that holds a client's rows while they are worked on: DuckDB, within this machine's means."""

from pathlib import Path
from typing import Any

import ibis
import psutil

MEMORY_SHARE = 0.4  # of what is free: the notebook's own frames need room too


def connect(folder: Path, *, as_written: bool = False) -> Any:
    """A DuckDB of its own, in memory; what does not fit there is put aside in `folder`.

    `as_written` keeps joins the way round they are written, the large side first: of a text file the engine does
    not know the size, and would hold all of it in memory to look up a few rows.
    """
    limit = max(512, int(psutil.virtual_memory().available * MEMORY_SHARE) >> 20)
    con = ibis.duckdb.connect(memory_limit=f"{limit}MiB", temp_directory=str(folder / "overflow"))
    if as_written:
        con.raw_sql("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    return con
