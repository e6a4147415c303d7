"""What a return is worked out from: one case a segment, campaign and arm, measured or planned.

How much of a rise in revenue is the campaign's doing depends on how it was measured. A random test measures it. A
matched comparison of members with everyone else is consistent with it, and proves nothing. A broken test, and what is
weaker still, give no return at all.
"""

from math import nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import InputError

CASE_COLUMNS = [
    *("segment", "campaign", "arm", "customers", "old_average_revenue", "new_average_revenue"),
    *("lift_low", "lift_high", "cost", "basis"),
]
RANDOM, BROKEN, MATCHED = "random test", "random test, broken", "matched comparison"
WEAKER = ("difference in differences", "interrupted series", "before and after")
NONE = "none"
# What a case may tell besides, and what holds where it does not: how it was measured, the customers it was compared
# with, the confidence of its interval, whether its cost is an assumption, and the fewest of the largest customers
# without whom the answer is another (0 = it hangs on none).
OPTIONAL: dict[str, Any] = {
    "evidence": RANDOM,
    "control_customers": nan,
    "confidence": 0.95,
    "cost_assumed": False,
    "hangs_on": 0,
}
LEAST_ARM = 30  # customers on either side, below which an interval of the mean says too much
CONFIDENCE = 0.95
EVERYONE = "All customers"
BASES = ["measured", "planned"]
_LIFT = ["campaign", "arm", "n", "control_n", "mean", "lift", "low", "high", "cost", "customers", "is_revenue"]


def campaign_cases(lift: pd.DataFrame, cost_per_contact: float = 0.0) -> pd.DataFrame:
    """Cases from the lifts that the page on campaigns has saved (campaign_lift, or campaign_lift_segments).

    `lift`: campaign, arm, n, control_n, mean, lift, low, high (revenue per customer), cost (of the whole arm, blank
    where the data give none), customers (reached), is_revenue, evidence (as above; "none" where nobody can be compared
    with), and segment, where measured by segment (else all rows are "All customers"). Where several outcomes are
    revenue, the first one counts.

    The average without the campaign is the mean less the lift: the control's own in a random test, the adjusted one in
    a matched comparison. Where the data give no cost, `cost_per_contact` stands in; 0 leaves it unknown. With fewer
    than 30 customers on either side a case has no interval, since spend is too uneven for one to hold. Intervals by
    segment are taken to hold together for all rows of a campaign (Bonferroni), as the page on campaigns makes them;
    a column `confidence` tells whose they are, if not 95 %, and `hangs_on` is kept. No rows without a lift in revenue.
    Raises InputError on missing columns.
    """
    if lift.empty:
        return pd.DataFrame(columns=[*CASE_COLUMNS, *OPTIONAL])
    if missing := [column for column in _LIFT if column not in lift]:
        raise InputError(f"column {missing[0]!r} is missing", where="campaign_lift", allowed=", ".join(_LIFT))
    rows = lift[lift["is_revenue"].eq(True).fillna(False)]
    by_segment = "segment" in rows
    rows = rows if by_segment else rows.assign(segment=EVERYONE)
    rows = rows.drop_duplicates(["segment", "campaign", "arm"]).reset_index(drop=True)
    evidence = rows["evidence"].fillna(NONE) if "evidence" in rows else pd.Series(RANDOM, rows.index)
    few = (rows["n"] < LEAST_ARM) | (rows["control_n"] < LEAST_ARM)
    rise = rows["lift"].astype("float64").where(evidence.isin([RANDOM, MATCHED]))
    cost = rows["cost"].astype("float64")
    assumed = ~(cost > 0) & (cost_per_contact > 0)
    compared = (rise.notna() & by_segment).groupby(rows["campaign"]).transform("sum").clip(lower=1)
    sure = rows["confidence"].astype("float64") if "confidence" in rows else CONFIDENCE
    return pd.DataFrame(
        {
            **{column: rows[column] for column in ("segment", "campaign", "arm", "customers")},
            "old_average_revenue": rows["mean"] - rise,
            "new_average_revenue": rows["mean"],
            "lift_low": rows["low"].mask(few | rise.isna()),
            "lift_high": rows["high"].mask(few | rise.isna()),
            "cost": cost.mask(assumed, rows["customers"] * cost_per_contact),
            "basis": "measured",
            "evidence": evidence,
            "control_customers": rows["control_n"].astype("float64"),
            "confidence": 1 - (1 - sure) / compared,
            "cost_assumed": assumed,
            "hangs_on": rows["hangs_on"].fillna(0) if "hangs_on" in rows else 0,
        }
    )


def planned_cases(segments: pd.DataFrame, planned_lift: float, planned_cost: float) -> pd.DataFrame:
    """Cases of a plan: every segment's average spend rises by the share `planned_lift` for `planned_cost` a
    customer. `segments`: rfm_segment, customers, average_spend. No cases without a plan, or without segments."""
    segments = segments[segments["average_spend"].notna()] if len(segments) else segments
    if segments.empty or planned_lift == 0:
        return pd.DataFrame(columns=[*CASE_COLUMNS, *OPTIONAL])
    return pd.DataFrame(
        {
            "segment": segments["rfm_segment"],
            "campaign": "Plan",
            "arm": "Plan",
            "customers": segments["customers"],
            "old_average_revenue": segments["average_spend"],
            "new_average_revenue": segments["average_spend"] * (1 + planned_lift),
            "lift_low": nan,
            "lift_high": nan,
            "cost": segments["customers"] * planned_cost,
            "basis": "planned",
            "evidence": NONE,
            "control_customers": nan,
            "confidence": CONFIDENCE,
            "cost_assumed": True,
            "hangs_on": 0,
        }
    )


def all_cases(measured: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Measured cases, then planned ones for the segments nobody measured, or could compare."""
    compared = measured[["old_average_revenue", "new_average_revenue"]].notna().all(axis=1)
    unmeasured = planned[~planned["segment"].isin(measured.loc[compared, "segment"])]
    given = [frame for frame in (measured, unmeasured) if len(frame)]
    return pd.concat(given, ignore_index=True) if given else measured


def with_optional(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases with what they may tell besides, as it holds where they do not."""
    return cases.assign(**{column: value for column, value in OPTIONAL.items() if column not in cases})


def check_cases(cases: pd.DataFrame) -> None:
    """Raises InputError on missing columns, an unknown basis or evidence, and impossible numbers."""
    if missing := [c for c in CASE_COLUMNS if c not in cases]:
        raise InputError(f"column {missing[0]!r} is missing", where="returns", allowed=", ".join(CASE_COLUMNS))
    for column, known in (("basis", BASES), ("evidence", [RANDOM, BROKEN, MATCHED, *WEAKER, NONE])):
        unknown = [value for value in with_optional(cases)[column].unique() if value not in known]
        if unknown:
            raise InputError(f"{column} {unknown[0]!r} is not known", where="returns", allowed=" or ".join(known))
    numbers = cases[CASE_COLUMNS[3:-1]].astype("float64")
    faults = {
        "customers is blank or negative": ~(numbers["customers"] >= 0),
        "an average revenue is blank": numbers[["old_average_revenue", "new_average_revenue"]].isna().any(axis=1)
        & (cases["basis"] == "planned"),
        "a number is infinite": np.isinf(numbers).any(axis=1),
        "cost is negative": numbers["cost"] < 0,
        "lift_low is above lift_high": numbers["lift_low"] > numbers["lift_high"],
    }
    for what, wrong in faults.items():
        if wrong.any():
            row = cases[wrong].iloc[0]
            raise InputError(what, where=f"segment {row['segment']!r}, campaign {row['campaign']!r}")
