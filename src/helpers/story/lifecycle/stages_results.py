"""The tables on stages, thresholds, rates, cohorts, survival and moves that the page on the lifecycle saves."""

from helpers.story.results import Chart, ResultTable, count, date, days, flag, money, number, share, text

CUSTOMERS_LIFECYCLE = ResultTable(
    "customers_lifecycle",
    "a customer known from any table",
    about="Each customer is in exactly one group: lead, active, loyal, high value or dormant; where only visits are "
    "known browser instead of lead and high activity instead of high value.",
    columns={
        "customer_id": text(),
        "lifecycle_group": text(),
        "since": date(
            "the day the customer met the group's rule; of the dormant, estimated, the day the next order was overdue; "
            "blank where not told"
        ),
        "first_on": date("first order; blank for leads"),
        "last_on": date("last order"),
        "orders": count("so far; days with visits where only visits are known"),
        "spend": money("purchases so far; blank for leads and where there are no amounts"),
        "days_since": days("since the last order"),
        "known_on": date("first known from the customer list or an event; blank where not told"),
        "loyal_on": date("the order that made the customer loyal"),
        "high_value_on": date("the order by which the customer was of high value"),
    },
    key=["customer_id"],
)
LIFECYCLE_GROUPS = ResultTable(
    "lifecycle_groups",
    "a group, empty ones too",
    {
        "lifecycle_group": text(),
        "customers": count(),
        "customer_share": share(),
        "spend": money("blank where there are no amounts"),
        "spend_share": share("of all spend"),
        "median_orders": number(),
        "median_days_since": days("since the last order"),
        "action": text("what to do first"),
    },
    key=["lifecycle_group"],
    chart=Chart("bar", "lifecycle_group", ["customer_share", "spend_share"]),
)
LIFECYCLE_THRESHOLDS = ResultTable(
    "lifecycle_thresholds",
    "a threshold or what it rests on",
    {
        "threshold": text(
            "orders_a_year, usual_gap_days, loyal_orders, high_value_orders, high_value_spend or dormant_days"
        ),
        "value": number("in the unit that the name tells"),
        "low": number("95% interval; of usual_gap_days, below it lies one customer in ten"),
        "high": number("95% interval; of usual_gap_days, above it lies one customer in ten"),
        "source": text("data, set by hand, convention or not known"),
        "reason": text(),
    },
    key=["threshold"],
)
LIFECYCLE_NEXT_ORDER = ResultTable(
    "lifecycle_next_order",
    "an order by its number in the customer's row of orders",
    about="The last row stands for all later orders together.",
    columns={
        "order": count(),
        "customers": count("who placed it; in the last row, orders"),
        "share": share("who place another within the days that the page names"),
        "low": share("95% interval"),
        "high": share("95% interval"),
    },
    key=["order"],
)
LIFECYCLE_RATES = ResultTable(
    "lifecycle_rates",
    "a rate",
    {
        "rate": text("repeat_purchase, second_order, retention, dormancy, churn or revival"),
        "value": share("blank where there is nobody it could be of"),
        "low": share("95% interval"),
        "high": share("95% interval"),
        "numerator": count("customers; blank where the rate is an estimate that allows for open waits"),
        "denominator": count("customers"),
        "definition": text(),
    },
    key=["rate"],
)
RETENTION_COHORTS = ResultTable(
    "retention_cohorts",
    "a cohort and period",
    about="A cohort are customers whose first order lies in the same month, quarter or year; the first one holds all "
    "who were customers before the data begin. Only periods that were over.",
    columns={
        "cohort": date("first day of the period of the first order"),
        "period": count("periods since; 0 is that of the first order"),
        "customers": count("in the cohort"),
        "active": count("of them, with an order in the period"),
        "retention": share(),
    },
    key=["cohort", "period"],
)
SURVIVAL = ResultTable(
    "survival",
    "a month of a curve",
    about="Kaplan-Meier estimates of the share of customers left; the whole sample has grouping and group `all`.",
    columns={
        "grouping": text(),
        "group": text(),
        "months": number("since the first order or the start"),
        "at_risk": count("customers seen so long"),
        "survival": share("still a customer after so many months"),
        "low": share("95% interval"),
        "high": share("95% interval"),
    },
    key=["grouping", "group", "months"],
)
TRANSITIONS = ResultTable(
    "transitions",
    "a pair of groups",
    about="Moves from one period's end to the next, of the periods of about a year together; from `new` come customers "
    "first known within a period.",
    columns={
        "from_status": text(),
        "to_status": text(),
        "customers": count("moves"),
        "share": share("of those from there"),
    },
    key=["from_status", "to_status"],
)
STATUS_HISTORY = ResultTable(
    "lifecycle_history",
    "a group at a period's end",
    {"period_end": date(), "status": text(), "customers": count()},
    key=["period_end", "status"],
)
CUSTOMERS_RHYTHM = ResultTable(
    "customers_rhythm",
    "a customer who ordered, or visited where only visits are known",
    {
        "customer_id": text(),
        "orders": count("so far; visits where only visits are known"),
        "usual_gap_days": days(
            "between orders: the customer's own, drawn towards what is usual; on the clock of a seasonal trade; blank "
            "where not known"
        ),
        "days_since": days("since the last order"),
        "late": share("probability that the next order would have come by now; blank where not known"),
        "is_late": flag("whether that is nine in ten or more"),
    },
    key=["customer_id"],
)
STAGES = (
    CUSTOMERS_RHYTHM,
    CUSTOMERS_LIFECYCLE,
    LIFECYCLE_GROUPS,
    LIFECYCLE_THRESHOLDS,
    LIFECYCLE_NEXT_ORDER,
    LIFECYCLE_RATES,
    RETENTION_COHORTS,
    SURVIVAL,
    TRANSITIONS,
    STATUS_HISTORY,
)
