"""Columns in readers' words, and how their values are written: told by the names' units."""

import math
import re
from collections.abc import Callable, Iterable

from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.story import fmt

_PLAIN = {
    # analyses
    "rfm": "Value segments",
    "clusters": "Behavioural segments",
    "lifecycle": "Lifecycle",
    "nps": "NPS",
    "nps_groups": "NPS by group",
    "drivers": "Drivers of the score",
    "roi": "Return on campaigns",
    # tables
    "surveys": "Survey answers",
    "events": "Interactions",
    "exposures": "Campaign contacts",
    # columns supplied
    "order_id": "Order number",
    "customer_id": "Customer number",
    "account_id": "Account number",
    "product_id": "Product number",
    "response_id": "Answer number",
    "ordered_at": "Order date",
    "answered_at": "Date of the answer",
    "occurred_at": "Date of the interaction",
    "acquired_on": "Customer since",
    "exposed_on": "Date of contact",
    "started_on": "Start",
    "trial_started_on": "Start of the trial",
    "cancelled_on": "Cancellation",
    "unit_price": "Price of one",
    "acquisition_cost": "Cost of winning the customer",
    "addons": "Add-ons",
    "subscription_count": "Subscriptions held",
    "event_count": "Interactions",
    "last_event_days": "Days since last interaction",
    "csat": "Satisfaction",
    "ces": "Ease of dealing with us",
    # measures of a customer and of a segment
    "rfm_segment": "Segment",
    "recency_days": "Days since last order",
    "median_recency_days": "Days since last order (median)",
    "tenure_days": "Days since first order",
    "tenure_months": "Months as a customer",
    "last_order_on": "Last order",
    "order_count": "Orders",
    "average_orders": "Orders per customer",
    "customer_share": "Share of customers",
    "spend": "Spend",
    "spend_share": "Share of spend",
    "average_spend": "Spend per customer",
    "average_order_value": "Average order",
    "product_count": "Products bought",
    "returns": "Returns",
    "return_share": "Share returned",
    "days_between_orders": "Days between orders",
}


def plain(name: object) -> str:
    """A column's name in readers' words: "recency_days" -> "Days since last order"."""
    text = str(name)
    if text in _PLAIN:
        return _PLAIN[text]
    text = " ".join(text.replace("_", " ").split())
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """A name in mid-sentence: "Survey answers" -> "survey answers"; "NPS" stays."""
    return text[:1].lower() + text[1:] if text[1:] == text[1:].lower() else text


def in_plain(text: object) -> str:
    """A sentence with the columns it names in readers' words: "no customer_id" -> "No customer number"."""
    said = re.sub(r"[a-z]+(?:_[a-z]+)+", lambda name: lower(plain(name[0])), str(text))
    return said[:1].upper() + said[1:]


def group_name(group: object) -> str:
    """A group as a reader sees it, also where its customers belong to none."""
    return {UNKNOWN: "Not known", WITHHELD: "Withheld"}.get(str(group), str(group))


def natural_order(names: Iterable[object], keep: bool = False) -> list[int] | None:
    """Places of names that all begin with a number, by that number; what is not known comes last.

    "1-9", "10-49", "50-249": [0, 1, 2] in whatever order they came. Other names have no order of their own:
    None, or their places as they are with `keep`.
    """
    texts = [str(name) for name in names]
    numbers = [re.match(r"\D?(\d+)", text) for text in texts]
    if not all(number or text == UNKNOWN for number, text in zip(numbers, texts, strict=True)):
        return list(range(len(texts))) if keep else None
    return sorted(range(len(texts)), key=lambda i: (int(found[1]) if (found := numbers[i]) else math.inf, i))


def rounded(money: Callable[[float], str]) -> Callable[[float], str]:
    """Amounts to be compared, without pennies from 10 on: £91.34 beside £25.2k says no more than £91."""
    return lambda x: money(round(x)) if abs(x) >= 10 else money(x)


def form_of(name: str, money: fmt.Money | None = None) -> Callable[[float], str]:
    """How a feature's values are written, told by its name's unit."""
    if name.endswith("_share"):
        return fmt.share
    if is_amount(name):
        return rounded(money) if money else fmt.count
    if name == "days_between_orders" or name.endswith(("_days", "_count")):
        return fmt.count
    if name == "average_orders":
        return fmt.number
    return lambda x: fmt.number(x, 0 if abs(x) >= 100 or x % 1 == 0 else 1)


def is_amount(name: str) -> bool:
    """Whether a column holds money."""
    return name in ("spend", "returns") or name.endswith(("_value", "_spend", "_amount", "_fee")) or "revenue" in name


def printable(text: object) -> str:
    """Text from data without control characters, which neither HTML nor SVG may hold; blanks in their place."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
