"""Survey waves in the engine: in the order they were declared, and calendar waves where there are none."""

from types import SimpleNamespace

import ibis
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.features import answer_waves
from helpers.data.spec import PartSpec, TableSpec


def surveys(waves: list[str | None], scores: list[float], days: list[str] | None = None, **columns: list) -> Table:
    frame = pd.DataFrame({"wave": pd.Series(waves, dtype="object"), "score": scores, "kit_row": range(len(waves))})
    frame = frame.assign(kit_file="s.csv", **columns)
    return ibis.memtable(frame.assign(answered_at=pd.to_datetime(pd.Series(days), format="ISO8601")) if days else frame)


def test_waves_are_counted_in_the_order_declared_then_of_their_first_rows() -> None:
    table = surveys(["c", "b", "a", "b", None], [10.0, 9, 7, 0, 5])
    counts = answer_waves.wave_counts(table, ["a"])
    assert counts["wave"].fillna("").tolist() == ["a", "c", "b", ""]
    assert counts[["promoters", "passives", "detractors"]].values.tolist() == [
        [0, 1, 0],
        [1, 0, 0],
        [1, 0, 1],
        [0, 0, 1],
    ]
    assert counts["day"].isna().all()


def test_the_day_of_a_wave_is_its_middle_answers_unless_most_have_none() -> None:
    days = ["1970-01-02", "1970-01-03", "1970-01-04", "1970-01-05", None]
    table = surveys(["a", "a", "a", "b", "b"], [10.0] * 5, days, weight=[1.0, -2.0, None, 1.0, 1.0])
    counts = answer_waves.wave_counts(table)
    assert counts["day"].tolist() == [2, 4]
    assert counts[["weight_promoters", "weight_squares"]].values.tolist() == [[1, 1], [2, 2]]  # below zero is none
    most = answer_waves.wave_counts(surveys(["a", "a", "a"], [10.0] * 3, ["1970-01-02", None, None]))
    assert most["day"].isna().all()


def test_days_of_waves_that_are_mixed_tell_no_order() -> None:
    days = ["1970-01-02", "1970-01-03", "1970-01-07", "1970-01-08"]
    mixed = surveys(["a", "b", "a", "b"], [10.0] * 4, days)
    assert answer_waves.wave_counts(mixed)["day"].isna().all()
    apart = surveys(["b", "b", "a", "a"], [10.0] * 4, days)
    assert answer_waves.wave_counts(apart)["day"].tolist() == [1.5, 6.5]


def test_a_wave_that_is_a_number_is_told_as_one() -> None:
    table = ibis.memtable({"wave": [2022.0, 2022.0, 2023.0], "score": [9.0, 9.0, 9.0]})
    assert answer_waves.wave_counts(table)["wave"].tolist() == ["2022", "2023"]


def test_without_waves_there_are_none() -> None:
    assert answer_waves.wave_counts(ibis.memtable({"score": [9.0]})).empty
    assert answer_waves.answers_by_month(ibis.memtable({"score": [9.0]})).empty
    assert answer_waves.answers_by_month(surveys(["a"], [9.0], ["2024-01-01"])).empty


def test_answers_by_month_count_those_with_a_date() -> None:
    table = surveys([None] * 4, [9.0] * 4, ["2024-02-29", "2024-02-01", None, "2023-12-31 23:00"])
    found = answer_waves.answers_by_month(table)
    assert found["month"].tolist() == [pd.Timestamp("2023-12-01"), pd.Timestamp("2024-02-01")]
    assert found["answers"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("period", "waves"),
    [
        ("year", ["2023", "2024", None]),
        ("quarter", ["Q4 2023", "Q1 2024", None]),
        ("month", ["2023-12", "2024-02", None]),
        ("", [None, None, None]),
    ],
)
def test_calendar_waves(period: str, waves: list[str | None]) -> None:
    table = surveys([None] * 3, [9.0] * 3, ["2023-12-31", "2024-02-01", None])
    found = answer_waves.with_waves(table, period).order_by("kit_row").execute()["wave"]
    assert [None if pd.isna(w) else w for w in found] == waves
    if period:
        counts = answer_waves.wave_counts(answer_waves.with_waves(table, period))
        assert counts["promoters"].sum() == 3


def test_waves_as_the_parameter_file_sets_them() -> None:
    parts = [PartSpec(source="s", set={"wave": wave} if wave else {}) for wave in ("b", "", "a", "b")]
    data = SimpleNamespace(specs={"surveys": TableSpec("surveys", tuple(parts))})
    assert answer_waves.declared_waves(data) == ["b", "a"]  # type: ignore[arg-type]
    assert answer_waves.declared_waves(SimpleNamespace(specs={})) == []  # type: ignore[arg-type]
