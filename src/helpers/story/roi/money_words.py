"""Sentences about what a programme must earn, what it would gain, what that hangs on, and where a budget should go."""

import math

import pandas as pd

from helpers.analysis.roi.budget import Budget
from helpers.analysis.roi.cases import EVERYONE
from helpers.analysis.roi.cash import Cash, Programme
from helpers.analysis.roi.simulate import Outlook
from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.roi.cases import arm_name, joined, unit_of
from helpers.story.roi.steps import INPUT_NAMES, STEP_NAMES
from helpers.story.statement import Statement, Verdict
from helpers.story.terms import lower

_PROGRAMME = "a campaign that was tested and its cost, or a plan: a lift and a cost per customer"
_TRY = "Test the plan on a random half of one segment: nobody has measured its lift."
_NARROW = {
    "lift": "Test with larger groups before paying for full size: that narrows what matters most.",
    "margin": "Work out the margin of what campaigns sell before paying for full size.",
    "cost": "Get a firm price for each contact before paying for full size.",
    "reach": "Count how many customers can be reached before paying for full size.",
    "duration": "Follow the next campaign's customers for longer before paying for full size.",
}


def break_even(
    plans: pd.DataFrame, margin: float, money: Money, *, headline: bool = False, min_customers: int = 30
) -> Statement:
    """`plans` as from returns.break_even: what each customer must spend more, and where that is asked for least, among
    the segments that have `min_customers` or more."""
    if plans.empty:
        text = "Without what customers paid, and a cost per customer, what a programme must earn cannot be worked out."
        return Statement("break_even", text, "few", needs="what customers paid, and the cost of a programme for each")
    lift, each = float(plans["break_even_lift"].iloc[0]), float((plans["cost"] / plans["customers"]).iloc[0])
    text = f"A programme pays for itself once each customer contacted spends {money(lift)} more."
    values = {"cost_per_customer": each, "margin": margin, "break_even_lift": lift}
    judged = plans[plans["customers"] >= min_customers].dropna(subset="break_even_share")
    ranked = judged.sort_values("break_even_share", kind="stable").to_dict("records")
    if len(ranked) < 2:
        return Statement("break_even", text, "few", headline=headline, values=values)
    low, high = ranked[0], ranked[-1]
    least, most = (fmt.share(r["break_even_share"], 1) for r in (low, high))
    values |= {r["segment"]: r["break_even_share"] for r in (low, high)}
    if least == most:
        text += " No segment has a lower hurdle than the others."
        return Statement("break_even", text, "unclear", headline=headline, values=values)
    action = f"Start with {quoted(low['segment'])}, who need to change least, and hold a random tenth of them out."
    return Statement("break_even", text, action=action, headline=headline, values=values)


def cash(programme: Programme, result: Cash, outlook: Outlook, money: Money) -> Statement:
    """What the programme gains over its horizon in today's money, and when it has paid for itself; nothing without a
    programme, as the hurdle stands beside it."""
    if not programme.basis:
        return Statement("cash", "", "few")
    gain, months = result.net_present_value, programme.horizon_months
    values = {
        "net_present_value": gain,
        "low": outlook.low,
        "high": outlook.high,
        "months": months,
        "payback_month": result.payback_month,
        "break_even_lift": result.break_even_lift,
    }
    amount, over = money(abs(gain)), f"over {fmt.many(months, 'month')}, in today's money"
    what = {
        "pays": "Repeating what paid, at its size,",
        "planned": "The plan, if it holds,",
        "tested": "Repeating what was tested, at its size,",
    }[programme.basis]
    side = verdicts.side_of_zero(outlook.low, outlook.high, money)
    judged: Verdict = {"above": "good", "below": "bad"}.get(side, "unclear")  # type: ignore[assignment]
    judged = "unclear" if programme.basis == "planned" else judged
    if fmt.is_zero(amount):
        return Statement("cash", f"{what} would just cover its cost {over}.", "unclear", values=values)
    if gain < 0:
        text = f"{what} would lose {amount} {over}."
        action = "Do not run it as it stands. Find a cheaper way, or segments where more can be gained."
        return Statement("cash", text, judged, action, headline=judged == "bad", values=values)
    text = f"{what} would gain {amount} {over}."
    if judged == "unclear" and programme.basis != "planned":
        text = f"{text[:-1]}; by chance it may yet lose."
    if not math.isnan(result.payback_month) and programme.one_off_cost > 0:
        text += f" It pays for itself by month {result.payback_month:.0f}."
    return Statement("cash", text, judged, values=values)


def next_budget(result: Budget, money: Money) -> Statement:
    """Where the next money should go: the segment and action that earn most for each unit."""
    if result.by_segment.empty:
        text = "No action was tested with its cost known, so a budget cannot be divided by what it earns."
        return Statement("next_budget", text, "few", needs="a campaign that was tested, and what a contact cost")
    first = result.by_segment.to_dict("records")[0]
    taken = result.by_segment[result.by_segment["order"] > 0]
    values = {
        "budget": result.budget,
        "spent": result.spent,
        "expected_profit": result.expected_profit,
        "profit_low": result.profit_low,
        "profit_high": result.profit_high,
        "unit": 1,
        "more": max(taken["segment"].nunique() - 2, 0),
    }
    if taken.empty:
        if first["profit_per_contact"] > 0:
            text = f"A budget of {money(result.budget)} does not pay for one contact."
            return Statement("next_budget", text, "few", values=values)
        text = "In no segment is a contact expected to earn back its cost."
        action = "Spend nothing on these actions. Test a cheaper or a stronger one on a random sample."
        return Statement("next_budget", text, "bad", action, headline=True, values=values)
    each = result.expected_profit / result.spent
    values["profit_per_cost"] = each
    clear = result.profit_low > 0 and not fmt.is_zero(money(result.profit_low))
    named = joined([quoted(name) for name in taken["segment"].unique()])
    amount = f"The next {money(result.budget)}" if result.suggested else f"A budget of {money(result.budget)}"
    arms = list(dict.fromkeys(quoted(arm_name(r["campaign"], r["arm"])) for r in taken.to_dict("records")))
    everyone = set(taken["segment"]) == {EVERYONE}
    place = f"with {joined(arms)}" if everyone else f"in {named}"
    text = f"{amount} should earn most {place}: {money(each)} of margin beyond each {unit_of(money)} spent."
    how = f"Use {arms[0]} there" if len(arms) == 1 else "Take the action that the table names for each"
    action = "Hold a random tenth of customers out again." if everyone else f"{how}, and hold a random tenth out again."
    verdict: Verdict = "good" if clear else "unclear"
    return Statement("next_budget", text, verdict, action, headline=True, main=money(each), values=values)


def budget_assumptions(result: Budget, money: Money) -> Statement:
    """What the order of the budget assumes, and what of it finds nothing to earn."""
    if result.by_segment.empty:
        return Statement("budget_assumptions", "", "few")
    left = result.budget - result.spent
    values = {"budget": result.budget, "spent": result.spent, "left": left}
    text = (
        "Assumed: nobody is contacted twice in the period, a segment responds as it did in the test, and no more "
        "customers can be reached than took part in it."
    )
    if not result.suggested and left > 0.5 and math.isnan(result.next_return):
        text += f" {money(left)} of the budget has nothing left to earn."
    return Statement("budget_assumptions", text, "neutral", aside=True, values=values)


def what_matters(outlook: Outlook, money: Money) -> Statement:
    """Which input moves the programme's net gain most, between its 10th and 90th percentile."""
    if outlook.tornado.empty:
        text = "There is no programme whose gain could be broken down."
        return Statement("what_matters", text, "few", needs=_PROGRAMME)
    first, second = outlook.tornado.to_dict("records")[:2]
    name, other = (lower(INPUT_NAMES[row["input"]]) for row in (first, second))
    values = {first["input"]: first["swing"], second["input"]: second["swing"]}
    if money(first["swing"]) == money(second["swing"]):
        text = f"No input stands out: {name} and {other} move the net gain alike."
        return Statement("what_matters", text, "unclear", values=values)
    text = f"Most depends on {name}: it moves the net gain by {money(first['swing'])}."
    untested = first["input"] == "lift" and outlook.basis == "planned"
    return Statement("what_matters", text, action=_TRY if untested else _NARROW[first["input"]], values=values)


def scenarios(outlook: Outlook, money: Money) -> Statement:
    """What the programme gains when things go badly and when they go well, taken together."""
    if outlook.scenarios.empty:
        text = "There is no programme to draw scenarios for."
        return Statement("scenarios", text, "few", needs=_PROGRAMME)
    gains = outlook.scenarios.set_index("scenario")["net_gain"]
    low, high = float(gains["pessimistic"]), float(gains["optimistic"])
    values = {"pessimistic": low, "optimistic": high, "pays_chance": outlook.pays_chance}
    side = verdicts.side_of_zero(low, high, money)
    if outlook.basis == "planned":
        text = "Nothing of the plan was measured, so the scenarios show only what follows from its assumptions."
        return Statement("scenarios", text, "unclear", values=values)
    if side == "above":
        text = f"Even in the pessimistic case the programme gains {money(low)}."
        return Statement("scenarios", text, "good", values=values)
    if side == "below":
        text = f"Even in the optimistic case the programme loses {money(-high)}."
        action = "Do not run it as it stands."
        return Statement("scenarios", text, "bad", action, values=values)
    text = f"It may go either way: the chance that the programme pays is {fmt.share(outlook.pays_chance)}."
    return Statement("scenarios", text, "unclear", values=values)


def net_gain(programme: Programme, steps: pd.DataFrame, money: Money) -> Statement:
    """What is left of the programme's extra revenue, and what takes the largest part of it."""
    if not programme.basis:
        text = "There is no programme whose revenue could be followed to its gain."
        return Statement("net_gain", text, "few", needs=_PROGRAMME)
    amounts = steps.set_index("step")["amount"]
    revenue, gain = float(amounts["extra_revenue"]), float(amounts["net_gain"])
    costs = amounts.drop(["extra_revenue", "net_gain"])
    largest = str(costs.idxmin())
    values = {"extra_revenue": revenue, "net_gain": gain, largest: float(-costs[largest])}
    if not revenue > 0 or fmt.is_zero(money(revenue)):
        text = "The programme is expected to bring no extra revenue, so all that is spent on it is lost."
        return Statement("net_gain", text, "unclear", values=values)
    what = f"{lower(STEP_NAMES[largest])} takes the largest part"
    if gain > 0 and not fmt.is_zero(money(gain)):
        text = f"Of {money(revenue)} of extra revenue {money(gain)} is left as net gain; {what}."
    else:
        text = f"Of {money(revenue)} of extra revenue nothing is left as net gain; {what}."
    return Statement("net_gain", text, values=values)
