"""What differs between the files and waves a table came in: which columns they fill, whether numbers restart."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from ibis.expr.types import Table

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
    rows: list[dict[str, Any]] = []
    gappy = columns[(columns["missing"] > 0) & (columns["missing"] < columns["rows"]) & ~columns["sparse"]]
    for name, own in gappy.groupby("table", sort=False):
        table = tables[str(name)]
        names = list(own["column"])
        for grouping, column in _groupings(table).items():
            counts = {f"c{i}": table[c].count() for i, c in enumerate(names)}
            found = table.group_by(group=table[column]).aggregate(rows=table.count(), **counts)
            found = found.filter(found.group.notnull()).order_by("group").execute()
            rows += [
                {"table": name, "grouping": grouping, "group": str(group["group"]), "column": c}
                | {"rows": int(group["rows"]), "filled": int(group[f"c{i}"])}
                for group in found.to_dict("records")
                for i, c in enumerate(names)
            ]
    return pd.DataFrame(rows, columns=["table", "grouping", "group", "column", "rows", "filled"])


def repeated_numbers(tables: Mapping[str, Table]) -> pd.DataFrame:
    """The columns that should name a row of their table and do not: table, column, rows (that share their number with
    another), within ("wave" or "file" where the number is unique in each, else "")."""
    found: list[dict[str, Any]] = []
    for name, table in tables.items():
        key = TABLES[name].key
        if key not in table.columns:
            continue
        numbered = table.filter(table[key].notnull())
        rows = _sharing(numbered, [key])
        if rows:
            within = (g for g, column in _groupings(table).items() if not _sharing(numbered, [key, column]))
            found.append({"table": name, "column": key, "rows": rows, "within": next(within, "")})
    return pd.DataFrame(found, columns=["table", "column", "rows", "within"])


def _groupings(table: Table) -> dict[str, str]:
    """Of wave and file those by which the table falls into several parts."""
    there = {name: column for name, column in _GROUPINGS.items() if column in table.columns}
    if not there:
        return {}
    parts = table.aggregate(**{name: table[column].nunique() for name, column in there.items()}).execute().iloc[0]
    return {name: column for name, column in there.items() if 1 < parts[name] <= _MOST_GROUPS}


def _sharing(table: Table, keys: list[str]) -> int:
    """Rows that are equal to another in `keys`."""
    counted = table.group_by(keys).aggregate(n=table.count())
    shared = counted.filter(counted.n > 1).n.sum().execute()
    return 0 if pd.isna(shared) else int(shared)
