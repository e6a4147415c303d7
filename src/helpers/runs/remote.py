"""Reports in object storage: where the project file names an address, each published report is copied there.

The local folder stays where a report is made. In storage nothing can be renamed, so a report is written under a name of
its own, then short pages at the addresses that people keep are pointed at it, and the client's `latest.json`, one small
object that says which reports are whole, is written last. So nobody sees half of a report.

    acme/latest.json                                which reports there are, by date, and which was made last
    acme/index.html, acme/latest/index.html         lead to the one made last
    acme/2026-09-30/index.html                      leads to that of this date
    acme/2026-09-30/3f2a9c…/index.html, …           the report itself

A report that was made again stays until the next one is written, so that whoever is reading it can finish.
"""

import errno
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec

from helpers.data.reading.remote import EXTRAS
from helpers.data.urls import without_secrets
from helpers.errors import InputError
from helpers.runs.publish import open_stage, point_latest, replace

INDEX = "latest.json"
_LEADING = ("index.html", "report.html")  # the pages whose addresses people keep
_STANDS = "The report stands on this machine and in storage the one before; run again to copy it."
_UNREACHED = ("Connect", "Timeout", "EndPoint", "Endpoint", "DNS", "ServerDisconnected", "Resolver")


@dataclass(frozen=True)
class Storage:
    """A folder in object storage for the reports of all clients, by its address: s3://bucket/reports."""

    address: str

    def check(self) -> None:
        """Raises InputError, before any work, where there is no package for this storage, no account that it accepts,
        no such bucket, or no answer."""
        with self._opened("kept in", "") as (system, root):
            if self.address.split("://")[0] in EXTRAS:
                system.ls(root.lstrip("/").split("/")[0], detail=False)  # the bucket: a folder in it need not be there

    def upload(self, report: Path) -> str:
        """Copy a published report, reports/<client>/<as_of>, whole; returns the address of its cover.

        Where storage has this very report, nothing is written. Raises InputError where storage fails.
        """
        client, day = report.parent.name, report.name
        made = _made(report)
        if made is None:
            raise InputError("This is no published report", where=str(report))
        with self._opened("copied to", _STANDS) as (system, root):
            folder = f"{root}/{client}"
            index = _read_index(system, folder)
            before = dict(index["reports"])
            if before.get(day, {}).get("run") != made.run or index["latest"] != day:
                _put(system, report, f"{folder}/{day}/{made.run}")
                index["reports"][day] = {"run": made.run, "finished_at": made.finished_at, "files": made.files}
                index["latest"] = day
                for page in _LEADING:
                    _write(system, f"{folder}/{day}/{page}", _leading_to(f"{made.run}/{page}"))
                    _write(system, f"{folder}/latest/{page}", _leading_to(f"../{day}/{made.run}/{page}"))
                _write(system, f"{folder}/index.html", _leading_to(f"{day}/{made.run}/index.html"))
                _write(system, f"{folder}/{INDEX}", json.dumps(index, indent=1))
                with suppress(Exception):  # the new report stands; the next one removes what is left
                    _remove_runs(system, f"{folder}/{day}", {made.run, before.get(day, {}).get("run")})
        return f"{self.address.rstrip('/')}/{client}/{day}/index.html"

    def fetch(self, client_dir: Path, as_of: str, against: str = "") -> list[str]:
        """Bring what making a client's report of `as_of` (YYYY-MM-DD) may read, and this machine has not: the report of
        that day, the last before it, the one of the day `against`, and the one made last. Returns the days brought.

        A report that stands here stays, unless storage has one of that day that was made later.
        """
        with self._opened("fetched from", "") as (system, root):
            folder = f"{root}/{client_dir.name}"
            index = _read_index(system, folder)
            there: dict[str, dict[str, Any]] = index["reports"]
            last_before = max((day for day in there if day < as_of), default="")
            brought = []
            for day in sorted({as_of, against, last_before, index["latest"]} & there.keys()):
                here = _made(client_dir / day)
                if here is None or here.finished_at < there[day]["finished_at"]:
                    brought.append(day)
            pointed = (client_dir / "latest").resolve().name if (client_dir / "latest").exists() else ""
            for day in brought:
                stage = open_stage(client_dir, day)
                _get(system, f"{folder}/{day}/{there[day]['run']}", stage, there[day])
                replace(stage, client_dir / day)
            if brought:
                point_latest(client_dir / (index["latest"] if index["latest"] in brought or not pointed else pointed))
        return brought

    def remove(self, client: str, days: Iterable[str]) -> None:
        """Take reports of a client out of storage: first they are no longer named, then they go. The one made last
        stays."""
        with self._opened("removed from", "") as (system, root):
            folder = f"{root}/{client}"
            index = _read_index(system, folder)
            going = (set(days) - {index["latest"]}) & index["reports"].keys()
            index["reports"] = {day: told for day, told in index["reports"].items() if day not in going}
            if going:
                _write(system, f"{folder}/{INDEX}", json.dumps(index, indent=1))
            for day in sorted(going):
                system.rm(f"{folder}/{day}", recursive=True)

    def upload_files(self, files: Iterable[Path]) -> None:
        """Copy single files beside the clients, such as the night's index.html, in this order."""
        with self._opened("copied to", "Run again.") as (system, root):
            for path in files:
                system.put_file(str(path), f"{root}/{path.name}")

    @contextmanager
    def _opened(self, doing: str, stands: str) -> Iterator[tuple[Any, str]]:
        """The storage and the path of the folder in it; what it raises becomes one sentence."""
        scheme = self.address.split("://")[0]
        try:
            options = {"auto_mkdir": True} if scheme in ("file", "local") else {}
            system, root = fsspec.core.url_to_fs(self.address, **options)
            system.invalidate_cache()  # others write there too
            yield system, root.rstrip("/")
        except InputError:
            raise
        except Exception as error:  # each storage package has its own
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                raise  # of this machine's disk
            raise _refusal(self.address, scheme, doing, stands, error) from error


class Uploads(AbstractContextManager["Uploads"]):
    """Copies published reports while others are made, several at a time, and waits for the last at its end."""

    def __init__(self, storage: Storage, at_once: int = 4) -> None:
        self.troubles: dict[str, str] = {}  # client -> why its report is not in storage; whole at the end
        self.storage = storage
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="upload")

    def send(self, report: Path) -> None:
        """Take on reports/<client>/<as_of>; returns at once."""
        self._pool.submit(self._copy, report)

    def _copy(self, report: Path) -> None:
        try:
            self.storage.upload(report)
        except Exception as error:  # one report's trouble: the others are copied all the same
            self.troubles[report.parent.name] = str(error)

    def __exit__(self, kind: object, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)


@dataclass(frozen=True)
class _Made:
    run: str  # names this making of the report, and no other
    finished_at: str
    files: int


def _made(report: Path) -> _Made | None:
    """What tells a report on this machine from others of its day; None where there is none."""
    try:
        record = (report / "run.json").read_bytes()
    except OSError:
        return None
    files = sum(path.is_file() for path in report.rglob("*"))
    return _Made(hashlib.sha256(record).hexdigest()[:16], json.loads(record)["finished_at"], files)


def _read_index(system: Any, folder: str) -> dict[str, Any]:
    """What `latest.json` says; of a client that storage does not know, that it has nothing."""
    try:
        index = json.loads(system.cat_file(f"{folder}/{INDEX}"))
    except FileNotFoundError:
        return {"latest": "", "reports": {}}
    except ValueError:
        index = None
    if not isinstance(index, dict) or not isinstance(index.get("reports"), dict) or "latest" not in index:
        mend = "Correct it, or remove it: then reports are copied anew."
        raise InputError("This is not what the kit writes there", where=f"{folder}/{INDEX}", mend=mend)
    return index


def _put(system: Any, report: Path, folder: str) -> None:
    files = [path for path in sorted(report.rglob("*")) if path.is_file()]
    system.put([str(p) for p in files], [f"{folder}/{p.relative_to(report).as_posix()}" for p in files])


def _get(system: Any, folder: str, stage: Path, told: dict[str, Any]) -> None:
    """Fetch a report into a stage, and make sure that it is whole."""
    found = [str(path) for path in system.find(folder)]
    names = [PurePosixPath(path[path.index(folder) + len(folder) + 1 :]) for path in found]
    for name in names:
        if ".." in name.parts:
            raise InputError("A file of this report would leave its folder", where=f"{folder}/{name}")
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
    system.get(found, [str(stage / name) for name in names])
    made = _made(stage)
    if made is None or (made.run, made.files) != (told["run"], told["files"]):
        raise InputError("This report is not whole in storage", where=folder, mend="Make it again with --force.")


def _write(system: Any, path: str, text: str) -> None:
    """One small object. From a file, whose name tells the storage package what kind of object it is."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path.rsplit("/", 1)[-1]
        file.write_text(text, "utf-8")
        system.put_file(str(file), path)


def _leading_to(address: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Report</title>\n'
        f'<meta http-equiv="refresh" content="0; url={address}"></head>\n'
        f'<body><p><a href="{address}">The report</a></p></body></html>\n'
    )


def _remove_runs(system: Any, folder: str, kept: set[str | None]) -> None:
    for entry in system.ls(folder, detail=True):
        name = entry["name"].rstrip("/")
        if entry["type"] == "directory" and name.rsplit("/", 1)[-1] not in kept:
            system.rm(name, recursive=True)


def _refusal(address: str, scheme: str, doing: str, stands: str, error: Exception) -> InputError:
    where, kind = without_secrets(address), type(error).__name__
    account = "See to it that this machine's account may read and write there."
    if isinstance(error, ImportError):
        extra = EXTRAS.get(scheme)
        package = f"pip install 'customer-report-kit[{extra}]'" if extra else f"the fsspec package for {scheme}://"
        return InputError(f"Reports in {scheme}:// need a package that is not installed", where=where,
                          mend=f"Install it: {package}")  # fmt: skip
    if "Credential" in kind or "credential" in str(error).lower():
        why, mend = "no credentials are there that it accepts", account
    elif isinstance(error, PermissionError):
        why, mend = "access is denied", account
    elif isinstance(error, FileNotFoundError):
        why, mend = "there is no such bucket, or it lost a file", "Correct `reports` in kit.yaml, or create the bucket."
    elif isinstance(error, ConnectionError | TimeoutError) or any(part in kind for part in _UNREACHED):
        why, mend = "it does not answer", "See to the network."
    else:
        why, mend = kind, ""
    return InputError(f"Reports cannot be {doing} this storage: {why}", where=where, mend=f"{mend} {stands}".strip())
