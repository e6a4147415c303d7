"""Titles of the charts of what customers lived through and who is active: what each surely shows, or nothing."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.experience import activity_words, words
from helpers.story.experience.labels import ends
from helpers.story.phrases import quoted

if TYPE_CHECKING:
    from helpers.analysis.experience.activity import Activity
    from helpers.analysis.experience.expected import Expected
    from helpers.analysis.experience.touchpoints import Touchpoints
    from helpers.analysis.loyalty.differentiators import Differentiators


def differences(shown: pd.DataFrame) -> str:
    """By how much the first measure parts customers otherwise alike, of those drawn where it clearly does."""
    clear = shown[shown["verdict"].isin(["clear", "hidden"])].to_dict("records")
    points = abs(round(clear[0]["adjusted"])) if clear else 0
    if not points:
        return ""
    much = ends(clear[0]["family"], clear[0]["subject"], clear[0]["split"])[0]
    more = "higher" if clear[0]["adjusted"] > 0 else "lower"
    return f"Customers {much} score {fmt.many(points, 'point')} {more} like-for-like"


def touchpoint_pull(result: "Touchpoints", drawn: Collection[str]) -> str:
    """The touchpoint that clearly scores apart from the others and weighs most, where it is drawn."""
    found = words.touchpoints(result, 0).values
    if found.get("touchpoint") not in drawn or fmt.score(found["nps"]) == fmt.score(found["others_nps"]):
        return ""
    name, score, others = quoted(found["touchpoint"]), fmt.score(found["nps"]), fmt.score(found["others_nps"])
    if result.focus == "used":
        alike = " who buy alike" if result.is_equal else ""
        return f"Customers who used {name} score {score}, others{alike} {others}"
    return f"{name} scores {score}, against {others} elsewhere"


def fifths(result: "Expected") -> str:
    """How those of whom least was expected answered, and those of whom most was, where the two are clearly apart."""
    rows = result.check.fifths.to_dict("records")
    if words.held_out(result).verdict != "neutral" or len(rows) < 2 or not rows[0]["high"] < rows[-1]["low"]:
        return ""
    low, high = fmt.score(rows[0]["actual"]), fmt.score(rows[-1]["actual"])
    return f"The fifth of whom least was expected scores {low}, the highest {high}"


def silent(result: "Expected") -> str:
    """What the silent would score beside recent answers, where the two clearly differ."""
    said = words.silent(result)
    if said.verdict not in ("good", "bad"):
        return ""
    expected, answered = fmt.score(said.values["expected_nps"]), fmt.score(said.values["answered_nps"])
    way = "below" if said.verdict == "bad" else "above"
    return f"Customers who never answered would score {expected}, {way} the {answered} of recent answers"


def activity(result: "Activity") -> str:
    """How many customers are active, passive and lost."""
    said = activity_words.activity(result)
    if said.verdict == "few":
        return ""
    active, passive, lost = (fmt.share(said.values[f"{group}_share"]) for group in ("active", "passive", "lost"))
    return f"{active} of customers are active, {passive} passive and {lost} lost"


def active_levels(result: "Differentiators", drawn: Collection[str]) -> str:
    """The two levels of an attribute that are furthest apart, where it sets the active apart and both are drawn."""
    said = activity_words.sets_apart(result)
    found = said.values
    if said.verdict != "neutral" or not {found["best_level"], found["worst_level"]} <= set(drawn) - {"(all others)"}:
        return ""
    by = "with" if result.effects["kind"].iloc[0] == "number" else "of"
    best, worst = (f"{fmt.share(found[f'{end}_share'])} {by} {quoted(found[f'{end}_level'])}" for end in _ENDS)
    return f"{best} are active, {worst}"


_ENDS = ("best", "worst")
