"""Made-up ratings, and drivers measured from them, for the tests of drivers."""

import numpy as np
import pandas as pd

from helpers.analysis.nps_drivers.drivers import (
    Drivers,
    collect_moments,
    measure_drivers,
)


def measure(frame: pd.DataFrame, target: str, names: list[str]) -> Drivers:
    return measure_drivers(collect_moments(frame, target, names), target, names)


def make_ratings(rows: int, k: int, seed: int) -> tuple[pd.DataFrame, list[str]]:
    """Correlated ratings d0, d1 ... of falling weight in y, which also has noise of its own."""
    rng = np.random.default_rng(seed)
    ratings = 3 + rng.normal(size=(rows, k)) + 0.8 * rng.normal(size=(rows, 1))
    names = [f"d{i}" for i in range(k)]
    frame = pd.DataFrame(ratings, columns=names)
    return frame.assign(y=ratings @ (1 / np.arange(1, k + 1)) + 1.5 * rng.normal(size=rows)), names


def moments_by_bucket(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Moments with the buckets of the column "bucket"."""
    parts = [collect_moments(part, "y", names).assign(bucket=b) for b, part in frame.groupby("bucket")]
    return pd.concat(parts, ignore_index=True)
