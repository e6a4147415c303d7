"""The course of a score over survey waves: every step, first to last, and a trend, each with its 95% interval.

A change between two waves has the adjusted Wald interval of two independent samples (see nps.py). Where several steps
are looked at, each has the interval of Bonferroni's correction, at 1 - 5%/steps, so that one in twenty such courses at
most has a step that is taken for a change and is none. The trend is a line through the waves' scores by least squares,
weighted by one over their variance; its error is that of the fit where the waves lie further from the line than their
samples explain, as in a random-effects or Birge-ratio fit (Birge 1932, Physical Review 40), else that of the samples.
"""

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis.nps_drivers.nps import COUNTS, Nps, compare_counts, score_counts, score_groups, standard_error
from helpers.analysis.nps_drivers.wave_names import order_waves, wave_years
from helpers.errors import InputError

__all__ = ["Course", "Step", "choose_period", "find_course", "order_waves"]

_PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}
_MOST_PERIODS = 13  # as many as can be told apart in one picture; three years of quarters and the one begun
_MOSTLY = 0.8  # of the periods must have enough answers
_LEAST_FOR_A_TREND = 4  # waves; a line through three says little more than the first and the last


@dataclass(frozen=True)
class Step:
    """From one wave to a later one. Scores and changes in points; verdict "rose", "fell" or "unclear", as printed."""

    from_wave: str
    to_wave: str
    before: float
    now: float
    change: float
    low: float
    high: float
    verdict: str


@dataclass(frozen=True)
class Course:
    """by_wave: a wave in order: wave, answers, promoters, passives, detractors, nps, nps_low, nps_high, change,
        change_low, change_high (against the wave before, each by itself; the first has blanks), nps_weighted,
        nps_weighted_low, nps_weighted_high (blank without weights), judged (has enough answers)
    trend: from_wave, to_wave, comparison ("first to last" or "step"), change, low, high, verdict, of the waves judged;
        of two waves the only step is first to last
    kind: "wave", or what answers without a wave were put into: "month", "quarter" or "year"
    unplaced: answers without a wave
    latest: the score of the last wave judged; whole: from the first to it; biggest: the widest of the clear steps
    weighted_change: the whole change of the weighted score, in points; NaN without weights
    slope, slope_low, slope_high: points a `slope_unit` ("year" where all waves tell theirs, else "wave"), NaN below
        four waves
    """

    by_wave: pd.DataFrame
    trend: pd.DataFrame
    kind: str = "wave"
    unplaced: int = 0
    latest: Nps | None = None
    latest_wave: str = ""
    whole: Step | None = None
    biggest: Step | None = None
    slope: float = nan
    slope_low: float = nan
    slope_high: float = nan
    slope_unit: str = "wave"
    weighted_change: float = nan

    @property
    def shown_wave(self) -> str:
        """The wave that stands for the score now: the last one judged where there is another, else "" for all."""
        return self.latest_wave if self.whole else ""

    @property
    def direction(self) -> str:
        """Where the score has gone over all waves: "rose" or "fell" from the first to the last or, where these alone do
        not clearly differ, by the trend, as printed with one decimal; else "unclear"."""
        if self.whole and self.whole.verdict != "unclear":
            return self.whole.verdict
        return self.trend_side

    @property
    def trend_side(self) -> str:
        """Whether the trend is clearly upwards ("rose") or downwards ("fell"), as printed; "unclear" if neither."""
        low, high = round(self.slope_low, 1), round(self.slope_high, 1)
        return "rose" if low > 0 else "fell" if high < 0 else "unclear"

    def to_explain(self) -> tuple[str, str]:
        """Between which waves the score clearly changed: the first and the last, else those of the biggest step; two
        empty names where nothing did."""
        clear = [step for step in (self.whole, self.biggest) if step and step.verdict != "unclear"]
        return (clear[0].from_wave, clear[0].to_wave) if clear else ("", "")


def choose_period(months: pd.DataFrame, min_answers: int = 50) -> str:
    """Whether answers without a wave are best compared by "month", "quarter" or "year"; "" where none will do.

    months: month (a timestamp) and answers. The finest period is taken of which there are 3 to 13, at least 80% of
    them with `min_answers` or more; failing that, the longest of which two have as many.
    """
    if months.empty:
        return ""
    sizes = {
        name: months.groupby(months["month"].dt.to_period(code))["answers"].sum() for name, code in _PERIODS.items()
    }
    for name, size in sizes.items():
        if 3 <= len(size) <= _MOST_PERIODS and (size >= min_answers).mean() >= _MOSTLY:
            return name
    enough = [name for name, size in sizes.items() if (size >= min_answers).sum() >= 2 and len(size) <= _MOST_PERIODS]
    # Two months may be one survey that went over the turn of a month.
    return enough[-1] if enough and enough[-1] != "month" else ""


def find_course(counts: pd.DataFrame, min_answers: int = 50, kind: str = "wave") -> Course:
    """The course of the score over waves, those with `min_answers` or more being judged.

    counts: one row a wave, as declared: wave (blank for answers without), promoters, passives, detractors, with weights
    their sums as in `score_groups`, and where known day (of the middle answer, in days since any fixed one). Raises
    InputError on missing columns and a wave that is there twice.
    """
    if missing := [c for c in ("wave", *COUNTS) if c not in counts]:
        raise InputError(f"column {missing[0]!r} is missing", where="waves", allowed=", ".join(("wave", *COUNTS)))
    known = counts[counts["wave"].notna()].set_index("wave")
    if known.index.has_duplicates:
        raise InputError(f"{known.index[known.index.duplicated()][0]!r} is there twice", where="waves")
    unplaced = int(counts.loc[counts["wave"].isna(), COUNTS].to_numpy().sum())
    days = known["day"].astype(float).tolist() if "day" in known else []
    order = order_waves(known.index.tolist(), days)
    known = known.loc[order]
    scored = score_groups(known.reset_index().rename(columns={"wave": "group"}).assign(grouping="wave")).by_group
    scored = scored.rename(columns={"group": "wave"}).drop(columns="grouping")
    points = known[COUNTS].to_numpy(float)
    steps = np.full((len(scored), 3), nan)
    if len(scored) > 1:
        steps[1:] = 100 * np.column_stack(compare_counts(points[1:], points[:-1])[:3])
    scored[["change", "change_low", "change_high"]] = steps
    scored["judged"] = scored["answers"] >= max(min_answers, 1)
    judged = scored.index[scored["judged"]]
    if judged.empty:
        return Course(scored, _trend_frame([]), kind, unplaced)
    names, rows = scored.loc[judged, "wave"].tolist(), points[judged]
    latest = score_counts(*(int(n) for n in rows[-1]))
    if len(judged) == 1:
        return Course(scored, _trend_frame([]), kind, unplaced, latest, names[-1])
    (whole,) = _compare(names[:1], names[-1:], rows[:1], rows[-1:])
    each = _compare(names[:-1], names[1:], rows[:-1], rows[1:])
    clear = [step for step in each if step.verdict != "unclear"]
    biggest = max(clear, key=lambda step: abs(step.change)) if clear else None
    years = _years(known["day"].to_numpy(float)[judged] if "day" in known else None, names)
    times = np.arange(len(names), dtype=float) if years is None else years
    slope = fit_trend(times, rows) if len(names) >= _LEAST_FOR_A_TREND and np.ptp(times) > 0 else (nan, nan, nan)
    trend = _trend_frame([whole] if len(names) == 2 else [whole, *each])
    unit = "wave" if years is None else "year"
    weighted = scored.loc[judged, "nps_weighted"]
    moved = float(weighted.iloc[-1] - weighted.iloc[0])
    return Course(scored, trend, kind, unplaced, latest, names[-1], whole, biggest, *slope, unit, moved)


def _years(days: np.ndarray | None, names: list[str]) -> np.ndarray | None:
    """When the waves were, in years, by their days or else their names; None where neither tells."""
    if days is not None and not np.isnan(days).any() and len(set(days)) == len(names):
        return days / 365.25
    told = wave_years(names)
    return np.array(told) if told else None


def fit_trend(times: np.ndarray, counts: np.ndarray) -> tuple[float, float, float]:
    """Points that the score rises by in one unit of `times`, with its 95% interval, from counts (waves, 3) of
    promoters, passives and detractors; three waves at least, not all at one time."""
    up, middle, down = counts[:, 0] + 0.75, counts[:, 1] + 1.5, counts[:, 2] + 0.75  # so that no variance is zero
    scores = 100 * (counts[:, 0] - counts[:, 2]) / counts.sum(axis=1)
    weights = 1 / (100 * standard_error(up, middle, down)) ** 2
    centred = times - np.average(times, weights=weights)
    spread = (weights * centred**2).sum()
    slope = (weights * centred * scores).sum() / spread
    rest = scores - np.average(scores, weights=weights) - slope * centred
    freedom = len(times) - 2
    ratio = (weights * rest**2).sum() / freedom
    wide = ratio > 1
    half = (stats.t.isf(0.025, freedom) * np.sqrt(ratio) if wide else stats.norm.isf(0.025)) / np.sqrt(spread)
    return float(slope), float(slope - half), float(slope + half)


def _compare(from_waves: list[str], to_waves: list[str], before: np.ndarray, now: np.ndarray) -> list[Step]:
    """One step a row, all together at 95%."""
    scores = [100 * (c[:, 0] - c[:, 2]) / c.sum(axis=1) for c in (before, now)]
    bounds = [100 * x for x in compare_counts(now, before, 1 - 0.05 / len(now))[:3]]
    numbers = np.column_stack([*scores, *bounds]).tolist()
    rows = zip(from_waves, to_waves, numbers, strict=True)
    return [
        Step(first, last, then, later, change, low, high, judge(low, high))
        for first, last, (then, later, change, low, high) in rows
    ]


def judge(low: float, high: float) -> str:
    """Whether an interval in points is beside zero, as printed without decimals: "rose", "fell" or "unclear"."""
    if low > 0 and round(low) > 0:
        return "rose"
    return "fell" if high < 0 and round(high) < 0 else "unclear"


def _trend_frame(steps: list[Step]) -> pd.DataFrame:
    columns = ["from_wave", "to_wave", "comparison", "change", "low", "high", "verdict"]
    named = zip(steps, ["first to last"] + ["step"] * len(steps), strict=False)
    rows = [(s.from_wave, s.to_wave, name, s.change, s.low, s.high, s.verdict) for s, name in named]
    return pd.DataFrame(rows, columns=columns)
