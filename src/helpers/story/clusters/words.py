"""Sentences about groups of customers who are alike."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted, some
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.clusters.clusters import Clusters
    from helpers.data.features.measures import Measures


def basis(result: "Clusters", measures: "Measures") -> Statement:
    """What customers are compared by, who chose it, and who is left out for want of it."""
    grouped = len(measures.customers)
    values: dict[str, Any] = {"customers": measures.rows_in, "grouped": grouped, "left_out": measures.left_out}
    values |= {"missing": measures.missing, "unread": measures.unread, "spare": len(measures.spare)}
    values |= {"used": len(measures.features)}
    by = fmt.listing([inside(f) for f in measures.features])
    whence = "" if measures.from_orders or not measures.chosen else "numbers of the customer list: "
    text = f"{fmt.many(grouped, 'customer')} {'is' if grouped == 1 else 'are'} grouped by {whence}{by}."
    if measures.spare:
        most = fmt.words(len(measures.features))
        text += f" Not used, as no more than {most} are taken unless they are named: "
        text += f"{some([inside(f) for f in measures.spare])}."
    if measures.left_out:
        lacking = fmt.listing([f"{inside(f)} ({fmt.count(n)})" for f, n in measures.missing.items()])
        one = measures.left_out == 1
        text += (
            f" Of {fmt.many(measures.rows_in, 'customer')} {fmt.count(measures.left_out)} {'lacks' if one else 'lack'} "
            f"a value and {'is' if one else 'are'} in no group: {lacking}."
        )
    for feature, n in measures.unread.items():
        text += f" {fmt.many(n, 'value')} of {inside(feature)} could not be read as a number."
    if result.constant:
        same = fmt.listing([inside(f) for f in result.constant])
        text += f" All customers are alike in {same}, so it tells no group from another."
    return Statement("basis", text, values=values)


def choice(result: "Clusters") -> Statement:
    """Why this number of groups, and how far it can be trusted."""
    chosen = result.by_k[result.by_k["chosen"]].to_dict("records")[0]
    silhouette, jaccard = float(chosen["silhouette"]), float(chosen["jaccard_min"])
    stability, separation = verdicts.cluster_stability(jaccard), verdicts.cluster_separation(silhouette)
    values = {"k": result.k, "silhouette": silhouette, "jaccard_min": jaccard}
    apart = {
        "strongly": "They lie far apart",
        "clearly": "They are clearly apart",
        "weakly": "They overlap at their edges",
        "hardly": "They run into each other",
    }[separation]
    text = f"{result.reason.rstrip('.')}. {apart} (separation {fmt.number(silhouette, 2)} of 1)"
    if math.isnan(jaccard):
        text += "; whether they would come back in fresh samples is not known."
        return Statement("choice", text, "few", headline=True, values=values)
    likeness = f"stability of the weakest {fmt.number(jaccard, 2)} of 1"
    if stability == "unstable":
        groups = result.by_cluster.to_dict("records")
        shaky = [quoted(g["cluster"]) for g in groups if verdicts.cluster_stability(g["jaccard"]) == "unstable"]
        gone = (
            f"{fmt.words(len(shaky))} do not come back" if shaky[1:] else f"{(shaky or ['one'])[0]} does not come back"
        )
        return Statement(
            "choice",
            f"Do not build on these {fmt.words(result.k)} groups: in fresh samples of the same customers {gone} "
            f"({likeness}).",
            "unclear",
            action="Group again on other measures, or with more customers.",
            headline=True,
            values=values,
        )
    held = "hold in fresh samples" if stability == "stable" else "come back in fresh samples only in outline"
    well = stability == "stable" and separation in ("strongly", "clearly")
    return Statement(
        "choice",
        f"{text} and {held} ({likeness}).",
        "good" if well else "unclear" if separation == "hardly" else "neutral",
        values=values,
    )


def value(result: "Clusters", money: Money, measures: "Measures", *, min_customers: int = 30) -> Statement:
    """The group worth most, or the largest where that is not known; for the cover where no orders tell of customers."""
    groups = result.by_cluster
    by_spend = "spend_share" in groups.columns and bool(groups["spend_share"].notna().all())
    rank = "spend_share" if by_spend else "customers"
    top, *_ = groups.sort_values(rank, ascending=False, kind="stable").to_dict("records")
    name, customers_in = quoted(top["cluster"]), fmt.share(top["customer_share"])
    values = {"cluster": top["cluster"], "customers": int(top["customers"]), "customer_share": top["customer_share"]}
    values |= {"all_customers": len(measures.customers), "k": len(groups)}
    if by_spend:
        values |= {"spend": top["spend"], "spend_share": top["spend_share"]}
        spend_of = f"{fmt.share(top['spend_share'])} of spend ({money(top['spend'])})"
        text = f"{name} is the group worth most: {customers_in} of customers and {spend_of}."
    else:
        text = f"Of {fmt.words(len(groups))} groups the largest is {name}, with {customers_in} of customers."
    cover = not measures.from_orders
    among = f"among {fmt.many(len(measures.customers), 'customer')}"
    figures = (KeyFigure("Kinds of customers", fmt.count(len(groups)), among),) if cover else ()
    told = Statement("value", text, headline=cover, values=values, figures=figures)
    if top["customers"] < min_customers:
        text += f" With {fmt.many(top['customers'], 'customer')} it is too small to test an offer on."
        return replace(told, text=text, verdict="few", headline=True)
    if top["jaccard"] == top["jaccard"] and verdicts.cluster_stability(top["jaccard"]) == "unstable":
        text += " It does not come back in fresh samples of the same customers, so do not build on it."
        return replace(told, text=text, verdict="unclear", headline=True)
    return replace(
        told,
        action="Write one offer for this group, send it to a random half, and compare what both halves buy."
        if by_spend
        else "Choose the group with most to gain, send one offer to a random half of it, and compare both halves.",
    )
