"""Kills `kit run --all` at random moments, and looks what stands meanwhile and what is left.

    python -m tests.runs.kill_often --times 50 --seed 1

Twenty small clients are made two at a time. A watcher looks all the while whether every `latest` is a whole report.
After each kill the command runs to its end: then no process of the killed run may live, and no half-made folder, no
folder of sockets and no held lock may be there.
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from helpers.runs.publish import client_lock
from tests.runs.conftest import AS_OF, COVER, PARAMS, SALES, START, _write_project, write_notebook

PAGES = ("index.html", "01_sales.html", "report.html")
MARK = "KIT_TEST_RUN"  # in the environment of all processes of a run
GRACE_SECONDS = 25.0  # for the workers of a run that was killed, where no other has ended meanwhile
KILL, TERM, INT, HUP = signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP
# Who gets which signal, and how often of a hundred.
VICTIMS = [
    ("main", KILL, 35), ("main", TERM, 12), ("main", INT, 10), ("main", HUP, 5), ("group", KILL, 8),
    ("server", KILL, 10), ("worker", KILL, 10), ("kernel", KILL, 10),
]  # fmt: skip


@dataclass
class Project:
    root: Path
    clients: list[str]

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    def start(self, *options: str) -> "Run":
        """The command as a shell would start it, its own process group."""
        mark = uuid.uuid4().hex
        told = (self.root / "told").open("w")
        process = subprocess.Popen(
            [sys.executable, "-c", START, "run", "--all", "--jobs", "2", *options],
            cwd=self.root, env=os.environ | {MARK: mark}, stdin=subprocess.DEVNULL, stdout=told, stderr=told,
            start_new_session=True,
        )  # fmt: skip
        told.close()
        return Run(process, mark)

    def told(self) -> str:
        return (self.root / "told").read_text("utf-8")


# A process that a script begins in the background may have been told to ignore Ctrl-C.


@dataclass
class Run:
    main: "subprocess.Popen[bytes]"
    mark: str

    def processes(self) -> list[psutil.Process]:
        """All processes of this run that live, its main one first."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == self.mark:
                    found.append(process)
        return sorted(found, key=lambda process: process.pid != self.main.pid)

    def victims(self, kind: str) -> list[int]:
        """The ids of the processes of a kind; a group's is that of its leader, negative."""
        if kind in ("main", "group"):
            return [self.main.pid if kind == "main" else -self.main.pid]
        found: dict[str, list[int]] = {"server": [], "worker": [], "kernel": []}
        for process in self.processes():
            with suppress(psutil.Error):
                parent = process.ppid()
                if parent == self.main.pid and "helpers.runs.fork_server" in process.cmdline():
                    found["server"].append(process.pid)
                elif parent != self.main.pid and process.pid != self.main.pid:
                    found["kernel" if Path(process.cwd()).name == "notebooks" else "worker"].append(process.pid)
        return found[kind]


@dataclass
class Watcher:
    """Looks, in a thread, whether every client's `latest` is whole; `faults` are those found."""

    project: Project
    looks: int = 0
    faults: list[str] = field(default_factory=list)

    @contextmanager
    def watching(self) -> Iterator["Watcher"]:
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                for client in self.project.clients:
                    self._look(client)
                    done.wait(0.001)  # the cores are for those who are killed

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield self
        finally:
            done.set()
            thread.join()

    def _look(self, client: str) -> None:
        for one in self.project.clients:  # often: a link is pointing to nothing for microseconds only
            try:
                (self.project.reports / one / "latest/").stat()
            except OSError as error:
                self.faults.append(f"{one}: latest points to nothing ({error.strerror})")
        self.looks += 1
        latest = self.project.reports / client / "latest"
        while True:
            before = self._which(latest)
            wrong = what_is_wrong(latest)
            if self._which(latest) == before:  # else another report has come to stand there meanwhile
                self.faults += [f"{client}: {one}" for one in wrong]
                return

    def _which(self, latest: Path) -> int:
        with suppress(OSError):
            return latest.stat().st_ino
        return 0


def what_is_wrong(report: Path) -> list[str]:
    """Why a folder is not a whole report."""
    wrong = []
    try:
        if json.loads((report / "run.json").read_text("utf-8"))["status"] != "published":
            wrong.append("run.json does not say that it is published")
        for page in PAGES:
            text = (report / page).read_text("utf-8")
            if "</html>" not in text[-200:]:
                wrong.append(f"{page} has no end")
            links = re.findall(r'href="([^"#:?]+)["#]', text)
            wrong += [f"{page}: {link} is not there" for link in links if not (report / link).exists()]
        tables = {path.name for path in (report / "tables").iterdir()}
        if tables != {"findings.json", "spend_by_customer.csv", "spend_by_customer.parquet"}:
            wrong.append(f"tables are {sorted(tables)}")
        if (report / ".data").exists():
            wrong.append("the client's data are in it")
    except (OSError, ValueError) as error:
        wrong.append(str(error))
    return wrong


def what_is_left(project: Project, run: Run) -> list[str]:
    """What a run has left behind that should not be there once another has come to its end."""
    ends = time.monotonic() + GRACE_SECONDS
    while (living := run.processes()) and time.monotonic() < ends:
        time.sleep(0.05)
    left = [f"{process.pid} lives" for process in living]
    for client in project.clients:
        there = {path.name for path in (project.reports / client).iterdir()}
        left += [f"{client}: {name}" for name in there - {AS_OF, "latest"}]
        with client_lock(project.reports, client):  # raises where another holds it
            pass
    for folder in Path("/tmp").glob(f"kit-{run.main.pid}-*"):
        left.append(str(folder))
    return left


def write_project(root: Path, clients: int) -> Project:
    _write_project(root)
    (root / "params/acme.yaml").unlink()
    names = [f"client_{n:02}" for n in range(clients)]
    for name in names:
        (root / f"params/{name}.yaml").write_text(PARAMS, "utf-8")
    write_notebook(
        root / "notebooks/00_summary.ipynb", "Cover", COVER, "cover.headlines(load_findings(), load_steps())"
    )
    knobs = "min_amount: float = 0.0  # the least an order line counts with [0..]\n"
    write_notebook(root / "notebooks/01_sales.ipynb", "Sales", SALES, knobs=knobs, needs=["orders"])
    return Project(root, names)


def kill_often(root: Path, times: int, seed: int, clients: int = 20) -> tuple[Counter[str], list[str]]:
    """How often who was killed by what, and all that was wrong."""
    chance = random.Random(seed)
    project = write_project(root, clients)
    faults: list[str] = []
    counts: Counter[str] = Counter()
    began = time.monotonic()
    if code := project.start().main.wait():
        return counts, [f"the first run ended with {code}: {project.told()}"]
    takes = time.monotonic() - began
    watcher = Watcher(project)
    with watcher.watching():
        n = 0
        while n < times:
            kind, number, _ = chance.choices(VICTIMS, [often for *_, often in VICTIMS])[0]
            run = project.start("--force")
            with suppress(subprocess.TimeoutExpired):
                run.main.wait(chance.uniform(0.0, takes))
            while not (victims := run.victims(kind)) and run.main.poll() is None:
                pass  # there is none just now
            hit = bool(victims) and run.main.poll() is None  # else the run was over before
            n += hit
            counts[f"{kind} {number.name}" if hit else "too late"] += 1
            with suppress(ProcessLookupError):
                for pid in chance.sample(victims, min(1, len(victims))):
                    os.killpg(-pid, number) if pid < 0 else os.kill(pid, number)
            code = run.main.wait()
            counts[f"ended with {code}"] += 1
            if "Traceback" in project.told():
                faults.append(f"kill {n}, {kind} {number.name}: {project.told()}")
            again = project.start(*chance.choice([("--force",), (), ()]))
            code = again.main.wait()
            wrong = [f"{process.pid} lives longer than the next run" for process in run.processes()]
            wrong += [f"the next run ended with {code}: {project.told()}"] if code else []
            wrong += [*what_is_left(project, run), *what_is_left(project, again)]
            faults += [f"kill {n}, {kind} {number.name}: {one}" for one in wrong]
            told = f"{n}: {kind} {number.name}; {watcher.looks} looks, {len(watcher.faults)} at fault"
            print(told, *wrong, sep="\n", flush=True)
    counts["looks at a latest"] = watcher.looks
    return counts, [*faults, *watcher.faults]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--times", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--clients", type=int, default=20)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts, faults = kill_often(Path(folder) / "project", told.times, told.seed, told.clients)
    for what, often in sorted(counts.items()):
        print(f"{what:<40} {often}")
    print(*(faults or ["Nothing was ever half-made, and nothing is left."]), sep="\n")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
