"""Returns against cases worked by hand, and the verdicts at their boundaries."""

from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.roi.cases import planned_cases
from helpers.analysis.roi.returns import (
    Roi,
    break_even,
    counted,
    measure_returns,
    return_on_segment,
)
from helpers.errors import InputError

money = st.floats(0, 1e5)


def test_case_worked_by_hand() -> None:
    # shared/data/README.md, "ROI": 1000 -> 1500, 100 customers, cost 5000: 50,000, 900 %; at a 60 % margin
    # 500 %.
    roi = return_on_segment(1000, 1500, 100, 5000, margin=0.6)
    assert roi.incremental_revenue == 50_000
    assert roi.cost == 5000
    assert roi.roi == pytest.approx(9.0)
    assert roi.roi_at_margin == pytest.approx(5.0)


@pytest.mark.parametrize("cost", [0, np.nan])
def test_without_a_cost_there_is_no_return(cost: float) -> None:
    roi = return_on_segment(1000, 1500, 100, cost, margin=0.6)
    assert roi.incremental_revenue == 50_000
    assert np.isnan(roi.roi)
    assert np.isnan(roi.roi_at_margin)


def test_a_fall_in_revenue_loses_more_than_the_cost() -> None:
    roi = return_on_segment(100, 90, 10, 50, margin=0.5)
    assert roi == Roi(-100.0, 50.0, -3.0, -2.0)


@settings(max_examples=40, deadline=None)
@given(money, money, st.integers(0, 10**6), st.floats(0.01, 1e6), st.floats(0.01, 1))
def test_margin_only_scales_the_gain(old: float, new: float, customers: int, cost: float, margin: float) -> None:
    roi = return_on_segment(old, new, customers, cost, margin)
    assert roi.roi_at_margin + 1 == pytest.approx(margin * (roi.roi + 1), rel=1e-9, abs=1e-9)
    assert return_on_segment(old, new, customers, cost, margin=1).roi_at_margin == roi.roi


def test_a_measured_case_with_its_interval() -> None:
    # By hand: lift 0.77 [0.48, 1.06] for 20,000 customers = 15,400 [9,600, 21,200]; cost 4,000, margin 40 %.
    returns = measure_returns(_cases(_case(new=1.42, low=0.48, high=1.06, customers=20_000, cost=4000, old=0.65)), 0.4)
    row = returns.by_segment.iloc[0]
    expected = {
        **{"incremental_revenue": 15_400, "incremental_low": 9600, "incremental_high": 21_200},
        **{"roi": 2.85, "roi_low": 1.4, "roi_high": 4.3},
        **{"roi_at_margin": 0.54, "roi_at_margin_low": -0.04, "roi_at_margin_high": 1.12},
        **{"break_even_lift": 0.5, "customers": 20_000, "cost": 4000},
    }
    assert row[list(expected)].to_dict() == pytest.approx(expected)
    assert row["verdict"] == "unclear"  # revenue surely exceeds the cost, the margin on it may not
    assert returns.total == Roi(*map(pytest.approx, (15_400, 4000, 2.85, 0.54)))
    assert returns.margin == 0.4


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ({"low": 1.01, "high": 3.0}, "pays"),  # break-even: 100 / (0.5 * 200) = 1 per customer
        ({"low": 1.0, "high": 3.0}, "unclear"),
        ({"low": 0.5, "high": 3.0}, "unclear"),
        ({"low": -3.0, "high": 0.99}, "loses"),
        ({"low": -3.0, "high": 1.0}, "unclear"),
        ({"low": np.nan, "high": np.nan}, "unclear"),
        ({"low": np.nan, "high": np.nan, "basis": "planned"}, "planned"),
        ({"low": 5.0, "high": 6.0, "basis": "planned"}, "planned"),
        ({"low": 1.5, "high": 3.0, "cost": 0}, "no cost given"),
        ({"low": 1.5, "high": 3.0, "cost": np.nan}, "no cost given"),
        ({"low": np.nan, "high": np.nan, "cost": np.nan, "basis": "planned"}, "no cost given"),
        ({"low": 1.5, "high": 3.0, "customers": 0}, "loses"),
        ({"low": 2.0, "high": 2.0}, "pays"),
    ],
)
def test_verdicts_at_their_boundaries(case: dict, verdict: str) -> None:
    row = measure_returns(_cases(_case(**{"customers": 200, "cost": 100, **case})), margin=0.5).by_segment.iloc[0]
    assert row["verdict"] == verdict
    if row["basis"] == "planned":
        assert row[["incremental_low", "roi_low", "roi_high", "roi_at_margin_low"]].isna().all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10**6), st.floats(0.01, 1e6), st.floats(0.01, 1), money)
def test_at_the_break_even_lift_the_margin_pays_the_cost(
    customers: int, cost: float, margin: float, old: float
) -> None:
    case = _case(customers=customers, cost=cost, old=old, new=old + 1)
    lift = measure_returns(_cases(case), margin).by_segment.loc[0, "break_even_lift"]
    assert margin * lift * customers == pytest.approx(cost)
    assert return_on_segment(0, lift, customers, cost, margin).roi_at_margin == pytest.approx(0, abs=1e-9)


def test_each_case_agrees_with_the_single_one() -> None:
    cases = _cases(_case(segment="A"), _case(segment="B", old=4, new=3, cost=70), _case(segment="C", customers=9))
    returns = measure_returns(cases, 0.3)
    for row in returns.by_segment.itertuples():
        alone = return_on_segment(row.old_average_revenue, row.new_average_revenue, row.customers, row.cost, margin=0.3)
        assert (row.incremental_revenue, row.roi, row.roi_at_margin) == pytest.approx(
            (alone.incremental_revenue, alone.roi, alone.roi_at_margin)
        )
    assert returns.by_segment["segment"].tolist() == ["A", "B", "C"]


def test_total_is_the_return_on_the_sums_not_the_mean_of_returns() -> None:
    # 200 customers * 2 = 400 at 100, and 10 customers * 2 = 20 at 300: (420 - 400) / 400 = 5 %, not (300 -
    # 93) / 2 %.
    cases = _cases(_case(customers=200, cost=100), _case(customers=10, cost=300))
    assert measure_returns(cases, 0.5).total == Roi(*map(pytest.approx, (420, 400, 0.05, -0.475)))


@pytest.mark.parametrize("unknown", [np.nan, 0])
def test_total_leaves_out_assumptions_and_unknown_costs(unknown: float) -> None:
    measured, planned = _case(customers=200, cost=0.5), _case(customers=1000, cost=50, basis="planned")
    free = _case(customers=500, cost=unknown)
    returns = measure_returns(_cases(measured, planned, free), 0.5)
    assert returns.total == Roi(400.0, 0.5, 799.0, 399.0)
    assert returns.by_segment["roi"].tolist() == pytest.approx([799, 39, nan], nan_ok=True)
    assert measure_returns(_cases(planned), 0.5).total == Roi(2000.0, 50.0, 39.0, 19.0)
    total = measure_returns(_cases(free), 0.5).total
    assert (total.incremental_revenue, total.cost) == (1000, 0)
    assert np.isnan(total.roi_at_margin)


@pytest.mark.parametrize("margin", [0, -0.1, 1.01, 60, np.nan])
def test_impossible_margins_are_refused(margin: float) -> None:
    with pytest.raises(InputError, match="margin"):
        measure_returns(_cases(_case()), margin)
    with pytest.raises(InputError, match="margin"):
        return_on_segment(1, 2, 3, 4, margin)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"basis": "guess"}, "basis 'guess' is not known"),
        ({"customers": -1}, "customers is blank or negative"),
        ({"cost": -0.5}, "cost is negative"),
        ({"old": np.nan, "basis": "planned"}, "an average revenue is blank"),
        ({"new": np.nan, "basis": "planned"}, "an average revenue is blank"),
        ({"low": 3.0, "high": 1.0}, "segment 'loyal', campaign 'spring': lift_low is above lift_high"),
    ],
)
def test_impossible_cases_are_refused_and_the_first_is_named(change: dict, message: str) -> None:
    later = {"segment": "late", "basis": "hope"} if change.get("basis") == "guess" else {**change, "segment": "late"}
    with pytest.raises(InputError, match=message):
        measure_returns(_cases(_case(), _case(**{"segment": "loyal", **change}), _case(**later)), 0.5)


def test_missing_columns_and_negative_arguments_are_refused() -> None:
    with pytest.raises(InputError, match="'lift_low' is missing"):
        measure_returns(_cases(_case()).drop(columns=["basis", "lift_low"]), 0.5)
    with pytest.raises(InputError, match="-1 customers"):
        return_on_segment(1, 2, -1, 4, 0.5)
    with pytest.raises(InputError, match=r"cost of -0\.5"):
        return_on_segment(1, 2, 3, -0.5, 0.5)


def test_columns_of_mixed_types_are_read_as_numbers() -> None:
    cases = _cases(_case(), _case(cost=nan)).set_index(pd.Index([7, 7]))
    mixed = cases.astype(object).where(cases.notna(), None)
    read, plain = (measure_returns(c, 0.5).by_segment.select_dtypes("number") for c in (mixed, cases))
    pd.testing.assert_frame_equal(read, plain)
    assert read.index.tolist() == [0, 1]


def test_nobody_reached_has_no_lift_to_break_even_at() -> None:
    assert measure_returns(_cases(_case(customers=0)), 0.5).by_segment["break_even_lift"].isna().all()


@pytest.mark.parametrize(
    ("evidence", "low", "high", "verdict"),
    [
        ("random test", 1.01, 3.0, "pays"),
        ("matched comparison", 1.01, 3.0, "consistent with paying"),
        ("matched comparison", 1.0, 3.0, "unclear"),
        ("matched comparison", -3.0, 0.99, "consistent with a loss"),
        ("matched comparison", -3.0, 1.0, "unclear"),
        ("random test, broken", 1.5, 3.0, "test broken"),
        ("difference in differences", 1.5, 3.0, "not tested"),
        ("interrupted series", 1.5, 3.0, "not tested"),
        ("before and after", 1.5, 3.0, "not tested"),
        ("none", nan, nan, "unclear"),
    ],
)
def test_only_a_test_that_holds_gives_a_verdict(evidence: str, low: float, high: float, verdict: str) -> None:
    case = _case(customers=200, cost=100, low=low, high=high) | {"evidence": evidence}
    returns = measure_returns(_cases(case), margin=0.5)
    row = returns.by_segment.iloc[0]
    assert row["verdict"] == verdict
    weak = verdict in ("test broken", "not tested")
    assert np.isnan(row["incremental_revenue"]) == np.isnan(row["roi"]) == np.isnan(row["incremental_low"]) == weak or (
        evidence == "none"
    )
    assert (returns.total.cost == 0) == weak
    # A cost that is not known does not hide that there was no test.
    unpaid = measure_returns(_cases(case | {"cost": nan}), 0.5).by_segment["verdict"].item()
    assert unpaid == (verdict if weak else "no cost given")


@pytest.mark.parametrize(("hangs_on", "verdict"), [(0, "pays"), (1, "unclear"), (5, "unclear")])
def test_what_hangs_on_a_few_customers_pays_for_nobody(hangs_on: int, verdict: str) -> None:
    case = _case(customers=200, cost=100, low=1.5) | {"hangs_on": hangs_on}
    assert measure_returns(_cases(case), 0.5).by_segment["verdict"].item() == verdict
    lost = _case(customers=200, cost=100, low=-3, high=0.5, new=2) | {"hangs_on": hangs_on}
    assert measure_returns(_cases(lost), 0.5).by_segment["verdict"].item() == verdict.replace("pays", "loses")


def test_a_total_adds_up_the_strongest_kind_alone() -> None:
    tested = _case(customers=200, cost=100) | {"evidence": "random test"}
    matched = _case(customers=50, cost=10) | {"evidence": "matched comparison"}
    planned = _case(customers=1000, cost=50, basis="planned") | {"evidence": "none"}
    broken = _case(customers=70, cost=70) | {"evidence": "random test, broken"}
    for cases, customers in (
        ((planned, broken, matched, tested), [200]),
        ((planned, broken, matched), [50]),
        ((planned, broken), [1000]),
        ((broken,), []),
    ):
        returns = measure_returns(_cases(*cases), 0.5)
        assert counted(returns.by_segment)["customers"].tolist() == customers
        kinds = {200: "random test", 50: "matched comparison", 1000: "planned"}
        assert returns.total_kind == (kinds[customers[0]] if customers else "")
        assert returns.total.cost == sum(c["cost"] for c in cases if c["customers"] in customers)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"evidence": "a hunch"}, "evidence 'a hunch' is not known"), ({"cost": np.inf}, "a number is infinite")],
)
def test_evidence_and_numbers_that_cannot_be_are_refused(change: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        measure_returns(_cases(_case() | change), 0.5)


def test_nobody_reached_earns_nothing() -> None:
    assert return_on_segment(10, 20, 0, 50, 0.4) == Roi(0.0, 50.0, -1.0, -1.0)


def test_a_cost_above_the_revenue_loses_more_than_half() -> None:
    # By hand: 1,000 of revenue at a margin of 40 % is 400; for 1,250 that is a return of -68 %, on revenue -20 %.
    roi = return_on_segment(10, 20, 100, 1250, 0.4)
    assert (roi.roi, roi.roi_at_margin) == pytest.approx((-0.2, -0.68))


def _case(
    *,
    segment: str = "all",
    old: float = 3.0,
    new: float = 5.0,
    low: float = 1.0,
    high: float = 3.0,
    customers: int = 100,
    cost: float = 50.0,
    basis: str = "measured",
) -> dict:
    return {
        **{"segment": segment, "campaign": "spring", "arm": "mail", "customers": customers},
        **{"old_average_revenue": old, "new_average_revenue": new, "lift_low": low, "lift_high": high},
        **{"cost": cost, "basis": basis},
    }


def _cases(*cases: dict) -> pd.DataFrame:
    return pd.DataFrame(cases)


def test_break_even_is_where_the_margin_pays_the_cost() -> None:
    segments = pd.DataFrame({"rfm_segment": ["a", "z"], "customers": [60, 10], "average_spend": [0.5, 0.0]})
    found = break_even(segments, 0.2, 0.4)
    assert found["cost"].tolist() == [12, 2]
    assert found["break_even_lift"].tolist() == [0.5, 0.5]
    assert found["break_even_share"].tolist() == pytest.approx([1, nan], nan_ok=True)
    assert return_on_segment(100, 125, 60, 600, 0.4).roi_at_margin == pytest.approx(0)
    assert break_even(segments, 0, 0.4).empty


def test_segments_whose_spend_is_not_known_have_neither_a_plan_nor_a_hurdle() -> None:
    segments = pd.DataFrame({"rfm_segment": ["a", "b"], "customers": [10, 10], "average_spend": [100.0, nan]})
    assert planned_cases(segments, 0.1, 2)["segment"].tolist() == ["a"]
    assert break_even(segments, 2, 0.4)["segment"].tolist() == ["a"]
    assert break_even(segments.assign(average_spend=nan), 2, 0.4).empty
