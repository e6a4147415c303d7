"""Several ways to group the same customers, compared: how clearly, how reliably and how simply each parts them.

k-means, a mixture of normal distributions (scikit-learn's, full covariances), Ward's trees (1963; on a sample, the
others join the nearest centre) and HDBSCAN (Campello, Moulavi and Sander 2013), and a map of rules that is there
already, as value segments are. All but HDBSCAN and the map make the same number of groups. Of the ways that give every
customer a group, keep all groups above 2% and find them again (Jaccard >= .75), the best separated is taken; within .02
of silhouette ways count as equal, and the simpler is taken: k-means before Ward before the mixture.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.tree import DecisionTreeClassifier

from helpers.analysis.clusters.grouping import STABLE, assess_k, bootstrap_jaccard, lean, nearest_centre
from helpers.analysis.clusters.space import SMALLEST_SHARE

K_MEANS, WARD, MIXTURE, DENSITY, MAP = "k-means", "Ward", "Gaussian mixture", "HDBSCAN", "RFM map"
CHOICES = (K_MEANS, WARD, MIXTURE)  # simplest first; those that give every customer a group, by a rule that can be kept
AUTO = "auto"  # no way asked for
COMPARED = 1_000  # customers on whom methods are compared
_RESAMPLES = 15
_EQUAL = 0.02  # of silhouette
_DEPTH, _FOLDS = 3, 3  # of the tree that tells how simple the groups are


@dataclass(frozen=True)
class Candidate:
    """One way to group the customers compared. labels: (n,), negative for none; jaccard: (groups,), NaN if unknown."""

    method: str
    labels: np.ndarray
    jaccard: np.ndarray

    @property
    def groups(self) -> int:
        return int(self.labels.max()) + 1


def group_by(method: str, X: np.ndarray, k: int, seed: int) -> np.ndarray:
    """Labels of the rows of X by WARD, MIXTURE or DENSITY; negative for rows in no group."""
    if method == DENSITY:
        least = max(10, math.ceil(SMALLEST_SHARE * len(X)))
        return np.asarray(HDBSCAN(min_cluster_size=min(least, len(X)), copy=True).fit(X).labels_)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if method == MIXTURE:
            return _renumber(mixture(X, k, seed).predict(X))
        tree = AgglomerativeClustering(min(k, len(X))).fit(X).labels_
        # As the customers outside the sample will be: by the nearest centre.
        return _renumber(nearest_centre(X, centres_of(X, np.asarray(tree))))


def mixture(X: np.ndarray, k: int, seed: int) -> GaussianMixture:
    """Normal distributions of any shape; a little breadth keeps a 0/1 column from ending in a spike."""
    return GaussianMixture(min(k, len(X)), reg_covar=1e-3, max_iter=60, random_state=seed % 2**32).fit(X)


def centres_of(X: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean row of each group 0..k-1; every group has rows."""
    k = int(labels.max()) + 1
    sums = np.zeros((k, X.shape[1]))
    for j in range(X.shape[1]):
        sums[:, j] = np.bincount(labels, weights=X[:, j], minlength=k)
    return np.asarray(sums / np.bincount(labels, minlength=k)[:, None])


def _renumber(labels: np.ndarray) -> np.ndarray:
    """Labels without gaps, as a group may be left without rows."""
    return np.unique(labels, return_inverse=True)[1]


def try_methods(
    X: np.ndarray, labels: np.ndarray, jaccard: np.ndarray, given: np.ndarray | None = None, seed: int = 0
) -> list[Candidate]:
    """Group the rows of X in every way. labels, jaccard: those of k-means, whose number of groups the others take.

    given: labels of a map that is there already, negative for none. X should have at most COMPARED rows.
    """
    k = len(jaccard)
    found = [Candidate(K_MEANS, labels, jaccard)]
    with lean():
        for i, method in enumerate((WARD, MIXTURE, DENSITY)):
            own = group_by(method, X, k, seed)
            groups = int(own.max()) + 1

            def again(rows: np.ndarray, start: int, method: str = method) -> np.ndarray:
                return group_by(method, rows, k, start)

            rng = np.random.default_rng([seed, k, i])
            stability = bootstrap_jaccard(X, own, groups, again, rng, _RESAMPLES) if groups else np.array([])
            found.append(Candidate(method, own, stability))
    if given is not None and given.max() > 0:
        given = np.where(given >= 0, _renumber(given) - int((given < 0).any()), -1)
        found.append(Candidate(MAP, given, np.full(int(given.max()) + 1, np.nan)))
    return found


def compare(X: np.ndarray, candidates: Sequence[Candidate]) -> pd.DataFrame:
    """One row a method: method, clusters, silhouette, jaccard_min, smallest_share, ungrouped_share, rule_accuracy.

    Silhouettes of those in a group; rule_accuracy: share of customers whom a tree of three questions puts into their
    group, cross-validated. NaN where there are not two groups, or where a map's stability is not measured.
    """
    with lean():
        return pd.DataFrame([_measure(X, c) for c in candidates])


def _measure(X: np.ndarray, candidate: Candidate) -> dict[str, object]:
    labels, grouped = candidate.labels, candidate.labels >= 0
    sizes = np.bincount(labels[grouped], minlength=max(candidate.groups, 1))
    several = len(np.unique(labels[grouped])) > 1
    return {
        "method": candidate.method,
        "clusters": candidate.groups,
        "silhouette": float(silhouette_score(X[grouped], labels[grouped])) if several else np.nan,
        "jaccard_min": float(candidate.jaccard.min()) if len(candidate.jaccard) else np.nan,
        "smallest_share": float(sizes.min() / len(X)),
        "ungrouped_share": float(1 - grouped.mean()),
        "rule_accuracy": rule_accuracy(X[grouped], labels[grouped]) if several else np.nan,
    }


def rule_accuracy(X: np.ndarray, labels: np.ndarray, depth: int = _DEPTH) -> float:
    """Share of rows that a tree of `depth` questions, learnt from other rows, puts into their group."""
    places = np.arange(len(X)) % _FOLDS
    right = 0
    for fold in range(_FOLDS):
        out = places == fold
        tree = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X[~out], labels[~out])
        right += int((tree.predict(X[out]) == labels[out]).sum())
    return right / len(X)


def choose_method(compared: pd.DataFrame, asked: str = AUTO) -> str:
    """The method taken by the rule above, or the one asked for; k-means where no way keeps all conditions."""
    if asked != AUTO:
        return asked
    rows = compared.set_index("method").reindex([m for m in CHOICES if m in set(compared["method"])])
    sound = rows[
        (rows["jaccard_min"] >= STABLE)
        & (rows["smallest_share"] >= SMALLEST_SHARE)
        & (rows["ungrouped_share"] == 0)
        & rows["silhouette"].notna()
    ]
    if sound.empty:
        return K_MEANS
    return str(sound.index[sound["silhouette"] >= sound["silhouette"].max() - _EQUAL][0])


def explained(labels: np.ndarray, outcome: np.ndarray) -> float:
    """Share of the variance of log(1 + outcome) that groups explain, epsilon squared (Kelley 1935): free of the gain
    that many groups have by chance, and zero at least; NaN where there is nothing to explain or no rows are left over.
    """
    grouped = labels >= 0
    y = np.log1p(np.maximum(outcome[grouped].astype(float), 0))
    codes = np.unique(labels[grouped], return_inverse=True)[1]
    sizes = np.bincount(codes)
    n, k = len(y), len(sizes)
    if n <= k or k < 1 or y.std() == 0:
        return np.nan
    means = np.bincount(codes, weights=y) / sizes
    within = float(((y - means[codes]) ** 2).sum())
    whole = float(((y - y.mean()) ** 2).sum())
    return max(0.0, 1 - (within / (n - k)) / (whole / (n - 1)))


def explain_later(
    X: np.ndarray, outcomes: pd.DataFrame, k: int, seed: int, given: np.ndarray | None = None
) -> pd.DataFrame:
    """How well groups made at an earlier date tell what came after: one row a method, a column an outcome.

    X: the customers as they were then, at most COMPARED rows in the same order as `outcomes` (numbers, not negative).
    """
    with lean():
        labels = assess_k(X, k, seed, resamples=0).labels
        ways = {K_MEANS: labels} | {m: group_by(m, X, k, seed) for m in (WARD, MIXTURE, DENSITY)}
    if given is not None:
        ways[MAP] = given
    rows = []
    for method, found in ways.items():
        # Who is in no group has told nothing: counted as one more group.
        codes = np.where(found < 0, found.max() + 1, found)
        rows.append({"method": method} | {o: explained(codes, outcomes[o].to_numpy()) for o in outcomes})
    return pd.DataFrame(rows)
