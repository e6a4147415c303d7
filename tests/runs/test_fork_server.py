"""The fork server: who may ask, what a child inherits, and that nothing outlives whoever asked for it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from helpers.errors import InputError
from helpers.runs import fork_server, warm
from helpers.runs.fork_server import KERNEL, WORKER
from helpers.runs.kernels import Kernels, NotebookError
from helpers.runs.lines import Line
from helpers.runs.socket_folders import socket_folder
from helpers.runs.warm import Child, ForkServer, can_fork
from tests.runs.conftest import write_notebook
from tests.runs.test_pipeline import wait_until

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system does not fork")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks in /proc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    started = ForkServer.start(tmp_path_factory.mktemp("notebooks"), kernels=4)
    yield started
    started.close()
    assert not started.folder.exists()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[ForkServer]:
    """A server for a test to kill."""
    started = ForkServer.start(tmp_path, kernels=2)
    yield started
    started.close()
    assert not started.folder.exists()


def kernel(server: ForkServer, **env: str) -> Child:
    """A kernel that lives until it is told to end."""
    file = server.folder / uuid4().hex[:12]
    arguments = ["-f", f"{file}.json", "--transport=ipc", f"--ip={file}", "--log-level=CRITICAL"]
    child = server.fork(KERNEL, {"env": os.environ | env, "cwd": str(server.folder), "arguments": arguments})
    assert child.lives(60)
    return child


def end(*children: Child) -> None:
    for child in children:
        child.kill()
        assert child.wait() == -signal.SIGKILL
        child.close()
        assert not psutil.pid_exists(child.pid)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_request_may_be_larger_than_what_a_socket_holds(server: ForkServer) -> None:
    end(kernel(server, LARGE="x" * 2_000_000))


def test_one_who_asks_and_is_gone_harms_nobody(server: ForkServer) -> None:
    for said in (b"", b'{"kind": "ker', b'{"kind": "kernel"}'):
        own, given = socket.socketpair()
        channel, other = socket.socketpair()
        with server._asking:
            socket.send_fds(server._control, [b"+"], [given.fileno(), other.fileno()])
        given.close()
        other.close()
        own.sendall(said)
        own.close()
        channel.settimeout(30)
        assert channel.recv(1) == b""  # the server has let go of it
        channel.close()
    end(kernel(server))


def test_several_threads_ask_at_once_and_each_gets_its_own(server: ForkServer) -> None:
    children: list[Child] = []
    threads = [threading.Thread(target=lambda: children.append(kernel(server))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({child.pid for child in children}) == 4
    end(*children)


def test_one_that_waits_for_its_turn_is_woken_when_it_is_let_go(server: ForkServer) -> None:
    at_work = [kernel(server) for _ in range(4)]
    waits = server.fork(KERNEL, {"env": {}, "cwd": "/", "arguments": ["-f", "none"]})
    assert not waits.lives(0.0)
    told: list[str] = []

    def wait() -> None:
        try:
            waits.lives()
        except InputError as error:
            told.append(str(error))

    thread = threading.Thread(target=wait)
    thread.start()
    waits.let_go()
    thread.join(30)
    assert told == ["The process that starts kernels has ended. Run it again."]
    waits.close()
    end(*at_work)


@ON_LINUX
def test_a_kernel_holds_nothing_of_the_server_or_of_other_children(server: ForkServer) -> None:
    first, second = kernel(server), kernel(server)
    assert server._process

    def is_free(pid: int) -> bool:
        held = {one: sockets(one) for one in (server._process.pid, first.pid, second.pid, os.getpid())}
        own = held.pop(pid)
        return bool(own) and not own & set().union(*held.values())

    wait_until(lambda: is_free(first.pid) and is_free(second.pid))  # once it has opened its own
    end(first, second)


def sockets(pid: int) -> set[str]:
    found = set()
    for number in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(str(number.readlink()))
    return {name for name in found if name.startswith(("socket:", "pipe:"))} - {
        str(Path("/proc/self/fd/2").readlink())  # what is said there goes to the same place
    }


@ON_LINUX
def test_a_server_that_is_killed_takes_its_kernels_along(mortal: ForkServer) -> None:
    child = kernel(mortal)
    assert mortal._process
    mortal._process.kill()
    assert child.wait() == -signal.SIGKILL
    wait_until(lambda: is_gone(child.pid))
    assert not mortal.alive or mortal._process.wait()
    with pytest.raises(InputError, match="has ended"):
        kernel(mortal)
    child.close()


def test_a_server_that_is_told_to_end_does_so_and_removes_its_folder(mortal: ForkServer) -> None:
    child = kernel(mortal)
    assert mortal._process
    mortal._process.terminate()
    assert mortal._process.wait(30) == 128 + signal.SIGTERM
    assert not mortal.folder.exists()
    wait_until(lambda: is_gone(child.pid))
    child.close()


def test_a_server_ends_when_nobody_can_ask_any_more(mortal: ForkServer) -> None:
    """Also one that is still at its imports."""
    assert mortal._process
    mortal._control.close()
    assert mortal._process.wait(60) == 0
    assert not mortal.folder.exists()


def test_a_server_does_not_outlive_one_who_is_killed_while_it_imports(tmp_path: Path) -> None:
    start = (
        "import os, sys\nfrom pathlib import Path\nfrom helpers.runs.warm import ForkServer\n"
        "server = ForkServer.start(Path(sys.argv[1]))\nprint(server._process.pid, server.folder, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", start, str(tmp_path)], stdout=subprocess.PIPE, text=True, check=False)
    pid, folder = done.stdout.split()
    wait_until(lambda: is_gone(int(pid)))
    assert not Path(folder).exists()


def test_what_a_kernel_started_goes_with_it(server: ForkServer, tmp_path: Path) -> None:
    cell = (
        "import os, subprocess, threading, time\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "started = [subprocess.Popen(['sleep', '600']).pid]\n"
        "os.system('sleep 600 & echo $! > background')\n"
        "started.append(int(open('background').read()))\n"
        "print(*started, file=open('pids', 'w'), flush=True)"
    )
    kernels = Kernels(server)
    for last in ("", "\nos._exit(1)"):
        notebook = write_notebook(tmp_path / "02_rfm.ipynb", "Customers", cell + last)
        if last:
            with pytest.raises(NotebookError, match="The kernel died"):
                kernels.execute(notebook, tmp_path / "out.ipynb", {})
        else:
            kernels.execute(notebook, tmp_path / "out.ipynb", {})
        pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
        assert len(pids) == 2
        wait_until(lambda pids=pids: all(is_gone(pid) for pid in pids))  # type: ignore[misc]


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ForkServer]:
    """A server that serves in a thread of this process, where a fork fails."""

    def refuse() -> int:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(fork_server.os, "fork", refuse)
    own, given = socket.socketpair()
    before = signal.getsignal(signal.SIGCHLD)
    serving = fork_server._Server(given, 1, tmp_path, [])
    thread = threading.Thread(target=serving.serve)
    thread.start()
    asking = ForkServer(own, tmp_path)
    yield asking
    asking.close()
    thread.join(30)
    for held in (serving.woken, serving.waker, serving.selector):
        held.close()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, before)
    assert not thread.is_alive()


@pytest.mark.parametrize("kind", [KERNEL, WORKER])
def test_a_fork_that_fails_is_told_and_nothing_waits_for_it(in_this_process: ForkServer, kind: str) -> None:
    own, given = socket.socketpair()
    child = in_this_process.fork(kind, {}, given.fileno())
    given.close()
    with pytest.raises(InputError) as error:
        child.lives(30)
    assert str(error.value) == "No further process could be started: Cannot allocate memory. Use fewer --jobs."
    own.settimeout(30)
    assert own.recv(1) == b""
    own.close()
    child.close()


def test_a_server_that_cannot_be_started_is_told_and_leaves_no_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[Path] = []

    def folder() -> Path:
        made.append(socket_folder())
        return made[0]

    def refuse(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(warm, "socket_folder", folder)
    monkeypatch.setattr(warm.subprocess, "Popen", refuse)
    with pytest.raises(InputError, match=r"^The process that starts kernels cannot be started: Resource temporarily"):
        ForkServer.start(tmp_path)
    assert not made[0].exists()


def test_a_line_tells_when_its_other_end_is_gone() -> None:
    own, given = socket.socketpair()
    line = Line(own)
    given.sendall(b'{"pid": 1}\n{"ex')
    assert line.receive() == [{"pid": 1}]
    assert not line.ended
    given.sendall(b'it": 0}\n')
    given.close()
    assert line.receive() == [{"exit": 0}]
    assert line.receive() == []
    assert line.ended
    with pytest.raises(OSError, match="Broken pipe"):
        line.send({})
    line.close()
