"""Answers to a survey question besides the score (satisfaction, effort), summed up in the engine by wave."""

from math import isnan

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.answer_sums import with_wave_names

ALL = "all"
_DIGITS = 9


def question_facts(surveys: Table, question: str) -> dict[str, float]:
    """What tells a question's scale: answers, least, most, fractions, below_one, above_five, above_seven, above_ten
    (answers), and correlation with the score (NaN where there is none). Zero answers where it was not asked."""
    names = ("answers", "least", "most", "fractions", "below_one", "above_five", "above_seven", "above_ten")
    if question not in surveys.columns:
        return {**dict.fromkeys(names, 0.0), "least": float("nan"), "most": float("nan"), "correlation": float("nan")}
    given = surveys.filter(surveys[question].notnull())
    value = given[question].cast("float64")
    scored = given.score.notnull()
    score = given.score.cast("float64")
    row = given.aggregate(
        answers=given.count(),
        least=value.min(),
        most=value.max(),
        fractions=(value != value.floor()).sum(),
        below_one=(value < 1).sum(),
        above_five=(value > 5).sum(),
        above_seven=(value > 7).sum(),
        above_ten=(value > 10).sum(),
        both=scored.sum(),
        x=value.sum(where=scored),
        y=score.sum(where=scored),
        xx=(value * value).sum(where=scored),
        yy=(score * score).sum(where=scored),
        xy=(value * score).sum(where=scored),
    ).execute()
    found = {str(name): float(value) for name, value in row.iloc[0].astype(float).items()}
    facts = {name: 0.0 if isnan(found[name]) and name not in ("least", "most") else found[name] for name in names}
    return {**facts, "correlation": _correlation(found)}


def question_sums(
    surveys: Table, question: str, low: float, high: float, good_low: float, good_high: float
) -> pd.DataFrame:
    """One row for all answers (wave "all") and, where there are waves, one a wave by first answer and name: wave,
    answers (from `low` to `high`), outside, good (from `good_low` to `good_high`; 0 where these are NaN), total and
    squares (sums of the answers on the scale and of their squares). No rows where it was not asked."""
    columns = ["wave", "answers", "outside", "good", "total", "squares"]
    if question not in surveys.columns or isnan(low):
        return pd.DataFrame(columns=columns)
    given = surveys.filter(surveys[question].notnull())
    value = given[question].cast("float64")
    day = given.answered_at.cast("date") if "answered_at" in given.columns else ibis.null("date")
    given = given.mutate(value=value, inside=(value >= low) & (value <= high), day=day)
    given = given.mutate(
        is_good=given.inside & (given.value >= good_low) & (given.value <= good_high)
        if not isnan(good_low)
        else ibis.literal(False)
    )
    frames = [_sum_up(given.mutate(wave=ibis.literal(ALL)))]
    if "wave" in given.columns and len(frames[0]):
        waves = _sum_up(with_wave_names(given))
        frames.append(waves.sort_values(["first_day", "wave"], kind="stable", na_position="last"))
    return pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)[columns]


def _sum_up(given: Table) -> pd.DataFrame:
    summed = given.group_by("wave").aggregate(
        first_day=given.day.min(),
        answers=given.inside.sum(),
        outside=(~given.inside).sum(),
        good=given.is_good.sum(),
        total=given.value.sum(where=given.inside),
        squares=(given.value * given.value).sum(where=given.inside),
    )
    frame = summed.execute()
    frame["first_day"] = pd.to_datetime(frame["first_day"])
    frame[["total", "squares"]] = frame[["total", "squares"]].astype(float).fillna(0.0).round(_DIGITS)
    return frame.astype(dict.fromkeys(("answers", "outside", "good"), int))


def _correlation(found: dict[str, float]) -> float:
    n = found["both"]
    if not n > 2:
        return float("nan")
    x, y = found["x"] / n, found["y"] / n
    spread = (found["xx"] / n - x * x) * (found["yy"] / n - y * y)
    return (found["xy"] / n - x * y) / spread**0.5 if spread > 1e-12 else float("nan")
