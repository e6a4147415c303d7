"""The night's page: `reports/index.html` for people and `reports/index.json` for monitoring tools.

Kept by the process that publishes. Both files are written beside their place and renamed, so that nobody ever reads
half of one; where several runs are at work at once, each takes over what the others have written. One client's folder
is read again only when something became of that client, and ten thousand clients do not mean ten thousand writings:
see `Night.record`.

index.json is one object:

- `version`: 1; it rises when a field changes its meaning
- `written_at`: when (all times are in UTC, like "2026-11-26T02:14:05+00:00")
- `run`: what the last run did: `started_at`; `finished_at` (null while it is at work, or when it was killed);
  `interrupted`: whether it was stopped; `asked`: clients it was to make; `done`: clients it has tried, which are
  `published` (`thin` of them), `unchanged` or `failed`
- `clients`: one object a client, each on a line of its own, those that failed first, then by name

A client's object:

- `client`: the name of its parameter file and of its folder; `name`: what its report calls it
- `status`: of the last attempt: "published"; "thin" (published, but an analysis was left out for too few data);
  "unchanged" (nothing to make: the last report stands); "failed" (the last report, if any, stands); "never made"
- `message`: one sentence: why it failed, since when it is unchanged, what was left out; else ""
- `tried_at`: when that attempt ended; null for never
- `as_of`, `page`, `made_at`: the last report: its day, its cover relative to this file, when it was made; null for none
- `seconds` it took, `rows` read over all tables; null where not known
- `cover`: its key figures, each with `label`, `value` and `note`, as printed
- `earlier`: the day of the report before, null for none; `changes`: figures printed otherwise there, each with
  `label`, `before`, `now` and `change` ("+7%", "+3 points", "" where it cannot be reckoned)
- `changed`: the sentence on what changed that the cover holds, else ""
- `left_out`: analyses left out for too few data, each with `title` and `reason`
- `seen`: size and time of the records that this was read from
"""

import contextlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.runs.job import FAILED, PUBLISHED, UNCHANGED, WRONG, Outcome
from helpers.runs.night_client import BLANK, NEVER, THIN, first_line, look, read_client, say_left_out
from helpers.runs.times import now, say_since, stamp

VERSION = 1
PAGE, DATA = "index.html", "index.json"
_SHARE = 0.05  # of the time since the last writing, that writing may take
_HIDDEN = ".index."


class Night:
    """All clients of a folder of reports, and what one run made of those it was asked for."""

    def __init__(self, reports_dir: Path, clients: Iterable[str], asked: int = 0) -> None:
        """clients: all there are, also those that this run does not make; asked: how many it does.

        Reads index.json, and the folders of the clients that have changed since it was written.
        """
        self.reports = reports_dir
        self.trouble = ""  # why the page could not be written last, in one sentence
        self._started = now()
        self._run: dict[str, Any] = {"asked": asked, "done": 0, "published": 0, "thin": 0, "unchanged": 0, "failed": 0}
        self._run = {"started_at": stamp(self._started), "finished_at": None, "interrupted": False} | self._run
        self._tried: dict[str, dict[str, Any]] = {}
        self._known = _changed_at(reports_dir)  # the index.json that this one read or wrote last: its time, and
        self._known_until, _ = _read_index(reports_dir)  # up to when it tells
        self._clients = read_clients(reports_dir, clients)
        self._written_at, self._took = time.monotonic(), 0.0

    def record(self, slug: str, outcome: Outcome) -> None:
        """What became of a client; the page is written again if that is due.

        It is due when writing it, as long as it took the last time, takes at most a twentieth of the time since. A
        page that cannot be written never ends a run: the reason stands in `trouble`.
        """
        entry = self._clients.get(slug)
        if entry is None or entry["seen"] != look(self.reports, slug) or outcome.status not in (UNCHANGED, WRONG):
            entry = read_client(self.reports, slug)
        entry = entry | {"tried_at": now().isoformat(timespec="milliseconds")}
        if outcome.status in (FAILED, WRONG):
            entry |= {"status": FAILED, "message": first_line(outcome.message)}
        elif outcome.status == UNCHANGED:
            since = f"Since {say_since(outcome.message)}." if outcome.message else ""
            entry |= {"status": UNCHANGED, "message": f"{since} {say_left_out(entry['left_out'])}".strip()}
        if slug in self._tried:  # named twice: the last counts
            self._count(self._tried[slug], -1)
        self._clients[slug] = self._tried[slug] = entry
        self._count(entry, 1)
        if self._took <= _SHARE * (time.monotonic() - self._written_at):
            self._write()

    def write(self, *, interrupted: bool = False) -> None:
        """The run has ended: write the page for the last time."""
        self._run |= {"finished_at": stamp(now()), "interrupted": interrupted}
        self._write()

    def summary(self) -> dict[str, Any]:
        """What this run did, for `--notify` (see `notify`)."""
        told = ("client", "name", "status", "message")
        clients = [{key: entry[key] for key in told} for entry in sort_clients(self._tried.values())]
        return self._run | {"clients": clients, "page": str(self.reports / PAGE)}

    def _count(self, entry: dict[str, Any], one: int) -> None:
        status = entry["status"]
        self._run["done"] += one
        self._run[status if status in (UNCHANGED, FAILED) else PUBLISHED] += one
        self._run[THIN] += one * (status == THIN)

    def _write(self) -> None:
        from helpers.runs.night_page import render_night  # loads templates: not needed to begin a run

        began = time.monotonic()
        self.trouble = ""
        try:
            self.reports.mkdir(parents=True, exist_ok=True)
            with _alone(self.reports):
                self._take_over()
                clients = sort_clients(self._clients.values())
                written = now()
                _replace(self.reports / DATA, _as_json(self._run, clients, stamp(written)))
                self._known, self._known_until = _changed_at(self.reports), stamp(written)
                _replace(self.reports / PAGE, render_night(self._run, clients, written))
        except OSError as error:
            what = f"The page of all clients could not be written: {error.strerror or error}"
            self.trouble = str(InputError(what, where=str(self.reports / PAGE)))
        self._written_at = time.monotonic()
        self._took = self._written_at - began

    def _take_over(self) -> None:
        """What another run has tried since, where this one has not tried the client later."""
        if _changed_at(self.reports) == self._known:
            return
        for slug, theirs in _read_index(self.reports)[1].items():
            mine = self._clients.get(slug, BLANK)
            if (theirs["tried_at"] or "") > max(mine["tried_at"] or "", self._known_until):
                self._clients[slug] = theirs


def read_clients(reports: Path, clients: Iterable[str]) -> dict[str, dict[str, Any]]:
    """All clients, those named and those with a folder of reports: as index.json has them where their folder is as it
    was then, else read from it."""
    _, known = _read_index(reports)
    named = set(clients)
    with contextlib.suppress(OSError):
        named_or_made = named | {p.name for p in reports.iterdir() if not p.name.startswith(".") and p.is_dir()}
        found = {}
        for slug in named_or_made:
            entry = known.get(slug)
            if entry is None or entry["seen"] != look(reports, slug):
                entry = read_client(reports, slug)
            if slug in named or entry["status"] != NEVER:
                found[slug] = entry
        return found
    return {slug: read_client(reports, slug) for slug in named}  # no report yet


def sort_clients(clients: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that failed first, then by name."""
    return sorted(clients, key=lambda c: (c["status"] != FAILED, c["name"].casefold(), c["client"]))


def _read_index(reports: Path) -> tuple[str, dict[str, dict[str, Any]]]:
    """When index.json was written and its clients; none where it is not there, damaged or of another version: it is
    made again."""
    try:
        found = json.loads((reports / DATA).read_text("utf-8"))
        if found["version"] != VERSION:
            return "", {}
        clients = {entry["client"]: entry for entry in found["clients"] if entry.keys() == BLANK.keys()}
        return str(found["written_at"]), clients
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return "", {}


def _changed_at(reports: Path) -> int:
    """When index.json was last replaced, in nanoseconds; 0 where there is none."""
    try:
        return (reports / DATA).stat().st_mtime_ns
    except OSError:
        return 0


def _as_json(run: dict[str, Any], clients: list[dict[str, Any]], written_at: str) -> str:
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in clients)
    head = json.dumps({"version": VERSION, "written_at": written_at, "run": run}, ensure_ascii=False)
    return f'{head[:-1]}, "clients": [\n{lines}\n]}}\n'


def _replace(path: Path, text: str) -> None:
    """Write beside and rename; on the disk before it is renamed, lest a machine that goes down leaves an empty file."""
    beside = path.with_name(f"{_HIDDEN}{path.suffix[1:]}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:  # an interrupt too
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


@contextlib.contextmanager
def _alone(reports: Path) -> Iterator[None]:
    """One writer at a time, by a lock on the folder, which leaves no file; where there are no such locks (Windows, some
    shared folders) two may write at once, each a whole page, and the next writing takes over what either missed."""
    try:
        import fcntl

        folder = os.open(reports, os.O_RDONLY)
    except ImportError:
        yield
        return
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
            for left in reports.glob(f"{_HIDDEN}*"):  # by a run that was killed: nobody else is writing
                left.unlink(missing_ok=True)
        yield
    finally:
        os.close(folder)
