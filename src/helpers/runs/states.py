"""In what state the things are that a report is made from: files, the kit itself, the environment, earlier reports.

A file is known by its size and time of change, and by its content only where these differ, so that one that was
touched or copied is no change. A file replaced by another of the same size and time is therefore taken for the old
one: `kit run --force` makes the report all the same. Times are compared for being equal, so a wrong clock does no harm.

Nothing heavy is imported here: two hundred unchanged clients are looked at in the time that one takes to be made.
"""

import hashlib
import hmac
import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from helpers.errors import InputError

LATEST = "latest"
RECORD = "run.json"
RECORDED_PACKAGES = (
    "customer-report-kit",
    "papermill",
    "nbconvert",
    "pandas",
    "numpy",
    "scikit-learn",
    "scipy",
    "statsmodels",
    "ibis-framework",
    "duckdb",
    "matplotlib",
)
_REFERENCE = re.compile(r"(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)")  # as yaml_tree reads it; in a comment, it does no harm


class State(NamedTuple):
    """A file as it was. In object storage the time is a number that differs when the file does, without a hash."""

    size: int
    mtime_ns: int
    sha256: str = ""


def state_of(path: Path, known: State | None = None) -> State:
    """A file's state; what was known of it saves reading it, where size and time are still the same.

    Raises InputError for a file that cannot be read, or that changes while it is.
    """
    try:
        found = path.stat()
        size, mtime_ns = found.st_size, found.st_mtime_ns
        if known is not None and (size, mtime_ns) == known[:2] and known.sha256:
            return known
        return State(size, mtime_ns, _hash(path, size, mtime_ns))
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror or 'no reason given'}", where=str(path)) from None


def is_unchanged(path: Path, known: State) -> bool:
    """Whether a file is what it was; one that cannot be read, or is being written, is not."""
    try:
        found = path.stat()
        if (found.st_size, found.st_mtime_ns) == known[:2]:
            return True
        # Bytes that are not as many cannot be the same ones.
        return found.st_size == known.size and _hash(path, found.st_size, found.st_mtime_ns) == known.sha256
    except (OSError, InputError):
        return False


@lru_cache(maxsize=1024)  # clients share notebooks, and may share exports
def _hash(path: Path, size: int, mtime_ns: int) -> str:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        after = os.fstat(stream.fileno())
    if (after.st_size, after.st_mtime_ns) != (size, mtime_ns):
        raise InputError("The file changed while it was read", where=str(path), mend="Run again when it is complete.")
    return digest


@cache
def kit_digest() -> str:
    """Of this kit: all files of its package, Python, and the packages that figures and pages depend on.

    It is of the moment of the first call: a process runs the code that it has loaded.
    """
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file() and _is_source(p)):
        digest.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    digest.update(json.dumps(versions()).encode())
    return digest.hexdigest()


def _is_source(path: Path) -> bool:
    return "__pycache__" not in path.parts and path.suffix != ".pyc" and not path.name.startswith(".")


@cache
def versions() -> dict[str, str]:
    """Python's version and those of RECORDED_PACKAGES; "" for one that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    def told(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return ""

    return {"python": platform.python_version()} | {package: told(package) for package in RECORDED_PACKAGES}


def environment_of(content: bytes, sets: Iterable[str]) -> dict[str, str]:
    """The variables that a parameter file and --set name, each with a digest of its value.

    The file is the digest's key: who has the report but not the file cannot find a short password by trying.
    """
    text = "\n".join([content.decode("utf-8", "replace"), *sets])
    return {name: _digest_of(name, content) for name in sorted(set(_REFERENCE.findall(text)))}


def _digest_of(name: str, key: bytes) -> str:
    value = os.environ.get(name)
    return hmac.new(key, b"" if value is None else b"=" + os.fsencode(value), hashlib.sha256).hexdigest()


def latest_of(client_dir: Path) -> Path | None:
    """The folder of a client's newest report; None where there is none."""
    link = client_dir / LATEST
    if link.is_dir():
        return client_dir / link.resolve().name
    try:  # where links are not allowed (Windows), a text file names the folder
        folder = client_dir / link.with_suffix(".txt").read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return folder if folder.is_dir() and folder != client_dir else None


def read_record(folder: Path) -> dict[str, Any] | None:
    """What a report says of itself in run.json; None where it is missing or damaged."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def report_days(client_dir: Path) -> list[str]:
    """The dates of a client's reports that stand, the oldest first."""
    try:
        with os.scandir(client_dir) as entries:
            return sorted(e.name for e in entries if is_day(e.name) and e.is_dir())
    except OSError:
        return []


def recorded_days(client_dir: Path) -> list[str]:
    """The dates of those that say what they were made from, the oldest first."""
    return [day for day in report_days(client_dir) if (client_dir / day / RECORD).is_file()]


def is_day(name: str) -> bool:
    """Whether a folder's name is a date, as that of a report is."""
    try:
        return len(name) == len("2026-09-30") and bool(date.fromisoformat(name))
    except ValueError:
        return False


def earlier_than(client_dir: Path, as_of: str) -> list[str] | None:
    """The report that a review of `as_of` compares with unless told otherwise, as [date, when it was made]."""
    for day in reversed([day for day in report_days(client_dir) if day < as_of]):
        record = read_record(client_dir / day)
        if record is not None and (client_dir / day / "tables").is_dir():
            return [day, str(record.get("finished_at", ""))]
    return None


def digest(*parts: Any) -> str:
    """Of plain values, in this order."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def first_changed(files: dict[str, Sequence[Any]]) -> str:
    """The first file that is not what it was; "" where all are."""
    return next((path for path, known in files.items() if not is_unchanged(Path(path), State(*known))), "")
