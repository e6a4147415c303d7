"""The workbook: every result table of a report on a sheet of its own, in Excel's format.

First what is in it and what was found, then the lists to work through, the tables in the order of the pages, and the
rows set aside. For a client's eyes (`audience: client`) tables with rows of persons and rows set aside stay out, and so
do those that no page declares: nobody has said what is in them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from helpers.runs.formats.sheets import FIRST_ROW, MOST_ROWS, Sheets, SheetTable, Written, write_text
from helpers.runs.pseudonyms import has_rows, is_set_aside, tables_of_persons
from helpers.story import fmt
from helpers.story.colors import LINES
from helpers.story.notebook import read_findings
from helpers.story.results import declared
from helpers.story.statement import VERDICT_WORDS

_MOST_IN_MEMORY = 500_000  # cells, some 300 bytes each; with more, rows go to the disk one by one, which takes longer
MOST_OF_A_TABLE = 100_000  # rows: what more there are is for programs, and in its Parquet
_FINDINGS = ("Page", "How to take it", "What was found", "What to do")
_LISTED = ("Sheet", "Page", "What a row is", "Rows")


@dataclass(frozen=True)
class About:
    """What the workbook says of the report as a whole. for_team: it may hold rows of persons; color: of its charts"""

    client: str
    as_of: date
    currency: str
    for_team: bool
    color: str = LINES[0]


def write_workbook(path: Path, about: About, tables: Path, pages: Mapping[str, str]) -> None:
    """Write the result tables and findings in the folder `tables` as a workbook.

    pages: the titles of the report's pages by name ("02_rfm"), in their order. Raises OSError where it cannot be
    written.
    """
    chosen = choose_tables(tables, pages, about.for_team)
    is_large = sum(_cells(table) for table in chosen) > _MOST_IN_MEMORY
    with TemporaryDirectory(dir=path.parent, prefix=".workbook") as rows:  # on the disk of the report
        # Without these settings a text may become a formula, a link or a number.
        as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        kept = {"constant_memory": True, "tmpdir": rows} if is_large else {"in_memory": True}
        book = Workbook(str(path), kept | as_text)
        try:
            _fill(book, about, chosen, tables, pages)
            book.close()
        except FileCreateError as error:  # the library's own, around the system's
            raise error.args[0] from None
        finally:
            for sheet in book.worksheets() if is_large else ():
                sheet.row_data_fh.close()


def _cells(table: SheetTable) -> int:
    """How many cells of a table are written."""
    data = pq.ParquetDataset(table.path)
    return min(sum(part.count_rows() for part in data.fragments), most_rows(table)) * len(data.schema)


def _fill(book: Workbook, about: About, chosen: Sequence[SheetTable], tables: Path, pages: Mapping[str, str]) -> None:
    made_on = datetime.combine(about.as_of, time(), UTC).replace(tzinfo=None)
    book.set_properties({"title": f"{about.client}, {fmt.day(about.as_of)}", "created": made_on})
    sheets = Sheets(book, about.currency, about.color)
    contents, found = sheets.add("Contents"), sheets.add("Findings")
    placed = [(table, sheets.add(table.name)) for table in chosen]
    _write_findings(sheets, found, read_findings(tables), pages)
    written = [sheets.write(sheet, table, most_rows(table)) for table, sheet in placed]
    listed = [(sheet.name, table, one) for (table, sheet), one in zip(placed, written, strict=True)]
    _write_contents(sheets, contents, about, listed)
    contents.activate()


def most_rows(table: SheetTable) -> int:
    """How many rows of a table are written: of those set aside, which go back to the sender, all that Excel takes."""
    return MOST_ROWS - FIRST_ROW if is_set_aside(table.name) else MOST_OF_A_TABLE


def choose_tables(tables: Path, pages: Mapping[str, str], for_team: bool) -> list[SheetTable]:
    """The tables of a report that have rows, in the order of the workbook's sheets."""
    found = [table for table in _in_order(tables, pages) if has_rows(table.path)]
    if not for_team:
        private = set(tables_of_persons(tables))
        found = [table for table in found if table.declared and table.name not in private]
    rank = {table.name: 2 * is_set_aside(table.name) + (not _is_list(table)) for table in found}
    return sorted(found, key=lambda table: rank[table.name])


def _in_order(tables: Path, pages: Mapping[str, str]) -> Iterator[SheetTable]:
    """Page by page as they are declared; those that no page declares at the end, by name."""
    left = {path.stem: path for path in sorted(tables.glob("*.parquet"))}
    for page, title in pages.items():
        for name, table in declared(page).items():
            if name in left:
                yield SheetTable(name, left.pop(name), title, table)
    for name, path in left.items():
        yield SheetTable(name, path, "")


def _is_list(table: SheetTable) -> bool:
    return table.declared is not None and table.declared.todo


def _write_findings(
    sheets: Sheets, sheet: Any, findings: Sequence[Mapping[str, Any]], pages: Mapping[str, str]
) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 3, 70)
    sheet.write_string(0, 0, "What was found", sheets.title)
    for column, head in enumerate(_FINDINGS):
        sheet.write_string(2, column, head, sheets.head)
    told = [finding for finding in findings if finding["text"]]
    told.sort(key=lambda finding: not finding["headline"])
    for row, finding in enumerate(told, start=3):
        page = pages.get(finding["page"], finding["page"])
        said = [page, VERDICT_WORDS.get(finding["verdict"], ""), finding["text"], finding["action"]]
        sheets.set_height(sheet, row, (page, 28), (finding["text"], 70), (finding["action"], 70))
        for column, text in enumerate(said):
            if text:
                write_text(sheet, row, column, text, sheets.wrapped)
    sheet.freeze_panes(3, 0)
    if told:
        sheet.autofilter(2, 0, 2 + len(told), len(_FINDINGS) - 1)


def _write_contents(
    sheets: Sheets, sheet: Any, about: About, listed: Sequence[tuple[str, SheetTable, Written]]
) -> None:
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 90)
    sheet.set_column(3, 3, 12)
    write_text(sheet, 0, 0, about.client, sheets.title)
    sheet.write_string(1, 0, f"As of {fmt.day(about.as_of)}. Money is in {about.currency}.", sheets.small)
    whose = (
        "Holds rows of customers: for your own people, not for sending."
        if about.for_team
        else "Without rows of single customers and rows set aside."
    )
    sheet.write_string(2, 0, whose, sheets.small)
    for column, head in enumerate(_LISTED):
        sheet.write_string(4, column, head, sheets.head)
    for row, (name, table, written) in enumerate(listed, start=5):
        sheet.write_url(row, 0, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1", sheets.link, table.title)
        sheet.write_string(row, 1, table.page, sheets.top)
        told = " ".join(filter(None, [table.row, *_notes(table, written)]))
        sheets.set_height(sheet, row, (told, 90))
        sheet.write_string(row, 2, told, sheets.wrapped)
        sheet.write_number(row, 3, written.rows, sheets.top)
    sheet.freeze_panes(5, 0)


def _notes(table: SheetTable, written: Written) -> Iterator[str]:
    if _is_list(table):
        yield "A list to work through: tick each row."
    if written.left_out:
        yield f"{written.left_out:,} rows do not fit; all are in {table.path.name}."
    if written.cut:
        texts = "1 text was" if written.cut == 1 else f"{written.cut:,} texts were"
        yield f"{texts} longer than a cell holds and cut; {table.path.name} has them whole."
