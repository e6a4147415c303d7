"""Rates of what they say, cohorts without made-up zeros, and stays that end where they do."""

from datetime import date
from math import inf, nan

import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from helpers.analysis.lifecycle.groups import Lifecycle
from helpers.analysis.lifecycle.retention import (
    choose_window,
    cohort_grid,
    compare_cohorts,
    measure_rates,
    measure_stays,
)
from helpers.analysis.lifecycle.thresholds import Thresholds
from helpers.analysis.lifecycle.transitions import Transitions

AS_OF = date(2026, 6, 30)
NEXT = pd.DataFrame(
    {"order": [1, 2], "customers": [80, 40], "share": [0.6, 0.7], "low": [0.5, 0.6], "high": [0.7, 0.8]}
)
CUTS = Thresholds(3, 5, 100.0, nan, pd.DataFrame(), NEXT, 90)


def life(groups: list[str], orders: list[int], known: bool = True, of_visits: bool = False) -> Lifecycle:
    customers = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(len(groups))],
            "lifecycle_group": groups,
            "orders": orders,
            "first_on": pd.Timestamp("2026-01-01"),
            "last_on": pd.Timestamp("2026-03-02"),
        }
    )
    return Lifecycle(customers, pd.DataFrame(), of_visits, known)


def moves(rows: list[tuple[str, str, int]], periods: int = 12) -> Transitions:
    frame = pd.DataFrame(rows, columns=["from_status", "to_status", "customers"])
    over = frame.assign(since=pd.Timestamp("2025-06-30"), until=pd.Timestamp("2026-06-30"))
    return Transitions(frame, over, pd.DataFrame(), pd.DataFrame(), "month", periods, 12)


MOVES = moves(
    [
        ("new", "active", 100),
        ("lead", "dormant", 3),
        ("active", "dormant", 8),
        ("active", "active", 20),
        ("loyal", "dormant", 2),
        ("high value", "high value", 10),
        ("dormant", "active", 4),
        ("dormant", "loyal", 1),
        ("dormant", "dormant", 15),
    ]
)
LIFE = life(["lead", "active", "loyal", "dormant", "dormant"], [0, 1, 5, 2, 1])


class TestRates:
    table = measure_rates(LIFE, CUTS, (40, 10), 30, MOVES).table.set_index("rate")

    @pytest.mark.parametrize(
        ("rate", "part", "whole"),
        [("repeat_purchase", 2, 4), ("retention", 10, 40), ("dormancy", 2, 4), ("churn", 10, 40), ("revival", 5, 20)],
    )
    def test_counted_with_their_intervals(self, rate: str, part: int, whole: int) -> None:
        row = self.table.loc[rate]
        assert row[["value", "numerator", "denominator"]].tolist() == [part / whole, part, whole]
        expected = proportion_confint(part, whole, method="wilson")
        assert (row["low"], row["high"]) == pytest.approx(expected, abs=1e-9)

    def test_the_second_order_is_an_estimate(self) -> None:
        row = self.table.loc["second_order"]
        assert row[["value", "low", "high", "denominator"]].tolist() == [0.6, 0.5, 0.7, 80]
        assert pd.isna(row["numerator"]) and "within 90 days" in row["definition"]

    def test_definitions_name_days(self) -> None:
        assert self.table.loc["churn", "definition"] == (
            "customers dormant on 30 June 2026, of those who were not on 30 June 2025"
        )
        assert "in the last 30 days" in self.table.loc["retention", "definition"]

    def test_what_is_not_known_is_not_there(self) -> None:
        blind = measure_rates(life(["active"], [1], known=False), CUTS, (0, 0), 30, MOVES)
        assert blind.table["rate"].tolist() == ["repeat_purchase", "second_order", "retention"]
        assert pd.isna(blind.table.set_index("rate").loc["retention", "value"])
        short = measure_rates(LIFE, CUTS, (4, 1), 30, moves([], periods=0))
        assert (short.periods, list(short.table["rate"])[-1]) == (0, "dormancy")

    def test_churn_is_over_a_year_at_most(self) -> None:
        assert measure_rates(LIFE, CUTS, (4, 1), 30, MOVES).periods == 12
        assert measure_rates(LIFE, CUTS, (4, 1), 30, moves([("active", "active", 1)], 7)).periods == 7
        assert measure_rates(LIFE, CUTS, (4, 1), 30, moves([("active", "active", 1)], 20)).periods == 12

    def test_browsers_cannot_churn(self) -> None:
        found = measure_rates(LIFE, CUTS, (4, 1), 30, moves([("browser", "dormant", 9), ("active", "active", 1)]))
        assert found.table.set_index("rate").loc["churn", ["numerator", "denominator"]].tolist() == [0, 1]

    def test_no_first_order_to_tell_of(self) -> None:
        cuts = Thresholds(3, 5, 100.0, nan, pd.DataFrame(), NEXT.iloc[:0], 90)
        row = measure_rates(LIFE, cuts, (4, 1), 30, MOVES).table.set_index("rate").loc["second_order"]
        assert row[["value", "low", "high", "denominator"]].isna().all()

    def test_visits_are_called_so(self) -> None:
        table = measure_rates(life(["active"], [2], of_visits=True), CUTS, (4, 1), 30, MOVES).table
        assert "came" in table["definition"].iloc[0] and "order" not in table["definition"].iloc[0]

    @pytest.mark.parametrize(("gap", "days"), [(45, 30), (46, 91), (135, 91), (136, 365), (nan, 91), (inf, 365)])
    def test_the_window_follows_the_usual_gap(self, gap: float, days: int) -> None:
        assert choose_window(gap) == days


def activity(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["cohort", "active_in", "active"])
    return frame.assign(cohort=pd.to_datetime(frame["cohort"]), active_in=pd.to_datetime(frame["active_in"]))


class TestCohorts:
    def test_zeros_where_a_period_is_over_and_none_for_the_future(self) -> None:
        rows = [("2026-03-01", "2026-03-01", 10), ("2026-03-01", "2026-05-01", 4), ("2026-06-01", "2026-06-01", 7)]
        grid = cohort_grid(activity(rows), AS_OF, "month")
        assert grid[["period", "customers", "active", "retention"]].values.tolist() == [
            [0, 10, 10, 1.0],
            [1, 10, 0, 0.0],
            [2, 10, 4, 0.4],
            [3, 10, 0, 0.0],
            [0, 7, 7, 1.0],
        ]
        assert grid["cohort"].iloc[-1] == pd.Timestamp("2026-06-01")
        assert len(cohort_grid(activity(rows), date(2026, 6, 29), "month")) == 3

    def test_quarters_and_years(self) -> None:
        rows = [("2025-01-01", "2025-01-01", 8), ("2025-01-01", "2025-10-01", 2)]
        grid = cohort_grid(activity(rows), AS_OF, "quarter")
        assert grid["retention"].tolist() == [1.0, 0, 0, 0.25, 0, 0]
        assert cohort_grid(activity(rows[:1]), AS_OF, "year")["period"].tolist() == [0]

    def test_no_period_is_over(self) -> None:
        grid = cohort_grid(activity([]), AS_OF, "month")
        assert grid.columns.tolist() == ["cohort", "period", "customers", "active", "retention"] and grid.empty
        assert compare_cohorts(grid).cohorts == 0

    @staticmethod
    def grid(back: list[int], customers: int = 100) -> pd.DataFrame:
        starts = pd.date_range("2025-01-01", periods=len(back), freq="MS")
        rows = [
            (s, p, customers, customers if p == 0 else b) for s, b in zip(starts, back, strict=True) for p in (0, 1)
        ]
        return pd.DataFrame(rows, columns=["cohort", "period", "customers", "active"])

    def test_later_against_earlier_without_the_first_third(self) -> None:
        trend = compare_cohorts(self.grid([90, 90, 30, 40, 20, 10]))
        assert (trend.early, trend.late, trend.cohorts, trend.customers) == (0.35, 0.15, 4, 400)
        low, high = confint_proportions_2indep(30, 200, 70, 200, method="newcomb")
        assert (trend.low, trend.difference, trend.high) == pytest.approx((low, -0.2, high), abs=1e-9)

    def test_the_middle_cohort_is_early(self) -> None:
        trend = compare_cohorts(self.grid([0, 0, 0, 10, 20, 30, 40, 50]))
        assert (trend.early, trend.late) == (0.2, 0.45)

    def test_too_few_cohorts(self) -> None:
        trend = compare_cohorts(self.grid([1, 2, 3, 4, 5]))
        assert trend.cohorts == 3 and pd.isna(trend.early) and pd.isna(trend.difference)


class TestStays:
    life = life(["dormant", "active", "active", "lead"], [2, 2, 2, 0])
    rhythm = pd.DataFrame({"customer_id": ["c0", "c1", "c2"], "late": [0.95, 0.3, nan]})
    channels = pd.DataFrame({"customer_id": ["c0", "c1", "c9"], "channel": ["fair", "web", "web"]})

    def test_how_long_each_was_seen(self) -> None:
        stays = measure_stays(self.life, self.rhythm, self.channels, AS_OF)
        days = (stays.months * 365.25 / 12).round().tolist()
        assert days == [60, 180, 60], "the last of whom it is not known whether he is late"
        assert stays.ended.tolist() == [True, False, False]

    def test_groups_where_there_are_two(self) -> None:
        stays = measure_stays(self.life, self.rhythm, self.channels, AS_OF)
        assert (stays.grouping, stays.groups is not None and stays.groups.tolist()[:2]) == ("channel", ["fair", "web"])
        one = measure_stays(self.life, self.rhythm, self.channels.iloc[1:], AS_OF)
        assert (one.grouping, one.groups) == ("all", None)
