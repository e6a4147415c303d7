"""The table of whom to contact: counts and money by group, never a customer."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, frame_table
from helpers.story.terms import plain, rounded

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.actions import Actions

_VALUE = {"spend": "Spent in the last 12 months", "fees": "Fees a year"}
_WHAT = {
    "detractors": "Call back, the most valuable first",
    "passives": "Ask what was missing",
    "promoters": "Ask for a {ask}",
}
_LEFT_OUT = {
    "followed by a later answer": "followed by a later one of the same customer",
    "too long ago": "too old to act on",
    "without a date": "undated",
    "without a customer number": "without a customer number",
    "not to be contacted": "of customers who may not be contacted",
    "on a scale that is not known": "on a scale that is not known",
}


def actions(actions: "Actions", money: fmt.Money | None = None) -> Table:
    """Whom to contact, by group; what nobody knows has no column. Beneath it, what became of all answers."""
    shown = actions.by_group[actions.by_group["customers"] > 0]
    shown = shown.assign(
        what=[_what(str(g), str(a)) for g, a in zip(shown["group"], shown["ask"], strict=True)],
        owner=[plain(owner) for owner in shown["owner"]],
    )
    value = {"value": _VALUE[actions.basis]} if actions.basis else {}
    labels = {"group": "Who", "customers": "Customers", **value, "owner": "Owner", "due_in_days": "Within"}
    formats: dict[str, Form] = {
        "group": plain,
        "customers": fmt.count,
        "value": rounded(money) if money else fmt.count,
        "due_in_days": lambda days: fmt.many(days, "day"),
    }
    nothing = "no answer is recent, of a known customer and free to be followed up"
    return frame_table(
        shown, labels | {"what": "What to do"}, formats, "Whom to contact", _note(actions), nothing=nothing
    )


def _what(group: str, ask: str) -> str:
    asked = [one for one in ask.split(", ") if one]
    return _WHAT[group].replace("{ask}", " or ".join(asked))


def _note(actions: "Actions") -> str:
    counts = dict(zip(actions.accounted["status"], actions.accounted["answers"], strict=True))
    total = sum(counts.values())
    left = [f"{fmt.count(counts[status])} {said}" for status, said in _LEFT_OUT.items() if counts.get(status)]
    rest = f" Left out: {fmt.listing(left)}." if left else ""
    whom = (
        " Where the data name somebody who looks after the customer, the list does so." if actions.named_owners else ""
    )
    return f"{fmt.count(actions.to_contact)} of {fmt.many(total, 'answer')} lead to a contact.{rest}{whom}"
