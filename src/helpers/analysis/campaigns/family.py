"""Many comparisons at once: of twenty arms or segments that do nothing, one would look like a success by chance."""

import numpy as np
import pandas as pd


def holm(p_values: pd.Series) -> pd.Series:
    """Holm's step-down (1979): the smallest of m p-values times m, the next times m - 1 ..., never falling, at most 1.

    .01, .02 and .04 become .03, .04 and .04. What is not known takes no part and stays unknown.
    """
    ranked = p_values.dropna().sort_values()
    adjusted = (ranked * np.arange(len(ranked), 0, -1)).cummax().clip(upper=1)
    return adjusted.reindex(p_values.index)


def family_confidence(comparisons: int, confidence: float = 0.95) -> float:
    """The confidence each interval needs for so many to hold together (Bonferroni): ten at 95 % need 99.5 % each."""
    return 1 - (1 - confidence) / max(comparisons, 1)
