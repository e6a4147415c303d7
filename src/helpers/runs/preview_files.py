"""What a previewed report is to be made from, as its files are just now, and how a change of them is noticed."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from helpers.runs.earlier_report import check_against
from helpers.runs.job import Job
from helpers.runs.made_from import MadeFrom, made_from
from helpers.runs.notebooks import Notebook, find_notebooks, waits_for
from helpers.runs.params import Params, read_params
from helpers.runs.render import TEMPLATE
from helpers.runs.settings import FILE as SETTINGS
from helpers.runs.settings import read_settings
from helpers.runs.states import digest

Stamps = dict[Path, tuple[int, int] | None]  # size and time of change; None where there is no such file


@dataclass(frozen=True)
class Wanted:
    """What the report is to be made from."""

    params: Params
    notebooks: list[Notebook]  # in the order they run
    sources: MadeFrom
    data: str  # a digest of all that reading them depends on

    def key_of(self, name: str) -> str:
        """The key of a notebook's results; "" where there is no such notebook."""
        return self.sources.keys.get(name, "")

    def content_of(self, name: str) -> tuple[str, str]:
        """Path and hash of a notebook."""
        path, _, _, sha256 = self.sources.record()["notebooks"][name]
        return path, sha256

    def state_of(self, name: str) -> list[Any]:
        """In which state of the files something would fail again if it failed: a notebook, or the data by ""."""
        record = self.sources.record()
        return [*([self.key_of(name), *record["notebooks"][name]] if name else [self.data]), *record["params"]["state"]]

    def before(self, notebook: Notebook) -> list[str]:
        """The notebooks that one waits for."""
        return [other.name for other in self.notebooks if other is not notebook and waits_for(notebook, other)]


def read_wanted(job: Job, folder: Path, known: Wanted | None) -> Wanted:
    """What stands in the files; raises InputError for what is wrong in them, or half-written.

    `folder`: the preview's, beside the client's reports; `known`: what stood there before, so that no file that is as
    it was is read again.
    """
    read_settings(job.project)
    params = read_params(job.params_file, job.notebooks, job.sets)
    check_against(params, folder.parent)
    notebooks = find_notebooks(job.notebooks, params.slug)
    before = None if known is None else {"made_from": known.sources.record()}
    assumed = f"{folder.name} {date.today()}"  # a database that cannot tell is read once, and again the next day
    sources = made_from(params, notebooks, folder.parent, before=before, assumed=assumed)
    parts = [(name, repr(part)) for name, spec in params.data.items() for part in spec.parts]
    data = digest(sources.record()["sources"], parts, str(params.as_of), params.engine, assumed)
    return Wanted(params, notebooks, sources, data)


def look(job: Job, wanted: Wanted | None) -> Stamps:
    """How all files and folders are that a preview depends on."""
    return stamps_of(_watched(job, wanted))


def stamps_of(paths: Iterable[Path]) -> Stamps:
    found: Stamps = {}
    for path in paths:
        try:
            stat = path.stat()
            found[path] = (stat.st_size, stat.st_mtime_ns)
        except OSError:
            found[path] = None
    return found


def is_half_written(path: Path) -> bool:
    """Whether a notebook or parameter file is one that is just being saved: not JSON to its end, or empty."""
    try:
        content = path.read_bytes()
        if path.suffix == ".ipynb":
            json.loads(content)
        return not content.strip()
    except (OSError, ValueError, RecursionError):
        return True


def _watched(job: Job, wanted: Wanted | None) -> Iterator[Path]:
    """The files, and the folders in which there may be more of them."""
    yield from (job.params_file, job.project / SETTINGS)
    for folder, kind in ((job.notebooks, "*.ipynb"), (job.notebooks / job.slug, "*.ipynb"), (TEMPLATE, "*")):
        yield folder
        yield from folder.glob(kind)
    if wanted is not None:
        record = wanted.sources.record()
        named = [path for source in record["sources"] for path in source["files"] if "://" not in path]
        for path in {Path(name) for name in [*named, *record["files"]]}:
            yield from (path, path.parent)
