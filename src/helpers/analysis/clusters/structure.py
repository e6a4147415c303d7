"""Whether there are groups at all: k-means cuts any cloud into pieces, also one that has none.

The customers' best mean silhouette is held against that of made-up customers without groups, as in Hennig and Lin
(2015, Flexible parametric bootstrap for testing homogeneity against clustering, Statistics and Computing 25): each
number keeps its own distribution where that has a single peak by Hartigan's dip test (1985, Annals of Statistics 13),
and is taken as normal where it has several; numbers hang together by their rank correlations (a Gaussian copula),
categories not at all. Over the numbers of groups tried the silhouettes are standardised by those of the made-up
customers, and the largest counts. Skewed, uniform and counted measures without groups thus stay without: of 208
simulated sets of 13 kinds, drawn after the limits below were set, 2 were called grouped (1%).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata
from sklearn.cluster import KMeans

from helpers.analysis.clusters.grouping import lean, sample, silhouettes
from helpers.analysis.clusters.space import Number, Treatment

LEVEL = 0.025  # of made-up sets that may look as grouped: none of 39
NOTICEABLE = 0.05  # of silhouette above chance: with less, what is there helps nobody
_CUSTOMERS = 400  # tested
_DRAWS = 39  # made-up sets of customers: the smallest p is then 1/40
_MOST_GROUPS = 6
_LEAST_SPREAD = 0.005  # of silhouettes between draws; below, differences say nothing
_SEVERAL_PEAKS = 0.6  # dip times the root of n, exceeded by one in a hundred uniform samples of 100 to 1,000


@dataclass(frozen=True)
class Structure:
    """found: whether customers fall into groups beyond chance (p <= .025), and noticeably (by .05 of silhouette).

    silhouette: of the customers tested, at the number of groups where it is most above chance; chance: the mean of
        made-up customers without groups, at the same number
    p: share of made-up sets, the customers' own counted among them, that look at least as grouped
    """

    found: bool
    silhouette: float
    chance: float
    p: float


def seek_structure(customers: pd.DataFrame, treatment: Treatment, seed: int = 0) -> Structure:
    """Test customers (one row each, with the features that `treatment` was fitted on); at most 400 are drawn."""
    rng = np.random.default_rng([seed, 8])
    tested = customers.iloc[sample(len(customers), _CUSTOMERS, seed)]
    X = treatment.transform(tested)
    numbers = len(treatment.numbers_)
    several = [_has_peaks(tested[n.name], n, rng) for n in treatment.numbers_]
    ends = np.cumsum([0, *[len(c.values) for c in treatment.categories_]]) + numbers
    blocks = [slice(a, b) for a, b in pairwise(ends)]
    most = min(_MOST_GROUPS, len(X) // 10, len(np.unique(X, axis=0)) - 1)
    ks = list(range(2, max(most, 2) + 1))
    with lean():
        own = _silhouettes(X, ks, rng)
        made = np.array([_silhouettes(_without_groups(X, several, blocks, rng), ks, rng) for _ in range(_DRAWS)])
    centre, spread = made.mean(axis=0), np.maximum(made.std(axis=0, ddof=1), _LEAST_SPREAD)
    ours, theirs = ((own - centre) / spread).max(), ((made - centre) / spread).max(axis=1)
    p = float((1 + (theirs >= ours).sum()) / (1 + _DRAWS))
    chance = made.mean(axis=0)
    best = int(((own - centre) / spread).argmax())
    return Structure(_holds(p, own[best] - chance[best]), float(own[best]), float(chance[best]), p)


def _holds(p: float, above: float) -> bool:
    return bool(p <= LEVEL and above >= NOTICEABLE)


def _without_groups(X: np.ndarray, several: list[bool], blocks: list[slice], rng: np.random.Generator) -> np.ndarray:
    """As many rows as X without groups: its numbers' distributions and rank correlations, its categories shuffled."""
    n, numbers = len(X), len(several)
    made = np.empty_like(X)
    if numbers:
        scores = norm.ppf((rankdata(X[:, :numbers], axis=0) - 0.5) / n)
        drawn = rng.multivariate_normal(np.zeros(numbers), np.cov(scores, rowvar=False).reshape(numbers, numbers), n)
        for j in range(numbers):
            column = X[:, j]
            if several[j]:
                made[:, j] = column.mean() + column.std() * drawn[:, j] / drawn[:, j].std()
            else:
                made[np.argsort(drawn[:, j]), j] = np.sort(column)
    for block in blocks:
        made[:, block] = X[rng.permutation(n), block]
    return made


def _silhouettes(X: np.ndarray, ks: list[int], rng: np.random.Generator) -> np.ndarray:
    """The mean silhouette of k-means for each k."""
    different = len(np.unique(X, axis=0))
    labels = []
    for k in ks:
        start = int(rng.integers(2**31))
        labels.append(KMeans(min(k, different), n_init=1, random_state=start).fit(X).labels_.astype(np.int64))
    return np.array([width.mean() for width in silhouettes(X, labels)])


def _has_peaks(values: pd.Series, number: Number, rng: np.random.Generator) -> bool:
    """Whether a measure has several peaks; whole numbers are spread over their unit first, as each is a step."""
    raw = values.to_numpy(float)
    if len(np.unique(raw)) < 2:
        return False
    if (raw % 1 == 0).all():
        raw = raw + rng.uniform(-0.5, 0.5, len(raw))
    treated = number.treat(pd.Series(raw))
    return dip(treated) * np.sqrt(len(raw)) > _SEVERAL_PEAKS


def dip(values: np.ndarray) -> float:
    """Hartigan's dip: how far a sample's distribution is from the nearest one with a single peak (1/(2n) to 1/4).

    The interval of the peak is narrowed in turns: between the greatest convex minorant of the distribution on its left
    and the least concave majorant on its right (Hartigan 1985, Applied Statistics 34, algorithm AS 217).
    """
    x, counts = np.unique(np.asarray(values, dtype=float), return_counts=True)
    upto = np.cumsum(counts) / counts.sum()  # the distribution at each value
    before = upto - counts / counts.sum()  # and just below it
    low, high, found = 0, len(x) - 1, 0.0
    while high > low:
        X, below, above = x[low : high + 1], before[low : high + 1], upto[low : high + 1]
        minorant, touched = _minorant(X, below)
        turned, points = _minorant(X[-1] - X[::-1], -above[::-1])
        majorant, touching = -turned[::-1], len(X) - 1 - points[::-1]
        lefts, rights = (majorant - minorant)[touched], (majorant - minorant)[touching]
        if rights.max() > lefts.max():
            gap, right = rights.max(), touching[rights.argmax()]
            left = touched[touched <= right][-1]
        else:
            gap, left = lefts.max(), touched[lefts.argmax()]
            right = touching[touching >= left][0]
        if gap <= found:
            break
        on_left = np.abs(minorant - above)[: left + 1].max()
        on_right = np.abs(majorant - below)[right:].max()
        found = max(found, on_left, on_right)
        if right - left == high - low:
            break
        low, high = low + left, low + right
    return float(max(found, 1 / counts.sum()) / 2)


def _minorant(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The greatest convex minorant of the points at each x, and the places where it touches them."""
    hull: list[int] = []
    for i in range(len(x)):
        while len(hull) > 1:
            a, b = hull[-2], hull[-1]
            if (x[b] - x[a]) * (y[i] - y[a]) > (y[b] - y[a]) * (x[i] - x[a]):
                break
            hull.pop()
        hull.append(i)
    return np.interp(x, x[hull], y[hull]), np.array(hull)
