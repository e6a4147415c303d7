"""What a shell completes: clients, sections and knobs, read from the project the user stands in.

A shell waits while this runs, so nothing heavy is imported; what cannot be read completes nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import typer

from helpers.errors import InputError
from helpers.runs.knobs import RESERVED, notebook_sections, read_knobs
from helpers.runs.project import Project, client_names, find_project


def complete_clients(ctx: typer.Context, incomplete: str) -> list[str]:
    """Clients of params/ that are not named yet."""
    project = _project()
    named = _named(ctx)
    return [n for n in client_names(project.params) if n.startswith(incomplete) and n not in named] if project else []


def complete_sections(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Sections and their notebooks, those of the named client's own included; after a comma, one more of them."""
    before, comma, asked = incomplete.rpartition(",")
    taken = before.split(",")
    found = _sections(ctx).items()
    return [(f"{before}{comma}{s}", p.name) for s, p in found if s.startswith(asked) and s not in taken]


def complete_sets(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Knobs as `section.knob=`, each with its meaning."""
    return [(f"{name}=", meaning) for name, meaning in _knobs(ctx, incomplete) if name.startswith(incomplete)]


def _knobs(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    asked, dot, _ = incomplete.partition(".")
    for section, notebook in _sections(ctx).items():
        if section == asked if dot else section.startswith(asked):
            try:
                knobs = read_knobs(notebook).values()
            except (InputError, OSError):
                continue
            yield from ((f"{section}.{knob.name}", knob.comment) for knob in knobs if knob.name not in RESERVED)


def _project() -> Project | None:
    try:
        return find_project(Path.cwd())
    except (InputError, OSError):
        return None


def _sections(ctx: typer.Context) -> dict[str, Path]:
    project = _project()
    named = _named(ctx)
    try:
        return notebook_sections(project.notebooks, Path(named[0]).stem if named else "") if project else {}
    except (InputError, OSError):
        return {}


def _named(ctx: typer.Context) -> list[str]:
    """The clients that stand on the command line before what is completed."""
    found = ctx.params.get("clients") or ctx.params.get("client")
    if isinstance(found, str):
        return [found]
    # An option that waits for its value, as --set does here, keeps what stands before it from being read.
    return list(found or [word for word in ctx.args if not word.startswith("-")])
