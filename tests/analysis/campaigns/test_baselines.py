"""What customers do who are not contacted, by segment."""

from datetime import date
from math import isnan

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.campaigns.baselines import (
    DAYS,
    EVERYONE,
    count_today,
    days_followed,
    held_out,
    measure_baselines,
    past_pairs,
)

ELSE = "everyone else"


def campaign() -> pd.DataFrame:
    """Spring held two of five out at random; the fair's control is everyone else."""
    rows = [
        ("spring", "mail", "none", "A", 1.0, 9.0),
        ("spring", "mail", "none", "A", 0.0, 0.0),
        ("spring", "mail", "none", "B", 1.0, 5.0),
        ("spring", "none", "none", "A", 0.0, 0.0),
        ("spring", "none", "none", "A", 1.0, 4.0),
        ("fair", "contacted", ELSE, "A", 1.0, 50.0),
        ("fair", ELSE, ELSE, "A", 0.0, 70.0),
    ]
    frame = pd.DataFrame(rows, columns=["campaign", "arm", "control", "segment", "conversion", "spend"])
    return frame.assign(exposed_on=pd.Timestamp("2026-03-01"))


def test_customers_of_today_and_the_new_among_them() -> None:
    people = pd.DataFrame({"rfm_segment": ["A", "A", "A", "B"], "tenure_days": [364, 365, 10, np.nan]})
    today = count_today(people).set_index("segment")
    assert today["customers"].to_dict() == {"A": 3, "B": 1, EVERYONE: 4}
    assert today.loc["A", "new_a_month"] == pytest.approx(2 / 12)
    assert isnan(today.loc["B", "new_a_month"])
    assert count_today(pd.DataFrame()).empty


def test_only_those_held_out_at_random_tell_what_is_usual() -> None:
    told = held_out(campaign(), ["spend"], ELSE)
    assert told["spend"].tolist() == [0.0, 4.0]
    assert list(told) == ["segment", "spend"]


def test_means_and_spreads_by_segment() -> None:
    told = pd.DataFrame({"segment": ["A", "A", "B"], "spend": [0.0, 4.0, np.nan]})
    today = pd.DataFrame({"segment": ["A", "B", EVERYONE], "customers": [30, 5, 35], "new_a_month": [1.0, 0.0, 1.0]})
    found = measure_baselines(told, today, 60).set_index("segment")
    assert list(found.index) == [EVERYONE, "A", "B"]
    assert found.loc["A", ["customers", "n", "mean", "days"]].tolist() == [30, 2, 2.0, 60]
    assert found.loc["A", "sd"] == pytest.approx(8**0.5)
    assert found.loc["B", "n"] == 0


def test_segments_without_customers_today_are_left_out() -> None:
    told = pd.DataFrame({"segment": ["A", "gone"], "spend": [1.0, 2.0]})
    today = pd.DataFrame({"segment": ["A", EVERYONE], "customers": [30, 30], "new_a_month": [1.0, 1.0]})
    assert measure_baselines(told, today)["segment"].tolist() == [EVERYONE, "A"]


def test_where_nothing_is_known_of_today_those_of_the_campaign_count() -> None:
    told = pd.DataFrame({"segment": [EVERYONE] * 3, "spend": [1.0, 2.0, 3.0]})
    found = measure_baselines(told, count_today(pd.DataFrame()))
    assert found[["segment", "customers", "n"]].to_numpy().tolist() == [[EVERYONE, 3, 3]]
    assert found["new_a_month"].isna().all()


def test_outcomes_that_nobody_has_are_left_out() -> None:
    told = pd.DataFrame({"segment": [EVERYONE] * 2, "spend": [1.0, 2.0], "orders": [np.nan, np.nan]})
    assert measure_baselines(told, count_today(pd.DataFrame()))["metric"].tolist() == ["spend"]
    pairs = past_pairs(campaign().assign(orders=np.nan), ["spend", "orders"], ELSE)
    assert set(pairs["metric"]) == {"spend"}
    assert len(pairs) == 2


def test_nobody_tells_nothing() -> None:
    assert measure_baselines(pd.DataFrame({"segment": []}), count_today(pd.DataFrame())).empty
    assert measure_baselines(held_out(campaign().head(0), ["spend"], ELSE), count_today(pd.DataFrame())).empty


def test_pairs_of_segment_and_campaign_are_those_of_random_tests() -> None:
    pairs = past_pairs(campaign(), ["conversion", "spend"], ELSE)
    told = pairs[pairs["metric"] == "spend"].set_index("segment")
    assert set(pairs["campaign"]) == {"spring"}
    assert told.loc["A", ["customers", "control_customers", "control_mean"]].tolist() == [2, 2, 2.0]
    assert told.loc["A", "control_sd"] == pytest.approx(8**0.5)
    assert told.loc["B", "control_customers"] == 0
    assert past_pairs(campaign(), [], ELSE).empty


def test_how_long_outcomes_are_followed() -> None:
    frame, day = campaign(), date(2026, 3, 30)
    assert days_followed(frame, day) == 30
    assert days_followed(frame, day, 60) == 60
    assert isnan(days_followed(frame, day, declared=True))
    assert days_followed(frame, day, 60, declared=True) == 60
    assert isnan(days_followed(frame.assign(exposed_on=pd.NaT), day))
    assert days_followed(frame.head(0), day) == DAYS
    later = pd.concat([frame, frame.assign(campaign="summer", exposed_on=pd.Timestamp("2026-03-21 10:00"))])
    assert days_followed(later, day) == 10


def test_a_campaign_without_a_control_was_no_test() -> None:
    frame = pd.DataFrame({"campaign": ["a", "a", "b", "b"], "arm": ["mail", "none", "mail", "call"], "spend": 1.0})
    frame = frame.assign(control=["none", "none", "nobody", "nobody"], segment="All customers")
    assert past_pairs(frame, ["spend"], "everyone else")["campaign"].tolist() == ["a"]


def test_segments_come_by_name_whatever_the_order_of_rows() -> None:
    rows = pd.DataFrame({"segment": ["Lost", "At risk", "Lost", "At risk"], "spend": [1.0, 2.0, 3.0, 4.0]})
    for given in (rows, rows[::-1]):
        found = measure_baselines(given, pd.DataFrame())
        assert found["segment"].tolist() == ["All customers", "At risk", "Lost"]
