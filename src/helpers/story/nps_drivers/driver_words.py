"""Sentences about what goes with the score, and where improvement should start."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.phrases import inside, quoted, some
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.agreement import Agreement
    from helpers.analysis.nps_drivers.drivers import Drivers

_MOST_NAMED = 3
_LONG_NAME = 6  # words, from which a question's text is cut


def drivers(result: "Drivers", *, min_answers: int = 50) -> Statement:
    """What goes with the score most; the first driver alone only where its rank is clear."""
    if result.answers < min_answers or result.drivers.empty:
        return _too_few(result, min_answers)
    frame = result.drivers
    first = frame.iloc[0]
    values = {
        "driver": first["driver"],
        "importance": first["importance"],
        "r_squared": result.r_squared,
        "answers": result.answers,
        "ratings": len(frame),
        "shares": dict(zip(frame["driver"], frame["importance"], strict=True)),
    }
    if _explains_nothing(result):
        little = "next to nothing of the differences in score"
        if verdicts.explained(result.r_squared) != "next to nothing":
            little = "no more of the differences in score than chance may bring"
        return Statement(
            "drivers",
            f"The ratings account for {little} ({fmt.share(result.r_squared)} of variance), so no driver is named.",
            "unclear",
            action="Ask customers in their own words why they gave their score.",
            headline=True,
            values=values,
        )
    if len(frame) == 1:
        text = f"Only {_named(first['driver'])} is rated, so there is nothing to compare it with."
        return Statement("drivers", text, "few", values=values, needs="a second aspect that customers rate")
    leading = _leading(frame)
    if len(leading) == 1:
        text = (
            f"Scores go most closely with {leading[0]}: {fmt.share(first['importance'])} of what the ratings explain."
        )
        verdict, whom = "neutral", leading[0]
    elif 2 < len(frame) == len(leading):
        text = "No rating clearly goes more closely with the score than all others."
        verdict, whom = "unclear", "what is cheapest"
    else:
        named = some(leading, _MOST_NAMED)
        text = f"Scores go most closely with {named}; which of them comes first is not clear."
        verdict, whom = "unclear", " or ".join(leading[:2])
    action = f"Improve {whom} for some customers first, and compare their scores with those of others."
    told = bool(_fix_first(frame))  # `driver_gap` then says where to start, on the cover too
    return Statement(
        "drivers",
        text,
        "neutral" if verdict == "neutral" else "unclear",
        headline=not told,
        action="" if told else action,
        values=values,
    )


def _too_few(result: "Drivers", min_answers: int) -> Statement:
    values = {"answers": result.answers, "asked": result.asked, "min_answers": min_answers}
    if result.answers < min_answers:
        said = fmt.many(result.answers, "answer") if result.answers else "No answer"
        return Statement(
            "drivers",
            f"{said} {'rates' if result.answers in (0, 1) else 'rate'} what was asked, fewer "
            f"than the {fmt.count(min_answers)} needed to say what goes with the score.",
            "few",
            action="Ask about fewer things, and put them to more customers.",
            values=values,
            needs=f"{fmt.many(min_answers, 'answer')} with ratings",
        )
    if result.asked and not result.left_out:
        return Statement(
            "drivers",
            f"{fmt.many(result.answers, 'answer')} to {fmt.many(result.asked, 'rating')} are too few to "
            "tell ratings apart.",
            "few",
            action="Ask about fewer things, and put them to more customers.",
            values=values,
            needs="more answers than ratings",
        )
    return Statement(
        "drivers",
        "No aspect was rated by enough customers, or ratings or scores hardly differ: nothing is said about drivers.",
        "few",
        values=values,
        needs="aspects that many customers rate, with ratings and scores that are not all alike",
    )


def driver_explained(result: "Drivers") -> Statement:
    """How much of the score the ratings explain together."""
    if result.drivers.empty or _explains_nothing(result):
        return Statement("driver_explained", "")
    part = verdicts.explained(result.r_squared)
    text = f"Together the ratings account for {part} of the differences in score ({fmt.share(result.r_squared)})."
    return Statement("driver_explained", text, aside=True, values={"r_squared": result.r_squared})


def driver_basis(result: "Drivers") -> Statement:
    """What was done about ratings not given; nothing where complete answers suffice: the table of ratings says so."""
    if result.drivers.empty or result.rest_on == "complete":
        return Statement("driver_basis", "")
    text = (
        f"Many of the {fmt.many(result.answers, 'answer')} lack a rating: each two ratings are compared where both are "
        "given."
    )
    return Statement("driver_basis", text, aside=True, values={"answers": result.answers})


def driver_groups(result: "Drivers") -> Statement:
    """Ratings so alike that their shares can hardly be told apart."""
    frame = result.drivers
    by_group = frame.groupby("group", sort=False)
    alike = [(name, members) for name, members in by_group if len(members) > 1]
    if not alike or result.shares == "owen":
        return Statement("driver_groups", "")
    members = alike[0][1]
    values = {str(name): members["importance"].sum() for name, members in alike}
    values["more"] = max(len(members) - _MOST_NAMED, 0)
    text = f"Customers rate {some([_named(d) for d in members['driver']], _MOST_NAMED)} alike, so read their shares "
    text += f"together: {fmt.share(members['importance'].sum())}."
    return Statement("driver_groups", text, aside=True, values=values)


def driver_coverage(rated: pd.DataFrame, unrated_waves: Sequence[str] = ()) -> Statement:
    """Which ratings are left out of the comparison, and why; which waves asked for none. rated: driver, used,
    why_not."""
    out = rated[~rated["used"]]
    if len(out) == len(rated):
        return Statement("driver_coverage", "")
    said = []
    if len(out):
        reasons = [
            f"{some([_named(d) for d in part['driver']], 2)} ({why})"
            for why, part in out.groupby("why_not", sort=False)
        ]
        are = "1 rating is" if len(out) == 1 else f"{fmt.words(len(out)).capitalize()} ratings are"
        said.append(f"{are} left out: {'; '.join(reasons[:2])}{'; others' if len(reasons) > 2 else ''}.")
    if unrated_waves:
        said.append(f"Nobody gave ratings in {some([quoted(wave) for wave in unrated_waves], 3)}.")
    values = {"left_out": len(out), "used": len(rated) - len(out), "unrated_waves": len(unrated_waves)}
    return Statement("driver_coverage", " ".join(said), aside=True, values=values if said else {})


def driver_gap(result: "Drivers", *, min_answers: int = 50) -> Statement:
    """Which important driver is rated low, and whether that is clear: where improvement should start."""
    frame = result.drivers
    if result.answers < min_answers or len(frame) < 2:
        needs = f"two aspects or more, rated in {fmt.many(min_answers, 'answer')} or more"
        return Statement("driver_gap", "There are too few ratings to set priorities.", "few", needs=needs)
    if _explains_nothing(result):
        text = "The ratings hardly go with the score, so they set no priorities."
        return Statement("driver_gap", text, "unclear", values={"r_squared": result.r_squared})
    clear = frame["quadrant_verdict"] == "clear"
    first = _fix_first(frame)
    maybe = [_named(d) for d in frame.loc[~clear & (frame["quadrant"] == "fix first"), "driver"]]
    keep = [_named(d) for d in frame.loc[clear & (frame["quadrant"] == "keep up"), "driver"]]
    values = {"quadrants": dict(zip(frame["driver"], frame["quadrant"], strict=True)), "first": len(first)}
    if first:
        verb = "goes" if len(first) == 1 else "go"
        rated = "is rated" if len(first) == 1 else "are rated"
        return Statement(
            "driver_gap",
            f"Start with {some(first, _MOST_NAMED)}: {'it' if len(first) == 1 else 'they'} {verb} closely with the "
            f"score, yet {rated} below average.",
            "bad",
            action=f"Ask customers who rated {first[0]} low what went wrong, and fix that first.",
            headline=True,
            values=values,
        )
    if maybe:
        return Statement(
            "driver_gap",
            f"{_capital(some(maybe, _MOST_NAMED))} may matter and be rated below average, but that is not clear.",
            "unclear",
            action=f"Ask customers who rated {maybe[0]} low what went wrong.",
            values=values,
        )
    if not keep:
        text = "No rating that goes closely with the score is clearly above or below the average rating."
        return Statement("driver_gap", text, "unclear", values=values)
    return Statement(
        "driver_gap",
        "No rating that goes closely with the score is below the average rating.",
        "good",
        action=f"Keep up {fmt.listing(keep[:2])} before improving anything else.",
        values=values,
    )


def driver_methods(agreement: "Agreement") -> Statement:
    """Whether other calculations put the drivers in the same order."""
    if agreement.methods < 1 or len(agreement.firsts) < 1 or agreement.shares["driver"].nunique() < 2:
        needs = "two aspects or more that customers rate"
        return Statement("driver_methods", "There are too few ratings to compare.", "few", needs=needs)
    values = {"methods": agreement.methods, "most_moved": agreement.most_moved, "firsts": agreement.firsts}
    firsts = [_named(d) for d in agreement.firsts]
    if len(firsts) > 1:
        text = f"Other calculations put another rating first: {some(firsts)}. Read them as a group, not a ranking."
        return Statement("driver_methods", text, "unclear", values=values)
    n = agreement.methods
    ways = "Another calculation puts" if n == 1 else f"{fmt.words(n).capitalize()} other calculations put"
    text = f"{ways} {firsts[0]} first too"
    if not agreement.most_moved:
        text += ", and all others in the same order."
    elif agreement.most_moved == 1:
        text += "; no other rating moves by more than one place."
    else:
        text += f"; {_named(agreement.moved)} moves most, by {fmt.words(agreement.most_moved)} places."
    return Statement("driver_methods", text, aside=True, values=values)


def _fix_first(frame: pd.DataFrame) -> list[str]:
    """Drivers that clearly are important and rated low."""
    clear = (frame["quadrant_verdict"] == "clear") & (frame["quadrant"] == "fix first")
    return [_named(d) for d in frame.loc[clear, "driver"]]


def _explains_nothing(result: "Drivers") -> bool:
    """Whether what the ratings explain is next to nothing, or what chance may bring."""
    return verdicts.explained(result.r_squared) == "next to nothing" or result.p_value >= 0.05


def _leading(frame: pd.DataFrame) -> list[str]:
    """Drivers that may come first, in order; the first three where no ranks are known."""
    if frame["rank_low"].isna().any():
        return [_named(d) for d in frame["driver"].head(_MOST_NAMED)]
    if frame["rank_high"].iloc[0] <= 1:
        return [_named(frame["driver"].iloc[0])]
    return [_named(d) for d in frame.loc[frame["rank_low"] <= 1, "driver"]]


def _named(driver: object) -> str:
    """A driver in mid-sentence; a question's whole text is cut after some words."""
    words = inside(driver).split()
    return " ".join(words) if len(words) <= _LONG_NAME else " ".join(words[:_LONG_NAME]).rstrip(".,;:?!") + " …"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
