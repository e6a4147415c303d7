"""Survey answers, reduced in the engine: counts by group, ratings' moments, who should hear from us."""

from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.profiling.texts import looks_personal
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.errors import InputError, nearest

SEGMENT = "rfm_segment"
NO_PURCHASE = "No purchase"
_PRIME = 2**31 - 1


def with_segments(data: ClientData, segments: pd.DataFrame) -> Table:
    """All answers, with the attributes of the customer who answered and, where known, the value segment.

    `segments` has customer_id and rfm_segment, or no columns at all.
    """
    lookups = []
    if "customers" in data.specs:
        lookups.append((data.tables["customers"], data.attributes("customers")))
    if not segments.empty:
        lookups.append((segments, [SEGMENT]))
    joined = with_groups(data.tables["surveys"], *lookups)
    if SEGMENT in joined.columns:
        joined = joined.mutate(**{SEGMENT: joined[SEGMENT].fill_null(NO_PURCHASE)})
    return joined


def groupings(data: ClientData, surveys: Table, asked: Sequence[str]) -> list[str]:
    """The columns to compare answers by: those asked for, or wave, touchpoint, journey_stage, the declared
    attributes and the value segment, as far as the answers have them."""
    usual = ["wave", "touchpoint", "journey_stage", *data.attributes("surveys"), *data.attributes("customers"), SEGMENT]
    for name in asked:
        if name not in surveys.columns:
            hint = nearest(name, surveys.columns)
            raise InputError(
                f'nps_drivers.group_by names "{name}", which answers do not have',
                allowed=", ".join(c for c in usual if c in surveys.columns),
                mend=f'Did you mean "{hint}"?' if hint else "",
            )
    return list(dict.fromkeys(asked)) or [name for name in usual if name in surveys.columns]


def with_groups(answers: Table, *lookups: tuple[Table | pd.DataFrame, Sequence[str]]) -> Table:
    """Answers (or exposures) joined with columns of customer-grain lookups, one row an answer still.

    Raises InputError when a lookup has a customer twice, since answers would then be counted twice.
    """
    for lookup, columns in lookups:
        wanted = [c for c in columns if c in lookup.columns and c not in answers.columns]
        if not wanted or "customer_id" not in answers.columns:
            continue
        table = ibis.memtable(lookup[["customer_id", *wanted]]) if isinstance(lookup, pd.DataFrame) else lookup
        table = table.select("customer_id", *wanted)
        if table.count().execute() != table.customer_id.nunique().execute():
            raise InputError("A customer is in this lookup more than once", where=f"the columns {wanted}")
        answers = answers.left_join(table, "customer_id")
        answers = answers.drop("customer_id_right")
    return answers


def nps_counts(answers: Table, groupings: Sequence[str]) -> pd.DataFrame:
    """Counts of answers per group, for the whole sample (grouping and group "all") and each grouping.

    Columns grouping, group, promoters, passives, detractors; with a weight column also weight_promoters,
    weight_passives, weight_detractors and weight_squares. Answers without a group are in the group
    "(unknown)", never dropped; a group that is a whole number is told as one, "2022" and not "2022.0"; groups named by
    what looks like a person's are one group "(withheld)".
    """
    frames = [_count_answers(answers, ibis.literal("all")).assign(grouping="all")]
    for grouping in groupings:
        group = answers[grouping].cast("string").fill_null(UNKNOWN)
        counts = _withhold_persons(_merge_whole_numbers(_count_answers(answers, group)))
        frames.append(counts.assign(grouping=grouping))
    frame = pd.concat(frames, ignore_index=True)
    return frame[["grouping", *frame.columns.drop("grouping")]]


def score_counts(answers: Table) -> pd.DataFrame:
    """Answers per score: score (0 to 10, all eleven), answers."""
    counted = answers.group_by("score").aggregate(answers=answers.count()).execute()
    counted = counted.astype({"score": int}).set_index("score")["answers"]
    return counted.reindex(range(11), fill_value=0).rename_axis("score").reset_index()


def rating_coverage(answers: Table, ratings: Sequence[str]) -> pd.DataFrame:
    """One row a rating: driver, answers, answered_share of all answers, mean, distinct (values given)."""
    measures: dict[str, Any] = {"total": answers.count()}
    for i, rating in enumerate(ratings):
        given = answers[rating]
        measures |= {f"answers_{i}": given.count(), f"mean_{i}": given.mean(), f"distinct_{i}": given.nunique()}
    found = answers.aggregate(**measures).execute().iloc[0]
    frame = pd.DataFrame({"driver": list(ratings)})
    for measure, kind in (("answers", int), ("mean", float), ("distinct", int)):
        frame[measure] = pd.Series([found[f"{measure}_{i}"] for i in range(len(ratings))], dtype=kind)
    frame["answered_share"] = frame["answers"] / max(found["total"], 1)
    return frame[["driver", "answers", "answered_share", "mean", "distinct"]]


def complete_answers(answers: Table, target: str, drivers: Sequence[str]) -> int:
    """How many answers rate the target and every driver."""
    return int(answers.filter([answers[name].notnull() for name in [target, *drivers]]).count().execute())


def rating_moments(
    answers: Table, target: str, drivers: Sequence[str], *, use_weights: bool = False, buckets: int = 40
) -> pd.DataFrame:
    """Sums of products of target and drivers over complete answers, per bucket: bucket, left, right, value.

    What a regression needs, without a single answer leaving the engine; the layout is that of
    `nps_drivers.drivers.collect_moments`. Rows are dealt to buckets by their number in the source, well mixed: the same
    on every run and engine, and without a trace of the order in which the export was sorted.
    """
    names = [target, *drivers]
    complete = answers.filter([answers[name].notnull() for name in names])
    w = complete.weight.fill_null(0.0) if use_weights and "weight" in complete.columns else ibis.literal(1.0)
    complete = complete.mutate(bucket=_mixed(complete[SOURCE_ROW]) % buckets, w=w, one=ibis.literal(1.0))
    value = {"1": complete.one, **{name: complete[name] for name in names}}
    pairs = [(a, b) for i, a in enumerate(value) for b in list(value)[i:]]
    sums = {f"m{i}": (complete.w * value[a] * value[b]).sum() for i, (a, b) in enumerate(pairs)}
    wide = complete.group_by("bucket").aggregate(**sums).order_by("bucket").execute()
    long = wide.melt("bucket", var_name="pair", value_name="value")
    place = long.pop("pair").str[1:].astype(int).to_numpy()
    long["left"] = np.array([a for a, _ in pairs], dtype=object)[place]
    long["right"] = np.array([b for _, b in pairs], dtype=object)[place]
    return long[["bucket", "left", "right", "value"]]


def nps_actions(answers: Table, customers: pd.DataFrame) -> pd.DataFrame:
    """One row an NPS group: group, answers, customers, spend (of those who bought), action.

    A customer counts in the group of the latest answer. `customers` has customer_id and spend, or no columns.
    """
    answers = answers.mutate(group=_group_of(answers.score))
    counted = answers.group_by("group").aggregate(answers=answers.count()).execute().set_index("group")
    latest = latest_scores(answers)
    if customers.empty:
        latest["spend"] = np.nan
    else:
        latest = latest.merge(customers[["customer_id", "spend"]], on="customer_id", how="left")
    by_group = latest.groupby("group").agg(customers=("customer_id", "size"), spend=("spend", "sum"))
    frame = counted.join(by_group).reindex(["detractors", "passives", "promoters"])
    frame[["answers", "customers", "spend"]] = frame[["answers", "customers", "spend"]].fillna(0)
    frame["action"] = [_ACTIONS[group] for group in frame.index]
    return frame.astype({"answers": int, "customers": int, "spend": float}).reset_index()


def latest_scores(answers: Table) -> pd.DataFrame:
    """One row a customer who answered: customer_id, score, group (of the latest answer).

    Empty where answers carry no customer.
    """
    if "customer_id" not in answers.columns:
        return pd.DataFrame(columns=["customer_id", "score", "group"])
    known = answers.filter(answers.customer_id.notnull())
    known = known.mutate(group=_group_of(known.score))
    order = [ibis.desc(known.answered_at)] if "answered_at" in known.columns else []
    rank = ibis.row_number().over(
        group_by="customer_id", order_by=[*order, ibis.desc(known[SOURCE]), ibis.desc(known[SOURCE_ROW])]
    )
    ranked = known.mutate(rank=rank)
    return ranked.filter(ranked["rank"] == 0).select("customer_id", "score", "group").order_by("customer_id").execute()


def comment_sample(answers: Table, n: int, *, max_score: int = 6) -> pd.DataFrame:
    """Up to `n` comments of the lowest scorers, longest first: score, comment. E-mail addresses and long
    numbers are masked, since a comment may name a person."""
    if "comment" not in answers.columns or n <= 0:
        return pd.DataFrame(columns=["score", "comment"])
    said = answers.filter((answers.score <= max_score) & answers.comment.notnull())
    said = said.group_by("comment").aggregate(score=said.score.min()).select("score", "comment")
    said = said.order_by(ibis.desc(said.comment.length()), said.comment).limit(n).execute()
    said["comment"] = said["comment"].str.replace(r"\S+@\S+", "[e-mail]", regex=True)
    said["comment"] = said["comment"].str.replace(r"\+?\d[\d\s().-]{6,}\d", "[number]", regex=True)
    return said


_ACTIONS = {
    "detractors": "Call: listen, mend what can be mended, and tell them what was done.",
    "passives": "Ask what is missing: their answers are the pipeline of improvements.",
    "promoters": "Invite to speak: a testimonial, a review, a referral.",
}


def _merge_whole_numbers(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts with groups "2022.0" added to "2022": a column with blanks or of a spreadsheet comes as fractions. Where
    one group is no whole number, all stay as they are: 2.0 beside 2.1 is a version."""
    known = counts["group"] != UNKNOWN
    if not counts.loc[known, "group"].str.fullmatch(r"-?\d+(\.0+)?").all():
        return counts
    whole = counts.assign(group=counts["group"].mask(known, counts["group"].str.replace(r"\.0+$", "", regex=True)))
    return whole.groupby("group", as_index=False).sum()


def _withhold_persons(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts with the groups that an e-mail address, telephone or account number names as one group."""
    personal = counts["group"].map(looks_personal)
    if not personal.any():
        return counts
    return counts.assign(group=counts["group"].mask(personal, WITHHELD)).groupby("group", as_index=False).sum()


def _group_of(score: Any) -> Any:
    return ibis.cases((score >= 9, "promoters"), (score >= 7, "passives"), else_="detractors")


def _mixed(number: Any) -> Any:
    """Whole numbers below 2**31 in no order, the same on every engine: a linear congruential step (Park and Miller
    1988), squared."""
    step = (number * 48_271) % _PRIME
    return (step * step) % _PRIME


def _count_answers(answers: Table, group: Any) -> pd.DataFrame:
    grouped = answers.mutate(group=group)
    promoter, detractor = grouped.score >= 9, grouped.score <= 6
    passive = ~(promoter | detractor)
    measures: dict[str, Any] = {
        "promoters": promoter.sum(),
        "passives": passive.sum(),
        "detractors": detractor.sum(),
    }
    if "weight" in grouped.columns:
        weight = grouped.weight.fill_null(0.0)
        measures |= {
            "weight_promoters": weight.sum(where=promoter).fill_null(0.0),
            "weight_passives": weight.sum(where=passive).fill_null(0.0),
            "weight_detractors": weight.sum(where=detractor).fill_null(0.0),
            "weight_squares": (weight * weight).sum(),
        }
    counted = grouped.group_by("group").aggregate(**measures).order_by("group").execute()
    return counted.astype(dict.fromkeys(("promoters", "passives", "detractors"), int))
