"""BG/NBD: how often customers buy, and whether they still do, where nobody says good-bye.

While alive, a customer buys at a rate of his own (gamma: r, alpha); after each purchase he leaves with a probability of
his own (beta: a, b). Fader, Hardie and Lee (2005), "Counting your customers" the easy way: an alternative to the
Pareto/NBD model, Marketing Science 24 (2): likelihood (their equation 6), expected purchases (10), P(alive) by their
technical note of 2008. Expected purchases are written by Euler's transformation, whose terms stay small: as published,
the hypergeometric function overflows for customers with hundreds of purchases.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, special

from helpers.analysis.clv.histories import Floats, Histories, check_histories, group_histories, group_rows
from helpers.analysis.clv.newton import maximise


@dataclass(frozen=True)
class BgNbd:
    """A fitted model: parameters r, alpha (in the unit of time of the data), a, b; their covariance and standard
    errors, which are NaN where the data don't tell a parameter; log-likelihood, and the customers it was fitted to."""

    r: float
    alpha: float
    a: float
    b: float
    covariance: Floats
    std_errors: Floats
    log_likelihood: float
    customers: int

    name: ClassVar[str] = "BG/NBD"
    letters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")

    @property
    def parameters(self) -> Floats:
        return np.array([self.r, self.alpha, self.a, self.b])

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Probability of each customer still to buy; 1 before the first repeat purchase, when nobody leaves."""
        return alive(self.parameters, *check_histories(frequency, recency, age))

    def expected_orders(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, horizon: float) -> Floats:
        """Purchases to be expected of each customer in the `horizon` units of time to come."""
        x, t_x, total = check_histories(frequency, recency, age)
        return alive(self.parameters, x, t_x, total) * orders_if_alive(self.parameters, x, total, horizon)

    def expected_repeats(self, ages: ArrayLike) -> Floats:
        """Repeat purchases that a new customer makes up to each age, on average."""
        until = np.asarray(ages, dtype=float)
        return _orders_if_alive(self.parameters, np.zeros_like(until), np.zeros_like(until), until)


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> BgNbd:
    """Fit by maximum likelihood.

    frequency: repeat purchases; recency: time from the first purchase to the last; age: time from the first purchase to
    the end of the data; arrays of one length, in one unit of time. Raises InputError on what cannot be a history and
    ThinDataError where nobody has bought twice.
    """
    grouped = group_histories(frequency, recency, age)
    rate = (grouped.x * grouped.customers).sum() / (grouped.age * grouped.customers).sum()
    start = np.array([0.5, 0.5 / rate, 1.0, 2.0])
    if len(grouped.customers) > 2 * _FEW:  # a few customers lead near the optimum of all at a fraction of the cost
        few = grouped.every(len(grouped.customers) // _FEW)
        start = maximise(lambda at: log_likelihood(at, few), start, what="The BG/NBD model").parameters
    found = maximise(lambda at: log_likelihood(at, grouped), start, what="The BG/NBD model")
    r, alpha, a, b = map(float, found.parameters)
    return BgNbd(r, alpha, a, b, found.covariance, found.std_errors, found.log_likelihood, int(grouped.customers.sum()))


def log_likelihood(parameters: Floats, grouped: Histories) -> tuple[float, Floats, Floats]:
    """Log-likelihood with its gradient and second derivatives by r, alpha, a, b.

    A customer is a mixture of two: still alive at T, or gone after the last purchase. What depends on x alone is
    computed once for each x.
    """
    r, alpha, a, b = parameters
    x, n = grouped.x_values, grouped.x_customers
    value = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    value += special.betaln(a, b + x) - special.betaln(a, b)
    digamma = {"rx": special.digamma(r + x), "bx": special.digamma(b + x), "abx": special.digamma(a + b + x)}
    gone_a = special.digamma(a + b) - digamma["abx"]
    gradient = np.array(
        [
            n @ (digamma["rx"] - special.digamma(r) + np.log(alpha)),
            n.sum() * r / alpha,
            n @ gone_a,
            n @ (gone_a + digamma["bx"] - special.digamma(b)),
        ]
    )
    curved = special.polygamma(1, a + b) - special.polygamma(1, a + b + x)
    curvature = np.zeros((4, 4))
    curvature[0, 0] = n @ (special.polygamma(1, r + x) - special.polygamma(1, r))
    curvature[0, 1] = n.sum() / alpha
    curvature[1, 1] = -n.sum() * r / alpha**2
    curvature[2, 2] = curvature[2, 3] = n @ curved
    curvature[3, 3] = n @ (curved + special.polygamma(1, b + x) - special.polygamma(1, b))
    added = _mixture(parameters, grouped)
    full = added[2] + curvature
    full = np.triu(full) + np.triu(full, 1).T
    return float(n @ value + added[0]), gradient + added[1], full


def _mixture(parameters: Floats, grouped: Histories) -> tuple[float, Floats, Floats]:
    """What being alive or gone adds to the log-likelihood and its derivatives (the upper triangle of the second)."""
    r, alpha, a, b = parameters
    n, back, place = grouped.customers, grouped.x_values > 0, grouped.x_code
    since, gone_at = alpha + grouped.ages.values, alpha + grouped.recencies.values
    log_since, per_since = np.log(since)[grouped.ages.code], (1 / since)[grouped.ages.code]
    waited = log_since - np.log(gone_at)[grouped.recencies.code]
    per_gone = (1 / gone_at)[grouped.recencies.code]
    per_again = np.divide(1, b + grouped.x_values - 1, out=np.zeros(len(back)), where=back)
    first = np.full(len(back), -np.inf)  # nobody leaves before the first repeat purchase
    first[back] = np.log(a * per_again[back])
    shape = r + grouped.x
    odds = first[place] + shape * waited
    away = np.exp(-np.abs(odds))
    gone = np.where(odds > 0, 1, away) / (1 + away)
    value = n @ (np.maximum(odds, 0) + np.log1p(away) - shape * log_since)
    # Derivatives of the log-odds of being gone.
    nearer = per_since - per_gone
    slope = np.stack([waited, shape * nearer, np.full(len(n), 1 / a), -per_again[place]])
    n_gone = n * gone
    gradient = slope @ n_gone - np.array([n @ log_since, n @ (shape * per_since), 0.0, 0.0])
    curvature = (slope * (n_gone * (1 - gone))) @ slope.T
    curvature[0, 1] += n_gone @ nearer - n @ per_since
    curvature[1, 1] += n_gone @ (shape * (per_gone**2 - per_since**2)) + n @ (shape * per_since**2)
    curvature[2, 2] -= n_gone.sum() / a**2
    curvature[3, 3] += np.bincount(place, n_gone, len(back)) @ per_again**2
    return float(value), gradient, curvature


def _log_odds_gone(shape: Floats, x: Floats, waited: Floats, a: float, b: float) -> Floats:
    """Log-odds of having left after the last purchase; waited: log of (alpha + T) / (alpha + t_x)."""
    again = np.where(x > 0, b + x - 1, 1)
    return np.where(x > 0, np.log(a) - np.log(again) + shape * waited, -np.inf)


def alive(parameters: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
    """P(alive) of each history."""
    r, alpha, a, b = parameters
    found, back = np.ones(len(x)), x > 0  # nobody leaves before the first repeat purchase
    again, gone_at, since = x[back], alpha + t_x[back], alpha + age[back]
    found[back] = special.expit(-_log_odds_gone(r + again, again, np.log(since / gone_at), a, b))
    return found


def orders_if_alive(parameters: Floats, x: Floats, age: Floats, horizon: float) -> Floats:
    """Purchases to be expected in the horizon of each customer, if alive now; computed once for each x and T."""
    code, first = group_rows(x, age)
    return _orders_if_alive(parameters, x[first], age[first], np.full(len(first), float(horizon)))[code]


def _orders_if_alive(parameters: Floats, x: Floats, age: Floats, horizon: Floats) -> Floats:
    a, b = parameters[2:]
    if a > _MOST_A or b > _MOST_B:
        return _by_quadrature(parameters, x, age, horizon)
    if abs(a - 1) < _NEAR_ONE:  # the formula divides by a - 1; what it tends to is smooth in a
        sides = np.array([-2, -1, 1, 2]) * 2 * _NEAR_ONE
        weights = [np.prod([(a - 1 - o) / (side - o) for o in sides if o != side]) for side in sides]
        at = [np.array([*parameters[:2], 1 + side, b]) for side in sides]
        return np.asarray(sum(w * _by_formula(one, x, age, horizon) for w, one in zip(weights, at, strict=True)))
    return _by_formula(parameters, x, age, horizon)


_NEAR_ONE = 0.005
_FEW = 5_000
_MOST_A, _MOST_B = 15, 60  # beyond, scipy's hypergeometric function gives up


def _by_formula(parameters: Floats, x: Floats, age: Floats, horizon: Floats) -> Floats:
    r, alpha, a, b = parameters
    share = horizon / (alpha + age + horizon)
    still = np.exp((a - 1) * np.log1p(-share))
    sums = special.hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, share)
    with np.errstate(invalid="ignore", over="ignore"):
        found = np.asarray((a + b + x - 1) / (a - 1) * (1 - still * sums))
    lost = ~np.isfinite(found)
    if lost.any():
        found[lost] = _by_quadrature(parameters, x[lost], age[lost], horizon[lost])
    return found


def _by_quadrature(parameters: Floats, x: Floats, age: Floats, horizon: Floats) -> Floats:
    """The same as a mean over the probability p of leaving after a purchase, which is beta (a, b + x): a customer with
    rate l buys (1 - exp(-l p t)) / p times. Gauss-Jacobi, by the eigenvalues of its matrix (Golub and Welsch 1969)."""
    r, alpha, a, b = parameters
    found = np.empty(len(x))
    for one in np.unique(x):
        rows = x == one
        p, weights = _beta_nodes(a, b + one)
        grown = np.log1p(np.outer(horizon[rows] / (alpha + age[rows]), p))
        found[rows] = (-np.expm1(-(r + one) * grown) / p) @ weights
    return found


def _beta_nodes(a: float, b: float, nodes: int = 40) -> tuple[Floats, Floats]:
    """Places and weights whose weighted sum is a mean over a beta distribution."""
    n = np.arange(1.0, nodes)
    twice = 2 * n + a + b - 2
    middle = np.concatenate([[(a - b) / (a + b)], (a - b) * (a + b - 2) / (twice * (twice + 2))])
    beside = 4 * n * (n + b - 1) * (n + a - 1) * (n + a + b - 2)
    beside[0] = 4 * a * b  # (a + b - 1) cancels, which may be zero
    below = twice**2 * (twice + 1) * (twice - 1)
    below[0] = (a + b) ** 2 * (a + b + 1)
    places, vectors = linalg.eigh_tridiagonal(middle, np.sqrt(beside / below))
    return np.maximum((1 + places) / 2, 1e-15), vectors[0] ** 2
