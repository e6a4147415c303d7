"""Actions that other pages call for and whose gain nobody has measured yet: what is at stake, and for whom.

A customer is called late only where the page on segments knows who is late by his own rhythm.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from math import nan

import pandas as pd

from helpers.analysis.plan.lists import EVERYONE, join
from helpers.analysis.plan.measured import Candidate

MONTHS = 12
SECOND_ORDER = "Win the second order"  # the objective of segments that have ordered once
DETRACTORS, LEAD = "detractors", "lead"


def unmeasured_actions(
    tables: Mapping[str, pd.DataFrame],
    as_of: date,
    *,
    by_account: bool = False,
    has_measured: bool = False,
    taken: Collection[str] = (),
) -> list[Candidate]:
    """Win back regulars who are late, call detractors and subscribers at risk, work for second and first orders; and
    where nothing is measured yet, one test on all customers.

    `tables`: rfm_segments, customers_rfm, nps_actions, subscribers_lifecycle, customers_lifecycle, accounts_heard,
    test_plan, each as its page saved it or without rows. by_account: value at stake is the account's, on the row of
    each of its people. taken: segments that are in a measured action already.
    """
    found = [
        *_late_regulars(_without(tables["rfm_segments"], taken)),
        *_detractors(tables["nps_actions"], as_of, by_account),
        *_subscribers(tables["subscribers_lifecycle"]),
        *_second_order(_without(tables["rfm_segments"], taken)),
        *_leads(tables["customers_lifecycle"]),
        *_silent_accounts(tables["accounts_heard"]),
    ]
    if not has_measured and len(tables["customers_rfm"]):
        yearly = tables["rfm_segments"].get("yearly_spend", pd.Series(dtype="float64")).sum(min_count=1)
        test = _described("test", EVERYONE, "customers_rfm", "06_campaigns", len(tables["customers_rfm"]), yearly)
        found.append(test | {"arm_size": _arm_size(tables["test_plan"])})
    return found


def _without(segments: pd.DataFrame, taken: Collection[str]) -> pd.DataFrame:
    """A customer in two tests at once would spoil both."""
    return segments[~segments["rfm_segment"].isin(taken)] if "rfm_segment" in segments.columns else segments


def _arm_size(plans: pd.DataFrame) -> float:
    """Customers an arm of a test on all, where there are enough of them; 0 where there are not."""
    if not {"segment", "possible", "needed_an_arm"} <= set(plans.columns):
        return 0
    fit = plans[(plans["segment"] == EVERYONE) & plans["possible"].astype("bool")]
    return float(fit["needed_an_arm"].min()) if len(fit) else 0


def _late_regulars(segments: pd.DataFrame) -> list[Candidate]:
    """Segments most of whose customers ordered three times or more and are late now."""
    if not {"late_regulars", "customers"} <= set(segments.columns):
        return []
    late = segments[(segments["late_regulars"] * 2 > segments["customers"]).fillna(False)]
    return _of_segments("win_back", late)


def _second_order(segments: pd.DataFrame) -> list[Candidate]:
    if "objective" not in segments.columns:
        return []
    return _of_segments("second_order", segments[segments["objective"] == SECOND_ORDER])


def _of_segments(kind: str, segments: pd.DataFrame) -> list[Candidate]:
    if segments.empty:
        return []
    stake = segments["yearly_spend"].sum(min_count=1) if "yearly_spend" in segments else nan
    names, customers = join(sorted(segments["rfm_segment"])), int(segments["customers"].sum())
    return [_described(kind, names, "customers_rfm", "02_rfm", customers, stake)]


def _detractors(answers: pd.DataFrame, as_of: date, by_account: bool) -> list[Candidate]:
    if "category" not in answers.columns or not (answers["category"] == DETRACTORS).any():
        return []
    calls = answers[answers["category"] == DETRACTORS]
    value = calls["value_at_stake"]
    if by_account and "account_id" in calls:
        value = (
            calls.assign(account=calls["account_id"].fillna(calls["customer_id"]))
            .groupby("account")["value_at_stake"]
            .max()
        )
    owners = calls["owner"].dropna().unique()
    due = as_of + timedelta(days=int(calls["due_in_days"].max()))
    told = {"owner": str(owners[0]) if len(owners) == 1 else "", "due": due}
    stake = value.sum(min_count=1)
    return [_described("call_detractors", DETRACTORS, "nps_actions", "05_nps_drivers", len(calls), stake) | told]


def _subscribers(subscribers: pd.DataFrame) -> list[Candidate]:
    if "at_risk" not in subscribers.columns or not subscribers["at_risk"].astype("bool").any():
        return []
    risky = subscribers[subscribers["at_risk"].astype("bool")]
    stake = MONTHS * risky["monthly_fee"].sum(min_count=1)
    return [_described("call_subscribers", "at risk", "subscribers_lifecycle", "03_lifecycle", len(risky), stake)]


def _leads(customers: pd.DataFrame) -> list[Candidate]:
    if "lifecycle_group" not in customers.columns:
        return []
    leads = int((customers["lifecycle_group"] == LEAD).sum())
    return [_described("first_order", LEAD, "customers_lifecycle", "03_lifecycle", leads, nan)] if leads else []


def _silent_accounts(accounts: pd.DataFrame) -> list[Candidate]:
    """Accounts of which no decision maker answered, though some contact did."""
    if "silent" not in accounts.columns or not accounts["silent"].astype("bool").any():
        return []
    silent = int(accounts["silent"].astype("bool").sum())
    return [_described("ask_decision_makers", "silent", "accounts_heard", "05_nps_sample", silent, nan)]


def _described(kind: str, segment: str, table: str, source: str, customers: int, stake: float) -> Candidate:
    told = {"kind": kind, "segment": segment, "list": table, "source": source, "customers": customers}
    return told | {"at_stake": float(stake), "evidence": "none"}
