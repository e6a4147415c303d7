"""Sentences about programmes that are planned, not yet measured."""

import pandas as pd

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.statement import Statement


def break_even(plans: pd.DataFrame, margin: float, money: Money) -> Statement:
    """`plans` as from roi.break_even: where a programme has the lowest and the highest hurdle."""
    if plans.empty:
        return Statement(
            "break_even", "No orders or no cost a customer were given, so no hurdle can be reckoned.", "few"
        )
    ranked = plans.dropna(subset="break_even_share").sort_values("break_even_share")
    low, high = ranked.iloc[0], ranked.iloc[-1]
    each = low["cost"] / low["customers"]
    return Statement(
        "break_even",
        f"At {money(each)} a customer and an assumed gross margin of {fmt.share(margin)}, revenue must rise by "
        f"{money(low['break_even_lift'])} a customer to pay. That is {fmt.share(low['break_even_share'], 1)} of what a "
        f"customer in “{low['segment']}” has spent so far, and {fmt.share(high['break_even_share'], 1)} in "
        f"“{high['segment']}”.",
        action=f"Start where the hurdle is lowest, with “{low['segment']}”, and hold a random tenth of them out so that "
        "the return can be measured.",
        values={"low": low["segment"], "high": high["segment"], "break_even_lift": low["break_even_lift"]},
    )
