"""Sentences about what segmentation is worth, what it earned, and what a programme would have to earn."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.analysis.roi.roi import LEAST_ARM, Returns, Roi
from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted, some
from helpers.story.roi.cases import (
    Row,
    compared_and_alone,
    margin_bounds,
    record_of,
    total_of,
    uncompared,
    where,
    who,
)
from helpers.story.roi.outcomes import shown_outcome
from helpers.story.statement import KeyFigure, Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.roi.experiments import Lift

_CAMPAIGN = "campaigns, with customers left out of them at random"


def segment_value(kpis: pd.DataFrame, money: Money, *, min_customers: int = 30) -> Statement:
    """`kpis` as in the rfm_segments table; compares the segments that have `min_customers` or more."""
    if kpis.empty:
        text = "No orders were scored, so there are no value segments to compare."
        return Statement("segment_value", text, "few", needs="purchases with a customer and a date")
    if not kpis["average_spend"].notna().any():
        text = "What customers paid was not given, so the groups cannot be compared by their worth."
        return Statement("segment_value", text, "few", needs="what was paid for each purchase")
    known = kpis[kpis["customers"] >= min_customers].dropna(subset="average_spend")
    judged = known.sort_values("average_spend", kind="stable").to_dict("records")
    if len(judged) < 2:
        text = f"No two segments have {fmt.many(min_customers, 'customer')} or more, so none are compared."
        return Statement("segment_value", text, "few")
    low, top = judged[0], judged[-1]
    most, least = money(top["average_spend"]), money(low["average_spend"])
    values = {
        "top": top["rfm_segment"],
        "top_average_spend": top["average_spend"],
        "low": low["rfm_segment"],
        "low_average_spend": low["average_spend"],
    }
    if most == least:
        text = f"A customer has spent about {most} in every segment, so spend does not tell where to put effort."
        return Statement("segment_value", text, "unclear", values=values)
    return Statement(
        "segment_value",
        f"On average a customer in {quoted(top['rfm_segment'])} has spent {most}, one in "
        f"{quoted(low['rfm_segment'])} {least}. That is how much is at stake, not what a campaign would add.",
        values=values,
    )


def lift(lift: "Lift", outcome: str, form: Callable[[float], str]) -> Statement:
    """Which arms clearly moved the outcome against the control group; against everyone else, where it was higher."""
    metric, form = shown_outcome(lift, outcome, form)
    if not lift.tested:
        return _compared(lift, metric, form)
    arms = lift.by_arm[lift.by_arm["metric"] == metric].to_dict("records")
    what = inside(metric)
    if not arms:
        text = "No campaign with a control group was supplied."
        return Statement("lift", text, "few", needs=_CAMPAIGN)
    values = _measured(arms, metric)
    known, by_side = _by_side(arms, form)
    said = [
        f"{who(arm, arms)} {verb} {what} by {form(abs(arm['lift']))} a customer "
        f"(between {_between(abs(arm['low']), abs(arm['high']), form)})."
        for side, verb in (("above", "raised"), ("below", "lowered"))
        for arm in by_side[side]
    ]
    said += _undecided(arms, known, by_side["unclear"], what, form)
    intervals = "Bounds are 95% intervals. " if known else ""
    said.append(f"{intervals}This compares with the customers left out, and holds if they were picked at random.")
    verdict: Verdict = "few" if not known else "unclear"
    if by_side["above"] or by_side["below"]:
        verdict = "neutral" if by_side["above"] and by_side["below"] else "good" if by_side["above"] else "bad"
    harm = fmt.listing([who(arm, arms) for arm in by_side["below"]])
    action = f"Stop {harm} until it is known why customers bought less." if harm else ""
    return Statement("lift", " ".join(said), verdict, action, headline=verdict == "bad", values=values)


def _compared(lift: "Lift", metric: str, form: Callable[[float], str]) -> Statement:
    """How customers contacted and everyone else differ, which says nothing of why."""
    arms, what = lift.by_arm[lift.by_arm["metric"] == metric].to_dict("records"), inside(metric)
    if not arms:
        text = (
            "Customers contacted cannot be compared with everyone else: that takes orders, the date of contact, and "
            "customers who were not contacted."
        )
        needs = "orders, the date of each contact, and customers who were not contacted"
        return Statement("lift", text, "few", needs=needs)
    known, by_side = _by_side(arms, form)
    be = "were" if what.endswith("s") else "was"
    said = [
        f"In {who(arm, arms)}, {what} {be} {form(abs(arm['lift']))} a customer {way} than among customers who were "
        f"not contacted (between {_between(abs(arm['low']), abs(arm['high']), form)})."
        for side, way in (("above", "higher"), ("below", "lower"))
        for arm in by_side[side]
    ]
    said += _undecided(arms, known, by_side["unclear"], what, form)
    intervals = "Bounds are 95% intervals. " if known else ""
    said.append(
        f"{intervals}This compares what was bought from the campaign's first day on. It is not a test: nobody was held "
        "out at random, so the two groups may have differed before."
    )
    verdict: Verdict = "few" if not known else "neutral" if by_side["above"] or by_side["below"] else "unclear"
    return Statement("lift", " ".join(said), verdict, values=_measured(arms, metric))


def _measured(arms: Sequence[Row], metric: str) -> dict[str, Any]:
    told = ("campaign", "arm", "lift", "low", "high")
    return {"metric": metric, "arms": [{key: arm[key] for key in told} for arm in arms]}


def _by_side(arms: Sequence[Row], form: Callable[[float], str]) -> tuple[list[Row], dict[str, list[Row]]]:
    """The arms with an interval to go by, and these by where it lies."""
    known = [arm for arm in arms if arm["low"] == arm["low"] and min(arm["n"], arm["control_n"]) >= LEAST_ARM]
    by_side: dict[str, list[Row]] = {"above": [], "below": [], "unclear": []}
    for arm in known:
        by_side[verdicts.side_of_zero(arm["low"], arm["high"], form)].append(arm)
    return known, by_side


def _undecided(
    arms: Sequence[Row], known: Sequence[Row], unclear: Sequence[Row], what: str, form: Callable[[float], str]
) -> list[str]:
    """The arms that cannot be told from the others, and those with too little to say."""
    said = []
    if unclear:
        named = [f"{who(a, arms)} (between {_between(a['low'], a['high'], form)})" for a in unclear]
        said.append(f"For {some(named)} no clear difference in {what} was found.")
    if len(known) < len(arms):
        unknown = [who(arm, arms) for arm in arms if arm not in known]
        said.append(f"For {some(unknown)} there are too few customers, or too few with any {what}, to say.")
    return said


def returns_on_campaigns(result: Returns, money: Money, *, tested: bool = True) -> Statement:
    """What each campaign earned for its cost, on revenue and at margin, with its interval; nothing where it was not
    `tested`, nobody being held out."""
    known, alone = compared_and_alone(result.by_segment)
    cases, total, margin = [*known, *alone], result.total, fmt.share(result.margin)
    if not known:
        why = (
            "no campaign with a control group was supplied" if tested else "nobody was held out of a campaign at random"
        )
        return Statement(
            "returns_on_campaigns",
            f"No return can be shown, as {why}.",
            "few",
            action="Hold a random tenth of customers out of the next campaign, so that its return can be measured.",
            headline=True,  # the cover must say what this report cannot show, and what would unlock it
            needs=f"{_CAMPAIGN}, and what they cost",
        )
    values = {**total_of(total), "margin": result.margin, "arms": [record_of(case, result.margin) for case in cases]}
    if not total.cost > 0:
        return Statement(
            "returns_on_campaigns",
            f"The estimated extra revenue of the campaigns is {money(total.incremental_revenue)}. What they cost was "
            "not given, so no return is shown.",
            "few",
            action="Find out what one contact cost, and put it into this report's parameters.",
            headline=True,
            values=values,
        )
    paying, losing, unclear, free = (
        [case for case in cases if case["verdict"] == v] for v in ("pays", "loses", "unclear", "no cost given")
    )
    said = [
        *(f"{who(c, cases)} paid: {_margin_of(c, result, money)}." for c in paying[:2]),
        *(f"{who(c, cases)} lost money: {_margin_of(c, result, money)}." for c in losing[:2]),
        *(f"Whether {who(c, cases)} paid cannot be told: {_margin_of(c, result, money)}." for c in unclear[:1]),
    ]
    for rest, outcome in (
        (paying[2:], "{} paid too."),
        (losing[2:], "{} lost money too."),
        (unclear[1:], "For {} it cannot be told either."),
    ):
        if rest:
            said.append(outcome.format(some([who(c, cases) for c in rest])))
    if free:
        said.append(f"For {some([who(c, cases) for c in free])} no cost was given.")
    if alone:
        said.append(f"For {some([who(c, cases) for c in alone])} there is nobody to compare with.")
    bounded = any(c["incremental_low"] == c["incremental_low"] for c in cases)
    if bounded:
        said.append("Bounds are 95% intervals.")
    extra, gained = money(total.incremental_revenue), total.incremental_revenue > 0
    brought = f"an estimated {extra} of extra revenue" if gained else f"no extra revenue (an estimated {extra})"
    return Statement(
        "returns_on_campaigns",
        f"The campaigns cost {money(total.cost)} and brought {brought}. At an assumed gross margin of {margin}, "
        f"{_earned(total)}. {' '.join(said)}",
        _verdict(paying, losing) if bounded else "few",
        action=_next_budget(paying, losing, cases),
        headline=True,
        values=values,
        # A return that cannot be told from chance has no place among the key figures.
        figures=(
            KeyFigure(
                "Return on campaigns",
                fmt.ratio(total.roi_at_margin),
                f"at an assumed margin of {margin}; {fmt.ratio(total.roi)} on revenue",
            ),
        )
        if paying or losing
        else (),
    )


def returns_on_segments(result: Returns, money: Money) -> Statement:
    """Where it paid, by segment, or what a plan would return; pairs with nobody to compare with are counted."""
    cases = result.by_segment.to_dict("records")
    measured = [case for case in cases if case["basis"] == "measured"]
    known, alone = compared_and_alone(result.by_segment[result.by_segment["basis"] == "measured"])
    if not cases:
        return Statement(
            "returns_on_segments",
            "There is neither a measured campaign nor a plan to show by segment.",
            "few",
            needs=f"{_CAMPAIGN}, or a plan: a lift and a cost per customer in the parameter file",
        )
    values: dict[str, Any] = {"verdicts": result.by_segment["verdict"].value_counts().to_dict()}
    if not measured:
        return _plan(result, money, values)
    if len({case["segment"] for case in measured}) < 2:
        return Statement(
            "returns_on_segments",
            "The customers in the campaigns cannot be matched to value segments as they stood before, so the return "
            "is shown for all of them together.",
            "few",
            action="Keep the customer number and the date of contact with each campaign.",
            values=values,
            needs="purchases before the campaigns, and the customer number and date of each contact",
        )
    if not known:
        return Statement(
            "returns_on_segments",
            "In no segment was anybody left out to compare with, so no return by segment is shown.",
            "few",
            values=values,
            needs=_CAMPAIGN,
        )
    costed = [case for case in known if case["verdict"] != "no cost given"]
    if not costed:
        text = "What the campaigns cost was not given, so no return by segment is shown."
        return Statement("returns_on_segments", text, "few", values=values, needs="what each campaign cost")
    paying, losing = ([case for case in costed if case["verdict"] == v] for v in ("pays", "loses"))
    said = [
        f"It clearly {outcome} for {some([where(case, costed) for case in found])}."
        for outcome, found in (("paid", paying), ("lost money", losing))
        if found
    ]
    if not said:
        pairs = "the one pair" if len(costed) == 1 else f"any of the {fmt.count(len(costed))} pairs"
        return Statement(
            "returns_on_segments",
            f"Whether it paid cannot be told for {pairs} of segment and campaign compared, as each has too few "
            f"customers.{uncompared(alone)}",
            "unclear",
            action="Decide by the whole campaign above. To choose between segments, contact more customers of each.",
            values=values,
        )
    rest = len(costed) - len(paying) - len(losing)
    if rest:
        pairs = "the one other pair" if rest == 1 else f"the other {fmt.count(rest)} pairs"
        said.append(f"For {pairs} of segment and campaign it cannot be told.")
    said.append(uncompared(alone).strip())
    if paying:
        best = max(paying, key=lambda case: case["roi_at_margin_low"])
        action = f"Put the next budget on {where(best, costed)} first, again with a control group."
    else:
        action = f"Leave out {where(losing[0], costed)} next time."
    return Statement(
        "returns_on_segments",
        " ".join(filter(None, said)),
        _verdict(paying, losing),
        action=action,
        headline=True,
        values=values | {"clear": [record_of(case, result.margin) for case in [*paying, *losing]]},
    )


def _plan(result: Returns, money: Money, values: dict[str, Any]) -> Statement:
    total, margin = result.total, fmt.share(result.margin)
    values = values | total_of(total) | {"margin": result.margin}
    if not total.cost > 0:
        text = "The plan has no cost, so it has no return to show."
        return Statement("returns_on_segments", text, "few", values=values)
    worth = total.roi_at_margin > 0 and not fmt.is_zero(fmt.ratio(total.roi_at_margin))
    return Statement(
        "returns_on_segments",
        f"If the plan holds, {money(total.cost)} would bring {money(total.incremental_revenue)} of extra revenue. "
        f"At an assumed gross margin of {margin}, {_earned(total)}. The plan is an assumption: nothing was measured.",
        "unclear",
        action="Test the plan on a random half of one segment before paying for all."
        if worth
        else "Do not run the plan as it stands. Find a cheaper way, or segments where more can be gained.",
        headline=True,
        values=values,
    )


def _between(low: float, high: float, form: Callable[[float], str]) -> str:
    return " and ".join(form(bound) for bound in sorted((low, high)))


def _earned(total: Roi) -> str:
    """The return in plain words: "that leaves 42% more than the cost"."""
    printed = fmt.ratio(total.roi_at_margin)
    if fmt.is_zero(printed):
        return "that just covers the cost"
    if total.roi_at_margin <= -1:
        return "that leaves nothing to set against the cost"
    more = total.roi_at_margin > 0
    return f"that leaves {printed.removeprefix('−')} {'more' if more else 'less'} than the cost"


def _margin_of(case: Row, result: Returns, money: Money) -> str:
    """What an arm earned, between which bounds, for what it cost."""
    cost = money(case["cost"])
    low, high = margin_bounds(case, result.margin)
    if low != low or high != high:
        return f"it cost {cost} and reached too few customers to say"
    return f"it cost {cost} and earned between {money(low)} and {money(high)} of margin"


def _next_budget(paying: Sequence[Row], losing: Sequence[Row], cases: Sequence[Row]) -> str:
    stop = f"Stop {fmt.listing([who(c, cases) for c in losing[:2]])}, or make it cheaper." if losing else ""
    if paying:
        best = max(paying, key=lambda case: case["roi_at_margin"])
        return f"Repeat {who(best, cases)}, again with a control group. {stop}".strip()
    return stop or "Run it again with larger groups before paying for it at full size."


def _verdict(paying: Sequence[Row], losing: Sequence[Row]) -> Verdict:
    if paying and losing:
        return "neutral"
    return "good" if paying else "bad" if losing else "unclear"


def break_even(plans: pd.DataFrame, margin: float, money: Money, *, min_customers: int = 30) -> Statement:
    """`plans` as from roi.break_even: where a programme has the lowest and the highest hurdle, among the segments
    that have `min_customers` or more."""
    if plans.empty:
        text = "Without what customers paid, and a cost per customer, what a programme must earn cannot be worked out."
        return Statement("break_even", text, "few", needs="what customers paid, and the cost of a programme for each")
    lift, each = float(plans["break_even_lift"].iloc[0]), float((plans["cost"] / plans["customers"]).iloc[0])
    text = (
        f"At {money(each)} a customer and an assumed gross margin of {fmt.share(margin)}, a programme pays for itself "
        f"once it raises revenue by {money(lift)} a customer."
    )
    values = {"cost_per_customer": each, "margin": margin, "break_even_lift": lift}
    judged = plans[plans["customers"] >= min_customers].dropna(subset="break_even_share")
    ranked = judged.sort_values("break_even_share", kind="stable").to_dict("records")
    if len(ranked) < 2:
        text += " There are too few customers to compare segments."
        return Statement("break_even", text, "few", values=values)
    low, high = ranked[0], ranked[-1]
    least, most = (fmt.share(r["break_even_share"], 1) for r in (low, high))
    values |= {r["segment"]: r["break_even_share"] for r in (low, high)}
    if least == most:
        text += f" In every segment that is about {least} of what a customer has spent so far."
        return Statement("break_even", text, "unclear", values=values)
    return Statement(
        "break_even",
        f"{text} That is {least} of what a customer in {quoted(low['segment'])} has spent so far, and {most} in "
        f"{quoted(high['segment'])}.",
        action=f"Start with {quoted(low['segment'])}, where the least is asked, and hold a random tenth of them out so "
        "that the return can be measured.",
        values=values,
    )
