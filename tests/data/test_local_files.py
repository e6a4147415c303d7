"""Files that a source can mean, and paths without detours."""

from pathlib import Path

import pytest

from helpers.data.local_files import find_local, plain_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.csv", "a.CSV.gz", "notes.md", ".hidden.csv", "~$b.xlsx", "deep/c.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).touch()
    (tmp_path / "in/folder.csv").mkdir()
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("", ["a.CSV.gz", "b.csv"]),
        ("*", ["a.CSV.gz", "b.csv", "notes.md"]),
        ("*.csv", ["b.csv"]),
        ("**/*.csv", ["b.csv", "deep/c.csv"]),
        ("notes.md", ["notes.md"]),
        ("none.csv", []),
        ("nowhere/*.csv", []),
    ],
)
def test_a_source_is_a_file_a_folder_or_a_glob(folder: Path, source: str, found: list[str]) -> None:
    assert find_local(str(folder / source)) == [folder / name for name in found]


def test_a_link_in_a_path_stays_and_detours_go(tmp_path: Path) -> None:
    real = tmp_path.resolve()
    (real / "monday/deep").mkdir(parents=True)
    (real / "newest").symlink_to("monday")
    assert plain_path(real / "params/../newest/orders.csv") == real / "newest/orders.csv"


def test_up_from_a_link_is_up_from_where_it_leads(tmp_path: Path) -> None:
    real = tmp_path.resolve()
    (real / "monday/deep").mkdir(parents=True)
    (real / "link").symlink_to("monday/deep")
    assert plain_path(real / "link/../orders.csv") == real / "monday/orders.csv"
