"""The fork server: a process that has imported what notebooks and runs need, and becomes, forked, whoever is asked for.

    python -m helpers.runs.fork_server FD KERNELS NOTEBOOKS FOLDER PARENT

FD is a socket on which requests come: a byte, with one end of a line for the new child, on which the request itself
follows as JSON; with a worker, one end of its channel too. The server answers on the line with the child's pid, later
with its exit code; a signal sent on the line goes to the child's process group. Who closes the line ends the child: a
kernel at once, a worker after it has cleaned up. So nothing outlives the process that asked, however that one ended.

At most KERNELS kernels live at a time, over all who ask; further requests wait for their turn. NOTEBOOKS is the
folder of those whose imports are made beforehand; FOLDER, for kernels' sockets, is removed at the end; PARENT is the
id of the process that starts it. A worker is forked as soon as what it needs is imported: it reads the client's data
while the imports of notebooks go on.

There is no thread in this process, and no socket of a kernel: both come after the fork. A child begins as this process
is, which never saw a client: it knows nothing of those before it.
"""

import ast
import contextlib
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.runs.lines import Line

KERNEL, WORKER = "kernel", "worker"
_NEW_OBJECTS = 20_000  # between collections of garbage: at Python's 700 charts take a twelfth longer
_GRACE_SECONDS = 20.0  # for a worker to clean up after itself
_PDEATHSIG = 1  # of Linux: the signal that a process gets when its parent dies
_RUNS = "helpers.runs.pipeline"  # what a worker needs
# Imported by others only when first used, so by every kernel again.
_LATE = (
    "ibis.backends.duckdb",  # on the first connection, with the compilers of all engines: the most by far
    "ibis.backends.duckdb.converter",
    "ibis.expr.types.groupby",
    "pyarrow.dataset",  # where pandas reads or writes Parquet
    "pandas.io.formats.csvs",  # and CSV
    "pandas.core.arrays.arrow.extension_types",
    "pandas.core.reshape.reshape",
    "pandas.core.methods.to_dict",
    "matplotlib.backends.backend_svg",  # when a chart is drawn; pyplot chooses no back end before its first figure
    "seaborn",  # pages with heat maps
    "statsmodels.duration.survfunc",  # lifetimes
    "statsmodels.regression.linear_model",  # campaigns
    "statsmodels.stats.multitest",
    "sklearn.ensemble",  # drivers
    "faker",  # common given names, which no quoted comment may hold
    "ipykernel.debugger",  # by every kernel as it starts
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "encodings.ascii",
    "tornado.platform.asyncio",
    "tornado.queues",
)
# What takes a kernel longest to start is its debugger; none of those here is debugged.
_NOT_IMPORTED = ("debugpy",)


@dataclass
class _Request:
    line: Line
    channel: int | None  # a worker's, as a file descriptor
    told: dict[str, Any] = field(default_factory=dict)  # what is asked for, once it has come

    def close(self) -> None:
        self.line.close()
        if self.channel is not None:
            os.close(self.channel)


@dataclass
class _Child:
    pid: int
    kind: str
    line: Line
    ends_at: float | None = None  # when it is killed, once it was asked to end


class _Server:
    def __init__(self, control: socket.socket, kernels: int, folder: Path, modules: Sequence[str] = ()) -> None:
        self.kernels, self.folder, self.pid = kernels, folder, os.getpid()
        self.to_import = deque(modules)  # before the first kernel
        self.selector = selectors.DefaultSelector()
        self.asked: list[_Request] = []  # of which it is not yet told what they are
        self.waiting: deque[_Request] = deque()
        self.children: dict[int, _Child] = {}
        self.asking = {control}  # those who may ask: the run, and its workers
        self.selector.register(control, selectors.EVENT_READ, self._take_request)
        self.woken, waker = socket.socketpair()
        self.woken.setblocking(False)
        waker.setblocking(False)
        self.waker = waker
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        self.selector.register(self.woken, selectors.EVENT_READ, self._reap)

    def serve(self) -> None:
        """Until nobody can ask any more and all children have ended."""
        while self.asking or self.children:
            for key, _ in self.selector.select(self._patience()):
                key.data(key.fileobj)
            for child in self.children.values():
                if child.ends_at is not None and child.ends_at <= time.monotonic():
                    _signal(child.pid, signal.SIGKILL)
            if self.to_import:
                _import(self.to_import.popleft())
                if not self.to_import:
                    _keep_shared()
            while self.waiting and (self.waiting[0].told["kind"] == WORKER or self._has_room()):
                self._fork(self.waiting.popleft())

    def end_kernels(self) -> None:
        """Kill those that are left, where the server was told to end, and wait until they are gone."""
        if os.getpid() != self.pid:  # in a child that ends
            return
        for child in self.children.values():
            if child.kind == KERNEL:
                _signal(child.pid, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(child.pid, 0)

    def _has_room(self) -> bool:
        at_work = sum(child.kind == KERNEL for child in self.children.values())
        return not self.to_import and at_work < self.kernels

    def _patience(self) -> float | None:
        if self.to_import:
            return 0.0
        ends = [child.ends_at for child in self.children.values() if child.ends_at is not None]
        return max(min(ends) - time.monotonic(), 0.05) if ends else None

    def _take_request(self, control: socket.socket) -> None:
        try:
            given, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        except ConnectionError:
            given, descriptors = b"", []
        if not given:
            self.selector.unregister(control)
            self.asking.discard(control)
            control.close()
            return
        if not descriptors:  # there was no room for them here: who asks sees that his line has ended
            return
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        line = Line(socket.socket(fileno=descriptors[0]))
        self.asked.append(_Request(line, next(iter(descriptors[1:]), None)))
        self.selector.register(line, selectors.EVENT_READ, self._hear)

    def _hear(self, line: Line) -> None:
        messages = line.receive()
        request = next((request for request in self.asked if request.line is line), None)
        if request and messages:
            request.told = messages.pop(0)
            self.asked.remove(request)
            if request.told["kind"] == WORKER:
                self.waiting.appendleft(request)  # it does not wait for kernels
            else:
                self.waiting.append(request)
        child = next((c for c in self.children.values() if c.line is line), None)
        for message in messages:
            if child and "signal" in message:
                _signal(child.pid, message["signal"])
        if line.ended:
            self.selector.unregister(line)
            if child is None:
                self._forget(line)
            elif child.kind == KERNEL:
                _signal(child.pid, signal.SIGKILL)
            else:
                _signal(child.pid, signal.SIGTERM)
                child.ends_at = time.monotonic() + _GRACE_SECONDS

    def _forget(self, line: Line) -> None:
        """Who asked is gone."""
        for request in [request for request in (*self.asked, *self.waiting) if request.line is line]:
            request.close()
            (self.asked if request in self.asked else self.waiting).remove(request)

    def _reap(self, woken: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while woken.recv(4096):
                pass
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                _signal(ended[0], signal.SIGKILL)  # what it started and left behind
                child = self.children.pop(ended[0])
                if not child.line.ended:
                    self.selector.unregister(child.line)
                with contextlib.suppress(OSError):
                    child.line.send({"exit": os.waitstatus_to_exitcode(ended[1])})
                child.line.close()

    def _fork(self, request: _Request) -> None:
        kind = request.told["kind"]
        own, given = socket.socketpair() if kind == WORKER else (None, None)  # a worker asks for kernels itself
        try:
            pid = os.fork()
        except OSError as error:  # no memory, or too many processes
            self.selector.unregister(request.line)
            with contextlib.suppress(OSError):
                request.line.send({"refused": error.strerror})
            for end in (request, own, given):
                if end:
                    end.close()
            return
        if not pid:
            if own:
                own.close()
            _end_with(lambda: self._become(request, given))
        if request.channel is not None:
            os.close(request.channel)
        if own and given:
            given.close()
            self.asking.add(own)
            self.selector.register(own, selectors.EVENT_READ, self._take_request)
        self.children[pid] = _Child(pid, kind, request.line)
        with contextlib.suppress(OSError):  # the line's end tells
            request.line.send({"pid": pid})

    def _become(self, request: _Request, control: socket.socket | None) -> None:
        """In the child: leave all that is the server's, and be what was asked for."""
        os.setsid()
        gc.enable()
        gc.set_threshold(_NEW_OBJECTS)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        _die_with(self.pid, signal.SIGKILL if request.told["kind"] == KERNEL else signal.SIGTERM)
        for held in [key.fileobj for key in self.selector.get_map().values()]:
            held.close()  # type: ignore[union-attr]  # sockets and lines, all of them
        for other in (*self.asked, *self.waiting):
            other.close()
        for child in self.children.values():
            child.line.close()
        request.line.close()
        self.waker.close()
        self.selector.close()
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # else all children draw the same; Python's own generator reseeds itself
        if request.told["kind"] == KERNEL:
            _be_kernel(request.told)
        elif request.channel is not None and control is not None:
            from helpers.runs.crew import be_worker
            from helpers.runs.warm import ForkServer

            be_worker(request.channel, ForkServer(control, self.folder))


def _end_with(work: Any) -> None:
    code = 0
    try:
        work()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    except BaseException:
        traceback.print_exc()
        code = 1
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _be_kernel(told: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(told["env"])
    os.chdir(told["cwd"])
    if duckdb := sys.modules.get("duckdb"):
        duckdb.set_default_connection(duckdb.connect())
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", *told["arguments"]]
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(sys.argv[1:])
    app.start()


def _die_with(parent: int, number: int) -> None:
    """Have this process get a signal, 0 = none, when its parent dies: on Linux. Elsewhere a kernel looks itself."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PDEATHSIG, int(number))
    if os.getppid() != parent:  # it died meanwhile
        raise SystemExit(1)


def _signal(pid: int, number: int) -> None:
    """To the process group, which a child leads from its first moment on; before, to the child."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _import(name: str) -> None:
    """The inline back end must not be imported: made here it would drop every figure of the children, silently."""
    try:
        importlib.import_module(name)
    except Exception as error:  # the notebook that needs it will say so, in its own run
        print(f"Not imported beforehand: {name} ({type(error).__name__})", file=sys.stderr)


def _keep_shared() -> None:
    """What is here stays shared with the children: their collector does not touch it."""
    gc.collect()
    gc.freeze()


def _imports(folder: Path) -> Iterator[str]:
    """Modules of the kit that notebooks name in their imports. Others' modules may start threads: not here."""
    for path in folder.glob("*.ipynb"):
        try:
            cells = json.loads(path.read_text("utf-8"))["cells"]
            sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        for source in sources:
            yield from _imports_of(source)


def _imports_of(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("helpers."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers"):
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                try:
                    found = importlib.util.find_spec(whole)
                except (ImportError, AttributeError):
                    found = None
                yield whole if found else str(node.module)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    folder = Path(sys.argv[4])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which tells its workers
    signal.signal(signal.SIGTERM, _terminate)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    gc.disable()  # nearly all that imports make stays
    try:
        _die_with(int(sys.argv[5]), signal.SIGTERM)  # while it does not look whether anybody can still ask
        sys.modules.update(dict.fromkeys(_NOT_IMPORTED))  # type: ignore[arg-type]  # None: there is no such module
        _import(_RUNS)
        _die_with(int(sys.argv[5]), 0)
        if duckdb := sys.modules.get("duckdb"):
            duckdb.default_connection().close()  # made on import, with threads; a child makes its own
        gc.freeze()
        modules = ["ipykernel.kernelapp", *sorted(set(_imports(Path(sys.argv[3])))), *_LATE]
        server = _Server(control, int(sys.argv[2]), folder, modules)
        try:
            server.serve()
        finally:
            server.end_kernels()  # one that begins would put its sockets into the folder that goes
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _terminate(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
