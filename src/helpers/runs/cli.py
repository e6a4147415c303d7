"""The command line: `kit new`, `kit check`, `kit demo`, `kit schema` here, the others in the modules beside.

Exit codes: 0 all published, 1 a client failed, 2 the command or a parameter file is wrong; 130 and 143 when the
run was interrupted or told to stop.
"""

import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from helpers.errors import InputError, ParamsError
from helpers.runs import cli_notebooks, cli_preview, cli_runs
from helpers.runs.cli_options import Clients, Every, Notebooks, Sets, notebooks_folder, params_files, refuse_empty
from helpers.runs.progress import brief
from helpers.runs.stops import stopping_once

app = typer.Typer(
    name="kit",
    help="Makes customer analysis reports: one parameter file a client, one command, one folder of HTML pages.",
    epilog="Start with `kit demo` and `kit run demo`, or `kit new`. Exit codes: 0 all published, 1 a client failed, "
    "2 the command or a parameter file is wrong.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

FAILED, WRONG, HUNG_UP, INTERRUPTED, TERMINATED = 1, 2, 129, 130, 143
_STOPPED = {
    HUNG_UP: "The terminal was closed. What was being made is dropped; the last good reports still stand.",
    INTERRUPTED: "Stopped. What was being made is dropped; the last good reports still stand.",
    TERMINATED: "Told to stop. What was being made is dropped; the last good reports still stand.",
}


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


@app.command()
def check(
    clients: Clients = None,
    every: Every = False,
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

    refuse_empty(clients, every)
    project = find_project(Path.cwd())
    notebooks_dir = notebooks_folder(notebooks) if notebooks else project.notebooks
    outcome = 0
    for path in params_files(clients, every, project.params):
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


@app.command()
def schema() -> None:
    """Write params/schema.json again, from which editors complete parameter files: after a change of knobs."""
    from helpers.runs.json_schema import refresh_schema
    from helpers.runs.project import find_project

    project = find_project(Path.cwd())
    print(project.show(refresh_schema(project.params, project.notebooks)))


cli_runs.add_commands(app)
cli_notebooks.add_commands(app)
cli_preview.add_command(app)


def main() -> None:
    """Entry point: what a user can mend is one message and exit code 2, never a traceback."""
    try:
        with stopping_once():
            app()
    except SystemExit as stop:  # typer has turned Ctrl-C into one
        if stop.code in _STOPPED:
            print(_STOPPED[stop.code], file=sys.stderr)
        raise
    except InputError as error:
        print(brief(str(error)), file=sys.stderr)
        raise SystemExit(WRONG) from None


def _read(path: Path, notebooks_dir: Path, sets: list[str] | None) -> Any:
    from helpers.runs.params import read_params

    return read_params(path, notebooks_dir, sets or ())


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
