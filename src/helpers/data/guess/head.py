"""Who the client is, as far as the data tell: the last day, the currency, and whom the client sells to."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from helpers.data.guess.fits import value_fit
from helpers.data.guess.names import read_header, split_words
from helpers.data.guess.parts import Part
from helpers.data.guess.values import FileLook
from helpers.data.guess.words import fold


def _words(text: str) -> list[str]:
    return text.split()


_STRAY_GAP = timedelta(days=120)
_CODES = ("EUR", "USD", "GBP", "CHF", "PLN", "SEK", "DKK", "NOK", "JPY", "CAD", "AUD", "CZK", "HUF", "BRL", "MXN")
_EURO = """germany deutschland de france fr spain espana es italy italia it netherlands nederland nl belgium be austria
    osterreich at portugal pt ireland ie finland fi greece gr bayern hessen niedersachsen berlin"""
_COUNTRIES = {
    **dict.fromkeys(_words(_EURO), "EUR"),
    **dict.fromkeys(["united kingdom", "uk", "gb", "england", "scotland", "wales", "great britain"], "GBP"),
    **dict.fromkeys(["us", "usa", "united states", "united states of america", "ca", "tx", "ny", "california"], "USD"),
    **dict.fromkeys(["poland", "polska", "pl"], "PLN"),
    **dict.fromkeys(["switzerland", "schweiz", "suisse", "ch"], "CHF"),
    **dict.fromkeys(["brazil", "brasil", "br"], "BRL"),
    **dict.fromkeys(["canada"], "CAD"),
    **dict.fromkeys(["mexico", "mx"], "MXN"),
    **dict.fromkeys(["sweden", "sverige", "se"], "SEK"),
    **dict.fromkeys(["denmark", "danmark", "dk"], "DKK"),
}  # fmt: skip
_EURO_WORDS = _words(
    """betrag umsatz kunde kunden kundennummer bestelldatum preis montant commande achat importe pedido
    fecha cliente importo prezzo bedrag klant klantnummer prix precio"""
)
_ZLOTY_WORDS = _words("kwota cena zamowienia klienta wartosc ilosc")


@dataclass(frozen=True)
class Guess:
    value: str
    why: str
    sure: bool = False


@dataclass(frozen=True)
class LastDay:
    """The last day of a date column, without a few stray days far beyond the others."""

    day: date
    strays: tuple[date, ...] = ()


def find_last_day(days: Sequence[tuple[date, int]]) -> LastDay | None:
    """The last day of `(day, rows)`, newest first; days are stray that few rows have and a long gap parts.

    Few is one row in a thousand, or three rows where there are a hundred or more; long is four months.
    """
    total = sum(rows for _, rows in days)
    few = max(total / 1_000, 3 if total >= 100 else 1 if total >= 12 else 0)
    above, cut = 0, 0
    for i, ((day, rows), (before, _)) in enumerate(pairwise(days)):
        above += rows
        if above > few:
            break
        if day - before > _STRAY_GAP:
            cut = i + 1
    return LastDay(days[cut][0], tuple(day for day, _ in days[:cut])) if days else None


def year_in(name: str) -> int | None:
    """The year in a file's name: 2017 of "survey_2017.csv"; None where there is none, or more than one."""
    years = set(re.findall(r"(?<!\d)(?:19|20)\d{2}(?=\D|\d{2}\D|\d{4}\D|$)", name))
    return int(years.pop()) if len(years) == 1 else None


def guess_currency(looks: Sequence[FileLook], parts: Sequence[Part]) -> Guess:
    """The currency of the money in the data: from a column of codes, signs, headers, countries, or the language."""
    for look in looks:
        for column in look.columns:
            if read_header(column.name).means("CURRENCY") and value_fit("orders", "currency", column).share:
                counts = Counter({code.strip().upper(): n for code, n in column.common.items()})
                why = f"the most frequent of {', '.join(list(counts)[:4])} in {column.name}"
                return Guess(counts.most_common(1)[0][0], why, sure=len(counts) == 1)
    signs = Counter(code for look in looks for column in look.columns if (code := column.currency()))
    if signs:
        code, columns = signs.most_common(1)[0]
        return Guess(code, f"by the signs in {columns} column{'s' if columns > 1 else ''}", sure=len(signs) == 1)
    said = Counter(code for look in looks for column in look.columns if (code := _code_in_header(column.name)))
    if said:
        code = said.most_common(1)[0][0]
        signs_alone = not any(
            code in column.name for look in looks for column in look.columns
        )  # there are many dollars
        return Guess(
            code, "by a sign in a header" if signs_alone else "by a header", len(said) == 1 and not signs_alone
        )
    places: Counter[str] = Counter()
    for look in looks:
        for column in look.columns:
            if read_header(column.name).means("GEOGRAPHIC"):
                for value, count in column.few.items():
                    places[_COUNTRIES.get(fold(value.strip()), "")] += count
    known = [(code, n) for code, n in places.most_common() if code]
    if known:
        runner_up = f"; runner-up: {known[1][0]}" if len(known) > 1 else ""
        return Guess(known[0][0], f"by the customers' places alone{runner_up}")
    words = Counter(word for look in looks for c in look.columns for word in split_words(c.name))
    if any(words[w] for w in _ZLOTY_WORDS):
        return Guess("PLN", "by the language of the headers alone; runner-up: EUR")
    if any(words[w] for w in _EURO_WORDS):
        return Guess("EUR", "by the language of the headers alone")
    if any(form.startswith("%m/") for part in parts for formats in part.dates.values() for form in formats):
        return Guess("USD", "by the way dates are written alone; runner-up: EUR")
    return Guess("EUR", "nothing in the data names a currency")


def guess_business_model(parts: Sequence[Part]) -> Guess:
    """b2b where customers belong to accounts or have a trade, else b2c; never sure."""
    for part in parts:
        if account := part.source_of("account_id"):
            return Guess("b2b", f"customers have an account ({account}); runner-up: b2b2c")
        if trade := next((t.source for t in part.traits if t.kind == "firmographic"), ""):
            return Guess("b2b", f"customers have a trade ({trade}); runner-up: b2b2c")
    return Guess("b2c", "nothing in the data tells of companies; runner-up: b2b")


def _code_in_header(name: str) -> str:
    sign = next((code for sign, code in (("€", "EUR"), ("£", "GBP"), ("$", "USD")) if sign in name), "")
    return sign or next((code for code in _CODES if re.search(rf"(?<![A-Za-z]){code}(?![A-Za-z])", name)), "")
