"""Groups of customers who are alike, found by k-means, with how far the groups can be trusted.

Method. Skewed features are taken as log(1 + x), all are standardised (population deviation), and k-means runs from
fifty starts, ten where there are many customers. A category becomes a 0/1 column for each of its values, all divided by
the root of their summed variance: it then varies as much as one standardised number, and counts as one feature. Each
number of groups is judged by the silhouette (Rousseeuw 1987), Calinski-Harabasz (1974) and Davies-Bouldin (1979)
indices, and by bootstrap stability as in fpc's clusterboot (Hennig 2007, Computational Statistics and Data Analysis
52): customers are resampled and grouped again, and a group's Jaccard is its mean overlap with the most similar new
group. From .75 it counts as stable; below .6 it should not be trusted (Hennig's reading).
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples
from threadpoolctl import threadpool_limits

from helpers.analysis.clusters.names import name_clusters
from helpers.errors import InputError, ThinDataError, nearest

STABLE = 0.75  # bootstrap Jaccard from which a group counts as stable
SMALLEST_SHARE = 0.02  # of customers; a smaller group is seldom worth a plan of its own
CUSTOMERS_PER_GROUP = 10  # fewer customers a group than this are not grouped at all

_STARTS, _FEW_CUSTOMERS = (50, 10), 2_000  # few customers take more starts: the best grouping is then surely found
_RESAMPLES = 50  # the mean Jaccard is then known to about .02
_RESAMPLED_CUSTOMERS = 2_000  # in each resample, once there are twice as many
_SILHOUETTE_CUSTOMERS = 5_000  # silhouettes need every pair of customers
_FITTED_CUSTOMERS = 20_000  # centres are found on at most this many; the rest join the nearest centre


@dataclass(frozen=True)
class Clusters:
    """Groups of customers, named by what sets them apart, ordered by spend (else size), largest first.

    customers: customer_id, cluster (the name), silhouette (-1..1; NaN outside its sample of 5,000); order as given
    by_cluster: cluster, customers, customer_share (0-1), jaccard (0-1), stable (jaccard >= .75), silhouette; per
        feature median_<feature> in its own unit and <feature>_z, the centre in standard units after any
        logarithm; for a category most_<feature>, the value most above its share among all, <feature>_share (of the
        group) and <feature>_z; where spend was given, spend (total), spend_share (NaN unless the total is positive)
    by_k: k, silhouette, calinski_harabasz, davies_bouldin, inertia, jaccard_min, smallest_share, chosen
    features: those used; constant: those left out, being the same for everyone; logged: those taken as logs
    reason: why this number of groups, in a sentence for the reader
    """

    customers: pd.DataFrame
    by_cluster: pd.DataFrame
    by_k: pd.DataFrame
    features: list[str]
    k: int
    reason: str
    constant: list[str]
    logged: list[str]


@dataclass(frozen=True)
class Grouping:
    """One k-means grouping and its quality; arrays are by customer (n) or by group (k)."""

    labels: np.ndarray  # (n,) 0..k-1
    centres: np.ndarray  # (k, features)
    silhouettes: np.ndarray  # (n,) NaN outside the sample
    jaccard: np.ndarray  # (k,) bootstrap stability
    silhouette: float
    calinski_harabasz: float
    davies_bouldin: float
    inertia: float


def find_clusters(
    customers: pd.DataFrame,
    features: list[str],
    k: int = 0,
    k_max: int = 8,
    seed: int = 0,
    log: bool = True,
) -> Clusters:
    """Group customers by `features` into k groups; k=0 lets the data choose from 2..k_max.

    The choice: the best silhouette among the numbers of groups whose every group is stable (Jaccard >= .75)
    and holds at least 2% of customers; if there is none, the best silhouette, and `reason` says so.

    customers: one row a customer: customer_id and the features (numbers, or text for a category); spend is used where
    present. Features with skew above 1 are taken as sign(x) log(1 + |x|) unless log is False. The same customers give
    the same groups, in whatever order they come. k_max is lowered where it would leave under ten customers a group.
    Raises InputError on an empty frame, a customer twice, absent or missing values, too few customers for k.
    """
    _check_choice(k, k_max)
    _check_customers(customers, features)
    varying = [f for f in features if customers[f].nunique() > 1]
    if not varying:
        raise ThinDataError(f"Customers do not differ in {', '.join(features)}, so there are no groups to find")
    # A database returns rows in any order, and k-means starts from rows: a fixed order fixes the groups.
    order = customers["customer_id"].argsort(kind="stable").to_numpy()
    ordered = customers.iloc[order].reset_index(drop=True)
    X, logged = _standardise(ordered, varying, log)
    ks = _list_ks(X, k, k_max)
    groupings = {each: assess_k(X, each, seed) for each in ks}
    by_k = _compare_ks(groupings)
    best, clean = _choose(by_k)
    chosen = k or best
    by_cluster = _describe(ordered, varying, groupings[chosen])
    names = by_cluster.set_index("label")["cluster"]
    labelled = pd.DataFrame(
        {
            "customer_id": ordered["customer_id"],
            "cluster": names.reindex(groupings[chosen].labels).to_numpy(),
            "silhouette": groupings[chosen].silhouettes,
        }
    )
    return Clusters(
        customers=labelled.iloc[np.argsort(order)].reset_index(drop=True),
        by_cluster=by_cluster.drop(columns="label"),
        by_k=by_k.assign(chosen=by_k["k"] == chosen),
        features=varying,
        k=chosen,
        reason=_explain(k, best, clean, ks, int((~by_cluster["stable"]).sum())),
        constant=[f for f in features if f not in varying],
        logged=logged,
    )


def assess_k(X: np.ndarray, k: int, seed: int = 0) -> Grouping:
    """Group the rows of X (n x features, used as they are) into k and measure the quality; seeded.

    Silhouettes are taken on at most 5,000 rows. Stability: 50 bootstrap resamples, each grouped from a single
    start, repeated rows used once as clusterboot does; above 4,000 rows, 2,000 different ones are drawn each
    time. Above 20,000 rows the centres are found on a sample of that size. Needs k different rows, k + 1 rows.
    """
    X = np.asarray(X, dtype=float)
    # One thread: sums split over threads round differently from run to run, and ties then fall differently.
    with threadpool_limits(limits=1):
        starts = _STARTS[len(X) > _FEW_CUSTOMERS]
        model = KMeans(k, n_init=starts, random_state=seed).fit(X[_sample(len(X), _FITTED_CUSTOMERS, seed)])
        labels = model.predict(X)
        silhouettes = np.full(len(X), np.nan)
        seen = _sample(len(X), _SILHOUETTE_CUSTOMERS, seed)
        if len(np.unique(labels[seen])) > 1:
            silhouettes[seen] = silhouette_samples(X[seen], labels[seen])
        return Grouping(
            labels=labels,
            centres=model.cluster_centers_,
            silhouettes=silhouettes,
            jaccard=_measure_stability(X, labels, k, np.random.default_rng([seed, k])),
            silhouette=float(np.mean(silhouettes[seen])),
            calinski_harabasz=float(calinski_harabasz_score(X, labels)),
            davies_bouldin=float(davies_bouldin_score(X, labels)),
            inertia=float(-model.score(X)),
        )


def _sample(n: int, size: int, seed: int) -> np.ndarray:
    if n <= size:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, size, replace=False))


def _measure_stability(X: np.ndarray, labels: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Mean Jaccard of each group with its nearest group in resamples; a group that vanishes scores 0."""
    overlaps = np.zeros((_RESAMPLES, k))
    for i in range(_RESAMPLES):
        if len(X) <= 2 * _RESAMPLED_CUSTOMERS:
            drawn = np.unique(rng.integers(0, len(X), len(X)))
        else:
            # A bootstrap draw holds 63% of the rows, here more than 2,000; a sample of them is a sample of all.
            drawn = rng.choice(len(X), _RESAMPLED_CUSTOMERS, replace=False)
        model = KMeans(k, n_init=1, random_state=int(rng.integers(2**31)))
        with warnings.catch_warnings():
            # A resample may hold fewer different rows than k; the groups it lacks then simply score low.
            warnings.simplefilter("ignore", ConvergenceWarning)
            again = model.fit(X[drawn]).labels_
        both = np.bincount(labels[drawn] * k + again, minlength=k * k).reshape(k, k)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        overlaps[i] = (both / np.maximum(either, 1)).max(axis=1)
    return overlaps.mean(axis=0)


def _standardise(customers: pd.DataFrame, features: list[str], log: bool) -> tuple[np.ndarray, list[str]]:
    """Numbers first, in their order, then the 0/1 columns of categories; and the numbers taken as logarithms."""
    numbers, categories = _split_kinds(customers, features)
    values = customers[numbers].astype(float)
    skew = values.skew()
    logged = [f for f in numbers if log and skew[f] > 1]
    # The signed form is log1p where nothing is negative, and keeps the odd customer with net returns.
    values[logged] = np.sign(values[logged]) * np.log1p(values[logged].abs())
    blocks = [((values - values.mean()) / values.std(ddof=0)).to_numpy()]
    for feature in categories:
        ones = pd.get_dummies(customers[feature], dtype=float)
        blocks.append(((ones - ones.mean()) / np.sqrt(ones.var(ddof=0).sum())).to_numpy())
    return np.hstack(blocks), logged


def _split_kinds(customers: pd.DataFrame, features: list[str]) -> tuple[list[str], list[str]]:
    numbers = [f for f in features if pd.api.types.is_numeric_dtype(customers[f])]
    return numbers, [f for f in features if f not in numbers]


def _list_ks(X: np.ndarray, k: int, k_max: int) -> list[int]:
    most = min(len(X) // CUSTOMERS_PER_GROUP, len(np.unique(X, axis=0)))
    if most < max(k, 2):
        raise ThinDataError(
            f"{len(X)} customers are too few, or too alike, for {max(k, 2)} groups",
            allowed=f"at least {CUSTOMERS_PER_GROUP} customers a group, and as many different ones as groups",
            mend="Ask for fewer groups." if k > 2 else "Group them when there are more customers.",
        )
    return list(range(2, min(max(k, k_max), most) + 1))


def _compare_ks(groupings: dict[int, Grouping]) -> pd.DataFrame:
    indices = ("silhouette", "calinski_harabasz", "davies_bouldin", "inertia")
    by_k = pd.DataFrame([{"k": k} | {i: getattr(g, i) for i in indices} for k, g in groupings.items()])
    by_k["jaccard_min"] = [g.jaccard.min() for g in groupings.values()]
    by_k["smallest_share"] = [np.bincount(g.labels, minlength=k).min() for k, g in groupings.items()]
    by_k["smallest_share"] /= len(groupings[2].labels)
    return by_k


def _choose(by_k: pd.DataFrame) -> tuple[int, bool]:
    """The number of groups by the rule of `find_clusters`, and whether all its groups are stable and large."""
    clean = by_k[(by_k["jaccard_min"] >= STABLE) & (by_k["smallest_share"] >= SMALLEST_SHARE)]
    among = by_k if clean.empty else clean
    best = np.argmax(among["silhouette"].fillna(-1).to_numpy())
    return int(among["k"].to_numpy()[best]), not clean.empty


def _explain(asked: int, best: int, clean: bool, ks: list[int], shaky: int) -> str:
    tried = f"{ks[0]} to {ks[-1]}" if len(ks) > 1 else f"{ks[0]}"
    if asked:
        one = "does" if shaky == 1 else "do"
        doubt = f" {shaky} of them {one} not come back reliably when customers are resampled." if shaky else ""
        free = f" Left to the data, there would be {best}." if asked != best else ""
        return f"{asked} groups were asked for.{doubt}{free}"
    if clean:
        return f"Of the numbers tried ({tried}), {best} groups are the most distinct in which none is unstable or tiny."
    return (
        f"No number of groups tried ({tried}) gives groups that are all stable and large enough to act on. "
        f"{best} groups are the most distinct; read them as a rough sketch."
    )


def _describe(customers: pd.DataFrame, features: list[str], grouping: Grouping) -> pd.DataFrame:
    """One row a group, largest first, with the column label (0..k-1) it has in the grouping."""
    labels = grouping.labels
    numbers, categories = _split_kinds(customers, features)
    medians = customers[numbers].astype(float).groupby(labels).median()
    z = pd.DataFrame(grouping.centres[:, : len(numbers)], columns=numbers)
    most = {f: _stand_out(customers[f], labels) for f in categories}
    words = medians.assign(**{f: m.apply(_category_word, axis=1) for f, m in most.items()})
    z = z.assign(**{f: m["z"] for f, m in most.items()})[features]
    found = pd.DataFrame({"label": z.index, "cluster": name_clusters(z, words)})
    found["customers"] = np.bincount(labels, minlength=len(z))
    found["customer_share"] = found["customers"] / len(customers)
    found["jaccard"] = grouping.jaccard
    found["stable"] = grouping.jaccard >= STABLE
    found["silhouette"] = pd.Series(grouping.silhouettes).groupby(labels).mean()
    if "spend" in customers:
        found["spend"] = customers["spend"].groupby(labels).sum()
        total = found["spend"].sum()
        found["spend_share"] = found["spend"] / total if total > 0 else np.nan
    found = found.join(medians.add_prefix("median_"))
    for f, m in most.items():
        found[[f"most_{f}", f"{f}_share"]] = m[["value", "share"]]
    found = found.join(z.add_suffix("_z"))
    size = "spend" if "spend" in found else "customers"
    return found.sort_values([size, "label"], ascending=[False, True], ignore_index=True)


def _stand_out(values: pd.Series, labels: np.ndarray) -> pd.DataFrame:
    """One row a group: the value most above its share among all: value, share in the group, z of that share."""
    shares = pd.crosstab(labels, values.to_numpy(), normalize="index")
    within = shares.to_numpy()
    overall = values.value_counts(normalize=True)[shares.columns].to_numpy()
    z = (within - overall) / np.sqrt(overall * (1 - overall))
    place, rows = z.argmax(axis=1), np.arange(len(z))
    found = {"value": shares.columns.to_numpy()[place], "share": within[rows, place], "z": z[rows, place]}
    return pd.DataFrame(found, index=shares.index)


def _category_word(most: pd.Series) -> str:
    return f"{'' if most['share'] > 0.99 else 'mostly ' if most['share'] > 0.5 else 'often '}{most['value']}"


def _check_choice(k: int, k_max: int) -> None:
    if k not in (0, *range(2, 21)):
        raise InputError(f"k is {k}", where="Clusters", allowed="0 (the data choose) or 2 to 20")
    if k_max not in range(2, 21):
        raise InputError(f"k_max is {k_max}", where="Clusters", allowed="2 to 20")


def _check_customers(customers: pd.DataFrame, features: list[str]) -> None:
    if not features or len(set(features)) < len(features):
        raise InputError("no features, or one twice", where="Clusters", allowed="different columns")
    for column in ["customer_id", *features]:
        if column not in customers.columns:
            near = nearest(column, map(str, customers.columns))
            mend = f"Did you mean {near}?" if near else f"Columns given: {', '.join(customers.columns)}."
            raise InputError(f"the customers have no column {column}", where="Clusters", mend=mend)
    if customers.empty:
        raise ThinDataError("There are no customers to group", mend="Check the filters and the as-of date.")
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="Clusters", mend="Give one row a customer.")
    for feature in features:
        values = customers[feature]
        if pd.api.types.is_string_dtype(values):
            missing = int(values.isna().sum())
        elif pd.api.types.is_numeric_dtype(values):
            missing = int((~np.isfinite(values.to_numpy(float, na_value=np.nan))).sum())
        else:
            raise InputError(f"{feature} holds {values.dtype} values", where="Clusters", allowed="numbers or text")
        if missing:
            raise InputError(
                f"{feature} is missing for {missing} of {len(customers)} customers",
                where="Clusters",
                mend=f"Leave {feature} out of the features, or group only customers who have it.",
            )
