"""Made-up answers with ratings from 1 to 5, for the tests of methods that look at single answers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.analysis.nps_drivers.complete import Complete, complete_ratings

NAMES = ["a", "b", "c", "d"]


def make_answers(
    rows: int = 1500, slopes: Sequence[float] = (1.0, 0.6, 0.3, 0.0), seed: int = 1, noise: float = 1.0
) -> pd.DataFrame:
    """Ratings a, b, c ... that correlate, and a score of 0 to 10 that rises with them by `slopes` a point."""
    rng = np.random.default_rng(seed)
    k = len(slopes)
    x = np.clip(np.rint(3.5 + 0.5 * rng.normal(size=(rows, 1)) + rng.normal(size=(rows, k))), 1, 5)
    score = np.clip(np.rint(7.5 + (x - 3.5) @ np.array(slopes) + noise * rng.logistic(size=rows)), 0, 10)
    frame = pd.DataFrame(x, columns=[chr(ord("a") + i) for i in range(k)])
    return frame.assign(score=score, nps_group=group_of(score))


def group_of(score: np.ndarray) -> np.ndarray:
    return np.select([score >= 9, score >= 7], ["promoters", "passives"], "detractors")


def ready_answers(frame: pd.DataFrame, names: Sequence[str] = NAMES, **options: object) -> Complete:
    return complete_ratings(frame, list(names), **options)  # type: ignore[arg-type]
