"""Shares of R-squared from correlation matrices: LMG, that is Shapley's value, and Johnson's relative weights.

LMG (Lindeman, Merenda and Gold 1980; Groemping 2006, "Relative Importance for Linear Regression in R: The Package
relaimpo", J. Stat. Software 17(1)): the rise in R-squared when a driver joins the model, averaged over every order in
which the drivers can join. The shares are never negative and sum to R-squared, also when drivers correlate. Johnson
(2000, Multivariate Behavioral Research 35(1)): shares of the nearest uncorrelated stand-ins, dealt back to the drivers.

Matrices have the target last.
"""

from math import comb

import numpy as np

MAX_EXACT = 20  # drivers; all models of 20 take 2^20 numbers for a matrix, and a tenth of a second

_AT_A_TIME = 2**17  # models times matrices worked on at once: the arrays stay near the cache


def shapley_shares(correlations: np.ndarray) -> np.ndarray:
    """LMG shares (sets, drivers) from correlations (sets, drivers + 1, drivers + 1), over all 2^drivers models."""
    k = correlations.shape[1] - 1
    sizes = _count_bits(k)
    # Shapley's weight of a set of s drivers joined by one more: s! (k - 1 - s)! / k!. None joins where all are in.
    joining = np.array([*(1 / (k * comb(k - 1, s)) for s in range(k)), 0.0])
    losing = joining[sizes]
    gained = np.where(sizes > 0, joining[sizes - 1], 0.0)
    chunks = np.array_split(correlations, -(-len(correlations) * 2**k // _AT_A_TIME))
    return np.maximum(np.concatenate([_fold(leave_variance(c), gained, losing) for c in chunks if len(c)]), 0)


def _fold(left: np.ndarray, gained: np.ndarray, losing: np.ndarray) -> np.ndarray:
    """Shapley values (sets, drivers) of the variance taken away, from that left (2^drivers, sets).

    A driver's value is the sum over models with it of gained * v, less that over models without it of losing * v; so it
    is the sum over models with it of (gained + losing) * v, less a sum that all share. The sums over the models with
    each driver come by halving: the upper half has the last driver, and both halves added leave the others.
    """
    v = -left
    both = v * (gained + losing)[:, None]
    values = np.empty((v.shape[1], (len(v) - 1).bit_length()))
    for driver in reversed(range(values.shape[1])):
        without, within = np.split(both, 2)
        values[:, driver] = within.sum(axis=0)
        both = without + within
    return values - (losing @ v)[:, None]


def leave_variance(correlations: np.ndarray, blocks: list[int] | None = None) -> np.ndarray:
    """The target's variance left by each model (2^blocks, sets); bit j of the row says that block j is in.

    blocks: how many drivers, in the order of the matrix, join together; one each where not given. Blocks are decided
    one after the other. Leaving one out drops its rows and columns, taking it in leaves the Schur complement; either
    way the matrices shrink as their number doubles, so all models together cost little more than the last doubling.
    """
    matrices = np.ascontiguousarray(
        correlations.transpose(1, 2, 0)
    )  # the many last, so that numpy's inner loop is long
    for size in blocks or [1] * (len(matrices) - 1):
        within = matrices
        for _ in range(size):
            link = within[0, 1:]
            within = within[1:, 1:] - (link / within[0, 0])[:, None] * link[None]
        matrices = np.concatenate([matrices[size:, size:], within], axis=2)
    return matrices[0, 0].reshape(-1, len(correlations))


def order_shares(correlations: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """The rise in R-squared when a driver joins, averaged over the orders given: (sets, drivers).

    orders: (orders, drivers), each a permutation. In the Cholesky factor of the matrix in that order, the target's row
    holds the square roots of the rises. An estimate of Shapley's value where the orders are drawn at random, of Owen's
    where they keep groups together.
    """
    k = correlations.shape[1] - 1
    orders = np.column_stack([orders, np.full(len(orders), k)])
    shares = np.zeros((len(correlations), k))
    for order in orders:
        rises = np.linalg.cholesky(correlations[:, order[:, None], order])[:, -1, :-1] ** 2
        shares[:, order[:-1]] += rises
    return shares / len(orders)


def draw_orders(groups: np.ndarray, count: int, seed: int = 0) -> np.ndarray:
    """`count` random orders (count, drivers) in which each group (drivers,) joins as one; every second one is the one
    before turned round, which takes most of the chance out of the average."""
    rng = np.random.default_rng(seed)
    _, groups = np.unique(groups, return_inverse=True)
    drawn = []
    for _ in range(-(-count // 2)):
        order = np.lexsort([rng.random(len(groups)), rng.permutation(groups.max() + 1)[groups]])
        drawn += [order, order[::-1]]
    return np.array(drawn[:count])


def johnson_weights(correlations: np.ndarray) -> np.ndarray:
    """Johnson's relative weights (sets, drivers); they sum to R-squared."""
    among, with_target = correlations[:, :-1, :-1], correlations[:, :-1, -1:]
    values, vectors = np.linalg.eigh(among)
    loadings = (vectors * np.sqrt(values)[:, None, :]) @ vectors.transpose(0, 2, 1)
    return (loadings**2 @ np.linalg.solve(loadings, with_target) ** 2)[..., 0]


def _count_bits(k: int) -> np.ndarray:
    """How many of k bits are set in each number below 2^k."""
    counts = np.zeros(1, dtype=np.int64)
    for _ in range(k):
        counts = np.concatenate([counts, counts + 1])
    return counts
