"""When a customer is late: each one's own gap between orders, drawn towards what is usual, and how likely it is that
the next order would have come by now.

Method. The days between a customer's orders follow a gamma distribution, whose shape says how regular the customer is
(1: orders fall at random; 16: hardly a day off; 0.5: in bursts) and whose rate is the customer's own. Rates are gamma
over customers, regularities are mixed: the model of Platzer and Reutterer (2016, Marketing Science 35, "Ticking away
the moments"), with the regularity on a grid, so that everything is closed. After an order a customer may also never
come back, with a chance that is beta over customers (as in Fader, Hardie and Lee 2005): those still waited for are a
mixture of the late and the gone, a cure model (Boag 1949). The parameters are found by maximum likelihood with weak
priors, on closed and still open gaps alike, so that patient customers who are still on their way are not overlooked.
`late` is what is then expected of the customer's next gap, at today's wait: of a customer who does come back, how
likely it is that it would have happened by now.

What is not known is not said. Without any gap nobody has a rhythm. A customer with fewer than two gaps is judged by the
others: of all who came back after as many orders, the share who had done so by then (Kaplan-Meier, so that those who
may still come count for the days they were seen), and only where that curve has levelled off: 95 in 100 of the returns
seen must have come in the first three quarters of the history (enough follow-up in the sense of Maller and Zhou 1996).
A furniture shop with three years of history cannot tell who is late.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betainc, betaln, digamma, gammaln
from threadpoolctl import threadpool_limits

from helpers.errors import InputError

LATE = 0.9  # from this chance on that the next order would have come, a customer is late
OWN_GAPS = 2  # gaps from which a customer has a rhythm of his own
FOLLOW_UP = 4 / 3  # times the days in which 95 in 100 returns come, that the history must be long to judge by others
LEAST_RETURNS = 20  # fewer make no curve to judge others by
REGULARITIES = np.array([0.5, 1.0, 2.0, 5.0, 15.0])  # none higher: no trade is so regular that a day means much

_FITTED = 1_000  # customers on whom the parameters are found, once there are more
_SHORTEST_WAIT = 0.5  # days
_SEED = 20_260_930
_STEP = 1e-6  # of the logarithm of spread, to find the slope along it
# Weak priors: deviations of the logarithms of spread (around 1.5), back and gone (around 1), and of the regularities'
# weights. They hold a handful of customers in place and are outweighed by some dozens.
_SPREAD = np.log(1.5)
_LOOSE = 1.5


@dataclass(frozen=True)
class Rhythm:
    """How regularly customers come, and who is late.

    customers: the customers given, in their order: customer_id, orders, usual_gap_days (between the customer's orders,
        drawn towards what is usual; on the clock of a seasonal trade; NaN where no rhythm is known), days_since (the
        last order), late (0-1, the probability that the next order would have come by now; NaN where no rhythm is
        known), is_late (late >= 0.9; False where not known)
    gap_days: share (0.5, 0.8, 0.9, 0.95), days: by when that share of the second orders comes, of those that were seen
        to come; no rows without any
    usual_gap_days: the median customer's, of those with two orders or more; NaN without any
    known: whether anyone's rhythm is known
    known_of_all: whether also customers with one order or two can be judged
    has_season: whether days were counted on the clock of a seasonal trade
    reason: why nobody, or not everybody, can be judged; else ""
    """

    customers: pd.DataFrame
    gap_days: pd.DataFrame
    usual_gap_days: float
    known: bool
    known_of_all: bool
    has_season: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Model:
    """Gaps ~ Gamma(k, rate k x pace); pace ~ Gamma(spread, scale), in 1 / days; k from REGULARITIES with weights (which
    sum to 1); the chance of another order after each ~ Beta(back, gone)."""

    spread: float
    scale: float
    weights: np.ndarray
    back: float
    gone: float


_SHARES = (0.5, 0.8, 0.9, 0.95)


def measure_rhythm(gaps: pd.DataFrame, *, has_season: bool = False) -> Rhythm:
    """Each customer's usual gap, and how late the customer is.

    gaps: one row a customer: customer_id, orders, gaps (count), mean_gap_days and mean_log_gap (NaN without gaps),
        first_gap_days and second_gap_days (NaN where there is none), days_since, clock_since (days_since on the trade's
        clock), tenure_days.
    Raises InputError on a customer twice, an absent column, or a wait below zero.
    """
    _check(gaps)
    known = gaps["gaps"].to_numpy(dtype=float)
    if not known.sum():
        reason = "No customer has ordered on two days, so nobody's rhythm is known"
        none = pd.DataFrame({"share": pd.Series(dtype=float), "days": pd.Series(dtype=float)})
        return Rhythm(_list(gaps, np.nan, np.nan, False), none, float("nan"), False, False, has_season, reason)
    model = fit(gaps)
    history = float(gaps["tenure_days"].max())
    wait = _waits(gaps)
    curves = [_returns(gaps, ended, wait) for ended in ("first_gap_days", "second_gap_days")]
    followed = [history >= FOLLOW_UP * _by_when(curve, 0.95) for curve in curves]
    followed[1] = followed[1] or followed[0]
    late, usual = 1 - still_waiting(model, gaps), _usual_gap(model, gaps)
    by_others = [_share_back(curve, wait) for curve in curves]
    late = np.select(
        [known >= OWN_GAPS, (known == 1) & followed[1], (known == 0) & followed[0]],
        # A single gap is no rhythm yet: who is late by it and not by the others', or the reverse, is not.
        [late, np.minimum(late, by_others[1] if len(curves[1]) else by_others[0]), by_others[0]],
        np.nan,
    )
    # Whatever others do: nobody is late who has waited no longer than between his own orders.
    late = np.where(wait <= gaps["mean_gap_days"].to_numpy(dtype=float), np.minimum(late, 0.5), late)
    usual = np.where(known == 0, _by_when(curves[0], 0.5), usual)
    days = pd.DataFrame({"share": _SHARES, "days": [_by_when(curves[0], share) for share in _SHARES]})
    return Rhythm(
        customers=_list(gaps, np.where(np.isnan(late), np.nan, usual), late, late >= LATE),
        gap_days=days if len(curves[0]) else days.iloc[:0],
        usual_gap_days=float(np.median(usual[known > 0])),
        known=bool((~np.isnan(late)).any()),
        known_of_all=bool(followed[0]),
        has_season=has_season,
        reason="" if followed[0] else _too_short("two" if followed[1] else "three"),
    )


def _returns(gaps: pd.DataFrame, ended: str, wait: np.ndarray) -> pd.DataFrame:
    """days, share: of all customers with the order before, who had come back by then; no rows where fewer than
    LEAST_RETURNS did."""
    asked = gaps["first_gap_days"].notna().to_numpy() | (ended == "first_gap_days")
    back = gaps[ended].to_numpy(dtype=float)[asked]
    came = ~np.isnan(back)
    if came.sum() < LEAST_RETURNS:
        return pd.DataFrame({"days": pd.Series(dtype=float), "share": pd.Series(dtype=float)})
    from statsmodels.duration.survfunc import SurvfuncRight  # two seconds to import

    curve = SurvfuncRight(np.where(came, back, wait[asked]), came.astype(int))
    return pd.DataFrame({"days": curve.surv_times, "share": 1 - curve.surv_prob})


def _by_when(curve: pd.DataFrame, share: float) -> float:
    """By when a share of the returns seen had come; infinite where there is no curve."""
    if curve.empty:
        return float("inf")
    reached = curve["share"] >= share * curve["share"].iloc[-1] - 1e-12
    return float(curve["days"][reached].iloc[0])


def _share_back(curve: pd.DataFrame, wait: np.ndarray) -> np.ndarray:
    """(n,) the share of the returns seen that had come by each wait."""
    if curve.empty:
        return np.full(len(wait), np.nan)
    place = np.searchsorted(curve["days"].to_numpy(), wait, side="right")
    share = np.concatenate([[0.0], curve["share"].to_numpy()])
    return np.asarray(share[place] / share[-1])


def fit(gaps: pd.DataFrame) -> Model:
    """The parameters that make the gaps seen, and the waits of those who have not come back, most likely."""
    rows = gaps
    if len(gaps) > _FITTED:
        # By customer number, so that the order in which a database returns rows does not matter.
        ordered = gaps.sort_values("customer_id", kind="stable")
        rows = ordered.iloc[np.sort(np.random.default_rng(_SEED).choice(len(gaps), _FITTED, replace=False))]
    n, total, logs, wait = _sums(rows)
    usual = float(np.log(total.sum() / n.sum())) if n.sum() else float(np.log(wait).mean())

    def cost(free: np.ndarray) -> tuple[float, np.ndarray]:
        told, slope = _log_likelihood(free, n, total, logs, wait)
        off = np.concatenate([[0.0, free[1] - _SPREAD], free[2:] / _LOOSE])
        pull = np.concatenate([off[:2], off[2:] / _LOOSE])
        return 0.5 * float(off @ off) - told, pull - slope

    start = np.concatenate([[usual, _SPREAD], np.zeros(1 + len(REGULARITIES))])
    far = [(usual - 6, usual + 6), *[(-4.0, 4.0)] * (len(start) - 1)]
    with threadpool_limits(limits=1):  # eight parameters: threads would cost more than they do
        return _model(minimize(cost, start, jac=True, method="L-BFGS-B", bounds=far, options={"ftol": 1e-7}).x)


def _log_likelihood(
    free: np.ndarray, n: np.ndarray, total: np.ndarray, logs: np.ndarray, wait: np.ndarray
) -> tuple[float, np.ndarray]:
    """Of all gaps, closed and open, and its slope along `free`, as in `_model`."""
    model, beside = _model(free), _model(free + np.eye(len(free))[1] * _STEP)
    gaps, still = _log_gaps(model, n, total, logs), _still(model, n, total, wait)
    by_shape = gaps + np.log(model.weights)
    seen = np.logaddexp.reduce(by_shape, axis=1)
    each = np.exp(by_shape - seen[:, None])
    waiting = (each * still).sum(axis=1)
    chances = model.back + model.gone + n
    again = (model.back + n) / chances
    coming = betaln(model.back + n, model.gone) - betaln(model.back, model.gone)
    # The open gap: gone, or on the way and not here yet.
    open_gap = 1 - again + again * waiting
    told = float((seen + coming + np.log(open_gap)).sum())

    of_still = each * (again / open_gap)[:, None]
    of_gaps = each + of_still * (still - waiting[:, None])
    of_again = (waiting - 1) / open_gap
    before, later = model.scale + REGULARITIES * total[:, None], REGULARITIES * wait[:, None]
    closed = model.spread + REGULARITIES * n[:, None]
    there = before / (before + later)
    density = np.exp(closed * np.log(there) + REGULARITIES * np.log1p(-there) - betaln(closed, REGULARITIES))
    by_scale = (
        of_gaps * (model.spread - closed * model.scale / before) + of_still * density * model.scale / before
    ).sum()
    # An incomplete beta function has no closed slope along its first argument.
    more = of_gaps * (_log_gaps(beside, n, total, logs) - gaps) + of_still * (_still(beside, n, total, wait) - still)
    both = digamma(model.back + model.gone) - digamma(chances)
    by_back = both + digamma(model.back + n) - digamma(model.back) + of_again * (1 - again) / chances
    by_gone = both - of_again * again / chances
    of_shape = of_gaps.sum(axis=0)
    slope = [by_scale, more.sum() / _STEP, model.back * by_back.sum(), model.gone * by_gone.sum()]
    return told, np.concatenate([slope, (of_shape - model.weights * of_shape.sum())[1:]])


def still_waiting(model: Model, gaps: pd.DataFrame) -> np.ndarray:
    """(n,) the probability that the next gap of each customer, who comes back, is longer than today's wait."""
    n, total, logs, wait = _sums(gaps)
    return np.asarray((_regularity(model, n, total, logs) * _still(model, n, total, wait)).sum(axis=1))


def _usual_gap(model: Model, gaps: pd.DataFrame) -> np.ndarray:
    n, total, logs, _ = _sums(gaps)
    shapes = REGULARITIES
    drawn = (model.scale + shapes * total[:, None]) / (model.spread + shapes * n[:, None])
    return np.asarray((_regularity(model, n, total, logs) * drawn).sum(axis=1))


def _regularity(model: Model, n: np.ndarray, total: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """(n, regularities) how likely each regularity is for each customer, after the gaps seen; rows sum to 1."""
    by_shape = _log_gaps(model, n, total, logs) + np.log(model.weights)
    return np.asarray(np.exp(by_shape - np.logaddexp.reduce(by_shape, axis=1)[:, None]))


def _log_gaps(model: Model, n: np.ndarray, total: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """(n, regularities) logarithm of the likelihood of the closed gaps, the customer's own pace integrated out."""
    shapes, many = REGULARITIES, n[:, None]
    gammas = gammaln(model.spread + shapes * many) - gammaln(model.spread) - many * gammaln(shapes)
    rates = model.spread * np.log(model.scale) - (model.spread + shapes * many) * np.log(
        model.scale + shapes * total[:, None]
    )
    return np.asarray(gammas + rates + shapes * many * np.log(shapes) + (shapes - 1) * logs[:, None])


def _still(model: Model, n: np.ndarray, total: np.ndarray, wait: np.ndarray) -> np.ndarray:
    """(n, regularities) the probability of a next gap longer than the wait: a compound gamma distribution."""
    before = model.scale + REGULARITIES * total[:, None]
    there = before / (before + REGULARITIES * wait[:, None])
    closed = model.spread + REGULARITIES * n[:, None]
    columns = zip(REGULARITIES, closed.T, there.T, strict=True)
    return np.column_stack([_beta_share(a, float(shape), x) for shape, a, x in columns])


def _beta_share(a: np.ndarray, b: float, x: np.ndarray) -> np.ndarray:
    """The regularised incomplete beta function; for a whole b a sum of b terms, many times faster (DLMF 8.17.5)."""
    if b % 1:
        return np.asarray(betainc(a, b, x))
    term = x**a
    total = term.copy()
    for i in range(int(b) - 1):
        term = term * (a + i) / (i + 1) * (1 - x)
        total += term
    return np.asarray(np.minimum(total, 1.0))


def _model(free: np.ndarray) -> Model:
    """free: the logarithms of scale / spread (about a usual gap), spread, back, gone, and of the weights' odds."""
    usual, spread, back, gone = np.exp(free[:4])
    odds = np.exp(np.concatenate([[0.0], free[4:]]))
    return Model(spread, usual * spread, odds / odds.sum(), back, gone)


def _sums(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """How many gaps, their sum, the sum of their logarithms, and the wait, of each customer."""
    n = rows["gaps"].to_numpy(dtype=float)
    total, logs = (n * rows[c].fillna(0.0).to_numpy(dtype=float) for c in ("mean_gap_days", "mean_log_gap"))
    return n, total, logs, _waits(rows)


def _waits(rows: pd.DataFrame) -> np.ndarray:
    return np.maximum(rows["clock_since"].to_numpy(dtype=float), _SHORTEST_WAIT)


def _list(gaps: pd.DataFrame, usual: Any, late: Any, is_late: Any) -> pd.DataFrame:
    frame = gaps[["customer_id", "orders", "days_since"]].reset_index(drop=True)
    frame = frame.assign(usual_gap_days=usual, late=late, is_late=is_late)
    return frame[["customer_id", "orders", "usual_gap_days", "days_since", "late", "is_late"]]


def _too_short(orders: str) -> str:
    return (
        "Customers were still coming back after a first order when the history ended, so only those with "
        f"{orders} orders or more can be called late"
    )


def _check(gaps: pd.DataFrame) -> None:
    of_gaps = ["gaps", "mean_gap_days", "mean_log_gap", "first_gap_days", "second_gap_days"]
    needed = ["customer_id", "orders", *of_gaps, "days_since", "clock_since", "tenure_days"]
    absent = [c for c in needed if c not in gaps.columns]
    if absent:
        raise InputError(f"the customers lack {', '.join(absent)}", where="rhythm")
    twice = int(gaps["customer_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="rhythm", mend="Give one row a customer.")
    if (gaps["days_since"] < 0).any():
        raise InputError("a last order lies after the day of analysis", where="rhythm")
