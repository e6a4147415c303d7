"""The head of a drafted file: the day to look back from, the currency, whom the client sells to, and knobs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import ibis
from ibis.expr.types import Table

from helpers.data.guess.head import Guess, find_last_day, guess_business_model, guess_currency, year_in
from helpers.data.guess.sampling import Sample, rows_by_day
from helpers.data.schema import TABLES
from helpers.errors import InputError
from helpers.runs.draft_look import Understood
from helpers.runs.draft_text import Line

_LATE_ORDERS_DAYS = 31
_COUNTED_AT_ONCE = 50  # files
_OLDEST_YEAR = 1990  # a time of day without a day is read as one long ago


@dataclass(frozen=True)
class Wishes:
    """What the user said instead of leaving it to the data."""

    name: str = ""
    as_of: date | None = None
    currency: str = ""


def propose_as_of(understood: list[Understood], others: list[Understood], wishes: Wishes) -> Guess:
    """The last day in the data, stray days left aside; else the year in a file's name, that of
    the last survey wave, or the file's own day."""
    if wishes.as_of:
        return Guess(str(wishes.as_of), "as you said; every age and recency is counted back from its end", sure=True)
    found = [last for one in understood if (last := _last_day(one, TABLES[one.part.table].date_column))]
    acting = [f for f in found if f.one.part.table != "customers"] or found
    if acting:
        return _explain_last_day(acting)
    unread = [last for one in (*understood, *others) for last in _days_not_read(one)]
    if unread:
        last = max(unread, key=lambda f: f.day)
        return Guess(str(last.day), f"the last day in a column that is not used ({last.one.shown}, {last.source})")
    looked = [s for one in (*understood, *others) for s in one.samples]
    years = [year for s in looked if (year := year_in(s.name))]
    if years:
        return Guess(f"{max(years)}-12-31", "no file holds a date; this is the end of the year in a file's name")
    waves = [year for one in understood if (year := _last_wave_year(one))]
    if waves:
        return Guess(f"{max(waves)}-12-31", "no file holds a date; this is the end of the last wave's year")
    saved_on = [(saved, s.name) for s in looked if (saved := s.saved_on)]
    if not saved_on:
        raise InputError(
            "No source holds a date, and a report needs the day to look back from", where="kit new",
            mend="Say it: --as-of 2026-09-30.",
        )  # fmt: skip
    newest, file = max(saved_on)
    return Guess(str(newest), f"no file holds a date; this is the day {file} was last saved")


def _last_wave_year(one: Understood) -> int | None:
    """The year of the last survey wave, where all waves tell theirs and it is over; else None."""
    source = one.part.source_of("wave")
    years = [year_in(wave) for wave in one.look.column(source).common] if source else []
    known = [year for year in years if year]
    saved = next((s.saved_on for s in one.samples if s.saved_on), None)
    over = known and (not saved or max(known) < saved.year)
    return max(known) if over and len(known) == len(years) else None


@dataclass(frozen=True)
class _LastDay:
    day: date
    one: Understood
    source: str  # the column
    strays: tuple[date, ...]


def _last_day(one: Understood, column: str) -> _LastDay | None:
    """The last day of a canonical column of a file, over all its rows."""
    return _count_days(one, one.part.source_of(column), one.part.dates[column]) if column in one.part.dates else None


def _days_not_read(one: Understood) -> Iterator[_LastDay]:
    """The last days of columns of dates that nothing reads; what lies ahead of its own file is no last day."""
    for column in one.look.columns:
        if column.dates and column.name not in one.part.personal:
            last = _count_days(one, column.name, column.dates.formats)
            saved = one.samples[0].saved_on
            if last and last.day.year >= _OLDEST_YEAR and not (saved and last.day > saved):
                yield last


def _count_days(one: Understood, source: str, formats: tuple[str, ...]) -> _LastDay | None:
    days: dict[date, int] = {}
    for sample in _together(one.samples):
        for day, rows in rows_by_day(sample, source, formats):
            days[day] = days.get(day, 0) + rows
    last = find_last_day(sorted(days.items(), reverse=True))
    return _LastDay(last.day, one, source, last.strays) if last else None


def _together(samples: Sequence[Sample]) -> Iterator[Sample]:
    """Files that are read as one, a few dozen at a time, so that many are counted quickly."""
    for start in range(0, len(samples), _COUNTED_AT_ONCE):
        first, *others = samples[start : start + _COUNTED_AT_ONCE]
        if not others or first.table:
            yield from (first, *others)
        else:
            yield replace(first, count_values=partial(_count_together, (first, *others)))


def _count_together(samples: Sequence[Sample], column: str) -> Table:
    return ibis.union(*[sample.count_values(column) for sample in samples])


def _explain_last_day(found: list[_LastDay]) -> Guess:
    latest = max(found, key=lambda f: f.day)
    day, one = latest.day, latest.one
    why, doubts = f"the last day in the data ({one.shown}, {latest.source})", []
    strays = [stray for f in found for stray in f.strays]
    if strays:
        shown = ", ".join(map(str, strays[:3])) + (" …" if len(strays) > 3 else "")
        doubts.append(f"a few rows are dated far later and were not counted ({shown})")
    if one.part.dates_doubt:
        doubts.append("day and month may be swapped")
    orders = [f.day for f in found if f.one.part.table == "orders"]
    if orders and (day - max(orders)).days > _LATE_ORDERS_DAYS:
        doubts.append(f"orders end earlier; runner-up: {max(orders)}")
    return Guess(str(day), "; ".join([why, *doubts]), sure=not doubts)


def head_lines(slug: str, understood: list[Understood], as_of: Guess, wishes: Wishes) -> list[Line]:
    name = wishes.name or " ".join(word[:1].upper() + word[1:] for word in re.split(r"[-_]+", slug) if word) or slug
    looks, parts = [u.look for u in understood], [u.part for u in understood]
    currency = Guess(wishes.currency, "as you said", True) if wishes.currency else guess_currency(looks, parts)
    model = guess_business_model(parts)
    return [
        Line("client", name, "the name the report shows", False),
        Line("as_of", as_of.value, as_of.why, not as_of.sure),
        Line("currency", currency.value, currency.why, not currency.sure),
        Line("business_model", model.value, model.why, not model.sure),
    ]


def money_outcome(understood: list[Understood]) -> dict[str, dict[str, str]]:
    """The return is computed from the outcome called spend; where money has another name, say which."""
    for one in understood:
        money = [
            name for name in one.part.outcomes
            if max(one.look.column(name).numbers, default=0) > 1 and one.look.column(name).distinct > 10
        ]  # fmt: skip
        if money and "spend" not in one.part.outcomes:
            return {"campaigns": {"outcome": money[0]}}
    return {}
