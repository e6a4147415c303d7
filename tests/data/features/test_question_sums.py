"""Satisfaction and effort summed up by wave: every answer is on the scale or counted as off it."""

import math

import ibis
import numpy as np
import pandas as pd
import pytest

from helpers.data.features.question_sums import question_facts, question_sums

ANSWERS = pd.DataFrame(
    {
        "answered_at": pd.to_datetime(["2026-02-01", "2025-01-05", "2025-03-01", None, "2026-01-01", "2026-01-02"]),
        "score": [9.0, 2.0, 7.0, 10.0, None, 8.0],
        "csat": [5.0, 1.0, 4.0, 9.0, 3.5, None],
        "wave": ["new", "old", "old", "new", None, "new"],
    }
)


def test_facts_that_tell_a_scale() -> None:
    facts = question_facts(ibis.memtable(ANSWERS), "csat")
    correlation = facts.pop("correlation")
    assert facts == {
        **{"answers": 5, "least": 1, "most": 9, "fractions": 1},
        **{"below_one": 0, "above_five": 1, "above_seven": 1, "above_ten": 0},
    }
    assert correlation == pytest.approx(np.corrcoef([9, 2, 7, 10], [5, 1, 4, 9])[0, 1])


def test_a_question_that_was_not_asked_or_hardly_answered() -> None:
    table = ibis.memtable(ANSWERS)
    assert question_facts(table, "ces")["answers"] == 0
    assert question_sums(table, "ces", 1, 5, 4, 5).empty
    blank = ibis.memtable(ANSWERS.assign(csat=np.nan)).mutate(csat=ibis.null("float64"))
    facts = question_facts(blank, "csat")
    assert facts["answers"] == 0
    assert math.isnan(facts["most"])
    assert question_sums(blank, "csat", 1, 5, 4, 5).empty
    two = ibis.memtable(ANSWERS.head(2))
    assert math.isnan(question_facts(two, "csat")["correlation"])
    alike = ibis.memtable(ANSWERS.assign(csat=4.0))
    assert math.isnan(question_facts(alike, "csat")["correlation"])


def test_sums_by_wave() -> None:
    sums = question_sums(ibis.memtable(ANSWERS), "csat", 1, 5, 4, 5)
    assert sums["wave"].tolist() == ["all", "old", "(unknown)", "new"]
    assert sums["answers"].tolist() == [4, 2, 1, 1]
    assert sums["outside"].tolist() == [1, 0, 0, 1]
    assert sums["good"].tolist() == [2, 1, 0, 1]
    assert sums["total"].tolist() == [13.5, 5, 3.5, 5]
    assert sums["squares"].tolist() == [54.25, 17, 12.25, 25]
    assert sums["answers"].iloc[0] + sums["outside"].iloc[0] == 5


def test_without_boxes_dates_or_waves() -> None:
    bare = ibis.memtable(ANSWERS[["score", "csat"]])
    sums = question_sums(bare, "csat", 0, 100, math.nan, math.nan)
    assert sums.iloc[0].tolist() == ["all", 5, 0, 0, 22.5, 135.25]
    assert question_sums(bare, "csat", math.nan, math.nan, math.nan, math.nan).empty
