"""What a boosted model of the score loses when one driver's ratings are shuffled, on answers it has not seen.

Gradient-boosted trees (scikit-learn's histogram kind) bend where a linear model cannot. Permutation importance (Breiman
2001, "Random Forests", Machine Learning 45; Fisher, Rudin and Dominici 2019, JMLR 20(177)) is the rise in squared error
when a driver is shuffled among the held-out answers, as a share of the score's variance: a fall in R-squared. Every
answer is held out once, in one of five folds.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special
from threadpoolctl import threadpool_limits

from helpers.analysis.nps_drivers.complete import Complete

FOLDS = 5
SHUFFLES = 4  # of each driver in each fold; noise between shuffles is small beside that between answers
MIN_ANSWERS = 50
_MODEL = {"learning_rate": 0.08, "max_iter": 80, "max_leaf_nodes": 12, "l2_regularization": 1.0}


@dataclass(frozen=True)
class Boosted:
    """drivers: driver, boosted (fall in held-out R-squared when it is shuffled), boosted_low, boosted_high (95%),
    boosted_rank (1 = largest); in the order given. Empty where there are too few answers."""

    drivers: pd.DataFrame
    r_squared: float  # on held-out answers; below zero where the model does worse than the average score
    answers: int


def measure_boosted(ready: Complete, seed: int = 0) -> Boosted:
    """Importance of each driver in the boosted model.

    Intervals: Student's, over the answers' own rises in squared error, as each answer is held out once. They speak of
    these models, not of models fitted to other samples.
    """
    columns = {"driver": "str", "boosted": "float64", "boosted_low": "float64", "boosted_high": "float64"}
    n, k = ready.x.shape
    spread = (
        float(np.average((ready.y - np.average(ready.y, weights=ready.weights)) ** 2, weights=ready.weights))
        if n
        else 0
    )
    if n < MIN_ANSWERS or k < 1 or spread <= 0:
        empty = pd.DataFrame({name: [] for name in [*columns, "boosted_rank"]})
        return Boosted(empty.astype(columns | {"boosted_rank": "int64"}), np.nan, n)
    # Takes a second to import, and only what is loaded before can be limited to one thread.
    from sklearn.ensemble import HistGradientBoostingRegressor

    rng = np.random.default_rng(seed)
    fold = rng.permutation(n) % FOLDS
    loss, rises, naive = np.zeros(n), np.zeros((n, k)), np.zeros(n)
    with threadpool_limits(limits=1):  # many small steps: threads would wait for each other most of the time
        for held in range(FOLDS):
            test, train = np.flatnonzero(fold == held), np.flatnonzero(fold != held)
            model = _fit(HistGradientBoostingRegressor, ready, train, seed)
            y = ready.y[test]
            loss[test] = (y - model.predict(ready.x[test])) ** 2
            naive[test] = (y - np.average(ready.y[train], weights=ready.weights[train])) ** 2
            rises[test] = shuffled_rises(model, ready.x[test], y, loss[test], rng)
    mean = np.average(rises, axis=0, weights=ready.weights)
    error = np.sqrt((ready.weights[:, None] ** 2 * (rises - mean) ** 2).sum(axis=0)) / n
    half = special.stdtrit(n - 1, 0.975) * error
    frame = pd.DataFrame({"driver": ready.drivers, "boosted": mean / spread})
    frame["boosted_low"], frame["boosted_high"] = (mean - half) / spread, (mean + half) / spread
    frame["boosted_rank"] = frame["boosted"].rank(ascending=False, method="min").astype(int)
    left = np.average(loss, weights=ready.weights) / np.average(naive, weights=ready.weights)
    return Boosted(frame, float(1 - left), n)


def shuffled_rises(model: Any, x: np.ndarray, y: np.ndarray, loss: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rise of each answer's squared error over `loss` when a driver is shuffled: (answers, drivers)."""
    n, k = x.shape
    rises = np.zeros((n, k))
    for j in range(k):
        shuffled = np.tile(x, (SHUFFLES, 1))
        shuffled[:, j] = np.concatenate([rng.permutation(x[:, j]) for _ in range(SHUFFLES)])
        errors = (np.tile(y, SHUFFLES) - model.predict(shuffled)) ** 2
        rises[:, j] = errors.reshape(SHUFFLES, n).mean(axis=0) - loss
    return rises


def _fit(kind: Any, ready: Complete, train: np.ndarray, seed: int) -> Any:
    leaf = int(np.clip(len(train) // 40, 5, 40))
    model = kind(**_MODEL, min_samples_leaf=leaf, early_stopping=False, random_state=seed, max_bins=63)
    return model.fit(ready.x[train], ready.y[train], sample_weight=ready.weights[train])
