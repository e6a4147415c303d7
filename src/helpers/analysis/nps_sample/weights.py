"""What survey weights change: the weighted score with its interval, and what the weights cost in precision."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.nps_sample.estimates import (
    CROSS,
    SUMS,
    estimate_sums,
    estimate_sums_difference,
    in_order,
    kish_effect,
)
from helpers.errors import InputError

ALL = "all"
COLUMNS = [
    *("wave", "answers", "unweighted", "sum_y", "sum_w2", "max_w", *SUMS),
    *("clusters_all", "ss_all", "sw_all", "ww_all", *CROSS),
]


@dataclass(frozen=True)
class Weighting:
    """by_wave: one row a wave, and one named "all" before them: wave, answers, weighted (answers with a weight above
    zero), nps, nps_low, nps_high (each answer counted once), nps_weighted, nps_weighted_low, nps_weighted_high,
    change, change_low, change_high (weighted less unweighted), design_effect (Kish), effective_answers,
    largest_weight (as a multiple of the average one)
    weighted: whether weights are given, differ, and any is above zero
    repeated: whether some customer answered more than once in a row's answers, which the intervals allow for
    """

    by_wave: pd.DataFrame
    weighted: bool
    repeated: bool

    @property
    def whole(self) -> dict[str, float]:
        return {str(k): v for k, v in self.by_wave.iloc[0].drop("wave").items()}

    @property
    def plain(self) -> tuple[float, float, float]:
        """The score of all answers, each counted once, and its interval; NaN without answers."""
        if self.by_wave.empty:
            return nan, nan, nan
        return self.whole["nps"], self.whole["nps_low"], self.whole["nps_high"]

    @property
    def waves(self) -> list[str]:
        return self.by_wave["wave"].iloc[1:].tolist()


def weigh_answers(sums: pd.DataFrame, order: Sequence[str] = ()) -> Weighting:
    """The scores with and without weights, from one row a wave ("all" first) with COLUMNS.

    answers counts all of the wave, `unweighted` those of them whose weight is blank or zero; sum_w2 and max_w are of
    answers; SUMS are over clusters of the weighted answers, and clusters_all, ss_all, sw_all, ww_all the same with
    a weight of one (see `estimates.estimate_sums`). `order`: the waves in order, where it is not that of the rows.
    Raises InputError where a weight is below zero.
    """
    if "min_w" in sums and (sums["min_w"] < 0).any():
        raise InputError(
            "some survey weights are below zero",
            where="surveys.weight",
            allowed="0 or more",
            mend="Let the rule negative_weight set those answers aside.",
        )
    rows = [_weigh(row) for row in in_order(sums, order).to_dict("records")]
    frame = pd.DataFrame(rows, columns=_RESULT)
    whole = frame.iloc[0] if len(frame) else None
    differ = (
        whole is not None
        and whole["weighted"] > 0
        and (whole["largest_weight"] > 1 + 1e-9 or whole["weighted"] < whole["answers"])
    )
    repeated = bool(len(sums)) and bool((sums["clusters_all"] < sums["answers"]).any())
    return Weighting(frame, bool(differ), repeated)


_RESULT = [
    *("wave", "answers", "weighted", "nps", "nps_low", "nps_high"),
    *("nps_weighted", "nps_weighted_low", "nps_weighted_high", "change", "change_low", "change_high"),
    *("design_effect", "effective_answers", "largest_weight"),
]


def _weigh(row: dict[Any, Any]) -> dict[str, object]:
    plain = estimate_sums(
        pd.Series(
            {
                "clusters": row["clusters_all"],
                "sum_w": row["answers"],
                "sum_wy": row["sum_y"],
                "ss": row["ss_all"],
                "sw": row["sw_all"],
                "ww": row["ww_all"],
            }
        )
    )
    counted = int(row["answers"] - row["unweighted"])
    weighted = estimate_sums(pd.Series(row)) if counted else None
    change = estimate_sums_difference(pd.Series(row)) if counted else None
    effect = kish_effect(row["sum_w"], row["sum_w2"], counted) if counted else nan
    return {
        "wave": row["wave"],
        "answers": int(row["answers"]),
        "weighted": counted,
        "nps": plain.score,
        "nps_low": plain.low,
        "nps_high": plain.high,
        "nps_weighted": weighted.score if weighted else nan,
        "nps_weighted_low": weighted.low if weighted else nan,
        "nps_weighted_high": weighted.high if weighted else nan,
        "change": change.score if change else nan,
        "change_low": change.low if change else nan,
        "change_high": change.high if change else nan,
        "design_effect": effect,
        "effective_answers": counted / effect if counted else nan,
        "largest_weight": row["max_w"] * counted / row["sum_w"] if counted else nan,
    }
