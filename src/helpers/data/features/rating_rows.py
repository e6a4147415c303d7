"""Ratings beside the score: each one alone, summed in the engine, and a bounded sample of answers as rows.

Methods that look at single answers (an ordinal model, a boosted one) need rows. They get at most `most` of them,
chosen by a fixed hash of the row's number: the same on every run and engine, whatever order the export had.
"""

from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.answers import group_of
from helpers.data.features.mixing import mixed
from helpers.data.profiling.texts import looks_personal
from helpers.data.reading import SOURCE, SOURCE_ROW

SCORE = "score"
NPS_GROUP = "nps_group"
OUTCOME_COLUMNS = ("csat", "ces")  # asked as outcomes by the tables' own definition
MOST_ROWS = 20_000


def asked_outcomes(answers: Table) -> list[str]:
    """Of satisfaction (csat) and effort (ces), those that the answers have."""
    return [name for name in OUTCOME_COLUMNS if name in answers.columns]


def ratings_alone(answers: Table, ratings: Sequence[str], target: str = SCORE) -> pd.DataFrame:
    """One row a rating, over the answers that give both it and the target.

    rating, answers, mean, distinct (values given), least, most, correlation (Pearson's, with the target; NaN where
    there is none).
    """
    measures: dict[str, Any] = {}
    for i, rating in enumerate(ratings):
        both = answers[rating].notnull() & answers[target].notnull()
        x, y = answers[rating].cast("float64"), answers[target].cast("float64")
        products = {"x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y}
        measures |= {f"{name}_{i}": product.sum(where=both) for name, product in products.items()}
        given = both.ifelse(x, ibis.null("float64"))
        measures |= {f"n_{i}": both.sum(), f"distinct_{i}": given.nunique()}
        measures |= {f"least_{i}": given.min(), f"most_{i}": given.max()}
    columns = ["rating", "answers", "mean", "distinct", "least", "most", "correlation"]
    if not measures:
        return pd.DataFrame({c: pd.Series(dtype="str" if c == "rating" else "float64") for c in columns})
    found = answers.aggregate(**measures).execute().iloc[0]
    names = ("n", "x", "y", "xx", "yy", "xy")
    sums = {name: np.array([found[f"{name}_{i}"] for i in range(len(ratings))], float) for name in names}
    sums = {name: np.nan_to_num(values) for name, values in sums.items()}
    frame = pd.DataFrame({"rating": list(ratings), "answers": sums["n"].astype("int64")})
    n = np.where(sums["n"] > 0, sums["n"], np.nan)
    frame["mean"] = sums["x"] / n
    frame["distinct"] = [int(found[f"distinct_{i}"]) for i in range(len(ratings))]
    for name in ("least", "most"):
        frame[name] = np.array([found[f"{name}_{i}"] for i in range(len(ratings))], float)
    across, along = sums["xx"] / n - (sums["x"] / n) ** 2, sums["yy"] / n - (sums["y"] / n) ** 2
    varied = (across > 1e-12 * sums["xx"] / n) & (along > 1e-12 * sums["yy"] / n)
    spread = np.sqrt(np.where(varied, across * along, np.nan))
    frame["correlation"] = np.clip((sums["xy"] / n - sums["x"] * sums["y"] / n**2) / spread, -1, 1)
    return frame[columns]


def rating_levels(answers: Table, ratings: Sequence[str]) -> pd.DataFrame:
    """Answers, mean and spread of each rating, over all answers and by wave.

    rating, wave ("" for all answers; answers without a wave are in none of the waves), answers, mean, sd (sample; NaN
    for fewer than two answers).
    """
    frames = []
    for rating in ratings:
        given = answers.filter(answers[rating].notnull())
        given = given.mutate(value=given[rating].cast("float64"))
        whole = _level(given).execute().assign(wave="")
        frames.append(whole.assign(rating=rating))
        if "wave" in answers.columns:
            by_wave = _level(given.filter(given.wave.notnull()), "wave").order_by("wave").execute()
            frames.append(by_wave.assign(rating=rating))
    columns = {"rating": "str", "wave": "str", "answers": "int64", "mean": "float64", "sd": "float64"}
    if not frames:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    return pd.concat(frames, ignore_index=True)[list(columns)].astype(columns)


def enough_ratings(asked: int) -> int:
    """How many of the ratings asked an answer must give to be looked at: a quarter, and two where there are two."""
    return max(-(-asked // 4), min(asked, 2))


def rating_rows(
    answers: Table,
    ratings: Sequence[str],
    *,
    target: str = SCORE,
    groupings: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> pd.DataFrame:
    """At most `most` answers that give the target and enough of the ratings, one row each, in a fixed order.

    Enough are a quarter of the ratings, and two where there are two.

    target, nps_group (promoters, passives, detractors), each rating (NaN where it was not given), weight (where there
    are weights, blank ones 0), and each grouping as text, blank where it is not known or looks like a person's.
    """
    given = sum((answers[name].notnull().cast("int64") for name in ratings), ibis.literal(0))
    kept = answers.filter(
        answers[target].notnull() & answers[SCORE].notnull() & (given >= enough_ratings(len(ratings)))
    )
    columns: dict[str, Any] = {NPS_GROUP: group_of(kept)}
    columns |= {name: kept[name].cast("float64") for name in dict.fromkeys([target, *ratings])}
    if "weight" in kept.columns:
        columns["weight"] = kept.weight.cast("float64").fill_null(0.0)
    columns |= {name: kept[name].cast("string") for name in groupings}
    place = {
        "kit_place": mixed(kept[SOURCE_ROW]),
        "kit_part": kept[SOURCE].cast("string"),
        "kit_row": kept[SOURCE_ROW],
    }
    chosen = kept.select(**columns, **place).order_by(list(place)).limit(most).drop(*place)
    frame = chosen.execute().reset_index(drop=True)
    for name in groupings:
        texts = frame[name].astype("str").str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
        persons = {text for text in texts.dropna().unique() if looks_personal(text)}
        frame[name] = texts.mask(texts.isin(persons))
    return frame


def _level(given: Table, *by: str) -> Table:
    value = given["value"]
    return given.aggregate(by=list(by), answers=given.count(), mean=value.mean(), sd=value.std(how="sample"))
