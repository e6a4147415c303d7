"""The project file, `kit.yaml` at the project's root: what holds for all clients. It may be missing.

    reports: s3://bucket/reports     # a folder, or an address in object storage
    keep: 12                         # how many reports a client keeps; kit clean offers to remove those before
    jobs: 4                          # clients made at the same time
    scheduler: tcp://10.0.0.5:8786   # of a Dask cluster, for kit run --all
    notify: ./tell_the_team          # a command that gets a run's summary on standard input

It is read as parameter files are: `${NAME}` is filled in from the environment, and what is not understood is refused
with its line.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import ParamsError, nearest

FILE = "kit.yaml"


@dataclass(frozen=True)
class Settings:
    """What the project file says, checked."""

    reports: str = ""  # where reports go: a folder, from the project's root, or an address; "" = reports/
    keep: int | None = None  # reports a client keeps; None = all
    jobs: int | None = None
    scheduler: str = ""
    notify: str = ""

    @property
    def storage(self) -> str:
        """The address in object storage that reports go to; "" where they stay in a folder."""
        return self.reports if "://" in self.reports else ""


def read_settings(root: Path) -> Settings:
    """The settings of a project; those of a project without a file are the defaults.

    Raises ParamsError with every problem found, one a line.
    """
    path = root / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise ParamsError(f"The file cannot be read: {error.strerror or 'no reason given'}", where=FILE) from None
    from helpers.runs.yaml_tree import read_tree  # slow to import, and most projects have no file

    try:
        tree = read_tree(FILE, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        mend = "Save the file with the encoding UTF-8."
        raise ParamsError("There is a character that is not UTF-8", where=FILE, mend=mend) from None
    values: Any = {}
    for key, value in tree.values.items():
        if key not in _CHECKS:
            hint = nearest(key, _CHECKS)
            mend = f'Did you mean "{hint}"?' if hint else "What is a client's stands in its file in params/."
            tree.refuse((key,), "is no setting of a project", allowed=", ".join(_CHECKS), mend=mend)
        elif value is not None:  # a key with its value commented out
            values[key] = value.strip() if isinstance(value, str) else value
            if problem := _CHECKS[key](value):
                tree.refuse((key,), *problem)
    tree.raise_problems()
    return Settings(**values)


def _problem_with_reports(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, str) or not value.strip():
        return "must be a folder, or an address in object storage", "like /srv/reports or s3://bucket/reports"
    scheme, mark, rest = value.strip().partition("://")
    if not mark:
        return None
    if scheme in ("file", "local"):
        return "is {value}, and a folder of this machine is written as its path", "like /srv/reports"
    from fsspec import available_protocols

    if scheme not in available_protocols():
        return "is {value}, which is no kind of storage that is known", "like s3://…, gs://…, az://…"
    return None if rest.strip("/") else ("names no bucket or container", f"like {scheme}://bucket/reports")


def _problem_with_count(value: Any) -> tuple[str, str] | None:
    if type(value) is not int or value < 1:
        return "is {value}, and must be a whole number", "from 1 on"
    return None


def _problem_with_text(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, str) and value.strip() else ("must be a text", "")


_CHECKS: dict[str, Callable[[Any], tuple[str, str] | None]] = {
    "reports": _problem_with_reports,
    "keep": _problem_with_count,
    "jobs": _problem_with_count,
    "scheduler": _problem_with_text,
    "notify": _problem_with_text,
}
