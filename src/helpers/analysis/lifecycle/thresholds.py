"""From when on a customer is loyal, of high value, or dormant: read from the data, or set by hand.

Loyal: after an order a customer comes back or not. The share who place another within a set number of days is
estimated after the first order, the second and so on, by Kaplan-Meier on the days between them, so that somebody who
ordered last week does not count as lost (statsmodels' `SurvfuncRight`; Greenwood's variance). It rises as those drop
out who only tried, fast at first, then slowly: a customer is loyal from the first order on after which one more order
makes the next less than five points more likely, as the mean of the next two, so that one odd step decides nothing.
Later orders are not looked at: among those who order most, the share goes on creeping up by selection alone. Intervals
are Wilson's (1927), of as many customers as would give that variance (the effective sample of Cutler and Ederer 1958).

High value: who orders at least as often as the average customer, and spends as much as the few who together bring
half of all spend; these are never more than a fifth of all buyers, nor less than a twentieth. Intervals of quantiles
are those of order statistics (Conover 1999, Practical Nonparametric Statistics, 3.2).

Dormant: each customer by the own rhythm, which is measured elsewhere; what is usual is told here.
"""

import math
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from helpers.errors import InputError

LEVEL = 0.05  # one more order makes the next less likelier than that, from the order on that makes a customer loyal
AHEAD = 2  # orders over which that is averaged
LEAST_LOYAL = 2  # orders; nobody is loyal by one
CONVENTION = 3  # orders, where too few came back to tell
MOST_HIGH, LEAST_HIGH = 0.2, 0.05  # of buyers spend as much as customers of high value
LEAST_CUSTOMERS = 30  # after an order, to tell how many come back
LATE = 0.9  # share of the orders that followed, by when the next is overdue
_HALF = 0.5
_Z_95 = 1.959963984540054
DATA, BY_HAND, BY_CONVENTION, UNKNOWN = "data", "set by hand", "convention", "not known"
_COLUMNS = ["threshold", "value", "low", "high", "source", "reason"]


@dataclass(frozen=True)
class Thresholds:
    """What parts the groups.

    loyal_orders, high_orders: orders from which on a customer is loyal, or may be of high value
    high_spend: spend from which on a customer is of high value; NaN where nothing is known of money
    dormant_days: days without an order from which on a customer is dormant; NaN: each by the own rhythm
    table: threshold, value, low, high (95% interval; NaN where it has none), source (data, set by hand, convention, not
        known), reason
    next_order: order (its number), customers (who placed it), share, low, high (who place another within `within_days`)
    within_days: by when an order must have followed
    """

    loyal_orders: int
    high_orders: int
    high_spend: float
    dormant_days: float
    table: pd.DataFrame
    next_order: pd.DataFrame
    within_days: int


def find_thresholds(
    totals: pd.DataFrame,
    steps: pd.DataFrame,
    rhythm: pd.DataFrame,
    *,
    loyal_orders: int = 0,
    high_orders: int = 0,
    high_spend: float = 0,
    dormant_days: int = 0,
) -> Thresholds:
    """The thresholds of the groups; those given as 0 come from the data.

    totals: a row a buyer: orders, spend (NaN where not known), orders_last_year. steps: order, days, returned (1 or 0),
    customers, as `features.purchases.order_steps` has them. rhythm: a row a buyer: usual_gap_days (NaN where not
    known). Without buyers there is no data to set a threshold by: they are those by hand and by custom, and the tables
    have no rows. Raises InputError on a threshold below 0.
    """
    given = {"loyal_orders": loyal_orders, "high_orders": high_orders, "high_spend": high_spend}
    for name, value in (given | {"dormant_days": dormant_days}).items():
        if not 0 <= value < math.inf:
            raise InputError(f"{name} is {value}", where="Lifecycle", allowed="0, for the data's own, or more")
    if totals.empty:
        none = pd.DataFrame(columns=_COLUMNS)
        by_hand = (loyal_orders or CONVENTION, high_orders or CONVENTION, high_spend or nan, dormant_days or nan)
        return Thresholds(*by_hand, table=none, next_order=next_orders(steps, 1), within_days=1)
    within = _horizon(steps)
    next_order = next_orders(steps, within)
    rows = [_frequency(totals), _usual_gap(rhythm)]
    loyal = _by_hand("loyal_orders", loyal_orders) if loyal_orders else _loyal_from(steps, within, next_order)
    often = _by_hand("high_value_orders", high_orders) if high_orders else _often_from(totals)
    rich = _by_hand("high_value_spend", high_spend) if high_spend else _rich_from(totals)
    late = _by_hand("dormant_days", dormant_days) if dormant_days else _gap_within(steps)
    rows += [loyal, often, rich, late]
    return Thresholds(
        loyal_orders=int(loyal[1]),
        high_orders=int(often[1]),
        high_spend=float(rich[1]),
        dormant_days=float(dormant_days) if dormant_days else nan,
        table=pd.DataFrame(rows, columns=_COLUMNS),
        next_order=next_order,
        within_days=within,
    )


def next_orders(steps: pd.DataFrame, within_days: int) -> pd.DataFrame:
    """The share of customers who place another order within so many days, after each order that enough have placed:
    order, customers, share, low, high (0-1)."""
    rows = []
    for order, own in steps.groupby("order"):
        customers = int(own["customers"].sum())
        if customers < LEAST_CUSTOMERS:
            continue
        share, variance = _back_within(own, within_days)
        rows.append((int(str(order)), customers, share, *wilson(share, customers, variance)))
    return pd.DataFrame(rows, columns=["order", "customers", "share", "low", "high"]).astype({"order": "int64"})


def _back_within(steps: pd.DataFrame, days: int) -> tuple[float, float]:
    """Share who returned within the days, and its variance; customers who are still within them count as long as they
    have been waited for."""
    from statsmodels.duration.survfunc import SurvfuncRight  # two seconds to import

    counted = steps.groupby(["days", "returned"], as_index=False)["customers"].sum()
    if not counted["returned"].any():
        return 0.0, 0.0
    # With weights statsmodels' error is another one; Greenwood's needs only its counts.
    found = SurvfuncRight(
        counted["days"].to_numpy(float),
        counted["returned"].to_numpy(float),
        freq_weights=counted["customers"].to_numpy(),
    )
    upto = found.surv_times <= days
    if not upto.any():
        return 0.0, 0.0
    away = float(found.surv_prob[upto][-1])
    left = found.n_risk[upto] - found.n_events[upto]
    if away <= 0:
        return 1.0, 0.0
    spread = float((found.n_events[upto] / (found.n_risk[upto] * left)).sum())
    return 1 - away, away**2 * spread


def wilson(share: float, customers: float, variance: float = 0) -> tuple[float, float]:
    """95% interval of a share of so many customers; with a variance, of as many as would give it."""
    n = share * (1 - share) / variance if variance > 0 else customers
    middle = (share + _Z_95**2 / (2 * n)) / (1 + _Z_95**2 / n)
    half = _Z_95 / (1 + _Z_95**2 / n) * math.sqrt(share * (1 - share) / n + _Z_95**2 / (4 * n**2))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _horizon(steps: pd.DataFrame) -> int:
    """By when nine of ten have come back of those who did; half of the longest time seen at most, so that there are
    customers who have been waited for as long."""
    back = steps[steps["returned"] == 1]
    half = int(steps["days"].max()) // 2
    return max(1, min(int(_weighted_quantile(back["days"], back["customers"], 0.9)), half) if len(back) else half)


def _loyal_from(
    steps: pd.DataFrame, within: int, next_order: pd.DataFrame
) -> tuple[str, float, float, float, str, str]:
    """The first order after which one more makes another less than LEVEL more likely, as the mean of the next AHEAD.
    Its interval: the orders at which that step's lower and upper bound are first below LEVEL."""
    last = int(next_order["order"].max()) if len(next_order) else 0
    back = {order: _back_within(steps[steps["order"] == order], within) for order in range(LEAST_LOYAL, last + 1)}
    found: dict[str, int] = {}
    for order in range(LEAST_LOYAL, last):
        ahead = min(AHEAD, last - order)
        (share, variance), (later, later_variance) = back[order], back[order + ahead]
        step, error = (later - share) / ahead, math.sqrt(variance + later_variance) / ahead
        for bound, value in (("low", step - _Z_95 * error), ("value", step), ("high", step + _Z_95 * error)):
            if value < LEVEL:
                found.setdefault(bound, order)
    if "value" not in found:
        reason = f"too few come back often enough to tell, so {CONVENTION} orders, which is the custom"
        return ("loyal_orders", CONVENTION, nan, nan, BY_CONVENTION, reason)
    reason = f"one more order then makes another within {within:,} days less than {LEVEL * 100:.0f} points likelier"
    return ("loyal_orders", found["value"], found["low"], found.get("high", last), DATA, reason)


def _often_from(totals: pd.DataFrame) -> tuple[str, float, float, float, str, str]:
    orders = totals["orders"].to_numpy(float)
    mean, low, high = _mean_interval(orders)
    cut, least, most = (max(LEAST_LOYAL, math.ceil(round(x, 9))) if x == x else nan for x in (mean, low, high))
    return ("high_value_orders", cut, least, most, DATA, "at least as many orders as the average customer")


def _rich_from(totals: pd.DataFrame) -> tuple[str, float, float, float, str, str]:
    spend = totals["spend"].dropna().to_numpy(float)
    if not len(spend) or spend.sum() <= 0:
        return ("high_value_spend", nan, nan, nan, UNKNOWN, "what customers spent is not known: orders alone count")
    ranked = np.sort(spend)[::-1]
    half = float(ranked[int(np.searchsorted(np.cumsum(ranked), _HALF * ranked.sum()))])
    fifth, twentieth = (
        float(np.quantile(spend, 1 - share, method="inverted_cdf")) for share in (MOST_HIGH, LEAST_HIGH)
    )
    cut = min(max(half, fifth), twentieth)
    reason = "those who spent as much bring half of all spend"
    if cut != half:
        reason = f"a {'fifth' if cut == fifth else 'twentieth'} of buyers spent as much"
    share = float((spend >= cut).mean())
    return ("high_value_spend", cut, *_quantile_interval(spend, 1 - share), DATA, reason)


def _gap_within(steps: pd.DataFrame) -> tuple[str, float, float, float, str, str]:
    back = steps[steps["returned"] == 1]
    if back.empty:
        return ("dormant_days", nan, nan, nan, UNKNOWN, "nobody has ordered twice, so nobody is called dormant")
    spread = _Z_95 * math.sqrt(LATE * (1 - LATE) / back["customers"].sum())
    bounds = (LATE, max(LATE - spread, 0), min(LATE + spread, 1))
    value, low, high = (_weighted_quantile(back["days"], back["customers"], share) for share in bounds)
    reason = "9 of 10 orders that followed came sooner; each customer is judged by the own rhythm"
    return ("dormant_days", value, low, high, DATA, reason)


def _frequency(totals: pd.DataFrame) -> tuple[str, float, float, float, str, str]:
    lately = totals.loc[totals["orders_last_year"] > 0, "orders_last_year"].to_numpy(float)
    if not len(lately):
        return ("orders_a_year", nan, nan, nan, UNKNOWN, "nobody has ordered in the last year")
    return ("orders_a_year", *_mean_interval(lately), DATA, "the average of those who ordered in the last 365 days")


def _usual_gap(rhythm: pd.DataFrame) -> tuple[str, float, float, float, str, str]:
    known = rhythm["usual_gap_days"].dropna().to_numpy(float)
    if not len(known):
        return ("usual_gap_days", nan, nan, nan, UNKNOWN, "nobody has ordered often enough")
    low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
    return (
        "usual_gap_days",
        float(middle),
        float(low),
        float(high),
        DATA,
        "between orders: the median customer, and the range of eight in ten",
    )


def _by_hand(name: str, value: float) -> tuple[str, float, float, float, str, str]:
    return (name, float(value), nan, nan, BY_HAND, "as the parameter file has it")


def _mean_interval(values: np.ndarray) -> tuple[float, float, float]:
    mean = float(values.mean())
    error = _Z_95 * float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else nan
    return mean, mean - error, mean + error


def _quantile_interval(values: np.ndarray, share: float) -> tuple[float, float]:
    n, ranked = len(values), np.sort(values)
    spread = _Z_95 * math.sqrt(n * share * (1 - share))
    low, high = math.floor(n * share - spread), math.ceil(n * share + spread)
    return float(ranked[max(low - 1, 0)]), float(ranked[min(high, n) - 1])


def _weighted_quantile(values: pd.Series, weights: pd.Series, share: float) -> float:
    order = np.argsort(values.to_numpy(), kind="stable")
    reached = np.cumsum(weights.to_numpy()[order])
    place = int(np.searchsorted(reached, share * reached[-1] - 1e-9))
    return float(values.to_numpy()[order][min(place, len(order) - 1)])
