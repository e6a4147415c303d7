"""The stage of each customer: lead, active, loyal, of high value, or dormant.

Everyone known is in exactly one: a lead has not bought; of those who have, the late are dormant; of the others the
highest stage reached holds: high value, loyal, active. Late is who is so by the customer's own rhythm, or where the
client has set a number of days, who has waited longer than that. The stages are those of the
customer lifecycle as Sterne and Cutler (2000), E-Metrics, have it: reach, acquisition, retention, loyalty, attrition.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.lifecycle.thresholds import Thresholds
from helpers.errors import InputError

LEAD, ACTIVE, LOYAL, HIGH, DORMANT = "lead", "active", "loyal", "high value", "dormant"
_SURE = 1 - 1e-12
BROWSER, BUSY = "browser", "high activity"  # what leads and high value are called where only visits are known
NAMES_OF_VISITS = {LEAD: BROWSER, HIGH: BUSY}
STAGES = (LEAD, ACTIVE, LOYAL, HIGH, DORMANT)
ACTIONS = {
    LEAD: "Make a first order easy: a starter offer, and answers to what holds them back.",
    ACTIVE: "Work towards the next order: suggest what goes with the last one.",
    LOYAL: "Thank them, ask for referrals, and offer the next product up.",
    HIGH: "Give them a named contact, first choice of what is new, and service before price.",
    DORMANT: "Ask why they stopped; make one offer to return, the biggest spenders first.",
}
_VISIT_ACTIONS = {
    LEAD: "Invite them to a first visit with one clear reason.",
    ACTIVE: "Give them a reason for the next visit: show what is new since the last.",
    LOYAL: "Ask them for feedback and for referrals.",
    HIGH: "Offer them more than visits: an upgrade, a trial, a conversation.",
    DORMANT: "Ask why they stopped, and show once what has changed since.",
}


@dataclass(frozen=True)
class Lifecycle:
    """Who is in which stage.

    customers: everyone known, by customer_id: customer_id, lifecycle_group, since (the day the customer met the group's
        rule: first known, first order, the order that made loyal or of high value, the day the next order was overdue;
        NaT where not told), first_on, last_on, orders, spend, days_since (the last order; what is of orders is NaN or
        0 for leads), known_on, loyal_on, high_value_on
    groups: lifecycle_group, customers, customer_share (0-1 of everyone known), spend, spend_share (of all; NaN where
        nothing is known of money), median_orders, median_days_since, action; a row a stage, empty ones too
    of_visits: whether visits stand in for orders
    dormancy_known: whether anyone can be called dormant
    """

    customers: pd.DataFrame
    groups: pd.DataFrame
    of_visits: bool = False
    dormancy_known: bool = True


def group_customers(
    totals: pd.DataFrame,
    reached: pd.DataFrame,
    rhythm: pd.DataFrame,
    known: pd.DataFrame,
    thresholds: Thresholds,
    as_of: date,
    *,
    late_share: float = 0.9,
    pace: pd.DataFrame | None = None,
    of_visits: bool = False,
) -> Lifecycle:
    """Put every customer into one stage.

    totals: a row a buyer: customer_id, first_on, last_on, orders, spend. reached: customer_id, loyal_on, high_value_on.
    rhythm: customer_id, usual_gap_days, late (0-1; NaN where not known), is_late (late >= late_share). known:
    customer_id, known_on, of everyone known from elsewhere, buyers or not. pace: month, pace, the clock on which
    usual_gap_days counts; the calendar by default.
    Raises InputError where the three tables of buyers are not of the same customers.
    """
    buyers = totals
    for other, columns in ((reached, ["loyal_on", "high_value_on"]), (rhythm, ["usual_gap_days", "late", "is_late"])):
        if set(other["customer_id"]) != set(totals["customer_id"]):
            raise InputError("the tables of buyers are not of the same customers", where="Lifecycle")
        buyers = buyers.merge(other[["customer_id", *columns]], on="customer_id", validate="one_to_one")
    everyone = buyers.merge(known[["customer_id", "known_on"]], on="customer_id", how="outer", validate="one_to_one")
    everyone = everyone.sort_values("customer_id", kind="stable", ignore_index=True)
    today = pd.Timestamp(as_of)
    bought = everyone["first_on"].notna()
    days_since = (today - everyone["last_on"]).dt.days
    by_hand = thresholds.dormant_days == thresholds.dormant_days
    late = days_since > thresholds.dormant_days if by_hand else everyone["is_late"].eq(True)
    overdue_on = (
        everyone["last_on"] + pd.Timedelta(days=int(thresholds.dormant_days) + 1)
        if by_hand
        else (overdue_days(everyone["last_on"], everyone["usual_gap_days"], everyone["late"], today, late_share, pace))
    )
    rules = [~bought, bought & late, everyone["high_value_on"].notna(), everyone["loyal_on"].notna()]
    since = [everyone["known_on"], overdue_on, everyone["high_value_on"], everyone["loyal_on"]]
    stage = np.select(rules, (LEAD, DORMANT, HIGH, LOYAL), ACTIVE).astype(object)
    entered = everyone["first_on"]
    for rule, day in reversed(list(zip(rules, since, strict=True))):
        entered = entered.mask(rule, day)
    names = NAMES_OF_VISITS if of_visits else {}
    customers = everyone.assign(
        lifecycle_group=pd.Series(stage).replace(names),
        since=entered,
        days_since=days_since,
        orders=everyone["orders"].fillna(0).astype("int64"),
    )
    first = ["customer_id", "lifecycle_group", "since", "first_on", "last_on", "orders", "spend", "days_since"]
    customers = customers[[*first, "known_on", "loyal_on", "high_value_on"]]
    actions = _VISIT_ACTIONS if of_visits else ACTIONS
    groups = _sum_groups(customers, {names.get(g, g): actions[g] for g in STAGES})
    return Lifecycle(customers, groups, of_visits, by_hand or bool(rhythm["late"].notna().any()))


def overdue_days(
    last_on: pd.Series,
    usual_gap_days: pd.Series,
    late: pd.Series,
    today: pd.Timestamp,
    late_share: float = 0.9,
    pace: pd.DataFrame | None = None,
) -> pd.Series:
    """The day from which each customer's chance of being late was `late_share`, NaT for who is not as late today.

    Known are the chance today and the usual gap, by which it is about a half; between them it is taken to rise as a
    log-logistic curve does. Days are counted by a clock on which a day of each month counts `pace` days.
    """
    result = pd.Series(pd.NaT, index=last_on.index, dtype="datetime64[us]")
    overdue = (late >= late_share) & last_on.notna() & usual_gap_days.notna()
    if not overdue.any():
        return result
    last = last_on[overdue]
    days = pd.date_range(last.min(), today, freq="D")
    rate = np.ones(12) if pace is None else pace.sort_values("month")["pace"].to_numpy(float)
    clock = np.cumsum(rate[days.month - 1])
    start = clock[(last - days[0]).dt.days.to_numpy()]
    waited = np.maximum(clock[-1] - start, 0.5)
    usual = np.minimum(usual_gap_days[overdue].to_numpy(float), waited)
    odds = np.log(late_share / (1 - late_share)) / special.logit(np.minimum(late[overdue].to_numpy(float), _SURE))
    place = np.searchsorted(clock, start + usual * (waited / usual) ** np.minimum(odds, 1) - 1e-6)
    result[overdue] = days[np.minimum(place, len(days) - 1)].to_numpy()
    return result


def _sum_groups(customers: pd.DataFrame, actions: dict[str, str]) -> pd.DataFrame:
    found = customers.groupby("lifecycle_group").agg(
        customers=("customer_id", "size"),
        spend=("spend", "sum"),
        median_orders=("orders", "median"),
        median_days_since=("days_since", "median"),
    )
    groups = found.reindex(list(actions)).rename_axis("lifecycle_group").reset_index()
    counts = groups["customers"].fillna(0).astype("int64")
    with_money = bool(customers["spend"].notna().any())
    spend = groups["spend"].fillna(0.0) if with_money else pd.Series(np.nan, index=groups.index)
    return pd.DataFrame(
        {
            "lifecycle_group": groups["lifecycle_group"],
            "customers": counts,
            "customer_share": counts / max(len(customers), 1),
            "spend": spend,
            "spend_share": spend / spend.sum() if spend.sum() > 0 else np.nan,
            "median_orders": groups["median_orders"],
            "median_days_since": groups["median_days_since"],
            "action": groups["lifecycle_group"].map(actions),
        }
    )
