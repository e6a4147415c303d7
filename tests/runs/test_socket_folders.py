"""Folders for sockets: where they are made, and how by them the next run waits for what a killed one had at work."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from helpers.errors import InputError
from helpers.runs import socket_folders
from helpers.runs.socket_folders import outlasting_killed_runs, socket_folder
from helpers.runs.warm import can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system cannot fork")


def end_a_process() -> int:
    """The id of a process that is no more."""
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], stdout=subprocess.PIPE, check=True)
    return int(done.stdout)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Has /tmp refuse, and temporary files go elsewhere."""
    real = socket_folders.tempfile.mkdtemp

    def make(*, prefix: str, dir: Path) -> str:
        if dir == Path("/tmp"):
            raise OSError(28, "No space left on device")
        return real(prefix=prefix, dir=dir)

    def put(folder: Path) -> None:
        monkeypatch.setattr(socket_folders.tempfile, "mkdtemp", make)
        monkeypatch.setattr(socket_folders.tempfile, "gettempdir", lambda: str(folder))

    return put


def test_where_tmp_is_full_it_is_where_temporary_files_go(
    place: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory
) -> None:
    short = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/var/tmp")
    place(short)
    made = socket_folder()
    assert made.parent == short
    made.rmdir()


def test_none_can_be_made(place: Callable[[Path], None], tmp_path: Path) -> None:
    place(Path("/tmp"))
    with pytest.raises(InputError) as error:
        socket_folder()
    assert str(error.value) == (
        "Kernels have no place for their sockets: No space left on device (/tmp). "
        "Make room in /tmp, or set TMPDIR to a folder with a short path."
    )
    long = tmp_path / ("x" * 90)
    long.mkdir()
    place(long)
    with pytest.raises(InputError, match="sockets cannot have names as long as in "):
        socket_folder()
    assert list(long.iterdir()) == []


def test_those_of_dead_processes_go_and_others_stay() -> None:
    left = Path(f"/tmp/kit-{end_a_process()}-left")
    left.mkdir()
    first, second = socket_folder(), socket_folder()
    assert not left.exists()
    assert first.is_dir()
    first.rmdir()
    second.rmdir()


# As a fork server is started, with the id of its run last; it needs so long to end when it is told to, or ends never.
_SERVER = """import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (time.sleep(float(sys.argv[1])), sys.exit()))
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def killed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], psutil.Process]]:
    """Makes what a killed run leaves: its folder, and a process that needs so many seconds to end."""
    monkeypatch.setattr(socket_folders, "_bases", lambda: [tmp_path])  # of /tmp, runs of other tests take it away
    started: list[subprocess.Popen[bytes]] = []

    def make(seconds: float) -> psutil.Process:
        run = end_a_process()
        (tmp_path / f"kit-{run}-left").mkdir()
        command = [sys.executable, "-c", _SERVER, str(seconds), "helpers.runs.fork_server", str(run)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        output = started[-1].stdout
        assert output
        assert output.readline() == b"ready\n"
        output.close()
        return psutil.Process(started[-1].pid)

    yield make
    for process in started:
        process.kill()
        process.wait()


def lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_what_a_killed_run_has_at_work_ends_first(killed_run: Callable[[float], psutil.Process]) -> None:
    left = killed_run(0.3)
    with outlasting_killed_runs():
        os.kill(left.pid, signal.SIGTERM)
        assert lives(left)
    assert not lives(left)


def test_what_does_not_end_is_killed(
    killed_run: Callable[[float], psutil.Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_folders, "_GONE_SECONDS", 0.2)
    left = killed_run(600)
    with outlasting_killed_runs():
        pass
    left.wait(30)


def test_one_killed_since_is_not_waited_for(killed_run: Callable[[float], psutil.Process]) -> None:
    began = time.monotonic()
    with outlasting_killed_runs():
        left = killed_run(600)  # it died only after this one had begun, and is the next one's to wait for
    assert lives(left)
    assert time.monotonic() - began < socket_folders._GONE_SECONDS
