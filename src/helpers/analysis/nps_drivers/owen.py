"""Groups of like drivers, and Owen's value: shares of R-squared where each group joins the model as one.

Beyond twenty drivers there are too many models for LMG. Owen (1977, "Values of Games with a Priori Unions", in Henn and
Moeschlin, Mathematical Economics and Game Theory) averages over the orders that keep the members of a group together: a
group's share is what it brings as a whole, and is split among its members as Shapley's value splits it. With each
driver alone in its group, and with all in one, it is Shapley's value. Groups are found by average linkage on 1 -
|correlation|.
"""

from math import comb

import numpy as np
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from helpers.analysis.nps_drivers.lmg import draw_orders, leave_variance, order_shares

LIKE = 0.7  # mean absolute correlation from which drivers are alike: half of the variance is shared
MOST_MODELS = 2**20  # that an exact value may take, as LMG of twenty drivers does: a fraction of a second
ORDERS = 16_000  # drawn where it would take more: shares are then known to a tenth of a point


def group_alike(among: np.ndarray, like: float = LIKE) -> np.ndarray:
    """The group of each driver (drivers,), from their correlations (drivers, drivers): 0, 1, ... in order of the first
    member. Drivers are of one group where the mean absolute correlation between its parts is `like` or more."""
    if len(among) == 1:
        return np.zeros(1, dtype=int)
    labels = hierarchy.fcluster(_link(among), 1 - like + 1e-12, criterion="distance")
    return _renumber(labels)


def group_to_share(among: np.ndarray) -> np.ndarray:
    """Groups as `group_alike` gives, merged or split along the same tree until Owen's value takes few models.

    The cut nearest to that of like drivers whose models are MOST_MODELS or fewer; that of like drivers itself where no
    cut has so few, since orders are then drawn.
    """
    alike = group_alike(among)
    if count_models(alike) <= MOST_MODELS:
        return alike
    tree, own = _link(among), int(alike.max()) + 1
    cuts = [_renumber(hierarchy.fcluster(tree, m, criterion="maxclust")) for m in range(1, len(among) + 1)]
    costs = [count_models(cut) for cut in cuts]
    possible = [m for m, cost in enumerate(costs, 1) if cost <= MOST_MODELS]
    return cuts[min(possible, key=lambda m: abs(m - own)) - 1] if possible else alike


def count_models(groups: np.ndarray) -> int:
    """How many models Owen's value takes."""
    sizes = np.bincount(groups)
    return sum(2 ** (len(sizes) - 1 + int(size)) for size in sizes)


def owen_shares(correlations: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Owen's value (drivers,) of each driver from correlations (drivers + 1, drivers + 1), the target last.

    groups: (drivers,), numbered from 0. Over every model where MOST_MODELS suffice, else over ORDERS random orders that
    keep groups together.
    """
    if count_models(groups) > MOST_MODELS:
        return order_shares(correlations[None], draw_orders(groups, ORDERS))[0]
    shares = np.empty(len(groups))
    for group in range(groups.max() + 1):
        own = np.flatnonzero(groups == group)
        shares[own] = _share_within(correlations, groups, group, own)
    return np.maximum(shares, 0)


def _share_within(correlations: np.ndarray, groups: np.ndarray, group: int, own: np.ndarray) -> np.ndarray:
    """Owen's value of the members of one group: the other groups join as blocks, the members one by one."""
    others = [np.flatnonzero(groups == other) for other in range(groups.max() + 1) if other != group]
    order = np.concatenate([*others, own, [len(groups)]])
    blocks = [*map(len, others), *[1] * len(own)]
    left = leave_variance(correlations[np.ix_(order, order)][None], blocks)[:, 0]
    left = left.reshape([2] * len(blocks))  # the last block first, as it is the highest bit
    by_member = left.reshape(2 ** len(own), -1)
    counts = _sizes(len(others))
    m, n = len(others) + 1, len(own)
    of_others = np.array([1 / (m * comb(m - 1, s)) for s in range(m)])[counts]
    mean_left = by_member @ of_others  # (2^members,): averaged over which other groups are there already
    joined = _sizes(n)
    of_members = np.array([*(1 / (n * comb(n - 1, s)) for s in range(n)), 0.0])
    shares = np.empty(n)
    models = np.arange(2**n)
    for member in range(n):
        without = models[models >> member & 1 == 0]
        shares[member] = of_members[joined[without]] @ (mean_left[without] - mean_left[without | 1 << member])
    return shares


def _sizes(k: int) -> np.ndarray:
    return np.array([number.bit_count() for number in range(2**k)])


def _link(among: np.ndarray) -> np.ndarray:
    distances = np.clip(1 - np.abs(among), 0, 1)
    np.fill_diagonal(distances, 0)
    return hierarchy.linkage(squareform((distances + distances.T) / 2, checks=False), "average")


def _renumber(labels: np.ndarray) -> np.ndarray:
    """Labels as 0, 1, ... in order of their first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
