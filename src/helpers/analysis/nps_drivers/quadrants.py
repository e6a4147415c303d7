"""Importance against performance: where to improve first (Martilla and James 1977, "Importance-Performance Analysis",
J. Marketing 41(1)), with lines that are computed and a word where the data do not say on which side of them a driver
lies.

A driver is important where its share of what all drivers explain is at least an even one, 1 / drivers. It is rated low
where its mean, as a share of its own scale, is below the mean of all drivers: ratings from 1 to 5 and from 0 to 10 can
then be compared.
"""

import numpy as np
import pandas as pd

FIX, KEEP, LATER, ENOUGH = "fix first", "keep up", "improve later", "good enough"
CLEAR, UNCLEAR = "clear", "unclear"
SURE = 0.95  # of replicates that put a driver on the same side of both lines

# Scales that questionnaires use, narrowest first: that of a rating is the first one that holds all answers to it.
_SCALES = ((1, 3), (1, 4), (1, 5), (0, 5), (1, 6), (1, 7), (0, 7), (1, 9), (1, 10), (0, 10), (1, 100), (0, 100))


def guess_scales(ratings: pd.DataFrame) -> pd.DataFrame:
    """`ratings` (driver, lowest, highest given) with scale_low and scale_high: the narrowest usual scale that holds
    what was given, and what was given itself where none does. Where others reach one step further at one end, that is
    the scale: nobody chose to give the worst or the best mark."""
    low, high = ratings["lowest"].to_numpy(float), ratings["highest"].to_numpy(float)
    found = [next((s for s in _SCALES if s[0] <= a and b <= s[1]), (a, b)) for a, b in zip(low, high, strict=True)]
    for start, top in sorted(set(found), key=lambda s: (-s[1], s[0])):
        for number, own in enumerate(found):
            near_top = own[0] == start and own[1] == top - 1
            near_start = own[1] == top and own[0] == start + 1
            if (near_top or near_start) and (start, top) in found:
                found[number] = (start, top)
    return ratings.assign(scale_low=[float(s[0]) for s in found], scale_high=[float(s[1]) for s in found])


def place(
    importance: np.ndarray, performance: np.ndarray, replicates: tuple[np.ndarray, np.ndarray]
) -> tuple[list[str], list[str]]:
    """The quadrant of each driver and whether it is clear: both (drivers,).

    importance: shares that sum to 1; performance: means as shares of the scale, both (drivers,); replicates: the
    same, both (replicates, drivers). Clear where SURE of the replicates put the driver into the quadrant; never where
    there are none.
    """
    quadrant = _side(importance, performance)
    if not len(replicates[0]):
        return _NAMES[quadrant].tolist(), [UNCLEAR] * len(importance)
    agree = (_side(*replicates) == quadrant).mean(axis=0)
    return _NAMES[quadrant].tolist(), np.where(agree >= SURE, CLEAR, UNCLEAR).tolist()


_NAMES = np.array([LATER, ENOUGH, FIX, KEEP])


def _side(importance: np.ndarray, performance: np.ndarray) -> np.ndarray:
    """Place in _NAMES: 2 where important, and 1 where rated as high as all are on average."""
    important = importance >= 1 / importance.shape[-1] - 1e-12
    high = performance >= performance.mean(axis=-1, keepdims=True) - 1e-12
    return 2 * important + high
