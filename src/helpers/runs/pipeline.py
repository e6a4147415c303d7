"""One client's report, from the parameter file to the published folder.

Data are read once, notebooks run in the order of who reads whose tables, pages are rendered, and the folder is
published whole. Whatever goes wrong is one ClientFailed with one message; the last good report stays.
"""

import contextlib
import hashlib
import json
import platform
import shutil
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from helpers.data.client_data import ClientData, open_data, remove_data
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.schema import TABLES
from helpers.data.spreadsheets import safe_table
from helpers.errors import InputError, ParamsError, ThinDataError
from helpers.runs.earlier import remembering
from helpers.runs.earlier_report import check_against
from helpers.runs.kernels import execute_notebook
from helpers.runs.notebooks import Notebook, find_notebooks, read_need
from helpers.runs.params import Params
from helpers.runs.progress import Reporter, brief
from helpers.runs.project import DATA_FOLDER, Project
from helpers.runs.pseudonyms import make_key, replace_identifiers, tables_of_persons
from helpers.runs.publish import check_stage, keep_failed, open_stage, publish
from helpers.runs.render import Page, ReportInfo, render_pages
from helpers.story import fmt
from helpers.story.notebook import forget_page
from helpers.story.phrases import told_by
from helpers.story.units import in_unit, unit_of

RECORDED_PACKAGES = (
    "customer-report-kit",
    "papermill",
    "nbconvert",
    "pandas",
    "numpy",
    "scikit-learn",
    "scipy",
    "statsmodels",
    "ibis-framework",
    "duckdb",
    "matplotlib",
)


class ClientFailed(InputError):  # noqa: N818  # reads as what happened, beside ParamsError and InputError
    """A client's run ended without a report; the message is what the user is told."""


@dataclass
class _Run:
    """The record of a run while it is being made; written as run.json."""

    params: Params
    notebooks: Path
    steps: list[dict[str, Any]] = field(default_factory=list)
    status: str = "running"
    error: str = ""
    inputs: list[dict[str, Any]] = field(default_factory=list)
    started_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def write(self, folder: Path) -> None:
        record = {
            "client": self.params.client,
            "as_of": str(self.params.as_of),
            "currency": self.params.currency,
            "unit": self.params.unit,
            "identifiers": self.params.privacy.identifiers,  # as the published tables hold them
            "status": self.status,
            "error": self.error,
            "started_at": self.started_at,
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "steps": self.steps,
            "inputs": self.inputs,
            "params": {
                "path": str(self.params.path),
                "sha256": self.params.sha256,
                "notebooks": str(self.notebooks),  # whose knobs the file was checked against
                "overrides": list(self.params.overrides),
            },
            "versions": {"python": platform.python_version()} | {p: version(p) for p in RECORDED_PACKAGES},
        }
        (folder / "run.json").write_text(json.dumps(record, indent=1, ensure_ascii=False), "utf-8")


def run_client(
    params: Params,
    project: Project,
    report: Reporter,
    *,
    notebooks_dir: Path | None = None,
    reports_dir: Path | None = None,
    timeout_seconds: int = 1800,
) -> Path:
    """Make and publish one client's report; returns the path of its cover page.

    Raises ClientFailed, or InputError before any work where the earlier report to compare with cannot be used.
    """
    client_dir = (reports_dir or project.reports) / params.slug
    target = client_dir / str(params.as_of)
    check_against(params, client_dir)
    report("client", params.slug, as_of=params.as_of)
    run = _Run(params, (notebooks_dir or project.notebooks).resolve())
    stage: Path | None = None
    try:
        stage = open_stage(client_dir, str(params.as_of))
        notebooks = find_notebooks(run.notebooks)
        supplied = _read_data(run, stage, report)
        made = _run_notebooks(run, notebooks, supplied, stage, report, timeout_seconds)
        if params.privacy.salt and params.privacy.identifiers == "pseudonyms":
            replace_identifiers(stage / "tables", make_key(params.privacy.salt, params.slug))
        _render(run, made, stage, report)
        remove_data(params.data, stage / DATA_FOLDER, params.engine)
        run.status = "published"
        run.write(stage)
        check_stage(stage, ["index.html", "report.html", *(n.page for n in made)])
        publish(stage, target)
    except BaseException as error:
        stop = interruption(error)
        if stop is None:
            raise _fail(run, stage, error, target) from error
        if stage is not None:  # leave nothing half-made behind
            _remove_quietly(params, stage)
            shutil.rmtree(stage, ignore_errors=True)
        raise stop from None
    page = target / "index.html"
    report("published", params.slug, page=page)
    return page


def interruption(error: BaseException | None) -> BaseException | None:
    """The interrupt or the order to stop behind an error: the engine wraps them in a RuntimeError."""
    while error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return error


def explain(error: BaseException) -> str:
    """What a user is told of an error, without its traceback; never more than a screen."""
    if isinstance(error, InputError):
        return brief(str(error))
    if isinstance(error, OSError) and error.strerror:
        return str(InputError(error.strerror, where=str(error.filename or "")))
    first_line = (str(error).strip().splitlines() or [""])[0]
    return brief(str(InputError(f"Something went wrong, {type(error).__name__}: {first_line}")))


def _read_data(run: _Run, stage: Path, report: Reporter) -> dict[str, list[str]]:
    """Read and clean the client's tables once, for all notebooks; returns the columns of the tables supplied."""
    with _Step(run, report, "data", "Data"):
        if not run.params.data:
            raise ParamsError(
                "No data are named",
                where=str(run.params.path),
                mend="Add a `data:` section with at least one table; docs/params.md shows how.",
            )
        with remembering(stage.parent):
            data = open_data(run.params.data, run.params.as_of, stage / DATA_FOLDER, run.params.engine)
        try:
            _save_rejected(data, stage / "tables")
            run.inputs = [
                {**{str(k): v for k, v in row.items()}, "columns": list(row["columns"])}
                for row in data.inputs.to_dict("records")
            ]
            supplied = {name: list(table.columns) for name, table in data.supplied_tables().items()}
        finally:
            data.close()
    return supplied


def _save_rejected(data: ClientData, folder: Path) -> None:
    """Rows set aside, as they came and in that order, for the client's IT."""
    folder.mkdir()
    for table in data.supplied():
        if data.received.set_index("table").loc[table, "rows_set_aside"]:
            rejected = data.rejects[table].order_by(SOURCE, SOURCE_ROW)
            rejected.to_parquet(folder / f"rejected_{table}.parquet")
            safe_table(rejected).to_csv(folder / f"rejected_{table}.csv")


def _run_notebooks(
    run: _Run,
    notebooks: Sequence[Notebook],
    supplied: dict[str, list[str]],
    stage: Path,
    report: Reporter,
    timeout_seconds: int,
) -> list[Notebook]:
    """Run what has its data, skip the rest with the reason; returns those that ran, the summary first."""
    (stage / "notebooks").mkdir()
    made = []
    for notebook in notebooks:
        lacking = notebook.lacks(supplied)
        if lacking:
            reason = "needs " + " and ".join(_say_need(need) for need in lacking)
            asked = "needs " + ", and ".join(_say_need_plainly(need) for need in lacking)
            _skip(run, report, notebook, reason, asked)
            continue
        run.write(stage)
        executed = stage / "notebooks" / notebook.path.name
        with _Step(run, report, notebook.name, _title(run, notebook)) as step:
            step["sha256"] = hashlib.sha256(notebook.path.read_bytes()).hexdigest()
            knobs = run.params.knobs.get(notebook.section, {})
            execute_notebook(
                notebook.path,
                executed,
                {"params_file": str(run.params.path), "run_dir": str(stage), **knobs},
                on_cell=lambda done, of: report("cell", run.params.slug, done=done, of=of),
                timeout_seconds=timeout_seconds,
            )
        if step["status"] == "done":
            made.append(notebook)
        else:  # too few data: nothing of what it said before it noticed may be read as a result
            _forget(notebook, executed, stage / "tables")
    return sorted(made, key=lambda n: n.name)


def _forget(notebook: Notebook, executed: Path, tables: Path) -> None:
    executed.unlink(missing_ok=True)
    forget_page(tables, notebook.name)
    for name in notebook.writes:
        for ending in ("parquet", "csv"):
            (tables / f"{name}.{ending}").unlink(missing_ok=True)


def _render(run: _Run, made: list[Notebook], stage: Path, report: Reporter) -> None:
    with _Step(run, report, "pages", "Pages"):
        pages = [Page(n.name, stage / "notebooks" / n.path.name, n.page) for n in made]
        p = run.params
        note = f"Made from {fmt.many(len(run.inputs), 'input file')} with the customer report kit."
        private = tables_of_persons(stage / "tables")
        if private:
            note += f" Tables with rows of customers are personal data, not for sending: {fmt.listing(private)}."
        info = ReportInfo(p.client, p.as_of, p.brand.color, p.brand.logo, note, p.unit)
        render_pages(pages, info, stage)


def _fail(run: _Run, stage: Path | None, error: BaseException, target: Path) -> ClientFailed:
    """Keep what was made under `failed`, and say what stays."""
    message = explain(error)
    run.status, run.error = "failed", message
    if stage is not None and stage.is_dir():
        _remove_quietly(run.params, stage)
        if run.params.privacy.identifiers == "pseudonyms":  # the tables still hold the numbers
            shutil.rmtree(stage / "tables", ignore_errors=True)
        with contextlib.suppress(OSError):  # a full disk: the first error is the one to tell
            kept = keep_failed(stage)
            run.error = message = message.replace(str(stage), str(kept))
            if not isinstance(error, InputError):
                (kept / "traceback.txt").write_text("".join(traceback.format_exception(error)), "utf-8")
                message += f" The details are in {kept / 'traceback.txt'}."
            run.write(kept)
    standing = target if target.exists() else (target.parent / "latest").resolve()
    stays = f" The report of {standing.name} still stands." if standing.is_dir() else ""
    return ClientFailed(f"{message}{stays}")


def _remove_quietly(params: Params, stage: Path) -> None:
    """Remove the data where something else went wrong before, which is what is told."""
    with contextlib.suppress(InputError):
        remove_data(params.data, stage / DATA_FOLDER, params.engine)


def _skip(run: _Run, report: Reporter, notebook: Notebook, reason: str, asked: str) -> None:
    """`reason` is for who runs the report, `asked` says the same to its reader."""
    step = {"name": notebook.name, "title": _title(run, notebook), "status": "skipped"}
    run.steps.append(step | {"reason": reason, "asked": asked})
    report("step", run.params.slug, name=notebook.name, status="skipped", reason=reason)


def _title(run: _Run, notebook: Notebook) -> str:
    return in_unit(notebook.title, unit_of(notebook.name, run.params.unit))


def _say_need(need: str) -> str:
    """ "orders" -> "the table orders (one row is an order line, with customer_id, ordered_at)" """
    said = []
    for one in read_need(need):
        table = TABLES[one.table]
        columns = [[c.name] for c in table.columns if c.required] + [list(group) for group in one.columns]
        named = ", ".join(
            " or ".join([", ".join(group[:-1]), group[-1]]) if group[1:] else group[0] for group in columns
        )
        said.append(f"the table {table.name} (one row is {table.grain}, with {named})")
    return " or ".join(said)


def _say_need_plainly(need: str) -> str:
    """ "orders" -> "orders with customer number and order date" """
    return ", or ".join(
        told_by(one.table, [*([c.name] for c in TABLES[one.table].columns if c.required), *one.columns])
        for one in read_need(need)
    )


class _Step:
    """Times a step, tells about it, and writes its outcome into the run's record.

    A step that finds too few data is skipped with its reason; any other error goes on its way.
    """

    def __init__(self, run: _Run, report: Reporter, name: str, title: str) -> None:
        self.run, self.report, self.name = run, report, name
        self.record: dict[str, Any] = {"name": name, "title": title, "status": "running"}

    def __enter__(self) -> dict[str, Any]:
        self.started = time.perf_counter()
        self.run.steps.append(self.record)
        self.report("step", self.run.params.slug, name=self.name, status="running")
        return self.record

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        thin = isinstance(error, ThinDataError)
        self.record |= {
            "status": "skipped" if thin else "failed" if error else "done",
            "seconds": round(time.perf_counter() - self.started, 2),
        }
        if thin:
            self.record["reason"] = in_unit(str(error), unit_of(self.name, self.run.params.unit))
        told = {k: v for k, v in self.record.items() if k in ("name", "status", "seconds", "reason")}
        self.report("step", self.run.params.slug, **told)
        return thin
