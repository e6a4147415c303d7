"""Small projects to run for real (a whole report made once, copies of a plain one), and parameter files to read."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import ParamsError
from helpers.runs import cli, crew
from helpers.runs.draft import Draft, draft_client, write_file
from helpers.runs.draft_head import Wishes
from helpers.runs.job import Job, Outcome
from helpers.runs.kernels import Kernels
from helpers.runs.params import Params, read_params
from helpers.runs.pipeline import make_report
from helpers.runs.progress import Reporter
from helpers.runs.project import Project
from tests.browser.chromium import Browser, open_browser
from tests.runs import params_text
from tests.runs.params_text import Read, Refused
from tests.runs.reports import Report, kit_command, publish, warm_server

AS_OF = "2026-09-30"
ORDERS = "no,customer,day,value\n" + "".join(f"{n},{n % 4:03d},2026-0{1 + n % 9}-11,{10 + n}.5\n" for n in range(12))
PARAMS = """client: Acme & Söhne
as_of: 2026-09-30
currency: EUR
business_model: b2c
data:
  orders:
    source: ../orders.csv
    columns: {order_id: no, customer_id: customer, ordered_at: day, amount: value}
"""
OWN = 'params_file: str = "../params/acme.yaml"  # the client\nrun_dir: str = ""  # where results go\n'

COVER = """from helpers.runs.client import open_client
from helpers.story.notebook import load_findings, load_steps, load_table
from helpers.story.summary import cover
client = open_client(params_file, run_dir, page="00_summary")
assert len(load_table("spend_by_customer"))"""
SALES = """from helpers.runs.client import open_client
from helpers.story.notebook import save_table, say
from helpers.story.statement import Statement
client = open_client(params_file, run_dir, page="01_sales")
orders = client.table("orders").filter(lambda t: t.amount >= min_amount)
spend = orders.group_by("customer_id").agg(spend=orders.amount.sum()).order_by("customer_id").execute()
save_table("spend_by_customer", spend)
say(Statement("sales", f"As of {client.as_of}, {len(spend)} customers bought, from {min_amount} up.", headline=True))"""

# Python as a shell starts it; a test process in the background may have been told to ignore Ctrl-C, and under nohup the
# terminal that closes.
START = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "signal.signal(signal.SIGHUP, signal.SIG_DFL); runpy.run_module('helpers')"
)

MARKUP = "<script>alert(1)</script> "

# Says who it is, and waits to be killed while ../wait is there.
PLAIN = """import os, time
from pathlib import Path
if Path("../wait").exists():
    Path("../pid.new").write_text(str(os.getpid()))
    Path("../pid.new").rename("../pid")
    time.sleep(600)
print(run_dir, word)"""


def write_notebook(path: Path, title: str, *cells: str, knobs: str = "", needs: Sequence[str] = ()) -> Path:
    """A notebook with a title, a parameters cell, and each text as a cell: prose where it begins with `#`."""
    made = [new_markdown_cell(f"# {title}"), new_code_cell(OWN + knobs, metadata={"tags": ["parameters"]})]
    made += [new_markdown_cell(c) if c.startswith("#") else new_code_cell(c) for c in cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "kit": {"needs": list(needs)}}
    nbformat.write(new_notebook(cells=made, metadata=metadata), path)
    return path


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


class Here:
    """In place of a crew: makes the reports in this very process, where a test can reach, with its warm kernels."""

    def __init__(self, notebooks: Path, count: int, *, cold: bool = False) -> None:
        self.kernels = Kernels(None if cold else warm_server())

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *_: object) -> None:
        self.kernels.close()

    def run(self, jobs: Iterable[Job], report: Reporter, on_outcome: Callable[[Job, Outcome], None]) -> None:
        for job in jobs:
            on_outcome(job, make_report(job, report, self.kernels))


class Kit:
    """A project's folder, and the command as a user of it runs it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.reports = root, root / "reports" / "acme"
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *args: object) -> Result:
        """Run the command in this process."""
        self._monkeypatch.setattr(sys, "argv", ["kit", *map(str, args)])
        self._capsys.readouterr()
        before = signal.getsignal(signal.SIGTERM)
        try:
            cli.main()
            code: Any = 0
        except SystemExit as stop:
            code = stop.code
        finally:
            signal.signal(signal.SIGTERM, before)
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        assert len(err.splitlines()) <= 20
        assert len(err) < 2_400
        return Result(int(code or 0), out, err)

    def cover(self, *cells: str, knobs: str = "") -> None:
        """Replace the only notebook."""
        write_notebook(self.root / "notebooks/00_summary.ipynb", "Cover", *cells, knobs=knobs)

    def params(self, text: str, name: str = "acme") -> None:
        (self.root / "params" / f"{name}.yaml").write_text(text, "utf-8")

    def last_good_stands(self) -> bool:
        """Whether the report that came with the project is there, unchanged and the latest, and nothing hidden."""
        here = {p.name for p in self.reports.iterdir()} - {"failed"}
        readable = (self.reports / "latest" / "index.html").is_file() and not (self.reports / AS_OF / ".data").exists()
        return readable and here == {AS_OF, "latest"} and (self.reports / "latest" / "good").is_file()


def run_kit(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        **kit_command(*args), cwd=root, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes of this session share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "kit projects {ü}"  # names that are easily mistaken
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def published(once: Path) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A project with three notebooks, one of which lacks its data, and how its first run went. Not to be changed."""
    root, told = once / "whole", once / "told"
    with FileLock(once / "whole.lock"):
        if not told.is_dir():
            _write_project(root)
            write_notebook(
                root / "notebooks/00_summary.ipynb", "Cover", COVER,
                "cover.headlines(load_findings(), load_steps())", "cover.skipped(load_steps())",
            )  # fmt: skip
            knobs = "min_amount: float = 0.0  # the least an order line counts with [0..]\n"
            write_notebook(root / "notebooks/01_sales.ipynb", "Sales", SALES, knobs=knobs, needs=["orders"])
            write_notebook(root / "notebooks/02_opinions.ipynb", "Opinions", "1 / 0", needs=["surveys"])
            done = run_kit(root, "run", "acme")
            told.mkdir()
            for name, text in (("code", str(done.returncode)), ("out", done.stdout), ("err", done.stderr)):
                (told / name).write_text(text, "utf-8")
    code, out, err = ((told / name).read_text("utf-8") for name in ("code", "out", "err"))
    return root, subprocess.CompletedProcess([], int(code), out, err)


@pytest.fixture(scope="session")
def _plain(once: Path) -> Path:
    root = once / "plain"
    with FileLock(once / "plain.lock"):
        if not root.is_dir():
            building = once / "plain.new"
            _write_project(building)
            write_notebook(
                building / "notebooks/00_summary.ipynb",
                "Cover",
                PLAIN,
                knobs='word: str = "none"  # any [none | one]\n',
            )
            publish(Project(building), building / "params/acme.yaml", building / "reports")
            (building / "reports/acme" / AS_OF / "good").touch()
            building.rename(root)
    return root


@pytest.fixture(scope="session")
def demo(demo_data: Path, project: Project) -> Report:
    """The demo client, made once for all test processes, in a project of its own; markup put into one detractor's
    comment, and in the place of a touchpoint's name, must come out as text."""
    folder = demo_data.with_name("demo_project")
    with FileLock(f"{folder}.lock"):
        latest = folder / "reports" / "demo" / "latest"
        if latest.exists():
            return Report(latest.resolve())
        text = (project.params / "demo.yaml").read_text("utf-8").replace("../data/demo", str(demo_data))
        answers = pd.read_csv(demo_data / "surveys.csv", dtype=str, keep_default_na=False)
        detractor = answers.index[answers["Q1_Recommend"] == "3"][0]
        answers.loc[detractor, "Comment"] = MARKUP * 9
        # A touchpoint with enough answers to be shown: one of a single answer is withheld.
        answers["Touchpoint"] = answers["Touchpoint"].replace("After support", MARKUP)
        (folder / "params").mkdir(parents=True)
        answers.to_csv(folder / "surveys.csv", index=False)
        text = text.replace(str(demo_data / "surveys.csv"), str(folder / "surveys.csv"))
        (folder / "params" / "demo.yaml").write_text(text, "utf-8")
        (folder / "notebooks").symlink_to(project.notebooks)
        return publish(project, folder / "params" / "demo.yaml", folder / "reports")


@pytest.fixture(scope="session")
def real_client(shared_data: Path, project: Project, once: Path) -> Callable[..., Report]:
    """Makes the report of a client in tests/params, of all pages or of those named, once for all test processes."""

    def report(slug: str, *pages: str) -> Report:
        with FileLock(once / f"{slug}.lock"):
            latest = once / "real" / slug / "latest"
            if latest.exists():
                return Report(latest.resolve())
            folder = once / f"pages of {slug}"
            folder.mkdir()
            for page in pages:
                shutil.copy(project.notebooks / f"{page}.ipynb", folder)
            params = project.root / f"tests/params/{slug}.yaml"
            return publish(project, params, once / "real", notebooks=folder if pages else None)

    return report


@pytest.fixture(scope="session")
def online_retail(real_client: Callable[..., Report]) -> Report:
    pages = ("00_summary", "01_data_profile", "02_rfm", "03_lifecycle", "05_nps_drivers")
    return real_client("online_retail", *pages)


@pytest.fixture(scope="session")
def sfo(real_client: Callable[..., Report]) -> Report:
    return real_client("sfo_survey")


@pytest.fixture(scope="session")
def hillstrom(real_client: Callable[..., Report]) -> Report:
    return real_client("hillstrom")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def kit(
    _plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Kit]:
    """A copy of a published project whose only notebook is plain and quick; the working folder is its root.

    The published report holds a file `good`, which no later run makes.
    """
    root = tmp_path / "kit {ü}"
    shutil.copytree(_plain, root, symlinks=True)
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(crew, "Crew", Here)
    yield Kit(root, capsys, monkeypatch)
    assert not (root / "pid").exists() or not _is_alive(int((root / "pid").read_text()))


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads a text as params/acme.yaml, with the knobs of two small notebooks."""
    monkeypatch.chdir(tmp_path)
    for folder in ("params", "notebooks"):
        Path(folder).mkdir()
    for name, source in (("02_rfm", params_text.RFM), ("05_nps_drivers", "min_answers: int = 30  # too few [1..]")):
        cell = new_code_cell(params_text.OWN + source, metadata={"tags": ["parameters"]})
        nbformat.write(new_notebook(cells=[cell]), f"notebooks/{name}.ipynb")

    def read_text(text: str | bytes, *overrides: str) -> Params:
        Path("params/acme.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_params(Path("params/acme.yaml"), Path("notebooks"), overrides)

    return read_text


@pytest.fixture
def refused(read: Read) -> Refused:
    """The message for a text that cannot be used, without the file's name."""

    def message(text: str | bytes, *overrides: str) -> str:
        with pytest.raises(ParamsError) as error:
            read(text, *overrides)
        return str(error.value).replace("params/acme.yaml, ", "").replace("params/acme.yaml: ", "")

    return message


def _write_project(root: Path) -> None:
    for folder in ("notebooks", "params", "reports"):
        (root / folder).mkdir(parents=True)
    (root / "orders.csv").write_text(ORDERS, "utf-8")
    (root / "params/acme.yaml").write_text(PARAMS, "utf-8")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def drafted(tmp_path: Path, project: Project) -> Callable[..., tuple[Draft, Params]]:
    """Drafts a client from files or URLs, writes the file and reads it as a run would."""

    def make(*sources: Path | str, slug: str = "acme", **wishes: Any) -> tuple[Draft, Params]:
        params_dir = tmp_path / "params"
        params_dir.mkdir(exist_ok=True)
        draft = draft_client(slug, sources, params_dir, Wishes(**wishes))
        write_file(draft.path, draft.text, force=True)
        return draft, read_params(draft.path, project.notebooks)

    return make
