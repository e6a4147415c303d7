"""How a column's dates are written: the formats that read them, and which of day and month comes first.

A look is taken at a column's distinct values, weighted by how often they occur.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from helpers.data.spec import EXCEL_SERIAL

_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?UTC|Z|[+-]\d{2}:?\d{2})?)?")
_ISO_ZONE_APART = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [+-]\d{2}:?\d{2}")
_PARTED = re.compile(r"(\d{1,2})([./\-])(\d{1,2})\2(\d{4}|\d{2})(.*)")
_YEAR_FIRST = re.compile(r"(\d{4})([./])(\d{1,2})\2(\d{1,2})(.*)")
_TIMES = (
    ("", re.compile("")),
    (" %H:%M", re.compile(r" \d{1,2}:\d{2}")),
    (" %H:%M:%S", re.compile(r" \d{1,2}:\d{2}:\d{2}")),
    (" %I:%M %p", re.compile(r" \d{1,2}:\d{2} [AaPp][Mm]")),
    (" %I:%M:%S %p", re.compile(r" \d{1,2}:\d{2}:\d{2} [AaPp][Mm]")),
    ("T%H:%M:%S", re.compile(r"T\d{2}:\d{2}:\d{2}")),
    (", %H:%M", re.compile(r", \d{1,2}:\d{2}")),
)
_WORDED_DAYS = (
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%d/%b/%Y",
    "%b %d %Y",
    "%d.%b.%Y",
    "%d.%b.%y",
)
_WORDED_CLOCK = re.compile(r"(.*[A-Za-z].*?)((?:,? )\d{1,2}:\d{2}.*)?")
_MONTHS = re.compile(r"(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")


@dataclass(frozen=True)
class Dates:
    """How a column's dates are written. An empty format is ISO."""

    formats: tuple[str, ...]
    share: float  # of the filled values that these formats read
    runner_up: str = ""  # the other order of day and month, where the values cannot tell
    first: datetime | None = None
    last: datetime | None = None


def find_dates(common: dict[str, int], ordered: tuple[str, ...] = (), day_first: bool | None = None) -> Dates | None:
    """The formats in which at least half of the values are dates, or None.

    `day_first` is what other columns of the file tell; without it, and where no day is above 12, the order in
    which the values follow one another decides, and the other reading is named as runner-up.
    """
    total = sum(common.values())
    shapes: Counter[str] = Counter()
    kept: dict[str, list[str]] = {}
    for text, count in common.items():
        shape = _shape(text.strip())
        if shape is not None:
            shapes[shape] += count
            kept.setdefault(shape, []).append(text.strip())
    told = [shape for shape, n in shapes.most_common() if n >= max(1, 0.01 * total)][:4]
    if not told or sum(shapes[s] for s in told) < 0.5 * total:
        return None
    own = day_order([common])
    if own is None and all("?a." in shape for shape in told if "?" in shape):
        own = True  # with points between, the day comes first everywhere
    order = own if own is not None else day_first
    unclear = order is None and any("?" in shape for shape in told)
    if unclear:
        order = _order_by_run([t.strip() for t in ordered], told)
    formats = tuple(dict.fromkeys(_spell(shape, order is not False) for shape in told))
    moments = [m for s in told for t in kept[s] if (m := to_moment(t, _spell(s, order is not False))) is not None]
    if not moments:
        return None
    runner_up = _spell(next(s for s in told if "?" in s), order is False) if unclear else ""
    share = sum(shapes[s] for s in told) / total
    return Dates(formats, share, runner_up, min(moments), max(moments))


def to_moment(text: str, form: str) -> datetime | None:
    """A text as a moment by a format ("" is ISO, EXCEL_SERIAL a number); None where it does not fit."""
    try:
        if form == EXCEL_SERIAL:
            return datetime(1899, 12, 30) + timedelta(days=float(text))
        if form:
            return datetime.strptime(text, form).replace(tzinfo=None)
        day = [int(part) for part in re.split(r"[T ]", text)[0].split("-")]
        return datetime(day[0], day[1], day[2])
    except (ValueError, OverflowError):
        return None


def _shape(text: str) -> str | None:
    """The format of one text, with "?d" and "?m" where day and month could stand the other way round."""
    if len(text) > 40 or not any(c.isdigit() for c in text):
        return None
    if _ISO.fullmatch(text):
        return "" if to_moment(text, "") else None
    if _ISO_ZONE_APART.fullmatch(text):  # the engine's cast does not take the blank
        return "%Y-%m-%d %H:%M:%S %z"
    if match := _PARTED.fullmatch(text):
        first, sign, second, year, rest = match.groups()
        clock = _clock(rest)
        if clock is None or not 1 <= int(first) <= 31 or not 1 <= int(second) <= 31:
            return None
        if int(first) > 12 and int(second) > 12:
            return None
        return f"?a{sign}?b{sign}{'%Y' if len(year) == 4 else '%y'}{clock}"
    if match := _YEAR_FIRST.fullmatch(text):
        year, sign, month, day, rest = match.groups()
        clock = _clock(rest)
        return f"%Y{sign}%m{sign}%d{clock}" if clock is not None and int(month) <= 12 and int(day) <= 31 else None
    if re.fullmatch(r"(19|20)\d{6}", text):
        return "%Y%m%d" if to_moment(text, "%Y%m%d") else None
    if text.isascii() and _MONTHS.search(text) and (match := _WORDED_CLOCK.fullmatch(text)):
        clock = _clock(match[2] or "")
        day = next((form for form in _WORDED_DAYS if to_moment(match[1], form)), None)
        return day + clock if day is not None and clock is not None else None
    return None


def _clock(rest: str) -> str | None:
    return next((form for form, pattern in _TIMES if pattern.fullmatch(rest)), None)


def _spell(shape: str, day_first: bool) -> str:
    first, second = ("%d", "%m") if day_first else ("%m", "%d")
    return shape.replace("?a", first).replace("?b", second)


def day_order(columns: list[Counter[str]] | list[dict[str, int]]) -> bool | None:
    """Whether the day comes first, by values above 12; None where no value tells, or both do."""
    day_first = month_first = 0
    for common in columns:
        for text, count in common.items():
            if match := _PARTED.fullmatch(text.strip()):
                if _clock(match[5]) is None:
                    continue
                day_first += count * (12 < int(match[1]) <= 31 and int(match[3]) <= 12)
                month_first += count * (12 < int(match[3]) <= 31 and int(match[1]) <= 12)
    if day_first > 20 * month_first:
        return True
    return False if month_first > 20 * day_first else None


def _order_by_run(ordered: list[str], shapes: list[str]) -> bool:
    """Guess by the order of rows, since exports are often sorted by date; ties take the day first."""

    def breaks(day_first: bool) -> int:
        moments = [
            next((m for s in shapes if (m := to_moment(text, _spell(s, day_first))) is not None), None)
            for text in ordered
        ]
        days = [m.date() if m else date.min for m in moments]
        pairs = list(pairwise(days))
        return min(sum(a > b for a, b in pairs), sum(a < b for a, b in pairs))

    return breaks(True) <= breaks(False)
