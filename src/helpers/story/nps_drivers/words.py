"""Sentences about who recommends, why, and what to do about it."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted
from helpers.story.statement import KeyFigure, Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.drivers import Drivers
    from helpers.analysis.nps_drivers.nps import Gap, Nps, NpsGroups, WaveChange

_VERDICTS: dict[verdicts.Side, Verdict] = {"above": "good", "below": "bad", "unclear": "unclear"}


def level(result: "Nps", *, group: str = "Customers", min_answers: int = 50) -> Statement:
    """Whether promoters or detractors lead, by the interval."""
    values = {"nps": result.score * 100, "low": result.low * 100, "high": result.high * 100, "n": result.n}
    between = fmt.interval(result.low, result.high, fmt.points)
    if result.n < min_answers:
        return Statement(
            "level",
            f"{group} gave {fmt.many(result.n, 'answer')}, fewer than the {fmt.count(min_answers)} a score should rest "
            f"on. The Net Promoter Score may lie anywhere from {between}.",
            "few",
            action=f"Collect {fmt.many(min_answers - result.n, 'more answer')} before comparing or promising anything.",
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
        "level",
        f"{group} give a Net Promoter Score of {fmt.points(result.score)} (95% interval {between}, "
        f"{fmt.many(result.n, 'answer')}): {meaning}.",
        _VERDICTS[side],
        action="Call ten recent detractors this week, and mend what most of them name." if side == "below" else "",
        headline=True,
        values=values,
        figures=(
            KeyFigure(
                "Net Promoter Score", fmt.points(result.score), f"{between}, from {fmt.many(result.n, 'answer')}"
            ),
        ),
    )


def weighting(result: "NpsGroups") -> Statement:
    """What the survey weights change."""
    whole = result.by_group.query("grouping == 'all'").to_dict("records")[0]
    if math.isnan(whole["nps_weighted"]):
        return Statement("weighting", "")  # nothing to add
    plain, weighted = fmt.score(whole["nps"]), fmt.score(whole["nps_weighted"])
    values = {key: whole[key] for key in ("nps", "nps_weighted", "nps_weighted_low", "nps_weighted_high")}
    between = fmt.interval(whole["nps_weighted_low"], whole["nps_weighted_high"], fmt.score)
    if plain == weighted:
        text = f"The survey weights do not change the score: it stays at {weighted}."
    else:
        text = f"With the survey weights the score is {weighted} (95% interval {between}), without them {plain}."
    return Statement("weighting", text, values=values)


def trend(change: "WaveChange | None", *, min_answers: int = 50) -> Statement:
    """Whether the last survey wave differs from the one before, by the interval of the difference."""
    if change is None:
        return Statement(
            "trend",
            "There are no two survey waves with enough answers, so nothing is said about change.",
            "few",
            needs=f"two survey waves with {fmt.many(min_answers, 'answer')} or more each",
        )
    moved = change.difference
    before, now = fmt.points(change.before.score), fmt.points(change.now.score)
    side = verdicts.side_of_zero(moved.low, moved.high)
    values = {
        "before": change.before.score * 100,
        "now": change.now.score * 100,
        "difference": moved.difference * 100,
        "low": moved.low * 100,
        "high": moved.high * 100,
    }
    if not math.isnan(change.now_weighted):
        values |= {"before_weighted": change.before_weighted, "now_weighted": change.now_weighted}
    if side == "unclear":
        between = fmt.interval(moved.low, moved.high, fmt.points)
        text = f"The score did not clearly change from {change.before_name} to {change.now_name}: "
        text += f"the difference lies between {between.replace(' to ', ' and ')} points (95% interval)."
        return Statement("trend", text, "unclear", values=values)
    if before == now:
        text = (
            f"The score stayed at {now} from {change.before_name} to {change.now_name}: it moved by less than a point."
        )
        return Statement("trend", text, values=values)
    rose = side == "above"
    least, most = (fmt.number(100 * bound, 0) for bound in sorted((abs(moved.low), abs(moved.high))))
    by = f"{least} to {most} points" if least != most else f"about {least} {'point' if least == '1' else 'points'}"
    return Statement(
        "trend",
        f"The score {'rose' if rose else 'fell'} from {before} ({change.before_name}) to {now} ({change.now_name}), "
        f"by {by} (95% interval).{_weighted_trend(change)}",
        "good" if rose else "bad",
        action=""
        if rose
        else "List what changed for customers between the waves, and ask detractors of the last one about it.",
        headline=True,
        values=values,
    )


def _weighted_trend(change: "WaveChange") -> str:
    if math.isnan(change.now_weighted):
        return ""
    before, now = (fmt.score(x) for x in (change.before_weighted, change.now_weighted))
    return f" Weighted to the population, it went from {before} to {now}."


def by_group(gap: "Gap", *, min_answers: int = 50) -> Statement:
    """The widest gap between two groups of one grouping."""
    if not gap.grouping:
        return Statement(
            "by_group",
            f"No two groups of customers gave {fmt.many(min_answers, 'answer')} or more each, so none are compared.",
            "few",
            needs=f"two groups of customers, by touchpoint or by any attribute of theirs, with "
            f"{fmt.many(min_answers, 'answer')} or more each",
        )
    values = {"grouping": gap.grouping, "low": gap.low, "high": gap.high, "gap": gap.points}
    if not gap.clear:
        return Statement(
            "by_group",
            "No grouping has a best and a worst group that are clearly apart: their 95% intervals overlap.",
            "unclear",
            values=values,
        )
    groups = {r["group"]: r for r in gap.by_group.to_dict("records")}
    low, high, kind = groups[gap.low], groups[gap.high], inside(gap.grouping)
    unnamed = {UNKNOWN: f"{kind} not known", WITHHELD: "one named by what looks like a person's"}
    low_name, high_name = (unnamed.get(g, quoted(g)) for g in (gap.low, gap.high))
    whom = "it" if gap.low == WITHHELD else low_name
    action = f"Read the comments from {whom} first, and call the detractors who can be reached."
    if gap.low == UNKNOWN:
        action = f"Look up who these customers are before acting: their {kind} is not known."
    return Statement(
        "by_group",
        f"The widest clear gap is by {kind}: {low_name} scores {fmt.score(low['nps'])}, {high_name} "
        f"{fmt.score(high['nps'])}, and their 95% intervals do not overlap.",
        "bad" if verdicts.side_of_zero(low["nps_low"], low["nps_high"], fmt.score) == "below" else "neutral",
        action=action,
        headline=True,
        values=values | {"nps_low_group": low["nps"], "nps_high_group": high["nps"]},
    )


def drivers(result: "Drivers", *, min_answers: int = 50) -> Statement:
    """What goes with the score most, and how much of the score the ratings explain."""
    if result.answers < min_answers or result.drivers.empty:
        if result.answers >= min_answers:
            return Statement(
                "drivers",
                "No aspect was rated by enough customers, or the ratings hardly differ: nothing is said about drivers.",
                "few",
                values={"answers": result.answers},
                needs="aspects that most customers rate, and not all alike",
            )
        fewer = f", fewer than the {fmt.count(min_answers)} needed"
        rate = "rates" if result.answers == 1 else "rate"
        return Statement(
            "drivers",
            f"{fmt.many(result.answers, 'answer')} {rate} everything asked{fewer}, so nothing is said about drivers.",
            "few",
            action="Ask about fewer things, and put them to more customers.",
            values={"answers": result.answers},
            needs=f"{fmt.many(min_answers, 'answer')} that rate every aspect asked",
        )
    top = result.drivers.to_dict("records")[:3]
    values = {
        "driver": top[0]["driver"],
        "importance": top[0]["importance"],
        "r_squared": result.r_squared,
        "answers": result.answers,
    }
    part, of_variance = verdicts.explained(result.r_squared), fmt.share(result.r_squared)
    if part == "next to nothing":
        return Statement(
            "drivers",
            f"The ratings account for next to nothing of the differences in score ({of_variance} of variance), so no "
            "driver is named.",
            "unclear",
            action="Ask customers in their own words why they gave their score.",
            headline=True,
            values=values,
        )
    of_what = [" of what the ratings explain", "", ""]
    shares = [
        f"{inside(d['driver'])} ({fmt.share(d['importance'])}{what})" for d, what in zip(top, of_what, strict=False)
    ]
    apart = len(top) < 2 or bool((result.drivers["lmg_high"].iloc[1:] < top[0]["lmg_low"]).all())
    if apart:
        then = f", clearly ahead of {fmt.listing(shares[1:])}" if shares[1:] else ""
        text = f"The score goes most closely with {shares[0]}{then}."
    else:
        text = f"The score goes most closely with {fmt.listing(shares)}, but which of them comes first is not clear."
    return Statement(
        "drivers",
        f"{text} In {fmt.many(result.answers, 'complete answer')} the ratings account for {part} of the differences in "
        f"score ({of_variance} of variance). This shows what goes with the score, not what causes it.",
        "neutral" if apart else "unclear",
        headline=True,
        action=f"Try one visible improvement in {inside(top[0]['driver'])} with some customers first, and compare "
        "their score with that of the others.",
        values=values | {"shares": {d["driver"]: d["importance"] for d in top}},
    )


def driver_gap(result: "Drivers", *, min_answers: int = 50) -> Statement:
    """The important driver that is rated low: where improvement should start."""
    frame = result.drivers
    if result.answers < min_answers or len(frame) < 2:
        needs = f"two aspects or more, rated in {fmt.many(min_answers, 'answer')} or more"
        return Statement("driver_gap", "There are too few ratings to set priorities.", "few", needs=needs)
    if verdicts.explained(result.r_squared) == "next to nothing":
        text = "The ratings hardly go with the score, so they set no priorities."
        return Statement("driver_gap", text, "unclear", values={"r_squared": result.r_squared})
    important = frame[frame["importance"] >= 1 / len(frame)]  # as the picture beside it draws the line
    urgent = important[important["performance"] < frame["performance"].mean()].to_dict("records")
    values = {"urgent": {r["driver"]: r["performance"] for r in urgent}}
    if not urgent:
        keep = fmt.listing([inside(d) for d in important["driver"].head(2)])
        return Statement(
            "driver_gap",
            "No rating that goes closely with the score is below the average rating.",
            "good",
            action=f"Keep up {keep} before improving anything else." if keep else "",
            values=values,
        )
    names = [f"{inside(r['driver'])} ({fmt.number(r['performance'], 2)})" for r in urgent]
    return Statement(
        "driver_gap",
        f"Closely tied to the score, yet rated below average: {fmt.listing(names)}.",
        "bad",
        action=f"Ask customers who rated {inside(urgent[0]['driver'])} low what went wrong, and mend that first.",
        headline=True,
        values=values,
    )


def actions(groups: pd.DataFrame, money: Money) -> Statement:
    """`groups` as in answers.nps_actions: how many to call, ask and invite."""
    found = {str(r["group"]): r for r in groups.to_dict("records")}
    detractors, promoters = found["detractors"], found["promoters"]
    if not sum(r["customers"] for r in found.values()):
        said = fmt.many(detractors["answers"], "detractor")
        return Statement(
            "actions",
            f"{said} answered, but the answers carry no customer number, so nobody can be called back.",
            "few",
            action="Send the customer number along with the next survey, so that detractors can be called.",
            values={"detractors": int(detractors["answers"])},
        )
    values = {group: int(r["customers"]) for group, r in found.items()} | {"spend": detractors["spend"]}
    invite = "Invite the promoters to give a testimonial or a referral." if promoters["customers"] else ""
    if not detractors["customers"]:
        text = f"No customer is a detractor by the latest answer, and {_are(promoters['customers'], 'promoter')}."
        return Statement("actions", text, "good", action=invite, headline=True, values=values)
    they = "The detractor has" if detractors["customers"] == 1 else "The detractors have"
    at_stake = f" {they} spent {money(detractors['spend'])} so far." if detractors["spend"] > 0 else ""
    first = ", the biggest spenders first" if at_stake and detractors["customers"] > 1 else ""
    return Statement(
        "actions",
        f"By their latest answer {_are(detractors['customers'], 'detractor')} and "
        f"{_are(promoters['customers'], 'promoter')}.{at_stake}",
        "neutral",
        action=f"Call the detractors this week{first}. Ask the passives what is missing."
        + (f" {invite}" if invite else ""),
        headline=True,
        values=values,
    )


def _are(customers: int, what: str) -> str:
    """12 -> "12 customers are detractors"; 1 -> "1 customer is a detractor"."""
    if customers == 1:
        return f"1 customer is a {what}"
    return f"{fmt.count(customers) if customers else 'no'} customers are {what}s"
