"""The analyst's commands: `kit open`, `kit diff`, `kit render`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from helpers.errors import InputError
from helpers.runs.completion import complete_clients, complete_sections

Client = Annotated[
    str,
    typer.Argument(
        metavar="CLIENT", help="A name in params/, or the path of a parameter file.", autocompletion=complete_clients
    ),
]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("open")(open_notebook)
    app.command("diff")(diff)
    app.command("render")(render)


def open_notebook(
    client: Client,
    section: Annotated[
        str,
        typer.Argument(metavar="SECTION", help="The page's section, such as rfm.", autocompletion=complete_sections),
    ],
    no_lab: Annotated[
        bool, typer.Option("--no-lab", "--path", help="Only print the notebook's path, for another editor.")
    ] = False,
) -> None:
    """Open a client's own version of a notebook in JupyterLab; made on first use, with the client's knobs in its first
    cell. From then on `kit run` uses it for this client."""
    from helpers.runs.knobs import notebook_sections
    from helpers.runs.own import base_of, find_section, make_copy, say_overruled

    project, path = find_client(client)
    slug = path.stem
    sections = notebook_sections(project.notebooks, slug)
    name = find_section(section, sections, f"kit open {slug} {section}")
    notebook = sections[name]
    own = project.notebooks / slug / notebook.name
    with _told():
        if notebook == own:  # also one that no longer fits: it is opened to be mended
            try:
                _say(say_overruled(_read(path, project), own, "`kit run` takes the parameter file's"))
            except InputError as error:
                _say(str(error))
            kit = project.notebooks / own.name
            if kit.is_file() and base_of(own).is_file() and kit.read_bytes() != base_of(own).read_bytes():
                _say(f"The kit's {kit.name} has changed since it was copied: kit diff {slug} {name}")
        else:
            make_copy(notebook, own, _read(path, project))
            _say(f"Made {project.show(own)} from the kit's {notebook.name}; `kit run {slug}` uses it from now on.")
    if no_lab:
        print(project.show(own))
    else:
        raise typer.Exit(_start_lab(own, project.root))


def diff(
    client: Client,
    section: Annotated[
        str, typer.Argument(metavar="[SECTION]", help="One section only.", autocompletion=complete_sections)
    ] = "",
) -> None:
    """Show what a client's own notebooks differ in from the kit's, and what changed in the kit's since they were
    copied."""
    from helpers.runs.knobs import notebook_sections
    from helpers.runs.notebook_diff import diff_client
    from helpers.runs.own import find_section

    project, path = find_client(client)
    slug = path.stem
    if section:
        sections = notebook_sections(project.notebooks, slug)
        section = find_section(section, sections, f"kit diff {slug} {section}")
    try:
        knobs = _read(path, project).knobs
    except InputError:  # the file may set a knob that the notebook no longer has, and why is asked
        knobs = {}
    with _told():
        lines = diff_client(slug, project.notebooks, section, knobs)
    console = Console(highlight=False)
    for style, text in lines:
        console.print(text, style=style, markup=False, soft_wrap=True)


def render(
    client: Client,
    from_outputs: Annotated[
        bool,
        typer.Option("--from-outputs", help="Show the client's own notebooks as they were saved; nothing is executed."),
    ] = False,
    reports: Annotated[Path | None, typer.Option(help="Where the reports are, if in another folder.")] = None,
) -> None:
    """Make a client's report from its own notebooks as saved in JupyterLab, outputs included; the other pages are those
    of its report of the same day."""
    if not from_outputs:
        raise typer.BadParameter("say --from-outputs; to execute the notebooks, take `kit run`")
    from helpers.runs.from_outputs import saved_outputs
    from helpers.runs.publish import making, publish

    project, path = find_client(client)
    with _told():
        params = _read(path, project)
        with making(reports or project.reports, params.slug):
            saved = saved_outputs(params, project, reports_dir=reports)
            for note in saved.notes:
                _say(note)
            publish(saved.stage, saved.target)
    print(project.show(saved.target / "index.html"))


def find_client(client: str) -> tuple[Any, Path]:
    """The project, and the client's parameter file."""
    from helpers.runs.project import find_project

    project = find_project(Path.cwd())
    named = client.endswith((".yaml", ".yml"))
    path = Path(client).resolve() if named else project.params / f"{client}.yaml"
    if not path.is_file():
        _read(path, project)  # says which there are
    return project, path


def _read(path: Path, project: Any) -> Any:
    from helpers.runs.params import read_params

    return read_params(path, project.notebooks)


def _start_lab(notebook: Path, root: Path) -> int:
    """JupyterLab of this interpreter on one notebook, with the whole project in its file browser; its exit code."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", str(notebook)]
    with subprocess.Popen(command) as lab:
        while True:
            try:
                return lab.wait()
            except KeyboardInterrupt:  # it asks itself whether to stop
                continue
            except BaseException:
                lab.terminate()
                raise


@contextmanager
def _told() -> Iterator[None]:
    """Tell what the disk refuses in one sentence."""
    try:
        yield
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(error.filename or "")) from error


def _say(message: str) -> None:
    if message:
        print(message, file=sys.stderr)
