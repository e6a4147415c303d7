"""Models that expect a score from what a customer lived through, and the columns they work on.

Three are tried, from plain to supple: ridge regression on logarithms (Hoerl and Kennard 1970), ridge on thirds of each
measure, which may rise and fall, and gradient-boosted trees (Friedman 2001, Annals of Statistics 29(5)), which may join
measures. All are fitted with weights, so that a bootstrap draws customers by weighing them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

LINEAR, STEPS, TREES = "straight lines", "steps", "trees"
MODELS = (LINEAR, STEPS, TREES)
MOST_OF_TREES = 6_000  # answers that trees are fitted to; of more, every second, third ...
_RIDGE = 10.0  # answers' worth of pull towards no difference, a column in standard deviations
_TREES: dict[str, Any] = {
    "max_iter": 80,
    "learning_rate": 0.06,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 30,
    "early_stopping": False,
    "random_state": 20_260_930,
}


@dataclass(frozen=True)
class Columns:
    """How measures become the columns of a model, as learnt from answers: by measure its lowest and highest value, the
    cuts between thirds, and whether logarithms are taken."""

    names: tuple[str, ...]
    least: np.ndarray
    most: np.ndarray
    cuts: np.ndarray  # (measures, 2)
    middle: np.ndarray
    logs: np.ndarray

    def of(self, frame: pd.DataFrame, model: str) -> np.ndarray:
        """(n, columns) of a model; values beyond those of the answers are taken as the nearest of them."""
        x = np.clip(frame[list(self.names)].to_numpy(float), self.least, self.most)
        missing = ~np.isfinite(x)
        if model == TREES:
            return np.where(missing, np.nan, x)
        if model == STEPS:
            steps = [(x > self.cuts[:, i]) & ~missing for i in (0, 1, 2)]
            return np.hstack([*steps, missing]).astype(float)
        shown = np.where(missing, self.middle, x)
        logged = np.where(self.logs, np.log1p(np.where(self.logs, shown, 0.0)), shown)
        return np.hstack([logged, missing.astype(float)])


def learn_columns(frame: pd.DataFrame, names: list[str]) -> Columns:
    """From the answers a model is fitted to. names: the measures, of which each has a value somewhere."""
    x = frame[names].to_numpy(float)
    least, most = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    cuts = np.column_stack([least, *np.nanquantile(x, [1 / 3, 2 / 3], axis=0)])
    return Columns(tuple(names), least, most, cuts, np.nanmedian(x, axis=0), least >= 0)


def fit_predict(model: str, x: np.ndarray, y: np.ndarray, weight: np.ndarray, new: np.ndarray) -> np.ndarray:
    """(n_new,) or (n_new, targets) what the model, fitted to x and y with weights, expects of `new`."""
    targets = y if y.ndim == 2 else y[:, None]
    if model == TREES:
        from sklearn.ensemble import HistGradientBoostingRegressor  # a second to import

        step = -(-len(x) // MOST_OF_TREES)
        x, targets, weight = x[::step], targets[::step], weight[::step]
        with threadpool_limits(limits=1):
            told = [HistGradientBoostingRegressor(**_TREES).fit(x, t, weight).predict(new) for t in targets.T]
        found = np.column_stack(told)
    else:
        found = _ridge(x, targets, weight, new)
    return found if y.ndim == 2 else found[:, 0]


def _ridge(x: np.ndarray, y: np.ndarray, weight: np.ndarray, new: np.ndarray) -> np.ndarray:
    share = weight / weight.sum()
    centre = share @ x
    spread = np.sqrt(share @ (x - centre) ** 2)
    used = spread > 1e-9
    z = (x[:, used] - centre[used]) / spread[used]
    mean = share @ y
    pull = (z * weight[:, None]).T
    slope = np.linalg.solve(pull @ z + _RIDGE * np.eye(int(used.sum())), pull @ (y - mean))
    return np.asarray(mean + (new[:, used] - centre[used]) / spread[used] @ slope)
