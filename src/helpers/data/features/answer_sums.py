"""Survey answers summed up in the engine for scores whose answers count unequally or come in clusters.

Each answer is +1 (promoter), 0 (passive) or -1 (detractor), so that a score is their mean. What comes back has the
grain of a wave, or of an account and a role; never that of an answer.
"""

from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.answers import group_of, plain_wave
from helpers.data.profiling.texts import looks_personal
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.schema import UNKNOWN, WITHHELD

ALL = "all"
_DIGITS = 9  # the engine may add in another order each time; equal sums stay equal


def scored(surveys: Table) -> Table:
    """The answers that have a score, with `kind` (promoters, passives, detractors) and `y` (+1, 0, -1)."""
    known = surveys.filter(surveys.score.notnull())
    known = known.mutate(kind=group_of(known))
    return known.mutate(y=ibis.cases((known.kind == "promoters", 1), (known.kind == "detractors", -1), else_=0))


def count_answers(surveys: Table) -> dict[str, int]:
    """Of the answers with a score: answers, anonymous (without a customer number), promoters, passives, detractors."""
    known = scored(surveys)
    anonymous = known.customer_id.isnull().sum() if "customer_id" in known.columns else known.count()
    kinds = {kind: (known.kind == kind).sum() for kind in ("promoters", "passives", "detractors")}
    row = known.aggregate(answers=known.count(), anonymous=anonymous, **kinds).execute().iloc[0]
    return {str(name): 0 if pd.isna(value) else int(value) for name, value in row.items()}


def weight_sums(surveys: Table) -> pd.DataFrame:
    """One row for all answers (wave "all") and, where there are waves, one a wave, by first answer and name.

    Columns: wave, first_day (NaT where not known), day_number (of it, since 1970; NaN where not known), answers,
    unweighted (without a weight above zero), sum_y, sum_w, sum_wy, sum_w2, max_w, min_w; clusters, ss, sw, ww over the
    customers of answers with a weight (an answer without a customer number is one of its own), and clusters_all,
    ss_all, sw_all, ww_all with every answer weighing one; cross_ss, cross_sw, cross_ws, cross_ww are the products of
    the one and the other. Without weights every weight is zero. No rows where there is no answer.
    """
    known = scored(surveys)
    weight = ibis.literal(0.0)
    if "weight" in known.columns:
        weight = ibis.ifelse(known.weight > 0, known.weight, 0.0).fill_null(0.0)
    known = known.mutate(w=weight, cluster=_cluster(known), day=_day(known))
    frames = [_sum_up(known.mutate(wave=ibis.literal(ALL)))]
    if "wave" in known.columns and len(frames[0]):
        waves = _sum_up(with_wave_names(known))
        frames.append(waves.sort_values(["first_day", "wave"], kind="stable", na_position="last"))
    return pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)


def with_wave_names(answers: Table) -> Table:
    """The answers with their wave as it is named on a page: "2022" and not "2022.0", "(unknown)" where there is none,
    and "(withheld)" for what looks like a person's."""
    named = answers.mutate(wave=plain_wave(answers.wave).fill_null(UNKNOWN))
    personal = [name for name in named.select("wave").distinct().execute()["wave"] if looks_personal(name)]
    return named.mutate(wave=ibis.ifelse(named.wave.isin(personal), WITHHELD, named.wave)) if personal else named


def _cluster(known: Table) -> Any:
    if SOURCE not in known.columns:  # of a table that was not supplied, which has no rows
        return ibis.literal("none")
    own = ibis.literal("row ") + known[SOURCE].cast("string") + " " + known[SOURCE_ROW].cast("string")
    if "customer_id" not in known.columns:
        return own
    return ibis.coalesce(ibis.literal("customer ") + known.customer_id.cast("string"), own)


def _day(known: Table) -> Any:
    return known.answered_at.cast("date") if "answered_at" in known.columns else ibis.null("date")


def _sum_up(known: Table) -> pd.DataFrame:
    each = known.group_by("wave", "cluster").aggregate(
        answers=known.count(),
        unweighted=(known.w == 0).sum(),
        first_day=known.day.min(),
        total=known.y.sum().cast("float64"),
        weight=known.w.sum(),
        weighted_total=(known.w * known.y).sum(),
        squares=(known.w * known.w).sum(),
        most=known.w.max(),
        least=known.w.min(),
    )
    counts = each.answers.cast("float64")
    summed = each.group_by("wave").aggregate(
        first_day=each.first_day.min(),
        answers=each.answers.sum(),
        unweighted=each.unweighted.sum(),
        sum_y=each.total.sum(),
        sum_w=each.weight.sum(),
        sum_wy=each.weighted_total.sum(),
        sum_w2=each.squares.sum(),
        max_w=each.most.max(),
        min_w=each.least.min(),
        clusters=(each.answers > each.unweighted).sum(),
        ss=(each.weighted_total * each.weighted_total).sum(),
        sw=(each.weighted_total * each.weight).sum(),
        ww=(each.weight * each.weight).sum(),
        clusters_all=each.count(),
        ss_all=(each.total * each.total).sum(),
        sw_all=(each.total * counts).sum(),
        ww_all=(counts * counts).sum(),
        cross_ss=(each.weighted_total * each.total).sum(),
        cross_sw=(each.weighted_total * counts).sum(),
        cross_ws=(each.weight * each.total).sum(),
        cross_ww=(each.weight * counts).sum(),
    )
    frame = summed.execute()
    frame["first_day"] = pd.to_datetime(frame["first_day"])
    frame["day_number"] = (frame["first_day"] - pd.Timestamp(0)) / pd.Timedelta(days=1)
    whole = ["answers", "unweighted", "clusters", "clusters_all"]
    numbers = frame.columns.drop(["wave", "first_day", "day_number", *whole])
    return frame.astype({**dict.fromkeys(whole, int), **dict.fromkeys(numbers, float)}).round(
        dict.fromkeys(numbers, _DIGITS)
    )
