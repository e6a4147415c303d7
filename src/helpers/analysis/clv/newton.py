"""Maximum likelihood by Newton's method on the logs of positive parameters, and the standard errors it gives.

A model hands over its log-likelihood with gradient and matrix of second derivatives, by its natural parameters. Working
on logs keeps these positive and makes the likelihood nearly a parabola, so that ten steps do where a search without
derivatives takes hundreds. Standard errors are those of the observed information, taken back from the logs by the delta
method; on natural parameters at the optimum both ways agree, as the gradient there is zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from threadpoolctl import ThreadpoolController

from helpers.errors import ThinDataError

Floats = NDArray[np.float64]
# Log-likelihood, gradient and second derivatives by the natural parameters.
Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]

_STEPS = 200
_GAIN = 1e-7  # of log-likelihood: what the last step brings, which is taken unseen
_LONGEST = 2.0  # a step multiplies no parameter by more than e squared
_EDGE = np.log(1e7)  # beyond, the data hold no sign that customers differ
_TOLD = 0.04  # information on a direction: with less, its standard error is a factor of e to the fifth
_LOADS = 0.1  # share of a parameter in a direction that is not told


@dataclass(frozen=True)
class Optimum:
    """parameters: natural. covariance: of the natural parameters; nothing is added for a direction in which the data
    tell nothing, as there what is expected of customers does not change either. std_errors: NaN for the parameters
    that such a direction moves, and for those that ran off to their edge. log_likelihood: at the optimum."""

    parameters: Floats
    covariance: Floats
    std_errors: Floats
    log_likelihood: float


def maximise(likelihood: Likelihood, start: Floats, *, what: str) -> Optimum:
    """Climb from `start` to the maximum; raises ThinDataError where there is none to be found."""
    # Products of four by four gain nothing from threads, and lose tenfold where other processes want the same cores.
    with _threads().limit(limits=1, user_api="blas"):
        return _climb(likelihood, start, what)


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _climb(likelihood: Likelihood, start: Floats, what: str) -> Optimum:
    at = np.log(np.asarray(start, dtype=float))
    centre = at.copy()
    value, gradient, curvature = _by_logs(likelihood, at)
    for _ in range(_STEPS):
        step, gain = _ascent(gradient, curvature)
        if gain < _GAIN:
            at = np.clip(at + step, centre - _EDGE, centre + _EDGE)
            break
        step *= min(1.0, _LONGEST / np.abs(step).max())
        tried = np.clip(at + step, centre - _EDGE, centre + _EDGE)
        found = _by_logs(likelihood, tried)
        while not found[0] > value and np.abs(tried - at).max() > 1e-10:
            tried = at + (tried - at) / 4
            found = _by_logs(likelihood, tried)
        if not found[0] > value:
            break
        at, (value, gradient, curvature) = tried, found
    if not np.isfinite(value):
        raise ThinDataError(f"{what} finds no parameters that fit these customers")
    natural = np.exp(at)
    return Optimum(natural, *_spread(natural, curvature, np.abs(at - centre) >= _EDGE - 1e-6), value)


def _by_logs(likelihood: Likelihood, at: Floats) -> tuple[float, Floats, Floats]:
    natural = np.exp(at)
    value, gradient, curvature = likelihood(natural)
    return value, gradient * natural, curvature * np.outer(natural, natural) + np.diag(gradient * natural)


def _ascent(gradient: Floats, curvature: Floats) -> tuple[Floats, float]:
    """Newton's step, and what it promises; where the likelihood curves upwards, its turning is damped away."""
    values, vectors = linalg.eigh(-curvature)
    values = np.maximum(np.abs(values), 1e-9 * max(np.abs(values).max(), 1e-9))
    step = vectors @ ((vectors.T @ gradient) / values)
    return step, float(gradient @ step) / 2


def _spread(natural: Floats, curvature: Floats, at_edge: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Covariance and standard errors."""
    covariance, told = np.zeros_like(curvature), ~at_edge
    kept = np.flatnonzero(told)
    if len(kept):
        values, vectors = linalg.eigh(-curvature[np.ix_(kept, kept)])
        known = values > _TOLD
        inverse = np.where(known, 1 / np.where(known, values, 1), 0)
        covariance[np.ix_(kept, kept)] = (vectors * inverse) @ vectors.T
        told[kept] = (vectors[:, ~known] ** 2).sum(axis=1) < _LOADS
    covariance *= np.outer(natural, natural)
    return covariance, np.where(told, np.sqrt(np.diag(covariance)), np.nan)
