"""What differs between the files and waves a table came in: which columns they fill, whether numbers restart."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.engines.questions import ask_together
from helpers.data.reading import SOURCE
from helpers.data.schema import TABLES

_GROUPINGS = {"wave": "wave", "file": SOURCE}  # what readers call it, and the column; the first that tells is named
_MOST_GROUPS = 400  # a year of daily files; waves that are more are no waves


def filled_by_source(tables: Mapping[str, Table], columns: pd.DataFrame) -> pd.DataFrame:
    """Rows and filled rows of every column with blanks, by wave and by file: table, grouping (wave or file), group,
    column, rows, filled.

    columns: as in data_columns. Tables that came in one file and one wave give no rows, nor do columns in which a blank
    is an answer too.
    """
    gappy = columns[(columns["missing"] > 0) & (columns["missing"] < columns["rows"]) & ~columns["sparse"]]
    names = {str(name): list(own["column"]) for name, own in gappy.groupby("table", sort=False)}
    groupings = _groupings({name: tables[name] for name in names})
    asked = [(name, grouping, column) for name in names for grouping, column in groupings[name].items()]
    answers = ask_together([_filled(tables[name], column, names[name]) for name, _, column in asked])
    rows: list[dict[str, Any]] = []
    for (name, grouping, _), found in zip(asked, answers, strict=True):
        groups = sorted((group, i) for i, group in enumerate(found["group"]) if group is not None)
        rows += [
            {"table": name, "grouping": grouping, "group": group, "column": c}
            | {"rows": int(found["rows"][i]), "filled": int(found[f"c{k}"][i])}
            for group, i in groups
            for k, c in enumerate(names[name])
        ]
    return pd.DataFrame(rows, columns=["table", "grouping", "group", "column", "rows", "filled"])


def _filled(table: Table, grouping: str, columns: list[str]) -> Table:
    counts = {f"c{k}": table[c].count() for k, c in enumerate(columns)}
    return table.group_by(group=table[grouping].cast("string")).aggregate(rows=table.count(), **counts)


def repeated_numbers(tables: Mapping[str, Table]) -> pd.DataFrame:
    """The columns that should name a row of their table and do not: table, column, rows (that share their number with
    another), within ("wave" or "file" where the number is unique in each, else "")."""
    keyed = {name: table for name, table in tables.items() if TABLES[name].key in table.columns}
    rows = _sharing([(table, [TABLES[name].key]) for name, table in keyed.items()])
    shared = {name: n for name, n in zip(keyed, rows, strict=True) if n}
    asked = [(name, *g) for name, own in _groupings({t: tables[t] for t in shared}).items() for g in own.items()]
    within = _sharing([(tables[name], [TABLES[name].key, column]) for name, _, column in asked])
    apart = [(name, grouping) for (name, grouping, _), n in zip(asked, within, strict=True) if not n]
    found = [
        {"table": name, "column": TABLES[name].key, "rows": n, "within": next((g for t, g in apart if t == name), "")}
        for name, n in shared.items()
    ]
    return pd.DataFrame(found, columns=["table", "column", "rows", "within"])


def _groupings(tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """By table, those of wave and file by which it falls into several parts."""
    there = [(name, g, c) for name, table in tables.items() for g, c in _GROUPINGS.items() if c in table.columns]
    parts = ask_together([tables[name].aggregate(n=tables[name][column].nunique()) for name, _, column in there])
    several: dict[str, dict[str, str]] = {name: {} for name in tables}
    for (name, grouping, column), found in zip(there, parts, strict=True):
        if 1 < found["n"][0] <= _MOST_GROUPS:
            several[name][grouping] = column
    return several


def _sharing(asked: Sequence[tuple[Table, list[str]]]) -> list[int]:
    """Rows of each table that are equal to another in the columns named, the first of which is not blank."""
    questions = []
    for table, keys in asked:
        counted = table.filter(table[keys[0]].notnull()).group_by(keys).aggregate(n=lambda rows: rows.count())
        questions.append(counted.aggregate(n=counted.n.sum(where=counted.n > 1)))
    return [int(np.nan_to_num(found["n"][0])) for found in ask_together(questions)]
