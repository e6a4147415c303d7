"""Sentences about what customers are worth and how they group."""

from helpers.analysis.clusters import Clusters
from helpers.analysis.rfm import Rfm
from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.statement import KeyFigure, Statement

SLIPPING = ("At risk", "Cannot lose them")


def rfm_overview(result: Rfm, money: Money) -> Statement:
    """The segment that brings most, and its weight among customers."""
    top = result.segments.sort_values("spend", ascending=False).iloc[0]
    buyers, spend = int(result.segments["customers"].sum()), result.segments["spend"].sum()
    return Statement(
        "rfm_overview",
        f"{top['rfm_segment']} are {fmt.share(top['customer_share'])} of {fmt.count(buyers)} buyers and bring "
        f"{fmt.share(top['spend_share'])} of spend: {money(top['average_spend'])} each on average.",
        "neutral",
        action=top["action"],
        headline=True,
        values={
            "segment": top["rfm_segment"],
            "customer_share": top["customer_share"],
            "spend_share": top["spend_share"],
        },
        figures=(
            KeyFigure("Customers who bought", fmt.count(buyers), "in the data supplied"),
            KeyFigure("Spend", money(spend), f"{money(spend / buyers)} a customer"),
        ),
    )


def rfm_concentration(result: Rfm) -> Statement:
    """How much of spend the top fifth brings."""
    top = result.concentration.set_index("customer_share")["spend_share"]
    fifth, hundredth = top[0.20], top[0.01]
    return Statement(
        "rfm_concentration",
        f"The biggest fifth of customers brings {fmt.share(fifth)} of spend, the biggest hundredth "
        f"{fmt.share(hundredth)}. "
        + (
            "Losing a few of them would show in the year's result."
            if round(hundredth, 2) >= 0.1
            else "No handful of customers decides the year."
        ),
        "neutral",
        values={"top_fifth_spend_share": fifth, "top_hundredth_spend_share": hundredth},
        figures=(KeyFigure("Spend of the top fifth", fmt.share(fifth), "of customers by spend"),),
    )


def rfm_slipping(result: Rfm, money: Money, *, min_customers: int = 10) -> Statement:
    """What is at stake with good customers who have not ordered for long."""
    slipping = result.segments[result.segments["rfm_segment"].isin(SLIPPING)]
    customers, spend = int(slipping["customers"].sum()), slipping["spend"].sum()
    share = slipping["spend_share"].sum()
    values = {"customers": customers, "spend": spend, "spend_share": share}
    if customers < min_customers:
        return Statement(
            "rfm_slipping",
            f"Only {fmt.many(customers, 'frequent customer')} went quiet, too few to plan a programme for.",
            "few",
            values=values,
        )
    return Statement(
        "rfm_slipping",
        f"{fmt.count(customers)} customers who used to order often have gone quiet. They have spent "
        f"{money(spend)} so far, {fmt.share(share)} of all spend.",
        "bad",
        action="Call the biggest of them this month, before a competitor's habit has formed.",
        headline=True,
        values=values,
    )


def cluster_choice(result: Clusters) -> Statement:
    """Why this number of groups, and how far it can be trusted."""
    chosen = result.by_k[result.by_k["chosen"]].iloc[0]
    stability = verdicts.cluster_stability(chosen["jaccard_min"])
    separation = verdicts.cluster_separation(chosen["silhouette"])
    values = {"k": result.k, "silhouette": chosen["silhouette"], "jaccard_min": chosen["jaccard_min"]}
    text = (
        f"{fmt.words(result.k).capitalize()} groups, {separation} separated (silhouette "
        f"{fmt.number(chosen['silhouette'], 2)}). {result.reason.rstrip('.')}."
    )
    if stability == "unstable":
        return Statement(
            "cluster_choice",
            f"{text} At least one of them does not come back when the customers are drawn anew (Jaccard "
            f"{fmt.number(chosen['jaccard_min'], 2)}): do not build on it.",
            "unclear",
            action="Work with the value segments until there are more data, or try other features.",
            headline=True,
            values=values,
        )
    return Statement(
        "cluster_choice",
        f"{text} Drawn anew, every group comes back {'well' if stability == 'stable' else 'in outline'} (Jaccard "
        f"{fmt.number(chosen['jaccard_min'], 2)} or more).",
        "good" if stability == "stable" else "neutral",
        values=values,
    )


def cluster_value(result: Clusters, money: Money) -> Statement:
    """The group worth most."""
    groups = result.by_cluster
    if "spend_share" not in groups.columns:
        top = groups.sort_values("customers", ascending=False).iloc[0]
        return Statement(
            "cluster_value",
            f"The largest group is “{top['cluster']}”: {fmt.share(top['customer_share'])} of customers.",
            values={"cluster": top["cluster"], "customer_share": top["customer_share"]},
        )
    top = groups.sort_values("spend_share", ascending=False).iloc[0]
    return Statement(
        "cluster_value",
        f"“{top['cluster']}” is the group worth most: {fmt.share(top['customer_share'])} of customers, "
        f"{fmt.share(top['spend_share'])} of spend ({money(top['spend'])}).",
        action="Give this group its own offer and its own contact rhythm, and measure both against a control group.",
        headline=True,
        values={
            "cluster": top["cluster"],
            "customer_share": top["customer_share"],
            "spend_share": top["spend_share"],
        },
    )
