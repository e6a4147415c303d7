"""Subscribers in groups that call for different action, the thresholds between them, and the revenue at risk.

Groups, each customer in exactly one, the first that fits: lapsed (all subscriptions ended, or a trial over and not
paid for), trial, silent (pays without using), high value (fee), loyal (tenure), active. Thresholds come from the data
and may be set by hand: loyal from the tenure at which the risk of cancelling levels off; high value from the fee of the
top fifth of those who pay.
"""

from dataclasses import dataclass
from math import isnan, nan

import numpy as np
import pandas as pd

from helpers.analysis.lifecycle.plans_hazard import Hazard, leave_within, measure_hazard
from helpers.errors import InputError, ThinDataError

TRIAL, ACTIVE, HIGH_VALUE, LOYAL = "trial", "active", "high value", "loyal"
SILENT, LAPSED = "silent", "lapsed"
GROUPS = (TRIAL, ACTIVE, HIGH_VALUE, LOYAL, SILENT, LAPSED)
TOP_SHARE = 0.2  # of those who pay, by their fee
_MOST_SHARE = 1 / 3  # equal fees may make the top fifth a third, no more
_USUAL_LOYAL_MONTHS = 12.0
TRIAL_DAYS = 90  # a trial older than that without pay is over, where no trial tells how long it takes
HORIZON_MONTHS = 12
_LEAST_ENDED_A_GROUP = 50  # cancellations from which a group has a risk of its own
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Thresholds:
    """From when on a subscriber is loyal, or of high value, and why.

    loyal_months; loyal_by: "levels off" (the risk of cancelling does), "usual" (it does not fall with time, or too few
    have left: a year, by convention) or "set" (by hand)
    high_value_fee: a month, NaN where nobody is of high value; high_value_by: "top fifth", "equal fees" (no fee parts
    a top third or less from the others), "no fees" or "set"
    high_value_share: of those who pay a known fee, who pay that much; NaN where it is not known
    """

    loyal_months: float
    loyal_by: str
    high_value_fee: float
    high_value_by: str
    high_value_share: float = nan


@dataclass(frozen=True)
class Plans:
    """The subscribers of a client, grouped, with what they pay and how likely they are to leave.

    customers: customer_id, lifecycle_group, since (NaT where no date is known), months, monthly_fee (NaN where not
        known or nothing runs), leave_share (0-1, probability of cancelling within HORIZON_MONTHS; NaN of those gone and
        of trials), at_risk (pays, and is silent, has cancelled to leave, or is `risk_times` as likely to cancel as the
        average)
    groups: a row a group that has customers, in the order of GROUPS: lifecycle_group, customers, customer_share,
        monthly_fee, fee_share (of all fees; NaN where none is known), median_months, at_risk
    paying: customers with a subscription that runs; lapsed: all others who ever paid; unknown: of whom it is not told
    monthly_fee: of all that runs, NaN where no fee is known; without_fee: paying customers of whom no fee is known
    fee_at_risk, at_risk: fees a month, and customers, at risk; risk_times, average_leave_share: the rule
    expected_fee_loss: fees a month expected to go within HORIZON_MONTHS at the risks so far
    silent, leaving: paying customers who do not use, and who have cancelled to leave, among those at risk
    usage_known: whether anything tells who uses
    """

    customers: pd.DataFrame
    groups: pd.DataFrame
    thresholds: Thresholds
    paying: int
    lapsed: int
    unknown: int
    monthly_fee: float
    without_fee: int
    fee_at_risk: float
    at_risk: int
    risk_times: float
    average_leave_share: float
    expected_fee_loss: float
    silent: int
    leaving: int
    usage_known: bool


def find_thresholds(
    subscribers: pd.DataFrame, hazard: Hazard | None, loyal_from_months: float = 0, high_value_from_fee: float = 0
) -> Thresholds:
    """When a subscriber is loyal and when of high value: from the data, or as set (0 = from the data).

    subscribers: with `running` and `monthly_fee`; hazard: None where nothing tells who has left.
    """
    levels = hazard.levels_off_months if hazard else nan
    loyal, loyal_by = (levels, "levels off") if not isnan(levels) else (_USUAL_LOYAL_MONTHS, "usual")
    if loyal_from_months > 0:
        loyal, loyal_by = float(loyal_from_months), "set"
    fees = subscribers.loc[subscribers["running"] > 0, "monthly_fee"].dropna()
    fee, fee_by = (float(high_value_from_fee), "set") if high_value_from_fee > 0 else _top_fee(fees)
    reached = float((fees >= fee).mean()) if len(fees) and not isnan(fee) else nan
    return Thresholds(loyal, loyal_by, fee, fee_by, reached)


def group_subscribers(
    subscribers: pd.DataFrame,
    thresholds: Thresholds,
    as_of: pd.Timestamp,
    silent_since: pd.Series | None = None,
    trial_days: float = nan,
) -> pd.DataFrame:
    """customer_id, lifecycle_group, since, a row a subscriber in the order given.

    subscribers: a row a customer with the columns of `features.subscriptions.SUBSCRIBER`. silent_since: by customer_id,
    the day since which a customer who pays has not used what is paid for; only those are silent. trial_days: a trial
    that has run longer without pay is over; NaN: TRIAL_DAYS. since is NaT where no date is known.
    Raises InputError where a customer has several rows.
    """
    if subscribers["customer_id"].duplicated().any():
        raise InputError("a customer has several rows", where="Subscribers", allowed="one row a customer")
    limit = (TRIAL_DAYS if isnan(trial_days) else trial_days) * _DAY
    paid, ended = subscribers["subscriptions"] > 0, subscribers["ended"] == 1
    on_trial = ~paid & (as_of - subscribers["trial_started_on"] <= limit)
    quiet = _mapped(subscribers["customer_id"], silent_since)
    is_quiet = subscribers["customer_id"].isin([] if silent_since is None else silent_since.index)
    months, fee = subscribers["months"], subscribers["monthly_fee"]
    start = subscribers["started_on"]
    loyal_on = start + pd.to_timedelta((thresholds.loyal_months * 365.25 / 12), unit="D")
    runs = subscribers["running"] > 0
    high = runs & (fee >= thresholds.high_value_fee)  # never, where the threshold is NaN
    rules = [
        (LAPSED, ended, subscribers["ended_on"]),
        (TRIAL, on_trial, subscribers["trial_started_on"]),
        (LAPSED, ~paid, subscribers["trial_started_on"] + limit),
        (SILENT, runs & is_quiet, quiet),
        (HIGH_VALUE, high, subscribers["latest_started_on"]),
        (LOYAL, months >= thresholds.loyal_months, loyal_on),
        (ACTIVE, pd.Series(True, index=subscribers.index), start),
    ]
    group = np.select([fits for _, fits, _ in rules], [name for name, _, _ in rules], ACTIVE)
    since = pd.Series(pd.NaT, index=subscribers.index, dtype="datetime64[us]")
    left = pd.Series(True, index=subscribers.index)
    for _, fits, day in rules:
        since = since.mask(left & fits, day.astype("datetime64[us]"))
        left &= ~fits
    return pd.DataFrame(
        {
            "customer_id": subscribers["customer_id"],
            "lifecycle_group": pd.Series(group, index=subscribers.index, dtype="str"),
            "since": since.dt.normalize().clip(upper=as_of),
        }
    )


def describe_plans(
    subscribers: pd.DataFrame,
    grouped: pd.DataFrame,
    thresholds: Thresholds,
    hazard: Hazard | None,
    parts: pd.Series | None = None,
    risk_times: float = 2.0,
    usage_known: bool = False,
) -> Plans:
    """Size and worth of the groups, and who is at risk.

    grouped: as `group_subscribers` gave it. parts: a group of each customer, in their order, whose risk of cancelling
    is its own where at least 50 of it have cancelled. Raises ThinDataError without subscribers.
    """
    if not len(subscribers):
        raise ThinDataError("There are no subscribers to follow", mend="Add subscriptions.")
    runs = subscribers["running"] > 0
    leaves = pd.Series(_leave_shares(subscribers, hazard, parts), index=subscribers.index).where(runs)
    average = float(leaves.mean())
    group = grouped["lifecycle_group"]
    silent = (group == SILENT).to_numpy()
    likely = runs & (leaves >= risk_times * average) & (leaves > 0)
    at_risk = runs & (silent | subscribers["leaving"] | likely)
    customers = grouped.assign(
        months=subscribers["months"], monthly_fee=subscribers["monthly_fee"], leave_share=leaves, at_risk=at_risk
    )
    fee = subscribers["monthly_fee"].where(runs)
    known = bool(fee.notna().any())
    return Plans(
        customers=customers,
        groups=_by_group(customers, fee),
        thresholds=thresholds,
        paying=int(runs.sum()),
        lapsed=int((subscribers["ended"] == 1).sum()),
        unknown=int(((subscribers["subscriptions"] > 0) & subscribers["ended"].isna()).sum()),
        monthly_fee=float(fee.sum()) if known else nan,
        without_fee=int((runs & subscribers["monthly_fee"].isna()).sum()),
        fee_at_risk=float(fee[at_risk].sum()) if known else nan,
        at_risk=int(at_risk.sum()),
        risk_times=risk_times,
        average_leave_share=average,
        expected_fee_loss=float((fee * leaves).sum()) if known and hazard else nan,
        silent=int((silent & runs).sum()),
        leaving=int((runs & subscribers["leaving"]).sum()),
        usage_known=usage_known,
    )


def _top_fee(fees: pd.Series) -> tuple[float, str]:
    if not len(fees):
        return nan, "no fees"
    values = np.sort(fees.to_numpy(dtype=float))
    fee = float(np.quantile(values, 1 - TOP_SHARE, method="higher"))
    if (values >= fee).mean() > _MOST_SHARE:
        dearer = values[values > fee]
        fee = float(dearer[0]) if len(dearer) else nan
    return (nan, "equal fees") if isnan(fee) or fee <= values[0] else (fee, "top fifth")


def _mapped(ids: pd.Series, days: pd.Series | None) -> pd.Series:
    if days is None or not len(days):
        return pd.Series(pd.NaT, index=ids.index, dtype="datetime64[us]")
    return ids.map(days).astype("datetime64[us]")


def _leave_shares(subscribers: pd.DataFrame, hazard: Hazard | None, parts: pd.Series | None) -> np.ndarray:
    months = subscribers["months"].fillna(0)
    if hazard is None or not hazard.ended:
        return np.full(len(months), nan)
    leaves = leave_within(months, hazard, HORIZON_MONTHS)
    if parts is None:
        return leaves
    told = subscribers["months"].notna() & subscribers["ended"].notna()
    for _, rows in subscribers[told].groupby(parts[told], sort=False):
        ended = rows["ended"] == 1
        if ended.sum() >= _LEAST_ENDED_A_GROUP:
            place = subscribers.index.get_indexer(rows.index)
            leaves[place] = leave_within(rows["months"], measure_hazard(rows["months"], ended), HORIZON_MONTHS)
    return leaves


def _by_group(customers: pd.DataFrame, fee: pd.Series) -> pd.DataFrame:
    found = (
        customers.assign(fee=fee)
        .groupby("lifecycle_group")
        .agg(
            customers=("customer_id", "size"),
            monthly_fee=("fee", "sum"),
            median_months=("months", "median"),
            at_risk=("at_risk", "sum"),
        )
        .reindex([g for g in GROUPS if (customers["lifecycle_group"] == g).any()])
        .rename_axis("lifecycle_group")
        .reset_index()
    )
    known = fee.notna().any()
    found["customer_share"] = found["customers"] / len(customers)
    found["monthly_fee"] = found["monthly_fee"] if known else nan
    total = float(found["monthly_fee"].sum())
    found["fee_share"] = found["monthly_fee"] / total if total > 0 else nan
    columns = ["lifecycle_group", "customers", "customer_share", "monthly_fee", "fee_share", "median_months", "at_risk"]
    return found[columns]
