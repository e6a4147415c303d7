"""Tables of the groups of customers."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.clusters.plans import PLANS, condition_text
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain, printable
from helpers.story.verdicts import STABLE

if TYPE_CHECKING:
    from helpers.analysis.clusters.clusters import Clusters
    from helpers.analysis.clusters.personas import Personas
    from helpers.analysis.clusters.rules import Rules
    from helpers.analysis.scorecard import Scorecard

_ACCOUNT_ORDER = ("company_size", "size", "employees", "industry", "sector", "branch")  # of an account's profile
_CRITERIA = {
    "predictive": "Tells what they do later",
    "distinctive": "Segments differ",
    "actionable": "Can be reached by what is known of them",
    "substantial": "Large enough",
    "stable": "Comes back",
    "number": "As many as needed",
}
_VERDICTS = {"good": "Yes", "fair": "In part", "poor": "No", "unknown": "Not known"}


def groups(clusters: "Clusters", money: fmt.Money) -> Table:
    """The groups with their size, what they are worth and how stable they are; the chart has their medians."""
    groups_found = clusters.by_cluster if clusters.k > 1 else clusters.by_cluster.head(0)
    rows = rows_of(groups_found)
    shown = groups_found.assign(size=[bracketed(fmt.count(r.customers), fmt.share(r.customer_share)) for r in rows])
    if "spend_share" in shown:
        shown["worth"] = [bracketed(money(r.spend), fmt.share(r.spend_share)) for r in rows]
    labels = {
        "cluster": "Group",
        "size": "Customers (share)",
        "worth": "Spend (share)",
        "jaccard": "Stability (0 to 1)",
    }
    formats: dict[str, Form] = {"jaccard": lambda x: fmt.number(x, 2)}
    note = "Stability: how well a group is found again when the customers are sampled anew; stable from "
    note += f"{fmt.number(STABLE, 2)}."
    return frame_table(
        shown,
        labels,
        formats,
        "Groups of customers who are alike",
        note,
        right=[c for c in ("size", "worth") if c in shown],
        nothing="no groups were formed",
    )


def cards(personas: "Personas", business_model: str = "b2c") -> Table:
    """Each group as a persona, or as an account's profile where the client sells to companies."""
    firms = business_model == "b2b"
    rows = []
    for card in personas.cards.to_dict("records"):
        traits = personas.traits[personas.traits["cluster"] == card["cluster"]]
        aim, action = PLANS[str(card["objective"])]
        late = f"{fmt.share(card['late_share'])} are late by their own rhythm." if card["late_share"] >= 0.1 else ""
        rows.append(
            {
                "cluster": card["cluster"],
                "who": _who(traits, firms) or "No attribute stands out",
                "worth": _times(card["worth"]),
                "plan": f"{aim}. {action} {late}".strip(),
            }
        )
    shown = pd.DataFrame(rows, columns=["cluster", "who", "worth", "plan"])
    shown = shown if len(shown) > 1 else shown.head(0)  # all customers as one group are no kind of customer
    weighed = bool(shown["worth"].notna().any())
    if not weighed and personas.traits.empty and not (personas.cards["objective"] == "win_back").any():
        shown = shown.head(0)  # the same card for every group tells nothing
    shown = shown if weighed else shown.drop(columns="worth")
    labels = {
        "cluster": "Behaviour" if firms else "Group",
        "who": "Kind of account" if firms else "Who they often are",
        "worth": "Spend beside size",
        "plan": "Value plan" if firms else "Aim and action",
    }
    note = "In brackets the share of the group, and of all."
    note += f" {fmt.number(2)}×: twice as much spend as the group's size suggests." if weighed else ""
    title = "A profile for each group of accounts" if firms else "A card for each group"
    return frame_table(shown, labels, {}, title, note, right=["worth"], nothing="no group stands out")


def _times(worth: float) -> str | None:
    return None if worth != worth else f"<{fmt.number(0.1)}×" if 0 < worth < 0.05 else f"{fmt.number(worth, 1)}×"


def _who(traits: pd.DataFrame, firms: bool) -> str:
    """ "Industry: florist (58%; 31%)", at most three; of firms their size and industry go first."""
    found = sorted(rows_of(traits), key=lambda r: _place(r.attribute)) if firms else rows_of(traits)
    told = [f"{plain(r.attribute)}: {printable(r.value)} ({fmt.share(r.share)}; {fmt.share(r.overall)})" for r in found]
    return "; ".join(told[:3])


def _place(attribute: str) -> int:
    return _ACCOUNT_ORDER.index(attribute) if attribute in _ACCOUNT_ORDER else len(_ACCOUNT_ORDER)


def rules(found: "Rules", money: fmt.Money | None = None) -> Table:
    """Rules by which customers are put into their groups, each with how often it is right."""
    rows = [
        {
            "cluster": rule.cluster,
            "rule": ", ".join(
                condition_text(c.feature, c.low, c.high, printable(c.value), c.holds, money) for c in rule.conditions
            ),
            "customers": rule.customers,
            "precision": rule.precision,
            "coverage": rule.coverage,
        }
        for rule in found.rules
        if rule.coverage >= 0.05
    ]
    labels = {
        "rule": "Rule: all of these hold",
        "customers": "Customers",
        "precision": "Of them in the group",
        "coverage": "Share of the group",
    }
    formats: dict[str, Form] = {"customers": fmt.count, "precision": fmt.share, "coverage": fmt.share}
    note = "Rules that find fewer than 5% of their group are left out here; the table cluster_rules has all of them."
    frame = pd.DataFrame(rows, columns=["cluster", *labels])
    return frame_table(
        frame, labels, formats, "Rules for a customer database", note, group="cluster", nothing="no groups were formed"
    )


def methods(clusters: "Clusters") -> Table:
    """The ways to group customers that were tried, side by side."""
    shown = clusters.methods
    if len(shown):
        shown = shown.assign(method=[f"{r.method} (taken)" if r.chosen else r.method for r in rows_of(shown)])
    labels = {
        "method": "Way",
        "clusters": "Groups",
        "silhouette": "Separation",
        "jaccard_min": "Stability of the weakest",
        "smallest_share": "Smallest group",
        "ungrouped_share": "In no group",
        "rule_accuracy": "Told by three questions",
        "orders_explained": "Later orders told",
        "spend_explained": "Later spend told",
    }
    hundredths: Form = lambda x: fmt.number(x, 2)  # noqa: E731
    formats: dict[str, Form] = {
        "clusters": fmt.count,
        "silhouette": hundredths,
        "jaccard_min": hundredths,
        **dict.fromkeys(("smallest_share", "ungrouped_share", "rule_accuracy"), fmt.share),
        **dict.fromkeys(("orders_explained", "spend_explained"), fmt.share),
    }
    note = (
        "Separation and stability: 1 is best. Told: of the differences in what customers did later, the share that "
        "groups made without those months explain. A dash: not known."
    )
    return frame_table(shown, labels, formats, "Ways to group the same customers", note, nothing="no groups to compare")


def scorecards(cards: "dict[str, Scorecard]") -> Table:
    """What makes a segmentation worth using, by segmentation: one column each."""
    shown = pd.DataFrame({"criterion": list(_CRITERIA.values())})
    names = [f"s{i}" for i in range(len(cards))]
    for column, card in zip(names, cards.values(), strict=True):
        rows = {row["criterion"]: row for row in card.rows.to_dict("records")}
        shown[column] = [_verdict(c, rows[c]) for c in _CRITERIA]
    labels = {"criterion": "Asked of a segmentation"} | dict(zip(names, cards, strict=True))
    note = (
        "In brackets, row by row: share of later differences explained; separation, −1 to 1; how well attributes "
        "predict the segment, from no better than chance (0%) to always (100%); the smallest segment; likeness in "
        "fresh samples; the number of segments."
    )
    frame = shown if cards else shown.head(0)
    return frame_table(frame, labels, {}, "Is it worth using?", note, nothing="no segmentation to judge")


def _verdict(criterion: str, row: dict[Any, Any]) -> str:
    value, verdict, why = float(row["value"]), str(row["verdict"]), str(row["why"])
    if verdict == "unknown":
        return f"{_VERDICTS[verdict]} ({why})"
    if criterion == "number":
        said = {"over": "too many", "under": "too coarse", "over and under": "both too fine and too coarse"}
        return f"{said[why].capitalize()} ({fmt.count(value)})" if why in said else f"Yes ({fmt.count(value)})"
    form = fmt.share if criterion in ("predictive", "actionable", "substantial") else lambda x: fmt.number(x, 2)
    return f"{_VERDICTS[verdict]} ({form(value)})"
