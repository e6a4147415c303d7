"""What the Net Promoter Score would be if a rating were higher and the rest stayed as it is.

The ordinal model gives each answer its probability of promoting and of detracting. A driver's ratings are raised by
`rise` points, none above the top of its scale, and the expected score is counted again: a simulation of the kind that
King, Tomz and Wittenberg (2000, "Making the Most of Statistical Analyses", American J. of Political Science 44(2)) ask
for. It carries an association over to a change that nobody has tried, so it says where to try first, not what will
come.

Intervals by the delta method with the answers' own influence on the model and on the average (Newey and McFadden 1994,
Handbook of Econometrics 4, ch. 36, two-step estimators), so that they hold also where the model is not exact.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.analysis.nps_drivers.complete import Complete
from helpers.analysis.nps_drivers.ordinal import OrdinalFit, fit_ordinal
from helpers.errors import InputError

Z_95 = 1.959963984540054
_COLUMNS = {
    "driver": "str", "rise": "float64", "answers_changed": "int64", "changed_share": "float64", "nps_change": "float64",
    "low": "float64", "high": "float64", "nps_change_among": "float64", "among_low": "float64", "among_high": "float64",
}  # fmt: skip


@dataclass(frozen=True)
class Gain:
    """drivers, greatest gain first: driver, rise (points of rating), answers_changed (rated below the top of its
    scale),
    changed_share (of all answers, 0-1), nps_change (points, over all answers), low, high (95% interval),
    nps_change_among, among_low, among_high (the same, over those who rated it below the top).

    Empty where the model could not be fitted."""

    drivers: pd.DataFrame
    rise: float
    nps: float  # of these answers, points
    nps_modelled: float  # what the model expects of them: close to `nps`, or it cannot be trusted
    answers: int


def simulate_gain(ready: Complete, rise: float = 0.5) -> Gain:
    """Expected change of the score for a rise in each driver alone. Raises InputError unless `rise` is above 0."""
    if not rise > 0:
        raise InputError(
            f"a gain of {rise} points of rating is none", where="nps_drivers.gain_points", allowed="above 0"
        )
    fit = fit_ordinal(ready)
    sign = ready.kinds - 1.0
    nps = 100 * float(np.average(sign, weights=ready.weights)) if ready.answers else np.nan
    if fit is None:
        empty = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
        return Gain(empty, rise, nps, np.nan, ready.answers)
    before, slope_before = _expected(fit, ready.x)
    rows = []
    for j, driver in enumerate(ready.drivers):
        top = ready.x[ready.given[:, j], j].max()
        # A rating that was not given cannot rise; one filled beyond the scale neither.
        step = np.where(ready.given[:, j], np.clip(top - ready.x[:, j], 0, rise), 0.0)
        raised = ready.x.copy()
        raised[:, j] += step
        after, slope_after = _expected(fit, raised)
        changes, slopes = 100 * (after - before), 100 * (slope_after - slope_before)
        changed = step > 0
        among = changed.astype(float)
        rows.append(
            [
                driver,
                rise,
                int(changed.sum()),
                float(np.average(among, weights=ready.weights)),
                *_interval(changes, slopes, np.ones(len(changes)), ready.weights, fit),
                *_interval(changes, slopes, among, ready.weights, fit),
            ]
        )
    frame = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    frame = frame.sort_values("nps_change", ascending=False, kind="stable", ignore_index=True)
    return Gain(frame, rise, nps, 100 * float(np.average(before, weights=ready.weights)), ready.answers)


def _expected(fit: OrdinalFit, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each answer's expected +1, 0 or -1, and its derivatives by the model's parameters (answers, parameters)."""
    from scipy.special import expit

    centred = x - fit.means
    below = expit(fit.thresholds - (centred @ fit.slopes)[:, None])
    steps = np.diff(fit.kinds - 1.0)  # what passing a threshold adds to the score: one, or two where nobody is passive
    value = (fit.kinds[-1] - 1.0) - below @ steps
    slope = -below * (1 - below) * steps
    return value, np.column_stack([slope, -slope.sum(axis=1)[:, None] * centred])


def _interval(
    changes: np.ndarray, slopes: np.ndarray, among: np.ndarray, weights: np.ndarray, fit: OrdinalFit
) -> tuple[float, float, float]:
    """Average change among the answers marked, and its 95% interval; NaN where none is marked."""
    marked = weights * among
    total = marked.sum()
    if total <= 0:
        return np.nan, np.nan, np.nan
    mean = float(marked @ changes / total)
    gradient = marked @ slopes / total
    n = len(changes)
    moves = marked / total * (changes - mean) + fit.influence @ gradient / n
    half = Z_95 * float(np.sqrt((moves**2).sum()))
    return mean, mean - half, mean + half
