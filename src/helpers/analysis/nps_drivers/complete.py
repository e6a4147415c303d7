"""Ratings as a matrix without blanks, for methods that look at single answers.

A blank rating is filled by what the answer's other ratings let one expect, linearly, from the pairwise covariances of
ratings (Buck 1960, "A Method of Estimation of Missing Values in Multivariate Data", J. R. Statist. Soc. B 22(2)). The
score takes no part in it, so that a filled rating knows nothing of it. Complete answers stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError

FLAT = 1e-9  # share of a rating's variance that the others leave, below which it follows from them
_CHUNK = 2_000


@dataclass(frozen=True)
class Complete:
    """drivers: those that can be told apart; x: ratings (answers, drivers), blanks filled; given: which were given."""

    drivers: list[str]
    x: np.ndarray
    given: np.ndarray
    y: np.ndarray  # the score
    kinds: np.ndarray  # 0 detractor, 1 passive, 2 promoter
    weights: np.ndarray  # mean 1
    rows: np.ndarray  # which of the rows given are these answers
    left_out: dict[str, str]  # ratings that cannot be judged, and why: "constant", or the driver it repeats

    @property
    def answers(self) -> int:
        return len(self.x)

    @property
    def filled_share(self) -> float:
        """Share of the ratings that are filled, 0-1."""
        return float(1 - self.given.mean()) if self.given.size else 0.0


KINDS = ("detractors", "passives", "promoters")


def complete_ratings(
    rows: pd.DataFrame, drivers: Sequence[str], *, target: str = "score", use_weights: bool = False
) -> Complete:
    """Answers ready for a model: those with a target, a weight above zero and a quarter of the drivers rated,
    two where there are two.

    rows: target, nps_group, a column a driver, and weight if weights are to be used. A driver that is constant, or
    follows from those before it, is left out and named. Raises InputError on a missing column and on weights that are
    negative or all zero.
    """
    needed = [target, "nps_group", *drivers]
    if missing := [name for name in needed if name not in rows]:
        raise InputError(
            f"column {missing[0]!r} is missing", where="ratings", allowed=", ".join(map(str, rows.columns))
        )
    weights = np.ones(len(rows))
    if use_weights and "weight" in rows:
        weights = rows["weight"].fillna(0.0).to_numpy(float)
        if len(weights) and (weights.min() < 0 or weights.max() <= 0):
            raise InputError("survey weights are negative, or all of them are zero", where="weight", allowed="above 0")
    x = rows[list(drivers)].to_numpy(float)
    kept = ~np.isnan(rows[target].to_numpy(float)) & (weights > 0)
    rated = ~np.isnan(x)
    asked = int(rated.any(axis=0).sum())  # what nobody was asked cannot be missed
    kept &= (rated.sum(axis=1) >= max(asked / 4, min(asked, 2))) & (asked > 0)
    x, weights = x[kept], weights[kept]
    given = ~np.isnan(x)
    usable, left_out = _tell_apart(x, given, list(drivers))
    x, given = x[:, usable], given[:, usable]
    kinds = pd.Categorical(rows["nps_group"], categories=list(KINDS)).codes[kept].astype(int)
    return Complete(
        [name for name, used in zip(drivers, usable, strict=True) if used],
        _fill(x, given),
        given,
        rows[target].to_numpy(float)[kept],
        kinds,
        weights / weights.mean() if len(weights) else weights,
        kept,
        left_out,
    )


def _tell_apart(x: np.ndarray, given: np.ndarray, drivers: list[str]) -> tuple[np.ndarray, dict[str, str]]:
    """Which ratings vary and do not follow from those before them, and what is wrong with the others."""
    usable, left_out = np.zeros(len(drivers), dtype=bool), {}
    covariance = _covariance(x, given)
    for j, name in enumerate(drivers):
        if not covariance[j, j] > 0:
            left_out[name] = "constant"
            continue
        before = np.flatnonzero(usable)
        among, link = covariance[np.ix_(before, before)], covariance[before, j]
        slopes = np.linalg.solve(among, link) if len(before) else np.zeros(0)
        if covariance[j, j] - link @ slopes <= FLAT * covariance[j, j] and given[:, before].all():
            left_out[name] = drivers[before[np.abs(slopes).argmax()]]
            continue
        copies = [i for i in before if _same(x[:, i], x[:, j])]
        if copies:
            left_out[name] = drivers[copies[0]]
            continue
        usable[j] = True
    return usable, left_out


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether one rating is a straight function of the other wherever both were given."""
    both = ~np.isnan(a) & ~np.isnan(b)
    if both.sum() < 3:
        return False
    a, b = a[both] - a[both].mean(), b[both] - b[both].mean()
    return bool((a @ a) * (b @ b) * (1 - FLAT) <= (a @ b) ** 2)


def _covariance(x: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Covariances of ratings, each over the answers that give both; 0 where none does."""
    if not len(x):
        return np.zeros((x.shape[1], x.shape[1]))
    counts = given.sum(axis=0)
    means = np.where(given, x, 0).sum(axis=0) / np.maximum(counts, 1)
    centred = np.where(given, x - means, 0)
    together = given.T.astype(float) @ given
    covariance = centred.T @ centred / np.maximum(together, 1)
    spread = np.diag(covariance).copy()
    spread[spread <= 1e-12 * np.maximum(means**2, 1)] = 0
    np.fill_diagonal(covariance, spread)
    return covariance


def _fill(x: np.ndarray, given: np.ndarray) -> np.ndarray:
    """x with blanks replaced by their expectation given the answer's other ratings."""
    if given.all() or not x.size:
        return x.copy()
    means = np.where(given, x, 0).sum(axis=0) / given.sum(axis=0)
    values, vectors = np.linalg.eigh(_covariance(x, given))
    # Pairwise covariances need not fit together: what is not positive is lifted, as a small variance of its own.
    covariance = (vectors * np.maximum(values, 1e-3 * values.max())) @ vectors.T
    filled = x.copy()
    blank_rows = np.flatnonzero(~given.all(axis=1))
    identity = np.eye(x.shape[1])
    for part in np.array_split(blank_rows, max(1, -(-len(blank_rows) // _CHUNK))):
        mask = given[part].astype(float)
        centred = np.where(given[part], x[part] - means, 0.0)
        # Rows and columns of blank ratings are cut out by the mask; the identity keeps the rest solvable.
        system = covariance * mask[:, :, None] * mask[:, None, :] + identity * (1 - mask)[:, None, :]
        solved = np.linalg.solve(system, centred[..., None])[..., 0] * mask
        expected = means + solved @ covariance
        filled[part] = np.where(given[part], x[part], expected)
    return filled
