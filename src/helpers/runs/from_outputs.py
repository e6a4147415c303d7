"""A report made of notebooks as they were saved in JupyterLab, with their outputs; nothing is executed.

The client's own notebooks that hold outputs are rendered as they are; their tables and findings come from the draft,
where a notebook outside a run keeps them. All other pages are those of the report of the same day, which must be there.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup

from helpers.errors import InputError
from helpers.runs.knobs import read_knobs
from helpers.runs.notebook_diff import read_cells
from helpers.runs.notebooks import SUMMARY, Notebook, find_notebooks
from helpers.runs.own import page_note, say_overruled
from helpers.runs.params import Params
from helpers.runs.pipeline import write_report
from helpers.runs.project import Project
from helpers.runs.pseudonyms import make_key, replace_identifiers
from helpers.runs.publish import check_stage, open_stage
from helpers.runs.record import titles_of
from helpers.runs.render import Page, Reading
from helpers.story import fmt
from helpers.story.notebook import FINDINGS, read_findings
from helpers.story.units import in_unit, unit_of

_MEND = "In JupyterLab, choose Run > Restart Kernel and Run All Cells, and save."
_ENDINGS = ("parquet", "csv")


@dataclass(frozen=True)
class Saved:
    """A report that is made and checked, to be moved from `stage` to `target`. notes: what the user is told."""

    stage: Path
    target: Path
    notes: tuple[str, ...]


def saved_outputs(
    params: Params, project: Project, *, notebooks_dir: Path | None = None, reports_dir: Path | None = None
) -> Saved:
    """Make the report of a client from its own notebooks' saved outputs, in a stage beside its place.

    Raises InputError in one sentence, and leaves nothing, where no notebook has outputs, they do not belong together or
    to this client, or there is no report of the day to take the other pages from.
    """
    notebooks = find_notebooks((notebooks_dir or project.notebooks).resolve(), params.slug)
    saved = [notebook for notebook in notebooks if notebook.own and _has_outputs(notebook.path)]
    if not saved:
        raise InputError(
            f"No notebook of {params.slug}'s own holds outputs",
            where=f"kit render {params.slug}",
            mend=f"Open one with `kit open {params.slug} rfm`, run all its cells and save it.",
        )
    drafts = {notebook.name: _check_belongs(notebook, params, project) for notebook in saved}
    client_dir = (reports_dir or project.reports).resolve() / params.slug
    target = client_dir / str(params.as_of)
    record = _published_record(target, params)
    stage = open_stage(client_dir, str(params.as_of))
    fmt.use_locale(params.locale)
    try:
        for folder in ("tables", "notebooks"):
            shutil.copytree(target / folder, stage / folder)
        for notebook in saved:
            shutil.copyfile(notebook.path, stage / "notebooks" / notebook.path.name)
            _take_tables(notebook, drafts[notebook.name], stage, params)
        _mark(record, saved, params)
        pages = _pages(record, notebooks, saved, stage)
        with Reading(params.unit) as reading:
            for page in pages:
                reading.add(page)
            inputs = len(record.get("inputs", []))
            made, written = write_report(params, titles_of(record["steps"]), inputs, reading, stage)
        record["files"], record["pages"] = made.files, [path.name for path in written]
        (stage / "run.json").write_text(json.dumps(record, indent=1, ensure_ascii=False), "utf-8")
        check_stage(stage, [path.name for path in written])
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    finally:
        fmt.use_locale("")
    overruled = (say_overruled(params, n.path, "the outputs are those of the first cell") for n in saved)
    return Saved(stage, target, tuple(note for note in overruled if note))


def check_outputs(notebook: Path) -> None:
    """Refuse a saved notebook unless every code cell has run, in order and without an error, naming the first that
    has not."""
    last = 0
    for number, (cell, read) in enumerate(zip(_read(notebook).cells, read_cells(notebook)[0], strict=True), start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        where = f"{notebook.parent.name}/{notebook.name}, cell {number}, {read.place}"
        if any(output.output_type == "error" for output in cell.outputs):
            raise InputError("This cell ended in an error", where=where, mend=_MEND)
        if cell.execution_count is None:
            raise InputError("This cell has not been run", where=where, mend=_MEND)
        if cell.execution_count <= last:
            raise InputError("This cell ran before one that stands above it", where=where, mend=_MEND)
        last = cell.execution_count


def _read(notebook: Path) -> nbformat.NotebookNode:
    return nbformat.read(notebook, as_version=4)


def _has_outputs(notebook: Path) -> bool:
    return any(cell.get("outputs") for cell in _read(notebook).cells)


def _check_belongs(notebook: Notebook, params: Params, project: Project) -> Path:
    """The folder of tables that a saved notebook wrote; refuses one whose outputs are not whole, another client's, or
    not those that the tables were saved with."""
    shown = f"{notebook.path.parent.name}/{notebook.path.name}"
    check_outputs(notebook.path)
    knobs = read_knobs(notebook.path)
    folder = notebook.path.parent
    params_file = knobs.get("params_file")
    if params_file and (folder / params_file.default).resolve() != params.path:
        raise InputError(
            f"This notebook ran for {params_file.default}, not for {params.path.name}", where=shown, mend=_MEND
        )
    run_dir = knobs["run_dir"].default if "run_dir" in knobs else ""
    tables = ((folder / run_dir).resolve() if run_dir else project.reports / params.slug / "draft") / "tables"
    missing = sorted(name for name in notebook.writes if not (tables / f"{name}.parquet").exists())
    if missing:
        raise InputError(
            f"This notebook saves {fmt.listing(missing)}, not to be found in {project.show(tables)}",
            where=shown,
            mend=_MEND,
        )
    said = {finding["text"] for finding in read_findings(tables) if finding["page"] == notebook.name}
    unknown = [text for text in _statements(notebook.path) if text not in said]
    if unknown:
        raise InputError(
            f"The notebook says “{unknown[0]}”, which is not among the findings in {project.show(tables)}: "
            "these come from another run",
            where=shown,
            mend=_MEND,
        )
    return tables


def _statements(notebook: Path) -> list[str]:
    """What the saved outputs say."""
    outputs = [output for cell in _read(notebook).cells for output in cell.get("outputs", [])]
    markup = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
    return [box.p.get_text() for box in BeautifulSoup(markup, "html.parser").select("div.say") if box.p]


def _published_record(target: Path, params: Params) -> dict[str, Any]:
    """The record of the report that the other pages are taken from."""
    mend = f"Make it with `kit run {params.slug}`."
    try:
        record: dict[str, Any] = json.loads((target / "run.json").read_text("utf-8"))
    except FileNotFoundError:
        what = f"There is no report of {params.as_of}, from which the other pages are taken"
        raise InputError(what, where=f"kit render {params.slug}", mend=mend) from None
    except ValueError:
        what = f"The report of {params.as_of} is damaged: its run.json cannot be read"
        raise InputError(what, where=f"kit render {params.slug}", mend=mend) from None
    now = {"currency": params.currency, "unit": params.unit, "identifiers": params.privacy.identifiers}
    for key, value in now.items():
        if record.get(key, value) != value:
            raise InputError(
                f"The report of {params.as_of} has {key} {record[key]}, {params.path.name} has {value}, and pages of "
                "both do not go together",
                where=f"kit render {params.slug}",
                mend=mend,
            )
    return record


def _take_tables(notebook: Notebook, tables: Path, stage: Path, params: Params) -> None:
    """Put a saved notebook's tables and findings in place of those that its page had."""
    taken = stage / ".taken"
    taken.mkdir()
    for name in notebook.writes:
        for ending in _ENDINGS:
            source = tables / f"{name}.{ending}"
            if source.is_dir():  # Spark writes a folder
                shutil.copytree(source, taken / source.name)
            elif source.is_file():
                shutil.copyfile(source, taken / source.name)
    if params.privacy.salt and params.privacy.identifiers == "pseudonyms":  # the draft holds the numbers
        replace_identifiers(taken, make_key(params.privacy.salt, params.slug))
    for name in notebook.writes:
        for ending in _ENDINGS:
            place, fresh = stage / "tables" / f"{name}.{ending}", taken / f"{name}.{ending}"
            if place.is_dir():
                shutil.rmtree(place)
            place.unlink(missing_ok=True)
            if fresh.exists():
                fresh.rename(place)
    taken.rmdir()
    kept = [finding for finding in read_findings(stage / "tables") if finding["page"] != notebook.name]
    said = [finding for finding in read_findings(tables) if finding["page"] == notebook.name]
    text = json.dumps(sorted(kept + said, key=lambda f: f["page"]), indent=1, ensure_ascii=False)
    (stage / "tables" / FINDINGS).write_text(text, "utf-8")


def _mark(record: dict[str, Any], saved: Sequence[Notebook], params: Params) -> None:
    """Make the published report's record say what is rendered as saved."""
    record.pop("made_from", None)  # so that the next run makes the report anew
    record["from_outputs"], record["finished_at"] = True, datetime.now(UTC).isoformat(timespec="seconds")
    steps = record["steps"]
    for notebook in saved:
        step = {
            "name": notebook.name,
            "title": in_unit(notebook.title, unit_of(notebook.name, params.unit)),
            "status": "done",
            "sha256": hashlib.sha256(notebook.path.read_bytes()).hexdigest(),
            "own": True,
            "from_outputs": True,
            "saved_on": str(datetime.fromtimestamp(notebook.path.stat().st_mtime).date()),
        }
        names = [known["name"] for known in steps]
        if notebook.name in names:
            steps[names.index(notebook.name)] = step
        else:  # before the cover and the pages
            steps.insert(names.index(SUMMARY) if SUMMARY in names else len(steps), step)


def _pages(record: dict[str, Any], notebooks: Sequence[Notebook], saved: Sequence[Notebook], stage: Path) -> list[Page]:
    """All pages, each with what its reader is to know of how it was made."""
    by_name = {notebook.name: notebook for notebook in notebooks}
    titles = {step["name"]: step["title"] for step in record["steps"]}
    pages = []
    for step in sorted(record["steps"], key=lambda one: one["name"]):
        name, file = step["name"], stage / "notebooks" / f"{step['name']}.ipynb"
        if step["status"] != "done" or not file.is_file():
            continue
        saved_on = date.fromisoformat(step["saved_on"]) if "saved_on" in step else None
        notes = [page_note(saved_on)] if step.get("own") else []
        renewed = [n for n in saved if name in by_name and n.name != name and _builds_on(by_name[name], n)]
        if renewed and not step.get("from_outputs"):
            told = fmt.listing([f"“{titles[n.name]}”" for n in renewed])
            notes.append(f"This page was made before {told} {'was' if len(renewed) == 1 else 'were'} renewed.")
        page = by_name[name].page if name in by_name else "index.html" if name == SUMMARY else f"{name}.html"
        pages.append(Page(name, file, page, " ".join(notes)))
    return pages


def _builds_on(reader: Notebook, other: Notebook) -> bool:
    return bool(other.writes & reader.reads) or "*" in reader.reads
