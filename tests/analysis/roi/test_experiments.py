"""Lift and its interval against Hillstrom's test, scipy and statsmodels; sample sizes against R and
simulation."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize, samplesize_proportions_2indep_onetail
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from helpers.analysis.roi.experiments import family_confidence, lift_of, measure_lift, sample_size
from helpers.errors import InputError

METRICS = ["visit", "conversion", "spend"]
summaries = st.tuples(st.integers(2, 10_000), st.floats(-1e4, 1e4), st.floats(1e-3, 1e6))


def test_hillstrom(shared_data: Path) -> None:
    # shared/data/README.md, "Hillstrom": rates, means and n of each arm, spend lifts with their intervals.
    customers = pd.read_csv(shared_data / "hillstrom.csv.gz", usecols=["segment", *METRICS])
    arms = _summarise(customers.rename(columns={"segment": "arm"}), METRICS)
    lift = measure_lift(arms, "No E-Mail")
    by_arm = lift.by_arm.set_index(["arm", "metric"])
    assert lift.control == "No E-Mail"
    assert len(by_arm) == 6
    for arm, n, visit, conversion, spend in [
        ("Mens E-Mail", 21_307, 0.18276, 0.01253, 1.4226),
        ("Womens E-Mail", 21_387, 0.15140, 0.00884, 1.0772),
    ]:
        assert by_arm.loc[(arm, "spend"), "n"] == n
        assert by_arm.loc[arm].loc[METRICS, "mean"].tolist() == pytest.approx([visit, conversion, spend], abs=5e-5)
    control = by_arm.loc["Mens E-Mail"].loc[METRICS]
    assert control["control_n"].tolist() == [21_306] * 3
    assert control["control_mean"].tolist() == pytest.approx([0.10617, 0.00573, 0.6528], abs=5e-5)
    ends = ["lift", "low", "high"]
    assert by_arm.loc[("Mens E-Mail", "spend"), ends].tolist() == pytest.approx([0.770, 0.485, 1.055], abs=5e-4)
    assert by_arm.loc[("Womens E-Mail", "spend"), ends].tolist() == pytest.approx([0.424, 0.169, 0.680], abs=5e-4)
    assert by_arm.loc[("Mens E-Mail", "spend"), "relative_lift"] == pytest.approx(0.770 / 0.6528, abs=1e-3)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_welch_agrees_with_statsmodels_and_scipy(confidence: float) -> None:
    rng = np.random.default_rng(3)
    treated, control = rng.exponential(9, 14), rng.exponential(4, 41)
    customers = pd.DataFrame({"arm": ["mail"] * 14 + ["none"] * 41, "spend": np.r_[treated, control]})
    row = measure_lift(_summarise(customers, ["spend"]), "none", confidence).by_arm.iloc[0]
    compared = CompareMeans(DescrStatsW(treated), DescrStatsW(control))
    bounds = compared.tconfint_diff(alpha=1 - confidence, usevar="unequal")
    assert (row["low"], row["high"]) == pytest.approx(bounds)
    assert row["p_value"] == pytest.approx(stats.ttest_ind(treated, control, equal_var=False).pvalue)
    assert row["p_value"] == pytest.approx(compared.ttest_ind(usevar="unequal")[1])


@settings(max_examples=20, deadline=None)
@given(summaries, summaries)
def test_swapping_the_arms_mirrors_the_lift_and_intervals_agree_with_their_p_value(a: tuple, b: tuple) -> None:
    arms = _arms([("A", *a), ("B", *b)])
    there, back = (measure_lift(arms, control).by_arm.iloc[0] for control in ("B", "A"))
    assert there["lift"] == -back["lift"]
    assert (there["low"], there["high"]) == pytest.approx((-back["high"], -back["low"]))
    assert there["p_value"] == pytest.approx(back["p_value"])
    assert there["low"] < there["lift"] < there["high"]
    assert there["lift"] - there["low"] == pytest.approx(there["high"] - there["lift"], rel=1e-6)
    if abs(there["p_value"] - 0.05) > 1e-6:
        assert (there["p_value"] < 0.05) == (there["low"] > 0 or there["high"] < 0)


@settings(max_examples=20, deadline=None)
@given(summaries, summaries, st.floats(0.01, 100), st.floats(-1e3, 1e3))
def test_lift_follows_the_unit_and_ignores_the_origin(a: tuple, b: tuple, scale: float, shift: float) -> None:
    arms = _arms([("A", *a), ("B", *b)])
    moved = arms.assign(mean=arms["mean"] * scale + shift, variance=arms["variance"] * scale**2)
    before, after = (measure_lift(x, "B").by_arm.iloc[0] for x in (arms, moved))
    for column in ("lift", "low", "high"):
        assert after[column] == pytest.approx(scale * before[column], rel=1e-6, abs=1e-6 * scale)


def test_each_segment_meets_its_own_control() -> None:
    arms = _arms([("mail", 100, 5.0, 4.0), ("none", 100, 4.0, 4.0)])
    others = _arms([("none", 50, 10.0, 9.0), ("mail", 60, 8.0, 9.0), ("push", 2, 8.0, 9.0)])
    both = pd.concat([arms.assign(segment="new"), others.assign(segment="loyal")], ignore_index=True)
    by_arm = measure_lift(both, "none").by_arm
    assert by_arm[["segment", "arm"]].to_numpy().tolist() == [
        ["new", "mail"],
        ["loyal", "mail"],
        ["loyal", "push"],
    ]
    assert by_arm["lift"].tolist() == [1, -2, -2]
    assert by_arm["control_n"].tolist() == [100, 50, 50]


def test_a_segment_without_control_customers_keeps_its_row() -> None:
    arms = _arms([("mail", 100, 5.0, 4.0), ("none", 100, 4.0, 4.0)]).assign(segment="new")
    alone = _arms([("mail", 3, 5.0, 4.0)]).assign(segment="rare")
    row = measure_lift(pd.concat([arms, alone], ignore_index=True), "none").by_arm.iloc[1]
    assert (row["segment"], row["n"], row["control_n"]) == ("rare", 3, 0)
    assert row[["control_mean", "lift", "low", "high", "p_value", "p_adjusted", "relative_lift"]].isna().all()


@pytest.mark.parametrize(
    ("treated", "control"),
    [
        ((1, 5.0, np.nan), (10, 4.0, 1.0)),
        ((10, 5.0, 1.0), (1, 4.0, np.nan)),
        ((10, 0.0, 0.0), (10, 0.0, 0.0)),
        ((1, 5.0, 0.0), (10, 4.0, 1.0)),  # engines differ in what they call the variance of one
        ((10, 5.0, 1.0), (1, 4.0, 0.0)),
    ],
)
def test_no_spread_to_judge_by_gives_no_interval(treated: tuple, control: tuple) -> None:
    row = measure_lift(_arms([("mail", *treated), ("none", *control)]), "none").by_arm.iloc[0]
    assert row["lift"] == treated[1] - control[1]
    assert row[["low", "high", "p_value"]].isna().all()


def test_two_customers_on_either_side_have_an_interval() -> None:
    # By hand: error sqrt(.25 / 2 + .25 / 2) = .5, two degrees of freedom, Student's 97.5% quantile 4.302653.
    row = measure_lift(_arms([("mail", 2, 5.0, 0.25), ("none", 2, 4.0, 0.25)]), "none").by_arm.iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((1 - 2.1513264, 1 + 2.1513264))


def test_relative_lift_needs_a_positive_control() -> None:
    arms = _arms([("mail", 10, 3.0, 1.0), ("none", 10, 0.0, 1.0)])
    assert np.isnan(measure_lift(arms, "none").by_arm.loc[0, "relative_lift"])
    arms = _arms([("mail", 10, 0.75, 1.0), ("none", 10, 0.5, 1.0)])
    assert measure_lift(arms, "none").by_arm.loc[0, "relative_lift"] == pytest.approx(0.5)


def test_many_segments_are_adjusted_together() -> None:
    parts = [
        _arms([("mail", 50, 1 + lift, 1.0), ("none", 50, 1.0, 1.0)]).assign(segment=f"s{i}")
        for i, lift in enumerate([0.0, 0.5, 0.3, 0.45, 0.02])
    ]
    by_arm = measure_lift(pd.concat(parts, ignore_index=True), "none").by_arm
    assert by_arm["p_adjusted"].tolist() == pytest.approx(multipletests(by_arm["p_value"], method="holm")[1].tolist())
    # By hand: the smallest p of five is multiplied by five, and the biggest two, of 1 and .92, come to 1.
    assert by_arm["p_adjusted"].min() == pytest.approx(5 * by_arm["p_value"].min())
    assert by_arm["p_adjusted"].max() == 1


def test_metrics_and_campaigns_are_adjusted_apart() -> None:
    one = _arms([("mail", 50, 1.5, 1.0), ("none", 50, 1.0, 1.0)])
    parts = [one, one.assign(metric="visit"), one.assign(campaign="autumn"), one.assign(campaign=None)]
    lift = measure_lift(pd.concat(parts, ignore_index=True), "none")
    assert len(lift.by_arm) == 4
    assert lift.by_arm["p_adjusted"].tolist() == lift.by_arm["p_value"].tolist()
    assert lift_of(lift, "visit")["metric"].tolist() == ["visit"]


def test_a_missing_control_is_named_with_the_arms_present() -> None:
    arms = _arms([("Mail", 10, 3.0, 1.0), ("No mail", 10, 0.0, 1.0)])
    with pytest.raises(InputError, match=r"campaign 'spring' has no control arm 'no mail'.*Mail, No mail.*'No mail'"):
        measure_lift(arms, "no mail")
    for campaign, named in (("autumn", "'autumn'"), (None, "nan")):  # also one without a name
        second = pd.concat([arms, arms.iloc[:1].assign(campaign=campaign)], ignore_index=True)
        with pytest.raises(InputError, match=f"campaign {named} has no control arm"):
            measure_lift(second, "No mail")


def test_impossible_arms_are_refused() -> None:
    arms = _arms([("mail", 10, 3.0, 1.0), ("none", 10, 0.0, 1.0)])
    with pytest.raises(InputError, match="'mean' is missing"):
        measure_lift(arms.drop(columns=["variance", "mean"]), "none")
    with pytest.raises(InputError, match="arm 'mail' of campaign 'spring' is given twice"):
        measure_lift(pd.concat([arms, arms]), "none")
    for fault in ({"variance": -0.5}, {"n": -1}, {"n": np.nan}):
        with pytest.raises(InputError, match="blank or negative n, or a negative variance"):
            measure_lift(arms.assign(**fault), "none")
    for confidence in (0, 1, 95):
        with pytest.raises(InputError, match=f"confidence {confidence}"):
            measure_lift(arms, "none", confidence=confidence)
    # An arm that nobody is in, as a segment may have it, is none of these.
    assert measure_lift(arms.assign(n=[0, 10]), "none").by_arm.loc[0, "n"] == 0


def test_sample_size_agrees_with_r() -> None:
    # shared/data/README.md, "Power"; R: power.prop.test(p1 = .05, p2 = .06, power = .8) gives n = 8157.6.
    assert sample_size(0.05, 0.06) == 8158
    assert sample_size(0.06, 0.05) == 8158
    # R's help page for power.prop.test: p1 = .50, p2 = .75, power = .90 needs n = 76.7.
    assert sample_size(0.50, 0.75, power=0.9) == 77


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.5, 0.99), st.floats(0.001, 0.2))
def test_sample_size_agrees_with_statsmodels(rate: float, expected: float, power: float, alpha: float) -> None:
    if abs(rate - expected) < 0.005:
        return
    exact = samplesize_proportions_2indep_onetail(expected - rate, rate, power, alpha=alpha)
    assert sample_size(rate, expected, power, alpha) - exact == pytest.approx(0.5, abs=0.5 + 1e-6 * exact)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.9), st.floats(0.7, 0.95))
def test_sample_size_is_near_the_arcsine_approximation(rate: float, power: float) -> None:
    # Cohen's h is another approximation; for small effects the two agree within a few per cent.
    effect = proportion_effectsize(rate + 0.02, rate)
    other = NormalIndPower().solve_power(effect, power=power, alpha=0.05)
    assert sample_size(rate, rate + 0.02, power) == pytest.approx(other, rel=0.02)


def test_sample_size_gives_the_power_it_promises() -> None:
    n = sample_size(0.05, 0.06)
    rng = np.random.default_rng(0)
    low, high = rng.binomial(n, 0.05, 20_000) / n, rng.binomial(n, 0.06, 20_000) / n
    pooled = (low + high) / 2
    z = (high - low) / np.sqrt(2 * pooled * (1 - pooled) / n)
    assert (np.abs(z) > stats.norm.ppf(0.975)).mean() == pytest.approx(0.80, abs=0.01)


@pytest.mark.parametrize(
    "arguments",
    [
        (0.0, 0.1),
        (0.1, 1.0),
        (5, 6),
        (0.1, 0.1),
        (0.1, 0.2, 1.0),
        (0.1, 0.2, 0.8, 0.0),
        (0.1, 0.2, 0.05, 0.05),
    ],
)
def test_impossible_plans_are_refused(arguments: tuple) -> None:
    with pytest.raises(InputError):
        sample_size(*arguments)


def _summarise(customers: pd.DataFrame, metrics: list[str]) -> pd.DataFrame:
    long = customers.melt("arm", metrics, "metric")
    arms = long.groupby(["arm", "metric"])["value"].agg(n="count", mean="mean", variance="var").reset_index()
    return arms.assign(campaign="spring")


def _arms(rows: list[tuple]) -> pd.DataFrame:
    arms = pd.DataFrame(rows, columns=["arm", "n", "mean", "variance"])
    return arms.assign(campaign="spring", metric="spend")


def test_intervals_by_segment_are_as_wide_as_their_number_asks() -> None:
    arms = pd.DataFrame({"segment": ["a", "b"] * 15, "arm": ["mail", "none", "push"] * 10})
    assert family_confidence(arms, "none") == pytest.approx(1 - 0.05 / 20)
    assert family_confidence(arms.assign(segment="all"), "none") == pytest.approx(0.95)
    assert family_confidence(arms.iloc[:0], "none") == pytest.approx(0.95)


def test_an_arm_without_a_control_in_its_segment_is_no_comparison() -> None:
    rows = [("s", "a", "mail"), ("s", "a", "none"), ("s", "b", "mail"), ("t", "a", "mail"), ("t", "b", "none")]
    arms = pd.DataFrame([*rows, ("t", "b", "mail")], columns=["campaign", "segment", "arm"])
    assert family_confidence(arms, "none") == pytest.approx(1 - 0.05 / 2)


def test_against_everyone_else_there_is_a_difference_but_nothing_a_return_may_rest_on() -> None:
    arms = _arms([("mail", 100, 5.0, 4.0), ("others", 900, 4.0, 4.0)])
    compared, tested = measure_lift(arms, "others", tested=False), measure_lift(arms, "others")
    assert compared.by_arm["lift"].tolist() == [1]
    metric = compared.by_arm["metric"].iloc[0]
    assert (compared.tested, len(lift_of(compared, metric))) == (False, 0)
    assert (tested.tested, len(lift_of(tested, metric))) == (True, 1)


def test_a_campaign_that_everyone_is_in_has_nobody_to_compare_with() -> None:
    some = _arms([("mail", 100, 5.0, 4.0), ("others", 900, 4.0, 4.0)])
    every = _arms([("mail", 100, 5.0, 4.0)]).assign(campaign="all")
    assert len(measure_lift(pd.concat([some, every], ignore_index=True), "others", tested=False).by_arm) == 1
    assert measure_lift(every, "others", tested=False).by_arm.empty
