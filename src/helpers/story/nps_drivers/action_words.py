"""Sentences about who should hear from the client: how many, by when, and the money at stake."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.actions import Actions

_HAVE = {"spend": ("spent", "in the last twelve months"), "fees": ("pay", "a year")}


def actions(result: "Actions", money: Money, *, days: int) -> Statement:
    """How many customers to call by when, and what they are worth. days: how far back an answer counts as recent."""
    groups = {str(r["group"]): r for r in result.by_group.to_dict("records")}
    counts = {status: int(n) for status, n in result.accounted[["status", "answers"]].itertuples(index=False)}
    total = sum(counts.values())
    customers = {group: int(r["customers"]) for group, r in groups.items()}
    values = {**customers, "answers": total, "days": days, "counts": counts}
    if not result.to_contact:
        return _nobody(result, counts, days, values)
    detractors, due = groups["detractors"], int(groups["detractors"]["due_in_days"])
    n = customers["detractors"]
    if not n:
        others = [fmt.many(customers[g], g[:-1]) for g in ("passives", "promoters") if customers[g]]
        text = f"No recent answer calls for an apology: {fmt.listing(others)} can be asked for more."
        return Statement("actions", text, "good", action=_ask(customers), values=values)
    worth = detractors["value"]
    values |= {"due_in_days": due, "value": worth}
    verb, when = _HAVE.get(result.basis, ("", ""))
    verb = "pays" if verb == "pay" and n == 1 else verb
    whose = "whose accounts" if result.by_account and n > 1 else "whose account" if result.by_account else "who"
    stake = f" {whose} {verb} {money(worth)} {when}" if verb and worth > 0 else ""
    within = "within a day" if due <= 1 else f"within {fmt.many(due, 'day')}"
    who = fmt.many(n, "detractor")
    text = f"{who}{stake} should get a call {within}."
    had = f"; they {verb} {money(worth)} {when}" if stake and n > 1 and not result.by_account else ""
    return Statement(
        "actions",
        text,
        "neutral",
        action=f"{_call(stake, n)} {_ask(customers)}".strip(),
        values=values,
        figures=(KeyFigure("Calls to make", fmt.count(n), f"{within}{had}"),),
    )


def _call(stake: str, n: int) -> str:
    first = ", the most valuable first" if stake and n > 1 else ""
    return f"Call detractors{first}." if n > 1 else "Call the detractor."


def _ask(customers: dict[str, int]) -> str:
    asks = ["ask passives what was missing"] if customers["passives"] else []
    asks += ["invite promoters to speak for us"] if customers["promoters"] else []
    said = " and ".join(asks)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _nobody(result: "Actions", counts: dict[str, int], days: int, values: dict[str, object]) -> Statement:
    """Why there is nobody to contact, and what would change it."""
    total = sum(counts.values())
    if counts["without a customer number"] == total:
        text = f"{fmt.many(total, 'answer')} came without a customer number, so nobody can be called back."
        needs = "the customer number sent along with the survey, as a hidden field"
        return Statement("actions", text, "few", needs=needs, values=values)
    recent = "the latest wave" if result.latest_wave else f"the last {fmt.many(days, 'day')}"
    text = f"No answer of {recent} comes from a customer who may be contacted."
    needs = f"answers of {recent} by customers who may be contacted"
    return Statement("actions", text, "few", needs=needs, values=values)
