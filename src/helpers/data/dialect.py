"""What the engines do differently: numbers and dates from text, and a number that equal rows share.

Each function takes and returns Ibis expressions and asks the expression which engine it is for. DuckDB's way is the
measure: what it cannot read is null, and so it must be elsewhere.
"""

import re
import sys

import ibis
import ibis.expr.datatypes as dt
from ibis.common.exceptions import IbisError
from ibis.expr.types import BooleanValue, Expr, Table, Value

from helpers.errors import InputError

_NUMBER = r"^[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?$"  # Java reads "10d" and "0x1p3" as numbers too
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_ISO = rf"^(\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}(?:[ T]{_CLOCK})?)(?:(?<=:\d\d)(?:Z| UTC|[+-]\d{{2}}(?::?\d{{2}})?))?$"
# A strptime code -> Java's, which reads one digit or two; and between others, where digits must be counted.
_JAVA = {
    **{"Y": ("yyyy", "yyyy"), "y": ("yy", "yy"), "m": ("M", "MM"), "d": ("d", "dd"), "b": ("MMM", "MMM")},
    **{"B": ("MMMM", "MMMM"), "H": ("H", "HH"), "I": ("h", "hh"), "M": ("m", "mm"), "S": ("s", "ss")},
    **{"f": ("SSSSSS", "SSSSSS"), "p": ("a", "a"), "j": ("D", "DDD"), "z": ("XX", "XX"), "%": ("%", "%")},
}
_FIRST, _LAST = ibis.timestamp("1000-01-01"), ibis.timestamp("9999-12-31 23:59:59.999999")
_START_OF_STRPTIME = ibis.timestamp("1900-01-01")
_POSIX_TURN = 2069  # two-digit years from 69 on are of the last century (POSIX); Java counts all from 2000


def is_duckdb(expression: Expr) -> bool:
    """Whether an expression is computed by DuckDB, as are those on frames alone."""
    try:
        return str(expression.get_backend().name) == "duckdb"
    except IbisError:
        return True


def row_hash(rows: Table, columns: list[str]) -> Value | None:
    """A number that rows equal in `columns` share, and others hardly ever; None where the engine has none to trust."""
    return _duckdb_hash(ibis.struct({c: rows[c] for c in columns})) if is_duckdb(rows) else None


def is_finite(value: Value) -> BooleanValue:
    """Whether a number is one: neither infinite nor NaN. (Ibis' own test is always false on Spark.)"""
    return value.abs() <= sys.float_info.max


def number(text: Value) -> Value:
    """A plain, finite number with a point; null for anything else."""
    if not is_duckdb(text):
        text = _only(text, text.re_search(_NUMBER)).replace("_", "")
    read = text.try_cast("float64")
    return is_finite(read).ifelse(read, ibis.null("float64"))


def iso_timestamp(text: Value) -> Value:
    """A date or timestamp in ISO 8601, as the clock showed it: an offset is not looked at. Null for anything else."""
    if not is_duckdb(text):
        text = text.re_extract(_ISO, 1).nullif("").replace("/", "-")
    return _of_our_time(text.try_cast("timestamp(6)"))


def parse_timestamp(text: Value, form: str) -> Value:
    """A timestamp by a strptime format; null where the text does not fit it."""
    if is_duckdb(text):
        at = _duckdb_strptime(text, form).cast("timestamp(6)")
        endless = (at == _START_OF_STRPTIME) & text.lower().contains("infinity")  # which it reads as its first day
        return _of_our_time(endless.ifelse(ibis.null("timestamp(6)"), at))
    parsed = _spark_to_timestamp(text, java_format(form)).cast("timestamp(6)")
    if "%y" in form:
        parsed = (parsed.year() >= _POSIX_TURN).ifelse(parsed - ibis.interval(years=100), parsed)
    return _of_our_time(parsed)


def _of_our_time(at: Value) -> Value:
    """Null for what only looks like a time: DuckDB reads "13/03/24" as a day of the year 13, and "infinity" as one."""
    return at.between(_FIRST, _LAST).ifelse(at, ibis.null("timestamp(6)"))


def java_format(form: str) -> str:
    """A strptime format in the letters of Java's DateTimeFormatter, which Spark uses."""
    parts = re.findall(r"%-?(.)|([^%]+)", form)
    written = []
    for i, (code, literal) in enumerate(parts):
        if literal:
            written.append("".join(f"'{c}'" if c.isalpha() else "''" if c == "'" else c for c in literal))
            continue
        if code not in _JAVA:
            raise InputError(
                f'The date format "{form}" has %{code}, which Spark does not read',
                where="date_format",
                allowed=", ".join(f"%{c}" for c in _JAVA),
            )
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
