"""How many groups: what may be asked for, which numbers are tried, which is taken, and why."""

import numpy as np
import pandas as pd

from helpers.analysis.clusters.grouping import STABLE, Grouping
from helpers.analysis.clusters.methods import AUTO, CHOICES
from helpers.analysis.clusters.space import SMALLEST_SHARE
from helpers.errors import InputError, ThinDataError, nearest

CUSTOMERS_PER_GROUP = 10  # fewer customers a group than this are not grouped at all
_MOST_GROUPS = 20
_LARGEST = 1e50  # a number's third power still has room, and nothing counted comes near


def list_ks(X: np.ndarray, n: int, k: int, k_max: int) -> list[int]:
    most = min(n // CUSTOMERS_PER_GROUP, len(np.unique(X, axis=0)))
    if most < max(k, 2):
        raise ThinDataError(
            f"{n} customers are too few, or too alike, for {max(k, 2)} groups",
            allowed=f"at least {CUSTOMERS_PER_GROUP} customers a group, and as many different ones as groups",
            mend="Ask for fewer groups." if k > 2 else "Group them when there are more customers.",
        )
    return list(range(2, min(max(k, k_max), most) + 1))


def compare_ks(groupings: dict[int, Grouping]) -> pd.DataFrame:
    indices = ("silhouette", "calinski_harabasz", "davies_bouldin", "inertia")
    by_k = pd.DataFrame([{"k": k} | {i: getattr(g, i) for i in indices} for k, g in groupings.items()])
    by_k["jaccard_min"] = [g.jaccard.min() for g in groupings.values()]
    by_k["smallest_share"] = [np.bincount(g.labels, minlength=k).min() / len(g.labels) for k, g in groupings.items()]
    return by_k


def choose_k(by_k: pd.DataFrame) -> tuple[int, bool]:
    """The number of groups by the rule of `clusters.find_clusters`, and whether all its groups are stable and large."""
    clean = by_k[(by_k["jaccard_min"] >= STABLE) & (by_k["smallest_share"] >= SMALLEST_SHARE)]
    among = by_k if clean.empty else clean
    best = np.argmax(among["silhouette"].fillna(-1).to_numpy())
    return int(among["k"].to_numpy()[best]), not clean.empty


def explain_k(asked: int, best: int, clean: bool, ks: list[int], shaky: int, found: bool = True) -> str:
    """Why this number of groups. best: the data's own choice; clean: whether all its groups are sound; shaky: of the
    groups taken, those that are not stable; found: whether there are groups at all."""
    tried = f"{ks[0]} to {ks[-1]}" if len(ks) > 1 else f"{ks[0]}"
    if asked:
        one = "does" if shaky == 1 else "do"
        doubt = f" {shaky} of them {one} not come back reliably when customers are resampled." if shaky else ""
        free = "" if asked == best and found else f" Left to the data, there would be {best if found else 'none'}."
        return f"{asked} groups were asked for.{doubt}{free}"
    if not found:
        return "Customers shade into one another: no number of groups parts them better than chance would."
    if clean:
        return f"Of the numbers tried ({tried}), {best} groups are the most distinct in which none is unstable or tiny."
    return (
        f"No number of groups tried ({tried}) gives groups that are all stable and large enough to act on. "
        f"{best} groups are the most distinct; read them as a rough sketch."
    )


def check_choice(k: int, k_max: int, method: str = AUTO) -> None:
    if k not in (0, *range(2, _MOST_GROUPS + 1)):
        raise InputError(f"k is {k}", where="Clusters", allowed="0 (the data choose) or 2 to 20")
    if k_max not in range(2, _MOST_GROUPS + 1):
        raise InputError(f"k_max is {k_max}", where="Clusters", allowed="2 to 20")
    if method not in (AUTO, *CHOICES):
        raise InputError(f'the method is "{method}"', where="Clusters", allowed=", ".join((AUTO, *CHOICES)))


def check_customers(customers: pd.DataFrame, features: list[str]) -> None:
    if not features or len(set(features)) < len(features):
        raise InputError("no features, or one twice", where="Clusters", allowed="different columns")
    for column in ["customer_id", *features]:
        if column not in customers.columns:
            near = nearest(column, map(str, customers.columns))
            mend = f"Did you mean {near}?" if near else f"Columns given: {', '.join(customers.columns)}."
            raise InputError(f"the customers have no column {column}", where="Clusters", mend=mend)
    if customers.empty:
        raise ThinDataError("There are no customers to group", mend="Check the filters and the as-of date.")
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
        _check_size(values, feature)


def _check_size(values: pd.Series, feature: str) -> None:
    largest = 0.0 if pd.api.types.is_string_dtype(values) else float(np.abs(values.to_numpy(float)).max())
    if largest > _LARGEST:
        raise InputError(
            f"{feature} is as large as {largest:.0e} for a customer, more than can be reckoned with",
            where="Clusters",
            allowed=f"numbers up to {_LARGEST:.0e}",
            mend=f"Mend the number, or leave {feature} out of the features.",
        )


def check_unique(ids: pd.Series) -> None:
    """Refuse customers who are there twice; `ids` in order, so that equal ones stand together."""
    twice = int((ids == ids.shift()).sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="Clusters", mend="Give one row a customer.")
