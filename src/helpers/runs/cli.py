"""The command line: `kit new`, `kit run`, `kit check`, `kit demo`, `kit list`, `kit schema`.

Exit codes: 0 all published, 1 a client failed, 2 the command or a parameter file is wrong; 130 and 143 when the
run was interrupted or told to stop.
"""

import json
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from helpers.errors import InputError, ParamsError
from helpers.runs.progress import brief

app = typer.Typer(
    name="kit",
    help="Makes customer analysis reports: one parameter file a client, one command, one folder of HTML pages.",
    epilog="Start with `kit demo` and `kit run demo`, or `kit new`. Exit codes: 0 all published, 1 a client failed, "
    "2 the command or a parameter file is wrong.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

FAILED, WRONG, INTERRUPTED, TERMINATED = 1, 2, 130, 143
_STOPPED = {
    INTERRUPTED: "Stopped. What was being made is dropped; the last good reports still stand.",
    TERMINATED: "Told to stop. What was being made is dropped; the last good reports still stand.",
}

Clients = Annotated[
    list[str] | None, typer.Argument(metavar="CLIENT...", help="Names in params/, or paths of parameter files.")
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SECTION.KNOB=VALUE", help="Override a knob for this run; may be repeated."),
]


@app.command()
def new(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="Short name: params/CLIENT.yaml is written.")],
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="The client's files, folders of files, or globs, here or in object storage (s3://…); databases by "
            "their URL, or one table of them: sqlite://shop.db#orders.",
        ),
    ],
    name: Annotated[str, typer.Option(help="The name the report shows.")] = "",
    as_of: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="The day to look back from; by default the data's last.")
    ] = "",
    currency: Annotated[str, typer.Option(metavar="ISO", help="The currency of the data, like GBP.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace a parameter file that is there.")] = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Renew sources and as_of of a file that is there; all else stays as written."),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say of each column what spoke for and against what it was taken for.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing: what is not sure is marked in the file.")
    ] = False,
) -> None:
    """Draft a client's parameter file from its files or databases: tables, columns, dates, codes. What is unsure is
    marked, or asked on a terminal; what cannot be placed stands in it as a comment."""
    from helpers.runs.draft import check_slug, draft_client, refuse_existing, write_file
    from helpers.runs.draft_explain import explain_draft
    from helpers.runs.draft_head import Wishes
    from helpers.runs.draft_prompt import ask_here
    from helpers.runs.draft_show import show_draft
    from helpers.runs.json_schema import refresh_schema
    from helpers.runs.project import find_project

    check_slug(client)
    wishes = Wishes(name.strip(), _day(as_of), _currency(currency))
    project = find_project(Path.cwd())
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    if update:
        _refuse_with_update(force, name, currency)
        _update(client, sources, project, wishes, console, explain)
        return
    refuse_existing(project.params / f"{client}.yaml", force)
    asking = sys.stdin.isatty() and sys.stdout.isatty() and not yes
    draft = draft_client(client, sources, project.params, wishes, ask_here(console) if asking else None)
    write_file(draft.path, draft.text, force)
    refresh_schema(project.params, project.notebooks)
    shown = project.show(draft.path)
    if explain:
        explain_draft(draft, console)
    next_steps = f"kit check {client}, then kit run {client}"
    if not draft.understood:
        next_steps = f'name the columns that lack in {shown}, delete the "# " before what is meant, then {next_steps}'
    show_draft(draft, console, shown, next_steps)
    for warning in draft.warnings:
        print(f"Warning: {warning}.", file=sys.stderr)
    if not draft.understood:
        print(f"None of the sources is a table of the kit: {shown} holds what is known of them.", file=sys.stderr)
        raise typer.Exit(WRONG)
    if draft.not_placed:
        print(f"Warning: {_say_not_placed([one.shown for one in draft.not_placed], shown)}", file=sys.stderr)


Notebooks = Annotated[Path | None, typer.Option(help="Run the notebooks of another folder, such as your changed copy.")]


@app.command()
def run(
    clients: Clients = None,
    every: Annotated[bool, typer.Option("--all", help="Every client in params/.")] = False,
    sets: Sets = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="One JSON object a line, for machines.")] = False,
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
) -> None:
    """Make the report of one or more clients.

    A report is published whole or not at all: when a client fails, its last good report stays. The last line
    printed is the path of the page to open.
    """
    from helpers.runs.project import find_project

    _refuse_empty(clients, every)
    project = find_project(Path.cwd())
    notebooks_dir = _folder(notebooks) if notebooks else project.notebooks
    sets = [*(sets or []), *_compare_with(against, notebooks_dir)]
    from helpers.runs.pipeline import ClientFailed, explain, run_client  # slow to import: after the cheap checks

    outcome, pages = 0, []
    with _reporter(quiet, log_json) as report:
        for path in _params_files(clients, every, project.params):
            try:
                page = run_client(
                    _read(path, notebooks_dir, sets),
                    project,
                    report,
                    notebooks_dir=notebooks_dir,
                    reports_dir=reports.resolve() if reports else None,
                    timeout_seconds=timeout,
                )
                pages.append(page)
            except ClientFailed as error:
                report("failed", path.stem, message=str(error))
                outcome = max(outcome, FAILED)
            except InputError as error:
                report("failed", path.stem, message=explain(error))
                outcome = WRONG
    if not log_json:
        for page in pages:
            print(project.show(page))
    raise typer.Exit(outcome)


@app.command()
def check(
    clients: Clients = None,
    every: Annotated[bool, typer.Option("--all", help="Every client in params/.")] = False,
    sets: Sets = None,
    notebooks: Notebooks = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="EXTRACT", help="Say what changed since: the date of an earlier report, or another parameter file."
        ),
    ] = None,
) -> None:
    """Check a client's parameter file, read its data, and say what a report would hold, without making one."""
    from helpers.runs.checking import check_client
    from helpers.runs.pipeline import explain, interruption
    from helpers.runs.project import find_project

    _refuse_empty(clients, every)
    project = find_project(Path.cwd())
    notebooks_dir = _folder(notebooks) if notebooks else project.notebooks
    outcome = 0
    for path in _params_files(clients, every, project.params):
        try:
            params = _read(path, notebooks_dir, sets)
        except InputError as error:
            _complain(path.stem, explain(error))
            outcome = WRONG
            continue
        try:
            check_client(params, project, notebooks_dir, against, lambda other: _read(other, notebooks_dir, None))
        except BaseException as error:
            if stop := interruption(error):
                raise stop from None
            _complain(path.stem, explain(error))
            outcome = max(outcome, FAILED)
    raise typer.Exit(outcome)


@app.command()
def demo(
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Do nothing when the files are there.")] = False,
) -> None:
    """Write the fictional demo client's exports to data/demo/; `kit run demo` makes its report."""
    from helpers.data.demo import write_demo
    from helpers.runs.project import find_project

    project = find_project(Path.cwd())
    folder = project.data / "demo"
    if if_missing and (folder / "planted.json").is_file():
        return
    write_demo(folder)
    print(f"The demo client's files are in {project.show(folder)}. Next: kit run demo", file=sys.stderr)


@app.command("list")
def list_clients() -> None:
    """List the clients in params/ with the date of their last report."""
    from helpers.runs.params import client_names
    from helpers.runs.project import find_project

    project = find_project(Path.cwd())
    table = Table("client", "last report", box=None, pad_edge=False, header_style="bold")
    for name in client_names(project.params):
        folder = project.reports / name
        days = sorted(p.parent.name for p in folder.glob("[0-9]*/index.html"))
        table.add_row(name, project.show(folder / days[-1] / "index.html") if days else "none yet")
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@app.command()
def schema() -> None:
    """Write params/schema.json again, from which editors complete parameter files: after a change of knobs."""
    from helpers.runs.json_schema import refresh_schema
    from helpers.runs.project import find_project

    project = find_project(Path.cwd())
    print(project.show(refresh_schema(project.params, project.notebooks)))


def main() -> None:
    """Entry point: what a user can mend is one message and exit code 2, never a traceback."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app()
    except SystemExit as stop:  # typer has turned Ctrl-C into one
        if stop.code in _STOPPED:
            print(_STOPPED[stop.code], file=sys.stderr)
        raise
    except InputError as error:
        print(brief(str(error)), file=sys.stderr)
        raise SystemExit(WRONG) from None


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


def _read(path: Path, notebooks_dir: Path, sets: list[str] | None) -> Any:
    from helpers.runs.params import read_params

    return read_params(path, notebooks_dir, sets or ())


def _params_files(clients: list[str] | None, every: bool, params_dir: Path) -> list[Path]:
    if every:
        from helpers.runs.params import client_names

        found = [params_dir / f"{name}.yaml" for name in client_names(params_dir)]
        if not found:
            raise ParamsError(
                "There is no client",
                where=str(params_dir),
                mend="Draft one with `kit new`, or write a file like params/demo.yaml.",
            )
        return found
    return [
        Path(client).resolve() if client.endswith((".yaml", ".yml")) else params_dir / f"{client}.yaml"
        for client in clients or []
    ]


def _refuse_empty(clients: list[str] | None, every: bool) -> None:
    if bool(clients) == every:
        raise typer.BadParameter("name one or more clients, or --all" + (", not both" if every else ""))


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise typer.BadParameter(f"{path} is not a folder", param_hint="--notebooks")
    if not list(path.glob("[0-9]*_*.ipynb")):
        raise typer.BadParameter(f"there are no notebooks like 02_rfm.ipynb in {path}", param_hint="--notebooks")
    return path.resolve()


def _compare_with(against: str, notebooks_dir: Path) -> list[str]:
    """`--against` as the knob it stands for; a folder counts from here, not from the parameter file."""
    if not against:
        return []
    if not list(notebooks_dir.glob("[0-9]*_review.ipynb")):
        raise typer.BadParameter(f"there is no page on the review in {notebooks_dir}", param_hint="--against")
    folder = Path(against)
    named = str(folder.resolve()) if len(folder.parts) > 1 and folder.is_dir() else against
    return [f"review.against={json.dumps(named)}"]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day like 2026-09-30", param_hint="--as-of") from None


def _currency(code: str) -> str:
    if code and not re.fullmatch("[A-Z]{3}", code):
        raise typer.BadParameter(f"{code} is not an ISO code like GBP, EUR or USD", param_hint="--currency")
    return code


def _refuse_with_update(force: bool, name: str, currency: str) -> None:
    if force:
        raise typer.BadParameter("--update keeps what the file says and --force replaces it: take one of them")
    if name or currency:
        raise typer.BadParameter("--update leaves the head as it is: change name and currency in the file")


def _update(client: str, sources: list[str], project: Any, wishes: Any, console: Console, explain: bool) -> None:
    """Renew the sources of a client's file, and show what became of it."""
    from helpers.runs.draft import draft_client
    from helpers.runs.draft_explain import explain_draft
    from helpers.runs.draft_show import show_update
    from helpers.runs.draft_update import update_text, write_update

    path = project.params / f"{client}.yaml"
    if not path.is_file():
        raise ParamsError(
            "There is no parameter file to update", where=project.show(path), mend="Draft it first, without --update."
        )
    params = _read(path, project.notebooks, None)
    draft = draft_client(client, sources, project.params, wishes)
    if explain:
        explain_draft(draft, console)
    update = update_text(params, draft, as_of_said=wishes.as_of is not None)
    changed = write_update(path, update)
    show_update(update, draft, console, project.show(path), changed, f"kit check {client}, then kit run {client}")


def _say_not_placed(names: list[str], shown: str) -> str:
    """Files that are none of the tables, in a line."""
    told = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    alone = len(names) == 1
    return f"{told} {'was' if alone else 'were'} not placed, and stand{'s' * alone} in {shown} as a comment."


def _complain(name: str, message: str) -> None:
    print(f"{name}: {message}", file=sys.stderr)


def _terminate(signum: int, frame: object) -> None:
    raise SystemExit(TERMINATED)
