"""Executes one notebook through papermill, in a kernel of this very interpreter, and judges the outcome itself.

Papermill marks a cell that timed out, or whose kernel died, as completed. A notebook counts as done here only
when every code cell ran to its end without an error.
"""

import contextlib
import logging
import math
import queue
import shutil
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import nbformat
import papermill
import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets import Type

from helpers.errors import InputError, ThinDataError
from helpers.runs.socket_folders import socket_folder
from helpers.runs.warm import ONE_THREAD, PROVISIONER, Child, ForkServer
from helpers.story import fmt

USER_ERRORS = ("InputError", "ParamsError")
# Kernels that start at the same moment can be given the same port, and all but one die before a cell has run.
_NEVER_ANSWERED = "Kernel died before replying"
_RECONNECT_MS = 10  # to sockets that a kernel is only just making; ZeroMQ tries every 100

logging.getLogger("papermill").setLevel(logging.CRITICAL)  # it warns of what is checked or told here


class NotebookError(InputError):
    """A notebook did not run to its end; the message says where and what to do."""


class _Client(AsyncKernelClient):
    """Takes a kernel for ready once its own messages say so. The library's waits a fifth of a second for the next that
    does not come, which is as long as a small notebook's cells take."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        ends = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            asked = self.kernel_info()
            with contextlib.suppress(queue.Empty):  # of output: the socket for it was not yet connected
                reply = await self.get_shell_msg(timeout=1)
                if reply["msg_type"] == "kernel_info_reply":
                    await self._idle_after(asked)
                    self._handle_kernel_info_reply(reply)
                    return
            if not await self._async_is_alive():
                raise RuntimeError(f"{_NEVER_ANSWERED} to kernel_info")
            if time.monotonic() >= ends:
                raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")

    async def _idle_after(self, asked: str) -> None:
        """Read what the kernel has put out, to the end of what was asked for; raises queue.Empty where it is silent."""
        while True:
            told = await self.get_iopub_msg(timeout=0.02)
            ended = told["content"].get("execution_state") == "idle"
            if ended and told["parent_header"].get("msg_id") == asked:
                return


class _OwnKernel(AsyncKernelManager):
    """A kernel of this interpreter, whatever kernels the machine has registered; it keeps no history file.

    nbclient makes it itself, of a class: what it needs to know are the attributes of a class made for one notebook.
    """

    run: "Kernels"
    on_start: Callable[[], None]
    client_factory = Type(_Client)
    where: dict[str, Any] = {}  # noqa: RUF012  # its sockets: files, where the system has such
    child: Child | None = None  # what the fork server has forked

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, **self.where)
        self.context.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MS)
        if not self.where and self.has_trait("transport_encryption"):  # others here could listen in on a client's data
            self.transport_encryption = "required"
        self.run.begins(self)

    @property
    def server(self) -> ForkServer | None:
        return self.run.server

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        provisioner = {"kernel_provisioner": {"provisioner_name": PROVISIONER}} if self.server else {}
        return KernelSpec(
            argv=[*argv, "--HistoryManager.enabled=False", "--log-level=ERROR"],
            language="python",
            env=ONE_THREAD,
            metadata={"supported_encryption": "curve"} | provisioner,
        )


class _Engine(NBClientEngine):
    """Papermill's own engine, which keeps the notebook as far as it ran: papermill itself would save every cell."""

    name = "kit"

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, keep: Path, **options: Any) -> None:
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **options)
        except BaseException:
            if keep.parent.is_dir():
                nbformat.write(nb_man.nb, keep)
            raise


papermill_engines.register(_Engine.name, _Engine)


class Kernels:
    """Where the kernels of one run come from: forked by `server`, or started anew without one. `stop` ends them all."""

    def __init__(self, server: ForkServer | None = None) -> None:
        self.server = server
        self._folder = server.folder if server else socket_folder() if sys.platform != "win32" else None
        self._running: set[_OwnKernel] = set()
        self._stopping = False

    def execute(
        self,
        notebook: Path,
        output: Path,
        parameters: dict[str, Any],
        *,
        on_start: Callable[[], None] = lambda: None,
        on_cell: Callable[[int, int], None] = lambda done, of: None,
        timeout_seconds: int = 1800,
    ) -> None:
        """Run `notebook` with `parameters` and write it, executed, to `output`, also when it fails half-way.

        `on_start` is called when the kernel has its turn, `on_cell(done, of)` before each code cell. The kernel works
        in the notebook's folder. Raises NotebookError, or ThinDataError where the notebook found too few data.
        """
        code_cells = _count_code_cells(notebook)
        done = 0

        def cell_starts(cell: Any, cell_index: int) -> None:
            nonlocal done
            if cell.cell_type == "code":
                on_cell(done, code_cells)
                done += 1

        def execute() -> None:
            papermill.execute_notebook(
                _as_pattern(notebook),
                _as_pattern(output),
                parameters,
                engine_name=_Engine.name,
                keep=output,
                progress_bar=False,
                kernel_name="python3",
                language="python",  # a notebook need not say so
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                execution_timeout=timeout_seconds,
                on_cell_start=cell_starts,
                kernel_manager_class=self._kernel_class(on_start),
                shutdown_kernel="immediate",  # asked to leave, ipykernel 7 at times takes seconds and complains
                resources={"metadata": {"path": str(notebook.parent)}},
            )

        try:
            try:
                execute()
            except RuntimeError as error:
                if done or self._stopping or _NEVER_ANSWERED not in str(error):
                    raise
                execute()
        except Exception as error:
            raise _explain(error, notebook, output, timeout_seconds) from error
        finally:
            with contextlib.suppress(RuntimeError):
                ensure_event_loop().close()  # the one nbclient opened for this thread and leaves open
        _check_complete(notebook, output)

    def stop(self) -> None:
        """Kill all kernels, also those that are only just starting."""
        self._stopping = True
        for manager in list(self._running):
            if manager.child is not None:
                manager.child.let_go()
            elif process := getattr(manager.provisioner, "process", None):
                process.kill()

    def close(self) -> None:
        if self._folder and not self.server:
            shutil.rmtree(self._folder, ignore_errors=True)

    def begins(self, manager: _OwnKernel) -> None:
        if self._stopping:
            raise NotebookError("The run was stopped")
        self._running.add(manager)

    def _kernel_class(self, on_start: Callable[[], None]) -> type[_OwnKernel]:
        where: dict[str, Any] = {}
        if self._folder:
            name = self._folder / uuid4().hex[:12]
            where = {"transport": "ipc", "ip": str(name), "connection_file": f"{name}.json"}
        return type("Kernel", (_OwnKernel,), {"run": self, "on_start": staticmethod(on_start), "where": where})


def execute_notebook(
    notebook: Path, output: Path, parameters: dict[str, Any], *, kernels: Kernels | None = None, **how: Any
) -> None:
    """`Kernels.execute` so that an interrupt stops the kernel cleanly; without `kernels` it starts anew."""
    own = kernels or Kernels()
    ended = Endings(own)
    try:
        ended.start(notebook.stem, lambda: own.execute(notebook, output, parameters, **how))
        _, error = ended.next()
        if error:
            raise error
    finally:
        if kernels is None:
            own.close()


class Endings:
    """Work in threads of their own, so that an interrupt reaches this one and kernels can be stopped cleanly."""

    def __init__(self, kernels: Kernels) -> None:
        self._kernels = kernels
        self._ended: queue.Queue[tuple[str, BaseException | None]] = queue.Queue()
        self.at_work: set[str] = set()

    def start(self, name: str, work: Callable[[], None]) -> None:
        def do() -> None:
            try:
                work()
            except BaseException as error:  # handed to whoever waits
                self._ended.put((name, error))
            else:
                self._ended.put((name, None))

        self.at_work.add(name)
        threading.Thread(target=do, name=f"notebook {name}", daemon=True).start()

    def next(self) -> tuple[str, BaseException | None]:
        """The next work that ends, with its error. Whatever interrupts the waiting stops all kernels first."""
        try:
            while True:
                with contextlib.suppress(queue.Empty):
                    name, error = self._ended.get(timeout=0.2)
                    self.at_work.discard(name)
                    return name, error
        except BaseException:
            self._stop()
            raise

    def _stop(self) -> None:
        deadline = time.monotonic() + 10
        while self.at_work and time.monotonic() < deadline:
            self._kernels.stop()  # again: one may be only just starting
            with contextlib.suppress(queue.Empty):
                self.at_work.discard(self._ended.get(timeout=0.1)[0])


def _as_pattern(path: Path) -> str:
    """A path as papermill takes it: braces would be filled in with parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _explain(error: BaseException, notebook: Path, output: Path, timeout_seconds: int) -> InputError:
    if isinstance(error, InputError):
        return error
    see = f"The notebook as far as it ran: {output}" if output.is_file() else ""
    if isinstance(error, PapermillExecutionError):
        if error.ename == ThinDataError.__name__:
            return ThinDataError(error.evalue)
        if error.ename in USER_ERRORS:
            return NotebookError(error.evalue)
        where = f"{notebook.name}, {_section(notebook, error.source)}"
        return NotebookError(f"A cell raised {error.ename}: {_first_line(error.evalue)}", where=where, mend=see)
    if isinstance(error, CellTimeoutError):
        return NotebookError(
            f"A cell ran for more than {fmt.many(timeout_seconds, 'second')} and was stopped",
            where=notebook.name,
            mend=f"Give it longer with --timeout, or less data. {see}",
        )
    if isinstance(error, DeadKernelError):
        return NotebookError("The kernel died; most often the machine ran out of memory", where=notebook.name, mend=see)
    return NotebookError(f"{type(error).__name__}: {_first_line(str(error))}", where=notebook.name, mend=see)


def _first_line(text: str) -> str:
    """The part of an error that a reader can take in; the rest is in the notebook."""
    return textwrap.shorten((text.strip().splitlines() or [""])[0], 300, placeholder=" …")


def _check_complete(notebook: Path, output: Path) -> None:
    executed = nbformat.read(output, as_version=4)
    for cell in executed.cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        failed = any(o.output_type == "error" for o in cell.outputs)
        if failed or cell.execution_count is None:
            raise NotebookError(
                "A cell did not run to its end",
                where=f"{notebook.name}, {_section(notebook, cell.source)}",
                mend=f"The notebook as far as it ran: {output}",
            )


def _section(notebook: Path, source: str) -> str:
    """Where in the notebook a cell stands, as a reader would find it: its nearest heading above."""
    heading = "at its top"
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "markdown" and cell.source.lstrip().startswith("#"):
            heading = f"under “{cell.source.lstrip().splitlines()[0].lstrip('# ')}”"
        if cell.source.strip() == source.strip():
            break
    return heading


def _count_code_cells(notebook: Path) -> int:
    return sum(c.cell_type == "code" for c in nbformat.read(notebook, as_version=4).cells) + 1
