"""What a column's values look like: numbers and their decimal mark, flags, addresses; for dates see `dates`.

A look is taken at the distinct values of a sample, weighted by how often they occur. Nothing here knows what the
header says.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from helpers.data.cleaning.casting import FALSE, TRUE
from helpers.data.guess.dates import Dates, day_order, find_dates
from helpers.data.guess.words import fold

MOST_DISTINCT = 1_500  # distinct values looked at, the most frequent first
_FEW = 80  # up to this many distinct values are kept with their counts
_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "zł": "PLN", "zl": "PLN", "¥": "JPY", "₹": "INR", "R$": "BRL"}
_SIGNED = re.compile(r"^\s*(R\$|[€£$¥₹]|zł)\s*-?[\d.,]|[\d.,]\s*(€|£|\$|zł|zl)\s*$")
_INSIDE = re.compile(r"([€£$])\s?\d")
_ISO_MONEY = re.compile(r"\b(EUR|GBP|USD|CHF|PLN|SEK|DKK|NOK|CZK|HUF|CAD|AUD|JPY|BRL|MXN)\b")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CODE = re.compile(r"[A-Za-z]{0,6}[\-_ ]?\d{2,}(\.0)?|[0-9a-f\-]{8,}")
_PHONE = re.compile(
    r"(\+|00)\d[\d\s()/.\-]{7,}|\(?0\d{1,5}\)?[\s/\-][\d\s/\-]{5,}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}"
)


def _folded(words: str, mark: str = " ") -> frozenset[str]:
    return frozenset(fold(word) for word in words.split(mark))


KNOWN_FLAGS = frozenset((*TRUE, *FALSE))  # what reading takes without a map
YES = _folded(" ".join(TRUE) + " verdadero verdadeiro waar prawda yep abonniert subscribed")
NO = _folded(" ".join(FALSE) + " falso onwaar nope abgemeldet unsubscribed")
MISSING_WORDS = _folded(
    "n/a|na|n.a.|n/d|nd|s/d|none|null|nan|nil|-|--|---|?|.|k.a.|k. a.|keine angabe|unbekannt|unknown|blank|missing|"
    "no answer|no data|not available|not applicable|no aplica|no sabe|ns/nc|no contesta|no sabe / no contesta|"
    "weiß nicht|weiss nicht|don't know|dont know|dk|refused|skipped|brak|brak danych|nie wiem|nie dotyczy|"
    "geen antwoord|onbekend|weet niet|weet ik niet|nvt|n.v.t.|sans réponse|ne sait pas|nsp|non applicable|"
    "sans objet|inconnu|non so|non risponde|nao sabe|não sabe|não se aplica|desconocido|(blank)|(null)|(leer)|#n/a|"
    "#n/v|#nv|undefined|leer|entfällt|trifft nicht zu|prefer not to say|0000-00-00|0000-00-00 00:00:00",
    mark="|",
)


@dataclass(frozen=True)
class Column:
    """A column of a sample. Shares are of its filled values."""

    name: str
    rows: int
    filled: int
    distinct: int
    common: dict[str, int] = field(repr=False)  # value -> count, the most frequent first, at most MOST_DISTINCT
    decimal: str  # of the file, "." or ","
    dates: Dates | None

    @property
    def filled_share(self) -> float:
        return self.filled / self.rows if self.rows else 0.0

    @property
    def unique_share(self) -> float:
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def few(self) -> dict[str, int]:
        """The values with their counts, where there are few; otherwise empty."""
        return self.common if self.distinct <= _FEW else {}

    @cached_property
    def numbers(self) -> dict[float, int]:
        """Numeric values with their counts."""
        found: Counter[float] = Counter()
        for text, count in self.common.items():
            number = to_number(text, self.decimal)
            if number is not None:
                found[number] += count
        return dict(found)

    @cached_property
    def number_share(self) -> float:
        return self._share(sum(self.numbers.values()))

    @cached_property
    def whole_share(self) -> float:
        return self._share(sum(n for value, n in self.numbers.items() if value == int(value)))

    @cached_property
    def no_answers(self) -> dict[str, int]:
        """Values that say in words that there is no answer, with their counts."""
        return {text: n for text, n in self.common.items() if len(text) <= 24 and fold(text.strip()) in MISSING_WORDS}

    @cached_property
    def answered(self) -> int:
        """Values that do not, of those looked at."""
        return sum(self.common.values()) - sum(self.no_answers.values())

    @cached_property
    def whole(self) -> dict[int, int]:
        return {int(value): n for value, n in self.numbers.items() if value == int(value)}

    @cached_property
    def email_share(self) -> float:
        return self._share_like(_EMAIL)

    @cached_property
    def phone_share(self) -> float:
        return self._share_like(_PHONE)

    @cached_property
    def code_share(self) -> float:
        return self._share(sum(n for text, n in self.common.items() if _CODE.fullmatch(text)))

    @cached_property
    def flag_share(self) -> float:
        told = sum(n for text, n in self.common.items() if fold(text.strip()) in YES | NO)
        return self._share(told) if self.distinct <= 6 else 0.0

    @cached_property
    def mean_length(self) -> float:
        total = sum(self.common.values())
        return sum(len(text) * n for text, n in self.common.items()) / total if total else 0.0

    @cached_property
    def median(self) -> float:
        return float(pd.Series(self.numbers).index.repeat(list(self.numbers.values())).to_series().median())

    def currency(self) -> str:
        """The ISO code that signs or codes in the values tell; empty where they do not, or disagree."""
        signs: Counter[str] = Counter()
        for text, count in list(self.common.items())[:200]:
            match = _SIGNED.search(text) or _INSIDE.search(text)
            code = _ISO_MONEY.search(text)
            if match:
                signs[_SIGNS[next(g for g in match.groups() if g)]] += count
            elif code and len(text) <= 20:
                signs[code[1]] += count
        top = signs.most_common(1)
        return top[0][0] if top and top[0][1] > 0.5 * sum(list(self.common.values())[:200]) else ""

    def _share(self, count: int) -> float:
        total = sum(self.common.values())
        return count / total if total else 0.0

    def _share_like(self, pattern: re.Pattern[str]) -> float:
        return self._share(sum(n for text, n in self.common.items() if pattern.fullmatch(text.strip())))


@dataclass(frozen=True)
class FileLook:
    """All columns of a sample, and how the file writes decimals."""

    columns: tuple[Column, ...]
    rows: int  # in the sample
    decimal: str
    decimal_doubt: str = ""
    frame: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)  # the sample itself

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


def look_at(frame: pd.DataFrame) -> FileLook:
    """Look at every column of a frame of text. Blanks, empty text and nulls are not filled."""
    counted: dict[str, tuple[Counter[str], int, int, tuple[str, ...]]] = {}
    for position, name in enumerate(frame.columns):
        values = frame.iloc[:, position].dropna().astype(str).str.strip()
        values = values[values != ""]
        counts = values.value_counts()
        common = {str(k): int(n) for k, n in counts.head(MOST_DISTINCT).items()}
        counted.setdefault(str(name), (Counter(common), len(values), len(counts), tuple(values.head(400))))
    decimal, doubt = _decimal_mark([common for common, *_ in counted.values()])
    known_order = day_order([common for common, *_ in counted.values()])
    columns = []
    for name, (common_counts, filled, distinct, ordered) in counted.items():
        dates = find_dates(dict(common_counts), ordered, known_order)
        columns.append(Column(name, len(frame), filled, distinct, dict(common_counts), decimal, dates))
    return FileLook(tuple(columns), len(frame), decimal, doubt, frame)


def to_number(text: str, decimal: str = ".") -> float | None:
    """A number as exports write it: thousands marks, currency signs and a trailing minus are taken off."""
    plain = re.sub(r"[\s\u00a0\u202f'€£$¥₹%]|zł|^[A-Z]{3}\b|\b[A-Z]{3}$", "", text.strip())
    if plain.endswith("-"):
        plain = "-" + plain[:-1]
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    if decimal == ",":
        if not re.fullmatch(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?", plain):
            return None
        plain = plain.replace(".", "").replace(",", ".")
    else:
        if not re.fullmatch(r"[+-]?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", plain):
            return None
        plain = plain.replace(",", "")
    number = float(plain)
    return number if abs(number) < 1e15 else None


def _decimal_mark(columns: list[Counter[str]]) -> tuple[str, str]:
    """The file's decimal mark and, where the values cannot tell, why it is doubted."""
    comma = point = either = 0
    for common in columns:
        for text, count in common.items():
            plain = re.sub(r"[\s\u00a0\u202f€£$%+\-]|zł|\b[A-Z]{3}\b", "", text)
            if re.fullmatch(r"\d{1,3}(\.\d{3})*,\d{1,2}|\d{4,},\d+|\d+,\d{4,}|0,\d+|\d{1,3}(\.\d{3})+,\d+", plain):
                comma += count
            elif re.fullmatch(r"\d{1,3}(,\d{3})*\.\d{1,2}|\d{4,}\.\d+|\d+\.\d{4,}|0\.\d+|\d{1,3}(,\d{3})+\.\d+", plain):
                point += count
            elif re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", plain):
                either += count
    if comma > point:
        return ",", "" if comma > 5 * point else "some numbers have a decimal point"
    if not comma and not point and either:
        return ".", '"1.234" may be a thousand or a fraction'
    return ".", "" if point > 5 * comma or not comma else "some numbers have a decimal comma"
