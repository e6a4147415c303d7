"""Actions in words: what to do, how it is measured, and on what it rests."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.phrases import inside, quoted
from helpers.story.terms import printable
from helpers.story.units import in_unit

if TYPE_CHECKING:
    from helpers.analysis.plan.plan import Plan

Row = dict[Any, Any]
CALLS = ("call_detractors", "call_subscribers", "ask_decision_makers")
MEMBERS = "contacted"  # the arm of a campaign that is a list of members
_LARGE = 0.5  # a rise of half is seldom met
_DO = {
    "win_back": "Call or write to regulars who are late, and offer a way back",
    "call_detractors": "Call detractors back, the most valuable first, and put right what can be put right",
    "call_subscribers": "Call subscribers at risk: ask what keeps them from using what they pay for",
    "second_order": "Test an offer for the second order",
    "first_order": "Test a starter offer for a first order",
    "ask_decision_makers": "Ask decision makers of accounts where none has answered, the biggest accounts first",
    "test": "Test one offer on customers drawn at random, against as many left alone",
}


def action_text(row: Row) -> str:
    """What to do: "Repeat “Email and call” of “Spring restock 2026”"."""
    if row["kind"] in ("repeat", "stop"):
        verb = "Repeat" if row["kind"] == "repeat" else "Do not repeat"
        return f"{verb} {campaign_text(row)}" + (f" of {quoted(row['campaign'])}" if row["arm"] != MEMBERS else "")
    return in_unit(_DO[row["kind"]])


def campaign_text(row: Row) -> str:
    """The arm, or the campaign where it had members and no arms."""
    return quoted(row["campaign"] if row["arm"] == MEMBERS else row["arm"])


def segment_text(row: Row) -> str:
    """For whom and for how many, in a cell; blank for what is stopped."""
    if row["kind"] == "stop":
        return fmt.MISSING
    if not row["list"]:
        return f"As last time ({fmt.count(row['contacted'] + row['held_out'])})"
    size = row["contacted"] + row["held_out"]
    part = f"{fmt.count(size)} of " if size < row["customers"] else ""
    return f"{_segments(row)} ({part}{fmt.count(row['customers'])})"


def _segments(row: Row) -> str:
    return ", ".join(printable(part)[:1].upper() + printable(part)[1:] for part in row["segment"].split("; "))


def measure_text(row: Row) -> str:
    """How it will be measured, as the table saves it: arms, duration and the smallest rise to be seen."""
    if row["kind"] == "stop":
        return "Nothing to measure: the cost is saved."
    if row["kind"] == "call_detractors":
        return "Everybody is called, so no test: the score of the called in the next survey."
    if row["kind"] == "call_subscribers":
        return "Everybody is called, so no test: how many of the called still pay at the end of the quarter."
    if row["kind"] == "ask_decision_makers":
        return "Everybody is asked, so no test: how many of these accounts have answered by the end of the quarter."
    if not row["held_out"] > 0:
        return "Too few for a test: how many of those contacted have ordered by the end of the quarter."
    arms = f"Random test: {fmt.count(row['contacted'])} contacted, {fmt.count(row['held_out'])} held out"
    days = f", followed for {fmt.days(row['duration_days'])}" if row["duration_days"] == row["duration_days"] else ""
    share = row["smallest_seen_share"]
    if share != share:
        return in_unit(f"{arms}{days}. The smallest rise it can show is not known.")
    seen = f". Shows a rise in {inside(row['metric'])} of {fmt.share(share)} or more"
    return in_unit(f"{arms}{days}{seen}{', so only a large one' if share > _LARGE else ''}.")


def saved_actions(plan: "Plan") -> pd.DataFrame:
    """The plan as the page saves it: its rows with `action` and `measure` in words."""
    rows = plan.actions.to_dict("records")
    texts = {"action": [action_text(r) for r in rows], "measure": [measure_text(r) for r in rows]}
    frame = plan.actions.assign(**{name: pd.Series(said, dtype="str") for name, said in texts.items()})
    first = ["id", "segment", "action", "customers", "list", "cost", "expected", "low", "high", "measure"]
    first += ["owner", "due", "source"]
    names = ["id", "segment", "action", "list", "measure", "owner", "source", "kind", "campaign", "arm", "evidence"]
    told = frame[[*first, *(c for c in frame if c not in first)]]
    return told.assign(**{name: told[name].astype("object").fillna("").astype("str") for name in [*names, "metric"]})
