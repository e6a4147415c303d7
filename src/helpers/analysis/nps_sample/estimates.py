"""Scores of a sample whose answers count unequally or come in clusters, with linearised 95% intervals.

A score is a ratio of totals over clusters, sum(S) / sum(W): S is a cluster's weighted sum of +1, 0 and -1, W its sum of
weights. Its variance is that of the sum of the clusters' residuals (Taylor linearisation, clusters taken as drawn with
replacement: Wolter 2007, "Introduction to Variance Estimation", ch. 6), with Student's t on clusters - 1. With one
answer a cluster it is that of a weighted mean; both are what R's `survey::svymean` gives, and least squares on a
constant with `cov_type` HC1 or "cluster" in statsmodels.

Scores and errors are in points, -100 to 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError

SUMS = ["clusters", "sum_w", "sum_wy", "ss", "sw", "ww"]
_NOTHING = 1e-9  # a variance below it is the rounding of sums: one answer apart in a million gives 4e-6
CROSS = ["cross_ss", "cross_sw", "cross_ws", "cross_ww"]


@dataclass(frozen=True)
class Estimate:
    score: float  # points; NaN without any weight
    low: float  # 95% interval; NaN with fewer than two clusters
    high: float
    se: float  # points
    clusters: int


def estimate_ratio(totals: np.ndarray, weights: np.ndarray) -> Estimate:
    """The score from each cluster's weighted sum of +1, 0, -1 and its sum of weights, two arrays of one length."""
    weight = float(weights.sum())
    if not weight > 0:
        return Estimate(nan, nan, nan, nan, 0)
    counted = weights > 0
    return _bounded(float(totals.sum()) / weight, influence(totals, weights)[counted])


def influence(totals: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What each cluster moves the score by, to first order: (S - score W) / sum(W), as a share; they sum to zero."""
    weight = weights.sum()
    return (totals - totals.sum() / weight * weights) / weight


def estimate_difference(first: Sequence[np.ndarray], second: Sequence[np.ndarray]) -> Estimate:
    """The first score less the second, each given by its totals and weights over the same clusters.

    Both are made of the same answers, so their errors do not add: the variance is that of the difference of what each
    cluster moves the two by.
    """
    if not (first[1].sum() > 0 and second[1].sum() > 0):
        return Estimate(nan, nan, nan, nan, 0)
    difference = first[0].sum() / first[1].sum() - second[0].sum() / second[1].sum()
    moves = influence(*first) - influence(*second)
    return _bounded(float(difference), moves[(first[1] > 0) | (second[1] > 0)], limit=200.0)


def estimate_sums(sums: pd.Series) -> Estimate:
    """The score from sums over clusters made in the engine: SUMS, where ss, sw and ww are the sums of S squared, of S
    times W, and of W squared. Raises InputError on a negative sum of weights."""
    weight, clusters = float(sums["sum_w"]), int(sums["clusters"])
    if weight < 0 or sums["ww"] < 0:
        raise InputError("weights add up to less than zero", where="survey weights", allowed="weights of 0 or more")
    if weight == 0:
        return Estimate(nan, nan, nan, nan, 0)
    score = float(sums["sum_wy"]) / weight
    squares = max(float(sums["ss"]) - 2 * score * float(sums["sw"]) + score**2 * float(sums["ww"]), 0.0)
    return _interval(score, squares / weight**2, clusters)


def estimate_sums_difference(sums: pd.Series) -> Estimate:
    """The score from SUMS less that with every answer weighing one, from the same clusters (see
    `estimate_difference`): sums also has answers and sum_y, clusters_all, ss_all, sw_all, ww_all, and the products of
    both, CROSS."""
    weight, n = float(sums["sum_w"]), float(sums["answers"])
    if not (weight > 0 and n > 0):
        return Estimate(nan, nan, nan, nan, 0)
    a, b = float(sums["sum_wy"]) / weight, float(sums["sum_y"]) / n
    own = (sums["ss"] - 2 * a * sums["sw"] + a**2 * sums["ww"]) / weight**2
    plain = (sums["ss_all"] - 2 * b * sums["sw_all"] + b**2 * sums["ww_all"]) / n**2
    both = sums["cross_ss"] - b * sums["cross_sw"] - a * sums["cross_ws"] + a * b * sums["cross_ww"]
    squares = max(float(own + plain - 2 * both / (weight * n)), 0.0)
    return _interval(a - b, squares, int(sums["clusters_all"]), limit=200.0)


def kish_effect(sum_w: float, sum_w2: float, n: int) -> float:
    """What unequal weights do to the variance of a mean: n sum(w^2) / (sum w)^2 (Kish 1965, 11.2C; 1992); 1 or more,
    NaN without any weight."""
    return n * sum_w2 / sum_w**2 if sum_w > 0 else nan


def in_order(sums: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """The rows by wave, "all" first, those of `order` in its order and others after them as they came."""
    place = {name: i for i, name in enumerate(["all", *order])}
    keys = sums["wave"].map(place).fillna(len(place)) if len(sums) else pd.Series(dtype=float)
    return sums.loc[keys.sort_values(kind="stable").index] if order else sums


def _bounded(score: float, moves: np.ndarray, limit: float = 100.0) -> Estimate:
    return _interval(score, float((moves**2).sum()), len(moves), limit)


def _interval(score: float, squares: float, clusters: int, limit: float = 100.0) -> Estimate:
    if clusters < 2:
        return Estimate(100 * score, nan, nan, nan, clusters)
    if not squares * clusters > _NOTHING and limit == 100:
        return one_mind(score, clusters)
    error = 100 * float(np.sqrt(clusters / (clusters - 1) * squares))
    half = float(stats.t.ppf(0.975, clusters - 1)) * error
    return Estimate(100 * score, max(100 * score - half, -limit), min(100 * score + half, limit), error, clusters)


def one_mind(score: float, n: int) -> Estimate:
    """The interval where all `n` are of one mind and a sample shows no variance: the adjusted Wald, which adds 3/4 to
    promoters and to detractors and 3 to n (Rocks 2016)."""
    up, down, of = n * max(score, 0.0) + 0.75, n * max(-score, 0.0) + 0.75, n + 3
    centre = (up - down) / of
    error = float(np.sqrt(((up + down) / of - centre**2) / of))
    half = float(stats.norm.ppf(0.975)) * error
    low, high = min(centre - half, score), max(centre + half, score)
    return Estimate(100 * score, 100 * max(low, -1.0), 100 * min(high, 1.0), 100 * error, n)
