"""How much recurring revenue customers keep bringing: net and gross retention, churn of customers and of revenue.

Of the customers who paid at the start of the window: net revenue retention is what they pay at its end over what they
paid at its start, gross the same without what dearer plans added; who came later does not count. As usual in the trade,
see https://churnzero.net/churnopedia/net-revenue-retention/ (27,000 that becomes 30,000 is 111%).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import pandas as pd

WINDOW_MONTHS = 12
LEAST_CUSTOMERS = 30  # at the start of a window, below which retention hangs on single customers


@dataclass(frozen=True)
class Kept:
    """Revenue kept over a window.

    months: its length; customers, lost: who paid at its start, and of these who pay nothing at its end
    start_mrr, expansion_mrr, contraction_mrr, cancelled_mrr, end_mrr: fees a month of these customers; NaN where no fee
        is known
    net, gross: retention (1 = all kept); NaN where there was no revenue at the start
    churn, revenue_churn: shares of these customers, and of their fees, that are gone
    enough: whether so many customers paid at the start that the shares can be told
    any_cancelled: whether the data hold any cancellation at all; without one they may list only what runs
    """

    months: int
    customers: int
    lost: int
    start_mrr: float
    expansion_mrr: float
    contraction_mrr: float
    cancelled_mrr: float
    end_mrr: float
    net: float
    gross: float
    churn: float
    revenue_churn: float
    enough: bool
    any_cancelled: bool


def choose_window(months: pd.DataFrame, most: int = WINDOW_MONTHS) -> int:
    """The longest window of at most `most` months at whose start LEAST_CUSTOMERS paid; else the longest with any
    customer at all; 0 where there is none.

    months: a row a calendar month with `active`, the last one being that of the report.
    """
    active = months["active"].to_numpy()
    windows = range(min(most, len(active) - 1), 0, -1)
    for least in (LEAST_CUSTOMERS, 1):
        found = [w for w in windows if active[-1 - w] >= least]
        if found:
            return found[0]
    return 0


def measure_kept(found: Mapping[str, float], any_cancelled: bool = True) -> Kept:
    """Retention from what the customers of a window's start paid then, added, lowered and cancelled.

    found: months, customers, lost, start_mrr, expansion_mrr, contraction_mrr, cancelled_mrr (all positive, NaN where
    no fee is known).
    """
    start, more = found["start_mrr"], found["expansion_mrr"]
    less, gone = found["contraction_mrr"], found["cancelled_mrr"]
    has = start > 0
    customers = int(found["customers"])
    return Kept(
        months=int(found["months"]),
        customers=customers,
        lost=int(found["lost"]),
        start_mrr=start,
        expansion_mrr=more,
        contraction_mrr=less,
        cancelled_mrr=gone,
        end_mrr=start + more - less - gone,
        net=(start + more - less - gone) / start if has else nan,
        gross=(start - less - gone) / start if has else nan,
        churn=found["lost"] / customers if customers else nan,
        revenue_churn=(less + gone) / start if has else nan,
        enough=customers >= LEAST_CUSTOMERS,
        any_cancelled=any_cancelled,
    )


def churn_a_month(months: pd.DataFrame, window: int) -> tuple[float, float]:
    """Churn of an average month of the last `window` whole ones: customers gone over those at the month's start, and
    fees gone or lowered over those at the month's start. NaN where nobody paid, or no fee is known.

    months: a row a calendar month: partial, active, cancelled, mrr, contraction_mrr, cancelled_mrr.
    """
    whole = months.assign(before=months["active"].shift(), mrr_before=months["mrr"].shift())
    whole = whole[~whole["partial"].astype(bool)].tail(window)
    whole = whole[whole["before"] > 0]
    lost = whole["contraction_mrr"] + whole["cancelled_mrr"]
    before, mrr = float(whole["before"].sum()), float(whole["mrr_before"].sum())
    customers = float(whole["cancelled"].sum()) / before if before else nan
    return customers, float(lost.sum()) / mrr if mrr else nan
