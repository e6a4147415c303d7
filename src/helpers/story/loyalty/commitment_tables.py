"""The table of the groups of loyalty and commitment."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of

if TYPE_CHECKING:
    from helpers.analysis.loyalty.commitment import Commitment

_MEANING = {
    "loyal": "Recommend us and keep buying",
    "committed": "Recommend us, but buy seldom, are late or have left",
    "trapped": "Would not recommend us, yet keep buying",
    "at risk": "Would not recommend us and are late",
    "left": "Would not recommend us and have left",
    "dissatisfied": "Would not recommend us, few orders so far",
    "undecided": "Neither recommend us nor warn of us",
    "not placed": "Answered, but what they do is not known",
}
_ACTIONS = {
    "loyal": "Thank them, and ask for a referral.",
    "committed": "Find out what is in the way; make one easy offer.",
    "trapped": "Call: fix what they name before they find a way out.",
    "at risk": "Call the biggest first; offer redress, not a discount.",
    "left": "Ask why, once, and let it improve the service.",
    "dissatisfied": "Ask what went wrong with the first orders.",
    "undecided": "Ask what is missing.",
    "not placed": "Match their customer numbers.",
}


def groups(result: "Commitment", money: fmt.Money) -> Table:
    """The groups that have customers, with their share and its interval, spend, and what to do."""
    found = result.groups if result.placed else result.groups.head(0)
    rows = rows_of(found)
    shown = found.assign(
        group=[f"{r.commitment_group[:1].upper()}{r.commitment_group[1:]}" for r in rows],
        meaning=[_MEANING[r.commitment_group] for r in rows],
        share=[bracketed(fmt.share(r.customer_share), fmt.interval(r.share_low, r.share_high)) for r in rows],
        worth=[money(r.spend) for r in rows],
        action=[_ACTIONS[r.commitment_group] for r in rows],
    )
    labels = {
        "group": "Group",
        "meaning": "What they do and say",
        "customers": "Customers",
        "share": "Share (95% interval)",
        "worth": "Spend",
        "action": "What to do",
    }
    if shown["spend"].isna().all():
        labels.pop("worth")
    formats: dict[str, Form] = {"customers": fmt.count}
    _, passive_from, _, highest = result.cuts
    most = fmt.count(result.loyal_score)
    high = most if result.loyal_score == highest else f"{most} or more"
    low = fmt.count(passive_from - 1)
    note = f"To recommend is to score {high}; not to, {low} or less. Shares are of the customers placed."
    return frame_table(
        shown, labels, formats, "Loyalty and commitment", note, right=["share", "worth"], nothing="nobody is placed"
    )
