"""One k-means grouping of customers, and how good it is: separation by three indices, stability by bootstrap.

k-means runs from fifty starts, five where there are many customers. The silhouette is Rousseeuw's (1987), the others
are Calinski-Harabasz (1974) and Davies-Bouldin (1979). Stability is measured as in fpc's clusterboot (Hennig 2007,
Computational Statistics and Data Analysis 52): customers are resampled and grouped again, and a group's Jaccard is its
mean overlap with the most similar new group. From .75 it counts as stable; below .6 it should not be trusted.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from sklearn import config_context
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score
from threadpoolctl import threadpool_limits

STABLE = 0.75  # bootstrap Jaccard from which a group counts as stable

_STARTS, _FEW_CUSTOMERS = (50, 5), 2_000  # few customers take more starts: the best grouping is then surely found
_RESAMPLES = (50, 25)  # the mean Jaccard is then known to about .02; to .03 of many customers, which vary less
_MANY_CUSTOMERS, _RESAMPLED_CUSTOMERS = 4_000, 1_000  # of more than so many, so many are drawn each time
SILHOUETTE_CUSTOMERS = 5_000  # silhouettes need every pair of customers
_BLOCK = 1_000  # rows whose distances are held at once
FITTED_CUSTOMERS = 10_000  # centres are found on at most this many; the rest join the nearest centre

Fit = Callable[[np.ndarray, int], np.ndarray]  # rows and a seed -> a label of each, negative for none


@dataclass(frozen=True)
class Grouping:
    """One grouping and its quality; arrays are by customer (n) or by group (k)."""

    labels: np.ndarray  # (n,) 0..k-1
    centres: np.ndarray  # (k, columns)
    silhouettes: np.ndarray  # (n,) NaN outside the sample
    jaccard: np.ndarray  # (k,) bootstrap stability
    silhouette: float
    calinski_harabasz: float
    davies_bouldin: float
    inertia: float


@contextmanager
def lean() -> Iterator[None]:
    """scikit-learn on one thread, and without its checks, which cost as much as a small fit."""
    with threadpool_limits(limits=1), config_context(assume_finite=True, skip_parameter_validation=True):
        yield


def assess_k(X: np.ndarray, k: int, seed: int = 0, resamples: int | None = None) -> Grouping:
    """Group the rows of X (n x columns, used as they are) into k and measure the quality; seeded.

    Above 10,000 rows the centres are found, and the quality is measured, on a sample of that size; inertia is then
    scaled up to all rows. Silhouettes are taken on at most 5,000 rows. Stability: 50 bootstrap resamples, each grouped
    from a single start, repeated rows used once as clusterboot does; above 4,000 rows 25 times 1,000 different ones.
    Needs k different rows, k + 1 rows. `resamples` other than usual; with 0 stability is not measured.
    """
    return assess_ks(X, [k], seed, resamples)[k]


def assess_ks(X: np.ndarray, ks: Sequence[int], seed: int = 0, resamples: int | None = None) -> dict[int, Grouping]:
    """`assess_k` for each number of groups; all silhouettes come from one look at the distances."""
    X = np.asarray(X, dtype=float)
    # One thread: sums split over threads round differently from run to run, and ties then fall differently.
    with lean():
        some = sample(len(X), FITTED_CUSTOMERS, seed)
        S = X[some]
        starts = _STARTS[len(X) > _FEW_CUSTOMERS]
        models = {k: KMeans(k, n_init=starts, random_state=seed).fit(S) for k in ks}
        found = {k: np.asarray(model.labels_, dtype=np.int64) for k, model in models.items()}
        seen = sample(len(S), SILHOUETTE_CUSTOMERS, seed)
        widths = silhouettes(S[seen], [found[k][seen] for k in ks])
        groupings = {}
        for k, width in zip(ks, widths, strict=True):
            centres, several = models[k].cluster_centers_, len(np.unique(found[k])) > 1
            placed = np.full(len(X), np.nan)
            placed[some[seen]] = width
            groupings[k] = Grouping(
                labels=found[k] if len(S) == len(X) else nearest_centre(X, centres),
                centres=centres,
                silhouettes=placed,
                jaccard=measure_stability(S, found[k], k, np.random.default_rng([seed, k]), resamples),
                silhouette=float(np.mean(width)),
                calinski_harabasz=float(calinski_harabasz_score(S, found[k])) if several else np.nan,
                davies_bouldin=float(davies_bouldin_score(S, found[k])) if several else np.nan,
                inertia=float(models[k].inertia_) * len(X) / len(S),
            )
    return groupings


def silhouettes(X: np.ndarray, labelings: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The silhouette of each row for each labeling (labels 0.., each (n,)): NaN where all rows have one label.

    A group of one has 0, as in scikit-learn's `silhouette_samples`, which takes one labeling at a time.
    """
    counts = [int(labels.max()) + 1 for labels in labelings]
    ends = np.cumsum(counts)
    ones = np.hstack([np.eye(k)[labels] for k, labels in zip(counts, labelings, strict=True)])
    sums = np.empty((len(X), ends[-1]))
    squares = (X**2).sum(axis=1)
    for start in range(0, len(X), _BLOCK):
        block = slice(start, start + _BLOCK)
        squared = squares[block, None] + squares - 2 * X[block] @ X.T
        rows = np.arange(len(squared))
        squared[rows, rows + start] = 0  # of a row from itself; elsewhere rounding may fall below zero
        sums[block] = np.sqrt(np.maximum(squared, 0)) @ ones
    return [
        _widths(sums[:, end - k : end], ones[:, end - k : end].sum(axis=0), labels)
        for k, end, labels in zip(counts, ends, labelings, strict=True)
    ]


def _widths(sums: np.ndarray, sizes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Silhouettes from each row's summed distances to each group (n x k) and the groups' sizes."""
    if (sizes > 0).sum() < 2:
        return np.full(len(labels), np.nan)
    rows = np.arange(len(labels))
    within = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    means[rows, labels] = np.inf
    between = means.min(axis=1)
    return np.where(sizes[labels] > 1, (between - within) / np.maximum(np.maximum(between, within), 1e-300), 0.0)


def nearest_centre(X: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The number of the nearest centre of each row; rows are taken in blocks, so that memory stays small."""
    labels = np.empty(len(X), dtype=np.int64)
    squares = (centres**2).sum(axis=1)
    for start in range(0, len(X), 100_000):
        block = X[start : start + 100_000]
        labels[start : start + 100_000] = (squares - 2 * block @ centres.T).argmin(axis=1)
    return labels


def sample(n: int, size: int, seed: int) -> np.ndarray:
    """Places of `size` of n rows in order, drawn without repetition; all of them where there are no more."""
    if n <= size:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, size, replace=False))


def measure_stability(
    X: np.ndarray, labels: np.ndarray, k: int, rng: np.random.Generator, resamples: int | None = None
) -> np.ndarray:
    """Mean Jaccard (k,) of each k-means group with its nearest group in resamples; one that vanishes scores 0."""

    def again(rows: np.ndarray, seed: int) -> np.ndarray:
        return np.asarray(KMeans(k, n_init=1, random_state=seed).fit(rows).labels_)

    many = len(X) > _MANY_CUSTOMERS
    times = _RESAMPLES[many] if resamples is None else resamples
    return bootstrap_jaccard(X, labels, k, again, rng, times, _RESAMPLED_CUSTOMERS if many else 0)


def bootstrap_jaccard(
    X: np.ndarray, labels: np.ndarray, k: int, fit: Fit, rng: np.random.Generator, resamples: int, rows: int = 0
) -> np.ndarray:
    """The same for any way to group rows; a bootstrap sample each time, or `rows` different ones."""
    overlaps = np.zeros((resamples, k))
    for i in range(resamples):
        # A bootstrap draw holds 63% of the rows; where that is more than needed, a sample of it is a sample of all.
        drawn = rng.choice(len(X), rows, replace=False) if rows else np.unique(rng.integers(0, len(X), len(X)))
        with warnings.catch_warnings():
            # A resample may hold fewer different rows than k; the groups it lacks then simply score low.
            warnings.simplefilter("ignore", ConvergenceWarning)
            again = fit(X[drawn], int(rng.integers(2**31)))
        overlaps[i] = _overlap(labels[drawn], again, k)
    return overlaps.mean(axis=0) if resamples else np.full(k, np.nan)


def _overlap(labels: np.ndarray, again: np.ndarray, k: int) -> np.ndarray:
    """Of each group its Jaccard with the new group most like it; rows in no group (negative) belong to none."""
    found = int(max(again.max(), -1)) + 1
    if found == 0:
        return np.zeros(k)
    both = np.zeros((k, found))
    grouped = (labels >= 0) & (again >= 0)
    np.add.at(both, (labels[grouped], again[grouped]), 1)
    old = np.bincount(labels[labels >= 0], minlength=k)[:, None]
    either = old + np.bincount(again[again >= 0], minlength=found) - both
    return np.asarray((both / np.maximum(either, 1)).max(axis=1))
