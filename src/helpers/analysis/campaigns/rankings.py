"""Orderings of customers by what a contact should add, each made by a model that has not seen the customer.

Customers are dealt into folds; those of a fold are ranked by what the other folds show, and within their fold only
(0-1, the highest first to contact). Where the others show no difference all have the same rank.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from helpers.analysis.campaigns.shrinkage import shrink

FOLDS = 5
SEED = 20060911  # any number will do, the same one each time
MOST_SPLITS, ENOUGH = 10, 50_000  # splits into folds whose ranks are averaged; one will do with so many customers
MOST_VALUES = 20  # of a text; the others are one
PENALTY = 0.01  # of a coefficient, as a share of the customers it is estimated from


def rank_by_segment(outcome: np.ndarray, treated: np.ndarray, segments: pd.Series, seed: int = SEED) -> np.ndarray:
    """Ranks (n,) in 0-1 by the segment's lift in the other folds, drawn towards the lift of all."""
    code, names = pd.factorize(segments)
    splits = [_rank_by_segment(outcome, treated, code, len(names), fold) for fold in _splits(treated, seed)]
    return _mean(splits)


def _rank_by_segment(
    outcome: np.ndarray, treated: np.ndarray, code: np.ndarray, segments: int, fold: np.ndarray
) -> np.ndarray:
    cell = (fold * segments + code) * 2 + treated
    shape = (FOLDS, segments, 2)
    n, total, squares = (
        np.bincount(cell, weights=w, minlength=np.prod(shape)).reshape(shape)
        for w in (np.ones(len(outcome)), outcome, outcome**2)
    )
    score = np.empty(len(outcome))
    for k in range(FOLDS):
        count, mean, variance = _moments(n.sum(0) - n[k], total.sum(0) - total[k], squares.sum(0) - squares[k])
        error = np.sqrt((variance / np.maximum(count, 1)).sum(1))
        error[(count < 2).any(1)] = np.nan
        found = shrink(mean[:, 1] - mean[:, 0], error).values
        score[fold == k] = found[code[fold == k]]
    return _within(np.nan_to_num(score), fold)


def rank_by_features(outcome: np.ndarray, treated: np.ndarray, x: np.ndarray, seed: int = SEED) -> np.ndarray:
    """Ranks (n,) in 0-1 by the difference of two ridge regressions, one of the contacted and one of those held out.

    Künzel, Sekhon, Bickel and Yu (2019), "Metalearners for estimating heterogeneous treatment effects using machine
    learning", PNAS 116 (the T-learner). `x` as from `design`.
    """
    with threadpool_limits(limits=1, user_api="blas"):  # small products: threads would wait for each other
        return _mean([_rank_by_features(outcome, treated, x, fold) for fold in _splits(treated, seed)])


def _rank_by_features(outcome: np.ndarray, treated: np.ndarray, x: np.ndarray, fold: np.ndarray) -> np.ndarray:
    grams, crosses = np.zeros((2, FOLDS, x.shape[1], x.shape[1])), np.zeros((2, FOLDS, x.shape[1]))
    for side in (0, 1):
        for k in range(FOLDS):
            rows = (fold == k) & (treated == side)
            grams[side, k], crosses[side, k] = x[rows].T @ x[rows], x[rows].T @ outcome[rows]
    score = np.empty(len(outcome))
    for k in range(FOLDS):
        held_out, contacted = (ridge(grams[s].sum(0) - grams[s, k], crosses[s].sum(0) - crosses[s, k]) for s in (0, 1))
        score[fold == k] = x[fold == k] @ (contacted - held_out)
    return _within(score.round(12), fold)


def ridge(gram: np.ndarray, cross: np.ndarray) -> np.ndarray:
    """Coefficients (p,) from X'X and X'y, the first column being ones, which is not penalised."""
    penalty = np.full(len(gram), PENALTY * gram[0, 0])
    penalty[0] = 0
    return np.linalg.solve(gram + np.diag(penalty), cross)


def design(features: pd.DataFrame) -> np.ndarray:
    """A column of ones, numbers as their ranks, so that one huge value is no more than the largest, and texts as one
    column a value; what is not known has a column too. Columns that do not vary are left out; the others have mean 0
    and a standard deviation of 1."""
    columns = []
    for name in features:
        values = features[name]
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            rank = values.astype("float64").rank(pct=True)
            columns += [rank.fillna(rank.mean()).fillna(0).to_numpy(), values.isna().to_numpy("float64")]
        else:
            text = values.astype("string").fillna("")
            often = text.value_counts().index[:MOST_VALUES]
            columns += [(text == value).to_numpy("float64") for value in sorted(often)]
    stacked = np.column_stack([np.zeros(len(features)), *columns])
    spread = stacked.std(0)
    varied = stacked[:, spread > 1e-9]
    return np.column_stack([np.ones(len(features)), (varied - varied.mean(0)) / varied.std(0)])


def _splits(treated: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """Splits into folds: the fewer customers, the more, as one split of few is a matter of luck."""
    rng = np.random.default_rng(seed)
    for _ in range(min(MOST_SPLITS, max(1, ENOUGH // len(treated)))):
        yield _folds(treated, rng)


def _mean(ranks: list[np.ndarray]) -> np.ndarray:
    return np.round(np.stack(ranks).mean(axis=0), 9)


def _folds(treated: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A fold for each customer, of equal size among the contacted and among those held out."""
    fold = np.empty(len(treated), dtype="int64")
    for side in (False, True):
        rows = np.flatnonzero(treated == side)
        fold[rng.permutation(rows)] = np.arange(len(rows)) % FOLDS
    return fold


def _moments(n: np.ndarray, total: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mean = total / np.maximum(n, 1)
    variance = np.maximum(squares - n * mean**2, 0) / np.maximum(n - 1, 1)
    return n, mean, variance


def _within(score: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The place of each score within its fold, equal ones in the middle of theirs: all equal are all at one half."""
    by_fold = pd.Series(score).groupby(fold)
    return ((by_fold.rank(method="average") - 0.5) / by_fold.transform("size")).to_numpy()
