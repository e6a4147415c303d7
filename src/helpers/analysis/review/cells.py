"""Sums of what customers did in three periods, by where they stood at the start of the two later ones.

A cell holds the customers of one segment at the start of `now` and one at the start of `past`. All that a change and
its error take are sums over cells, so that the work is one pass over customers, however many segments there are.

The last two places are no segments: customers without one, who are among the rest of every segment, and those who were
not placed at that time at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

_PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))  # of now, past and before


@dataclass(frozen=True)
class Cells:
    """segments: in the order of places. counts: (2, places) customers placed at the start of now, and of past. firsts:
    (4, places) sums of now and past of those placed at the start of now, of past and before of those placed at the
    start of past. active: the same, customers above zero. seconds: (3, 3, places, places) sums of products. largest:
    (2, places) the customer with the largest value, -1 for none. values: (customers, 3). codes: (2, customers)."""

    segments: list[str]
    counts: np.ndarray
    firsts: np.ndarray
    active: np.ndarray
    seconds: np.ndarray
    largest: np.ndarray
    values: np.ndarray
    codes: np.ndarray

    def count(self, chosen: np.ndarray) -> tuple[float, float]:
        """Customers of the places chosen, at the start of now and of past."""
        now, past = self.counts[:, chosen].sum(axis=1)
        return float(now), float(past)

    def sums(self, chosen: np.ndarray) -> np.ndarray:
        """The four sums of the places chosen."""
        found: np.ndarray = self.firsts[:, chosen].sum(axis=1)
        return found

    def change(self, chosen: np.ndarray) -> tuple[tuple[float, float], np.ndarray]:
        """The logarithms of now over past, and of past over before, each of those placed at its start; and (4, places)
        what a customer's four values weigh in the influence on their difference."""
        sums = self.sums(chosen)
        logs = float(np.log(sums[0] / sums[1])), float(np.log(sums[2] / sums[3]))
        # A mean's logarithm moves by value / sum: over n customers, value / (n x mean).
        return logs, np.array([1, -1, -1, 1])[:, None] / sums[:, None] * chosen

    def square(self, weights: np.ndarray) -> float:
        """The squared standard error: the influences' squares added up over all customers."""
        by_cell = [_spread(weights[0], 0), _spread(weights[1], 0) + _spread(weights[2], 1), _spread(weights[3], 1)]
        return float(sum((by_cell[i] * by_cell[j] * self.seconds[i, j]).sum() for i in range(3) for j in range(3)))

    def without_largest(self, place: int) -> "Cells":
        """The same without the largest customer of a segment, at the start of now and at that of past."""
        made = replace(
            self,
            counts=self.counts.copy(),
            firsts=self.firsts.copy(),
            active=self.active.copy(),
            seconds=self.seconds.copy(),
        )
        nowhere = self.counts.shape[1] - 1
        at = {int(i): list(self.codes[:, i]) for i in self.largest[:, place] if i >= 0}
        for side in (0, 1):
            i = int(self.largest[side, place])
            if i < 0:
                continue
            values, outer = self.values[i], np.outer(self.values[i], self.values[i])
            own = values[side : side + 2]
            made.counts[side, place] -= 1
            made.firsts[2 * side : 2 * side + 2, place] -= own
            made.active[2 * side : 2 * side + 2, place] -= own > 0
            a, b = at[i]
            made.seconds[:, :, a, b] -= outer
            at[i][side] = nowhere
            made.seconds[:, :, at[i][0], at[i][1]] += outer
        return made


def add_up(
    now: np.ndarray,
    past: np.ndarray,
    before: np.ndarray,
    at_now: pd.Series,
    at_past: pd.Series,
    there: Sequence[np.ndarray],
) -> Cells:
    """Sums over customers. now, past, before: what each did. at_now, at_past: the segment at the start of now and of
    past. there: who had been placed at either time; of these a blank segment is none of those named."""
    segments = [str(name) for name in dict.fromkeys([*at_now.dropna().unique(), *at_past.dropna().unique()])]
    places = len(segments) + 2
    values = np.column_stack([now, past, before])
    codes = np.array([_code(at, here, segments) for at, here in zip((at_now, at_past), there, strict=True)])
    counts = np.array([np.bincount(code, minlength=places) for code in codes], float)
    columns = ((0, 0), (0, 1), (1, 1), (1, 2))  # of which placing, and which value
    firsts = np.array([np.bincount(codes[c], values[:, v], places) for c, v in columns])
    active = np.array([np.bincount(codes[c], values[:, v] > 0, places) for c, v in columns])
    cell = codes[0] * places + codes[1]
    seconds = np.zeros((3, 3, places, places))
    for i, j in _PAIRS:
        summed = np.bincount(cell, values[:, i] * values[:, j], places * places).reshape(places, places)
        seconds[i, j] = seconds[j, i] = summed
    rising = np.argsort(values.max(axis=1), kind="stable")
    largest = np.full((2, places), -1)
    for side in (0, 1):
        largest[side, codes[side][rising]] = rising  # of several to one place the last is kept
    return Cells(segments, counts, firsts, active, seconds, largest, values, codes)


def _code(at: pd.Series, here: np.ndarray, segments: list[str]) -> np.ndarray:
    found = pd.Categorical(at.astype("str").where(at.notna()), categories=segments).codes.astype(int)
    return np.where(found >= 0, found, np.where(here, len(segments), len(segments) + 1))


def _spread(weights: np.ndarray, axis: int) -> np.ndarray:
    """Weights of places at the start of now (axis 0) or of past (1), over all cells."""
    return weights[:, None] if axis == 0 else weights[None, :]
