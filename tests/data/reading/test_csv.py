"""Text files: every dialect, encoding and line end; ragged rows, quotes and headers out of place."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pytest

from helpers.data.reading import read_raw, union_by_name
from helpers.data.spec import PartSpec
from helpers.errors import InputError

Reader = Callable[..., Any]
TABLE = "no,cust,day,value\n1,7,2026-01-05,10\n2,8,2026-01-06,11.5\n"
ROWS = [("1", "7", "2026-01-05", "10"), ("2", "8", "2026-01-06", "11.5")]


class TestDialects:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
    def test_any_delimiter(self, read: Reader, delimiter: str) -> None:
        got = read(TABLE.replace(",", delimiter))
        assert got.columns == ["no", "cust", "day", "value"]
        assert got.rows == ROWS
        assert got.numbers == [2, 3]
        assert not got.repairs

    @pytest.mark.parametrize("delimiter", [":", "§", "||"])
    def test_a_delimiter_that_is_given(self, read: Reader, delimiter: str) -> None:
        got = read("a,b\n1,x y\n2,\n3\n".replace(",", delimiter), delimiter=delimiter)
        assert got.rows[:2] == [("1", "x y"), ("2", None)]

    def test_decimal_commas_are_no_delimiters(self, read: Reader) -> None:
        got = read("no;value;weight\n1;20,50;1,5\n2;40,25;1,3\n3;9,20;1,5\n")
        assert got.columns == ["no", "value", "weight"]
        assert got.rows[0] == ("1", "20,50", "1,5")

    def test_blanks_between_columns(self, read: Reader) -> None:
        got = read("   00004 19970101  2   29.33\n   00004 19970118  2   29.73\n   00021 19970101  3   63.34\n")
        assert got.columns == ["column1", "column2", "column3", "column4"]
        assert got.rows[2] == ("00021", "19970101", "3", "63.34")
        assert got.numbers == [1, 2, 3]
        assert "no header" in next(iter(got.repairs))

    def test_blanks_and_tabs_with_a_header(self, read: Reader) -> None:
        got = read("id  day \t n\r\n 1  19970101   5\r\n\r\n 22 19970102   6 \r\n", delimiter=" ")
        assert got.columns == ["id", "day", "n"]
        assert got.rows == [("1", "19970101", "5"), ("22", "19970102", "6")]
        assert got.numbers == [2, 4]

    def test_quotes(self, read: Reader) -> None:
        got = read('a,b,c\n"1, one","say ""hi""","two\nlines"\n2,,"x"\n')
        assert got.rows == [("1, one", 'say "hi"', "two\nlines"), ("2", None, "x")]
        assert got.numbers == [2, 3]

    def test_single_quotes(self, read: Reader) -> None:
        got = read("'no','txt','n'\n'1','it''s, here','2'\n'2','x','3'\n")
        assert got.rows == [("1", "it's, here", "2"), ("2", "x", "3")]

    def test_apostrophes_are_text(self, read: Reader) -> None:
        got = read("no,txt\n1,it's\n2,'tis the\n3,o'clock'\n")
        assert [row[1] for row in got.rows] == ["it's", "'tis the", "o'clock'"]

    def test_backslashes_before_quotes(self, read: Reader) -> None:
        got = read('no,txt,n\n1,"say \\"hi\\" to, x",2\n2,"C:\\\\dir",3\n3,"two\n\\"lines\\"",4\n')
        assert got.rows == [("1", 'say "hi" to, x', "2"), ("2", "C:\\dir", "3"), ("3", 'two\n"lines"', "4")]

    def test_one_column(self, read: Reader) -> None:
        assert read("id\n1\n2\n").rows == [("1",), ("2",)]
        got = read("comment\nHello, how are you\n\nfine, thanks; bye\nno\n")
        assert got.rows == [("Hello, how are you",), ("fine, thanks; bye",), ("no",)]
        assert got.numbers == [2, 4, 5]
        assert got.repairs == {"blank rows skipped": 1}

    def test_a_hint_for_the_spreadsheet(self, read: Reader) -> None:
        got = read("sep=;\nno;value\n1;2,5\n2;3,5\n")
        assert got.columns == ["no", "value"]
        assert got.numbers == [3, 4]


class TestEncodings:
    TEXT = "name;price\nZoë “Ł”;5 €\nÅsa;6 €\n"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_unicode(self, read: Reader, encoding: str) -> None:
        got = read(self.TEXT.encode(encoding))
        assert got.columns == ["name", "price"]
        assert got.rows == [("Zoë “Ł”", "5 €"), ("Åsa", "6 €")]
        assert bool(got.repairs) == (encoding[:5] != "utf-8")

    def test_big_endian_mark(self, read: Reader) -> None:
        assert read(b"\xfe\xff" + self.TEXT.encode("utf-16-be")).rows[1] == ("Åsa", "6 €")

    def test_windows_1252(self, read: Reader) -> None:
        got = read("name;price\nZoë “x”;5 €\n".encode("cp1252"))
        assert got.rows == [("Zoë “x”", "5 €")]
        assert got.repairs == {"read as Windows-1252": 1}

    def test_latin_1_with_a_byte_that_windows_1252_lacks(self, read: Reader) -> None:
        assert read("name,n\nZo\xeb\x81,1\n".encode("latin-1")).rows == [("Zo\xeb\x81", "1")]

    def test_an_odd_byte_in_the_last_line_of_a_long_file(self, read: Reader) -> None:
        body = b"no,name\n" + b"".join(b"%d,Anna\n" % i for i in range(700_000))
        got = read(body + b"9,Zo\xeb\n")
        assert got.rows[-1] == ("9", "Zoë")
        assert got.raw.rows == 700_001

    def test_a_few_broken_bytes_make_no_windows_1252(self, read: Reader) -> None:
        lines = [f"{i},Zoë{i}\n".encode() for i in range(50)]
        lines[20] = b"20,Zo\xeb\n"
        got = read(b"no,name\n" + b"".join(lines))
        assert got.faults == {22: "bytes that are not UTF-8"}
        assert len(got.rows) == 49
        assert got.rows[30] == ("31", "Zoë31")
        assert got.frame["name"].iloc[20] == "Zo\\xeb"

    def test_an_encoding_that_is_given(self, read: Reader) -> None:
        assert read("name,n\nŁódź,1\n".encode("cp1250"), encoding="cp1250").rows == [("Łódź", "1")]
        with pytest.raises(InputError, match=r'encoding "utf9" is not known.*Did you mean "utf-8"'):
            read("a,b\n1,2\n", encoding="utf9")
        with pytest.raises(InputError, match="is not UTF-16"):
            read(b"\xff\xfea,b\n1,2\n\xff", encoding="utf-16")

    def test_nuls(self, read: Reader) -> None:
        got = read(b"no,name\n1,An\0na\n2,Bob\0\n3,Eve\n")
        assert got.rows == [("1", "Anna"), ("2", "Bob"), ("3", "Eve")]
        assert got.repairs == {"NUL bytes left out": 2}


class TestLineEnds:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_each(self, read: Reader, end: str) -> None:
        got = read(TABLE.replace("\n", end))
        assert got.rows == ROWS
        assert got.numbers == [2, 3]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_no_end_after_the_last_row(self, read: Reader, end: str) -> None:
        assert read(TABLE.rstrip().replace("\n", end)).rows == ROWS

    def test_mixed(self, read: Reader) -> None:
        got = read("a,b\r\n1,2\n3,4\r\n5,6\r7,8\n9,10")
        assert got.rows == [("1", "2"), ("3", "4"), ("5", "6"), ("7", "8"), ("9", "10")]
        assert got.numbers == [2, 3, 4, 5, 6]

    def test_a_return_inside_a_row_is_text(self, read: Reader) -> None:
        got = read('a,b\n1,x\ry\n2,"p\r\nq"\r\n3,"r\r"\n')
        assert got.rows == [("1", "x\ry"), ("2", "p\r\nq"), ("3", "r\r")]

    def test_returns_inside_fields_may_outnumber_the_lines(self, read: Reader) -> None:
        got = read('a,b\n"\r\rx","\r\ry"\n"\r\rz",\n')
        assert got.rows == [("\r\rx", "\r\ry"), ("\r\rz", None)]

    def test_blank_lines_count_but_are_no_rows(self, read: Reader) -> None:
        got = read("a,b\n\n1,2\n   \n\n3,4\n\n\n")
        assert got.rows == [("1", "2"), ("3", "4")]
        assert got.numbers == [3, 6]
        assert got.repairs["blank rows skipped"] >= 3

    def test_rows_of_delimiters_are_blank_rows(self, read: Reader) -> None:
        got = read("a,b,c\n1,2,3\n,,\n4,5,6\n,,\n")
        assert got.rows == [("1", "2", "3"), ("4", "5", "6")]
        assert got.faults == {3: "a blank row", 5: "a blank row"}


class TestRaggedRows:
    HEAD = "a,b,c,d\n"

    def test_too_long(self, read: Reader) -> None:
        got = read(self.HEAD + "1,2,3,4\n1,2,x, y,4\n5,6,7,8\n")
        assert got.faults == {3: "has 5 fields where the header has 4"}
        assert got.lines == ["1,2,x, y,4"]
        assert got.rows == [("1", "2", "3", "4"), ("5", "6", "7", "8")]

    def test_too_long_by_blanks_only(self, read: Reader) -> None:
        got = read(self.HEAD + "1,2,3,4\n1,2,3,4,,,\n5,6,7,8\n")
        assert not got.faults
        got = read(self.HEAD + "1,2,3,4\n1,2,3,4, ,\n\n5,6,7,8\n")
        assert got.rows[1] == ("1", "2", "3", "4")
        assert got.repairs["rows with empty fields beyond the header, left out"] == 1

    def test_cut_off(self, read: Reader) -> None:
        got = read(self.HEAD + "1,2,3,4\n5,6\n7,8,9,10\n")
        assert got.faults == {3: "has 2 fields where the header has 4"}
        assert tuple(got.frame.loc[1, ["a", "b", "c", "d"]]) == ("5", "6", None, None)

    def test_blanks_left_out_at_the_end(self, read: Reader) -> None:
        got = read(self.HEAD + "1,2,3,4\n5,6,7,\n8,9,10\n")
        assert got.rows[2] == ("8", "9", "10", None)
        assert got.repairs == {"rows that end early, padded with blanks": 1}

    def test_a_program_that_never_writes_blanks_at_the_end(self, read: Reader) -> None:
        got = read(self.HEAD + "1,2,3,4\n5,6,7\n8,9,10\n11,12,13\n5,6\n")
        assert got.faults == {6: "has 2 fields where the header has 4"}
        assert got.repairs == {"rows that end early, padded with blanks": 3}

    def test_a_quote_that_is_never_closed(self, read: Reader) -> None:
        got = read(self.HEAD + '1,2,3,4\n5,"six,7,8\n9,10,11,12\n13,14,"x",16\n')
        assert got.faults == {3: "a quote is opened and never closed"}
        assert got.lines == ['5,"six,7,8']
        assert got.rows == [("1", "2", "3", "4"), ("9", "10", "11", "12"), ("13", "14", "x", "16")]

    def test_stray_quotes(self, read: Reader) -> None:
        got = read(self.HEAD + '1,5" pipe,3,4\n1,"5" pipe",3,4\n1,"a ""b"" c",3,4\n')
        assert [row[1] for row in got.rows] == ['5" pipe', '5" pipe', 'a "b" c']
        assert got.repairs == {"quotes inside a quoted field, taken as text": 1}

    def test_faults_leave_row_numbers_right_beside_line_breaks_in_fields(self, read: Reader) -> None:
        got = read(self.HEAD + '1,"x\n\ny",3,4\n\n5,6\n"7",8,9,10\n')
        assert got.rows == [("1", "x\n\ny", "3", "4"), ("7", "8", "9", "10")]
        assert got.numbers == [2, 4, 5]
        assert got.faults == {4: "has 2 fields where the header has 4"}

    def test_records_across_blocks(self, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("helpers.data.reading.scan.BLOCK", 16)
        rows = [f'{i},"line one\nline ""two"" of {i}",{i},x' for i in range(60)]
        rows[30] = "cut,off"
        got = read(self.HEAD + "\n".join(rows) + "\n")
        assert len(got.rows) == 59
        assert got.faults == {32: "has 2 fields where the header has 4"}
        assert got.rows[40] == ("41", 'line one\nline "two" of 41', "41", "x")


class TestHeaders:
    def test_names_are_made_fit(self, read: Reader) -> None:
        got = read('NETPRO  ,Amount,amount,,"Order\nid",kit_row,KIT_FILE\n1,2,3,4,5,6,7\n')
        assert got.columns == [
            "NETPRO", "Amount", "amount_2", "column4", "Order id",
            "kit_row (as received)", "KIT_FILE (as received)",
        ]  # fmt: skip
        assert got.rows == [("1", "2", "3", "4", "5", "6", "7")]
        assert got.numbers == [2]

    @pytest.mark.parametrize(
        "above",
        [
            "Sales report\n\n",
            "Report created 2026-01-05\nby Anna, for Bob\n",
            '"Sales, all countries"\n"From 1/1/2026, to 2/2/2026"\n\n',
            "Report,,,\ncreated,2026-01-05,,\n",
        ],
    )
    def test_lines_above_it(self, read: Reader, above: str) -> None:
        got = read(above + TABLE)
        assert got.columns == ["no", "cust", "day", "value"]
        assert got.rows == ROWS
        lines = above.count("\n")
        assert got.numbers == [lines + 2, lines + 3]
        assert got.repairs == {"lines above the header skipped": lines}
        assert got.raw.header_row == lines + 1

    def test_none(self, read: Reader) -> None:
        got = read("1,7,2026-01-05\n2,8,2026-01-06\n", header_row=0)
        assert got.columns == ["column1", "column2", "column3"]
        assert got.numbers == [1, 2]
        assert not got.repairs

    def test_where_it_is_said_to_be(self, read: Reader) -> None:
        got = read("x,y\n1,2\na,b\n3,4\n", header_row=3)
        assert got.columns == ["a", "b"]
        assert got.rows == [("3", "4")]
        with pytest.raises(InputError, match="There is no row 9"):
            read("a,b\n1,2\n", header_row=9)

    def test_years_are_names(self, read: Reader) -> None:
        assert read("customer,2025,2026\nA1,10,20\nA2,30,40\n").columns == ["customer", "2025", "2026"]

    def test_an_empty_column_at_the_end(self, read: Reader) -> None:
        got = read("a,b,\n1,2,\n3,4,\n")
        assert got.columns == ["a", "b"]
        assert read("a,b\n1,2,\n3,4,\n").columns == ["a", "b"]

    def test_fields_without_a_name_are_refused(self, read: Reader) -> None:
        with pytest.raises(InputError, match="names 2 columns and the rows have 3 fields"):
            read("a,b\n1,2,x\n3,4,y\n5,6,z\n")

    def test_three_thousand_columns(self, shared_con: Any, tmp_path: Path) -> None:
        names = [f"c{i}" for i in range(3_000)]
        (tmp_path / "f.csv").write_text(",".join(names) + "\n" + ",".join(str(i) for i in range(3_000)) + "\n")
        (raw,) = read_raw(shared_con, PartSpec(str(tmp_path / "f.csv")), "wide")
        assert list(raw.table.columns[:3_000]) == names
        assert raw.table.select("c2999").execute().iloc[0, 0] == "2999"


class TestTotals:
    @pytest.mark.parametrize("word", ["Total", "TOTAL:", "Summe", "Gesamt", "Totaal", "Totale", "Suma", "Grand total"])
    def test_a_totals_row_is_set_aside(self, read: Reader, word: str) -> None:
        got = read(TABLE + f"{word},,,21.5\n")
        assert got.faults == {4: "a totals row"}
        assert got.rows == ROWS

    def test_one_without_blank_cells_is_known_by_its_sum(self, read: Reader) -> None:
        assert read("country,value\nDE,10\nFR,20\nTotal,30\n").faults == {4: "a totals row"}
        assert read("country;value\nDE;1.010,5\nFR;20\nTotal;1.030,50\n").faults == {4: "a totals row"}
        assert not read("product,value\nDE,10\nFR,20\nTotal,31\n").faults

    def test_a_short_one(self, read: Reader) -> None:
        assert read("a,b,c,d,e\n1,2,3,4,5\n1,2,3,4,5\nTotal,4\n").faults == {4: "a totals row"}

    def test_products_and_rows_further_up_stay(self, read: Reader) -> None:
        assert not read(TABLE + "3,Total care,2026-01-05,1\nTotal care,,,2\n").faults
        assert not read("a,b,c\nTotal,,5\n" + "1,2,3\n" * 9).faults


class TestPackedAndMany:
    def test_gzip(self, read: Reader) -> None:
        got = read(gzip.compress(TABLE.encode()), "f.csv.gz")
        assert got.rows == ROWS
        assert got.raw.label == "f.csv.gz"

    def test_files_with_different_columns(self, shared_con: Any, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("id,x\n1,2\n")
        (tmp_path / "b.csv").write_text("ID,y\n3,4\n")
        raw = read_raw(shared_con, PartSpec(str(tmp_path)), "many")
        both = union_by_name([r.table for r in raw]).order_by("kit_file").execute()
        assert both["id"].tolist() == ["1", "3"]
        assert both["x"].isna().tolist() == [False, True]
        assert both["y"].isna().tolist() == [True, False]

    def test_types_that_differ_become_text(self) -> None:
        one, two = ibis.memtable({"a": [1]}), ibis.memtable({"A": ["x"]})
        assert sorted(union_by_name([one, two]).execute()["a"]) == ["1", "x"]

    def test_files_of_one_name_in_two_folders(self, shared_con: Any, tmp_path: Path) -> None:
        for year in ("2025", "2026"):
            (tmp_path / year).mkdir()
            (tmp_path / year / "o.csv").write_text("a,b\n1,2\n")
        raw = read_raw(shared_con, PartSpec(str(tmp_path / "*" / "o.csv")), "same")
        assert [r.label for r in raw] == ["2025/o.csv", "2026/o.csv"]

    def test_very_long_fields(self, read: Reader) -> None:
        long = "y" * 3_000_000
        assert read(f'a,b\n1,"{long}"\n2,x\n').rows[0][1] == long
        assert read(f'a,b\n1,"{long}\n{long}"\n2,x\n').rows[0][1] == f"{long}\n{long}"
