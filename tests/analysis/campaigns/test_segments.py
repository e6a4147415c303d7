"""Lifts by segment, and whether they differ: by hand, against statsmodels, and how often chance is taken for it."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from helpers.analysis.campaigns.intervals import Sample, welch
from helpers.analysis.campaigns.segments import compare_lifts, measure_segments
from tests.analysis.campaigns.samples import CONTROL, people, spending


def drawn(seed: int, *lifts: float, n: int = 400) -> pd.DataFrame:
    """A segment for each lift in the rate at which customers spend."""
    rng = np.random.default_rng(seed)
    parts = [
        people({"call": spending(rng, n, 0.2 + lift), CONTROL: spending(rng, n, 0.2)}, segment=f"s{i}", cost=1.5)
        for i, lift in enumerate(lifts)
    ]
    return pd.concat(parts, ignore_index=True)


def test_cochrans_q_by_hand_and_as_statsmodels_has_it() -> None:
    """Lifts of 1 and 3, errors of 1: mean 2, Q = 1 + 1 = 2 on one degree of freedom, p .157."""
    assert compare_lifts(np.array([1.0, 3.0]), np.array([1.0, 1.0])) == pytest.approx((2, 0.1573), abs=1e-4)
    lifts, errors = np.array([0.5, 2.0, 1.0, 4.0]), np.array([0.4, 1.0, 0.3, 1.5])
    theirs = combine_effects(lifts, errors**2, method_re="chi2")
    q, p_value = compare_lifts(lifts, errors)
    assert q == pytest.approx(theirs.q)
    assert p_value == pytest.approx(stats.chi2.sf(theirs.q, 3))


def test_segments_are_sharpened_as_the_whole_is() -> None:
    """Each spends what it spent before, and 2 more if called: the lift is 2 in either, whoever was called by chance."""
    rng = np.random.default_rng(1)
    parts = []
    for name, mean in (("s0", 10.0), ("s1", 40.0)):
        before = rng.gamma(2, mean, 100)
        sides = {"call": before[:50] + 2, CONTROL: before[50:]}
        parts.append(people(sides, segment=name, pre_spend=before, pre_orders=0.0))
    frame = pd.concat(parts, ignore_index=True)
    found = measure_segments(frame, "spend").by_segment.set_index("segment")
    assert found["lift"].tolist() == pytest.approx([2, 2], abs=0.3)
    plain = frame.groupby(["segment", "arm"])["spend"].mean().unstack()
    assert found["mean"].tolist() == pytest.approx(plain["call"].tolist())
    assert found["naive_lift"].tolist() == pytest.approx((plain["call"] - plain[CONTROL]).tolist())


def test_nothing_bought_yet_tells_nothing_of_segments() -> None:
    frame = drawn(0, 0.0, 0.3).assign(spend=0.0)
    assert measure_segments(frame, "spend").by_segment.empty
    frame.loc[0, "spend"] = 1.0
    assert len(measure_segments(frame, "spend").by_segment) == 2


def test_of_two_segments_the_surest_is_not_the_least() -> None:
    """The narrow interval both begins highest and ends lowest."""
    rng = np.random.default_rng(2)
    sides = [(rng.normal(0, 30, 40), rng.normal(0, 30, 40)), (rng.normal(1, 1, 400), rng.normal(0, 1, 400))]
    frame = pd.concat(
        [people({"call": a, CONTROL: b}, segment=f"s{i}") for i, (a, b) in enumerate(sides)], ignore_index=True
    )
    row = measure_segments(frame, "spend").interaction.iloc[0]
    assert {row["best"], row["worst"]} == {"s0", "s1"}


def test_each_segment_meets_its_own_control_at_a_level_for_all() -> None:
    frame = drawn(0, 0.0, 0.3, 0.1)
    found = measure_segments(frame, "spend", revenue="spend").by_segment.set_index("segment")
    part = frame[frame["segment"] == "s1"]
    arms = [Sample(part.loc[part["arm"] == arm, "spend"].to_numpy()) for arm in ("call", CONTROL)]
    by_hand = welch(*arms, 1 - 0.05 / 3)
    assert (found.loc["s1", "low"], found.loc["s1", "high"]) == pytest.approx((by_hand.low, by_hand.high))
    assert found.loc["s1", "interval"] == "Welch"
    assert found["n"].tolist() == found["control_n"].tolist() == [400] * 3
    assert found["customers"].sum() * 2 == len(frame)
    assert found["cost"].tolist() == [600] * 3
    assert found["p_adjusted"].max() <= 1
    assert (found["p_adjusted"] >= found["p_value"]).all()
    assert set(found["evidence"]) == {"random test"}
    assert found["is_revenue"].all()


def test_lifts_that_differ_are_told_and_lifts_that_do_not_are_not() -> None:
    differs = measure_segments(drawn(1, 0.0, 0.4, 0.0), "spend").interaction.iloc[0]
    assert differs["differs"]
    assert (differs["best"], differs["segments"]) == ("s1", 3)
    assert differs["worst"] in ("s0", "s2")
    same = measure_segments(drawn(2, 0.15, 0.15, 0.15), "spend")
    assert not same.interaction["differs"].any()
    mean = (same.by_segment["lift"]).mean()
    assert same.interaction["lift"].tolist() == pytest.approx([mean])


def test_chance_alone_is_seldom_taken_for_a_difference() -> None:
    """200 campaigns of one lift for all six segments, of different spend: about one in twenty may look otherwise."""
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(200):
        lifts, errors = [], []
        for rate in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5):
            a, b = spending(rng, 300, rate), spending(rng, 300, rate)
            lifts.append(a.mean() - b.mean())
            errors.append(np.sqrt(a.var(ddof=1) / 300 + b.var(ddof=1) / 300))
        found += compare_lifts(np.array(lifts), np.array(errors))[1] < 0.05
    assert 2 <= found <= 20


def test_small_segments_take_no_part_in_the_comparison() -> None:
    frame = pd.concat([drawn(0, 0.0, 0.0), drawn(1, 0.5, n=29).assign(segment="small")], ignore_index=True)
    found = measure_segments(frame, "spend")
    assert found.interaction["segments"].tolist() == [2]
    assert "small" in set(found.by_segment["segment"])
    enough = pd.concat([drawn(0, 0.0, 0.0), drawn(1, 0.5, n=30).assign(segment="small")], ignore_index=True)
    assert measure_segments(enough, "spend").interaction["segments"].tolist() == [3]


def test_a_segment_without_customers_left_out_keeps_its_row() -> None:
    frame = drawn(0, 0.0, 0.0, 0.0, n=40)
    frame = frame[(frame["segment"] != "s2") | (frame["arm"] == "call")]
    row = measure_segments(frame, "spend").by_segment.set_index("segment").loc["s2"]
    assert (row["n"], row["control_n"]) == (40, 0)
    assert row[["control_mean", "lift", "low", "p_value", "relative_lift"]].isna().all()


def test_one_segment_broken_draws_and_everyone_else_have_no_rows() -> None:
    frame = drawn(0, 0.0, 0.2, n=40)
    assert measure_segments(frame.assign(segment="All customers"), "spend").by_segment.empty
    for found in (
        measure_segments(frame, "spend", broken=["spring"]),
        measure_segments(frame.assign(control="everyone else"), "spend"),
        measure_segments(frame.head(0), "spend"),
        measure_segments(frame, ""),
    ):
        assert found.by_segment.empty and found.interaction.empty


def test_rates_have_newcombes_interval_by_segment_too() -> None:
    frame = drawn(0, 0.0, 0.2, n=40)
    found = measure_segments(frame.assign(visit=(frame["spend"] > 0).astype(float)), "visit").by_segment
    assert set(found["interval"]) == {"Newcombe"}
    assert not found["is_revenue"].any()
