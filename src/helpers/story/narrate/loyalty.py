"""Sentences about who recommends, why, and what to do about it."""

import math

import pandas as pd

from helpers.analysis.drivers import Drivers
from helpers.analysis.nps import Gap, Nps, NpsGroups, WaveChange
from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.statement import KeyFigure, Statement


def nps_level(result: Nps, *, group: str = "Customers", min_answers: int = 50) -> Statement:
    """Whether promoters or detractors lead, by the interval."""
    values = {"nps": result.score * 100, "low": result.low * 100, "high": result.high * 100, "n": result.n}
    between = fmt.interval(result.low, result.high, fmt.points)
    if result.n < min_answers:
        return Statement(
            "nps_level",
            f"{group} gave {fmt.many(result.n, 'answer')}, fewer than the {min_answers} a score should rest on. "
            f"It may lie anywhere from {between}.",
            "few",
            action="Collect more answers before comparing or promising anything.",
            headline=True,
            values=values,
        )
    side = verdicts.side_of_zero(result.low, result.high)
    meaning = {
        "above": "promoters outnumber detractors",
        "below": "detractors outnumber promoters",
        "unclear": "neither promoters nor detractors clearly lead",
    }[side]
    return Statement(
        "nps_level",
        f"{group} give a Net Promoter Score of {fmt.points(result.score)} (95% interval {between}, "
        f"{fmt.many(result.n, 'answer')}): {meaning}.",
        {"above": "good", "below": "bad", "unclear": "unclear"}[side],  # type: ignore[arg-type]
        headline=True,
        values=values,
        figures=(
            KeyFigure("Net Promoter Score", fmt.points(result.score), f"{between}, {fmt.count(result.n)} answers"),
        ),
    )


def nps_weighting(result: NpsGroups) -> Statement:
    """What the survey weights change."""
    whole = result.by_group.query("grouping == 'all'").iloc[0]
    if math.isnan(whole["nps_weighted"]):
        return Statement("nps_weighting", "The answers carry no weights: each counts once.")
    plain, weighted = fmt.points(whole["nps"] / 100), fmt.points(whole["nps_weighted"] / 100)
    values = {"nps": whole["nps"], "nps_weighted": whole["nps_weighted"]}
    if plain == weighted:
        text = f"Weighted to the population the score stays at {weighted}."
    else:
        text = f"Weighted to the population the score is {weighted} instead of {plain}."
    return Statement("nps_weighting", text, values=values)


def nps_trend(change: WaveChange | None) -> Statement:
    """Whether the last survey wave differs from the one before, by the interval of the difference."""
    if change is None:
        return Statement("nps_trend", "There is one survey wave only, so nothing is said about change.", "few")
    moved = change.difference
    between = fmt.interval(moved.low, moved.high, fmt.points)
    side = verdicts.side_of_zero(moved.low, moved.high)
    values = {"difference": moved.difference * 100, "low": moved.low * 100, "high": moved.high * 100}
    if side == "unclear":
        text = f"Between {change.before_name} and {change.now_name} there is no clear change: it may be {between}."
        return Statement("nps_trend", text, "unclear", values=values)
    rose = side == "above"
    return Statement(
        "nps_trend",
        f"The score {'rose' if rose else 'fell'} from {fmt.points(change.before.score)} ({change.before_name}) to "
        f"{fmt.points(change.now.score)} ({change.now_name}); the change is {between} with 95% confidence.",
        "good" if rose else "bad",
        action="" if rose else "Find out what changed between the waves before the next one is due.",
        headline=True,
        values=values,
    )


def nps_by_group(gap: Gap, *, min_answers: int = 50) -> Statement:
    """The widest gap between two groups of one grouping."""
    if not gap.grouping:
        return Statement(
            "nps_by_group",
            f"No two groups have {min_answers} answers or more each, so none are compared.",
            "few",
        )
    values = {"grouping": gap.grouping, "low": gap.low, "high": gap.high, "gap": gap.points}
    if not gap.clear:
        return Statement(
            "nps_by_group",
            "Between the groups compared, all differences are within what chance would do.",
            "unclear",
            values=values,
        )
    score = gap.by_group.set_index("group")["nps"] / 100
    return Statement(
        "nps_by_group",
        f"The widest clear gap is by {_readable(gap.grouping)}: {gap.low} at {fmt.points(score[gap.low])}, "
        f"{gap.high} at {fmt.points(score[gap.high])}. Their intervals do not overlap.",
        "bad",
        action=f"Start with {gap.low}: read their comments and call their detractors.",
        headline=True,
        values=values,
    )


def drivers_found(result: Drivers, *, min_answers: int = 50) -> Statement:
    """What goes with the score most, and how much of the score the ratings explain."""
    if result.answers < min_answers or result.drivers.empty:
        return Statement(
            "drivers_found",
            f"{fmt.many(result.answers, 'answer')} rate all drivers, fewer than the {min_answers} needed: "
            "nothing is said about drivers.",
            "few",
            action="Ask fewer questions of more customers.",
            values={"answers": result.answers},
        )
    top = result.drivers.iloc[0]
    others = [_readable(d) for d in result.drivers["driver"].iloc[1:3]]
    apart = len(result.drivers) < 2 or top["lmg_low"] > result.drivers["lmg_high"].iloc[1]
    lead = "goes with the score most" if apart else "leads, though not clearly ahead of the next,"
    then = f", then {fmt.listing(others)}" if others else ""
    return Statement(
        "drivers_found",
        f"{_readable(top['driver']).capitalize()} {lead} ({fmt.share(top['importance'])} of what is explained){then}. "
        f"Together the ratings account for {verdicts.explained(result.r_squared)} of the differences in score "
        f"({fmt.share(result.r_squared)} of variance). This is association: a test would show cause.",
        "neutral" if apart else "unclear",
        headline=True,
        action=f"Try one visible improvement in {_readable(top['driver'])} and measure the score before and after "
        "with a group that did not get it.",
        values={"driver": top["driver"], "importance": top["importance"], "r_squared": result.r_squared},
    )


def driver_gap(result: Drivers, *, min_answers: int = 50) -> Statement:
    """The important driver that is rated low: where improvement should start."""
    if result.answers < min_answers or len(result.drivers) < 2:
        return Statement("driver_gap", "There are too few ratings to set priorities.", "few")
    frame = result.drivers
    urgent = frame[
        (frame["importance"] >= frame["importance"].mean()) & (frame["performance"] < frame["performance"].mean())
    ]
    if urgent.empty:
        return Statement(
            "driver_gap",
            "What matters most is also rated above the average driver: protect it.",
            "good",
            values={"urgent": []},
        )
    names = [f"{_readable(r['driver'])} (rated {fmt.number(r['performance'], 1)})" for r in urgent.to_dict("records")]
    return Statement(
        "driver_gap",
        f"Important, and rated below the average driver: {fmt.listing(names)}.",
        "bad",
        action=f"Start with {_readable(urgent.iloc[0]['driver'])}: it matters most among what is rated low.",
        headline=True,
        values={"urgent": urgent["driver"].tolist()},
    )


def nps_actions(groups: pd.DataFrame, money: Money) -> Statement:
    """`groups` as in features.answering_customers: how many to call, ask and invite."""
    by_group = groups.set_index("group")
    detractors = by_group.loc["detractors"]
    if not by_group["customers"].sum():
        return Statement(
            "nps_actions",
            f"{fmt.many(detractors['answers'], 'detractor')} answered, but answers carry no customer: "
            "nobody can be called back.",
            "few",
            action="Send the customer number along with the next survey, so that detractors can be called.",
            values={"detractors": int(detractors["answers"])},
        )
    at_stake = f", who have spent {money(detractors['spend'])}," if detractors["spend"] > 0 else ""
    return Statement(
        "nps_actions",
        f"{fmt.many(detractors['customers'], 'customer')}{at_stake} are detractors by their latest answer; "
        f"{fmt.many(by_group.loc['promoters', 'customers'], 'customer')} are promoters.",
        "neutral",
        action="Call the detractors, biggest spender first; ask the passives what is missing; invite the promoters "
        "to give a testimonial or a referral.",
        headline=True,
        values={g: int(by_group.loc[g, "customers"]) for g in by_group.index},
    )


def _readable(name: str) -> str:
    return {"rfm_segment": "value segment"}.get(name, name.replace("_", " "))
