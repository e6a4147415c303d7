"""The list of answers to follow up in words: what to do for each, and why; the same grain, nothing is computed.

A reason names ratings, scores and purchases, never what a customer wrote: the list may be handed on.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.phrases import inside, quoted
from helpers.story.table import rows_of

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.actions import Actions

COLUMNS = (
    *("customer_id", "account_id", "response_id", "score", "category", "priority", "owner", "action", "due_in_days"),
    *("reason", "value_at_stake", "answered_on", "wave", "consented"),
)
# What is asked of whom; `plan_actions` says which.
ASKS = {
    "call": "Call back: listen, put right what can be put right, and report what was done.",
    "question": "Ask what was missing for a higher score.",
    "reference": "Ask for a reference or a case study.",
    "testimonial": "Ask for a testimonial.",
    "review": "Ask for a public review.",
    "referral": "Ask to recommend us to a friend.",
}


def in_words(actions: "Actions") -> pd.DataFrame:
    """The table nps_actions: COLUMNS, by category and priority, as `plan_actions` sorted them."""
    frame = actions.answers
    ways = ["ask", "worst", "worst_rating", "second", "second_rating", "ask_about", "ask_rating", "score"]
    ways += ["touchpoint", "theme", "commented"]
    kinds = frame[ways].drop_duplicates()
    said = kinds.assign(
        action=[_action(row) for row in rows_of(kinds)], reason=[_reason(row) for row in rows_of(kinds)]
    )
    keyed = frame.merge(said, on=ways, how="left", validate="many_to_one")
    keyed[["action", "reason"]] = keyed[["action", "reason"]].astype("str")
    return keyed[list(COLUMNS)]


def _action(row: Any) -> str:
    if row.ask == "question" and row.ask_about:
        return f"Ask what would have to change about {inside(row.ask_about)}."
    return ASKS[row.ask]


def _reason(row: Any) -> str:
    scored = f"Scored {fmt.number(row.score, 0 if row.score % 1 == 0 else 1)}"
    if row.ask == "question":
        low = f"{inside(row.ask_about)} {_rating(row.ask_rating)}" if row.ask_about else ""
    elif row.ask == "call":
        rated = [(row.worst, row.worst_rating), (row.second, row.second_rating)]
        low = fmt.listing([f"{inside(name)} {_rating(rating)}" for name, rating in rated if name])
    else:
        low = ""
    parts = [scored, f"rated {low}" if low else "", f"asked about {inside(row.touchpoint)}" if row.touchpoint else ""]
    parts.append(f"wrote about {quoted(row.theme)}" if row.theme else "")
    parts.append("left a comment: read it first" if row.commented and row.ask == "call" else "")
    return "; ".join(part for part in parts if part)


def _rating(rating: float) -> str:
    return fmt.number(rating, 0 if rating % 1 == 0 else 1)
