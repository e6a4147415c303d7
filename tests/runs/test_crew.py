"""Clients side by side: what befalls one stays its own; whatever a notebook or a machine does is told in a sentence.

All with the real command in processes of its own, on small projects; where nobody is killed, with the fork server of
this test process.
"""

import functools
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from helpers.errors import InputError
from helpers.runs import crew as crews
from helpers.runs.crew import Crew
from helpers.runs.job import FAILED, MADE, WRONG, Job, Outcome
from helpers.runs.publish import client_lock
from helpers.runs.warm import can_fork
from tests.runs.conftest import PARAMS, PLAIN, run_kit, write_notebook
from tests.runs.kill_often import KILL, Project, Run, kill_often, what_is_left, write_project
from tests.runs.reports import warm_server
from tests.runs.test_pipeline import wait_until

pytestmark = pytest.mark.skipif(not can_fork(), reason="kills processes as on Linux and macOS")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two clients and one plain notebook."""
    made = write_project(tmp_path / "project {ü}", 2)
    (made.root / "notebooks/01_sales.ipynb").unlink()
    write_notebook(made.root / "notebooks/00_summary.ipynb", "Cover", PLAIN, knobs='word: str = "none"  # any\n')
    return made


def own(project: Project, client: str, *cells: str) -> None:
    """A client's own version of the notebook."""
    write_notebook(
        project.root / f"notebooks/{client}/00_summary.ipynb", "Cover", *cells, knobs='word: str = "none"  # any\n'
    )


def finish(run: Run, seconds: float = 120) -> int:
    try:
        return run.main.wait(seconds)
    finally:
        if run.main.poll() is None:
            run.main.kill()


def statuses(project: Project) -> dict[str, bool]:
    """Whether each client has a report."""
    return {one: (project.reports / one / "latest/index.html").is_file() for one in project.clients}


RUDE = {
    "input": ("input('Your name? ')", "A cell raised StdinNotImplementedError"),
    "exit": ("import sys\nsys.exit(3)", "A cell raised SystemExit: 3"),
    "parent": ("import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(600)", "died"),
    "worker": (
        "import os, psutil, time\n"
        "for one in psutil.Process(os.getppid()).children():\n"
        "    if one.cwd() != os.getcwd():\n        one.kill()\n"
        "time.sleep(600)",
        "The process that made this report died",
    ),
    "folder": ("import os\nos.chdir('/')\nprint(os.getcwd())", ""),
    "fork": (
        "import os\npid = os.fork()\nif not pid:\n    os._exit(7)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7",
        "",
    ),
    "many": (
        "import math, multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    assert pool.map(math.sqrt, [4, 9]) == [2, 3]",
        "",
    ),
    "left": (
        "import os, subprocess, threading, time\nsubprocess.Popen(['sleep', '600'])\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "if not os.fork():\n    time.sleep(600)",
        "",
    ),
}


@pytest.mark.slow
def test_rude_notebooks_harm_only_their_own_client(project: Project) -> None:
    for name, (cell, _) in RUDE.items():
        (project.root / f"params/{name}.yaml").write_text(PARAMS, "utf-8")
        own(project, name, cell)
    run = project.start("--jobs", "1")
    code, told = finish(run, 240), project.told()
    project.clients += list(RUDE)
    assert code == 1
    assert "Traceback" not in told
    good = statuses(project)
    for name, (_, sentence) in RUDE.items():
        lines = [line for line in told.splitlines() if line.startswith(f"{name}: ")]
        assert good[name] == (not sentence), told
        assert len(lines) == bool(sentence), told
        assert not sentence or sentence in lines[0]
    assert good["client_00"]
    assert good["client_01"]
    for name in RUDE:
        (project.root / f"params/{name}.yaml").unlink()
    project.clients = [name for name in project.clients if name not in RUDE]
    assert what_is_left(project, run) == []
    for name in RUDE:
        assert {path.name for path in (project.reports / name).glob(".*")} == set()


@pytest.mark.slow
def test_much_output_is_kept_and_shown(project: Project) -> None:
    own(project, "client_00", "for n in range(50):\n    print('x' * 1_000_000)")
    run = project.start()
    assert finish(run, 300) == 0, project.told()
    assert all(statuses(project).values())


@pytest.mark.slow
def test_two_runs_of_the_same_client(project: Project) -> None:
    """The second says so and goes on with the others; the report of the first is whole."""
    (project.root / "wait").touch()
    own(project, "client_01", "print(1)")
    first = project.start()
    wait_until((project.root / "pid").exists)
    done = run_kit(project.root, "run", "client_00", "client_01", "--force", "--quiet")
    said = done.stderr.splitlines()
    assert done.returncode == 1
    assert (
        "client_00: client_00: Another run is making this client's report just now. Try again when it has ended."
        in said
    )
    (project.root / "wait").unlink()
    assert not statuses(project)["client_00"]
    first.main.send_signal(signal.SIGTERM)
    assert finish(first) == 143
    assert {path.name for path in (project.reports / "client_00").iterdir()} == set()
    assert finish(project.start()) == 0
    assert all(statuses(project).values())


@pytest.mark.slow
def test_ctrl_c_in_a_terminal_reaches_the_run_only_and_a_second_one_changes_nothing(project: Project) -> None:
    """The whole foreground process group gets it."""
    (project.root / "wait").touch()
    run = project.start()
    wait_until((project.root / "pid").exists)
    for process in run.processes():
        assert (os.getpgid(process.pid) == run.main.pid) == (process.pid == run.main.pid)
    for _ in range(3):
        os.killpg(run.main.pid, signal.SIGINT)
    assert finish(run) == 130
    assert run.processes() == []
    assert project.told().endswith("Stopped. What was being made is dropped; the last good reports still stand.\n")
    assert "Traceback" not in project.told()
    assert what_is_left(project, run) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_all_have_ended_when_the_run_has(project: Project, number: signal.Signals) -> None:
    (project.root / "wait").touch()
    run = project.start()
    wait_until((project.root / "pid").exists)
    run.main.send_signal(number)
    assert finish(run) == 128 + number
    assert run.processes() == []
    assert what_is_left(project, run) == []
    assert "Traceback" not in project.told()


@pytest.mark.slow
def test_a_run_that_is_killed_takes_all_along(project: Project) -> None:
    (project.root / "wait").touch()
    run = project.start()
    wait_until((project.root / "pid").exists)
    os.killpg(run.main.pid, KILL)
    assert finish(run) == -KILL
    wait_until(lambda: not run.processes())
    for client in project.clients:
        assert {path.name for path in (project.reports / client).iterdir()} == set()  # not even as failed


@pytest.mark.slow
def test_a_parameter_file_that_goes_before_its_turn(project: Project) -> None:
    outcomes = make(project, "client_00", "gone", "client_01")
    assert [outcome.status for outcome in outcomes.values()] == [MADE, WRONG, MADE]
    assert "gone" in outcomes["gone"].message


def make(project: Project, *clients: str) -> dict[str, Outcome]:
    """What a crew of one makes of them, in this order."""
    outcomes: dict[str, Outcome] = {}
    jobs = [Job(project.root / f"params/{one}.yaml", project.root, project.root / "notebooks", project.reports)
            for one in clients]  # fmt: skip
    with Crew(project.root / "notebooks", 1, server=warm_server()) as crew:
        crew.run(jobs, lambda *_, **__: None, lambda job, outcome: outcomes.update({job.slug: outcome}))
    return outcomes


def test_a_worker_that_cannot_be_begun_fails_its_client_only(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., object] = crews.ForkServer.fork
    errors: list[Exception] = [InputError("No further process could be started"), OSError(24, "Too many open files")]

    def fork(*asked: object) -> object:
        if errors:
            raise errors.pop(0)
        return real(*asked)

    monkeypatch.setattr(crews.ForkServer, "fork", fork)
    outcomes = make(project, "client_00", "other", "client_01")
    assert outcomes["client_00"] == Outcome(FAILED, "No further process could be started.")
    assert outcomes["other"].message == "No further process could be started: Too many open files. Use fewer --jobs."
    assert outcomes["client_01"].status == MADE


@pytest.mark.slow
def test_a_disk_that_is_full_at_any_point(project: Project) -> None:
    """No file can become larger than so much, which stops the run in another place each time; reports stand."""
    assert finish(project.start()) == 0
    before = {one: (project.reports / one / "latest").stat().st_ino for one in project.clients}
    largest_page = (project.reports / "client_00/latest/report.html").stat().st_size
    stopped = set()
    for largest in (0, 300, 3_000, largest_page - 1):
        done = subprocess.run(
            [sys.executable, "-m", "helpers", "run", "--all", "--force", "--quiet", "--jobs", "2"],
            cwd=project.root, capture_output=True, text=True, check=False, timeout=120,
            preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (largest, largest)),
        )  # fmt: skip
        said = done.stderr
        assert done.returncode == 1, said
        assert "Traceback" not in said
        for one in project.clients:
            (line,) = [line for line in said.splitlines() if line.startswith(f"{one}: ")]
            assert line.endswith("The report of 2026-09-30 still stands.")
            assert "File too large" in line or "No usable temporary directory" in line
            stopped.add(line)
            with client_lock(project.reports, one):
                assert (project.reports / one / "latest").stat().st_ino == before[one]
                assert {path.name for path in (project.reports / one).glob(".*")} == set()
    assert len(stopped) == 4 * len(project.clients)


def test_jobs(project: Project) -> None:
    none = run_kit(project.root, "run", "--all", "--jobs", "0")
    assert none.returncode == 2
    assert "Invalid value for '--jobs'" in none.stderr
    assert "Traceback" not in none.stderr
    done = run_kit(project.root, "run", "--all", "--jobs", "100")
    assert done.returncode == 0, done.stderr
    assert all(statuses(project).values())


def test_reports_that_cannot_be_written(project: Project) -> None:
    (project.root / "taken").touch()
    done = run_kit(project.root, "run", "--all", "--reports", "taken", "--quiet")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert all(f"{one}: " in done.stderr for one in project.clients)


@pytest.mark.slow
def test_kills_at_random_moments(tmp_path: Path) -> None:
    counts, faults = kill_often(tmp_path / "project", times=3, seed=4, clients=2)
    assert faults == []
    assert counts["looks at a latest"] > 100
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(p.info["cmdline"] or [])]
