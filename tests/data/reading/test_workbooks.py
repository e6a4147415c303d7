"""Spreadsheets: cells as a person reads them, any sheet, headers out of place."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import statsmodels

from helpers.errors import InputError

Reader = Callable[..., Any]


def book(*rows: list[Any], title: str = "Orders", edit: Callable[[Any], None] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    workbook.create_sheet("Zweites").append(["x", "y"])
    workbook["Zweites"].append(["a", 5])
    if edit:
        edit(sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_cells_as_a_person_reads_them(read: Reader) -> None:
    row = ["00123", 17850, 17850.0, 0.1, 8.95, 12_345_678_901, dt.date(2026, 1, 5), dt.datetime(2026, 1, 5, 10, 30)]
    got = read(book([f"c{i}" for i in range(10)], [*row, True, dt.time(10, 30)]), "o.xlsx")
    assert got.rows == [
        (
            "00123",
            "17850",
            "17850",
            "0.1",
            "8.95",
            "12345678901",
            "2026-01-05",
            "2026-01-05 10:30:00",
            "true",
            "10:30:00",
        )
    ]
    assert got.numbers == [2]


def test_a_header_below_a_title(read: Reader) -> None:
    got = read(
        book(["Sales report"], [], ["no", "when", "value"], [1, dt.date(2026, 1, 5), 2.5], [], [2, None, 3]), "o.xlsx"
    )
    assert got.columns == ["no", "when", "value"]
    assert got.rows == [("1", "2026-01-05", "2.5"), ("2", None, "3")]
    assert got.numbers == [4, 6]
    assert got.repairs == {"lines above the header skipped": 2, "blank rows skipped": 1}


def test_a_header_of_merged_cells(read: Reader) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:C1")

    got = read(
        book(["customer", "sales", None], [None, "2025", "2026"], ["A", 1, 2], ["B", 3, 4], edit=merge),
        "o.xlsx",
        header_row=2,
    )
    assert got.columns == ["customer", "2025", "2026"]
    assert got.rows == [("A", "1", "2"), ("B", "3", "4")]
    got = read(book(["id", "address", None], [1, "Rome", "IT"], edit=lambda s: s.merge_cells("B1:C1")), "o.xlsx")
    assert got.columns == ["id", "address", "address_2"]


def test_sheets_by_number_and_name(read: Reader) -> None:
    content = book(["a"], [1])
    assert read(content, "o.xlsx", sheet=1).rows == [("a", "5")]
    assert read(content, "o.xlsx", sheet="zweites ").columns == ["x", "y"]
    with pytest.raises(InputError, match=r"no sheet 'Zweite'.*'Orders' \(or 0\).*Did you mean \"Zweites\""):
        read(content, "o.xlsx", sheet="Zweite")
    with pytest.raises(InputError, match="no sheet 7"):
        read(content, "o.xlsx", sheet=7)


def test_errors_are_blank_and_counted(read: Reader) -> None:
    got = read(book(["a", "b"], [1, "#N/A"], ["#REF!", 2]), "o.xlsx")
    assert got.rows == [("1", None), (None, "2")]
    assert got.repairs == {"cells with an error such as #N/A, taken as blank": 2}


def test_empty_rows_at_the_end_and_a_totals_row(read: Reader) -> None:
    got = read(book(["a", "b", "c"], [1, 2, 3], [4, 5, 6], ["Total", None, 9], [" ", None, None]), "o.xlsx")
    assert got.rows == [("1", "2", "3"), ("4", "5", "6")]
    assert got.faults == {4: "a totals row"}
    assert got.repairs["blank rows skipped"] == 1


def test_no_header(read: Reader) -> None:
    got = read(book([1, "x"], [2, "y"]), "o.xlsm", header_row=0)
    assert got.columns == ["column1", "column2"]
    assert got.numbers == [1, 2]


def test_an_empty_sheet_is_refused(read: Reader) -> None:
    for content in (book(), book(["a", "b"])):
        with pytest.raises(InputError, match="no rows below its header"):
            read(content, "o.xlsx")


def test_an_old_workbook(read: Reader) -> None:
    path = Path(statsmodels.__file__).parent / "tsa/statespace/tests/results/frbny_nowcast/Nowcasting/test_spec.xls"
    got = read(path.read_bytes(), "spec.xls")
    assert got.columns[:3] == ["Model", "SeriesID", "SeriesName"]
    assert got.rows[0][:3] == ("1", "GDPC1", "Real Gross Domestic Product")


def test_an_open_document(read: Reader) -> None:
    def cell(value: str, kind: str = "string", more: str = "") -> str:
        return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{value}</text:p></table:table-cell>'

    rows = [
        [cell("no"), cell("when"), cell("value")],
        [cell("007"), cell("x", "date", 'office:date-value="2026-01-05"'), cell("2,5", "float", 'office:value="2.5"')],
    ]
    body = "".join(f"<table:table-row>{''.join(r)}</table:table-row>" for r in rows)
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="T">{body}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    got = read(content.getvalue(), "o.ods")
    assert got.rows == [("007", "2026-01-05", "2.5")]
