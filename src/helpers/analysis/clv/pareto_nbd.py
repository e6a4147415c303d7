"""Pareto/NBD: how often customers buy, and whether they still do; they may leave at any time.

While alive, a customer buys at a rate of his own (gamma: r, alpha), and leaves at a rate of his own (gamma: s, beta).
Schmittlein, Morrison and Colombo (1987), Management Science 33 (1); likelihood as in Fader and Hardie (2005), A note on
deriving the Pareto/NBD model. There the customers who left are a difference of two hypergeometric functions, which
cancel where t_x is near T and overflow for many purchases. Here they stay the integral that they come from, over the
moment of leaving: a sum of positive terms (Gauss-Legendre), whose derivatives are sums over the same moments.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from helpers.analysis.clv.histories import Floats, Histories, check_histories, group_histories
from helpers.analysis.clv.newton import maximise

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_NEGLIGIBLE = 36.0  # e to the -36 is less than a float can add
_ONES, _LEFT = np.ones(25), np.append(np.ones(24), 0.0)  # all moments, and those of leaving
_ROWS = 1024  # at a time, so that what is worked on stays in the processor's cache


@dataclass(frozen=True)
class ParetoNbd:
    """A fitted model: parameters r, alpha, s, beta (alpha and beta in the unit of time of the data); covariance,
    standard errors, log-likelihood and customers as in BgNbd."""

    r: float
    alpha: float
    s: float
    beta: float
    covariance: Floats
    std_errors: Floats
    log_likelihood: float
    customers: int

    name: ClassVar[str] = "Pareto/NBD"
    letters: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")

    @property
    def parameters(self) -> Floats:
        return np.array([self.r, self.alpha, self.s, self.beta])

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Probability of each customer still to buy."""
        return alive(self.parameters, *check_histories(frequency, recency, age))

    def expected_orders(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, horizon: float) -> Floats:
        """Purchases to be expected of each customer in the `horizon` units of time to come."""
        x, t_x, total = check_histories(frequency, recency, age)
        return alive(self.parameters, x, t_x, total) * orders_if_alive(self.parameters, x, total, horizon)

    def expected_repeats(self, ages: ArrayLike) -> Floats:
        """Repeat purchases that a new customer makes up to each age, on average."""
        until = np.asarray(ages, dtype=float)
        return self.r / self.alpha * _alive_time(self.s, self.beta, until)


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> ParetoNbd:
    """Fit by maximum likelihood; arguments and errors as `bg_nbd.fit`."""
    grouped = group_histories(frequency, recency, age)
    watched = (grouped.age * grouped.customers).sum()
    rate = (grouped.x * grouped.customers).sum() / watched
    start = np.array([0.5, 0.5 / rate, 0.5, watched / grouped.customers.sum()])
    found = maximise(lambda at: log_likelihood(at, grouped), start, what="The Pareto/NBD model")
    r, alpha, s, beta = map(float, found.parameters)
    return ParetoNbd(
        r, alpha, s, beta, found.covariance, found.std_errors, found.log_likelihood, int(grouped.customers.sum())
    )


def log_likelihood(parameters: Floats, grouped: Histories) -> tuple[float, Floats, Floats]:
    """Log-likelihood with its gradient and second derivatives by r, alpha, s, beta."""
    r, alpha, s, beta = parameters
    x, n = grouped.x_values, grouped.x_customers
    value = n @ (special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta))
    gradient = np.array(
        [
            n @ (special.digamma(r + x) - special.digamma(r) + np.log(alpha)),
            n.sum() * r / alpha,
            n.sum() * np.log(beta),
            n.sum() * s / beta,
        ]
    )
    curvature = np.zeros((4, 4))
    curvature[0, 0] = n @ (special.polygamma(1, r + x) - special.polygamma(1, r))
    curvature[0, 1] = n.sum() / alpha
    curvature[1, 1] = -n.sum() * r / alpha**2
    curvature[2, 3] = n.sum() / beta
    curvature[3, 3] = -n.sum() * s / beta**2
    for begin in range(0, len(grouped.x), _ROWS):
        part = slice(begin, begin + _ROWS)
        rows = (grouped.x[part], grouped.t_x[part], grouped.age[part])
        added = _mixture(parameters, *rows, grouped.customers[part])
        value, gradient, curvature = value + added[0], gradient + added[1], curvature + added[2]
    return float(value), gradient, np.triu(curvature) + np.triu(curvature, 1).T


@dataclass(frozen=True)
class _Moments:
    """Moments at which a customer may have left, one row a history, the last column T for one who has not: the
    log-likelihood of each, and the logs of alpha + t and beta + t there."""

    weight: Floats
    log_a: Floats
    log_b: Floats


def _moments(parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> _Moments:
    """Moments are spread evenly over log(t + the smaller of alpha and beta): on that scale both factors of the
    integrand are smooth. What comes after the integrand has died away is cut off.
    """
    r, alpha, s, beta = parameters
    small, large = min(alpha, beta), max(alpha, beta)
    by_small, by_large = (r + x, s + 1) if alpha <= beta else (s + 1, r + x)
    falls = by_small - 1 + by_large * (small + t_x) / (large + t_x)
    reach = np.log1p((age - t_x) / (small + t_x))
    reach = np.minimum(reach, _NEGLIGIBLE / np.maximum(falls, 1e-3))
    log_small = np.empty((len(x), len(_NODES) + 1))
    log_small[:, :-1] = np.log(small + t_x)[:, None] + reach[:, None] * ((_NODES + 1) / 2)
    log_small[:, -1] = np.log(small + age)
    log_large = np.log(np.exp(log_small) + (large - small))
    log_a, log_b = (log_small, log_large) if alpha <= beta else (log_large, log_small)
    weight = (-r - x)[:, None] * log_a - s * log_b
    width = np.log(np.maximum(reach, 1e-300) * s)[:, None] + np.log(_WEIGHTS / 2)
    weight[:, :-1] += log_small[:, :-1] - log_b[:, :-1] + width
    return _Moments(weight, log_a, log_b)


def _mixture(parameters: Floats, x: Floats, t_x: Floats, age: Floats, n: Floats) -> tuple[float, Floats, Floats]:
    """What leaving at one moment or another adds to the log-likelihood and its derivatives (upper triangle)."""
    r, _, s, _ = parameters
    found = _moments(parameters, x, t_x, age)
    top = found.weight.max(axis=1)
    share = np.exp(found.weight - top[:, None])
    total = share @ _ONES
    value = n @ (top + np.log(total))
    share *= (n / total)[:, None]
    per_a, per_b = np.exp(-found.log_a), np.exp(-found.log_b)
    slope = np.empty((4, *share.shape))
    np.negative(found.log_a, out=slope[0])
    np.multiply((-r - x)[:, None], per_a, out=slope[1])
    np.subtract(_LEFT / s, found.log_b, out=slope[2])
    np.multiply(-s - _LEFT, per_b, out=slope[3])
    weighed = slope * share
    each = weighed @ _ONES  # n times the mean slope of each row
    curvature = weighed.reshape(4, -1) @ slope.reshape(4, -1).T - (each / n) @ each.T
    share_b = share * per_b
    curvature[0, 1] -= share.ravel() @ per_a.ravel()
    curvature[1, 1] += ((weighed[1] * slope[1]) @ _ONES / (r + x)).sum()
    curvature[2, 2] -= (share @ _LEFT).sum() / s**2
    curvature[2, 3] -= share_b.sum()
    curvature[3, 3] -= slope[3].ravel() @ share_b.ravel()
    return float(value), each.sum(axis=1), curvature


def alive(parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
    """P(alive) of each history."""
    found = np.empty(len(x))
    for begin in range(0, len(x), _ROWS):
        part = slice(begin, begin + _ROWS)
        weight = _moments(parameters, x[part], t_x[part], age[part]).weight
        found[part] = np.exp(weight[:, -1] - special.logsumexp(weight, axis=1))
    return found


def orders_if_alive(parameters: Floats, x: Floats, age: Floats, horizon: float) -> Floats:
    """Purchases to be expected in the horizon of each customer, if alive now."""
    r, alpha, s, beta = parameters
    return (r + x) / (alpha + age) * _alive_time(s, beta + age, np.full(len(x), float(horizon)))


def _alive_time(s: float, beta: Floats | float, until: Floats) -> Floats:
    """How much of the time `until` somebody with leaving rate gamma(s, beta) is still there, on average."""
    grown = np.log1p(until / beta)
    if abs(s - 1) < 1e-12:
        return np.asarray(beta * grown)
    return np.asarray(-beta * np.expm1(-(s - 1) * grown) / (s - 1))
