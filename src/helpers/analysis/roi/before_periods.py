"""Two periods to compare, before and after, and the earlier ones that tell what would have come anyway.

Periods are days, ends included. Beside the two that are compared there are, each as long as the one that it stands for:
the one right before each (`prior_before`, `prior_after`: who bought then could return); the same two a year earlier
(`year_before`, `year_after`: the same seasons); and the same two as far back as the one lies before the other
(`placebo_before`, `placebo_after`: a comparison with nothing in between that could have changed anything). An earlier
period is used only where the history holds it whole, and where it ends before the action could have begun.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from helpers.errors import InputError

SLACK_DAYS = 3  # a period may begin before the first record by as much: nobody buys on a holiday
ALIKE = 0.05  # lengths that differ by less than this share of the longer one count as equal
SEASON_DAYS = 15  # two periods are of one season where their places in the year differ by no more
YEAR_DAYS = 365.25
DEFAULT_DAYS = 365
_ALLOWED = '[first day, last day], as in ["2025-10-01", "2026-03-31"]'


@dataclass(frozen=True)
class Span:
    """A period: its first and its last day, both in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def back(self, days: int) -> "Span":
        return Span(self.first - timedelta(days=days), self.last - timedelta(days=days))

    def prior(self) -> "Span":
        """The equally long period that ends the day before."""
        return self.back(self.days)

    def year_earlier(self) -> "Span":
        """The equally long period that begins on the same day of the year before."""
        first = (pd.Timestamp(self.first) - pd.DateOffset(years=1)).date()
        return Span(first, first + timedelta(days=self.days - 1))


@dataclass(frozen=True)
class Periods:
    """before, after: what is compared; None where none was given and the history is too short for the default.

    windows: these and the earlier ones that the history holds, by name; the same span may have several names.
    history: the first and the last day on record; None where nothing has a date.
    """

    before: Span | None
    after: Span | None
    history: Span | None
    windows: dict[str, Span] = field(default_factory=dict)
    given: bool = False  # by the parameter file, not by default

    @property
    def alike(self) -> bool:
        """Whether the two are about equally long, so that shares and sums per customer can be compared."""
        if self.before is None or self.after is None:
            return False
        days = sorted((self.before.days, self.after.days))
        return days[1] - days[0] <= ALIKE * days[1]

    @property
    def same_season(self) -> bool:
        """Whether the two lie in the same part of the year, or are both of whole years."""
        if self.before is None or self.after is None:
            return False
        if _whole_years(self.before.days) and _whole_years(self.after.days):
            return True
        off = (self.after.first - self.before.first).days % YEAR_DAYS
        return self.alike and min(off, YEAR_DAYS - off) <= SEASON_DAYS

    @property
    def has_year(self) -> bool:
        """Whether the same two periods of the year before are known."""
        return {"year_before", "year_after"} <= self.windows.keys()

    @property
    def has_placebo(self) -> bool:
        return {"placebo_before", "placebo_after"} <= self.windows.keys()

    def frame(self) -> pd.DataFrame:
        """The windows as rows: period, first, last (days)."""
        rows = [(name, pd.Timestamp(span.first), pd.Timestamp(span.last)) for name, span in self.windows.items()]
        frame = pd.DataFrame(rows, columns=["period", "first", "last"])
        return frame.astype({"first": "datetime64[us]", "last": "datetime64[us]"})


def choose_periods(
    before: Sequence[str], after: Sequence[str], as_of: date, first_on: date | None, last_on: date | None
) -> Periods:
    """The periods to compare: those given as [first day, last day], or without any the last twelve months against the
    twelve before, where the history holds two years.

    first_on, last_on: the first and the last day on record, None where nothing has a date. Raises InputError for a
    period that is not two dates, is reversed, ends after `as_of`, begins before the records or lies after them, for
    periods that overlap or stand in the wrong order, and where only one of the two is given.
    """
    history = Span(first_on, min(last_on, as_of)) if first_on and last_on and first_on <= as_of else None
    if not before and not after:
        return _by_default(history, as_of)
    if not before or not after:
        given, lacking = ("before", "after") if before else ("after", "before")
        raise InputError(f"{given} has a period and {lacking} has none", where=f"roi.{lacking}", allowed=_ALLOWED)
    first, second = _span("before", before), _span("after", after)
    if first.first > second.last:
        raise InputError(
            f"before begins on {first.first}, when after has ended", where="roi.before", mend="Exchange the two."
        )
    if first.last >= second.first:
        raise InputError(
            f"before ends on {first.last} and after begins on {second.first}: they overlap",
            where="roi.after",
            mend="Let each day belong to one of them.",
        )
    for name, span in (("before", first), ("after", second)):
        _check_on_record(name, span, as_of, history)
    return _with_earlier(Periods(first, second, history, given=True))


def _by_default(history: Span | None, as_of: date) -> Periods:
    if history is None:
        return Periods(None, None, None)
    end = as_of if (as_of - history.last).days <= SLACK_DAYS else history.last
    after = Span(end - timedelta(days=DEFAULT_DAYS - 1), end)
    before = after.prior()
    if before.first < history.first - timedelta(days=SLACK_DAYS):
        return Periods(None, None, history)
    return _with_earlier(Periods(before, after, history))


def _with_earlier(periods: Periods) -> Periods:
    before, after, history = periods.before, periods.after, periods.history
    if before is None or after is None:
        return periods
    windows = {"before": before, "after": after}
    if history is None:
        return Periods(before, after, history, windows, periods.given)
    start = history.first - timedelta(days=SLACK_DAYS)
    windows |= {
        name: span
        for name, span in (("prior_before", before.prior()), ("prior_after", after.prior()))
        if span.first >= start
    }
    shift = (after.first - before.first).days
    shifted = before.back(shift), after.back(shift)
    if abs(shift - YEAR_DAYS) <= SLACK_DAYS:  # the comparison before this one is the one of a year earlier
        pairs = {"year": shifted}
    else:
        pairs = {"placebo": shifted, "year": (before.year_earlier(), after.year_earlier())}
    for name, (earlier, later) in pairs.items():
        over = (later.last - after.first).days + 1
        if earlier.first >= start and over <= SLACK_DAYS:  # half-years differ by a day or two
            later = Span(later.first, later.last - timedelta(days=max(0, over)))
            windows |= {f"{name}_before": earlier, f"{name}_after": later}
    return Periods(before, after, history, windows, periods.given)


def _span(name: str, given: Sequence[str]) -> Span:
    where = f"roi.{name}"
    if len(given) != 2:
        raise InputError(f"{name} has {len(given)} of the 2 days that a period has", where=where, allowed=_ALLOWED)
    days = []
    for text in given:
        try:
            days.append(date.fromisoformat(str(text)[:10]))
        except ValueError:
            raise InputError(f'"{text}" is not a day', where=where, allowed=_ALLOWED) from None
    if days[0] > days[1]:
        raise InputError(
            f"{name} ends on {days[1]}, before it begins on {days[0]}", where=where, mend="Exchange the two days."
        )
    return Span(days[0], days[1])


def _check_on_record(name: str, span: Span, as_of: date, history: Span | None) -> None:
    where = f"roi.{name}"
    if span.last > as_of:
        raise InputError(f"{name} ends on {span.last}, after the day of analysis, {as_of}", where=where)
    if history is None:
        return
    told = f"days from {history.first} to {as_of}"
    if span.first < history.first - timedelta(days=SLACK_DAYS):
        what = f"{name} begins on {span.first}, and the data on {history.first}"
        raise InputError(what, where=where, allowed=told)
    if span.first > history.last:
        what = f"{name} is empty: it begins on {span.first}, and the data end on {history.last}"
        raise InputError(what, where=where, allowed=told)


def _whole_years(days: int) -> bool:
    years = round(days / YEAR_DAYS)
    return years >= 1 and abs(days - years * YEAR_DAYS) <= SLACK_DAYS
