"""Object storage, through fsspec's file system in memory."""

import gzip
from collections.abc import Iterator
from typing import Any

import fsspec
import pytest

from helpers.data.reading import list_files, read_raw, sample_raw
from helpers.data.reading.remote import without_secrets
from helpers.data.spec import PartSpec
from helpers.errors import InputError


@pytest.fixture
def bucket() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    system.pipe("/bucket/orders_1.csv", b"a,b\n1,2\n")
    system.pipe("/bucket/orders_2.csv.gz", gzip.compress(b"a,b\n3,4\n"))
    system.pipe("/bucket/notes.docx", b"x")
    yield system
    system.rm("/bucket", recursive=True)


@pytest.mark.usefixtures("bucket")
class TestBucket:
    def test_a_file(self, shared_con: Any) -> None:
        (raw,) = read_raw(shared_con, PartSpec("memory://bucket/orders_1.csv"), "r")
        assert raw.path == "memory://bucket/orders_1.csv"
        assert raw.label == "orders_1.csv"
        assert raw.table.execute()["b"].tolist() == ["2"]

    @pytest.mark.parametrize("source", ["memory://bucket/orders_*", "memory://bucket", "memory://bucket/"])
    def test_a_glob_and_a_folder(self, shared_con: Any, source: str) -> None:
        raw = read_raw(shared_con, PartSpec(source), "r")
        assert [r.label for r in raw] == ["orders_1.csv", "orders_2.csv.gz"]

    def test_a_change_is_seen(self, bucket: Any) -> None:
        part = PartSpec("memory://bucket/orders_1.csv")
        before = list_files(part)[0].stat()
        assert list_files(part)[0].stat() == before
        bucket.pipe("/bucket/orders_1.csv", b"a,b\n5,6\n")
        assert list_files(part)[0].stat() != before

    def test_a_missing_file_names_its_neighbours(self) -> None:
        with pytest.raises(InputError, match=r"no such file.*Did you mean \"orders_1\.csv\""):
            list_files(PartSpec("memory://bucket/order_1.csv"))

    def test_a_sample(self) -> None:
        assert sample_raw("memory://bucket/orders_1.csv").to_numpy().tolist() == [["1", "2"]]


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise ImportError("Install s3fs")

    monkeypatch.setattr(fsspec.core, "url_to_fs", fail)
    with pytest.raises(InputError, match=r"package that is not installed.*customer-report-kit\[s3\]"):
        list_files(PartSpec("s3://bucket/f.csv"))


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("key abc123 rejected")

    monkeypatch.setattr(fsspec.core, "url_to_fs", fail)
    with pytest.raises(InputError) as caught:
        list_files(PartSpec("s3://key:abc123@bucket/f.csv?sig=abc123"))
    assert "abc123" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert without_secrets("az://u:p@c/f?sig=1") == "az://c/f"
