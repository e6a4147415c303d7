"""From a value as it came to a typed one: numbers, dates, flags and identifiers as clients write them.

Every function takes and returns an Ibis expression; a value that does not fit becomes null, and the caller counts
it. The plain spelling is tried first and is fast; only what it does not fit is looked at more closely.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis.expr.types import BooleanValue, Table, Value

from helpers.data.engines.dialect import in_utc, is_finite, iso_timestamp, number, parse_timestamp
from helpers.data.spec import EXCEL_SERIAL
from helpers.errors import InputError

TYPES = {"id": "string", "text": "string", "date": "timestamp(6)", "number": "float64", "flag": "boolean"}
TRUE = ("true", "yes", "y", "1", "t", "ja", "j", "wahr", "oui", "o", "vrai", "si", "sí", "s", "sim", "tak", "x", "on")
FALSE = ("false", "no", "n", "0", "f", "nein", "falsch", "non", "faux", "nee", "não", "nao", "nie", "off")

# Tried in this order where a parameter file declares no format. Pairs differ in the order of day and month.
DATE_FORMATS = (
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y"),
)
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f")
SAMPLE_ROWS = 20_000

# Patterns that every engine reads: Snowflake knows neither (?:…) nor \p{Sc}, the currency signs.
_BLANKS = "\u00a0\u202f"
_SIGN = (
    "[$\u00a2-\u00a5\u058f\u060b\u07fe\u07ff\u09f2\u09f3\u09fb\u0af1\u0bf9\u0e3f\u17db\u20a0-\u20c0"
    "\ua838\ufdfc\ufe69\uff04\uffe0\uffe1\uffe5\uffe6]"
)
_MARK = rf"({_SIGN}|[A-Z]{{3}}|[Kk][Rr]\.?|[zZ][łŁ]|[Rr][Ss]\.?|Fr\.)?"
_SPACE = rf"[\s{_BLANKS}]*"


def as_text(value: Value) -> Value:
    """Text without blanks around it; a blank is null."""
    if not value.type().is_string():
        return value.cast("string")
    around = (value < "!") | value.endswith(" ") | value.endswith("\t")  # most have none, and trimming is slow
    return around.ifelse(value.strip().nullif(""), value)


def to_kind(value: Value, kind: str, formats: Sequence[str] = ()) -> Value:
    """Trimmed text, or a value that has a type already, as an id, text, date or flag; for numbers see below."""
    if kind == "id":
        return _to_id(value)
    if kind == "date":
        return _to_date(value, formats)
    if kind == "flag" and not value.type().is_boolean():
        lower = value.cast("string").lower()
        return ibis.cases((lower.isin(TRUE), True), (lower.isin(FALSE), False), else_=ibis.null("boolean"))
    return value if kind == "flag" else value.cast("string")


def plain_number(value: Value, decimal: str) -> Value:
    """A number as programs write it, but for the decimal mark; null for anything else."""
    if value.type().is_numeric():
        typed = value.cast("float64")
        return is_finite(typed).ifelse(typed, ibis.null("float64"))
    text = value.cast("string")
    if decimal == ",":
        text = text.contains(".").ifelse(ibis.null("string"), text.replace(",", "."))
    return number(text)


def repaired_number(value: Value, decimal: str) -> Value:
    """A number with a currency, thousands marks, or its minus in an odd place; null for anything else.

    Thousands marks must stand where thousands do, so that 1.5 in a column with decimal commas is no number
    rather than 15.
    """
    if not value.type().is_string():
        return ibis.null("float64")
    point, group = (re.escape(decimal), re.escape("," if decimal == "." else "."))
    blank = f"[{_BLANKS} '’]"
    digits = rf"(\d+|\d{{1,3}}({group}\d{{3}})+|\d{{1,3}}({blank}\d{{3}})+)({point}\d+)?|{point}\d+"
    sign = "[-−–+]?"
    shape = rf"^{_SPACE}\(?{sign}{_SPACE}{_MARK}{_SPACE}{sign}({digits}){_SPACE}{_MARK}{_SPACE}[-−–]?\)?{_SPACE}$"
    bare = value.re_replace(rf"[^0-9{point}]", "")
    amount = number(bare.replace(",", ".") if decimal == "," else bare)
    signed = value.re_search(r"[-−–(]").ifelse(-amount, amount)
    return value.re_search(shape).ifelse(signed, ibis.null("float64"))


def currency_of(named: Value | None, money: Sequence[tuple[Value, BooleanValue]]) -> Value:
    """The currency a row is in, as far as it says so: `named` in a column, or written with one of the amounts.

    `money` has the amounts as text and whether they had to be repaired; a plain number names no currency.
    """
    marks = [
        repaired.ifelse(text.re_extract(rf"({_SIGN}|[A-Z]{{3}})", 1).nullif(""), ibis.null("string"))
        for text, repaired in money
        if text.type().is_string()
    ]
    given = [] if named is None else [named.cast("string").upper()]
    if not given and not marks:
        return ibis.null("string")
    return ibis.coalesce(*given, *marks).substitute({"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY"})


@dataclass(frozen=True)
class FirstTexts:
    """The first of a table's trimmed texts, at hand: guesses are made in DuckDB, so that they are the same ones
    whatever the engine, in one query of it."""

    texts: Table
    first: pa.Table

    @staticmethod
    def of(texts: Table, columns: Sequence[str]) -> "FirstTexts":
        columns = [c for c in columns if texts[c].type().is_string()]
        return FirstTexts(texts, texts.select(columns).limit(SAMPLE_ROWS).to_pyarrow() if columns else pa.table({}))

    def rows(self, columns: Sequence[str]) -> Table:
        return ibis.memtable(self.first.select(columns))

    def values(self, column: str) -> Table:
        """The first values of a column, as `text`; also where most rows have none."""
        found = self.first.select([column]).rename_columns(["text"]).drop_null()
        if len(found) < len(self.first) == SAMPLE_ROWS:
            values = self.texts.select(text=self.texts[column]).filter(lambda t: t.text.notnull())
            found = values.limit(SAMPLE_ROWS).to_pyarrow()
        return ibis.memtable(found)


def guess_decimal(sample: FirstTexts, columns: Sequence[str]) -> str:
    """The decimal mark that reads more of the numbers in a sample; "." where both read as many."""
    columns = [c for c in columns if c in sample.first.column_names]
    if not columns:
        return "."
    first = sample.rows(columns)
    if not ibis.or_(*[first[c].contains(",").any() for c in columns]).execute():
        return "."
    read = {
        name: sum(
            (ibis.coalesce(plain_number(first[c], mark), repaired_number(first[c], mark)).count() for c in columns),
            ibis.literal(0),
        )
        for name, mark in (("point", "."), ("comma", ","))
    }
    found = first.aggregate(**read).execute().iloc[0]
    return "," if found["comma"] > found["point"] else "."


def guess_date_formats(sample: FirstTexts, column: str, said: str, source: str) -> tuple[str, ...]:
    """The formats that read a column of dates whose parameter file declares none; () where ISO does.

    The sample is held against ISO first, then `DATE_FORMATS`. `said` and `source` name the column
    and where it is. Raises InputError where the order of day and month cannot be told.
    """
    if column not in sample.first.column_names:
        return ()
    values = sample.values(column)
    found = values.aggregate(n=values.count(), iso=_to_date(values.text, ()).count()).execute().iloc[0]
    if not found["n"] or found["iso"]:
        return ()
    forms = [form + time for form in DATE_FORMATS for time in TIMES]
    measures = {}
    for i, form in enumerate(forms):
        parsed = _parse(values.text, form)
        measures[f"f{i}"] = parsed.count(where=parsed.year() >= 1900)  # "24" is no year, though the engine reads one
    found = values.aggregate(**measures).execute().iloc[0]
    by_form = {form: int(found[f"f{i}"]) for i, form in enumerate(forms)}
    best = max(by_form.values())
    if best == 0:
        return ()
    fitting = [form for form, n in by_form.items() if n == best]
    chosen = fitting[0]
    swapped = _swap_day_and_month(chosen)
    if swapped in fitting and not _all_alike(values.text, chosen, swapped):
        example = values.limit(1).execute()["text"].iloc[0]
        raise InputError(
            f'The dates of {said}, such as "{example}", may be day first or month first: both fit all that was seen',
            where=source,
            allowed=f'"{chosen}" or "{swapped}"',
            mend=f'Declare the right one: `date_format: "{chosen}"`.',
        )
    # Dates with and without a time of day often share a column.
    day = chosen.partition(" %H")[0].partition(" %I")[0]
    return tuple(dict.fromkeys([chosen, *(f for f, n in by_form.items() if n and f.startswith(day))]))


def _all_alike(text: Value, form: str, other: str) -> bool:
    """Whether both formats read the same days: then it does not matter which is right."""
    return bool((_parse(text, form) == _parse(text, other)).all().execute())


def _swap_day_and_month(form: str) -> str:
    swapped = form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return swapped if "%m" in form else ""


def _to_id(value: Value) -> Value:
    """Text; a spreadsheet turns 17850 into 17850.0, and this back again."""
    kind = value.type()
    if kind.is_floating():
        whole = value.cast("int64")
        return (whole == value).ifelse(whole.cast("string"), value.cast("string"))
    text = value.cast("string")
    if not kind.is_string():
        return text
    whole = text.re_extract(r"^(\d+)\.0+$", 1).nullif("")
    return text.contains(".0").ifelse(ibis.coalesce(whole, text), text)


def _to_date(value: Value, formats: Sequence[str]) -> Value:
    kind = value.type()
    if kind.is_timestamp() or kind.is_date():
        return _naive(value)
    if EXCEL_SERIAL in formats or (kind.is_numeric() and not formats):
        return _from_serial(number(value.cast("string")))
    text = value.cast("string")
    if not formats:
        return iso_timestamp(text)
    return ibis.coalesce(*[_parse(text, form) for form in formats])


def _naive(value: Value) -> Value:
    """A timestamp without a zone; one with a zone is told in UTC."""
    if value.type().is_timestamp() and value.type().timezone:
        return in_utc(value)
    return value.cast("timestamp(6)")


def _from_serial(days: Value) -> Value:
    """Days since 1899-12-30, to the second; before 1900 and after 9999 there are none."""
    seconds = (days * 86_400).round().cast("int64")
    start = ibis.timestamp("1899-12-30 00:00:00").cast("timestamp(6)")
    return days.between(1, 2_958_465.99999).ifelse(start + seconds.as_interval("s"), ibis.null("timestamp(6)"))


def _parse(text: Value, form: str) -> Value:
    if form == EXCEL_SERIAL:
        return _to_date(text, (EXCEL_SERIAL,))
    return parse_timestamp(text, form)
