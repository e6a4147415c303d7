"""Sentences on what a better rating would go with."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.phrases import inside
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.gain import Gain


def gain(result: "Gain", *, doubtful: Collection[str] = (), chance: float = 0.0, min_answers: int = 50) -> Statement:
    """The driver whose rise goes with most, among those where a gain is clear; `doubtful` ones, which may be outcomes,
    are not named. chance: the p-value of all ratings together; where they explain no more than chance may, none is."""
    if result.drivers.empty or result.answers < min_answers:
        needs = f"ratings in {fmt.many(min_answers, 'answer')} or more, from promoters and others"
        return Statement("gain", "There are too few ratings to say what a better one would bring.", "few", needs=needs)
    rows = [r for r in result.drivers.to_dict("records") if r["driver"] not in doubtful]
    clear = [r for r in rows if verdicts.side_of_zero(r["low"], r["high"], fmt.score) == "above"]
    rise = _points_more(result.rise)
    if chance >= 0.05:
        text = "The ratings together go with the score no more than chance may bring, so no gain is expected of any."
        needs = "ratings that clearly go with the score"
        return Statement("gain", text, "few", values={"chance": chance}, needs=needs)
    if not clear:
        text = f"{rise} on any one rating would not clearly go with a higher score."
        return Statement("gain", text, "unclear", values={"rise": result.rise})
    top = clear[0]
    values: dict[str, Any] = {"driver": top["driver"], "rise": result.rise, "nps_change": top["nps_change"]}
    values |= {"low": top["low"], "high": top["high"], "clear": len(clear)}
    low, high = fmt.number(top["low"], 0), fmt.number(top["high"], 0)
    by = f"{low} to {high}" if low != high else f"about {low}"
    points = "point" if by == "about 1" else "points"
    what = "driver" if doubtful else "rating"
    rivals = [inside(r["driver"]) for r in rows if r is not top and r["high"] >= top["low"]]
    text = f"{rise} on {inside(top['driver'])} would go with {by} more {points} of NPS"
    text += f", not clearly more than on {rivals[0]}." if rivals else f", more than on any other {what}."
    if len(result.drivers) == 1:
        text = f"{rise} on {inside(top['driver'])} would go with {by} more {points} of NPS."
    return Statement(
        "gain",
        text,
        action="Try it with some customers first: the gain is expected, not yet a result.",
        values=values,
    )


def _points_more(rise: float) -> str:
    """0.5 -> "Half a point more"; 1 -> "One point more"; 0.3 -> "0.3 points more"."""
    if rise == 0.5:
        return "Half a point more"
    return "One point more" if rise == 1 else f"{fmt.number(rise, 0 if rise % 1 == 0 else 1)} points more"
