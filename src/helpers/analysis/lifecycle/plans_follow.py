"""Everything told of a client's subscribers, brought together: what each part needs is looked up here, and a part whose
data are not there is None."""

from dataclasses import dataclass
from datetime import date
from math import nan

import pandas as pd

from helpers.analysis.lifecycle.plans import Plans, describe_plans, find_thresholds, group_subscribers
from helpers.analysis.lifecycle.plans_attributes import Attributes, compare_attributes
from helpers.analysis.lifecycle.plans_hazard import Hazard, measure_hazard
from helpers.analysis.lifecycle.plans_revenue import WINDOW_MONTHS, Kept, churn_a_month
from helpers.analysis.lifecycle.plans_trials import Trials, follow_trials
from helpers.analysis.lifecycle.plans_usage import Usage
from helpers.errors import InputError


@dataclass(frozen=True)
class Followed:
    """What is known of subscribers.

    plans: None without any subscriber
    hazard, attributes: None where of nobody both the time and whether he has left are known
    kept: None without dates, or where nobody paid before the report's month
    months: a row a calendar month; no rows without dates
    churn, mrr_churn: of an average month among the last `churn_months` whole ones; NaN without dates
    trials: what became of them; none where no trial is on record
    moved, upgraded, downgraded, added: customers with several subscriptions one after the other or side by side, and of
        these who came to a dearer one, to a cheaper one, and took one beside; customers may be in several
    """

    plans: Plans | None
    hazard: Hazard | None
    attributes: Attributes | None
    kept: Kept | None
    months: pd.DataFrame
    churn: float
    mrr_churn: float
    churn_months: int
    trials: Trials
    moved: int
    upgraded: int
    downgraded: int
    added: int


def follow_subscribers(
    subscribers: pd.DataFrame,
    attributes: pd.DataFrame,
    months: pd.DataFrame,
    kept: Kept,
    usage: Usage,
    as_of: date,
    *,
    loyal_from_months: float = 0,
    high_value_from_fee: float = 0,
    risk_times: float = 2.0,
) -> Followed:
    """Group the subscribers, follow how long they stay and what parts them, and say what is at risk.

    subscribers: `features.subscriptions.subscriber_facts`; attributes: customer_id and what was known at the start;
    months: `features.subscription_revenue.monthly_revenue`; kept: of a window of 0 months where there is none. The
    knobs are those of `find_thresholds` and `describe_plans`; 0 leaves a threshold to the data.
    Raises InputError where the attributes are not of the subscribers.
    """
    today = pd.Timestamp(as_of)
    told = subscribers["months"].notna() & subscribers["ended"].notna()
    known = subscribers[told]
    hazard = measure_hazard(known["months"], known["ended"] == 1) if len(known) else None
    compared = _compare(known, attributes) if len(known) else None
    trials = follow_trials(subscribers["trial_started_on"], subscribers["started_on"], today)
    plans = None
    if len(subscribers):
        thresholds = find_thresholds(subscribers, hazard, loyal_from_months, high_value_from_fee)
        grouped = group_subscribers(subscribers, thresholds, today, usage.silent_since, trials.days)
        parts = compared.groups.reindex(subscribers.index) if compared and compared.best else None
        plans = describe_plans(subscribers, grouped, thresholds, hazard, parts, risk_times, usage.known)
    window = min(WINDOW_MONTHS, max(0, int((~months["partial"].astype(bool)).sum()) - 1))
    churn, mrr_churn = churn_a_month(months, window) if window else (nan, nan)
    several = subscribers[["upgrades", "downgrades", "added"]] > 0
    return Followed(
        plans=plans,
        hazard=hazard,
        attributes=compared,
        kept=kept if kept.months and kept.customers else None,
        months=months,
        churn=churn,
        mrr_churn=mrr_churn,
        churn_months=window,
        trials=trials,
        moved=int((subscribers["subscriptions"] > 1).sum()),
        upgraded=int(several["upgrades"].sum()),
        downgraded=int(several["downgrades"].sum()),
        added=int(several["added"].sum()),
    )


def _compare(known: pd.DataFrame, attributes: pd.DataFrame) -> Attributes:
    joined = known[["customer_id"]].merge(attributes, on="customer_id", how="left")
    if len(joined) != len(known):
        raise InputError("a customer has several rows of attributes", where="Subscribers", allowed="one a customer")
    joined.index = known.index
    return compare_attributes(known["months"], known["ended"] == 1, joined.drop(columns="customer_id"))
