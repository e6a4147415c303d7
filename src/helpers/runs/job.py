"""What makes one client's report and what came of it: plain enough to go to another process or machine."""

from dataclasses import dataclass
from pathlib import Path

MADE, PUBLISHED, UNCHANGED, FAILED, WRONG = "made", "published", "unchanged", "failed", "wrong"


@dataclass(frozen=True)
class Job:
    """All paths are absolute."""

    params_file: Path
    project: Path  # its root
    notebooks: Path  # the folder of the kit's notebooks
    reports: Path  # the folder of all clients' reports
    sets: tuple[str, ...] = ()  # SECTION.KNOB=VALUE, over the parameter file
    only: tuple[str, ...] = ()  # the sections asked for; () = all
    force: bool = False  # make it although nothing changed
    timeout_seconds: int = 1800  # that a single cell may take
    storage: str = ""  # address of reports in object storage, whence earlier ones are fetched

    @property
    def slug(self) -> str:
        return self.params_file.stem


@dataclass(frozen=True)
class Outcome:
    """status: MADE (it stands in `stage`, to be moved to `target`), PUBLISHED, UNCHANGED, FAILED, or WRONG (the command
    or the parameter file)."""

    status: str
    message: str = ""  # FAILED, WRONG: the one sentence to tell; UNCHANGED: since when it stands
    stage: Path | None = None
    target: Path | None = None  # reports/<client>/<as_of>
