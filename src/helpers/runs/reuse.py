"""Results of an earlier run that hold still: those of a notebook whose key is the same.

They are taken from the report of the same day, from the newest, or from what a failed run left, and copied: a file that
two reports shared would change in both. The sentences between the cells are those of the notebook as it is now.
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pyarrow as pa
import pyarrow.parquet as pq
from nbformat import NotebookNode

from helpers.data.schema import TABLES
from helpers.runs.made_from import VERSION, code_of
from helpers.runs.notebooks import Notebook
from helpers.runs.publish import FAILED
from helpers.runs.states import latest_of, read_record

_INJECTED = "injected-parameters"  # papermill's tag of the cell that it puts in
_OF_A_RUN = ("papermill", "execution")  # in a cell's metadata: when it ran, and for how long
_OF_ALL = ("papermill", "kernelspec", "language_info")  # the same in a notebook's
_UNREADABLE = (OSError, ValueError, TypeError, KeyError, AttributeError, pa.ArrowException)


@dataclass(frozen=True)
class Reusable:
    """A notebook's result in an earlier run.

    folder: of that run's report
    step: what its run.json says of the notebook: status "done", or "skipped" with the reason
    made_at: when it was computed, as run.json writes times
    """

    folder: Path
    step: dict[str, Any]
    made_at: str

    @property
    def done(self) -> bool:
        return bool(self.step["status"] == "done")


def find_reusable(
    client_dir: Path, as_of: str, notebooks: Sequence[Notebook], keys: Mapping[str, str]
) -> dict[str, Reusable]:
    """By notebook, the result of an earlier run that has its key and is whole; notebooks without one are not in it.

    Where the tables hold pseudonyms, which no other notebook could join, there are results of all or of none.
    """
    latest = latest_of(client_dir)
    folders = [client_dir / as_of, *([latest] if latest else []), client_dir / FAILED]
    found: dict[str, Reusable] = {}
    for folder in dict.fromkeys(folders):
        record = read_record(folder)
        if record is None:
            continue
        of_folder = {}
        for notebook in notebooks:
            with contextlib.suppress(*_UNREADABLE):
                if usable := _find_in(folder, record, notebook, keys.get(notebook.name, "")):
                    of_folder[notebook.name] = usable
        if record.get("identifiers") != "pseudonyms":
            found = of_folder | found
        elif len(of_folder) == len(notebooks):
            return of_folder
    return found


def take_over(notebook: Notebook, usable: Reusable, stage: Path) -> dict[str, Any]:
    """Copy a notebook's result into a report that is being made; what its step in run.json says.

    The executed notebook gets the sentences, and the cells' metadata, of the notebook as it is now. Raises OSError
    where the result cannot be copied.
    """
    kept = {name: value for name, value in usable.step.items() if name in ("status", "reason", "asked", "tables")}
    kept |= {"key": usable.step["key"], "reused": True, "made_at": usable.made_at}
    kept |= {"sha256": hashlib.sha256(notebook.path.read_bytes()).hexdigest()} if usable.done else {}
    if not usable.done:
        return kept
    (stage / "notebooks").mkdir(exist_ok=True)
    (stage / "tables" / "findings").mkdir(parents=True, exist_ok=True)
    executed = nbformat.read(_executed(usable.folder, notebook), as_version=4)
    fresh = with_outputs(nbformat.read(notebook.path, as_version=4), executed)
    nbformat.write(fresh, stage / "notebooks" / notebook.path.name)
    for path in _tables(usable.folder, usable.step):
        shutil.copy2(path, stage / "tables")
    said = json.dumps(_findings(usable.folder, notebook.name), indent=1, ensure_ascii=False)
    (stage / "tables" / "findings" / f"{notebook.name}.json").write_text(said, "utf-8")
    return kept


def take_data_step(usable: Reusable, stage: Path) -> list[dict[str, Any]]:
    """Where all results are reused, and the data therefore need no reading: copy the rows that were set aside, and
    give the `inputs` of that run's record."""
    (stage / "tables").mkdir(exist_ok=True)
    for table in TABLES:
        for path in (usable.folder / "tables").glob(f"rejected_{table}.*"):
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, stage / "tables" / path.name)
    return list((read_record(usable.folder) or {}).get("inputs", []))


def _find_in(folder: Path, record: Mapping[str, Any], notebook: Notebook, key: str) -> Reusable | None:
    """The notebook's result in a folder; None where it is of another key, or where something of it is missing."""
    if not key or record["made_from"]["version"] != VERSION or record.get("from_outputs"):
        return None
    step = next((step for step in record["steps"] if step["name"] == notebook.name), None)
    if step is None or step.get("key") != key:
        return None
    usable = Reusable(folder, dict(step), str(step.get("made_at") or record["finished_at"]))
    if step["status"] == "skipped":
        return usable if step.get("reason") else None
    return usable if step["status"] == "done" and _is_whole(folder, step, notebook) else None


def _is_whole(folder: Path, step: Mapping[str, Any], notebook: Notebook) -> bool:
    """Whether the executed notebook, the tables and what the page said are all there; raises what is in
    _UNREADABLE where they are damaged."""
    executed = nbformat.read(_executed(folder, notebook), as_version=4)
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    for cell in cells:
        failed = any(output.output_type == "error" for output in cell.outputs)
        if cell.source.strip() and (failed or cell.execution_count is None):
            return False
    if [cell.source for cell in cells if not _is_injected(cell)] != [source for source, _ in code_of(notebook.path)]:
        return False
    for path in _tables(folder, step):
        if path.suffix == ".parquet":
            pq.read_metadata(path)
        elif not path.stat().st_size:
            return False
    return all(isinstance(said, dict) for said in _findings(folder, notebook.name))


def with_outputs(notebook: NotebookNode, executed: NotebookNode) -> NotebookNode:
    """The notebook as it is now, each code cell with what it gave when it ran, and papermill's cell in its place."""
    ran = iter(cell for cell in executed.cells if cell.cell_type == "code" and not _is_injected(cell))
    injected = [cell for cell in executed.cells if _is_injected(cell)]
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type != "code":
            continue
        then = next(ran)
        cell.outputs, cell.execution_count = then.outputs, then.execution_count
        cell.metadata.update({name: then.metadata[name] for name in _OF_A_RUN if name in then.metadata})
        if "parameters" in cell.metadata.get("tags", []):
            cells += injected
            injected = []
    notebook.cells = [*injected, *cells]  # without a cell of parameters, papermill puts its own on top
    for cell in notebook.cells if notebook.nbformat_minor < 5 else ():
        cell.pop("id", None)
    notebook.metadata.update({name: executed.metadata[name] for name in _OF_ALL if name in executed.metadata})
    return notebook


def _is_injected(cell: NotebookNode) -> bool:
    return _INJECTED in cell.metadata.get("tags", [])


def _executed(folder: Path, notebook: Notebook) -> Path:
    return folder / "notebooks" / notebook.path.name


def _tables(folder: Path, step: Mapping[str, Any]) -> list[Path]:
    """The files of the tables that a notebook saved; raises KeyError where its step does not say which."""
    return [folder / "tables" / f"{name}.{ending}" for name in step["tables"] for ending in ("parquet", "csv")]


def _findings(folder: Path, page: str) -> list[dict[str, Any]]:
    """What a page said: of a failed run in a file of its own, of a published one among all."""
    of_pages = folder / "tables" / "findings"
    if of_pages.is_dir():
        own = of_pages / f"{page}.json"
        said = json.loads(own.read_bytes()) if own.exists() else []
    else:
        said = json.loads(of_pages.with_suffix(".json").read_bytes())
    return [finding for finding in said if finding["page"] == page]
