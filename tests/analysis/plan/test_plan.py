"""The plan reckoned by hand from saved tables, and what holds of it whatever these are."""

from datetime import date
from math import isnan, sqrt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower

from helpers.analysis.plan.lists import pick
from helpers.analysis.plan.plan import LEAST_ARM, make_plan, smallest_share
from helpers.errors import InputError
from tests.analysis.plan.samples import (
    CUSTOMERS,
    answers,
    buyers,
    everything,
    of_kind,
    plan,
    segments,
    sizes_of,
    subscribers,
    tables,
    uplift,
)


def test_what_is_not_measured_is_blank_and_stands_by_what_is_at_stake() -> None:
    found = plan(everything() | {"campaign_lift": pd.DataFrame()})
    assert found.actions["kind"].tolist() == [
        *("test", "win_back", "call_detractors", "second_order", "call_subscribers", "first_order"),
        "ask_decision_makers",
    ]
    assert found.actions["at_stake"].tolist()[:5] == [13_700, 4_000, 1_200, 600, 480]
    assert found.actions[["expected", "low", "high"]].isna().all(axis=None)
    assert found.actions["rank"].tolist() == list(range(1, 8))


def test_only_customers_late_by_their_own_rhythm_are_won_back() -> None:
    """All 60 at risk are late regulars; of the 30 lost nine are. Where lateness is not known, nobody is."""
    assert of_kind(plan(tables(rfm_segments=segments())), "win_back")["segment"] == "At risk"
    half = segments().assign(late_regulars=[60, 31, 0, 9])
    assert of_kind(plan(tables(rfm_segments=half)), "win_back")["segment"] == "At risk"
    unknown = segments().assign(late_regulars=float("nan"))
    assert "win_back" not in set(plan(tables(rfm_segments=unknown)).actions["kind"])


def test_a_value_at_stake_is_an_accounts_once() -> None:
    assert of_kind(plan(tables(nps_actions=answers())), "call_detractors")["at_stake"] == 1_200
    row = of_kind(plan(tables(nps_actions=answers()), by_account=True), "call_detractors")
    assert (row["at_stake"], row["customers"]) == (700, 2)


def test_calls_are_due_and_owned_as_their_list_says() -> None:
    row = of_kind(plan(tables(nps_actions=answers())), "call_detractors")
    assert (row["owner"], row["due"], row["held_out"]) == ("sales", pd.Timestamp("2026-10-02"), 0)
    assert of_kind(plan(tables(nps_actions=answers()), due="2026-10-01"), "call_detractors")["due"].day == 1
    assert of_kind(plan(tables(nps_actions=answers().assign(owner=list("abc")))), "call_detractors")["owner"] == ""


@pytest.mark.parametrize("key", ["win_back", "Win back", "at risk", "02_rfm", "rfm", "customers_rfm"])
def test_owners_are_found_by_action_segment_page_or_list(key: str) -> None:
    assert of_kind(plan(tables(rfm_segments=segments()), owners={key: "Ann"}), "win_back")["owner"] == "Ann"


def test_an_owner_of_the_action_goes_before_one_of_the_page() -> None:
    found = plan(tables(rfm_segments=segments()), owners={"rfm": "Bob", "win_back": "Ann"})
    assert of_kind(found, "win_back")["owner"] == "Ann"
    assert of_kind(found, "second_order")["owner"] == "Bob"
    assert of_kind(plan(tables(rfm_segments=segments())), "win_back")["owner"] == ""


@pytest.mark.parametrize(
    ("as_of", "last"), [((2026, 9, 30), "2026-12-31"), ((2026, 8, 15), "2026-12-31"), ((2026, 12, 1), "2027-03-31")]
)
def test_the_plan_ends_with_the_quarter_after(as_of: tuple[int, int, int], last: str) -> None:
    found = make_plan(tables(rfm_segments=segments()), date(*as_of), owners={})
    assert set(found.actions["due"]) == {pd.Timestamp(last)}


def test_what_was_never_measured_is_tried_on_half() -> None:
    """At 3 a contact and a margin of 0.6 a contact pays from 5."""
    row = of_kind(plan(tables(rfm_segments=segments()), cost_per_contact=3.0, margin=0.6), "win_back")
    assert (row["contacted"], row["held_out"], row["cost"], row["break_even"]) == (30, 30, 90, pytest.approx(5))
    assert isnan(of_kind(plan(tables(rfm_segments=segments())), "win_back")["cost"])


@pytest.mark.parametrize(("needed", "possible", "arm"), [(20, True, 20), (60, True, 50), (60, False, 50)])
def test_a_test_of_all_takes_no_more_than_it_needs(needed: float, possible: bool, arm: int) -> None:
    given = tables(customers_rfm=buyers(), test_plan=sizes_of(needed=needed, possible=possible))
    row = of_kind(plan(given), "test")
    assert (row["contacted"], row["held_out"], row["customers"]) == (arm, arm, 100)


def test_the_smallest_rise_that_arms_show() -> None:
    """30 and 30 of a rate of 10 %, deviation 0.3: 2.8016 * 0.3 * sqrt(2 / 30) / 0.1."""
    row = of_kind(plan(everything()), "win_back")
    assert row["smallest_seen_share"] == pytest.approx(2.8016 * 0.3 * sqrt(2 / 30) / 0.1, rel=1e-4)
    assert (row["metric"], row["duration_days"]) == ("conversion", 60)


def test_the_smallest_share_is_statsmodels() -> None:
    effect = NormalIndPower().solve_power(nobs1=300, power=0.8, alpha=0.05, ratio=1 / 3)
    assert smallest_share(40.0, 120.0, 300, 100) == pytest.approx(effect * 120 / 40, rel=1e-4)
    assert isnan(smallest_share(0.0, 1.0, 10, 10))
    assert isnan(smallest_share(1.0, 1.0, 10, 0))


def test_segments_planned_together_have_their_pooled_spread() -> None:
    """Rates of 10 % (40 customers) and 40 % (20): 20 %; deviation by parts 0.3² + 0.1², 0.49² + 0.4²."""
    given = everything() | {"campaign_uplift": uplift(Champions=40.0, At_risk=30.0)}
    plans = sizes_of()
    plans.loc[(plans["segment"] == "At risk") & (plans["metric"] == "conversion"), ["baseline", "sd"]] = (0.4, 0.49)
    row = of_kind(plan(given | {"test_plan": plans}), "repeat")
    sd = sqrt(2 / 3 * (0.09 + 0.01) + 1 / 3 * (0.49**2 + 0.16) - 0.04)
    assert row["smallest_seen_share"] == pytest.approx(smallest_share(0.2, sd, 54, 6))


def test_the_rest_is_counted() -> None:
    found = plan(everything(), most=3)
    assert (len(found.actions), found.left_out) == (3, 5)
    assert len(plan(everything(), most=1).actions) == 1
    assert plan(everything()).left_out == 0


def test_a_plan_of_nothing() -> None:
    found = plan(tables())
    assert found.actions.empty
    assert isnan(found.expected)


def test_a_client_with_a_survey_alone_gets_calls() -> None:
    assert plan(tables(nps_actions=answers())).actions["kind"].tolist() == ["call_detractors"]
    happy = answers().query("category == 'promoters'")
    assert plan(tables(nps_actions=happy)).actions.empty


def test_a_client_with_subscriptions_alone_gets_calls() -> None:
    row = of_kind(plan(tables(subscribers_lifecycle=subscribers())), "call_subscribers")
    assert (row["customers"], row["at_stake"], row["held_out"]) == (2, 480, 0)
    nobody = subscribers().assign(at_risk=False)
    assert plan(tables(subscribers_lifecycle=nobody)).actions.empty


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"due": "soon"}, "'soon' is not a day"),
        ({"due": "2026-09-30"}, "not after"),
        ({"hold_out": 0.0}, "hold_out 0.0"),
        ({"hold_out": 1.0}, "hold_out 1.0"),
        ({"margin": 1.1}, "margin 1.1"),
        ({"cost_per_contact": -1.0}, "cost_per_contact -1.0"),
        ({"most": 0}, "most 0"),
    ],
)
def test_impossible_wishes_are_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        plan(tables(), **changed)


def test_ids_are_the_same_from_quarter_to_quarter_and_differ_between_actions() -> None:
    first = plan(everything())
    later = make_plan(everything() | {"rfm_segments": segments().assign(yearly_spend=1.0)}, date(2027, 1, 5), owners={})
    assert set(later.actions["id"]) <= set(first.actions["id"])
    assert first.actions["id"].is_unique
    assert first.actions["id"].str.fullmatch(r"[a-z-]+-[0-9a-f]{8}").all()


names = st.sampled_from([*CUSTOMERS, "Other"])


@settings(max_examples=25, deadline=None)
@given(st.lists(names, min_size=1, max_size=60), st.floats(0.02, 0.9), st.sets(names))
def test_customers_are_the_rows_of_the_list(people: list[str], hold_out: float, late: set[str]) -> None:
    """Whatever the segments: an action is for as many customers as its list has, and each is contacted or held out."""
    frame = pd.DataFrame({"customer_id": [str(i) for i in range(len(people))], "rfm_segment": people})
    counted = frame.groupby("rfm_segment").size().rename("customers").reset_index()
    counted = counted.assign(
        late_regulars=counted["customers"].where(counted["rfm_segment"].isin(late), 0),
        yearly_spend=1.0,
        objective="Win the second order",
    )
    given = everything() | {"customers_rfm": frame, "rfm_segments": counted}
    given |= {
        "campaign_uplift": uplift(
            **{name.replace(" ", "_"): 40.0 for name in CUSTOMERS if name in people} or {"X": 1.0}
        )
    }
    for row in plan(given, hold_out=hold_out).actions.to_dict("records"):
        if row["list"]:
            assert row["customers"] == len(pick(given[row["list"]], row["list"], row["segment"]))
            assert row["contacted"] + row["held_out"] <= row["customers"]
            assert row["kind"] != "second_order" or min(row["contacted"], row["held_out"]) >= LEAST_ARM
        if row["expected"] == row["expected"]:
            assert row["low"] <= row["expected"] <= row["high"]
