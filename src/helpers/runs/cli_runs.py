"""The commands around runs: `kit run`, `kit list`, `kit clean`."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from helpers.errors import InputError
from helpers.runs.cli_options import (
    Clients,
    Every,
    Formats,
    Notebooks,
    Sets,
    notebooks_folder,
    params_files,
    refuse_empty,
    with_formats,
)
from helpers.runs.completion import complete_sections
from helpers.runs.job import Job


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(run)
    app.command("list")(list_clients)
    app.command()(clean)


def run(
    clients: Clients = None,
    every: Every = False,
    only: Annotated[
        str,
        typer.Option(
            metavar="SECTION,…",
            help="These pages only, with those whose tables they read; the report goes to reports/CLIENT/only.",
            autocompletion=complete_sections,
        ),
    ] = "",
    sets: Sets = None,
    force: Annotated[bool, typer.Option("--force", help="Make everything anew, also what is unchanged.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, metavar="N", help="Clients at the same time; by default one a core."),
    ] = None,
    scheduler: Annotated[
        str, typer.Option(metavar="tcp://HOST:PORT", help="Hand the clients to the workers of this Dask cluster.")
    ] = "",
    formats: Formats = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="One JSON object a line, for machines.")] = False,
    notify: Annotated[
        str, typer.Option(metavar="COMMAND", help="Run this at the end, with a summary in JSON on its standard input.")
    ] = "",
    notebooks: Notebooks = None,
    reports: Annotated[Path | None, typer.Option(help="Write reports to another folder.")] = None,
    against: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            help="Review what changed since this earlier report: its date, or its folder; by default the last one.",
        ),
    ] = "",
    timeout: Annotated[int, typer.Option(min=1, help="Seconds a single cell may take.")] = 1800,
    cold: Annotated[bool, typer.Option("--cold", help="Start every kernel anew, without a fork server.")] = False,
) -> None:
    """Make the report of one or more clients; those of which nothing changed are left as they are.

    A report is published whole or not at all: when a client fails, its last good report stays. The last line
    printed is the path of the page to open.
    """
    from helpers.runs.batch import Batch
    from helpers.runs.night import Night
    from helpers.runs.notify import notify as tell
    from helpers.runs.notify import split_command
    from helpers.runs.project import client_names, find_project
    from helpers.runs.socket_folders import outlasting_killed_runs

    refuse_empty(clients, every)
    if jobs and scheduler:
        raise typer.BadParameter(
            "a scheduler gives each of its workers' threads a client; leave out --jobs", param_hint="--scheduler"
        )
    project = find_project(Path.cwd())
    settings = project.settings
    notebooks_dir = notebooks_folder(notebooks) if notebooks else project.notebooks
    command = notify or settings.notify
    if command:
        split_command(command)
    folder = (reports or project.reports).resolve()
    storage = "" if reports else settings.storage
    to_make = [
        Job(
            params_file=path,
            project=project.root,
            notebooks=notebooks_dir,
            reports=folder,
            sets=(*(sets or []), *with_formats(formats), *_compare_with(against, notebooks_dir)),
            only=tuple(section.strip() for section in only.split(",") if section.strip()),
            force=force,
            timeout_seconds=timeout,
            storage=storage,
        )
        for path in params_files(clients, every, project.params)
    ]
    scheduler = scheduler or ("" if jobs else settings.scheduler)
    count = min(jobs or settings.jobs or 0, len(to_make))
    names = {*client_names(project.params), *(job.slug for job in to_make)}
    with _reporter(quiet, log_json) as report, _uploads(storage) as uploads, outlasting_killed_runs():
        night = Night(folder, names, asked=len(to_make))
        batch = Batch(to_make, night, report, uploads)
        report("started", "", clients=len(to_make))
        stopped = True
        try:
            changed = batch.changed()
            first = next(changed, None)
            if first:
                with _makers(to_make, notebooks_dir, count, scheduler, cold) as makers:
                    batch.run(chain([first], changed), makers)
            stopped = False
        finally:
            night.write(interrupted=stopped)
            summary = night.summary()
            counts = {name: summary[name] for name in ("published", "unchanged", "failed")}
            report("finished", "", **counts, seconds=round(batch.seconds, 1))
            _warn(night.trouble)
            if command:
                _warn(tell(command, summary))
    if uploads:
        _copy_night(uploads, folder)
        batch.exit_code = max(batch.exit_code, int(bool(uploads.troubles)))
    if not log_json:
        shown = batch.pages if len(to_make) == 1 else [*batch.published, folder / "index.html"]
        for page in shown:
            print(project.show(page))
    raise typer.Exit(batch.exit_code)


def list_clients(
    as_json: Annotated[bool, typer.Option("--json", help="As reports/index.json has them, for machines.")] = False,
) -> None:
    """List all clients: date of their last report, its age, what became of the last run, key figures as they fit."""
    from helpers.runs.night_list import print_clients
    from helpers.runs.project import find_project

    print_clients(find_project(Path.cwd()), as_json)


def clean(
    keep: Annotated[
        int | None,
        typer.Option(metavar="N", help="Reports a client keeps; by default what kit.yaml says, or all."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove what is shown without asking.")] = False,
) -> None:
    """Show what may go from reports/ (old reports, what failed and died runs left, caches), and remove it when told
    to."""
    from helpers.runs.leftovers import find_leftovers, remove
    from helpers.runs.project import find_project
    from helpers.story.fmt import size

    project = find_project(Path.cwd())
    found = find_leftovers(project.reports, keep if keep is not None else project.settings.keep)
    if not found:
        print("There is nothing to remove.")
        return
    for one in found:
        print(f"{size(one.bytes):>10}  {project.show(one.path)}  {one.why}")
    total = size(sum(one.bytes for one in found))
    if not yes:
        if not sys.stdin.isatty():
            print(f"{total} in all. Nothing was removed: kit clean --yes removes it.")
            return
        typer.confirm(f"{total} in all. Remove it?", abort=True)
    gone = remove(found)
    print(f"Removed {size(sum(one.bytes for one in gone))}.")


@contextmanager
def _reporter(quiet: bool, log_json: bool) -> Iterator[Any]:
    from helpers.runs import progress

    if log_json:
        kind: type[progress.Quiet] = progress.Json
    elif quiet:
        kind = progress.Quiet
    else:
        kind = progress.Live if sys.stderr.isatty() else progress.Plain
    with kind() as report:
        yield report


@contextmanager
def _uploads(storage: str) -> Iterator[Any]:
    """Where published reports go besides their folder; None where they go nowhere."""
    if not storage:
        yield None
        return
    from helpers.runs.remote import Storage, Uploads

    Storage(storage).check()
    with Uploads(Storage(storage)) as uploads:
        yield uploads


def _copy_night(uploads: Any, folder: Path) -> None:
    """Copy the page of all clients too, and say which reports could not be copied."""
    for client, trouble in uploads.troubles.items():
        _warn(f"{client}: {trouble}")
    try:
        uploads.storage.upload_files([folder / "index.json", folder / "index.html"])
    except InputError as error:
        _warn(str(error))


def _makers(
    jobs: Sequence[Job], notebooks: Path, count: int, scheduler: str, cold: bool
) -> AbstractContextManager[Any]:
    if scheduler:
        from helpers.runs.cluster import Cluster

        return Cluster(scheduler, jobs)
    from helpers.runs import crew
    from helpers.runs.warm import cores

    return crew.Crew(notebooks, count or min(cores(), len(jobs)), cold=cold)


def _compare_with(against: str, notebooks_dir: Path) -> list[str]:
    """`--against` as the knob it stands for; a folder counts from here, not from the parameter file."""
    if not against:
        return []
    if not list(notebooks_dir.glob("[0-9]*_review.ipynb")):
        raise typer.BadParameter(f"there is no page on the review in {notebooks_dir}", param_hint="--against")
    folder = Path(against)
    named = str(folder.resolve()) if len(folder.parts) > 1 and folder.is_dir() else against
    return [f"review.against={json.dumps(named)}"]


def _warn(message: str) -> None:
    if message:
        print(message, file=sys.stderr)
