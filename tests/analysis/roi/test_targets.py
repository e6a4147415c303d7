"""Targets missed and what could become of a group, at the limits that have names."""

from math import nan

import numpy as np
import pandas as pd
import pytest
from scipy import special

from helpers.analysis.roi.groupings import START, Grouping
from helpers.analysis.roi.kpis import Kpis
from helpers.analysis.roi.targets import ADVICE_COLUMNS, Targets, advise, groups_now, judge_targets
from helpers.errors import InputError
from tests.analysis.roi.kpi_samples import YEAR, by, figures, left, people, stayed

NONE = Targets(pd.DataFrame({"verdict": []}), {})


def kept(n: int, share: float, revenue: float = 100.0) -> list[tuple[int, dict[str, object]]]:
    many = round(n * share)
    return [stayed(many, revenue), left(n - many, revenue)]


def shops(*sizes: tuple[str, int, float], revenue: float = 100.0) -> tuple[pd.DataFrame, Grouping]:
    c = people(*[part for _, n, share in sizes for part in kept(n, share, revenue)])
    rng = np.random.default_rng(4)
    c["revenue"] *= rng.uniform(0.95, 1.05, len(c))
    return c, by("region", c, *[(name, n) for name, n, _ in sizes])


def verdicts(found: Kpis, targets: dict[str, float]) -> dict[str, str]:
    judged = judge_targets(found, targets).judged
    return dict(zip(judged["segment"], judged["verdict"], strict=True))


def told(c: pd.DataFrame, *groups: Grouping, judged: Targets = NONE, **more: object) -> list[tuple[str, str, str]]:
    advice = advise(figures(c, *groups), judged, c, groups, **more)  # type: ignore[arg-type]
    assert list(advice.columns) == list(ADVICE_COLUMNS)
    return list(zip(advice["advice"], advice["segment"], advice["kpi"], strict=True))


def test_a_target_is_missed_only_by_a_whole_interval() -> None:
    c, groups = shops(("North", 400, 0.6), ("South", 400, 0.78), ("West", 400, 0.9), ("Isle", 20, 0.5))
    found = figures(c, groups)
    assert verdicts(found, {"retention": 0.8}) == {
        **{"All customers": "misses", "North": "misses", "South": "unclear", "West": "meets", "Isle": "too few"}
    }
    # Of churn, less is better.
    assert verdicts(found, {"churn": 0.2}) == verdicts(found, {"retention": 0.8})


def test_intervals_are_widened_for_the_groups_judged_together() -> None:
    """Three groups that are known: 1 - 0.05 / 6 of the normal distribution instead of 0.975."""
    c, groups = shops(("North", 400, 0.6), ("South", 400, 0.78), ("West", 400, 0.9), ("Isle", 20, 0.5))
    found = figures(c, groups)
    judged = judge_targets(found, {"retention": 0.8}).judged.set_index("segment")
    plain = found.of("region", "retention").set_index("segment")
    wider = special.ndtri(1 - 0.05 / 6) / special.ndtri(0.975)
    low = plain.loc["South", "value"] - (plain.loc["South", "value"] - plain.loc["South", "low"]) * wider
    assert judged.loc["South", "low"] == pytest.approx(low)
    assert judged.loc["All customers", "low"] == pytest.approx(found.overall("retention")["low"])


def test_without_targets_fixed_groups_are_held_against_the_average() -> None:
    c, region = shops(("North", 400, 0.6), ("South", 400, 0.9))
    value = Grouping("rfm_segment", region.segments, START, region.order)
    judged = judge_targets(figures(c, region, value)).judged
    assert set(judged["segmentation"]) == {"region"}
    known = judged[judged["verdict"] != "too few"].set_index("segment")
    assert known["kpi"].unique().tolist() == ["retention"]
    assert known["against"].unique().tolist() == [0.75]
    assert known["verdict"].to_dict() == {"North": "misses", "South": "meets"}
    assert set(judge_targets(figures(c, region, value), {"retention": 0.8}).judged["segmentation"]) == {
        *("everyone", "region", "rfm_segment")
    }


def test_what_equals_a_target_meets_it_and_is_not_better_than_the_average() -> None:
    c = people(stayed(100, 50.0), stayed(100, 50.0))
    found = figures(c.assign(acquisition_cost=9.0), by("region", c, ("North", 100), ("South", 100)))
    c.loc[:, "first_on"] = pd.Timestamp("2026-01-01")
    won = figures(c.assign(acquisition_cost=9.0), by("region", c, ("North", 100), ("South", 100)))
    assert set(verdicts(won, {"cac": 9.0}).values()) == {"meets"}
    assert set(judge_targets(won).judged.query("kpi == 'cac'")["verdict"]) == {"unclear"}
    assert set(verdicts(found, {"average_order": 25.0}).values()) == {"meets"}
    assert set(verdicts(found, {"average_order": 25.01}).values()) == {"misses"}


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ({"retentoin": 0.8}, "retentoin"),
        ({"customers": 10}, "customers"),
        ({"churn": 15.0}, "the target of churn is 15"),
    ],
)
def test_targets_that_cannot_be_are_refused(targets: dict[str, float], said: str) -> None:
    c, groups = shops(("North", 40, 0.5), ("South", 40, 0.5))
    with pytest.raises(InputError, match=said):
        judge_targets(figures(c, groups), targets)
    judge_targets(figures(c, groups), {"churn": 1.0, "cac": 50.0})


def test_a_missed_target_is_to_be_watched() -> None:
    c, groups = shops(("North", 400, 0.6), ("South", 400, 0.9))
    judged = judge_targets(figures(c, groups), {"retention": 0.8})
    assert ("watch", "North", "retention") in told(c, groups, judged=judged)
    assert not any(row[1] == "South" and row[0] == "watch" for row in told(c, groups, judged=judged))


def test_groups_shown_to_be_alike_may_be_merged() -> None:
    """A and B keep 80 and 81 in 100 of 2,000 each and bring the same; C keeps 60. Too few customers show nothing."""
    c, groups = shops(("A", 2_000, 0.8), ("B", 2_000, 0.81), ("C", 2_000, 0.6))
    assert [row for row in told(c, groups) if row[0] == "merge"] == [("merge", "A + B", "retention")]
    few, small = shops(("A", 60, 0.8), ("B", 60, 0.8))
    assert [row for row in told(few, small) if row[0] == "merge"] == []


def test_groups_that_are_treated_differently_are_not_merged() -> None:
    c, groups = shops(("A", 2_000, 0.8), ("B", 2_000, 0.8))
    now = pd.DataFrame({"region": ["A", "B"], "customers": [2_000, 2_000], "action": ["Call", "Write"]})
    alike = groups_now(now.assign(action="Call"), "region", "action")
    assert ("merge", "A + B") in [row[:2] for row in told(c, groups, now={"region": alike})]
    apart = groups_now(now, "region", "action")
    assert [row for row in told(c, groups, now={"region": apart}) if row[0] == "merge"] == []


@pytest.mark.parametrize(("revenue", "merged"), [(122.0, True), (123.0, False)])
def test_amounts_are_alike_within_a_fifth_of_their_mean(revenue: float, merged: bool) -> None:
    """100 and 122 differ by 22, and a fifth of 111 is 22.2; 23 are more than a fifth of 111.5."""
    c = people(stayed(2_000, 100.0), stayed(2_000, revenue))
    groups = by("region", c, ("A", 2_000), ("B", 2_000))
    assert any(row[0] == "merge" for row in told(c, groups)) == merged
    # One figure alone is not enough to tell that two groups are alike.
    assert told(c.assign(revenue=nan, orders=nan), groups) == []


def test_the_difference_of_a_merger_is_its_far_end() -> None:
    """Two one-sided tests: the difference and 1.645 standard errors, against ten points."""
    c, groups = shops(("A", 2_000, 0.8), ("B", 2_000, 0.8))
    row = advise(figures(c, groups), NONE, c, [groups]).set_index("advice").loc["merge"]
    lengths = figures(c, groups).of("region", "retention").set_index("segment").eval("(high - low) / 2 / 1.959964")
    assert row["value"] == pytest.approx(1.6448536 * np.sqrt((lengths**2).sum()), rel=1e-5)
    assert row["against"] == 0.1


@pytest.mark.parametrize(
    ("sizes", "dropped"),
    [
        ((1_000, 29), ("drop", "B", "customers")),
        ((1_000, 30), None),
        ((1_471, 30), ("drop", "B", "customer_share")),  # 30 of 1,501 are less than 2 in 100
        ((1_470, 30), None),
    ],
)
def test_a_group_too_small_may_be_dropped(sizes: tuple[int, int], dropped: tuple[str, str, str] | None) -> None:
    c, groups = shops(("A", sizes[0], 0.8), ("B", sizes[1], 0.8))
    found = [row for row in told(c, groups) if row[0] == "drop"]
    assert found == ([dropped] if dropped else [])


@pytest.mark.parametrize(("spend_share", "dropped"), [(0.0199, 1), (0.02, 0), (nan, 1)])
@pytest.mark.parametrize("customers", [29, 31])
def test_few_customers_who_bring_much_are_not_dropped(spend_share: float, dropped: int, customers: int) -> None:
    c, groups = shops(("A", 1_000, 0.8), ("B", 20, 0.8))
    table = pd.DataFrame({"region": ["A", "B"], "customers": [2_000, customers], "spend_share": [0.9, spend_share]})
    now = {"region": groups_now(table, "region")}
    assert len([row for row in told(c, groups, now=now) if row[0] == "drop"]) == dropped


def test_small_is_told_by_todays_customers_where_they_are_known() -> None:
    c, groups = shops(("A", 1_000, 0.8), ("B", 20, 0.8))
    now = {"region": pd.DataFrame({"segment": ["A", "B", "C"], "customers": [900, 90, 0], "plan": ""})}
    assert [row for row in told(c, groups, now=now) if row[0] == "drop"] == []


def test_a_large_group_that_leans_on_few_may_be_split() -> None:
    """In A the best tenth brings 7,000 of 10,600 or 66 in 100, among all customers 49."""
    c = people(stayed(70, 1_000.0), stayed(630, 57.0), stayed(1_000, 100.0))
    groups = by("region", c, ("A", 700), ("B", 1_000))
    row = advise(figures(c, groups), NONE, c, [groups]).set_index("advice").loc["split"]
    assert row[["segment", "kpi", "against"]].tolist() == ["A", "top_tenth_share", 0.6]
    assert row["value"] == pytest.approx(70_000 / (70_000 + 630 * 57))
    # Where all customers lean on few as much, the group is no special case; nor is one of fewer than three in ten.
    alone = people(stayed(70, 1_000.0), stayed(630, 57.0), stayed(70, 1_000.0), stayed(630, 57.0))
    assert told(alone, by("region", alone, ("A", 700), ("B", 700)))[0][0] != "split"
    small = people(stayed(70, 1_000.0), stayed(630, 57.0), stayed(1_634, 100.0))
    assert all(row[0] != "split" for row in told(small, by("region", small, ("A", 700), ("B", 1_634))))


def test_a_large_group_whose_customers_stay_by_an_attribute_may_be_split() -> None:
    """In the north, trade customers keep 90 in 100 and private ones 60, of 200 each; of 99 each nothing is said."""
    for n, split in ((200, True), (99, False)):
        c = people(*kept(n, 0.9), *kept(n, 0.6), *kept(n, 0.75))
        region = by("region", c, ("North", 2 * n), ("South", n))
        kind = by("kind", c, ("Trade", n), ("Private", n), ("Other", n))
        advice = advise(figures(c, region, kind), NONE, c, [region, kind])
        rows = advice[(advice["advice"] == "split") & (advice["segment"] == "North")]
        assert len(rows) == split
        if split:
            assert rows["why"].iloc[0] == "retention is another by kind: least in Private, most in Trade"
            assert rows["value"].iloc[0] == pytest.approx(0.3)


@pytest.mark.parametrize(("most", "split"), [(1_350.0, True), (1_349.0, False)])
def test_a_group_leans_on_few_from_six_tenths_on(most: float, split: bool) -> None:
    c = people(stayed(70, most), stayed(630, 100.0), stayed(1_000, 100.0))
    found = told(c, by("region", c, ("A", 700), ("B", 1_000)))
    assert any(row == ("split", "A", "top_tenth_share") for row in found) == split


@pytest.mark.parametrize(("least", "split"), [(0.75, True), (0.755, False)])
def test_retention_inside_a_group_is_apart_from_fifteen_points_on(least: float, split: bool) -> None:
    c = people(*kept(2_000, 0.9), *kept(2_000, least), *kept(2_000, 0.82))
    region = by("region", c, ("North", 4_000), ("South", 2_000))
    kind = by("kind", c, ("Trade", 2_000), ("Private", 2_000), ("Other", 2_000))
    assert any(row == ("split", "North", "retention") for row in told(c, region, kind)) == split


def test_where_nothing_is_clear_nothing_is_proposed() -> None:
    c, groups = shops(("A", 100, 0.8), ("B", 100, 0.7))
    assert told(c, groups) == []


def test_groups_of_a_table_that_was_not_saved() -> None:
    assert groups_now(pd.DataFrame(), "rfm_segment", "objective").empty
    assert groups_now(pd.DataFrame({"rfm_segment": ["a"], "customers": [1]}), "rfm_segment", "objective").empty
    assert groups_now(pd.DataFrame({"cluster": ["a"], "customers": [1]}), "cluster")["plan"].tolist() == [""]


def test_a_period_that_tells_nobody_has_no_targets_to_miss() -> None:
    c, groups = shops(("A", 100, 0.8), ("B", 100, 0.7))
    judged = judge_targets(figures(c.assign(revenue=nan), groups, period=YEAR), {"margin_per_customer": 5.0})
    assert set(judged.judged["verdict"]) == {"too few"}
