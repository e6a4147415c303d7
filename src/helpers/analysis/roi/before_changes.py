"""The change of a figure between two periods, with its 95% interval, whether the same customers stand in both or not.

A figure of a period is a ratio of two sums over customers: spend by orders, returned by bought, cost by won. Customers
are the units that chance draws. To first order the change is a sum over customers, of each one's part in the ratio
after less the part in the ratio before (linearisation: Cochran 1977, "Sampling Techniques", 6.3; Binder 1983). Its
variance is that of these parts, so that customers of both periods are compared with themselves, and those of one period
alone count as a sample of their own: one formula for the paired and the unpaired.

Rates of customers who are not the same in both periods are compared by Newcombe's intervals (1998, "Interval estimation
for the difference between independent proportions", Statistics in Medicine 17, method 10), which hold for few too.
"""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy import special  # stats has the same quantiles, and takes most of a second to import

LEAST = 30  # customers on either side, below which an interval says too much
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Change:
    """before, after, in the figure's unit; low, high: 95% interval of after - before, NaN where there is none;
    n_before, n_after: how many customers, answers … each rests on."""

    before: float
    after: float
    low: float
    high: float
    n_before: float
    n_after: float

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def few(self) -> bool:
        return min(self.n_before, self.n_after) < LEAST


@dataclass(frozen=True)
class Ratio:
    """One period's figure and what each customer has in it."""

    value: float
    parts: np.ndarray  # (customers,): influence of each on the value; they add up to zero
    n: float  # customers under the line


def ratio(over: np.ndarray, under: np.ndarray) -> Ratio:
    """The sum of `over` by the sum of `under`, both (customers,); NaN where there is nothing under the line."""
    total = float(under.sum())
    if not total > 0:
        return Ratio(nan, np.zeros(len(under)), 0.0)
    value = float(over.sum()) / total
    return Ratio(value, (over - value * under) / total, float(np.count_nonzero(under)))


def compare(before: Ratio, after: Ratio) -> Change:
    """Change of a ratio over the same list of customers, who may be in one period only."""
    return _by_parts(before.value, after.value, after.parts - before.parts, before.n, after.n)


def compare_sums(before: np.ndarray, after: np.ndarray, per_before: float = 1.0, per_after: float = 1.0) -> Change:
    """Change of a total over customers (customers,), each multiplied by what brings it to a common unit of time.

    Which customers there are is chance too, so the variance is the sum of squares (compound Poisson).
    """
    moved = after * per_after - before * per_before
    first, second = float(before.sum()) * per_before, float(after.sum()) * per_after
    n_before, n_after = float(np.count_nonzero(before)), float(np.count_nonzero(after))
    if min(n_before, n_after) < LEAST:
        return Change(first, second, nan, nan, n_before, n_after)
    half = _quantile() * sqrt(float((moved**2).sum()))
    return Change(first, second, second - first - half, second - first + half, n_before, n_after)


def compare_rates(
    hits_before: float, n_before: float, hits_after: float, n_after: float, part: tuple[float, float] = (1.0, 1.0)
) -> Change:
    """Change of a rate between different customers, with Newcombe's interval.

    56 of 70 against 48 of 80: a difference of .2000, from .0524 to .3339 (Newcombe 1998, table II, case a). part: what
    share of each period is one unit of time; a rate of leaving is then told for that unit, 1 - (1 - rate) ** part, as
    are its bounds.
    """
    first = hits_before / n_before if n_before > 0 else nan
    second = hits_after / n_after if n_after > 0 else nan
    (low_1, high_1), (low_2, high_2) = _wilson(first, n_before), _wilson(second, n_after)
    first, low_1, high_1 = (_in_a_unit(rate, part[0]) for rate in (first, low_1, high_1))
    second, low_2, high_2 = (_in_a_unit(rate, part[1]) for rate in (second, low_2, high_2))
    if min(n_before, n_after) < LEAST:
        return Change(first, second, nan, nan, n_before, n_after)
    change = second - first
    low = change - sqrt((second - low_2) ** 2 + (high_1 - first) ** 2)
    high = change + sqrt((high_2 - second) ** 2 + (first - low_1) ** 2)
    return Change(first, second, low, high, n_before, n_after)


def compare_means(before: tuple[float, float, float], after: tuple[float, float, float]) -> Change:
    """Change of a mean between different customers, each given as (n, mean, variance)."""
    (n_1, mean_1, variance_1), (n_2, mean_2, variance_2) = before, after
    if min(n_1, n_2) < LEAST:
        return Change(mean_1, mean_2, nan, nan, n_1, n_2)
    half = _quantile() * sqrt(variance_1 / n_1 + variance_2 / n_2)
    return Change(mean_1, mean_2, mean_2 - mean_1 - half, mean_2 - mean_1 + half, n_1, n_2)


def interval(change: float, parts: np.ndarray) -> tuple[float, float]:
    """The interval of a change made up of `parts` (customers,), which add up to zero; no wider than the change where
    all customers changed alike."""
    n = max(2, int(np.count_nonzero(parts)))
    half = _quantile() * sqrt(n / (n - 1) * float((parts**2).sum()))
    return change - half, change + half


def _by_parts(before: float, after: float, parts: np.ndarray, n_before: float, n_after: float) -> Change:
    few = min(n_before, n_after) < LEAST
    low, high = (nan, nan) if few else interval(after - before, parts)
    return Change(before, after, low, high, n_before, n_after)


def _in_a_unit(rate: float, part: float) -> float:
    return rate if part == 1 else 1 - (1 - rate) ** part


def _wilson(rate: float, n: float) -> tuple[float, float]:
    if not n > 0:
        return nan, nan
    z = _quantile()
    middle, half = 2 * n * rate + z**2, z * sqrt(z**2 + 4 * n * rate * (1 - rate))
    return (middle - half) / (2 * (n + z**2)), (middle + half) / (2 * (n + z**2))


def _quantile() -> float:
    return float(special.ndtri((1 + CONFIDENCE) / 2))
