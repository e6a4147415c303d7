"""Named rules that turn a number into a word, each with its source. Intervals decide, as they are printed."""

from typing import Literal

Side = Literal["above", "below", "unclear"]


def side_of_zero(low: float, high: float, decimals: int = 2) -> Side:
    """Where an interval lies, at the precision it is printed with; unknown bounds are unclear."""
    if round(low, decimals) > 0:
        return "above"
    if round(high, decimals) < 0:
        return "below"
    return "unclear"


def cluster_stability(jaccard: float) -> str:
    """Hennig (2007), as in fpc::clusterboot: below .6 not to be trusted, from .75 a stable cluster."""
    return "stable" if jaccard >= 0.75 else "recognisable" if jaccard >= 0.6 else "unstable"


def cluster_separation(silhouette: float) -> str:
    """Kaufman and Rousseeuw (1990), average silhouette: above .7 strong, .5 reasonable, .25 weak."""
    if silhouette > 0.7:
        return "strongly"
    if silhouette > 0.5:
        return "clearly"
    return "weakly" if silhouette > 0.25 else "hardly"


def explained(r_squared: float) -> str:
    """Cohen (1988), f-squared .02, .15, .35 written as R-squared: .02, .13, .26."""
    if r_squared >= 0.26:
        return "a large part"
    if r_squared >= 0.13:
        return "a moderate part"
    return "a small part" if r_squared >= 0.02 else "next to nothing"
