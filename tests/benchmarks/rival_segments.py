"""What else one would use, by the interpreter of an environment of its own: lifetimes and pymc-marketing.

Runs under `worker`, which says what a task is. Nothing of the kit is imported here.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.worker import serve

HORIZON = 39  # weeks
Work = tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]


def _histories(source: Path) -> pd.DataFrame:
    with np.load(source) as found:
        return pd.DataFrame({"frequency": found["frequency"], "recency": found["recency"], "T": found["age"]})


def lifetimes_fit(source: Path, out: Path) -> Work:
    from lifetimes import BetaGeoFitter

    given = _histories(source)

    def work() -> Any:
        return BetaGeoFitter().fit(given["frequency"], given["recency"], given["T"])

    return work, lambda model: {"parameters": [float(model.params_[name]) for name in ("r", "alpha", "a", "b")]}


def lifetimes_forecast(source: Path, out: Path) -> Work:
    given = _histories(source)
    fit, tell = lifetimes_fit(source, out)

    def work() -> Any:
        model = fit()
        return model, model.predict(HORIZON, given["frequency"], given["recency"], given["T"])

    def told(result: Any) -> dict[str, Any]:
        np.save(out, np.asarray(result[1]))
        return tell(result[0])

    return work, told


def pymc_forecast(source: Path, out: Path) -> Work:
    from pymc_marketing import clv

    given = _histories(source).rename_axis("customer_id").reset_index()

    def work() -> Any:
        model = clv.BetaGeoModel(data=given)
        model.fit(method="map", progressbar=False)
        return model, model.expected_purchases(future_t=HORIZON).to_numpy().ravel()

    def told(result: Any) -> dict[str, Any]:
        np.save(out, result[1])
        posterior = result[0].idata.posterior
        return {"parameters": [float(posterior[name].to_numpy().ravel()[0]) for name in ("r", "alpha", "a", "b")]}

    return work, told


def _transactions(source: Path) -> pd.DataFrame:
    with np.load(source) as found:
        placed = pd.DataFrame({name: found[name] for name in ("customer", "day", "amount")})
    days = pd.Timestamp("2024-10-01") + pd.to_timedelta(placed["day"], unit="D")
    return placed.assign(day=days, customer=placed["customer"].astype(str))  # as text, which most clients' numbers are


def pymc_segments(source: Path, out: Path, alone: bool = False) -> Work:
    """From orders to segments; alone: only what follows its summary of the orders, which is then made beforehand."""
    from pymc_marketing.clv import utils

    placed = _transactions(source)
    columns = {"customer_id_col": "customer", "datetime_col": "day", "monetary_value_col": "amount"}
    summary, summarise = None, utils.rfm_summary
    if alone:
        summary = summarise(placed, **columns, include_first_transaction=True)

    def work() -> pd.DataFrame:
        utils.rfm_summary = (lambda *_, **__: summary.copy()) if alone else summarise
        return utils.rfm_segments(placed, **columns)

    def told(scored: pd.DataFrame) -> dict[str, Any]:
        scores = [scored["rfm_score"].str[place].astype(int).to_numpy() for place in range(3)]
        np.savez(out, *scores, scored[["recency", "frequency", "monetary_value"]].to_numpy())
        return {"segments": int(scored["segment"].nunique())}

    return work, told


def pymc_scores(source: Path, out: Path) -> Work:
    return pymc_segments(source, out, alone=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    tasks = [lifetimes_fit, lifetimes_forecast, pymc_forecast, pymc_segments, pymc_scores]
    serve({task.__name__: task for task in tasks})
