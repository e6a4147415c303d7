"""How well a column's values fit a canonical column, 0 to 1; 0 rules it out whatever the header says."""

import re
from collections.abc import Callable

from helpers.data.guess.dates import Dates
from helpers.data.guess.scales import label_steps, score_fit
from helpers.data.guess.values import Column
from helpers.data.guess.words import fold
from helpers.data.schema import TABLES
from helpers.data.spec import EXCEL_SERIAL

_CONTROL = tuple(
    re.compile(pattern)
    for pattern in (
        r"(control|kontroll|controlo|kontroln|temoin|placebo|hold[ \-]?out|held[ \-]?out|untreated)",
        r"(no|without|ohne|sans|sin|senza|zonder|sem|bez|keine?|not|non|geen|brak)\b.*|none$|nothing$|baseline",
        r"(ctrl|ctl|c|kg|standard|0|a|false)$",
    )
)
_FEW_GROUPS = {"category", "channel", "role", "kind", "plan", "touchpoint", "journey_stage", "wave", "promotion"}
_ISO_CODE = re.compile(r"[A-Z]{3}")
_OLDEST_YEAR = 1950


def value_fit(table: str, name: str, column: Column) -> float:
    """How well the values fit `name` of `table`."""
    if not column.filled:
        return 0.0
    if name in _SPECIAL:
        return _SPECIAL[name](column)
    kind = next(c.kind for c in TABLES[table].columns if c.name == name)
    return {"id": _fit_id, "date": _fit_date, "number": _fit_number, "flag": _fit_flag, "text": _fit_text}[kind](
        column
    ) * (_fit_few(column) if name in _FEW_GROUPS else 1.0)


def fit_by_values_alone(table: str, name: str, column: Column, only_date: bool) -> float:
    """The same where the header says nothing: only what the values make likely by themselves."""
    if value_fit(table, name, column) <= 0:
        return 0.0
    if name == "email":
        return 0.85 if column.email_share > 0.8 else 0.0
    if name == TABLES[table].date_column:
        return 0.45 if only_date and column.dates else 0.0
    if name == "score":
        return 0.45 if score_fit(column) >= 1 and column.filled >= 10 and column.distinct >= 6 else 0.0
    if name == "arm":
        return 0.6 if control_arm(column, surely=True) else 0.0
    if name == "comment":
        return 0.55 if column.mean_length > 25 and column.number_share < 0.1 and column.distinct > 5 else 0.0
    if name == "currency":
        return 0.55
    if name == "customer_id" and table != "customers":
        return 0.3 if _looks_like_id(column) and 1.2 * column.distinct < column.filled else 0.0
    if name == "customer_id":
        return 0.3 if _looks_like_id(column) and column.unique_share == 1 else 0.0
    if name == "amount":
        return 0.3 if column.number_share > 0.95 and column.whole_share < 0.7 and not column.dates else 0.0
    return 0.0


def control_arm(column: Column, surely: bool = False) -> str:
    """The arm that looks like the one that got nothing; empty where none does, or none does `surely`."""
    arms = column.few
    if not 2 <= len(arms) <= 12:
        return ""
    for pattern in _CONTROL[: 2 if surely else 3]:
        found = [arm for arm in arms if pattern.match(fold(arm.strip()))]
        if found:
            return min(found, key=lambda arm: (len(arm), arm))
    return ""


def date_formats(column: Column) -> Dates | None:
    """How the dates of a column are written, spreadsheet numbers included."""
    if column.dates:
        return column.dates
    numbers = column.numbers
    if column.number_share > 0.95 and numbers and min(numbers) >= 20_000 and max(numbers) < 65_000:
        return Dates((EXCEL_SERIAL,), column.number_share)
    return None


def _looks_like_id(column: Column) -> bool:
    codes = sum(
        n for text, n in column.common.items() if re.fullmatch(r"[A-Za-z]{0,6}[\-_ ]?\d{2,}(\.0)?|[0-9a-f\-]{8,}", text)
    )
    return column.distinct >= 5 and codes > 0.95 * sum(column.common.values()) and not column.dates


def _fit_id(column: Column) -> float:
    if column.mean_length > 45 or (column.dates and "" in column.dates.formats):
        return 0.0
    if column.number_share > 0.9 and column.whole_share < 0.95 * column.number_share:
        return 0.3  # with fractions: a measure, unless the header is sure; web analytics number visitors so
    if column.filled >= 20 and column.distinct <= 3:
        return 0.3
    return 0.9 if column.mean_length > 25 and " " in next(iter(column.common)) else 1.0


def _fit_date(column: Column) -> float:
    dates = date_formats(column)
    if dates is None or (dates.last is not None and dates.last.year < _OLDEST_YEAR):
        return 0.0
    return 0.9 * dates.share if dates.formats == (EXCEL_SERIAL,) else dates.share


def _fit_number(column: Column) -> float:
    share = sum(column.numbers.values()) / column.answered if column.answered else 0.0
    if share < 0.7 or (column.dates and "%Y%m%d" not in column.dates.formats):
        return 0.0
    return share * (0.5 if column.dates else 1.0)


def _fit_quantity(column: Column) -> float:
    return _fit_number(column) * (1.0 if column.whole_share > 0.8 * column.number_share else 0.6)


def _fit_flag(column: Column) -> float:
    return 1.0 if column.flag_share > 0.9 else 0.1 if column.distinct <= 4 else 0.0


def _fit_text(column: Column) -> float:
    if column.dates:
        return 0.1
    return 0.4 if column.number_share > 0.95 else 0.2 if column.email_share > 0.5 else 1.0


def _fit_few(column: Column) -> float:
    return 1.0 if column.filled < 20 or (column.unique_share < 0.5 and column.distinct <= 500) else 0.3


def _fit_mark(column: Column) -> float:
    if label_steps(column):
        return 1.0
    fit = _fit_number(column)
    return 0.0 if column.distinct > 101 else fit if column.distinct <= 14 else 0.5 * fit


def _fit_arm(column: Column) -> float:
    if not 2 <= column.distinct <= 12 or (column.filled >= 20 and column.unique_share > 0.5):
        return 0.0
    return 1.0 if control_arm(column) else 0.3


def _fit_wave(column: Column) -> float:
    return 1.0 if column.distinct <= 40 and (column.filled < 20 or column.unique_share < 0.5) else 0.05


def _fit_weight(column: Column) -> float:
    return _fit_number(column) if column.numbers and min(column.numbers) >= 0 else 0.0


def _fit_name(column: Column) -> float:
    return 0.0 if column.number_share > 0.5 else _fit_text(column)


def _fit_comment(column: Column) -> float:
    return 0.1 if column.number_share > 0.5 or column.flag_share > 0.9 else 1.0 if column.mean_length >= 6 else 0.5


def _fit_currency(column: Column) -> float:
    codes = sum(n for text, n in column.common.items() if _ISO_CODE.fullmatch(text.upper()))
    known = {
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "PLN",
        "SEK",
        "DKK",
        "NOK",
        "JPY",
        "CAD",
        "AUD",
        "CZK",
        "HUF",
        "BRL",
        "MXN",
        "CNY",
    }
    return (
        1.0 if codes > 0.95 * sum(column.common.values()) and known & {text.upper() for text in column.common} else 0.0
    )


_SPECIAL: dict[str, Callable[[Column], float]] = {
    "email": lambda column: column.email_share if column.email_share > 0.3 else 0.0,
    "score": score_fit,
    "csat": _fit_mark,
    "ces": _fit_mark,
    "quantity": _fit_quantity,
    "arm": _fit_arm,
    "wave": _fit_wave,
    "weight": _fit_weight,
    "name": _fit_name,
    "comment": _fit_comment,
    "currency": _fit_currency,
}
