"""Groups of customers who are alike, with how far the groups can be trusted; or the answer that there are none.

The steps stand in modules of their own: features are made comparable (`space`), it is tested whether there are groups
at all (`structure`), k-means with each number of groups is judged by separation and stability (`grouping`), other
methods are tried with the number chosen (`methods`), the groups are described and named (`describe`, `names`), and what
tells them apart is kept (`model`), so that next quarter's customers join the same groups. Whatever needs no exactness
is done on a sample, chosen by the seed, so that a million customers take seconds.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score
from threadpoolctl import threadpool_limits

from helpers.analysis.clusters.choice import (
    CUSTOMERS_PER_GROUP,
    check_choice,
    check_customers,
    check_unique,
    choose_k,
    compare_ks,
    explain_k,
    list_ks,
)
from helpers.analysis.clusters.describe import describe_groups
from helpers.analysis.clusters.grouping import (
    FITTED_CUSTOMERS,
    SILHOUETTE_CUSTOMERS,
    Grouping,
    assess_ks,
    sample,
    silhouettes,
)
from helpers.analysis.clusters.methods import (
    AUTO,
    COMPARED,
    K_MEANS,
    MIXTURE,
    Candidate,
    centres_of,
    choose_method,
    compare,
    explain_later,
    mixture,
    try_methods,
)
from helpers.analysis.clusters.model import COLUMNS, GroupModel, NearestGroup
from helpers.analysis.clusters.space import ALIKE, Treatment
from helpers.analysis.clusters.structure import Structure, seek_structure
from helpers.errors import ThinDataError


@dataclass(frozen=True)
class Clusters:
    """Groups of customers, named by what sets them apart, ordered by spend (else size), largest first.

    customers: customer_id, cluster (the name), silhouette (-1..1; NaN outside its sample of 5,000); order as given
    by_cluster: cluster, customers, customer_share (0-1), jaccard (0-1), stable (jaccard >= .75), silhouette; per
        feature median_<feature> in its own unit and <feature>_z, the centre in standard units after any
        logarithm; for a category most_<feature>, the value most above its share among all, <feature>_share (of the
        group) and <feature>_z; where spend was given, spend (total), spend_share (NaN unless spend adds up)
    by_k: k, silhouette, calinski_harabasz, davies_bouldin, inertia, jaccard_min, smallest_share, chosen; of k-means
    features: those used; constant: those left out, being the same for everyone; logged: those taken as logs
    alike: those left out as they tell nearly the same as another one: {feature: that other one}
    tamed: by feature, the customers whose value was drawn in, being out of all proportion
    k: the number of groups; 1 where the data have none and none were asked for
    methods: as `methods.compare`, with orders_explained and the like where the past tells, and chosen
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
    alike: dict[str, str] = field(default_factory=dict)
    tamed: dict[str, int] = field(default_factory=dict)
    structure: Structure | None = None
    methods: pd.DataFrame = field(default_factory=pd.DataFrame)
    method: str = K_MEANS
    model: GroupModel | None = None
    kept: bool = False  # whether the groups are those of an earlier report
    asked: bool = False  # whether their number was asked for


def find_clusters(
    customers: pd.DataFrame,
    features: list[str],
    k: int = 0,
    k_max: int = 8,
    seed: int = 0,
    log: bool = True,
    *,
    alike: float = ALIKE,
    method: str = AUTO,
    given: pd.Series | None = None,
    earlier: pd.DataFrame | None = None,
) -> Clusters:
    """Group customers by `features` into k groups; k=0 lets the data choose from 2..k_max, or none at all.

    The choice: none where `structure` finds nothing beyond chance; else the best silhouette among the numbers of groups
    whose every group is stable (Jaccard >= .75) and holds at least 2% of customers; if there is none, the best
    silhouette, and `reason` says so. Then the method, by the rule of `methods`, unless `method` names one.

    customers: one row a customer: customer_id and the features (numbers, or text for a category); spend is used where
    present. The same customers give the same groups, in whatever order they come. k_max is lowered where it would leave
    under ten customers a group. given: a segment by customer_id, to be compared as a map that is there already.
    earlier: customers as they were at an earlier date, with the features and columns <what>_after that tell what came
    later, to be explained by groups made then.
    Raises InputError on an empty frame, a customer twice, absent or missing values, too few customers for k.
    """
    check_choice(k, k_max, method)
    check_customers(customers, features)
    varying = [f for f in features if _differs(customers[f])]
    if not varying:
        raise ThinDataError(f"Customers do not differ in {', '.join(features)}, so there are no groups to find")
    # A database returns rows in any order, and k-means starts from rows: a fixed order fixes the groups.
    order = customers["customer_id"].argsort(kind="stable").to_numpy()
    ordered = customers.iloc[order].reset_index(drop=True)
    check_unique(ordered["customer_id"])
    treatment = Treatment(varying, log, alike).fit(ordered)
    X = treatment.transform(ordered)
    some = sample(len(X), FITTED_CUSTOMERS, seed)
    ks = list_ks(X[some], len(X), k, k_max)
    structure = seek_structure(ordered, treatment, seed)
    groupings = assess_ks(X[some], ks, seed)
    by_k = compare_ks(groupings)
    best, clean = choose_k(by_k)
    chosen = k or (best if structure.found else 1)
    compared, taken = pd.DataFrame(), K_MEANS
    if chosen > 1:
        candidates, compared = _try(ordered, X, some, groupings[chosen], given, seed)
        compared = _add_later(compared, earlier, treatment, chosen, given, seed)
        taken = choose_method(compared, method)
        compared = compared.assign(chosen=compared["method"] == taken)
        grouping, groups = _apply(X, some, groupings[chosen], candidates[taken], taken, seed)
    else:
        grouping, groups = _whole(X)
    by_cluster = describe_groups(ordered, treatment.used_, grouping)
    names = by_cluster.sort_values("label")["cluster"].tolist()
    return Clusters(
        customers=_label(ordered, grouping, names).iloc[np.argsort(order)].reset_index(drop=True),
        by_cluster=by_cluster.drop(columns="label"),
        by_k=by_k.assign(chosen=by_k["k"] == chosen),
        features=treatment.used_,
        k=len(names),
        reason=explain_k(k, best, clean, ks, int((~by_cluster["stable"]).sum()), structure.found),
        constant=[f for f in features if f not in varying],
        logged=[n.name for n in treatment.numbers_ if n.log],
        alike={f: twin for f, (twin, _) in treatment.left_out_.items()},
        tamed={n.name: n.tamed for n in treatment.numbers_ if n.tamed},
        structure=structure,
        methods=compared,
        method=taken,
        model=GroupModel(taken, names, treatment, groups),
        asked=k > 0,
    )


def apply_model(customers: pd.DataFrame, model: GroupModel, seed: int = 0) -> Clusters:
    """Customers put into the groups of an earlier report, as `find_clusters` returns them; nothing is found anew.

    Stability is not measured (NaN). A group that nobody belongs to any more stays, with no customers. Raises InputError
    where a feature of the model is absent or missing.
    """
    check_customers(customers, model.features)
    check_unique(customers["customer_id"].sort_values())
    X = model.treatment.transform(customers)
    labels = model.groups.predict(X)
    k = len(model.names)
    grouping = _measure(X, labels, model.groups.centres, np.full(k, np.nan), seed)
    by_cluster = describe_groups(customers, model.features, grouping, list(model.names))
    by_k = compare_ks({k: grouping}).assign(chosen=True)
    return Clusters(
        customers=_label(customers, grouping, list(model.names)),
        by_cluster=by_cluster.drop(columns="label"),
        by_k=by_k,
        features=model.features,
        k=k,
        reason=f"The {k} groups are those of an earlier report, applied to today's customers.",
        constant=[],
        logged=[n.name for n in model.treatment.numbers_ if n.log],
        method=model.method,
        model=model,
        kept=True,
    )


def coordinates_of(customers: pd.DataFrame, found: Clusters) -> np.ndarray:
    """Where customers stand in the space in which they were grouped (n x columns, standard units)."""
    return found.model.treatment.transform(customers) if found.model else np.zeros((len(customers), 0))


def model_table(found: Clusters) -> pd.DataFrame:
    """The table by which the groups can be kept; no rows where there are none."""
    table = found.model.to_frame() if found.model else pd.DataFrame(columns=COLUMNS)
    return table if found.k > 1 else table.head(0)


def segments_of(found: Clusters) -> pd.Series | None:
    """The groups by customer_id; None where there is but one."""
    return found.customers.set_index("customer_id")["cluster"] if found.k > 1 else None


def weakest(found: Clusters) -> float:
    """The stability of the group that comes back least; NaN where it was not measured."""
    return float(found.by_cluster["jaccard"].min())


def methods_table(found: Clusters) -> pd.DataFrame:
    """`methods`, with its columns also where no groups were compared."""
    columns = ["method", "clusters", "silhouette", "jaccard_min", "smallest_share", "ungrouped_share", "rule_accuracy"]
    return found.methods if len(found.methods) else pd.DataFrame(columns=[*columns, "chosen"])


def group_customers(
    customers: pd.DataFrame, features: list[str], kept: GroupModel | None = None, **choices: object
) -> Clusters:
    """`apply_model` where there is one to keep, else `find_clusters` with its choices."""
    if kept is not None:
        return apply_model(customers, kept, int(choices.get("seed", 0)))  # type: ignore[call-overload]
    return find_clusters(customers, features, **choices)  # type: ignore[arg-type]


def _try(
    customers: pd.DataFrame,
    X: np.ndarray,
    some: np.ndarray,
    grouping: Grouping,
    given: pd.Series | None,
    seed: int,
) -> tuple[dict[str, Candidate], pd.DataFrame]:
    """The methods on at most COMPARED of the rows that k-means was fitted on, by name, and how they compare."""
    rows = sample(len(some), COMPARED, seed)
    compared, labels = X[some[rows]], grouping.labels[rows]
    codes = None if given is None else _codes(customers["customer_id"].iloc[some[rows]], given)
    if len(np.unique(labels)) < len(grouping.centres):  # a tiny group that the sample missed
        labels = np.unique(labels, return_inverse=True)[1]
    candidates = try_methods(compared, labels, grouping.jaccard, codes, seed)
    table = compare(compared, candidates)
    # k-means itself is known from all rows it was fitted on.
    sizes = np.bincount(grouping.labels, minlength=len(grouping.centres))
    table.loc[0, ["clusters", "smallest_share"]] = [len(sizes), sizes.min() / len(grouping.labels)]
    return {c.method: c for c in candidates}, table.astype({"clusters": int})


def _add_later(
    compared: pd.DataFrame,
    earlier: pd.DataFrame | None,
    treatment: Treatment,
    k: int,
    given: pd.Series | None,
    seed: int,
) -> pd.DataFrame:
    """The methods with <what>_explained: how well groups made at the earlier date tell each <what>_after."""
    told = earlier is not None and set(treatment.used_) <= set(earlier.columns)
    if earlier is None or not told or earlier[treatment.used_].isna().any(axis=None):
        return compared
    if len(earlier) <= k * CUSTOMERS_PER_GROUP:
        return compared
    then = earlier.sort_values("customer_id", ignore_index=True)
    rows = sample(len(then), COMPARED, seed)
    fitted = Treatment([f for f in treatment.used_ if _differs(then[f])], treatment.log, 1.01)
    if not fitted.features:
        return compared
    X = fitted.fit(then).transform(then)[rows]
    if len(np.unique(X, axis=0)) <= k:
        return compared
    outcomes = [str(c) for c in then if str(c).endswith("_after")]
    later = then[outcomes].set_axis([c.removesuffix("_after") + "_explained" for c in outcomes], axis=1)
    codes = _codes(then["segment"].iloc[rows], None) if given is not None and "segment" in then else None
    return compared.merge(explain_later(X, later.iloc[rows], k, seed, codes), on="method", how="left")


def _codes(ids: pd.Series, given: pd.Series | None) -> np.ndarray:
    """Numbers of the segments of customers, or of names of segments; -1 where there is none."""
    names = ids if given is None else ids.map(given)
    return np.asarray(pd.factorize(names, sort=True)[0])


def _apply(
    X: np.ndarray, some: np.ndarray, grouping: Grouping, candidate: Candidate, method: str, seed: int
) -> tuple[Grouping, NearestGroup]:
    """The method chosen, applied to everyone."""
    if method == K_MEANS:
        groups = NearestGroup(grouping.centres)
        jaccard = grouping.jaccard
    elif method == MIXTURE:
        found = mixture(X[some], candidate.groups, seed)
        groups = NearestGroup(found.means_, found.weights_, found.covariances_)
        jaccard = np.full(candidate.groups, candidate.jaccard.min())
    else:
        rows = sample(len(some), COMPARED, seed)
        groups = NearestGroup(centres_of(X[some[rows]], candidate.labels))
        jaccard = candidate.jaccard
    if method == K_MEANS and len(some) == len(X):
        return grouping, groups
    with threadpool_limits(limits=1):
        labels = groups.predict(X)
    return _measure(X, labels, groups.centres, jaccard, seed), groups


def _whole(X: np.ndarray) -> tuple[Grouping, NearestGroup]:
    """All customers as one group."""
    centre, unknown = X.mean(axis=0, keepdims=True), np.full(len(X), np.nan)
    labels = np.zeros(len(X), dtype=np.int64)
    return Grouping(labels, centre, unknown, np.ones(1), np.nan, np.nan, np.nan, np.nan), NearestGroup(centre)


def _measure(X: np.ndarray, labels: np.ndarray, centres: np.ndarray, jaccard: np.ndarray, seed: int) -> Grouping:
    """The quality of labels that are there already, on a sample as in `assess_k`."""
    some = sample(len(X), SILHOUETTE_CUSTOMERS, seed)
    S, found = X[some], labels[some]
    several = 1 < len(np.unique(found)) < len(S)
    placed = np.full(len(X), np.nan)
    with threadpool_limits(limits=1):
        if several:
            placed[some] = silhouettes(S, [found])[0]
        return Grouping(
            labels,
            centres,
            placed,
            jaccard,
            silhouette=float(placed[some].mean()),
            calinski_harabasz=float(calinski_harabasz_score(S, found)) if several else np.nan,
            davies_bouldin=float(davies_bouldin_score(S, found)) if several else np.nan,
            inertia=float(((S - centres[found]) ** 2).sum()) * len(X) / len(S),
        )


def _label(customers: pd.DataFrame, grouping: Grouping, names: list[str]) -> pd.DataFrame:
    cluster = np.array(names, dtype=object)[grouping.labels]
    found = {"customer_id": customers["customer_id"].to_numpy(), "cluster": cluster}
    return pd.DataFrame(found | {"silhouette": grouping.silhouettes}).astype({"cluster": "str"})


def _differs(values: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(values):
        return bool(values.min() != values.max())
    return values.nunique() > 1
