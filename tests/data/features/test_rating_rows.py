"""Ratings summed alone and as a bounded sample of rows: every answer accounted for, the same on every run."""

from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table

from helpers.data.features.rating_rows import (
    asked_outcomes,
    enough_ratings,
    rating_levels,
    rating_rows,
    ratings_alone,
)
from helpers.data.reading import SOURCE, SOURCE_ROW


def table(frame: pd.DataFrame, **columns: Any) -> Table:
    return ibis.memtable(frame.assign(**{SOURCE: "f.csv", SOURCE_ROW: range(len(frame))}, **columns))


def made(rows: int = 200, seed: int = 0, blank: float = 0.2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.integers(1, 6, (rows, 3)).astype(float), columns=["a", "b", "c"])
    frame["score"] = rng.integers(0, 11, rows).astype(float)
    frame[["a", "b", "c"]] = frame[["a", "b", "c"]].mask(rng.random((rows, 3)) < blank)
    return frame.assign(wave=rng.choice(["w1", "w2"], rows))


def test_each_rating_alone_is_as_pandas_has_it() -> None:
    frame = made()
    found = ratings_alone(table(frame), ["a", "b"]).set_index("rating")
    for name in ("a", "b"):
        assert found.loc[name, "correlation"] == pytest.approx(frame[name].corr(frame["score"]))
        assert found.loc[name, "mean"] == pytest.approx(frame[name].mean())
        assert found.loc[name, "answers"] == frame[name].count()
    assert found["distinct"].tolist() == [5, 5]


def test_a_constant_a_blank_and_no_ratings_have_no_correlation() -> None:
    frame = made(50).assign(a=4.0, b=np.nan)
    found = ratings_alone(table(frame), ["a", "b"])
    assert found["correlation"].isna().all()
    assert found["answers"].tolist() == [50, 0]
    assert found["distinct"].tolist() == [1, 0]
    assert ratings_alone(table(frame), []).columns.tolist() == [
        "rating",
        "answers",
        "mean",
        "distinct",
        "least",
        "most",
        "correlation",
    ]


def test_levels_by_wave_are_as_pandas_has_them() -> None:
    frame = made()
    frame.loc[:20, "wave"] = None
    found = rating_levels(table(frame), ["a"]).set_index("wave")
    assert found.loc["", "mean"] == pytest.approx(frame["a"].mean())
    assert found.loc["", "sd"] == pytest.approx(frame["a"].std())
    by_wave = frame.groupby("wave")["a"].agg(["count", "mean", "std"])
    assert found.loc[["w1", "w2"], "answers"].tolist() == by_wave["count"].tolist()
    assert found.loc[["w1", "w2"], "sd"].tolist() == pytest.approx(by_wave["std"].tolist())


def test_levels_without_waves_or_outcomes() -> None:
    assert rating_levels(table(made().drop(columns="wave")), ["a"])["wave"].tolist() == [""]
    assert rating_levels(table(made()), []).empty


def test_satisfaction_and_effort_are_asked_as_outcomes() -> None:
    assert asked_outcomes(table(made())) == []
    assert asked_outcomes(table(made(), ces=1.0, csat=2.0)) == ["csat", "ces"]


def test_rows_have_the_score_and_two_ratings() -> None:
    frame = made(blank=0.5)
    frame.loc[:9, "score"] = np.nan
    found = rating_rows(table(frame), ["a", "b", "c"])
    kept = frame[frame["score"].notna() & (frame[["a", "b", "c"]].notna().sum(axis=1) >= 2)]
    ours = found[["a", "b", "c", "score"]].sort_values(["a", "b", "c", "score"], ignore_index=True)
    theirs = kept[["a", "b", "c", "score"]].sort_values(["a", "b", "c", "score"], ignore_index=True)
    pd.testing.assert_frame_equal(ours, theirs)
    groups = found.groupby("nps_group")["score"].agg(["min", "max"])
    assert groups.loc["detractors", "max"] <= 6
    assert groups.loc["promoters", "min"] >= 9


@pytest.mark.parametrize(("asked", "enough"), [(0, 0), (1, 1), (2, 2), (8, 2), (9, 3), (21, 6)])
def test_a_quarter_of_the_ratings_is_enough(asked: int, enough: int) -> None:
    assert enough_ratings(asked) == enough


def test_a_sample_is_bounded_and_always_the_same() -> None:
    frame = made(500)
    once, again = (rating_rows(table(frame), ["a"], most=100) for _ in range(2))
    assert len(once) == 100
    pd.testing.assert_frame_equal(once, again)
    whole = rating_rows(table(frame), ["a"])
    pd.testing.assert_frame_equal(once, whole.head(100))
    assert once["score"].mean() == pytest.approx(whole["score"].mean(), abs=1.2)


def test_groups_are_texts_and_persons_are_withheld() -> None:
    frame = made(6, blank=0).assign(tier=[1.0, 2.0, np.nan, 1.0, 2.0, 1.0])
    who = ["jane@example.com", "north", None, "north", "+44 20 7946 0958", "north"]
    found = rating_rows(table(frame, who=who), ["a"], groupings=["tier", "who", "wave"])
    assert sorted(found["tier"].dropna()) == ["1", "1", "1", "2", "2"]
    assert found["who"].dropna().tolist() == ["north"] * 3


def test_another_target_and_weights() -> None:
    frame = made(20, blank=0).assign(csat=[1.0, 0.0, np.nan, 1.0] * 5, weight=[1.0, np.nan, 2.0, 1.0] * 5)
    found = rating_rows(table(frame), ["a", "b"], target="csat")
    assert len(found) == 15
    assert sorted(found["weight"].unique()) == [0, 1]
    assert {"score", "csat", "a", "b", "nps_group", "weight"} == {*found.columns, "score"}


def test_no_ratings_and_no_answers() -> None:
    assert len(rating_rows(table(made(5)), [])) == 5
    assert rating_rows(table(made(5)).filter(ibis.literal(False)), ["a"], groupings=["wave"]).empty


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 40), st.floats(0, 1), st.integers(0, 50))
def test_answers_in_are_answers_accounted_for(rows: int, blank: float, seed: int) -> None:
    frame = made(rows, seed, blank)
    found = rating_rows(table(frame), ["a", "b", "c"])
    assert len(found) == (frame[["a", "b", "c"]].notna().sum(axis=1) >= 2).sum()
