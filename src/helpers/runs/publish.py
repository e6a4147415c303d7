"""A report is published whole or not at all: built in a hidden sibling, checked, renamed; `latest` moves last.

Renaming cannot replace a folder that holds files, so yesterday's report of the same date and the new one change places
in one step. File systems that cannot do that (network drives) need two renames: meanwhile `latest` points to a copy of
yesterday's report. Wherever a run is killed, `latest` is a whole report, and the next run puts all in its place.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from helpers.errors import InputError
from helpers.runs.exchange import exchange

FAILED = "failed"
ONLY = "only"  # the folder of a report of some sections, which is no client's report: nothing points to it
_ASIDE, _STAGE, _FRESH_LATEST, _PREVIEW = ".replaced", ".stage", ".latest.new", ".preview."


@contextlib.contextmanager
def client_lock(reports: Path, slug: str) -> Iterator[None]:
    """Held by whoever makes and publishes a client's report; the system lets go of it when its holder dies.

    Raises InputError where another run holds it.
    """
    folder = reports / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{slug}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise InputError(
            "Another run is making this client's report just now", where=slug, mend="Try again when it has ended."
        ) from None
    except NotImplementedError:
        raise InputError(
            "Files cannot be locked here", where=str(folder), mend="Keep reports on another drive."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def making(reports: Path, slug: str) -> Iterator[None]:
    """`client_lock` for a run: whatever is half-made when it lets go is removed."""
    with client_lock(reports, slug):
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # then the next run does it
                clear(reports / slug)


def open_stage(client_dir: Path, as_of: str) -> Path:
    """A new hidden folder to build a report in; clears what runs that died have left.

    For the holder of the client's lock: whatever is half-made there is nobody's.
    """
    client_dir.mkdir(parents=True, exist_ok=True)
    latest = client_dir / "latest"
    if latest.is_dir() and not latest.is_symlink():
        raise InputError(
            "This is a folder, where the link to the newest report belongs", where=str(latest), mend="Rename it."
        )
    clear(client_dir)
    stage = stage_of(client_dir / as_of)
    stage.mkdir()
    return stage


def stage_of(target: Path) -> Path:
    """A new hidden name beside a report's place, for what is being made or taken away."""
    return target.with_name(f".{target.name}.{uuid4().hex[:8]}{_STAGE}")


def is_half_made(path: Path) -> bool:
    """Whether a path in a client's folder is what a run that died has left, and not the report it took out of the way.

    For the holder of the client's lock, as `open_stage` is.
    """
    if path.name.endswith(_ASIDE):
        return _place_of(path).exists() and not _is_latest(path)
    if path.name.startswith(_PREVIEW):
        return not _is_at_work(path)
    return path.name.endswith(_STAGE) or path.name == _FRESH_LATEST


@contextlib.contextmanager
def preview_folder(client_dir: Path) -> Iterator[Path]:
    """A hidden folder for one preview to work in, gone with it; those of previews that died go now.

    Its lock, which the system lets go of when its holder dies, tells runs and other previews that it is in use.
    """
    client_dir.mkdir(parents=True, exist_ok=True)
    for left in client_dir.glob(f"{_PREVIEW}*"):
        if not _is_at_work(left):
            _remove(left)
    folder = client_dir / f"{_PREVIEW}{uuid4().hex[:8]}"
    lock_file = _lock_of(folder)
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock_file):
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError):  # there is no report of the client
                client_dir.rmdir()
            lock_file.unlink(missing_ok=True)


def _lock_of(preview: Path) -> Path:
    return preview.parents[1] / ".locks" / f"{preview.parent.name}{preview.name}.lock"


def _is_at_work(preview: Path) -> bool:
    lock_file = _lock_of(preview)
    try:
        with FileLock(lock_file, blocking=False):
            lock_file.unlink(missing_ok=True)
    except Timeout:
        return True
    return False


def publish(stage: Path, target: Path) -> None:
    """Move a finished stage to its place and point `latest` at it."""
    replace(stage, target)
    if target.name != ONLY:
        shutil.rmtree(target.parent / FAILED, ignore_errors=True)  # mended by this report
        point_latest(target)


def replace(stage: Path, target: Path) -> None:
    """Move a finished stage to its place; what stood there is gone only once it stands."""
    if not target.exists():
        stage.rename(target)
    elif exchange(stage, target):
        shutil.rmtree(stage, ignore_errors=True)  # it holds what stood there
    else:
        _replace_in_two_steps(stage, target)


def clear(client_dir: Path) -> None:
    """Put right what runs that died have left. For the holder of the client's lock: it is nobody's."""
    for leaving in client_dir.glob(".*"):
        if leaving.name.endswith(_ASIDE):
            _put_back(leaving)
        elif is_half_made(leaving):
            _remove(leaving)


def tidy(reports: Path, slug: str) -> None:
    """`clear` for a client that nobody is going to make, where there is something to clear and nobody else at work."""
    if any(_is_left(path) for path in (reports / slug).glob(".*")):
        with contextlib.suppress(InputError, OSError), making(reports, slug):
            pass


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


def _remove(leaving: Path) -> None:
    if leaving.is_dir() and not leaving.is_symlink():
        shutil.rmtree(leaving, ignore_errors=True)
    else:
        leaving.unlink(missing_ok=True)


def _is_left(path: Path) -> bool:
    return path.name.endswith((_ASIDE, _STAGE)) or path.name == _FRESH_LATEST


def _replace_in_two_steps(stage: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}{_ASIDE}")
    try:
        if _is_latest(target):
            _copy(target, aside)
            point_latest(aside)
            old = stage_of(target)
        else:
            old = aside
        target.rename(old)
        stage.rename(target)
    finally:  # after an interrupt too
        _put_back(aside)
    _remove(old)


def _copy(folder: Path, place: Path) -> None:
    """A second folder of the same files, whole or not at all."""
    building = stage_of(folder)
    shutil.copytree(folder, building, copy_function=_link)
    building.rename(place)


def _link(source: str, copy: str) -> None:
    try:
        os.link(source, copy)
    except OSError:  # not on every file system
        shutil.copy2(source, copy)


def _place_of(aside: Path) -> Path:
    return aside.with_name(aside.name.removeprefix(".").removesuffix(_ASIDE))


def _is_latest(report: Path) -> bool:
    latest = report.parent / "latest"
    return latest.is_symlink() and latest.readlink() == Path(report.name)


def _put_back(aside: Path) -> None:
    """The report that stepped aside, unless another has taken its place; `latest` is whole at every moment."""
    if not aside.exists():
        return
    target, pointed = _place_of(aside), _is_latest(aside)
    if not target.exists() and pointed:
        _copy(aside, target)
    elif not target.exists():
        aside.rename(target)
    if pointed:
        point_latest(target)
    _remove(aside)


def point_latest(target: Path) -> None:
    """Swap the link in one step; where links are not allowed (Windows), a text file names the folder."""
    latest = target.parent / "latest"
    fresh = target.parent / _FRESH_LATEST
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    try:
        fresh.symlink_to(target.name, target_is_directory=True)
    except OSError:
        fresh.write_text(target.name + "\n", "utf-8")
        latest = latest.with_suffix(".txt")
    fresh.replace(latest)
