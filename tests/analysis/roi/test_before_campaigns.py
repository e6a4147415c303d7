"""Campaigns by before and after, beside the lift that was measured."""

import math

import pandas as pd
import pytest

from helpers.analysis.roi.before_campaigns import NAIVE, naive_campaigns, revenue_lift


def contacts(*rows: tuple[str, str, int, float, float, float]) -> pd.DataFrame:
    out = [("Spring", "Held out", 40, 100, 150, 400)] if all(row[1] != "Held out" for row in rows) else []
    frame = pd.DataFrame(
        [*rows, *out], columns=["campaign", "arm", "customers", "before", "after", "variance_of_change"]
    )
    return frame.assign(control="Held out")


def lift(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["campaign", "arm", "lift", "low", "high"])


def test_a_season_is_taken_for_a_campaign() -> None:
    """Everyone spends 50 more in spring, those contacted 2 more than the others."""
    sums = contacts(("Spring", "Email", 400, 100, 152, 400), ("Spring", "Held out", 400, 100, 150, 400))
    found = naive_campaigns(sums, lift(("Spring", "Email", 2, -1, 5))).iloc[0]
    assert (found["naive"], found["left_out_change"], found["overstated"]) == (52, 50, 50)
    assert (found["naive_low"], found["naive_high"]) == pytest.approx((52 - 1.959964, 52 + 1.959964), rel=1e-5)
    assert found["verdict"] == "overstates"
    assert tuple(found.index) == NAIVE


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(51, 60, "within chance"), (55, 60, "understates"), (0, 50, "overstates"), (math.nan, math.nan, "too few")],
)
def test_verdict(low: float, high: float, verdict: str) -> None:
    sums = contacts(("Spring", "Email", 400, 100, 152, 400))
    found = naive_campaigns(sums, lift(("Spring", "Email", (low + high) / 2, low, high))).iloc[0]
    assert found["verdict"] == verdict
    assert found["left_out_change"] == 50


@pytest.mark.parametrize(("customers", "known"), [(30, True), (29, False)])
def test_few(customers: int, known: bool) -> None:
    sums = contacts(("Spring", "Email", customers, 100, 152, 400))
    found = naive_campaigns(sums, lift(("Spring", "Email", 2, -1, 5))).iloc[0]
    assert math.isnan(found["naive_low"]) is not known


def test_only_arms_that_both_know() -> None:
    sums = contacts(("Spring", "Email", 40, 1, 2, 3), ("Autumn", "Post", 40, 1, 2, 3))
    found = naive_campaigns(sums, lift(("Spring", "Email", 1, 0, 2), ("Summer", "Call", 1, 0, 2)))
    assert list(found["campaign"]) == ["Spring"]
    assert naive_campaigns(sums, pd.DataFrame()).empty
    assert naive_campaigns(sums.iloc[:0], lift(("Spring", "Email", 1, 0, 2))).empty


def test_the_lift_in_revenue() -> None:
    table = lift(("Spring", "Email", 1, 0, 2), ("Spring", "Email", 3, 0, 4)).assign(metric=["visit", "spend"])
    assert list(revenue_lift(table, "spend")["lift"]) == [3]
    assert list(revenue_lift(table.assign(is_revenue=[True, False]), "spend")["lift"]) == [1]
    assert list(revenue_lift(table.assign(is_revenue=[False, pd.NA]), "spend")["lift"]) == [3]
    assert revenue_lift(pd.DataFrame(), "spend").empty
    weak = table.assign(evidence=["random test", "before and after"])
    assert revenue_lift(weak, "spend").empty
    assert list(revenue_lift(weak, "visit")["lift"]) == [1]
    assert revenue_lift(table.assign(is_revenue=True), "spend")["arm"].is_unique


def test_against_everyone_else_there_is_nothing_to_set_it_beside() -> None:
    sums = contacts(("Spring", "Email", 400, 100, 152, 400)).assign(control="everyone else")
    assert naive_campaigns(sums, lift(("Spring", "Email", 2, -1, 5))).empty
