"""What may go from the folder of reports: old reports, what failed and died runs left, and caches.

Never offered are a client's newest report, what that was compared with, any report that a newest one was made from, and
anything of a client whose report is being made just now. A report goes under the hidden name of one in the making, so
that no half of it ever stands in its place: should the machine stop meanwhile, the client's next run clears it.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.runs.publish import FAILED, client_lock, is_half_made, stage_of
from helpers.runs.states import earlier_than, is_day, latest_of, read_record, report_days

_DRAFT = "draft"


@dataclass(frozen=True)
class Leftover:
    path: Path
    why: str  # what it is, for the user: "what the last run left when it failed"
    bytes: int


def find_leftovers(reports: Path, keep: int | None = None) -> list[Leftover]:
    """What may go, by client; of each the last `keep` reports stay, all where it is None.

    Raises InputError for a `keep` below 1, or a folder that cannot be read.
    """
    if keep is not None and keep < 1:
        raise InputError(f"{keep} is no number of reports to keep", where="keep", allowed="a whole number from 1 on")
    needed, found = _made_from(reports), []
    for client in _clients(reports):
        with _alone_with(client) as alone:
            offered = list(_offer(client, keep, needed)) if alone else []
        found += [Leftover(path, why, _size(path)) for path, why in offered]
    return found


def remove(leftovers: Iterable[Leftover]) -> list[Leftover]:
    """Remove them; returns those that are gone. What a run that came between needs, or is at, stays.

    Raises InputError for one that cannot be removed; those before it are gone.
    """
    leftovers = list(leftovers)
    needed = set().union(*(_made_from(reports) for reports in {one.path.parent.parent for one in leftovers}))
    gone = []
    for one in leftovers:
        with _alone_with(one.path.parent) as alone:
            if not alone or one.path not in {path for path, _ in _offer(one.path.parent, 1, needed)}:
                continue
            try:
                _take_away(one.path)
            except OSError as error:
                said = error.strerror or "no reason given"
                raise InputError(f"This cannot be removed: {said}", where=str(one.path)) from None
        gone.append(one)
    return gone


@contextmanager
def _alone_with(client_dir: Path) -> Iterator[bool]:
    """Whether no run is at work on a client; none begins meanwhile."""
    with ExitStack() as held:
        try:
            held.enter_context(client_lock(client_dir.parent, client_dir.name))
            alone = True
        except InputError:
            alone = False
        except OSError as error:
            said = error.strerror or "no reason given"
            raise InputError(f"Nothing can be removed here: {said}", where=str(client_dir.parent)) from None
        yield alone


def _clients(reports: Path) -> list[Path]:
    try:
        return sorted(p for p in reports.iterdir() if p.is_dir() and not p.is_symlink() and not p.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"This cannot be read: {error.strerror or 'no reason given'}", where=str(reports)) from None


def _offer(client_dir: Path, keep: int | None, needed: set[Path]) -> Iterator[tuple[Path, str]]:
    """Path and reason of all that may go of one client."""
    stays = needed | {client_dir / day for day in _newest(client_dir)}
    for day in report_days(client_dir)[:-keep] if keep else []:
        if client_dir / day not in stays:
            yield client_dir / day, "an old report"
    for path in sorted(_entries(client_dir)):
        if path.name == FAILED and path.is_dir():
            yield path, "what the last run left when it failed"
        elif path.name == _DRAFT and path.is_dir():
            yield path, "results of notebooks that were run by hand"
        elif is_half_made(path):
            yield path, "what a run left when it was cut short"


def _newest(client_dir: Path) -> list[str]:
    """The days of the newest report, and of the one that its review compares with by default."""
    latest = latest_of(client_dir)
    if latest is None:  # by hand, somebody took the link away
        return report_days(client_dir)[-2:]
    return [latest.name, *(earlier_than(client_dir, latest.name) or [])[:1]]


def _made_from(reports: Path) -> set[Path]:
    """The reports that the clients' newest reports were made from, their own or others'."""
    found = set()
    for client in _clients(reports):
        latest = latest_of(client)
        record = read_record(latest) if latest else None
        for text in _texts((record or {}).get("made_from")):
            if f"/{reports.name}/" not in text:
                continue
            path, root = Path(text).resolve(), reports.resolve()
            parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
            if len(parts) > 1 and is_day(parts[1]):
                found.add(reports / parts[0] / parts[1])
    return found


def _texts(value: Any) -> Iterator[str]:
    """All texts in what JSON holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _texts(part)


def _entries(client_dir: Path) -> list[Path]:
    with suppress(OSError):
        return list(client_dir.iterdir())
    return []


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; what vanishes meanwhile counts nothing."""
    files = [path]
    if path.is_dir() and not path.is_symlink():
        files = [Path(folder, name) for folder, _, names in os.walk(path) for name in names]
    total = 0
    for file in files:
        with suppress(OSError):
            total += file.lstat().st_size
    return total


def _take_away(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    if is_day(path.name):
        path = path.rename(stage_of(path))
    shutil.rmtree(path)
