"""What changed from one period to another: the figures that stakeholders ask for, from data or as declared.

That a figure changed says nothing of why: seasons change it, and so does who happens to be looked at (`regression`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.roi.before_figures import declare_figures, rows_frame
from helpers.analysis.roi.before_measures import (
    PERIODS,
    Sample,
    Told,
    largest_share,
    opinion_figures,
    staying_figures,
    value_figures,
    winning_figures,
)
from helpers.analysis.roi.before_periods import Periods
from helpers.errors import InputError


@dataclass(frozen=True)
class BeforeAfter:
    """rows: one a figure, with metric, before, after, change, change_share (of before), low, high (95% interval of the
    change), verdict ("better", "worse", "unclear", "too few", "declared"), unit ("money", "share", "ratio", "count",
    "points" as -1 to 1; with " a month" where brought to 30 days), basis ("measured", "declared"), note (how it is
    defined), n_before, n_after, and what the data give where a figure was declared: measured_before, measured_after.

    left_out: metric, reason, of what the data do not tell. top_share: the largest share of a period's revenue that one
    customer brought, NaN without amounts."""

    rows: pd.DataFrame
    left_out: pd.DataFrame
    periods: Periods
    top_share: float = nan


def compare_before_after(
    customers: pd.DataFrame,
    counts: pd.DataFrame,
    periods: Periods,
    margin: float,
    figures: Mapping[str, Sequence[float]] | None = None,
    *,
    discount_rate: float = 0.08,
    no_retention: str = "",
) -> BeforeAfter:
    """All figures that are declared, or that the data tell of both periods.

    customers: a row a customer with known_on, first_on, acquisition_cost, and orders_…, spend_…, returned_…, margin_…
    and margin_spend_… of each window in `periods`. counts: a row a window with subscribers, cancelled, trials,
    trials_converted, answers, promoters, detractors. margin: gross margin, 0 to 1, where the lines' costs do not tell
    it. discount_rate: a year, of the margin to come. A declared figure takes the place of one measured, whose values
    stand beside it. no_retention: why orders do not tell who stayed, where they do not: churn and lifetime value are
    then left out.

    Raises InputError for figures that are impossible, and for a period in which nobody bought though there are orders.
    """
    declared = declare_figures(figures or {}).set_index("metric")
    if periods.before is None or periods.after is None:
        return BeforeAfter(rows_frame(_records(declared)), _left_out({}), periods)
    sample = Sample(
        customers,
        counts.set_index("period"),
        {"before": periods.before, "after": periods.after},
        periods,
        margin,
        discount_rate,
        no_retention,
    )
    _check_filled(sample)
    told: Told = {}
    for measure in (staying_figures, winning_figures, value_figures, opinion_figures):
        told |= measure(sample)
    measured = {name: row for name, row in told.items() if not isinstance(row, str)}
    for name in declared.index.intersection(list(measured)):
        declared.loc[name, "measured_before"] = measured[name]["before"]
        declared.loc[name, "measured_after"] = measured[name]["after"]
    rows = [row for name, row in measured.items() if name not in declared.index] + _records(declared)
    left_out = {name: why for name, why in told.items() if isinstance(why, str) and name not in declared.index}
    return BeforeAfter(rows_frame(rows), _left_out(left_out), periods, largest_share(sample))


def _check_filled(sample: Sample) -> None:
    for name in PERIODS:
        if sample.has_orders and not sample.bought(name).any():
            span = sample.spans[name]
            raise InputError(
                f"{name} is empty: nobody bought from {span.first} to {span.last}",
                where=f"roi.{name}",
                mend="Name a period with purchases.",
            )


def _records(declared: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in declared.reset_index().to_dict("records")]


def _left_out(reasons: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(reasons.items()), columns=["metric", "reason"], dtype="str")
