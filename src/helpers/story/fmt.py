"""The only place where a number becomes text.

English conventions: comma for thousands, point for decimals, a real minus sign; a client's locale has its own marks for
both, while words, months and the place of the currency stay those of the English text around. What is missing or not
finite is shown as an en dash, never as "nan". Verdicts compare values as printed, so rounding lives here too.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

MISSING = "–"
_SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€", "JPY": "¥", "INR": "₹", "CNY": "CN¥"}
_ENGLISH = (".", ",")  # between whole and part, and between thousands
_marks = _ENGLISH  # the process's: a kernel runs one notebook of one client
_ENGLISH_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|\d*\.\d+)(?![.,]?\d)")
_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def use_locale(name: str) -> None:
    """Write numbers with the marks of a locale ("de-DE") from here on; "" and English ones mean English."""
    global _marks
    _marks = marks_of(name) if name else _ENGLISH


def marks_of(name: str) -> tuple[str, str]:
    """What a locale puts between whole and part, and between thousands (Unicode CLDR); raises ValueError for none."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(name, sep="-")
    except UnknownLocaleError as error:
        raise ValueError(str(error)) from error
    symbols = locale.number_symbols["latn"]
    return symbols["decimal"], symbols["group"]


def as_english(text: str) -> str:
    """A text whose numbers have the locale's marks, with English ones; as long as it was."""
    if _marks == _ENGLISH:
        return text
    there = dict(zip(_marks, _ENGLISH, strict=True))
    return re.sub(r"(?<=\d)\D(?=\d)", lambda found: there.get(found[0], found[0]), text)


def in_marks(text: str) -> str:
    """A text that was written beneath `story`, with English numbers, in the locale's marks: "1,234 answers"."""
    if _marks == _ENGLISH:
        return text
    return _ENGLISH_NUMBER.sub(lambda found: _marked(found[0]), text)


def count(n: float) -> str:
    """1234567 -> "1,234,567"."""
    return _plain(n, 0)


def number(x: float, decimals: int = 1) -> str:
    """A plain measure: 1234.56 -> "1,234.6"."""
    return _plain(x, decimals)


def words(n: int) -> str:
    """Small counts as words for running text: 3 -> "three"; from 13 on as figures."""
    return _WORDS[n] if 0 <= n < len(_WORDS) else count(n)


def many(n: float, singular: str, plural: str = "") -> str:
    """A count with its noun: (1, "customer") -> "1 customer"; (2, "reply", "replies") -> "2 replies"."""
    text = count(n)
    return f"{text} {singular if text == '1' else plural or singular + 's'}"


def share(x: float, decimals: int = 0) -> str:
    """A share in 0-1 as percent: .1234 -> "12%". What would round to 0 or 100 but is not says so: "<1%"."""
    if _missing(x):
        return MISSING
    least, text = 10.0**-decimals, _plain(x * 100, decimals)
    if x > 0 and text == _plain(0, decimals):
        return f"<{_marked(f'{least:.{decimals}f}')}%"
    if x < 1 and text == _plain(100, decimals):
        return f">{_marked(f'{100 - least:.{decimals}f}')}%"
    return text + "%"


def change(x: float, decimals: int = 0) -> str:
    """A relative change with its sign: .08 -> "+8%"."""
    return MISSING if _missing(x) else _signed(x * 100, decimals) + "%"


def points(x: float) -> str:
    """A score in -1..1 as points with its sign: .3984 -> "+40"."""
    return MISSING if _missing(x) else score(x * 100)


def score(points: float) -> str:
    """A score that is in points already: 39.84 -> "+40"."""
    return _signed(points, 0)


def signed(x: float, form: Callable[[float], str]) -> str:
    """A change in the given form, with its sign: (0.77, money) -> "+£0.77"."""
    text = form(x)
    return text if not x > 0 or text.startswith("+") else _sign(text, "+")


def ratio(x: float) -> str:
    """A return as percent: 9.0 -> "900%"; -0.2 -> "−20%"."""
    return MISSING if _missing(x) else _plain(x * 100, 0) + "%"


def days(x: float) -> str:
    """45 -> "45 days"; 1 -> "1 day"."""
    return MISSING if _missing(x) else many(round(x), "day")


def day(d: date | datetime | None) -> str:
    """2026-09-30 -> "30 September 2026"."""
    return MISSING if d is None or d != d else f"{d.day} {d:%B %Y}"


def month(d: date | datetime | None) -> str:
    """2026-09-30 -> "September 2026"."""
    return MISSING if d is None or d != d else f"{d:%B %Y}"


def interval(low: float, high: float, form: Callable[[float], str] = share) -> str:
    """A 95% interval in the given form: "22% to 37%". Unknown bounds give an en dash."""
    if _missing(low) or _missing(high):
        return MISSING
    return f"{form(low)} to {form(high)}"


def is_zero(text: str) -> bool:
    """Whether a printed number shows nothing but zeros: "£0.00" does, "<1%" does not."""
    return not any(c in "123456789" for c in text)


def listing(names: list[str]) -> str:
    """["a", "b", "c"] -> "a, b and c"."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""


def size(n_bytes: float) -> str:
    """1234567 -> "1.2 MB"."""
    for unit in ("bytes", "kB", "MB"):
        if round(n_bytes, 1) < 1000:
            return f"{n_bytes:.0f} {unit}" if unit == "bytes" else f"{number(n_bytes)} {unit}"
        n_bytes /= 1000
    return f"{number(n_bytes)} GB"


@dataclass(frozen=True)
class Money:
    """Amounts in one currency: call it for running text (three figures), `.exact` to the penny."""

    currency: str

    def __call__(self, amount: float) -> str:
        """1234567 -> "£1.23m"; 40000 -> "£40k"; 4567.8 -> "£4,568"; 4.5 -> "£4.50"."""
        if _missing(amount):
            return MISSING
        minus = "−" if amount < 0 else ""
        size_of = abs(amount)
        for limit, divisor, suffix in ((999.5e6, 1e9, "bn"), (999.5e3, 1e6, "m"), (9_999.5, 1e3, "k")):
            if size_of >= limit:
                scaled = size_of / divisor
                decimals = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
                figures = f"{scaled:,.{decimals}f}"
                figures = figures.rstrip("0").rstrip(".") if decimals else figures
                return f"{minus}{self._symbol}{_marked(figures)}{suffix}"
        decimals = 2 if size_of < 99.995 and round(size_of, 2) % 1 else 0
        return _sign(f"{self._symbol}{_plain(size_of, decimals)}", minus)

    def exact(self, amount: float) -> str:
        """1234567.891 -> "£1,234,567.89"."""
        if _missing(amount):
            return MISSING
        return _sign(f"{self._symbol}{_plain(abs(amount), 2)}", "−" if amount < 0 else "")

    @property
    def _symbol(self) -> str:
        return _SYMBOLS.get(self.currency, self.currency + " ")


def _missing(x: float | None) -> bool:
    return x is None or not math.isfinite(x)


def _plain(x: float, decimals: int) -> str:
    return MISSING if _missing(x) else _sign(_marked(f"{abs(x):,.{decimals}f}"), "−" if x < 0 else "")


def _marked(figures: str) -> str:
    """Figures in English form with the locale's marks."""
    if _marks == _ENGLISH:
        return figures
    decimal, group = _marks
    return figures.replace(",", "\0").replace(".", decimal).replace("\0", group)


def _signed(x: float, decimals: int) -> str:
    return signed(x, lambda value: _plain(value, decimals))


def _sign(text: str, sign: str) -> str:
    """The sign before the text, unless the text shows nothing but zeros."""
    return text if is_zero(text) else sign + text
