"""Shared fixtures: the real data beside the project, and the demo client, both read once for all test processes."""

import gc
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from helpers.data.client_data import ClientData, open_data
from helpers.data.demo import Planted, write_demo
from helpers.runs.params import Params, read_params
from helpers.runs.project import Project
from helpers.runs.warm import ONE_THREAD

ROOT = Path(__file__).parents[1]

# As in kernels: threads of test processes side by side would wait for each other. The processes started take it over.
os.environ |= {name: "1" for name in ONE_THREAD if name != "KIT_THREADS"}


def pytest_collection_finish() -> None:
    """Ten thousand tests stay to the end: what they are is not looked through each time memory is cleared, and that
    is not done after every few hundred objects, of which a query alone makes many thousands."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


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
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of this session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def planted_demo(shared_folder: Path) -> Planted:
    """The demo client's files, written once for all test processes, and what was planted in them."""
    folder, truth = shared_folder / "demo", shared_folder / "demo.pickle"
    with FileLock(f"{folder}.lock"):
        if not truth.is_file():
            truth.write_bytes(pickle.dumps(write_demo(folder)))
    planted = pickle.loads(truth.read_bytes())
    assert isinstance(planted, Planted)
    return planted


@pytest.fixture(scope="session")
def demo_data(planted_demo: Planted) -> Path:
    """The folder of the demo client's files."""
    return planted_demo.folder


@pytest.fixture(scope="session")
def demo_params(demo_data: Path, project: Project, shared_folder: Path) -> Params:
    """The demo client's parameters, on this session's files: the folder `data/` may not be there."""
    path = shared_folder / "demo_params" / "demo.yaml"
    with FileLock(f"{path.parent}.lock"):
        if not path.is_file():
            path.parent.mkdir()
            text = (project.params / "demo.yaml").read_text("utf-8")
            path.write_text(text.replace("../data/demo", str(demo_data)), "utf-8")
    return read_params(path, project.notebooks)


@pytest.fixture(scope="session")
def read_once(shared_folder: Path) -> Iterator[Callable[[Params], ClientData]]:
    """Reads a client's data as a run would, once for all test processes. Not to be closed, nor its tables changed."""
    opened: dict[Path, ClientData] = {}

    def read(params: Params) -> ClientData:
        if params.path not in opened:
            folder = shared_folder / f"read_{params.path.stem}"
            with FileLock(f"{folder}.lock"):
                opened[params.path] = open_data(params.data, params.as_of, folder)
        return opened[params.path]

    yield read
    for data in opened.values():
        data.close()


@pytest.fixture(scope="session")
def demo_client(read_once: Callable[[Params], ClientData], demo_params: Params) -> ClientData:
    """The demo client's tables."""
    return read_once(demo_params)


@pytest.fixture(scope="session")
def real_data(
    shared_data: Path, project: Project, read_once: Callable[[Params], ClientData]
) -> Callable[[str], ClientData]:
    """The tables of a real client in tests/params."""
    return lambda slug: read_once(read_params(project.root / f"tests/params/{slug}.yaml", project.notebooks))
