"""When a customer is late: each one's own gap between orders, drawn towards what is usual, and how likely it is that
the next order would have come by now.

Method. The logarithms of the days between a customer's orders are normal, with a mean and a spread of the
customer's own, which come from a normal-inverse-gamma distribution over all customers: the conjugate model of Gelman et
al. (2013), Bayesian Data Analysis, section 3.3, so that what is expected of the next gap is a Student t. After an order
a customer may also never come back, with a chance that is beta over customers (as in Fader, Hardie and Lee 2005): those
still waited for are a mixture of the late and the gone, a cure model (Boag 1949). The six parameters are found by
maximum likelihood with weak priors, on closed and still open gaps alike, so that patient customers who are still on
their way are not overlooked. `late` is the expected distribution of the next gap at today's wait: of a customer who
does come back, how likely it is that it would have happened by now.

What is not known is not said. Without any gap nobody has a rhythm. A customer with fewer than two gaps is judged by the
others' rhythm alone, and only where the history is longer than 95 in 100 gaps take, with a fifth to spare (enough
follow-up in the sense of Maller and Zhou 1996): a furniture shop with three years of history cannot tell who is late.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, stdtr, stdtrit

from helpers.errors import InputError

LATE = 0.95  # from this chance on that the next order would have come, a customer is late
OWN_GAPS = 2  # gaps from which a customer has a rhythm of his own
FOLLOW_UP = 1.2  # times the days in which 95 in 100 gaps end, that the history must be long to judge the others

# No trade is so regular that a few days mean anything: gaps spread by a quarter at least.
_LEAST_SPREAD = 0.25
_JITTER = 0.1  # of each gap: days are whole, and gaps of seven days each do not make a law
_FITTED = 4_000  # customers on whom the parameters are found, once there are more
_SHORTEST_WAIT = 0.5  # days
_SEED = 20_260_930
# Weak priors: mean and deviation of the logarithms of strength, shape, rate / shape, back and gone. They hold a handful
# of customers in place and are outweighed by some dozens.
_PRIOR_MEAN = np.log([0.5, 2.5, 0.5, 1.0, 1.0])
_PRIOR_SD = np.array([1.0, 0.75, 1.0, 1.5, 1.5])


@dataclass(frozen=True)
class Rhythm:
    """How regularly customers come, and who is late.

    customers: the customers given, in their order: customer_id, orders, usual_gap_days (median expected of the next
        gap; NaN where no rhythm is known), days_since (the last order), late (0-1, the probability that the next order
        would have come by now; NaN where no rhythm is known), late_from_days (the wait from which the customer is late;
        on the clock of a seasonal trade), is_late (late >= 0.95; False where not known)
    gap_days: share (0.5, 0.8, 0.9, 0.95), days: by when that share of next orders comes, of those that come at all,
        for a customer of whom nothing else is known; no rows without any gap
    usual_gap_days: the median of that, NaN without any gap
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
    """The distribution of rhythms: log gaps ~ N(mean, v), mean ~ N(centre, v / strength), 1 / v ~ Gamma(shape, rate),
    and the chance of another order after each ~ Beta(back, gone)."""

    centre: float
    strength: float
    shape: float
    rate: float
    back: float
    gone: float


_SHARES = (0.5, 0.8, 0.9, 0.95)


def measure_rhythm(gaps: pd.DataFrame, *, has_season: bool = False) -> Rhythm:
    """Each customer's usual gap, and how late the customer is.

    gaps: one row a customer: customer_id, orders, gaps (count), mean_log_gap and ss_log_gap (sum of squared deviations;
        NaN without gaps), days_since, clock_since (days_since on the trade's clock), tenure_days.
    Raises InputError on a customer twice, an absent column, or a wait below zero.
    """
    _check(gaps)
    known = gaps["gaps"].to_numpy(dtype=float)
    if not known.sum():
        reason = "No customer has ordered on two days, so nobody's rhythm is known"
        return Rhythm(_list(gaps, np.nan, np.nan, np.nan, False), _no_days(), float("nan"), False, False, False, reason)
    model = fit(gaps)
    degrees, middle, spread = expect_next(model, gaps)
    waited = np.log(np.maximum(gaps["clock_since"].to_numpy(dtype=float), _SHORTEST_WAIT))
    anyone = expect_next(model, pd.DataFrame({"gaps": [0], "mean_log_gap": [np.nan], "ss_log_gap": [np.nan]}))
    days = np.exp(anyone[1] + anyone[2] * stdtrit(anyone[0], np.array(_SHARES)))
    history = float(gaps["tenure_days"].max())
    followed = bool(history >= FOLLOW_UP * days[-1])
    judged = (known >= OWN_GAPS) | followed
    late = np.where(judged, stdtr(degrees, (waited - middle) / spread), np.nan)
    usual = np.where(judged, np.exp(middle), np.nan)
    # Many customers, few different numbers of gaps: the slow inverse is taken once for each.
    each, which = np.unique(degrees, return_inverse=True)
    late_from = np.where(judged, np.exp(middle + spread * stdtrit(each, LATE)[which]), np.nan)
    return Rhythm(
        customers=_list(gaps, usual, late, late_from, late >= LATE),
        gap_days=pd.DataFrame({"share": _SHARES, "days": days}),
        usual_gap_days=float(days[0]),
        known=bool(judged.any()),
        known_of_all=followed,
        has_season=has_season,
        reason="" if followed else _too_short(history, days[-1]),
    )


def fit(gaps: pd.DataFrame) -> Model:
    """The parameters that make the gaps seen, and the waits of those who have not come back, most likely."""
    rows = gaps
    if len(gaps) > _FITTED:
        # By customer number, so that the order in which a database returns rows does not matter.
        ordered = gaps.sort_values("customer_id", kind="stable")
        rows = ordered.iloc[np.sort(np.random.default_rng(_SEED).choice(len(gaps), _FITTED, replace=False))]
    n, mean, squares = _sums(rows)
    wait = np.log(np.maximum(rows["clock_since"].to_numpy(dtype=float), _SHORTEST_WAIT))
    centre = float((n * mean).sum() / n.sum()) if n.sum() else float(wait.mean())

    def cost(free: np.ndarray) -> float:
        model = _model(free)
        degrees, middle, spread = _next_gap(model, n, mean, squares)
        still = 1 - stdtr(degrees, (wait - middle) / spread)
        seen = _log_gaps(model, n, mean, squares) + betaln(model.back + n, model.gone) - betaln(model.back, model.gone)
        again = (model.back + n) / (model.back + model.gone + n)
        # The open gap: gone, or on the way and not here yet.
        total = seen + np.log(1 - again + again * still)
        pull = ((free[1:] - _PRIOR_MEAN) / _PRIOR_SD) ** 2
        return float(-total.sum() + 0.5 * pull.sum())

    start = np.concatenate([[centre], _PRIOR_MEAN])
    found = minimize(cost, start, method="L-BFGS-B", bounds=[(centre - 5, centre + 5), *[(-4.0, 5.0)] * 5])
    return _model(found.x)


def expect_next(model: Model, gaps: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is expected of the logarithm of each customer's next gap: a Student t's degrees, centre, scale."""
    return _next_gap(model, *_sums(gaps))


def _next_gap(
    model: Model, n: np.ndarray, mean: np.ndarray, squares: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    strength, middle, shape, rate = _updated(model, n, mean, squares)
    spread = np.sqrt(rate * (strength + 1) / (shape * strength))
    return 2 * shape, middle, np.maximum(spread, _LEAST_SPREAD)


def _updated(
    model: Model, n: np.ndarray, mean: np.ndarray, squares: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    strength = model.strength + n
    middle = (model.strength * model.centre + n * mean) / strength
    shape = model.shape + n / 2
    rate = model.rate + squares / 2 + model.strength * n * (mean - model.centre) ** 2 / (2 * strength)
    return strength, middle, shape, rate


def _log_gaps(model: Model, n: np.ndarray, mean: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Logarithm of the likelihood of the closed gaps of each customer, means and spreads integrated out."""
    strength, _, shape, rate = _updated(model, n, mean, squares)
    gammas = gammaln(shape) - gammaln(model.shape)
    rates = model.shape * np.log(model.rate) - shape * np.log(rate)
    return np.asarray(gammas + rates + 0.5 * np.log(model.strength / strength) - n / 2 * np.log(2 * np.pi))


def _model(free: np.ndarray) -> Model:
    strength, shape, variance, back, gone = np.exp(free[1:])
    return Model(float(free[0]), strength, shape, variance * shape, back, gone)


def _sums(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = rows["gaps"].to_numpy(dtype=float)
    mean, squares = (rows[c].fillna(0.0).to_numpy(dtype=float) for c in ("mean_log_gap", "ss_log_gap"))
    return n, mean, squares + n * _JITTER**2


def _list(gaps: pd.DataFrame, usual: Any, late: Any, late_from: Any, is_late: Any) -> pd.DataFrame:
    frame = gaps[["customer_id", "orders", "days_since"]].reset_index(drop=True)
    frame = frame.assign(usual_gap_days=usual, late=late, late_from_days=late_from, is_late=is_late)
    return frame[["customer_id", "orders", "usual_gap_days", "days_since", "late", "late_from_days", "is_late"]]


def _no_days() -> pd.DataFrame:
    return pd.DataFrame({"share": pd.Series(dtype=float), "days": pd.Series(dtype=float)})


def _too_short(history: float, needed: float) -> str:
    return (
        f"The history covers {history:.0f} days, but it takes up to {needed:.0f} until a customer's next order, "
        "so only those with three orders or more can be called late"
    )


def _check(gaps: pd.DataFrame) -> None:
    needed = ["customer_id", "orders", "gaps", "mean_log_gap", "ss_log_gap", "days_since", "clock_since", "tenure_days"]
    absent = [c for c in needed if c not in gaps.columns]
    if absent:
        raise InputError(f"the customers lack {', '.join(absent)}", where="rhythm")
    twice = int(gaps["customer_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="rhythm", mend="Give one row a customer.")
    if (gaps["days_since"] < 0).any():
        raise InputError("a last order lies after the day of analysis", where="rhythm")
