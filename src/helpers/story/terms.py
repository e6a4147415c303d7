"""Columns in readers' words, and how their values are written: told by the names' units."""

from collections.abc import Callable

from helpers.story import fmt

_PLAIN = {
    "rfm": "Recency, frequency and spend",
    "clusters": "Groups alike",
    "nps": "NPS",
    "drivers": "Drivers of the score",
    "roi": "Return on campaigns",
    "rfm_segment": "Segment",
    "recency_days": "Days since last order",
    "tenure_days": "Days since first order",
    "order_count": "Orders",
    "spend": "Spend",
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


def form_of(name: str, money: fmt.Money | None = None) -> Callable[[float], str]:
    """How a feature's values are written, told by its name's unit."""
    if name.endswith("_share"):
        return fmt.share
    if name in ("spend", "returns") or name.endswith(("_value", "_spend", "_amount", "_fee")):
        return money or fmt.count
    if name == "days_between_orders" or name.endswith(("_days", "_count")):
        return fmt.count
    return lambda x: fmt.number(x, 0 if abs(x) >= 100 or x % 1 == 0 else 1)


def printable(text: object) -> str:
    """Text from data without control characters, which neither HTML nor SVG may hold; blanks in their place."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
