"""What a report was made from, for run.json; and of each notebook a key: a digest of all that its result depends on.

A key is made of the kit, the data, the head of the parameter file, the notebook's own knobs and the code of its
cells, and of the keys of the notebooks it waits for, as in a Merkle tree. So a changed notebook or knob changes its own
key and those of the notebooks that read its tables, and no other; changed data change all. Sentences between the cells
are in no key: they are rendered, not run.

`unchanged.py` compares the record with what is there now.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.data.local_files import ENDINGS, find_local
from helpers.errors import InputError
from helpers.runs.states import (
    State,
    digest,
    earlier_than,
    environment_of,
    is_day,
    kit_digest,
    read_record,
    state_of,
)

if TYPE_CHECKING:  # both are slow to import, and who asks whether something changed needs neither
    from helpers.data.spec import PartSpec
    from helpers.runs.notebooks import Notebook
    from helpers.runs.params import Params

VERSION = 1  # of the record; raise when it is written otherwise
FILES, DATABASE_FILE, STORE, NEVER = "files", "database_file", "store", "never"  # kinds of sources
IN_DATABASE = "its data are in a database, which does not say whether they changed"
BEHIND_KEY = "its data are at an address with a key in it, which is not kept"
_OPENS_EARLIER = re.compile(r"\bopen_earlier\b")  # a notebook that compares with an earlier report
_READS_STEPS = re.compile(r"\bload_steps\b")  # one that tells of the others by their titles


@dataclass(frozen=True)
class MadeFrom:
    """What a report is made from.

    keys: by notebook; "" where the data do not say whether they changed, so that no result of theirs is used again
    """

    keys: dict[str, str]
    _record: dict[str, Any] = field(repr=False)

    def record(self) -> dict[str, Any]:
        """For run.json, as `made_from`: plain values, without secrets."""
        return self._record

    def changed_since(self, inputs: Iterable[Mapping[str, Any]], steps: Iterable[Mapping[str, Any]] = ()) -> list[str]:
        """The files that are not the ones the keys were made of: of the data read (path, sha256), and of the notebooks
        that ran (name, sha256). Where there are any, the keys hold for nothing."""
        known = {path: state for source in self._record["sources"] for path, state in source["files"].items()}
        now = {str(one["path"]): one["sha256"] for one in inputs}
        for step in steps:
            if "sha256" in step:
                path, *state = self._record["notebooks"][step["name"]]
                known[path], now[path] = state, step["sha256"]
        then = {path: state[2] for path, state in known.items()}
        return sorted(path for path, sha256 in now.items() if sha256 and then.get(path) not in (None, "", sha256))


def made_from(
    params: "Params",
    notebooks: Sequence["Notebook"],
    client_dir: Path,
    *,
    only: Sequence[str] = (),
    before: Mapping[str, Any] | None = None,
    assumed: str = "",
) -> MadeFrom:
    """What the report of a client is made from, as things stand now: to be asked before the data are read.

    `notebooks` are all of the client's, in the order they run; `before` is the run.json of an earlier report, whose
    files need not be read again where size and time are the same. `assumed` stands for the content of data that do not
    say whether they changed, for who reads them once and keeps them. Raises InputError for a file that cannot be read.
    """
    known = _known_files(before)
    content = params.path.read_bytes()
    sources = [_look(part, known) for spec in params.data.values() for part in spec.parts]
    others = _files([path for path in (params.brand.logo, params.brand.deck) if path], known)
    named = {notebook.name: _named_files(params, notebook, known) for notebook in notebooks}
    earlier = _earlier_reports(params, notebooks, client_dir)
    reason = next((str(source["reason"]) for source in sources if source["kind"] == NEVER), "")
    record = {
        "version": VERSION,
        "kit": kit_digest(),
        "params": {"path": str(params.path), "state": _state_of_params(params)},
        "environment": environment_of(content, params.overrides),
        "sets": list(params.overrides),
        "only": list(only),
        "notebooks": {n.name: [str(n.path), *state_of(n.path, known.get(str(n.path)))] for n in notebooks},
        "sources": sources,
        "files": others | {path: state for files in named.values() for path, state in files.items()},
        "earlier": earlier,
        "cannot_tell": reason,
    }
    data = digest(_digest_data(params, sources), assumed) if reason else _digest_data(params, sources)
    keys = {} if reason and not assumed else _keys(params, notebooks, data, named, earlier, only)
    plain: dict[str, Any] = json.loads(json.dumps(record))
    return MadeFrom({notebook.name: keys.get(notebook.name, "") for notebook in notebooks}, plain)


def find_database_files(file: Path) -> list[Path]:
    """A database's file, and what was written and is not in it yet: SQLite's log, DuckDB's log."""
    return [p for p in (file, Path(f"{file}-wal"), Path(f"{file}.wal")) if p.is_file()]


def find_stored(address: str) -> dict[str, State]:
    """The files of an address in object storage, as the store has them; raises InputError where there are none."""
    from helpers.data.reading.remote import list_remote

    return {str(file): State(file.size, file.version) for file in list_remote(address, ENDINGS)}


def _state_of_params(params: "Params") -> State:
    """Of the file as it was when it was read; where it is another by now, its time is none that a file has."""
    now = state_of(params.path)
    return now if now.sha256 == params.sha256 else State(now.size, -1, params.sha256)


def _look(part: "PartSpec", known: Mapping[str, State]) -> dict[str, Any]:
    """A part's source, its kind, and its files with their states."""
    from helpers.data.urls import database_file, is_database, is_remote, without_secrets

    source, shown = part.source, without_secrets(part.source)
    if is_database(source):
        file = database_file(source)
        if file is None:
            return {"source": part.place, "kind": NEVER, "reason": IN_DATABASE, "files": {}}
        return {"source": str(file), "kind": DATABASE_FILE, "files": _files(find_database_files(file), known)}
    if is_remote(source):
        files = find_stored(source)
        if shown != source:  # it cannot be asked again without what may not be kept
            return {"source": shown, "kind": NEVER, "reason": BEHIND_KEY, "files": files}
        return {"source": source, "kind": STORE, "files": files}
    return {"source": source, "kind": FILES, "files": _files(_find(source), known)}


def _find(source: str) -> list[Path]:
    try:
        return find_local(source)
    except OSError as error:
        raise InputError(f"This cannot be looked into: {error.strerror or 'no reason given'}", where=source) from None


def _files(paths: Sequence[Path], known: Mapping[str, State]) -> dict[str, State]:
    return {str(path): state_of(path, known.get(str(path))) for path in paths}


def _named_files(params: "Params", notebook: "Notebook", known: Mapping[str, State]) -> dict[str, State]:
    """Files that a notebook's knobs name, counted from the parameter file; of a report to keep groups of, its model."""
    from helpers.data.features.kept import find_kept

    base = params.path.parent
    files: dict[str, State] = {}
    for name, value in params.knobs.get(notebook.section, {}).items():
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            continue
        try:
            if name == "keep":
                files |= _files([found] if (found := find_kept(value, base)) else [], known)
            elif (base / value).exists():
                files |= _files(find_local(str(base / value)), known)
        except (InputError, OSError):  # a text too long for a path, nothing to keep: the notebook says what is wrong
            continue
    return files


def _earlier_reports(params: "Params", notebooks: Sequence["Notebook"], client_dir: Path) -> dict[str, list[str]]:
    """By notebook that compares with an earlier report: its date or folder, and when it was made; with "" in front
    where it is the one taken unless told otherwise. No list where there is none. The cover takes that of the review."""
    from helpers.runs.notebooks import SUMMARY

    found: dict[str, list[str]] = {}
    for notebook in notebooks:
        if not any(_OPENS_EARLIER.search(source) for source, _ in code_of(notebook.path)):
            continue
        section = "review" if notebook.name == SUMMARY else notebook.section
        against = str(params.knobs.get(section, {}).get("against", ""))
        if against in ("", "latest"):
            found[notebook.name] = ["", *(earlier_than(client_dir, str(params.as_of)) or [])]
        else:
            folder = client_dir / against if is_day(against) else params.path.parent / against
            found[notebook.name] = [str(folder), made_at(folder)]
    return found


def made_at(folder: Path) -> str:
    """When a report was made, as its run.json has it; "" where it does not say."""
    return str((read_record(folder) or {}).get("finished_at", ""))


def code_of(notebook: Path) -> list[tuple[str, list[str]]]:
    """The source and the tags of each code cell."""
    cells = json.loads(notebook.read_bytes())["cells"]
    return [("".join(c["source"]), list(c["metadata"].get("tags", []))) for c in cells if c["cell_type"] == "code"]


def _digest_data(params: "Params", sources: Sequence[Mapping[str, Any]]) -> str:
    """Of where the tables come from, how their columns map, and the files' content, whenever they were written."""
    parts = [(name, repr(part)) for name, spec in params.data.items() for part in spec.parts]
    content = [
        [(path, state.sha256 or [state.size, state.mtime_ns]) for path, state in source["files"].items()]
        for source in sources
    ]
    return digest(parts, content)


def _digest_head(params: "Params") -> str:
    """Of what a notebook knows of the client besides its data: all of the head but what pages and slides look like."""
    privacy = params.privacy.model_dump(mode="json")
    about = [params.client, params.slug, str(params.as_of), params.currency, params.business_model, params.unit]
    benchmarks = [benchmark.model_dump(mode="json") for benchmark in params.benchmarks]
    return digest(about, params.locale, params.engine, params.brand.color, privacy, benchmarks)


def _keys(
    params: "Params",
    notebooks: Sequence["Notebook"],
    data: str,
    named: Mapping[str, Mapping[str, State]],
    earlier: Mapping[str, list[str]],
    only: Sequence[str],
) -> dict[str, str]:
    from helpers.runs.notebooks import waits_for

    common = digest(VERSION, kit_digest(), data, _digest_head(params))
    keys: dict[str, str] = {}
    for notebook in notebooks:
        code = code_of(notebook.path)
        content = sorted((path, state.sha256) for path, state in named[notebook.name].items())
        own = digest(code, params.knobs.get(notebook.section, {}), notebook.needs, content, earlier.get(notebook.name))
        told: list[Any] = list(_titles(notebooks)) if any(_READS_STEPS.search(source) for source, _ in code) else []
        told += sorted(only) if told or "*" in notebook.reads else []  # what the others said, where not all ran
        before = [other for other in notebooks if other is not notebook and waits_for(notebook, other)]
        keys[notebook.name] = digest(common, own, told, [(other.name, keys[other.name]) for other in before])
    return keys


def _titles(notebooks: Sequence["Notebook"]) -> Iterator[tuple[str, str]]:
    return ((notebook.name, notebook.title) for notebook in notebooks)


def _known_files(before: Mapping[str, Any] | None) -> dict[str, State]:
    """The states of the files of an earlier report, by path; none where its record is not as it is written here."""
    made = (before or {}).get("made_from")
    if not isinstance(made, dict) or made.get("version") != VERSION:
        return {}
    try:
        known = {path: State(*state) for path, state in made["files"].items()}
        for source in made["sources"]:
            if source["kind"] in (FILES, DATABASE_FILE):
                known |= {path: State(*state) for path, state in source["files"].items()}
        return known | {path: State(*state) for path, *state in made["notebooks"].values()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}
