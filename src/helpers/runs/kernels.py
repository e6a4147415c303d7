"""Executes one notebook through papermill, in a kernel of this very interpreter, and judges the outcome itself.

Papermill marks a cell that timed out, or whose kernel died, as completed. A notebook counts as done here only
when every code cell ran to its end without an error.
"""

import contextlib
import logging
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from helpers.errors import InputError, ThinDataError
from helpers.story import fmt

USER_ERRORS = ("InputError", "ParamsError")

logging.getLogger("papermill").setLevel(logging.CRITICAL)  # it warns of what is checked or told here


class NotebookError(InputError):
    """A notebook did not run to its end; the message says where and what to do."""


class _OwnKernel(AsyncKernelManager):
    """A kernel of this interpreter, whatever kernels the machine has registered; it keeps no history file."""

    started: "list[_OwnKernel]" = []  # noqa: RUF012  # shared on purpose: who must be stopped on interrupt

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.has_trait("transport_encryption"):  # others on the machine could listen in on a client's data
            self.transport_encryption = "required"
        self.started.append(self)

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=[*argv, "--HistoryManager.enabled=False", "--log-level=ERROR"],
            language="python",
            metadata={"supported_encryption": "curve"},
        )


# Kernels that start at the same moment can be given the same port, and all but one die before a cell has run.
_NEVER_ANSWERED = "Kernel died before replying"


def execute_notebook(
    notebook: Path,
    output: Path,
    parameters: dict[str, Any],
    *,
    on_cell: Callable[[int, int], None] = lambda done, of: None,
    timeout_seconds: int = 1800,
) -> None:
    """Run `notebook` with `parameters` and write it, executed, to `output`, also when it fails half-way.

    `on_cell(done, of)` is called before each code cell. The kernel works in the notebook's folder. Raises
    NotebookError, or ThinDataError where the notebook found too few data for its analysis.
    """
    code_cells = _count_code_cells(notebook)
    done = 0

    def cell_starts(cell: Any, cell_index: int) -> None:
        nonlocal done
        if cell.cell_type == "code":
            on_cell(done, code_cells)
            done += 1

    failures: list[BaseException] = []
    stopping = threading.Event()
    ended = threading.Event()  # an interrupt of Thread.join makes is_alive() lie before Python 3.13

    def execute() -> None:
        papermill.execute_notebook(
            _as_pattern(notebook),
            _as_pattern(output),
            parameters,
            progress_bar=False,
            kernel_name="python3",
            language="python",  # a notebook need not say so
            execution_timeout=timeout_seconds,
            on_cell_start=cell_starts,
            kernel_manager_class=_OwnKernel,
            shutdown_kernel="immediate",  # asked to leave, ipykernel 7 at times takes seconds and complains
            resources={"metadata": {"path": str(notebook.parent)}},
        )

    def run() -> None:
        try:
            try:
                execute()
            except RuntimeError as error:
                if done or stopping.is_set() or _NEVER_ANSWERED not in str(error):
                    raise
                execute()
        except BaseException as error:  # handed to the caller's thread below
            failures.append(error)
        finally:
            with contextlib.suppress(RuntimeError):
                ensure_event_loop().close()  # the one nbclient opened for this thread and leaves open
            ended.set()

    # In a thread of its own, so that an interrupt reaches this one and the kernel can be stopped cleanly.
    _OwnKernel.started.clear()
    threading.Thread(target=run, name=f"notebook {notebook.stem}", daemon=True).start()
    try:
        while not ended.wait(0.2):
            pass
    except BaseException:
        stopping.set()
        _stop_kernels(ended)
        raise
    if failures:
        raise _explain(failures[0], notebook, output, timeout_seconds) from failures[0]
    _check_complete(notebook, output)


def _as_pattern(path: Path) -> str:
    """A path as papermill takes it: braces would be filled in with parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _explain(error: BaseException, notebook: Path, output: Path, timeout_seconds: int) -> InputError:
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


def _stop_kernels(ended: threading.Event) -> None:
    """Kill the kernel, also one that is only just starting, until its thread has noticed."""
    deadline = time.monotonic() + 10
    while not ended.wait(0.1) and time.monotonic() < deadline:
        for manager in _OwnKernel.started:
            process = getattr(manager.provisioner, "process", None)
            if process is not None:
                process.kill()
