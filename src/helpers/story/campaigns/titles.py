"""Titles of the charts of campaigns: what each surely shows, or nothing."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis.campaigns.members import of_largest
from helpers.story import fmt
from helpers.story.campaigns import lift_words, members_words, planning_words, series_words, uplift_words
from helpers.story.campaigns.evidence_labels import form_of
from helpers.story.campaigns.outcomes import lift_form
from helpers.story.campaigns.uplift_choice import per_customer, unit_of
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted

if TYPE_CHECKING:
    from helpers.analysis.campaigns.differences import Differences
    from helpers.analysis.campaigns.interrupted import Interrupted
    from helpers.analysis.campaigns.lift import Lift
    from helpers.analysis.campaigns.members import Members
    from helpers.analysis.campaigns.planning import NextTest
    from helpers.analysis.campaigns.segments import SegmentLift
    from helpers.analysis.campaigns.uplift import Uplift


def lift(found: "Lift", shown: pd.DataFrame, money: Money) -> str:
    """The arm that clearly raised the outcome most, or lowered it; of those drawn."""
    said = lift_words.lift(found, money)
    told = said.values
    drawn = [(str(c), str(a)) for c, a in zip(shown["campaign"], shown["arm"], strict=True)]
    if said.verdict not in ("good", "bad") or (told["campaign"], told["arm"]) not in drawn:
        return ""
    same = [campaign for campaign, arm in drawn if arm == told["arm"]]
    who = quoted(told["arm"]) + (f" in {quoted(told['campaign'])}" if len(set(same)) > 1 else "")
    verb = "raised" if said.verdict == "good" else "lowered"
    by = _each(found.outcome, told["control_mean"], abs(told["lift"]), money)
    return f"{who} {verb} {inside(found.outcome)} by {by}"


def segment_lift(found: "SegmentLift", money: Money) -> str:
    """The group in which the lift is surest, where groups differ by more than chance."""
    said = lift_words.for_whom(found, money)
    told = said.values
    if said.verdict not in ("good", "neutral") or "best" not in told:
        return ""
    rows = found.by_segment
    best = rows[
        (rows["campaign"] == told["campaign"]) & (rows["arm"] == told["arm"]) & (rows["segment"] == told["best"])
    ].to_dict("records")[0]
    by = _each(best["metric"], best["control_mean"], best["lift"], money)
    return f"The lift is surest in {quoted(told['best'])}, at {by}, and least in {quoted(told['worst'])}"


def members_lift(result: "Members", outcome: str, money: Money) -> str:
    """What members bought more than others alike before, where that is clear; the sentence's own claim, in brief."""
    said = members_words.members_answer(result, outcome, money)
    if said.verdict not in ("neutral", "bad"):
        return ""
    claim = said.text.partition(": ")[0].replace(" have since ", " ", 1)
    return claim.replace(" than customers who were alike before", " than others alike before")


def members_balance(result: "Members") -> str:
    """That members and others are alike once weighted, where they are in every trait."""
    said = members_words.members_comparable(result)
    told = said.values
    if said.verdict != "neutral" or told["left"]:
        return ""
    return f"Once weighted, members and others differ by {fmt.number(told['after'], 2)} standard deviations at most"


def members_overlap(result: "Members") -> str:
    """Of how many members there are others alike, whom alone they are compared with."""
    rows = of_largest(result, result.effects)
    shares = rows["overlap_share"].dropna().tolist()
    if not shares:
        return ""
    return f"Similar customers were found for {'all' if shares[0] >= 1 else f'{fmt.share(shares[0])} of'} members"


def sizes(plan: "NextTest", metric: str) -> str:
    """What a test of all customers takes in the outcome drawn, where they are there."""
    said = planning_words.next_test(plan)
    told = said.values
    if said.verdict != "good" or told["metric"] != metric:
        return ""
    return f"A test takes {fmt.count(2 * told['needed_an_arm'])} customers; there are {fmt.count(told['customers'])}"


def series_courses(result: "Differences", metric: str, money: Money, drawn: Collection[str]) -> str:
    """How much more members of a campaign among those drawn changed than everyone else, where they clearly did."""
    said = series_words.series_difference(result, metric, money)
    told = said.values
    if said.verdict != "neutral" or told["campaign"] not in drawn:
        return ""
    who, amount = f"Members of {quoted(told['campaign'])}", form_of(metric, money)(abs(told["estimate"]))
    up = told["estimate"] > 0
    did = f"spent {amount} {'more' if up else 'less'} each"
    if metric != "spend":
        did = f"placed {amount} {'more' if up else 'fewer'} orders each"
    return f"{who} {did} than the course of others suggests"


def series_weeks(result: "Interrupted", metric: str, money: Money, drawn: Collection[str]) -> str:
    """How far all sales left their course after a campaign among those drawn, where they clearly did."""
    said = series_words.series_course(result, metric, money)
    told = said.values
    if said.verdict != "neutral" or told["campaign"] not in drawn:
        return ""
    amount = money(abs(told["effect"])) if metric == "spend" else f"{fmt.count(abs(told['effect']))} orders"
    way = "above" if told["effect"] > 0 else "below"
    return f"All sales lay {amount} {way} their course after {quoted(told['campaign'])} began"


def qini(uplift: "Uplift", revenue: str, money: Money) -> str:
    """What the best-ranked half brings, where the ranking beats chance."""
    said = uplift_words.whom_next(uplift, revenue, money)
    if said.verdict != "good":
        return ""
    share = said.values["half_share"]
    brings = f"{fmt.share(share)} of" if share < 1 else "all of"
    return f"The best-ranked half of customers brings {brings} the extra {inside(said.values['metric'])}"


def by_segment(uplift: "Uplift", revenue: str, money: Money) -> str:
    """What a contact adds where it surely adds most, and where it can add least."""
    said = uplift_words.who_responds(uplift, revenue, money)
    told = said.values
    if said.verdict != "neutral":
        return ""
    form = per_customer(told["metric"], revenue, money)
    best, least = (fmt.signed(told["shrunk"][told[end]], form) for end in ("best", "least"))
    unit, most = unit_of(told["metric"], revenue), quoted(told["best"])
    return f"A contact adds {best} {unit} for {most}, {least} for {quoted(told['least'])}"


def _each(metric: object, level: float, lift: float, money: Money) -> str:
    """A lift in money or in number is one a customer; one in a rate is of all."""
    amount = lift_form(metric, level, money)(lift)
    return amount if amount.endswith("points") else f"{amount} a customer"
