"""Sums over answers and customers are those of the answers themselves, wherever the rows are."""

import ibis
import numpy as np
import pandas as pd
import pytest

from helpers.analysis.nps_sample.weights import COLUMNS
from helpers.data.cleaning.marking import empty_table
from helpers.data.features.answer_sums import count_answers, scored, weight_sums
from helpers.data.reading import SOURCE, SOURCE_ROW

ANSWERS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", None, None, "c"],
        "answered_at": pd.to_datetime(["2026-02-01", "2025-01-05", "2025-03-01", None, "2026-01-01", "2026-01-02"]),
        "score": [9.0, 2.0, 7.0, 10.0, 0.0, 8.0],
        "weight": [1.0, 2.0, 0.0, 3.0, 0.5, None],
        "wave": ["new", "old", "old", "new", "new", None],
        SOURCE: "f.csv",
        SOURCE_ROW: range(6),
    }
)


def test_every_answer_is_a_promoter_a_passive_or_a_detractor() -> None:
    found = scored(ibis.memtable(ANSWERS)).order_by(SOURCE_ROW).execute()
    assert found["y"].tolist() == [1, -1, 0, 1, -1, 0]
    counts = count_answers(ibis.memtable(ANSWERS))
    assert counts == {"answers": 6, "anonymous": 2, "promoters": 2, "passives": 2, "detractors": 2}


def test_sums_by_wave_in_order_of_their_first_answer() -> None:
    sums = weight_sums(ibis.memtable(ANSWERS))
    assert sums["wave"].tolist() == ["all", "old", "new", "(unknown)"]
    assert set(COLUMNS) <= set(sums.columns)
    assert sums["answers"].tolist() == [6, 2, 3, 1]
    assert sums["unweighted"].tolist() == [2, 1, 0, 1]
    assert sums["sum_w"].tolist() == [6.5, 2, 4.5, 0]
    assert sums["sum_wy"].tolist() == [1.5, -2, 3.5, 0]
    assert sums["clusters_all"].tolist() == [5, 2, 3, 1]
    assert sums["clusters"].tolist() == [3, 1, 3, 0]
    assert (sums["max_w"].iloc[0], sums["min_w"].iloc[0]) == (3, 0)


def test_sums_of_squares_are_over_customers() -> None:
    """Customer a weighs 1 and 2 with +1 and -1: -1 of 3; the two without a number stand alone."""
    row = weight_sums(ibis.memtable(ANSWERS)).iloc[0]
    s, w = np.array([-1, 0, 3, -0.5, 0]), np.array([3, 0, 3, 0.5, 0])
    t, n = np.array([0, 0, 1, -1, 0]), np.array([2, 1, 1, 1, 1])
    expected = {
        **{"ss": s @ s, "sw": s @ w, "ww": w @ w, "ss_all": t @ t, "sw_all": t @ n, "ww_all": n @ n},
        **{"cross_ss": s @ t, "cross_sw": s @ n, "cross_ws": w @ t, "cross_ww": w @ n, "sum_w2": 14.25, "sum_y": 0},
    }
    assert row[list(expected)].astype(float).to_dict() == pytest.approx(expected)


def test_without_weights_waves_dates_and_numbers() -> None:
    bare = ibis.memtable(ANSWERS[["score", SOURCE, SOURCE_ROW]])
    sums = weight_sums(bare)
    assert sums["wave"].tolist() == ["all"]
    assert sums.loc[0, ["answers", "unweighted", "clusters", "clusters_all"]].tolist() == [6, 6, 0, 6]
    assert count_answers(bare)["anonymous"] == 6


def test_waves_are_named_as_a_page_may() -> None:
    waves = ["2025.0", "2025", "ann@firm.example", "bob@firm.example", None, "2026.0"]
    sums = weight_sums(ibis.memtable(ANSWERS.assign(wave=waves)).mutate(answered_at=ibis.null("timestamp")))
    assert sums.set_index("wave")["answers"].to_dict() == {
        "all": 6,
        "(unknown)": 1,
        "(withheld)": 2,
        "2025": 2,
        "2026": 1,
    }
    assert sums["day_number"].isna().all()


def test_weights_below_zero_count_as_none() -> None:
    sums = weight_sums(ibis.memtable(ANSWERS.assign(weight=[-1.0, 2.0, -5.0, 3.0, 0.5, None])))
    assert sums.loc[0, ["unweighted", "sum_w", "min_w"]].tolist() == [3, 5.5, 0]


def test_no_answers() -> None:
    assert weight_sums(empty_table("surveys")).empty
    assert count_answers(empty_table("surveys"))["answers"] == 0
