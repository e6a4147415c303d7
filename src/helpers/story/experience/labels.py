"""Operational measures in readers' words: on a chart, and in a sentence about who has more or less of them."""

import re

from helpers.story import fmt
from helpers.story.phrases import quoted
from helpers.story.terms import lower, plain, printable

_KINDS = {
    "visit": "visits",
    "login": "logins",
    "log_in": "logins",
    "session": "sessions",
    "page_view": "page views",
    "email_open": "opened e-mails",
    "email_click": "clicks in e-mails",
    "click": "clicks",
    "ticket": "support tickets",
    "support_ticket": "support tickets",
    "complaint": "complaints",
    "call": "calls",
    "chat": "chats",
    "delay": "delays",
    "delivery": "deliveries",
    "return": "returns",
    "download": "downloads",
    "purchase": "purchases",
    "refund": "refunds",
    "outage": "outages",
}
_LABELS = {
    "orders": "Orders",
    "order_recency": "Days since the last order",
    "spend": "Spend",
    "returns": "Orders sent back",
    "discounts": "Share of orders at a reduced price",
    "event_recency": "Days since the last contact",
    "variety": "Touchpoints used",
    "subscription": "Subscription running",
    "subscription_months": "Months of subscription",
    "products": "Different products",
}
# Who has much and who has little, where customers are parted into thirds; who has any and who has none.
_THIRDS = {
    "orders": ("who ordered most", "who ordered least"),
    "order_recency": ("who ordered longest ago", "who ordered most recently"),
    "spend": ("who spent most", "who spent least"),
    "returns": ("who sent back most", "who sent back least"),
    "discounts": ("who bought most at a reduced price", "who bought least so"),
    "event_recency": ("last seen longest ago", "last seen most recently"),
    "variety": ("who used most touchpoints", "who used fewest"),
    "subscription_months": ("who subscribed longest", "who subscribed shortest"),
}
_SOME = {
    "orders": ("who ordered", "who did not"),
    "order_recency": ("who ordered longer ago", "who ordered more recently"),
    "spend": ("who spent anything", "who spent nothing"),
    "returns": ("who sent something back", "who did not"),
    "discounts": ("who bought at a reduced price", "who paid full prices only"),
    "event_recency": ("last seen longer ago", "last seen more recently"),
    "variety": ("who used a touchpoint", "who used none"),
    "subscription": ("with a subscription", "without one"),
    "subscription_months": ("who have subscribed", "who have not"),
}


_ATTRIBUTES = {
    "first_order_value": "Value of the first order",
    "first_order_reduced": "First order at a reduced price",
    "first_order_channel": "Channel of the first order",
    "first_order_category": "Main category of the first order",
}
TROUBLE = re.compile(r"ticket|complain|refund|claim|issue|incident|delay|cancel|fault|outage|reklam|beschwerde", re.I)


def attribute_label(name: object) -> str:
    """What sets customers apart, on a chart: "Value of the first order", "Visits in the first 90 days"."""
    early = re.fullmatch(r"(.+) \(first (\d+) days\)", str(name))
    if early:
        noun = kind_of_event(early[1])
        return f"{noun[:1].upper()}{noun[1:]} in the first {early[2]} days"
    return _ATTRIBUTES.get(str(name)) or plain(printable(name))


def kind_of_event(subject: str) -> str:
    """Events of a kind: "ticket" -> "support tickets"; "Besuch" -> "“Besuch” events"."""
    known = _KINDS.get("_".join(subject.lower().replace("-", "_").split()))
    return known or f"{quoted(subject)} events"


def measure_label(family: str, subject: str) -> str:
    """On a chart or in a table: "Support tickets"; "Days since the last order"."""
    if family in _LABELS:
        return _LABELS[family]
    noun = kind_of_event(subject)
    if family == "value":
        return f"Average value of {noun}"
    if family == "minutes":
        return f"Average minutes of {noun}"
    return noun[:1].upper() + noun[1:] if family == "event" else plain(printable(family))


def inside(family: str, subject: str) -> str:
    """In mid-sentence: "support tickets"."""
    return lower(measure_label(family, subject))


def ends(family: str, subject: str, split: str) -> tuple[str, str]:
    """Customers with much of a measure (or any), and with little (or none): ("who spent most", "who spent least")."""
    noun = kind_of_event(subject) if subject else ""
    if family == "event":
        return (f"with {noun}", "without any") if split == "some" else (f"with most {noun}", "with fewest")
    if family == "value":
        return f"with {noun} of the highest value", "with those of the lowest"
    if family == "minutes":
        return f"with the longest {noun}", "with the shortest"
    known = (_SOME if split == "some" else _THIRDS).get(family)
    return known or (f"with more {lower(plain(family))}", "with less")


def before(days: int) -> str:
    """The window: "in the year before answering"."""
    return "in the year before answering" if days in (365, 366) else f"in the {fmt.days(days)} before answering"
