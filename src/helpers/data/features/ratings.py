"""Ratings beside the score, reduced in the engine: who gave them, and the sums that their comparison needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.mixing import mixed
from helpers.data.reading import SOURCE, SOURCE_ROW

BUCKETS = 400  # of answers, from which intervals are drawn
MOST_ROWS = 5_000  # that leave the engine, where a method needs answers one by one


@dataclass(frozen=True)
class Answered:
    """How many answers with a score rate any of the ratings asked for, and how many all of them."""

    rated: int
    complete: int


def rating_coverage(answers: Table, ratings: Sequence[str]) -> pd.DataFrame:
    """One row a rating: driver, answers, answered_share of all answers, mean, distinct (values given), lowest,
    highest."""
    measures: dict[str, Any] = {"total": answers.count()}
    for i, rating in enumerate(ratings):
        given = answers[rating]
        measures |= {f"answers_{i}": given.count(), f"mean_{i}": given.mean(), f"distinct_{i}": given.nunique()}
        measures |= {f"lowest_{i}": given.min(), f"highest_{i}": given.max()}
    found = answers.aggregate(**measures).execute().iloc[0]
    frame = pd.DataFrame({"driver": list(ratings)})
    kinds = {"answers": int, "mean": float, "distinct": int, "lowest": float, "highest": float}
    for measure, kind in kinds.items():
        frame[measure] = pd.Series([found[f"{measure}_{i}"] for i in range(len(ratings))], dtype=kind)
    frame["answered_share"] = frame["answers"] / max(found["total"], 1)
    return frame[["driver", "answers", "answered_share", "mean", "distinct", "lowest", "highest"]]


def complete_answers(answers: Table, target: str, drivers: Sequence[str]) -> int:
    """How many answers rate the target and every driver."""
    return count_answered(answers, target, drivers).complete


def count_answered(answers: Table, target: str, drivers: Sequence[str], *, use_weights: bool = False) -> Answered:
    """Answers with the target and any of the drivers, and with all of them; with weights, those that weigh anything."""
    if not drivers:
        return Answered(0, 0)
    asked = _dealt(answers.filter(answers[target].notnull()), use_weights, 1)
    asked = asked.filter(asked.w > 0)
    given = [asked[name].notnull() for name in drivers]
    counted = asked.aggregate(
        rated=asked.count(where=ibis.or_(*given)), complete=asked.count(where=ibis.and_(*given))
    ).execute()
    return Answered(int(counted["rated"][0]), int(counted["complete"][0]))


def unrated_waves(answers: Table, drivers: Sequence[str]) -> list[str]:
    """Survey waves in which nobody gave any of the ratings, by name."""
    if "wave" not in answers.columns or not drivers:
        return []
    rated = ibis.or_(*[answers[name].notnull() for name in drivers])
    by_wave = answers.group_by(answers.wave.cast("string").name("wave")).aggregate(rated=answers.count(where=rated))
    found = by_wave.filter((by_wave.rated == 0) & by_wave.wave.notnull()).order_by("wave").execute()
    return [str(wave) for wave in found["wave"]]


def rating_moments(
    answers: Table, target: str, drivers: Sequence[str], *, use_weights: bool = False, buckets: int = BUCKETS
) -> pd.DataFrame:
    """Sums of products of target and drivers over complete answers, per bucket: bucket, left, right, value.

    What a regression needs, without a single answer leaving the engine; the layout is that of
    `nps_drivers.moments.collect_moments`. Rows are dealt to buckets by their number in the source, well mixed: the same
    on every run and engine, and without a trace of the order in which the export was sorted.
    """
    names = [target, *drivers]
    complete = answers.filter([answers[name].notnull() for name in names])
    complete = _dealt(complete, use_weights, buckets).mutate(one=ibis.literal(1.0))
    value = {"1": complete.one, **{name: complete[name] for name in names}}
    pairs = [(a, b) for i, a in enumerate(value) for b in list(value)[i:]]
    sums = {f"m{i}": (complete.w * value[a] * value[b]).sum() for i, (a, b) in enumerate(pairs)}
    wide = complete.group_by("bucket").aggregate(**sums).order_by("bucket").execute()
    long = wide.melt("bucket", var_name="pair", value_name="value")
    place = long.pop("pair").str[1:].astype(int).to_numpy()
    long["left"] = np.array([a for a, _ in pairs], dtype=object)[place]
    long["right"] = np.array([b for _, b in pairs], dtype=object)[place]
    return long[["bucket", "left", "right", "value"]]


def rating_pairs(
    answers: Table, target: str, drivers: Sequence[str], *, use_weights: bool = False, buckets: int = BUCKETS
) -> pd.DataFrame:
    """Sums over the answers that give both ratings of a pair, per bucket: bucket, left, right, weight, left_sum,
    left_square, value, for every ordered pair out of the target and the drivers.

    For surveys in which few rate everything; the layout is that of `nps_drivers.moments.collect_pairs`. Answers
    without the target count for nothing. Buckets are those of `rating_moments`.
    """
    names = [target, *drivers]
    dealt = _dealt(answers.filter(answers[target].notnull()), use_weights, buckets)
    # What is not given is nothing in every sum; filters for each sum would take twenty times as long.
    columns: dict[str, Any] = {}
    for i, name in enumerate(names):
        x = dealt[name].cast("float64")
        columns |= {f"d{i}": x.notnull().cast("float64"), f"x{i}": x.fill_null(0.0), f"q{i}": (x * x).fill_null(0.0)}
    dealt = dealt.select("bucket", "w", **columns)
    dealt = dealt.mutate(**{f"w{c}": dealt.w * dealt[c] for c in columns})
    k = len(names)
    sums: dict[str, Any] = {}
    for i in range(k):
        for j in range(k):
            sums |= {f"s{i}_{j}": (dealt[f"wx{i}"] * dealt[f"d{j}"]).sum()}
            sums |= {f"q{i}_{j}": (dealt[f"wq{i}"] * dealt[f"d{j}"]).sum()}
            if i <= j:
                sums |= {f"n{i}_{j}": (dealt[f"wd{i}"] * dealt[f"d{j}"]).sum()}
                sums |= {f"p{i}_{j}": (dealt[f"wx{i}"] * dealt[f"x{j}"]).sum()}
    wide = dealt.group_by("bucket").aggregate(**sums).order_by("bucket").execute()
    places = [(i, j) for i in range(k) for j in range(k)]
    both = [(min(pair), max(pair)) for pair in places]
    columns = {"weight": ("n", both), "left_sum": ("s", places), "left_square": ("q", places), "value": ("p", both)}
    found = {name: wide[[f"{kind}{i}_{j}" for i, j in at]].to_numpy().ravel() for name, (kind, at) in columns.items()}
    left, right = ([names[pair[side]] for pair in places] * len(wide) for side in (0, 1))
    return pd.DataFrame(
        {"bucket": np.repeat(wide["bucket"].to_numpy(), len(places)), "left": left, "right": right} | found
    )


def sample_ratings(
    answers: Table, target: str, drivers: Sequence[str], *, use_weights: bool = False, most: int = MOST_ROWS
) -> pd.DataFrame:
    """Answers with the target and any driver, `most` of them at most: target, drivers, weight (1 without weights).

    Which ones is told by their number in the source, well mixed: the same on every run and engine. For methods that
    need answers one by one, such as filling in what is missing.
    """
    rated = ibis.or_(ibis.literal(False), *[answers[name].notnull() for name in drivers])
    asked = answers.filter([answers[target].notnull(), rated])
    asked = _dealt(asked, use_weights, 1).mutate(place=mixed(asked[SOURCE_ROW]))
    taken = asked.order_by("place", SOURCE, SOURCE_ROW).limit(most)
    return taken.select(target, *drivers, weight=taken.w).execute().astype(float)


def _dealt(answers: Table, use_weights: bool, buckets: int) -> Table:
    """Answers with bucket and w, their weight: 1 without weights, 0 where it is blank."""
    weighted = use_weights and "weight" in answers.columns
    w = answers.weight.cast("float64").fill_null(0.0) if weighted else ibis.literal(1.0)
    return answers.mutate(bucket=mixed(answers[SOURCE_ROW]) % buckets, w=w)
