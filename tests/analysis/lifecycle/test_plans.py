"""Subscribers in groups, the thresholds between them, and the revenue at risk."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.lifecycle.plans import (
    GROUPS,
    TRIAL_DAYS,
    Thresholds,
    describe_plans,
    find_thresholds,
    group_subscribers,
)
from helpers.analysis.lifecycle.plans_hazard import measure_hazard
from helpers.errors import InputError, ThinDataError
from tests.analysis.lifecycle.subscribers import TODAY, frame, many, subscriber, trial

LIMITS = Thresholds(12, "usual", 50, "top fifth")


def groups_of(people: pd.DataFrame, **more):  # type: ignore[no-untyped-def]
    found = group_subscribers(people, LIMITS, TODAY, **more)
    return dict(zip(found["customer_id"], found["lifecycle_group"], strict=True))


def test_the_first_group_that_fits() -> None:
    people = frame(
        subscriber("lapsed", 20, ended=1, fee=90),
        subscriber("silent", 20, fee=90),
        subscriber("high", 20, fee=50),
        subscriber("almost", 11.99, fee=49.99),
        subscriber("loyal", 12, fee=49.99),
        subscriber("unknown", 20, ended=math.nan, fee=90),
        trial("trial", TRIAL_DAYS),
        trial("over", TRIAL_DAYS + 1),
    )
    silent = pd.Series([TODAY, TODAY], index=["silent", "lapsed"])
    assert groups_of(people, silent_since=silent) == {
        **{"lapsed": "lapsed", "silent": "silent", "high": "high value", "almost": "active", "loyal": "loyal"},
        **{"unknown": "loyal", "trial": "trial", "over": "lapsed"},
    }
    assert groups_of(people.tail(1), trial_days=TRIAL_DAYS + 1) == {"over": "trial"}


def test_since_when() -> None:
    people = frame(
        subscriber("lapsed", 20, ended=1),
        subscriber("silent", 20),
        subscriber("high", 20, fee=90, latest_started_on=pd.Timestamp("2026-05-05")),
        subscriber("active", 6),
        subscriber("loyal", 24),
        trial("trial", 10),
        trial("over", 100),
    )
    silent = pd.Series([pd.Timestamp("2026-04-04")], index=["silent"])
    found = group_subscribers(people, LIMITS, TODAY, silent).set_index("customer_id")["since"]
    assert found["lapsed"] == TODAY
    assert found["silent"] == pd.Timestamp("2026-04-04")
    assert found["high"] == pd.Timestamp("2026-05-05")
    assert found["active"] == people["started_on"][3].normalize()
    assert found["loyal"] == pd.Timestamp("2025-09-30")
    assert found["trial"] == pd.Timestamp("2026-09-20")
    assert found["over"] == pd.Timestamp("2026-09-20")  # 90 days after its start


def test_without_dates_since_is_not_known() -> None:
    people = frame(subscriber("a", 20, started_on=pd.NaT, latest_started_on=pd.NaT))
    assert group_subscribers(people, LIMITS, TODAY)["since"].isna().all()


def test_a_customer_twice_is_refused() -> None:
    with pytest.raises(InputError, match="several rows"):
        group_subscribers(frame(subscriber("a"), subscriber("a")), LIMITS, TODAY)


def fees(*values: float):  # type: ignore[no-untyped-def]
    people = frame(*(subscriber(f"C{i}", fee=fee) for i, fee in enumerate(values)))
    found = find_thresholds(people, None)
    return found.high_value_fee, found.high_value_by


def test_high_value_is_the_top_fifth() -> None:
    assert fees(*range(1, 11)) == (9, "top fifth")
    assert fees(*[10] * 7, *[30] * 2, 90) == (30, "top fifth")  # the top fifth are as many as a third by equal fees
    assert fees(*[10] * 6, *[30] * 3, 90) == (90, "top fifth")  # four in ten are too many
    top, by = fees(10, 10, 10, 10)
    assert math.isnan(top)
    assert by == "equal fees"
    assert fees(*[10] * 3, *[30] * 7)[1] == "equal fees"
    assert fees(math.nan)[1] == "no fees"


def test_thresholds_may_be_set_and_else_come_from_the_risk() -> None:
    people = many()
    hazard = measure_hazard(people["months"], people["ended"] == 1)
    paying = people.loc[people["running"] > 0, "monthly_fee"]
    assert find_thresholds(people, hazard, 9, 33) == Thresholds(9, "set", 33, "set", (paying >= 33).mean())
    assert find_thresholds(people, None).loyal_months == 12
    falls = frame(*[subscriber(f"A{i}", 1, ended=1) for i in range(60)], *[subscriber(f"B{i}", 9) for i in range(99)])
    found = find_thresholds(falls, measure_hazard(falls["months"], falls["ended"] == 1))
    assert (found.loyal_months, found.loyal_by) == (1, "levels off")


def described(people: pd.DataFrame, **more):  # type: ignore[no-untyped-def]
    silent = more.pop("silent_since", None)
    hazard = measure_hazard(people["months"], people["ended"] == 1)
    grouped = group_subscribers(people, LIMITS, TODAY, silent)
    return describe_plans(people, grouped, LIMITS, hazard, **more)


def test_sums_by_hand() -> None:
    people = frame(
        subscriber("a", 6, fee=10),
        subscriber("b", 20, fee=30),
        subscriber("c", 20, ended=1),
        subscriber("d", 6, fee=60),
    )
    found = described(people)
    assert (found.paying, found.lapsed, found.unknown) == (3, 1, 0)
    assert found.monthly_fee == 100
    assert found.groups["lifecycle_group"].tolist() == ["active", "high value", "loyal", "lapsed"]
    assert found.groups["fee_share"].tolist() == [0.1, 0.6, 0.3, 0]
    assert found.groups["customer_share"].tolist() == [0.25] * 4


def test_who_is_far_likelier_to_cancel_is_at_risk() -> None:
    people = many(600)
    found = described(people, parts=people["plan"], risk_times=1.25)
    runs = people["running"] > 0
    risk = found.customers["leave_share"]
    assert risk[~runs].isna().all()
    assert found.average_leave_share == pytest.approx(risk.mean())
    assert (found.customers["at_risk"] == (risk >= 1.25 * risk.mean())).all()
    at_risk = found.customers[found.customers["at_risk"]]
    assert set(people.loc[at_risk.index, "plan"]) == {"basic"}
    assert found.fee_at_risk == pytest.approx(at_risk["monthly_fee"].sum())
    assert found.expected_fee_loss == pytest.approx((risk * people["monthly_fee"]).sum())
    # An exponential time with the rate of each plan.
    assert risk[runs & (people["plan"] == "basic")].median() == pytest.approx(1 - math.exp(-0.06 * 12), abs=0.1)
    assert described(people, parts=people["plan"], risk_times=20).at_risk == 0


def test_who_does_not_use_and_who_has_cancelled_for_later_is_at_risk() -> None:
    people = frame(*[subscriber(f"C{i}", 6) for i in range(8)], subscriber("L", 6, leaving=True))
    silent = pd.Series([TODAY], index=["C3"])
    found = described(people, silent_since=silent, usage_known=True)
    assert found.customers.loc[found.customers["at_risk"], "customer_id"].tolist() == ["C3", "L"]
    assert (found.at_risk, found.silent, found.leaving, found.fee_at_risk) == (2, 1, 1, 20)
    assert math.isnan(found.average_leave_share)


def test_fees_that_are_not_known() -> None:
    people = frame(subscriber("a", fee=math.nan), subscriber("b", fee=5), subscriber("c", 9, ended=1))
    assert described(people).without_fee == 1
    assert described(people).monthly_fee == 5
    none = described(frame(subscriber("a", fee=math.nan), subscriber("c", 9, ended=1)))
    assert math.isnan(none.monthly_fee)
    assert none.groups["fee_share"].isna().all()
    assert math.isnan(none.expected_fee_loss)


def test_nobody_to_follow() -> None:
    people = frame(subscriber("a")).head(0)
    with pytest.raises(ThinDataError, match="no subscribers"):
        describe_plans(people, group_subscribers(people, LIMITS, TODAY), LIMITS, None)


@given(
    st.lists(
        st.tuples(st.floats(0, 80), st.sampled_from([0.0, 1.0, math.nan]), st.sampled_from([5.0, 90.0, math.nan])),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=40, deadline=None)
def test_each_customer_is_in_exactly_one_group(rows: list[tuple[float, float, float]]) -> None:
    people = frame(*(subscriber(f"C{i}", m, ended=e, fee=f) for i, (m, e, f) in enumerate(rows)), trial("t", 3))
    found = group_subscribers(people, LIMITS, TODAY)
    assert found["customer_id"].tolist() == people["customer_id"].tolist()
    assert set(found["lifecycle_group"]) <= set(GROUPS)
    plans = describe_plans(people, found, LIMITS, None)
    assert plans.groups["customers"].sum() == len(people)
    assert plans.groups["customer_share"].sum() == pytest.approx(1)
    assert plans.paying + plans.lapsed + plans.unknown == len(rows)
    assert np.isfinite(plans.fee_at_risk) or people["monthly_fee"].isna().all()
