"""Segments too small, worse than before, or with another advice than then."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.review.advice import judge_segments
from helpers.analysis.review.kpis import Kpis, compare_kpis
from helpers.analysis.review.moves import find_moves
from tests.analysis.review.tables import customers, definitions
from tests.analysis.review.test_kpis import share

NONE = pd.DataFrame()
NO_FIGURES: Kpis = compare_kpis(NONE, NONE, 0)
SAME = definitions(rfm="same")


def test_too_small_in_both_reports() -> None:
    then, now = "A" * 29 + "B" * 100 + "C" * 30, "A" * 28 + "B" * 101 + "C" * 30
    moves = find_moves({"customers_rfm": customers(then)}, {"customers_rfm": customers(now)}, SAME)
    found = judge_segments(NO_FIGURES, moves, NONE, NONE).segments
    assert found[["segment", "advice", "customers"]].to_numpy().tolist() == [["A", "merge", 28.0]]


@pytest.mark.parametrize(("n", "expected"), [(99, ["merge"]), (100, [])])
def test_a_hundredth_of_many_is_small_too(n: int, expected: list[str]) -> None:
    both = {"customers_rfm": customers("A" * n + "B" * (10_000 - n))}
    assert judge_segments(NO_FIGURES, find_moves(both, both, SAME), NONE, NONE).segments["advice"].tolist() == expected


def test_members_that_changed_are_watched_where_segments_are_alike() -> None:
    then, now = {"customers_rfm": customers("AB" * 100)}, {"customers_rfm": customers("BA" * 100)}
    assert (
        judge_segments(NO_FIGURES, find_moves(then, now, SAME), NONE, NONE).segments["advice"].tolist() == ["watch"] * 2
    )
    unlike = find_moves(then, now, definitions(rfm="other"))
    assert judge_segments(NO_FIGURES, unlike, NONE, NONE).segments.empty


def test_worse_than_before_by_what_is_better() -> None:
    def figures(churn: int, retention: int) -> pd.DataFrame:
        own = {"segmentation": "rfm", "segment": "A"}
        return pd.concat([share(churn, 1000, **own), share(retention, 1000, kpi="retention", **own)])

    nobody = find_moves({}, {}, SAME)
    worse = compare_kpis(figures(200, 500), figures(300, 400), 92)
    found = judge_segments(worse, nobody, NONE, NONE).segments
    assert found["why"].tolist() == ["worse than before in retention, churn"] or found["why"].tolist() == [
        "worse than before in churn, retention"
    ]
    assert np.isnan(found["customers"].iloc[0])
    better = compare_kpis(figures(300, 400), figures(200, 500), 92)
    assert judge_segments(better, nobody, NONE, NONE).segments.empty


def test_advice_on_returns_stands_beside_what_it_was() -> None:
    then = pd.DataFrame({"segmentation": "rfm_segment", "segment": ["A", "B"], "advice": "watch", "why": "then"})
    now = then.assign(segment=["A + C", "B"], advice=["merge", "split"], why="near")
    found = judge_segments(NO_FIGURES, find_moves({}, {}, SAME), then, now).segments
    columns = ["segmentation", "segment", "advice", "advice_then", "why"]
    assert found[columns].to_numpy().tolist() == [
        ["rfm", "A + C", "merge", "", "near"],
        ["rfm", "B", "split", "watch", "near"],
    ]
    both = {"customers_rfm": customers("D" * 100)}
    older = judge_segments(NO_FIGURES, find_moves(both, both, SAME), NONE, now)
    assert older.compared
    assert older.segments["advice_then"].tolist() == ["", ""]


def test_without_an_earlier_report_the_page_on_returns_alone_advises() -> None:
    now = pd.DataFrame({"segmentation": ["rfm_segment"], "segment": ["A"], "advice": ["drop"], "why": ["few"]})
    first = judge_segments(NO_FIGURES, find_moves({}, {}, SAME), NONE, now)
    assert not first.compared
    assert first.segments.empty


def test_advice_on_returns_goes_before_our_own() -> None:
    both = {"customers_rfm": customers("A" * 20 + "B" * 100)}
    now = pd.DataFrame(
        {"segmentation": ["rfm_segment"], "segment": ["A"], "advice": ["drop"], "why": ["earns nothing"]}
    )
    found = judge_segments(NO_FIGURES, find_moves(both, both, SAME), NONE, now).segments
    assert found[["segment", "customers", "advice"]].to_numpy().tolist() == [["A", 20.0, "drop"]]
