"""What is written as CSV runs nothing in a spreadsheet, and loses nothing but its sting."""

import csv
import io
import re

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.spreadsheets import safe_frame, safe_table

RUNS = tuple("=+-@\t\r\n＝＋－＠")
CELLS = st.text(st.sampled_from([*RUNS, "a", "1", "0", ".", ",", "'", '"', " ", "é"]), max_size=6)


def is_safe(cell: str) -> bool:
    return not cell.startswith(RUNS) or re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?\n?", cell) is not None


@given(st.lists(CELLS, min_size=1, max_size=8), CELLS.filter(bool))
def test_no_cell_and_no_heading_of_a_written_file_runs(cells: list[str], heading: str) -> None:
    frame = pd.DataFrame({heading: cells})
    text = io.StringIO()
    safe_frame(frame).to_csv(text, index=False, lineterminator="\n")
    read = [row[0] if row else "" for row in csv.reader(io.StringIO(text.getvalue(), newline=""))]
    assert all(is_safe(cell) for cell in read), read
    plain = [re.sub("\r\n?", "\n", cell) for cell in cells]
    assert [cell.removeprefix("'") for cell in safe_frame(frame).iloc[:, 0]] == [c.removeprefix("'") for c in plain]
    assert frame.columns[0] == heading, "the frame itself, which Parquet keeps, is not changed"


@settings(deadline=None)  # a query takes longer on a busy machine
@given(st.lists(CELLS, min_size=1, max_size=8))
def test_the_engine_makes_the_same_cells_safe(cells: list[str]) -> None:
    frame = pd.DataFrame({"=sum": cells, "n": range(len(cells))})
    table = safe_table(ibis.memtable(frame)).execute().sort_values("n")
    assert table["'=sum"].tolist() == safe_frame(frame)["'=sum"].tolist()


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("+44 20 7946 0018", "'+44 20 7946 0018"),
        ("-12.50", "-12.50"),
        ("+1e3", "+1e3"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_formulas_become_text_and_numbers_stay(cell: str, written: str) -> None:
    assert safe_frame(pd.DataFrame({"x": [cell]}))["x"].tolist() == [written]


def test_numbers_dates_and_blanks_are_left_alone() -> None:
    frame = pd.DataFrame({"n": [-1.5, None], "on": pd.to_datetime(["2026-01-01", None]), "text": ["=1", None]})
    safe = safe_frame(frame)
    pd.testing.assert_frame_equal(safe[["n", "on"]], frame[["n", "on"]])
    assert safe["text"].tolist()[0] == "'=1"
    assert safe["text"].isna().tolist() == [False, True]
