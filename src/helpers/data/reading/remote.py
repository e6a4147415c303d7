"""Files in object storage, through fsspec: listed, and fetched to the local disk before they are read.

Credentials come from where the storage's own package looks for them (environment, profile, instance); none is ever
printed, not even one that stands in the address.
"""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fsspec

from helpers.data.urls import without_secrets
from helpers.errors import InputError, nearest

EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}
_VERSION_KEYS = ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated", "created", "md5Hash")


@dataclass(frozen=True)
class RemoteFile:
    """A file in object storage, listed but not fetched."""

    url: str
    size: int
    version: int  # differs when the file has changed

    @property
    def name(self) -> str:
        return self.url.rstrip("/").rsplit("/", 1)[-1]

    def stat(self) -> Any:
        """Size and version as a local file's `stat` gives them: st_size, st_mtime_ns."""
        return SimpleNamespace(st_size=self.size, st_mtime_ns=self.version)

    def __str__(self) -> str:
        return without_secrets(self.url)

    def fetch(self, work: Path) -> Path:
        """Copy the file into the folder `work`."""
        copy = work / f"fetched_{self.name}"
        try:
            with fsspec.open(self.url, "rb") as stream, copy.open("wb") as out:
                shutil.copyfileobj(stream, out, 8 << 20)
        except Exception as error:  # each storage package has its own exceptions
            raise _refusal(self.url, error) from None
        if self.size >= 0 and copy.stat().st_size != self.size:
            raise InputError("The file changed while it was fetched", where=str(self), mend="Run again.")
        return copy


def list_remote(source: str, endings: tuple[str, ...]) -> list[RemoteFile]:
    """The files that an address, a glob or a folder means, sorted; raises InputError where there are none."""
    shown = without_secrets(source)
    try:
        system, path = fsspec.core.url_to_fs(source)
        if any(c in path for c in "*["):
            found = [p for p in system.glob(path) if system.isfile(p)]
        elif system.isdir(path):
            found = [p for p in system.ls(path, detail=False) if p.lower().endswith(endings)]
        else:
            found = [path] if system.isfile(path) else []
        files = [_describe(system, source, p) for p in sorted(found)]
        if not files:
            folder = path.rsplit("/", 1)[0]
            here = sorted(p.rsplit("/", 1)[-1] for p in system.ls(folder, detail=False)) if system.isdir(folder) else []
    except Exception as error:
        raise _refusal(source, error) from None
    if files:
        return files
    hint = nearest(path.rsplit("/", 1)[-1], here)
    raise InputError(
        "There is no such file",
        where=shown,
        allowed=f"beside it are {', '.join(here[:8])}" if here else "",
        mend=f'Did you mean "{hint}"?' if hint else "Correct `source`, or see whether this account may list it.",
    )


def _describe(system: Any, source: str, path: str) -> RemoteFile:
    info = system.info(path)
    version = repr([str(info[key]) for key in _VERSION_KEYS if key in info])
    number = int.from_bytes(hashlib.sha256(version.encode()).digest()[:7], "big")
    return RemoteFile(_address(system, source, path), int(info.get("size") or -1), number)


def _address(system: Any, source: str, path: str) -> str:
    if not any(c in source for c in "*[") and source.rstrip("/").endswith(path.rsplit("/", 1)[-1]):
        return source
    return str(system.unstrip_protocol(path))


def _refusal(url: str, error: Exception) -> InputError:
    protocol, where = url.split("://")[0], without_secrets(url)
    if isinstance(error, ImportError):
        extra = EXTRAS.get(protocol)
        package = f"pip install 'customer-report-kit[{extra}]'" if extra else f"the fsspec package for {protocol}://"
        return InputError(
            f"Reading from {protocol}:// needs a package that is not installed",
            where=where,
            mend=f"Install it: {package}",
        )
    sort = "it is not there" if isinstance(error, FileNotFoundError) else type(error).__name__
    sort = "access is denied" if isinstance(error, PermissionError) else sort
    return InputError(
        f"This cannot be fetched: {sort}",
        where=where,
        mend="See whether the address is right and whether this machine's account may read it.",
    )
