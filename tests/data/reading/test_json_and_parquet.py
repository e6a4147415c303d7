"""JSON lines, JSON arrays and Parquet."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.data.reading import read_raw
from helpers.data.spec import PartSpec

Reader = Callable[..., Any]


class TestJson:
    def test_columns_are_the_union_of_keys(self, read: Reader) -> None:
        got = read('{"id": "007", "n": 1.5}\n{"n": true, "x": {"y": [1, "é"]}, "z/~ {}": null}\n', "f.jsonl")
        assert got.columns == ["id", "n", "x", "z/~ {}"]
        assert got.rows == [("007", "1.5", None, None), (None, "true", '{"y":[1,"é"]}', None)]
        assert got.numbers == [1, 2]

    def test_lines_that_are_no_objects(self, read: Reader) -> None:
        got = read('{"a": 1}\n\n{"a": 2\n[1, 2]\n{"a": "x, \\"y\\"\\n"}\n', "f.ndjson")
        assert got.faults == {3: "a line that is not JSON", 4: "a line that is not a JSON object"}
        assert got.lines == ['{"a": 2', "[1, 2]"]
        assert got.rows == [("1",), ('x, "y"\n',)]
        assert got.numbers == [1, 3, 4, 5]
        assert got.repairs == {"blank rows skipped": 1}

    def test_a_first_line_that_is_cut(self, read: Reader) -> None:
        got = read('{"a": 1, "b\n{"a": 2}\n{"a": 3}\n', "f.jsonl")
        assert got.faults == {1: "a line that is not JSON"}
        assert got.rows == [("2",), ("3",)]

    def test_packed_and_windows_line_ends(self, read: Reader) -> None:
        got = read(gzip.compress(b'{"a": 1}\r\n{"a": 2}\r\n'), "f.jsonl.gz")
        assert got.rows == [("1",), ("2",)]

    def test_an_array(self, read: Reader) -> None:
        text = '[\n  {"a": 1, "b": "two\\nlines"},\n  {"a": 12345678901234567890123}\n]'
        got = read(text, "f.json")
        assert got.rows == [("1", "two\nlines"), ("12345678901234567890123", None)]
        assert got.numbers == [1, 2]

    def test_an_array_inside_an_object(self, read: Reader) -> None:
        assert read('{"count": 2,\n "orders": [{"a": 1}, {"a": 2}]}', "f.json").rows == [("1",), ("2",)]

    def test_keys_that_differ_in_case(self, read: Reader) -> None:
        got = read('{"ID": 1}\n{"id": 2, "kit_row": 9}\n', "f.jsonl")
        assert got.columns == ["ID", "id_2", "kit_row (as received)"]


class TestParquet:
    def test_it_is_a_view_with_its_own_types(self, shared_con: Any, tmp_path: Path) -> None:
        frame = pd.DataFrame(
            {"no": [1, 2, 3], "when": pd.Timestamp("2026-01-05"), "kit_file": "x", "list": [[1], [], [2, 3]]}
        )
        frame["raw"] = [b"caf\xc3\xa9", b"\xff", None]
        frame.to_parquet(tmp_path / "o.parquet", index=False)
        (raw,) = read_raw(shared_con, PartSpec(str(tmp_path / "o.parquet")), "pq")
        got = raw.table.order_by("kit_row").execute()
        assert got["kit_row"].tolist() == [1, 2, 3]
        assert got["list"].tolist() == ["[1]", "[]", "[2,3]"]
        assert got["raw"].tolist()[:2] == ["café", "\\xFF"]
        assert raw.table.schema()["no"].is_integer()
        assert raw.table.schema()["when"].is_timestamp()
        assert got["kit_file (as received)"].tolist() == ["x"] * 3
        assert not [t for t in shared_con.list_tables() if t.startswith("pq")]

    def test_row_groups_and_a_column_of_that_name(self, shared_con: Any, tmp_path: Path) -> None:
        table = pa.table({"file_row_number": list(range(1_000)), "n": list(range(1_000))})
        pq.write_table(table, tmp_path / "a.parquet", row_group_size=100)
        pq.write_table(table.select(["n"]), tmp_path / "b.parquet", row_group_size=100)
        for raw in read_raw(shared_con, PartSpec(str(tmp_path)), "pq"):
            assert raw.rows == 1_000
            assert raw.table.filter(raw.table.n + 1 != raw.table.kit_row).count().execute() == 0
