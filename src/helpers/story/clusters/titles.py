"""Titles of the charts of groups: what each surely shows, or nothing."""

from math import nan
from typing import TYPE_CHECKING

from helpers.story import fmt, verdicts
from helpers.story.clusters import words
from helpers.story.phrases import inside

if TYPE_CHECKING:
    from helpers.analysis.clusters.clusters import Clusters


def profiles(result: "Clusters") -> str:
    """How many groups there are and how large the largest is, where all of them come back in fresh samples."""
    groups = result.by_cluster.to_dict("records")
    if result.k < 2 or not all(verdicts.cluster_stability(g.get("jaccard", nan)) != "unstable" for g in groups):
        return ""
    largest = fmt.share(max(g["customer_share"] for g in groups))
    return f"Customers fall into {fmt.words(len(groups))} groups; the largest holds {largest} of them"


def choice(result: "Clusters") -> str:
    """That the number of groups taken holds in fresh samples."""
    said = words.choice(result)
    jaccard = said.values.get("jaccard_min", nan)
    if said.verdict not in ("good", "neutral") or verdicts.cluster_stability(jaccard) != "stable":
        return ""
    many = fmt.words(result.k).capitalize()
    return f"{many} groups come back in fresh samples, the weakest by {fmt.number(jaccard, 2)} of 1"


def snake(result: "Clusters") -> str:
    """The measure in which groups differ most, unless another does as much."""
    said = words.contrast(result)
    if said.verdict != "neutral":
        return ""
    spread: dict[str, float] = said.values["spread"]
    first, *others = sorted(spread, key=lambda f: -spread[f])
    most = fmt.number(spread[first])
    if others and fmt.number(spread[others[0]]) == most:
        return ""
    return f"Groups differ most in {inside(first)}: by {most} standard units"
