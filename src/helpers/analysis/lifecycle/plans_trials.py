"""How many trials become paid subscriptions, and how soon.

A trial that has not been paid for yet may still be: it counts as long as it has been seen. One that was cancelled stays
in the count as not paid for, since who leaves never pays. So the share paid by a day is the cumulative incidence of
paying with leaving as the competing end; with every trial's start known it is the Kaplan-Meier estimate over the days
from the start to the report (Fine and Gray 1999, Journal of the American Statistical Association 94, section 3).
"""

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from helpers.analysis.lifecycle.survival import estimate_survival

LEAST_TRIALS = 20  # from which a share is told


@dataclass(frozen=True)
class Trials:
    """Trials and what became of them.

    trials: customers with a trial; paid: who paid at its end or later; open: who have not paid and could still
    paid_share, low, high: share who pay within `days`, with its 95% interval; NaN where too few have been seen
    days: the longest time to pay seen among nine in ten of those who paid
    median_days: by when half of those who will have paid within `days` have done so; NaN where nobody has
    only_paid: every trial was paid for: the data hold no others, so that their share says nothing
    curve: days, at_risk, paid_share, low, high
    """

    trials: int
    paid: int
    open: int
    paid_share: float
    low: float
    high: float
    days: float
    median_days: float
    only_paid: bool
    curve: pd.DataFrame


def follow_trials(trial_started_on: pd.Series, started_on: pd.Series, as_of: pd.Timestamp) -> Trials:
    """Follow the first trial of each customer to the first paid subscription, both days or missing.

    A subscription begun before the trial is no answer to it: that customer is left out.
    """
    known = trial_started_on.notna() & ~(started_on < trial_started_on)
    start = trial_started_on[known].dt.normalize()
    paid_on = started_on[known].dt.normalize()
    paid = paid_on.notna().to_numpy()
    lag = (paid_on - start).dt.days.to_numpy(dtype=float)
    seen = (as_of - start).dt.days.clip(lower=0).to_numpy(dtype=float)
    n, n_paid = len(start), int(paid.sum())
    if not n:
        empty = pd.DataFrame({c: pd.Series(dtype=float) for c in ("days", "at_risk", "paid_share", "low", "high")})
        return Trials(0, 0, 0, nan, nan, nan, nan, nan, False, empty)
    days = float(np.quantile(lag[paid], 0.9, method="inverted_cdf")) if n_paid else nan
    time = np.where(paid, lag, seen)
    # Payments after `days` count as not made by then, so that the share and its time are of the same wait.
    grid = np.arange(int(days) + 1) if n_paid else np.arange(int(seen.max()) + 1)
    found = estimate_survival(pd.Series(time), pd.Series(paid), at=list(grid)).curves
    curve = pd.DataFrame(
        {
            "days": found["months"],
            "at_risk": found["at_risk"],
            "paid_share": 1 - found["survival"],
            "low": 1 - found["high"],
            "high": 1 - found["low"],
        }
    )
    last = curve.iloc[-1]
    enough = n >= LEAST_TRIALS
    half = curve.loc[curve["paid_share"] >= last["paid_share"] / 2 - 1e-12, "days"]
    return Trials(
        trials=n,
        paid=n_paid,
        open=int((~paid & (seen <= (days if n_paid else np.inf))).sum()),
        paid_share=float(last["paid_share"]) if enough else nan,
        low=float(last["low"]) if enough else nan,
        high=float(last["high"]) if enough else nan,
        days=days,
        median_days=float(half.iloc[0]) if n_paid and len(half) else nan,
        only_paid=n_paid == n,
        curve=curve,
    )
