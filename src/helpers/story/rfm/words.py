"""Sentences about what customers are worth."""

import math
from typing import TYPE_CHECKING

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.rfm import Rfm

SLIPPING = ("At risk", "Cannot lose them")


def overview(result: "Rfm", money: Money, *, min_customers: int = 50) -> Statement:
    """The segment that brings most, and its weight among customers."""
    buyers, spend = int(result.segments["customers"].sum()), float(result.segments["spend"].sum())
    top = result.segments.sort_values("spend", ascending=False, kind="stable").to_dict("records")[0]
    values = {
        "segment": top["rfm_segment"],
        "customer_share": top["customer_share"],
        "spend_share": top["spend_share"],
        "average_spend": top["average_spend"],
        "buyers": buyers,
        "spend": spend,
    }
    counted = KeyFigure("Customers who bought", fmt.count(buyers), "in the data supplied")
    if buyers < min_customers or not spend > 0:
        why = f"Only {fmt.many(buyers, 'customer')} bought" if spend > 0 else "Spend adds up to nothing"
        text = f"{why}, too little to compare segments by."
        return Statement("overview", text, "few", headline=True, values=values, figures=(counted,))
    customers_in, spend_of = fmt.share(top["customer_share"]), fmt.share(top["spend_share"])
    text = (
        f"The segment {quoted(top['rfm_segment'])} holds {customers_in} of {fmt.count(buyers)} buyers and has brought "
    )
    stands_out = top["spend_share"] > top["customer_share"] and spend_of != customers_in
    if stands_out:
        text += f"{spend_of} of spend, {money(top['average_spend'])} a customer."
    else:
        text += f"{spend_of} of spend, no more than its number: no segment clearly carries the business."
    return Statement(
        "overview",
        text,
        "neutral" if stands_out else "unclear",
        action=str(top["action"]) if stands_out else "",
        headline=True,
        values=values,
        figures=(counted, KeyFigure("Spend", money(spend), f"{money(spend / buyers)} a customer")),
    )


def concentration(result: "Rfm") -> Statement:
    """How much of spend the biggest customers bring."""
    buyers = int(result.segments["customers"].sum())
    top = {
        round(float(r["customer_share"]), 2): float(r["spend_share"]) for r in result.concentration.to_dict("records")
    }
    fifth, hundredth = top[0.20], top[0.01]
    if buyers < 100 or math.isnan(fifth):
        why = f"{fmt.many(buyers, 'buyer')}" if buyers < 100 else "a spend that adds up to nothing"
        text = f"With {why} there is no saying how much hangs on the biggest hundredth of customers."
        return Statement("concentration", text, "few", values={"buyers": buyers})
    few = round(buyers / 100)
    leans = verdicts.leans_on_few(hundredth)
    return Statement(
        "concentration",
        f"The biggest fifth of customers has brought {fmt.share(fifth)} of spend, the biggest hundredth "
        f"({fmt.many(few, 'customer')}) {fmt.share(hundredth)}. "
        + ("Losing a few of these would be felt." if leans else "No handful of customers carries the business."),
        "neutral",
        action="Give each of the biggest customers one person who answers for the relationship." if leans else "",
        values={"top_fifth_spend_share": fifth, "top_hundredth_spend_share": hundredth, "top_hundredth": few},
        figures=(KeyFigure("Spend of the top fifth", fmt.share(fifth), "of customers by spend"),),
    )


def slipping(result: "Rfm", money: Money, *, min_customers: int = 10) -> Statement:
    """What is at stake with good customers who have not ordered for long."""
    slipping = result.segments[result.segments["rfm_segment"].isin(SLIPPING)]
    customers, spend = int(slipping["customers"].sum()), float(slipping["spend"].sum())
    share = float(slipping["spend_share"].sum(skipna=False))
    values = {"customers": customers, "spend": spend, "spend_share": share}
    if customers < min_customers:
        who = fmt.many(customers, "customer") if customers else "No customer"
        have = "has" if customers <= 1 else "have"
        end = ", too few to plan a programme for." if customers else "."
        text = f"{who} who ordered often {have} gone quiet{end}"
        return Statement("slipping", text, "few" if customers else "good", values=values)
    concern = verdicts.worth_saving(share) if share == share else False
    of_all = f", {fmt.share(share)} of all spend" if share == share else ""
    return Statement(
        "slipping",
        f"{fmt.many(customers, 'customer')} who used to order often {'has' if customers == 1 else 'have'} gone quiet. "
        f"Up to now they have spent {money(spend)}{of_all}.",
        "bad" if concern else "neutral",
        action="Sort them by spend and get in touch with the biggest this week: ask why they stopped, and offer a way "
        "back.",
        headline=True,
        values=values,
    )
