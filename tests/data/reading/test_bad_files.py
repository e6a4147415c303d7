"""Files that hold no table, or not the one their name promises: read by their content, or refused in one sentence."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.data.reading import list_files, read_raw
from helpers.data.spec import PartSpec
from helpers.errors import InputError

Reader = Callable[..., Any]
TABLE = b"no,cust\n1,7\n2,8\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4

REFUSED = {
    "empty": ("f.csv", b"", "it is empty (0 bytes)"),
    "header only": ("f.csv", b"no,cust\n", "no rows below its header"),
    "blanks only": ("f.csv", b"\n  \n\n", "nothing but blanks"),
    "picture": ("f.csv", PNG, "it is a picture (PNG)"),
    "binary": ("f.csv", bytes(range(256)) * 40, "no text and no file of a known kind"),
    "web page": ("f.xls", b"\n<html><body><table><tr><td>1</td></tr></table></body></html>", "it is a web page"),
    "doctype": ("f.csv", b"<!DOCTYPE html><p>Login</p>", "it is a web page"),
    "xml": ("f.xls", b'<?xml version="1.0"?><Workbook></Workbook>', "it is an XML file"),
    "text as a workbook": ("f.xlsx", b"not a workbook", "not what its name says"),
    "cut gzip": ("f.csv.gz", gzip.compress(TABLE * 9_000)[:-20], "it was cut off on its way"),
    "damaged gzip": ("f.csv.gz", gzip.compress(TABLE * 99)[:30] + b"\xff" * 60, "its packing is damaged"),
    "gzip of nothing": ("f.csv.gz", gzip.compress(b""), "an archive of an empty file"),
    "cut workbook": ("f.xlsx", b"PK\x03\x04" + b"\x14\0" * 50, "it was cut off on its way"),
    "protected workbook": (
        "f.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2_000),
        "protected by a password",
    ),
    "broken xls": ("f.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), "not an Excel workbook that can be"),
    "broken Parquet": ("f.parquet", b"PAR1" + bytes(40) + b"PAR1", "cannot be read"),
    "JSON of no objects": ("f.json", b"[1, 2]", "objects"),
    "cut JSON": ("f.json", b'[{"a": 1}, {"a": ', "not JSON that ends properly"),
}


@pytest.mark.parametrize(("name", "content", "says"), REFUSED.values(), ids=REFUSED)
def test_one_sentence_says_what_is_wrong(read: Reader, tmp_path: Path, name: str, content: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read(content, name)
    message = str(caught.value)
    assert says in message
    assert str(tmp_path / name) in message
    assert "\n" not in message


def test_a_workbook_named_csv_and_the_reverse_are_read(read: Reader, tmp_path: Path) -> None:
    pd.DataFrame({"no": ["1"], "cust": ["7"]}).to_excel(tmp_path / "book.xlsx", index=False)
    got = read((tmp_path / "book.xlsx").read_bytes(), "export.csv")
    assert got.rows == [("1", "7")]
    assert "read as an Excel workbook, though the name ends in .csv" in got.repairs
    got = read(TABLE, "export.xlsx")
    assert got.rows == [("1", "7"), ("2", "8")]
    assert "read as text in columns, though the name ends in .xlsx" in got.repairs
    assert read(gzip.compress(TABLE), "export.csv").rows == [("1", "7"), ("2", "8")]
    assert read(b'{"no": 1}\n{"no": 2}\n', "export.csv").rows == [("1",), ("2",)]


def test_a_file_that_may_not_be_read(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError("denied")

    monkeypatch.setattr("helpers.data.reading.parts.receive", refuse)  # root may read anything, so no chmod
    with pytest.raises(InputError, match="permissions do not allow it"):
        read(TABLE)


def test_a_file_that_grows_while_it_is_read(read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from helpers.data.reading import parts

    load = parts.load_received

    def grow(*args: Any, **options: Any) -> Any:
        with (tmp_path / "f.csv").open("ab") as stream:
            stream.write(b"3,9\n")
        return load(*args, **options)

    monkeypatch.setattr(parts, "load_received", grow)
    with pytest.raises(InputError, match="changed while it was read"):
        read(TABLE)


def test_a_folder_without_files_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_bytes(b"x")
    (tmp_path / "~$book.xlsx").write_bytes(b"x")
    (tmp_path / ".orders.csv").write_bytes(b"x")
    with pytest.raises(InputError, match="holds no file that can be read"):
        list_files(PartSpec(str(tmp_path)))
    with pytest.raises(InputError, match="There is no such folder"):
        list_files(PartSpec(str(tmp_path / "there" / "f.csv")))
    with pytest.raises(InputError, match="There is no such file"):
        list_files(PartSpec(str(tmp_path / "*.csv")))


class TestZip:
    def test_one_and_many_members(self, shared_con: Any, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "orders.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("orders_1.csv", TABLE)
            archive.writestr("more/orders_2.csv", b"no;cust\n3;9\n")
            archive.writestr("__MACOSX/._orders_1.csv", PNG)
            archive.writestr(".DS_Store", PNG)
            archive.writestr("read me.pdf", b"%PDF-1.4")
        raw = read_raw(shared_con, PartSpec(str(tmp_path / "orders.zip")), "zip")
        assert [(r.label, r.rows) for r in raw] == [
            ("orders.zip/more/orders_2.csv", 1),
            ("orders.zip/orders_1.csv", 2),
        ]
        assert raw[0].table.execute()["kit_file"].tolist() == ["orders.zip/more/orders_2.csv"]
        assert len(raw[0].sha256) == 64

    def test_what_is_wrong_names_the_member(self, shared_con: Any, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "o.zip", "w") as archive:
            archive.writestr("a.csv", TABLE)
            archive.writestr("b.csv", b"no,cust\n")
        with pytest.raises(InputError, match=r"o\.zip/b\.csv: The file has no rows"):
            read_raw(shared_con, PartSpec(str(tmp_path / "o.zip")), "zip")

    def test_a_password(self, shared_con: Any, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "o.zip", "w") as archive:
            archive.writestr("a.csv", TABLE)
        content = bytearray((tmp_path / "o.zip").read_bytes())
        content[content.index(b"PK\x01\x02") + 8] |= 1
        (tmp_path / "o.zip").write_bytes(content)
        with pytest.raises(InputError, match="protected by a password"):
            read_raw(shared_con, PartSpec(str(tmp_path / "o.zip")), "zip")

    def test_nothing_in_it(self, shared_con: Any, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "o.zip", "w"):
            pass
        with pytest.raises(InputError, match="holds no file that can be read"):
            read_raw(shared_con, PartSpec(str(tmp_path / "o.zip")), "zip")


def test_nothing_is_left_behind(read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    read("näme,n\nx,1\n".encode("utf-16"))
    with pytest.raises(InputError):
        read(gzip.compress(b"a,b\n"), "f.csv.gz")
    assert not list(scratch.iterdir())
