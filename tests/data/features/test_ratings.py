"""Ratings reduced in the engine: the same sums as pandas makes of the rows, and what is left out is told."""

import re
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.analysis.nps_drivers import drivers
from helpers.data.client_data import ClientData
from helpers.data.demo import voice
from helpers.data.features import ratings
from helpers.data.features.ratings import Answered

NAMES = ["food", "price"]
OVERALL = ("Q7ALL", "Q9ALL")  # outcomes, no aspects


@pytest.fixture
def frame() -> pd.DataFrame:
    """Answers of which every seventh lacks the food, every fifth the price, every eleventh the score."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.integers(1, 6, (300, 3)).astype(float), columns=["score", *NAMES])
    frame["weight"] = rng.uniform(0.2, 3, 300)
    frame.loc[::7, "food"] = np.nan
    frame.loc[::5, "price"] = np.nan
    frame.loc[::11, "score"] = np.nan
    return frame


def engine(frame: pd.DataFrame) -> Table:
    return ibis.memtable(frame.assign(kit_file="s.csv", kit_row=range(len(frame))))


def test_rating_coverage_by_hand() -> None:
    surveys = ibis.memtable(pd.DataFrame({"score": [9.0, 8, 7, 1], "food": [5.0, 4, None, 3], "price": [2.0, 2, 2, 2]}))
    found = ratings.rating_coverage(surveys, NAMES)
    assert found.values.tolist() == [["food", 3, 0.75, 4.0, 3, 3, 5], ["price", 4, 1.0, 2.0, 1, 2, 2]]
    assert ratings.rating_coverage(surveys, []).empty
    assert drivers.usable_drivers(found, 0.5, 3) == ["food"]


def test_answers_with_any_rating_and_with_all_are_counted(frame: pd.DataFrame) -> None:
    scored = frame[frame["score"].notna()]
    found = ratings.count_answered(engine(frame), "score", NAMES)
    assert found == Answered(len(scored.dropna(how="all", subset=NAMES)), len(scored.dropna(subset=NAMES)))
    assert found.rated > found.complete == ratings.complete_answers(engine(frame), "score", NAMES)
    assert ratings.count_answered(engine(frame), "score", []) == Answered(0, 0)
    weighed = frame.assign(weight=frame["weight"].where(frame.index < 100).mask(frame.index < 50, 0.0))
    expected = ratings.count_answered(engine(frame.iloc[50:100]), "score", NAMES)
    assert ratings.count_answered(engine(weighed), "score", NAMES, use_weights=True) == expected
    assert ratings.count_answered(engine(weighed), "score", NAMES) == found


def test_waves_without_any_rating_are_named() -> None:
    waves = pd.DataFrame({"wave": ["2021", "2021", "2022", "2023", None], "food": [None, None, 1.0, None, None]})
    waves = waves.astype({"food": float}).assign(price=[None, None, None, 2.0, None])
    assert ratings.unrated_waves(engine(waves), ["food", "price"]) == ["2021"]
    assert ratings.unrated_waves(engine(waves), ["food"]) == ["2021", "2023"]
    assert (
        ratings.unrated_waves(engine(waves), [])
        == ratings.unrated_waves(engine(waves.drop(columns="wave")), ["food"])
        == []
    )


@pytest.mark.parametrize("weight", [None, "weight"])
def test_sums_in_the_engine_equal_those_of_pandas(frame: pd.DataFrame, weight: str | None) -> None:
    for ours, theirs in (
        (ratings.rating_moments, drivers.collect_moments),
        (ratings.rating_pairs, drivers.collect_pairs),
    ):
        expected = theirs(frame, "score", NAMES, weight=weight).set_index(["left", "right"]).drop(columns="bucket")
        for buckets in (1, 7):
            found = ours(engine(frame), "score", NAMES, use_weights=weight is not None, buckets=buckets)
            assert found["bucket"].nunique() == buckets
            total = found.groupby(["left", "right"]).sum().drop(columns="bucket")
            pd.testing.assert_frame_equal(total, expected.loc[total.index], check_exact=False)


def test_a_blank_weight_counts_for_nothing_and_no_weights_count_alike(frame: pd.DataFrame) -> None:
    blank = frame.assign(weight=frame["weight"].where(frame.index < 100))
    pairs = ratings.rating_pairs(engine(blank), "score", NAMES, use_weights=True, buckets=1)
    expected = drivers.collect_pairs(frame.head(100), "score", NAMES, weight="weight")
    assert pairs["value"].to_numpy() == pytest.approx(expected["value"].to_numpy())
    without = ratings.rating_moments(engine(frame.drop(columns="weight")), "score", NAMES, use_weights=True, buckets=1)
    assert without["value"].to_numpy() == pytest.approx(drivers.collect_moments(frame, "score", NAMES)["value"])


def test_the_sample_is_the_same_each_time_and_bounded(frame: pd.DataFrame) -> None:
    asked = frame[frame["score"].notna()].dropna(how="all", subset=NAMES)
    every = ratings.sample_ratings(engine(frame), "score", NAMES, use_weights=True)
    columns = ["score", *NAMES, "weight"]
    pd.testing.assert_frame_equal(
        every.sort_values(columns, ignore_index=True), asked[columns].sort_values(columns, ignore_index=True)
    )
    few = ratings.sample_ratings(engine(frame), "score", NAMES, use_weights=True, most=40)
    pd.testing.assert_frame_equal(few, every.head(40))
    assert not few["score"].equals(asked["score"].head(40).reset_index(drop=True))
    assert set(ratings.sample_ratings(engine(frame), "score", NAMES)["weight"]) == {1.0}
    assert ratings.sample_ratings(engine(frame), "score", []).empty


def test_sorted_rows_are_dealt_evenly() -> None:
    """Rows in the order of the score: each bucket gets scores from everywhere."""
    frame = pd.DataFrame({"score": np.sort(np.arange(2000) % 11).astype(float), "food": 1.0, "price": 2.0})
    sums = ratings.rating_moments(engine(frame), "score", NAMES, buckets=20).set_index(["left", "right"])["value"]
    means = sums.loc["1", "score"].to_numpy() / sums.loc["1", "1"].to_numpy()
    assert means.std() < 3 * frame["score"].std() / np.sqrt(100)
    assert sums.loc["1", "1"].between(60, 140).all()


def test_the_demos_planted_order_and_priorities_are_found(demo_client: ClientData) -> None:
    """The weights of `demo.voice.DRIVERS` fall from delivery to invoicing; delivery and ordering are rated below
    average."""
    data = demo_client
    surveys = data.tables["surveys"]
    coverage = ratings.rating_coverage(surveys, data.ratings())
    moments = ratings.rating_moments(surveys, "score", data.ratings())
    given = ratings.count_answered(surveys, "score", data.ratings())
    assert not drivers.rest_on_pairs(given.rated, given.complete)
    table = drivers.find_drivers(moments, "score", data.ratings(), given.complete, 50, coverage).drivers
    planted = sorted(voice.DRIVERS, key=lambda one: -one.weight)
    assert table["driver"].tolist() == [one.name for one in planted]
    quadrants = table.set_index("driver")["quadrant"].to_dict()
    assert quadrants["delivery_reliability"] == quadrants["ordering_ease"] == "fix first"
    assert {quadrants[name] for name in ("product_range", "support", "invoicing")} == {"good enough"}
    assert (table["rank_low"].iloc[0], table["rank_high"].iloc[0]) == (1, 1)
    assert set(zip(table["scale_low"], table["scale_high"], strict=True)) == {(1, 5)}


def test_the_airports_ratings_are_compared_in_pairs(shared_data: Path) -> None:
    """San Francisco's 2018 survey: 20 ratings of 2,650 passengers, of whom few used everything; 6 is not applicable,
    0 blank."""
    frame = pd.read_csv(shared_data / "sfo_survey_2018.csv", encoding="latin1").rename(columns=str.strip)
    asked = [c for c in frame if re.fullmatch(r"Q(7[A-Z]+|9[A-Z][A-Za-z]+|10Safe)", c) and c.upper() not in OVERALL]
    frame = frame[["NETPRO", *asked]].apply(pd.to_numeric, errors="coerce")
    frame[asked] = frame[asked].mask(~frame[asked].isin(range(1, 6)))
    frame = frame[frame["NETPRO"].between(0, 10)]
    assert (len(frame), len(asked)) == (2_650, 20)
    assert len(frame.dropna()) < 0.2 * len(frame)
    pairs = drivers.collect_pairs(frame, "NETPRO", asked, buckets=100)
    rated = int(frame[asked].notna().any(axis=1).sum())
    found = drivers.find_drivers(pairs, "NETPRO", asked, rated)
    assert (len(found.drivers), found.left_out, found.shares, found.rest_on) == (20, {}, "lmg", "pairs")
    correlations = found.drivers.set_index("driver")["correlation"][asked]
    expected = frame.corr()["NETPRO"][asked]
    assert correlations.to_numpy() == pytest.approx(expected.to_numpy(), abs=0.02)  # equal but for the repair
    assert found.drivers["lmg"].sum() == pytest.approx(found.r_squared)
    assert found.drivers[["lmg_low", "rank_high"]].notna().all(axis=None)
