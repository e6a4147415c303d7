"""Sentences about what customers are worth."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.rfm import Rfm
    from helpers.data.features.customers import Buyers

SLIPPING = ("At risk", "Cannot lose them")


def basis(result: "Rfm", buyers: "Buyers") -> Statement:
    """What the scores are made from, where that is less than orders with amounts; else nothing."""
    n = len(buyers.customers)
    values = {"customers": n, "never_bought": buyers.never_bought, "not_known": buyers.not_known}
    two = "customers have two scores, for recency and for frequency, and their groups are weighed by orders."
    if not buyers.from_list:
        text = "" if result.with_spend else f"The orders have no amounts, so {two}"
        return Statement("basis", text, values=values)
    told = ", the number of orders and the spend" if result.with_spend else " and the number of orders"
    text = f"No orders were supplied; the customer list tells the last order{told} of {fmt.many(n, 'customer')}."
    if not result.with_spend:
        text += f" It does not tell what they spent, so {two}"
    left = [(buyers.never_bought, "without an order"), (buyers.not_known, "of whom a figure is missing")]
    said = [f"{fmt.many(count, 'customer')} {why}" for count, why in left if count]
    return Statement("basis", text + (f" Left out: {fmt.listing(said)}." if said else ""), values=values)


def overview(result: "Rfm", money: Money, *, min_customers: int = 50) -> Statement:
    """The segment that brings most, and its weight among customers."""
    segments, bring = result.segments, "spend_share" if result.with_spend else "order_share"
    buyers, spend = int(segments["customers"].sum()), float(segments["spend"].sum())
    orders = float((segments["customers"] * segments["average_orders"]).sum())
    top = segments.sort_values(bring, ascending=False, kind="stable").to_dict("records")[0]
    values = {"segment": top["rfm_segment"], "buyers": buyers, "customer_share": top["customer_share"]}
    values |= {bring: top[bring], "average_spend": top["average_spend"], "average_orders": top["average_orders"]}
    values |= {"spend": spend} if result.with_spend else {"orders": orders}
    counted = KeyFigure("Customers who bought", fmt.count(buyers), "in the data supplied")
    worth = not result.with_spend or spend > 0
    if buyers < min_customers or not worth:
        why = f"Only {fmt.many(buyers, 'customer')} bought" if worth else "Spend adds up to nothing"
        text = f"{why}, too little to compare segments by."
        return Statement("overview", text, "few", headline=True, values=values, figures=(counted,))
    has, each = ("has brought", money(top["average_spend"])) if result.with_spend else ("has placed", "")
    of = "of spend" if result.with_spend else "of all orders"
    each = each or fmt.number(top["average_orders"])
    customers_in, share_of = fmt.share(top["customer_share"]), fmt.share(top[bring])
    text = f"The segment {quoted(top['rfm_segment'])} holds {customers_in} of {fmt.count(buyers)} buyers and {has} "
    stands_out = top[bring] > top["customer_share"] and share_of != customers_in
    if stands_out:
        text += f"{share_of} {of}, {each} a customer."
    elif verdicts.seldom_returns(result.repeat_share):
        again = fmt.share(result.repeat_share)
        text = f"Only {again} of {fmt.count(buyers)} buyers have ordered twice, so segments mostly tell when "
        text += "customers came."
        values["repeat_share"] = result.repeat_share
    else:
        text += f"{share_of} {of}, no more than its number: no segment clearly carries the business."
    total = KeyFigure("Orders", fmt.count(orders), f"{fmt.number(orders / buyers)} a customer")
    return Statement(
        "overview",
        text,
        "neutral" if stands_out or "repeat_share" in values else "unclear",
        action=str(top["action"])
        if stands_out
        else "Work on the second order: write to first-time buyers while the first is fresh."
        if "repeat_share" in values
        else "",
        headline=True,
        values=values,
        figures=(counted, KeyFigure("Spend", money(spend), f"{money(spend / buyers)} a customer"))
        if result.with_spend
        else (counted, total),
    )


def concentration(result: "Rfm") -> Statement:
    """How much of spend the biggest customers bring."""
    buyers = int(result.segments["customers"].sum())
    if not result.with_spend:
        text = "What single orders were worth is not known."
        return Statement("concentration", text, "few", values={"buyers": buyers}, needs="what each customer has spent")
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
    """What is at stake with good customers who are late by their own rhythm; where that is not known, who ordered more
    often than most and longer ago than most, which is a rank and no verdict."""
    slipping = result.segments[result.segments["rfm_segment"].isin(SLIPPING)]
    if not result.with_rhythm:
        return _ranked_low(result, slipping, money, min_customers)
    customers, spend = int(slipping["late_customers"].sum()), float(slipping["late_spend"].sum())
    total = float(result.segments["spend"].sum())
    share = spend / total if total > 0 else float("nan")
    values = {"customers": customers, "spend": spend, "spend_share": share}
    if customers < min_customers and verdicts.seldom_returns(result.repeat_share):
        return _ranked_low(result, slipping, money, min_customers)
    if customers < min_customers:
        who = fmt.many(customers, "customer") if customers else "No customer"
        end = ", too few to plan a programme for." if customers else "."
        text = f"{who} who ordered often {'is' if customers <= 1 else 'are'} late with the next order{end}"
        return Statement("slipping", text, "few" if customers else "good", values=values)
    concern = verdicts.worth_saving(share) if share == share else False
    verb = "has" if customers == 1 else "have"
    return Statement(
        "slipping",
        f"{fmt.many(customers, 'customer')} who ordered often {verb} waited over twice their usual time for the next "
        f"order.{_spent(result, spend, share, money)}",
        "bad" if concern else "neutral",
        action=f"{_SORT[result.with_spend]} and call the first this week: ask what keeps them, and offer a way back.",
        headline=True,
        values=values,
    )


_SORT = {True: "Sort them by spend", False: "Sort them by number of orders"}


def _ranked_low(result: "Rfm", slipping: pd.DataFrame, money: Money, min_customers: int) -> Statement:
    customers, spend = int(slipping["customers"].sum()), float(slipping["spend"].sum())
    share = float(slipping["spend_share"].sum(skipna=False))
    values = {"customers": customers, "spend": spend, "spend_share": share}
    if not customers:
        text = "No customer who ordered more often than many others last ordered longer ago than most."
        return Statement("slipping", text, values=values)
    return Statement(
        "slipping",
        f"{fmt.many(customers, 'customer')} ordered more often than many others, but last ordered longer ago than most."
        f"{_spent(result, spend, share, money)} Whether they are late is not known: that takes three orders of each.",
        "neutral" if customers >= min_customers else "few",
        action=f"{_SORT[result.with_spend]} and ask the first whether something went wrong."
        if customers >= min_customers
        else "",
        values=values,
    )


def _spent(result: "Rfm", spend: float, share: float, money: Money) -> str:
    if not result.with_spend:
        return ""
    return f" Together they have spent {money(spend)}{f', {fmt.share(share)} of all spend' if share == share else ''}."
