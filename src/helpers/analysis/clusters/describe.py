"""What each group of customers is like: how many, what they are worth, their typical values, what stands out."""

import numpy as np
import pandas as pd

from helpers.analysis.clusters.grouping import STABLE, Grouping
from helpers.analysis.clusters.names import name_clusters
from helpers.analysis.clusters.space import split_kinds

UNTELLING = {"yes", "no", "y", "n", "true", "false", "none", "other", "low", "medium", "high", "(unknown)"}
EVERYONE = "All customers"  # the one group where there are none


def describe_groups(
    customers: pd.DataFrame, features: list[str], grouping: Grouping, names: list[str] | None = None
) -> pd.DataFrame:
    """One row a group, largest by spend (else customers) first, with the column label (0..k-1) it has in the grouping.

    The centres of `grouping` begin with the numbers among `features`, in their order. Groups are named by what sets
    them apart, unless `names` gives the names of 0..k-1. Columns as in `Clusters.by_cluster`.
    """
    labels, k = grouping.labels, len(grouping.centres)
    numbers, categories = split_kinds(customers, features)
    medians = customers[numbers].astype(float).groupby(labels).median().reindex(range(k))
    z = pd.DataFrame(grouping.centres[:, : len(numbers)], columns=numbers)
    most = {f: stand_out(customers[f], labels).reindex(range(k)) for f in categories}
    told = {f: [_category_word(f, *r) for r in zip(m["value"], m["share"], strict=True)] for f, m in most.items()}
    words = medians.assign(**told)
    z = z.assign(**{f: m["z"] for f, m in most.items()})[features]
    found = pd.DataFrame({"label": z.index, "cluster": names or ([EVERYONE] if k == 1 else name_clusters(z, words))})
    found["customers"] = np.bincount(labels, minlength=k)
    found["customer_share"] = found["customers"] / len(customers)
    found["jaccard"] = grouping.jaccard
    found["stable"] = grouping.jaccard >= STABLE
    found["silhouette"] = pd.Series(grouping.silhouettes).groupby(labels).mean()
    if "spend" in customers:
        found["spend"] = customers["spend"].groupby(labels).sum().reindex(range(k), fill_value=0.0)
        total = found["spend"].sum()
        shares = found["spend"] / total if total > 0 else np.nan
        found["spend_share"] = shares if (found["spend"] >= 0).all() else np.nan
    found = found.join(medians.add_prefix("median_"))
    for f, m in most.items():
        found[[f"most_{f}", f"{f}_share"]] = m[["value", "share"]]
    found = found.join(z.add_suffix("_z"))
    size = "spend" if "spend" in found else "customers"
    return found.sort_values([size, "label"], ascending=[False, True], ignore_index=True)


def stand_out(values: pd.Series, labels: np.ndarray) -> pd.DataFrame:
    """One row a group: the value most above its share among all: value, share in the group, overall, and z of the
    share."""
    shares = pd.crosstab(labels, values.to_numpy(), normalize="index")
    within = shares.to_numpy()
    overall = values.value_counts(normalize=True)[shares.columns].to_numpy()
    z = (within - overall) / np.maximum(np.sqrt(overall * (1 - overall)), 1e-12)
    place, rows = z.argmax(axis=1), np.arange(len(z))
    found = {"value": shares.columns.to_numpy()[place], "share": within[rows, place], "z": z[rows, place]}
    return pd.DataFrame(found | {"overall": overall[place]}, index=shares.index)


def _category_word(feature: str, value: object, share: float) -> str:
    text = str(value)
    if text.lower() in UNTELLING or text.isdigit():  # "no" says nothing without what there is none of
        text = f"{feature.replace('_', ' ')} {text}"
    return f"{'' if share > 0.99 else 'mostly ' if share > 0.5 else 'often '}{text}"
