"""A Dask cluster of processes on this machine, and what its workers do in tests in place of a whole report."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from helpers.runs.job import FAILED, MADE, Job, Outcome
from helpers.runs.progress import Reporter

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-09-30"
SECRET = "what the parameter files read"
WITHOUT_KIT = "import sys; sys.modules['helpers'] = None\n"


def make_stage(job: Job, report: Reporter) -> Outcome:
    """A report of one page, in a stage; while the project has a file hold/<client>, it tells that it is at work.

    A client named `bad…` fails.
    """
    report("client", job.slug)
    stage = job.reports / job.slug / f".{DAY}.{os.getpid()}.stage"
    stage.mkdir(parents=True)
    try:
        while (job.project / "hold" / job.slug).exists():
            report("cell", job.slug, done=0, of=1, pid=os.getpid(), at=Path("a/path"))
            time.sleep(0.02)
        (stage / "index.html").write_text(job.slug)
    except BaseException:
        shutil.rmtree(stage)
        raise
    if job.slug.startswith("bad"):
        shutil.rmtree(stage)
        return Outcome(FAILED, "Its data are bad.")
    return Outcome(MADE, stage=stage, target=stage.with_name(DAY))


def break_down(job: Job, report: Reporter) -> Outcome:
    raise ZeroDivisionError("a defect of the kit")


def die(job: Job, report: Reporter) -> Outcome:
    os._exit(9)


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        told = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told), **environment
        )
        wait_for(lambda: told.exists() and '"address"' in told.read_text(), self.scheduler)
        self.address = told.read_text().split('"address": "')[1].split('"')[0]

    def add_worker(self, *, first: str = "", **environment: str) -> subprocess.Popen[bytes]:
        """A worker of one thread, which does `first` before it begins."""
        worker = self._start(
            "worker", self.address, "--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder),
            "--death-timeout", "60", first=first, **environment,
        )  # fmt: skip
        return worker

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def _start(self, kind: str, *arguments: str, first: str = "", **environment: str) -> subprocess.Popen[bytes]:
        code = f"{first}import sys; sys.argv[1:] = {[*arguments, '--no-dashboard']!r}\n"
        code += f"from distributed.cli.dask_{kind} import main; main()"
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        with (self.folder / f"{kind}_{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path, "KIT_SECRET": SECRET} | environment,
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process


def wait_for(what: Callable[[], bool], process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Until it is so; fails after a minute, or at once where the process has ended."""
    ends = time.monotonic() + 60
    while not what():
        assert time.monotonic() < ends
        assert process is None or process.poll() is None
        time.sleep(0.02)
