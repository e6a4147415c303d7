"""Where the next budget earns most: segments and actions in the order of what one more unit of money brings.

What is assumed, and printed with the result: a customer is contacted at most once in the period, and by one action; all
customers of a segment respond alike, so that what diminishes is not the response within a segment but the segments
left, once the best are used up; and a segment has no more customers than took part in the test, or than it has today.
Then the best plan is a knapsack with one choice a segment, and taking steps in the order of their marginal return is
exact but for the last, broken step (Sinha and Zoltners 1979, "The multiple-choice knapsack problem", Operations
Research 27): from no contact to the cheapest action worth taking, from that to a dearer one that adds more.

A segment's measured lift is partly luck, and the best of many more so. Lifts are therefore drawn towards the action's
average as far as their spread is no more than chance (empirical Bayes; between-segment variance by DerSimonian and
Laird 1986, "Meta-analysis in clinical trials", Controlled Clinical Trials 7).
"""

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.roi.cases import EVERYONE, MATCHED
from helpers.analysis.roi.returns import Returns
from helpers.errors import InputError

SUGGESTED = 1000.0  # where the next so much goes, if no budget is set
OPTIONS = [
    *("segment", "campaign", "arm", "available", "cost_per_contact", "lift", "lift_expected", "lift_error"),
    *("profit_per_contact", "profit_per_cost"),
]
ALLOCATED = ["customers", "budget", "expected_margin", "expected_profit", "profit_low", "profit_high", "order"]
_Z95 = float(special.ndtri(0.975))


@dataclass(frozen=True)
class Budget:
    """by_segment: segment, campaign, arm, available (customers), cost_per_contact, lift (measured, revenue a customer),
    lift_expected (drawn to the average), lift_error (its standard error), profit_per_contact, profit_per_cost (profit
    for each unit of money), customers (to contact), budget, expected_margin, expected_profit, profit_low, profit_high
    (95 %), order (1 = first; 0 = not taken); the order of money first, then what is left out, the best on top.

    budget: what was to be given out; spent: what is; suggested: whether it is only an example. next_return: what the
    next unit of money after the last would earn, NaN where nothing is left to earn from. expected_profit, profit_low,
    profit_high: of all together.
    """

    by_segment: pd.DataFrame
    budget: float
    spent: float
    suggested: bool
    next_return: float
    expected_profit: float
    profit_low: float
    profit_high: float


def budget_options(campaigns: Returns, by_segment: Returns, segments: pd.DataFrame) -> pd.DataFrame:
    """What money can be spent on: one row a segment and action that a random test measured and that has a cost.

    The returns of whole campaigns, `campaigns`, stand in where none is known `by_segment`. `segments`: rfm_segment and
    customers as they are today; without rows, or for a segment not there, those of the test are available. Returns the
    columns of `OPTIONS`.
    """
    split = _usable(by_segment.by_segment)
    table = (split if len(split) else _usable(campaigns.by_segment)).reset_index(drop=True)
    half = special.ndtri((1 + table["confidence"].astype("float64")) / 2) * 2 * table["customers"]
    lift = table["incremental_revenue"] / table["customers"]
    options = table[["segment", "campaign", "arm"]].assign(
        available=_available(table, segments),
        cost_per_contact=table["cost"] / table["customers"],
        lift=lift,
        lift_error=(table["incremental_high"] - table["incremental_low"]) / half,
    )
    expected, error = options["lift"].to_numpy("float64").copy(), options["lift_error"].to_numpy("float64").copy()
    for rows in options.groupby(["campaign", "arm"], sort=False).indices.values():
        expected[rows], error[rows] = shrink_lifts(expected[rows], error[rows])
    profit = campaigns.margin * expected - options["cost_per_contact"]
    return options.assign(
        lift_expected=expected,
        lift_error=error,
        profit_per_contact=profit,
        profit_per_cost=profit / options["cost_per_contact"],
    )[OPTIONS]


def shrink_lifts(lifts: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lifts of one action's segments (n,) drawn to their average, and the standard errors they then have.

    Without more spread than chance all have the average; a single one, or one without an error, stays as it is.
    """
    lifts, errors = np.asarray(lifts, dtype="float64"), np.asarray(errors, dtype="float64")
    if len(lifts) < 2 or not (errors > 0).all():
        return lifts, errors
    between = between_variance(lifts, errors)
    weights = 1 / (errors**2 + between)
    average, average_variance = float(np.average(lifts, weights=weights)), 1 / weights.sum()
    kept = between / (between + errors**2)
    variance = kept * errors**2 + (1 - kept) ** 2 * average_variance
    return kept * lifts + (1 - kept) * average, np.sqrt(variance)


def between_variance(lifts: np.ndarray, errors: np.ndarray) -> float:
    """How far true lifts differ, as a variance: DerSimonian and Laird's estimate, at least 0."""
    weights = 1 / errors**2
    average = np.average(lifts, weights=weights)
    chance = len(lifts) - 1
    excess = float((weights * (lifts - average) ** 2).sum()) - chance
    return max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum()))


def allocate_budget(options: pd.DataFrame, margin: float, budget: float = 0.0) -> Budget:
    """Give out `budget` where each unit earns most; with no budget, show where the next 1,000 goes.

    `options`: as from `budget_options`. Nothing is spent where a contact is expected to cost more than it earns, so
    part of a large budget may be left. Customers are whole; what a fraction would have cost is left too. Raises
    InputError on a negative budget.
    """
    if not budget >= 0:
        raise InputError(f"a budget of {budget} is impossible", where="budget", allowed="0 or more")
    suggested = budget == 0
    left = total = SUGGESTED if suggested else float(budget)
    chosen, first = np.zeros(len(options)), np.zeros(len(options), dtype="int64")
    next_return = nan
    for order, step in enumerate(_steps(options), start=1):
        # Rounded, as 0.1 * 3 / 0.1 is less than three contacts.
        moved = min(step.available, float(np.floor(round(left / step.added_cost, 9))))
        chosen[step.option] += moved
        if step.instead_of >= 0:
            chosen[step.instead_of] -= moved
        first[step.option] = order
        left -= moved * step.added_cost
        if moved < step.available:
            next_return = step.marginal_return
            break
    return _budget(options, chosen, first, margin, total, suggested=suggested, next_return=next_return)


def _budget(
    options: pd.DataFrame,
    chosen: np.ndarray,
    first: np.ndarray,
    margin: float,
    total: float,
    *,
    suggested: bool,
    next_return: float,
) -> Budget:
    cost = chosen * options["cost_per_contact"]
    profit = chosen * options["profit_per_contact"]
    spread = _Z95 * margin * chosen * options["lift_error"]
    table = options.assign(
        customers=chosen.astype("int64"),
        budget=cost,
        expected_margin=chosen * margin * options["lift_expected"],
        expected_profit=profit,
        profit_low=profit - spread,
        profit_high=profit + spread,
        order=np.where(chosen > 0, first, 0),
    )
    rank = table["order"].where(table["order"] > 0, len(table) + 1)
    table = table.assign(rank=rank).sort_values(
        ["rank", "profit_per_cost"], ascending=[True, False], kind="stable", ignore_index=True
    )
    # Segments of one action share its average, so their errors go together: widths are added up, not squared.
    return Budget(
        by_segment=table[[*OPTIONS, *ALLOCATED]],
        budget=total,
        spent=float(cost.sum()),
        suggested=suggested,
        next_return=next_return,
        expected_profit=float(profit.sum()),
        profit_low=float((profit - spread).sum()),
        profit_high=float((profit + spread).sum()),
    )


@dataclass(frozen=True)
class _Step:
    option: int  # the row of the options to move to
    instead_of: int  # the row it replaces, -1 for no contact
    available: float
    added_cost: float  # a customer
    marginal_return: float  # added profit for each unit of added cost


def _steps(options: pd.DataFrame) -> list[_Step]:
    """The steps worth taking, the one that earns most for each added unit first."""
    steps: list[_Step] = []
    numbers = options[["cost_per_contact", "profit_per_contact", "available"]].to_numpy("float64")
    for places in options.groupby("segment", sort=False).indices.values():
        cost, profit, last = 0.0, 0.0, -1
        costs, profits = numbers[places, 0], numbers[places, 1]
        while True:
            dearer = costs > cost
            rates = np.full(len(places), -np.inf)
            rates[dearer] = (profits[dearer] - profit) / (costs[dearer] - cost)
            best = int(rates.argmax())
            if not rates[best] > 0:
                break
            option, available = int(places[best]), float(numbers[places[best], 2])
            if available > 0:
                steps.append(_Step(option, last, available, float(costs[best]) - cost, float(rates[best])))
            cost, profit, last = float(costs[best]), float(profits[best]), option
    return sorted(steps, key=lambda step: -step.marginal_return)


def _usable(table: pd.DataFrame) -> pd.DataFrame:
    tested = (table["basis"] == "measured") & (table["evidence"] != MATCHED) & table["incremental_low"].notna()
    return table[tested & (table["cost"] > 0) & (table["customers"] > 0)]


def _available(table: pd.DataFrame, segments: pd.DataFrame) -> "pd.Series[float]":
    """Customers whom a segment's next contact can reach: those it has today, but no more than were in the test."""
    by_test = table.groupby(["segment", "campaign"], sort=False)
    taken = by_test["customers"].transform("sum") + by_test["control_customers"].transform("max").fillna(0)
    tested = taken.groupby(table["segment"]).transform("max").astype("float64")
    if segments.empty:
        return tested
    today = table["segment"].map(segments.set_index("rfm_segment")["customers"])
    return tested.where(today.isna() | (table["segment"] == EVERYONE), np.minimum(tested, today))
