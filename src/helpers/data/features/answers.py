"""Survey answers, reduced in the engine: counts by group, who should hear from us."""

from collections.abc import Sequence
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.bands import TENURE, banded, with_tenure
from helpers.data.features.score_scales import group_of as group_of
from helpers.data.features.score_scales import one_scale as one_scale
from helpers.data.features.score_scales import refuse_unscored
from helpers.data.profiling.texts import looks_personal
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.errors import InputError, nearest

SEGMENT = "rfm_segment"
NO_PURCHASE = "No purchase"
KINDS = ("promoters", "passives", "detractors")
MOST_GROUPS = 50  # values of a column by which answers are compared unasked; more are names of things
_MOST_ASKED = 1_000
_MOST_SCORES = 20  # of a scale whose every score is told, also those that nobody gave


def with_segments(data: ClientData, segments: pd.DataFrame) -> Table:
    """All answers, with the attributes and role of the customer who answered, how long that was a customer ("tenure",
    in bands, where it is known) and, where known, the value segment.

    Attributes that hold numbers (age, number of employees) come in bands of about equal size. `segments` has
    customer_id and rfm_segment, or no columns at all. Raises ThinDataError where no answer can be scored, see
    `one_scale`.
    """
    refuse_unscored(data.tables["surveys"])
    surveys = banded(data, "surveys")
    lookups: list[tuple[Table | pd.DataFrame, Sequence[str]]] = []
    if "customers" in data.specs:
        customers = banded(data, "customers")
        since = [c for c in ("acquired_on", "tenure_months") if c in customers.columns]
        lookups.append((customers, [*data.attributes("customers"), "role", *since]))
    if not segments.empty:
        lookups.append((segments, [SEGMENT]))
    joined = with_tenure(with_groups(surveys, *lookups))
    if SEGMENT in joined.columns:
        joined = joined.mutate(**{SEGMENT: joined[SEGMENT].fill_null(NO_PURCHASE)})
    return joined


def groupings(data: ClientData, surveys: Table, asked: Sequence[str]) -> list[str]:
    """The columns to compare answers by: those asked for, or wave, touchpoint, journey_stage, the declared
    attributes, role, tenure and the value segment, as far as the answers have them.

    What has more than 50 values names things rather than groups them, and is left out unless asked for. Raises
    InputError for a column that is not there, and one with more than 1,000 values.
    """
    usual = ["wave", "touchpoint", "journey_stage", *data.attributes("surveys"), *data.attributes("customers")]
    usual = list(dict.fromkeys([*usual, "role", TENURE, SEGMENT]))
    there = [c for c in usual if c in surveys.columns]
    for name in asked:
        if name not in surveys.columns:
            hint = nearest(name, surveys.columns)
            raise InputError(
                f'nps_drivers.group_by names "{name}", which answers do not have',
                allowed=", ".join(there),
                mend=f'Did you mean "{hint}"?' if hint else "",
            )
    names = list(dict.fromkeys(asked)) or there
    if not names:
        return []
    found = surveys.aggregate(**{f"n{i}": surveys[name].nunique() for i, name in enumerate(names)}).execute().iloc[0]
    values = {name: int(found[f"n{i}"]) for i, name in enumerate(names)}
    if not asked:
        return [name for name in names if name == "wave" or values[name] <= MOST_GROUPS]
    for name, n in values.items():
        if n > _MOST_ASKED:
            raise InputError(
                f'nps_drivers.group_by names "{name}", which has {n:,} different values',
                allowed=f"columns with {_MOST_ASKED:,} values or fewer",
            )
    return names


def heat_groupings(data: ClientData, groupings: Sequence[str], rows: str = "", columns: str = "") -> tuple[str, str]:
    """What to show in rows and columns of scores by two groupings: those asked for, else the journey stage or
    touchpoint by the value segment or the first attribute; two empty names where there are no such two.

    Raises InputError for a grouping asked for that is not there.
    """
    for name in (rows, columns):
        if name and name not in groupings:
            raise InputError(f'the heat map asks for "{name}"', allowed=", ".join(groupings))
    about = [g for g in ("journey_stage", "touchpoint") if g in groupings]
    who = [SEGMENT, *data.attributes("customers"), "role", *data.attributes("surveys"), TENURE]
    rows = rows or next((g for g in about if g != columns), "")
    columns = columns or next((g for g in who if g in groupings and g != rows), "")
    return (rows, columns) if rows and columns else ("", "")


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


def plain_wave(wave: Any) -> Any:
    """An expression of a wave's name as text, "2022" where it came as 2022.0."""
    return wave.cast("string").re_replace(r"^(\d+)\.0+$", r"\1")


def nps_counts(answers: Table, groupings: Sequence[str]) -> pd.DataFrame:
    """Counts of answers per group, for the whole sample (grouping and group "all") and each grouping, in one query.

    Columns grouping, group, promoters, passives, detractors; with a weight column also weight_promoters,
    weight_passives, weight_detractors and weight_squares. Answers without a group are in the group
    "(unknown)", never dropped; a group that is a whole number is told as one, "2022" and not "2022.0"; groups named by
    what looks like a person's are one group "(withheld)".
    """
    return _counted(answers, ["all", *groupings])


def counts_by_wave(answers: Table, groupings: Sequence[str], waves: Sequence[str]) -> pd.DataFrame:
    """Counts of answers per group of each grouping and wave, of these waves only: grouping, group, wave, promoters,
    passives, detractors. Groups are named as in `nps_counts`."""
    groupings = [g for g in groupings if g != "wave"]
    if "wave" not in answers.columns or not waves or not groupings:
        return pd.DataFrame(columns=["grouping", "group", "wave", *KINDS])
    named = answers.mutate(wave=plain_wave(answers.wave))
    return _counted(named.filter(named.wave.isin(list(waves))), groupings, by="wave")


def counts_by_two(answers: Table, rows: str, columns: str) -> pd.DataFrame:
    """Counts of answers per pair of groups: row, column, promoters, passives, detractors; none without both names."""
    if not rows or not columns:
        return pd.DataFrame(columns=["row", "column", *KINDS])
    named = answers.mutate(column=answers[columns].cast("string").fill_null(UNKNOWN))
    counts = _counted(named, [rows], by="column").drop(columns="grouping").rename(columns={"group": "row"})
    names = {name: WITHHELD for name in counts["column"].unique() if looks_personal(name)}
    counts["column"] = counts["column"].replace(names)
    return counts.groupby(["row", "column"], sort=False, as_index=False)[list(KINDS)].sum()


def score_counts(answers: Table, wave: str = "") -> pd.DataFrame:
    """Answers per score, of all or of one wave: score (all of 0 to 10, or of the scale that answers are on), group
    (promoters, passives, detractors) and answers."""
    scale = "0-10"
    if "scale" in answers.columns:
        scales = answers.select("scale").distinct().filter(lambda t: t.scale.notnull()).limit(2).execute()["scale"]
        scale = str(scales.iloc[0]) if len(scales) else scale
    if wave:
        answers = answers.filter(plain_wave(answers.wave) == wave)
    named = answers.mutate(group=group_of(answers))
    counted = named.group_by("score", "group").aggregate(answers=named.count()).execute()
    first, _, last = scale.partition("-")
    if first.isdigit() and last.isdigit() and int(last) - int(first) <= _MOST_SCORES:
        every = pd.DataFrame({"score": [float(x) for x in range(int(first), int(last) + 1)], "scale": scale})
        possible = ibis.memtable(every)
        every["group"] = possible.select(group=group_of(possible)).execute()["group"]
        counted = counted.merge(every[["score", "group"]], on=["score", "group"], how="outer")
    counted["answers"] = counted["answers"].fillna(0).astype(int)
    return counted.sort_values("score", ignore_index=True)[["score", "group", "answers"]]


def latest_scores(answers: Table) -> pd.DataFrame:
    """One row a customer who answered: customer_id, score, group (of the latest answer).

    Empty where answers carry no customer.
    """
    if "customer_id" not in answers.columns:
        return pd.DataFrame(columns=["customer_id", "score", "group"])
    known = answers.filter(answers.customer_id.notnull())
    known = known.mutate(group=group_of(known))
    order = [ibis.desc(known.answered_at)] if "answered_at" in known.columns else []
    rank = ibis.row_number().over(
        group_by="customer_id", order_by=[*order, ibis.desc(known[SOURCE]), ibis.desc(known[SOURCE_ROW])]
    )
    ranked = known.mutate(rank=rank)
    return ranked.filter(ranked["rank"] == 0).select("customer_id", "score", "group").order_by("customer_id").execute()


def _merge_whole_numbers(counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Counts with groups "2022.0" added to "2022": a column with blanks or of a spreadsheet comes as fractions. Where
    one group is no whole number, all stay as they are: 2.0 beside 2.1 is a version."""
    known = counts["group"] != UNKNOWN
    if not counts.loc[known, "group"].str.fullmatch(r"-?\d+(\.0+)?").all():
        return counts
    whole = counts.assign(group=counts["group"].mask(known, counts["group"].str.replace(r"\.0+$", "", regex=True)))
    return whole.groupby(keys, as_index=False).sum()


def _withhold_persons(counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Counts with the groups that an e-mail address, telephone or account number names as one group."""
    personal = counts["group"].map(looks_personal)
    if not personal.any():
        return counts
    return counts.assign(group=counts["group"].mask(personal, WITHHELD)).groupby(keys, as_index=False).sum()


def _counted(answers: Table, groupings: Sequence[str], by: str = "") -> pd.DataFrame:
    """Counts per grouping and group ("all" is everyone), and per value of `by`, from one query."""
    keys = ["group", *([by] if by else [])]
    groups = [ibis.literal("all") if g == "all" else answers[g].cast("string").fill_null(UNKNOWN) for g in groupings]
    pairs = [ibis.struct({"place": ibis.literal(i, "int64"), "group": group}) for i, group in enumerate(groups)]
    used = [c for c in (by, "weight") if c and c in answers.columns]
    # A row an answer and grouping, made and counted on the way: joined tables are read once, not once a grouping.
    long = answers.select(*used, kind=group_of(answers), pair=ibis.array(pairs).unnest())
    long = long.mutate(place=long.pair["place"], group=long.pair["group"]).drop("pair")
    found = long.group_by("place", *keys).aggregate(**kind_measures(long)).order_by("place", *keys).execute()
    frames = []
    for i, grouping in enumerate(groupings):
        counts = found[found["place"] == i].drop(columns="place").sort_values(keys, ignore_index=True)
        frames.append(_withhold_persons(_merge_whole_numbers(counts, keys), keys).assign(grouping=grouping))
    frame = pd.concat(frames, ignore_index=True)
    others = [c for c in frame.columns if c not in ("grouping", *keys)]
    return frame[["grouping", *keys, *others]].astype(dict.fromkeys(KINDS, int))


def kind_measures(answers: Table) -> dict[str, Any]:
    """What to aggregate of answers with `kind` (of `group_of`): promoters, passives, detractors and, with a weight
    column, weight_promoters, weight_passives, weight_detractors and weight_squares. Weights below zero count as none.
    """
    is_kind = {kind: answers.kind == kind for kind in KINDS}
    measures: dict[str, Any] = {kind: found.sum() for kind, found in is_kind.items()}
    if "weight" in answers.columns:
        weight = ibis.greatest(answers.weight.fill_null(0.0), 0.0)
        sums = {f"weight_{kind}": weight.sum(where=found).fill_null(0.0) for kind, found in is_kind.items()}
        measures |= sums | {"weight_squares": (weight * weight).sum()}
    return measures
