"""The kit, and scipy, as contestants of `compare_campaigns`; runs under `worker`, which says what a task is."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks import page_cells
from tests.benchmarks.measure import ROOT
from tests.benchmarks.worker import serve

CONTROL, ARMS = "No E-Mail", ("Mens E-Mail", "Womens E-Mail")
REPLICATES, CONFIDENCE = 10_000, 0.95
BATCH = 100  # the fastest for scipy of 10, 100 and 1,000, the larger of which do not stay in the cache
Work = tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]


def _spend(source: Path) -> dict[str, np.ndarray]:
    frame = pd.read_csv(source, usecols=["segment", "spend"])
    return {str(arm): rows.to_numpy(float) for arm, rows in frame.groupby("segment")["spend"]}


def _told(out: Path) -> Callable[[Any], dict[str, Any]]:
    def tell(bounds: list[tuple[float, float]]) -> dict[str, Any]:
        np.save(out, np.array(bounds))
        return {"bounds": [list(map(float, pair)) for pair in bounds]}

    return tell


def kit_lift(source: Path, out: Path) -> Work:
    """Both arms' lifts in spend over the control, each with its BCa interval."""
    from helpers.analysis.campaigns.bootstrap import bootstrap
    from helpers.analysis.campaigns.intervals import Sample

    spend = _spend(source)

    def work() -> list[tuple[float, float]]:
        samples = {arm: Sample(values) for arm, values in spend.items()}
        found = [bootstrap(samples[arm], samples[CONTROL], CONFIDENCE, resamples=REPLICATES) for arm in ARMS]
        return [(each.low, each.high) for each in found]

    return work, _told(out)


def scipy_lift(source: Path, out: Path) -> Work:
    """The same by scipy.stats.bootstrap."""
    from scipy import stats

    spend = _spend(source)

    def difference(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
        return a.mean(axis=axis) - b.mean(axis=axis)

    def work() -> list[tuple[float, float]]:
        bounds = []
        for arm in ARMS:
            found = stats.bootstrap(
                (spend[arm], spend[CONTROL]),
                difference,
                n_resamples=REPLICATES,
                confidence_level=CONFIDENCE,
                method="BCa",
                batch=BATCH,
                vectorized=True,
                rng=np.random.default_rng(1),
            )
            bounds.append((found.confidence_interval.low, found.confidence_interval.high))
        return bounds

    return work, _told(out)


def kit_campaigns(source: Path, out: Path) -> Work:
    """Every cell of the page on campaigns; `source` is a parameter file, in a project of its own."""
    return _page("06_campaigns", source, out)


def kit_returns(source: Path, out: Path) -> Work:
    """Every cell of the page on what segmentation earns."""
    return _page("06_roi", source, out)


def _page(name: str, source: Path, out: Path) -> Work:
    page_cells.PARAMS = str(source)
    work, tell = page_cells.page(ROOT / "notebooks" / f"{name}.ipynb", out)
    return work, lambda spent: {**tell(spent), "folder": os.fspath(out)}


if __name__ == "__main__":
    serve({task.__name__: task for task in (kit_lift, scipy_lift, kit_campaigns, kit_returns)})
