"""A look at files without reading them whole, and the real exports."""

import gzip
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from helpers.data.reading import read_raw, sample_raw
from helpers.data.spec import PartSpec


def test_text(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("Bericht\n\nno;name\n1;Zoë\n2;\n".encode("cp1252"))
    assert sample_raw(path).to_dict("list") == {"no": ["1", "2"], "name": ["Zoë", None]}


def test_a_long_text_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("no,x\n" + "".join(f"{i},abcdefghij\n" for i in range(500_000)))
    sample = sample_raw(path, 400)
    numbers = sample["no"].astype(int)
    assert len(sample) == 400
    assert numbers.is_monotonic_increasing
    assert numbers.iloc[0] == 0
    assert numbers.between(200_000, 300_000).sum() >= 50
    assert numbers.iloc[-1] == 499_999


def test_a_workbook_is_read_to_the_rows_asked_for(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])  # type: ignore[union-attr]
    for i in range(30):
        book.active.append([i, "x"])  # type: ignore[union-attr]
    book.create_sheet("Other")
    book.save(tmp_path / "o.xlsx")
    assert sample_raw(tmp_path / "o.xlsx", 10)["a"].tolist() == [str(i) for i in range(10)]


def test_parquet_and_json(tmp_path: Path) -> None:
    pd.DataFrame({"n": range(1_000)}).to_parquet(tmp_path / "p.parquet")
    sample = sample_raw(PartSpec(str(tmp_path / "p.parquet")), 100)
    assert sample["n"].iloc[[0, -1]].tolist() == ["0", "999"]
    (tmp_path / "j.jsonl").write_text('{"a": 1}\nbroken\n{"b": 2}\n')
    assert sample_raw(tmp_path / "j.jsonl").to_numpy().tolist() == [["1", None], [None, "2"]]


class TestRealExports:
    @pytest.mark.parametrize(
        ("name", "rows", "columns"),
        [("hillstrom.csv.gz", 64_000, 12), ("sfo_survey_2017.csv", 2_831, 97), ("sfo_survey_2018.csv", 2_809, 97)],
    )
    def test_they_read_as_known(self, shared_con: Any, shared_data: Path, name: str, rows: int, columns: int) -> None:
        (raw,) = read_raw(shared_con, PartSpec(str(shared_data / name)), "real")
        assert raw.rows == rows
        assert len(raw.table.columns) == columns + 3
        assert raw.table.kit_fault.count().execute() == 0
        assert raw.table.kit_row.max().execute() == rows + 1

    def test_online_retail(self, shared_con: Any, shared_data: Path, tmp_path: Path) -> None:
        path = shared_data / "online_retail.csv.gz"
        (raw,) = read_raw(shared_con, PartSpec(str(path)), "real")
        assert raw.rows == 541_909
        assert not raw.repairs
        assert raw.table.CustomerID.isnull().sum().execute() == 135_080
        broken = gzip.decompress(path.read_bytes()).split(b"\n")
        broken[300_000] = b'cut,"off'
        (tmp_path / "b.csv").write_bytes(b"\n".join(broken))
        (raw,) = read_raw(shared_con, PartSpec(str(tmp_path / "b.csv")), "real")
        assert raw.rows == 541_909
        faulty = raw.table.filter(raw.table.kit_fault.notnull()).execute()
        assert faulty["kit_row"].tolist() == [300_001]
        assert faulty["kit_line"].tolist() == ['cut,"off']
