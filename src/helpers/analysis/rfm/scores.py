"""A score for one measure: by quantiles, by natural breaks, or by cuts that the client declares.

Whatever the method, a score is an interval of the measure, so that equal values always get equal scores. Where many
customers share a value, some scores go to nobody: 65% who bought once all score 1 of 5, and two orders score 4 already.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError

QUANTILES, BREAKS, CUTS = "quantiles", "breaks", "cuts"
MOST_LEVELS = 10
_EXACT = 1_000  # distinct values up to which natural breaks are exact
_SETTLED = 100  # moves, at most
_EXTREMES = 150  # at either end, values kept apart where they are grouped first


@dataclass(frozen=True)
class Scored:
    """Scores of one measure.

    scores: 1..levels for each value, in the order given; levels is best
    levels: scores there are to give; fewer may be in use
    cuts: a row a score in use, best first: score, low, high (least and greatest value with it), customers
    """

    scores: np.ndarray
    levels: int
    cuts: pd.DataFrame


def score_measure(
    values: np.ndarray, levels: int = 5, method: str = QUANTILES, cuts: Sequence[float] = (), *, less_is_better: bool
) -> Scored:
    """Score the values of one measure, larger scores for better ones; all values must be finite.

    Quantiles: 1 + floor(levels x share of customers strictly worse). Breaks: Fisher (1958), as `natural_breaks`. Cuts:
    rising limits in the measure's own unit, the value of a limit counting as the better side; levels = limits + 1.
    Raises InputError on levels outside 2..10, cuts that do not rise, and an unknown method.
    """
    sign = -1.0 if less_is_better else 1.0
    # Sums of money carry noise in the last digits: 0.1 + 0.2 and 0.3 are one value here.
    good = sign * np.round(np.asarray(values, float), 6)
    ranked = np.sort(good)
    if len(cuts):
        limits = np.sort(sign * _checked(cuts))
        levels = len(limits) + 1
        scores = 1 + np.searchsorted(limits, good, side="right")
        in_order = 1 + np.searchsorted(limits, ranked, side="right")
    else:
        check_levels(levels)
        below = _quantile_limits(ranked, levels) if method == QUANTILES else _break_limits(ranked, levels, method)
        levels = levels if method == QUANTILES else max(len(below) + 1, 2)  # fewer where there are fewer values
        # A limit is the greatest value that does not reach the next score.
        scores = 1 + np.searchsorted(below, good, side="left")
        in_order = 1 + np.searchsorted(below, ranked, side="left")
    return Scored(scores, levels, _describe(in_order, ranked, sign))


def natural_breaks(values: np.ndarray, classes: int) -> np.ndarray:
    """The greatest value of each class, when sorted values are parted so that squared deviations from the class means
    are least: Fisher (1958), On Grouping for Maximum Homogeneity, used for maps by Jenks.

    With as many distinct values as classes or fewer, each is a class of its own. Exact up to 1,000 distinct values;
    beyond, neighbours by rank are put together first, save the 150 lowest and highest, and the breaks between these
    groups are then moved until each value is nearest the mean of its own class.
    """
    distinct, weights = np.unique(np.asarray(values, float), return_counts=True)
    if len(distinct) <= classes:
        return distinct
    tops = _group_tops(weights)
    sums = [np.add.accumulate(x.astype(np.longdouble)) for x in _moments(distinct, weights)]
    n, first, second = (np.concatenate([[np.longdouble(0)], x[tops]]) for x in sums)
    # From i to j: the squared deviations of groups i+1..j from their mean.
    count = n[None, :] - n[:, None]
    upper = np.triu(np.ones(count.shape, bool), 1)
    total = first[None, :] - first[:, None]
    mean_part = np.divide(total**2, count, out=np.zeros_like(total), where=upper)
    within = np.where(upper, second[None, :] - second[:, None] - mean_part, np.inf).astype(float)
    best, chosen = within[0].copy(), []
    for _ in range(classes - 1):
        reached = best[:, None] + within
        begins = reached.argmin(axis=0)
        best = reached[begins, np.arange(len(best))]
        chosen.append(begins)
    ends = [len(tops)]
    for begins in reversed(chosen):
        ends.append(int(begins[ends[-1]]))
    found = tops[np.array(ends[::-1]) - 1]
    return distinct[found if len(tops) == len(distinct) else _settle(found, distinct, sums[0], sums[1])]


def check_levels(levels: int, name: str = "bins") -> None:
    """Raises InputError unless levels is a whole number from 2 to 10."""
    if isinstance(levels, bool) or not isinstance(levels, int | np.integer) or not 2 <= levels <= MOST_LEVELS:
        raise InputError(f"{name} is {levels!r}", where="RFM", allowed="a whole number from 2 to 10")


def _checked(cuts: Sequence[float]) -> np.ndarray:
    limits = np.asarray(cuts, float)
    if len(limits) >= MOST_LEVELS or not np.isfinite(limits).all() or not (np.diff(limits) > 0).all():
        said = ", ".join(f"{cut:g}" for cut in limits)
        raise InputError(
            f"The cuts {said} make no scores", where="RFM", allowed="one to nine numbers, each greater than the last"
        )
    return np.round(limits, 6)


def _quantile_limits(ranked: np.ndarray, levels: int) -> np.ndarray:
    """Score s begins above the value at rank ceil(n (s - 1) / levels), so at least that many are strictly worse."""
    ranks = -(-len(ranked) * np.arange(1, levels) // levels)
    return ranked[ranks - 1]


def _break_limits(ranked: np.ndarray, levels: int, method: str) -> np.ndarray:
    if method != BREAKS:
        raise InputError(f'The method of scores is "{method}"', where="RFM", allowed=f"{QUANTILES}, {BREAKS}")
    return natural_breaks(ranked, levels)[:-1]


def _moments(distinct: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights and weighted first and second moments, counted from the middle so that squares stay small."""
    middle = distinct - np.median(distinct)
    return weights, weights * middle, weights * middle.astype(np.longdouble) ** 2


def _group_tops(weights: np.ndarray) -> np.ndarray:
    """Places of the greatest value of each group of neighbours: every one for itself as long as there are few."""
    n = len(weights)
    if n <= _EXACT:
        return np.arange(n)
    reached = np.cumsum(weights)
    ranks = np.linspace(0, reached[-1], _EXACT - 2 * _EXTREMES + 1)[1:]
    by_rank = np.searchsorted(reached, ranks)
    return np.unique(np.concatenate([np.arange(_EXTREMES), by_rank, np.arange(n - _EXTREMES - 1, n)]))


def _settle(tops: np.ndarray, distinct: np.ndarray, n: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Places of the greatest values of classes, moved to where each value is nearest its class's mean."""
    middle = np.median(distinct)
    for _ in range(_SETTLED):
        counts, sums = np.diff(n[tops], prepend=0), np.diff(first[tops], prepend=0)
        means = (sums / counts).astype(float) + middle
        moved = np.append(np.searchsorted(distinct, (means[1:] + means[:-1]) / 2, side="right") - 1, len(distinct) - 1)
        if (moved == tops).all():
            break
        tops = moved
    return tops


def _describe(in_order: np.ndarray, ranked: np.ndarray, sign: float) -> pd.DataFrame:
    used, begins, customers = np.unique(in_order, return_index=True, return_counts=True)
    ends = [sign * ranked[begins], sign * ranked[begins + customers - 1]]
    frame = pd.DataFrame({"score": used, "low": np.minimum(*ends), "high": np.maximum(*ends), "customers": customers})
    # Minus zero is zero: signs were turned for recency.
    return frame.assign(low=frame["low"] + 0.0, high=frame["high"] + 0.0).iloc[::-1].reset_index(drop=True)
