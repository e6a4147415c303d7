"""Files on this machine that a source can mean: a file, a folder's files that clients send, or what a glob matches.

It imports nothing heavy: who only asks whether the files of a client are still the same needs no engine.
"""

import os
from pathlib import Path

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".psv", ".dat")
JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
EXCEL_ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
PARQUET_ENDINGS = (".parquet", ".pq")
PACKED_ENDINGS = (".gz", ".bz2", ".xz")
ENDINGS = (
    *(*TEXT_ENDINGS, *JSON_ENDINGS, *EXCEL_ENDINGS, *PARQUET_ENDINGS, ".zip"),
    *(ending + packed for ending in TEXT_ENDINGS + JSON_ENDINGS for packed in PACKED_ENDINGS),
)


def find_local(source: str) -> list[Path]:
    """The files of a source, sorted by name; empty where nothing matches. Raises OSError where it may not look."""
    path = Path(source.removeprefix("file://"))
    if path.is_file():
        return [path]
    if path.is_dir():
        with os.scandir(path) as entries:
            return [path / name for name in sorted(e.name for e in entries if is_readable(e.name) and e.is_file())]
    pattern = path.relative_to(path.anchor) if path.is_absolute() else path
    return sorted(p for p in Path(path.anchor).glob(str(pattern)) if p.is_file() and not _is_hidden(p.name))


def plain_path(path: Path) -> Path:
    """A path from the root and without `..`. Links in it stay: a later run must see where they lead by then."""
    plain, real = Path(os.path.abspath(path)), path.resolve()  # noqa: PTH100  # resolve() would follow the links
    return plain if plain.resolve() == real else real


def is_readable(name: str) -> bool:
    """Whether a file of this name is one that clients send; hidden files and a spreadsheet's lock files are not."""
    return name.lower().endswith(ENDINGS) and not _is_hidden(name)


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))
