"""The figures of two periods that data tell: what customers spent, who stayed, who was won, what they say.

Each function returns, by figure, its row, or why we cannot tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.roi.before_changes import (
    Change,
    Ratio,
    compare,
    compare_means,
    compare_rates,
    compare_sums,
    ratio,
)
from helpers.analysis.roi.before_figures import A_MONTH, COUNT, MONEY, SHARE, row_of
from helpers.analysis.roi.before_periods import Periods, Span

HORIZON_YEARS = 5
YEAR_DAYS = 365
MONTH_DAYS = 30
LEAST_DAYS = 180  # of a period whose return rate may be carried forward over years
COSTS_KNOWN = 0.9  # of revenue after returns, from which the lines' own costs tell the margin
LEVERAGE = 0.1  # a customer with a larger share of revenue moves every figure of a period
KNOWN = 0.9  # share of buyers in the customer list with a day, from which the list tells who is new
PERIODS = ("before", "after")

NOTES = {
    "cltv": "gross margin of a buyer within five years, at the period's margin and rate of return, discounted",
    "conversion": "leads first known in the period who bought by its end",
    "conversion, trials": "trials begun in the period and paid for by its end",
    "cac": "what winning a customer cost, of those won in the period",
    "churn": "buyers of the equally long period before who did not buy in this one",
    "subscriber_churn": "subscribers at the start who had no subscription at the end",
    "revenue": "purchases; returns are not taken off",
    "revenue_per_customer": "of customers who bought in the period",
    "average_order": "revenue by orders",
    "gross_margin": "of revenue after returns, by the costs of the order lines",
    "customers": "who bought in the period",
    "new_customers": "who bought for the first time in the period",
    "new_customers, list": "who were first known in the period and bought by its end",
    "new_customers, list alone": "who were first known in the period",
    "return_on_new_customers": "margin on what customers won in the period bought in it, less what winning them cost, "
    "by that cost",
    "nps": "of answers given in the period",
}
UNEQUAL = "the periods differ in length"
NO_PRIOR = "needs an equally long period of orders before each of the two"
SEASONS = "needs periods of the same season"
SHORT = "needs periods of half a year or more"
NO_LEADS = "needs the day on which each lead became known, or trials"
NO_COSTS = "needs what winning each customer cost, and when each was won"
NO_ORDERS = "needs orders with amounts"
NO_CHURN = "needs subscriptions with dates, or orders"
NOTHING = "there is nothing to count in one of the periods"

Told = dict[str, dict[str, Any] | str]
Sides = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Sample:
    """What is known of both periods: customers and counts as in `compare_before_after`."""

    customers: pd.DataFrame
    counts: pd.DataFrame  # the same by period
    spans: Mapping[str, Span]  # before, after
    periods: Periods
    margin: float
    discount_rate: float = 0.0
    no_retention: str = ""

    @property
    def has_orders(self) -> bool:
        return bool(self.customers["first_on"].notna().any())

    @property
    def has_money(self) -> bool:
        return self.has_orders and bool(self.customers["spend_before"].notna().all())

    @property
    def same_length(self) -> bool:
        return self.spans["before"].days == self.spans["after"].days

    @property
    def months(self) -> tuple[float, float]:
        """What share of each period a month is."""
        return MONTH_DAYS / self.spans["before"].days, MONTH_DAYS / self.spans["after"].days

    def of(self, measure: str, period: str) -> np.ndarray:
        return self.customers[f"{measure}_{period}"].to_numpy(dtype="float64")

    def net(self, period: str) -> np.ndarray:
        """Revenue after returns."""
        return self.of("spend", period) - self.of("returned", period)

    @property
    def knows_costs(self) -> bool:
        """Whether the order lines' own costs tell the margin of both periods."""
        costed = [(self.of("margin_spend", p).sum(), self.net(p).sum()) for p in PERIODS]
        return all(known > 0 and known >= COSTS_KNOWN * net for known, net in costed)

    def earned(self, period: str) -> np.ndarray:
        """Gross margin of each customer: by the lines' costs, those without one at the rate of the others; or at the
        assumed rate."""
        net = self.net(period)
        if not self.knows_costs:
            return self.margin * net
        margin, costed = self.of("margin", period), self.of("margin_spend", period)
        return margin + margin.sum() / costed.sum() * (net - costed)

    def bought(self, period: str) -> np.ndarray:
        return self.of("orders", period) > 0

    def within(self, column: str, period: str) -> np.ndarray:
        span = self.spans[period]
        return self.customers[column].between(pd.Timestamp(span.first), pd.Timestamp(span.last)).to_numpy()

    def bought_by_end(self, period: str) -> np.ndarray:
        return (self.customers["first_on"] <= pd.Timestamp(self.spans[period].last)).to_numpy()


def value_figures(sample: Sample) -> Told:
    """Revenue, revenue per buyer, average order, gross margin, buyers."""
    if not sample.has_orders:
        return {"revenue": NO_ORDERS}
    told: Told = {}
    bought = {p: sample.bought(p) for p in PERIODS}
    if sample.periods.alike:
        change = compare_sums(bought["before"].astype(float), bought["after"].astype(float))
        told["customers"] = _row("customers", change)
    if not sample.has_money:
        return told | {"revenue": NO_ORDERS}
    spend = {p: sample.of("spend", p) for p in PERIODS}
    told["revenue"] = _summed("revenue", sample, spend, MONEY)
    told["average_order"] = _row("average_order", _ratios(spend, {p: sample.of("orders", p) for p in PERIODS}))
    told["revenue_per_customer"] = (
        _row("revenue_per_customer", _ratios(spend, bought)) if sample.periods.alike else UNEQUAL
    )
    if sample.knows_costs:
        earned, net = ({p: of(p) for p in PERIODS} for of in (sample.earned, sample.net))
        told["gross_margin"] = _row("gross_margin", _ratios(earned, net))
    return told


def staying_figures(sample: Sample) -> Told:
    """Churn, of buyers, or where there are no orders of subscribers; and the value of a customer over five years."""
    told: Told = {}
    n, lost = sample.counts["subscribers"], sample.counts["cancelled"]
    if min(n["before"], n["after"]) > 0:
        part = (1.0, 1.0) if sample.same_length else sample.months
        change = compare_rates(lost["before"], n["before"], lost["after"], n["after"], part)
        metric = "subscriber_churn" if sample.has_orders else "churn"
        unit = SHARE if sample.same_length else SHARE + A_MONTH
        told[metric] = _row(metric, change, unit=unit, note="subscriber_churn")
    if not sample.has_orders:
        return {"churn": NO_CHURN, "cltv": NO_ORDERS} | told
    has_prior = {"prior_before", "prior_after"} <= sample.periods.windows.keys()
    if not sample.periods.alike or not has_prior:
        return told | dict.fromkeys(("churn", "cltv"), NO_PRIOR if sample.periods.alike else UNEQUAL)
    if sample.no_retention:
        return told | dict.fromkeys(("churn", "cltv"), sample.no_retention)
    prior = {p: sample.bought(f"prior_{p}") for p in PERIODS}
    told["churn"] = _row("churn", _ratios({p: prior[p] & ~sample.bought(p) for p in PERIODS}, prior))
    if not sample.has_money:
        return told | {"cltv": NO_ORDERS}
    if not sample.periods.same_season:
        return told | {"cltv": SEASONS}
    if min(span.days for span in sample.spans.values()) < LEAST_DAYS:
        return told | {"cltv": SHORT}
    worth = [_lifetime_value(sample, p, prior[p]) for p in PERIODS]
    return told | {"cltv": _row("cltv", compare(*worth))}


def winning_figures(sample: Sample) -> Told:
    """Conversion of leads, customers won, what winning one cost, and what they returned on it within the period."""
    told: Told = {"conversion": _conversion(sample)}
    won = _won(sample)
    if won is None:
        return told | {"cac": NO_COSTS}
    by_list = "new_customers, list" if sample.has_orders else "new_customers, list alone"
    note = "new_customers" if _by_first_order(sample) else by_list
    told["new_customers"] = _summed(
        "new_customers", sample, {p: won[p].astype(float) for p in PERIODS}, COUNT, note=note
    )
    cost = sample.customers["acquisition_cost"].to_numpy(dtype="float64")
    paid = {p: won[p] & (cost >= 0) for p in PERIODS}
    costs = {p: np.where(paid[p], cost, 0.0) for p in PERIODS}
    if not all(costs[p].sum() > 0 for p in PERIODS):
        return told | {"cac": NO_COSTS}
    told["cac"] = _row("cac", _ratios(costs, paid))
    if sample.has_money and sample.periods.alike:
        left = {p: np.where(paid[p], sample.earned(p), 0.0) - costs[p] for p in PERIODS}
        told["return_on_new_customers"] = _row("return_on_new_customers", _ratios(left, costs))
    return told


def opinion_figures(sample: Sample) -> Told:
    """The Net Promoter Score of the answers given; nothing where there are none."""
    moments = []
    for period in PERIODS:
        n, promoters, detractors = (float(sample.counts[c][period]) for c in ("answers", "promoters", "detractors"))
        if n < 2:
            return {}
        score = (promoters - detractors) / n
        moments.append((n, score, ((promoters + detractors) / n - score**2) * n / (n - 1)))
    return {"nps": _row("nps", compare_means(moments[0], moments[1]))}


def _lifetime_value(sample: Sample, period: str, prior: np.ndarray) -> Ratio:
    """Gross margin of a buyer a year, times the years within the horizon at the share r who return, each discounted
    from its middle: the sum of r ** (year / length) / (1 + rate) ** (year + 1/2). What each customer has in it follows
    from the product rule."""
    years = sample.spans[period].days / YEAR_DAYS
    each = ratio(sample.earned(period), sample.bought(period).astype(float))
    stay = ratio((prior & sample.bought(period)).astype(float), prior.astype(float))
    year = np.arange(HORIZON_YEARS)
    worth, powers = (1 + sample.discount_rate) ** -(year + 0.5), year / years
    times = float(worth @ stay.value**powers)
    slope = float((worth * powers)[1:] @ stay.value ** (powers[1:] - 1)) if stay.value > 0 else 0.0
    parts = (times * each.parts + each.value * slope * stay.parts) / years
    return Ratio(each.value * times / years, parts, min(each.n, stay.n))


def _conversion(sample: Sample) -> dict[str, Any] | str:
    if not sample.periods.alike:
        return UNEQUAL
    known = {p: sample.within("known_on", p) for p in PERIODS}
    leads = [(float((known[p] & sample.bought_by_end(p)).sum()), float(known[p].sum())) for p in PERIODS]
    # A list on which everybody has bought is one of customers, not of leads.
    if all(0 < hits < n for hits, n in leads):
        return _row("conversion", compare_rates(*leads[0], *leads[1]))
    paid, begun = sample.counts["trials_converted"], sample.counts["trials"]
    # Likewise of trials: where all were paid for, those that were not are missing.
    if all(0 < paid[p] < begun[p] for p in PERIODS):
        change = compare_rates(paid["before"], begun["before"], paid["after"], begun["after"])
        return _row("conversion", change, note="conversion, trials")
    return NO_LEADS


def _won(sample: Sample) -> Sides | None:
    """Who became a customer in each period: by the first purchase, where orders reach back a period further, else by
    the list, where it tells the day of most buyers; None where neither tells."""
    if _by_first_order(sample):
        return {p: sample.within("first_on", p) for p in PERIODS}
    listed, buyers = sample.customers["known_on"].notna(), sample.customers["first_on"].notna()
    if not sample.has_orders:
        return {p: sample.within("known_on", p) for p in PERIODS} if listed.any() else None
    if listed[buyers].mean() < KNOWN:
        return None
    return {p: sample.within("known_on", p) & sample.bought_by_end(p) for p in PERIODS}


def _by_first_order(sample: Sample) -> bool:
    return sample.has_orders and "prior_before" in sample.periods.windows


def _summed(metric: str, sample: Sample, values: Sides, unit: str, note: str = "") -> dict[str, Any] | str:
    """A total, brought to 30 days where the periods differ in length."""
    if sample.same_length:
        return _row(metric, compare_sums(values["before"], values["after"]), unit=unit, note=note)
    change = compare_sums(values["before"], values["after"], *sample.months)
    return _row(metric, change, unit=unit + A_MONTH, note=note)


def _ratios(over: Sides, under: Sides) -> Change:
    return compare(*(ratio(over[p].astype(float), under[p].astype(float)) for p in PERIODS))


def _row(metric: str, change: Change, *, unit: str = "", note: str = "") -> dict[str, Any] | str:
    if change.before != change.before or change.after != change.after:
        return NOTHING
    return row_of(metric, change, unit=unit, note=NOTES[note or metric])


def largest_share(sample: Sample) -> float:
    """The largest share of a period's revenue that one customer brought; NaN without amounts."""
    if not sample.has_money:
        return nan
    spend = (sample.of("spend", p) for p in PERIODS)
    return max(float(s.max() / s.sum()) for s in spend)
