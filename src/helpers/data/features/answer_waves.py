"""Survey waves in the engine: how answers fall on them, and calendar waves for surveys that never stop."""

from collections.abc import Sequence

import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.answers import group_of, kind_measures, plain_wave
from helpers.data.features.persons import withhold_in_engine
from helpers.data.reading import SOURCE, SOURCE_ROW

_DAY = 86_400


def answers_by_month(answers: Table) -> pd.DataFrame:
    """Answers by calendar month, of a survey without waves: month (its first day), answers. No rows where answers have
    waves, or no dates."""
    if "answered_at" not in answers.columns or _has_waves(answers):
        return pd.DataFrame({"month": pd.Series([], dtype="datetime64[us]"), "answers": pd.Series([], dtype="int64")})
    dated = answers.filter(answers.answered_at.notnull())
    dated = dated.mutate(year=dated.answered_at.year(), number=dated.answered_at.month())
    counted = dated.group_by("year", "number").aggregate(answers=dated.count()).order_by("year", "number").execute()
    parts = {"year": counted["year"].astype(int), "month": counted["number"].astype(int), "day": 1}
    months = pd.to_datetime(pd.DataFrame(parts))
    return pd.DataFrame({"month": months.astype("datetime64[us]"), "answers": counted["answers"].astype("int64")})


def with_waves(answers: Table, period: str) -> Table:
    """Answers with `wave` made of the date where `period` is "month" ("2025-05"), "quarter" ("Q2 2025") or "year"; as
    they are where it is "", but for waves named by what looks like a person's."""
    if not period:
        named = "wave" in answers.columns and answers.wave.type().is_string()
        return withhold_in_engine(answers, "wave") if named else answers
    at = answers.answered_at
    year = at.year().cast("string")
    month = at.month().cast("string").lpad(2, "0")
    named = {"year": year, "quarter": "Q" + at.quarter().cast("string") + " " + year, "month": year + "-" + month}
    return answers.mutate(wave=named[period])


def declared_waves(data: ClientData) -> list[str]:
    """The waves that the parameter file sets for parts of the answers, in its order."""
    parts = data.specs["surveys"].parts if "surveys" in data.specs else ()
    return list(dict.fromkeys(str(part.set["wave"]) for part in parts if "wave" in part.set))


def wave_counts(answers: Table, declared: Sequence[str] = ()) -> pd.DataFrame:
    """Counts of answers by wave: wave (blank where not known), promoters, passives, detractors, with a weight column
    weight_promoters, weight_passives, weight_detractors and weight_squares, and day, the middle answer's in days since
    1970 (NaN without dates, and of all waves where those of several are mixed). In the order of `declared`, then of
    their first rows in the source.
    """
    if "wave" not in answers.columns:
        return pd.DataFrame(columns=["wave", "promoters", "passives", "detractors", "day"])
    named = answers.mutate(wave=plain_wave(answers.wave), kind=group_of(answers))
    measures = kind_measures(named)
    if "answered_at" in named.columns:
        days = named.answered_at.cast("timestamp").epoch_seconds().cast("float64") / _DAY
        measures |= {"dated": days.count(), "day_low": days.quantile(0.25), "day_high": days.quantile(0.75)}
        measures["day"] = days.median()
    for column in (SOURCE, SOURCE_ROW):
        if column in named.columns:
            measures[f"first_{column}"] = named[column].min()
    found = named.group_by("wave").aggregate(**measures).execute()
    place = {wave: i for i, wave in enumerate(declared)}
    found["place"] = found["wave"].map(place).fillna(len(place))
    by = ["place", *(c for c in found.columns if c.startswith("first_")), "wave"]
    found = found.sort_values(by, kind="stable", ignore_index=True).drop(columns=[c for c in by if c != "wave"])
    found["day"] = _days_that_tell(found) if "day" in found else float("nan")
    found = found.drop(columns=[c for c in ("dated", "day_low", "day_high") if c in found])
    return found.astype({"promoters": int, "passives": int, "detractors": int, "day": float})


def _days_that_tell(waves: pd.DataFrame) -> pd.Series:
    """The day of each wave's middle answer, where most of its answers have a date; blanks where the middle answer of a
    wave came before three quarters of those of the wave before: names of groups, or dates of something else."""
    counted = waves[["promoters", "passives", "detractors"]].sum(axis=1)
    days = waves["day"].where(waves["dated"] * 2 >= counted)
    ranked = waves.assign(day=days)[waves["wave"].notna() & days.notna()].sort_values("day")
    apart = (ranked["day"].iloc[1:].to_numpy() > ranked["day_high"].iloc[:-1].to_numpy()).all()
    return days if apart else days * float("nan")


def _has_waves(answers: Table) -> bool:
    return "wave" in answers.columns and bool(answers.wave.count().execute())
