"""What several commands share: their arguments and options, and what is refused before any work."""

import json
from pathlib import Path
from typing import Annotated

import typer

from helpers.errors import ParamsError
from helpers.runs.completion import complete_clients, complete_sets

Clients = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CLIENT...", help="Names in params/, or paths of parameter files.", autocompletion=complete_clients
    ),
]
Every = Annotated[bool, typer.Option("--all", help="Every client in params/.")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.KNOB=VALUE",
        help="Override a knob for this run; may be repeated.",
        autocompletion=complete_sets,
    ),
]
Formats = Annotated[
    str,
    typer.Option(
        metavar="FORMAT,…",
        help="Make these too: pdf (for paper), pptx (slides), xlsx (a workbook); for good: `formats`.",
    ),
]
Notebooks = Annotated[Path | None, typer.Option(help="Run the notebooks of another folder, such as your changed copy.")]


def params_files(clients: list[str] | None, every: bool, params_dir: Path) -> list[Path]:
    """The parameter files of the clients named, each once, or of all.

    Raises ParamsError where there is no client, and where two files stand for the same one.
    """
    if every:
        from helpers.runs.project import client_names

        found = [params_dir / f"{name}.yaml" for name in client_names(params_dir)]
        if not found:
            raise ParamsError(
                "There is no client",
                where=str(params_dir),
                mend="Draft one with `kit new`, or write a file like params/demo.yaml.",
            )
        return found
    named = (
        Path(client).resolve() if client.endswith((".yaml", ".yml")) else params_dir / f"{client}.yaml"
        for client in clients or []
    )
    found = list(dict.fromkeys(named))
    by_slug = {path.stem: path for path in reversed(found)}
    for path in found:
        if by_slug[path.stem] != path:
            raise ParamsError(
                f"{by_slug[path.stem]} and {path} are both the client {path.stem}, whose reports have one place",
                mend="Rename one of them, or run them one after the other with --reports.",
            )
    return found


def with_formats(formats: str) -> list[str]:
    """`--formats` as the key of the parameter file that it stands for."""
    asked = [name.strip().lower() for name in formats.split(",") if name.strip()]
    return [f"formats={json.dumps(asked)}"] if asked else []


def refuse_empty(clients: list[str] | None, every: bool) -> None:
    if bool(clients) == every:
        raise typer.BadParameter("name one or more clients, or --all" + (", not both" if every else ""))


def notebooks_folder(path: Path) -> Path:
    """The folder that --notebooks names."""
    if not path.is_dir():
        raise typer.BadParameter(f"{path} is not a folder", param_hint="--notebooks")
    if not list(path.glob("[0-9]*_*.ipynb")):
        raise typer.BadParameter(f"there are no notebooks like 02_rfm.ipynb in {path}", param_hint="--notebooks")
    return path.resolve()
