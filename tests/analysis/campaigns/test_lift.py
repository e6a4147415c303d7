"""Lifts against Hillstrom's test, by hand, and where there is none to be told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from helpers.analysis.campaigns.checks import check_tests
from helpers.analysis.campaigns.lift import (
    BROKEN,
    COLUMNS,
    NONE,
    RANDOM,
    measure_lift,
    sharpen_outcomes,
    with_estimates,
)
from helpers.analysis.campaigns.told import list_checks
from helpers.errors import InputError
from tests.analysis.campaigns.samples import CONTROL, people, spending

OUTCOMES = ["spend", "visit", "conversion"]


@pytest.fixture(scope="module")
def hillstrom(shared_data: Path) -> pd.DataFrame:
    frame = pd.read_csv(shared_data / "hillstrom.csv.gz").drop(columns="mens").rename(columns={"segment": "arm"})
    return frame.assign(campaign="e-mail", control="No E-Mail")


def test_hillstrom(hillstrom: pd.DataFrame) -> None:
    """shared/data/README.md, "Hillstrom": rates, means and n of each arm, spend lifts with their intervals."""
    found = measure_lift(hillstrom, OUTCOMES, revenue="spend")
    by_arm = found.by_arm.set_index(["arm", "metric"])
    assert len(by_arm) == 6
    for arm, n, visit, conversion, spend in [
        ("Mens E-Mail", 21_307, 0.18276, 0.01253, 1.4226),
        ("Womens E-Mail", 21_387, 0.15140, 0.00884, 1.0772),
    ]:
        assert by_arm.loc[(arm, "spend"), "n"] == n
        means = [by_arm.loc[(arm, metric), "mean"] for metric in ("visit", "conversion", "spend")]
        assert means == pytest.approx([visit, conversion, spend], abs=5e-5)
        controls = [by_arm.loc[(arm, metric), "control_mean"] for metric in ("visit", "conversion", "spend")]
        assert controls == pytest.approx([0.10617, 0.00573, 0.6528], abs=5e-5)
        assert by_arm.loc[(arm, "spend"), "control_n"] == 21_306
    ends = ["lift", "low", "high"]
    assert list(by_arm.loc[("Mens E-Mail", "spend"), ends]) == pytest.approx([0.770, 0.485, 1.055], abs=5e-4)
    assert list(by_arm.loc[("Womens E-Mail", "spend"), ends]) == pytest.approx([0.424, 0.169, 0.680], abs=5e-4)
    assert by_arm.loc[("Mens E-Mail", "spend"), "relative_lift"] == pytest.approx(0.770 / 0.6528, abs=1e-3)
    assert dict(by_arm["interval"].groupby("metric").first()) == {
        **{"spend": "Welch", "visit": "Newcombe", "conversion": "Newcombe"}
    }
    assert by_arm["p_adjusted"].tolist() == pytest.approx(multipletests(by_arm["p_value"], method="holm")[1].tolist())
    assert set(by_arm["evidence"]) == {RANDOM}
    assert by_arm["is_revenue"].sum() == 2
    assert by_arm["cost"].isna().all()
    # Normal approximation of a rise over the control's .573 % with 21,307 and 21,306 customers, by R's power.prop.test.
    assert by_arm.loc[("Mens E-Mail", "conversion"), "detectable"] == pytest.approx(0.00224, abs=1e-5)


def test_hillstroms_draw_is_in_thirds_and_its_arms_are_alike(hillstrom: pd.DataFrame) -> None:
    measures = ["recency", "history", "womens", "newbie", "zip_code", "channel", "history_segment"]
    found = check_tests(hillstrom, measures)
    assert found.ratios["design"].tolist() == ["33.3 : 33.3 : 33.3"]
    assert found.broken == []
    assert len(found.balance) == 14
    assert found.balance["smd"].abs().max() < 0.02


def test_hillstroms_earlier_spend_gains_too_little(hillstrom: pd.DataFrame) -> None:
    """The correlation of history and spend is about .02 within arms: a gain of .0005."""
    found = measure_lift(hillstrom.assign(pre_spend=hillstrom["history"]), ["spend"])
    assert found.gains["gain"].tolist() == pytest.approx([0.0005], abs=3e-4)
    assert not found.gains["used"].any()
    assert not found.by_arm["sharpened"].any()


def test_by_hand() -> None:
    """Spends of 0, 2, 4 against 0, 0, 3: 2 less 1 is 1; relative 1; cost 3 contacts of 2."""
    frame = people({"call": [0, 2, 4], CONTROL: [0, 0, 3]}, cost=[2.0, 2.0, 2.0, 0.0, 0.0, 0.0])
    row = measure_lift(frame, ["spend"], revenue="spend").by_arm.iloc[0]
    assert row[["lift", "naive_lift", "relative_lift", "cost", "customers"]].tolist() == [1, 1, 1, 6, 3]
    assert (row["n"], row["control_n"], row["mean"], row["control_mean"]) == (3, 3, 2, 1)
    assert (row["interval"], row["is_revenue"]) == ("bootstrap", True)
    assert row["detectable"] == pytest.approx(2.801585 * np.sqrt(4 / 3 + 3 / 3), abs=1e-5)
    assert list(measure_lift(frame, ["spend"]).by_arm) == COLUMNS


def test_blanks_are_in_no_average_and_still_reached() -> None:
    frame = people({"call": [0, 2, np.nan], CONTROL: [0, np.nan, 3]}, cost=np.nan)
    row = measure_lift(frame, ["spend"]).by_arm.iloc[0]
    assert (row["n"], row["customers"], row["mean"], row["control_n"]) == (2, 3, 1, 2)
    assert np.isnan(row["cost"])
    assert not row["is_revenue"]


def test_nothing_bought_yet_is_no_lift_of_nought() -> None:
    row = measure_lift(people({"call": [0, 0, 0], CONTROL: [0, 0, 0]}), ["spend"]).by_arm.iloc[0]
    assert np.isnan([row["lift"], row["low"], row["p_value"], row["detectable"]]).all()
    assert row["mean"] == row["control_mean"] == 0
    assert measure_lift(people({"call": [0, 0, 5], CONTROL: [0, 0, 0]}), ["spend"]).by_arm["lift"].tolist() == [5 / 3]


def test_sharpened_outcomes_have_the_lift_that_is_told() -> None:
    """Their plain difference is the sharpened lift; a campaign with nobody held out keeps its outcomes."""
    rng = np.random.default_rng(0)
    before = rng.gamma(2, 10, 800)
    frame = people({"call": before[:400] + 2, CONTROL: before[400:]}, pre_spend=before, pre_orders=0.0)
    alone = people({"call": before}, campaign="all", control="nobody", pre_spend=before, pre_orders=0.0)
    frame = pd.concat([frame, alone], ignore_index=True)
    sharp = sharpen_outcomes(frame, ["spend"])
    means = sharp[sharp["campaign"] == "spring"].groupby("arm")["spend"].mean()
    told = measure_lift(frame, ["spend"]).by_arm.set_index("campaign").loc["spring", "lift"]
    assert means["call"] - means[CONTROL] == pytest.approx(told) == pytest.approx(2)
    assert sharp.loc[sharp["campaign"] == "all", "spend"].tolist() == before.tolist()
    assert frame["spend"].iloc[0] == before[0] + 2  # the frame given is left as it is


def test_what_was_bought_before_sharpens_the_lift() -> None:
    rng = np.random.default_rng(0)
    before = rng.gamma(2, 10, 800)
    spend = before + rng.normal(0, 4, 800) + np.repeat([2.0, 0.0], 400)
    frame = people({"call": spend[:400], CONTROL: spend[400:]}, pre_spend=before, pre_orders=0.0)
    found, plain = (
        measure_lift(frame, ["spend"]),
        measure_lift(frame.drop(columns=["pre_spend", "pre_orders"]), ["spend"]),
    )
    row, other = found.by_arm.iloc[0], plain.by_arm.iloc[0]
    assert row["sharpened"] and not other["sharpened"]
    assert row["naive_lift"] == other["lift"] == pytest.approx(row["mean"] - row["control_mean"])
    assert row["lift"] == pytest.approx(2, abs=0.6)
    assert row["high"] - row["low"] < 0.4 * (other["high"] - other["low"])
    assert row["detectable"] < 0.4 * other["detectable"]
    assert found.gains["used"].tolist() == [True]
    assert plain.gains.empty
    orders = measure_lift(frame.rename(columns={"spend": "orders"}), ["orders"])
    assert not orders.by_arm.iloc[0]["sharpened"]  # orders go by orders, which here tell nothing


def test_a_broken_draw_and_everyone_else_have_averages_and_no_lift() -> None:
    rng = np.random.default_rng(0)
    frame = people({"call": spending(rng, 50), CONTROL: spending(rng, 50)})
    others = people({"mail": spending(rng, 50), "everyone else": spending(rng, 50)}, "list", "everyone else")
    both = pd.concat([frame, others], ignore_index=True)
    found = measure_lift(both, ["spend"], broken=["spring"]).by_arm.set_index("campaign")
    assert found["evidence"].to_dict() == {"spring": BROKEN, "list": NONE}
    judged = ["lift", "low", "high", "p_value", "p_adjusted", "relative_lift", "detectable"]
    assert found[judged].isna().all(axis=None)
    assert found["naive_lift"].tolist() == pytest.approx((found["mean"] - found["control_mean"]).tolist())
    assert measure_lift(both, ["spend"], broken=["spring"]).leverage.empty


def test_arms_without_a_control_are_compared_among_themselves() -> None:
    """The largest is what the others are held against: 3 against 1 is 2 more."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, 40)
    frame = people({"call": 3 + noise, "mail": np.r_[1 + noise, 1.0]}, control="nobody")
    found = measure_lift(frame, ["spend", "spend"][:1])
    row = found.between.iloc[0]
    assert (row["arm"], row["reference"], row["n"], row["reference_n"]) == ("call", "mail", 40, 41)
    assert row["difference"] == pytest.approx(3 + noise.mean() - (40 * (1 + noise.mean()) + 1) / 41)
    assert row["low"] > 1
    assert row["p_adjusted"] == row["p_value"]
    assert found.by_arm["evidence"].tolist() == [NONE, NONE]
    assert found.by_arm["control_n"].tolist() == [0, 0]
    assert measure_lift(people({"call": [1, 2, 3]}, control="nobody"), ["spend"]).between.empty


def test_all_of_a_campaign_is_one_family_and_campaigns_are_apart() -> None:
    rng = np.random.default_rng(1)
    arms = {"a": spending(rng, 60), "b": spending(rng, 60, 0.4), CONTROL: spending(rng, 60)}
    frame = pd.concat([people(arms), people(arms, "autumn")], ignore_index=True)
    frame["visit"] = (frame["spend"] > 0).astype(float)
    found = measure_lift(frame, ["spend", "visit"]).by_arm
    for _, rows in found.groupby("campaign"):
        assert rows["p_adjusted"].tolist() == pytest.approx(multipletests(rows["p_value"], method="holm")[1].tolist())


def test_a_lift_hangs_on_few() -> None:
    """A hundred spend nothing but for one in the arm: without that one there is nothing."""
    rng = np.random.default_rng(1)
    frame = people({"call": np.r_[spending(rng, 99), 1e6], CONTROL: spending(rng, 100)})
    found = measure_lift(frame.assign(visit=0.0), ["spend", "visit"])
    assert found.leverage[["largest", "largest_arm"]].to_numpy().tolist() == [[1e6, "call"]]
    assert found.by_arm["hangs_on"].tolist() == [found.leverage["hangs_on"].iloc[0], 0]


def test_estimates_of_other_methods_take_their_place() -> None:
    rng = np.random.default_rng(0)
    test = people({"call": spending(rng, 50), CONTROL: spending(rng, 50)})
    others = people({"mail": spending(rng, 50), "everyone else": spending(rng, 50)}, "list", "everyone else")
    by_arm = measure_lift(pd.concat([test, others], ignore_index=True), ["spend"]).by_arm
    estimate = pd.DataFrame({"campaign": ["list", "fair"], "arm": ["mail", "all"], "metric": "spend"})
    estimate = estimate.assign(lift=[1.5, 2.5], evidence="matched comparison", smd=0.1)
    found = with_estimates(by_arm, estimate, estimate.head(0)).set_index("campaign")
    assert found["lift"].to_dict() == {
        "list": 1.5,
        "fair": 2.5,
        "spring": by_arm.set_index("campaign").loc["spring", "lift"],
    }
    assert found.loc["list", "evidence"] == "matched comparison"
    assert found.loc["list", "n"] == 50
    assert found.loc["list", "smd"] == 0.1
    assert list(with_estimates(by_arm).columns) == COLUMNS
    assert with_estimates(by_arm.head(0), estimate.head(0)).empty


def test_checks_are_listed() -> None:
    rng = np.random.default_rng(0)
    spend = {"call": spending(rng, 50), CONTROL: spending(rng, 50)}
    frame = people(spend, pre_spend=spending(rng, 100))
    draw = check_tests(frame, ["pre_spend"])
    told = list_checks(draw, measure_lift(frame, ["spend"]))
    assert told["check"].tolist() == ["ratio", "balance", "largest customers", "earlier purchases"]
    assert told["measure"].tolist() == ["50 : 50", "pre_spend", "spend", "spend"]
    assert told["passed"].tolist()[:2] == [True, True]
    assert told["value"].iloc[0] == 100
    empty = frame.head(0)
    assert list_checks(check_tests(empty), measure_lift(empty, [])).empty


def test_nobody_and_nothing_give_empty_results() -> None:
    empty = people({"call": [1.0]}).head(0)
    for outcomes in ([], ["spend"]):
        found = measure_lift(empty, outcomes)
        assert found.by_arm.empty and list(found.by_arm) == COLUMNS
        assert found.between.empty and found.leverage.empty and found.gains.empty


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000), st.integers(2, 4))
def test_customers_in_are_customers_accounted_for(seed: int, arms: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = {f"arm {i}": spending(rng, int(rng.integers(2, 60))) for i in range(arms)}
    frame = people(sizes | {CONTROL: spending(rng, 30)})
    found = measure_lift(frame, ["spend"]).by_arm
    assert found["n"].sum() + found["control_n"].iloc[0] == len(frame)
    assert (found["control_n"] == 30).all()


def test_impossible_input_is_refused() -> None:
    frame = people({"call": [1, 2, 3], CONTROL: [1, 2, 3]})
    with pytest.raises(InputError, match="confidence 95"):
        measure_lift(frame, ["spend"], confidence=95)
    with pytest.raises(InputError, match="'visit' is missing"):
        measure_lift(frame, ["visit"])
    with pytest.raises(InputError, match="twice"):
        measure_lift(frame.assign(customer_id=["A", "B", "A", "C", "D", "E"]), ["spend"])
    named = frame.assign(customer_id=[None, None, "A", "B", "C", "D"])
    assert len(measure_lift(named, ["spend"]).by_arm) == 1
