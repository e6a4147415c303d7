"""Customers of campaigns, made up arm by arm."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

CONTROL = "none"


def people(
    arms: dict[str, Sequence[float]],
    campaign: str = "spring",
    control: str = CONTROL,
    metric: str = "spend",
    **more: Any,
) -> pd.DataFrame:
    """A row a customer: the outcomes of each arm, one after the other."""
    frames = [pd.DataFrame({"arm": arm, metric: np.asarray(values, float)}) for arm, values in arms.items()]
    frame = pd.concat(frames, ignore_index=True).assign(campaign=campaign, control=control)
    return frame.assign(**more)


def spending(rng: np.random.Generator, n: int, rate: float = 0.2, mean: float = 3.0) -> np.ndarray:
    """Most spend nothing, some spend much."""
    return np.where(rng.random(n) < rate, rng.lognormal(mean, 0.6, n), 0.0)
