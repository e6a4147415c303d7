"""How names from data stand in a sentence."""

import re
from collections.abc import Sequence

from helpers.story import fmt
from helpers.story.terms import in_plain, lower, plain, printable


def quoted(name: object) -> str:
    """A group, arm or campaign as the client calls it, so that "Lost" and "Cannot lose them" keep the grammar."""
    return f"“{printable(name)}”"


def wave_name(name: object, most: int = 40) -> str:
    """A survey wave as it is called, in quotation marks where a reader would not see where its name ends."""
    text = printable(name)
    text = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return text if re.fullmatch(r"[\w'’./ -]{1,15}", text) else f"“{text}”"


def inside(name: object) -> str:
    """A column or driver in mid-sentence: "delivery_reliability" -> "delivery reliability"; "NPS" stays."""
    return lower(printable(plain(name)))


def opening(name: object) -> str:
    """A column or driver that opens a sentence: "delivery_reliability" -> "Delivery reliability"."""
    text = inside(name)
    return text[:1].upper() + text[1:]


def told_by(table: str, columns: Sequence[Sequence[str]]) -> str:
    """Data that a page asks for: "a customer list with customer number and number of orders".

    columns: of each group one is needed; of many, two are named as examples.
    """
    groups = [[_ASKED.get(c, lower(plain(c))) for c in group] for group in columns]
    groups = [group if len(group) < 4 else [*group[:2], "the like"] for group in groups]
    said = [" or ".join([", ".join(group[:-1]), group[-1]] if group[1:] else group) for group in groups]
    return f"{_SUPPLIED.get(table, lower(plain(table)))} with {fmt.listing(said)}"


_SUPPLIED = {"customers": "a customer list", "exposures": "a list of campaign contacts"}
_ASKED = {
    "attributes": "traits of the customer",
    "order_count": "number of orders",
    "last_order_on": "day of the last order",
    "recency_days": "days since it",
    "score": "a recommendation score",
    "arm": "the group each customer was in",
}


def check_name(check: object) -> str:
    """A check as the table of checks names it, in mid-sentence."""
    return quoted(lower(in_plain(check)))


def brief(text: str, most: int = 20) -> str:
    """The first sentences of a text, as many as have `most` words together; the first one in any case."""
    first, *others = re.split(r"(?<=\.) ", text)
    for sentence in others:
        if len(f"{first} {sentence}".split()) > most:
            break
        first = f"{first} {sentence}"
    return first


def shortened(text: str, most: int) -> str:
    """A text cut after `most` words, and it shows: "Customers who bought …"."""
    words = text.split(" ")
    return text if len(words) <= most else " ".join(words[:most]).rstrip(",;:.–") + " …"


def some(names: Sequence[str], most: int = 4) -> str:
    """A listing that ends: the first `most`, then "and three more"."""
    more = len(names) - most
    return fmt.listing([*names[:most], f"{fmt.words(more)} more"] if more > 1 else list(names))
