"""Upper tails of the hypergeometric distribution for very many customers at once.

A customer's n orders, k of them of a kind, are compared with all orders: of `total` orders, `kind` are of that kind.
Were the customer's orders drawn from these without regard to kind, k or more would come with the probability given
here. It is Fisher's exact test, one-sided, of the customer against all others (Fisher 1935, "The Design of
Experiments"): the customer's own orders stand in both margins, so that it holds also where there are few customers.
"""

import numpy as np
import pandas as pd
from scipy import special

_CHUNK = 2_000_000  # terms summed at a time, to bound the memory


def chance_of_as_many(k: np.ndarray, n: np.ndarray, kind: np.ndarray, total: np.ndarray) -> np.ndarray:
    """P(X >= k) of X ~ hypergeometric(total, kind, n), elementwise, all whole numbers with n, kind <= total.

    Each different quadruple is worked out once: a million customers share some thousand.
    """
    asked = pd.DataFrame({"k": k, "n": n, "kind": kind, "total": total}).astype("int64")
    place = asked.groupby(list(asked), sort=False).ngroup().to_numpy()
    unique = asked.drop_duplicates(ignore_index=True).to_numpy()
    return _tails(*unique.T)[place] if len(asked) else np.array([])


def _tails(k: np.ndarray, n: np.ndarray, kind: np.ndarray, total: np.ndarray) -> np.ndarray:
    least, most = np.maximum(0, n - (total - kind)), np.minimum(n, kind)
    tails = np.where(k <= least, 1.0, 0.0)
    open_ = np.flatnonzero((k > least) & (k <= most))
    terms = (most - k + 1)[open_]
    for chunk in np.split(open_, np.flatnonzero(np.diff(np.cumsum(terms) // _CHUNK)) + 1):
        if len(chunk):
            tails[chunk] = _sum_terms(k[chunk], n[chunk], kind[chunk], total[chunk], most[chunk])
    return np.minimum(tails, 1.0)


def _sum_terms(k: np.ndarray, n: np.ndarray, kind: np.ndarray, total: np.ndarray, most: np.ndarray) -> np.ndarray:
    """The sums of the probabilities of k, k + 1, ... most, each row with as many terms as it needs."""
    terms = most - k + 1
    start = np.cumsum(terms) - terms
    row = np.repeat(np.arange(len(k)), terms)
    x = k[row] + np.arange(len(row)) - start[row]
    logs = _log_choose(kind[row], x) + _log_choose((total - kind)[row], n[row] - x) - _log_choose(total, n)[row]
    return np.add.reduceat(np.exp(logs), start)


def _log_choose(n: np.ndarray, k: np.ndarray) -> np.ndarray:
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
