"""A client's own version of a notebook: how it is made, whose knobs hold, and what is told when it no longer fits.

`notebooks/acme/02_rfm.ipynb` is copied from the kit's with the client's parameter file and knobs in its first cell.
The kit's notebook as it was then is kept as `notebooks/acme/.kit/02_rfm.ipynb`: a file of its own that version control
keeps, that any tool for three-way comparison takes, and that saving the copy in JupyterLab cannot change.
"""

import ast
import json
import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from helpers.errors import InputError, ThinDataError, nearest
from helpers.runs.knobs import parameters_cell, read_knobs
from helpers.runs.notebooks import Notebook
from helpers.runs.params import QUOTES, Params
from helpers.story import fmt

_KITS = ".kit"


def find_section(asked: str, sections: Mapping[str, Path], command: str) -> str:
    """The section meant by its name, "rfm", or its file's, "02_rfm". Raises InputError naming the nearest."""
    by_name = {path.stem: section for section, path in sections.items()} | {section: section for section in sections}
    name = asked.removesuffix(".ipynb")
    if name in by_name:
        return by_name[name]
    near = nearest(name, sections)
    if near:
        raise InputError(f"there is no section {asked}; did you mean {near}?", where=command)
    raise InputError(f"there is no section {asked}", where=command, allowed=", ".join(sections))


def base_of(own: Path) -> Path:
    """Where the kit's notebook is kept as it was when `own` was copied from it."""
    return own.parent / _KITS / own.name


def make_copy(notebook: Path, own: Path, params: Params) -> None:
    """Write a client's copy of the kit's `notebook`: the parameter file and its knobs stand in the first cell, the rest
    is as it was. Raises InputError where it has no cell for them, and OSError."""
    source = parameters_cell(notebook)
    content = notebook.read_bytes()
    made = json.loads(content)
    where = Path(os.path.relpath(params.path, own.parent.resolve())).as_posix()
    knobs = params.knobs.get(own.stem.partition("_")[2], {})
    for cell in made["cells"]:
        if cell["cell_type"] != "code":
            continue
        cell["outputs"], cell["execution_count"] = [], None  # those of another client, if any
        if "parameters" in cell["metadata"].get("tags", []):
            cell["source"] = fill_in(source, {"params_file": where, **knobs}).splitlines(keepends=True)
    base = base_of(own)
    base.parent.mkdir(parents=True, exist_ok=True)
    base.write_bytes(content)
    fresh = base.with_suffix(".new")  # a copy that is there is whole
    fresh.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    fresh.rename(own)


def fill_in(source: str, values: Mapping[str, Any]) -> str:
    """A parameters cell with these values in place of its own; order, types and comments stay."""
    lines = source.encode("utf-8").splitlines(keepends=True)  # ast counts columns in bytes
    for statement in reversed(ast.parse(source).body):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        if statement.target.id in values and statement.value is not None:
            old, value = statement.value, written(values[statement.target.id])
            first, last = old.lineno - 1, (old.end_lineno or old.lineno) - 1
            kept = lines[first][: old.col_offset], lines[last][old.end_col_offset :]
            lines[first : last + 1] = [kept[0] + value.encode("utf-8") + kept[1]]
    return b"".join(lines).decode("utf-8")


def written(value: Any) -> str:
    """A knob's value as Python has it, with double quotes."""
    if isinstance(value, list):
        return f"[{', '.join(written(part) for part in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(str(key))}: {written(part)}" for key, part in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def say_overruled(params: Params, own: Path, holds: str = "the parameter file holds") -> str:
    """One sentence on the knobs that the parameter file sets and the first cell of a client's own version has
    otherwise; "" where they agree. What --set says is not told: who typed it knows."""
    section = own.stem.partition("_")[2]
    typed = {override.partition("=")[0].replace(" ", "") for override in params.overrides}
    there = read_knobs(own)
    differ = [
        (name, value, there[name].default)
        for name, value in params.knobs.get(section, {}).items()
        if name in there
        and there[name].default != value
        and f"{section}.{name}" not in typed
        # `quotes: false` says it, not the section
        and (name != QUOTES or params.privacy.quotes)
    ]
    if not differ:
        return ""
    sets = fmt.listing([f"{section}.{name} to {written(value)}" for name, value, _ in differ])
    has = fmt.listing([written(default) for *_, default in differ])
    return f"{params.path.name} sets {sets} where the first cell of {own.parent.name}/{own.name} has {has}; {holds}."


def say_unsaved(notebook: Notebook, notebooks: Iterable[Notebook]) -> str:
    """The tables that a client's own notebook reads and none saves, as the end of a sentence; "" if none."""
    unsaved = notebook.reads - {"*"} - {table for other in notebooks for table in other.writes}
    if not notebook.own or not unsaved:
        return ""
    return f"reads the table{'s' * (len(unsaved) > 1)} {fmt.listing(sorted(unsaved))}, which no notebook saves now"


def notes_on(notebook: Notebook, notebooks: Iterable[Notebook], params: Params) -> list[str]:
    """What a run tells of a client's own notebook before it runs, each one sentence; nothing of the kit's."""
    if not notebook.own:
        return []
    unsaved = say_unsaved(notebook, notebooks)
    shown = f"{notebook.path.parent.name}/{notebook.path.name}"
    told = [f"{shown} {unsaved}. {notebook.diff_hint}".strip()] if unsaved else []
    overruled = say_overruled(params, notebook.path)
    return [*told, overruled] if overruled else told


def explain_misfit(error: InputError, notebook: Notebook, notebooks: Iterable[Notebook]) -> InputError:
    """The error of a client's own notebook with what may be behind it: the kit has moved on since it was copied."""
    if isinstance(error, ThinDataError) or not notebook.diff_hint:
        return error
    unsaved = say_unsaved(notebook, notebooks)
    whose = f"This is {notebook.path.parent.name}'s own version of the notebook{f' and {unsaved}' * bool(unsaved)}"
    before = f"{error.mend.rstrip('.')}. " if error.mend else ""
    mend = f"{before}{whose}: {notebook.diff_hint}"
    return type(error)(error.what, where=error.where, allowed=error.allowed, mend=mend)


def page_note(saved_on: date | None = None) -> str:
    """What the reader of a client's own page is told of it; `saved_on`: the day, where it is shown as it was saved."""
    note = "This page is this client's own version, not the standard one."
    return f"{note} It is shown as it was saved on {fmt.day(saved_on)}." if saved_on else note
