"""The workbook, read back by two other packages: every value as the tables have it, and nothing that runs."""

import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from helpers.runs.formats import workbook
from helpers.runs.formats.sheets import FIRST_ROW, Sheets, SheetTable
from helpers.runs.formats.workbook import About, choose_tables, most_rows, write_workbook
from helpers.runs.pseudonyms import tables_of_persons
from helpers.runs.record import titles_of
from helpers.story.results import Chart, ResultTable, count, flag, money, share, text
from helpers.story.results import date as day
from tests.runs.reports import Report

PAGES = {"00_summary": "Summary", "02_rfm": "Who our best customers are", "05_nps_drivers": "Who recommends us"}
TEAM = About("Acme & Söhne", date(2026, 9, 30), "EUR", for_team=True)
CLIENT = replace(TEAM, for_team=False)
SECRET = "C-4711"

ODD = pd.DataFrame(
    {
        "text": ["=1+1", "@SUM(A1)", "+4", "-5", "http://a.bc", "00123", "<b>&amp;</b>", "a\nb\t", "_x0041_", ""],
        "more": ["\x07bell", "été 🎈", " spaced ", "'quoted", "{=A1}", "1e5", "TRUE", "#N/A", "mailto:a@b.c", None],
        "number": [0.1 + 0.2, -1e-300, 1e300, np.nan, np.inf, -np.inf, 0.0, 2.5, 123456789.123, 1 / 3],
        "whole": [0, 1, -1, 2**53, 2**53 + 1, -(2**53) - 1, 10, 11, 12, 13],
        "flag": [True, False] * 5,
        "day": pd.to_datetime(["2026-09-30"] * 8 + ["1899-12-31", None]).astype("datetime64[us]"),
        "moment": pd.to_datetime(["2026-09-30 02:14:05.1"] * 9 + ["1900-03-01 00:00:00.0"]).astype("datetime64[us]"),
    }
)  # fmt: skip


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A folder of tables: some a page declares, one that no page does, of persons, and set aside."""
    folder = tmp_path / "tables"
    folder.mkdir()
    segments = {"rfm_segment": ["Champions", "Lost"], "customers": [3, 1], "customer_share": [0.75, 0.25]}
    segments |= {"spend": [1234.5, 6.0], "spend_share": [0.99, 0.01], "action": ["Thank", "=cmd"]}
    pd.DataFrame(segments).to_parquet(folder / "rfm_segments.parquet")
    ODD.to_parquet(folder / "odd.parquet", index=False)
    ODD.head(0).to_parquet(folder / "without_rows.parquet", index=False)
    pd.DataFrame({"customer_id": [SECRET], "action": ["Call"]}).to_parquet(folder / "nps_actions.parquet")
    pd.DataFrame({"Kunde": [SECRET], "kit_reason": ["no date"]}).to_parquet(folder / "rejected_orders.parquet")
    finding = {"key": "k", "text": "Three are champions.", "action": "=Thank", "verdict": "good", "headline": True}
    aside = finding | {"key": "a", "text": "A note.", "action": "", "verdict": "neutral", "headline": False}
    pd.Series([aside | {"page": "02_rfm"}, finding | {"page": "02_rfm"}]).to_json(
        folder / "findings.json", orient="values"
    )
    return folder


@pytest.fixture
def written(tables: Path, tmp_path: Path) -> Path:
    path = tmp_path / "acme.xlsx"
    write_workbook(path, TEAM, tables, PAGES)
    return path


def as_cell(value: Any) -> Any:
    """What a cell holds of a value: numbers as Excel keeps them, nothing for what is not known."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    if isinstance(value, datetime):
        return str(value) if value < datetime(1900, 3, 1) else value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return str(value)
    return value


def same(read: Any, value: Any) -> bool:
    """Times are kept to the millisecond, numbers to 16 digits; an empty text is an empty cell."""
    expected = as_cell(value)
    if expected in (None, ""):
        return read in (None, "")
    if isinstance(expected, bool):
        return read is expected
    if isinstance(expected, datetime):
        read = read if isinstance(read, datetime) else datetime.combine(read, datetime.min.time())
        return abs(read - expected) <= timedelta(milliseconds=1)
    if isinstance(expected, int | float):
        return math.isclose(float(read), expected, rel_tol=1e-15, abs_tol=0)
    return bool(read == expected)


def openpyxl_sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(path)
    with zipfile.ZipFile(path) as packed:
        read = _as_read if "xl/sharedStrings.xml" in packed.namelist() else _unescaped
    return {sheet.title: [[read(v) for v in row] for row in sheet.iter_rows(values_only=True)] for sheet in book}


def _as_read(value: Any) -> Any:
    """openpyxl leaves control characters as the format has them, in texts that stand in the list of all texts."""
    return re.sub(r"_x00([01]\w)_", lambda found: chr(int(found[1], 16)), value) if isinstance(value, str) else value


def _unescaped(value: Any) -> Any:
    """openpyxl leaves what the format has for control characters as it stands, in texts that stand in their cells."""
    return unescape(value) if isinstance(value, str) else value


def calamine_sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


READERS = {"openpyxl": openpyxl_sheets, "calamine": calamine_sheets}


def differences(path: Path, sheet: str, reader: str, first_column: int = 0) -> Iterator[str]:
    read = READERS[reader](path)[sheet][FIRST_ROW:]
    table = pq.read_table(path.parent / "tables" / f"{sheet}.parquet")
    yield from compare(table.to_pydict(), read, first_column)


def compare(columns: dict[str, list[Any]], read: list[list[Any]], first_column: int) -> Iterator[str]:
    for place, (name, values) in enumerate(columns.items(), start=first_column):
        found = [row[place] if place < len(row) else None for row in read] + [None] * (len(values) - len(read))
        if len(found) != len(values):
            yield f"{name}: {len(found)} rows for {len(values)}"
        yield from (f"{name}: {r!r} for {v!r}" for r, v in zip(found, values, strict=False) if not same(r, v))


@pytest.mark.parametrize("reader", READERS)
def test_every_value_is_the_tables(written: Path, reader: str) -> None:
    for sheet in ("odd", "rejected_orders"):
        assert list(differences(written, sheet, reader)) == []
    for sheet in ("rfm_segments", "nps_actions"):  # whose first column is to be ticked
        assert list(differences(written, sheet, reader, first_column=1)) == []


def test_nothing_runs(written: Path) -> None:
    book = openpyxl.load_workbook(written)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {
        "n",
        "s",
        "b",
        "d",
        "inlineStr",
    }
    with zipfile.ZipFile(written) as packed:
        whole = {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}
    assert not any(re.search("<f[ >]", content) and "worksheets" in name for name, content in whole.items())
    assert not any("vbaProject" in name or "externalLink" in name for name in whole)
    links = [content for name, content in whole.items() if name.endswith(".rels")]
    assert not any("TargetMode" in content for content in links)  # nothing outside the file


def test_a_client_gets_no_rows_of_persons(tables: Path, tmp_path: Path) -> None:
    assert tables_of_persons(tables) == ["nps_actions", "rejected_orders"]
    held = {}
    for about in (CLIENT, TEAM):
        path = tmp_path / "sent.xlsx"
        write_workbook(path, about, tables, PAGES)
        with zipfile.ZipFile(path) as packed:
            held[about.for_team] = any(SECRET.encode() in packed.read(name) for name in packed.namelist())
        assert ("nps_actions" in openpyxl_sheets(path)) is about.for_team
    assert held == {False: False, True: True}


def test_lists_come_first_and_what_was_set_aside_last(tables: Path) -> None:
    names = [table.name for table in choose_tables(tables, PAGES, for_team=True)]
    assert names == ["rfm_segments", "nps_actions", "odd", "rejected_orders"]


def test_contents_say_what_each_table_is_and_lead_there(written: Path) -> None:
    sheet = openpyxl.load_workbook(written)["Contents"]
    rows = {sheet.cell(r, 1).value: sheet[r] for r in range(6, sheet.max_row + 1)}
    assert [*rows] == ["RFM segments", "NPS actions", "Odd", "Rejected orders"]
    page, said, size = (cell.value for cell in rows["RFM segments"][1:4])
    assert (page, size) == ("Who our best customers are", 2)
    assert said.startswith("Each row is a segment that has customers, in the map's order.")
    assert said.endswith("A list to work through: tick each row.")
    assert rows["Odd"][0].hyperlink.location == "'odd'!A1"
    assert sheet["A3"].value == "Holds rows of customers: for your own people, not for sending."


def test_findings_stand_in_it_those_of_the_cover_first(written: Path) -> None:
    rows = openpyxl_sheets(written)["Findings"][3:]
    assert rows == [
        ["Who our best customers are", "Good news", "Three are champions.", "=Thank"],
        ["Who our best customers are", "What we see", "A note.", None],
    ]


def test_a_column_has_its_unit_its_format_and_its_meaning(written: Path) -> None:
    sheet = openpyxl.load_workbook(written)["rfm_segments"]
    heads = {sheet.cell(4, c).value: c for c in range(1, 8)}
    assert [*heads] == [
        "Done?",
        "Rfm segment",
        "Customers",
        "Share of customers",
        "Spend",
        "Share of spend",
        "Action",
    ] or ([*heads][1] == "Segment")
    spend, part = heads["Spend"], heads["Share of customers"]
    assert (sheet.cell(3, spend).value, sheet.cell(3, part).value) == ("EUR", "% of the whole")
    columns = sheet.column_dimensions
    assert columns["E"].width > 9
    assert sheet.cell(5, part).number_format == "0.0%"
    assert sheet.cell(5, spend).number_format == "#,##0.00"
    assert sheet.cell(4, part).comment.text == "customer_share"
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref == "A4:G6"
    rule = sheet.data_validations.dataValidation[0]
    assert (str(rule.sqref), rule.formula1) == ("A5:A6", '"done,tried,not needed"')


def test_a_table_that_declares_a_chart_has_one_of_its_own_numbers(written: Path) -> None:
    with zipfile.ZipFile(written) as packed:
        charts = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 1
    assert re.findall(r"<c:f>(.*?)</c:f>", charts[0]) == [
        "rfm_segments!$D$4", "rfm_segments!$B$5:$B$6", "rfm_segments!$D$5:$D$6",
        "rfm_segments!$F$4", "rfm_segments!$B$5:$B$6", "rfm_segments!$F$5:$F$6",
    ]  # fmt: skip


def test_a_chart_says_of_what_it_is_in_the_brands_colour(tables: Path, tmp_path: Path) -> None:
    write_workbook(tmp_path / "acme.xlsx", replace(TEAM, color="#2d5d44"), tables, PAGES)
    with zipfile.ZipFile(tmp_path / "acme.xlsx") as packed:
        chart = packed.read("xl/charts/chart1.xml").decode()
    assert re.findall(r"<a:t>(.*?)</a:t>", chart)[0] == "RFM segments: share of customers and share of spend"
    assert re.findall(r'<c:spPr><a:solidFill><a:srgbClr val="(\w+)"', chart) == ["2D5D44", "A3AEB9"]
    assert '<c:numFmt formatCode="0%"' in chart  # no "20.0%"


@pytest.mark.parametrize("reader", READERS)
def test_a_large_one_is_written_row_by_row_and_says_the_same(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    write_workbook(tmp_path / "small.xlsx", TEAM, tables, PAGES)
    monkeypatch.setattr(workbook, "_MOST_IN_MEMORY", 10)
    write_workbook(tmp_path / "large.xlsx", TEAM, tables, PAGES)
    small, large = (READERS[reader](tmp_path / f"{name}.xlsx") for name in ("small", "large"))
    assert small == large
    with zipfile.ZipFile(tmp_path / "large.xlsx") as packed:
        assert b"inlineStr" in packed.read("xl/worksheets/sheet3.xml")


def test_where_it_cannot_be_written_the_system_says_why(tables: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    for place, error in (("nowhere/acme.xlsx", FileNotFoundError), ("folder.xlsx", IsADirectoryError)):
        with pytest.raises(error):
            write_workbook(tmp_path / place, TEAM, tables, PAGES)
    assert {path.name for path in tmp_path.iterdir()} == {"tables", "folder.xlsx"}


def test_made_again_it_is_the_same_to_the_byte(tables: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(tmp_path / name, TEAM, tables, PAGES)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


class TestLimits:
    def write(self, tmp_path: Path, frame: pd.DataFrame, most_rows: int, **more: Any) -> tuple[Any, list[list[Any]]]:
        frame.to_parquet(tmp_path / "long.parquet", index=False)
        with Workbook(str(tmp_path / "book.xlsx"), {"constant_memory": True}) as book:
            sheets = Sheets(book, "EUR")
            table = SheetTable("long", tmp_path / "long.parquet", "", **more)
            written = sheets.write(sheets.add("long"), table, most_rows)
        return written, openpyxl_sheets(tmp_path / "book.xlsx")["long"]

    def test_rows_that_do_not_fit_are_told(self, tmp_path: Path) -> None:
        written, rows = self.write(tmp_path, pd.DataFrame({"a": range(25_000)}), 20_000)
        assert (written.rows, written.left_out) == (25_000, 5_000)
        assert [row[0] for row in rows[FIRST_ROW:]] == list(range(20_000))
        assert rows[1][0] == "The first 20,000 of 25,000 rows; all are in long.parquet."

    def test_how_many_rows_are_written_hangs_on_whose_they_are(self, tmp_path: Path) -> None:
        most = [most_rows(SheetTable(name, tmp_path, "")) for name in ("customers_rfm", "rejected_orders")]
        assert most == [100_000, 1_048_576 - FIRST_ROW]

    def test_a_text_longer_than_a_cell_holds_is_cut_and_told(self, tmp_path: Path) -> None:
        written, rows = self.write(tmp_path, pd.DataFrame({"a": ["x" * 32_767, "y" * 32_768, "z" * 99_999]}), 10)
        assert written.cut == 2
        assert [len(row[0]) for row in rows[FIRST_ROW:]] == [32_767] * 3

    def test_a_text_like_markup_of_the_format_is_a_text(self, tmp_path: Path) -> None:
        odd = "<r>a & <b></r>"
        _, rows = self.write(tmp_path, pd.DataFrame({odd: [odd, "<r>"]}), 10)
        assert [row[0] for row in rows[FIRST_ROW - 1 :]] == [rows[FIRST_ROW - 1][0], odd, "<r>"]
        assert "a & <b>" in rows[FIRST_ROW - 1][0]

    def test_without_rows_there_are_the_heads(self, tmp_path: Path) -> None:
        declared = ResultTable("long", "a day", {"a": text()}, todo=True, chart=Chart("bar", "a", ["b"]))
        written, rows = self.write(tmp_path, pd.DataFrame({"a": [], "b": []}), 10, declared=declared)
        assert (written.rows, rows[3]) == (0, ["Done?", "A", "B"])

    def test_kinds_are_told_by_the_type_where_nobody_declares_them(self, tmp_path: Path) -> None:
        frame = pd.DataFrame(
            {"flag": [True], "n": [1], "x": [1.5], "on": pd.to_datetime(["2026-09-30"]), "list": [[1, 2]]}
        )
        _, rows = self.write(tmp_path, frame, 10)
        assert rows[FIRST_ROW] == [True, 1, 1.5, datetime(2026, 9, 30), "[1, 2]"]

    def test_days_and_moments_look_different(self, tmp_path: Path) -> None:
        declared = ResultTable(
            "long", "a thing", {"on": day(), "at": day(), "sold": money(), "part": share(), "n": count(), "ok": flag()}
        )
        row = {"on": pd.Timestamp(2026, 9, 30), "at": pd.Timestamp(2026, 9, 30, 12), "sold": 1.0, "part": 0.5, "n": 1}
        self.write(tmp_path, pd.DataFrame([row | {"ok": True}]), 10, declared=declared)
        sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["long"]
        formats = [sheet.cell(FIRST_ROW + 1, column).number_format for column in range(1, 7)]
        assert formats == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "#,##0.00", "0.0%", "#,##0", "General"]

    def test_a_column_is_as_wide_as_a_text_far_below(self, tmp_path: Path) -> None:
        self.write(tmp_path, pd.DataFrame({"a": ["x"] * 999 + ["y" * 30]}), 1_000)
        assert openpyxl.load_workbook(tmp_path / "book.xlsx")["long"].column_dimensions["A"].width > 30

    def test_a_column_is_as_wide_as_a_number_with_its_commas(self, tmp_path: Path) -> None:
        self.write(tmp_path, pd.DataFrame({"a": [19_850_139.12, math.nan], "b": [1_234_567_890, 1]}), 10)
        columns = openpyxl.load_workbook(tmp_path / "book.xlsx")["long"].column_dimensions
        assert columns["A"].width > len("19,850,139.120") and columns["B"].width > len("1,234,567,890")

    @pytest.mark.parametrize(("columns", "on_one_page"), [(5, True), (47, False)])
    def test_a_table_of_many_columns_is_printed_on_several_pages(
        self, tmp_path: Path, columns: int, on_one_page: bool
    ) -> None:
        self.write(tmp_path, pd.DataFrame([{f"column_{n}": n for n in range(columns)}]), 10)
        sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["long"]
        assert bool(sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage) is on_one_page
        assert (sheet.print_title_cols == "$A:$A") is not on_one_page

    def test_names_of_sheets_are_made_ones_that_excel_takes(self, tmp_path: Path) -> None:
        path = tmp_path / "names.xlsx"
        names = ["a" * 40, "a" * 31, "A" * 31, "x:y/z*[1]?\\", "''", "Contents", "contents"]
        with Workbook(str(path)) as book:
            sheets = Sheets(book, "EUR")
            for name in names:
                sheets.add(name)
        assert openpyxl.load_workbook(path).sheetnames == [
            "a" * 31, f"{'a' * 29}_2", f"{'A' * 29}_3", "x y z  1", "Table", "Contents", "contents_2",
        ]  # fmt: skip


@pytest.mark.xdist_group("demo report")
class TestDemo:
    def write(self, demo: Report, path: Path, about: About) -> dict[str, Any]:
        write_workbook(path, about, demo.folder / "tables", titles_of(demo.record["steps"]))
        return {name: pq.ParquetDataset(demo.folder / "tables" / f"{name}.parquet") for name in demo_tables(demo)}

    def test_a_clients_workbook_holds_all_tables_but_those_of_persons(self, demo: Report, tmp_path: Path) -> None:
        path = tmp_path / "demo.xlsx"
        self.write(demo, path, CLIENT)
        read = calamine_sheets(path)
        private = set(tables_of_persons(demo.folder / "tables"))
        names = demo_tables(demo)
        tables = {name: pq.read_table(demo.folder / "tables" / f"{name}.parquet") for name in names - private}
        tables = {name: table for name, table in tables.items() if len(table)}
        assert len(tables) > 80
        assert set(read) - {"Contents", "Findings"} == {name[:31] for name in tables}
        for name, table in tables.items():
            ticked = int(read[name[:31]][3][0] == "Done?")
            assert list(compare(table.to_pydict(), read[name[:31]][FIRST_ROW:], ticked)) == [], name


def demo_tables(demo: Report) -> set[str]:
    return {path.stem for path in (demo.folder / "tables").glob("*.parquet")}
