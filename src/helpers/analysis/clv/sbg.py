"""sBG: how long customers with a contract stay, where each renews or leaves at the end of every period.

Each leaves at a renewal with a probability of his own (beta: alpha, beta), so that those who have stayed long are ever
more loyal. Fader and Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21 (1);
remaining lifetime by Fader and Hardie (2010), Customer-base valuation in a contractual setting, Marketing Science 29
(1). There the parameters are called alpha and beta.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from helpers.analysis.clv.histories import Floats
from helpers.analysis.clv.newton import maximise
from helpers.errors import InputError, ThinDataError


@dataclass(frozen=True)
class Sbg:
    """A fitted model: parameters alpha, beta; covariance, standard errors and log-likelihood as in BgNbd; customers:
    the contracts it was fitted to."""

    alpha: float
    beta: float
    covariance: Floats
    std_errors: Floats
    log_likelihood: float
    customers: int

    name: ClassVar[str] = "sBG"
    letters: ClassVar[tuple[str, ...]] = ("alpha", "beta")

    @property
    def parameters(self) -> Floats:
        return np.array([self.alpha, self.beta])

    def survival(self, periods: ArrayLike) -> Floats:
        """Share of new contracts still there after each number of renewals."""
        return survival(self.parameters, np.asarray(periods, dtype=float))

    def expected_renewals(self, renewed: ArrayLike, horizon: int, discount: float = 0.0) -> Floats:
        """Renewals to be expected within `horizon` periods of contracts that have renewed so often, the next one
        included, discounted by `discount` (0-1 a period; the next renewal is due now and counts in full)."""
        return renewals(self.parameters, np.asarray(renewed, dtype=float), horizon, discount)


def survival(parameters: Floats, periods: Floats) -> Floats:
    alpha, beta = parameters
    return np.exp(special.betaln(alpha, beta + periods) - special.betaln(alpha, beta))


def renewals(parameters: Floats, renewed: Floats, horizon: int, discount: float) -> Floats:
    alpha, beta = parameters
    there, total, worth = np.ones(len(renewed)), np.zeros(len(renewed)), 1.0
    for ahead in range(horizon):
        there = there * (beta + renewed + ahead) / (alpha + beta + renewed + ahead)
        total, worth = total + there * worth, worth / (1 + discount)
    return total


def fit(lost: ArrayLike, kept: ArrayLike) -> Sbg:
    """Fit to counts by period.

    lost: contracts that ended at renewal 1, 2, …; kept: contracts last seen alive after 1, 2, … renewals. Raises
    InputError on counts that cannot be, and ThinDataError where no contract ended, or none was ever renewed.
    """
    gone, there = np.asarray(lost, dtype=float), np.asarray(kept, dtype=float)
    if gone.shape != there.shape or not np.isfinite([gone, there]).all() or (np.minimum(gone, there) < 0).any():
        raise InputError("lost and kept are no counts of the same periods", where="lifetime value of contracts")
    if not gone.sum() > 0:
        raise ThinDataError("No contract has ended yet, so nothing can be said of how long contracts last")
    if not there.sum() + gone[1:].sum() > 0:
        raise ThinDataError("No contract has ever been renewed, so nothing can be said of who stays")
    found = maximise(lambda at: log_likelihood(at, gone, there), np.array([1.0, 2.0]), what="The sBG model")
    alpha, beta = map(float, found.parameters)
    return Sbg(alpha, beta, found.covariance, found.std_errors, found.log_likelihood, int(gone.sum() + there.sum()))


def log_likelihood(parameters: Floats, lost: Floats, kept: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood with its gradient and second derivatives by alpha, beta."""
    alpha, beta = parameters
    period = np.arange(1, len(lost) + 1)
    # A contract lost at t has renewed t - 1 times and then left: B(alpha + 1, beta + t - 1) / B(alpha, beta).
    value, gradient, curvature = 0.0, np.zeros(2), np.zeros((2, 2))
    for n, left, stayed in ((lost, 1, period - 1), (kept, 0, period)):
        ends = (alpha + left, beta + stayed, alpha + beta + left + stayed)
        starts = (alpha, beta, alpha + beta)
        value += n @ (special.betaln(ends[0], ends[1]) - special.betaln(alpha, beta))
        own_a, own_b, both = (special.digamma(e) - special.digamma(s) for e, s in zip(ends, starts, strict=True))
        gradient += np.array([n @ (own_a - both), n @ (own_b - both)])
        own_a, own_b, both = (
            special.polygamma(1, e) - special.polygamma(1, s) for e, s in zip(ends, starts, strict=True)
        )
        cross = -(n @ both)
        curvature += np.array([[n.sum() * own_a + cross, cross], [cross, n @ own_b + cross]])
    return float(value), gradient, curvature
