"""The tables that the page on value segments saves."""

from helpers.story.results import Chart, ResultTable, count, days, flag, money, number, share, text

CUSTOMERS_RFM = ResultTable(
    "customers_rfm",
    "a buyer",
    about="Where the orders have no amounts, what is of money is blank, as is `m_score`; so is what a customer list "
    "without orders does not tell. With `months`, everything is of the orders of these months.",
    columns={
        "customer_id": text(),
        "recency_days": days("since the last order"),
        "tenure_days": days("since the first order"),
        "order_count": count(),
        "spend": money("purchases; net of returns with `subtract_returns`"),
        "average_order_value": money(),
        "product_count": count("different products; blank where products are unknown"),
        "days_between_orders": days("on average; blank with one order"),
        "returned": money("sent back, positive"),
        "return_share": number("`returned` as a share of purchases; above 1 where more was sent back than bought"),
        "r_score": count("1 to `bins`, the highest is best"),
        "f_score": count("1 to `bins`, the highest is best"),
        "m_score": count("1 to `bins`, the highest is best; blank where spend is not known"),
        "rfm_score": number("0 to 100: the scores' mean by `weights`"),
        "is_late": flag("later than the customer's own rhythm explains; no where that is not known"),
        "rfm_segment": text(),
    },
    key=["customer_id"],
    others="`margin` and `orders_per_year`, where scores are made of them",
)
RFM_SEGMENTS = ResultTable(
    "rfm_segments",
    "a segment that has customers, in the map's order",
    about="What is of money is blank where the orders have no amounts.",
    columns={
        "rfm_segment": text(),
        "customers": count(),
        "customer_share": share(),
        "spend": money(),
        "spend_share": number("of all spend; outside 0 to 1 only where spend net of returns is below zero"),
        "average_spend": money("a customer"),
        "median_recency_days": days(),
        "median_orders": number(),
        "median_spend": money(),
        "average_orders": number("a customer"),
        "order_share": share("of all orders"),
        "yearly_spend": money("a year, at the members' pace since their first order; what is at stake with them"),
        "late_customers": count("late by their own rhythm; blank where no rhythm is known"),
        "late_spend": money("of the late ones"),
        "late_regulars": count("late, with three orders or more"),
        "late_regulars_spend": money("of these"),
        "apart_measure": text("the measure whose median lies farthest from everyone's, by rank"),
        "apart_value": number("the segment's median of it"),
        "apart_overall": number("everyone's median of it"),
        "objective": text(),
        "action": text("what to do first"),
    },
    key=["rfm_segment"],
    todo=True,
    chart=Chart("bar", "rfm_segment", ["customer_share", "spend_share"]),
)
RFM_CUTS = ResultTable(
    "rfm_cuts",
    "a score in use, best first",
    {
        "metric": text("the column of customers_rfm that is scored"),
        "score": count(),
        "low": number("least value with the score, in the metric's unit"),
        "high": number("greatest value with it"),
        "customers": count(),
    },
    key=["metric", "score"],
)
RFM_RULES = ResultTable(
    "rfm_rules",
    "a rule of the segment map, in the order in which they are tried",
    {
        "rfm_segment": text(),
        "rule": text("scores of r, f and m, late by own rhythm, ordered once; the first that fits names the segment"),
        "customers": count("in the segment, by all of its rules"),
    },
    key=["rfm_segment", "rule"],
)
RFM_MIGRATION = ResultTable(
    "rfm_migration",
    "a pair of segments between which customers have moved, or a segment in which they stayed",
    {
        "from_segment": text("one period ago; “Not yet a customer” for new ones"),
        "to_segment": text("now; “No order in the window” for who has none in the last `months`"),
        "customers": count(),
        "spend_before": money("of these customers, in the period before; blank where spend is not known"),
        "spend_now": money("of the same, in the period since"),
    },
    key=["from_segment", "to_segment"],
)
_SINCE = {
    "customers": count("scored one period ago"),
    "ordered": count("who have ordered since"),
    "ordered_share": share(),
    "low": share("95% interval, Wilson"),
    "high": share("95% interval, Wilson"),
}
RFM_HOLDOUT = ResultTable(
    "rfm_holdout",
    "a segment one period ago, with what its members have done since",
    {
        "rfm_segment": text("as it would have been named then"),
        **_SINCE,
        "orders_each": number("a customer, since"),
        "spend_each": money("a customer, since"),
        "order_lift": number("`orders_each` as a multiple of all customers'"),
        "spend_lift": number("`spend_each` as a multiple of all customers'"),
    },
    key=["rfm_segment"],
)
RFM_DECILES = ResultTable(
    "rfm_deciles",
    "about a tenth of the customers by their score one period ago; equal scores stay together",
    {
        "tenth": count("1 is the best"),
        **_SINCE,
        "order_share": share("of all orders since"),
        "spend_share": number("of all spend since"),
    },
    key=["tenth"],
    chart=Chart("bar", "tenth", ["ordered_share"]),
)
RESULTS = (CUSTOMERS_RFM, RFM_SEGMENTS, RFM_CUTS, RFM_RULES, RFM_MIGRATION, RFM_HOLDOUT, RFM_DECILES)
