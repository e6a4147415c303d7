"""What the client's data can carry: which analyses are ready, which are thin, and what to collect next.

A few gates an analysis, each with the reason for its limit. Passing them promises a usable answer, not a
precise one; the intervals in each analysis say how precise it is.
"""

import math
from dataclasses import dataclass

import pandas as pd

from helpers.analysis.data_profile.gates import (
    MOSTLY_COMPLETE,
    Gate,
    check_clusters,
    check_lifecycle,
    check_rfm,
    count,
    percent,
)
from helpers.errors import InputError, nearest

FACTS = {
    "buyers": "customers with an order",
    "repeat_share": "share of buyers with a second order, 0-1",
    "history_days": "days from the first order to the last",
    "subscribers": "customers with a subscription, told by dates or by its tenure and whether it has ended",
    "visitors": "customers with an interaction; followed where there are neither orders nor subscriptions",
    "answers": "answers with a recommendation score",
    "unscored_answers": "answers whose scores are on a scale that is not known; 0 where not given",
    "complete_answers": "answers with the score and every rating; taken as `answers` where not given",
    "rated_answers": "answers with the score and any two ratings; taken as `complete_answers` where not given",
    "answers_per_group": "answers in the second largest group that could be compared; as `answers` where not given",
    "ratings": "rating questions, the possible drivers",
    "control_customers": "customers in the control arm of the largest campaign",
    "treated_customers": "customers in that campaign's smallest treated arm",
    "not_contacted": "customers who are not in that campaign, where nobody was held out of it",
    "features": "measures that customers are grouped by; taken as 5 where not given",
    "scored": "customers with a last order and a number of orders, by orders or a list; as `buyers` where not given",
    "grouped": "customers with a measure to group them by; as `buyers` where not given",
}

NPS_ANSWERS = 250
GROUP_ANSWERS = 50
# Customers an arm needs to show a rise from 5% buying to this share, with 80% power at a two-sided 5%.
ARM_CUSTOMERS = {0.10: 435, 0.08: 1_059, 0.07: 2_213}


@dataclass(frozen=True)
class Readiness:
    """How far the data carry each analysis.

    gates: analysis, gate, needed, found (NaN where not known), unit (customers, days, answers, questions or
        share), passed, source
    verdicts: a row each for rfm, lifecycle (what keeps customers and lifetime value ask for no other data), clusters,
        nps, nps_groups, drivers, roi: analysis, verdict, why, collect, needs. verdict is "ready" (every gate passed),
        "thin" (the data exist, but not enough) or "missing" (they do not exist); why is for the reader; collect says
        how to start and what to collect next, "" when ready; needs names what is missing, "" when nothing is
    """

    gates: pd.DataFrame
    verdicts: pd.DataFrame


def assess_readiness(facts: dict[str, float]) -> Readiness:
    """Hold what is known of the data against what each analysis needs.

    facts: any of FACTS; one left out or NaN is not known. Raises InputError on an unknown name, a negative or
    infinite number, a repeat_share above 1, or more complete_answers than answers.
    """
    known = _check_facts(facts)
    checks = {
        "rfm": check_rfm(known),
        "lifecycle": check_lifecycle(known),
        "clusters": check_clusters(known),
        "nps": _check_nps(known),
        "nps_groups": _check_groups(known),
        "drivers": _check_drivers(known),
        "roi": _check_roi(known),
    }
    gates = [
        (analysis, g.gate, g.needed, g.found, g.unit, g.passed, g.source)
        for analysis, listed in checks.items()
        for g in listed
    ]
    verdicts = [(analysis, *_judge(analysis, listed, known)) for analysis, listed in checks.items()]
    return Readiness(
        gates=pd.DataFrame(gates, columns=["analysis", "gate", "needed", "found", "unit", "passed", "source"]).astype(
            {"needed": float, "found": float}
        ),
        verdicts=pd.DataFrame(verdicts, columns=["analysis", "verdict", "why", "collect", "needs"]),
    )


_PASSED = "The data pass every check for this analysis."
_ORDERS = "Collect orders with a customer and a date"
_SUMMARY = "each customer's last order and number of orders"
_ASK = "Ask the 0-10 recommendation question"
_ASK_AFTER = f"{_ASK} after an order, with the customer's number."
_RATE = "Ask for a 1-5 rating of each thing that could move the score."
_DECLARE = "Declare in the parameter file on which scale the score was asked."
_RECORD = "Record who was in which campaign, and hold back a random control group."
_HOLD = "Hold back a random control group from the next campaign."
_SAY_WHAT = "Note with each answer the wave, the touchpoint or the stage of the journey it is about."
# Without these there is nothing to analyse: the fact, and the sentences that the reader is told then.
_MISSING = {
    "rfm": [("scored", "There are no orders to score customers by.", f"{_ORDERS}, or {_SUMMARY}.")],
    "lifecycle": [
        ("buyers", "There are no orders, subscriptions or visits to follow.", f"{_ORDERS}, or subscriptions.")
    ],
    "clusters": [("grouped", "No numbers tell customers apart.", f"{_ORDERS}, or numbers about each customer.")],
    "nps": [("answers", "Nobody has been asked how likely they are to recommend the company.", _ASK_AFTER)],
    "nps_groups": [
        (
            "answers",
            "There is no recommendation score to compare groups by.",
            f"{_ASK} together with the occasion: the wave, the touchpoint.",
        ),
        ("answers_per_group", "All answers come from one group, so there is nothing to compare.", _SAY_WHAT),
    ],
    "drivers": [
        ("answers", "There is no recommendation score for ratings to explain.", f"{_ASK} together with a few ratings."),
        ("ratings", "The survey has no ratings that could explain the recommendation score.", _RATE),
    ],
    "roi": [
        ("treated_customers", "No campaign is recorded, so there is no return to measure.", _RECORD),
        ("control_customers", "No campaign has a control group, so returns can be planned but not measured.", _HOLD),
    ],
}
# What will do instead of a fact, for an analysis.
_INSTEAD = {("lifecycle", "buyers"): ("subscribers", "visitors"), ("roi", "control_customers"): ("not_contacted",)}
_NEEDS = {
    "buyers": "orders with a customer and a date, subscriptions, or visits",
    "scored": f"orders, or {_SUMMARY}",
    "grouped": "orders, or numbers about each customer",
    "answers": "answers to the 0-10 recommendation question",
    "unscored_answers": "the scale of the recommendation scores",
    "answers_per_group": "the wave or touchpoint of each answer",
    "ratings": "ratings beside the recommendation score",
    "treated_customers": "who was in which campaign, and a control group",
    "control_customers": "a control group",
}


def _judge(analysis: str, gates: list[Gate], facts: dict[str, float]) -> tuple[str, str, str, str]:
    for fact, why, collect in _MISSING[analysis]:
        if not any(facts[name] > 0 for name in (fact, *_INSTEAD.get((analysis, fact), ()))):
            if fact == "answers" and facts["unscored_answers"] > 0:
                given = count(facts["unscored_answers"])
                why = f"The scores of {given} answers do not look like 0 to 10, and no other scale is declared."
                return "missing", why, _DECLARE, _NEEDS["unscored_answers"]
            return "missing", why, collect, _NEEDS[fact]
    failed = [g for g in gates if not g.passed]
    if not failed:
        return "ready", _say_complete(facts) if analysis == "drivers" else _PASSED, "", ""
    reasons = [f"It is not known: {g.gate}." if math.isnan(g.found) else g.why for g in failed]
    return "thin", " ".join(reasons), " ".join(dict.fromkeys(g.collect for g in failed)), ""


def _check_nps(facts: dict[str, float]) -> list[Gate]:
    answers = facts["answers"]
    return [
        Gate(
            gate="answers for a score within ±10 points",
            needed=NPS_ANSWERS,
            found=answers,
            unit="answers",
            source="95% interval at a variance of 0.65; up to ±12 points where opinions are split",
            why=_say_margin(answers, "the score"),
            collect=f"Start simple: one score for everyone and their comments, until there are {NPS_ANSWERS} answers.",
        )
    ]


def _check_groups(facts: dict[str, float]) -> list[Gate]:
    answers = facts["answers_per_group"]
    return [
        Gate(
            gate="answers in the second largest group",
            needed=GROUP_ANSWERS,
            found=answers,
            unit="answers",
            source="95% interval of ±22 points a group, at a variance of 0.65; fewer tell no group from another",
            why=_say_margin(answers, "a group's score"),
            collect=f"Start simple: one score for everyone, until two groups have {GROUP_ANSWERS} answers each.",
        )
    ]


def _say_margin(answers: float, score: str) -> str:
    if not answers > 0:
        return ""
    # Promoters count 1, passives 0, detractors -1; .65 is a usual variance, 1 the largest possible.
    margin = min(100.0, 196 * math.sqrt(0.65 / answers))
    return f"{count(answers)} answers place {score} only within about ±{math.ceil(margin)} points."


def _check_drivers(facts: dict[str, float]) -> list[Gate]:
    ratings = facts["ratings"]
    known = [facts[name] for name in ("rated_answers", "complete_answers", "answers") if not math.isnan(facts[name])]
    answers = known[0] if known else math.nan
    asked = max(2.0, ratings)  # 2 also where it is not known
    needed = max(10 * asked, 50 + 8 * asked)
    return [
        Gate(
            gate="rating questions to compare",
            needed=2,
            found=ratings,
            unit="questions",
            source="importance is a comparison between ratings",
            why="A single rating has nothing to be compared with.",
            collect=_RATE,
        ),
        Gate(
            gate="answers for the ratings asked",
            needed=needed,
            found=answers,
            unit="answers",
            source="10 a rating (Harrell 2015, Regression Modeling Strategies) and 50 + 8 a rating (Green 1991)",
            why=f"{count(answers)} answers with ratings are too few to compare {count(asked)} ratings by importance.",
            collect=f"Start simple: compare average ratings, until there are {count(needed)} answers with ratings.",
        ),
    ]


def _say_complete(facts: dict[str, float]) -> str:
    """Where many answers are not complete, each two ratings are compared in the answers that give both."""
    answers, complete = facts["answers"], facts["complete_answers"]
    if not complete < MOSTLY_COMPLETE * answers:
        return _PASSED
    return (
        f"Enough, but only {count(complete)} of {count(answers)} answers ({percent(complete / answers)}) rate "
        "everything asked. Each two ratings are therefore compared in the answers that give both, and the result says "
        "how much that matters."
    )


def _check_roi(facts: dict[str, float]) -> list[Gate]:
    rate, needed = min(ARM_CUSTOMERS.items())
    if facts["not_contacted"] > 0 and not facts["control_customers"] > 0:
        return [_check_held_out(needed)]
    arms = {"control": facts["control_customers"], "treated": facts["treated_customers"]}
    return [
        Gate(
            gate=f"customers in the {arm} arm",
            needed=needed,
            found=found,
            unit="customers",
            source=f"shows a rise from 5% to {rate:.0%} with 80% power at a two-sided 5%",
            why=f"{count(found)} customers in the {arm} arm {_see(found)}.",
            collect=f"Start simple: one campaign with two arms, {count(needed)} customers in each.",
        )
        for arm, found in arms.items()
    ]


def _check_held_out(needed: float) -> Gate:
    return Gate(
        gate="customers held out at random",
        needed=needed,
        found=0,
        unit="customers",
        source="only chance makes the two groups alike before the campaign",
        why="This is not a test: the others were not held out at random, so they may differ from those contacted.",
        collect=_HOLD,
    )


def _see(arm: float) -> str:
    shown = [rate for rate, needed in ARM_CUSTOMERS.items() if arm >= needed]
    if not shown:
        return "are too few to show even a doubling from 5% to 10% buying"
    return f"are enough to see a rise from 5% to {min(shown):.0%} buying, but no smaller one"


def _check_facts(facts: dict[str, float]) -> dict[str, float]:
    """The facts with NaN for those not given."""
    for name, value in facts.items():
        if name not in FACTS:
            near = nearest(name, FACTS)
            mend = f"Did you mean {near}?" if near else ""
            raise InputError(f"{name} is not a known fact", where="Readiness", allowed=", ".join(FACTS), mend=mend)
        if value < 0 or math.isinf(value):
            raise InputError(f"{name} is {value}", where="Readiness", allowed="0 or more")
        if name == "repeat_share" and value > 1:
            raise InputError(f"repeat_share is {value}", where="Readiness", allowed="a share from 0 to 1")
    known = {name: float(facts.get(name, math.nan)) for name in FACTS}
    for fact in ("complete_answers", "rated_answers"):  # who rated has answered
        if math.isnan(known["answers"]):
            known["answers"] = known[fact]
    for fact in ("scored", "grouped"):
        known[fact] = known["buyers"] if math.isnan(known[fact]) else known[fact]
    # `answers` also where either is not known: nothing is less than NaN.
    known["answers_per_group"] = min(known["answers"], known["answers_per_group"])
    if known["complete_answers"] > known["answers"]:
        raise InputError("there are more complete_answers than answers", where="Readiness")
    return known
