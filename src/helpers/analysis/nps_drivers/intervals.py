"""How sure shares, ranks and quadrants are: a bootstrap of buckets of answers.

Answers stay in the engine, which deals them at random to some hundred buckets. A replicate draws as many buckets as
there are, with replacement, and adds their sums: the bootstrap of Efron (1979) with random groups of answers in place
of single ones (random groups: Wolter 2007, "Introduction to Variance Estimation", chapter 2). Which answers share a
bucket is chance, so the spread is that of single answers, known with the accuracy of a variance from that many
groups: with 400 buckets, widths are within some 4% of those of a bootstrap of rows. Where a replicate has fewer
buckets, spreads are widened by Student's t.

A share cannot be negative and R-squared grows with every driver, so replicates lie too high, the more the fewer answers
there are. Replicates are therefore moved by the difference between their mean and the estimate before percentiles are
taken (a percentile interval corrected for bias; relaimpo's default is the one without).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special  # stats has the same quantiles, and takes most of a second to import

from helpers.analysis.nps_drivers.lmg import draw_orders, order_shares, shapley_shares
from helpers.analysis.nps_drivers.moments import SMALLEST, Sums, clip_correlations, describe

REPLICATES = 1_000
MIN_BUCKETS = 30  # fewer say too little about a spread
MAX_IN_FULL = 15  # drivers whose every model is fitted again in each replicate
ORDERS = 400  # in place of all, beyond
MOST_LOST = 0.1  # of replicates that may be unusable, as a driver is constant in them or follows from others


@dataclass(frozen=True)
class Replicates:
    """shares, means: (replicates, drivers), moved and widened as above. Empty where there are no intervals."""

    shares: np.ndarray
    means: np.ndarray


def resample(
    sums: Sums,
    shares: np.ndarray,
    means: np.ndarray,
    groups: np.ndarray | None,
    *,
    replicates: int = REPLICATES,
    orders: int = ORDERS,
) -> Replicates:
    """Replicates of the estimated `shares` and `means` (drivers,) from sums with the target last.

    Up to 15 drivers every replicate's shares are exact (`groups` None). Beyond, they are averages over `orders` orders
    in which drivers join, the same ones in every replicate, of which only the spread about their own mean is used: what
    chance there is in the orders then falls out. `groups` (drivers,): orders keep them together, as Owen's value does.
    """
    k = len(shares)
    none = Replicates(np.empty((0, k)), np.empty((0, k)))
    buckets = len(sums.cells)
    if buckets < MIN_BUCKETS:
        return none
    cells = (_draw(buckets, replicates) @ sums.cells.reshape(buckets, -1)).reshape(replicates, *sums.cells.shape[1:])
    found = describe(cells, sums.in_pairs)
    usable = np.asarray(~found.flat.any(axis=1))
    correlations = clip_correlations(found.correlations) if sums.in_pairs else found.correlations
    usable &= np.linalg.eigvalsh(correlations[:, :-1, :-1])[:, 0] > SMALLEST * 1e-4
    if usable.mean() < 1 - MOST_LOST:
        return none
    correlations = correlations[usable]
    if k <= MAX_IN_FULL and groups is None:
        drawn_shares = shapley_shares(correlations)
    else:
        drawn_shares = order_shares(
            _positive(correlations), draw_orders(np.arange(k) if groups is None else groups, orders)
        )
    return Replicates(_move(drawn_shares, shares, buckets), _move(found.means[usable][:, :-1], means, buckets))


@lru_cache(maxsize=4)  # the same draws for the same buckets, so that like surveys have like intervals
def _draw(buckets: int, replicates: int) -> np.ndarray:
    """How often each replicate draws each bucket (replicates, buckets)."""
    drawn = np.random.default_rng(0).multinomial(buckets, np.full(buckets, 1 / buckets), size=replicates)
    return drawn.astype(float)


def _positive(correlations: np.ndarray) -> np.ndarray:
    """As `correlations`, with the target's own variance a hair above one: Cholesky's method wants some left over."""
    raised = correlations.copy()
    raised[:, -1, -1] += 1e-9
    return raised


def _move(replicates: np.ndarray, estimate: np.ndarray, buckets: int) -> np.ndarray:
    """Replicates about the estimate, as wide as Student's t for that many buckets asks for."""
    wider = special.stdtrit(buckets - 1, 0.975) / special.ndtri(0.975) * np.sqrt(buckets / (buckets - 1))
    return estimate + wider * (replicates - replicates.mean(axis=0))


def bounds(replicates: np.ndarray, estimate: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Percentile bounds (columns,) that hold the estimate; NaN where there are no replicates."""
    if not len(replicates):
        return np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    tail = (1 - confidence) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail], axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)


def rank_bounds(shares: np.ndarray, estimate: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """First and last rank (drivers,) that each driver takes in `confidence` of the replicates, 1 for the largest
    share; the rank of the estimate is always among them. NaN where there are no replicates."""
    if not len(shares):
        return np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    ranks = np.argsort(np.argsort(-shares, axis=1, kind="stable"), axis=1) + 1
    own = np.argsort(np.argsort(-estimate, kind="stable")) + 1
    tail = (1 - confidence) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return np.minimum(low, own).astype(float), np.maximum(high, own).astype(float)
