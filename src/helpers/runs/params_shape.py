"""The shape of a parameter file: what pydantic checks of each part of a table; `params_head` has the head.

Checks are given the file's folder, the table and the names the client chose as validation context. They
refuse with a `PydanticCustomError` of type REFUSED whose context holds what, allowed and mend. No check puts a
value in words: `{value}` is filled in by the tree, which knows what came from the environment and is not shown.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from helpers.data.cleaning.casting import EXCEL_SERIAL
from helpers.data.cleaning.row_rules import BUILT_IN
from helpers.data.local_files import plain_path
from helpers.data.scales import ALSO, SCALES
from helpers.data.schema import DERIVED, TABLES, Table
from helpers.data.spec import EVERY_COLUMN, NO_ARM
from helpers.data.urls import anchor_url, is_database, is_remote
from helpers.errors import InputError, nearest

REFUSED = "refused"
ATTRIBUTE_KINDS = ("demographic", "firmographic", "geographic", "psychographic", "technographic", "behavioural")
WHY_REQUIRED = {
    "client": "it is the name that the report shows",
    "as_of": "it is required, like 2026-09-30, because a report never depends on today's date",
    "currency": "it is the ISO code of the money in the data, like GBP",
    "business_model": "it says who the client sells to: b2c, b2b or b2b2c",
    "source": "it is a file, a glob, a folder, or the URL of a database",
}


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A hint for a message, or an empty string."""
    hint = nearest(name, known)
    return f'Did you mean "{hint}"?' if hint else ""


def context_of(info: ValidationInfo) -> dict[str, Any]:
    return info.context or {}


def _table(info: ValidationInfo) -> Table:
    return TABLES[context_of(info)["table"]]


def refusal(what: str, allowed: str = "", mend: str = "") -> PydanticCustomError:
    context = {"what": what, "allowed": allowed, "mend": mend}
    return PydanticCustomError(REFUSED, "refused", context)


def check_text(text: str) -> str:
    if not text.strip():
        raise refusal("is empty")
    return text


def _resolve_source(value: str, info: ValidationInfo) -> str:
    if is_database(value):
        try:
            return anchor_url(value, Path(context_of(info)["folder"]))
        except InputError as error:
            said = f"cannot be used: {error.what[0].lower()}{error.what[1:]}"
            raise refusal(said, error.allowed, error.mend) from error
    if is_remote(value):
        return value
    return str(plain_path(Path(context_of(info)["folder"], check_text(value))))


def _check_column(name: str, info: ValidationInfo) -> str:
    """A canonical column of the table."""
    table = _table(info)
    if name not in table.column_names:
        raise refusal(
            f"is not a column of {table.name}",
            ", ".join(table.column_names),
            did_you_mean(name, table.column_names),
        )
    return name


def _check_new_name(name: str, info: ValidationInfo) -> str:
    """A name the client chose for a rating, attribute or outcome; a canonical column's is taken."""
    if name in DERIVED.get(_table(info).name, ()):
        raise refusal(f"has the name of a column that the kit adds to {_table(info).name}", mend="Choose another name.")
    if name in _table(info).column_names:
        raise refusal(
            f"has the name of a column that {_table(info).name} has already",
            mend="Choose another name, or map it under `columns`.",
        )
    return check_text(name)


def _check_coded(name: str, info: ValidationInfo) -> str:
    """What can have codes for "blank": a canonical column, all ratings, a name the client chose, or every column."""
    known = [*_table(info).column_names, *context_of(info)["chosen"], EVERY_COLUMN]
    if name not in known:
        known = [k for k in known if k not in context_of(info)["hidden"]]
        raise refusal(f"is not a column of {_table(info).name}", ", ".join(known), did_you_mean(name, known))
    return name


def _check_scale(value: Any) -> Any:
    known = [*SCALES, *ALSO]
    if isinstance(value, str) and value.strip().lower() not in known:
        raise refusal(
            "is {value}, which is no scale of a recommendation score", ", ".join(known), _like_a_scale(value, known)
        )
    return value.strip().lower() if isinstance(value, str) else value


def _like_a_scale(text: str, known: Sequence[str]) -> str:
    """A hint at the scale that was meant: by its ends, "1 to 10" or "1…10", else by its spelling."""
    ends = "-".join(re.findall(r"\d+", text))
    return f'Did you mean "{ends}"?' if ends in known else did_you_mean(text, known)


def _check_control(name: str) -> str:
    """An arm as the client wrote it, or who is in none, in whatever case."""
    return name.strip().casefold() if name.strip().casefold() in NO_ARM else check_text(name)


def _check_date_format(value: str) -> str:
    if "%" not in value and value != EXCEL_SERIAL:
        allowed = f'a strptime format, like "%d/%m/%Y", or {EXCEL_SERIAL} for the numbers of a spreadsheet'
        raise refusal("is {value}, which has no % codes", allowed)
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
            raise refusal(
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
        raise refusal("is not a kind of attribute", ", ".join(ATTRIBUTE_KINDS), hint)
    return kind


def as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(check_text)]
_Column = Annotated[str, AfterValidator(_check_column)]
_Chosen = Annotated[str, AfterValidator(_check_new_name)]
_Codes = Annotated[list[str], BeforeValidator(as_list)]
_Formats = list[Annotated[str, AfterValidator(_check_date_format)]]


class OwnRule(BaseModel):
    """What must hold of every row, or what to do about a built-in rule (no expression)."""

    model_config = ConfigDict(extra="forbid")

    expression: Text | None = None
    severity: Literal["note", "set_aside", "stop"] = "set_aside"


class Part(BaseModel):
    """One part of a table as the file gives it; becomes a PartSpec."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, AfterValidator(_resolve_source)]
    table: Text | None = None
    query: Text | None = None
    sheet: str | int = 0
    header_row: Annotated[int, Field(ge=0)] | None = None
    encoding: Text | None = None
    delimiter: Annotated[str, Field(min_length=1)] | None = None
    columns: dict[_Column, Text] = {}
    ratings: Annotated[dict[_Chosen, Text], BeforeValidator(_by_own_name)] = {}
    attributes: Annotated[
        dict[Annotated[str, AfterValidator(_check_kind)], dict[_Chosen, Text]],
        BeforeValidator(_split_attributes),
    ] = {}
    missing: dict[Annotated[str, AfterValidator(_check_coded)], _Codes] = {}
    values: dict[Annotated[str, AfterValidator(_check_coded)], dict[str, str]] = {}
    set: dict[_Column, str] = {}
    filter: dict[Text, _Codes] = {}
    date_format: Annotated[
        dict[Annotated[str, AfterValidator(_check_coded)], Annotated[_Formats, BeforeValidator(as_list)]],
        BeforeValidator(_by_column),
    ] = {}
    decimal: Literal[".", ","] | None = None
    control: Annotated[str, AfterValidator(_check_control)] | None = None
    outcomes: Annotated[list[_Chosen], BeforeValidator(as_list)] = []
    rules: Annotated[dict[Text, OwnRule], BeforeValidator(_split_rules)] = {}
    scale: Annotated[str, BeforeValidator(_check_scale)] | None = None
    merge: Annotated[list[Literal["email", "phone", "name"]], BeforeValidator(as_list)] = []
