"""What reading asks of DuckDB itself, beyond Ibis: CSV with every option given, batches, and rows by their number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
from ibis.expr.types import Table

from helpers.data.reading.columns import FAULT, LINE, SOURCE_ROW
from helpers.data.reading.sniff import Dialect

FEW_BREAKS = 50
LONGEST_LINE = 2_000_000  # bytes; the engine's own limit, raised only for a file that needs it


def load_csv(
    con: Any, table: str, path: Path, names: list[str], dialect: Dialect, lines_above: int, *, clean: bool
) -> int:
    """Create `table` from a UTF-8 file of whole rows, all columns text, in the file's order; returns its rows.

    `clean` says that lines end in "\\n" only. Raises duckdb.Error at the first row that is not whole.
    """
    _read_csv(con, f"CREATE OR REPLACE TABLE {quoted(table)}", path, names, dialect, lines_above, clean=clean)
    return count_rows(con, quoted(table))


@dataclass(frozen=True)
class Scan:
    """A query of files where they lie, in their order: `head`, their paths, `tail`. Those alike in both can be read
    as one, which the engine does piece by piece; of a union it would hold all but the first in memory."""

    head: str
    tail: str
    paths: tuple[str, ...]

    def sql(self) -> str:
        return f"{self.head}[{', '.join(map(literal, self.paths))}]{self.tail}"


def scan_csv(path: Path, names: list[str], dialect: Dialect, lines_above: int) -> Scan:
    """A query of such a file as it lies."""
    options = _csv_options(names, dialect, lines_above, clean=False)
    return Scan("SELECT * FROM read_csv(", f", {_given(options)})", (str(path),))


def join_scans(scans: Sequence[Scan]) -> list[Scan]:
    """The scans with neighbours that are alike made one."""
    joined: list[Scan] = []
    for scan in scans:
        if joined and (joined[-1].head, joined[-1].tail) == (scan.head, scan.tail):
            joined[-1] = replace(joined[-1], paths=(*joined[-1].paths, *scan.paths))
        else:
            joined.append(scan)
    return joined


def look_through(con: Any, scan: Scan, names: list[str], single: list[str]) -> tuple[int, ...]:
    """How many rows the files of a scan have, how many of them hold nothing, how many cells each of `single` fills.

    Looks at every field; raises duckdb.Error at the first row that is not whole.
    """
    filled = "".join(f", count({quoted(c)})" for c in single)
    every = ", ".join(map(quoted, names))
    return run(con, f"SELECT count(*), count(*) FILTER (coalesce({every}) IS NULL){filled} FROM ({scan.sql()})")[0]


def number_scan(con: Any, scan: Scan, first: int) -> Table:
    """The rows of a file where it lies with kit_row, counted on from `first`, and a blank kit_fault."""
    number = f"row_number() OVER () + {first - 1} AS {SOURCE_ROW}, NULL::VARCHAR AS {FAULT}"
    return con.sql(f"SELECT *, {number} FROM ({scan.sql()})")


def _read_csv(
    con: Any, create: str, path: Path, names: list[str], dialect: Dialect, lines_above: int, *, clean: bool
) -> None:
    options = _csv_options(names, dialect, lines_above, clean=clean)
    limit = LONGEST_LINE
    while True:
        try:
            con.con.execute(f"{create} AS SELECT * FROM read_csv({literal(str(path))}, {_given(options)})")
            break
        except duckdb.Error as error:
            if "max_line_size" not in str(error).lower() or limit > path.stat().st_size:
                raise
            limit *= 16
            options |= {"max_line_size": str(limit), "buffer_size": str(2 * limit)}


def _csv_options(names: list[str], dialect: Dialect, lines_above: int, *, clean: bool) -> dict[str, str]:
    return {
        "columns": "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names) + "}",
        "auto_detect": "false",
        "header": "false",
        "skip": str(lines_above),
        "delim": literal(dialect.delimiter),
        "quote": literal(dialect.quote),
        "escape": literal(dialect.escape),
        "nullstr": "''",
        **({"new_line": r"'\n'"} if clean else {}),
    }


def _given(options: dict[str, str]) -> str:
    return ", ".join(f"{key} = {value}" for key, value in options.items())


def count_rows(con: Any, relation: str) -> int:
    """Rows of a relation: a quoted name, or a query in brackets."""
    return int(run(con, f"SELECT count(*) FROM {relation}")[0][0])


def count_blank(con: Any, relation: str, columns: list[str], single: list[str]) -> tuple[int, ...]:
    """How many rows hold nothing in `columns` and are not faulty; how many cells each of `single` fills."""
    sound = f"{FAULT} IS NULL AND " if FAULT in _columns(con, relation) else ""
    filled = "".join(f", count({quoted(c)})" for c in single)
    every = ", ".join(map(quoted, columns))
    return run(con, f"SELECT count(*) FILTER ({sound}coalesce({every}) IS NULL){filled} FROM {relation}")[0]


def last_rows(con: Any, relation: str, columns: list[str], first: int, count: int) -> list[tuple[Any, ...]]:
    """The last rows, from the end on: number (from `first` where there is none), kit_line, cells of `columns`."""
    there = _columns(con, relation)
    number = SOURCE_ROW if SOURCE_ROW in there else f"rowid + {first}"
    line = LINE if LINE in there else "NULL"
    cells = ", ".join(map(quoted, columns))
    return run(con, f"SELECT {number} AS kit_place, {line}, {cells} FROM {relation} ORDER BY 1 DESC LIMIT {count}")


def _columns(con: Any, relation: str) -> set[str]:
    return {row[0] for row in run(con, f"DESCRIBE SELECT * FROM {relation}")}


def stack(con: Any, whole: str, breaks: list[tuple[int, int]], odd: str, without: str) -> str:
    """A query for the rows of table `whole` with their numbers, and those of table `odd` less the column `without`.

    `breaks` pairs places (0-based) in `whole` with the number of the row there; below a break numbers run on by one.
    A few breaks are worked out as the query runs; many are joined once, into a copy.
    """
    if len(breaks) <= FEW_BREAKS:
        cases = "".join(f" WHEN rowid >= {place} THEN rowid + {number - place}" for place, number in reversed(breaks))
        numbered = f"SELECT *, CASE{cases or ' WHEN false THEN 0'} END::BIGINT AS {SOURCE_ROW} FROM {quoted(whole)}"
    else:
        _join_numbers(con, whole, breaks)
        numbered = f"SELECT * FROM {quoted(whole)}"
    return (
        f"SELECT *, NULL::VARCHAR AS {FAULT}, NULL::VARCHAR AS {LINE} FROM ({numbered}) "
        f"UNION ALL BY NAME SELECT * EXCLUDE ({without}) FROM {quoted(odd)}"
    )


def _join_numbers(con: Any, table: str, breaks: list[tuple[int, int]]) -> None:
    steps = pa.table({"place": [p for p, _ in breaks], "number": [n for _, n in breaks]})
    con.con.register("kit_steps", steps)
    try:
        con.con.execute(
            f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT r.* EXCLUDE (kit_place), "
            f"(r.kit_place - s.place + s.number)::BIGINT AS {SOURCE_ROW} "
            f"FROM (SELECT *, rowid AS kit_place FROM {quoted(table)}) r "
            "ASOF JOIN kit_steps s ON r.kit_place >= s.place"
        )
    finally:
        con.con.unregister("kit_steps")


def append(con: Any, table: str, rows: pa.Table) -> None:
    """Add rows to `table`, by column name; creates it where it is not there."""
    con.con.register("kit_batch", rows)
    try:
        if table in con.list_tables():
            con.con.execute(f"INSERT INTO {quoted(table)} BY NAME SELECT * FROM kit_batch")
        else:
            con.con.execute(f"CREATE TABLE {quoted(table)} AS SELECT * FROM kit_batch")
    finally:
        con.con.unregister("kit_batch")


def run(con: Any, sql: str) -> list[tuple[Any, ...]]:
    """Run a statement; its rows. Identifiers in it come from `quoted`, texts from `literal`."""
    return con.con.execute(sql).fetchall()


def numbers(con: Any, column: Table) -> Iterator[np.ndarray]:
    """The values of a table of one column, batch by batch."""
    for batch in con.con.execute(ibis.to_sql(column, dialect="duckdb")).to_arrow_reader(100_000):
        yield batch.column(0).to_numpy()


def drop(con: Any, *tables: str) -> None:
    for table in tables:
        con.con.execute(f"DROP TABLE IF EXISTS {quoted(table)}")


def quoted(name: str) -> str:
    """An identifier as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"
