"""Moves between stages: counted right, and carried on as published chains are."""

from datetime import date
from math import nan

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.lifecycle import transitions
from helpers.analysis.lifecycle.transitions import choose_unit, follow_stages, late_at, period_ends, project, settle
from helpers.errors import InputError

# Grinstead and Snell 1997, Introduction to Probability, examples 11.1 to 11.3: weather in the Land of Oz.
OZ = np.array([[0.5, 0.25, 0.25], [0.5, 0.0, 0.5], [0.25, 0.25, 0.5]])


class TestChains:
    def test_two_days_on(self) -> None:
        assert project(np.array([1.0, 0, 0]), OZ, 2).round(3).tolist() == [0.438, 0.188, 0.375]
        assert project(np.array([0, 1.0, 0]), OZ, 2).round(3).tolist() == [0.375, 0.25, 0.375]

    def test_a_week_on(self) -> None:
        assert project(np.array([0, 1.0, 0]), OZ, 6).round(3).tolist() == [0.4, 0.2, 0.4]

    def test_in_the_long_run(self) -> None:
        assert settle(np.array([0, 1.0, 0]), OZ) == pytest.approx([0.4, 0.2, 0.4], abs=1e-9)

    def test_an_absorbing_chain_ends_where_its_start_leads(self) -> None:
        # Grinstead and Snell, example 11.13: the drunkard's walk from corner 1 of 0 to 4 ends at home 3 times in 4.
        walk = np.diag(np.full(4, 0.5), 1) + np.diag(np.full(4, 0.5), -1)
        walk[0], walk[4] = np.eye(5)[0], np.eye(5)[4]
        assert settle(np.eye(5)[1], walk) == pytest.approx([0.75, 0, 0, 0, 0.25], abs=1e-6)

    def test_a_swinging_chain_settles_on_its_average(self) -> None:
        assert settle(np.array([1.0, 0]), np.array([[0, 1.0], [1, 0]])) == pytest.approx([0.5, 0.5])

    def test_a_stage_without_customers_keeps_to_itself(self) -> None:
        assert transitions.to_shares(np.array([[0, 0], [1, 3]])).tolist() == [[1.0, 0.0], [0.25, 0.75]]


class TestPeriods:
    @pytest.mark.parametrize(
        ("gap", "history", "unit"),
        [
            (45, 5000, "month"),
            (46, 5000, "quarter"),
            (135, 5000, "quarter"),
            (136, 5000, "year"),
            (nan, 5000, "quarter"),
            (60, 729, "month"),
            (60, 730, "quarter"),
            (900, 1824, "quarter"),
            (900, 1825, "year"),
            (900, 100, "month"),
        ],
    )
    def test_as_customers_come(self, gap: float, history: float, unit: str) -> None:
        assert choose_unit(gap, history) == unit

    def test_asked_for(self) -> None:
        assert choose_unit(7, 30, "year") == "year"
        with pytest.raises(InputError, match="auto, month, quarter or year"):
            choose_unit(7, 30, "week")

    def test_ends_are_of_whole_periods(self) -> None:
        ends = period_ends(date(2020, 1, 1), date(2026, 9, 30), "quarter")
        assert [e.isoformat() for e in ends] == ["2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"]
        assert period_ends(date(2020, 1, 1), date(2026, 9, 29), "quarter")[-1] == date(2026, 6, 30)
        assert len(period_ends(date(2020, 1, 1), date(2026, 9, 29), "month")) == 13
        assert len(period_ends(date(2000, 1, 1), date(2026, 9, 29), "year")) == 6

    def test_none_before_the_first_order(self) -> None:
        ends = period_ends(date(2026, 3, 31), date(2026, 9, 30), "quarter")
        assert [e.isoformat() for e in ends] == ["2026-03-31", "2026-06-30", "2026-09-30"]


MARCH, JUNE = pd.Timestamp("2026-03-31"), pd.Timestamp("2026-06-30")
ENDS = [MARCH.date(), JUNE.date()]
# known, first, loyal, high value on; late in March, in June
PEOPLE = {
    "stays lead": ("2025-01-01", None, None, None, False, False),
    "buys": ("2025-01-01", "2026-05-01", None, None, False, False),
    "comes in": (None, "2026-06-30", None, None, False, False),
    "later": ("2026-07-01", "2026-07-01", None, None, False, False),
    "grows": (None, "2026-01-01", "2026-04-01", None, False, False),
    "on the day": (None, "2026-03-31", "2026-03-31", "2026-06-30", False, False),
    "falls": (None, "2025-01-01", "2025-02-01", "2025-03-01", False, True),
    "wakes": (None, "2025-01-01", "2025-02-01", None, True, False),
}
WHO = pd.DataFrame(
    [(n, *map(pd.Timestamp, (d or "NaT" for d in p[:4]))) for n, p in PEOPLE.items()],
    columns=["customer_id", "known_on", "first_on", "loyal_on", "high_value_on"],
)
LATE = pd.DataFrame(
    [(end, n, p[i]) for n, p in PEOPLE.items() for i, end in ((4, MARCH), (5, JUNE))],
    columns=["period_end", "customer_id", "is_late"],
)


class TestMoves:
    found = follow_stages(WHO, LATE, ENDS, "quarter")

    def test_counted(self) -> None:
        moved = self.found.moves[self.found.moves["customers"] > 0].set_index(["from_status", "to_status"])
        assert moved["customers"].to_dict() == {
            ("lead", "lead"): 1,
            ("lead", "active"): 1,
            ("new", "active"): 1,
            ("active", "loyal"): 1,
            ("loyal", "high value"): 1,
            ("high value", "dormant"): 1,
            ("dormant", "loyal"): 1,
        }
        assert moved.loc[("lead", "active"), "share"] == 0.5

    def test_shares_of_a_stage_add_up(self) -> None:
        assert self.found.moves.groupby("from_status")["share"].sum().tolist() == pytest.approx([1.0] * 6)

    def test_customers_in_are_customers_out(self) -> None:
        statuses = self.found.statuses.groupby("period_end")["customers"].sum()
        assert statuses.tolist() == [6, 7]
        assert self.found.moves["customers"].sum() == 7
        assert self.found.heading[["before", "now", "later", "settled"]].sum().tolist() == pytest.approx([1.0] * 4)

    def test_heading(self) -> None:
        rows = self.found.heading.set_index("status")
        assert rows.loc["dormant", ["before", "now"]].tolist() == pytest.approx([1 / 6, 1 / 7])
        assert (self.found.periods, self.found.periods_ahead) == (1, 4)

    def test_over_the_year(self) -> None:
        assert self.found.over_year["since"].unique().tolist() == [MARCH]
        months = [pd.Timestamp(2025, 1, 31) + pd.offsets.MonthEnd(i) for i in range(14)]
        late = pd.DataFrame({"period_end": months, "customer_id": "falls", "is_late": False})
        assert follow_stages(WHO, late, [m.date() for m in months], "month").over_year["since"].iloc[0] == months[1]

    def test_visits_have_names_of_their_own(self) -> None:
        found = follow_stages(WHO, LATE, ENDS, "quarter", of_visits=True)
        assert "browser" in set(found.moves["from_status"]) and "high activity" in set(found.heading["status"])
        assert set(found.statuses["status"]) == {"browser", "active", "loyal", "high activity", "dormant"}

    def test_one_end_shows_no_move(self) -> None:
        found = follow_stages(WHO, LATE, ENDS[1:], "quarter")
        assert found.periods == 0
        assert [len(f) for f in (found.moves, found.over_year, found.heading, found.statuses)] == [0] * 4

    def test_ends_of_which_nothing_is_told_are_passed_over(self) -> None:
        assert follow_stages(WHO, LATE, [date(2025, 12, 31), *ENDS], "quarter").periods == 1


class TestLateThen:
    past = pd.DataFrame({"period_end": [MARCH, JUNE], "buyer": ["a", "a"], "days_since": [30, 90]})
    judged = pd.DataFrame({"is_late": [True, True]})
    today = pd.DataFrame({"customer_id": ["a"], "days_since": [91], "is_late": [False]})

    def test_today_stands_for_itself(self) -> None:
        found = late_at(self.past, self.judged, self.today, JUNE.date())
        assert found.values.tolist() == [[MARCH, "a", True], [JUNE, "a", False]]

    def test_another_day_is_added(self) -> None:
        assert len(late_at(self.past, self.judged, self.today, date(2026, 7, 1))) == 3

    def test_days_by_hand_decide_alone(self) -> None:
        assert late_at(self.past, self.judged, self.today, date(2026, 7, 1), 90)["is_late"].tolist() == [
            False,
            False,
            True,
        ]
