"""What subscribers will be worth: how many renewals each has before him, and what these bring.

A subscription is renewed every month. Who ended within month 4 was lost at the fourth renewal; who runs for 3.4 months
has renewed three times. As in Fader and Hardie (2007) the sBG model is fitted to the first half of the months seen, and
the curve it projects is held against what came (Kaplan and Meier 1958, by statsmodels). Where it misses, renewals are
read off the curve seen instead, as an actuary does from a life table: beyond its end, subscribers are taken to leave as
they did in its last twelve months.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.clv import sbg
from helpers.analysis.clv.histories import Floats
from helpers.analysis.clv.value import Total, check_value_knobs
from helpers.errors import InputError, ThinDataError

FEWEST = 30  # subscriptions that ended, and subscribers seen up to the last month of the test
SHORTEST_MONTHS = 6
_Z = 1.959964


@dataclass(frozen=True)
class Contracts:
    """customers: the subscribers given, in their order: customer_id, p_alive (1 runs, 0 ended), expected_orders
        (renewals within the horizon, the next one included), clv (discounted margin of these), historic_value (months
        so far times today's fee, at margin; of those that run); NaN for what is not known
    curve: one row a month: months, actual (share of new subscribers still there; NaN beyond what was seen), expected
        (by the fit to the months before the test), later (within the test), projected (as subscribers are valued)
    parameters: as in Worth
    still_share: share of today's subscribers who are still there after the horizon; value: total of clv
    gap: greatest distance of expected from actual within the test, 0-1; most_gap: what is allowed
    method: "sBG", or "curve" where that missed by more than allowed, or "" where nobody can be valued, and reason says
        why: "none": no subscriber is known to run or to have ended; "few": fewer than 30 have ended; "short": fewer
        than 6 months seen
    running, ended: subscribers; tested_months: the last month before the test
    """

    customers: pd.DataFrame
    curve: pd.DataFrame
    parameters: pd.DataFrame
    still_share: Total
    value: Total
    gap: float
    most_gap: float
    method: str
    reason: str
    running: int
    ended: int
    tested_months: int
    months: int
    margin: float


@dataclass(frozen=True)
class _Law:
    """How subscribers stay: the share still there after so many renewals, by parameters with their covariance."""

    share: Callable[[Floats, Floats], Floats]
    parameters: Floats
    covariance: Floats

    def total(self, at: Callable[[Callable[[Floats], Floats]], float]) -> Total:
        """A total of shares with its 95% interval by the parameters (delta method, in relative steps)."""
        totals = [at(lambda n, p=p: self.share(p, n)) for p in (self.parameters, *self._around())]  # type: ignore[misc]
        here, sides = totals[0], np.array(totals[1:]).reshape(-1, 2)
        gradient = (sides[:, 0] - sides[:, 1]) / (2e-4 * self.parameters)
        spread = _Z * float(np.sqrt(gradient @ self.covariance @ gradient))
        return Total(here, max(here - spread, 0.0), here + spread)

    def _around(self) -> list[Floats]:
        steps = 1e-4 * np.diag(self.parameters)
        return [self.parameters + sign * step for step in steps for sign in (1, -1)]


def value_contracts(
    subscribers: pd.DataFrame,
    *,
    months: int = 12,
    margin: float = 1.0,
    discount_rate: float = 0.1,
    most_gap: float = 0.05,
) -> Contracts:
    """Value every subscriber.

    subscribers: one row a customer: customer_id, months (so far, or until it ended), ended (1, 0 or NaN where not
    known), monthly_fee (NaN where not known). margin, discount_rate: as in `value_customers`.
    Raises InputError on a customer twice and on figures outside their bounds.
    """
    check_value_knobs(months, margin, discount_rate)
    twice = int(subscribers["customer_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="lifetime value of contracts")
    known = subscribers["ended"].notna() & (subscribers["months"] >= 0)
    rows = subscribers[known]
    gone = rows["ended"].to_numpy(float) == 1
    lost, kept = _count(rows["months"].to_numpy(float), gone)
    customers = _untold(subscribers, margin)
    facts: dict[str, Any] = {
        "running": int((~gone).sum()),
        "ended": int(gone.sum()),
        "most_gap": most_gap,
        "months": months,
        "margin": margin,
    }
    last = _last_seen(lost, kept)
    reason = "none" if not known.any() else "few" if gone.sum() < FEWEST else "short" if last < SHORTEST_MONTHS else ""
    try:
        model = sbg.fit(lost, kept) if not reason else None
        early = sbg.fit(*_cut(lost, kept, last // 2)) if model else None
    except ThinDataError:
        model, early, reason = None, None, "few"
    if model is None or early is None:
        frame = pd.DataFrame(columns=["months", "actual", "expected", "later", "projected"])
        nothing = pd.DataFrame(columns=["model", "parameter", "value", "std_error", "used"])
        return Contracts(
            customers, frame, nothing, Total(), Total(), nan, method="", reason=reason, tested_months=0, **facts
        )
    curve = _draw(lost, kept, early, last, months)
    tested = curve[curve["later"]]
    gap = float((tested["expected"] - tested["actual"]).abs().max())
    method = "curve" if round(gap, 2) > most_gap else "sBG"
    law = _seen_law(lost, kept, last) if method == "curve" else _Law(sbg.survival, model.parameters, model.covariance)
    monthly = (1 + discount_rate) ** (1 / 12) - 1
    renewed = np.floor(rows["months"].to_numpy(float)[~gone])
    fees = rows["monthly_fee"].to_numpy(float)[~gone] * margin
    share = partial(law.share, law.parameters)
    told = customers.copy()
    expected, counted = np.zeros(len(gone)), np.zeros(len(gone))  # who has ended is known to have
    expected[~gone] = _renewals(share, renewed, months, 0.0)
    counted[~gone] = _renewals(share, renewed, months, monthly) * fees
    for column, values in (("p_alive", (~gone).astype(float)), ("expected_orders", expected), ("clv", counted)):
        told.loc[known.to_numpy(), column] = values
    with_fees = np.isfinite(fees).any()
    return Contracts(
        customers=told,
        curve=curve.assign(projected=share(curve["months"].to_numpy(float))),
        parameters=_list(model, method == "sBG"),
        still_share=law.total(lambda at: _still(at, renewed, months)) if len(renewed) else Total(),
        value=law.total(lambda at: float(np.nansum(_renewals(at, renewed, months, monthly) * fees)))
        if with_fees
        else Total(),
        gap=gap,
        method=method,
        reason="",
        tested_months=last // 2,
        **facts,
    )


def _count(months: Floats, gone: np.ndarray) -> tuple[Floats, Floats]:
    """Subscribers lost at renewal 1, 2, …, and those last seen after so many; who has not renewed yet tells nothing."""
    lost_at = np.maximum(np.ceil(months[gone]), 1).astype(int)
    kept_at = np.floor(months[~gone]).astype(int)
    size = int(max([1, *lost_at, *kept_at])) + 1
    return np.bincount(lost_at, minlength=size)[1:].astype(float), np.bincount(kept_at, minlength=size)[1:].astype(
        float
    )


def _last_seen(lost: Floats, kept: Floats) -> int:
    """The last month up to which at least 30 subscribers were seen."""
    at_risk = np.cumsum((lost + kept)[::-1])[::-1]
    return int((at_risk >= FEWEST).sum())


def _cut(lost: Floats, kept: Floats, month: int) -> tuple[Floats, Floats]:
    """The same counts as they would be had nobody been watched beyond a month."""
    still = kept[:month].copy()
    still[-1] += lost[month:].sum() + kept[month:].sum()
    return lost[:month], still


def _draw(lost: Floats, kept: Floats, early: sbg.Sbg, last: int, ahead: int) -> pd.DataFrame:
    months = np.arange(0, last + ahead + 1)
    actual = np.cumprod(np.concatenate([[1.0], 1 - _hazards(lost, kept)[0]]))
    return pd.DataFrame(
        {
            "months": months,
            "actual": [actual[month] if month <= last else nan for month in months],
            "expected": early.survival(months),
            "later": (months > last // 2) & (months <= last),
        }
    )


def _hazards(lost: Floats, kept: Floats) -> tuple[Floats, Floats]:
    """Of each month the share that leaves in it, by the steps of statsmodels' Kaplan-Meier curve, and who was there."""
    from statsmodels.duration.survfunc import SurvfuncRight  # slow to import, and for clients with contracts only

    times = np.arange(1, len(lost) + 1)
    time, status = np.concatenate([times, times]), np.repeat([1, 0], len(times))
    weights = np.concatenate([lost, kept])
    there = weights > 0
    seen = SurvfuncRight(time[there], status[there], freq_weights=weights[there])
    hazards = np.zeros(len(times))
    hazards[seen.surv_times.astype(int) - 1] = seen.n_events / seen.n_risk
    return hazards, np.cumsum((lost + kept)[::-1])[::-1]


def _seen_law(lost: Floats, kept: Floats, last: int) -> _Law:
    """The curve seen up to the last month with enough subscribers, and on as in its last twelve months. Its parameters
    are the shares that leave month by month, each with its binomial variance (Greenwood 1926)."""
    hazards, at_risk = (values[:last] for values in _hazards(lost, kept))

    def share(at: Floats, renewed: Floats) -> Floats:
        stay = np.cumsum(np.log1p(-np.minimum(at, 1 - 1e-9)))
        recent = (stay[-1] - stay[-13] if last > 12 else stay[-1]) / min(12, last)
        known = np.concatenate([[0.0], stay])[np.minimum(renewed, last).astype(int)]
        return np.asarray(np.exp(known + np.maximum(renewed - last, 0) * recent))

    floor = np.maximum(hazards, 1e-12)  # a month in which nobody left moves nothing, yet has to be divided by
    return _Law(share, floor, np.diag(hazards * (1 - hazards) / at_risk))


def _untold(subscribers: pd.DataFrame, margin: float) -> pd.DataFrame:
    runs = subscribers["ended"].to_numpy(float) == 0
    fees = subscribers["monthly_fee"].to_numpy(float) * margin
    return pd.DataFrame(
        {
            "customer_id": subscribers["customer_id"].to_numpy(),
            "p_alive": np.nan,
            "expected_orders": np.nan,
            "clv": np.nan,
            "historic_value": np.where(runs, fees * np.floor(subscribers["months"].to_numpy(float)), np.nan),
        }
    )


def _renewals(share: Callable[[Floats], Floats], renewed: Floats, months: int, monthly: float) -> Floats:
    """Renewals within the months ahead of who has renewed so often, discounted; the next is due now."""
    counts, place = np.unique(renewed, return_inverse=True)
    there = share(counts)
    ahead = [share(counts + month) / there * (1 + monthly) ** (1 - month) for month in range(1, months + 1)]
    return np.asarray(np.sum(ahead, axis=0))[place]


def _still(share: Callable[[Floats], Floats], renewed: Floats, months: int) -> float:
    return float((share(renewed + months) / share(renewed)).mean())


def _list(model: sbg.Sbg, used: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": model.name,
            "parameter": list(model.letters),
            "value": model.parameters,
            "std_error": model.std_errors,
            "used": used,
        }
    )
