"""Tables of next quarter's plan: the actions to vote on, and how each is measured."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.plan.actions import action_text, measure_text, segment_text
from helpers.story.table import Table, bracketed, frame_table
from helpers.story.terms import printable, rounded

if TYPE_CHECKING:
    from helpers.analysis.plan.plan import Plan

_NOTHING = "nothing in these data calls for an action"


def actions(plan: "Plan", money: Money) -> Table:
    """What to do, for whom, what it costs and should bring, who answers for it and by when."""
    rows = plan.actions.to_dict("records")
    amount = rounded(money)
    shown = plan.actions.assign(
        action=[action_text(row) for row in rows],
        segment=[segment_text(row) for row in rows],
        cost=[amount(row["cost"]) for row in rows],
        expected=[_expected(row, money) for row in rows],
        owner=[_owner(row) for row in rows],
    )
    labels = {
        "action": "What to do",
        "segment": "For whom (customers)",
        "cost": "Cost",
        "expected": "Expected gain (95% interval)",
        "owner": "Owner, by",
    }
    note = (
        "Gain: margin on the extra revenue less the cost of contacts, over the days that the test was followed; costs "
        "of a programme come on top. For what is stopped: the loss avoided. “Not known”: test it first. A campaign is "
        "repeated for no more customers than its test drew, and the gain assumes that they are alike. Leave out "
        "everybody who may not be contacted."
    )
    return frame_table(shown, labels, {}, "The plan to vote on", note, right=["cost", "expected"], nothing=_NOTHING)


def measures(plan: "Plan", money: Money) -> Table:
    """How each action is measured, what it must earn, what is at stake, and where its customers are listed."""
    rows = plan.actions.to_dict("records")
    amount = rounded(money)
    shown = plan.actions.assign(
        action=[action_text(row) for row in rows],
        measure=[measure_text(row) for row in rows],
        break_even=[amount(row["break_even"]) for row in rows],
        at_stake=[amount(row["at_stake"]) for row in rows],
        list=[row["list"] or fmt.MISSING for row in rows],
    )
    labels = {
        "action": "What to do",
        "measure": "How it will be measured",
        "break_even": "Pays from, a customer",
        "at_stake": "At stake a year",
        "list": "List (saved table)",
    }
    told = {
        "measure": "Smallest rise: what four of five such tests would show.",
        "break_even": "Pays from: extra revenue per customer from which the margin covers the contact.",
        "at_stake": "At stake: what these customers bring a year, not what the action brings.",
    }
    for column in ("break_even", "at_stake"):
        if plan.actions[column].isna().all():
            labels.pop(column)
    if not any(row["list"] for row in rows):
        labels.pop("list")
    note = " ".join(text for column, text in told.items() if column in labels)
    return frame_table(
        shown, labels, {}, "How each action is measured", note, right=["break_even", "at_stake"], nothing=_NOTHING
    )


def _owner(row: dict[Any, Any]) -> str:
    """Who and by when: "Head of sales, 31 Dec"."""
    who = printable(row["owner"]) or "not named"
    return f"{who[:1].upper()}{who[1:]}, {row['due'].day} {row['due']:%b}"


def _expected(row: dict[Any, Any], money: Money) -> str:
    if row["expected"] != row["expected"]:
        return "not known"
    return bracketed(money(row["expected"]), fmt.interval(row["low"], row["high"], money))
