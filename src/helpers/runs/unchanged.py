"""Whether a client's report can stand as it is, or what changed since it was made.

It looks at files' sizes and times, and reads what differs; it parses no parameter file and imports nothing heavy.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from helpers.data.local_files import find_local
from helpers.errors import InputError
from helpers.runs.job import Job
from helpers.runs.knobs import notebook_sections
from helpers.runs.made_from import (
    DATABASE_FILE,
    FILES,
    NEVER,
    STORE,
    VERSION,
    find_database_files,
    find_stored,
    made_at,
)
from helpers.runs.states import (
    State,
    earlier_than,
    environment_of,
    first_changed,
    is_unchanged,
    kit_digest,
    latest_of,
    read_record,
)

FAILED = "failed"
_SUMMARY = "00_summary"
_ENDINGS = ("csv", "parquet")  # in which a result table is saved


@dataclass(frozen=True)
class Standing:
    """since: when the report that stands was made, as run.json writes times; "" where it must be made.
    why: then, what changed, as the end of a sentence: "the file orders.csv"."""

    since: str = ""
    why: str = ""

    @property
    def unchanged(self) -> bool:
        return not self.why


def standing_of(job: Job) -> Standing:
    """How things stand with a client's newest report; never raises for what is missing, damaged or unreadable."""
    client_dir = job.reports / job.slug
    if job.force:
        return Standing(why="nothing, but it was asked for")
    if (client_dir / FAILED).is_dir():
        return Standing(why="failed last time")
    folder = latest_of(client_dir)
    if folder is None:
        return Standing(why="never made")
    record = read_record(folder)
    if record is None:
        return Standing(why="the last report's run.json, which cannot be read")
    return unchanged_since(record, job)


def unchanged_since(record: Mapping[str, Any], job: Job) -> Standing:
    """The same, of a record that was read: that of the client's newest report."""
    try:
        why = _why(record, job)
        return Standing(why=why) if why else Standing(since=_checked_time(record["finished_at"]))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Standing(why="the last report's run.json, which is not as it was written")


def _why(record: Mapping[str, Any], job: Job) -> str:
    """What changed, in the order in which a user would name it; "" where nothing did."""
    made = record.get("made_from")
    if not isinstance(made, dict) or made.get("version") != VERSION:
        return "the kit, which did not keep what a report was made from"
    if record.get("status") != "published" or record.get("from_outputs"):
        return "the last report, which was not made by a run"
    return (
        made["cannot_tell"]
        or _why_params(made, job)
        or ("" if made["kit"] == kit_digest() else "the kit")
        or _why_notebooks(made["notebooks"], job)
        or next(filter(None, map(_why_source, made["sources"])), "")
        or (f"the file {Path(path).name}" if (path := first_changed(made["files"])) else "")
        or _why_earlier(made["earlier"], job.reports / job.slug, str(record["as_of"]))
        or _why_not_whole(record, job.reports / job.slug)
    )


def _why_params(made: Mapping[str, Any], job: Job) -> str:
    path, params = job.params_file.resolve(), made["params"]
    if str(path) != params["path"] or not is_unchanged(path, State(*params["state"])):
        return "the parameter file"
    if list(job.sets) != made["sets"]:
        return "what --set says"
    if list(job.only) != made["only"]:
        return "the sections asked for"
    if not made["environment"]:
        return ""
    try:
        now = environment_of(path.read_bytes(), job.sets)
    except OSError:
        return "the parameter file"
    changed = [name for name in now | made["environment"] if now.get(name) != made["environment"].get(name)]
    return f"the environment variable {changed[0]}" if changed else ""


def _why_notebooks(then: Mapping[str, Any], job: Job) -> str:
    try:
        sections = notebook_sections(job.notebooks)
        own = job.notebooks / job.slug
        sections |= notebook_sections(own) if own.is_dir() else {}
    except InputError:
        return "the folder of notebooks"
    now = {path.stem: path for path in sections.values()}
    for name in sorted(now.keys() | then.keys()):
        if name not in now:
            return f"the notebook {name}, which is gone"
        if name not in then:
            return f"the notebook {name}, which is new"
        if not is_unchanged(now[name], State(*then[name][1:])):
            return f"the notebook {name}"
    return ""


def _why_source(source: Mapping[str, Any]) -> str:
    kind, place, then = source["kind"], source["source"], source["files"]
    if kind == NEVER:
        return str(source["reason"])
    try:
        now = _FIND[kind](place)
    except (InputError, OSError):
        return f"the files of {place}, which cannot be looked up"
    for path in then:
        if path not in now:
            return f"the file {_name(path)}, which is gone"
    for path, state in now.items():
        if path not in then:
            return f"the file {_name(path)}, which is new"
        known = State(*then[path])
        if not (is_unchanged(Path(path), known) if state is None else state == known):
            return f"the file {_name(path)}"
    return ""


# Of a source the files that are there now; in object storage with their states, on this machine they are looked at.
_FIND: dict[str, Callable[[str], Mapping[str, State | None]]] = {
    FILES: lambda place: dict.fromkeys(map(str, find_local(place))),
    DATABASE_FILE: lambda place: dict.fromkeys(map(str, find_database_files(Path(place)))),
    STORE: find_stored,
}


def _name(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]


def _why_earlier(then: Mapping[str, list[str]], client_dir: Path, as_of: str) -> str:
    for taken, *known in then.values():
        if taken and made_at(Path(taken)) != known[0]:
            return f"the report in {taken}, which is compared with"
        if not taken and (earlier_than(client_dir, as_of) or []) != known:
            return "the earlier report that is compared with"
    return ""


def _why_not_whole(record: Mapping[str, Any], client_dir: Path) -> str:
    """Whether somebody took a part of the report away."""
    folder = client_dir / str(record["as_of"])
    done = [step for step in record["steps"] if step["name"] in record["made_from"]["notebooks"]]
    done = [step for step in done if step["status"] == "done"]
    pages = {"report.html", *("index.html" if s["name"] == _SUMMARY else f"{s['name']}.html" for s in done)}
    for name in record.get("missing", {}):
        return f"the report, whose {name} could not be made"
    for name in sorted({*pages, *record.get("pages", []), *record.get("files", {}).values()} - _filled(folder)):
        return f"the report, of which {name} is missing"
    tables = {f"{name}.{ending}" for step in done for name in step.get("tables", []) for ending in _ENDINGS}
    for name in sorted(tables - _filled(folder / "tables")):
        return f"the report, of which tables/{name} is missing"
    return ""


def _filled(folder: Path) -> set[str]:
    """The names in a folder of what is not empty."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in entries if entry.stat().st_size}
    except OSError:
        return set()


def _checked_time(told: str) -> str:
    datetime.fromisoformat(told)  # raises ValueError for what is none
    return told
