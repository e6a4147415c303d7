"""Sentences about active, passive and lost customers, where nobody was asked."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.experience.labels import attribute_label
from helpers.story.phrases import quoted, some
from helpers.story.statement import Statement, Verdict
from helpers.story.terms import lower

if TYPE_CHECKING:
    from helpers.analysis.experience.activity import Activity
    from helpers.analysis.loyalty.differentiators import Differentiators

_TESTED = ("differentiator", "slight", "unclear")
_NEEDS = "attributes of customers, or two years of orders that show how each began"
_LATELY = 365


def activity(result: "Activity", *, asked: bool = False, min_customers: int = 50) -> Statement:
    """How many customers are active, passive and lost; nothing where they were asked."""
    if asked:
        return Statement("activity", "", values={})
    found = {str(row["activity"]): row for row in result.groups.to_dict("records")}
    values: dict[str, Any] = {"known": result.known, "days": result.days}
    if result.known < min_customers:
        text = f"Of {fmt.many(result.known, 'customer')} we know whether they are active: too few to go by."
        needs = f"orders or events of {fmt.count(min_customers)} customers over a longer time"
        return Statement("activity", text, "few", needs=needs, values=values)
    share = {g: found[g]["customer_share"] if g in found else 0.0 for g in ("active", "passive", "lost")}
    spend = {g: found[g]["spend_share"] if g in found else float("nan") for g in share}
    values |= {f"{g}_share": share[g] for g in share} | {f"{g}_spend_share": spend[g] for g in share}
    text = (
        f"Of {fmt.count(result.known)} customers {fmt.share(share['active'])} are active, "
        f"{fmt.share(share['passive'])} passive and {fmt.share(share['lost'])} lost"
    )
    if spend["active"] == spend["active"]:
        text += f"; the active brought {fmt.share(spend['active'])} of spend in {_lately(result.days)}"
    most = max(share, key=lambda g: share[g])
    verdict: Verdict = "bad" if most == "lost" else "neutral"
    action = {
        "lost": "Ask a sample of the lost why they left before spending on new customers.",
        "passive": "Ask the passive what is missing: they still come, and they are the largest group.",
        "active": "Ask the active what they value, and show it to the passive.",
    }[most]
    return Statement("activity", f"{text}.", verdict, action=action, headline=True, values=values)


def not_known(result: "Activity") -> Statement:
    """Customers who cannot be placed yet; nothing where all are."""
    left = int(result.groups.loc[result.groups["activity"] == "not known", "customers"].sum())
    if not left or not result.known:
        return Statement("not_known", "", values={})
    who = "1 customer is" if left == 1 else f"{fmt.count(left)} customers are"
    text = f"{who} not placed: too short a history to tell a pause from a loss."
    return Statement("not_known", text, aside=True, values={"customers": left})


def sets_apart(result: "Differentiators", *, asked: bool = False) -> Statement:
    """The attribute by which active and passive customers differ most; nothing where they were asked."""
    if asked:
        return Statement("sets_apart", "", values={})
    effects = result.effects.to_dict("records")
    tested = [row for row in effects if row["verdict"] in _TESTED]
    values: dict[str, Any] = {"customers": result.customers, "attributes": len(tested)}
    if not tested:
        text = "Too few active and passive customers have a known attribute or beginning."
        return Statement("sets_apart", text, "few", needs=_NEEDS, values=values)
    top = tested[0]
    if top["verdict"] != "differentiator":
        text = f"Of {fmt.words(len(tested))} attributes none sets active customers clearly apart from passive ones."
        if len(tested) == 1:
            text = "The one attribute known does not set active customers clearly apart from passive ones."
        return Statement("sets_apart", text, "unclear", values=values)
    values |= {name: top[name] for name in ("attribute", "best_level", "best_share", "worst_level", "worst_share")}
    name, best, worst = lower(attribute_label(top["attribute"])), quoted(top["best_level"]), quoted(top["worst_level"])
    by = "with" if top["kind"] == "number" else "of"
    text = (
        f"Active customers differ most by {name}: {fmt.share(top['best_share'])} {by} {best} are active, "
        f"{fmt.share(top['worst_share'])} {by} {worst}."
    )
    action = f"Win more customers like {best}, and ask the others what they lack."
    if top["kind"] == "number" or top["attribute"].startswith("first_order"):
        action = "Guide some new customers the same way, others as before, and compare both in a year."
    return Statement("sets_apart", text, action=action, headline=True, values=values)


def also_apart(result: "Differentiators") -> Statement:
    """Further attributes that set the active apart; nothing where there are none."""
    more = [row for row in result.effects.to_dict("records") if row["verdict"] == "differentiator"][1:]
    if not more:
        return Statement("also_apart", "", values={})
    names = some([lower(attribute_label(row["attribute"])) for row in more])
    text = f"{names[:1].upper()}{names[1:]} also {'sets' if len(more) == 1 else 'set'} the active apart."
    values = {"more": len(more), "left": max(len(more) - 4, 0)}
    return Statement("also_apart", text, aside=True, values=values)


def _lately(days: int) -> str:
    return "the last year" if days == _LATELY else f"the last {fmt.days(days)}"
