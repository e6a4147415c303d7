"""Sentences about who answered, and what weights change."""

from math import isnan
from typing import TYPE_CHECKING, Any

from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.story import fmt, verdicts
from helpers.story.phrases import inside, quoted
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.nps_sample.response import Response
    from helpers.analysis.nps_sample.weights import Weighting

_SMALL_FRACTION = 0.05  # below it the size of the customer base does not matter (Cochran 1977, 2.6)
_MATTERS = 2  # points; our own convention: what reweighting moves by less is not worth quoting two scores for
_HEAVY = 2.0  # design effect from which the weights cost half of the answers


def heard(result: "Response", *, min_customers: int = 30) -> Statement:
    """How many customers answered, with how much of spend, and which groups answered most and least."""
    if not result.customers and not result.invited:
        return Statement(
            "heard",
            "The answers carry no customer numbers, or there is no customer list, so who is silent is not known.",
            "few",
            needs="a customer list whose numbers stand in the answers, or how many customers were invited",
        )
    text, values, figure = _answered(result)
    groups = result.groups
    of_group = groups[(groups["grouping"] == result.by) & (groups["customers"] >= min_customers)]
    ranked = of_group.sort_values("response_rate", kind="stable").to_dict("records")
    action = ""
    if len(ranked) > 1 and round(100 * ranked[0]["rate_high"]) < round(100 * ranked[-1]["rate_low"]):
        least, most = ranked[0], ranked[-1]
        values |= {"least": least["response_rate"], "most": most["response_rate"]}
        text += (
            f" Response runs from {fmt.share(least['response_rate'])} ({_named(least['group'], result.by)}) to "
            f"{fmt.share(most['response_rate'])} ({_named(most['group'], result.by)})."
        )
        action = f"In the next survey remind those who answer least first: {_named(least['group'], result.by)}."
    return Statement(
        "heard",
        text,
        action=action,
        headline=not _matters(result),
        values=values,
        figures=(figure,),
    )


def _answered(result: "Response") -> tuple[str, dict[str, Any], KeyFigure]:
    values: dict[str, Any] = {"answers": result.answers}
    invited = f"{fmt.count(result.answers)} of {fmt.count(result.invited)} invitations were answered"
    if result.invited:
        values |= {"invited": result.invited, "invited_rate": result.invited_rate}
        invited += f" ({fmt.share(result.invited_rate)})"
    if not result.customers:
        note = f"{fmt.count(result.answers)} of {fmt.count(result.invited)}"
        return f"{invited}.", values, KeyFigure("Invitations answered", fmt.share(result.invited_rate), note)
    values |= {"answered": result.answered, "customers": result.customers, "rate": result.rate}
    of = f"{fmt.count(result.answered)} of {fmt.many(result.customers, 'customer')}"
    spent = ""
    if not isnan(result.spend_share):
        spent = f"; they bring {fmt.share(result.spend_share)} of spend"
        values["spend_share"] = result.spend_share
    have = "has" if result.answered == 1 else "have"
    text = f"{of} {have} answered ({fmt.share(result.rate)}){spent}."
    if result.invited:
        text = f"{invited}. {of} {have} answered ({fmt.share(result.rate)})."
    return text, values, KeyFigure("Customers heard from", fmt.share(result.rate), of)


def reweighted(result: "Response") -> Statement:
    """What the score would be if every group of customers had answered alike."""
    if not result.by:
        return Statement("reweighted", "")  # there is one group, or none, to weight by
    once, weighted = fmt.score(result.once.score), fmt.score(result.reweighted.score)
    values = {
        "once": result.once.score,
        "reweighted": result.reweighted.score,
        "low": result.reweighted.low,
        "high": result.reweighted.high,
        "change": result.change.score,
        "change_low": result.change.low,
        "change_high": result.change.high,
        "cells": result.cells,
        "collapsed": result.collapsed,
    }
    side = verdicts.side_of_zero(result.change.low, result.change.high, fmt.score)
    if not _matters(result):
        text = f"Weighting the answers to all customers hardly changes the score: {weighted} instead of {once}."
        if once == weighted:
            text = f"Weighting the answers to all customers does not change the score: it stays at {once}."
        return Statement("reweighted", text, "unclear" if side == "unclear" else "neutral", values=values)
    happier = "happier" if side == "below" else "less happy"
    return Statement(
        "reweighted",
        f"Those who answer are {happier} than the rest: counted once each, they score {once}; weighted to all "
        f"customers by {_grouping(result.by)} it is {weighted}.",
        "bad" if side == "below" else "good",
        action="Quote the weighted score for all customers, and phone some of those who seldom answer.",
        headline=True,
        main=weighted,
        values=values,
    )


def _matters(result: "Response") -> bool:
    """Whether reweighting clearly moves the score, and by enough to be told."""
    clear = verdicts.side_of_zero(result.change.low, result.change.high, fmt.score) != "unclear"
    return clear and abs(round(result.reweighted.score) - round(result.once.score)) >= _MATTERS


def finite_population(result: "Response") -> Statement:
    """What it does to the interval that a part of all customers answered."""
    if not result.customers or isnan(result.finite.se):
        return Statement("finite_population", "")
    values = {"rate": result.rate, "once": _half(result.once), "finite": _half(result.finite)}
    if result.rate < _SMALL_FRACTION:
        text = f"Only {fmt.share(result.rate)} of all customers answered, too few to narrow the interval of the score."
        return Statement("finite_population", text, aside=True, values=values)
    if result.rate >= 1:
        text = "All customers answered, so the score of each counted once has no margin of error from sampling."
        return Statement("finite_population", text, aside=True, values=values)
    wide, narrow = fmt.number(_half(result.once)), fmt.number(_half(result.finite))
    return Statement(
        "finite_population",
        f"As {fmt.share(result.rate)} of all customers answered, the score's margin of error is {narrow} points, not "
        f"{wide}.",
        aside=True,
        values=values,
    )


def answers_placed(result: "Response") -> Statement:
    """Where answers cannot be placed among the customers known."""
    if not result.customers or not (result.anonymous or result.strangers or result.later):
        return Statement("answers_placed", "")
    values = {
        "anonymous": result.anonymous,
        "strangers": result.strangers,
        "answers": result.answers,
        "later": result.later,
    }
    parts = []
    if result.anonymous:
        parts.append(f"{fmt.many(result.anonymous, 'answer')} without a customer number")
    if result.strangers:
        parts.append(f"{fmt.many(result.strangers, 'customer')} who answered but {_are(result.strangers)} not listed")
    if result.later:
        parts.append(f"{fmt.many(result.later, 'customer')} who came after the last answer")
    return Statement("answers_placed", f"Not counted here: {fmt.listing(parts)}.", aside=True, values=values)


def survey_weights(result: "Weighting") -> Statement:
    """What the survey weights change, and what they cost in precision."""
    if not result.weighted:
        return Statement(
            "survey_weights",
            "There are no survey weights, or none that differ.",
            "few",
            needs="survey weights that are not all alike",
        )
    whole = result.whole
    over = "Over all waves the" if len(result.waves) > 1 else "The"
    plain, weighted = fmt.score(whole["nps"]), fmt.score(whole["nps_weighted"])
    blank = int(whole["answers"] - whole["weighted"])
    values = {**whole, "blank": blank}
    if plain == weighted:
        text = f"{over} score is {weighted} with the survey weights and without"
    else:
        text = f"{over} score is {weighted} with the survey weights, {plain} without"
    worth = fmt.count(round(whole["effective_answers"]))
    text += f"; weighted, {fmt.many(whole['weighted'], 'answer')} say as much as {worth}."
    if blank:
        text += f" {fmt.many(blank, 'answer')} {'has' if blank == 1 else 'have'} no weight."
    action = ""
    if whole["design_effect"] >= _HEAVY:
        values["largest"] = whole["largest_weight"]
        largest = fmt.number(whole["largest_weight"])
        action = f"Ask whoever made the weights to trim them: one answer counts as {largest} average ones."
    unclear = verdicts.side_of_zero(whole["change_low"], whole["change_high"], fmt.score) == "unclear"
    return Statement("survey_weights", text, "unclear" if unclear else "neutral", action=action, values=values)


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _half(estimate: Any) -> float:
    return float((estimate.high - estimate.low) / 2)


def _named(group: str, grouping: str) -> str:
    unnamed = {UNKNOWN: f"{_grouping(grouping)} not known", WITHHELD: "one named by what looks like a person's"}
    return unnamed.get(group, quoted(group))


def _grouping(grouping: str) -> str:
    return {"spend_band": "spend", "rfm_segment": "value segment"}.get(grouping, inside(grouping))
