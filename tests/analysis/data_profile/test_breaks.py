"""Steps in series: planted ones are found on their date, clean series stay quiet at the rate the module states."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from helpers.analysis.data_profile import breaks
from helpers.analysis.data_profile.breaks import find_break, find_changes, trace_changes

WEEKS = np.arange(104)
Series = Callable[[np.random.Generator], NDArray[np.float64]]


def remembering(rng: np.random.Generator, rho: float) -> NDArray[np.float64]:
    values = rng.normal(size=154)
    for i in range(1, 154):
        values[i] += rho * values[i - 1]
    return values[50:]


def shop(rng: np.random.Generator) -> NDArray[np.float64]:
    """Weekly orders with a slow season and a Christmas that doubles them."""
    peak = np.where(WEEKS % 52 >= 46, 1.0, 0.0)
    return np.log1p(rng.poisson(200 * (1 + peak + 0.3 * np.sin(2 * np.pi * WEEKS / 52))))


CLEAN: dict[str, Series] = {
    "white": lambda rng: rng.normal(size=104),
    "heavy tails": lambda rng: rng.standard_t(3, 104),
    "mildly autocorrelated": lambda rng: remembering(rng, 0.3),
    "growing": lambda rng: np.log1p(rng.poisson(20 * np.exp(WEEKS / 40))),
    "seasonal": lambda rng: 3 * np.sin(2 * np.pi * WEEKS / 52) + rng.normal(size=104),
    "Christmas": shop,
    "few counts": lambda rng: np.log1p(rng.poisson(5, 104)),
    "average of skewed amounts": lambda rng: rng.lognormal(3, 1, (104, 80)).mean(axis=1),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_series_stay_quiet(name: str) -> None:
    rng = np.random.default_rng(17)
    alarms = sum(find_break(CLEAN[name](rng), least_step=0.3) is not None for _ in range(60))
    assert alarms <= 2  # 2% a series: more than two of sixty would be seen once in nine times, and the seed is fixed


@pytest.mark.parametrize("step", [6.0, -6.0])
def test_a_planted_step_is_found_within_a_period(step: float) -> None:
    rng = np.random.default_rng(5)
    found = [find_break(np.where(WEEKS >= 60, step, 0) + rng.normal(size=104), least_step=1) for _ in range(30)]
    right = [b for b in found if b is not None and abs(b.at - 60) <= 1 and np.sign(b.after - b.before) == np.sign(step)]
    assert len(right) >= 28


def test_a_step_in_a_season_is_found() -> None:
    rng = np.random.default_rng(5)
    series = np.sin(2 * np.pi * WEEKS / 52) + np.where(WEEKS >= 70, -6, 0) + rng.normal(0, 0.5, 104)
    found = find_break(series, least_step=1)
    assert found is not None
    assert abs(found.at - 70) <= 1


def test_a_step_that_comes_each_year_is_the_season() -> None:
    series = np.where(np.arange(156) % 52 >= 26, 10.0, 0.0) + np.random.default_rng(1).normal(size=156)
    assert find_break(series, least_step=1) is None
    assert find_break(series[:52], least_step=1) is not None  # within one year nobody can tell


def test_a_step_too_small_to_matter_is_none() -> None:
    series = np.where(WEEKS >= 50, 1.0, 0.0) + np.random.default_rng(1).normal(0, 0.01, 104)
    assert find_break(series, least_step=0.5) is not None
    assert find_break(series, least_step=1.5) is None


@pytest.mark.parametrize(
    "series", [np.array([]), np.zeros(15), np.full(104, 7.0), np.full(104, np.nan), np.where(WEEKS < 50, np.nan, 1.0)]
)
def test_short_equal_and_unknown_series_have_no_step(series: NDArray[np.float64]) -> None:
    assert find_break(series, least_step=0.1) is None


def test_exactly_equal_levels_step_where_they_do() -> None:
    found = find_break(np.where(WEEKS >= 40, 2.0, 1.0), least_step=0.5)
    assert found is not None
    assert (found.at, found.before, found.after) == (40, 1.0, 2.0)
    # No noise at all: what machines round to, a millionth of the biggest number, stands for it.
    inverse = np.linalg.inv(stepped(18, 18).T @ stepped(18, 18))
    assert found.t == pytest.approx(1 / (2e-6 * np.sqrt(inverse[2, 2])), rel=1e-3)
    assert find_break(np.where(WEEKS >= 40, 2.0, 1.0), least_step=1) == found  # a step as large as asked for


def pieces(*parts: tuple[float, int]) -> NDArray[np.float64]:
    return np.concatenate([np.full(length, level) for level, length in parts])


EXACT = 100  # no place beside a step without noise has a t as large


def stepped(before: int, after: int) -> NDArray[np.float64]:
    """A line with a step after so many periods: constant, slope and step."""
    time = np.arange(before + after)
    return np.column_stack([np.ones(before + after), time, time >= before]).astype(float)


@pytest.mark.parametrize("at", [10, 60, 95])
@pytest.mark.parametrize("blank", [[], [5, 8, 58, 65, 97]])
@pytest.mark.parametrize("noise", ["white", "remembering", "alternating", "a wave"])
def test_a_step_has_the_t_statistic_of_a_regression(at: int, blank: list[int], noise: str) -> None:
    rng = np.random.default_rng(at)
    waves = {"alternating": np.where(WEEKS % 2, 1, -1), "a wave": 5 * np.sin(WEEKS / 6)}
    noises = {"white": rng.normal(size=104), "remembering": remembering(rng, 0.5)[:104].repeat(2)[:104]}
    y = np.where(at <= WEEKS, -40.0, 0) + (noises | waves)[noise] + 0.1 * rng.normal(size=104)
    y[blank] = np.nan
    found = find_break(y, least_step=1)
    assert found is not None
    before, after = y[max(0, found.at - 18) : found.at], y[found.at : found.at + 18]
    assert (found.before, found.after) == pytest.approx((np.nanmedian(before), np.nanmedian(after)))
    both = np.concatenate([before, after])
    known = ~np.isnan(both)
    fit = sm.OLS(both[known], stepped(len(before), len(after))[known]).fit()
    rho = np.clip(fit.resid[1:] @ fit.resid[:-1] / (fit.resid @ fit.resid), 0, 0.9)
    assert found.t == pytest.approx(fit.tvalues[2] * np.sqrt((1 - rho) / (1 + rho)))


def test_no_series_is_taken_to_remember_more_than_nine_tenths() -> None:
    # About a slow wave the residuals of neighbours correlate .97; the t is reduced as for .9.
    time = np.arange(36)
    found = find_break(100.0 * (time >= 18) + np.cos(0.24 * time + 2.1), least_step=1)
    assert found is not None
    assert found.at == 18
    fit = sm.OLS(100.0 * (time >= 18) + np.cos(0.24 * time + 2.1), stepped(18, 18)).fit()
    assert fit.resid[1:] @ fit.resid[:-1] / (fit.resid @ fit.resid) > 0.95
    assert found.t == pytest.approx(fit.tvalues[2] * np.sqrt(0.1 / 1.9))


def test_a_step_counts_from_a_t_of_five_and_a_half_on() -> None:
    noise = np.random.default_rng(2).normal(size=104)
    found = (find_break(np.where(WEEKS >= 52, step, 0) + noise, least_step=0.3) for step in np.arange(2, 5, 0.02))
    first = next(b for b in found if b is not None)
    assert 5.5 <= first.t < 5.55


def test_the_clearest_of_several_steps_is_told() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, 104)
    for steps in ((30, 3, 70, 9), (30, 9, 70, 3)):
        series = noise + np.where(steps[0] <= WEEKS, steps[1], 0) + np.where(steps[2] <= WEEKS, steps[3], 0)
        found = find_break(series, least_step=1)
        assert found is not None
        assert found.at == (70 if steps[3] == 9 else 30)


def test_a_setback_in_strong_growth_is_no_new_level() -> None:
    # Levels rise by eighteen less six, while the line itself steps down.
    series = WEEKS - np.where(WEEKS >= 52, 6.0, 0) + np.random.default_rng(1).normal(0, 0.1, 104)
    assert find_break(series, least_step=1) is None


@pytest.mark.parametrize(("before", "after", "found"), [(8, 20, True), (7, 20, False), (20, 8, True), (20, 7, False)])
def test_a_step_needs_eight_periods_on_either_side(before: int, after: int, found: bool) -> None:
    for series in (pieces((1, before), (2, after)), pieces((1, before), (np.nan, 3), (2, after))):
        assert (find_break(series, least_step=0.5, least_t=EXACT) is not None) == found


@pytest.mark.parametrize(
    ("before", "after", "apart"),
    [
        ([0] * 18, [0] * 5 + [1] * 13, True),  # of eighteen the lower quartile is a quarter past the fifth
        ([0] * 18, [0] * 6 + [1] * 12, False),
        ([0] * 14 + [1] * 4, [1] * 18, True),
        ([0] * 13 + [1] * 5, [1] * 18, True),  # and the upper one a quarter short of the fifth from above
        ([0] * 12 + [1] * 6, [1] * 18, False),
    ],
)
def test_middle_halves_keep_apart(before: list[float], after: list[float], apart: bool) -> None:
    one, other = np.array(before, float), np.array(after, float)
    assert breaks._sets_apart(one, other) == apart


@pytest.mark.parametrize(
    ("series", "found"),
    [
        # A step at 56 and 52 periods before, or at 18 and 52 periods later, seen in four periods or in three.
        (pieces((0, 4), (1, 7), (np.nan, 27), (0, 18), (1, 18)), False),
        (pieces((0, 3), (1, 7), (np.nan, 27), (0, 18), (1, 18)), True),
        (pieces((0, 18), (1, 18), (np.nan, 27), (0, 7), (1, 4)), False),
        (pieces((0, 18), (1, 18), (np.nan, 27), (0, 7), (1, 3)), True),
        (pieces((0, 18), (1, 18), (np.nan, 27), (0, 7), (np.nan, 1), (1, 3)), True),
        (pieces((0, 18), (1, 18), (np.nan, 31), (0, 3), (1, 4)), True),
        # Half as large is another step, and so is one the other way.
        (pieces((0, 18), (1, 18), (np.nan, 27), (0, 7), (0.5, 4)), True),
        (pieces((0, 18), (1, 18), (np.nan, 27), (0, 7), (0.51, 4)), False),
        (pieces((0, 18), (1, 18), (np.nan, 27), (0, 7), (-0.9, 4)), True),
        (pieces((1, 18), (0, 18), (np.nan, 27), (1, 7), (0.49, 4)), False),
    ],
)
def test_a_step_that_comes_back_after_a_year_is_the_season(series: NDArray[np.float64], found: bool) -> None:
    assert (find_break(series, least_step=0.6, least_t=EXACT) is not None) == found


MONDAY = pd.Timestamp("2024-01-01")


def course(values: object, *, rows: object = 10.0, measure: str = "rows", start: pd.Timestamp = MONDAY) -> pd.DataFrame:
    """Days of a table from `start` on, all of its rows and, where another measure is asked for, that of a column x.
    NaN rows are days without any."""
    values = np.asarray(values, float)
    own = pd.DataFrame({"day": start + pd.to_timedelta(np.arange(len(values)), unit="D"), "value": values})
    own["n"] = values if measure == "rows" else rows
    own = own.assign(table="t", date_column="day", column="" if measure == "rows" else "x", measure=measure)
    if measure != "rows":
        own = pd.concat([course(np.broadcast_to(rows, len(values)), start=start), own])
    return own[own["n"].notna()].reset_index(drop=True)


TABLES = pd.DataFrame({"table": ["t"], "date_column": ["day"]})


def told(days: pd.DataFrame) -> list[list]:
    return find_changes(TABLES, days)[["column", "alert", "other", "figure", "on", "n"]].to_numpy().tolist()


DAY = {n: MONDAY + pd.Timedelta(days=n) for n in (7, 8, 30, 31, 25, 19)}


@pytest.mark.parametrize(
    ("days", "told_as"),
    [
        # Half as many rows again, of one more than there are.
        (course(pieces((199, 30), (300, 30))), ["", "rows", 300 / 199 - 1, DAY[30], 9_000]),
        (course(pieces((199, 30), (298, 30))), None),
        (course(pieces((300, 30), (199, 30))), ["", "rows", 199 / 300 - 1, DAY[30], 199 * 30]),
        # Five rows in a usual period.
        (course(pieces((5, 31), (9, 29))), ["", "rows", 0.8, DAY[31], 261]),
        (course(pieces((4.9, 31), (9, 29))), None),
        # A mean moves by a tenth, whatever its size.
        (course(pieces((100, 31), (110, 29)), measure="mean"), ["x", "mean", 0.1, DAY[31], 290]),
        (course(pieces((100, 31), (109.9, 29)), measure="mean"), None),
        (course(pieces((-0.5, 31), (-0.6, 29)), measure="mean"), ["x", "mean", -0.2, DAY[31], 290]),
        (course(pieces((0, 31), (5, 29)), measure="mean"), None),  # a tenth of nothing
        (course(pieces((0, 25), (5, 35)), measure="mean"), ["x", "mean", 5e9, DAY[25], 350]),
        # The share filled, by twenty points.
        (course(pieces((0.5, 30), (0.71, 30)), measure="filled"), ["x", "filled", 0.21, DAY[30], 300]),
        (course(pieces((0.5, 30), (0.69, 30)), measure="filled"), None),
        # Periods with fewer than five rows tell nothing: here two on either side, so that eight are left, or seven.
        (
            course(pieces((1, 10), (2, 10)), measure="mean", rows=pieces((4, 2), (5, 16), (4, 2))),
            ["x", "mean", 1, MONDAY + pd.Timedelta(days=10), 48],
        ),
        (course(pieces((1, 10), (2, 10)), measure="mean", rows=pieces((4, 3), (5, 15), (4, 2))), None),
        # Sixteen days at least.
        (course(pieces((10, 8), (30, 8))), ["", "rows", 2.0, DAY[8], 240]),
        (course(pieces((10, 7), (30, 8))), None),
        (course([10]), None),
    ],
)
def test_changes_are_told_from_their_limits_on(days: pd.DataFrame, told_as: list | None) -> None:
    found = find_changes(TABLES, days)
    assert found[["column", "other", "figure", "on", "n"]].to_numpy().tolist() == (
        [[pytest.approx(v) if isinstance(v, float) else v for v in told_as]] if told_as else []
    )
    assert set(found["severity"]) <= {"look"}


@pytest.mark.parametrize(
    ("start", "length", "first", "periods", "period_days"),
    [
        (0, 182, 0, 182, 1),
        (0, 183, 0, 26, 7),  # the last week is left out, for it may not be whole
        (0, 189, 0, 26, 7),
        (0, 190, 0, 27, 7),
        (1, 189, 7, 26, 7),  # from a Tuesday on the first whole week begins six days later
        (6, 200, 7, 28, 7),
    ],
)
def test_half_a_year_and_more_is_looked_at_by_whole_weeks(
    start: int, length: int, first: int, periods: int, period_days: int
) -> None:
    step = 91 if period_days == 1 else 91 + first - start
    days = course(pieces((20, step), (60, length - step)), start=MONDAY + pd.Timedelta(days=start))
    changes = find_changes(TABLES, days)
    assert changes["on"].tolist() == [MONDAY + pd.Timedelta(days=start + step)]
    traced = trace_changes(TABLES, days, changes)
    assert traced["starts_on"].iloc[0] == MONDAY + pd.Timedelta(days=first)
    assert traced["starts_on"].diff().dropna().unique().tolist() == [pd.Timedelta(days=period_days)]
    assert (len(traced), set(traced["period_days"])) == (periods, {period_days})
    assert traced["value"].tolist() == pytest.approx(np.sort(traced["value"]))
    assert (traced["value"].iloc[0], traced["value"].iloc[-1]) == (20 * period_days, 60 * period_days)


def test_a_level_that_comes_and_goes_each_year_is_the_season() -> None:
    day = np.arange(3 * 364)
    assert told(course(np.where(day // 182 % 2, 60.0, 20.0))) == []
    assert len(told(course(np.where(day // 182 % 2, 60.0, 20.0)[:364]))) == 1


def test_a_year_is_fifty_two_weeks() -> None:
    # What comes back in the last three weeks comes 52 weeks after the step: too few to tell, and 51 would be enough.
    weekly = pieces((10, 18), (20, 18), (np.nan, 27), (10, 7), (20, 3))
    values = np.append(weekly.repeat(7), 20)  # and a day of the next week
    found = told(course(values, measure="mean", rows=np.where(np.isnan(values), 0.0, 10.0)))
    assert [row[4] for row in found if row[2] == "mean"] == [MONDAY + pd.Timedelta(weeks=18)]


def test_the_mean_of_a_week_is_that_of_its_rows() -> None:
    week = [10, 20, np.nan, 20, 20, 20, 20]
    rows = np.resize([1, 2, 3, 2, 2, 2, 1], 210).astype(float)
    values = np.resize(week, 210) * np.where(np.arange(210) >= 105, 2, 1)
    days = course(values, measure="mean", rows=rows)
    days.loc[days["value"].isna(), "n"] = 0  # rows that have no value to average
    days = pd.concat([days, days[days["measure"] == "mean"].assign(column="y")], ignore_index=True)
    changes = find_changes(TABLES, days)
    assert changes[["column", "other"]].to_numpy().tolist() == [["x", "mean"], ["y", "mean"]]
    assert changes["figure"].tolist() == pytest.approx([1, 1])
    traced = trace_changes(TABLES, days, changes)
    assert traced["value"].iloc[[0, -1]].tolist() == pytest.approx([19, 38])
    assert traced.index.tolist() == list(range(2 * 29))
    assert set(traced["column"] + traced["measure"]) == {"xmean", "ymean"}
    gaps = changes.assign(alert="gaps in dates")
    assert trace_changes(TABLES, days, gaps).empty


def test_only_a_tables_own_days_by_its_main_date_count() -> None:
    own, other = course([10.0] * 60), course(pieces((10, 30), (90, 30)))
    days = pd.concat([own, other.assign(table="u"), other.assign(date_column="paid")], ignore_index=True)
    assert told(days) == []
    assert find_changes(TABLES.assign(table="u"), days)["table"].tolist() == ["u"]


@pytest.mark.parametrize(("ago", "gaps"), [(7_319, [319]), (7_320, [])])
def test_days_further_back_than_twenty_years_are_wrong_dates(ago: int, gaps: list[float]) -> None:
    days = course([50.0] * 7_000)
    old = course([50.0], start=days["day"].max() - pd.Timedelta(days=ago))
    found = find_changes(TABLES, pd.concat([old, days], ignore_index=True))
    assert found[found["alert"] == "gaps in dates"]["figure"].tolist() == gaps


def gap_of(days: int, rows: float, *, before: list[int] | None = None) -> pd.DataFrame:
    """A hundred days with rows or, where stretches before are given, one day between each, and a gap after the last."""
    stretches = [0] * 99 if before is None else before
    open_days = np.cumsum([0, *(s + 1 for s in stretches), days + 1])
    values = np.full(open_days[-1] + 1, np.nan)
    values[open_days] = rows
    return course(values)


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        (gap_of(7, 20), 7),
        (gap_of(6, 20), None),
        # At a row a day, less likely than one in a thousand for all 101 days: e^-days < .001 / 101 from 11.52 on.
        (gap_of(12, 1), 12),
        (gap_of(11, 1), None),
        # Three times as long as one in twenty stretches.
        (gap_of(9, 50, before=[3] * 60), 9),
        (gap_of(8, 50, before=[3] * 60), None),
        (gap_of(12, 50, before=[5] * 2 + [0] * 47), 12),  # the quantile lies .55 of the way from 0 to 5
        (gap_of(12, 50, before=[5] * 3 + [0] * 46), None),
        # Most weeks have no rows at all.
        (gap_of(100, 50, before=[0] * 60), None),
        (gap_of(60, 50, before=[0] * 90), 60),
    ],
)
def test_a_stretch_without_rows_is_told_where_it_is_no_chance(days: pd.DataFrame, gap: int | None) -> None:
    found = find_changes(TABLES, days).query("alert == 'gaps in dates'")
    last = days["day"].iloc[-2]
    assert found[["figure", "on", "n", "severity"]].to_numpy().tolist() == ([[gap, last, 0, "look"]] if gap else [])


@pytest.mark.parametrize(
    ("weekdays", "days", "closed"),
    [
        ([0, 1, 2, 3, 4, 6], 56, ("Saturday", "look")),
        ([0, 1, 2, 3, 4, 6], 55, None),  # less than eight weeks
        ([0, 1, 2, 3, 4], 68, ("Saturday; Sunday", "note")),
        ([0, 1, 2, 3, 5], 68, ("Friday; Sunday", "look")),
        ([0, 1, 2, 3, 5, 6], 70, ("Friday", "look")),
        (range(7), 70, None),
    ],
)
def test_closed_weekdays_are_named(weekdays: Iterable[int], days: int, closed: tuple[str, str] | None) -> None:
    values = np.where(np.isin(np.arange(days) % 7, list(weekdays)), 3.0, np.nan)
    found = find_changes(TABLES, course(values)).query("alert == 'closed weekdays'")
    expected = [[*closed, 1 + closed[0].count(";"), 0]] if closed else []
    assert found[["other", "severity", "figure", "n"]].to_numpy().tolist() == expected


@pytest.mark.parametrize(("rows_on", "closed"), [(28, True), (27, False)])
def test_a_weekday_may_be_empty_by_chance(rows_on: int, closed: bool) -> None:
    """Of 48 other days in eight weeks: (1 - 28/48) ** 8 = .00091 and (1 - 27/48) ** 8 = .0013."""
    others = np.array([day for day in range(56) if day % 7 != 5])
    values = np.full(56, np.nan)
    values[others[np.linspace(0, 47, rows_on).round().astype(int)]] = 3
    found = find_changes(TABLES, course(values))["alert"].tolist()
    assert found == (["closed weekdays"] if closed else [])
