"""The shape of a parameter file: what pydantic checks of the head and of each part of a table.

Checks are given the file's folder, the table and the names the client chose as validation context. They
refuse with a `PydanticCustomError` of type REFUSED whose context holds what, allowed and mend. No check puts a
value in words: `{value}` is filled in by the tree, which knows what came from the environment and is not shown.
"""

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from helpers.data.cleaning.casting import EXCEL_SERIAL
from helpers.data.cleaning.row_rules import BUILT_IN
from helpers.data.local_files import plain_path
from helpers.data.scales import ALSO, SCALES
from helpers.data.schema import DERIVED, TABLES, Table
from helpers.data.spec import EVERY_COLUMN, NO_ARM
from helpers.data.urls import anchor_url, is_database, is_remote
from helpers.errors import InputError, nearest
from helpers.runs.formats import Format

Day = date  # the type, where a field has its name
REFUSED = "refused"
DEFAULT_COLOR = "#0b4f7d"
SHORTEST_SALT = 16
_SALTED = "Write `salt: ${KIT_SALT}` under `privacy:`, and keep a long random text of that name in the environment."
ATTRIBUTE_KINDS = ("demographic", "firmographic", "geographic", "psychographic", "technographic", "behavioural")
WHY_REQUIRED = {
    "client": "it is the name that the report shows",
    "as_of": "it is required, like 2026-09-30, because a report never depends on today's date",
    "currency": "it is the ISO code of the money in the data, like GBP",
    "business_model": "it says who the client sells to: b2c, b2b or b2b2c",
    "source": "it is a file, a glob, a folder, or the URL of a database",
}
WHY_OF_BENCHMARK = {
    "name": "it is whose score it is",
    "nps": "it is the published score, -100 to 100",
    "source": "it is who published the score, and where: a score without a source is hearsay",
    "date": "it is when the score was published: a day, a month or a year",
}


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A hint for a message, or an empty string."""
    hint = nearest(name, known)
    return f'Did you mean "{hint}"?' if hint else ""


def _context(info: ValidationInfo) -> dict[str, Any]:
    return info.context or {}


def _table(info: ValidationInfo) -> Table:
    return TABLES[_context(info)["table"]]


def _refusal(what: str, allowed: str = "", mend: str = "") -> PydanticCustomError:
    context = {"what": what, "allowed": allowed, "mend": mend}
    return PydanticCustomError(REFUSED, "refused", context)


def _check_text(text: str) -> str:
    if not text.strip():
        raise _refusal("is empty")
    return text


def _check_day(value: Any) -> date:
    if not isinstance(value, str):
        raise _refusal(f"is empty: {WHY_REQUIRED['as_of']}" if value is None else "must be one day")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        raise _refusal("is {value}, which is not a day in ISO form", "year-month-day, like 2026-09-30")
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise _refusal("is {value}, a day that is not in the calendar") from None


def _check_currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code):
        upper = code.strip().upper()
        mend = f'Did you mean "{upper}"?' if re.fullmatch("[A-Z]{3}", upper) else ""
        raise _refusal("is {value}, which is not an ISO code", "three capitals, like GBP, EUR or USD", mend)
    return code


def _check_color(value: Any) -> Any:
    if value is None:
        raise _refusal('is empty: without quotes, "#" begins a comment', mend='Write it as "#0b5c8a", in quotes.')
    if isinstance(value, str) and not re.fullmatch("#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", value):
        raise _refusal("is {value}, which is not a color in hex", 'like "#0b5c8a", in quotes')
    return value


def _check_score(value: Any) -> float:
    try:
        score = float(value)
    except (TypeError, ValueError):
        raise _refusal("is empty" if value is None else "is {value}, which is not a number", "-100 to 100") from None
    if not -100 <= score <= 100:
        raise _refusal("is {value}, which is no Net Promoter Score", "-100 to 100")
    return score


def _check_published(value: Any) -> str:
    """A day, a month or a year of the calendar, as written."""
    text = value.strip() if isinstance(value, str) else ""
    form = next((f for f, pattern in _DATES.items() if re.fullmatch(pattern, text)), "")
    if not form:
        what = f"is empty: {WHY_OF_BENCHMARK['date']}" if value is None else "is {value}, which is not a date"
        raise _refusal(what, "like 2026, 2026-05 or 2026-05-31")
    try:
        datetime.strptime(text, form)
    except ValueError:
        raise _refusal("is {value}, a date that is not in the calendar") from None
    return text


def _check_answers(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[1-9]\d*", value.strip()):
        raise _refusal("is {value}, which is not a number of answers", "a whole number from 1 on, without marks")
    return int(value)


def _check_once(given: "list[Benchmark]") -> "list[Benchmark]":
    keys = [(b.name, b.source, b.date) for b in given]
    twice = next((name for i, (name, *rest) in enumerate(keys) if (name, *rest) in keys[:i]), None)
    if twice is not None:
        raise _refusal(f'has the same score of "{twice}" twice', mend="Keep one of them.")
    return given


_DATES = {"%Y": r"\d{4}", "%Y-%m": r"\d{4}-\d{2}", "%Y-%m-%d": r"\d{4}-\d{2}-\d{2}"}


def _find_logo(value: Any, info: ValidationInfo) -> Path | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _refusal("must be a file", mend="Write its path from the parameter file's folder.")
    logo = Path(_context(info)["folder"], value)
    if not logo.is_file():
        raise _refusal("is {value}, a file that is not there", mend="Its path counts from the parameter file's folder.")
    return plain_path(logo)


def _resolve_source(value: str, info: ValidationInfo) -> str:
    if is_database(value):
        try:
            return anchor_url(value, Path(_context(info)["folder"]))
        except InputError as error:
            said = f"cannot be used: {error.what[0].lower()}{error.what[1:]}"
            raise _refusal(said, error.allowed, error.mend) from error
    if is_remote(value):
        return value
    return str(plain_path(Path(_context(info)["folder"], _check_text(value))))


def _check_column(name: str, info: ValidationInfo) -> str:
    """A canonical column of the table."""
    table = _table(info)
    if name not in table.column_names:
        raise _refusal(
            f"is not a column of {table.name}",
            ", ".join(table.column_names),
            did_you_mean(name, table.column_names),
        )
    return name


def _check_new_name(name: str, info: ValidationInfo) -> str:
    """A name the client chose for a rating, attribute or outcome; a canonical column's is taken."""
    if name in DERIVED.get(_table(info).name, ()):
        raise _refusal(
            f"has the name of a column that the kit adds to {_table(info).name}", mend="Choose another name."
        )
    if name in _table(info).column_names:
        raise _refusal(
            f"has the name of a column that {_table(info).name} has already",
            mend="Choose another name, or map it under `columns`.",
        )
    return _check_text(name)


def _check_coded(name: str, info: ValidationInfo) -> str:
    """What can have codes for "blank": a canonical column, all ratings, a name the client chose, or every column."""
    known = [*_table(info).column_names, *_context(info)["chosen"], EVERY_COLUMN]
    if name not in known:
        known = [k for k in known if k not in _context(info)["hidden"]]
        raise _refusal(f"is not a column of {_table(info).name}", ", ".join(known), did_you_mean(name, known))
    return name


def _check_scale(value: Any) -> Any:
    known = [*SCALES, *ALSO]
    if isinstance(value, str) and value.strip().lower() not in known:
        raise _refusal(
            "is {value}, which is no scale of a recommendation score", ", ".join(known), _like_a_scale(value, known)
        )
    return value.strip().lower() if isinstance(value, str) else value


def _like_a_scale(text: str, known: Sequence[str]) -> str:
    """A hint at the scale that was meant: by its ends, "1 to 10" or "1…10", else by its spelling."""
    ends = "-".join(re.findall(r"\d+", text))
    return f'Did you mean "{ends}"?' if ends in known else did_you_mean(text, known)


def _check_control(name: str) -> str:
    """An arm as the client wrote it, or who is in none, in whatever case."""
    return name.strip().casefold() if name.strip().casefold() in NO_ARM else _check_text(name)


def _check_date_format(value: str) -> str:
    if "%" not in value and value != EXCEL_SERIAL:
        allowed = f'a strptime format, like "%d/%m/%Y", or {EXCEL_SERIAL} for the numbers of a spreadsheet'
        raise _refusal("is {value}, which has no % codes", allowed)
    return value


def _by_column(value: Any) -> Any:
    """One format, or a list of them, for every column of dates."""
    return {EVERY_COLUMN: value} if isinstance(value, str | list) else value


def _split_rules(value: Any, info: ValidationInfo) -> Any:
    """`name: severity` is a built-in rule, `name: {expression, severity}` one of the client's own."""
    if not isinstance(value, dict):
        return value
    known = [name for name, rule in BUILT_IN.items() if _table(info).name in rule.tables]
    for name, given in value.items():
        if isinstance(given, str) and name not in known:
            raise _refusal(
                f'names "{name}", which is not a built-in rule of {_table(info).name}',
                ", ".join(known),
                did_you_mean(str(name), known) or "A rule of your own is `name: {expression: amount < 10000}`.",
            )
    return {name: {"severity": given} if isinstance(given, str) else given for name, given in value.items()}


def _split_attributes(value: Any) -> Any:
    """`{kind: [column, ...]}` as `{kind: {column: column}}`."""
    if not isinstance(value, dict):
        return value
    return {kind: _by_own_name(names) for kind, names in value.items()}


def _by_own_name(value: Any) -> Any:
    """`[column, ...]` as `{column: column}`."""
    return {str(n): n for n in value} if isinstance(value, list) else value


def _check_kind(kind: str) -> str:
    if kind not in ATTRIBUTE_KINDS:
        hint = did_you_mean(kind, ATTRIBUTE_KINDS)
        raise _refusal("is not a kind of attribute", ", ".join(ATTRIBUTE_KINDS), hint)
    return kind


def _check_salt(salt: str | None, info: ValidationInfo) -> str | None:
    """A secret stands in the environment, never in a file that is passed on."""
    if salt is None:
        return None
    if salt not in _context(info).get("hidden", {}):
        raise _refusal("is a secret that stands in the file", "", _SALTED)
    if len(salt) < SHORTEST_SALT:
        raise _refusal("is too short to keep a secret", f"{SHORTEST_SALT} characters or more", _SALTED)
    return salt


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Text = Annotated[str, AfterValidator(_check_text)]
_Column = Annotated[str, AfterValidator(_check_column)]
_Chosen = Annotated[str, AfterValidator(_check_new_name)]
_Codes = Annotated[list[str], BeforeValidator(_as_list)]
_Formats = list[Annotated[str, AfterValidator(_check_date_format)]]


class Brand(BaseModel):
    """How the client's report looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    color: Annotated[str, BeforeValidator(_check_color)] = DEFAULT_COLOR
    logo: Annotated[Path | None, BeforeValidator(_find_logo)] = None


class Privacy(BaseModel):
    """What of persons a report may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quotes: bool = True
    identifiers: Literal["as_given", "pseudonyms"] = "as_given"
    salt: Annotated[str | None, AfterValidator(_check_salt), Field(repr=False)] = None
    min_group: Annotated[int, Field(ge=0)] = 5


class Benchmark(BaseModel):
    """A competitor's published score, with what is known of how it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Text
    nps: Annotated[float, BeforeValidator(_check_score)]
    source: _Text
    date: Annotated[str, BeforeValidator(_check_published)]
    answers: Annotated[int | None, BeforeValidator(_check_answers)] = None
    scale: _Text | None = None
    method: _Text | None = None

    @property
    def day(self) -> Day:
        """The last day that the date may mean: a score of 2025 is not called older than it is."""
        year, month, day = [*(int(part) for part in self.date.split("-")), 0, 0][:3]
        last = calendar.monthrange(year, month or 12)[1]
        return Day(year, month or 12, day or last)


class OwnRule(BaseModel):
    """What must hold of every row, or what to do about a built-in rule (no expression)."""

    model_config = ConfigDict(extra="forbid")

    expression: _Text | None = None
    severity: Literal["note", "set_aside", "stop"] = "set_aside"


class Head(BaseModel):
    """Who the client is."""

    model_config = ConfigDict(extra="forbid")

    client: _Text
    as_of: Annotated[date, BeforeValidator(_check_day)]
    currency: Annotated[str, AfterValidator(_check_currency)]
    business_model: Literal["b2c", "b2b", "b2b2c"]
    unit: Literal["customer", "account"] = "customer"
    engine: Literal["duckdb", "spark"] | None = None
    brand: Brand = Brand()
    privacy: Privacy = Privacy()
    benchmarks: Annotated[list[Benchmark], AfterValidator(_check_once)] = []
    formats: Annotated[list[Format], BeforeValidator(_as_list)] = ["html"]
    audience: Literal["client", "team"] = "client"

    @field_validator("privacy")
    @classmethod
    def _has_salt(cls, privacy: Privacy) -> Privacy:
        if privacy.identifiers == "pseudonyms" and privacy.salt is None:
            raise _refusal("has pseudonyms without a salt, so anyone could work out who is who", "", _SALTED)
        return privacy


class Part(BaseModel):
    """One part of a table as the file gives it; becomes a PartSpec."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, AfterValidator(_resolve_source)]
    table: _Text | None = None
    query: _Text | None = None
    sheet: str | int = 0
    header_row: Annotated[int, Field(ge=0)] | None = None
    encoding: _Text | None = None
    delimiter: Annotated[str, Field(min_length=1)] | None = None
    columns: dict[_Column, _Text] = {}
    ratings: Annotated[dict[_Chosen, _Text], BeforeValidator(_by_own_name)] = {}
    attributes: Annotated[
        dict[Annotated[str, AfterValidator(_check_kind)], dict[_Chosen, _Text]],
        BeforeValidator(_split_attributes),
    ] = {}
    missing: dict[Annotated[str, AfterValidator(_check_coded)], _Codes] = {}
    values: dict[Annotated[str, AfterValidator(_check_coded)], dict[str, str]] = {}
    set: dict[_Column, str] = {}
    filter: dict[_Text, _Codes] = {}
    date_format: Annotated[
        dict[Annotated[str, AfterValidator(_check_coded)], Annotated[_Formats, BeforeValidator(_as_list)]],
        BeforeValidator(_by_column),
    ] = {}
    decimal: Literal[".", ","] | None = None
    control: Annotated[str, AfterValidator(_check_control)] | None = None
    outcomes: Annotated[list[_Chosen], BeforeValidator(_as_list)] = []
    rules: Annotated[dict[_Text, OwnRule], BeforeValidator(_split_rules)] = {}
    scale: Annotated[str, BeforeValidator(_check_scale)] | None = None
    merge: Annotated[list[Literal["email", "phone", "name"]], BeforeValidator(_as_list)] = []
