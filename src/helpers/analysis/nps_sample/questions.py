"""Customer satisfaction and customer effort: the share of good answers by published cuts, its level and its course.

Satisfaction (CSAT) is the share that gives one of the two highest answers of the scale (Farris, Bendle, Pfeifer and
Reibstein 2010, "Marketing Metrics", 2.7, "top-two box"). Effort (CES 2.0) is the share that agrees it was easy, 5 to 7
of seven (Dixon, Toman and DeLisi 2013, "The Effortless Experience"), and on other scales the same top of the scale as
satisfaction; where a high answer means much effort (CES 1.0: Dixon, Freeman and Toman 2010, HBR 88), the low end. On
0-100 there are no boxes, and the mean is told. Intervals: adjusted Wald for shares (Agresti and Coull 1998), Student's
t for means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis.nps_sample.estimates import in_order
from helpers.errors import InputError

SCALES = {"1-5": (1, 5), "1-7": (1, 7), "1-10": (1, 10), "0-10": (0, 10), "0-100": (0, 100)}
ALL = "all"
_Z = float(stats.norm.ppf(0.975))
COLUMNS = [
    *("measure", "wave", "scale", "definition", "answers", "outside", "share", "share_low", "share_high"),
    *("mean", "mean_low", "mean_high"),
]


@dataclass(frozen=True)
class Reading:
    """How the answers to a question are read.

    scale: one of SCALES, empty where it cannot be told; low and high its ends; good_low and good_high the answers that
    count as good, NaN on 0-100
    """

    measure: str  # csat or ces
    scale: str
    low: float
    high: float
    good_low: float
    good_high: float
    asks: str  # what a high answer means: satisfaction, ease or effort
    guessed: bool  # by the answers, not said by the client
    answers: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """low, high, good_low, good_high."""
        return self.low, self.high, self.good_low, self.good_high

    @property
    def definition(self) -> str:
        if not self.scale:
            return ""
        if isnan(self.good_low):
            return f"mean of {self.scale}"
        return f"share answering {self.good_low:.0f} to {self.good_high:.0f} of {self.scale}"


@dataclass(frozen=True)
class Question:
    """levels: one row for all answers (wave "all") and one a wave: COLUMNS; answers are those on the scale
    change: of the share (of the mean on 0-100) from the first wave with `min_answers` to the last, with its interval
    """

    reading: Reading
    levels: pd.DataFrame
    first_wave: str  # empty where there are no two waves to compare
    last_wave: str
    change: float
    change_low: float
    change_high: float
    score_correlation: float  # with the score; NaN where not known

    @property
    def whole(self) -> dict[str, float]:
        return {str(k): v for k, v in self.levels.iloc[0].items()} if len(self.levels) else {}

    @property
    def is_told(self) -> bool:
        return bool(self.whole.get("answers"))

    @property
    def is_mean(self) -> bool:
        return isnan(self.reading.good_low)


def read_scale(facts: dict[str, float], measure: str, asked: str = "auto", asks: str = "ease") -> Reading:
    """The scale of a question, as `asked` or by its answers.

    facts: answers, least, most, fractions (answers that are no whole numbers), below_one, above_five, above_seven and
    above_ten (answers). By the answers, a scale is told where its highest mark was given and all answers but one in a
    hundred are on it; none is told of answers that never go above 3, say, or have fractions and stay under 10. Raises
    InputError for a scale that is not known here.
    """
    if asked != "auto" and asked not in SCALES:
        raise InputError(f'{measure} cannot be read on "{asked}"', allowed=", ".join(SCALES))
    scale = asked if asked != "auto" else _guess(facts)
    means = "satisfaction" if measure == "csat" else asks
    low, high = SCALES.get(scale, (nan, nan))
    good = _good(scale, measure, means)
    return Reading(measure, scale, low, high, *good, means, asked == "auto", int(facts["answers"]))


def _guess(facts: dict[str, float]) -> str:
    n, most = facts["answers"], facts["most"]
    if not n:
        return ""
    few = 0.01 * n
    if facts["above_ten"] > few:
        return "0-100" if most <= 100 and facts["least"] >= 0 else ""
    if facts["fractions"] > few:
        return ""
    if facts["above_seven"] > few:
        return ("0-10" if facts["below_one"] else "1-10") if most >= 10 else ""
    if facts["below_one"] > few:
        return ""
    if facts["above_five"] > few:
        return "1-7" if most >= 7 else ""
    return "1-5" if most >= 5 else ""


def _good(scale: str, measure: str, means: str) -> tuple[float, float]:
    if scale in ("", "0-100"):
        return nan, nan
    low, high = SCALES[scale]
    marks = 3 if measure == "ces" and scale == "1-7" else 2
    return (float(low), float(low + marks - 1)) if means == "effort" else (float(high - marks + 1), float(high))


def measure_question(
    reading: Reading, sums: pd.DataFrame, correlation: float = nan, min_answers: int = 50, order: Sequence[str] = ()
) -> Question:
    """Level and course of a question from sums by wave, "all" first, waves in order: wave, answers (on the scale),
    outside
    (off it), good, total, squares (sums of the answers and of their squares). `order`: the waves in order, where it
    is not that of the rows."""
    levels = pd.DataFrame([_level(reading, row) for row in in_order(sums, order).to_dict("records")], columns=COLUMNS)
    waves = levels[(levels["wave"] != ALL) & (levels["answers"] >= min_answers)]
    if len(waves) < 2:
        return Question(reading, levels, "", "", nan, nan, nan, correlation)
    by_wave = sums.set_index("wave")
    first, last = waves["wave"].iloc[0], waves["wave"].iloc[-1]
    change = _change(reading, by_wave.loc[first], by_wave.loc[last])
    return Question(reading, levels, first, last, *change, correlation)


def all_levels(asked: Sequence[Question]) -> pd.DataFrame:
    """The levels of several questions, one under the other."""
    levels = [question.levels for question in asked if len(question.levels)]
    return pd.concat(levels, ignore_index=True) if levels else pd.DataFrame(columns=COLUMNS)


def _level(reading: Reading, row: dict[Any, Any]) -> dict[str, object]:
    n, on_means = int(row["answers"]), isnan(reading.good_low)
    mean, error = _mean(n, row["total"], row["squares"])
    half = float(stats.t.ppf(0.975, n - 1)) * error if n > 1 else nan
    share, low, high = (nan, nan, nan) if on_means else share_interval(int(row["good"]), n)
    return {
        "measure": reading.measure,
        "wave": row["wave"],
        "scale": reading.scale,
        "definition": reading.definition,
        "answers": n,
        "outside": int(row["outside"]),
        "share": share,
        "share_low": low,
        "share_high": high,
        "mean": mean,
        "mean_low": max(mean - half, reading.low),
        "mean_high": min(mean + half, reading.high),
    }


def share_interval(good: int, n: int) -> tuple[float, float, float]:
    """A share with its adjusted Wald 95% interval, z^2 / 2 added to both sides (Agresti and Coull 1998), cut at 0 and
    1; NaN of none."""
    if not n:
        return nan, nan, nan
    of = n + _Z**2
    centre = (good + _Z**2 / 2) / of
    half = _Z * sqrt(centre * (1 - centre) / of)
    share = good / n
    return share, max(min(centre - half, share), 0.0), min(max(centre + half, share), 1.0)


def _change(reading: Reading, first: pd.Series, last: pd.Series) -> tuple[float, float, float]:
    """Of shares: one added to either side in either wave (Agresti and Caffo 2000); of means: Welch."""
    n, m = int(first["answers"]), int(last["answers"])
    if not isnan(reading.good_low):
        p, q = (first["good"] + 1) / (n + 2), (last["good"] + 1) / (m + 2)
        half = _Z * sqrt(p * (1 - p) / (n + 2) + q * (1 - q) / (m + 2))
        change = float(last["good"] / m - first["good"] / n)
        return change, float(min(q - p - half, change)), float(max(q - p + half, change))
    (a, s), (b, t) = (_mean(int(r["answers"]), r["total"], r["squares"]) for r in (first, last))
    error = float(np.hypot(s, t))
    if not error > 0:
        return b - a, b - a, b - a
    freedom = error**4 / (s**4 / (n - 1) + t**4 / (m - 1))
    half = float(stats.t.ppf(0.975, freedom)) * error
    return b - a, b - a - half, b - a + half


def _mean(n: int, total: float, squares: float) -> tuple[float, float]:
    """Mean and its standard error."""
    if not n:
        return nan, nan
    mean = total / n
    return mean, sqrt(max(squares - n * mean**2, 0.0) / (n - 1) / n) if n > 1 else nan
