"""Whether orders to come can be forecast: both models of buying, told the past only, against what came after.

The history is split by time. The models are fitted to what was known on the day of the split, and their forecasts held
against the orders since: in all, week by week (tracking) and by how often customers had ordered (conditional
expectation), as Fader, Hardie and Lee (2005) do. The better one is kept. A forecast that missed by more than stated, or
that the data cannot carry, is refused with its reason.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.clv import bg_nbd, pareto_nbd
from helpers.analysis.clv.bg_nbd import BgNbd
from helpers.analysis.clv.order_values import fit_values
from helpers.analysis.clv.pareto_nbd import ParetoNbd
from helpers.errors import ThinDataError

Model = BgNbd | ParetoNbd

FEWEST = 30  # customers who came back before the split, and repeat orders after it
SHORTEST_WEEKS = 26  # half a year of history: below, a forecast for a year has seen neither half of it
MOST_SEASONAL = 0.5  # of a year's orders in its busiest quarter; an even year has .25
_MOST_FITTED = 100_000  # customers that the models are compared on
_FREQUENT = 7  # repeat orders from which customers are counted together


@dataclass(frozen=True)
class ForecastTest:
    """model: name of the better one, "" where none was fitted. reason: "" where it may be trusted; "none": no orders;
    "short": fewer than 26 weeks; "one-time": fewer than 30 customers had come back; "few later": fewer than 30 repeat
    orders came after; "seasonal": over half of the last year's repeat orders fell into 13 weeks; "missed": the orders
    that came differ by more than most_error from the forecast. chosen_by: "groups", "likelihood" or "simplicity".
    value_reason: "" where the value of orders may be forecast too; else as in OrderValues, or "missed".

    candidates: one row a model: model, log_likelihood, expected_orders, error (of the total; 0.1 is a tenth too many),
        group_error (gap between forecast and orders by how often customers had ordered, as a share of orders)
    tracking: one row a week: week, actual and expected (repeat orders since the beginning), later (after the split)
    by_frequency: one row a number of repeat orders before the split (7 is 7 and more): repeat_orders, customers, actual
        and expected orders each after it
    expected_orders, actual_orders, error: after the split; value_error: that of what they brought, NaN where it is not
        known; top_fifth_share: of later orders, by the fifth of customers of whom most was expected; busiest_share: of
        the last year's repeat orders, in its busiest 13 weeks, NaN with less than a year
    """

    model: str
    reason: str
    value_reason: str
    chosen_by: str
    candidates: pd.DataFrame
    tracking: pd.DataFrame
    by_frequency: pd.DataFrame
    customers: int
    repeaters: int
    weeks: float
    later_weeks: float
    expected_orders: float
    actual_orders: float
    error: float
    value_error: float
    top_fifth_share: float
    busiest_share: float
    most_error: float

    @property
    def trusted(self) -> bool:
        return not self.reason

    @property
    def usable(self) -> str:
        """The name of the model, or "" where it may not be used."""
        return self.model if self.trusted else ""


def test_forecast(
    before: pd.DataFrame, weeks: pd.DataFrame, *, split_weeks: float, all_weeks: float, most_error: float = 0.25
) -> ForecastTest:
    """Fit both models to what was known at the split, and hold their forecasts against what came after.

    before: one row a buyer: repeat_orders, last_weeks, age_weeks, mean_value, spend, returned as known at the split;
    later_orders, later_spend since. weeks: one row a week from the first purchase on: week (from 1) and
    repeat_orders of these buyers. split_weeks, all_weeks: from the first purchase to the split, and to the end.
    """
    repeaters, came = int((before["repeat_orders"] > 0).sum()), float(before["later_orders"].sum())
    facts: dict[str, Any] = {
        "customers": len(before),
        "repeaters": repeaters,
        "weeks": all_weeks,
        "later_weeks": all_weeks - split_weeks,
        "actual_orders": came,
        "busiest_share": busiest_share(weeks["repeat_orders"].to_numpy(float)),
        "most_error": most_error,
    }
    reason = (
        "none" if before.empty
        else "one-time" if not repeaters and not came
        else "short" if all_weeks < SHORTEST_WEEKS
        else "one-time" if repeaters < FEWEST
        else "few later" if came < FEWEST
        else ""
    )  # fmt: skip
    fitted = [] if reason else _fit_both(before)
    if not fitted:
        return _untested(reason or "one-time", facts)
    tried = [_try(model, before, weeks, split_weeks, all_weeks) for model in fitted]
    candidates = pd.DataFrame([row for row, _, _ in tried])
    best, chosen_by = _choose(candidates)
    _, expected, tracking = tried[best]
    error = float(candidates["error"].iloc[best])
    value_error, value_reason = _test_values(before, expected, most_error)
    if round(facts["busiest_share"], 2) > MOST_SEASONAL:
        reason = "seasonal"
    elif round(abs(error), 2) > most_error:
        reason = "missed"
    return ForecastTest(
        model=str(candidates["model"].iloc[best]),
        reason=reason,
        value_reason=value_reason,
        chosen_by=chosen_by,
        candidates=candidates,
        tracking=tracking,
        by_frequency=_by_frequency(before, expected),
        expected_orders=float(expected.sum()),
        error=error,
        value_error=value_error,
        top_fifth_share=_top_fifth(before["later_orders"].to_numpy(float), expected),
        **facts,
    )


def _test_values(before: pd.DataFrame, expected: np.ndarray, most_error: float) -> tuple[float, str]:
    """Error of what the later orders brought, and why it cannot be forecast."""
    values = fit_values(before)
    brought = float((before["later_spend"] - before["later_returned"]).sum())
    if not values.known or not brought > 0:
        return float("nan"), values.reason or "missed"
    error = float((expected * values.expected(before)).sum() / brought - 1)
    return error, "missed" if round(abs(error), 2) > most_error else ""


def busiest_share(orders: np.ndarray) -> float:
    """Share of the last 52 weeks' orders in the busiest 13 weeks that follow each other, the year taken as a ring; NaN
    with less than a year. orders: by week."""
    year = orders[-52:]
    if len(year) < 52 or not year.sum() > 0:
        return float("nan")
    summed = np.concatenate([[0.0], np.cumsum(np.concatenate([year, year[:12]]))])
    return float((summed[13:] - summed[:-13]).max() / year.sum())


def _untested(reason: str, facts: dict[str, Any]) -> ForecastTest:
    unknown = dict.fromkeys(["expected_orders", "error", "value_error", "top_fifth_share"], float("nan"))
    empty = {
        "candidates": ["model", "log_likelihood", "expected_orders", "error", "group_error"],
        "tracking": ["week", "actual", "expected", "later"],
        "by_frequency": ["repeat_orders", "customers", "actual", "expected"],
    }
    frames = {name: pd.DataFrame(columns=columns) for name, columns in empty.items()}
    given: dict[str, Any] = {**frames, **unknown, **facts}
    return ForecastTest(model="", reason=reason, value_reason="", chosen_by="", **given)


def _fit_both(before: pd.DataFrame) -> list[Model]:
    sample = before.iloc[:: -(-len(before) // _MOST_FITTED)]
    columns = [sample[c] for c in ("repeat_orders", "last_weeks", "age_weeks")]
    models: list[Model] = []
    for module in (bg_nbd, pareto_nbd):
        try:
            models.append(module.fit(*columns))
        except ThinDataError:
            continue  # the other one may do; without any there is no forecast, and the page says so
    return models


def _try(
    model: Model, before: pd.DataFrame, weeks: pd.DataFrame, split_weeks: float, all_weeks: float
) -> tuple[dict[str, object], np.ndarray, pd.DataFrame]:
    x, t_x, age = (before[c] for c in ("repeat_orders", "last_weeks", "age_weeks"))
    expected = model.expected_orders(x, t_x, age, all_weeks - split_weeks)
    came = before["later_orders"].sum()
    groups = _by_frequency(before, expected)
    gap = (groups["customers"] * (groups["expected"] - groups["actual"])).abs().sum()
    row = {
        "model": model.name,
        "log_likelihood": model.log_likelihood,
        "expected_orders": float(expected.sum()),
        "error": float(expected.sum() / came - 1),
        "group_error": float(gap / came),
    }
    return row, expected, _track(model, before, weeks, split_weeks, all_weeks)


def _track(
    model: Model, before: pd.DataFrame, weeks: pd.DataFrame, split_weeks: float, all_weeks: float
) -> pd.DataFrame:
    """Cumulative repeat orders of these buyers, those that came and those that the model expects of new customers who
    began when they did."""
    began = np.rint(7 * (split_weeks - before["age_weeks"].to_numpy(float))).astype(int)  # days after the first
    last_day = round(7 * all_weeks)
    by_age = model.expected_repeats(np.arange(last_day + 1) / 7)
    begun = np.bincount(began, minlength=last_day + 1).astype(float)
    ends = np.minimum(7 * weeks["week"].to_numpy() - 1, last_day)
    expected = [begun[: end + 1] @ by_age[end::-1] for end in ends]
    return pd.DataFrame(
        {
            "week": weeks["week"],
            "actual": weeks["repeat_orders"].cumsum().astype(float),
            "expected": expected,
            "later": ends > 7 * split_weeks,
        }
    )


def _choose(candidates: pd.DataFrame) -> tuple[int, str]:
    """The place of the better model: the one that is nearer by groups of customers, as printed, since values are told
    customer by customer; else the one with the higher likelihood, as printed."""
    if len(candidates) == 1:
        return 0, "simplicity"
    gaps, fits = candidates["group_error"].round(2), candidates["log_likelihood"].round(0)
    if gaps.iloc[0] != gaps.iloc[1]:
        return int(np.argmin(gaps)), "groups"
    if fits.iloc[0] != fits.iloc[1]:
        return int(np.argmax(fits)), "likelihood"
    return 0, "simplicity"


def _by_frequency(before: pd.DataFrame, expected: np.ndarray) -> pd.DataFrame:
    rows = before.assign(repeat_orders=before["repeat_orders"].clip(upper=_FREQUENT).astype(int), expected=expected)
    found = rows.groupby("repeat_orders").agg(
        customers=("expected", "size"), actual=("later_orders", "mean"), expected=("expected", "mean")
    )
    return found.reset_index()


def _top_fifth(later: np.ndarray, expected: np.ndarray) -> float:
    """Ties are cut as they come, so equal customers at the edge count by their share."""
    order = pd.Series(expected).rank(method="average", ascending=False).to_numpy()
    return float(later[order <= len(later) / 5].sum() / later.sum())
