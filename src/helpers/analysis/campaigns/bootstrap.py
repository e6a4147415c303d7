"""The bootstrap interval of a difference in means, fast enough for a million customers.

Each replicate draws as many customers of either group as there are, with replacement, and takes the difference of the
means; the interval is BCa, corrected for bias and skewness (Efron 1987, J. American Statistical Association 82:
171-185). Most customers have spent nothing. So it is drawn how many of a sample are among them (binomial), and only the
others are drawn one by one; or where they are many, how often each distinct value comes (multinomial). Where there are
many distinct values too, the most extreme half of the points stay as they are, and the others are grouped
in bins of about equal size; what a bin's customers vary among themselves is added as a normal number, as a bin holds
many. Drawing then takes the same time for a hundred thousand customers and ten million.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from helpers.analysis.campaigns.intervals import BOOTSTRAP, UNKNOWN, Difference, Sample

RESAMPLES = 10_000
SEED = 20260930
MOST_POINTS = 400  # distinct values drawn; more are grouped
_CHUNK = 2_000_000  # numbers drawn at a time
_AS_DEAR = 8  # customers drawn in the time that one count takes


@dataclass(frozen=True)
class Compact:
    """points: distinct values, or means of bins; counts: customers of each; spread: variance within each (n below)."""

    points: np.ndarray
    counts: np.ndarray
    spread: np.ndarray


def compact(values: np.ndarray, most: int = MOST_POINTS) -> Compact:
    """The values as at most so many points with their counts; the sum, and the sum of squares, are kept."""
    points, counts = np.unique(values, return_counts=True)
    if len(points) <= most:
        return Compact(points, counts, np.zeros(len(points)))
    mean = np.average(points, weights=counts)
    far = np.argsort(np.abs(points - mean), kind="stable")
    tail, body = far[-(most // 2) :], np.sort(far[: -(most // 2)])
    # Bins of about as many customers each; a value that many share may fill several and stays one.
    place = np.cumsum(counts[body]) * (most - len(tail)) // (counts[body].sum() + 1)
    _, place = np.unique(place, return_inverse=True)
    n = np.bincount(place, counts[body])
    middle = np.bincount(place, counts[body] * points[body]) / n
    spread = np.bincount(place, counts[body] * (points[body] - middle[place]) ** 2) / n
    return Compact(np.r_[points[tail], middle], np.r_[counts[tail], n.astype(int)], np.r_[np.zeros(len(tail)), spread])


def resample_means(values: np.ndarray, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Means of so many samples drawn from the values with replacement, each as large as they are."""
    small = compact(values)
    common = small.points[int(np.argmax(small.counts))]
    rest = np.sort(values[values != common])
    if len(rest) <= _AS_DEAR * len(small.points):
        return _resample_rest(rest, float(common), len(values), resamples, rng)
    n, shares = len(values), small.counts / small.counts.sum()
    means = np.empty(resamples)
    step = max(1, _CHUNK // len(small.points))
    for start in range(0, resamples, step):
        drawn = rng.multinomial(n, shares, size=min(step, resamples - start)).astype(float)
        sums = drawn @ small.points
        if small.spread.any():
            sums += np.sqrt(drawn @ small.spread) * rng.standard_normal(len(sums))
        means[start : start + step] = sums / n
    return means


def _resample_rest(rest: np.ndarray, common: float, n: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """The same where n - len(rest) customers share one value: how many of a sample do not is binomial."""
    others = rng.binomial(n, len(rest) / n, size=resamples)
    sums = np.zeros(resamples)
    step = max(1, _CHUNK // max(len(rest), 1))
    for start in range(0, resamples, step):
        counts = others[start : start + step]
        drawn = rest[rng.integers(0, max(len(rest), 1), counts.sum())]
        some = np.flatnonzero(counts)  # reduceat takes an empty stretch for its first number
        sums[start + some] = np.add.reduceat(drawn, (np.cumsum(counts) - counts)[some]) if len(some) else 0.0
    return (sums + (n - others) * common) / n


def bootstrap(
    treated: Sample, control: Sample, confidence: float, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Difference:
    """The difference of two means, treated - control, with its BCa interval.

    The p-value is one minus the confidence at which the interval would just reach zero, at least 1 / (resamples + 1).
    """
    # In order: else the last digit of a mean turns on the order of rows, and with it which replicates equal the lift.
    treated, control = (Sample(np.sort(sample.values)) for sample in (treated, control))
    lift = treated.mean - control.mean
    if min(treated.n, control.n) < 2 or not treated.variance + control.variance > 0:
        return Difference(lift, *UNKNOWN, BOOTSTRAP)
    rng = np.random.default_rng(seed)
    means = [resample_means(sample.values, resamples, rng) for sample in (treated, control)]
    replicates = np.sort(means[0] - means[1])
    bias = special.ndtri(_share_below(replicates, lift))
    bend = acceleration(treated, control)
    z = special.ndtri((1 + confidence) / 2)
    low, high = (np.quantile(replicates, special.ndtr(_bent(bias, end, bend))) for end in (-z, z))
    reached = _unbent(bias, special.ndtri(_share_below(replicates, 0.0)), bend)
    p_value = 2 * special.ndtr(-abs(reached))
    return Difference(lift, float(low), float(high), float(np.clip(p_value, 1 / (resamples + 1), 1)), BOOTSTRAP)


def acceleration(treated: Sample, control: Sample) -> float:
    """How the error of the difference changes with the difference: a sixth of the skewness of its parts (Efron and
    Tibshirani 1993, "An Introduction to the Bootstrap", equation 14.15, for two samples)."""
    cubes = squares = 0.0
    for sample, sign in ((treated, 1), (control, -1)):
        away = sample.values - sample.mean
        cubes += sign * float((away**3).sum()) / sample.n**3
        squares += float((away**2).sum()) / sample.n**2
    return cubes / (6 * squares**1.5)


def _share_below(ordered: np.ndarray, value: float) -> float:
    """The share of replicates below a value, ties half; never none or all, whose quantile would be infinite."""
    share = (np.searchsorted(ordered, value, "left") + np.searchsorted(ordered, value, "right")) / (2 * len(ordered))
    return float(np.clip(share, 0.5 / len(ordered), 1 - 0.5 / len(ordered)))


def _bent(bias: float, z: float, bend: float) -> float:
    """The quantile of the replicates, as a normal number, that bounds the interval at z."""
    return bias + (bias + z) / (1 - bend * (bias + z))


def _unbent(bias: float, quantile: float, bend: float) -> float:
    """The z at which the interval's bound is that quantile of the replicates."""
    away = quantile - bias
    return away / (1 + bend * away) - bias
