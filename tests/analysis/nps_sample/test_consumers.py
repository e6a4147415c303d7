"""Businesses beside their consumers."""

from math import isnan

import pandas as pd
import pytest

from helpers.analysis.nps_sample.consumers import Beside, compare_sides

COLUMNS = ["account_id", "side", "answers", "people", "promoters", "detractors"]
ANSWERS = pd.DataFrame(
    [
        ("A", "business", 1, 1, 1, 0),
        ("A", "consumer", 40, 40, 2, 30),
        ("B", "business", 2, 2, 0, 1),
        ("B", "consumer", 10, 9, 8, 1),
        ("C", "business", 1, 1, 0, 0),
        ("C", "consumer", 9, 9, 0, 9),
        ("D", "business", 1, 1, 1, 0),
        ("E", "consumer", 20, 20, 10, 0),
    ],
    columns=COLUMNS,
)


def found(**options: int) -> Beside:
    return compare_sides(ANSWERS, **options)


def test_both_sides_over_the_businesses_that_both_answered_for() -> None:
    sides = found().by_side.set_index("side")
    assert sides["businesses"].tolist() == [3, 3]
    assert sides["answers"].tolist() == [4, 59]
    assert sides["nps"].tolist() == pytest.approx([0, 100 * (10 - 40) / 59])
    assert found().difference.score == pytest.approx(100 * 30 / 59)
    assert found().both == 3


def test_each_business_by_its_consumers_answers() -> None:
    rows = found().businesses.set_index("account_id")
    assert rows.index.tolist() == ["A", "E", "B", "C", "D"]
    assert rows["judged"].to_dict() == {"A": True, "E": False, "B": True, "C": False, "D": False}
    assert rows["warning"].to_dict() == {"A": True, "E": False, "B": False, "C": False, "D": False}
    assert rows.loc["A", "consumer_nps"] == pytest.approx(-70)
    assert isnan(rows.loc["C", "consumer_nps"])
    assert isnan(rows.loc["E", "business_nps"])
    assert rows[["business_answers", "consumer_answers"]].to_numpy().sum() == ANSWERS["answers"].sum()
    assert (found().judged, found().warnings) == (2, 1)


def test_the_adjusted_wald_interval_of_consumers() -> None:
    """200 promoters, 120 passives, 80 detractors: 30, adjusted Wald 22.15 to 37.40 (Rocks 2016)."""
    answers = pd.DataFrame([("A", "consumer", 400, 400, 200, 80), ("A", "business", 1, 1, 1, 0)], columns=COLUMNS)
    row = compare_sides(answers).businesses.iloc[0]
    assert (row["consumer_nps"], round(row["consumer_low"], 2), round(row["consumer_high"], 2)) == (30, 22.15, 37.40)


def test_the_threshold_of_answers_is_included() -> None:
    assert found(min_answers=9).judged == 3
    assert found(min_answers=9).warnings == 2, "the business that is passive is content too"
    assert found(min_answers=10).judged == 2
    assert found(min_answers=11).judged == 1


def test_nobody_answered() -> None:
    nothing = compare_sides(pd.DataFrame(columns=COLUMNS))
    assert (nothing.both, nothing.judged, nothing.warnings) == (0, 0, 0)
    assert nothing.businesses.empty
    assert isnan(nothing.difference.score)
