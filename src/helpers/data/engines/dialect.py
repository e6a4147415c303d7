"""What the engines do differently: numbers and dates from text, and a number that equal rows share.

Each function takes and returns Ibis expressions and asks the expression which engine it is for. DuckDB's way is the
measure: what it cannot read is null, and so it must be elsewhere.
"""

import re
import sys
from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
from ibis.common.exceptions import IbisError
from ibis.expr.types import BooleanValue, Expr, Table, Value

from helpers.errors import InputError

_NUMBER = r"^[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?$"  # Java reads "10d" and "0x1p3" as numbers too
_OFFSET = r"(Z| UTC|[+-]\d{2}(:?\d{2})?)"
_ISO = rf"^\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}([ T]\d{{1,2}}:\d{{2}}(:\d{{2}}(\.\d+)?{_OFFSET}?)?)?$"
_BEFORE_OFFSET = r"^[0-9/-]+[ T]?[0-9:.]*"  # of what fits _ISO
# A strptime code -> Java's, which reads one digit or two; and between others, where digits must be counted.
_JAVA = {
    **{"Y": ("yyyy", "yyyy"), "y": ("yy", "yy"), "m": ("M", "MM"), "d": ("d", "dd"), "b": ("MMM", "MMM")},
    **{"B": ("MMMM", "MMMM"), "H": ("H", "HH"), "I": ("h", "hh"), "M": ("m", "mm"), "S": ("s", "ss")},
    **{"f": ("SSSSSS", "SSSSSS"), "p": ("a", "a"), "j": ("D", "DDD"), "z": ("XX", "XX"), "%": ("%", "%")},
}
_SNOWFLAKE = {
    **{"Y": "YYYY", "y": "YY", "m": "MM", "d": "DD", "b": "MON", "B": "MMMM", "H": "HH24", "I": "HH12"},
    **{"M": "MI", "S": "SS", "f": "FF", "p": "AM", "z": "TZHTZM", "%": "%"},
}
DUCKDB, SNOWFLAKE, BIGQUERY = "duckdb", "snowflake", "bigquery"
_FIRST, _LAST = ibis.timestamp("1000-01-01"), ibis.timestamp("9999-12-31 23:59:59.999999")
_START_OF_STRPTIME = ibis.timestamp("1900-01-01")
_POSIX_TURN = 2069  # two-digit years from 69 on are of the last century (POSIX); Java counts all from 2000


def engine_of(expression: Expr) -> str:
    """The engine that computes an expression, as Ibis calls it; DuckDB for those on frames alone."""
    try:
        return str(expression.get_backend().name)
    except IbisError:
        return DUCKDB


def is_duckdb(expression: Expr) -> bool:
    """Whether an expression is computed by DuckDB, as are those on frames alone."""
    return engine_of(expression) == DUCKDB


def row_hash(rows: Table, columns: list[str]) -> Value | None:
    """A number that rows equal in `columns` share, and others hardly ever; None where the engine has none to trust."""
    return _duckdb_hash(ibis.struct({c: rows[c] for c in columns})) if is_duckdb(rows) else None


def hashed(value: Value) -> Value:
    """A whole number that equal values share, to deal values by; of any type."""
    return value.cast("string").hash() if engine_of(value) == BIGQUERY else value.hash()  # its hash takes texts alone


def quantiles(value: Value, shares: Sequence[float]) -> Value:
    """The numbers below which each share of the values lies, as an array."""
    engine = engine_of(value)
    if engine == BIGQUERY:  # it has none that are exact in a group
        return value.approx_quantile(list(shares))
    if engine == SNOWFLAKE:
        return ibis.array([value.quantile(share) for share in shares])
    return value.quantile(list(shares))


def has_fraction(value: Value) -> BooleanValue:
    """Whether a number is not a whole one."""
    # BigQuery has no remainder of such numbers, and Ibis' floor is a whole number of 64 bits, which not all fit.
    return value != _bigquery_trunc(value) if engine_of(value) == BIGQUERY else value % 1 != 0


def as_json(value: Value) -> Value:
    """A struct, an array or a JSON value as its text."""
    return _bigquery_json(value) if engine_of(value) == BIGQUERY else _json(value)


def as_hexadecimal(value: Value) -> Value:
    """Bytes as text."""
    written = {BIGQUERY: _bigquery_hex, SNOWFLAKE: _snowflake_hex}.get(engine_of(value), _hex)
    return written(value).lower()


def is_finite(value: Value) -> BooleanValue:
    """Whether a number is one: neither infinite nor NaN. (Ibis' own test is always false on Spark.)"""
    return value.abs() <= sys.float_info.max


def number(text: Value) -> Value:
    """A plain, finite number with a point; null for anything else."""
    engine = engine_of(text)
    if engine != DUCKDB:
        text = _only(text, text.re_search(_NUMBER)).replace("_", "")
    read = _snowflake_double(text) if engine == SNOWFLAKE else text.try_cast("float64")
    return is_finite(read).ifelse(read, ibis.null("float64"))


def iso_timestamp(text: Value) -> Value:
    """A date or timestamp in ISO 8601, as the clock showed it: an offset is not looked at. Null for anything else."""
    engine = engine_of(text)
    if engine != DUCKDB:
        text = _only(text, text.re_search(_ISO)).re_extract(_BEFORE_OFFSET, 0).replace("/", "-")
        text = text.re_search(r"[ T]\d{1,2}:\d{2}$").ifelse(text + ":00", text)  # Snowflake wants its seconds
    return _of_our_time(_snowflake_timestamp(text) if engine == SNOWFLAKE else text.try_cast("timestamp(6)"))


def in_utc(value: Value) -> Value:
    """A timestamp with a zone as UTC without one."""
    if engine_of(value) == SNOWFLAKE:
        return _snowflake_utc("UTC", value).cast("timestamp(6)")
    return value.cast(dt.Timestamp(timezone="UTC")).cast("timestamp(6)")


def parse_timestamp(text: Value, form: str) -> Value:
    """A timestamp by a strptime format; null where the text does not fit it."""
    engine = engine_of(text)
    if engine == DUCKDB:
        at = _duckdb_strptime(text, form).cast("timestamp(6)")
        endless = (at == _START_OF_STRPTIME) & text.lower().contains("infinity")  # which it reads as its first day
        return _of_our_time(endless.ifelse(ibis.null("timestamp(6)"), at))
    if engine == BIGQUERY:
        return _of_our_time(_bigquery_parse(bigquery_format(form), text).cast("timestamp(6)"))
    if engine == SNOWFLAKE:
        parsed = in_utc(_snowflake_parse(text, snowflake_format(form)))
    else:
        parsed = _spark_to_timestamp(text, java_format(form)).cast("timestamp(6)")
    if "%y" in form:
        parsed = (parsed.year() >= _POSIX_TURN).ifelse(parsed - ibis.interval(years=100), parsed)
    return _of_our_time(parsed)


def _of_our_time(at: Value) -> Value:
    """Null for what only looks like a time: DuckDB reads "13/03/24" as a day of the year 13, and "infinity" as one."""
    return at.between(_FIRST, _LAST).ifelse(at, ibis.null("timestamp(6)"))


def bigquery_format(form: str) -> str:
    """A strptime format as BigQuery writes it: alike, but for the fraction of a second, and without %-d."""
    _refuse_unknown(form, [*_JAVA], "BigQuery")
    return re.sub(r"%-", "%", form).replace("%S.%f", "%E*S")


def snowflake_format(form: str) -> str:
    """A strptime format in the letters of Snowflake."""
    _refuse_unknown(form, [*_SNOWFLAKE], "Snowflake")
    parts = re.findall(r"%-?(.)|([^%]+)", form)
    quoted = (re.sub("[A-Za-z]+", r'"\g<0>"', literal) for _, literal in parts)
    return "".join(_SNOWFLAKE[code] if code else literal for (code, _), literal in zip(parts, quoted, strict=True))


def _refuse_unknown(form: str, known: Sequence[str], engine: str) -> None:
    for code in re.findall("%-?(.)", form):
        if code not in known:
            raise InputError(
                f'The date format "{form}" has %{code}, which {engine} does not read',
                where="date_format",
                allowed=", ".join(f"%{c}" for c in known),
            )


def java_format(form: str) -> str:
    """A strptime format in the letters of Java's DateTimeFormatter, which Spark uses."""
    _refuse_unknown(form, [*_JAVA], "Spark")
    parts = re.findall(r"%-?(.)|([^%]+)", form)
    written = []
    for i, (code, literal) in enumerate(parts):
        if literal:
            written.append("".join(f"'{c}'" if c.isalpha() else "''" if c == "'" else c for c in literal))
            continue
        followed = i + 1 < len(parts) and bool(parts[i + 1][0])
        after = i > 0 and bool(parts[i - 1][0])
        written.append(_JAVA[code][followed or after])
    return "".join(written)


def _only(text: Value, fits: BooleanValue) -> Value:
    return fits.ifelse(text, ibis.null("string"))


@ibis.udf.scalar.builtin(name="try_strptime")
def _duckdb_strptime(text: str, form: str) -> dt.timestamp:
    """DuckDB's own: a timestamp, or null where the text does not fit the format."""


@ibis.udf.scalar.builtin(name="hash")
def _duckdb_hash(row) -> dt.uint64:  # type: ignore[no-untyped-def]  # a row of any columns
    """DuckDB's own: equal for equal rows. Rows that differ may share it, so whoever needs equal rows looks again."""


@ibis.udf.scalar.builtin(name="try_to_timestamp")
def _spark_to_timestamp(text: str, form: str) -> dt.timestamp:
    """Spark's own: a timestamp, or null where the text does not fit the format."""


@ibis.udf.scalar.builtin(name="PARSE_TIMESTAMP", database="SAFE")
def _bigquery_parse(form: str, text: str) -> dt.Timestamp(timezone="UTC"):  # type: ignore[valid-type]
    """BigQuery's own: a timestamp, or null where the text does not fit the format."""


@ibis.udf.scalar.builtin(name="TO_JSON_STRING")
def _bigquery_json(value) -> dt.string:  # type: ignore[no-untyped-def]  # of any type
    """BigQuery's own."""


@ibis.udf.scalar.builtin(name="TRUNC")
def _bigquery_trunc(value: dt.float64) -> dt.float64:
    """BigQuery's own: the number without its fraction."""


@ibis.udf.scalar.builtin(name="TO_HEX")
def _bigquery_hex(value: dt.binary) -> dt.string:
    """BigQuery's own."""


@ibis.udf.scalar.builtin(name="TRY_TO_DOUBLE")
def _snowflake_double(text: str) -> dt.float64:
    """Snowflake's own: a number, or null where the text is none."""


@ibis.udf.scalar.builtin(name="TRY_TO_TIMESTAMP_TZ")
def _snowflake_parse(text: str, form: str) -> dt.Timestamp(timezone="UTC"):  # type: ignore[valid-type]
    """Snowflake's own: a timestamp, in the session's zone (UTC) where it has none, or null where the text does not
    fit the format."""


@ibis.udf.scalar.builtin(name="TRY_TO_TIMESTAMP_NTZ")
def _snowflake_timestamp(text: str) -> dt.Timestamp(scale=6):  # type: ignore[valid-type]
    """Snowflake's own: a timestamp in ISO 8601."""


@ibis.udf.scalar.builtin(name="CONVERT_TIMEZONE")
def _snowflake_utc(zone: str, value: dt.Timestamp(timezone="UTC")) -> dt.Timestamp(timezone="UTC"):  # type: ignore[valid-type]
    """Snowflake's own: the same moment as told in a zone; a cast alone would forget the offset."""


@ibis.udf.scalar.builtin(name="HEX_ENCODE")
def _snowflake_hex(value: dt.binary) -> dt.string:
    """Snowflake's own."""


@ibis.udf.scalar.builtin(name="to_json")
def _json(value) -> dt.string:  # type: ignore[no-untyped-def]  # of any type
    """DuckDB's, Spark's and Snowflake's."""


@ibis.udf.scalar.builtin(name="hex")
def _hex(value: dt.binary) -> dt.string:
    """DuckDB's and Spark's."""
