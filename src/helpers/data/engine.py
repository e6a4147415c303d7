"""The engine that holds a client's rows while they are worked on: DuckDB, within this machine's means."""

from pathlib import Path
from typing import Any

import ibis
import psutil

MEMORY_SHARE = 0.4  # of what is free: the notebook's own frames need room too


def connect(folder: Path) -> Any:
    """A DuckDB of its own, in memory; what does not fit there is put aside in `folder`."""
    limit = max(512, int(psutil.virtual_memory().available * MEMORY_SHARE) >> 20)
    return ibis.duckdb.connect(memory_limit=f"{limit}MiB", temp_directory=str(folder / "overflow"))
