"""CSV and its kin into the engine: at the engine's speed where every row is whole, with a close look where not.

A row of too few fields is one of two things. A program that leaves out blanks at the end of a row writes many such
rows, or writes the same columns blank elsewhere: such a row is padded, and counted as a repair. A line that was cut
off lacks columns that the other rows fill: it is a fault. So a row is padded where each column it lacks is blank in
some complete row, or is lacking in at least 2 in 100 rows and at least three; otherwise it is faulty, with its cells.

A row of too many fields is faulty, with its whole line in kit_line, because nobody can say which field is one too
many; only if all fields beyond the header are blank are they left out, as a repair.
"""

import csv
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis.expr.types import Table

from helpers.data.reading import engine
from helpers.data.reading.columns import FAULT, LINE, SOURCE_ROW, Repairs, name_columns
from helpers.data.reading.lines import Lines
from helpers.data.reading.loaded import LAST, Loaded, add, find_totals, finish
from helpers.data.reading.scan import Odd, Scan, Scanner
from helpers.data.reading.sniff import BLANKS, HEAD, Dialect, Layout, sniff_layout
from helpers.data.reading.text import CHUNK, PlainText, as_utf8
from helpers.data.spec import PartSpec
from helpers.errors import InputError

FIELDS = "kit_fields"
BATCH_ROWS, BATCH_BYTES = 20_000, 32 << 20


def read_csv(con: Any, path: Path, part: PartSpec, name: str, work: Path, *, trusting: bool = False) -> Loaded:
    """Load a text file of fields into the engine table `name`, all columns text.

    `trusting` takes a file for what its beginning and its lines say, where that may be; see `Loaded.sure`.
    Raises InputError for a header that does not fit the rows, or an encoding or header row that is not there.
    """
    plain = as_utf8(path, work, part.encoding)
    layout = find_layout(plain, part)
    header = layout.header or []
    names, repairs = name_columns([*header, *[""] * (layout.width - len(header))])
    if layout.header is None:
        repairs = [("no header: columns are called column1, column2 …", 1)] if part.header_row is None else []
    repairs = [*plain.repairs, *_about_header(layout), *repairs]
    if layout.dialect.delimiter == BLANKS:
        plain, layout = _with_tabs(plain, layout, work)
    nameless = [n for i, n in enumerate(names) if layout.header and not "".join(header[i : i + 1]).strip()]
    loaded, whole = None, _may_be_whole(plain, layout)
    if whole and plain.path == path and not path.is_relative_to(work.parent):  # else it is gone before it is needed
        loaded, whole = _look_where_it_lies(con, plain, layout, names, nameless, repairs, trusting)
    if loaded is None:
        relation, numbered, rows, found = load_text(con, plain, layout, names, name, work, whole=whole)
        loaded = finish(con, relation, numbered, rows, [*repairs, *found], layout.header_row, nameless)
    beyond = [n for n in names[len(header) :] if layout.header and n in loaded.table.columns]
    if beyond:
        raise InputError(
            f"The header names {len(header)} columns and the rows have {layout.width} fields",
            where=str(path),
            allowed="as many names as there are fields; the last ones may be blank",
            mend="Add the missing names, or say header_row: 0 and map column1, column2 …",
        )
    return loaded


def load_text(
    con: Any, plain: PlainText, layout: Layout, names: list[str], name: str, work: Path, *, whole: bool = True
) -> tuple[str, Table, int, Repairs]:
    """Load a text's rows into engine tables called `name…`: the relation that holds them, as SQL; the same with
    kit_row and kit_fault (and kit_line where a row needs it); the number of rows; and what was mended.

    `whole` says that each line may be a row of its own, which is then tried first.
    """
    if whole and _load_whole(con, plain, layout, names, name):
        raw = con.table(name)
        first = layout.header_row + 1
        numbered = raw.mutate(**{SOURCE_ROW: raw.rowid() + first, FAULT: ibis.null("string")})
        relation = engine.quoted(name)
        return relation, numbered, engine.count_rows(con, relation), []
    engine.drop(con, name)
    query, rows, repairs = _load_with_care(con, plain, layout, names, name, work)
    relation, numbered = f"({query})", con.sql(query)
    if not engine.run(con, f"SELECT count({LINE}) FROM {relation}")[0][0]:
        numbered = numbered.drop(LINE)
    return relation, numbered, rows, repairs


def find_layout(plain: PlainText, part: PartSpec) -> Layout:
    """Dialect and header of a file, from its beginning and from what the part says."""
    with plain.path.open("rb") as stream:
        head = stream.read(HEAD)
    whole = plain.path.stat().st_size <= len(head)
    layout = sniff_layout(head.decode("utf-8", "replace"), whole, part.delimiter, part.header_row)
    if part.header_row and layout.header is None:
        raise InputError(
            f"There is no row {part.header_row} to be the header",
            where=part.source,
            allowed="the row's number as a spreadsheet shows it, or 0 for a file without a header",
        )
    return layout


def _about_header(layout: Layout) -> Repairs:
    above = layout.header_row - 1
    return [("lines above the header skipped", above)] if above > 0 else []


def _look_where_it_lies(
    con: Any,
    plain: PlainText,
    layout: Layout,
    names: list[str],
    nameless: list[str],
    repairs: Repairs,
    trusting: bool,
) -> tuple[Loaded | None, bool]:
    """The file where it lies, where each of its lines is a row and nothing is to be mended or said of any row; else
    whether to load it whole is worth a try."""
    trusting = trusting and not nameless
    scan = engine.scan_csv(plain.path, names, layout.dialect, layout.lines_above)
    expected = plain.lines - layout.lines_above
    rows, blank, filled = expected, 0, [1]
    try:
        if not trusting:
            rows, blank, *filled = engine.look_through(con, scan, names, nameless)
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:  # loading meets the same row, but for a line that is only long
        return None, "max_line_size" in str(error).lower()
    last = layout.header_row + rows
    whole = rows == expected and rows > LAST and not blank and all(filled)
    numbered = engine.number_scan(con, scan, layout.header_row + 1)
    if not whole or find_totals(numbered, names, _last_rows(plain, layout, last)):
        return None, rows == expected
    lines = Lines.of(plain.path, names, layout.dialect)
    return Loaded(numbered, rows, repairs, layout.header_row, scan, lines, not trusting), True


def _last_rows(plain: PlainText, layout: Layout, last: int) -> list[tuple[Any, ...]]:
    """The last rows of a file whose lines are its rows, from the end on: number, no line, and the cells."""
    with plain.path.open("rb") as stream:
        stream.seek(max(0, plain.path.stat().st_size - HEAD))
        lines = stream.read().decode("utf-8", "replace").rstrip("\r\n").splitlines()[-LAST:]
    quote = layout.dialect.quote
    delimiter = layout.dialect.delimiter
    if quote:
        cells = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    else:
        cells = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return [(last - i, None, *row) for i, row in enumerate(reversed([*cells]))]


def _may_be_whole(plain: PlainText, layout: Layout) -> bool:
    """Whether each line may be a row, as far as the bytes alone tell."""
    return plain.uniform and not plain.broken and not plain.only_cr and layout.lines_above == layout.header_row


def _load_whole(con: Any, plain: PlainText, layout: Layout, names: list[str], name: str) -> bool:
    """Load the file as it is; whether each of its lines became a row."""
    if not _may_be_whole(plain, layout):
        return False
    try:
        rows = engine.load_csv(con, name, plain.path, names, layout.dialect, layout.lines_above, clean=False)
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error:
        return False
    return rows == plain.lines - layout.lines_above


def _load_with_care(
    con: Any, plain: PlainText, layout: Layout, names: list[str], name: str, work: Path
) -> tuple[str, int, Repairs]:
    """Load whole rows at once and odd ones one by one; a query for them all, their number, and what was mended."""
    scanner = Scanner(layout.dialect, layout.width, only_cr=plain.only_cr, broken=plain.broken)
    odd, clean, clean_table = f"{name}_odd", work / "clean.csv", f"{name}_clean"
    for bulk in (True, False):
        scanner.simple = scanner.simple and bulk
        engine.drop(con, odd)
        sink = _OddRows(con, odd, names)
        scan = scanner.run(plain.path, clean, layout.lines_above, layout.header_row + 1, sink.keep)
        sink.flush()
        try:
            if engine.load_csv(con, clean_table, clean, names, layout.dialect, 0, clean=True) == scan.whole:
                break
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise
        except duckdb.Error:  # the engine sees these rows otherwise than we do: look at each of them
            if not scan.whole:
                raise
    clean.unlink()
    padded = _judge_short(con, clean_table, odd, names)
    query = engine.stack(con, clean_table, scan.breaks, odd, FIELDS)
    rows = engine.count_rows(con, f"({query})")
    if rows != scan.whole + scan.odd:  # must never happen; a lost row is worse than no report
        raise AssertionError(f"{plain.path}: {scan.whole} whole rows and {scan.odd} others became {rows}")
    return query, rows, _repairs(scan, padded)


def _repairs(scan: Scan, padded: int) -> Repairs:
    repairs: Repairs = add([], "blank rows skipped", scan.blank)
    repairs = add(repairs, "rows that end early, padded with blanks", padded)
    repairs = add(repairs, "rows with empty fields beyond the header, left out", scan.too_long)
    return add(repairs, "quotes inside a quoted field, taken as text", scan.stray_quotes)


class _OddRows:
    """Collects odd rows and passes them to the engine in batches."""

    def __init__(self, con: Any, table: str, names: list[str]) -> None:
        self.con, self.table, self.names = con, table, names
        self.rows: list[Odd] = []
        self.size = 0

    def keep(self, odd: Odd) -> None:
        self.rows.append(odd)
        self.size += sum(map(len, odd.cells)) + len(odd.line or "") + 64 * len(odd.cells)
        if len(self.rows) >= BATCH_ROWS or self.size >= BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Also makes the table where no row is odd."""
        rows, self.rows, self.size = self.rows, [], 0
        batch: dict[str, pa.Array] = {
            SOURCE_ROW: pa.array([r.row for r in rows], pa.int64()),
            FIELDS: pa.array([len(r.cells) for r in rows], pa.int64()),
            FAULT: pa.array([r.fault for r in rows], pa.string()),
            LINE: pa.array([r.line for r in rows], pa.string()),
        }
        for i, name in enumerate(self.names):
            batch[name] = pa.array([(r.cells[i] or None) if i < len(r.cells) else None for r in rows], pa.string())
        engine.append(self.con, self.table, pa.table(batch))


def _judge_short(con: Any, whole: str, odd: str, names: list[str]) -> int:
    """Say of the odd rows that end early which were cut off; returns how many are merely padded."""
    width, table = len(names), engine.quoted(odd)
    is_short = f"{FAULT} IS NULL AND {FIELDS} < {width}"
    short = engine.run(con, f"SELECT {FIELDS}, count(*) FROM {table} WHERE {is_short} GROUP BY ALL")
    if not short:
        return 0
    fewest = _fewest_fields(con, whole, odd, names, dict(short))
    said = f"'has ' || {FIELDS} || ' field' || if({FIELDS} = 1, '', 's') || ' where the header has {width}'"
    engine.run(con, f"UPDATE {table} SET {FAULT} = {said} WHERE {is_short} AND {FIELDS} < {fewest}")
    return sum(count for fields, count in short if fields >= fewest)


def _fewest_fields(con: Any, name: str, odd: str, names: list[str], short: dict[int, int]) -> int:
    """The fewest fields of a row that may be padded (the rule stands at the top of this module)."""
    rows = engine.count_rows(con, engine.quoted(name)) + engine.count_rows(con, engine.quoted(odd))
    lowest = max(min(short), 1)
    blank = ", ".join(f"count(*) - count({engine.quoted(n)})" for n in names[lowest:])
    whole = engine.run(con, f"SELECT {blank} FROM {engine.quoted(name)}")[0]
    others = engine.run(con, f"SELECT {blank} FROM {engine.quoted(odd)} WHERE {FIELDS} = {len(names)}")[0]
    for place in range(len(names) - 1, lowest - 1, -1):
        blank_elsewhere = whole[place - lowest] + others[place - lowest] > 0
        lacking = sum(count for fields, count in short.items() if fields <= place)
        if not blank_elsewhere and lacking < max(3, 0.02 * rows):
            return place + 1
    return lowest


def _with_tabs(plain: PlainText, layout: Layout, work: Path) -> tuple[PlainText, Layout]:
    """A copy in which one tab stands for any number of blanks between fields."""
    copy, end = work / "with_tabs.txt", b"\r" if plain.only_cr else b"\n"
    with plain.path.open("rb") as stream, copy.open("wb") as out:
        rest = b""
        while chunk := stream.read(CHUNK):
            lines, mark, rest = (rest + chunk).rpartition(end)
            out.write(_tabbed(lines + mark))
        out.write(_tabbed(rest))
    return replace(plain, path=copy), replace(layout, dialect=Dialect("\t", "", ""))


def _tabbed(text: bytes) -> bytes:
    text = re.sub(rb"^[ \t]+|[ \t]+(?=\r?$)", b"", text, flags=re.M)
    return re.sub(rb"[ \t]+", b"\t", text)
