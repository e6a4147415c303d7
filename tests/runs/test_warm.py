"""Warm kernels against cold ones: the same outputs, tables and pages; and nothing of one kernel in the next."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from helpers.runs.job import Job
from helpers.runs.kernels import Kernels, NotebookError
from helpers.runs.pipeline import run_client
from helpers.runs.project import Project
from helpers.runs.warm import ForkServer, can_fork
from tests.runs.conftest import write_notebook
from tests.runs.reports import warm_server

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system cannot fork")
PAGES = ("00_summary", "02_rfm", "03_lifecycle")


def shown(notebook: Path) -> list[list[dict[str, Any]]]:
    """The outputs of every cell, without where an object stood in memory."""
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    text = json.dumps([cell.outputs for cell in cells])
    return json.loads(re.sub(r"at 0x[0-9a-f]+", "at 0x", text))


def said(server: ForkServer, folder: Path, *cells: str) -> str:
    """What a notebook of these cells prints in a warm kernel."""
    notebook = write_notebook(folder / "02_rfm.ipynb", "Customers", *cells)
    output = folder / "executed.ipynb"
    Kernels(server).execute(notebook, output, {"run_dir": str(folder)})
    outputs = [o for cell in nbformat.read(output, as_version=4).cells for o in cell.get("outputs", [])]
    return "".join(o["text"] for o in outputs if o.output_type == "stream" and o.name == "stdout")


@pytest.fixture
def server() -> ForkServer:
    found = warm_server()
    assert found
    return found


@pytest.mark.slow
def test_a_warm_report_is_the_cold_one(demo_data: Path, project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "params").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    for page in PAGES:
        shutil.copy(project.notebooks / f"{page}.ipynb", folder / "notebooks")
    text = (project.params / "demo.yaml").read_text("utf-8").replace("../data/demo", str(demo_data))
    text = re.sub(r"^# Knobs:.*", "", text, flags=re.MULTILINE | re.DOTALL)  # of pages that are not here
    params = folder / "params" / "demo.yaml"
    params.write_text(text, "utf-8")

    made = {}
    for name, kernels in (("cold", Kernels()), ("warm", Kernels(warm_server()))):
        job = Job(params, folder, folder / "notebooks", folder / "reports", force=True)
        made[name] = folder / name
        run_client(job, lambda *_, **__: None, kernels).parent.rename(made[name])
        shutil.rmtree(folder / "reports")
    cold, warm = made["cold"], made["warm"]

    for page in PAGES:
        one, other = (shown(side / "notebooks" / f"{page}.ipynb") for side in (cold, warm))
        assert [len(outputs) for outputs in one] == [len(outputs) for outputs in other]
        assert one == other
    tables = {path.name for path in (cold / "tables").iterdir()}
    assert len(tables) > 20
    assert tables == {path.name for path in (warm / "tables").iterdir()}
    for name in tables:
        assert (cold / "tables" / name).read_bytes() == (warm / "tables" / name).read_bytes(), name
    for name in ("index.html", "02_rfm.html", "03_lifecycle.html", "report.html"):
        html = (cold / name).read_text("utf-8")
        assert html == (warm / name).read_text("utf-8")
        assert "<svg " in html or name == "index.html"


def test_a_kernel_knows_nothing_of_the_one_before(server: ForkServer, tmp_path: Path) -> None:
    look = """import os, sys, random, numpy
from helpers.story import notebook
print([getattr(notebook, "left", None), os.environ.get("LEFT"), os.getcwd(), getattr(sys, "left", None)])"""
    leave = """notebook.left = sys.left = os.environ["LEFT"] = "the client before"
os.chdir("/")"""
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    for name in ("one", "other"):
        assert said(server, tmp_path / name, look, leave) == f"{[None, None, str(tmp_path / name), None]}\n"


def test_kernels_draw_different_random_numbers(server: ForkServer, tmp_path: Path) -> None:
    draw = "import random, numpy\nprint(random.random(), numpy.random.random(), numpy.random.default_rng().random())"
    one, other = (said(server, tmp_path, draw).split() for _ in range(2))
    assert len(one) == len(other) == 3
    assert not set(one) & set(other)


def test_a_kernel_has_the_environment_of_who_asks(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = 'import os\nprint(os.environ.get("OF_THIS_CLIENT"))'
    monkeypatch.setenv("OF_THIS_CLIENT", "yes")
    assert said(server, tmp_path, ask) == "yes\n"
    monkeypatch.delenv("OF_THIS_CLIENT")
    assert said(server, tmp_path, ask) == "None\n"


def test_figures_are_drawn_by_the_inline_back_end(server: ForkServer, tmp_path: Path) -> None:
    draw = "import matplotlib\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint(matplotlib.get_backend())"
    assert "inline" in said(server, tmp_path, draw)
    cells = nbformat.read(tmp_path / "executed.ipynb", as_version=4).cells
    kinds = [kind for cell in cells for output in cell.get("outputs", []) for kind in output.get("data", {})]
    assert "image/png" in kinds


def test_nothing_that_pages_use_is_imported_by_a_kernel_again(server: ForkServer, tmp_path: Path) -> None:
    use = """import sys, pandas
from helpers.data.engines.duck import connect
from pathlib import Path
before = set(sys.modules)
frame = connect(Path(run_dir)).sql("SELECT 1 AS a").execute()
frame.to_parquet(Path(run_dir) / "t.parquet"), frame.to_csv(Path(run_dir) / "t.csv")
from statsmodels.duration.survfunc import SurvfuncRight
from sklearn.ensemble import HistGradientBoostingRegressor
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(new & {"ibis", "pyarrow", "statsmodels", "sklearn"}))"""
    assert said(server, tmp_path, use) == "[]\n"


def test_a_kernel_has_no_debugger(server: ForkServer, tmp_path: Path) -> None:
    loaded = 'print([name for name, module in sys.modules.items() if module and "pydevd" in name])'
    assert said(server, tmp_path, f"import sys\n{loaded}") == "[]\n"


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ForkServer]:
    """A server for notebooks of which one imports what breaks."""
    write_notebook(tmp_path / "kit" / "01_broken.ipynb", "Broken", "from helpers.nowhere import nothing")
    (tmp_path / "kit" / "02_half.ipynb").write_text("{", "utf-8")
    started = ForkServer.start(tmp_path / "kit")
    yield started
    started.close()


def test_a_broken_import_stops_no_other_notebook(own_server: ForkServer, tmp_path: Path) -> None:
    assert said(own_server, tmp_path, 'print("here")') == "here\n"
    with pytest.raises(NotebookError, match="ModuleNotFoundError"):
        said(own_server, tmp_path, "from helpers.nowhere import nothing")
    process = own_server._process
    assert process
    assert psutil.Process(process.pid).num_threads() == 1  # and none but it: a process with threads must not fork


def test_a_kernel_asked_for_at_once_waits_until_all_is_imported(own_server: ForkServer, tmp_path: Path) -> None:
    assert said(own_server, tmp_path, 'import sys\nprint("ibis.backends.duckdb" in sys.modules)') == "True\n"
