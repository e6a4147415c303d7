"""Each group as a person or an account one can picture: what sets it apart beyond the features, and what to aim at.

An attribute belongs on the card where one of its values is held by at least a third of the group, by a tenth of all
customers more than among all, and by more than chance would bring (four standard errors of a share). The objective
follows from what the group is worth beside its size, and from how many of it are late by their own rhythm: nobody is
to be won back who is not late.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.analysis.clusters.describe import UNTELLING, stand_out

MANY_LATE = 0.5  # share of a group late by their own rhythm from which it is to be won back
WORTH_MORE, WORTH_LESS = 1.5, 0.75  # share of spend beside share of customers
_LEAST_SHARE, _LEAST_GAIN, _ERRORS = 1 / 3, 0.1, 4.0


@dataclass(frozen=True)
class Personas:
    """cards: cluster, cluster_name, objective (win_back, let_go, keep, second_order, grow, develop, test), late_share
    (0-1, NaN where no rhythm is known), worth (share of spend / share of customers, NaN unknown), and for each
    attribute <attribute>: the value that stands out, blank where none does
    traits: cluster, attribute, value, share (of the group), overall (share of all); strongest first within a group
    """

    cards: pd.DataFrame
    traits: pd.DataFrame


def draw_personas(
    by_cluster: pd.DataFrame,
    customers: pd.DataFrame,
    attributes: pd.DataFrame,
    late: pd.DataFrame | None = None,
) -> Personas:
    """Cards for the groups of `by_cluster` (as in `Clusters`).

    customers: customer_id and cluster; attributes: customer_id and text columns, customers in any order, blanks where
    not known; late: customer_id and is_late.
    """
    both = customers[["customer_id", "cluster"]].merge(attributes, on="customer_id", how="left", validate="one_to_one")
    names = [c for c in attributes.columns if c != "customer_id"]
    traits = find_traits(both, names)
    cards = by_cluster[["cluster"]].copy()
    cards["late_share"] = np.nan
    if late is not None and len(late):
        marked = customers.merge(late[["customer_id", "is_late"]], on="customer_id", how="left")
        cards["late_share"] = cards["cluster"].map(marked.groupby("cluster")["is_late"].mean().astype(float))
    cards["worth"] = by_cluster["spend_share"] / by_cluster["customer_share"] if "spend_share" in by_cluster else np.nan
    orders = by_cluster.get("median_order_count", pd.Series(np.nan, index=by_cluster.index))
    told = zip(cards["late_share"], cards["worth"], orders, strict=True)
    cards["objective"] = [choose_objective(*card) for card in told]
    first = traits.drop_duplicates("cluster").set_index("cluster")
    cards["cluster_name"] = [_name(name, first) for name in cards["cluster"]]
    for attribute in names:
        own = traits[traits["attribute"] == attribute].drop_duplicates("cluster").set_index("cluster")["value"]
        cards[attribute] = cards["cluster"].map(own).astype(object).fillna("").astype("str")
    return Personas(cards, traits)


def choose_objective(late_share: float, worth: float, orders: float) -> str:
    """What to aim at. worth: share of spend / share of customers; orders: the group's median; NaN where not known."""
    if late_share >= MANY_LATE:
        return "let_go" if worth < WORTH_LESS else "win_back"
    if np.isnan(worth):
        return "test"
    if worth >= WORTH_MORE:
        return "keep"
    if orders <= 1:
        return "second_order"
    return "develop" if worth < WORTH_LESS else "grow"


def find_traits(customers: pd.DataFrame, attributes: Sequence[str]) -> pd.DataFrame:
    """The attribute values that stand out in each group, see above. customers: cluster and the attributes."""
    frames = []
    for attribute in attributes:
        known = customers[customers[attribute].notna()]
        if known["cluster"].nunique() < 2 or known[attribute].nunique() < 2:
            continue
        codes, groups = pd.factorize(known["cluster"], sort=True)
        found = stand_out(known[attribute].astype(str), codes)
        error = np.sqrt(found["overall"] * (1 - found["overall"]) / np.bincount(codes))
        gain = found["share"] - found["overall"]
        strong = (found["share"] >= _LEAST_SHARE) & (gain >= _LEAST_GAIN) & (gain >= _ERRORS * error)
        told = found.assign(cluster=groups, attribute=attribute, gain=gain)[strong.to_numpy()]
        frames.append(told[["cluster", "attribute", "value", "share", "overall", "gain"]])
    columns = ["cluster", "attribute", "value", "share", "overall"]
    if not frames:
        return pd.DataFrame({c: pd.Series(dtype="float64" if c in columns[3:] else "str") for c in columns})
    traits = pd.concat(frames).sort_values(["cluster", "gain"], ascending=[True, False], kind="stable")
    return traits[columns].reset_index(drop=True)


def _name(cluster: str, first: pd.DataFrame) -> str:
    if cluster not in first.index:
        return cluster
    trait = first.loc[cluster]
    value = str(trait["value"])
    # "10-49" and "no" say nothing without what there are so many, or none, of.
    if value[:1].isdigit() or value.lower() in UNTELLING:
        value = f"{str(trait['attribute']).replace('_', ' ')} {value}"
    said = value if value[1:] != value[1:].lower() or " " in value else value[:1].lower() + value[1:]
    return f"{cluster}, {'mostly' if trait['share'] > 0.5 else 'often'} {said}"


def name_customers(customers: pd.DataFrame, personas: Personas, unplaced: Sequence[str] = ()) -> pd.DataFrame:
    """Every customer: customer_id, cluster, cluster_name, silhouette; those in no group have blanks and come last.

    customers: as in `Clusters`; unplaced: the numbers of customers for whom a feature is not known.
    """
    names = personas.cards.set_index("cluster")["cluster_name"]
    named = customers.assign(cluster_name=customers["cluster"].map(names))
    rest = pd.DataFrame({"customer_id": pd.Series(list(unplaced), dtype="str")})
    whole = pd.concat([named, rest], ignore_index=True) if len(rest) else named
    return whole[["customer_id", "cluster", "cluster_name", "silhouette"]]


def list_for_crm(named: pd.DataFrame, personas: Personas) -> pd.DataFrame:
    """What a customer relationship system takes in: customer_id, segment, objective. named: as `name_customers` gives.

    No rows where there is but one group: there is nothing to tell customers apart by.
    """
    goals = personas.cards.set_index("cluster")["objective"]
    placed = named[named["cluster"].notna()] if len(goals) > 1 else named.head(0)
    told = pd.DataFrame({"customer_id": placed["customer_id"], "segment": placed["cluster_name"]})
    return told.assign(objective=placed["cluster"].map(goals).astype("str")).reset_index(drop=True)
