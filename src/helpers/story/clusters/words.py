"""Sentences about groups of customers who are alike."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.story import fmt, verdicts
from helpers.story.clusters.plans import PLANS
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted, some
from helpers.story.statement import KeyFigure, Statement, Verdict
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.clusters.clusters import Clusters
    from helpers.analysis.clusters.personas import Personas
    from helpers.analysis.clusters.rules import Rules
    from helpers.analysis.scorecard import Scorecard
    from helpers.data.features.measures import Measures

_GROUPS = "customers who fall into groups"  # what the sections on groups need where there are none


def basis(result: "Clusters", measures: "Measures") -> Statement:
    """What customers are compared by, who chose it, and who is left out for want of it."""
    grouped = len(measures.customers)
    values: dict[str, Any] = {"customers": measures.rows_in, "grouped": grouped, "left_out": measures.left_out}
    values |= {"missing": measures.missing, "unread": measures.unread, "spare": len(measures.spare)}
    values |= {"used": len(measures.features)}
    by = fmt.listing([inside(f) for f in measures.features])
    whence = "numbers of the customer list: " if measures.chosen and measures.from_list else ""
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
        text += f" All customers are alike in {same}, so it separates no groups."
    for feature, twin in result.alike.items():
        text += f" {plain(feature)} is left out, as it says nearly the same as {inside(twin)}."
    if result.tamed:
        values["tamed"] = result.tamed
        drawn = fmt.listing([f"{inside(f)} ({fmt.count(n)})" for f, n in result.tamed.items()])
        text += f" Extreme values were pulled in: {drawn}."
    return Statement("basis", text, values=values)


def choice(result: "Clusters") -> Statement:
    """Why this number of groups, and how far it can be trusted."""
    if result.k < 2:
        return Statement("choice", "No number of groups was chosen.", "few", needs=_GROUPS)
    chosen = result.by_k[result.by_k["chosen"]].to_dict("records")[0]
    silhouette, jaccard = float(chosen["silhouette"]), float(chosen["jaccard_min"])
    stability, separation = verdicts.cluster_stability(jaccard), verdicts.cluster_separation(silhouette)
    values = {"k": result.k, "silhouette": silhouette, "jaccard_min": jaccard}
    apart = {
        "strongly": "far apart",
        "clearly": "clearly apart",
        "weakly": "overlapping at their edges",
        "hardly": "running into each other",
    }[separation]
    many = fmt.words(result.k).capitalize()
    if result.kept:
        text = f"{many} groups are those of an earlier report, {apart} (separation {fmt.number(silhouette, 2)} of 1)."
        return Statement("choice", text, values=values)
    text = f"{many} groups {'were asked for' if result.asked else 'separate customers best'}: {apart} "
    text += f"(separation {fmt.number(silhouette, 2)} of 1)"
    if math.isnan(jaccard):
        text += "; whether they would come back in fresh samples is not known."
        return Statement("choice", text, "few", headline=True, values=values)
    likeness = f"(weakest {fmt.number(jaccard, 2)} of 1)"
    if stability == "unstable":
        groups = result.by_cluster.to_dict("records")
        shaky = [quoted(g["cluster"]) for g in groups if verdicts.cluster_stability(g["jaccard"]) == "unstable"]
        gone = (
            f"{fmt.words(len(shaky))} do not come back" if shaky[1:] else f"{(shaky or ['one'])[0]} does not come back"
        )
        values["shaky"] = max(len(shaky), 1)
        return Statement(
            "choice",
            f"Do not build on these {fmt.words(result.k)} groups: in fresh samples {gone} {likeness}.",
            "unclear",
            action="Group again on other measures, or with more customers.",
            headline=True,
            values=values,
        )
    held = "found again in fresh samples" if stability == "stable" else "found again only in outline in fresh samples"
    well = stability == "stable" and separation in ("strongly", "clearly")
    return Statement(
        "choice",
        f"{text} and {held} {likeness}.",
        "good" if well else "unclear" if separation == "hardly" else "neutral",
        values=values,
    )


def value(result: "Clusters", money: Money, measures: "Measures", *, min_customers: int = 30) -> Statement:
    """The group worth most, or the largest where that is not known; for the cover where no orders tell of customers.

    Where customers do not fall into groups, that is the answer.
    """
    groups = result.by_cluster
    if result.k < 2:
        return _no_groups(result, measures)
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
        text = (
            f"{fmt.many(len(measures.customers), 'customer')} fall into {fmt.words(len(groups))} groups; the largest, "
        )
        text += f"{name}, holds {customers_in} of them."
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
        action="Give this group a plan of its own, try it on a random half, and compare what both halves buy."
        if by_spend
        else "Choose the group with most to gain, send one offer to a random half of it, and compare both halves.",
    )


def _no_groups(result: "Clusters", measures: "Measures") -> Statement:
    found, n = result.structure, len(measures.customers)
    values: dict[str, Any] = {"customers": n, "k": result.k}
    if found is not None:
        values |= {"separation": found.silhouette, "chance": found.chance, "p": found.p}
    return Statement(
        "value",
        f"There are no groups: the customers ({fmt.count(n)}) shade into one another, and no grouping separates them "
        "better than chance would.",
        "unclear",
        action="Do not segment by these measures; tell customers apart by value, or add other measures."
        if measures.from_orders
        else "Do not segment by these measures; bring others, such as what customers buy, use or pay.",
        headline=True,
        values=values,
    )


def plan(personas: "Personas") -> Statement:
    """What to do first: the group worth most beside its size, or that most of which is late."""
    told = personas.cards.to_dict("records")
    if len(told) < 2:
        return Statement("plan", "There are no groups to plan for.", "few", needs=_GROUPS)
    late = [c for c in told if c["objective"] == "win_back"]
    known = [c for c in told if c["worth"] == c["worth"]]
    if late:
        first = max(late, key=lambda c: 0.0 if c["worth"] != c["worth"] else c["worth"])
        share = fmt.share(first["late_share"])
        text = f"{quoted(first['cluster'])} is to be won back: {share} are late by their own rhythm."
        values = {"late_share": first["late_share"], "cluster": first["cluster"]}
        return Statement("plan", text, "bad", action="Ask what went wrong, and make one good offer.", headline=True,
                         values=values)  # fmt: skip
    if not known and personas.traits.empty:
        text = "Neither spend nor any attribute sets one group apart from another, so all would get the same plan."
        return Statement("plan", text, "few", needs="what customers spend, or attributes in which groups differ")
    if not known:
        text = "What the groups are worth is not known: make each of them one offer and see."
        return Statement("plan", text, "unclear", action=PLANS["test"][1])
    first = max(known, key=lambda c: c["worth"])
    times = fmt.number(first["worth"], 1)
    text = f"{quoted(first['cluster'])} spends {times} times what its size suggests."
    values = {"worth": first["worth"], "cluster": first["cluster"]}
    return Statement("plan", text, action=PLANS[str(first["objective"])][1], values=values)


def weight(result: "Clusters") -> Statement:
    """How evenly customers and spend are spread over the groups."""
    groups = result.by_cluster
    if result.k < 2:
        return Statement("weight", "There are no groups to compare by size.", "few", needs=_GROUPS)
    small = groups.sort_values("customers", kind="stable").iloc[0]
    large = groups.sort_values("customers", ascending=False, kind="stable").iloc[0]
    values = {"largest": large["customer_share"], "smallest": small["customer_share"], "k": result.k}
    text = f"The largest group holds {fmt.share(large['customer_share'])} of customers, the smallest "
    text += f"{fmt.share(small['customer_share'])}."
    if round(100 * small["customer_share"]) < 2:
        text += " That is too few for a plan of its own."
        return Statement("weight", text, "unclear", action="Join the smallest group with the one most like it.",
                         values=values)  # fmt: skip
    return Statement("weight", text, values=values)


def contrast(result: "Clusters") -> Statement:
    """The measure in which the groups differ most, and the one in which they hardly do."""
    if result.k < 2:
        return Statement("contrast", "There are no groups to compare.", "few", needs=_GROUPS)
    spread = {f: float(np.ptp(result.by_cluster[f"{f}_z"].to_numpy(float))) for f in result.features}
    spread = {f: x for f, x in spread.items() if x == x}
    if not spread:
        return Statement("contrast", "It is not clear in what the groups differ most.", "unclear")
    most, least = max(spread, key=lambda f: spread[f]), min(spread, key=lambda f: spread[f])
    values = {"spread": spread, "k": result.k}
    text = f"Groups differ most in {inside(most)}"
    if most != least:
        text += f", least in {inside(least)}"
    return Statement("contrast", f"{text}.", values=values)


def rules(found: "Rules") -> Statement:
    """Whether rules can stand for the groups in a database."""
    if math.isnan(found.fidelity):
        return Statement("rules", "There are no groups to write rules for.", "few", needs=_GROUPS)
    share = fmt.share(found.fidelity)
    values = {"fidelity": found.fidelity, "rules": len(found.rules)}
    count = fmt.many(len(found.rules), "rule")
    if round(100 * found.fidelity) >= 90:
        return Statement("rules", f"{count} put {share} of customers into their group.", "good", values=values)
    if round(100 * found.fidelity) >= 75:
        text = f"{count} put {share} of customers into their group: good enough for a mailing, not for a price."
        return Statement("rules", text, values=values)
    text = f"No short rules describe the groups: {count} put only {share} of customers into theirs."
    action = "Import the list of customers instead of the rules."
    return Statement("rules", text, "unclear", action=action, values=values)


def method(result: "Clusters") -> Statement:
    """Which way of grouping was taken, and why."""
    if result.methods.empty:
        return Statement("method", "No ways of grouping were compared.", "few", needs=_GROUPS)
    rows = {r["method"]: r for r in result.methods.to_dict("records")}
    taken = rows[result.method]
    separation, stability = float(taken["silhouette"]), float(taken["jaccard_min"])
    values = {"separation": separation, "stability": stability, "ways": len(rows), "k": result.k}
    said = fmt.number(separation, 2)
    if verdicts.cluster_stability(stability) == "unstable":
        tried = fmt.words(len(rows))
        text = f"Of {tried} ways tried none gives groups that come back; {result.method} is shown as a sketch."
        return Statement("method", text, "unclear", values=values)
    if result.method == "k-means":
        text = "k-means is used: it is the simplest, and no other sound method separates customers much better "
        text += f"({said} of 1)."
    else:
        plainly = float(rows["k-means"]["silhouette"]) if "k-means" in rows else math.nan
        values["k_means"] = plainly
        text = f"{result.method} is used: it separates customers by {said} of 1, k-means by {fmt.number(plainly, 2)}."
    return Statement("method", text[0].upper() + text[1:], values=values)


def foresight(result: "Clusters") -> Statement:
    """Whether groups made at an earlier date tell what customers did after it, beside the map that is there already."""
    table = result.methods
    columns = [c for c in ("spend_explained", "orders_explained") if c in table and table[c].notna().any()]
    own = table[table["method"] == result.method] if len(table) else table
    if not columns or own.empty or own[columns[0]].isna().all():
        return Statement("foresight", "", "few", needs="orders over several months")
    column = columns[0]
    what = column.removesuffix("_explained")
    told = float(own[column].iloc[0])
    others = table[(table["method"] == "RFM map") & table[column].notna()]
    values = {"told": told}
    text = f"Groups made before the last months explain {fmt.share(told)} of the differences in later {what}"
    if len(others):
        rival = float(others[column].iloc[0])
        values["value_segments"] = rival
        text += f"; value segments explain {fmt.share(rival)}"
    verdict: Verdict = "good" if round(100 * told) >= 13 else "neutral" if round(100 * told) >= 2 else "unclear"
    if len(others) and round(100 * rival) >= round(100 * told) + 5:
        action = "Plan by value segments; use the groups to decide what to say."
        return Statement("foresight", f"{text}.", verdict, action=action, values=values)
    return Statement("foresight", f"{text}.", verdict, values=values)


def worth_using(cards: "Mapping[str, Scorecard]") -> Statement:
    """Which segmentation meets most of what is asked of one."""
    if not cards:
        return Statement("worth_using", "There is no segmentation to judge.", "few", needs=_GROUPS)
    met = {name: int(c.rows["verdict"].isin(["good", "fair"]).sum()) for name, c in cards.items()}
    open_ = {name: int((c.rows["verdict"] == "unknown").sum()) for name, c in cards.items()}
    best = max(met, key=lambda name: met[name])
    card = cards[best]
    asked = len(card.rows)
    values: dict[str, Any] = {"met": met[best], "asked": asked, "unknown": open_[best]}
    named = "These groups" if best == "Groups" else quoted(best)
    text = f"{named} meet {fmt.words(met[best])} of {fmt.words(asked)} tests of a good segmentation"
    if len(cards) > 1:
        text += ", most of those on this page" if list(met.values()).count(met[best]) == 1 else ", as well as any here"
    if open_[best]:
        text += f"; {fmt.words(open_[best])} cannot be known"
    poor = set(card.rows.loc[card.rows["verdict"] == "poor", "criterion"])
    action = next((_MENDS[c] for c in _MENDS if c in poor), "")
    if 2 * open_[best] >= asked:
        return Statement("worth_using", f"{text}.", "unclear", values=values)
    return Statement("worth_using", f"{text}.", "neutral" if poor else "good", action=action, values=values)


# What to do about the gravest thing a segmentation lacks.
_MENDS = {
    "substantial": "Join the smallest segments with those most like them.",
    "number": "Join segments that hardly differ, and split those in which customers differ most.",
    "predictive": "Do not plan sales by these segments: they say little of what customers do next.",
    "stable": "Do not build on segments that change when customers are sampled again.",
    "distinctive": "Treat segments as shades: their customers overlap.",
    "actionable": "Mark each customer's segment in the customer database, as no attribute tells it.",
}
