"""Titles of the charts of the score and of what goes with it: what each surely shows, or nothing."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.story import fmt
from helpers.story.nps_drivers import (
    contrast_words,
    driver_words,
    gain_words,
    group_words,
    outcome_words,
    penalty_words,
    theme_words,
    wave_words,
)
from helpers.story.phrases import inside, quoted, some, wave_name

if TYPE_CHECKING:
    from helpers.analysis.comments.reading import Comments
    from helpers.analysis.nps_drivers.drivers import Drivers
    from helpers.analysis.nps_drivers.gain import Gain
    from helpers.analysis.nps_drivers.groups import Cells, Groups
    from helpers.analysis.nps_drivers.penalty import Penalties
    from helpers.analysis.nps_drivers.segments import Contrasts
    from helpers.analysis.nps_drivers.two_valued import TwoValued
    from helpers.analysis.nps_drivers.waves import Course

_LEAST = 50  # answers, as on the page where the analyst asks for no other number


def score_distribution(scores: pd.DataFrame) -> str:
    """How many answers are promoters' and how many detractors'. scores: group, answers."""
    by_kind = scores.groupby("group")["answers"].sum().to_dict()
    total = sum(by_kind.values())
    if total < _LEAST:
        return ""
    promoters, detractors = (fmt.share(by_kind.get(kind, 0) / total) for kind in ("promoters", "detractors"))
    return f"{promoters} of those who answered are promoters, {detractors} detractors"


def course(found: "Course", min_answers: int) -> str:
    """From the first wave to the last, where they clearly differ, or there and back again over three waves."""
    whole = found.whole
    if whole is None or wave_words.trend(found, min_answers=min_answers).verdict == "few":
        return ""
    before, now = fmt.score(whole.before), fmt.score(whole.now)
    steps = found.trend[found.trend["comparison"] == "step"]
    went = [verdict for verdict in steps["verdict"] if verdict != "unclear"]
    if len(steps) == 2 and len(set(went)) == 2:
        middle = found.by_wave.loc[found.by_wave["wave"] == steps["to_wave"].iloc[0], "nps"]
        return f"The score {went[0]} from {before} to {fmt.score(middle.iloc[0])} and {went[1]} again to {now}"
    if whole.verdict == "unclear" or before == now:
        return ""
    first, last = wave_name(whole.from_wave), wave_name(whole.to_wave)
    return f"The score {whole.verdict} from {before} ({first}) to {now} ({last})"


def sentiment(result: "Groups") -> str:
    """The group that clearly scores lowest and the one that clearly scores highest, or the one of them there is."""
    said = group_words.by_group(result)
    if said.verdict in ("few", "unclear"):
        return ""
    found = said.values
    ends = [end for end in ("highest", "lowest") if found[end]]
    if any(found[end] in (UNKNOWN, WITHHELD) for end in ends):
        return ""
    scores = [f"{fmt.score(found[f'nps_{end}'])} among {quoted(found[end])}" for end in ends]
    if len(scores) == 1:
        scores.append(f"{fmt.score(found[f'rest_{ends[0]}'])} among all others")
    return f"The score is {', '.join(scores)}"


def heat(result: "Cells") -> str:
    """The pair of groups that clearly scores furthest from all other answers."""
    said = group_words.heat(result)
    found = said.values
    if "nps" not in found or {found["row"], found["column"]} & {UNKNOWN, WITHHELD}:
        return ""
    score, rest = fmt.score(found["nps"]), fmt.score(found["rest"])
    if score == rest:
        return ""
    return f"{quoted(found['column'])} at {quoted(found['row'])}: score {score}, all other answers {rest}"


def importance(result: "Drivers") -> str:
    """The rating that clearly goes most closely with the score."""
    said = driver_words.drivers(result)
    if said.verdict != "neutral":
        return ""
    share = fmt.share(said.values["importance"])
    return f"Scores go most with {inside(said.values['driver'])}: {share} of what the ratings explain"


def matrix(result: "Drivers") -> str:
    """The ratings that clearly are important and below the average rating, or that there is none."""
    said = driver_words.driver_gap(result)
    if said.verdict == "good":
        return "No important rating is below the average rating"
    if said.verdict != "bad":
        return ""
    names = [inside(driver) for driver, place in _clear(result.drivers) if place == "fix first"]
    return f"Important, yet rated below average: {some(names, 3)}"


def themes(result: "Comments", shown: int) -> str:
    """The theme of the lowest scores, where they clearly are lower and it is among the first `shown`."""
    said = theme_words.themes(result)
    found = said.values
    if "theme" not in found or found["theme"] not in result.by_theme["theme"].head(shown).tolist():
        return ""
    score, others = fmt.score(found["nps"]), fmt.score(found["others_nps"])
    return f"Comments on {quoted(found['theme'])} score {score}, all other comments {others}"


def gain(result: "Gain", shown: pd.DataFrame, *, doubtful: Collection[str], chance: float, min_answers: int) -> str:
    """What a rise of the first rating would go with, among those whose gain is clear and that are drawn."""
    said = gain_words.gain(result, doubtful=doubtful, chance=chance, min_answers=min_answers)
    found = said.values
    if said.verdict != "neutral" or found["driver"] not in shown["driver"].tolist():
        return ""
    rise = said.text.partition(" on ")[0]
    score = fmt.score(found["nps_change"])
    return f"{rise} on {inside(found['driver'])} would go with {score} {'point' if score == '+1' else 'points'} of NPS"


def satisfied(result: "TwoValued") -> str:
    """The rating with which a high outcome goes clearly most."""
    if outcome_words.satisfied(result).verdict != "neutral" or len(result.drivers) < 2:
        return ""
    return f"A high {inside(result.outcome)} goes most closely with {inside(result.drivers['driver'].iloc[0])}"


def contrast(result: "Penalties") -> str:
    """What a low or a high rating goes with, of the first rating of which it is clear."""
    judged = result.drivers[result.drivers["penalty"].notna()]
    clear = judged[judged["kind"] != "unclear"]
    if penalty_words.kinds(result).verdict in ("few", "unclear") or clear.empty or judged.index[0] != clear.index[0]:
        return ""
    first: dict[str, Any] = {str(name): value for name, value in clear.to_dict("records")[0].items()}
    name, costs, adds = inside(first["driver"]), fmt.number(-first["penalty"]), fmt.number(first["reward"])
    if first["kind"] == "excitement":
        return f"A high rating of {name} brings {adds} points of score"
    low = f"A low rating of {name} costs {costs} points"
    return f"{low} of score" if first["kind"] == "basic" else f"{low}, a high one adds {adds}"


def slopes(result: "Contrasts") -> str:
    """The group in which a rating clearly counts for more or less, where it is the rating drawn."""
    said = contrast_words.contrasts(result)
    if said.verdict != "neutral":
        return ""
    found, drawn = said.values, result.contrasts.to_dict("records")[0]
    if (found["driver"], found["grouping"]) != (drawn["driver"], drawn["grouping"]):
        return ""
    slope, others = fmt.number(found["slope"], 2), fmt.number(found["slope_others"], 2)
    whose = f"{slope} of score for {quoted(found['group'])}, {others} elsewhere"
    return f"A point of {inside(found['driver'])} goes with {whose}"


def _clear(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Drivers that the answers place, with the quadrant each is in."""
    clear = frame[frame["quadrant_verdict"] == "clear"]
    return list(zip(clear["driver"].astype(str), clear["quadrant"].astype(str), strict=True))
