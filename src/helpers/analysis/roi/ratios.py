"""Ratios and other functions of sums over customers, each with the interval that the customers' differences allow.

Method: linearisation (the delta method for functions of totals; Sarndal, Swensson and Wretman 1992, "Model Assisted
Survey Sampling", 5.5 and 5.7). A figure is a function of sums; each customer adds to all of the sums at once, so that a
customer who buys more and also stays is not counted as two pieces of luck. Shares of customers have Wilson's interval
(1927), as it holds near none and all too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan

import numpy as np
import pandas as pd
from scipy import special
from threadpoolctl import threadpool_limits

Function = Callable[[dict[str, np.ndarray]], np.ndarray]
_STEP = 1e-6  # of a sum, to find how a figure moves with it


@dataclass(frozen=True)
class Sums:
    """Sums over the rows of one segment. totals: (p,) by `names`; spread: (p, p) the sums' estimated covariance, the
    rows being a sample of what might have been; rows: how many."""

    names: Sequence[str]
    totals: np.ndarray
    spread: np.ndarray
    rows: int

    def __getitem__(self, name: str) -> float:
        return float(self.totals[list(self.names).index(name)])


def sum_groups(measures: pd.DataFrame, codes: np.ndarray, groups: int) -> list[Sums]:
    """The sums of each of `groups` groups, of rows numbered by `codes` (-1: in none); measures: numbers, no blanks."""
    names, values = list(measures.columns), measures.to_numpy(float)
    order = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[order], np.arange(groups + 1))
    with threadpool_limits(limits=1, user_api="blas"):  # narrow products: threads would wait for each other
        return [_sum_rows(names, values[order[a:b]]) for a, b in pairwise(edges)]


def _sum_rows(names: Sequence[str], rows: np.ndarray) -> Sums:
    n = len(rows)
    totals = rows.sum(axis=0)
    if n < 2:
        return Sums(names, totals, np.full((len(names), len(names)), nan), n)
    centred = rows - totals / n
    return Sums(names, totals, centred.T @ centred * (n / (n - 1)), n)


def estimate(sums: Sums, figure: Function, confidence: float = 0.95, *, positive: bool = False) -> tuple[float, ...]:
    """(value, low, high) of a figure; NaN bounds where fewer than two rows tell, NaN throughout where it has no value.

    figure: from sums by name, each an array, to the figure of each. positive: the figure is above zero, as a rule; its
    interval then ends at zero below, and above where that of its logarithm does.
    """
    with np.errstate(all="ignore"):
        steps = np.maximum(np.abs(sums.totals), 1e-9) * _STEP
        moved = np.concatenate([[sums.totals], sums.totals + np.diag(steps), sums.totals - np.diag(steps)])
        found = np.asarray(figure(dict(zip(sums.names, moved.T, strict=True))), dtype=float)
        value, p = float(found[0]), len(steps)
        if not np.isfinite(value):
            return nan, nan, nan
        slope = (found[1 : p + 1] - found[p + 1 :]) / (2 * steps)
        slope = np.where(np.isfinite(slope), slope, 0.0)
        error = float(np.sqrt(max(slope @ sums.spread @ slope, 0.0)))
    half = float(special.ndtri((1 + confidence) / 2)) * error
    if not np.isfinite(half):
        return value, nan, nan
    if positive and value > 0:
        # The wider end of either scale: one huge order must not lift the lower end above everyone else.
        return value, max(value - half, 0.0), value * float(np.exp(half / value))
    return value, value - half, value + half


def wilson(count: float, n: float, confidence: float = 0.95) -> tuple[float, float, float]:
    """(share, low, high) of `count` in `n`, by Wilson (1927); NaN of none."""
    if not n > 0:
        return nan, nan, nan
    z = float(special.ndtri((1 + confidence) / 2))
    share, scale = count / n, 1 + z**2 / n
    middle = (share + z**2 / (2 * n)) / scale
    half = z * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))) / scale
    return share, max(middle - half, 0.0), min(middle + half, 1.0)
