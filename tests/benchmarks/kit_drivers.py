"""The kit as a contestant of `compare_drivers`; runs under `worker`, which says what a task is."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks import page_cells
from tests.benchmarks.measure import ROOT
from tests.benchmarks.worker import serve

BUCKETS = 400
Work = tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]


def _measure(source: Path, out: Path, buckets: int) -> Work:
    from helpers.analysis.nps_drivers.drivers import collect_moments, measure_drivers

    with np.load(source) as found:
        frame = pd.DataFrame({name: found[name] for name in found.files})
    names = [name for name in frame if name != "y"]

    def work() -> Any:
        return measure_drivers(collect_moments(frame, "y", names, buckets=buckets), "y", names)

    def told(result: Any) -> dict[str, Any]:
        table = result.drivers.set_index("driver").loc[names]
        np.save(out, table["lmg"].to_numpy())
        return {"intervals": bool(table["lmg_low"].notna().all())}

    return work, told


def kit_shares(source: Path, out: Path) -> Work:
    """From answers to exact shares, Johnson's weights and coefficients; too few buckets for intervals."""
    return _measure(source, out, 1)


def kit_bootstrap(source: Path, out: Path) -> Work:
    """The same with intervals of shares, ranks and performance from 1,000 replicates."""
    return _measure(source, out, BUCKETS)


def kit_page(source: Path, out: Path) -> Work:
    """Every cell of the page on recommendation; `source` is a parameter file, in a project of its own."""
    page_cells.PARAMS = str(source)
    work, tell = page_cells.page(ROOT / "notebooks" / "05_nps_drivers.ipynb", out)
    return work, lambda spent: {**tell(spent), "cells": tell(spent)["cells"], "folder": os.fspath(out)}


if __name__ == "__main__":
    serve({task.__name__: task for task in (kit_shares, kit_bootstrap, kit_page)})
