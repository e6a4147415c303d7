"""What to aim at with a group, and what to do, in the words of the page; the channel is for the client to choose."""

from helpers.story import fmt
from helpers.story.terms import form_of, plain

# objective -> what to aim at, what to do
PLANS = {
    "keep": ("Keep them", "Give them service before discounts, and ask who might be like them."),
    "grow": ("Sell more to them", "Show what buyers like them buy next."),
    "develop": ("Bring them up", "One low-cost offer that makes the next order larger or sooner."),
    "second_order": ("Get a second order", "One offer soon after the first order, on what goes with it."),
    "win_back": ("Win them back", "They are late by their own rhythm: ask what went wrong, and make one good offer."),
    "let_go": ("Spend little on them", "They are late and worth little: leave them to low-cost reminders."),
    "test": ("Learn what works", "Send one offer to a random half, and compare both halves."),
}


def condition_text(feature: str, low: float, high: float, value: str, holds: bool, money: fmt.Money | None) -> str:
    """A condition of a rule as a reader says it: "orders from 3 to under 10", "contract is not monthly"."""
    name = plain(feature)
    if value:
        return f"{name} {'is' if holds else 'is not'} {value}"
    form = form_of(feature, money)
    if low > float("-inf") and high < float("inf"):
        return f"{name} from {form(low)} to under {form(high)}"
    return f"{name} from {form(low)}" if low > float("-inf") else f"{name} under {form(high)}"
