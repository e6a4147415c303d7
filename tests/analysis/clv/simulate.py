"""Customers who buy and leave as a model says, so that a fit can be held against what was put in."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def bg_nbd(rng: np.random.Generator, truth: Sequence[float], age: Floats) -> tuple[Floats, Floats]:
    """x and t_x of customers who leave after a purchase or never; truth: r, alpha, a, b."""
    r, alpha, a, b = truth
    rate, leaves = rng.gamma(r, 1 / alpha, len(age)), rng.beta(a, b, len(age))
    return _buy(rng, rate, age, lambda on: rng.random(on.sum()) < leaves[on])


def pareto_nbd(rng: np.random.Generator, truth: Sequence[float], age: Floats) -> tuple[Floats, Floats]:
    """x and t_x of customers who leave at any time; truth: r, alpha, s, beta."""
    r, alpha, s, beta = truth
    rate, until = rng.gamma(r, 1 / alpha, len(age)), rng.exponential(1 / rng.gamma(s, 1 / beta, len(age)))
    return _buy(rng, rate, np.minimum(age, until), lambda on: np.zeros(on.sum(), dtype=bool))


def _buy(rng: np.random.Generator, rate: Floats, until: Floats, leaves: Callable[[Any], Any]) -> tuple[Floats, Floats]:
    x, t_x, now = np.zeros(len(rate)), np.zeros(len(rate)), np.zeros(len(rate))
    on = np.ones(len(rate), dtype=bool)
    while on.any():
        now[on] += rng.exponential(1 / rate[on])
        on &= now < until
        x[on], t_x[on] = x[on] + 1, now[on]
        on[on] = ~leaves(on)
    return x, t_x
