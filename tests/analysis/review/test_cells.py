"""Sums over cells give what sums over customers do."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.review.cells import Cells, add_up


def made(n: int = 300) -> tuple[Cells, list[np.ndarray], list[np.ndarray]]:
    """Cells of random customers, their three values, and for segment A who stood in it at either time."""
    random = np.random.default_rng(8)
    values = [random.gamma(2.0, 10.0, n) * (random.random(n) < 0.8) for _ in range(3)]
    names = [pd.Series(random.choice(["A", "B", "C"], n), dtype="str") for _ in range(2)]
    there = [random.random(n) < 0.9 for _ in range(2)]
    names = [name.where(here & (random.random(n) < 0.95)) for name, here in zip(names, there, strict=True)]
    cells = add_up(values[0], values[1], values[2], names[0], names[1], there)
    return cells, values, [(name == "A").fillna(False).to_numpy(bool) for name in names]


def influence(values: list[np.ndarray], chosen: list[np.ndarray]) -> np.ndarray:
    """Customer by customer, as written: value / mean - value / mean, over how many there are."""
    found = np.zeros(len(values[0]))
    for sign, who, x, y in ((1, chosen[0], values[0], values[1]), (-1, chosen[1], values[1], values[2])):
        found[who] += sign * (x[who] / x[who].mean() - y[who] / y[who].mean()) / who.sum()
    return found


def own(cells: Cells) -> np.ndarray:
    chosen = np.zeros(len(cells.segments) + 2, bool)
    chosen[cells.segments.index("A")] = True
    return chosen


def test_a_segments_change_and_error() -> None:
    cells, values, who = made()
    assert cells.count(own(cells)) == (who[0].sum(), who[1].sum())
    logs, weights = cells.change(own(cells))
    assert logs[0] == pytest.approx(np.log(values[0][who[0]].mean() / values[1][who[0]].mean()))
    assert logs[1] == pytest.approx(np.log(values[1][who[1]].mean() / values[2][who[1]].mean()))
    assert cells.square(weights) == pytest.approx((influence(values, who) ** 2).sum())


def test_without_the_largest_of_either_time() -> None:
    cells, values, who = made()
    most = np.max(values, axis=0)
    fewer = [mask.copy() for mask in who]
    for mask in fewer:
        mask[np.flatnonzero(mask)[most[mask].argmax()]] = False
    left = cells.without_largest(cells.segments.index("A"))
    assert left.count(own(cells)) == (fewer[0].sum(), fewer[1].sum())
    _, weights = left.change(own(cells))
    assert left.square(weights) == pytest.approx((influence(values, fewer) ** 2).sum())
    assert cells.count(own(cells)) == (who[0].sum(), who[1].sum()), "the cells themselves are as they were"


def test_every_customer_is_in_one_cell() -> None:
    cells, values, _ = made()
    assert cells.seconds[0, 2].sum() == pytest.approx((values[0] * values[2]).sum())
    assert cells.counts.sum(axis=1).tolist() == [300, 300]
    assert cells.firsts[0].sum() == pytest.approx(values[0].sum())
    assert cells.active[1].sum() == (values[1] > 0).sum()
