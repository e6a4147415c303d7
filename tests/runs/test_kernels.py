"""One notebook in its kernel: what runs it, and how each way of not reaching its end is told."""

import asyncio
import json
import queue
import sys
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from helpers.runs import kernels
from helpers.runs.kernels import NotebookError, execute_notebook
from tests.runs.conftest import write_notebook


def failure(folder: Path, *cells: str, seconds: int = 60) -> str:
    """The message of a notebook that must fail, without its folder; the notebook it speaks of must be there."""
    notebook = write_notebook(folder / "02_rfm.ipynb", "Customers", *cells)
    output = folder / "executed.ipynb"
    with pytest.raises(NotebookError) as error:
        execute_notebook(notebook, output, {}, timeout_seconds=seconds)
    assert nbformat.read(output, as_version=4).cells
    message = str(error.value)
    assert len(message.splitlines()) == 1
    return message.replace(str(output), "[there]")


def outputs(notebook: Path) -> list[str]:
    cells = nbformat.read(notebook, as_version=4).cells
    return [o.text for c in cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream"]


def test_the_kernel_is_of_this_interpreter_and_takes_the_parameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "jupyter/kernels/python3"
    broken.mkdir(parents=True)
    (broken / "kernel.json").write_text(
        json.dumps({"argv": ["/no/such/python"], "display_name": "", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(broken.parents[1]))
    folder = tmp_path / "with {braces} and ü"
    cells = ["import sys, os; print(sys.executable)", "print(run_dir, bins)", "print(os.getcwd())", "# End", " "]
    notebook = write_notebook(folder / "02_rfm.ipynb", "Customers", *cells, knobs="bins: int = 5  # scores\n")
    told: list[tuple[int, int]] = []
    execute_notebook(
        notebook, folder / "out.ipynb", {"run_dir": "here", "bins": 3}, on_cell=lambda done, of: told.append((done, of))
    )
    assert outputs(folder / "out.ipynb") == [f"{sys.executable}\n", "here 3\n", f"{folder}\n"]
    assert outputs(notebook) == []
    # Five cells of its own, the blank one among them, and the injected one.
    assert told[:5] == [(0, 6), (1, 6), (2, 6), (3, 6), (4, 6)]


def test_an_error_is_told_with_its_section_in_one_line(tmp_path: Path) -> None:
    cells = [
        "# Above",
        "ok = 1",
        "## Who is `best`?",
        f"raise KeyError('{'x' * 900}' + chr(10) + 'y')",
        "print('after')",
    ]
    message = failure(tmp_path, *cells)
    assert message.startswith("02_rfm.ipynb, under “Who is `best`?”: A cell raised KeyError: ")
    assert message.endswith("The notebook as far as it ran: [there].")
    assert len(message) < 500
    assert outputs(tmp_path / "executed.ipynb") == []


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (
            "from helpers.errors import InputError\nraise InputError('Too few', where='a.csv', mend='Ask for more')",
            "a.csv: Too few. Ask for more.",
        ),
        (
            "import os\nos._exit(1)",
            "02_rfm.ipynb: The kernel died; most often the machine ran out of memory. "
            "The notebook as far as it ran: [there].",
        ),
        (
            "def broken(:",
            "02_rfm.ipynb, under “Customers”: A cell raised SyntaxError: invalid syntax (…). "
            "The notebook as far as it ran: [there].",
        ),
        # Papermill takes this for the end of the notebook and marks the cell as completed.
        (
            "raise SystemExit",
            "02_rfm.ipynb, under “Customers”: A cell did not run to its end. The notebook as far as it ran: [there].",
        ),
    ],
    ids=["an error meant for the user", "the kernel dies", "no Python", "leaves early"],
)
def test_a_notebook_that_does_not_reach_its_end_has_failed(tmp_path: Path, cell: str, message: str) -> None:
    found = failure(tmp_path, cell, "print('never')")
    if "SyntaxError" in found:
        found = found[: found.index("(") + 1] + "…" + found[found.index(")") :]
    assert found == message
    assert "never\n" not in outputs(tmp_path / "executed.ipynb")


def test_a_cell_that_takes_too_long_is_stopped_with_its_kernel(tmp_path: Path) -> None:
    cell = "import os, time\nfrom pathlib import Path\nPath('pid').write_text(str(os.getpid()))\ntime.sleep(600)"
    message = failure(tmp_path, cell, "print('never')", seconds=1)
    assert message == (
        "02_rfm.ipynb: A cell ran for more than 1 second and was stopped. "
        "Give it longer with --timeout, or less data. The notebook as far as it ran: [there]."
    )
    assert outputs(tmp_path / "executed.ipynb") == []
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_a_notebook_that_cannot_be_started_names_no_executed_one(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "02_rfm.ipynb", "Customers")
    with pytest.raises(NotebookError) as error:
        execute_notebook(notebook, tmp_path / "absent/out.ipynb", {})
    assert "02_rfm.ipynb" in str(error.value)
    assert "as far as it ran" not in str(error.value)


def test_a_kernel_that_never_answered_is_started_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = write_notebook(tmp_path / "02_rfm.ipynb", "Customers", "print(6 * 7)")
    real, starts = kernels.papermill.execute_notebook, []

    def flaky(*args: object, **options: object) -> None:
        starts.append(1)
        if len(starts) == 1:
            raise RuntimeError("Kernel died before replying to kernel_info")
        real(*args, **options)

    monkeypatch.setattr(kernels.papermill, "execute_notebook", flaky)
    execute_notebook(notebook, tmp_path / "out.ipynb", {})
    assert outputs(tmp_path / "out.ipynb") == ["42\n"]

    def dead(*args: object, **options: object) -> None:
        starts.append(1)
        raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr(kernels.papermill, "execute_notebook", dead)
    with pytest.raises(NotebookError, match="Kernel died before replying"):
        execute_notebook(notebook, tmp_path / "out.ipynb", {})
    assert len(starts) == 4


class _Told(kernels._Client):
    """A client whose kernel answers as a test has it: by channel, what comes one after another; None is silence."""

    def answer(self, shell: list[str | None], output: list[tuple[str, str] | None], *, alive: bool = True) -> None:
        self.asked: list[str] = []
        self._shell, self._output, self._alive = shell, output, alive

    def kernel_info(self) -> str:  # type: ignore[override]
        self.asked.append(f"request {len(self.asked)}")
        return self.asked[-1]

    async def get_shell_msg(self, timeout: float) -> dict[str, Any]:  # type: ignore[override]
        if (kind := self._shell.pop(0)) is None:
            raise queue.Empty
        return {"msg_type": kind, "content": {"status": "ok"}}

    async def get_iopub_msg(self, timeout: float) -> dict[str, Any]:  # type: ignore[override]
        if not self._output or (told := self._output.pop(0)) is None:
            raise queue.Empty
        return {"content": {"execution_state": told[0]}, "parent_header": {"msg_id": told[1]}}

    async def _async_is_alive(self) -> bool:
        return self._alive

    def _handle_kernel_info_reply(self, reply: dict[str, Any]) -> None:
        self.asked.append("ready")


REPLY = "kernel_info_reply"


class TestReadiness:
    """A kernel is ready when it has answered on both channels, and all that it put out before has been read."""

    def wait(self, *answers: Any, alive: bool = True, timeout: float | None = None) -> _Told:
        client = _Told()
        client.answer(*answers, alive=alive)
        asyncio.run(client.wait_for_ready(timeout))
        return client

    def test_all_is_read_up_to_the_end_of_the_answer(self) -> None:
        more = [("busy", "request 0"), ("idle", "another's"), ("idle", "request 0"), ("busy", "a cell")]
        client = self.wait([REPLY], more)
        assert client.asked == ["request 0", "ready"]
        assert client._output == [("busy", "a cell")]

    def test_output_that_is_not_yet_connected_is_asked_for_again(self) -> None:
        client = self.wait([REPLY, REPLY], [None, ("busy", "request 1"), ("idle", "request 1")])
        assert client.asked == ["request 0", "request 1", "ready"]

    def test_a_kernel_that_is_slow_to_begin(self) -> None:
        assert self.wait([None, "another", REPLY], [("idle", "request 2")]).asked[-2:] == ["request 2", "ready"]

    def test_one_that_died_or_is_silent_for_too_long(self) -> None:
        with pytest.raises(RuntimeError, match=r"^Kernel died before replying"):
            self.wait([None], [], alive=False)
        with pytest.raises(RuntimeError, match="didn't respond in 0 seconds"):
            self.wait([None], [], timeout=0)


def test_no_grammar_of_addresses_is_built() -> None:
    """By jsonschema, which nbformat imports: it takes longer than all else that a run imports."""
    assert "nbformat" in sys.modules
    assert sys.modules["rfc3987_syntax"] is None
