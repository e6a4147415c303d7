"""The little a notebook needs besides charts and tables: say a finding, save a result table, load another's.

A kernel runs one notebook, so the page it writes to is the module's state, set once by `open_page`.
"""

import json
import math
import shutil
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.spreadsheets import safe_frame
from helpers.errors import InputError
from helpers.story.results import check_result, declared
from helpers.story.statement import Statement
from helpers.story.units import in_unit

FINDINGS = "findings.json"
_APART = "findings"  # the folder of pages' own files


@dataclass(frozen=True)
class Html:
    """Markup made here; what comes from data was escaped by its maker."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


@dataclass(frozen=True)
class _Page:
    name: str
    tables: Path


_page: _Page | None = None


def open_page(name: str, run_dir: Path) -> None:
    """Direct what this kernel says and saves to `run_dir`; forget what the page said before."""
    global _page
    _page = _Page(name, run_dir / "tables")
    _page.tables.mkdir(parents=True, exist_ok=True)
    forget_page(_page.tables, name)


def say(statement: Statement) -> Html:
    """Put a statement on the page, and in findings.json for the cover; said again, it takes its old place.

    A statement without text says nothing: its narrator had nothing to add.
    """
    page = _current()
    if not statement.text:
        return Html("")
    statement = _in_unit(statement)
    said = {f["key"]: f for f in _read(_file(page.tables, page.name))}
    said[statement.key] = statement.as_record(page.name)
    _write(list(said.values()), _file(page.tables, page.name))
    return Html(statement_html(statement))


def _in_unit(statement: Statement) -> Statement:
    figures = tuple(replace(f, label=in_unit(f.label), note=in_unit(f.note)) for f in statement.figures)
    text, action, needs = (in_unit(said) for said in (statement.text, statement.action, statement.needs))
    return replace(statement, text=text, action=action, needs=needs, figures=figures)


def statement_html(statement: Statement) -> str:
    action = (
        f'<p class="say-action"><strong>What to do</strong> {escape(statement.action)}</p>' if statement.action else ""
    )
    needs = f' data-needs="{escape(statement.needs)}"' if statement.needs else ""
    if statement.aside:
        return f'<p class="note">{escape(f"{statement.text} {statement.action}".strip())}</p>'
    return f'<div class="say say-{statement.verdict}"{needs}><p>{escape(statement.text)}</p>{action}</div>'


def save_table(name: str, frame: pd.DataFrame) -> None:
    """Write a result table as Parquet and CSV to the run's tables, if it is what its page declares in `results.py`
    (docs/tables.md); raises InputError if not. A table that the page does not declare is written as it is."""
    page = _current()
    folder, table = page.tables, declared(page.name).get(name)
    frame = check_result(frame, table) if table else frame
    times = frame.select_dtypes("datetime").columns
    frame = frame.astype(dict.fromkeys(times, "datetime64[us]"))  # which unit they come in is the engine's choice
    frame.to_parquet(folder / f"{name}.parquet", index=False)
    safe_frame(frame).to_csv(folder / f"{name}.csv", index=False)
    saved = dict.fromkeys([*saved_tables(folder, page.name), name])
    _list_of_tables(folder, page.name).write_text("".join(f"{one}\n" for one in saved), "utf-8")


def load_table(name: str) -> pd.DataFrame:
    """A table another notebook of this run has saved; without rows and columns where it has not run."""
    path = _current().tables / f"{name}.parquet"
    return pd.read_parquet(path) if path.is_file() else pd.DataFrame()


def load_findings() -> list[dict[str, Any]]:
    """What all notebooks of this run have said so far."""
    return read_findings(_current().tables)


def load_steps() -> list[dict[str, Any]]:
    """The steps of this run as run.json has them: name, title, status, reason; empty outside a run."""
    record = _current().tables.parent / "run.json"
    return json.loads(record.read_text("utf-8"))["steps"] if record.is_file() else []


def read_findings(tables: Path) -> list[dict[str, Any]]:
    """What all pages said, in the order of pages and, within a page, as said.

    While a report is made each page has a file of its own, since pages are made side by side; a finished report has
    one file for all.
    """
    apart = sorted((tables / _APART).glob("*.json"))
    pages = {path.stem for path in apart}
    joined = [f for f in _read(tables / FINDINGS) if f["page"] not in pages]
    return sorted([*joined, *(f for path in apart for f in _read(path))], key=lambda f: f["page"])


def join_findings(tables: Path) -> None:
    """Put what the pages said into the one file that a finished report has."""
    _write(read_findings(tables), tables / FINDINGS)
    shutil.rmtree(tables / _APART, ignore_errors=True)


def saved_tables(tables: Path, page: str) -> list[str]:
    """The names of the tables that a page has saved, while its report is being made."""
    listed = _list_of_tables(tables, page)
    return listed.read_text("utf-8").splitlines() if listed.is_file() else []


def forget_page(tables: Path, page: str) -> None:
    """Take back what a page said."""
    (tables / _APART).mkdir(exist_ok=True)
    _write([], _file(tables, page))
    _list_of_tables(tables, page).unlink(missing_ok=True)


def _list_of_tables(tables: Path, page: str) -> Path:
    return tables / _APART / f"{page}.tables"


def _file(tables: Path, page: str) -> Path:
    return tables / _APART / f"{page}.json"


def _read(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text("utf-8")) if path.is_file() else []


def _write(findings: list[dict[str, Any]], path: Path) -> None:
    """Whole or not at all: the cover's notebook may look at any time."""
    text = json.dumps(_as_plain(findings), indent=1, ensure_ascii=False, allow_nan=False)
    fresh = path.with_name(f".{path.name}")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)


def _as_plain(value: Any) -> Any:
    """The value in what JSON knows: no numpy scalars, and null for what is not known (JSON has no NaN)."""
    if isinstance(value, dict):
        return {str(key): _as_plain(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_as_plain(v) for v in value]
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, str | int | float) else str(value)


def _current() -> _Page:
    if _page is None:
        raise InputError("No page is open", mend="Run the notebook from its top: open_client opens the page.")
    return _page
