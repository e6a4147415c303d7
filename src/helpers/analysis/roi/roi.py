"""What an action earned against what it cost, on revenue and on the margin the revenue leaves.

Return on investment is (gain - cost) / cost, as a ratio: 9.0 is 900 %. The gain is the rise in average
revenue per customer times the customers reached. Revenue is not profit: the return at margin counts only the
share of revenue that remains after the goods are paid for, and the verdict rests on it. How much of a rise is
the action's doing is known where a control group measured it; elsewhere the rise is an assumption and is
called "planned".
"""

from dataclasses import dataclass, replace
from math import nan

import numpy as np
import pandas as pd

from helpers.errors import InputError

CASE_COLUMNS = [
    *("segment", "campaign", "arm", "customers", "old_average_revenue", "new_average_revenue"),
    *("lift_low", "lift_high", "cost", "basis"),
]
LEAST_ARM = 30  # customers on either side, below which an interval of the mean says too much
BREAK_EVEN = ["break_even_lift", "break_even_share"]
EVERYONE = "All customers"
BASES = ["measured", "planned"]
NO_CONTROL = "no control"  # the verdict on customers with nobody to compare with


@dataclass(frozen=True)
class Roi:
    incremental_revenue: float  # client's currency
    cost: float  # client's currency
    roi: float  # ratio: 9.0 = 900 %; NaN without a cost
    roi_at_margin: float  # the same, counting only the margin on the incremental revenue


@dataclass(frozen=True)
class Returns:
    """by_segment: segment, campaign, arm, basis, customers, old_average_revenue, new_average_revenue (per
    customer), incremental_revenue, incremental_low, incremental_high, cost, roi, roi_low, roi_high,
    roi_at_margin, roi_at_margin_low, roi_at_margin_high, break_even_lift (rise in revenue per customer at
    which the margin pays the cost), verdict ("pays", "loses", "unclear", "no control", "no cost given",
    "planned"); one row a case, in the order given. Money in the client's currency, returns as ratios."""

    by_segment: pd.DataFrame
    total: Roi  # over the cases that `measure_returns` counts
    margin: float


def return_on_segment(
    old_average_revenue: float, new_average_revenue: float, customers: int, cost: float, margin: float
) -> Roi:
    """Return of raising average revenue per customer from old to new, for so many customers, at one cost.

    1000 -> 1500 for 100 customers at a cost of 5000 earns 50,000: 9.0, and at a margin of 0.6 it is 5.0.
    Raises InputError on a margin outside 0-1, negative customers or a negative cost.
    """
    _check_margin(margin)
    if customers < 0 or cost < 0:
        raise InputError(f"{customers} customers at a cost of {cost}", where="return", allowed="0 or more of each")
    return _return_on((new_average_revenue - old_average_revenue) * customers, cost, margin)


def measure_returns(cases: pd.DataFrame, margin: float) -> Returns:
    """Returns of several actions, each with the interval its measured lift allows, and of all together.

    `cases` has one row per segment, campaign and arm: customers (reached), old_average_revenue (the
    control's, or before), new_average_revenue, lift_low and lift_high (interval of the rise per customer),
    cost (of the whole action; blank or 0 where it is not known) and basis: "measured" against a control
    group, or "planned". The averages of a measured case are blank where there was nobody to compare with.

    The verdict looks at the interval at margin: "pays" where all of it is above zero, "loses" where all is
    below, else "unclear"; "no control" where there was nobody to compare with, whatever it cost. A planned case has
    no interval, whatever its columns hold. The total counts the measured cases that were compared (the planned ones
    only where none is, since a sum of both would be neither) and of these the ones with a cost, since revenue
    bought at an unknown price has no return.

    Raises InputError on missing columns, an unknown basis, blank or negative customers, negative costs, blank
    revenues of a plan, an interval upside down and a margin outside 0-1.
    """
    _check_margin(margin)
    _check_cases(cases)
    table = cases[CASE_COLUMNS].reset_index(drop=True).astype(dict.fromkeys(CASE_COLUMNS[3:-1], "float64"))
    planned = table["basis"] == "planned"
    table["incremental_revenue"] = (table["new_average_revenue"] - table["old_average_revenue"]) * table["customers"]
    unbounded = planned | table["incremental_revenue"].isna()
    for bound in ("low", "high"):
        table[f"incremental_{bound}"] = (table[f"lift_{bound}"] * table["customers"]).mask(unbounded)
    cost = table["cost"].where(table["cost"] > 0)
    for end, column in {
        "": "incremental_revenue",
        "_low": "incremental_low",
        "_high": "incremental_high",
    }.items():
        table[f"roi{end}"] = table[column] / cost - 1
        table[f"roi_at_margin{end}"] = margin * table[column] / cost - 1
    table["break_even_lift"] = table["cost"] / (margin * table["customers"].where(table["customers"] > 0))
    table["customers"] = table["customers"].astype("int64")
    table["verdict"] = np.select(
        [
            table["incremental_revenue"].isna(),
            cost.isna(),
            planned,
            table["roi_at_margin_low"] > 0,
            table["roi_at_margin_high"] < 0,
        ],
        [NO_CONTROL, "no cost given", "planned", "pays", "loses"],
        default="unclear",
    )
    columns = [
        *("segment", "campaign", "arm", "basis", "customers", "old_average_revenue", "new_average_revenue"),
        *("incremental_revenue", "incremental_low", "incremental_high", "cost", "roi", "roi_low", "roi_high"),
        *("roi_at_margin", "roi_at_margin_low", "roi_at_margin_high", "break_even_lift", "verdict"),
    ]
    return Returns(table[columns], _return_on_all(table, margin), margin)


def measured_cases(lift: pd.DataFrame, costs: pd.DataFrame, cost_per_contact: float = 0.0) -> pd.DataFrame:
    """Cases from a campaign's measured lift in revenue per customer: the control's average is the old one.

    `lift`: campaign, arm, n, mean, control_n, control_mean, low, high and, where measured by segment, segment (else
    all rows are "All customers"). `costs`: segment, campaign, arm, customers, cost; segments are summed where
    the lift knows none. Where the data give no cost, `cost_per_contact` stands in; 0 leaves it unknown. Arms
    without a control to compare with have a case without a rise; with fewer than 30 customers on either side the
    case has no interval, since spend is too uneven for one to hold, and its verdict is unclear.
    """
    few = (lift["n"] < LEAST_ARM) | (lift["control_n"] < LEAST_ARM)
    lift = lift.assign(low=lift["low"].mask(few), high=lift["high"].mask(few))
    if "segment" not in lift:
        lift = lift.assign(segment=EVERYONE)
        costs = costs.assign(segment=EVERYONE)
    keys = ["segment", "campaign", "arm"]
    costs = costs.groupby(keys)[["customers", "cost"]].sum(min_count=1).reset_index()
    cases = lift.merge(costs, on=keys, how="left", validate="one_to_one").rename(
        columns={
            "control_mean": "old_average_revenue",
            "mean": "new_average_revenue",
            "low": "lift_low",
            "high": "lift_high",
        }
    )
    cases["cost"] = cases["cost"].astype("float64").fillna(cases["customers"] * cost_per_contact)
    return cases.assign(basis="measured")[CASE_COLUMNS]


def planned_cases(segments: pd.DataFrame, planned_lift: float, planned_cost: float) -> pd.DataFrame:
    """Cases of a plan: every segment's average spend rises by the share `planned_lift` for `planned_cost` a
    customer. `segments`: rfm_segment, customers, average_spend. No cases without a plan, or without segments."""
    segments = segments[segments["average_spend"].notna()] if len(segments) else segments
    if segments.empty or planned_lift == 0:
        return pd.DataFrame(columns=CASE_COLUMNS)
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
        }
    )[CASE_COLUMNS]


def known_segments(returns: Returns) -> Returns:
    """The same without the rows of all customers together, which the campaign as a whole shows already."""
    return replace(returns, by_segment=returns.by_segment[returns.by_segment["segment"] != EVERYONE])


def break_even(segments: pd.DataFrame, planned_cost: float, margin: float) -> pd.DataFrame:
    """What a programme at `planned_cost` a customer must earn to pay for itself, segment by segment.

    `segments`: rfm_segment, customers, average_spend. Returns segment, customers, average_spend, cost (of all
    its customers), break_even_lift (rise in revenue per customer whose margin pays the cost) and
    break_even_share (the same as a share of average_spend). No rows without segments, or at no cost.
    """
    _check_margin(margin)
    segments = segments[segments["average_spend"].notna()] if len(segments) else segments
    if segments.empty or planned_cost <= 0:
        return pd.DataFrame(columns=["segment", "customers", "average_spend", "cost", *BREAK_EVEN])
    lift = planned_cost / margin
    return pd.DataFrame(
        {
            "segment": segments["rfm_segment"],
            "customers": segments["customers"],
            "average_spend": segments["average_spend"],
            "cost": segments["customers"] * planned_cost,
            "break_even_lift": lift,
            "break_even_share": lift / segments["average_spend"].where(segments["average_spend"] > 0),
        }
    )


def all_cases(measured: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Measured cases, then planned ones for the segments nobody measured, or could compare."""
    compared = measured[["old_average_revenue", "new_average_revenue"]].notna().all(axis=1)
    unmeasured = planned[~planned["segment"].isin(measured.loc[compared, "segment"])]
    given = [frame for frame in (measured, unmeasured) if len(frame)]
    return pd.concat(given, ignore_index=True) if given else measured


def _return_on(incremental_revenue: float, cost: float, margin: float) -> Roi:
    if not cost > 0:
        return Roi(float(incremental_revenue), float(cost), nan, nan)
    return Roi(
        float(incremental_revenue),
        float(cost),
        float((incremental_revenue - cost) / cost),
        float((margin * incremental_revenue - cost) / cost),
    )


def _return_on_all(table: pd.DataFrame, margin: float) -> Roi:
    measured = (table["basis"] == "measured") & (table["verdict"] != NO_CONTROL)
    counted = table[measured if measured.any() else table["basis"] == "planned"]
    costed = counted[counted["cost"] > 0]
    counted = counted if costed.empty else costed
    return _return_on(counted["incremental_revenue"].sum(), counted["cost"].sum(), margin)


def _check_margin(margin: float) -> None:
    if not 0 < margin <= 1:
        raise InputError(f"a margin of {margin} is impossible", where="margin", allowed="above 0, up to 1 (0.6 = 60 %)")


def _check_cases(cases: pd.DataFrame) -> None:
    if missing := [c for c in CASE_COLUMNS if c not in cases]:
        raise InputError(f"column {missing[0]!r} is missing", where="returns", allowed=", ".join(CASE_COLUMNS))
    unknown = cases.loc[~cases["basis"].isin(BASES), "basis"]
    if len(unknown):
        raise InputError(f"basis {unknown.iloc[0]!r} is not known", where="returns", allowed=" or ".join(BASES))
    numbers = cases[CASE_COLUMNS[3:-1]].astype("float64")
    faults = {
        "customers is blank or negative": ~(numbers["customers"] >= 0),
        "an average revenue is blank": numbers[["old_average_revenue", "new_average_revenue"]].isna().any(axis=1)
        & (cases["basis"] == "planned"),
        "cost is negative": numbers["cost"] < 0,
        "lift_low is above lift_high": numbers["lift_low"] > numbers["lift_high"],
    }
    for what, wrong in faults.items():
        if wrong.any():
            row = cases[wrong].iloc[0]
            raise InputError(what, where=f"segment {row['segment']!r}, campaign {row['campaign']!r}")
