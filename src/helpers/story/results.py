"""Result tables declared once: what a row is, which columns there are, in which unit, and a check that it is so.

Each chapter declares the tables its notebook saves in its own `results.py`, as `RESULTS`. `save_table` checks a frame
against its declaration, and docs/tables.md is made from the declarations (`make docs`). Columns may be added to a
table; the ones declared are there, whatever the client.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import pandas as pd
from pandas.api import types

from helpers.errors import InputError
from helpers.story.chapters import chapter_of

Kind = Literal["text", "yes/no", "date", "count", "number", "share", "days", "money", "points"]

# How a column without rows is kept, so that a table has the same types for every client.
_TYPES = {"text": "str", "yes/no": "bool", "date": "datetime64[us]", "count": "int64"}
_BOUNDS = {"count": (0, None), "share": (0, 1), "days": (0, None), "points": (-100, 100)}
_SLACK = 1e-9  # shares and points may be over their bounds by rounding


@dataclass(frozen=True)
class Column:
    """A column of a result table: its kind, which is its unit too, and what it means where its name does not say."""

    kind: Kind
    meaning: str = ""


@dataclass(frozen=True)
class Chart:
    """How a spreadsheet draws a table: a bar or a point of a line for every row, named by the column `of`."""

    kind: Literal["bar", "line"]
    of: str
    values: Sequence[str]


@dataclass(frozen=True)
class ResultTable:
    """`key` names the columns that tell every row apart; `others` says which further columns there may be.

    todo: whether its rows are worked through one after another, and ticked.
    """

    name: str
    row: str  # what one row is: "a buyer"
    columns: dict[str, Column]
    key: Sequence[str] = ()
    others: str = ""
    about: str = field(default="", kw_only=True)  # whatever else a reader of the table must know
    todo: bool = field(default=False, kw_only=True)
    chart: Chart | None = field(default=None, kw_only=True)


# What declares a column of a kind, given what it means: share("of all spend").
text, flag, date = partial(Column, "text"), partial(Column, "yes/no"), partial(Column, "date")
count = partial(Column, "count")  # whole numbers from zero on
number = partial(Column, "number")
share = partial(Column, "share")  # from 0 to 1
days = partial(Column, "days")  # from zero on; medians and means may be broken
money = partial(Column, "money")  # in the client's currency
points = partial(Column, "points")  # of a score, from −100 to 100


def declared(page: str) -> dict[str, ResultTable]:
    """The tables that a page ("02_rfm") declares, by name; none for an analyst's own notebook."""
    results = chapter_of(page, "results")
    return {table.name: table for table in results.RESULTS} if results else {}


def check_result(frame: pd.DataFrame, table: ResultTable) -> pd.DataFrame:
    """The frame, if it is what `table` declares; without rows, its columns get the declared types.

    Raises InputError for a declared column that is missing or of another kind, for a value outside the bounds of its
    kind, and for rows that their key does not tell apart.
    """
    missing = [name for name in table.columns if name not in frame]
    if missing:
        raise _refusal(table, f"lacks {', '.join(missing)}")
    for name, column in table.columns.items():
        _check_column(frame[name], column.kind, table)
    if table.key and frame.duplicated(list(table.key)).any():
        raise _refusal(table, f"has several rows for one {', '.join(table.key)}")
    if len(frame):
        return frame
    return frame.astype({name: _TYPES.get(column.kind, "float64") for name, column in table.columns.items()})


def _check_column(values: pd.Series, kind: Kind, table: ResultTable) -> None:
    known = values.dropna()
    if known.empty:
        return
    if kind in ("text", "yes/no", "date"):
        fits = {"text": types.is_string_dtype, "yes/no": types.is_bool_dtype, "date": types.is_datetime64_any_dtype}
        if not fits[kind](known):
            raise _refusal(table, f'has {values.dtype} in "{values.name}", which holds {kind}')
        return
    if not types.is_numeric_dtype(known) or types.is_bool_dtype(known):
        raise _refusal(table, f'has {values.dtype} in "{values.name}", which holds numbers ({kind})')
    low, high = _BOUNDS.get(kind, (None, None))
    least, most = known.min(), known.max()
    if (low is not None and least < low - _SLACK) or (high is not None and most > high + _SLACK):
        bounds = f"{low} to {high}" if high is not None else f"{low} or more"
        raise _refusal(table, f'has values from {least:g} to {most:g} in "{values.name}", a {kind} of {bounds}')
    if kind == "count" and (known % 1 != 0).any():
        raise _refusal(table, f'has fractions in "{values.name}", which counts')


def _refusal(table: ResultTable, what: str) -> InputError:
    return InputError(
        f"The result table {what}",
        where=f"save_table({table.name!r})",
        allowed=f"one row {table.row}, with the columns that docs/tables.md lists",
        mend="Keep these columns as they are and save what differs as a table of another name; what a chapter's own "
        "tables hold is declared in its results.py.",
    )
