"""Whether segments of one name were made alike in two reports: rules and cuts, thresholds, and centres of groups.

same: made alike. renamed: the same rules under other names. shifted: the same rules, whose limits have moved with the
data. other: made otherwise, so that moves between them mean nothing. unknown: a report did not save how.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

SHIFTED = 0.1  # our own convention: a tenth of customers scored otherwise by the earlier limits
_SCORES = {"recency_days": "r_score", "order_count": "f_score", "orders_per_year": "f_score"}
_DEFINING = {
    "loyal_orders": "the number of orders that makes a loyal customer",
    "high_value_orders": "the number of orders that makes a customer of high value",
    "high_value_spend": "the spend that makes a customer of high value",
}
_COLUMNS = ["segmentation", "verdict", "why", "shifted_share", "renamed"]
Tables = Mapping[str, pd.DataFrame]


def compare_definitions(then: Tables, now: Tables) -> pd.DataFrame:
    """A row a segmentation that both reports have: segmentation, verdict, why ("" for same), shifted_share (of today's
    customers who would score otherwise by the earlier limits; NaN where not known), renamed (dict, earlier name to the
    present one). From rfm_rules, rfm_cuts and customers_rfm; lifecycle_thresholds; cluster_model."""
    rows = [
        _rfm(then, now) if _both(then, now, "customers_rfm") else None,
        _lifecycle(then, now) if _both(then, now, "customers_lifecycle") else None,
        _clusters(then, now) if _both(then, now, "customers_clusters") else None,
    ]
    return pd.DataFrame([row for row in rows if row], columns=_COLUMNS)


def _both(then: Tables, now: Tables, name: str, *columns: str) -> bool:
    return all(len(side.get(name, [])) and set(columns) <= set(side[name].columns) for side in (then, now))


def _row(segmentation: str, verdict: str, why: str = "", share: float = np.nan, **renamed: Any) -> dict[str, Any]:
    return {"segmentation": segmentation, "verdict": verdict, "why": why, "shifted_share": share, "renamed": renamed}


def _rfm(then: Tables, now: Tables) -> dict[str, Any]:
    if not _both(then, now, "rfm_rules", "rfm_segment", "rule"):
        return _row("rfm", "unknown", "the earlier report did not save its rules")
    was, is_ = then["rfm_rules"].fillna(""), now["rfm_rules"].fillna("")
    if list(was["rule"]) != list(is_["rule"]):
        return _row("rfm", "other", "the rules of the segments differ")
    renamed = {a: b for a, b in zip(was["rfm_segment"], is_["rfm_segment"], strict=True) if a != b}
    if not _both(then, now, "rfm_cuts", "metric", "score", "low"):
        return _row("rfm", "unknown", "the earlier report did not save the limits of its scores")
    scores = [_most_scores(side["rfm_cuts"]) for side in (then, now)]
    if scores[0].keys() != scores[1].keys():
        return _row("rfm", "other", "the segments rest on other measures")
    if _levels(was, scores[0]) != _levels(is_, scores[1]):
        return _row("rfm", "other", "the measures have another number of scores")
    share = _scored_otherwise(then["rfm_cuts"], now["customers_rfm"])
    if renamed:
        return _row("rfm", "renamed", "the same rules have other names", share) | {"renamed": renamed}
    if share >= SHIFTED:
        return _row("rfm", "shifted", "the limits of the scores have moved with the data", share)
    return _row("rfm", "same", "", share)


def _most_scores(cuts: pd.DataFrame) -> dict[str, float]:
    return {str(metric): float(part["score"].max()) for metric, part in cuts.groupby("metric")}


def _levels(rules: pd.DataFrame, scores: dict[str, float]) -> int:
    """The most scores a measure has, by the cuts and by the rules: where many are alike, the best goes to nobody."""
    named = [int(n) for rule in rules["rule"] for n in pd.Series([rule]).str.findall(r"\d+").iloc[0]]
    return max([*named, *(int(score) for score in scores.values())], default=0)


def _scored_otherwise(cuts: pd.DataFrame, customers: pd.DataFrame) -> float:
    """The share of today's customers who would have another score, of any measure, by the earlier limits."""
    other = np.zeros(len(customers), bool)
    for metric, part in cuts.groupby("metric"):
        score = _SCORES.get(str(metric), "m_score")
        if metric not in customers or score not in customers:
            continue
        rising = part.sort_values("low")
        begins, given = rising["low"].to_numpy(float), rising["score"].to_numpy(float)
        place = np.searchsorted(begins[1:], customers[metric].to_numpy(float), side="right")
        other |= given[place] != customers[score].to_numpy(float)
    return float(other.mean())


def _lifecycle(then: Tables, now: Tables) -> dict[str, Any]:
    if not _both(then, now, "lifecycle_thresholds", "threshold", "value", "low", "high"):
        return _row("lifecycle", "unknown", "the earlier report did not save its thresholds")
    was, is_ = (_thresholds(side["lifecycle_thresholds"]) for side in (then, now))
    moved = []
    for name in _DEFINING:
        if (name in was) != (name in is_):
            return _row("lifecycle", "other", "the groups rest on other thresholds")
        if name not in was or was[name][0] == is_[name][0]:
            continue
        if not (_inside(was[name], is_[name]) or _inside(is_[name], was[name])):
            figures = f"is now {is_[name][0]:,.0f}, not {was[name][0]:,.0f}"
            return _row("lifecycle", "other", f"{_DEFINING[name]} {figures}")
        moved.append(name)
    if moved:
        return _row("lifecycle", "shifted", "thresholds have moved within what the data leave open")
    return _row("lifecycle", "same")


def _thresholds(frame: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """By threshold its value and interval."""
    rows = frame[["threshold", "value", "low", "high"]].itertuples(index=False)
    return {str(name): (float(value), float(low), float(high)) for name, value, low, high in rows}


def _inside(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Whether the one's value lies in the other's interval; False where that is not known."""
    return other[1] <= one[0] <= other[2]


def _clusters(then: Tables, now: Tables) -> dict[str, Any]:
    if not _both(then, now, "cluster_model", "part", "cluster", "feature", "setting", "value"):
        return _row("clusters", "unknown", "the earlier report did not save its model")
    was, is_ = _settings(then["cluster_model"]), _settings(now["cluster_model"])
    if was == is_:
        return _row("clusters", "same")
    one, other = _centres(then["cluster_model"]), _centres(now["cluster_model"])
    if set(one.columns) != set(other.columns):
        return _row("clusters", "other", "the groups rest on other measures")
    if set(one.index) != set(other.index) or one.empty:
        return _row("clusters", "other", "the groups were formed anew and differ")
    one, other = one.loc[other.index, other.columns], other
    spread = other.std(ddof=0).replace(0.0, 1.0)
    moved = np.sqrt((((one - other) / spread) ** 2).sum(axis=1)).max()
    points = (other / spread).to_numpy()
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    least = apart[~np.eye(len(points), dtype=bool)].min() if len(points) > 1 else np.inf
    # A centre that has moved half the way to its neighbour may as well be the neighbour's.
    if moved >= least / 2:
        return _row("clusters", "other", "the centres of the groups lie elsewhere")
    return _row("clusters", "shifted", "the groups were formed anew, with centres near the earlier ones")


def _settings(model: pd.DataFrame) -> list[tuple[Any, ...]]:
    rows = model.reindex(columns=["part", "cluster", "feature", "setting", "value", "text"])
    return sorted(tuple(str(v) for v in row) for row in rows.itertuples(index=False))


def _centres(model: pd.DataFrame) -> pd.DataFrame:
    """A row a group, a column a measure, in the measure's own (logarithmic) unit: models scale each anew."""
    scaled = model[(model["part"] == "number") & model["setting"].isin(["mean", "scale"])]
    by = {(str(f), str(s)): float(v) for f, s, v in scaled[["feature", "setting", "value"]].itertuples(index=False)}
    found = model[(model["part"] == "cluster") & (model["setting"] == "centre")]
    centres = found.pivot_table(index="cluster", columns="feature", values="value")
    for feature in centres.columns:
        centres[feature] = centres[feature] * by.get((feature, "scale"), 1.0) + by.get((feature, "mean"), 0.0)
    return centres
