"""The score and its drivers in two reports: what the answers since say beside those before.

A later report counts the earlier answers again. Where every group has kept or gained answers of each kind, those gained
came since, and are compared with the ones before: two samples that share nobody's answer. Where answers have gone, the
survey was another, and its scores are compared as they stand. Scores are in points, -100 to 100.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.review.differences import CHANCE, Z, adjust, difference, p_of_interval

_KINDS = ["promoters", "passives", "detractors"]
_KEY = ["grouping", "group"]
# Groups that are periods themselves, and groups that customers move between: of neither is it told which answers came.
_MOVING = ("wave", "rfm_segment", "lifecycle_group", "cluster", "cluster_name")


@dataclass(frozen=True)
class Opinions:
    """scores: a row a group, all first: grouping, group, answers_then, answers_since, nps_then, nps_since, difference,
        low, high (95% interval), p_value, p_adjusted (over groups), verdict (rose, fell, unclear, few)
    drivers: a row a driver of both reports: driver, importance_then, importance_now, importance_change, importance_low,
        importance_high, rank_then, rank_now, rank_low_then, rank_high_then, rank_low_now, rank_high_now,
        performance_then, performance_now, performance_change, performance_low, performance_high, p_value, p_adjusted
        (of performance), importance_verdict (rose, fell, unclear: only where the intervals of the ranks, or of the
        importance, are apart), performance_verdict
    then, now, since: answers of the earlier report, of this one, and those that came since
    replaced: whether answers of the earlier report are missing, so that this report's are another sample
    """

    scores: pd.DataFrame
    drivers: pd.DataFrame
    then: int = 0
    now: int = 0
    since: int = 0
    replaced: bool = False


def compare_opinions(
    nps_then: pd.DataFrame,
    nps_now: pd.DataFrame,
    drivers_then: pd.DataFrame,
    drivers_now: pd.DataFrame,
    *,
    min_answers: int = 50,
) -> Opinions:
    """Scores by group (tables `nps`) and drivers (`nps_drivers`) of two reports. Groups with fewer than `min_answers`
    on either side are listed as few. A table that one report lacks is left out."""
    drivers = _compare_drivers(drivers_then, drivers_now)
    needed = {*_KEY, *_KINDS}
    if not (needed <= set(nps_then.columns) and needed <= set(nps_now.columns)):
        return Opinions(pd.DataFrame(columns=_SCORES).astype(_SCORE_TYPES), drivers)
    both = nps_then.merge(nps_now, on=_KEY, suffixes=("_then", "_now"), validate="one_to_one")
    whole = both[both["grouping"] == "all"]
    if whole.empty:
        return Opinions(pd.DataFrame(columns=_SCORES).astype(_SCORE_TYPES), drivers)
    was, is_ = (both[[f"{k}_{side}" for k in _KINDS]].to_numpy(float) for side in ("then", "now"))
    all_row = (both["grouping"] == "all").to_numpy()
    replaced = bool((is_[all_row] < was[all_row]).any())
    came = is_ if replaced else is_ - was
    # A group that lost answers while the whole did not: customers were placed elsewhere since, in all of its grouping.
    lost = np.any(came < 0, axis=1)
    moving = {str(name) for name, gone in zip(both["grouping"], lost, strict=True) if gone} | set(_MOVING)
    n_then, n_since = was.sum(axis=1), came.sum(axis=1)
    (score_then, low_then, high_then), (score_since, low_since, high_since) = _score(was), _score(came.clip(min=0))
    apart, low, high = difference(score_then, low_then, high_then, score_since, low_since, high_since)
    few = ~((n_then >= min_answers) & (n_since >= min_answers))
    left_out = both["grouping"].isin(moving).to_numpy()
    p = np.where(few | left_out, np.nan, p_of_interval(apart, low, high))
    p_adjusted = np.where(all_row, p, adjust(np.where(all_row, np.nan, p)))
    scores = both[_KEY].assign(
        answers_then=n_then,
        answers_since=n_since,
        nps_then=score_then,
        nps_since=score_since,
        difference=apart,
        low=low,
        high=high,
        p_value=p,
        p_adjusted=p_adjusted,
        verdict=np.where(few, "few", _judge(apart, low, high, p_adjusted)),
    )
    kept = scores[~left_out]
    kept = kept.assign(first=kept["grouping"] != "all").sort_values("first", kind="stable")
    then, now = int(was[all_row].sum()), int(is_[all_row].sum())
    since = now if replaced else now - then
    return Opinions(kept[_SCORES].reset_index(drop=True).astype(_SCORE_TYPES), drivers, then, now, since, replaced)


_SCORES = [*_KEY, "answers_then", "answers_since", "nps_then", "nps_since", "difference", "low", "high"]
_SCORES += ["p_value", "p_adjusted", "verdict"]
_SCORE_TYPES: dict[str, Any] = {c: "str" if c in (*_KEY, "verdict") else "float64" for c in _SCORES}


def _score(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Promoters less detractors in points, with the adjusted Wald interval (Rocks 2016: 3/4 to each side, 3 to n)."""
    n = counts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = 100 * (counts[:, 0] - counts[:, 2]) / np.where(n > 0, n, np.nan)
    more, less, of = counts[:, 0] + 0.75, counts[:, 2] + 0.75, n + 3
    middle = (more - less) / of
    half = Z * np.sqrt(((more + less) / of - middle**2) / of)
    low, high = 100 * np.maximum(middle - half, -1), 100 * np.minimum(middle + half, 1)
    return plain, np.minimum(low, plain), np.maximum(high, plain)


def _judge(apart: Any, low: Any, high: Any, p_adjusted: Any) -> np.ndarray:
    clear = (np.asarray(p_adjusted) < CHANCE) & ((np.asarray(low) > 0) | (np.asarray(high) < 0))
    return np.where(clear, np.where(np.asarray(apart) > 0, "rose", "fell"), "unclear")


_DRIVER = ("importance", "importance_low", "importance_high", "rank_low", "rank_high")
_LEVEL = ("performance", "performance_low", "performance_high")
_DRIVERS = [
    *("driver", "importance_then", "importance_now", "importance_change", "importance_low", "importance_high"),
    *("rank_then", "rank_now", "rank_low_then", "rank_high_then", "rank_low_now", "rank_high_now"),
    *("performance_then", "performance_now", "performance_change", "performance_low", "performance_high"),
    *("p_value", "p_adjusted", "importance_verdict", "performance_verdict"),
]
_DRIVER_TYPES: dict[str, Any] = {c: "str" if c == "driver" or c.endswith("verdict") else "float64" for c in _DRIVERS}


def _compare_drivers(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    if not all({"driver", *_DRIVER, *_LEVEL} <= set(side.columns) and len(side) for side in (then, now)):
        return pd.DataFrame(columns=_DRIVERS).astype(_DRIVER_TYPES)
    sides = [
        side[["driver", *_DRIVER, *_LEVEL]].assign(rank=side["importance"].rank(ascending=False))
        for side in (then, now)
    ]
    both = sides[0].merge(sides[1], on="driver", suffixes=("_then", "_now"), validate="one_to_one")

    def apart(names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return difference(*(both[f"{name}_{side}"] for side in ("then", "now") for name in names))

    weight, weight_low, weight_high = apart(_DRIVER[:3])
    level, level_low, level_high = apart(_LEVEL)
    p = p_of_interval(level, level_low, level_high)
    weight_p = adjust(p_of_interval(weight, weight_low, weight_high))
    found = both.assign(
        importance_change=weight,
        importance_low=weight_low,
        importance_high=weight_high,
        performance_change=level,
        performance_low=level_low,
        performance_high=level_high,
        p_value=p,
        p_adjusted=adjust(p),
        importance_verdict=_judge(weight, weight_low, weight_high, weight_p),
    )
    found["performance_verdict"] = _judge(level, level_low, level_high, found["p_adjusted"])
    return found.sort_values("rank_now", kind="stable", ignore_index=True)[_DRIVERS].astype(_DRIVER_TYPES)
