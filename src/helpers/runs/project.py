"""Where a project keeps its notebooks, parameter files and reports."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from helpers.errors import InputError
from helpers.runs.settings import Settings, read_settings

DATA_FOLDER = ".data"  # the client's tables, in the run folder while it runs; removed before publishing


@dataclass(frozen=True)
class Project:
    root: Path

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def params(self) -> Path:
        return self.root / "params"

    @cached_property
    def settings(self) -> Settings:
        """What the project file says; raises ParamsError where it cannot be used."""
        return read_settings(self.root)

    @property
    def reports(self) -> Path:
        """Where reports are built and stand, on this machine: also where copies of them go to object storage."""
        return self.root / ("reports" if self.settings.storage else self.settings.reports or "reports")

    @property
    def data(self) -> Path:
        return self.root / "data"

    def show(self, path: Path) -> str:
        """A path as the user would type it: from the current folder, or whole where that is outside the project."""
        here = Path.cwd()
        near = path.is_relative_to(here) or (path.is_relative_to(self.root) and here.is_relative_to(self.root))
        return os.path.relpath(path, here) if near else str(path)


def client_names(params_dir: Path) -> list[str]:
    """The clients of a folder of parameter files, sorted; hidden files are not clients."""
    found = Path(params_dir).glob("*.yaml")
    return sorted(p.stem for p in found if p.is_file() and not p.name.startswith("."))


def find_project(start: Path) -> Project:
    """The nearest folder at or above `start` that has notebooks/ and params/; InputError when there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "notebooks").is_dir() and (folder / "params").is_dir():
            return Project(folder)
    raise InputError(
        "This is not inside a project",
        where=str(start),
        allowed="a folder with notebooks/ and params/, or any folder below it",
        mend="Change to the project's folder and try again.",
    )
