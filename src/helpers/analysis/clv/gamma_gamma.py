"""Gamma-Gamma: what a customer's orders are worth on average, drawn towards all customers' where orders are few.

The values of a customer's orders vary about a mean of his own (gamma with shape p); means vary between them (q, v).
Fader, Hardie and Lee (2005), RFM and CLV: using iso-value curves for customer base analysis; Fader and Hardie (2013),
The gamma-gamma model of monetary value (equations 1a, 5). The mean must not go with how often a customer buys.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from helpers.analysis.clv.histories import Floats, group_rows
from helpers.analysis.clv.newton import maximise
from helpers.errors import InputError, ThinDataError


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model: parameters p, q, v (v in money); covariance, standard errors and log-likelihood as in BgNbd;
    customers: the repeat buyers it was fitted to."""

    p: float
    q: float
    v: float
    covariance: Floats
    std_errors: Floats
    log_likelihood: float
    customers: int

    name: ClassVar[str] = "Gamma-Gamma"
    letters: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    @property
    def parameters(self) -> Floats:
        return np.array([self.p, self.q, self.v])

    def expected_value(self, frequency: ArrayLike, mean_value: ArrayLike) -> Floats:
        """Mean value of an order to be expected of each customer; of one without repeat orders, that of all customers.

        mean_value of the repeat orders; not read where the frequency is 0, NaN where it is not known.
        """
        x, mean = np.asarray(frequency, dtype=float), np.asarray(mean_value, dtype=float)
        return order_value(self.parameters, x, mean)


def order_value(parameters: Floats, x: Floats, mean: Floats) -> Floats:
    """Expected mean order value of each customer, by p, q, v; NaN where q is 1 or less, as then no mean exists."""
    p, q, v = parameters
    spent = np.where(x > 0, x * mean, 0.0)
    below = p * x + q - 1
    return np.asarray(np.divide(p * (v + spent), below, out=np.full(len(x), np.nan), where=below > 0))


def fit(frequency: ArrayLike, mean_value: ArrayLike) -> GammaGamma:
    """Fit to the repeat buyers (frequency above 0) by the mean value of their repeat orders.

    Raises InputError on values that are missing, or zero or below, and ThinDataError where no two mean values differ.
    """
    x, mean = np.asarray(frequency, dtype=float), np.asarray(mean_value, dtype=float)
    mean, x = mean[x > 0], x[x > 0]
    wrong = int((~np.isfinite(mean) | (mean <= 0)).sum())
    if wrong:
        raise InputError(
            f"{wrong} of {len(mean)} repeat customers have a mean order value that is missing or not above zero",
            where="lifetime value",
        )
    if len(np.unique(mean)) < 2:
        raise ThinDataError("All repeat customers spend the same on an order, so their values need no model")
    code, first = group_rows(x, mean)
    rows = (x[first], mean[first], np.bincount(code).astype(float))
    typical = float(np.median(mean))
    found = maximise(lambda at: log_likelihood(at, *rows), np.array([2.0, 3.0, typical]), what="The Gamma-Gamma model")
    p, q, v = map(float, found.parameters)
    return GammaGamma(p, q, v, found.covariance, found.std_errors, found.log_likelihood, len(x))


def log_likelihood(parameters: Floats, x: Floats, mean: Floats, n: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood with its gradient and second derivatives by p, q, v; n customers with each x and mean."""
    p, q, v = parameters
    values, code = np.unique(x, return_inverse=True)
    counted = np.bincount(code, n)
    many, all_of = p * values, n.sum()
    value = counted @ (special.gammaln(many + q) - special.gammaln(many) + many * np.log(values))
    value += all_of * (q * np.log(v) - special.gammaln(q))
    spent = x * mean
    whole = v + spent
    log_whole, log_mean = np.log(whole), np.log(mean)
    value += n @ ((p * x - 1) * log_mean - (p * x + q) * log_whole)
    both, one = special.digamma(many + q), special.digamma(many)
    gradient = np.array(
        [
            counted @ (values * (both - one + np.log(values))) + n @ (x * (log_mean - log_whole)),
            counted @ both + all_of * (np.log(v) - special.digamma(q)) - n @ log_whole,
            all_of * q / v - n @ ((p * x + q) / whole),
        ]
    )
    curved, alone = special.polygamma(1, many + q), special.polygamma(1, many)
    second = np.zeros((3, 3))
    second[0, 0] = counted @ (values**2 * (curved - alone))
    second[0, 1] = second[1, 0] = counted @ (values * curved)
    second[1, 1] = counted @ curved - all_of * special.polygamma(1, q)
    second[0, 2] = second[2, 0] = -n @ (x / whole)
    second[1, 2] = second[2, 1] = all_of / v - n @ (1 / whole)
    second[2, 2] = -all_of * q / v**2 + n @ ((p * x + q) / whole**2)
    return float(value), gradient, second
