"""Titles of the charts of loyalty: what each surely shows, or nothing."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.loyalty import commitment_words, differentiators_words, triggers_words
from helpers.story.phrases import quoted

if TYPE_CHECKING:
    from helpers.analysis.loyalty.commitment import Commitment
    from helpers.analysis.loyalty.differentiators import Differentiators
    from helpers.analysis.loyalty.triggers import Triggers

_NO_MONEY = Money("")  # titles here print no amount
_ENDS = ("best", "worst")


def commitment_map(result: "Commitment") -> str:
    """How many are loyal, and how many stay although they are dissatisfied."""
    said = commitment_words.groups(result, _NO_MONEY)
    if said.verdict == "few":
        return ""
    trapped = said.values["trapped_share"]
    text = f"{fmt.share(said.values['loyal_share'])} of customers are loyal"
    return f"{text}, {fmt.share(trapped)} stay though dissatisfied" if trapped else text


def levels(result: "Differentiators", drawn: Collection[str]) -> str:
    """The two levels of the attribute that goes most with staying, where it clearly does and both are drawn."""
    said = differentiators_words.strongest(result)
    found = said.values
    if said.verdict != "neutral":
        return ""
    top = result.effects[result.effects["attribute"] == found["attribute"]].to_dict("records")[0]
    if not {top["best_level"], top["worst_level"]} <= set(drawn) - {"(all others)"}:
        return ""
    keep = "stay" if result.outcome == "subscription" else "are still active"
    best, worst = (f"{fmt.share(top[f'{end}_share'])} of {quoted(top[f'{end}_level'])}" for end in _ENDS)
    return f"{best} {keep}, {worst}"


def habits(result: "Triggers") -> str:
    """The habit that most customers have, of those that enough were tested for."""
    narrators = {"season": triggers_words.season, "promotion": triggers_words.promotion}
    narrators |= {"category": triggers_words.category}
    rows = [
        row
        for row in result.by_trigger.to_dict("records")
        if row["customers"] > 0 and narrators[row["trigger"]](result, _NO_MONEY).verdict != "few"
    ]
    shares = sorted((row["customer_share"] for row in rows), reverse=True)
    if not rows or fmt.share(shares[0]) in [fmt.share(share) for share in shares[1:]]:
        return ""
    top = max(rows, key=lambda row: row["customer_share"])
    how = "at a discount" if result.promotion_from == "discount" else "on promotion"
    do = {
        "season": "buy almost only in one season",
        "promotion": f"buy almost only {how}",
        "category": "take most from one category",
    }
    return f"{fmt.share(top['customer_share'])} of those who order often {do[top['trigger']]}"
