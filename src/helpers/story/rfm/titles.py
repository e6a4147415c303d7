"""Titles of the charts of segments: what each surely shows, or nothing."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.headings import group_does
from helpers.story.rfm import movement_words, words
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.rfm import Rfm
    from helpers.analysis.rfm.holdout import Holdout
    from helpers.analysis.rfm.movement import Movement


def segments(rfm: "Rfm", money: Money) -> str:
    """The segment that brings most beyond its number."""
    said = words.overview(rfm, money)
    found = said.values
    if said.verdict != "neutral" or "repeat_share" in found:
        return ""
    bring, of = ("spend_share", "spend") if rfm.with_spend else ("order_share", "orders")
    shares = f"{fmt.share(found['customer_share'])} of customers and {fmt.share(found[bring])} of {of}"
    return f"{group_does(found['segment'], 'are', 'is')} {shares}"


def grid(rfm: "Rfm", money: Money, *, min_customers: int = 20) -> str:
    """The customers who are best in both scores, and what they spend."""
    best = rfm.grid[(rfm.grid["r_score"] == rfm.levels["r"]) & (rfm.grid["f_score"] == rfm.levels["f"])]
    if best.empty or best["customers"].iloc[0] < min_customers:
        return ""
    text = f"{fmt.count(best['customers'].iloc[0])} customers score best in recency and in orders"
    spend = float(best["average_spend"].iloc[0])
    return f"{text}, spending {rounded(money)(spend)} each" if rfm.with_spend and spend > 0 else text


def concentration(rfm: "Rfm") -> str:
    """What the biggest fifth brings."""
    said = words.concentration(rfm)
    if said.verdict == "few":
        return ""
    return f"The biggest fifth of customers has brought {fmt.share(said.values['top_fifth_spend_share'])} of spend"


def net_flows(result: "Movement", *, min_customers: int = 10) -> str:
    """The segment that grew or shrank most, unless two did alike."""
    rows = sorted(result.by_segment.to_dict("records"), key=lambda row: -abs(row["net"]))
    if not rows or abs(rows[0]["net"]) < min_customers or (rows[1:] and abs(rows[1]["net"]) == abs(rows[0]["net"])):
        return ""
    net = rows[0]["net"]
    moved = f"{'grown' if net > 0 else 'shrunk'} most: by {fmt.many(abs(net), 'customer')} on balance"
    return f"{group_does(rows[0]['rfm_segment'], 'have', 'has')} {moved}"


def tenths(result: "Holdout") -> str:
    """How many of the best-scored and of the last have ordered since, where scores foretold it."""
    said = movement_words.foretold(result)
    found = said.values
    if said.verdict != "good" or fmt.share(found["best"]) == fmt.share(found["worst"]):
        return ""
    best, worst = fmt.share(found["best"]), fmt.share(found["worst"])
    return f"{best} of the best-scored customers have ordered since, {worst} of the last"
