"""Parquet as a view: the engine reads the file where it lies, with its own types; what is nested becomes text."""

from pathlib import Path
from typing import Any

import ibis

from helpers.data.reading import engine
from helpers.data.reading.columns import FAULT, OURS, SOURCE_ROW, name_columns
from helpers.data.reading.loaded import Loaded

_NESTED = ("STRUCT", "MAP", "UNION")


def read_parquet(con: Any, path: Path, name: str, *, temporary: bool) -> Loaded:
    """The rows of a Parquet file; copied into the engine table `name` only if the file is `temporary`.

    kit_row counts the file's rows from 1. Lists, structs and maps become JSON text, bytes become text.
    """
    source = f"read_parquet({engine.literal(str(path))}, binary_as_string = false"
    kinds = con.con.execute(f"DESCRIBE SELECT * FROM {source})").fetchall()
    names, repairs = name_columns([kind[0] for kind in kinds])
    columns = [
        f"{_as_column(engine.quoted(column), kind)} AS {engine.quoted(new)}"
        for (column, kind, *_), new in zip(kinds, names, strict=True)
    ]
    if any(column[0].casefold() == "file_row_number" for column in kinds):
        number, source = "row_number() OVER ()", f"{source})"
    else:
        number, source = "file_row_number + 1", f"{source}, file_row_number = true)"
    bare = f"SELECT {', '.join(columns)}"
    query = f"{bare}, ({number})::BIGINT AS {SOURCE_ROW} FROM {source}"
    in_order = None
    if temporary:
        con.con.execute(f"CREATE OR REPLACE TABLE {engine.quoted(name)} AS {query}")
        table = con.table(name)
    else:
        head, tail = f"{bare} FROM read_parquet(", ", binary_as_string = false)"
        table, in_order = con.sql(query), engine.Scan(head, tail, (str(path),))
    table = table.mutate(**{FAULT: ibis.null("string")})
    rows = int(con.con.execute(f"SELECT count(*) FROM {source}").fetchone()[0])
    assert set(OURS) & set(table.columns) == {SOURCE_ROW, FAULT}
    return Loaded(table, rows, repairs, 0, in_order)


def _as_column(column: str, kind: str) -> str:
    if kind.endswith("]") or kind.startswith(_NESTED):
        return f"to_json({column})::VARCHAR"
    if kind == "BLOB":
        return f"coalesce(TRY(decode({column})), {column}::VARCHAR)"
    if kind in ("UUID", "BIT", "INTERVAL") or kind.startswith("ENUM"):
        return f"{column}::VARCHAR"
    return column
