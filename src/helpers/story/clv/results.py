"""The tables that the sections on lifetime value save."""

from helpers.story.results import Chart, ResultTable, count, flag, money, number, share, text

CUSTOMERS_CLV = ResultTable(
    "customers_clv",
    "a customer with orders or a subscription",
    about="What cannot be told is blank: all but `historic_value` where no forecast is trusted, what is of money where "
    "orders have no amounts. The horizon is `months`, margin and discount those of the knobs.",
    columns={
        "customer_id": text(),
        "p_alive": share("probability that the customer still buys; of a subscription, whether it runs"),
        "expected_orders": number("orders within the horizon (days with orders); of a subscription, monthly renewals"),
        "clv": money("expected margin within the horizon, discounted to today, after returns"),
        "historic_value": money("margin so far, after returns; of a subscription that runs, months times its fee"),
        "told_by": text("orders or subscriptions"),
    },
    key=["customer_id"],
)
CLV_MODEL = ResultTable(
    "clv_model",
    "a parameter of a model",
    about="Every model that can be fitted to the customers, also those that are not used. Time is counted in weeks, "
    "money in the client's currency; renewals are monthly.",
    columns={
        "model": text("BG/NBD, Pareto/NBD, Gamma-Gamma or sBG"),
        "parameter": text("in the letters of the papers: r, alpha, a, b, s, beta, p, q, v"),
        "value": number(),
        "std_error": number("blank where the customers do not tell the parameter"),
        "used": flag("whether customers are valued by it"),
    },
    key=["model", "parameter"],
)
CLV_TRACKING = ResultTable(
    "clv_tracking",
    "a week since the first order",
    about="Repeat orders of the customers who had bought by the day of the split, added up.",
    columns={
        "week": count(),
        "actual": number("repeat orders up to the end of the week"),
        "expected": number("by the model, which knows nothing after the split"),
        "later": flag("after the split"),
    },
    key=["week"],
    chart=Chart("line", "week", ["actual", "expected"]),
)
RESULTS = (CUSTOMERS_CLV, CLV_MODEL, CLV_TRACKING)
