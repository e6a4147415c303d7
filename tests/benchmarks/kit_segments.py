"""The kit, and scikit-learn beside it, as contestants of `compare_segments`.

Runs under `worker`, which says what a task is. What only one task needs is imported there.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from helpers.analysis.clusters import clusters
from helpers.analysis.rfm import Rfm, score_rfm
from helpers.data.features.customers import customer_features
from tests.benchmarks.rival_segments import HORIZON
from tests.benchmarks.segment_data import DAYS, FEATURES
from tests.benchmarks.worker import serve

BEGIN = date(2024, 10, 1)
MOST_GROUPS = 10
Work = tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]


def _read(source: Path) -> pd.DataFrame:
    with np.load(source) as found:
        return pd.DataFrame({name: found[name] for name in found.files})


def kit_fit(source: Path, out: Path) -> Work:
    from helpers.analysis.clv import bg_nbd

    given = [_read(source)[name].to_numpy() for name in ("frequency", "recency", "age")]
    return lambda: bg_nbd.fit(*given), lambda model: {"parameters": [model.r, model.alpha, model.a, model.b]}


def kit_forecast(source: Path, out: Path) -> Work:
    from helpers.analysis.clv import bg_nbd

    given = [_read(source)[name].to_numpy() for name in ("frequency", "recency", "age")]

    def work() -> Any:
        model = bg_nbd.fit(*given)
        return model, model.expected_orders(*given, HORIZON)

    def told(result: Any) -> dict[str, Any]:
        model, expected = result
        np.save(out, np.asarray(expected))
        return {"parameters": [model.r, model.alpha, model.a, model.b]}

    return work, told


def _tell_scores(scored: Rfm, out: Path) -> dict[str, Any]:
    by_score = [scored.customers[score].to_numpy() for score in ("r_score", "f_score", "m_score")]
    np.savez(out, *by_score, scored.customers[["recency_days", "order_count", "spend"]].to_numpy(float))
    return {"segments": len(scored.segments)}


def kit_scores(source: Path, out: Path) -> Work:
    """From a row a customer to scores and segments."""
    customers = _read(source)
    customers["customer_id"] = customers.pop("customer").astype(str)
    return lambda: score_rfm(customers), lambda scored: _tell_scores(scored, out)


def kit_segments(source: Path, out: Path) -> Work:
    """From orders to scores and segments."""
    placed = _read(source)
    placed["customer_id"] = placed.pop("customer").astype(str)
    placed["ordered_at"] = pd.Timestamp(BEGIN) + pd.to_timedelta(placed.pop("day"), unit="D")
    as_of = BEGIN + timedelta(days=DAYS - 1)

    def work() -> Rfm:
        return score_rfm(customer_features(ibis.memtable(placed), as_of))

    return work, lambda scored: _tell_scores(scored, out)


def kit_clusters(source: Path, out: Path) -> Work:
    """The whole choice: whether there are groups, how many, by which method, their stability, names and scorecard."""
    from helpers.analysis.scorecard import score_segmentation

    customers = _read(source).drop(columns="type")
    customers.insert(0, "customer_id", np.arange(len(customers)).astype(str))

    measures = customers.set_index("customer_id")

    def work() -> Any:
        found = clusters.find_clusters(customers, FEATURES, k_max=MOST_GROUPS)
        labels = found.customers.set_index("customer_id")["cluster"]
        return found, score_segmentation(labels, measures, stability=clusters.weakest(found))

    def told(result: Any) -> dict[str, Any]:
        found, _ = result
        np.save(out, pd.factorize(found.customers["cluster"])[0])
        return {"groups": int(found.k)}

    return work, told


def sklearn_raw(source: Path, out: Path) -> Work:
    """One k-means fit at ten groups on the same columns as they are."""
    matrix = _read(source)[FEATURES].to_numpy(float)
    return _one_fit(matrix, out)


def sklearn_scaled(source: Path, out: Path) -> Work:
    """The same on the columns standardised, which is what one would do; standardising is not timed."""
    matrix = StandardScaler().fit_transform(_read(source)[FEATURES].to_numpy(float))
    return _one_fit(matrix, out)


def _one_fit(matrix: np.ndarray, out: Path) -> Work:
    def told(model: KMeans) -> dict[str, Any]:
        np.save(out, model.labels_)
        return {"groups": MOST_GROUPS, "turns": int(model.n_iter_)}

    return lambda: KMeans(MOST_GROUPS, random_state=0).fit(matrix), told


if __name__ == "__main__":
    tasks = [kit_fit, kit_forecast, kit_scores, kit_segments, kit_clusters, sklearn_raw, sklearn_scaled]
    serve({task.__name__: task for task in tasks})
