"""Intervals of a difference between two groups of customers, and which of them fits a metric.

A rate has Newcombe's hybrid score interval (1998, Statistics in Medicine 17: 873-890, method 10), which keeps its level
where a rate is near zero. A mean has Welch's (1947, Biometrika 34: 28-35), which lets the groups differ in size and
spread, unless the tail is too heavy for a normal approximation: then a bootstrap. The rule is Cochran's as extended by
Sugden, Smith and Jones (2000, J. Royal Statistical Society B 62: 787-793): the mean of a sample is normal enough from
28 + 25 G1^2 customers on, G1 being their skewness.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special  # stats has the same quantiles, and takes most of a second to import

NEWCOMBE, WELCH, BOOTSTRAP = "Newcombe", "Welch", "bootstrap"
_STEPS = 60  # halvings that find a p-value to more digits than anyone prints


@dataclass(frozen=True)
class Sample:
    """The outcomes of one group, blanks left out."""

    values: np.ndarray

    @property
    def n(self) -> int:
        return len(self.values)

    @cached_property
    def mean(self) -> float:
        return float(self.values.mean()) if self.n else float("nan")

    @cached_property
    def variance(self) -> float:
        """With n - 1 below; unknown of one customer."""
        return float(self.values.var(ddof=1)) if self.n > 1 else float("nan")

    @cached_property
    def skewness(self) -> float:
        """Third moment over the 1.5th power of the second, both with n below; 0 where nothing varies."""
        if self.n < 2 or not self.variance > 0:
            return 0.0
        away = self.values - self.mean
        spread = np.sqrt((away**2).mean())
        return float(((away / spread) ** 3).mean())

    @property
    def is_normal_enough(self) -> bool:
        return self.n > 28 + 25 * self.skewness**2


@dataclass(frozen=True)
class Difference:
    """lift: treated - control, in the metric's unit; low, high: its interval; p_value: two-sided, of the same method.
    All but the lift are NaN where the groups show no spread to judge by."""

    lift: float
    low: float
    high: float
    p_value: float
    method: str


UNKNOWN = (float("nan"),) * 3


def newcombe(rate: float, n: int, control_rate: float, control_n: int, confidence: float) -> Difference:
    """The difference of two rates. 56 of 70 against 48 of 80 is .2, with a 95 % interval of .0524 to .3339.

    The p-value is one minus the confidence at which the interval would just reach zero.
    """
    lift = rate - control_rate
    if not (n and control_n):
        return Difference(lift, *UNKNOWN, NEWCOMBE)

    def bounds(z: float) -> tuple[float, float]:
        low, high = _wilson(rate, n, z)
        control_low, control_high = _wilson(control_rate, control_n, z)
        return (
            lift - np.hypot(rate - low, control_high - control_rate),
            lift + np.hypot(high - rate, control_rate - control_low),
        )

    least, most = 0.0, 40.0
    for _ in range(_STEPS):
        middle = (least + most) / 2
        low, high = bounds(middle)
        least, most = (middle, most) if low > 0 or high < 0 else (least, middle)
    return Difference(lift, *bounds(special.ndtri((1 + confidence) / 2)), 2 * special.ndtr(-least), NEWCOMBE)


def _wilson(rate: float, n: int, z: float) -> tuple[float, float]:
    """The interval of one rate (Wilson 1927, J. American Statistical Association 22: 209-212)."""
    middle, half = rate + z * z / (2 * n), z * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def welch(treated: Sample, control: Sample, confidence: float) -> Difference:
    """The difference of two means. Two customers on either side, mean 5 and 4, variance .25: 1, from -1.15 to 3.15."""
    lift = treated.mean - control.mean
    if min(treated.n, control.n) < 2 or not treated.variance + control.variance > 0:
        return Difference(lift, *UNKNOWN, WELCH)
    part, part_control = treated.variance / treated.n, control.variance / control.n
    error = np.sqrt(part + part_control)
    # Welch and Satterthwaite's degrees of freedom, in shares so that tiny variances do not vanish squared.
    share = part / (part + part_control)
    freedom = 1 / (share**2 / (treated.n - 1) + (1 - share) ** 2 / (control.n - 1))
    half = special.stdtrit(freedom, (1 + confidence) / 2) * error
    p_value = 2 * special.stdtr(freedom, -abs(lift) / error)
    return Difference(lift, lift - half, lift + half, float(p_value), WELCH)


def standard_error(treated: Sample, control: Sample) -> float:
    """Of the difference of two means; NaN where it is not known."""
    if min(treated.n, control.n) < 2:
        return float("nan")
    return float(np.sqrt(treated.variance / treated.n + control.variance / control.n))
