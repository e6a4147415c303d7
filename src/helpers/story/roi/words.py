"""Sentences about what campaigns earned for what they cost, where they did, and what a plan would bring."""

from collections.abc import Sequence
from typing import Any

from helpers.analysis.roi.cases import MATCHED, RANDOM
from helpers.analysis.roi.returns import (
    LOSES,
    MAY_LOSE,
    MAY_PAY,
    NO_COST,
    NOT_TESTED,
    PAYS,
    TEST_BROKEN,
    UNCLEAR,
    Returns,
    Roi,
)
from helpers.analysis.roi.simulate import SimulatedReturns
from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.phrases import quoted, some
from helpers.story.roi.cases import (
    JUDGED,
    Row,
    alone,
    best_first,
    clearly,
    compared,
    joined,
    record_of,
    rows_with,
    total_of,
    unit_of,
    where,
    who,
)
from helpers.story.statement import KeyFigure, Statement, Verdict

_CAMPAIGN = "campaigns, with customers left out of them at random"
_TEST_NEXT = "Hold a random tenth of customers out of the next campaign, so that its return can be measured."


def returns_on_campaigns(result: Returns, simulated: SimulatedReturns, money: Money) -> Statement:
    """What the campaigns together earned for each unit of money spent, and which to repeat or stop."""
    cases, total = compared(result.by_segment), result.total
    if not cases:
        return _unmeasured(result)
    values = {**total_of(total), "low": simulated.low + 1, "high": simulated.high + 1, "margin": result.margin}
    values["arms"] = [record_of(case) for case in cases]
    key = "returns_on_campaigns"
    if not total.cost > 0:
        text = "What the campaigns cost was not given, or given as zero, so no return can be shown."
        action = "Find out what one contact cost, and enter it in this report's parameters."
        return Statement(key, text, "few", action, headline=True, values=values)
    earned, unit = money(total.roi_at_margin + 1), unit_of(money)
    matched = result.total_kind == MATCHED
    if simulated.low != simulated.low:
        text = f"The campaigns reached too few customers to tell what they earned for each {unit} spent."
        return Statement(key, text, "few", "Run them again with larger groups.", headline=True, values=values)
    side = clearly(simulated.low, simulated.high)
    if matched:
        text, verdict = _said_of_matched(total, side, earned, unit)
        return Statement(key, text, verdict, _TEST_NEXT, headline=True, values=values)
    all_tested = {case["evidence"] for case in cases} <= {RANDOM}
    whose = "campaigns" if all_tested else "tested campaigns"  # the others are in the table, and not in the sum
    text, verdict = _said_of_tested(total, side, earned, f"each {unit}", whose)
    if side == 0 and simulated.low <= -1 and total.roi_at_margin > -1:  # a figure that may as well be nothing is none
        text = f"Whether the {whose} earned anything is not clear: what was bought differs too much by chance."
    note = f"at an assumed margin of {fmt.share(result.margin)}; {fmt.ratio(total.roi)} on revenue"
    # A return that cannot be told from chance has no place among the key figures.
    figures = (KeyFigure("Return on campaigns", fmt.ratio(total.roi_at_margin), note),) if side else ()
    action = _next_step(rows_with(result.by_segment, PAYS), rows_with(result.by_segment, LOSES), cases)
    return Statement(key, text, verdict, action, headline=True, values=values, figures=figures)


def _said_of_tested(total: Roi, side: int, earned: str, each: str, whose: str) -> tuple[str, Verdict]:
    nothing = not total.roi_at_margin > -1 or fmt.is_zero(earned)
    if side > 0:
        return f"The {whose} earned {earned} of margin for {each} spent.", "good"
    if side < 0:
        if nothing:
            return f"The {whose} lost money: customers contacted bought no more than those left out.", "bad"
        return f"The {whose} lost money: they earned only {earned} of margin for {each} spent.", "bad"
    if nothing:
        return (
            "Customers contacted bought no more than those left out, though chance may have hidden a gain.",
            "unclear",
        )
    may = "together they may still have lost money" if round(total.roi_at_margin, 2) > 0 else "they may yet have paid"
    return f"The {whose} earned an estimated {earned} of margin for {each} spent; {may}.", "unclear"


def _said_of_matched(total: Roi, side: int, earned: str, unit: str) -> tuple[str, Verdict]:
    """Nobody was held out: whatever was found is consistent with a return, and proves none."""
    if side > 0:
        return (
            f"What customers bought is consistent with {earned} of margin for each {unit} spent. Nobody was held out "
            "to prove it.",
            "neutral",
        )
    if side < 0:
        return (
            "What customers bought is consistent with a loss on the campaigns. Nobody was held out to prove it.",
            "neutral",
        )
    return (
        "Whether the campaigns paid is not clear: nobody was held out, and similar customers bought as much.",
        "unclear",
    )


def _unmeasured(result: Returns) -> Statement:
    key, values = "returns_on_campaigns", {"verdicts": result.by_segment["verdict"].value_counts().to_dict()}
    if rows_with(result.by_segment, TEST_BROKEN):
        text = "The customers held out of the campaigns were not drawn at random, so what was earned is not known."
        action = "Fix how customers are held out, and test again."
        return Statement(key, text, "few", action, headline=True, values=values)
    why = "nobody was held out of a campaign at random"
    if (result.by_segment["evidence"] == RANDOM).any():
        why = "too little has been bought since the campaigns to compare"
    elif not rows_with(result.by_segment, NOT_TESTED):
        why = "no campaign with a control group was supplied"
    return Statement(key, f"No return can be shown, as {why}.", "few", _TEST_NEXT, values=values, needs=_CAMPAIGN)


def which_paid(result: Returns) -> Statement:
    """Which arms paid, which lost money and of which it cannot be told; nothing where that is no comparison."""
    cases = rows_with(result.by_segment, *JUDGED)
    values = {"arms": [record_of(case) for case in cases], "rest": 0}
    if not cases:
        return Statement("which_paid", "", "few")
    by_verdict = {verdict: rows_with(result.by_segment, verdict) for verdict in JUDGED}
    forms = {
        PAYS: "{} paid",
        LOSES: "{} lost money",
        MAY_PAY: "{} may have paid, though nobody was held out",
        MAY_LOSE: "{} may have lost money, though nobody was held out",
        UNCLEAR: "for {} nobody can say",
    }
    said = [
        forms[verdict].format(joined([who(case, cases) for case in best_first(found)]))
        for verdict, found in by_verdict.items()
        if found
    ]
    values["rest"] = [max(len(found) - 2, 0) for found in by_verdict.values()]
    text = " ".join(f"{one[:1].upper()}{one[1:]}." for one in said)
    verdict = _verdict(by_verdict[PAYS], by_verdict[LOSES])
    neutral = verdict == "unclear" and bool(by_verdict[MAY_PAY] or by_verdict[MAY_LOSE])
    action = _next_step(by_verdict[PAYS], by_verdict[LOSES], cases) if verdict == "bad" else ""
    return Statement("which_paid", text, "neutral" if neutral else verdict, action, values=values)


def returns_on_segments(result: Returns, campaigns: Returns, money: Money) -> Statement:
    """Where it clearly paid, by segment, or what a plan would return; `campaigns` tells whether any was measured."""
    table, key = result.by_segment, "returns_on_segments"
    measured = table[table["basis"] == "measured"]
    values: dict[str, Any] = {"verdicts": table["verdict"].value_counts().to_dict()}
    unmatched = (table.empty and bool(compared(campaigns.by_segment))) or (
        len(measured) > 0 and measured["segment"].nunique() < 2
    )
    if table.empty and not unmatched:
        needs = f"{_CAMPAIGN}, or a plan: a lift and a cost per customer in the parameter file"
        return Statement(key, "There is neither a measured campaign nor a plan to show by segment.", "few", needs=needs)
    if measured.empty and not unmatched:
        return _plan(result, money, values)
    if unmatched:
        text = "Customers in campaigns cannot be matched to the value segments they were in before."
        action = "Keep the customer number and the date of contact with each campaign."
        needs = "purchases before the campaigns, and the customer number and date of each contact"
        return Statement(key, text, "few", action, values=values, needs=needs)
    known = compared(table)
    if not known:
        text = "In no segment was anybody left out to compare with, so no return by segment is shown."
        return Statement(key, text, "few", values=values, needs=_CAMPAIGN)
    costed = rows_with(measured, *JUDGED)
    if not costed:
        text = "What the campaigns cost was not given, or given as zero, so no return by segment is shown."
        return Statement(key, text, "few", values=values, needs="what each campaign cost")
    paying, losing = (best_first([c for c in costed if c["verdict"] == v]) for v in (PAYS, LOSES))
    values |= {"clear": [record_of(case) for case in [*paying, *losing]], "paying": len(paying), "losing": len(losing)}
    if not paying and not losing:
        text = "Taken one by one, the segments have too few customers to tell where the campaigns paid."
        action = "Decide by whole campaigns. To choose between segments, contact more customers of each."
        return Statement(key, text, "unclear", action, values=values)
    said = [_places("clearly paid", paying, costed, name=True)] if paying else []
    said += [_places("lost money", losing, costed, name=not paying)] if losing else []
    if paying:
        action = f"Repeat it for {where(paying[0], costed)}, again with a control group."
    else:
        action = f"Leave out {where(losing[-1], costed)} next time."
    text = "; ".join(said)
    text = f"{text[:1].upper()}{text[1:]}."
    verdict = _verdict(paying, losing)
    return Statement(key, text, verdict, action, headline=verdict == "bad", values=values)


def _places(outcome: str, found: Sequence[Row], cases: Sequence[Row], *, name: bool) -> str:
    """An arm and the segments where it did so; of several arms, in how many segments contact did."""
    arms = list(dict.fromkeys(who(case, cases) for case in found))
    segments = list(dict.fromkeys(quoted(case["segment"]) for case in found))
    subject = arms[0] if len(arms) == 1 else "contact"
    if len(segments) == 1:
        return f"{subject} {outcome} only for {segments[0]}"
    number = f"{fmt.words(len(segments))} segments"
    return f"{subject} {outcome} {f'for {joined(segments)}' if name and len(arms) == 1 else f'in {number}'}"


def not_told(result: Returns) -> Statement:
    """How many pairs of segment and campaign remain open, and why; nothing where none does."""
    measured = result.by_segment[result.by_segment["basis"] == "measured"]
    unclear, nobody = rows_with(measured, UNCLEAR), alone(measured)
    no_cost = rows_with(measured, NO_COST)
    values = {"unclear": len(unclear), "alone": len(nobody), "no_cost": len(no_cost)}
    if measured["segment"].nunique() < 2 or not (unclear or nobody or no_cost):
        return Statement("not_told", "", "few")
    pairs = [
        (len(unclear), "had too few customers to tell", "unclear"),
        (len(nobody), "had nobody left out to compare with", "alone"),
        (len(no_cost), "had no cost given", "no_cost"),
    ]
    said = [f"{fmt.count(n)} {why}" for n, why, _ in pairs if n]
    text = f"Of the {fmt.many(len(measured), 'pair')} of segment and campaign, {fmt.listing(said)}."
    values |= {"pairs": len(measured)}
    return Statement("not_told", text, "unclear" if unclear else "few", aside=True, values=values)


def hangs_on_few(result: Returns) -> Statement:
    """Which arms' lifts hang on a handful of customers, so that no verdict rests on them; nothing where none does."""
    measured = result.by_segment[result.by_segment["basis"] == "measured"]
    cases = measured[measured["hangs_on"] > 0].to_dict("records")
    if not cases:
        return Statement("hangs_on_few", "", "few")
    names = joined([who(case, cases) for case in cases])
    text = f"What is known of {names} depends on a handful of customers; without them the answer would differ."
    return Statement("hangs_on_few", text, "unclear", aside=True, values={"more": max(len(cases) - 2, 0)})


def _plan(result: Returns, money: Money, values: dict[str, Any]) -> Statement:
    total, key = result.total, "returns_on_segments"
    values = values | total_of(total) | {"margin": result.margin}
    if not total.cost > 0:
        return Statement(key, "The plan has no cost, so it has no return to show.", "few", values=values)
    earned, unit = money(total.roi_at_margin + 1), unit_of(money)
    worth = round(total.roi_at_margin, 2) > 0
    return Statement(
        key,
        f"If the plan holds, it earns {earned} of margin for each {unit} spent. It is an assumption: nothing was "
        "measured.",
        "unclear",
        action="Test the plan on a random half of one segment before paying for all."
        if worth
        else "Do not run the plan as it stands. Find a cheaper way, or segments where more can be gained.",
        headline=True,
        values=values,
    )


def _next_step(paying: Sequence[Row], losing: Sequence[Row], cases: Sequence[Row]) -> str:
    best = best_first(paying)
    repeat = f"Repeat {who(best[0], cases)}, again with a control group." if best else ""
    stop = f"Stop {some([who(best_first(losing)[-1], cases)])}, or make it cheaper." if losing else ""
    return f"{repeat} {stop}".strip() or "Run them again with larger groups before paying for full size."


def _verdict(paying: Sequence[Row], losing: Sequence[Row]) -> Verdict:
    if paying and losing:
        return "neutral"
    return "good" if paying else "bad" if losing else "unclear"
