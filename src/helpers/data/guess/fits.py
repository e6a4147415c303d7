"""How well a column's values fit a canonical column, and what in them speaks against it; 0 rules it out whatever the
header says."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from helpers.data.guess.dates import Dates
from helpers.data.guess.names import attribute_kind, read_header
from helpers.data.guess.scales import label_steps, says_yes_or_no, score_fit, seen_scale, worded_share
from helpers.data.guess.values import Column
from helpers.data.guess.words import fold
from helpers.data.schema import TABLES
from helpers.data.spec import EXCEL_SERIAL

_CONTROL = tuple(
    re.compile(pattern)
    for pattern in (
        r"(control|kontroll|controlo|kontroln|temoin|placebo|hold[ \-]?out|held[ \-]?out|untreated)",
        r"(no|without|ohne|sans|sin|senza|zonder|sem|bez|keine?|geen|brak)[ \-_]+\w.*|nothing$|baseline",
        r"(ctrl|ctl|c|kg|standard|0|a|false|none|no|psa)$",
    )
)
_FEW_GROUPS = {"category", "channel", "role", "kind", "plan", "touchpoint", "journey_stage", "wave", "promotion"}
_TELLING = {"email", "score", "arm", "order_id", "comment", "currency", "customer_id", "amount"}
_MEASURES = {"amount", "unit_price", "cost", "acquisition_cost", "spend", "order_count", "recency_days", "value"}
_ISO_CODE = re.compile(r"[A-Z]{3}")
_OLDEST_YEAR = 1950
_MANY, _ENOUGH = 30, 20  # rows from which few different values tell something
_LONGEST_TENURE_MONTHS = 720
_READ = 0.95  # of the answers, that make a column of texts one of scores
_TOLD_OF_MANY = {"nps", "netpromoter", "promoter", "promoters"}  # a number from 0 to 100 may be that of a shop
_TOLD_SCORE, _NAMED_SCORE = {"nps", "netpromoter"}, 0.8
_LOWEST_TOP = 7  # the highest mark given, from which a column called NPS is one of scores
_STEM = 3  # letters that variants of one thing share
_MOST_CODED_CHANNELS = 12
_LIKELY_YEARS = 15  # a tenure that never exceeds it may be in years


@dataclass(frozen=True)
class Fit:
    """How well values fit, 0 to 1, and what speaks against them."""

    share: float
    against: str = ""


def value_fit(table: str, name: str, column: Column) -> Fit:
    """How well the values fit `name` of `table`."""
    if not column.filled:
        return Fit(0.0, "it is empty")
    if name in _MEASURES and column.distinct == 1 and column.filled >= 5:
        return Fit(0.0, "it is the same in every row, so it measures nothing")
    if name in _SPECIAL:
        return _SPECIAL[name](column)
    kind = next(c.kind for c in TABLES[table].columns if c.name == name)
    found = _BY_KIND[kind](column)
    return _worst(found, _fit_few(column)) if name in _FEW_GROUPS else found


def fit_by_values_alone(table: str, name: str, column: Column, only_date: bool) -> float:
    """The same where the header says nothing: only what the values make likely by themselves."""
    tells = name in _TELLING or name == TABLES[table].date_column
    if not tells or value_fit(table, name, column).share <= 0:
        return 0.0
    if name == "email":
        return 0.85 if column.email_share > 0.8 else 0.0
    if name == TABLES[table].date_column and table in ("orders", "events", "surveys"):
        return 0.45 if only_date and column.dates else 0.0
    if name == "score":
        return 0.45 if score_fit(column) >= 1 and column.filled >= 10 and column.distinct >= 6 else 0.0
    if name == "arm":
        return 0.6 if control_arm(column, surely=True) else 0.0
    if name == "order_id":  # a web shop's numbers, under whatever name
        return 0.75 if all(re.fullmatch(r"#\d+", text) for text in list(column.common)[:200]) else 0.0
    if name == "comment":
        return 0.55 if column.mean_length > 25 and column.number_share < 0.1 and column.distinct > 5 else 0.0
    if name == "currency":
        return 0.55
    if name == "customer_id" and table != "customers":
        return 0.3 if looks_like_id(column) and 1.2 * column.distinct < column.filled else 0.0
    if name == "customer_id":
        return 0.3 if looks_like_id(column) and column.unique_share == 1 else 0.0
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


def looks_like_id(column: Column) -> bool:
    """Whether the values are codes or long numbers of which there are several."""
    return column.distinct >= 5 and column.code_share > 0.95 and not column.dates


def _worst(*fits: Fit) -> Fit:
    share = 1.0
    for fit in fits:
        share *= fit.share
    return Fit(share, next((fit.against for fit in fits if fit.against), ""))


def _fit_id(column: Column) -> Fit:
    if column.mean_length > 45 and any(" " in text for text in list(column.common)[:50]):
        return Fit(0.0, "its texts are long")
    if column.dates and "" in column.dates.formats:
        return Fit(0.0, "it holds dates")
    if column.number_share > 0.9 and column.whole_share < 0.95 * column.number_share:
        if column.mean_length > 10 and column.number_share > 0.9 and min(column.numbers) > 1_000:
            return Fit(0.9)  # web analytics number visitors by two long numbers
        return Fit(
            0.4, "it holds fractions, as a measure does"
        )  # web analytics number visitors so, under a sure header
    if column.filled >= _ENOUGH and column.distinct <= 3:
        return Fit(0.3, f"it has only {column.distinct} different value{'s' * (column.distinct > 1)}")
    return Fit(0.9 if column.mean_length > 25 and " " in next(iter(column.common)) else 1.0)


def _fit_order_id(column: Column) -> Fit:
    if column.filled_share < 0.5 and column.rows >= _MANY:
        return Fit(0.3, "most rows have none")
    if column.filled >= _MANY and column.distinct < 0.05 * column.filled:
        return Fit(0.3, f"it has only {column.distinct} different values")
    return _fit_id(column)


def _fit_product_id(column: Column) -> Fit:
    if column.filled >= _MANY and column.unique_share == 1:
        return Fit(0.3, "it differs in every row")
    return _fit_id(column)


def _fit_customer(column: Column) -> Fit:
    if re.search("card|cc", fold(column.name)) and column.number_share > 0.9 and max(column.numbers, default=0) > 1e14:
        return Fit(0.0, "its numbers are as long as those of bank cards")
    if column.flag_share > 0.9 and column.distinct <= 2 < column.filled:
        return Fit(0.0, "it is yes or no")
    marks = column.whole_share > 0.95 and all(0 <= v <= 10 for v in column.whole) and column.distinct <= 11
    if marks and column.filled >= _MANY and 2 * column.distinct < column.filled:
        return Fit(0.3, f"it holds only the marks {min(column.whole)} to {max(column.whole)}")
    if column.filled >= _MANY and column.distinct < 5:
        return Fit(0.3, f"it has only {column.distinct} different value{'s' * (column.distinct > 1)}")
    return _fit_id(column)


def _fit_date(column: Column) -> Fit:
    dates = date_formats(column)
    if dates is None:
        return Fit(0.0, "it holds no dates")
    if dates.last is not None and dates.last.year < _OLDEST_YEAR:
        return Fit(0.0, "its dates are too long ago")
    if dates.formats == (EXCEL_SERIAL,):
        return Fit(0.9 * dates.share)
    return Fit(dates.share, "" if dates.share > 0.9 else "some of its values are no dates")


def _fit_number(column: Column) -> Fit:
    share = sum(column.numbers.values()) / column.answered if column.answered else 0.0
    if share < 0.7:
        return Fit(0.0, "it holds no numbers")
    if column.dates and "%Y%m%d" not in column.dates.formats:
        return Fit(0.0, "it holds dates")
    return Fit(share * (0.5 if column.dates else 1.0), "some of its values are no numbers" if share < 0.9 else "")


def _fit_quantity(column: Column) -> Fit:
    whole = column.whole_share > 0.8 * column.number_share
    return _worst(_fit_number(column), Fit(1.0 if whole else 0.6, "" if whole else "it holds fractions"))


def _fit_discount(column: Column) -> Fit:
    highest = max((abs(v) for v in column.numbers), default=0.0)
    shares = 0 < highest <= 1 or any(text.rstrip().endswith("%") for text in list(column.common)[:50])
    return _worst(_fit_number(column), Fit(0.3, "it holds shares, not money") if shares else Fit(1.0))


def _fit_whole(column: Column) -> Fit:
    found = _fit_number(column)
    if column.whole_share < 0.98 * column.number_share or min(column.numbers, default=0) < 0:
        return Fit(0.0, "it is no count: it holds fractions or is negative")
    return found


def _fit_count(column: Column) -> Fit:
    found = _fit_whole(column)
    if column.filled >= _MANY and column.unique_share > 0.9 and max(column.numbers, default=0) < 1.05 * column.distinct:
        return Fit(0.2, "it numbers the rows")
    return found


def _fit_tenure(column: Column) -> Fit:
    header = read_header(column.name)
    if header.means("YEARS") and not header.means("MONTH"):
        return Fit(0.0, "it counts years")
    found = _fit_whole(column)
    highest = max(column.numbers, default=0.0)
    if found.share and highest > _LONGEST_TENURE_MONTHS:
        return Fit(0.0, f"it goes up to {highest:g}, too many for months")
    if found.share and not header.means("MONTH") and highest <= _LIKELY_YEARS:
        return Fit(0.3, f"it never exceeds {highest:g}, so it may be in years")
    return found


def _fit_duration(column: Column) -> Fit:
    """Never quite: the unit of a duration must be said by its header, and what it lasted is not always the event."""
    minutes = re.search(r"(?<![a-z])min(ute)?s?(?![a-z])", column.name.casefold())
    return _worst(_fit_number(column), Fit(0.45, "" if minutes else "its unit is not said"))


def _fit_flag(column: Column) -> Fit:
    if column.flag_share > 0.9:
        return Fit(1.0)
    return Fit(0.1 if column.distinct <= 4 else 0.0, "its values are not yes and no")


def _fit_churned(column: Column) -> Fit:
    if column.distinct <= 2 and (column.flag_share > 0.9 or churn_map(column)):
        return Fit(1.0)
    return Fit(0.3 if column.distinct == 2 else 0.0, "its values are not yes and no")


def churn_map(column: Column) -> dict[str, str]:
    """What the two values of a flag stand for, where one of them is called churned: "Attrited Customer"."""
    gone = {v for v in column.few if read_header(v).means("CHURN") or read_header(v).means("END")}
    if column.distinct != 2 or len(gone) != 1 or column.flag_share > 0.9:
        return {}
    return {value: "yes" if value in gone else "no" for value in column.few}


def _fit_text(column: Column) -> Fit:
    if column.dates:
        return Fit(0.1, "it holds dates")
    if column.number_share > 0.95:
        return Fit(0.4, "it holds numbers")
    return Fit(0.2, "it holds e-mail addresses") if column.email_share > 0.5 else Fit(1.0)


def _fit_few(column: Column) -> Fit:
    if column.filled < _ENOUGH or (column.unique_share < 0.5 and column.distinct <= 500):
        return Fit(1.0)
    return Fit(0.3, "its values hardly repeat, so they make no groups")


def _fit_channel(column: Column) -> Fit:
    flag = column.flag_share > 0.9 and column.number_share < 0.9
    if flag:
        return Fit(0.0, "it is yes or no")
    codes = column.number_share > 0.95 and column.distinct <= _MOST_CODED_CHANNELS
    return _worst(Fit(0.7, "it holds codes") if codes else _fit_text(column), _fit_few(column))


def _fit_mark(column: Column) -> Fit:
    if label_steps(column) or (column.filled >= _MANY and says_yes_or_no(column)):
        return Fit(1.0)
    if column.distinct > 101:
        return Fit(0.0, "it has too many values for marks")
    return _worst(_fit_number(column), Fit(1.0 if column.distinct <= 14 else 0.5))


def _fit_score(column: Column) -> Fit:
    header = read_header(column.name)
    scale = seen_scale(column) if header.means("SCORE") else ""
    if scale and not (scale == "0-100" and _TOLD_OF_MANY & set(header.words)):
        return Fit(1.0)
    share = 1.0 if header.means("SCORE") and worded_share(column) >= _READ else score_fit(column)
    beyond = [v for v in column.whole if not 0 <= v <= 10]
    if len(beyond) > 3:
        return Fit(0.0, f"it goes beyond 0 to 10 ({min(column.whole)} to {max(column.whole)})")
    if share <= 0:
        return Fit(0.0, "its values are no whole numbers from 0 to 10")
    top = max(v for v in column.whole if v <= 10)
    if _TOLD_SCORE & set(header.words) and top >= _LOWEST_TOP:
        return Fit(max(share, _NAMED_SCORE))  # "nps" names it, however few marks were given
    if share < 1 and column.filled >= _MANY:
        return Fit(share / 4, f"its marks go from {min(column.whole)} to {top} only")
    return Fit(share)


def _are_variants(column: Column) -> bool:
    """Whether the values share their beginning or end: "gate_30" and "gate_40"."""
    return len({text[:_STEM] for text in column.few}) == 1 or len({text[-_STEM:] for text in column.few}) == 1


def _fit_arm(column: Column) -> Fit:
    header = read_header(column.name)
    if attribute_kind(header) not in ("", "behavioural") and not header.means("ARM"):
        return Fit(0.0, "it is a trait of the customer")
    if not 2 <= column.distinct <= 12 or (column.filled >= _ENOUGH and column.unique_share > 0.5):
        return Fit(0.0, "it does not have a few groups")
    if set(header.words) <= {"version", "versions"} and not _are_variants(column):
        return Fit(0.0, "its groups are no variants of one thing")  # "web" and "app"
    return Fit(1.0) if control_arm(column) else Fit(0.5, "none of its groups looks like a control")


def _fit_campaign(column: Column) -> Fit:
    header = read_header(column.name)
    few = _fit_few(column)
    if column.flag_share > 0.9:
        return Fit(0.0, "it is yes or no")
    counted = column.whole and column.whole.get(min(column.whole)) == max(column.whole.values())
    if column.number_share > 0.95 and not header.means("ID") and (counted or column.unique_share > 0.5):
        return Fit(0.2, "it holds numbers, as a count of contacts does")
    return few if column.distinct < column.filled or column.filled < _ENOUGH else Fit(0.2, few.against)


def _fit_wave(column: Column) -> Fit:
    if column.distinct > 40 or (column.filled >= _ENOUGH and column.unique_share >= 0.5):
        return Fit(0.05, "it has too many values for waves")
    if column.number_share > 0.9 and not all(1990 <= v <= 2100 or 1 <= v <= 12 for v in column.numbers):
        return Fit(0.05, "its numbers are neither years nor numbers of waves")
    return Fit(1.0)


def _fit_weight(column: Column) -> Fit:
    if column.numbers and min(column.numbers) < 0:
        return Fit(0.0, "it is negative in places")
    return _fit_number(column)


def _fit_name(column: Column) -> Fit:
    return Fit(0.0, "it holds numbers") if column.number_share > 0.5 else _fit_text(column)


def _fit_comment(column: Column) -> Fit:
    if column.number_share > 0.5 or column.flag_share > 0.9:
        return Fit(0.1, "it holds numbers, or yes and no")
    if column.filled >= _MANY and column.distinct <= 12 and column.mean_length < 40:
        return Fit(0.2, "its few texts are answers to choose from")
    return Fit(1.0 if column.mean_length >= 6 else 0.5)


def _fit_email(column: Column) -> Fit:
    return Fit(column.email_share) if column.email_share > 0.3 else Fit(0.0, "it holds no e-mail addresses")


_KNOWN_CURRENCIES = {
    "EUR", "USD", "GBP", "CHF", "PLN", "SEK", "DKK", "NOK", "JPY", "CAD", "AUD", "CZK", "HUF", "BRL", "MXN", "CNY",
    "INR", "NZD", "ZAR", "TRY",
}  # fmt: skip


def _fit_currency(column: Column) -> Fit:
    codes = sum(n for text, n in column.common.items() if _ISO_CODE.fullmatch(text.upper()))
    known = _KNOWN_CURRENCIES & {text.upper() for text in column.common}
    if codes > 0.95 * sum(column.common.values()) and known:
        return Fit(1.0)
    return Fit(0.0, "it holds no codes of currencies")


_BY_KIND: dict[str, Callable[[Column], Fit]] = {
    "id": _fit_id,
    "date": _fit_date,
    "number": _fit_number,
    "flag": _fit_flag,
    "text": _fit_text,
}
_SPECIAL: dict[str, Callable[[Column], Fit]] = {
    "customer_id": _fit_customer,
    "order_id": _fit_order_id,
    "product_id": _fit_product_id,
    "email": _fit_email,
    "score": _fit_score,
    "csat": _fit_mark,
    "ces": _fit_mark,
    "quantity": _fit_quantity,
    "discount": _fit_discount,
    "arm": _fit_arm,
    "campaign": _fit_campaign,
    "channel": _fit_channel,
    "wave": _fit_wave,
    "weight": _fit_weight,
    "name": _fit_name,
    "comment": _fit_comment,
    "currency": _fit_currency,
    "recency_days": _fit_count,
    "order_count": _fit_count,
    "tenure_months": _fit_tenure,
    "duration_minutes": _fit_duration,
    "churned": _fit_churned,
}
