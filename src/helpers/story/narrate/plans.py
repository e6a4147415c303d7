"""Sentences about programmes that are planned, not yet measured."""

import pandas as pd

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.narrate.phrases import quoted
from helpers.story.statement import Statement


def break_even(plans: pd.DataFrame, margin: float, money: Money, *, min_customers: int = 30) -> Statement:
    """`plans` as from roi.break_even: where a programme has the lowest and the highest hurdle, among the segments
    that have `min_customers` or more."""
    if plans.empty:
        text = "Without orders and a cost per customer, what a programme must earn cannot be worked out."
        return Statement("break_even", text, "few")
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
