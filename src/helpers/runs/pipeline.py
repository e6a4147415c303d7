"""One client's report, from the parameter file to the published folder.

Data are read once, notebooks run in the order of who reads whose tables, pages are rendered, and the folder is
published whole. Whatever goes wrong is one Outcome with one message; the last good report stays.
"""

import contextlib
import shutil
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from helpers.data.client_data import ClientData, open_data, remove_data
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.spreadsheets import safe_table
from helpers.errors import InputError, ParamsError
from helpers.runs.earlier import remembering
from helpers.runs.earlier_report import check_against
from helpers.runs.executing import Reuse, choose_notebooks, run_notebooks
from helpers.runs.formats import Made, Report, make_formats
from helpers.runs.job import FAILED, MADE, WRONG, Job, Outcome
from helpers.runs.kernels import Kernels
from helpers.runs.made_from import MadeFrom, made_from
from helpers.runs.notebooks import Notebook, find_notebooks
from helpers.runs.own import page_note
from helpers.runs.params import Params, read_params
from helpers.runs.progress import Reporter, brief
from helpers.runs.project import DATA_FOLDER
from helpers.runs.pseudonyms import make_key, replace_identifiers, tables_of_persons
from helpers.runs.publish import ONLY, check_stage, keep_failed, making, open_stage, publish
from helpers.runs.record import Run, Step
from helpers.runs.remote import Storage
from helpers.runs.render import Page, Reading, ReportInfo
from helpers.runs.reuse import Reusable, find_reusable, take_data_step
from helpers.runs.states import latest_of, read_record
from helpers.story import fmt
from helpers.story.notebook import join_findings, read_findings
from helpers.story.statement import cover_figures


class ClientFailed(InputError):  # noqa: N818  # reads as what happened, beside ParamsError and InputError
    """A client's run ended without a report; the message is what the user is told."""


def make_report(job: Job, report: Reporter, kernels: Kernels) -> Outcome:
    """Make a client's report and leave it in its stage, for whoever holds the client's lock to publish.

    Results of earlier runs that hold still are taken over. Only interrupts are raised; whatever else goes wrong is an
    Outcome with its message.
    """
    try:
        params = read_params(job.params_file, job.notebooks, job.sets)
        if trouble := _fetch_earlier(job, params):
            return Outcome(FAILED, trouble)
        check_against(params, job.reports / params.slug)
    except InputError as error:
        return Outcome(WRONG, explain(error))
    try:
        notebooks = find_notebooks(job.notebooks, params.slug)
    except InputError as error:
        return Outcome(FAILED, explain(error))
    try:
        chosen = choose_notebooks(notebooks, job.only)
    except InputError as error:
        return Outcome(WRONG, explain(error))
    target = job.reports / params.slug / (ONLY if job.only else str(params.as_of))
    report("client", params.slug, as_of=params.as_of)
    run = Run(params, job.notebooks, report)
    stage: Path | None = None
    sources: MadeFrom | None = None
    fmt.use_locale(params.locale)
    try:
        stage = open_stage(target.parent, target.name)
        latest = latest_of(target.parent)
        before = read_record(latest) if latest else None
        sources = made_from(params, notebooks, target.parent, only=job.only, before=before)
        run.more["made_from"] = sources.record()
        usable = {} if job.force else find_reusable(target.parent, str(params.as_of), chosen, sources.keys)
        supplied = _take_data(run, chosen, usable, stage) if usable else read_data(run, stage)
        reuse = Reuse(sources.keys, usable)
        with Reading(params.unit) as reading:
            on_made = partial(_read_page, reading, stage)
            run_notebooks(run, chosen, supplied, stage, kernels, reuse, on_made, job.timeout_seconds)
            _finish(run, sources, stage, masked=all(notebook.name in usable for notebook in chosen))
            with Step(run, "pages", "Pages"):
                made, pages = write_report(params, run.titles(), len(run.inputs), reading, stage)
            run.more["files"], run.more["pages"] = made.files, [page.name for page in pages]
            if made.missing:
                run.more["missing"] = made.missing
        remove_data(params.data, stage / DATA_FOLDER, params.engine)
        run.status = "published"
        run.write(stage)
        check_stage(stage, ["index.html", *(page.name for page in pages)])
    except BaseException as error:
        stop = interruption(error)
        if stop is None:
            return Outcome(FAILED, _fail(run, stage, error, target, sources))
        if stage is not None:  # leave nothing half-made behind
            _remove_quietly(params, stage)
            shutil.rmtree(stage, ignore_errors=True)
        raise stop from None
    finally:
        fmt.use_locale("")
    return Outcome(MADE, stage=stage, target=target)


def _fetch_earlier(job: Job, params: Params) -> str:
    """Bring the earlier reports that this one reads from object storage; returns why they cannot be brought, or ""."""
    if job.storage:
        against = str(params.knobs.get("review", {}).get("against", ""))
        try:
            Storage(job.storage).fetch(job.reports / params.slug, str(params.as_of), against)
        except (InputError, OSError) as error:
            return explain(error)
    return ""


def run_client(job: Job, report: Reporter, kernels: Kernels | None = None) -> Path:
    """Make and publish one client's report in this process; returns the path of its cover page.

    Raises ClientFailed, and InputError where the parameter file or the command is wrong, or another run is making the
    same report.
    """
    with making(job.reports, job.slug):
        made = make_report(job, report, kernels or Kernels())
        if made.stage is None or made.target is None:
            raise (InputError if made.status == WRONG else ClientFailed)(made.message)
        publish(made.stage, made.target)
    page = made.target / "index.html"
    report("published", job.slug, page=page)
    return page


def interruption(error: BaseException | None) -> BaseException | None:
    """The interrupt or the order to stop behind an error: the engine wraps them in a RuntimeError."""
    seen: set[int] = set()  # errors handed between threads can be each other's context
    while error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        error = None if id(error) in seen else error
    return error


def explain(error: BaseException) -> str:
    """What a user is told of an error, without its traceback; never more than a screen."""
    if isinstance(error, InputError):
        return brief(str(error))
    if isinstance(error, OSError) and error.strerror:
        return str(InputError(error.strerror, where=str(error.filename or "")))
    first_line = (str(error).strip().splitlines() or [""])[0]
    return brief(str(InputError(f"Something went wrong, {type(error).__name__}: {first_line}")))


def read_data(run: Run, stage: Path) -> dict[str, list[str]]:
    """Read and clean the client's tables once, for all notebooks; returns the columns of the tables supplied."""
    with Step(run, "data", "Data"):
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


def _take_data(
    run: Run, notebooks: Sequence[Notebook], usable: Mapping[str, Reusable], stage: Path
) -> dict[str, list[str]]:
    """Read the data, unless every result is there already and nobody will look at them."""
    if any(notebook.name not in usable for notebook in notebooks):
        return read_data(run, stage)
    first = usable[notebooks[0].name]
    run.inputs = take_data_step(first, stage)
    Step(run, "data", "Data").reuse({"status": "done", "reused": True, "made_at": first.made_at})
    return {}


def _finish(run: Run, sources: MadeFrom, stage: Path, *, masked: bool) -> None:
    """Put the tables as they are published; `masked`: they come from a published report as they are."""
    tables, privacy = stage / "tables", run.params.privacy
    join_findings(tables)
    run.more["cover"] = cover_figures(read_findings(tables))
    _forget_keys(run, sources)
    if not masked and privacy.salt and privacy.identifiers == "pseudonyms":
        replace_identifiers(tables, make_key(privacy.salt, run.params.slug))


def _forget_keys(run: Run, sources: MadeFrom | None) -> None:
    """Where files changed while they were read, the results are of nobody knows what, and no other run's."""
    if sources is None or sources.changed_since(run.inputs, [step for step in run.steps.values() if step]):
        run.more.pop("made_from", None)
        for step in run.steps.values():
            step.pop("key", None)


def _save_rejected(data: ClientData, folder: Path) -> None:
    """Rows set aside, as they came and in that order, for the client's IT."""
    folder.mkdir(exist_ok=True)
    for table in data.supplied():
        if data.received.set_index("table").loc[table, "rows_set_aside"]:
            rejected = data.rejects[table].order_by(SOURCE, SOURCE_ROW)
            rejected.to_parquet(folder / f"rejected_{table}.parquet")
            safe_table(rejected).to_csv(folder / f"rejected_{table}.csv")


def _read_page(reading: Reading, stage: Path, notebook: Notebook) -> None:
    note = page_note() if notebook.own else ""
    reading.add(Page(notebook.name, stage / "notebooks" / notebook.path.name, notebook.page, note))


def write_report(
    params: Params, titles: Mapping[str, str], input_files: int, reading: Reading, folder: Path
) -> tuple[Made, list[Path]]:
    """Write the pages that were read, and the other forms asked for; returns what was made and the pages' paths.

    titles: of the pages, by name in their order; folder: the report's, with its tables.
    """
    info = report_info(params, input_files, folder / "tables")
    made = make_formats(Report(params, titles, reading.chapters(), info, folder))
    return made, reading.write(replace(info, files=made.links(), missing=made.note()), folder)


def report_info(params: Params, input_files: int, tables: Path) -> ReportInfo:
    """What all pages of a client's report say of it. tables: the folder of its result tables."""
    note = f"Made from {fmt.many(input_files, 'input file')} with the customer report kit."
    private = tables_of_persons(tables)
    if private:
        note += f" Tables with rows of customers are personal data, not for sending: {fmt.listing(private)}."
    brand = params.brand
    return ReportInfo(params.client, params.as_of, brand.color, brand.logo, note, params.unit)


def _fail(run: Run, stage: Path | None, error: BaseException, target: Path, sources: MadeFrom | None) -> str:
    """Keep what was made under `failed`, and say what stays."""
    message = explain(error)
    run.status, run.error = "failed", message
    _forget_keys(run, sources)
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
    return f"{message}{stays}"


def _remove_quietly(params: Params, stage: Path) -> None:
    """Remove the data where something else went wrong before, which is what is told."""
    with contextlib.suppress(InputError):
        remove_data(params.data, stage / DATA_FOLDER, params.engine)
