"""From the lifts that the page on campaigns saves to the cases of a return."""

from math import nan

import pandas as pd
import pytest

from helpers.analysis.roi.cases import CASE_COLUMNS, OPTIONAL, all_cases, campaign_cases, planned_cases
from helpers.analysis.roi.returns import Roi, known_segments, measure_returns
from helpers.errors import InputError


def lift_of(**other: object) -> pd.DataFrame:
    row = {"campaign": "c", "arm": "mail", "metric": "spend", "n": 100, "mean": 15.0, "control_n": 100}
    row |= {"control_mean": 10.0, "lift": 5.0, "low": 4.0, "high": 6.0, "cost": 50.0, "customers": 100}
    return pd.DataFrame([{**row, "is_revenue": True, "evidence": "random test", **other}])


def alone(**other: object) -> pd.DataFrame:
    """Segment b, of which nobody was left out."""
    row = {"segment": "b", "customers": 40, "cost": 20.0, "control_n": 0, "evidence": "random test"}
    return lift_of(**{**row, **dict.fromkeys(("control_mean", "lift", "low", "high"), nan), **other})


def test_a_measured_case_takes_the_control_as_what_would_have_been() -> None:
    returns = measure_returns(campaign_cases(lift_of()), 0.6)
    row = returns.by_segment.iloc[0]
    assert (row["segment"], row["customers"], row["cost"], row["control_customers"]) == ("All customers", 100, 50, 100)
    assert (row["old_average_revenue"], row["new_average_revenue"]) == (10, 15)
    assert (row["incremental_revenue"], row["incremental_low"], row["incremental_high"]) == (500, 400, 600)
    assert row["roi"] == pytest.approx(9)
    assert row["roi_at_margin"] == pytest.approx(5)
    assert row["verdict"] == "pays"
    assert known_segments(returns).by_segment.empty


def test_an_adjusted_lift_counts_and_not_the_plain_difference() -> None:
    """Members who buy more anyway: their plain lift is 5, their adjusted one 2."""
    matched = lift_of(lift=2.0, low=1.0, high=3.0, evidence="matched comparison")
    row = measure_returns(campaign_cases(matched), 0.6).by_segment.iloc[0]
    assert (row["old_average_revenue"], row["new_average_revenue"], row["incremental_revenue"]) == (13, 15, 200)
    assert row["verdict"] == "consistent with paying"


@pytest.mark.parametrize("evidence", ["random test, broken", "difference in differences", "before and after", "none"])
def test_what_is_no_test_has_no_rise(evidence: str) -> None:
    cases = campaign_cases(lift_of(evidence=evidence))
    assert cases[["old_average_revenue", "lift_low", "lift_high"]].isna().all(axis=None)
    assert cases["evidence"].tolist() == [evidence]


def test_a_cost_a_contact_stands_in_where_none_is_given() -> None:
    unknown = lift_of(cost=nan)
    assert campaign_cases(unknown, 0.25)[["cost", "cost_assumed"]].iloc[0].tolist() == [25, True]
    assert campaign_cases(lift_of(cost=0.0), 0.25)["cost"].tolist() == [25]
    assert campaign_cases(lift_of(cost=0.5), 0.25)[["cost", "cost_assumed"]].iloc[0].tolist() == [0.5, False]
    assert campaign_cases(lift_of(), 0.25)[["cost", "cost_assumed"]].iloc[0].tolist() == [50, False]
    without = campaign_cases(unknown)
    assert without["cost_assumed"].tolist() == [False]
    assert measure_returns(without, 0.6).by_segment["verdict"].tolist() == ["no cost given"]


@pytest.mark.parametrize(
    ("n", "control_n", "verdict"),
    [(29, 100, "unclear"), (100, 29, "unclear"), (30, 100, "pays"), (100, 30, "pays")],
)
def test_fewer_than_thirty_customers_on_a_side_leave_the_verdict_open(n: int, control_n: int, verdict: str) -> None:
    found = measure_returns(campaign_cases(lift_of(n=n, control_n=control_n)), 0.6).by_segment
    assert found["verdict"].tolist() == [verdict]
    assert found["incremental_low"].isna().all() == found["incremental_high"].isna().all() == (verdict == "unclear")


def test_only_revenue_counts_and_the_first_where_there_are_several() -> None:
    lifts = [lift_of(metric="visit", is_revenue=False), lift_of(), lift_of(metric="net_spend", lift=1.0)]
    cases = campaign_cases(pd.concat(lifts))
    assert cases["old_average_revenue"].tolist() == [10]
    assert campaign_cases(lifts[0]).empty
    assert campaign_cases(lift_of(is_revenue=None)).empty


def test_without_campaigns_there_are_no_cases() -> None:
    cases = campaign_cases(pd.DataFrame())
    assert cases.empty
    assert list(cases) == [*CASE_COLUMNS, *OPTIONAL]
    assert measure_returns(cases, 0.6).total.cost == 0
    with pytest.raises(InputError, match="'control_n' is missing"):
        campaign_cases(lift_of().drop(columns="control_n"))


def test_intervals_by_segment_hold_together_for_a_campaign() -> None:
    """Three pairs compared in one campaign and one in another: 1 - 0.05 / 3, and 0.95."""
    split = [lift_of(segment="a"), lift_of(segment="b"), lift_of(segment="a", arm="call"), alone(arm="call")]
    cases = campaign_cases(pd.concat([*split, lift_of(segment="a", campaign="d")]))
    assert cases["confidence"].tolist() == pytest.approx([1 - 0.05 / 3] * 4 + [0.95])
    assert campaign_cases(pd.concat([lift_of(), lift_of(arm="call")]))["confidence"].tolist() == [0.95, 0.95]


def test_intervals_of_another_confidence_are_told_by_a_column() -> None:
    split = pd.concat([lift_of(segment="a", confidence=0.9), lift_of(segment="b", confidence=0.9)])
    assert campaign_cases(split)["confidence"].tolist() == pytest.approx([0.95, 0.95])  # 90 % for both together
    assert campaign_cases(lift_of(confidence=0.9))["confidence"].tolist() == pytest.approx([0.9])


def test_what_hangs_on_few_customers_is_kept() -> None:
    cases = campaign_cases(pd.concat([lift_of(hangs_on=2.0), lift_of(arm="call", hangs_on=nan)]))
    assert cases["hangs_on"].tolist() == [2, 0]
    assert measure_returns(cases, 0.6).by_segment["verdict"].tolist() == ["unclear", "pays"]


def test_who_has_nobody_to_compare_with_keeps_a_row_and_no_return() -> None:
    lift = pd.concat([lift_of(segment="a", customers=60, cost=30.0), alone()], ignore_index=True)
    returns = measure_returns(campaign_cases(lift), 0.6)
    rows = returns.by_segment.set_index("segment")
    assert rows["verdict"].to_dict() == {"a": "pays", "b": "no control"}
    assert rows["customers"].to_dict() == {"a": 60, "b": 40}
    assert rows.loc["b", ["incremental_revenue", "incremental_low", "roi", "roi_at_margin"]].isna().all()
    # Its cost brought nobody knows how much: the total is of "a", 60 customers * 5 for 30.
    assert returns.total == Roi(300.0, 30.0, 9.0, 5.0)


def test_nobody_to_compare_with_is_said_before_a_cost_that_is_not_known() -> None:
    returns = measure_returns(campaign_cases(alone(cost=nan)), 0.6)
    assert returns.by_segment["verdict"].tolist() == ["no control"]
    assert (returns.total.incremental_revenue, returns.total.cost) == (0, 0)


SEGMENTS = pd.DataFrame({"rfm_segment": ["a", "b"], "customers": [60, 40], "average_spend": [100.0, 100.0]})


def test_a_plan_fills_in_where_nobody_was_compared() -> None:
    measured = campaign_cases(pd.concat([lift_of(segment="a", cost=30.0, customers=60), alone()]))
    cases = all_cases(measured, planned_cases(SEGMENTS, 0.1, 2))
    assert list(zip(cases["segment"], cases["basis"], strict=True)) == [
        ("a", "measured"),
        ("b", "measured"),
        ("b", "planned"),
    ]
    assert measure_returns(cases, 0.6).total.cost == 30
    assert measure_returns(cases[1:], 0.6).total == Roi(*map(pytest.approx, (400, 80, 4, 2)))
    assert cases.index.tolist() == [0, 1, 2]


def test_plans_stand_alone_where_nothing_was_measured() -> None:
    assert planned_cases(SEGMENTS, 0, 5).empty
    cases = all_cases(campaign_cases(pd.DataFrame()), planned_cases(SEGMENTS, 0.1, 2))
    assert cases[["segment", "basis", "cost"]].to_numpy().tolist() == [["a", "planned", 120], ["b", "planned", 80]]
    returns = measure_returns(cases, 0.5)
    assert returns.by_segment["verdict"].tolist() == ["planned", "planned"]
    assert returns.by_segment["incremental_revenue"].tolist() == pytest.approx([600, 400])
    assert all_cases(campaign_cases(pd.DataFrame()), planned_cases(SEGMENTS, 0, 2)).empty
