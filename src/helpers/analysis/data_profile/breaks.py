"""Sudden change in a series: the date at which its level jumps and stays, told from trend, season and noise.

At every date a straight line with a step is fitted to the eighteen periods on either side (a regression
discontinuity in time; Chow 1960 for one date, Andrews 1993 for the largest of many). The line takes up growth and the
slopes of a season. A step counts where its t statistic, reduced for autocorrelated residuals, passes LEAST_T; where
the middle halves of the values before and after don't overlap, so that a peak that comes and goes is none; where no
step half as large stands at that time a year before or after; and where it is large enough to matter.

LEAST_T is set by simulation: tests/analysis/test_breaks.py holds false alarms to at most 2% of series of 104 weeks
that are white, heavy-tailed, growing, seasonal, counted or mildly autocorrelated. A series that remembers (lag-1
autocorrelation of 0.6) alarms in about one of twenty-five, a random walk in one of ten: those do move.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

WINDOW = 18  # periods on either side that a step is judged by
LEAST = 8  # fewer periods than this on a side, and a step is not looked for
LEAST_T = 5.5


@dataclass(frozen=True)
class Break:
    at: int  # place of the first period on the new level
    before: float  # median of the periods before, up to WINDOW of them
    after: float
    t: float  # of the step


def find_break(
    values: NDArray[np.float64], *, least_step: float, season: int = 52, least_t: float = LEAST_T
) -> Break | None:
    """The clearest step in equally spaced values (NaN where a period has none) of at least `least_step`, if any.

    season: periods a year, in which a step that comes back is the season's.
    """
    best: Break | None = None
    y = np.asarray(values, float)
    lows, highs = _all_levels(y)
    for at in np.flatnonzero(np.abs(highs - lows) >= least_step).tolist():
        before, after = y[max(0, at - WINDOW) : at], y[at : at + WINDOW]
        low, high = float(lows[at]), float(highs[at])
        way = np.sign(high - low)
        if not _sets_apart(way * before, way * after):
            continue
        if any(
            np.sign(step) == way and abs(step) > abs(high - low) / 2
            for step in _yearly(y, at, season, len(before), len(after))
        ):
            continue
        t = _step_t(before, after)
        if abs(t) >= least_t and np.sign(t) == way and (best is None or abs(t) > abs(best.t)):
            best = Break(at, low, high, t)
    return best


def _all_levels(y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Medians of the periods before and after each place, up to WINDOW of them; NaN where either side is short."""
    unknown = np.full(WINDOW, np.nan)
    sides = np.sort(sliding_window_view(np.concatenate([unknown, y, unknown]), WINDOW), axis=1)  # NaN is last
    known = (~np.isnan(sides)).sum(axis=1)
    every = np.arange(len(sides))
    medians = (sides[every, (known - 1) // 2] + sides[every, known // 2]) / 2
    medians[np.isfinite(sides).sum(axis=1) < LEAST] = np.nan
    return medians[: len(y)], medians[WINDOW : WINDOW + len(y)]


def _levels(before: NDArray[np.float64], after: NDArray[np.float64], least: int) -> tuple[float, float]:
    """Medians of two sides; NaN where either is short."""
    if min(np.isfinite(before).sum(), np.isfinite(after).sum()) < least:
        return float("nan"), float("nan")
    return float(np.nanmedian(before)), float(np.nanmedian(after))


def _yearly(y: NDArray[np.float64], at: int, season: int, before: int, after: int) -> list[float]:
    """The steps at the same time a year earlier and later, between stretches as long."""
    steps = []
    for place in (at - season, at + season):
        if place in range(len(y)):
            low, high = _levels(y[max(0, place - before) : place], y[place : place + after], LEAST // 2)
            steps.append(high - low)
    return steps


def _sets_apart(before: NDArray[np.float64], after: NDArray[np.float64]) -> bool:
    """Whether the middle half after is all above the one before: a level that is left for good."""
    return bool(np.nanquantile(after, 0.25) > np.nanquantile(before, 0.75))


def _step_t(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """t statistic of the step between two stretches that share a slope."""
    y = np.concatenate([before, after])
    time = np.arange(len(y), dtype=float)
    design = np.column_stack([np.ones(len(y)), time, time >= len(before)])
    known = np.isfinite(y)
    design, y = design[known], y[known]
    inverse = np.linalg.inv(design.T @ design)
    slope = inverse @ design.T @ y
    residuals = y - design @ slope
    freedom = len(y) - 3
    # What machines round to is no noise: without a floor a series of equal numbers jumps at every rounding.
    variance = max(float(residuals @ residuals) / freedom, (1e-6 * float(np.abs(y).max())) ** 2)
    se = float(np.sqrt(variance * inverse[2, 2]))
    rho = float(np.clip(residuals[1:] @ residuals[:-1] / (variance * freedom), 0, 0.9))
    return float(slope[2]) / se * float(np.sqrt((1 - rho) / (1 + rho)))


VOLUME_STEP = 0.5  # rows a period rise by half, or fall by a third, before it is told
LEVEL_STEP = 0.1  # a mean moves by a tenth of itself
FILLED_STEP = 0.2  # the share of rows with a value moves by twenty points
_FEWEST_ROWS = 5  # a median period with fewer rows is too thin to tell a change of volume
_BY_WEEK = 26 * 7  # days from which a table is looked at by week
_LONGEST = 20 * 366  # days; a table said to cover more has wrong dates, and only its last part is looked at
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOSED_AFTER = 8 * 7  # days that must be covered before a weekday is called closed
_GAP_DAYS = 7  # shorter stretches without rows are weekends and holidays


def find_changes(tables: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Sudden changes, gaps and closed weekdays in the course of each table, by its main date.

    tables, days: as in `profiling.tables.Profile`. Returns table, column ("" for the number of rows), alert (sudden
    change, gaps in dates or closed weekdays), severity (a closed weekend is a note), figure (relative change of rows or
    mean, change of the share filled, days without rows, or weekdays), other (measure: rows, mean, filled; or the
    weekdays), on (first period of the new level, or the last day before the gap) and n (rows on the days concerned; 0
    in a gap). Weeks from half a year on, days in shorter tables; the first and the last week are left out, since they
    may not be whole.
    """
    found: list[dict[str, Any]] = []
    for table, own, rows in _dated(tables, days):
        for course in _courses(own, rows):
            change = _change(course)
            found += [{"table": table, **change}] if change else []
        found += [{"table": table, "column": "", **gap} for gap in (*_gaps(rows), *_closed(rows))]
    return pd.DataFrame(found, columns=["table", "column", "alert", "severity", "figure", "other", "on", "n"])


def trace_changes(tables: pd.DataFrame, days: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """The courses in which `find_changes` found a sudden change, for drawing: table, column, measure (rows, mean or
    filled), period_days (7 or 1), starts_on (of the period) and value (NaN where it has too few rows)."""
    sudden = changes[changes["alert"] == "sudden change"]
    told = set(sudden[["table", "column", "other"]].itertuples(index=False, name=None))
    parts = [
        pd.DataFrame(
            {
                "table": table,
                "column": course.column,
                "measure": course.measure,
                "period_days": course.length,
                "starts_on": course.start + pd.to_timedelta(np.arange(len(course.values)) * course.length, unit="D"),
                "value": course.values,
            }
        )
        for table, own, rows in _dated(tables, days)
        for course in _courses(own, rows)
        if (table, course.column, course.measure) in told
    ]
    columns = ["table", "column", "measure", "period_days", "starts_on", "value"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


@dataclass(frozen=True)
class _Course:
    """A measure of a table by period: its values, and the rows behind each."""

    column: str
    measure: str  # rows, mean or filled
    start: pd.Timestamp
    length: int  # of a period, days
    values: NDArray[np.float64]
    n: NDArray[np.float64]


def _dated(tables: pd.DataFrame, days: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, "pd.Series[float]"]]:
    """Each table's days by its main date, and its rows by day."""
    for about in tables.to_dict("records"):
        own = days[(days["table"] == about["table"]) & (days["date_column"] == about["date_column"])]
        own = own[own["day"] > own["day"].max() - pd.Timedelta(days=_LONGEST)]
        rows = own[own["measure"] == "rows"].set_index("day")["value"].sort_index()
        if len(rows) > 1:
            yield about["table"], own, rows


def _courses(own: pd.DataFrame, rows: "pd.Series[float]") -> Iterator[_Course]:
    first, last = rows.index[0], rows.index[-1]
    by_week = (last - first).days >= _BY_WEEK
    start = first + pd.Timedelta(days=7 - first.weekday() if first.weekday() else 0) if by_week else first
    whole = (last - start).days // 7 if by_week else (last - first).days + 1
    length = 7 if by_week else 1
    period = ((own["day"] - start).dt.days // length).to_numpy()
    value, rows_behind = own["value"].to_numpy(float), own["n"].to_numpy(float)
    within = (period >= 0) & (period < whole)
    series: dict[Any, Any] = dict(own.groupby(["measure", "column"]).indices)
    for (measure, column), places in sorted(series.items()):
        chosen = places[within[places]]
        at, each, n_each = period[chosen], value[chosen], rows_behind[chosen]
        n: NDArray[np.float64] = np.bincount(at, weights=n_each, minlength=whole).astype(float)
        if measure == "rows":
            values = np.bincount(at, weights=each, minlength=whole).astype(float)
        else:
            total = np.bincount(at, weights=np.nan_to_num(each) * n_each, minlength=whole)
            values = np.divide(total, n, out=np.full(whole, np.nan), where=n >= _FEWEST_ROWS)
        yield _Course(str(column), str(measure), start, length, values, n)


def _change(course: _Course) -> dict[str, Any] | None:
    """The sudden change of a course, if it has one."""
    values, season = course.values, 364 // course.length
    if course.measure == "rows":
        if np.median(values) < _FEWEST_ROWS:
            return None
        found = find_break(np.log1p(values), least_step=np.log1p(VOLUME_STEP), season=season)
    else:
        least = FILLED_STEP if course.measure == "filled" else LEVEL_STEP * _size(values)
        found = find_break(values, least_step=least, season=season) if least > 0 else None
    if not found:
        return None
    levels = np.array([found.before, found.after])
    before, after = np.expm1(levels) if course.measure == "rows" else levels
    change = after - before if course.measure == "filled" else (after - before) / max(abs(before), 1e-9)
    concerned = (values if course.measure == "rows" else course.n)[found.at :].sum()
    on = course.start + pd.Timedelta(days=found.at * course.length)
    about = {"column": course.column, "alert": "sudden change", "severity": "look", "other": course.measure}
    return {**about, "figure": float(change), "on": on, "n": int(concerned)}


def _size(values: NDArray[np.float64]) -> float:
    """Of a usual value; NaN where none is known."""
    known = values[np.isfinite(values)]
    return float(np.median(np.abs(known))) if len(known) else float("nan")


def _gaps(rows: "pd.Series[float]") -> Iterator[dict[str, Any]]:
    """The longest stretch of days without rows, where it is no chance: over a week, three times as long as one in
    twenty stretches, and, at the median week's rate, less likely than one in a thousand for
    all stretches together (Poisson, Bonferroni)."""
    between = np.diff(rows.index.to_numpy()) / np.timedelta64(1, "D") - 1
    longest = int(np.argmax(between))
    days = float(between[longest])
    usual = float(np.quantile(between, 0.95))
    weeks = np.bincount((rows.index - rows.index[0]).days // 7, weights=rows)
    expected = float(np.median(weeks)) / 7 * days
    if days >= _GAP_DAYS and days >= 3 * usual and expected > -np.log(0.001 / len(rows)):
        yield _by_days("gaps in dates", days, on=rows.index[longest])


def _closed(rows: "pd.Series[float]") -> Iterator[dict[str, Any]]:
    """Weekdays without rows, where at the share of days with rows on the others that would happen to less than one in a
    thousand such weekdays."""
    every = pd.date_range(rows.index[0], rows.index[-1])
    total, open_days = (
        np.bincount(days.day_of_week, minlength=7).astype(float) for days in (every, pd.DatetimeIndex(rows.index))
    )
    closed = open_days == 0
    if len(every) < _CLOSED_AFTER or not closed.any():
        return
    share = float(open_days[~closed].sum() / total[~closed].sum())
    if (1 - share) ** float(total[closed].min()) < 0.001:
        names = [_WEEKDAYS[day] for day in np.flatnonzero(closed)]
        severity = "note" if names == list(_WEEKDAYS[5:]) else "look"
        yield _by_days("closed weekdays", float(closed.sum()), other="; ".join(names), severity=severity)


def _by_days(alert: str, days: float, *, other: str = "", on: Any = None, severity: str = "look") -> dict[str, Any]:
    return {"alert": alert, "severity": severity, "figure": days, "other": other, "on": on, "n": 0}
