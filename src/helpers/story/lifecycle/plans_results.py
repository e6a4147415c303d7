"""The tables that the page on the lifecycle saves of subscriptions."""

from helpers.story.results import Chart, ResultTable, count, date, flag, money, number, share, text

SUBSCRIBERS_LIFECYCLE = ResultTable(
    "subscribers_lifecycle",
    "a subscriber",
    {
        "customer_id": text(),
        "lifecycle_group": text("trial, active, high value, loyal, silent or lapsed"),
        "since": date("blank where no date is known"),
        "months": number("as a customer; blank for a trial"),
        "monthly_fee": money("of all that runs; blank where not known or nothing runs"),
        "leave_share": share("chance of cancelling within 12 months; blank where nothing runs"),
        "at_risk": flag("pays, and is silent, has cancelled for later, or is far likelier than most to cancel"),
    },
    key=["customer_id"],
)
SUBSCRIPTION_GROUPS = ResultTable(
    "subscription_groups",
    "a group that has subscribers",
    {
        "lifecycle_group": text(),
        "customers": count(),
        "customer_share": share(),
        "monthly_fee": money("blank where no fee is known"),
        "fee_share": share("of all fees"),
        "median_months": number("as customers"),
        "at_risk": count(),
    },
    key=["lifecycle_group"],
)
SUBSCRIPTION_MONTHS = ResultTable(
    "subscription_months",
    "a calendar month since the first start",
    about="No rows where subscriptions have no dates. A customer counts at a month's end; money is blank where no fee "
    "is known.",
    columns={
        "month": date("its first day"),
        "partial": flag("whether the report's day falls before its end"),
        "started": count("customers who never paid before"),
        "returned": count("customers who had left"),
        "cancelled": count("customers whose last subscription ended"),
        "active": count("customers who pay at its end"),
        "new_mrr": money("fees a month of those who started"),
        "returned_mrr": money(),
        "expansion_mrr": money("added by customers who stayed"),
        "contraction_mrr": money("lowered by customers who stayed, positive"),
        "cancelled_mrr": money("of those who left, positive"),
        "mrr": money("fees for a month of all that runs at its end"),
        "churn": share("cancelled, of those who paid at its start"),
        "mrr_churn": number("fees cancelled or lowered, of those at its start"),
    },
    key=["month"],
    chart=Chart("line", "month", ["mrr"]),
)
HAZARD = ResultTable(
    "hazard",
    "a month of a customer's time",
    {
        "months": count("1 is the first"),
        "at_risk": count("customers who reached it"),
        "ended": count("who cancelled in it"),
        "hazard": share("ended over the exposure; blank where nobody was seen through it"),
        "low": share("95% interval"),
        "high": share("95% interval"),
    },
    key=["months"],
)
SUBSCRIPTION_ATTRIBUTES = ResultTable(
    "subscription_attributes",
    "an attribute known at the start, the strongest first",
    {
        "attribute": text(),
        "groups": count(),
        "customers": count(),
        "chi_squared": number("log-rank test"),
        "degrees": count(),
        "p_value": share(),
        "p_corrected": share("for the number of attributes tried (Holm)"),
        "effect": number("standard deviation of the log hazard between groups"),
        "best_group": text(),
        "best_share": share("still a customer after the horizon"),
        "worst_group": text(),
        "worst_share": share(),
        "verdict": text("parts, small or unclear"),
    },
    key=["attribute"],
)
RECURRING_REVENUE = ResultTable(
    "recurring_revenue",
    "a figure",
    {
        "figure": text(),
        "value": number("in the unit that `unit` names; blank where the data cannot tell"),
        "unit": text("customers, money, share or days"),
        "definition": text(),
    },
    key=["figure"],
)
PLANS_RESULTS = (
    SUBSCRIBERS_LIFECYCLE,
    SUBSCRIPTION_GROUPS,
    SUBSCRIPTION_MONTHS,
    HAZARD,
    SUBSCRIPTION_ATTRIBUTES,
    RECURRING_REVENUE,
)
