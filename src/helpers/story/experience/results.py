"""The tables that the page on experience saves."""

from helpers.story.results import Chart, ResultTable, count, money, number, points, share, text

EXPERIENCE_MEASURES = ResultTable(
    "experience_measures",
    "a measure of what happened before an answer, clear ones first",
    about="With and without are the answers with any and with none of the measure, or where nearly all have some, the "
    "third with most and the third with least. Differences are in points of NPS.",
    columns={
        "measure": text(),
        "family": text("orders, order_recency, spend, returns, discounts, event, event_recency, value, minutes ..."),
        "subject": text("the kind of event; blank for the others"),
        "split": text("some or thirds; blank where all are alike"),
        "answers": count("of which it is known"),
        "answers_with": count(),
        "answers_without": count(),
        "nps_with": points(),
        "nps_without": points(),
        "difference": number("of the two, in points"),
        "low": number("95% interval, clustered by customer"),
        "high": number("95% interval, clustered by customer"),
        "p_value": number(),
        "p_adjusted": number("corrected for the number of measures (Benjamini and Hochberg)"),
        "correlation": number("of ranks, with the score (Spearman)"),
        "correlation_low": number("95% interval (Bonett and Wright)"),
        "correlation_high": number("95% interval (Bonett and Wright)"),
        "adjusted": number("the difference with the other measures and the wave held equal"),
        "adjusted_low": number("95% interval"),
        "adjusted_high": number("95% interval"),
        "adjusted_p": number("corrected likewise"),
        "verdict": text("clear, shared, hidden, unclear; few, copy, one value: not tested"),
        "same_as": text("the measure it is a copy of; blank for the others"),
    },
    key=["measure"],
)
EXPERIENCE_LEVELS = ResultTable(
    "experience_levels",
    "a level of a measure",
    {
        "measure": text(),
        "level": text("none, some; low, middle, high"),
        "least": number("of the measure"),
        "most": number("of the measure"),
        "answers": count(),
        "nps": points(),
        "low": number("95% interval, clustered by customer"),
        "high": number("95% interval, clustered by customer"),
    },
    key=["measure", "level"],
)
TOUCHPOINTS = ResultTable(
    "touchpoints",
    "a touchpoint and where it is told of, the most important first",
    {
        "touchpoint": text(),
        "source": text("asked about: named by the answer; used: by events before it"),
        "answers": count(),
        "answer_share": share("of the answers of that source"),
        "nps": points(),
        "low": number("95% interval, clustered by customer"),
        "high": number("95% interval, clustered by customer"),
        "others_nps": points("of the other answers"),
        "difference": number("points from the others; of those used, with orders and spend held equal"),
        "difference_low": number("95% interval"),
        "difference_high": number("95% interval"),
        "p_adjusted": number("corrected for the number of touchpoints (Benjamini and Hochberg)"),
        "pull": number("share times difference: points of the overall score"),
        "importance": number("the size of the pull"),
        "verdict": text("below, above, alike; few: not judged"),
    },
    key=["touchpoint", "source"],
    chart=Chart("bar", "touchpoint", ["nps"]),
)
EXPECTED_SCORES = ResultTable(
    "expected_scores",
    "a group of customers who have not answered",
    about="No rows where behaviour does not tell the score of held-out answers.",
    columns={
        "grouping": text("all, or what the group is one of"),
        "group": text(),
        "silent_customers": count(),
        "expected_nps": points(),
        "low": points("95% interval, with the model's error"),
        "high": points("95% interval, with the model's error"),
        "answers": count("recent ones of customers of the group"),
        "answered_nps": points("of these"),
        "gap": number("expected less answered, points"),
        "gap_low": number("95% interval"),
        "gap_high": number("95% interval"),
    },
    key=["grouping", "group"],
)
CUSTOMERS_EXPECTED_SCORE = ResultTable(
    "customers_expected_score",
    "a customer who has not answered",
    about="No rows where behaviour does not tell the score of held-out answers. Not for judging one customer.",
    columns={
        "customer_id": text(),
        "expected_score": number("on the survey's scale"),
        "low": number("four in five such customers score no less and no more"),
        "high": number("four in five such customers score no less and no more"),
    },
    key=["customer_id"],
)
CUSTOMER_ACTIVITY = ResultTable(
    "customer_activity",
    "a customer, where there is no survey",
    {
        "customer_id": text(),
        "activity": text("active, passive, lost or not known"),
        "broadness": share("of the measures in which the customer does more than usual; blank where lost or not known"),
        "spend": money("in the window; blank where not known"),
    },
    key=["customer_id"],
)
ACTIVITY_GROUPS = ResultTable(
    "activity_groups",
    "a group by activity, where there is no survey",
    {
        "activity": text("active, passive, lost or not known"),
        "customers": count(),
        "customer_share": share("of those known"),
        "low": share("95% interval (Wilson)"),
        "high": share("95% interval (Wilson)"),
        "spend": money("in the window"),
        "spend_share": number("of known customers' spend"),
    },
    key=["activity"],
    chart=Chart("bar", "activity", ["customer_share", "spend_share"]),
)
ACTIVITY_ATTRIBUTES = ResultTable(
    "activity_attributes",
    "an attribute, by how far it sets active customers apart from passive ones, where there is no survey",
    {
        "attribute": text(),
        "kind": text("category or number"),
        "customers": count("of whom it is known"),
        "statistic": number("chi-squared; blank where not tested"),
        "degrees": count("of freedom"),
        "p_value": number(),
        "p_adjusted": number("corrected for the number of attributes (Holm)"),
        "effect": number("Cramer's V of a category; rank-biserial correlation of a number"),
        "effect_low": number("95% interval"),
        "effect_high": number("95% interval"),
        "strength": text("negligible, small, medium or large"),
        "best_level": text("with the highest share of active customers"),
        "best_share": share(),
        "worst_level": text(),
        "worst_share": share(),
        "verdict": text("differentiator, slight, unclear; others were not tested"),
    },
    key=["attribute"],
)
RESULTS = (
    *(EXPERIENCE_MEASURES, EXPERIENCE_LEVELS, TOUCHPOINTS, EXPECTED_SCORES, CUSTOMERS_EXPECTED_SCORE),
    *(CUSTOMER_ACTIVITY, ACTIVITY_GROUPS, ACTIVITY_ATTRIBUTES),
)
