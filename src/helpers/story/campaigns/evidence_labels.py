"""How kinds of evidence, and what is wrong with an estimate, are told in plain words."""

from collections.abc import Callable

from helpers.analysis.campaigns import evidence
from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.terms import rounded

METHODS = {
    evidence.RANDOM: "Random test",
    evidence.BROKEN: "Random test, draw in doubt",
    evidence.MATCHED: "Against customers alike before",
    evidence.DIFFERENCES: "How both groups moved",
    evidence.SERIES: "Course of all sales",
    evidence.BEFORE_AFTER: "Plain before and after",
    evidence.NONE: "Nothing to compare",
}
INSIDE = {
    evidence.BROKEN: "a random test whose draw is in doubt",
    evidence.MATCHED: "a comparison with customers alike before",
    evidence.DIFFERENCES: "how members and others moved",
    evidence.SERIES: "the course of all sales",
}
TRUST = {
    evidence.RANDOM: "Far: chance alone chose who was contacted",
    evidence.BROKEN: "Not far: chance did not choose as planned",
    evidence.MATCHED: "Some way: what was not recorded may still differ",
    evidence.DIFFERENCES: "Some way: if both would have moved alike",
    evidence.SERIES: "A little: whatever else happened then counts too",
    evidence.BEFORE_AFTER: "Not by itself: season and chance count too",
    evidence.NONE: "Not at all",
}
REASONS = {
    "they moved apart before": "the groups moved apart before it began",
    "too short a time before": "too short a time before is known",
    "too few customers": "there are too few customers",
    "not as drawn": "its arms are not what a random draw would give",
    "too few purchases": "there are too few purchases",
    "no sales before": "nothing is known of the time before",
    "too short a time after": "it began less than a week before the end of the data",
    "too few weeks before": "too few weeks before are known",
    "too few weeks after": "too few weeks have passed",
    "sales never change": "sales never change",
    "other campaigns at the time": "other campaigns ran at the time",
    "less than two years of sales": "it takes two years of sales to know the season",
    "everything else that changed counts too": "everything else that changed counts too",
    "broken": "the groups differed in the weeks before",
    "unbalanced": "nobody else was like those contacted",
    "few": "there are too few customers",
    "rare": "hardly anybody has ordered since",
    "nobody else": "everyone was contacted",
    "no history": "nothing is known of the time before",
    "early": "it began too short a time ago",
    "spread": "contacts were spread over too long a time",
    "entangled": "most members were in another campaign too",
}


def reason(why: str) -> str:
    """What is wrong with an estimate, in mid-sentence."""
    return REASONS.get(why, "its own checks do not hold")


def form_of(metric: str, money: Money) -> Callable[[float], str]:
    """How an estimate of a metric is written: spend as money, other outcomes as numbers."""
    return rounded(money) if metric == "spend" else lambda x: fmt.number(x, 2)
