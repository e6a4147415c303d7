"""A report is published whole or not at all: built in a hidden sibling, checked, renamed; `latest` moves last.

Renaming cannot replace a folder that holds files, so yesterday's report of the same date steps aside first. Should
the machine stop between the two renames, the next run puts it back.
"""

import contextlib
import os
import shutil
from pathlib import Path

import psutil

from helpers.errors import InputError

FAILED = "failed"
_ASIDE = ".replaced"


def open_stage(client_dir: Path, as_of: str) -> Path:
    """A new hidden folder to build a report in; clears what runs that died have left."""
    client_dir.mkdir(parents=True, exist_ok=True)
    latest = client_dir / "latest"
    if latest.is_dir() and not latest.is_symlink():
        raise InputError(
            "This is a folder, where the link to the newest report belongs", where=str(latest), mend="Rename it."
        )
    for leaving in client_dir.glob(".*"):
        name, _, pid = leaving.name.rpartition(".")
        if leaving.name.endswith(_ASIDE):
            _put_back(leaving)
        elif name and pid.isdigit() and not _is_others(int(pid)):
            _remove(leaving)
    stage = client_dir / f".{as_of}.{os.getpid()}"
    stage.mkdir()
    return stage


def publish(stage: Path, target: Path) -> None:
    """Move a finished stage to its place and point `latest` at it."""
    aside = target.with_name(f".{target.name}{_ASIDE}")
    if target.exists():
        target.rename(aside)
    try:
        stage.rename(target)
    except BaseException:  # an interrupt too: yesterday's report must stand again
        _put_back(aside)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(target.parent / FAILED, ignore_errors=True)  # mended by this report
    _point_latest(target)


def keep_failed(stage: Path) -> Path:
    """Keep the folder of a failed run as `failed`, in place of the one before."""
    kept = stage.parent / FAILED
    shutil.rmtree(kept, ignore_errors=True)
    stage.rename(kept)
    return kept


def check_stage(stage: Path, pages: list[str]) -> None:
    """Refuse to publish a report that lacks a page or holds an empty one."""
    for name in pages:
        page = stage / name
        if not page.is_file() or page.stat().st_size == 0:
            raise InputError(f"The page {name} was not made", where=str(stage), mend="Run the client again.")


def _is_others(pid: int) -> bool:
    """Whether another run is still at work; one that was killed may linger as a zombie."""
    try:
        return pid != os.getpid() and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _remove(leaving: Path) -> None:
    if leaving.is_dir() and not leaving.is_symlink():
        shutil.rmtree(leaving, ignore_errors=True)
    else:
        leaving.unlink(missing_ok=True)


def _put_back(aside: Path) -> None:
    target = aside.with_name(aside.name.removeprefix(".").removesuffix(_ASIDE))
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
    elif aside.exists():
        aside.rename(target)


def _point_latest(target: Path) -> None:
    """Swap the link in one step; where links are not allowed (Windows), a text file names the folder."""
    latest = target.parent / "latest"
    fresh = target.parent / f".latest.{os.getpid()}"
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    try:
        fresh.symlink_to(target.name, target_is_directory=True)
    except OSError:
        fresh.write_text(target.name + "\n", "utf-8")
        latest = latest.with_suffix(".txt")
    fresh.replace(latest)
