"""Sentences about the course of the score over waves, and how much of it comes of who answered."""

import math
from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.phrases import inside, wave_name
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.mix import Mix
    from helpers.analysis.nps_drivers.waves import Course, Step

_ALMOST_ALL, _MOST = 0.85, 0.5  # of the whole change, by the biggest step; beyond 1.15 the rest went back


def trend(course: "Course", *, min_answers: int = 50) -> Statement:
    """The whole course: from the first wave to the last, where most of it happened, or that there is no clear trend."""
    whole = course.whole
    if whole is None:
        return Statement(
            "trend",
            "There are no two survey waves with enough answers, so nothing is said about change.",
            "few",
            needs=f"two survey waves with {fmt.many(min_answers, 'answer')} or more each, or answers over several "
            "months with their dates",
        )
    steps = course.trend[course.trend["comparison"] == "step"]
    values: dict[str, Any] = {"waves": course.by_wave["wave"].tolist(), "scores": course.by_wave["nps"].tolist()}
    values |= {"change": whole.change, "low": whole.low, "high": whole.high}
    values |= {"steps": steps["change"].tolist(), "slope": course.slope}
    before, now = fmt.score(whole.before), fmt.score(whole.now)
    first, last = wave_name(whole.from_wave), wave_name(whole.to_wave)
    clear = steps[steps["verdict"] != "unclear"]
    if len(steps) == 2 and clear["verdict"].nunique() == 2:
        middle = course.by_wave[course.by_wave["wave"] == clear["to_wave"].iloc[0]].to_dict("records")[0]
        went = clear["verdict"].tolist()
        between = f"{fmt.score(middle['nps'])} ({wave_name(middle['wave'])})"
        text = f"The score {went[0]} from {before} ({first}) to {between} and {went[1]} again to {now} ({last})."
        return _judged(text, course, values, now)
    if whole.verdict != "unclear":
        if before == now:
            text = f"The score stayed at {now} from {first} to {last}: it moved by less than a point."
            return Statement("trend", text, values=values)
        how = _where(course) if len(steps) else ""
        return _judged(f"The score {whole.verdict} from {before} ({first}) to {now} ({last}){how}.", course, values)
    if course.trend_side != "unclear":
        verb = "rising" if course.slope > 0 else "falling"
        text = f"The score is {verb} by about {_slope(course)}, though {first} ({before}) and {last} ({now}) do not "
        text += "clearly differ."
        return Statement("trend", text, "good" if course.slope > 0 else "bad", _action(course), True, values=values)
    biggest = course.biggest
    if biggest:
        text = f"No clear trend from {first} ({before}) to {last} ({now}); the biggest clear step was "
        text += f"{_step(biggest)}, from {wave_name(biggest.from_wave)} to {wave_name(biggest.to_wave)}."
        return Statement("trend", text, headline=True, values=values)
    if not len(steps):
        between = fmt.interval(whole.low, whole.high, fmt.score).replace(" to ", " and ")
        text = f"The score did not clearly change from {first} to {last}: the difference lies between {between} points"
        return Statement("trend", f"{text} (95% interval).", "unclear", values=values)
    text = f"The score shows no clear trend from {first} ({before}) to {last} ({now}), and no clear step between waves."
    return Statement("trend", text, "unclear", values=values)


def weighted_trend(course: "Course") -> Statement:
    """What the survey weights make of the whole change, where there are any."""
    whole = course.whole
    if whole is None or math.isnan(course.weighted_change):
        return Statement("weighted_trend", "")
    plain, moved = fmt.score(whole.change), fmt.score(course.weighted_change)
    values = {"change": whole.change, "weighted_change": course.weighted_change}
    if plain == moved:
        text = "Weighted to the population, the score moved by as much."
    else:
        text = f"Weighted to the population, the score moved by {_points(moved)} rather than {plain}."
    return Statement("weighted_trend", text, aside=True, values=values)


def mix(result: "Mix") -> Statement:
    """How much of a clear change comes of who answered, by the grouping that explains most of it."""
    if result.by_grouping.empty:
        return Statement("mix", "")  # nothing changed, or nothing is known of those who answered
    first, last = wave_name(result.from_wave), wave_name(result.to_wave)
    rows = {row["grouping"]: row for row in result.by_grouping.to_dict("records")}
    points = fmt.number(abs(result.change), 0)
    values: dict[str, Any] = {"change": result.change, "waves": [first, last]}
    if not result.best:
        kinds = fmt.listing([inside(g) for g in list(rows)[:3]]).replace(" and ", " or ")
        text = f"The mix of who answered (by {kinds}) does not explain the change from {first} to {last}."
        return Statement("mix", text, aside=True, values=values)
    row = rows[result.best]
    kind = inside(result.best)
    part, rest = (fmt.number(abs(row[name]), 0) for name in ("composition", "within"))
    values |= {"composition": row["composition"], "within": row["within"], "grouping": result.best}
    way, back = ("gained", "fallen") if result.change > 0 else ("lost", "risen")
    action = "Compare customers of one kind across waves, and ask the same mix of them each time."
    if row["verdict"] != ("rose" if result.change > 0 else "fell"):
        text = f"Who answered (by {kind}) hides part of it: with the same mix, {rest} points would have been {way} "
        text += f"from {first} to {last}, not {points}."
    elif (
        row["composition"] / result.change >= _ALMOST_ALL
        and verdicts.side_of_zero(row["within_low"], row["within_high"], fmt.score) == "unclear"
    ):
        text = (
            f"Who answered (by {kind}) explains the change from {first} to {last}: with the same mix the score would "
        )
        text += "not clearly have changed."
    elif (row["within"] > 0) == (result.change > 0):
        text = f"Of the {points} points {way} from {first} to {last}, {part} come from who answered (by {kind})."
    else:
        text = (
            f"Who answered (by {kind}) explains all of the change from {first} to {last}: with the same mix the score "
        )
        text += f"would have {back} by {rest}."
    return Statement("mix", text, action=action, values=values)


def _judged(text: str, course: "Course", values: dict[str, Any], main: str = "") -> Statement:
    """A course told, good or bad by its first and last wave."""
    verdict = course.whole.verdict if course.whole else ""
    if verdict == "fell":
        return Statement("trend", text, "bad", _action(course), True, main=main, values=values)
    return Statement("trend", text, "good" if verdict == "rose" else "neutral", headline=True, main=main, values=values)


def _action(course: "Course") -> str:
    """What to do about a fall: look where most of it happened."""
    worst = course.biggest if course.biggest and course.biggest.change < 0 else course.whole
    if worst is None or course.slope > 0:
        return ""
    between = f"between {wave_name(worst.from_wave)} and {wave_name(worst.to_wave)}"
    return f"List what changed for customers {between}, and ask recent detractors about it."


def _where(course: "Course") -> str:
    """Where most of a clear change of several steps happened, to follow the sentence that tells it."""
    whole, biggest = course.whole, course.biggest
    if whole is None or biggest is None:
        return f", by about {_slope(course)}" if course.trend_side == course.direction else ""
    between = f"from {wave_name(biggest.from_wave)} to {wave_name(biggest.to_wave)}"
    share = biggest.change / whole.change
    if _ALMOST_ALL <= share <= 2 - _ALMOST_ALL:
        return f", almost all of it {between}"
    if _MOST <= share < _ALMOST_ALL:
        return f", most of it {between}"
    if 0 < share < _MOST and course.trend_side == whole.verdict:
        return f", by about {_slope(course)}"
    return f"; the biggest step was {_step(biggest)}, {between}"


def _slope(course: "Course") -> str:
    size = fmt.number(abs(course.slope), 1)
    return f"{size} {'point' if size == '1.0' else 'points'} a {course.slope_unit}"


def _step(step: "Step") -> str:
    return _points(fmt.score(step.change))


def _points(score: str) -> str:
    return f"{score} {'point' if score in ('+1', '−1') else 'points'}"
