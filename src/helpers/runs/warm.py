"""Warm kernels: jupyter_client's provisioner, which asks a fork server for a kernel instead of starting Python anew.

`ForkServer` is the handle on the server (`fork_server.py`) and asks it for children; `WarmProvisioner` is what
jupyter_client calls, under the name `kit-warm`.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from helpers.errors import InputError
from helpers.runs.fork_server import KERNEL
from helpers.runs.lines import Line
from helpers.runs.socket_folders import socket_folder

PROVISIONER = "kit-warm"
# One thread a kernel, of the engine and for products of matrices: kernels side by side would take each other's cores,
# and only in one thread are numbers added up in the same order every time, so that a report can be made again to the
# last digit. A process with threads cannot be forked, besides.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "KIT_THREADS"), "1")
_KILL_SECONDS = 5.0  # for a kernel to be gone
_END_SECONDS = 30.0  # for the server, which gives its children 20
_SERVER = {name: value for name, value in ONE_THREAD.items() if name != "KIT_THREADS"}  # reading takes all there are
_SERVER |= {"JE_ARROW_MALLOC_CONF": "background_thread:false"}  # of Arrow's memory, before the fork

# Told here, as an entry point of the package would be: it is nobody else's, and holds without installing anew.
KernelProvisionerFactory.provisioners[PROVISIONER] = EntryPoint(
    PROVISIONER, "helpers.runs.warm:WarmProvisioner", KernelProvisionerFactory.GROUP_NAME
)


def can_fork() -> bool:
    """Whether this system has what a fork server needs."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and sys.platform != "win32"


class Child:
    """A process that the server has forked, with the methods of a subprocess.Popen that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, line: Line) -> None:
        self.line = line
        self.pid = 0  # until it lives
        self.returncode: int | None = None

    def lives(self, wait_seconds: float | None = None) -> bool:
        """Whether the child has come to life, waiting for its turn; raises InputError where it cannot."""
        ends = None if wait_seconds is None else time.monotonic() + wait_seconds
        while not self.pid:
            left = None if ends is None else max(ends - time.monotonic(), 0.0)
            self._hear(left)
            if self.returncode is not None and not self.pid:
                raise InputError("The process that starts kernels has ended", mend="Run it again.")
            if ends is not None and time.monotonic() >= ends:
                break
        return bool(self.pid)

    def poll(self) -> int | None:
        if self.returncode is None:
            self._hear(0.0)
        return self.returncode

    def wait(self) -> int | None:
        while self.returncode is None:
            self._hear(None)
        return self.returncode

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(OSError):
            self.line.send({"signal": int(number)})

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def let_go(self) -> None:
        """The server ends what still lives; whoever waits for it in another thread is woken, and closes it."""
        with contextlib.suppress(OSError):
            self.line.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of it, when no other thread reads of it any more."""
        self.let_go()
        self.line.close()

    def _hear(self, wait_seconds: float | None) -> None:
        try:
            messages = self.line.receive(wait_seconds)
        except OSError:
            messages, self.line.ended = [], True
        for message in messages:
            self.pid = message.get("pid", self.pid)
            self.returncode = message.get("exit", self.returncode)
            if "refused" in message:
                raise InputError(f"No further process could be started: {message['refused']}", mend="Use fewer --jobs.")
        if self.line.ended and self.returncode is None:
            self.returncode = -signal.SIGKILL  # the server is gone, and its children with it


class ForkServer:
    """Asks a fork server for children; several threads may ask at once."""

    def __init__(self, control: socket.socket, folder: Path, process: subprocess.Popen[bytes] | None = None) -> None:
        self.folder = folder  # for kernels' sockets; the server removes it
        self._control, self._process = control, process
        self._asking = threading.Lock()

    @classmethod
    def start(cls, notebooks: Path, kernels: int = 0) -> "ForkServer":
        """A new server, for at most `kernels` at a time; 0 = as many as there are cores to use."""
        folder = socket_folder()
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            try:
                own, given = socket.socketpair()
                undo.callback(own.close)
                with given:
                    process = subprocess.Popen(
                        [sys.executable, "-P", "-m", "helpers.runs.fork_server", str(given.fileno()),
                         str(kernels or cores()), str(notebooks), str(folder), str(os.getpid())],
                        pass_fds=[given.fileno()], start_new_session=True, stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL, env=_SERVER | os.environ,
                    )  # fmt: skip
            except OSError as error:
                raise InputError(f"The process that starts kernels cannot be started: {error.strerror}") from error
            undo.pop_all()
        return cls(own, folder, process)

    def fork(self, kind: str, told: dict[str, Any], channel: int | None = None) -> Child:
        """A child; it may have to wait for its turn (`Child.lives`). Raises InputError where the server is gone."""
        own, given = socket.socketpair()
        line = Line(own)
        with given:
            try:
                with self._asking:
                    passed = [given.fileno()] + ([channel] if channel is not None else [])
                    socket.send_fds(self._control, [b"+"], passed)
                line.send(told | {"kind": kind})
            except OSError as error:
                line.close()
                raise InputError("The process that starts kernels has ended", mend="Run it again.") from error
        return Child(line)

    @property
    def alive(self) -> bool:
        return self._process is None or self._process.poll() is None

    def close(self) -> None:
        """Let the server end, once its children have."""
        self._control.close()
        if self._process is None:
            return
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)  # it was killed before it could


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by asking the fork server that the kernel manager holds."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        manager: Any = self.parent
        env = {name: str(value) for name, value in kwargs.get("env", os.environ).items()}
        told = {"env": env, "cwd": str(kwargs.get("cwd") or Path.cwd()), "arguments": cmd[cmd.index("-f") :]}
        child = manager.server.fork(KERNEL, told)
        manager.child = self.process = child  # a Popen as far as it is used
        try:
            child.lives()
        except BaseException:
            child.close()
            raise
        manager.on_start()
        self.pid = child.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Ends when the kernel has: jupyter_client would look for that every tenth of a second."""
        await super().kill(restart)
        ends = time.monotonic() + _KILL_SECONDS
        while await self.poll() is None and time.monotonic() < ends:
            await asyncio.sleep(0.005)

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        self.process = None
        return 0

    async def send_signal(self, signum: int) -> None:
        """Not the interrupt that jupyter_client sends a kernel it is about to kill: some complain of it on stderr."""
        if signum != signal.SIGINT or not self.parent.shutting_down:  # type: ignore[union-attr]
            await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        await super().cleanup(restart)
        if not restart and (child := getattr(self.parent, "child", None)):
            child.close()


def cores() -> int:
    """The processors that this process may use, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
