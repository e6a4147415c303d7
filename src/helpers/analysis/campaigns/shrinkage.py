"""Values of groups drawn towards what all groups share, by as much as chance explains the differences between them.

Empirical Bayes: Efron and Morris (1975), "Data analysis using Stein's estimator and its generalizations", JASA 70, with
the variance between groups as DerSimonian and Laird (1986), "Meta-analysis in clinical trials", Controlled Clinical
Trials 7. A small group with a lucky value then does not lead.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special


@dataclass(frozen=True)
class Shrunk:
    mean: float  # of all groups together
    mean_error: float
    variance_between: float  # tau squared
    p_alike: float  # of Cochran's test that all groups have one value; NaN with fewer than two
    values: np.ndarray  # (k,) drawn towards the mean
    errors: np.ndarray  # (k,) standard errors of these, what is not known of the mean included
    own_weight: np.ndarray  # (k,) 0 = the mean alone, 1 = the group's own value alone


def shrink(values: np.ndarray, errors: np.ndarray) -> Shrunk:
    """Draw groups' values towards their mean; a group without an error of its own (NaN or 0) gets the mean.

    values, errors: (k,) with standard errors. The variance between groups is never below zero; the mean weights groups
    by 1 / (error² + variance). All NaN where no group has an error.
    """
    known = (errors > 0) & np.isfinite(values)
    y, v = values[known], errors[known] ** 2
    if not len(y):
        none = np.full(len(values), np.nan)
        return Shrunk(np.nan, np.nan, np.nan, np.nan, none, none, np.zeros(len(values)))
    w = 1 / v
    fixed = (w * y).sum() / w.sum()
    spare = w.sum() - (w**2).sum() / w.sum()
    cochran, freedom = (w * (y - fixed) ** 2).sum(), len(y) - 1
    between = max(0.0, (cochran - freedom) / spare) if freedom else 0.0
    w = 1 / (v + between)
    mean, mean_variance = (w * y).sum() / w.sum(), 1 / w.sum()
    weight, own, own_variance = np.zeros(len(values)), np.zeros(len(values)), np.zeros(len(values))
    weight[known], own[known], own_variance[known] = between / (between + v), y, v
    spread = np.where(known, weight * own_variance, between)
    return Shrunk(
        float(mean),
        float(np.sqrt(mean_variance)),
        float(between),
        float(special.chdtrc(freedom, cochran)) if freedom else np.nan,
        weight * own + (1 - weight) * mean,
        np.sqrt(spread + (1 - weight) ** 2 * mean_variance),
        weight,
    )
