"""Least squares of answers, some of which are of the same customer.

Standard errors are robust to unequal variances and to what the answers of one customer share: the sandwich of Liang and
Zeger (1986, Biometrika 73), with the correction G / (G - 1) x (n - 1) / (n - k) for few customers and Student's t with
G - 1 degrees of freedom, as Stata and statsmodels have it (Cameron and Miller 2015, J. Human Resources 50(2)).
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

_EXACT = 1e-9


@dataclass(frozen=True)
class Fit:
    """coefficients (k,), errors (k,) their standard errors (NaN with too few customers), degrees of freedom"""

    coefficients: np.ndarray
    errors: np.ndarray
    degrees: int

    def interval(self, place: int, level: float = 0.95) -> tuple[float, float, float, float]:
        """Of one coefficient: itself, its interval's ends, and the two-sided p-value against zero."""
        estimate, error = float(self.coefficients[place]), float(self.errors[place])
        if not np.isfinite(error):
            return estimate, np.nan, np.nan, np.nan
        if error == 0:
            return estimate, estimate, estimate, 0.0 if estimate else 1.0
        half = float(special.stdtrit(self.degrees, 0.5 + level / 2)) * error
        p = 2 * float(special.stdtr(self.degrees, -abs(estimate / error)))
        return estimate, estimate - half, estimate + half, p


def fit_clustered(x: np.ndarray, y: np.ndarray, cluster: np.ndarray) -> Fit:
    """x: (n, k) with its constant; y: (n,); cluster: (n,) whole numbers from 0, the customer of each answer.

    Columns that others make up keep the smallest coefficients that fit, and share their errors.
    """
    n, k = x.shape
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    coefficients = inverse @ (x.T @ y)
    residual = y - x @ coefficients
    pull = x * residual[:, None]
    groups = int(cluster.max(initial=-1)) + 1
    if groups <= k or n <= k:
        return Fit(coefficients, np.full(k, np.nan), max(groups - 1, 0))
    rounding = _EXACT * max(float(np.abs(y).max()), 1.0)
    if np.abs(residual).max() <= rounding:  # everything is explained
        return Fit(np.where(np.abs(coefficients) < rounding, 0.0, coefficients), np.zeros(k), groups - 1)
    summed = np.column_stack([np.bincount(cluster, column, minlength=groups) for column in pull.T])
    spread = inverse @ (summed.T @ summed) @ inverse
    correction = groups / (groups - 1) * (n - 1) / (n - k)
    return Fit(coefficients, np.sqrt(np.maximum(correction * np.diag(spread), 0.0)), groups - 1)
