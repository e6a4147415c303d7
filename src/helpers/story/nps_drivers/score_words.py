"""Sentences about the score's level, and what survey weights make of it."""

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.phrases import wave_name
from helpers.story.statement import KeyFigure, Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.nps import Nps
    from helpers.analysis.nps_drivers.waves import Course

_VERDICTS: dict[verdicts.Side, Verdict] = {"above": "good", "below": "bad", "unclear": "unclear"}
_LEADS = {
    "above": "promoters outnumber detractors",
    "below": "detractors outnumber promoters",
    "unclear": "neither promoters nor detractors clearly lead",
}


def level(
    result: "Nps", course: "Course | None" = None, *, group: str = "Customers", min_answers: int = 50
) -> Statement:
    """Whether promoters or detractors lead, by the interval: in the last wave with enough answers, compared with the
    first, else in all answers (`result`)."""
    now = course.latest if course and course.latest and course.whole else None
    wave = wave_name(course.latest_wave) if course and now else ""
    shown = now or result
    between = fmt.interval(shown.low, shown.high, fmt.points)
    values: dict[str, Any] = {"nps": shown.score * 100, "low": shown.low * 100, "high": shown.high * 100, "n": shown.n}
    if shown.n < min_answers:
        return Statement(
            "level",
            f"{group} gave {fmt.many(shown.n, 'answer')}, fewer than the {fmt.count(min_answers)} a score should rest "
            f"on. The Net Promoter Score may lie anywhere from {between}.",
            "few",
            action=f"Collect {fmt.many(min_answers - shown.n, 'more answer')} before comparing or promising anything.",
            headline=True,
            values=values | {"min_answers": min_answers},
        )
    side = verdicts.side_of_zero(shown.low, shown.high)
    since, named = "", ""
    if course and course.whole and now:
        named = f" ({wave})"
        if course.direction == "unclear" and not course.biggest:  # a change is told by `trend`
            since = f", with no clear change since {wave_name(course.whole.from_wave)}"
        values |= {"wave": wave, "first_wave": course.whole.from_wave}
    note = f"{between}, from {fmt.many(shown.n, 'answer')}{f' of {wave}' if wave else ''}"
    text = f"{group} give a Net Promoter Score of {fmt.points(shown.score)}{named}: {_LEADS[side]}{since}."
    if abs(shown.score) == 1:  # a sample of customers hardly ever agrees
        who = "promoter" if shown.score > 0 else "detractor"
        text = f"Each of the {fmt.many(shown.n, 'answer')}{named} is a {who}'s, as if nobody else had been asked."
    return Statement(
        "level",
        text,
        _VERDICTS[side] if abs(shown.score) < 1 else "unclear",
        action=_action(side, shown.score),
        headline=True,
        values=values,
        figures=(KeyFigure("Net Promoter Score", fmt.points(shown.score), note),),
    )


def _action(side: str, score: float) -> str:
    if abs(score) == 1:
        return "Check who was asked, and that the export holds every score."
    return "Call recent detractors who can be reached, and fix what most of them name." if side == "below" else ""


def weighting(by_group: pd.DataFrame, course: "Course | None" = None) -> Statement:
    """What the survey weights change, in the same answers as `level`.

    by_group: of `NpsGroups` or `Groups`, with the row of all answers.
    """
    row = by_group.query("grouping == 'all'").to_dict("records")[0]
    if course and course.whole:
        row = course.by_wave[course.by_wave["wave"] == course.latest_wave].to_dict("records")[0]
    if math.isnan(row["nps_weighted"]):
        return Statement("weighting", "")  # nothing to add
    plain, weighted = fmt.score(row["nps"]), fmt.score(row["nps_weighted"])
    values = {key: row[key] for key in ("nps", "nps_weighted", "nps_weighted_low", "nps_weighted_high")}
    if plain == weighted:
        text = f"The survey weights do not change the score: it stays at {weighted}."
    else:
        between = fmt.interval(row["nps_weighted_low"], row["nps_weighted_high"], fmt.score)
        text = f"Weighted to the population the score is {weighted} (95% interval {between}), unweighted {plain}."
    return Statement("weighting", text, aside=True, values=values)
