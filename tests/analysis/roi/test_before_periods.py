"""Which periods are compared, which earlier ones stand beside them, and what is refused."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.roi.before_periods import Periods, Span, choose_periods
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
START = date(2023, 10, 1)


def choose(before: list[str], after: list[str], first: date | None = START, last: date | None = AS_OF) -> Periods:
    return choose_periods(before, after, AS_OF, first, last)


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


class TestDefault:
    def test_the_last_year_against_the_one_before(self) -> None:
        found = choose([], [])
        assert found.after == span("2025-10-01", "2026-09-30")
        assert found.before == span("2024-10-01", "2025-09-30")
        assert found.same_season
        assert found.alike
        assert not found.given

    def test_needs_two_years(self) -> None:
        """365 days twice, less the slack of three."""
        assert choose([], [], date(2024, 10, 4)).before == span("2024-10-01", "2025-09-30")
        short = choose([], [], date(2024, 10, 5))
        assert (short.before, short.windows) == (None, {})
        assert not short.alike
        assert not short.same_season
        assert choose([], [], None, None).history is None

    def test_ends_where_the_orders_end(self) -> None:
        after = choose([], [], last=date(2026, 9, 26)).after
        assert after and after.last == date(2026, 9, 26)
        after = choose([], [], last=date(2026, 9, 27)).after
        assert after and after.last == AS_OF

    def test_a_year_apart_the_comparison_before_is_that_of_a_year_earlier(self) -> None:
        found = choose([], [])
        assert found.has_year
        assert not found.has_placebo
        assert found.windows["year_before"] == span("2023-10-02", "2024-09-30")
        assert found.windows["year_after"] == found.windows["before"] == found.windows["prior_after"]


class TestEarlier:
    def test_half_years(self) -> None:
        found = choose(["2025-10-01", "2026-03-31"], ["2026-04-01", "2026-09-30"])
        assert found.windows == {
            "before": span("2025-10-01", "2026-03-31"),
            "after": span("2026-04-01", "2026-09-30"),
            "prior_before": span("2025-04-02", "2025-09-30"),
            "prior_after": span("2025-09-30", "2026-03-31"),
            "placebo_before": span("2025-04-02", "2025-09-30"),
            "placebo_after": span("2025-10-01", "2026-03-31"),  # a day less, as after has begun by then
            "year_before": span("2024-10-01", "2025-03-31"),
            "year_after": span("2025-04-01", "2025-09-30"),
        }
        assert found.given
        assert not found.same_season
        assert found.alike

    def test_an_earlier_pair_must_end_before_the_action(self) -> None:
        """Eighteen months each: a year earlier, the second would reach into the time after."""
        found = choose(["2023-10-01", "2025-03-31"], ["2025-04-01", "2026-09-30"], date(2020, 1, 1))
        assert "year_after" not in found.windows
        assert "placebo_after" in found.windows

    def test_an_earlier_pair_must_be_on_record_whole(self) -> None:
        found = choose(["2025-10-01", "2026-03-31"], ["2026-04-01", "2026-09-30"], date(2025, 10, 1))
        assert set(found.windows) == {"before", "after", "prior_after"}  # it begins a day early
        assert not found.has_year
        assert not found.has_placebo

    def test_the_same_months_of_the_year_before(self) -> None:
        found = choose(["2025-07-01", "2025-09-30"], ["2026-07-01", "2026-09-30"])
        assert found.same_season
        assert found.windows["year_before"] == span("2024-07-01", "2024-09-30")
        assert found.windows["year_after"] == span("2025-07-01", "2025-09-30")

    def test_frame(self) -> None:
        frame = choose([], []).frame()
        assert list(frame.columns) == ["period", "first", "last"]
        assert list(frame["period"][:2]) == ["before", "after"]
        assert choose([], [], None, None).frame().empty


class TestAlike:
    @pytest.mark.parametrize(("last", "alike"), [("2026-04-10", True), ("2026-04-11", False)])
    def test_lengths_that_differ_by_a_twentieth_are_alike(self, last: str, alike: bool) -> None:
        """95 of 100 days; then 95 of 101."""
        found = choose(["2025-09-01", "2025-12-04"], ["2026-01-01", last])
        assert found.before and found.before.days == 95
        assert found.alike is alike

    @pytest.mark.parametrize(
        ("first", "last", "same"), [("2026-01-16", "2026-02-14", True), ("2026-01-17", "2026-02-15", False)]
    )
    def test_a_season_is_a_fortnight_wide(self, first: str, last: str, same: bool) -> None:
        assert choose(["2025-01-01", "2025-01-30"], [first, last]).same_season is same

    def test_whole_years_have_all_seasons(self) -> None:
        assert choose(["2023-10-01", "2024-09-30"], ["2025-04-01", "2026-03-31"]).same_season
        assert not choose(["2023-10-01", "2024-09-30"], ["2026-04-01", "2026-09-30"]).same_season


class TestRefused:
    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            (["2025-01-01"], ["2026-01-01", "2026-02-01"], "roi.before: before has 1 of the 2 days"),
            (["2025-01-01", "2025-13-01"], ["2026-01-01", "2026-02-01"], '"2025-13-01" is not a day'),
            (["2025-02-01", "2025-01-01"], ["2026-01-01", "2026-02-01"], "before ends on 2025-01-01, before it begins"),
            (["2025-01-01", "2025-12-31"], ["2025-12-31", "2026-02-01"], "they overlap"),
            (["2026-01-01", "2026-02-01"], ["2025-01-01", "2025-02-01"], "when after has ended. Exchange the two."),
            (["2025-01-01", "2025-12-31"], ["2026-01-01", "2026-10-01"], "after the day of analysis, 2026-09-30"),
            (
                ["2023-09-27", "2024-12-31"],
                ["2026-01-01", "2026-02-01"],
                "before begins on 2023-09-27, and the data on 2023-10-01",
            ),
            (["2025-01-01", "2025-12-31"], [], "before has a period and after has none"),
            ([], ["2025-01-01", "2025-12-31"], "after has a period and before has none"),
        ],
    )
    def test_one_sentence_each(self, before: list[str], after: list[str], said: str) -> None:
        with pytest.raises(InputError, match=r"^roi\.(before|after): ") as error:
            choose(before, after)
        assert said in str(error.value)

    def test_a_period_after_the_data(self) -> None:
        with pytest.raises(InputError, match="after is empty: it begins on 2026-08-01, and the data end on 2026-06-30"):
            choose(["2026-01-01", "2026-02-28"], ["2026-08-01", "2026-08-31"], last=date(2026, 6, 30))

    def test_within_the_slack(self) -> None:
        assert choose(["2023-09-28", "2024-12-31"], ["2026-01-01", "2026-02-01"]).before

    def test_without_any_date_on_record(self) -> None:
        found = choose(["2025-01-01", "2025-12-31"], ["2026-01-01", "2026-02-01"], None, None)
        assert set(found.windows) == {"before", "after"}


@settings(deadline=None, max_examples=50)
@given(st.integers(20, 700), st.integers(20, 700), st.integers(1, 400))
def test_no_earlier_pair_reaches_into_the_time_after(days: int, more: int, gap: int) -> None:
    """And every window is as long as what it stands for, to three days."""
    start = date(2019, 1, 1).toordinal()
    first = Span(date.fromordinal(start), date.fromordinal(start + days - 1))
    second = Span(date.fromordinal(start + days + gap), date.fromordinal(start + days + gap + more - 1))
    told = [[str(s.first), str(s.last)] for s in (first, second)]
    found = choose_periods(told[0], told[1], AS_OF, date(2010, 1, 1), AS_OF)
    for name, window in found.windows.items():
        kind, _, of = name.rpartition("_")
        assert 0 <= (first.days if of == "before" else second.days) - window.days <= 3
        if kind in ("placebo", "year"):
            assert found.windows[f"{kind}_after"].last < second.first
            assert window.first < first.first or of == "after"
