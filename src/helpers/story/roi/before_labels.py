"""What the figures of before and after are called, how each is written, and what a change of it means, in words."""

from collections.abc import Callable
from typing import Any

from helpers.analysis.roi.before_figures import BETTER, DECLARED, FEW, FIGURES, UNCLEAR, WORSE
from helpers.analysis.roi.before_periods import Span
from helpers.story import fmt, verdicts
from helpers.story.terms import rounded

Form = Callable[[float], str]
NAMES = {
    "cltv": "Customer lifetime value",
    "conversion": "Conversion",
    "cac": "Cost of winning a customer",
    "churn": "Churn",
    "subscriber_churn": "Subscriber churn",
    "roi": "Return on investment",
    "retention": "Retention",
    "revenue": "Revenue",
    "revenue_per_customer": "Revenue per buyer",
    "average_order": "Average order",
    "gross_margin": "Gross margin",
    "customers": "Buyers",
    "new_customers": "New customers",
    "return_on_new_customers": "Return on new customers",
    "nps": "NPS",
}
VERDICTS = {BETTER: "Better", WORSE: "Worse", UNCLEAR: "No clear change", FEW: "Too few to say"}
# What a rise means; "more" becomes "less" or "fewer" where the figure falls.
_MEANINGS = {
    "cltv": "A customer is worth {} more",
    "conversion": "{} more of {} leads become customers",
    "cac": "Winning a customer costs {} more",
    "churn": "{} more of {} customers leave",
    "subscriber_churn": "{} more of {} subscribers leave",
    "roi": "Each {} spent returns {} more",
    "retention": "{} more of {} customers come back",
    "revenue": "{} more revenue",
    "revenue_per_customer": "A buyer spends {} more",
    "average_order": "An order is worth {} more",
    "gross_margin": "{} more is left of sales of {}",
    "customers": "{} more customers buy",
    "new_customers": "{} more customers are won",
    "return_on_new_customers": "Each {} spent on winning customers returns {} more",
    "nps": "Customers recommend by {} points more",
}
_HEADS = ("conversion", "churn", "subscriber_churn", "retention")  # told as so many of a hundred


def name_of(row: Any) -> str:
    """A figure's name; with whose conversion it is, and with "30 days" where it is told for these."""
    return _named(row) + (", 30 days" if row.unit.endswith(" a month") else "")


def inside(row: Any) -> str:
    """The name in mid-sentence."""
    name = _named(row) + (" for 30 days" if row.unit.endswith(" a month") else "")
    return name if row.metric == "nps" else name[:1].lower() + name[1:]


def _named(row: Any) -> str:
    if row.metric == "new_customers" and row.note.startswith("who were first known"):
        return f"{NAMES[row.metric]}, by the list"
    if row.metric != "conversion" or row.basis == DECLARED:
        return NAMES[row.metric]
    return f"{NAMES[row.metric]} of {'trials' if row.note.startswith('trials') else 'new leads'}"


def value_form(row: Any, money: fmt.Money) -> Form:
    """How a figure is written, and its like on the other side: 5% beside 8%, but 24.8% beside 21.6%."""
    kind = row.unit.removesuffix(" a month")
    if kind == "money":
        return rounded(money)
    if kind == "count":
        return fmt.count
    if kind == "points":
        return fmt.points
    decimals = _decimals(row.before, row.after)
    return (lambda x: fmt.share(x, decimals)) if kind == "share" else (lambda x: _percent(x, decimals))


def change_form(row: Any, money: fmt.Money) -> Form:
    """How its change is written: shares and returns in points."""
    kind = row.unit.removesuffix(" a month")
    if kind in ("share", "ratio"):
        decimals = _decimals(row.before, row.after)
        return lambda x: fmt.signed(x * 100, lambda v: fmt.number(v, decimals))
    form = value_form(row, money)
    return lambda x: fmt.signed(x, form)


def change_text(row: Any, money: fmt.Money) -> str:
    """A change with its unit: "+3 points", "−£10"."""
    text = change_form(row, money)(row.change)
    points = row.unit.removesuffix(" a month") in ("share", "ratio", "points")
    return text + (" point" if text in ("+1", "−1") else " points") if points else text


def judged(row: Any, money: fmt.Money) -> str:
    """The verdict, as far as the interval as printed bears it."""
    if row.verdict not in (BETTER, WORSE):
        return str(row.verdict)
    return UNCLEAR if verdicts.side_of_zero(row.low, row.high, change_form(row, money)) == "unclear" else row.verdict


def meaning(row: Any, money: fmt.Money, *, same_season: bool = True) -> str:
    """What the change means for the business: "Winning a customer costs £10 less: better, as declared". Between unlike
    seasons a measured change is not called better or worse."""
    verdict = judged(row, money)
    if verdict in (UNCLEAR, FEW):
        return VERDICTS[verdict]
    if fmt.is_zero(change_form(row, money)(row.change)):
        return "No change"
    text = _MEANINGS[row.metric].format(*_amounts(row, money))
    if row.metric == "conversion" and row.note.startswith("trials"):
        text = text.replace("leads", "trials")
    if row.change < 0:
        counted = row.metric in (*_HEADS, "customers", "new_customers")
        text = text.replace(" more", " fewer" if counted else " less", 1)
    better = (row.change > 0) == FIGURES[row.metric].more_is_better
    said = VERDICTS[BETTER if better else WORSE].lower()
    if verdict == DECLARED:
        return f"{text}: {said}, as declared"
    return f"{text}: {said}" if same_season else f"{text}, in another season"


def span_text(span: Span) -> str:
    """A period in words: "1 October 2024 to 30 September 2025"."""
    return f"{fmt.day(span.first)} to {fmt.day(span.last)}"


def _amounts(row: Any, money: fmt.Money) -> list[str]:
    size = abs(row.change)
    if row.metric in _HEADS:
        whole = 100 if size >= 0.0095 else 1_000
        return [fmt.count(size * whole), fmt.count(whole)]
    if row.metric in ("roi", "return_on_new_customers"):
        return [money(1), money(size)]
    if row.metric == "gross_margin":
        return [money(size * 100), money(100)]
    form = value_form(row, money)
    return [form(size).lstrip("+")]


def _decimals(*shares: float) -> int:
    return 0 if all(round(share * 100, 1) % 1 == 0 for share in shares) else 1


def _percent(x: float, decimals: int) -> str:
    return fmt.number(x * 100, decimals) + "%"
