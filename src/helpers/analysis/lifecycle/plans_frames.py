"""What is known of subscribers as tables to keep: each has its columns also where there is nothing to tell."""

from math import nan

import pandas as pd

from helpers.analysis.lifecycle.plans import HORIZON_MONTHS
from helpers.analysis.lifecycle.plans_follow import Followed
from helpers.analysis.lifecycle.survival import ALL

_SUBSCRIBERS = ["customer_id", "lifecycle_group", "since", "months", "monthly_fee", "leave_share", "at_risk"]
_GROUPS = ["lifecycle_group", "customers", "customer_share", "monthly_fee", "fee_share", "median_months", "at_risk"]
_SURVIVAL = ["grouping", "group", "months", "at_risk", "survival", "low", "high"]
_HAZARD = ["months", "at_risk", "ended", "hazard", "low", "high"]
_ATTRIBUTES = [
    *("attribute", "groups", "customers", "chi_squared", "degrees", "p_value", "p_corrected", "effect"),
    *("best_group", "best_share", "worst_group", "worst_share", "verdict"),
]


def subscribers_table(followed: Followed) -> pd.DataFrame:
    """A row a subscriber: group, since, months, fee, chance of leaving, whether at risk."""
    return followed.plans.customers[_SUBSCRIBERS] if followed.plans else pd.DataFrame(columns=_SUBSCRIBERS)


def groups_table(followed: Followed) -> pd.DataFrame:
    """A row a group that has subscribers."""
    return followed.plans.groups[_GROUPS] if followed.plans else pd.DataFrame(columns=_GROUPS)


def survival_table(followed: Followed) -> pd.DataFrame:
    """Kaplan-Meier by month of tenure, of all and by the attribute that parts most."""
    return followed.attributes.curves.curves if followed.attributes else pd.DataFrame(columns=_SURVIVAL)


def join_survival(buyers: pd.DataFrame, followed: Followed) -> pd.DataFrame:
    """The curves of buyers, then those of subscribers, which where there are both have groupings of their own
    ("subscribers", "subscribers by plan")."""
    curves = survival_table(followed)
    if buyers.empty or curves.empty:
        return curves if buyers.empty else buyers
    grouping = ("subscribers by " + curves["grouping"]).mask(curves["grouping"] == ALL, "subscribers")
    return pd.concat([buyers, curves.assign(grouping=grouping)], ignore_index=True)


def join_customers(stages: pd.DataFrame, buyers: int, followed: Followed) -> pd.DataFrame:
    """The group of everyone known: the stage of those who buy, or where nobody does, of subscribers their group.

    stages: customer_id, lifecycle_group, since, and what else is known, a row a customer.
    """
    if buyers or not followed.plans:
        return stages
    own = followed.plans.customers[["customer_id", "lifecycle_group", "since"]]
    others = stages[~stages["customer_id"].isin(own["customer_id"])]
    joined = pd.concat([own, others[own.columns]], ignore_index=True).sort_values("customer_id", ignore_index=True)
    known = stages.drop(columns=["lifecycle_group", "since"])
    return joined.merge(known, on="customer_id", how="left", validate="one_to_one")[list(stages.columns)]


def hazard_table(followed: Followed) -> pd.DataFrame:
    """The hazard of cancelling by month of tenure."""
    return followed.hazard.by_month[_HAZARD] if followed.hazard else pd.DataFrame(columns=_HAZARD)


def attributes_table(followed: Followed) -> pd.DataFrame:
    """The attributes tried, the strongest first."""
    return followed.attributes.tested[_ATTRIBUTES] if followed.attributes else pd.DataFrame(columns=_ATTRIBUTES)


def figures_table(followed: Followed) -> pd.DataFrame:
    """figure, value (NaN where the data cannot tell), unit, definition."""
    plans, kept, trials = followed.plans, followed.kept, followed.trials
    told = followed.hazard
    known = plans.paying + plans.lapsed if plans else 0
    whole = kept if kept and kept.enough else None
    span = f"{kept.months} months" if kept else f"{HORIZON_MONTHS} months"
    average = f"whole months, average of the last {followed.churn_months}"
    rows: list[tuple[str, float, str, str]] = [
        ("recurring_revenue", plans.monthly_fee if plans else nan, "money", "fees a month of all that runs"),
        ("paying_customers", plans.paying if plans else 0, "customers", "with a subscription that runs"),
        ("lapsed_customers", plans.lapsed if plans else 0, "customers", "whose last subscription has ended"),
        ("lapsed_share", plans.lapsed / known if plans and known else nan, "share", "lapsed, of lapsed and paying"),
        ("churn_a_month", followed.churn, "share", f"customers gone, of those at a month's start; {average}"),
        (
            "revenue_churn_a_month",
            followed.mrr_churn,
            "share",
            f"fees gone or lowered, of those at its start; {average}",
        ),
        ("hazard_a_month", told.monthly if told else nan, "share", "cancellations over months lived by all customers"),
        ("net_revenue_retention", whole.net if whole else nan, "share", f"fees now of the customers of {span} ago"),
        ("gross_revenue_retention", whole.gross if whole else nan, "share", "the same without what they added"),
        ("revenue_at_risk", plans.fee_at_risk if plans else nan, "money", _rule(followed)),
        ("customers_at_risk", plans.at_risk if plans else 0, "customers", _rule(followed)),
        (
            "expected_loss",
            plans.expected_fee_loss if plans else nan,
            "money",
            f"fees a month expected to go within {HORIZON_MONTHS} months at the risks so far",
        ),
        ("trial_to_paid", trials.paid_share, "share", "trials paid for by the day within which nine in ten who pay do"),
        ("trial_lag_days", trials.median_days, "days", "by when half of these have paid"),
    ]
    table = pd.DataFrame(rows, columns=["figure", "value", "unit", "definition"])
    return table.astype({"figure": "str", "value": float, "unit": "str", "definition": "str"})


def _rule(followed: Followed) -> str:
    times = followed.plans.risk_times if followed.plans else 2.0
    return (
        f"pays, and is silent, has cancelled for later, or is {times:g} times as likely as average to cancel in a year"
    )
