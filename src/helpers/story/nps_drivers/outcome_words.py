"""Sentences about outcomes: which ratings are no drivers, how they stand, and what goes with being satisfied."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.phrases import inside, opening, quoted, some
from helpers.story.statement import Statement, Verdict
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.outcomes import Outcomes, Parted
    from helpers.analysis.nps_drivers.two_valued import TwoValued

_CHANGED = {"above": "rose", "below": "fell"}


def taken_as_outcomes(parted: "Parted") -> Statement:
    """Which ratings were taken for outcomes, and which one may be; nothing where all are plainly drivers."""
    frame = parted.ratings
    taken = frame[(frame["role"] == "outcome") & (frame["reason"] != "asked as an outcome")]
    asked = frame[frame["asked_about"]].sort_values("explained_alone", ascending=False)
    values: dict[str, Any] = {"outcomes": len(taken), "asked_about": len(asked)}
    text = ""
    if len(taken):
        named = some([inside(name) for name in taken["rating"]])
        are = "is an outcome" if len(taken) == 1 else "are outcomes"
        text = f"{named[:1].upper()}{named[1:]} {are}, as the score is, and left out of the drivers."
    guessed = taken[taken["reason"] != "declared"]
    action = "If this is wrong, name the rating under “drivers” in the parameter file." if len(guessed) else ""
    if len(asked):
        top = asked.to_dict("records")[0]
        alone = fmt.share(top["explained_alone"])
        values |= {"rating": top["rating"], "explained_alone": top["explained_alone"]}
        rating = inside(top["rating"])
        question = (
            f"{quoted(plain(rating))} alone goes with {alone} of the differences in score: it may be one as well."
        )
        text = (
            f"{text} {question}" if text else question.replace("be one as well", "be an outcome rather than a driver")
        )
        action = f"If {rating} is an outcome, name it under “outcomes” in the parameter file."
    verdict: Verdict = "unclear" if len(asked) else "neutral"
    return Statement("taken_as_outcomes", text, verdict, action=action, aside=not len(asked), values=values)


def outcomes(result: "Outcomes", *, min_answers: int = 50) -> Statement:
    """How satisfaction, intention and the like stand, and whether they moved from the first wave to the last."""
    needs = f"an outcome beside the score, such as satisfaction, with {fmt.many(min_answers, 'answer')} or more"
    frame = result.by_outcome
    frame = frame[frame["answers"] >= min_answers]
    if frame.empty:
        text = "No outcome was asked beside the score, or too few customers answered."
        return Statement("outcomes", text, "few", needs=needs)
    rows = frame.to_dict("records")
    levels = [_level(r) for r in rows]
    values: dict[str, Any] = {"levels": {r["outcome"]: r["mean"] for r in rows}}
    averages = f"Asked beside the score: {some(levels, 3)}."
    if len(rows) > 3:
        values["more"] = len(rows) - 3
    compared = [r for r in rows if r["first_wave"]]
    if not compared:
        return Statement("outcomes", averages, values=values)
    moved = [(r, _side(r)) for r in compared]
    fell = [r for r, side in moved if side == "below"]
    rose = [r for r, side in moved if side == "above"]
    if not fell and not rose:
        first, last = (quoted(compared[0][name]) for name in ("first_wave", "last_wave"))
        text = f"{averages} Nothing in them clearly changed from {first} to {last}."
        if len(rows) == 1:
            text = f"{averages} It did not clearly change from {first} to {last}."
        return Statement("outcomes", text, "unclear", values=values)
    most = max(fell or rose, key=lambda r: abs(r["change"]))
    values |= {"outcome": most["outcome"], "first": most["first_mean"], "last": most["last_mean"]}
    values |= {"change": most["change"], "change_low": most["change_low"], "change_high": most["change_high"]}
    form = _form(most["distinct"])
    before, now = (f"{form(most[f'{wave}_mean'])} ({quoted(most[f'{wave}_wave'])})" for wave in ("first", "last"))
    text = f"{opening(most['outcome'])} {_CHANGED['below' if fell else 'above']} from {before} to {now}."
    others = len(fell or rose) - 1
    if others:
        values["others"] = others
        number = "One other outcome" if others == 1 else f"{fmt.words(others).capitalize()} other outcomes"
        text += f" {number} {_CHANGED['below' if fell else 'above']} too."
    action = "Read the comments of the last wave beside those of the first, and list what changed." if fell else ""
    return Statement("outcomes", text, "bad" if fell else "good", action=action, values=values)


def satisfied(result: "TwoValued", *, min_answers: int = 50) -> Statement:
    """What goes most with a two-valued outcome, such as being satisfied or not."""
    needs = f"an outcome with two values, such as satisfied or not, and ratings in {fmt.many(min_answers, 'answer')}"
    if result.drivers.empty or result.answers < min_answers:
        text = "No outcome with two values was asked beside ratings, or too few answered."
        return Statement("satisfied", text, "few", needs=f"{needs} or more")
    name, part = inside(result.outcome), verdicts.explained(result.r_squared)
    values: dict[str, Any] = {"outcome": result.outcome, "r_squared": result.r_squared, "answers": result.answers}
    if part == "next to nothing":
        text = f"The ratings say next to nothing about who has a high {name}"
        text += f" (they explain {fmt.share(result.r_squared)})."
        return Statement("satisfied", text, "unclear", values=values)
    top = result.drivers.to_dict("records")[:2]
    values["shares"] = {r["driver"]: r["importance"] for r in top}
    first = f"{inside(top[0]['driver'])} ({fmt.share(top[0]['importance'])} of what the ratings explain)"
    if len(top) == 1:
        return Statement("satisfied", f"A high {name} goes with {first}.", values=values)
    second = f"{inside(top[1]['driver'])} ({fmt.share(top[1]['importance'])})"
    if (result.drivers["share_high"].iloc[1:] < top[0]["share_low"]).all():
        text = f"A high {name} goes most closely with {first}, clearly ahead of {second}."
        return Statement("satisfied", text, values=values)
    text = f"A high {name} goes most closely with {first} and {second}; which of them comes first is not clear."
    return Statement("satisfied", text, "unclear", values=values)


def _side(row: Mapping[Any, Any]) -> verdicts.Side:
    """Which way an outcome clearly moved, as printed."""
    form = _form(row["distinct"])
    if form(row["first_mean"]) == form(row["last_mean"]):
        return "unclear"
    return verdicts.side_of_zero(row["change_low"], row["change_high"], partial(fmt.number, decimals=2))


def _level(row: Mapping[Any, Any]) -> str:
    """An outcome with its average, or with the share of customers who gave the higher of two values."""
    level = _form(row["distinct"])(row["mean"])
    return f"{inside(row['outcome'])} ({f'high for {level}' if row['distinct'] == 2 else f'average {level}'})"


def _form(distinct: int) -> Callable[[float], str]:
    """How the level of an outcome is written: as a share where it has two values."""
    return fmt.share if distinct == 2 else partial(fmt.number, decimals=2)
