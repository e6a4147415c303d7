"""Differences of two figures with intervals, and how surprising they are.

The interval of a difference is made of the two figures' own (MOVER: Zou and Donner 2008, Statistics in Medicine 27). Of
two shares with Wilson's intervals it is Newcombe's (1998, Statistics in Medicine 17, method 10). It takes the figures
for independent; where most customers are in both it is too wide, and never too narrow. Several tests at once are
corrected as Benjamini and Hochberg (1995) have it.
"""

from typing import Any

import numpy as np
from scipy import special

Z = float(special.ndtri(0.975))
CHANCE = 0.05


def wilson(count: Any, of: Any) -> tuple[np.ndarray, np.ndarray]:
    """The 95% interval of shares (Wilson 1927); NaN where `of` is zero or not known."""
    x, n = np.asarray(count, float), np.asarray(of, float)
    n = np.where(n > 0, n, np.nan)
    share, square = x / n, Z**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * np.sqrt(share * (1 - share) / n + square / (4 * n**2)) / (1 + square / n)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def difference(
    then: Any, then_low: Any, then_high: Any, now: Any, now_low: Any, now_high: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Now less then, with its 95% interval from the two figures' own (Zou and Donner 2008)."""
    a, a_low, a_high, b, b_low, b_high = (
        np.asarray(x, float) for x in (now, now_low, now_high, then, then_low, then_high)
    )
    apart = a - b
    low = apart - np.sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    high = apart + np.sqrt((a_high - a) ** 2 + (b - b_low) ** 2)
    return apart, low, high


def p_of_interval(apart: Any, low: Any, high: Any) -> np.ndarray:
    """The two-sided p-value of a difference whose 95% interval is known: below 0.05 where that leaves zero out.

    The normal distribution, with the half of the interval that points to zero as 1.96 standard errors; NaN where an
    end is not known, 1 where the interval has no width and no difference.
    """
    d, lower, upper = (np.asarray(x, float) for x in (apart, low, high))
    towards = np.where(d >= 0, d - lower, upper - d)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(d == 0, 0.0, np.abs(d) / (towards / Z))
    z = np.where(np.isnan(towards), np.nan, z)
    return 2 * special.ndtr(-z)


def adjust(p_values: Any) -> np.ndarray:
    """p-values corrected for their number (Benjamini and Hochberg 1995); NaN stays, and does not count."""
    p = np.asarray(p_values, float)
    made = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if not len(known):
        return made
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    made[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return made


def p_of_flows(arrived: Any, left: Any) -> np.ndarray:
    """How surprising it is that so many more came than went, or went than came: the exact sign test (McNemar 1947),
    two-sided; 1 where nobody moved."""
    came, went = np.asarray(arrived, float), np.asarray(left, float)
    return np.minimum(2 * special.bdtr(np.minimum(came, went), (came + went).astype(int), 0.5), 1.0)
