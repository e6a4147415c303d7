"""What customers do who are not contacted, by segment: what a test is planned by.

The groups held out of past campaigns tell it best; where there are none, what customers did in a period as long.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

EVERYONE = "All customers"
TODAY_COLUMNS = ["segment", "customers", "new_a_month"]
DAYS = 90  # for which outcomes are followed where nothing else is known
_YEAR_DAYS, _YEAR_MONTHS = 365, 12


def count_today(customers: pd.DataFrame) -> pd.DataFrame:
    """segment, customers and new_a_month (of the segment's customers those whose first order is no older than a year,
    by twelve), one row a segment and one of all; `customers`: rfm_segment and tenure_days, a row a customer; no rows
    where it has none, and new_a_month blank where first orders are not known."""
    if not {"rfm_segment", "tenure_days"} <= set(customers.columns):
        return pd.DataFrame(columns=TODAY_COLUMNS)
    new = (customers["tenure_days"] < _YEAR_DAYS).astype("float64").where(customers["tenure_days"].notna())
    rows = pd.DataFrame({"segment": customers["rfm_segment"].astype("object"), "new": new})
    rows = pd.concat([rows, rows.assign(segment=EVERYONE)])
    by_segment = rows.groupby("segment", sort=True)["new"]
    counted = by_segment.agg(customers="size", new="sum", known="count").reset_index()
    counted["new_a_month"] = (counted["new"] / _YEAR_MONTHS).where(counted["known"] > 0)
    return counted[TODAY_COLUMNS]


def measure_baselines(uncontacted: pd.DataFrame, today: pd.DataFrame, days: float = np.nan) -> pd.DataFrame:
    """segment, metric, customers, n, mean, sd, days, new_a_month: what `planning.plan_tests` takes.

    `uncontacted`: segment, and in all other columns the outcomes of customers who were not contacted, a row a customer
    (and campaign). `today`: as from `count_today`; a segment that has no customers today has no row, and where nothing
    is known of today the customers are those of `uncontacted`. A row of all customers comes first, then segments by
    name.
    """
    rows = uncontacted.astype({"segment": "object"})
    metrics = [str(c) for c in uncontacted if c != "segment" and uncontacted[c].notna().any()]
    segments = rows["segment"].unique()
    if len(segments) != 1 or segments[0] != EVERYONE:
        rows = pd.concat([rows.assign(segment=EVERYONE), rows.sort_values("segment")])
    parts = [
        rows.groupby("segment", sort=False)[metric].agg(n="count", mean="mean", sd="std").assign(metric=metric)
        for metric in metrics
    ]
    columns = ["segment", "metric", "customers", "n", "mean", "sd", "days", "new_a_month"]
    if not parts or rows.empty:
        return pd.DataFrame(columns=columns)
    found = pd.concat(parts).reset_index()
    if len(today):
        found = found.merge(today, on="segment", how="inner", validate="many_to_one")
    else:
        found = found.assign(customers=found["n"], new_a_month=np.nan)
    return found.assign(days=float(days))[columns]


def held_out(customers: pd.DataFrame, metrics: Sequence[str], everyone_else: str) -> pd.DataFrame:
    """segment and metrics of those who were held out of a campaign at random, from a row a customer and campaign;
    `everyone_else` is the control of those that held nobody out."""
    at_random = (customers["arm"] == customers["control"]) & (customers["control"] != everyone_else)
    return customers.loc[at_random, ["segment", *metrics]]


def past_pairs(customers: pd.DataFrame, metrics: Sequence[str], everyone_else: str) -> pd.DataFrame:
    """campaign, arm, metric, segment, customers, control_customers, control_mean and control_sd of past random tests: a
    row a pair of segment and campaign's arm, for each metric; what `planning.look_back` takes."""
    with_control = customers.loc[customers["arm"] == customers["control"], "campaign"]
    tested = customers[(customers["control"] != everyone_else) & customers["campaign"].isin(with_control)]
    columns = ["campaign", "arm", "metric", "segment", "customers", "control_customers", "control_mean", "control_sd"]
    parts = []
    for metric in metrics:
        keys = ["campaign", "control", "segment"]
        stats = tested.groupby([*keys, "arm"])[metric].agg(["count", "mean", "std"]).reset_index()
        is_control = stats["arm"] == stats["control"]
        controls = stats[is_control].drop(columns="arm")
        controls = controls.rename(columns={"count": "control_customers", "mean": "control_mean", "std": "control_sd"})
        arms = stats[~is_control].rename(columns={"count": "customers"})[[*keys, "arm", "customers"]]
        parts.append(arms.merge(controls, on=keys, how="left", validate="many_to_one").assign(metric=metric))
    if not parts:
        return pd.DataFrame(columns=columns)
    pairs = pd.concat(parts, ignore_index=True)
    pairs = pairs.assign(control_customers=pairs["control_customers"].fillna(0))
    return pairs.loc[pairs["customers"] + pairs["control_customers"] > 0, columns].reset_index(drop=True)


def days_followed(customers: pd.DataFrame, as_of: date, asked: int = 0, *, declared: bool = False) -> float:
    """Days that outcomes are followed: as asked, or else from the first contact of the latest campaign to `as_of`,
    where outcomes were counted until then; DAYS where there was no campaign. NaN where no contact has a day, and where
    outcomes were `declared`: then only the client knows how long they were followed."""
    if asked or customers.empty:
        return float(asked or DAYS)
    began = customers.groupby("campaign")["exposed_on"].min().dropna()
    if declared or not len(began):
        return np.nan
    return float(max((pd.Timestamp(as_of).normalize() - began.max().normalize()).days + 1, 1))
