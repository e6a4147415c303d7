"""Active, passive and lost customers, from behaviour alone, where nobody was asked.

Lost: late by the customer's own rhythm, or the last subscription has ended. Of the others, active are those who lately
did more than the usual customer in at least half of what is measured (orders, spend, products, visits ...); passive are
the rest. The usual customer is the median of those not lost, so that a change of the day of analysis or of the client
does not change what the words mean. Tickets and complaints are no sign of activity and are not counted.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers.errors import InputError

ACTIVE, PASSIVE, LOST, UNKNOWN = "active", "passive", "lost", "not known"
GROUPS = (ACTIVE, PASSIVE, LOST, UNKNOWN)
BROAD = 0.5  # share of the measures in which an active customer does more than usual
ENGAGING = ("orders", "spend", "products", "event", "variety")  # families of measures of which more is more active
_TROUBLE = re.compile(r"ticket|complain|return|refund|claim|issue|incident|delay|cancel|fault|support|reklam", re.I)


@dataclass(frozen=True)
class Activity:
    """customers: customer_id, activity (active, passive, lost, not known), broadness (share of the measures above the
        usual; NaN of those lost and not known), spend (in the window; NaN where not known)
    groups: a row a group that has customers, in that order: activity, customers, customer_share (of those known; NaN of
        the others), low, high (Wilson 95%), spend, spend_share (of all known customers')
    usual: measure, family, subject, usual (the median of customers not lost), active, passive (their medians)
    known: customers whose activity is known
    of_subscriptions: whether lost means that the subscription has ended
    days: length of the window
    """

    customers: pd.DataFrame
    groups: pd.DataFrame
    usual: pd.DataFrame
    known: int
    of_subscriptions: bool
    days: int


def place_activity(
    rhythm: pd.DataFrame, subscribers: pd.DataFrame, window: pd.DataFrame, measures: pd.DataFrame, days: int
) -> Activity:
    """Every customer by what the customer does.

    rhythm: as `Rhythm.customers`: customer_id, late (NaN where not known), is_late. subscribers: customer_id, ended (1,
    0, or missing); they count where no rhythm is known of anyone. window: customer_id and the measures of the last
    `days`; measures: measure, family, subject. A customer who is not in `window` has done nothing in it. Raises
    InputError for a customer twice.
    """
    for frame, what in ((rhythm, "rhythm"), (subscribers, "subscribers"), (window, "window")):
        twice = int(frame["customer_id"].duplicated().sum())
        if twice:
            raise InputError(f"{twice} rows repeat a customer", where=what, mend="Give one row a customer.")
    of_rhythm = bool(rhythm["late"].notna().any()) if len(rhythm) else False
    known = rhythm.assign(lost=rhythm["is_late"].astype(bool), told=rhythm["late"].notna())
    if not of_rhythm:
        ended = subscribers["ended"].astype(float)
        known = subscribers.assign(lost=ended == 1, told=ended.notna())
    chosen = engaging(measures)
    whole = known[["customer_id", "lost", "told"]].merge(window, on="customer_id", how="left", validate="one_to_one")
    x = whole.reindex(columns=chosen).astype(float).fillna(0.0).to_numpy()
    stays = (whole["told"] & ~whole["lost"]).to_numpy(bool)
    usual = np.median(x[stays], axis=0) if stays.any() and chosen else np.zeros(len(chosen))
    broad = (x > usual).mean(axis=1) if chosen else np.zeros(len(whole))
    activity = np.select(
        [~whole["told"].to_numpy(bool), whole["lost"].to_numpy(bool), broad >= BROAD], [UNKNOWN, LOST, ACTIVE], PASSIVE
    )
    customers = pd.DataFrame(
        {
            "customer_id": whole["customer_id"],
            "activity": pd.Series(activity, whole.index, dtype="str"),
            "broadness": np.where(stays, broad, np.nan),
            "spend": whole["spend"].astype(float) if "spend" in whole else np.nan,
        }
    )
    return Activity(
        customers.reset_index(drop=True),
        _groups(customers),
        _usual(measures, chosen, x, usual, activity),
        int((activity != UNKNOWN).sum()) if chosen else 0,
        not of_rhythm,
        days,
    )


def engaging(measures: pd.DataFrame) -> list[str]:
    """The measures of which more is more active."""
    rows = measures[measures["family"].isin(ENGAGING)]
    return [m for m, subject in zip(rows["measure"], rows["subject"], strict=True) if not _TROUBLE.search(subject)]


def active_or_passive(activity: Activity, tenure: pd.DataFrame) -> pd.DataFrame:
    """What sets the active apart is asked of the active and the passive, among customers of like tenure: customer_id,
    retained (active), tenure_days (NaN where not known), comparable (active or passive), stays_with ("order").

    tenure: customer_id, tenure_days.
    """
    frame = activity.customers.merge(tenure[["customer_id", "tenure_days"]], on="customer_id", how="left")
    return pd.DataFrame(
        {
            "customer_id": frame["customer_id"],
            "retained": frame["activity"] == ACTIVE,
            "tenure_days": frame["tenure_days"].astype(float),
            "comparable": frame["activity"].isin([ACTIVE, PASSIVE]) & (activity.known > 0),
            "stays_with": "order",
        }
    )


def _groups(customers: pd.DataFrame) -> pd.DataFrame:
    counted = customers.groupby("activity").agg(
        customers=("customer_id", "size"), spend=("spend", lambda s: s.sum(min_count=1))
    )
    counted = counted.reindex([g for g in GROUPS if g in counted.index]).rename_axis("activity").reset_index()
    known = (counted["activity"] != UNKNOWN).to_numpy()
    n = int(counted.loc[known, "customers"].sum())
    ends = proportion_confint(counted["customers"].to_numpy(), n, method="wilson") if n else (np.nan, np.nan)
    spent = float(counted.loc[known, "spend"].sum())
    return pd.DataFrame(
        {
            "activity": counted["activity"].astype("str"),
            "customers": counted["customers"].astype("int64"),
            "customer_share": np.where(known, counted["customers"] / max(n, 1), np.nan),
            "low": np.where(known, ends[0], np.nan),
            "high": np.where(known, ends[1], np.nan),
            "spend": counted["spend"].astype(float),
            "spend_share": np.where(known & (spent > 0), counted["spend"] / (spent or 1.0), np.nan).astype(float),
        }
    )


def _usual(
    measures: pd.DataFrame, chosen: list[str], x: np.ndarray, usual: np.ndarray, activity: np.ndarray
) -> pd.DataFrame:
    of = measures.set_index("measure").reindex(chosen)[["family", "subject"]]
    frame = of.rename_axis("measure").reset_index().assign(usual=usual)
    for group in (ACTIVE, PASSIVE):
        inside = activity == group
        frame[group] = np.median(x[inside], axis=0) if inside.any() else np.nan
    return frame
