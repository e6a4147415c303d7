"""The effect of a campaign on those it reached, held against others otherwise alike: doubly robust.

Two models are made of what was known before: how likely each customer was to be in the campaign (a logistic
regression), and what he would have bought without it (a linear one, made of the others alone). The estimate is right
if either model is: the augmented inverse-probability weighting of Robins, Rotnitzky and Zhao (1994, JASA 89), in the
form for the effect on the treated, with cross-fitting (Chernozhukov et al. 2018, Econometrics Journal 21): no
customer is judged by a model that has seen him. Standard errors come from the influence function.

Both models have a small ridge penalty on standardised columns, so that a column that tells all does not break them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.campaigns.balance import LEAST_LEVEL, levels_of

FOLDS = 5
# Of half the sum of squared coefficients of standardised columns. With few members the probabilities need more of it.
PENALTY, PENALTY_OF_LIKELY = 1.0, 10.0
MOST_LEVELS = 20  # of a category; the rarer ones are one
CERTAIN = 0.99  # a probability is not taken for more than this, since its weight is e / (1 - e)
MOST_FITTED = 20_000  # members, and others, that a model of the probability is made of
_TOP = 0.99  # quantile at which an amount is cut in the models
_STEPS, _EXACT = 50, 1e-8


@dataclass(frozen=True)
class Effect:
    """of one outcome, in its unit a member: value, error (standard), low, high"""

    value: float
    error: float
    low: float
    high: float


def effect_on_members(
    y: np.ndarray, is_member: np.ndarray, expected: np.ndarray, likely: np.ndarray, confidence: float = 0.95
) -> Effect:
    """The effect on members, given of each customer the outcome (n,), membership, the outcome expected without the
    campaign and the probability of being a member."""
    members = is_member.astype(float)
    weight = np.where(is_member, 1.0, -likely / (1 - likely))
    share = members.mean()
    parts = weight * (y - expected) / share
    value = float(parts.mean())
    error = float(np.sqrt(np.mean((parts - members * value / share) ** 2) / len(y)))
    half = float(special.ndtri(0.5 + confidence / 2)) * error
    return Effect(value, error, value - half, value + half)


def design_matrix(frame: pd.DataFrame, numbers: list[str], categories: list[str]) -> np.ndarray:
    """Standardised columns (n, k) of what was known before.

    A number gives itself, cut at its 99th percentile, its logarithm (of one plus, where none is below zero) and its
    rank; where it is not known, a column says so. A category gives a column a level with ten customers or more, at
    most twenty; blanks are a level.
    """
    columns: list[np.ndarray] = []
    for name in numbers:
        x = frame[name].to_numpy(dtype=float)
        unknown = np.isnan(x)
        if unknown.all():
            continue
        if unknown.any():
            columns.append(unknown.astype(float))
            x = np.where(unknown, np.nanmax(x), x)
        columns.append(np.minimum(x, np.quantile(x, _TOP)))
        columns.append(np.log1p(x) if x.min() >= 0 else x)
        columns.append(pd.Series(x).rank(pct=True).to_numpy())
    for name in categories:
        texts = levels_of(frame[name])
        counted = texts.value_counts()
        levels = sorted(counted[counted >= LEAST_LEVEL].index[:MOST_LEVELS])
        columns += [(texts == level).to_numpy(dtype=float) for level in levels[1:]]
    if not columns:
        return np.empty((len(frame), 0))
    x = np.column_stack(columns)
    spread = x.std(axis=0)
    x = x[:, spread > _EXACT]
    return (x - x.mean(axis=0)) / x.std(axis=0)


def deal_folds(is_member: np.ndarray, seed: int, folds: int = FOLDS) -> np.ndarray:
    """The fold (n,) of each customer: members and others are dealt out evenly."""
    fold = np.empty(len(is_member), dtype=int)
    rng = np.random.default_rng(seed)
    for side in (True, False):
        rows = np.flatnonzero(is_member == side)
        fold[rng.permutation(rows)] = np.arange(len(rows)) % folds
    return fold


def probabilities(x: np.ndarray, is_member: np.ndarray, fold: np.ndarray, most: int = MOST_FITTED) -> np.ndarray:
    """Of each customer the probability (n,) of being a member, by a model made of the other folds.

    Of more than `most` members, and others, the models are made of so many of each, drawn at random; the constant is
    then put right for that (King and Zeng 2001, Political Analysis 9).
    """
    z, y = _with_constant(x), is_member.astype(float)
    fitted = np.zeros(len(y), dtype=bool)
    rng = np.random.default_rng(0)
    for side in (is_member, ~is_member):
        fitted[rng.permutation(np.flatnonzero(side))[:most]] = True
    drawn = fitted[is_member].mean() / fitted[~is_member].mean()
    start = fit_logistic(z[fitted], y[fitted], np.zeros(z.shape[1]))
    likely = np.empty(len(y))
    for one in np.unique(fold):
        out = fold == one
        b = fit_logistic(z[fitted & ~out], y[fitted & ~out], start)
        likely[out] = special.expit(z[out] @ b - np.log(drawn))
    return likely.clip(max=CERTAIN)


def expectations(x: np.ndarray, outcomes: np.ndarray, is_member: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Of each customer the outcomes (n, m) expected without the campaign, by models made of the others of the other
    folds."""
    z = _with_constant(x)
    expected = np.empty(outcomes.shape)
    penalty = _penalty(z.shape[1], PENALTY)
    # Sums over the folds make each model's moments, so that the rows are gone through once.
    moments = {}
    for one in np.unique(fold):
        rows = (fold == one) & ~is_member
        moments[one] = (z[rows].T @ z[rows], z[rows].T @ outcomes[rows])
    inner, cross = (sum(pair[i] for pair in moments.values()) for i in (0, 1))
    for one, (own_inner, own_cross) in moments.items():
        coefficients = np.linalg.solve(inner - own_inner + penalty, cross - own_cross)
        expected[fold == one] = z[fold == one] @ coefficients
    return expected


def fit_logistic(z: np.ndarray, y: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Coefficients (k,) of a logistic regression with the ridge penalty on all but the first, by Newton's method."""
    penalty = _penalty(z.shape[1], PENALTY_OF_LIKELY)
    b, loss = start, _loss(z @ start, y, start, penalty)
    for _ in range(_STEPS):
        likely = special.expit(z @ b)
        gradient = z.T @ (likely - y) + penalty @ b
        curvature = (z * (likely * (1 - likely))[:, None]).T @ z + penalty
        step = np.linalg.solve(curvature, gradient)
        found = b - step
        while (new := _loss(z @ found, y, found, penalty)) > loss + _EXACT and np.abs(step).max() > _EXACT:
            step = step / 2
            found = b - step
        b, gain, loss = found, loss - new, new
        if gain < _EXACT * (1 + abs(loss)):
            break
    return b


def _loss(score: np.ndarray, y: np.ndarray, b: np.ndarray, penalty: np.ndarray) -> float:
    return float(np.logaddexp(0, score).sum() - y @ score + b @ penalty @ b / 2)


def _penalty(k: int, size: float) -> np.ndarray:
    """On all columns but the constant; on that next to nothing, so that the equations always have an answer."""
    return np.diag([1e-9, *[size] * (k - 1)])


def _with_constant(x: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(x)), x])
