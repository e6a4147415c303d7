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

from helpers.analysis.roi.cases import (
    BROKEN,
    CASE_COLUMNS,
    EVERYONE,
    MATCHED,
    NONE,
    OPTIONAL,
    RANDOM,
    WEAKER,
    check_cases,
    with_optional,
)
from helpers.errors import InputError

BREAK_EVEN = ["break_even_lift", "break_even_share"]
# Verdicts. What is "consistent with" a return was compared, and not tested.
PAYS, LOSES, UNCLEAR = "pays", "loses", "unclear"
MAY_PAY, MAY_LOSE = "consistent with paying", "consistent with a loss"
NO_CONTROL = "no control"  # nobody to compare with
TEST_BROKEN, NOT_TESTED = "test broken", "not tested"
NO_COST, PLANNED = "no cost given", "planned"


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
    which the margin pays the cost), verdict ("pays", "loses" or "unclear" of a random test; "consistent with paying"
    or "consistent with a loss" of a matched comparison; "no control", "test broken", "not tested", "no cost given",
    "planned"), evidence, control_customers, confidence (of its interval), cost_assumed and hangs_on; one row a case, in
    the order given. Money in the client's currency, returns as ratios."""

    by_segment: pd.DataFrame
    total: Roi  # over the cases that `counted` gives
    margin: float
    total_kind: str = ""  # what the total counts: "random test", "matched comparison", "planned", or nothing


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
    below, else "unclear". Only a random test gives these; the same interval from a matched comparison is "consistent
    with paying" or "consistent with a loss", and a test that is broken, or what is weaker still, gives no return. What
    depends on a handful of customers (`hangs_on` above 0) is unclear, whatever its interval.
    "no control" where there was nobody to compare with, whatever it cost. A planned case has no interval, whatever its
    columns hold. The total is of the cases that `counted` gives.

    Raises InputError on missing columns, an unknown basis or evidence, blank or negative customers, negative costs,
    blank revenues of a plan, an interval upside down and a margin outside 0-1.
    """
    _check_margin(margin)
    check_cases(cases)
    columns = [*CASE_COLUMNS, *OPTIONAL]
    table = with_optional(cases)[columns].reset_index(drop=True).astype(dict.fromkeys(CASE_COLUMNS[3:-1], "float64"))
    planned = table["basis"] == "planned"
    weak = ~planned & table["evidence"].isin([BROKEN, *WEAKER])
    rise = (table["new_average_revenue"] - table["old_average_revenue"]).mask(weak)
    table["incremental_revenue"] = rise * table["customers"]
    unbounded = planned | table["incremental_revenue"].isna()
    for bound in ("low", "high"):
        table[f"incremental_{bound}"] = (table[f"lift_{bound}"] * table["customers"]).mask(unbounded)
    cost = table["cost"].where(table["cost"] > 0)
    for end, column in {"": "incremental_revenue", "_low": "incremental_low", "_high": "incremental_high"}.items():
        table[f"roi{end}"] = table[column] / cost - 1
        table[f"roi_at_margin{end}"] = margin * table[column] / cost - 1
    table["break_even_lift"] = table["cost"] / (margin * table["customers"].where(table["customers"] > 0))
    table = table.astype({"customers": "int64", "control_customers": "float64", "cost_assumed": "bool"})
    firm = ~(table["hangs_on"].astype("float64") > 0)
    above, below = firm & (table["roi_at_margin_low"] > 0), firm & (table["roi_at_margin_high"] < 0)
    matched = table["evidence"] == MATCHED
    verdicts = {
        TEST_BROKEN: weak & (table["evidence"] == BROKEN),
        NOT_TESTED: weak,
        NO_CONTROL: table["incremental_revenue"].isna(),
        NO_COST: cost.isna(),
        PLANNED: planned,
        MAY_PAY: matched & above,
        MAY_LOSE: matched & below,
        PAYS: above,
        LOSES: below,
    }
    table["verdict"] = np.select(list(verdicts.values()), list(verdicts), default=UNCLEAR)
    shown = [
        *("segment", "campaign", "arm", "basis", "customers", "old_average_revenue", "new_average_revenue"),
        *("incremental_revenue", "incremental_low", "incremental_high", "cost", "roi", "roi_low", "roi_high"),
        *("roi_at_margin", "roi_at_margin_low", "roi_at_margin_high", "break_even_lift", "verdict", *OPTIONAL),
    ]
    of_total = counted(table)
    total = _return_on(of_total["incremental_revenue"].sum(), of_total["cost"].sum(), margin)
    kinds = of_total["evidence"].where(of_total["basis"] == "measured", PLANNED).replace(NONE, RANDOM)
    return Returns(table[shown], total, margin, str(kinds.iloc[0]) if len(kinds) else "")


def counted(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `Returns.by_segment` that a total may add up: those of the strongest kind there is, since a sum of
    tests and plans would be neither.

    Random tests; where there is none, matched comparisons; where there is none either, plans. Of these the ones with a
    cost, if any has one: revenue bought at an unknown price has no return.
    """
    compared = (table["basis"] == "measured") & table["incremental_revenue"].notna()
    tested = compared & (table["evidence"] != MATCHED)
    found = table[tested if tested.any() else compared if compared.any() else table["basis"] == "planned"]
    costed = found[found["cost"] > 0]
    return found if costed.empty else costed


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


def _return_on(incremental_revenue: float, cost: float, margin: float) -> Roi:
    if not cost > 0:
        return Roi(float(incremental_revenue), float(cost), nan, nan)
    return Roi(
        float(incremental_revenue),
        float(cost),
        float((incremental_revenue - cost) / cost),
        float((margin * incremental_revenue - cost) / cost),
    )


def _check_margin(margin: float) -> None:
    if not 0 < margin <= 1:
        raise InputError(f"a margin of {margin} is impossible", where="margin", allowed="above 0, up to 1 (0.6 = 60 %)")
