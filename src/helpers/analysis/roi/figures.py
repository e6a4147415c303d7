"""The key figures, each once: what it is of, what it is divided by, and what must be known for it.

A figure is a function of sums over a segment's customers. `FIGURES` holds them in the order in which they are saved.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

At = dict[str, np.ndarray]


@dataclass(frozen=True)
class Terms:
    """What figures rest on beside the customers: years that the period lasts, discount_rate a year, horizon in years,
    extra: spent on winning each customer beyond the acquisition costs counted with the segment, staying: whether it is
    told who stayed."""

    years: float
    discount_rate: float
    horizon: int
    extra: float
    staying: bool = True


Part = Callable[[At, Terms], np.ndarray]


@dataclass(frozen=True)
class Figure:
    """kpi, unit ({time} stands for the period's), above and below: its numerator and denominator. whole: the figure
    itself, where it is not above / below. counted: a count or sum of what there is, no estimate. least: sums of
    customers of which there must be enough. positive: it can only be above zero."""

    kpi: str
    unit: str
    above: Part
    below: Part
    whole: Part | None = None
    counted: bool = False
    least: tuple[str, ...] = ()
    positive: bool = False
    of_money: bool = False
    of_margin: bool = False
    needs_cost: bool = False
    needs_staying: bool = False
    of_cohort: bool = False  # of customers won in the period before

    def value(self, at: At, terms: Terms) -> np.ndarray:
        return self.whole(at, terms) if self.whole else self.above(at, terms) / self.below(at, terms)


def _sum(name: str) -> Part:
    return lambda at, terms: at[name]


def _nothing(at: At, terms: Terms) -> np.ndarray:
    return np.full_like(at["bought"], np.nan)


def yearly_churn(at: At, terms: Terms) -> np.ndarray:
    """Share of customers lost a year: of so many years' retention the root; by tenure, from those who left in all the
    years that customers were seen, at an even rate."""
    by_time = 1 - (at["kept"] / at["before"]) ** (1 / terms.years)
    by_tenure = 1 - np.exp(-at["left"] / at["years"])
    return np.where(at["years"] > 0, by_tenure, by_time)


def yearly_margin(at: At, terms: Terms) -> np.ndarray:
    """Gross margin of a customer a year."""
    return at["earned"] / at["base"] / terms.years


def value_within(at: At, terms: Terms) -> np.ndarray:
    """Margin of a customer within the horizon: of the first year whole, then of those who stay, each year discounted
    from its middle."""
    stay = 1 - yearly_churn(at, terms)
    years = np.arange(terms.horizon)
    weights = (1 + terms.discount_rate) ** -(years + 0.5)
    return np.asarray(yearly_margin(at, terms) * (stay[..., None] ** years @ weights))


def _simple_value(at: At, terms: Terms) -> np.ndarray:
    churn = yearly_churn(at, terms)
    return yearly_margin(at, terms) / np.where(churn > 0, churn, np.nan)


def _cac(at: At, terms: Terms) -> np.ndarray:
    return at["cac_cost"] / at["cac_customers"]


def loaded_cac(at: At, terms: Terms) -> np.ndarray:
    """Acquisition cost of a customer with what was spent on leads who have not bought, and the overhead."""
    won = np.where(at["won"] > 0, at["won"], np.nan)
    leads = np.where(at["cac_leads"] > 0, at["cac_leads"] / won, 0.0)
    return _cac(at, terms) + leads + terms.extra


def _loaded_total(at: At, terms: Terms) -> np.ndarray:
    return loaded_cac(at, terms) * at["cac_customers"]


def _to_cac(at: At, terms: Terms) -> np.ndarray:
    cost = loaded_cac(at, terms)
    return value_within(at, terms) / np.where(cost > 0, cost, np.nan)


def _payback(at: At, terms: Terms) -> np.ndarray:
    """Months in which a customer's margin pays the cost, while the customer stays; none where those who leave keep it
    from being paid within the horizon."""
    margin, cost = yearly_margin(at, terms) / 12, loaded_cac(at, terms)
    never = (margin <= 0) | (cost > margin * 12 * terms.horizon)
    if terms.staying:
        never = never | (value_within(at, terms) < cost)
    return cost / np.where(never, np.nan, margin)


def _a_month(at: At, terms: Terms) -> np.ndarray:
    return yearly_margin(at, terms) / 12


def _gain(at: At, terms: Terms) -> np.ndarray:
    return value_within(at, terms) - loaded_cac(at, terms)


def _return(at: At, terms: Terms) -> np.ndarray:
    return _to_cac(at, terms) - 1


def _cohort_cac(at: At, terms: Terms) -> np.ndarray:
    """Acquisition cost of customers won in the period before, with what was spent on leads of that time who have not
    bought, and today's overhead."""
    leads = np.where(at["cohort_leads"] > 0, at["cohort_leads"] / at["cohort"], 0.0)
    return at["cohort_cost"] / at["cohort_costed"] + leads + terms.extra


def _cohort_value(at: At, terms: Terms) -> np.ndarray:
    return at["cohort_earned"] / at["cohort"]


def _cohort_to_cac(at: At, terms: Terms) -> np.ndarray:
    cost = _cohort_cac(at, terms)
    return _cohort_value(at, terms) / np.where(cost > 0, cost, np.nan)


_STAYING = ("before",)
_WORTH = ("before", "base")
_PAID = ("before", "base", "cac_customers")

FIGURES = (
    Figure("customers", "customers {time}", _sum("bought"), _nothing, counted=True),
    Figure("members", "customers", _sum("base"), _nothing, counted=True),
    Figure("new_customers", "customers {time}", _sum("won"), _nothing, counted=True),
    Figure("leads", "customers", _sum("leads"), _nothing, counted=True),
    Figure("revenue", "money {time}", _sum("revenue"), _nothing, counted=True, of_money=True),
    Figure("average_order", "money an order", _sum("revenue"), _sum("orders"), least=("base",), of_money=True),
    Figure("revenue_per_customer", "money a customer {time}", _sum("revenue"), _sum("base"), least=("base",),
           of_money=True),
    Figure("margin", "share of revenue after returns", _sum("earned"), _sum("net"), least=("base",), of_money=True,
           of_margin=True),
    Figure("margin_per_customer", "money a customer {time}", _sum("earned"), _sum("base"), least=("base",),
           of_money=True, of_margin=True),
    Figure("conversion", "share {time}", _sum("pool_won"), _sum("pool"), least=("pool",)),
    Figure("retention", "share {time}", _sum("kept"), _sum("before"), least=_STAYING, needs_staying=True),
    Figure("churn", "share {time}", _sum("left"), _sum("before"), least=_STAYING, needs_staying=True),
    Figure("revenue_churn", "share {time}", _sum("revenue_lost"), _sum("revenue_before"), least=_STAYING,
           of_money=True, needs_staying=True),
    Figure("cac", "money a customer", _sum("cac_cost"), _sum("cac_customers"), least=("cac_customers",),
           needs_cost=True),
    Figure("cac_loaded", "money a customer", _loaded_total, _sum("cac_customers"), loaded_cac,
           least=("cac_customers",), needs_cost=True),
    Figure("cltv", "money a customer", yearly_margin, yearly_churn, _simple_value, least=_WORTH, positive=True,
           of_money=True, of_margin=True, needs_staying=True),
    Figure("gross_margin_value", "money a customer in 5 years", yearly_margin, yearly_churn, value_within, least=_WORTH,
           positive=True, of_money=True, of_margin=True, needs_staying=True),
    Figure("cltv_cac", "times", value_within, loaded_cac, _to_cac, least=_PAID, positive=True, of_money=True,
           of_margin=True, needs_cost=True, needs_staying=True),
    Figure("payback_months", "months", loaded_cac, _a_month, _payback, least=("base", "cac_customers"), positive=True,
           of_money=True, of_margin=True, needs_cost=True),
    Figure("roi", "ratio in 5 years", _gain, loaded_cac, _return, least=_PAID, of_money=True, of_margin=True,
           needs_cost=True, needs_staying=True),
    Figure("won_value", "money a customer so far", _sum("cohort_earned"), _sum("cohort"), least=("cohort",),
           of_money=True, of_margin=True, of_cohort=True),
    Figure("won_retention", "share {time}", _sum("cohort_kept"), _sum("cohort"), least=("cohort",),
           needs_staying=True, of_cohort=True),
    Figure("won_to_cac", "times so far", _cohort_value, _cohort_cac, _cohort_to_cac,
           least=("cohort", "cohort_costed"), of_money=True, of_margin=True, needs_cost=True,
           of_cohort=True),
)  # fmt: skip
RATES = ("conversion", "retention", "churn", "won_retention")
