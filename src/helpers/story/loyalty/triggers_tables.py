"""The table of buying habits and what to do about each."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of

if TYPE_CHECKING:
    from helpers.analysis.loyalty.triggers import Triggers

_MOST = 10
_NAMED = {"promotion": "On promotion", "discount": "At a discount"}
_ACTIONS = {
    "season": "Write before the season starts; plan stock and staff for it.",
    "promotion": "Keep promotions to them; sell to the others at full price.",
    "category": "Show what is new in it first, and one neighbouring category.",
}


def habits(result: "Triggers", money: fmt.Money) -> Table:
    """Each season, promotion and category that customers keep to, the ten with most customers."""
    title, shown = "Habits and what to do", result.by_habit.head(_MOST)
    rows = rows_of(shown)
    shown = shown.assign(
        named=[_NAMED.get(r.habit, r.habit) if r.trigger == "promotion" else r.habit for r in rows],
        worth=[bracketed(money(r.spend), fmt.share(r.spend_share)) for r in rows],
        action=[_ACTIONS[r.trigger] for r in rows],
    )
    labels = {"named": "Habit", "action": "What to do", "customers": "Customers", "worth": "Spend (share)"}
    if shown["spend"].isna().all():
        labels.pop("worth")
    formats: dict[str, Form] = {"customers": fmt.count}
    more = len(result.by_habit) - len(shown)
    note = f"And {fmt.many(more, 'smaller habit')}, in the table of the same name." if more else ""
    return frame_table(shown, labels, formats, title, note, right=["worth"], nothing="no customer has a habit")
