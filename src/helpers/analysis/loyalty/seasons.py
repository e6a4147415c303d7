"""The seasons that part of the customers keeps to: months of the year into which too many have put nearly all.

A single customer with five orders can hardly show in which of sixty windows of the year he buys. All customers together
can: a window is a season where more customers than chance allows have nearly all their months with orders in it. Each
customer is then tested against these few seasons only.
"""

import calendar
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy import special

MONTHS = [f"months_{month}" for month in range(1, 13)]
LONGEST_MONTHS = 5  # a longer window is most of the year's trade rather than a season
MIN_CUSTOMERS = 50  # with fewer, the customers tested would have chosen the season themselves
MIN_HISTORY_MONTHS = 24  # what came once may be anything
_MOST_SEASONS = 3
_CLEAR_DEVIATIONS = 4.0  # of the count by chance: one in 30,000, so that sixty windows do not find one by luck
_SAMPLE = 20_000  # customers are enough to find the seasons by


@dataclass(frozen=True)
class Season:
    start: int  # 0 is January
    months: int

    @property
    def name(self) -> str:
        first, last = (calendar.month_name[place % 12 + 1] for place in (self.start, self.start + self.months - 1))
        return first if first == last else f"{first} to {last}"

    @property
    def places(self) -> list[int]:
        """The months of the year in it, 0 is January."""
        return [(self.start + i) % 12 for i in range(self.months)]


def counts_in(
    season: Season, customers: pd.DataFrame, by_month: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of each customer the months with an order in the season and in all; of everyone the same, over the months from
    `since` to `until` of this customer, and the customer's own at least."""
    own = customers[MONTHS].to_numpy()
    month, active = by_month["month"].to_numpy(), by_month["customers"].to_numpy()
    inside = np.where(np.isin(month % 12, season.places), active, 0)
    since, until = customers["since"].to_numpy(), customers["until"].to_numpy()
    kind, total = (sum_over(month, counts, since, until) for counts in (inside, active))
    return own[:, season.places].sum(axis=1), own.sum(axis=1), kind, total


def with_time_known(customers: pd.DataFrame, by_month: pd.DataFrame) -> pd.DataFrame:
    """The customers with `since` and `until`, the months in which each probably was a customer, within the history.

    n dates drawn from a stretch of time span (n - 1) / (n + 1) of it on average, so the span from first to last order
    is widened by one average gap at either end. A burst of orders within a season thus proves no season: there was
    hardly another month in which they might have come.
    """
    first, last = customers["first_month"].to_numpy(), customers["last_month"].to_numpy()
    gaps = np.maximum(customers[MONTHS].to_numpy().sum(axis=1) - 1, 1)
    gap = np.rint((last - first) / gaps).astype(int)
    if by_month.empty:
        return customers.assign(since=first, until=last)
    start, end = by_month["month"].min(), by_month["month"].max()
    return customers.assign(since=np.maximum(first - gap, start), until=np.minimum(last + gap, end))


def sum_over(month: np.ndarray, counts: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The sum of `counts` over the months from `first` to `last`, both in; `month` ascends."""
    sums = np.concatenate([[0], np.cumsum(counts)])
    return sums[np.searchsorted(month, last, "right")] - sums[np.searchsorted(month, first, "left")]


def find_seasons(customers: pd.DataFrame, by_month: pd.DataFrame, least_share: float) -> list[Season]:
    """The windows of one to five months in which clearly more customers than by chance have `least_share` or more of
    their months with orders; the one with the largest surplus first, none overlapping, at most three.

    None with fewer than 50 customers or two years of orders.
    """
    step = -(-len(customers) // _SAMPLE)
    sample = customers.iloc[:: max(step, 1)]
    if len(sample) < MIN_CUSTOMERS or by_month["month"].max() - by_month["month"].min() + 1 < MIN_HISTORY_MONTHS:
        return []
    seasons = [Season(start, months) for months, start in product(range(1, LONGEST_MONTHS + 1), range(12))]
    surplus = {season: found for season in seasons if (found := _surplus(season, sample, by_month, least_share)) > 0}
    chosen: list[Season] = []
    for season in sorted(surplus, key=lambda s: -surplus[s]):
        if len(chosen) < _MOST_SEASONS and not any(set(season.places) & set(other.places) for other in chosen):
            chosen.append(season)
    return chosen


def _surplus(season: Season, customers: pd.DataFrame, by_month: pd.DataFrame, least_share: float) -> float:
    """How many more customers than by chance keep to the season; 0 where chance may have done it."""
    k, n, kind, total = counts_in(season, customers, by_month)
    needed = np.ceil(least_share * n - 1e-9).astype(int)
    # Of many customers each is a small part of all, so that a binomial will do here.
    chance = special.betainc(needed, n - needed + 1, kind / total)
    over = float((k >= needed).sum() - chance.sum())
    return over if over > _CLEAR_DEVIATIONS * np.sqrt((chance * (1 - chance)).sum() + 1) else 0.0
