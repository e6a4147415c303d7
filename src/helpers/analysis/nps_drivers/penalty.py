"""Basic, performance and excitement factors: what a low rating costs beside what a high one brings.

Penalty-reward contrast (Brandt 1987, "A Procedure for Identifying Value-Enhancing Service Components Using Customer
Satisfaction Survey Data"; Mikulic and Prebezac 2011, "A Critical Review of Techniques for Classifying Quality
Attributes in the Kano Model", Managing Service Quality 21(1)): the score is regressed on two dummies a driver, rated
low and rated high, the ratings between being the reference. Brandt takes the ends of the scale; answers crowd at its
top, so here a driver's own ratings are cut as near to thirds as they can be.

A low third lies further from the middle than a high one, and a score that cannot rise above its top leaves less room
for rewards: even a straight line would then cost more than it brings. So asymmetry is judged per point of rating, and
in log-odds, which have no top, by an ordinal model of the score on the same dummies.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.nps_drivers.complete import Complete
from helpers.analysis.nps_drivers.ordinal import fit_levels

BASIC, PERFORMANCE, EXCITEMENT, UNCLEAR = "basic", "performance", "excitement", "unclear"
MIN_SIDE = 30  # answers rated low, and rated high, from which a driver is judged
MOST_LEVELS = 21  # values of the score that the ordinal model takes as they are
CONFIDENCE = 0.95  # of all intervals of one kind together


@dataclass(frozen=True)
class Penalties:
    """drivers, by the larger of penalty and reward: driver, kind (basic, performance, excitement, unclear), low_up_to
    and high_from (ratings), low_share, high_share (of answers, 0-1), penalty, reward (points of score against those
    rated between, other ratings being equal), asymmetry (reward less penalty in log-odds, each per point of rating;
    below zero: basic), all three with _low and _high.

    Intervals hold for all drivers together at 95% (Bonferroni), with heteroscedasticity-consistent errors (HC3). A
    driver with too few answers on a side has blanks and is unclear. Ratings that cannot be told apart have no row."""

    drivers: pd.DataFrame
    answers: int


_NUMBERS = [
    *("low_up_to", "high_from", "low_share", "high_share", "penalty", "penalty_low", "penalty_high"),
    *("reward", "reward_low", "reward_high", "asymmetry", "asymmetry_low", "asymmetry_high"),
]


def measure_penalties(ready: Complete, min_side: int = MIN_SIDE) -> Penalties:
    """Penalty and reward of each driver; no row where there are too few answers for the regression."""
    cuts = {j: cut for j in range(len(ready.drivers)) if (cut := _cut(ready, j, min_side)) is not None}
    frame = pd.DataFrame({"driver": ready.drivers, "kind": UNCLEAR} | dict.fromkeys(_NUMBERS, np.nan))
    if len(ready.x) < 10 * len(cuts) + 2 or not len(ready.x):
        return Penalties(_typed(frame.iloc[:0]), ready.answers)
    judged = [j for j in cuts if _told_apart(ready, cuts, j)]
    if judged:
        z = special.ndtri(1 - (1 - CONFIDENCE) / 2 / len(judged))
        low = np.column_stack([ready.x[:, j] <= cuts[j][0] for j in judged])
        high = np.column_stack([ready.x[:, j] >= cuts[j][1] for j in judged])
        others = [j for j in range(len(ready.drivers)) if j not in cuts]
        centred = ready.x[:, others] - ready.x[:, others].mean(axis=0)
        design = np.column_stack([np.ones(len(low)), low, high, centred]).astype(float)
        coefficients, covariance = robust_regression(design, ready.y, ready.weights)
        odds, odds_covariance = _log_odds(ready, design[:, 1:])
        m = len(judged)
        for place, j in enumerate(judged):
            at = [1 + place, 1 + m + place]
            # Both sides weigh: the penalty is negative, so the sum of slopes is reward less penalty.
            down, up = _distances(ready, j, *cuts[j])
            turn, both = np.array([1 / down, 1 / up]), [place, m + place]
            asymmetry = turn @ odds[both]
            error = np.sqrt(turn @ odds_covariance[np.ix_(both, both)] @ turn)
            values = np.append(coefficients[at], asymmetry)
            half = z * np.append(np.sqrt(np.diag(covariance)[at]), error)
            shares = [np.average(side[:, place], weights=ready.weights) for side in (low, high)]
            row = [*cuts[j], *shares, *np.column_stack([values, values - half, values + half]).ravel()]
            frame.loc[j, _NUMBERS] = row
            frame.loc[j, "kind"] = _kind(values, half)
    order = frame[["penalty", "reward"]].abs().max(axis=1).sort_values(ascending=False, kind="stable").index
    return Penalties(_typed(frame.loc[order].reset_index(drop=True)), ready.answers)


def robust_regression(design: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least squares: coefficients, and their covariance robust to unequal spread (HC3; MacKinnon and White
    1985, J. Econometrics 29). `design` must have full rank."""
    root = np.sqrt(weights)
    x, target = design * root[:, None], y * root
    inverse = np.linalg.pinv(x.T @ x)
    coefficients = inverse @ (x.T @ target)
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    residuals = (target - x @ coefficients) / np.maximum(1 - leverage, 1e-9)
    meat = (x * residuals[:, None] ** 2).T @ x
    return coefficients, inverse @ meat @ inverse


def _log_odds(ready: Complete, design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of the ordinal model of the score and their covariance; NaN where it cannot be fitted. A score of many
    values counts by the three kinds of customer."""
    many = len(np.unique(ready.y)) > MOST_LEVELS
    fit = fit_levels(design, ready.kinds if many else ready.y, ready.weights)
    if fit is None:
        k = design.shape[1]
        return np.full(k, np.nan), np.full((k, k), np.nan)
    moves = fit.influence[:, len(fit.thresholds) :] / len(design)
    return fit.slopes, moves.T @ moves


def _kind(values: np.ndarray, half: np.ndarray) -> str:
    """basic or excitement where the asymmetry is clear, performance where both sides are clear and it is not."""
    penalty, reward, asymmetry = values
    if asymmetry + half[2] < 0 and penalty + half[0] < 0:
        return BASIC
    if asymmetry - half[2] > 0 and reward - half[1] > 0:
        return EXCITEMENT
    return PERFORMANCE if penalty + half[0] < 0 and reward - half[1] > 0 else UNCLEAR


def _cut(ready: Complete, j: int, min_side: int) -> tuple[float, float] | None:
    """The highest rating that counts as low and the lowest that counts as high, nearest to thirds; None where a side
    would have fewer than `min_side` answers, or nothing stands between."""
    given = ready.x[ready.given[:, j], j]
    values, counts = np.unique(given, return_counts=True)
    upto = np.cumsum(counts)
    best: tuple[float, float, float] | None = None
    for a in range(len(values) - 2):
        for b in range(a + 2, len(values)):
            low, high = upto[a], len(given) - upto[b - 1]
            if min(low, high, upto[b - 1] - upto[a]) < min_side:
                continue
            off = abs(low / len(given) - 1 / 3) + abs(high / len(given) - 1 / 3)
            if best is None or off < best[0] - 1e-12:
                best = (off, float(values[a]), float(values[b]))
    return (best[1], best[2]) if best else None


def _distances(ready: Complete, j: int, low: float, high: float) -> tuple[float, float]:
    """How far the average low and the average high rating lie from the average one between."""
    x, w = ready.x[:, j], ready.weights
    parts = [(x <= low), (x > low) & (x < high), (x >= high)]
    below, between, above = (np.average(x[part], weights=w[part]) for part in parts)
    return float(between - below), float(above - between)


def _told_apart(ready: Complete, cuts: dict[int, tuple[float, float]], j: int) -> bool:
    """Whether no driver before `j` is low and high in just the same answers."""
    own = [ready.x[:, j] <= cuts[j][0], ready.x[:, j] >= cuts[j][1]]
    for i in (i for i in cuts if i < j):
        theirs = [ready.x[:, i] <= cuts[i][0], ready.x[:, i] >= cuts[i][1]]
        if any((a == b).all() for a in own for b in theirs):
            return False
    return True


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({"driver": "str", "kind": "str"} | dict.fromkeys(_NUMBERS, "float64"))
