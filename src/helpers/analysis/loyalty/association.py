"""Whether an attribute goes with a yes/no outcome, among customers of like tenure: tests and effect sizes.

Categories: the generalised Cochran-Mantel-Haenszel test (Agresti 2013, "Categorical Data Analysis", 8.4.3), which
compares levels within strata and, with one stratum, is Pearson's chi-squared times (n - 1) / n. Its effect is Cramer's
V, corrected for bias (Bergsma 2013, J. Korean Statistical Society 42(3)), with an interval from the noncentral
chi-squared distribution (Smithson 2003, "Confidence Intervals"). Numbers: van Elteren's stratified rank test (1960),
with one stratum Wilcoxon's, corrected for ties. Its effect is the rank-biserial correlation, 2 AUC - 1, over strata by
the same weights, with an interval after DeLong, DeLong and Clarke-Pearson (1988, Biometrics 44).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Association:
    statistic: float  # chi-squared
    degrees: int
    p_value: float
    effect: float  # Cramer's V, 0 to 1; or rank-biserial, -1 to 1, above 0 where the retained have higher numbers
    effect_low: float
    effect_high: float


NONE = Association(np.nan, 0, np.nan, np.nan, np.nan, np.nan)


def compare_levels(level: np.ndarray, outcome: np.ndarray, stratum: np.ndarray) -> Association:
    """Categories against an outcome. level and stratum: whole numbers from 0, outcome: 0 or 1, all of one length."""
    counts = _count(level, stratum)
    kept = _count(level[outcome == 1], stratum[outcome == 1], counts.shape)
    usable = (counts.sum(axis=1) > 1) & (kept.sum(axis=1) > 0) & (kept.sum(axis=1) < counts.sum(axis=1))
    counts, kept = counts[usable], kept[usable]
    n, m = counts.sum(axis=1), kept.sum(axis=1)
    away = (kept - counts * (m / n)[:, None]).sum(axis=0)
    spread = m * (n - m) / (n**2 * (n - 1))
    covariance = np.diag((spread * n) @ counts) - (counts * spread[:, None]).T @ counts
    degrees = int(np.linalg.matrix_rank(covariance, hermitian=True)) if len(n) else 0
    if not degrees:
        return NONE
    statistic = float(away @ np.linalg.pinv(covariance, hermitian=True) @ away)
    return Association(
        statistic,
        degrees,
        float(special.chdtrc(degrees, statistic)),
        *_cramers_v(statistic, degrees, int(n.sum()), len(n)),
    )


def _count(level: np.ndarray, stratum: np.ndarray, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """(strata, levels) customers."""
    strata, levels = shape or (int(stratum.max(initial=-1)) + 1, int(level.max(initial=-1)) + 1)
    return np.bincount(stratum * levels + level, minlength=strata * levels).reshape(strata, levels).astype(float)


def _cramers_v(statistic: float, degrees: int, n: int, strata: int) -> tuple[float, float, float]:
    """Cramer's V of levels against two outcomes, bias-corrected, and its 95% interval."""
    free = n - strata
    squared = statistic / free
    corrected = max(0.0, squared - degrees / free) / (1 - 1 / free)
    low, high = (noncentrality(statistic, degrees, p) for p in (0.975, 0.025))
    v, low, high = (min(1.0, float(np.sqrt(x))) for x in (corrected, low / free, high / free))
    return v, min(low, v), max(high, v)


def noncentrality(statistic: float, degrees: int, p: float) -> float:
    """The noncentrality at which a chi-squared variable is below `statistic` with probability p; 0 where none is.

    Found by halving, as scipy's own inverse is not to be had for large values.
    """
    if special.chdtr(degrees, statistic) <= p:
        return 0.0
    low, high = 0.0, statistic + 40.0 + 12.0 * np.sqrt(statistic)
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if special.chndtr(statistic, degrees, middle) > p else (low, middle)
    return (low + high) / 2


def compare_numbers(values: np.ndarray, outcome: np.ndarray, stratum: np.ndarray) -> Association:
    """Numbers against an outcome. values: finite; outcome: 0 or 1; stratum: whole numbers from 0."""
    parts = [
        part
        for one in np.unique(stratum)
        if (part := _ranks_within(values[stratum == one], outcome[stratum == one])) is not None
    ]
    if not parts:
        return NONE
    away, spread, weight, area, variance = np.array(parts).T
    statistic = float(away.sum() ** 2 / spread.sum()) if spread.sum() > 0 else 0.0
    share = weight / weight.sum()
    effect = float(2 * (share @ area) - 1)
    half = float(2 * _Z95 * np.sqrt(share**2 @ variance))
    return Association(
        statistic,
        1,
        float(special.chdtrc(1, statistic)),
        effect,
        max(-1.0, effect - half),
        min(1.0, effect + half),
    )


def _ranks_within(values: np.ndarray, outcome: np.ndarray) -> tuple[float, float, float, float, float] | None:
    """Of one stratum: its part of the statistic and of its variance, its weight, the AUC and the variance of that."""
    n, ones = len(values), int(outcome.sum())
    if not 0 < ones < n:
        return None
    ranks = _ranks(values)
    zeros, weight = n - ones, 1 / (n + 1)
    chosen = outcome == 1
    away = ranks[chosen].sum() - ones * ranks.mean()
    spread = ones * zeros / (n - 1) * ranks.var()
    above = (ranks[chosen] - _ranks(values[chosen])) / zeros
    below = (ranks[~chosen] - _ranks(values[~chosen])) / ones
    variance = sum(part.var(ddof=1) / len(part) if len(part) > 1 else 0.25 for part in (above, below))
    return weight * away, weight**2 * spread, weight * ones * zeros, above.mean(), variance


def _ranks(values: np.ndarray) -> np.ndarray:
    return pd.Series(values).rank().to_numpy()
