"""Which files a source means: one file, a folder, a glob, or the same in object storage."""

import glob
import hashlib
from pathlib import Path

from helpers.data.local_files import (
    ENDINGS,
    EXCEL_ENDINGS,
    JSON_ENDINGS,
    PARQUET_ENDINGS,
    TEXT_ENDINGS,
    find_local,
    is_readable,
)
from helpers.data.reading.remote import RemoteFile, list_remote
from helpers.data.spec import PartSpec
from helpers.data.urls import is_remote
from helpers.errors import InputError, nearest

SAID = ", ".join((*TEXT_ENDINGS, *JSON_ENDINGS, *EXCEL_ENDINGS, *PARQUET_ENDINGS)) + ", also as .gz, .bz2, .xz or .zip"


def list_files(part: PartSpec) -> list[Path | RemoteFile]:
    """The files of a part, sorted by name; raises InputError naming what is there when nothing matches.

    A file in object storage has `name`, `stat()` with st_size and st_mtime_ns, and its address as text, as a path
    has. A zip archive is one file here, whatever it holds.
    """
    if is_remote(part.source):
        return [*list_remote(part.source, ENDINGS)]
    found = find_local(part.source)
    if found:
        return [*found]
    path = Path(part.source.removeprefix("file://"))
    if path.is_dir():
        raise InputError("The folder holds no file that can be read", where=str(path), allowed=SAID)
    if not path.parent.is_dir() and not glob.has_magic(str(path.parent)):
        raise InputError("There is no such folder", where=str(path.parent), mend="Correct `source`.")
    here = sorted(p.name for p in path.parent.iterdir() if is_readable(p.name)) if path.parent.is_dir() else []
    hint = nearest(path.name, here)
    raise InputError(
        "There is no such file",
        where=str(path),
        allowed=f"in that folder are {', '.join(here[:8])}" if here else "",
        mend=f'Did you mean "{hint}"?' if hint else "Correct the path.",
    )


def state_of(path: Path) -> tuple[int, int]:
    """A file's size and time of change, in nanoseconds."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def refuse_changed(path: Path, before: tuple[int, int], where: str) -> None:
    """Raise InputError where a file's state is another one by now."""
    if state_of(path) != before:
        raise InputError("The file changed while it was read", where=where, mend="Run again when it is complete.")
