"""An ordinal model of who promotes: proportional odds of detractor, passive and promoter, given the ratings.

P(kind <= j) = logistic(threshold_j - ratings . slopes) (McCullagh 1980, "Regression Models for Ordinal Data",
J. R. Statist. Soc. B 42(2)), fitted by Newton's method with the analytic gradient and Hessian. Beside linear shares it
asks the same question of the categories that the score counts. A driver's importance is the average partial effect of
one standard deviation of it on the probability of promoting.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.analysis.nps_drivers.complete import Complete

PROMOTER = 2
Z_95 = 1.959963984540054
_MEASURED = ("ordinal", "ordinal_low", "ordinal_high")
_STEPS, _CLOSE = 40, 1e-9
_STEEP = 30.0  # slope of a standard deviation beyond which ratings tell the kinds apart without fail


@dataclass(frozen=True)
class OrdinalFit:
    """Fitted on ratings centred at `means`; parameters: thresholds first, then slopes (per point of rating)."""

    thresholds: np.ndarray
    slopes: np.ndarray
    means: np.ndarray
    kinds: np.ndarray  # the levels there are, lowest first
    log_likelihood: float
    influence: np.ndarray  # (answers, parameters): how far each answer moves the parameters, times n
    converged: bool


@dataclass(frozen=True)
class Ordinal:
    """drivers: driver, ordinal (change of the probability of promoting for one standard deviation of the driver, as a
    share), ordinal_low, ordinal_high (95% interval, from robust errors of the slope), ordinal_rank (1 = largest in
    size); in the order of the fit. Empty where nothing could be fitted."""

    drivers: pd.DataFrame
    answers: int


def fit_ordinal(ready: Complete) -> OrdinalFit | None:
    """The model of detractors, passives and promoters; None as in `fit_levels`."""
    return fit_levels(ready.x, ready.kinds, ready.weights)


def fit_levels(x: np.ndarray, levels: np.ndarray, weights: np.ndarray) -> OrdinalFit | None:
    """The model of any ordered levels; None where all answers are of one level, are too few, a column of x follows from
    the others, or x tells the levels without fail. weights: mean 1."""
    kinds, codes = np.unique(levels, return_inverse=True)
    n, k = x.shape
    cuts = len(kinds) - 1
    if cuts < 1 or k < 1 or n < 2 * (k + cuts) + 1:
        return None
    means = np.average(x, axis=0, weights=weights)
    scale = np.sqrt(np.average((x - means) ** 2, axis=0, weights=weights))
    if not (scale > 0).all():
        return None
    z = (x - means) / scale
    shares = np.cumsum(np.bincount(codes, weights=weights)) / n
    parameters = np.concatenate([np.log(shares[:-1] / (1 - shares[:-1])), np.zeros(k)])
    value, scores, hessian = _likelihood(parameters, z, codes, weights, cuts)
    converged = False
    for _ in range(_STEPS):
        step = np.linalg.lstsq(hessian, scores.sum(axis=0), rcond=None)[0]
        gain = float(step @ scores.sum(axis=0))
        for _halved in range(30):
            trial = parameters + step
            if (np.diff(trial[:cuts]) > 0).all():
                new = _likelihood(trial, z, codes, weights, cuts)
                if new[0] >= value - _CLOSE * abs(value):
                    break
            step = step / 2
        parameters, (value, scores, hessian) = trial, new
        if np.abs(parameters[cuts:]).max() > _STEEP:
            return None
        if gain < _CLOSE:
            converged = True
            break
    if not converged or np.linalg.cond(hessian) > 1e12:
        return None
    turned = np.concatenate([np.ones(cuts), 1 / scale])
    influence = n * np.linalg.solve(hessian, scores.T).T * turned
    return OrdinalFit(parameters[:cuts], parameters[cuts:] / scale, means, kinds, value, influence, converged)


def promoting(fit: OrdinalFit, x: np.ndarray) -> np.ndarray:
    """Probability of each kind (answers, 3): detractor, passive, promoter."""
    below = expit(fit.thresholds - ((x - fit.means) @ fit.slopes)[:, None])
    edges = np.column_stack([np.zeros(len(x)), below, np.ones(len(x))])
    probabilities = np.zeros((len(x), PROMOTER + 1))
    probabilities[:, fit.kinds] = np.diff(edges, axis=1)
    return probabilities


def measure_ordinal(ready: Complete) -> Ordinal:
    """Importance of each driver in the ordinal model; empty where there is none, or where nobody promotes."""
    fit = fit_ordinal(ready)
    if fit is None or PROMOTER not in fit.kinds:
        kinds = {"driver": "str", **dict.fromkeys(_MEASURED, "float64"), "ordinal_rank": "int64"}
        return Ordinal(pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()}), ready.answers)
    promoter = promoting(fit, ready.x)[:, PROMOTER]
    steepness = np.average(promoter * (1 - promoter), weights=ready.weights)
    spread = np.sqrt(np.average((ready.x - fit.means) ** 2, axis=0, weights=ready.weights))
    frame = pd.DataFrame({"driver": ready.drivers, "ordinal": steepness * fit.slopes * spread})
    moves = fit.influence[:, len(fit.thresholds) :] / ready.answers
    half = Z_95 * steepness * spread * np.sqrt((moves**2).sum(axis=0))
    frame["ordinal_low"], frame["ordinal_high"] = frame["ordinal"] - half, frame["ordinal"] + half
    frame["ordinal_rank"] = frame["ordinal"].abs().rank(ascending=False, method="min").astype(int)
    return Ordinal(frame, ready.answers)


def _likelihood(
    parameters: np.ndarray, z: np.ndarray, codes: np.ndarray, weights: np.ndarray, cuts: int
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, scores (answers, parameters) and minus the Hessian.

    An answer of kind j lies between the thresholds j - 1 and j: its probability is F(upper) - F(lower).
    """
    n = len(z)
    edges = np.concatenate([[-np.inf], parameters[:cuts], [np.inf]])
    along = z @ parameters[cuts:]
    upper, lower = expit(edges[codes + 1] - along), expit(edges[codes] - along)
    probability = np.maximum(upper - lower, 1e-300)
    slope_up, slope_low = upper * (1 - upper), lower * (1 - lower)
    # Derivatives of upper and lower edge by the parameters: +1 for the own threshold, -z for the slopes.
    above, below = np.zeros((n, cuts + z.shape[1])), np.zeros((n, cuts + z.shape[1]))
    has_up, has_low = codes < cuts, codes > 0
    above[np.flatnonzero(has_up), codes[has_up]] = 1
    below[np.flatnonzero(has_low), codes[has_low] - 1] = 1
    above[:, cuts:], below[:, cuts:] = -z, -z
    rise = slope_up[:, None] * above - slope_low[:, None] * below
    scores = weights[:, None] * rise / probability[:, None]
    bend_up = weights * slope_up * (1 - 2 * upper) / probability
    bend_low = weights * slope_low * (1 - 2 * lower) / probability
    tilt = rise / probability[:, None]
    hessian = (tilt * weights[:, None]).T @ tilt - (above * bend_up[:, None]).T @ above
    hessian += (below * bend_low[:, None]).T @ below
    return float(weights @ np.log(probability)), scores, hessian
