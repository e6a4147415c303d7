"""Sentences about what customers are worth."""

import math
from typing import TYPE_CHECKING

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.rfm import Rfm
    from helpers.analysis.rhythm import Rhythm
    from helpers.data.features.customers import Buyers


def basis(result: "Rfm", buyers: "Buyers") -> Statement:
    """What the scores are made from, where that is less than orders with amounts; else nothing."""
    n = len(buyers.customers)
    values = {"customers": n, "never_bought": buyers.never_bought, "not_known": buyers.not_known}
    values["before_window"] = buyers.before_window
    two = "customers have two scores, for recency and for frequency, and their groups are measured by orders."
    left = [
        (buyers.never_bought, "without an order"),
        (buyers.not_known, "with a missing figure"),
        (buyers.before_window, "whose last order is older than the months looked at"),
    ]
    said = [f"{fmt.many(count, 'customer')} {why}" for count, why in left if count]
    aside = f" Left out: {fmt.listing(said)}." if said else ""
    if not buyers.from_list:
        text = "" if result.with_spend else f"The orders have no amounts, so {two}"
        return Statement("basis", (text + aside).strip(), values=values)
    told = ", the number of orders and the spend" if result.with_spend else " and the number of orders"
    text = f"No orders were supplied; the customer list gives the last order{told} of {fmt.many(n, 'customer')}."
    if not result.with_spend:
        text += f" It does not say what they spent, so {two}"
    return Statement("basis", text + aside, values=values)


def naming(result: "Rfm", rhythm: "Rhythm") -> Statement:
    """How segments were named, and why not otherwise."""
    customers, segments = int(result.segments["customers"].sum()), len(result.segments)
    days = float(result.cuts.loc[result.cuts["metric"] == "recency_days", "high"].max())
    values = {"customers": customers, "segments": segments}
    if result.why == "unknown":
        text = "We cannot tell whether anyone is late: that takes customers with several orders. "
        text += "So segments say where customers stand, and call nobody lost."
        return Statement("naming", text, "few", values=values)
    if result.why == "on time":
        by = "orders and spend" if result.with_spend else "orders"
        text = f"Everyone has ordered within {fmt.days(days)} and nobody is late: recency does not separate customers. "
        return Statement("naming", f"{text}So segments follow {by}.", values=values | {"days": days})
    text = f"{fmt.many(customers, 'buyer')} fall into {fmt.many(segments, 'segment')}"
    if not result.with_rhythm:
        return Statement("naming", f"{text}. Whether anyone is late is not known.", "few", values=values)
    late = int(result.segments["late_customers"].sum())
    values["late"] = late
    judged = "" if rhythm.known_of_all else " Those with too few orders cannot be judged yet."
    if not late:
        text += f". Nobody is late, judged by the usual time between orders.{judged}"
        return Statement("naming", text, values=values)
    verb = "is" if late == 1 else "are"
    text += f". {fmt.count(late)} {verb} late by their own rhythm; nobody else is called at risk or lost."
    return Statement("naming", text + judged, values=values)


def overview(result: "Rfm", money: Money, *, min_customers: int = 50) -> Statement:
    """The segment that brings most beyond its number, and its weight among customers."""
    segments, bring = result.segments, "spend_share" if result.with_spend else "order_share"
    buyers, spend = int(segments["customers"].sum()), float(segments["spend"].sum())
    orders = float((segments["customers"] * segments["average_orders"]).sum())
    rows = segments.to_dict("records")
    top = max(rows, key=lambda row: (_beyond(row[bring], row["customer_share"]), row[bring]))
    values = {"segment": top["rfm_segment"], "buyers": buyers, "customer_share": top["customer_share"]}
    values |= {bring: top[bring], "average_spend": top["average_spend"], "average_orders": top["average_orders"]}
    values |= {"spend": spend} if result.with_spend else {"orders": orders}
    counted = KeyFigure("Customers who bought", fmt.count(buyers), "in the data supplied")
    worth = not result.with_spend or spend > 0
    if buyers < min_customers or not worth:
        why = f"Only {fmt.many(buyers, 'customer')} bought" if worth else "Spend adds up to nothing"
        text = f"{why}, too little to compare segments."
        return Statement("overview", text, "few", headline=True, values=values, figures=(counted,))
    has, each = ("has brought", money(top["average_spend"])) if result.with_spend else ("has placed", "")
    of = "of spend" if result.with_spend else "of all orders"
    each = each or fmt.number(top["average_orders"])
    customers_in, share_of = fmt.share(top["customer_share"]), fmt.share(top[bring])
    text = f"The segment {quoted(top['rfm_segment'])} holds {customers_in} of {fmt.count(buyers)} buyers and {has} "
    stands_out = verdicts.clearly_more(top[bring], top["customer_share"])
    if stands_out:
        text += f"{share_of} {of}, {each} a customer."
    elif verdicts.seldom_returns(result.repeat_share):
        again = f"Only {fmt.share(result.repeat_share)}" if result.repeat_share else "Not one"
        verb = "have" if result.repeat_share else "has"
        text = (
            f"{again} of {fmt.count(buyers)} buyers {verb} ordered twice, so segments mostly show when customers came."
        )
        values["repeat_share"] = result.repeat_share
    else:
        text += f"{share_of} {of}: no segment clearly carries the business."
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


def _beyond(brought: float, share: float) -> float:
    """What a segment brings beyond its number of customers; nothing where that is not known, nor below a billionth."""
    return round(brought - share, 9) if brought == brought else 0.0


def concentration(result: "Rfm") -> Statement:
    """How much of spend the biggest customers bring."""
    buyers = int(result.segments["customers"].sum())
    if not result.with_spend:
        text = "The value of single orders is not known."
        return Statement("concentration", text, "few", values={"buyers": buyers}, needs="what each customer has spent")
    top = {
        round(float(r["customer_share"]), 2): float(r["spend_share"]) for r in result.concentration.to_dict("records")
    }
    fifth, hundredth = top[0.20], top[0.01]
    if buyers < 100 or math.isnan(fifth):
        why = f"{fmt.many(buyers, 'buyer')}" if buyers < 100 else "a spend that adds up to nothing"
        text = f"With {why} we cannot say how much depends on the biggest hundredth of customers."
        return Statement("concentration", text, "few", values={"buyers": buyers})
    few = round(buyers / 100)
    leans = verdicts.leans_on_few(hundredth)
    return Statement(
        "concentration",
        f"The biggest fifth of customers has brought {fmt.share(fifth)} of spend, the biggest hundredth "
        f"({fmt.many(few, 'customer')}) {fmt.share(hundredth)}. "
        + (
            f"Losing {'this one' if few == 1 else 'them'} would be felt."
            if leans
            else "No handful of customers carries the business."
        ),
        "neutral",
        action=_LOOK_AFTER[few <= NAMED] if leans else "",
        values={
            "top_fifth_spend_share": fifth,
            "top_hundredth_spend_share": hundredth,
            "top_hundredth": few,
            "gini": result.gini,
            "pareto_customers": result.pareto_customers,
        },
        figures=(KeyFigure("Spend of the top fifth", fmt.share(fifth), "of customers by spend"),),
    )


NAMED = 50  # customers, our own convention: so many at most can each be given a person
_LOOK_AFTER = {
    True: "Give each of the biggest customers one person responsible for the relationship.",
    False: "Look at these customers every month, and act as soon as one falls behind.",
}


def slipping(result: "Rfm", money: Money, *, min_customers: int = 10) -> Statement:
    """What is at stake with regular customers who are late by their own rhythm; where that is not known, that it is
    not."""
    if not result.with_rhythm:
        buyers = int(result.segments["customers"].sum())
        text = "We cannot tell whether anyone is late: that takes orders of the same customers on several days."
        return Statement("slipping", text, values={"buyers": buyers})
    customers = int(result.segments["late_regulars"].sum())
    spend, total = (float(result.segments[c].sum()) for c in ("late_regulars_spend", "spend"))
    share = spend / total if result.with_spend and total > 0 else float("nan")
    values = {"customers": customers, "spend": spend, "spend_share": share}
    if customers < min_customers:
        who = fmt.many(customers, "regular customer") if customers else "No regular customer"
        end = ", too few to plan a programme for." if customers else "."
        text = f"{who} {'is' if customers <= 1 else 'are'} late with the next order{end}"
        return Statement("slipping", text, "few" if customers else "good", values=values)
    concern = verdicts.worth_saving(share) if share == share else False
    spent = f"; they have spent {money(spend)}" if result.with_spend else ""
    weight = f", {fmt.share(share)} of all spend" if share == share else ""
    return Statement(
        "slipping",
        f"{fmt.many(customers, 'customer')} with three orders or more are late with the next one{spent}{weight}.",
        "bad" if concern else "neutral",
        action=f"{_CALL[result.with_spend]} this week: ask what keeps them, and offer a way back.",
        values=values,
    )


_CALL = {True: "Approach the biggest spenders among them", False: "Approach those with most orders"}


def scales(result: "Rfm") -> Statement:
    """What the best scores of recency and frequency mean in the client's units."""
    best = {str(row["metric"]): row for row in reversed(result.cuts.to_dict("records"))}
    used = [str(metric) for metric in result.cuts["metric"]]
    frequency = "orders_per_year" if "orders_per_year" in best else "order_count"
    days, orders = float(best["recency_days"]["high"]), float(best[frequency]["low"])
    values = {"recency_days": days, frequency: orders}
    same = [_MEASURES[metric] for metric in dict.fromkeys(used) if used.count(metric) == 1]
    if same:
        what = "does not part" if len(same) == 1 else "do not part"
        text = f"All customers are alike in {fmt.listing(same)}, which {what} them."
        return Statement("scales", text, "few", values=values)
    each = fmt.number(orders) + " orders a year" if frequency == "orders_per_year" else fmt.many(orders, "order")
    ago = f"at most {fmt.days(days)} ago" if days else "on the last day"
    return Statement(
        "scales",
        f"The best score means a last order {ago} for recency, and {each} or more for frequency.",
        values=values,
    )


_MEASURES = {
    "recency_days": "the day of the last order",
    "order_count": "the number of orders",
    "orders_per_year": "orders a year",
    "spend": "spend",
    "margin": "margin",
    "average_order_value": "the average order",
}
