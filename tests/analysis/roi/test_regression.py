"""What would have come anyway: textbook regression to the mean, and populations in which nobody did anything."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.analysis.roi import regression
from helpers.analysis.roi.before_periods import Periods, choose_periods
from helpers.analysis.roi.regression import CameAnyway, choose_high_value, expected_follow_up, expected_regression
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
YEARS = choose_periods([], [], AS_OF, date(2023, 10, 1), AS_OF)
HALVES = choose_periods(["2025-10-01", "2026-03-31"], ["2026-04-01", "2026-09-30"], AS_OF, date(2023, 10, 1), AS_OF)
ALONE = choose_periods(["2025-10-01", "2026-03-31"], ["2026-04-01", "2026-09-30"], AS_OF, date(2025, 10, 1), AS_OF)


def frame(periods: Periods, **spend: np.ndarray) -> pd.DataFrame:
    """Spend by window; those not given are as long ago as nobody remembers."""
    n = len(next(iter(spend.values())))
    return pd.DataFrame({f"spend_{name}": spend.get(name, np.zeros(n)) for name in periods.windows})


def row(found: CameAnyway, group: str, comparison: str) -> pd.Series:
    return found.rows.set_index(["group", "comparison"]).loc[(group, comparison)]


class TestTextbook:
    def test_follow_up(self) -> None:
        """Galton's rule: a father 10 above the mean of 60, at a correlation of .5, has sons 5 above."""
        assert expected_follow_up(70, 60, 0.5) == 65
        assert expected_follow_up(70, 60, 0) == 60

    @pytest.mark.parametrize("correlation", [0, 0.3, 0.5, 0.9, 1])
    def test_above_a_cut_by_the_truncated_normal(self, correlation: float) -> None:
        """Mean 60, deviation 15 (the setting of Barnett's published code), cut at 80: those above it average
        what scipy's truncated normal says, and fall back by (1 - r) of the way to the mean."""
        above = stats.truncnorm((80 - 60) / 15, np.inf, 60, 15).mean()
        fall = expected_regression(60, 15, correlation, 80)
        assert fall == pytest.approx((1 - correlation) * (above - 60))
        assert above - fall == pytest.approx(expected_follow_up(above, 60, correlation))

    def test_by_hand(self) -> None:
        """z = 4/3: phi .16401, upper tail .09121, so C(z) = 1.7981; half of 15 times that is 13.486."""
        assert expected_regression(60, 15, 0.5, 80) == pytest.approx(13.486, abs=0.001)

    def test_as_it_happens(self) -> None:
        rng = np.random.default_rng(7)
        level = rng.normal(0, math.sqrt(0.6), 400_000)
        first, second = (60 + 15 * (level + rng.normal(0, math.sqrt(0.4), 400_000)) for _ in range(2))
        chosen = first > 80
        assert (first - second)[chosen].mean() == pytest.approx(expected_regression(60, 15, 0.6, 80), rel=0.02)

    @pytest.mark.parametrize(("deviation", "correlation"), [(0, 0.5), (-1, 0.5), (1, 1.01), (1, -1.01)])
    def test_refused(self, deviation: float, correlation: float) -> None:
        with pytest.raises(InputError, match="is impossible"):
            expected_regression(0, deviation, correlation, 1)


class TestNobodyDidAnything:
    """Customers with a level of their own and chance around it; in three years nothing changes."""

    @staticmethod
    def found(seed: int, growth: float = 1.0, lift: float = 1.0, n: int = 4_000) -> CameAnyway:
        rng = np.random.default_rng(seed)
        level = rng.gamma(2, 50, n)
        first, second, third = (rng.poisson(level * growth**year).astype(float) for year in range(3))
        noise = [rng.lognormal(-0.18, 0.6, n) for _ in range(3)]
        first, second, third = (spend * by for spend, by in zip((first, second, third), noise, strict=True))
        spend = {"year_before": first, "year_after": second, "before": second, "after": third * lift}
        return regression.came_anyway(frame(YEARS, **spend), YEARS)

    @pytest.mark.parametrize("seed", range(4))
    def test_the_best_fall_and_the_others_rise(self, seed: int) -> None:
        found = self.found(seed)
        raw = row(found, "High-value customers", "now")
        assert raw["share_high"] < -0.1, "the plain comparison is sure that the best spend less"
        others = row(found, "Other buyers", "now")
        assert others["share_low"] > 0.03, "and that the others spend more"
        assert row(found, "High-value customers", "left to explain")["verdict"] == "unclear"

    def test_nothing_is_left_to_explain_as_often_as_it_should(self) -> None:
        """The bounds are 95%: fewer than 53 of 60 that hold zero come by chance once in 50 such tests."""
        left = pd.concat([self.found(seed).rows.query("comparison == 'left to explain'") for seed in range(60)])
        holds = (left["share_low"] < 0) & (left["share_high"] > 0)
        assert (holds.groupby(left["group"]).sum() >= 53).all()
        assert holds.mean() < 0.995, "nor is it so wide that it always does"

    def test_growth_comes_anyway(self) -> None:
        found = self.found(1, growth=1.2)
        assert row(found, "All customers", "now")["change_share"] == pytest.approx(0.2, abs=0.03)
        assert row(found, "All customers", "left to explain")["verdict"] == "unclear"

    def test_what_was_done_is_left(self) -> None:
        """A tenth more in the last year, for everyone: the best still seem to spend less."""
        found = self.found(2, lift=1.1, n=20_000)
        assert row(found, "High-value customers", "now")["change_share"] < 0
        left = row(found, "High-value customers", "left to explain")
        assert left["share_low"] > 0
        assert left["verdict"] == "above"
        assert row(found, "All customers", "left to explain")["change_share"] == pytest.approx(0.1, abs=0.02)


def test_by_hand() -> None:
    """Ten buyers, of whom the two best spent 100 and 90; they spend 80 and 60 after. A newcomer spends 30."""
    before = np.array([100.0, 90, 10, 10, 10, 10, 10, 10, 10, 10, 0])
    after = np.array([80.0, 60, 95, 10, 10, 10, 10, 10, 10, 0, 30])
    found = regression.came_anyway(frame(ALONE, before=before, after=after), ALONE)
    best = row(found, "High-value customers", "now")
    assert (best["customers"], best["before"], best["after"], best["change"]) == (2, 95, 70, -25)
    assert best["change_share"] == pytest.approx(-50 / 190)
    assert best["verdict"] == "too few"
    assert math.isnan(best["share_low"])
    new = row(found, "No purchase before", "now")
    assert (new["customers"], new["change"]) == (1, 30)
    assert math.isnan(new["change_share"])
    # Eleven bought in either: 270 before, 325 after. Of the two best, the second is overtaken by 95.
    everyone = row(found, "All customers", "now")
    assert everyone["change_share"] == pytest.approx(325 / 270 - 1)
    assert found.moves.iloc[0].to_dict() == {
        "comparison": "now",
        "high_value": 2,
        "left": 1,
        "left_share": 0.5,
        "entered": 1,
    }
    assert found.against == ""
    assert not found.expected


@pytest.mark.parametrize(("n", "verdict"), [(30, "below"), (29, "too few")])
def test_thirty_are_enough(n: int, verdict: str) -> None:
    before = np.repeat([100.0, 1.0], [n, 4 * n]) + np.arange(5 * n) / 1_000
    found = regression.came_anyway(frame(ALONE, before=before, after=before * 0.5), ALONE)
    assert row(found, "High-value customers", "now")["verdict"] == verdict


def test_the_same_seasons_go_first() -> None:
    """Half-years: the period earlier is another season, the year earlier is not."""
    rng = np.random.default_rng(1)
    names = ("before", "after", "placebo_before", "placebo_after", "year_before", "year_after")
    spend = {name: rng.gamma(2, 50, 300) for name in names}
    found = regression.came_anyway(frame(HALVES, **spend), HALVES)
    assert found.against == "a year earlier"
    assert found.same_season
    assert set(found.rows["comparison"]) == {"now", "a period earlier", "a year earlier", "left to explain"}
    year, now = (row(found, "All customers", c) for c in ("a year earlier", "now"))
    left = row(found, "All customers", "left to explain")
    assert left["change_share"] == pytest.approx(now["change_share"] - year["change_share"])
    assert left["change"] == pytest.approx(now["change"] - year["change"])
    without = regression.came_anyway(frame(HALVES, **(spend | {"year_before": np.zeros(300)})), HALVES)
    assert without.against == "a period earlier"
    assert not without.same_season


def test_nothing_to_go_by() -> None:
    empty = regression.came_anyway(pd.DataFrame(), Periods(None, None, None))
    assert empty.reason == "two periods of orders"
    assert list(empty.rows.columns) == list(regression.CAME_ANYWAY)
    unpaid = frame(ALONE, before=np.full(5, math.nan), after=np.full(5, math.nan))
    assert regression.came_anyway(unpaid, ALONE).reason == "orders with amounts"
    assert regression.came_anyway(unpaid.iloc[:0], ALONE).rows.empty
    with pytest.raises(InputError, match="top share of 1"):
        regression.came_anyway(unpaid, ALONE, top_share=1)


class TestHighValue:
    def test_equal_spend_is_treated_alike(self) -> None:
        assert list(choose_high_value(np.array([5.0, 5, 5, 1, 0]), 0.25)) == [True, True, True, False, False]

    def test_a_fifth_of_buyers(self) -> None:
        assert choose_high_value(np.array([0.0] * 90 + [float(i) for i in range(1, 11)])).sum() == 2

    def test_nobody_bought(self) -> None:
        assert not choose_high_value(np.zeros(4)).any()
        assert choose_high_value(np.array([1.0, 0.0])).sum() == 1


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=60))
def test_every_customer_is_in_one_group(spent: list[tuple[int, int]]) -> None:
    """And what the groups spent adds up to what all did."""
    before, after = (np.array(side, dtype=float) for side in zip(*spent, strict=True))
    found = regression.came_anyway(frame(ALONE, before=before, after=after), ALONE)
    if not before.any():
        assert found.reason
        return
    rows = found.rows.set_index("group")
    groups = rows.drop(index="All customers")
    everyone = rows.loc["All customers"]
    assert groups["customers"].sum() == everyone["customers"] == ((before > 0) | (after > 0)).sum()
    for side in ("before", "after"):
        total = (groups["customers"] * groups[side].fillna(0)).sum()
        assert total == pytest.approx(everyone["customers"] * everyone[side])
