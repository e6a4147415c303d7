"""Actions whose gain a campaign measured: what is repeated, what is stopped, and for whom."""

from math import isnan, sqrt
from typing import Any

import pandas as pd
import pytest

from helpers.analysis.plan.measured import margin_used
from tests.analysis.plan.samples import (
    buyers,
    everything,
    lift,
    of_kind,
    plan,
    returns,
    segments,
    tables,
    uplift,
)


def test_a_campaign_that_pays_is_repeated() -> None:
    """100 buyers, ten held out: 90 * (0.4 * 30 - 2) = 900, between 90 * 6 and 90 * 14, for 90 * 2."""
    found = plan(tables(campaign_lift=pd.DataFrame([lift()]), roi_campaigns=returns(), customers_rfm=buyers()))
    row = of_kind(found, "repeat")
    assert (row["expected"], row["low"], row["high"]) == pytest.approx((900, 540, 1260))
    assert (row["customers"], row["contacted"], row["held_out"], row["cost"]) == (100, 90, 10, pytest.approx(180))
    assert (row["segment"], row["list"], row["evidence"]) == ("All customers", "customers_rfm", "random test")
    assert (found.expected, found.low, found.high) == pytest.approx((900, 540, 1260))
    assert found.margin == pytest.approx(0.4)
    assert len(found.actions) == 1


def test_it_is_repeated_where_it_clearly_pays() -> None:
    """Champions 0.4 * 40 - 2 = 14 a, 10 to 18; at risk 0.4 * 10 - 2 = 2, but -2 to 6. 36 of 40 are contacted."""
    given = everything() | {"campaign_uplift": uplift(Champions=40.0, At_risk=10.0)}
    row = of_kind(plan(given), "repeat")
    assert (row["segment"], row["customers"], row["contacted"]) == ("Champions", 40, 36)
    assert (row["expected"], row["low"], row["high"]) == pytest.approx((14 * 36, 10 * 36, 18 * 36))


def test_several_segments_are_one_action() -> None:
    given = everything() | {"campaign_uplift": uplift(Champions=40.0, At_risk=30.0, Lost=0.0)}
    row = of_kind(plan(given), "repeat")
    assert (row["segment"], row["customers"]) == ("At risk; Champions", 60)
    assert row["expected"] == pytest.approx((14 * 40 + 10 * 20) * 0.9)


@pytest.mark.parametrize("given", [uplift(0.05, Champions=40.0, At_risk=10.0), uplift(Gone=40.0)])
def test_segments_that_do_not_differ_or_are_gone_make_no_choice(given: pd.DataFrame) -> None:
    assert of_kind(plan(everything() | {"campaign_uplift": given}), "repeat")["segment"] == "All customers"


def test_of_a_campaign_the_arm_that_gains_most_is_repeated() -> None:
    rows = pd.DataFrame([lift("Mail", 20, 24, cost=0.0), lift("Call", 20, 40, cost=5_000.0), lift("Card", 6, 60)])
    found = plan(tables(campaign_lift=rows, roi_campaigns=returns(), customers_rfm=buyers()))
    # 0.4 * 22 with no cost known but that of the page on returns, which has none; 0.4 * 30 - 10; 0.4 * 33 - 2.
    assert of_kind(found, "repeat")["arm"] == "Card"


def test_a_campaign_that_loses_is_stopped() -> None:
    """500 customers at 0.4 * -5 - 2 = -4 each: 2,000 are saved; it does not count as brought."""
    row = of_kind(plan(everything()), "stop")
    assert (row["expected"], row["low"], row["high"]) == pytest.approx((2_000, 1_200, 2_800))
    assert (row["arm"], row["list"], row["segment"], row["cost"], row["contacted"]) == ("Catalogue", "", "", 0, 0)
    assert isnan(row["customers"])
    assert plan(everything()).expected == pytest.approx(900)


@pytest.mark.parametrize(
    ("low", "high", "kinds"), [(5.0, 40, []), (5.01, 40, ["repeat"]), (-9, 5.0, []), (-9, 4.99, ["stop"])]
)
def test_what_is_unclear_is_neither(low: float, high: float, kinds: list[str]) -> None:
    """A lift of 5 at a margin of 0.4 just pays 2."""
    found = plan(tables(campaign_lift=pd.DataFrame([lift(low=low, high=high)]), roi_campaigns=returns()))
    assert found.actions["kind"].tolist() == kinds


@pytest.mark.parametrize(
    ("changed", "known"),
    [
        ({"evidence": "random test, broken"}, False),
        ({"evidence": "before and after"}, False),
        ({"evidence": "interrupted series"}, False),
        ({"evidence": "none"}, False),
        ({"is_revenue": False}, False),
        ({"low": float("nan")}, False),
        ({"evidence": "matched comparison"}, True),
        ({"evidence": "difference in differences"}, True),
    ],
)
def test_weak_evidence_brings_nothing(changed: dict[str, Any], known: bool) -> None:
    found = plan(tables(campaign_lift=pd.DataFrame([lift(**changed)]), roi_campaigns=returns()))
    assert (len(found.actions) == 1) == known


@pytest.mark.parametrize(
    ("verdict", "kinds"),
    [("pays", ["repeat"]), ("consistent with paying", ["repeat"]), ("no cost given", ["repeat"]), ("unclear", [])],
)
def test_the_plan_repeats_nothing_that_the_page_on_returns_finds_unclear(verdict: str, kinds: list[str]) -> None:
    told = returns().assign(verdict=verdict)
    given = tables(campaign_lift=pd.DataFrame([lift()]), roi_campaigns=told)
    assert plan(given).actions["kind"].tolist() == kinds
    assert plan(given, cost_per_contact=1.0).actions["kind"].tolist() == ["repeat"]  # other costs, another answer
    lost = tables(campaign_lift=pd.DataFrame([lift(low=-9.0, high=-1.0)]), roi_campaigns=told.assign(verdict="unclear"))
    assert plan(lost).actions.empty


def test_a_result_that_hangs_on_a_few_customers_is_none() -> None:
    for hangs_on, kinds in ((0, ["repeat"]), (1, []), (float("nan"), ["repeat"])):
        given = tables(campaign_lift=pd.DataFrame([lift(hangs_on=hangs_on)]), roi_campaigns=returns())
        assert plan(given).actions["kind"].tolist() == kinds


def test_what_a_contact_cost_is_by_all_who_were_contacted() -> None:
    """1,000 for 500 customers, of whom the outcome of 100 is known: 2 each."""
    given = tables(campaign_lift=pd.DataFrame([lift(n=100, customers=500)]), customers_rfm=buyers())
    assert of_kind(plan(given, margin=0.4), "repeat")["cost"] == pytest.approx(180)


def test_a_random_test_goes_before_a_match_of_the_same_gain() -> None:
    rows = pd.DataFrame([lift(campaign="Autumn", evidence="matched comparison"), lift()])
    found = plan(tables(campaign_lift=rows, roi_campaigns=returns(), customers_rfm=buyers()))
    assert found.actions["campaign"].tolist() == ["Spring", "Autumn"]
    assert (found.expected, found.basis) == (pytest.approx(900), "random test")
    two = plan(
        tables(
            campaign_lift=pd.DataFrame([lift(campaign="A"), lift()]), roi_campaigns=returns(), customers_rfm=buyers()
        )
    )
    assert two.expected == pytest.approx(1_800)
    assert two.high - two.expected == pytest.approx(360 * sqrt(2))


def test_chosen_members_say_nothing_of_everyone() -> None:
    """500 members at 0.4 * 30 - 2 = 10 each, of whom 250 are contacted and 250 held out: 2,500, whoever is listed."""
    given = everything() | {"campaign_lift": pd.DataFrame([lift(evidence="matched comparison")])}
    found = plan(given | {"campaign_uplift": uplift(Champions=40.0, At_risk=10.0)})
    row = of_kind(found, "repeat")
    assert isnan(row["customers"])
    assert (row["segment"], row["list"], row["contacted"], row["held_out"]) == ("", "", 250, 250)
    assert isnan(row["smallest_seen_share"]) and isnan(row["duration_days"])
    assert (row["expected"], row["cost"]) == pytest.approx((2_500, 500))
    assert (found.expected, found.basis) == (pytest.approx(2_500), "matched comparison")


def test_a_segment_in_a_measured_action_is_in_no_other_test() -> None:
    given = everything()
    assert "At risk" in of_kind(plan(given, most=20), "win_back")["segment"]
    lifts = uplift(Champions=40.0, At_risk=40.0)
    found = plan(given | {"campaign_uplift": lifts}, most=20)
    assert of_kind(found, "repeat")["segment"] == "At risk; Champions"
    assert "win_back" not in set(found.actions["kind"])


def test_without_a_margin_nothing_is_expected() -> None:
    given = tables(campaign_lift=pd.DataFrame([lift()]), customers_rfm=buyers())
    found = plan(given)
    row = of_kind(found, "repeat")
    assert found.actions["kind"].tolist() == ["repeat"]  # what clearly raised revenue, whatever it earned
    assert (row["contacted"], row["held_out"], row["cost"]) == (90, 10, pytest.approx(180))
    assert isnan(row["expected"])
    assert isnan(found.margin)
    assert isnan(found.expected)
    assert found.basis == ""
    assert plan(given, margin=0.4).expected == pytest.approx(900)


@pytest.mark.parametrize(("low", "high", "kinds"), [(0.0, 40, []), (-40, 0.0, []), (-40, -0.1, ["stop"])])
def test_without_a_margin_revenue_decides(low: float, high: float, kinds: list[str]) -> None:
    assert plan(tables(campaign_lift=pd.DataFrame([lift(low=low, high=high)]))).actions["kind"].tolist() == kinds


@pytest.mark.parametrize(("p_adjusted", "kinds"), [(0.0499, ["repeat"]), (0.05, []), (float("nan"), ["repeat"])])
def test_what_may_be_chance_among_all_comparisons_is_not_repeated(p_adjusted: float, kinds: list[str]) -> None:
    rows = pd.DataFrame([lift(p_adjusted=p_adjusted)])
    assert plan(tables(campaign_lift=rows, roi_campaigns=returns())).actions["kind"].tolist() == kinds


def test_a_cost_loses_even_where_the_fall_may_be_chance() -> None:
    rows = pd.DataFrame([lift(low=-9.0, high=-1.0, p_adjusted=0.2)])
    assert plan(tables(campaign_lift=rows, roi_campaigns=returns())).actions["kind"].tolist() == ["stop"]
    assert plan(tables(campaign_lift=rows.assign(cost=float("nan"))), margin=0.4).actions.empty


def test_no_gain_is_reckoned_for_more_customers_than_the_test_drew() -> None:
    """100 buyers, of whom 20 + 10 + 10 were in the test: 36 are contacted, at 0.4 * 30 - 2 each; 4 are held out."""
    rows = pd.DataFrame([lift(n=20, control_n=10, cost=40.0), lift("Mail", -5.0, 15.0, n=10, control_n=10)])
    row = of_kind(plan(tables(campaign_lift=rows, customers_rfm=buyers()), margin=0.4), "repeat")
    assert (row["customers"], row["contacted"], row["held_out"]) == (100, 36, 4)
    assert (row["expected"], row["cost"]) == (pytest.approx(360), pytest.approx(72))


def test_nor_for_more_of_its_segments() -> None:
    """40 champions, of whom 12 + 8 were in the test: 18 are contacted at 14 each."""
    aim = uplift(Champions=40.0, At_risk=10.0).assign(customers=12, control_customers=8)
    row = of_kind(plan(everything() | {"campaign_uplift": aim}), "repeat")
    assert (row["customers"], row["contacted"], row["held_out"]) == (40, 18, 2)
    assert row["expected"] == pytest.approx(14 * 18)


@pytest.mark.parametrize(("customers", "held_out"), [(59, 0), (60, 30), (61, 30)])
def test_too_few_for_a_test_are_all_contacted(customers: int, held_out: int) -> None:
    late = segments().assign(customers=customers, late_regulars=[0, customers, 0, 0])
    found = plan(tables(rfm_segments=late))
    assert of_kind(found, "win_back")["held_out"] == held_out
    assert of_kind(found, "win_back")["contacted"] == customers - held_out
    assert ("second_order" in set(found.actions["kind"])) == (held_out > 0)


def test_many_campaigns_that_lost_do_not_crowd_out_what_is_to_be_done() -> None:
    rows = pd.DataFrame([lift(low=-9.0, high=-1.0, campaign=name) for name in "ABCD"])
    found = plan(tables(campaign_lift=rows, roi_campaigns=returns(), rfm_segments=segments()), most=4)
    assert found.actions["kind"].tolist() == ["stop", "stop", "win_back", "second_order"]
    assert found.left_out == 2


def test_a_campaign_without_a_list_of_customers_is_as_large_as_last_time() -> None:
    row = of_kind(plan(tables(campaign_lift=pd.DataFrame([lift()]), roi_campaigns=returns())), "repeat")
    assert isnan(row["customers"])
    assert (row["list"], row["contacted"], row["expected"]) == ("", 450, pytest.approx(4_500))


def test_costs_given_go_before_those_of_the_campaign() -> None:
    given = tables(campaign_lift=pd.DataFrame([lift()]), roi_campaigns=returns(), customers_rfm=buyers())
    row = of_kind(plan(given, cost_per_contact=5.0), "repeat")
    assert (row["cost"], row["expected"]) == pytest.approx((450, 90 * 7))


def test_an_unknown_cost_is_blank_and_the_gain_is_the_margin() -> None:
    rows = pd.DataFrame([lift(cost=float("nan"))])
    row = of_kind(plan(tables(campaign_lift=rows, customers_rfm=buyers()), margin=0.4), "repeat")
    assert isnan(row["cost"])
    assert row["expected"] == pytest.approx(90 * 12)


def test_a_campaign_that_cost_nothing_has_a_cost_that_is_not_known() -> None:
    free = returns().assign(cost=0.0)
    given = tables(campaign_lift=pd.DataFrame([lift(cost=0.0)]), roi_campaigns=free, customers_rfm=buyers())
    assert isnan(of_kind(plan(given, margin=0.4), "repeat")["cost"])


def test_the_margin_is_that_of_the_page_on_returns() -> None:
    assert margin_used(returns(0.37)) == pytest.approx(0.37)
    assert isnan(margin_used(pd.DataFrame()))
    assert isnan(margin_used(returns().assign(cost=0.0)))
