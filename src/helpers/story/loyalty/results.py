"""The tables on buying habits, on loyalty and commitment, and on attributes that go with staying."""

from helpers.story.results import Chart, ResultTable, count, flag, money, number, share, text

CUSTOMERS_TRIGGERS = ResultTable(
    "customers_triggers",
    "a buyer",
    about="A p-value is blank where the customer ordered too seldom to show a habit; it is corrected for the number of "
    "seasons or categories tried. The three yes/no columns hold false discoveries to a share over all customers "
    "(Benjamini and Hochberg) and ask for a least share besides.",
    columns={
        "customer_id": text(),
        "orders": count(),
        "spend": money("blank where the orders have no amounts"),
        "promotion_share": share("of the orders; blank where promotions are not told"),
        "promotion_p": number("by chance as many or more on promotion"),
        "is_promotion_buyer": flag(),
        "season": text("that suits the customer best; blank where customers share no season"),
        "season_share": share("of the months with orders"),
        "season_p": number("by chance as many or more in it"),
        "is_seasonal_buyer": flag(),
        "favourite_category": text("in most of the orders"),
        "category_share": share("of the categories in each order, added up"),
        "category_p": number("by chance as many or more from it"),
        "prefers_category": flag(),
    },
    key=["customer_id"],
)
TRIGGERS = ResultTable(
    "triggers",
    "a trigger: promotion, season, category",
    {
        "trigger": text(),
        "tested": count("customers who ordered often enough to show a habit"),
        "customers": count("who have it"),
        "customer_share": share("of those tested"),
        "spend": money("of those who have it"),
        "spend_share": number("of all spend"),
        "overall_share": share("of everyone's orders on promotion; blank for the others"),
    },
    key=["trigger"],
    chart=Chart("bar", "trigger", ["customer_share"]),
)
TRIGGER_HABITS = ResultTable(
    "trigger_habits",
    "a season, promotion or category that customers keep to, most customers first",
    {
        "trigger": text(),
        "habit": text("the months of the season, the category; promotion or discount"),
        "customers": count(),
        "spend": money(),
        "spend_share": number("of all spend"),
    },
    key=["trigger", "habit"],
)
CUSTOMERS_COMMITMENT = ResultTable(
    "customers_commitment",
    "a customer who answered",
    {
        "customer_id": text(),
        "score": number("of the latest answer, on its scale: 0 to 10 if not declared otherwise"),
        "behaviour": text("regular, seldom, late, ended or unknown"),
        "attitude": text("promoter, passive or detractor"),
        "commitment_group": text(
            "loyal, committed, trapped, at risk, left, dissatisfied, undecided; not placed where no behaviour is known"
        ),
        "spend": money("blank where not known"),
    },
    key=["customer_id"],
)
LOYALTY_COMMITMENT = ResultTable(
    "loyalty_commitment",
    "a group that has customers",
    {
        "commitment_group": text(),
        "customers": count(),
        "customer_share": share("of the customers placed; blank for those not placed"),
        "share_low": share("95% interval (Wilson)"),
        "share_high": share("95% interval (Wilson)"),
        "spend": money(),
        "spend_share": number("of the placed customers' spend"),
        "average_score": number("0 to 10"),
        "average_csat": number("satisfaction, as it was asked; blank where it was not"),
        "average_ces": number("effort, as it was asked; blank where it was not"),
    },
    key=["commitment_group"],
    chart=Chart("bar", "commitment_group", ["customer_share", "spend_share"]),
)
ATTRIBUTE_RETENTION = ResultTable(
    "attribute_retention",
    "a level of an attribute",
    about="Of customers whose outcome is known and who have had the time to come back.",
    columns={
        "attribute": text(),
        "kind": text("category or number"),
        "level": text("of a number, a quarter of the customers by its lowest and highest value"),
        "customers": count(),
        "retained": count("not late with the next order; of subscribers, still subscribed"),
        "retained_share": share(),
        "low": share("95% interval (Wilson)"),
        "high": share("95% interval (Wilson)"),
        "comparable_share": share("retained, had the level the tenure of all; blank where a fifth of tenure lacks it"),
    },
    key=["attribute", "level"],
)
ATTRIBUTE_EFFECTS = ResultTable(
    "attribute_effects",
    "an attribute, differentiators first",
    about="Tested among customers of like tenure: categories by the generalised Cochran-Mantel-Haenszel test, numbers "
    "by van Elteren's rank test.",
    columns={
        "attribute": text(),
        "kind": text("category or number"),
        "customers": count("of whom it is known"),
        "statistic": number("chi-squared; blank where not tested"),
        "degrees": count("of freedom"),
        "p_value": number(),
        "p_adjusted": number("corrected for the number of attributes (Holm)"),
        "effect": number("Cramer's V, bias-corrected, of a category; rank-biserial correlation of a number"),
        "effect_low": number("95% interval"),
        "effect_high": number("95% interval"),
        "strength": text("negligible, small, medium or large"),
        "best_level": text("retained most"),
        "best_share": share(),
        "worst_level": text("retained least"),
        "worst_share": share(),
        "verdict": text(
            "differentiator, slight, unclear; too few, too many values, one value, grows with tenure, tells the outcome"
        ),
    },
    key=["attribute"],
)
RESULTS = (
    *(CUSTOMERS_TRIGGERS, TRIGGERS, TRIGGER_HABITS),
    *(CUSTOMERS_COMMITMENT, LOYALTY_COMMITMENT),
    *(ATTRIBUTE_RETENTION, ATTRIBUTE_EFFECTS),
)
