"""What goes with a two-valued outcome, such as being satisfied or not: Shapley shares of McFadden's R-squared.

A logistic model is fitted for every subset of drivers; a driver's share is the rise in McFadden's R-squared (McFadden
1974, in Zarembka, "Frontiers in Econometrics": 1 - log-likelihood / that of the constant alone) when it joins, averaged
over every order in which the drivers can join (Shapley 1953; for logistic models Azen and Traxel 2009, "Using Dominance
Analysis to Determine Predictor Importance in Logistic Regression", J. Educational and Behavioral Statistics 34(3)). The
likelihood never falls as drivers join, so the shares are never negative, and they sum to R-squared.

Since each model maximises its likelihood, an answer's influence on it is the answer's own log-likelihood: intervals
come from these, without fitting anything again. Near a share of 0 they are rough.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
import pandas as pd
from scipy.special import expit
from threadpoolctl import threadpool_limits

from helpers.analysis.nps_drivers.complete import Complete

MAX_DRIVERS = 10  # 2^10 models
MIN_SIDE = 10  # answers of the rarer value a driver (Peduzzi et al. 1996, J. Clinical Epidemiology 49)
Z_95 = 1.959963984540054
_CELLS = 1_500_000  # answers x models worked on at a time
_MOST_CELLS = 4_000_000  # answers x models altogether: with many drivers fewer answers are looked at
_STEPS, _CLOSE = 40, 1e-10
_STEEP = 30.0  # slope of a standard deviation beyond which drivers tell the outcome without fail
_COLUMNS = {
    "driver": "str", "share": "float64", "share_low": "float64", "share_high": "float64", "importance": "float64",
    "mean_with": "float64", "mean_without": "float64",
}  # fmt: skip


@dataclass(frozen=True)
class TwoValued:
    """drivers, largest share first: driver, share (of McFadden's R-squared, absolute: they sum to it), share_low,
    share_high (95% interval), importance (share / R-squared), mean_with, mean_without (its average rating where the
    outcome has its higher value, and its lower one). Empty where the answers do not suffice."""

    outcome: str
    drivers: pd.DataFrame
    r_squared: float  # McFadden's; .2 to .4 is an excellent fit (McFadden 1979)
    r_squared_low: float
    r_squared_high: float
    yes_share: float  # of answers with the higher value, 0-1
    answers: int
    left_out: list[str]  # drivers beyond the ten that alone go most with it


def measure_two_valued(ready: Complete, outcome: str) -> TwoValued:
    """Shares of each driver in a two-valued outcome, which `ready` has as its target; empty for the outcome "".

    Rows are answers in a fixed random order; of many drivers fewer answers are looked at. Empty where the target has
    not just two values, or the rarer one has fewer than ten answers a driver, twenty at least, or the drivers tell it
    without fail.
    """
    values = np.unique(ready.y)
    none = TwoValued(outcome, _empty(), np.nan, np.nan, np.nan, np.nan, ready.answers, [])
    if not outcome or len(values) != 2 or not ready.drivers:
        return none
    yes = (ready.y == values[1]).astype(float)
    chosen = _strongest(ready, yes)
    k = len(chosen)
    rows = slice(0, min(ready.answers, _MOST_CELLS >> k))
    x, y, w = ready.x[rows][:, chosen], yes[rows], ready.weights[rows]
    rarer = min(y.sum(), len(y) - y.sum())
    if rarer < max(MIN_SIDE * k, 2 * MIN_SIDE):
        return none
    w = w / w.mean()
    likelihoods = _fit_all(x, y, w)
    if likelihoods is None:
        return none
    base = likelihoods[:, 0]
    null = float(w @ base)
    members = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
    size = members.sum(axis=1, keepdims=True)
    joining = np.array([*(1 / (k * comb(k - 1, s)) for s in range(k)), np.nan])
    turn = np.where(members == 1, joining[size - 1], -joining[np.minimum(size, k - 1)])
    per_answer = likelihoods @ turn  # (answers, drivers)
    shares = np.maximum((w @ per_answer) / -null, 0)
    # R = sum(a) / -sum(b), so an answer moves it by (a + R b) / -sum(b).
    moves = w[:, None] * (per_answer + shares * base[:, None]) / -null
    half = Z_95 * np.sqrt((moves**2).sum(axis=0))
    r_squared = float(shares.sum())
    half_all = Z_95 * float(np.sqrt((moves.sum(axis=1) ** 2).sum()))
    frame = pd.DataFrame({"driver": [ready.drivers[j] for j in chosen], "share": shares})
    frame["share_low"], frame["share_high"] = np.maximum(shares - half, 0), np.minimum(shares + half, 1)
    frame["importance"] = shares / r_squared if r_squared > 0 else np.nan
    for name, side in (("mean_with", y == 1), ("mean_without", y == 0)):
        frame[name] = np.average(x[side], axis=0, weights=w[side])
    frame = frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)
    others = [name for j, name in enumerate(ready.drivers) if j not in chosen]
    low, high = max(r_squared - half_all, 0.0), min(r_squared + half_all, 1.0)
    return TwoValued(outcome, frame.astype(_COLUMNS), r_squared, low, high, float(w @ y / w.sum()), len(y), others)


def _strongest(ready: Complete, yes: np.ndarray) -> list[int]:
    """Places of the drivers that alone go most with the outcome, in their order."""
    centred, target = ready.x - ready.x.mean(axis=0), yes - yes.mean()
    linked = (centred.T @ target) ** 2 / (centred**2).sum(axis=0)
    return sorted(np.argsort(-linked, kind="stable")[:MAX_DRIVERS].tolist())


def _fit_all(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray | None:
    """Log-likelihood of each answer under the logistic model of each subset of drivers (answers, 2^k); bit j of the
    column says driver j is in. None where a model does not settle.

    All models at once, by Newton's method: products of drivers, made once, give every model's Hessian as one product
    of matrices.
    """
    n, k = x.shape
    z = np.column_stack([np.ones(n), (x - x.mean(axis=0)) / x.std(axis=0)])
    left, right = np.triu_indices(k + 1)
    pairs = z[:, left] * z[:, right]
    subsets = np.arange(2**k)
    within = np.column_stack([np.ones(2**k, dtype=int), (subsets[:, None] >> np.arange(k)) & 1]).astype(float)
    found = np.empty((n, 2**k))
    with threadpool_limits(limits=1):  # many small products: threads would wait for each other most of the time
        for part in np.array_split(subsets, max(1, -(-n * 2**k // _CELLS))):
            settled = _fit_part(z, pairs, y, w, within[part])
            if settled is None:
                return None
            found[:, part] = settled
    return found


def _fit_part(z: np.ndarray, pairs: np.ndarray, y: np.ndarray, w: np.ndarray, within: np.ndarray) -> np.ndarray | None:
    width = z.shape[1]
    left, right = np.triu_indices(width)
    outside = np.eye(width) * (1 - within)[:, None, :]
    share = float(np.average(y, weights=w))
    b = np.zeros((width, len(within)))
    b[0] = np.log(share / (1 - share))
    along = z @ b
    value = w @ (y[:, None] * along - np.logaddexp(0, along))
    pace = np.ones(len(within))
    for _ in range(_STEPS):
        expected = expit(along)
        gradient = (z.T @ (w[:, None] * (y[:, None] - expected))) * within.T
        packed = pairs.T @ (w[:, None] * expected * (1 - expected))
        hessian = np.empty((len(within), width, width))
        hessian[:, left, right] = hessian[:, right, left] = packed.T
        hessian = hessian * within[:, :, None] * within[:, None, :] + outside
        step = np.linalg.solve(hessian, gradient.T[..., None])[..., 0].T
        if ((step * gradient).sum(axis=0) < _CLOSE * len(y)).all():
            return y[:, None] * along - np.logaddexp(0, along)
        trial = b + pace * step
        along_trial = z @ trial
        new = w @ (y[:, None] * along_trial - np.logaddexp(0, along_trial))
        better = new >= value - 1e-9 * np.abs(value)
        b, along, value = np.where(better, trial, b), np.where(better, along_trial, along), np.where(better, new, value)
        pace = np.where(better, 1.0, pace / 2)
        if np.abs(b).max() > _STEEP:
            return None
    return None


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
