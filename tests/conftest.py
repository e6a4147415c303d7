"""Shared fixtures: the real data beside the project, and the demo client's files made once a session."""

import gc
import os
from pathlib import Path

import pytest
from filelock import FileLock

from helpers.data.demo import write_demo
from helpers.runs.params import Params, read_params
from helpers.runs.project import Project

ROOT = Path(__file__).parents[1]


def pytest_collection_finish() -> None:
    """Ten thousand tests stay to the end: what they are is not looked through each time memory is cleared."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real client data, which is not part of the project; a continuous-integration run must have it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{folder} is missing, and in CI the real data must be tested against")
        pytest.skip(f"{folder} is not there: the real data sets are kept outside the project")
    return folder


@pytest.fixture(scope="session")
def project() -> Project:
    return Project(ROOT)


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo client's files, written once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    with FileLock(f"{folder}.lock"):
        if not (folder / "planted.json").is_file():
            write_demo(folder)
    return folder


@pytest.fixture
def demo_params(demo_data: Path, project: Project, tmp_path: Path) -> Params:
    """The demo client's parameters, on this session's files: the folder `data/` may not be there."""
    path = tmp_path / "params" / "demo.yaml"
    path.parent.mkdir()
    text = (project.params / "demo.yaml").read_text("utf-8")
    path.write_text(text.replace("../data/demo", str(demo_data)), "utf-8")
    return read_params(path, project.notebooks)
