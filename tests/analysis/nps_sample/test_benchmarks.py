"""Competitors' scores: which are compared, and how wide their intervals may be."""

from datetime import date
from math import isnan

import pandas as pd
import pytest

from helpers.analysis.nps_sample.benchmarks import GIVEN, Benchmarks, compare_scores, widest_interval
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
OURS = (30.0, 27.0, 33.0)


def given(**changes: object) -> pd.DataFrame:
    row = {
        **{"name": "Rival", "nps": 20.0, "source": "Monitor", "date": "2026-03", "day": pd.Timestamp("2026-03-31")},
        **{"answers": 2000.0, "scale": "", "method": "online panel"},
    }
    return pd.DataFrame([row | changes], columns=GIVEN)


def compare(**changes: object) -> Benchmarks:
    return compare_scores(given(**changes), OURS, 900, AS_OF, waves=["2025", "2026"])


def row(**changes: object) -> pd.Series:
    return compare(**changes).scores.iloc[0]


@pytest.mark.parametrize(("nps", "verdict"), [(20.0, "above"), (24.0, "above"), (25.0, "unclear"), (30.0, "unclear")])
def test_a_score_made_alike_is_compared_by_the_interval_of_the_difference(nps: float, verdict: str) -> None:
    assert row(nps=nps)["verdict"] == verdict
    assert row(nps=60 - nps)["verdict"] == verdict.replace("above", "below")
    assert row(nps=nps)["difference"] == 30 - nps


def test_the_difference_takes_the_sides_that_face_each_other() -> None:
    found = row()
    assert found["difference_low"] == pytest.approx(10 - ((30 - 27) ** 2 + (found["nps_high"] - 20) ** 2) ** 0.5)
    assert found["difference_high"] == pytest.approx(10 + ((33 - 30) ** 2 + (20 - found["nps_low"]) ** 2) ** 0.5)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"method": ""}, "method not stated"),
        ({"answers": float("nan")}, "answers not stated"),
        ({"scale": "1-5"}, "another scale"),
        ({"day": pd.Timestamp("2024-09-29")}, "over two years old"),
        ({"method": "", "answers": float("nan")}, "method not stated; answers not stated"),
    ],
)
def test_what_differs_in_method_is_shown_and_not_ranked(changes: dict[str, object], why: str) -> None:
    found = row(**changes)
    assert (found["verdict"], found["why_not"]) == ("", why)
    assert compare(**changes).compared.empty


def test_two_years_to_the_day_and_our_own_scale_are_in_time() -> None:
    assert row(day=pd.Timestamp("2024-09-30"))["verdict"] == "above"
    assert not row(day=pd.Timestamp("2024-09-30"))["is_old"]
    assert row(scale="0-10")["verdict"] == "above"
    other = compare_scores(given(scale="1-5"), OURS, 900, AS_OF, scale="1-5")
    assert len(other.compared) == 1


def test_without_an_interval_of_our_own_nothing_is_ranked() -> None:
    found = compare_scores(given(), (30.0, float("nan"), float("nan")), 1, AS_OF).scores.iloc[0]
    assert found["why_not"] == "our own interval not known"


def test_the_widest_interval_is_that_without_passives() -> None:
    """Of 600 promoters and 400 detractors of 1,000, the adjusted Wald interval with the three answers that are added
    halved between them: 20, plus and minus 6.07."""
    low, high = widest_interval(20, 1000)
    assert (low, high) == pytest.approx((13.876, 26.004), abs=0.001)
    assert widest_interval(100, 4)[1] == 100
    assert widest_interval(-100, 4)[0] == -100
    assert all(isnan(x) for x in widest_interval(20, float("nan")))
    assert all(isnan(x) for x in widest_interval(20, 0.5))


def test_none_are_given_and_scores_out_of_range() -> None:
    assert compare_scores(given().head(0), OURS, 9, AS_OF).scores.empty
    with pytest.raises(InputError, match="-100 to 100"):
        compare(nps=101.0)
