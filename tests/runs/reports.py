"""A client's whole report, made as `kit run` would make it."""

import functools
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.runs.job import Job
from helpers.runs.kernels import Kernels
from helpers.runs.pipeline import run_client
from helpers.runs.project import Project
from helpers.runs.warm import ForkServer, can_fork
from tests.conftest import ROOT
from tests.runs.page_checks import read_page


class Report:
    """A published report, as its readers find it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record = json.loads((folder / "run.json").read_text("utf-8"))
        self.findings = json.loads((folder / "tables" / "findings.json").read_text("utf-8"))

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "tables" / f"{name}.parquet")

    def has(self, name: str) -> bool:
        return (self.folder / "tables" / f"{name}.parquet").is_file()

    def said(self, page: str, key: str) -> dict:
        return next(f for f in self.findings if (f["page"], f["key"]) == (page, key))

    def status(self) -> dict[str, str]:
        return {step["name"]: step["status"] for step in self.record["steps"]}

    def cover(self) -> str:
        outline = read_page(self.folder / "index.html")
        return " ".join(outline.texts["main"])


def publish(
    project: Project, params_file: Path, reports: Path, *overrides: str, notebooks: Path | None = None
) -> Report:
    """The report of a client, of all notebooks or of those in a folder, by the warm kernels of this test process."""
    job = Job(params_file, project.root, notebooks or project.notebooks, reports, overrides)
    page = run_client(job, lambda *_, **__: None, Kernels(warm_server()))
    return Report(page.parent)


_LENT = """import runpy, signal, socket
from pathlib import Path
from helpers.runs.warm import ForkServer
lent = ForkServer(socket.socket(fileno={control}), Path({folder!r}))
ForkServer.start = classmethod(lambda *_, **__: lent)
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("helpers")
"""


def kit_command(*options: str) -> dict[str, Any]:
    """`kit` as arguments of subprocess.Popen, with the kernels of this test process: for tests that are not about
    starting them."""
    server = warm_server()
    if server is None:
        return {"args": [sys.executable, "-m", "helpers", *options]}
    control = server._control.fileno()
    code = _LENT.format(control=control, folder=str(server.folder))
    return {"args": [sys.executable, "-c", code, *options], "pass_fds": [control]}


@functools.cache
def warm_server() -> ForkServer | None:
    """A fork server for this test process, which ends with it."""
    return ForkServer.start(ROOT / "notebooks") if can_fork() else None
