"""The link beneath a table saves what the table shows, as numbers where it can, and nothing that a spreadsheet runs."""

import csv
import io
from urllib.parse import unquote

import pandas as pd
from bs4 import BeautifulSoup
from great_tables import GT

from helpers.runs import fragment
from helpers.runs.table_files import LARGEST, offer_tables
from helpers.story import fmt
from helpers.story.table import frame_table

POUNDS = fmt.Money("GBP")


def offered(*tables: str) -> list[tuple[str, str, list[list[str]]]]:
    """Each link's file name, its accessible name and the rows it saves."""
    soup = BeautifulSoup("<h2>Who buys?</h2>" + "".join(tables), "html.parser")
    fragment.wrap_tables(soup)
    fragment.name_tables(soup, set())
    fragment.keep_signs(soup)
    offer_tables(soup, "02_rfm")
    return [(str(a["download"]), str(a["aria-label"]), rows(str(a["href"]))) for a in soup.select(".table-file a")]


def rows(address: str) -> list[list[str]]:
    kind, _, content = address.partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    assert not set(content) & set(" \"<>#%\n\r'") - {"%", "'"}
    text = unquote(content)
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_what_is_shown_is_saved_as_numbers_with_their_unit_in_the_heading() -> None:
    frame = pd.DataFrame(
        {
            "segment": ["A & B", '"Söhne", 007', "007"],
            "spend": [1_234_567.0, -1500.0, float("nan")],
            "share": [0.193, 0.0001, 1.0],
            "change": [0.5, -12.0, 3.0],
            "id": ["not shown"] * 3,
        }
    )
    labels = {"segment": "Segment", "spend": "Spend", "share": "Share", "change": "Change"}
    forms = {"spend": POUNDS, "share": fmt.share, "change": lambda x: fmt.signed(x, fmt.number)}
    ((file, name, saved),) = offered(frame_table(frame, labels, forms, "Spend by segment").html)
    assert file == "02_rfm-spend-by-segment.csv"
    assert name == "Download table (CSV): Spend by segment"
    assert saved == [
        ["Segment", "Spend (£)", "Share", "Change"],
        ["A & B", "1230000", "0.19", "0.5"],
        ['"Söhne", 007', "-1500", "<1%", "-12.0"],
        ["007", "", "1.00", "3.0"],
    ]


def test_numbers_of_another_locale_are_the_same_numbers() -> None:
    fmt.use_locale("de-DE")
    try:
        frame = pd.DataFrame({"segment": ["A", "B"], "spend": [1_230_000.0, -1234.5], "count": [1234.0, 12.5]})
        forms = {"spend": POUNDS.exact, "count": lambda x: fmt.number(x, 1)}
        table = frame_table(frame, {"segment": "Segment", "spend": "Spend", "count": "Many"}, forms, "Spend")
        assert "£1.230.000,00" in table.html
        ((_, _, saved),) = offered(table.html)
    finally:
        fmt.use_locale("")
    assert saved[1:] == [["A", "1230000.00", "1234.0"], ["B", "-1234.50", "12.5"]]


def test_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    frame = pd.DataFrame({"=1+1": ["=cmd()", "+31 (+28 to +34)", "@SUM(A1)", "-2"]})
    ((_, _, saved),) = offered(frame_table(frame, {"=1+1": "=1+1"}, {}, "T").html)
    assert saved == [["'=1+1"], ["'=cmd()"], ["'+31 (+28 to +34)"], ["'@SUM(A1)"], ["-2"]]


def test_headings_within_a_table_become_a_column() -> None:
    frame = pd.DataFrame({"part": ["One", "One", "Two"], "row": ["a", "b", "c"], "n": [1, 2, 3]})
    ((_, _, saved),) = offered(frame_table(frame, {"row": "Row", "n": "n"}, {"n": fmt.count}, "T", group="part").html)
    assert saved == [["Group", "Row", "n"], ["One", "a", "1"], ["One", "b", "2"], ["Two", "c", "3"]]


def test_an_analysts_tables_are_saved_too() -> None:
    frame = pd.DataFrame({"x": [1, 2]})
    split = pd.concat({"North": frame, "South": frame})
    own, spans, plain = offered(
        GT(frame).tab_header("My own").tab_source_note("A note").as_raw_html(),
        split.to_html(),
        frame.to_html(index=False),
    )
    assert own[0] == "02_rfm-my-own.csv" and own[2] == [["x"], ["1"], ["2"]]
    assert spans[0] == "02_rfm-table-who-buys.csv"
    assert spans[2] == [
        ["", "", "x"],
        ["North", "0", "1"],
        ["North", "1", "2"],
        ["South", "0", "1"],
        ["South", "1", "2"],
    ]
    assert plain[2] == [["x"], ["1"], ["2"]]


def test_a_very_large_table_has_no_link() -> None:
    frame = pd.DataFrame({"x": ["word " * 10] * 2_000})
    small, large = frame.head(2_000 * LARGEST // 200_000 // 2), frame.head(2_000).map(lambda text: 2 * text)
    assert len(offered(small.to_html())) == 1
    assert offered(large.to_html()) == []
