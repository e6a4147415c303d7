"""The engine's means: sane by themselves, set by the environment, refused in one sentence."""

from pathlib import Path

import pytest

from helpers.data.engines.duck import FOLDER, MEMORY, connect
from helpers.errors import InputError


def setting(con: object, name: str) -> str:
    return str(con.raw_sql(f"SELECT current_setting('{name}')").fetchone()[0])  # type: ignore[attr-defined]


def test_by_itself_it_takes_part_of_the_free_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MEMORY, raising=False)
    monkeypatch.delenv(FOLDER, raising=False)
    con = connect(tmp_path)
    assert setting(con, "memory_limit").endswith("iB")
    assert setting(con, "temp_directory") == str(tmp_path / "overflow")
    con.disconnect()


def test_both_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY, "700MiB")
    monkeypatch.setenv(FOLDER, str(tmp_path))
    con = connect(tmp_path / "run")
    assert setting(con, "memory_limit") == "700.0 MiB"
    assert Path(setting(con, "temp_directory")).parent == tmp_path
    con.disconnect()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [(MEMORY, "half", 'is "half", which is no amount of memory'), (FOLDER, "/nowhere/at/all", "a folder that is not")],
)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=says):
        connect(tmp_path)


def test_more_than_fits_is_put_aside_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY, "64MB")
    con = connect(tmp_path)
    con.raw_sql("CREATE TABLE t AS SELECT i, md5(i::VARCHAR) AS text FROM range(3000000) r(i)")
    assert con.table("t").text.nunique().execute() == 3_000_000
    assert con.raw_sql("SELECT max(size) FROM duckdb_temporary_files()").fetchone()[0]
    con.disconnect()
