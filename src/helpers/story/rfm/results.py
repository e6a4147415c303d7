"""The tables that the page on value segments saves."""

from helpers.story.results import ResultTable, count, days, money, number, share, text

CUSTOMERS_RFM = ResultTable(
    "customers_rfm",
    "a buyer",
    about="Where the orders have no amounts, what is of money is blank, as is `m_score`; so is what a customer list "
    "without orders does not tell.",
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
        "rfm_segment": text(),
    },
    key=["customer_id"],
)
RFM_SEGMENTS = ResultTable(
    "rfm_segments",
    "a segment that has customers, best first",
    about="What is of money is blank where the orders have no amounts.",
    columns={
        "rfm_segment": text(),
        "customers": count(),
        "customer_share": share(),
        "spend": money(),
        "spend_share": number("of all spend; outside 0 to 1 only where spend net of returns is below zero"),
        "average_spend": money("a customer"),
        "median_recency_days": days(),
        "average_orders": number("a customer"),
        "order_share": share("of all orders"),
        "late_customers": count("who have waited over twice their usual time; blank where no rhythm is known"),
        "late_spend": money("of the late ones"),
        "action": text("what to do first"),
    },
    key=["rfm_segment"],
)
RESULTS = (CUSTOMERS_RFM, RFM_SEGMENTS)
