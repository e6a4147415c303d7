"""Results on buying habits with numbers a reader can check by eye."""

from collections.abc import Sequence
from math import nan

import pandas as pd

from helpers.analysis.loyalty.triggers import Triggers

Habit = tuple[str, str, int]  # trigger, habit, customers


def habits(
    *found: Habit,
    tested: Sequence[int] = (900, 800, 1000),
    money: bool = True,
    promotion_from: str = "promotion",
    months: int = 36,
    busiest_share: float = 0.3,
    categories: bool = True,
) -> Triggers:
    """tested: for promotion, season and category; each customer with a habit has spent 50 of 100,000 in all."""
    by_habit = pd.DataFrame(list(found), columns=["trigger", "habit", "customers"])
    by_habit["spend"] = by_habit["customers"] * (50.0 if money else nan)
    by_habit["spend_share"] = by_habit["spend"] / 100_000
    rows = []
    for trigger, of in zip(("promotion", "season", "category"), tested, strict=True):
        mine = by_habit[by_habit["trigger"] == trigger]
        n = int(mine["customers"].sum())
        spend = 50.0 * n if money else nan
        rows.append(
            [trigger, of, n, n / of if of else nan, spend, spend / 100_000, 0.084 if trigger == "promotion" else nan]
        )
    columns = ["trigger", "tested", "customers", "customer_share", "spend", "spend_share", "overall_share"]
    return Triggers(
        customers=pd.DataFrame({"favourite_category": ["Pots" if categories else None]}, dtype="str"),
        by_trigger=pd.DataFrame(rows, columns=columns),
        by_habit=by_habit.astype({"habit": "str"}),
        busiest="March to May",
        busiest_share=busiest_share,
        history_months=months,
        promotion_from=promotion_from,
        least_orders=3,
        least_share=0.8,
        least_category_share=0.5,
    )


SPRING = ("season", "February to May", 200)
WINTER = ("season", "December", 80)
PROMOTED = ("promotion", "promotion", 90)
POTS = ("category", "Pots", 60)
TOOLS = ("category", "Tools", 40)
ALL = (SPRING, PROMOTED, WINTER, POTS, TOOLS)
