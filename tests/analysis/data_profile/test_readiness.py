import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.analysis.campaigns.power import sample_size
from helpers.analysis.data_profile.readiness import ARM_CUSTOMERS, FACTS, assess_readiness
from helpers.errors import InputError

ANALYSES = ["rfm", "lifecycle", "clusters", "nps", "nps_groups", "drivers", "roi"]
ENOUGH = {
    "buyers": 5000,
    "repeat_share": 0.4,
    "history_days": 800,
    "answers": 900,
    "ratings": 8,
    "control_customers": 2500,
    "treated_customers": 2500,
}
START_UP = {
    "buyers": 80,
    "repeat_share": 0.3,
    "history_days": 400,
    "answers": 40,
    "ratings": 6,
    "treated_customers": 50,
    "control_customers": 30,
}


def verdict(facts: dict[str, float], analysis: str) -> pd.Series:
    return assess_readiness(facts).verdicts.set_index("analysis").loc[analysis]


def test_a_grown_company_is_ready_for_everything() -> None:
    found = assess_readiness(ENOUGH)
    assert found.verdicts["analysis"].tolist() == ANALYSES
    assert found.verdicts["verdict"].tolist() == ["ready"] * 7
    assert found.verdicts["collect"].tolist() == [""] * 7
    assert found.gates["passed"].all()


def test_no_data_is_missing_everywhere_and_says_what_to_collect() -> None:
    found = assess_readiness({})
    assert found.verdicts["verdict"].tolist() == ["missing"] * 7
    assert found.verdicts["collect"].str.len().gt(0).all()
    assert found.gates["found"].isna().all()
    assert not found.gates["passed"].any()


def test_a_start_up_with_eighty_customers_is_told_to_start_simple_and_why() -> None:
    found = assess_readiness(START_UP).verdicts.set_index("analysis")
    assert found["verdict"].tolist() == ["thin"] * 7
    assert found["collect"].str.contains("Start simple: ").all()
    # 80 buyers / 25 cells = 3.2; 80 / 20 = 4 cells = 2 x 2 scores.
    assert found.loc["rfm", "why"] == (
        "80 buyers in 25 cells are about 3 a cell, so single customers can change a segment."
    )
    assert found.loc["rfm", "collect"] == "Start simple: 2 scores a measure instead of 5, until there are 500 buyers."
    # 98 / sqrt(80) = 10.96, rounded up.
    assert found.loc["lifecycle", "why"] == "Of 80 buyers the share that stays is known only to about ±11 points."
    assert "until there are 100 buyers" in found.loc["lifecycle", "collect"]
    # 1.96 * sqrt(.65 / 40) = .2499, rounded up; all answers count where the groups are not known.
    assert found.loc["nps_groups", "why"] == "40 answers place a group's score only within about ±25 points."
    # 70 customers x 5 measures.
    assert "until there are 350 customers" in found.loc["clusters", "collect"]
    # 1.96 * sqrt(.65 / 40) = .2499, rounded up.
    assert found.loc["nps", "why"] == "40 answers place the score only within about ±25 points."
    # 50 + 8 * 6.
    assert "until there are 98 answers with ratings" in found.loc["drivers", "collect"]
    assert found.loc["roi", "why"].startswith(
        "30 customers in the control arm are too few to show even a doubling from 5% to 10% buying."
    )


@pytest.mark.parametrize(
    ("facts", "analysis", "said"),
    [
        ({"buyers": 24}, "rfm", "24 buyers in 25 cells are less than one a cell"),
        ({"buyers": 25}, "rfm", "25 buyers in 25 cells are about 1 a cell"),
        ({"buyers": 312}, "rfm", "312 buyers in 25 cells are about 12 a cell"),  # 12.48
        ({"buyers": 313}, "rfm", "313 buyers in 25 cells are about 13 a cell"),  # 12.52
        ({"buyers": 19}, "rfm", "Start simple: 2 scores a measure"),
        ({"buyers": 179}, "rfm", "Start simple: 2 scores a measure"),  # nine cells of 20 buyers are 180
        ({"buyers": 180}, "rfm", "Start simple: 3 scores a measure"),
        ({"buyers": 96}, "lifecycle", "about ±11 points"),  # 98 / sqrt(96) = 10.002
        ({"buyers": 1}, "lifecycle", "about ±98 points"),
        ({"buyers": 349, "features": 0}, "clusters", "until there are 350 customers"),
        ({"buyers": 69, "features": 1}, "clusters", "until there are 70 customers"),
        ({"answers": 249}, "nps", "about ±11 points"),  # 196 * sqrt(.65 / 249) = 10.014
        ({"answers": 1}, "nps", "about ±100 points"),
        ({"answers": 65, "ratings": 1}, "drivers", "too few to compare 2 ratings by importance"),
        ({"answers": 65, "ratings": 1}, "drivers", "until there are 66 answers with ratings"),
        ({"control_customers": 435}, "roi", "435 customers in the control arm are enough to see a rise from 5% to 10%"),
        ({"control_customers": 1059}, "roi", "enough to see a rise from 5% to 8% buying, but no smaller one"),
    ],
)
def test_what_falls_short_is_told_in_figures(facts: dict[str, float], analysis: str, said: str) -> None:
    found = verdict(ENOUGH | facts, analysis)
    assert found["verdict"] == "thin"
    assert said in f"{found['why']} {found['collect']}"


@pytest.mark.parametrize("fact", ["buyers", "answers", "control_customers"])
def test_none_of_something_is_as_good_as_not_known(fact: str) -> None:
    none, unknown = (assess_readiness(ENOUGH | {fact: n}).verdicts for n in (0, math.nan))
    pd.testing.assert_frame_equal(none, unknown)
    assert "missing" in set(none["verdict"])


def test_arm_sizes_are_those_of_the_power_calculation() -> None:
    assert {rate: sample_size(0.05, rate) for rate in ARM_CUSTOMERS} == ARM_CUSTOMERS


def test_nps_gate_is_ten_points_wide() -> None:
    gate = assess_readiness({}).gates.set_index("analysis").loc["nps"]
    assert 1.96 * math.sqrt(0.65 / gate["needed"]) == pytest.approx(0.10, abs=0.001)
    assert 1.96 * math.sqrt(1 / gate["needed"]) == pytest.approx(0.124, abs=0.001)  # the worst case in `source`


@pytest.mark.parametrize(
    ("fact", "limit", "analysis"),
    [
        ("buyers", 500, "rfm"),
        ("history_days", 358, "rfm"),
        ("buyers", 100, "lifecycle"),
        ("history_days", 358, "lifecycle"),
        ("answers_per_group", 50, "nps_groups"),
        ("repeat_share", 0.2, "rfm"),
        ("buyers", 350, "clusters"),
        ("repeat_share", 0.2, "clusters"),
        ("answers", 250, "nps"),
        ("answers", 50 + 8 * 8, "drivers"),
        ("ratings", 2, "drivers"),
        ("control_customers", 2213, "roi"),
        ("treated_customers", 2213, "roi"),
    ],
)
def test_limits_are_inclusive(fact: str, limit: float, analysis: str) -> None:
    below = limit - (0.001 if limit < 1 else 1)
    assert verdict(ENOUGH | {fact: limit}, analysis)["verdict"] == "ready"
    assert verdict(ENOUGH | {fact: below}, analysis)["verdict"] == "thin"


def test_many_ratings_need_ten_answers_each() -> None:
    # 10 a rating overtakes 50 + 8 a rating at 25 ratings.
    gates = assess_readiness({"ratings": 40}).gates.set_index("gate")
    assert gates.loc["answers for the ratings asked", "needed"] == 400


def test_complete_answers_count_where_they_are_known() -> None:
    assert verdict(ENOUGH | {"complete_answers": 60}, "drivers")["verdict"] == "thin"
    assert verdict(ENOUGH | {"complete_answers": 60}, "nps")["verdict"] == "ready"
    assert verdict(ENOUGH | {"complete_answers": 0}, "drivers")["verdict"] == "thin"


def test_answers_with_any_two_ratings_count_where_they_are_known() -> None:
    assert verdict(ENOUGH | {"complete_answers": 0, "rated_answers": 900}, "drivers")["verdict"] == "ready"
    assert verdict(ENOUGH | {"complete_answers": 900, "rated_answers": 60}, "drivers")["verdict"] == "thin"


def test_drivers_say_how_many_answers_are_complete() -> None:
    some = verdict({"answers": 5_396, "complete_answers": 811, "ratings": 14}, "drivers")
    assert some["verdict"] == "ready"
    assert "only 811 of 5,396 answers (15%) rate everything asked" in some["why"]
    passed = "The data pass every check for this analysis."
    most = {"answers": 1_000, "ratings": 3}
    assert verdict(most | {"complete_answers": 800}, "drivers")["why"] == passed
    assert "only 799 of 1,000 answers (79%)" in verdict(most | {"complete_answers": 799}, "drivers")["why"]


def test_no_control_group_means_returns_cannot_be_measured() -> None:
    found = verdict(ENOUGH | {"control_customers": 0}, "roi")
    assert found["verdict"] == "missing"
    assert found["why"] == "No campaign has a control group, so returns can be planned but not measured."


def test_nobody_ordering_again_is_thin_and_not_missing() -> None:
    found = verdict(ENOUGH | {"repeat_share": 0}, "rfm")
    assert found["verdict"] == "thin"
    assert found["why"].startswith("Only 0% of buyers ordered again")
    assert "19%" in verdict(ENOUGH | {"repeat_share": 0.199}, "rfm")["why"]


def test_an_unknown_fact_is_said_to_be_unknown() -> None:
    found = verdict({k: v for k, v in ENOUGH.items() if k != "history_days"}, "rfm")
    assert found["verdict"] == "thin"
    assert found["why"] == "It is not known: days of order history."


def test_more_measures_need_more_customers() -> None:
    assert verdict({"buyers": 400, "repeat_share": 0.5}, "clusters")["verdict"] == "ready"
    found = verdict({"buyers": 400, "repeat_share": 0.5, "features": 6}, "clusters")
    assert found["verdict"] == "thin"
    assert found["collect"] == "Start simple: group by 5 measures, until there are 420 customers."
    assert "by 1 measure, until" in verdict({"buyers": 60, "repeat_share": 0.5}, "clusters")["collect"]


@pytest.mark.parametrize(("share", "printed"), [(0.036, "4%"), (0.031, "3%"), (0.1996, "19%"), (0.2, "")])
def test_shares_are_rounded_but_never_up_to_the_share_that_would_do(share: float, printed: str) -> None:
    why = verdict({"buyers": 900, "history_days": 400, "repeat_share": share}, "rfm")["why"]
    assert (f"Only {printed} of buyers ordered again" in why) == bool(printed)


def test_wrong_facts_are_refused() -> None:
    with pytest.raises(InputError, match=r"buyer is not a known fact.*Did you mean buyers"):
        assess_readiness({"buyer": 3})
    with pytest.raises(InputError, match="buyers is -1"):
        assess_readiness({"buyers": -1})
    with pytest.raises(InputError, match="more complete_answers than answers"):
        assess_readiness({"answers": 5, "complete_answers": 6})
    with pytest.raises(InputError, match="share from 0 to 1"):
        assess_readiness({"repeat_share": 1.5})
    assert verdict(ENOUGH | {"repeat_share": 1}, "rfm")["verdict"] == "ready"


@given(
    st.fixed_dictionaries(
        {}, optional={f: st.floats(0, 1) if f == "repeat_share" else st.integers(0, 10**7) for f in FACTS}
    )
)
def test_verdicts_agree_with_the_gates(facts: dict[str, float]) -> None:
    if {"answers", "complete_answers"} <= set(facts):
        facts["answers"] += facts["complete_answers"]
    found = assess_readiness(facts)
    assert found.verdicts["analysis"].tolist() == ANALYSES
    assert (found.gates["source"].str.len() > 0).all()
    passed = found.gates.groupby("analysis")["passed"].all()
    for row in found.verdicts.itertuples():
        assert (row.verdict == "ready") == passed[row.analysis]
        assert (row.collect == "") == (row.verdict == "ready")
        assert row.why.endswith(".")
        assert "nan" not in row.why + row.collect


def test_a_customer_list_carries_rfm_and_clusters_without_orders() -> None:
    facts = {"buyers": 0, "scored": 600, "grouped": 600, "features": 4, "history_days": 400, "repeat_share": 0.5}
    assert [verdict(facts, a)["verdict"] for a in ("rfm", "clusters", "lifecycle")] == ["ready", "ready", "missing"]
    # Numbers that tell nothing of orders: how often customers order is not asked.
    facts = {"buyers": 0, "scored": 0, "grouped": 200, "features": 3}
    assert verdict(facts, "rfm")["needs"] == "orders, or each customer's last order and number of orders"
    assert verdict(facts, "clusters")["why"] == (
        "200 customers are few to group by 3 measures: the next may change the groups."
    )
    assert verdict(facts | {"grouped": 210}, "clusters")["verdict"] == "ready"
    assert verdict(facts | {"grouped": 0}, "clusters")["needs"] == "orders, or numbers about each customer"


def test_subscriptions_carry_a_lifecycle_without_orders() -> None:
    found = verdict({"subscribers": 100}, "lifecycle")
    assert (found["verdict"], found["why"]) == ("ready", "The data pass every check for this analysis.")
    found = verdict({"subscribers": 99}, "lifecycle")
    assert found["verdict"] == "thin"
    assert found["why"] == "Of 99 subscribers the share that stays is known only to about ±10 points."  # 98 / sqrt(99)
    assert found["collect"] == "Start simple: count who has cancelled, until there are 100 subscribers."
    none = verdict({"subscribers": 0}, "lifecycle")
    assert (none["verdict"], none["why"]) == ("missing", "There are no orders, subscriptions or visits to follow.")
    assert verdict({"subscribers": 5_000}, "rfm")["verdict"] == "missing"


def test_visits_carry_a_lifecycle_where_there_are_neither_orders_nor_subscriptions() -> None:
    assert verdict({"visitors": 100}, "lifecycle")["verdict"] == "ready"
    found = verdict({"visitors": 99, "buyers": 0, "subscribers": 0}, "lifecycle")
    assert found["why"] == "Of 99 visitors the share that stays is known only to about ±10 points."
    assert found["collect"] == "Start simple: list who has not come for a while, until there are 100 visitors."
    assert "5 buyers" in verdict({"visitors": 9_000, "buyers": 5}, "lifecycle")["why"]
    assert "5 subscribers" in verdict({"visitors": 9_000, "subscribers": 5}, "lifecycle")["why"]
    assert verdict({"visitors": 0}, "lifecycle")["needs"] == (
        "orders with a customer and a date, subscriptions, or visits"
    )


def test_where_orders_alone_are_enough_few_subscriptions_do_no_harm() -> None:
    assert verdict(ENOUGH | {"subscribers": 5}, "lifecycle")["verdict"] == "ready"
    assert "5 subscribers" in verdict(ENOUGH | {"subscribers": 5, "history_days": 10}, "lifecycle")["why"]


def test_customers_who_were_not_contacted_are_no_control_group() -> None:
    found = verdict(ENOUGH | {"control_customers": 0, "not_contacted": 9_000}, "roi")
    assert found["verdict"] == "thin"
    assert found["why"].startswith("This is not a test: the others were not held out at random")
    assert found["collect"] == "Hold back a random control group from the next campaign."
    assert verdict(ENOUGH | {"not_contacted": 9_000}, "roi")["verdict"] == "ready"
    assert verdict({"not_contacted": 9_000}, "roi")["verdict"] == "missing"  # nobody was contacted


def test_scores_on_an_unknown_scale_are_not_missing_answers() -> None:
    for analysis in ("nps", "nps_groups", "drivers"):
        found = verdict({"answers": 0, "unscored_answers": 1_200}, analysis)
        assert found["verdict"] == "missing"
        assert found["why"] == "The scores of 1,200 answers do not look like 0 to 10, and no other scale is declared."
        assert found["collect"] == "Declare in the parameter file on which scale the score was asked."
    assert "Nobody has been asked" in verdict({"answers": 0, "unscored_answers": 0}, "nps")["why"]
