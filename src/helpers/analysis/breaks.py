"""Sudden change in a series: the date at which its level jumps and stays, told from trend, season and noise.

At every date a straight line with a step is fitted to the eighteen periods on either side (a regression
discontinuity in time; Chow 1960 for one date, Andrews 1993 for the largest of many). The line takes up growth and the
slopes of a season. A step counts where its t statistic, reduced for autocorrelated residuals, passes LEAST_T; where
the middle halves of the values before and after don't overlap, so that a peak that comes and goes is none; where no
step half as large stands at that time a year before or after; and where it is large enough to matter.

LEAST_T is set by simulation: tests/analysis/test_breaks.py holds false alarms to at most 2% of series of 104 weeks
that are white, heavy-tailed, growing, seasonal, counted or mildly autocorrelated. A series that remembers (lag-1
autocorrelation of 0.6) alarms in about one of twenty-five, a random walk in one of ten: those do move.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WINDOW = 18  # periods on either side that a step is judged by
LEAST = 8  # fewer periods than this on a side, and a step is not looked for
LEAST_T = 5.5


@dataclass(frozen=True)
class Break:
    at: int  # place of the first period on the new level
    before: float  # median of the periods before, up to WINDOW of them
    after: float
    t: float  # of the step


def find_break(
    values: NDArray[np.float64], *, least_step: float, season: int = 52, least_t: float = LEAST_T
) -> Break | None:
    """The clearest step in equally spaced values (NaN where a period has none) of at least `least_step`, if any.

    season: periods a year, in which a step that comes back is the season's.
    """
    best: Break | None = None
    y = np.asarray(values, float)
    for at in range(LEAST, len(y) - LEAST + 1):
        before, after = y[max(0, at - WINDOW) : at], y[at : at + WINDOW]
        low, high = _levels(before, after)
        if not abs(high - low) >= least_step or not _sets_apart(before, after, high > low):
            continue
        if any(
            (high - low) * step > 0 and abs(step) > abs(high - low) / 2
            for step in _yearly(y, at, season, len(before), len(after))
        ):
            continue
        t = _step_t(before, after)
        if abs(t) >= least_t and (t > 0) == (high > low) and (best is None or abs(t) > abs(best.t)):
            best = Break(at, low, high, t)
    return best


def _levels(before: NDArray[np.float64], after: NDArray[np.float64], least: int = LEAST) -> tuple[float, float]:
    """Medians of two sides; NaN where either is short."""
    if min(np.isfinite(before).sum(), np.isfinite(after).sum()) < least:
        return float("nan"), float("nan")
    return float(np.nanmedian(before)), float(np.nanmedian(after))


def _yearly(y: NDArray[np.float64], at: int, season: int, before: int, after: int) -> list[float]:
    """The steps at the same time a year earlier and later, between stretches as long."""
    steps = []
    for place in (at - season, at + season):
        if LEAST // 2 <= place <= len(y) - LEAST // 2:
            low, high = _levels(y[max(0, place - before) : place], y[place : place + after], LEAST // 2)
            steps.append(high - low)
    return steps


def _sets_apart(before: NDArray[np.float64], after: NDArray[np.float64], rises: bool) -> bool:
    """Whether the middle halves of both sides don't overlap: a level that is left for good."""
    if not rises:
        before, after = after, before
    return bool(np.nanquantile(after, 0.25) > np.nanquantile(before, 0.75))


def _step_t(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """t statistic of the step between two stretches that share a slope."""
    y = np.concatenate([before, after])
    time = np.arange(len(y), dtype=float)
    design = np.column_stack([np.ones(len(y)), time - len(before), time >= len(before)])
    known = np.isfinite(y)
    design, y = design[known], y[known]
    inverse = np.linalg.inv(design.T @ design)
    slope = inverse @ design.T @ y
    residuals = y - design @ slope
    variance = float(residuals @ residuals) / (len(y) - 3)
    # What machines round to is no noise: without this a series of equal numbers jumps at every rounding.
    floor = (1e-6 * max(float(np.abs(y).max()), 1e-12)) ** 2
    se = float(np.sqrt(max(variance, floor) * inverse[2, 2]))
    spread = float(residuals @ residuals)
    rho = float(np.clip(residuals[1:] @ residuals[:-1] / spread, 0, 0.9)) if spread > 0 else 0.0
    return float(slope[2]) / se * float(np.sqrt((1 - rho) / (1 + rho)))
