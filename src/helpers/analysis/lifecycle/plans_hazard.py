"""When the risk of cancelling is highest: the share of customers who cancel in each month of their time.

Of a month of tenure the exposure is counted: one for everyone seen through it, or who cancelled in it, and for those
still there the part of it that was seen (the initial exposed to risk of life tables; London 1988, Survival Models and
Their Estimation, chapter 6). With whole months, as exports tell them, that is the hazard of Kaplan and Meier: cancelled
over those at risk. Interval: Wilson, 95%.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import inf, nan

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import InputError, ThinDataError

STAGES = (0, 1, 3, 6, 12, 24, 36, 48, 60, 84, 120, 240)  # months of tenure at which one stage ends and the next begins
LEAST_ENDED = 20  # cancellations from which a highest risk is spoken of
_Z_95 = 1.959963984540054
_COLUMNS = ["months", "at_risk", "ended", "hazard", "low", "high"]


@dataclass(frozen=True)
class Hazard:
    """The risk of cancelling by tenure.

    by_month: months (1 = the first), at_risk (customers who reached that month), ended (who cancelled in it), exposure,
        hazard (0-1, share who cancel in the month), low, high (95% interval)
    stages: the same of stretches of tenure, hazard being the average month's: from_months, to_months, at_risk, ended,
        exposure, hazard, low, high
    monthly: hazard of all months together, low, high beside it
    peak: row of `stages` with the highest hazard; -1 where too few have cancelled to tell
    peak_is_clear: whether its interval, widened for the number of stages, lies above that of all other months
    levels_off_months: the tenure from which the risk is no longer clearly above that of all later months; NaN where it
        is not so even at the start (the risk does not fall with time), or too few have cancelled
    customers, ended: of whom the time is known, and who of them cancelled
    """

    by_month: pd.DataFrame
    stages: pd.DataFrame
    monthly: float
    low: float
    high: float
    peak: int
    peak_is_clear: bool
    levels_off_months: float
    customers: int
    ended: int


def measure_hazard(months: pd.Series, ended: pd.Series) -> Hazard:
    """The hazard of cancelling by month of tenure.

    months: 0 or more, how long each customer stayed, or has stayed; ended: true where the customer cancelled then.
    Who cancelled at 0 months counts in the first. Raises ThinDataError without customers, InputError for months below
    zero or missing.
    """
    time, end = months.to_numpy(dtype=float), ended.to_numpy(dtype=bool)
    if not len(time):
        raise ThinDataError("There are no customers whose time can be told")
    if not (np.isfinite(time) & (time >= 0)).all():
        raise InputError("months are missing or below zero", where="Hazard", allowed="0 or more")
    by_month = _life_table(time, end)
    stages = _stages(by_month)
    total, exposed = int(end.sum()), float(by_month["exposure"].sum())
    low, high = wilson(total, exposed)
    peak, clear = _peak(stages)
    return Hazard(
        by_month=by_month,
        stages=stages,
        monthly=total / exposed if exposed else nan,
        low=low,
        high=high,
        peak=peak,
        peak_is_clear=clear,
        levels_off_months=_levels_off(stages),
        customers=len(time),
        ended=total,
    )


def leave_within(months: pd.Series, hazard: Hazard, horizon: float) -> np.ndarray:
    """The probability (0-1) that a customer of so many months cancels within the next `horizon` months.

    Each stage's average month stands for its months; beyond the longest tenure seen, its last stage goes on.
    """
    edges, rates = _rates(hazard.stages)
    start = months.to_numpy(dtype=float)
    return -np.expm1(_cumulated(edges, rates, start) - _cumulated(edges, rates, start + horizon))


def wilson(ended: float, exposure: float, z: float = _Z_95) -> tuple[float, float]:
    """Interval of a share (Wilson 1927), 95% by default; NaN without exposure."""
    if exposure <= 0:
        return nan, nan
    p = ended / exposure
    middle = (p + z * z / (2 * exposure)) / (1 + z * z / exposure)
    half = z / (1 + z * z / exposure) * np.sqrt(p * (1 - p) / exposure + z * z / (4 * exposure**2))
    low = 0.0 if ended == 0 else max(0.0, float(middle - half))
    return low, 1.0 if ended >= exposure else min(1.0, float(middle + half))


def _life_table(time: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    # The month of tenure in which a customer was last seen: 2 months are the second, 2.1 the third.
    last = np.maximum(np.ceil(time), np.where(end | (time == 0), 1, 0)).astype(int)
    longest = max(int(last.max()), 1)
    entered = len(time) - np.searchsorted(np.sort(last), np.arange(1, longest + 1), side="left")
    cancelled = np.bincount(last[end], minlength=longest + 1)[1:]
    there = ~end
    # Of those still there, the part of their last month that has not been seen.
    unseen = np.bincount(last[there], weights=(last - time)[there], minlength=longest + 1)[1:]
    exposure = entered - unseen
    rows = [wilson(d, n) for d, n in zip(cancelled, exposure, strict=True)]
    table = pd.DataFrame({"months": np.arange(1, longest + 1), "at_risk": entered, "ended": cancelled})
    table["exposure"] = exposure
    table["hazard"] = np.divide(cancelled, exposure, out=np.full(longest, nan), where=exposure > 0)
    table[["low", "high"]] = rows
    return table[[*_COLUMNS[:3], "exposure", *_COLUMNS[3:]]]


def _stages(by_month: pd.DataFrame) -> pd.DataFrame:
    longest = int(by_month["months"].max())
    edges = [e for e in STAGES if e < longest] + [longest]
    rows = []
    for start, stop in pairwise(edges):
        inside = by_month[(by_month["months"] > start) & (by_month["months"] <= stop)]
        ended, exposure = int(inside["ended"].sum()), float(inside["exposure"].sum())
        rate = ended / exposure if exposure > 0 else nan
        rows.append((start, stop, int(inside["at_risk"].iloc[0]), ended, exposure, rate, *wilson(ended, exposure)))
    columns = ["from_months", "to_months", "at_risk", "ended", "exposure", "hazard", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _peak(stages: pd.DataFrame) -> tuple[int, bool]:
    if stages["ended"].sum() < LEAST_ENDED or len(stages) < 2:
        return -1, False
    # A stretch that few reached can be highest by chance: its lower bound counts.
    peak = int(stages["low"].to_numpy().argmax())
    others, row = stages.drop(index=peak), stages.iloc[peak]
    _, high = wilson(float(others["ended"].sum()), float(others["exposure"].sum()))
    # The highest of many is high by chance more often than any one of them (Bonferroni).
    low, _ = wilson(float(row["ended"]), float(row["exposure"]), float(ndtri(1 - 0.025 / len(stages))))
    return peak, low > high


def _levels_off(stages: pd.DataFrame) -> float:
    if stages["ended"].sum() < LEAST_ENDED:
        return nan
    for place in range(len(stages) - 1):
        later = stages.iloc[place + 1 :]
        pooled = float(later["ended"].sum()) / max(float(later["exposure"].sum()), 1e-9)
        if not stages["low"].iloc[place] > pooled:
            start = float(stages["from_months"].iloc[place])
            return start if start > 0 else nan
    return nan


def _rates(stages: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Edges of the stages and -log of the share who stay a month, in each; the last one goes on for ever."""
    known = stages[stages["exposure"] > 0]
    edges = np.append(known["from_months"].to_numpy(dtype=float), inf)
    return edges, -np.log1p(-np.clip(known["hazard"].to_numpy(dtype=float), 0, 1 - 1e-9))


def _cumulated(edges: np.ndarray, rates: np.ndarray, months: np.ndarray) -> np.ndarray:
    """-log of the share still there after so many months."""
    place = np.clip(np.searchsorted(edges, months, side="right") - 1, 0, len(rates) - 1)
    before = np.concatenate([[0.0], np.cumsum(rates[:-1] * np.diff(edges)[:-1])])
    return before[place] + rates[place] * (months - edges[place])
