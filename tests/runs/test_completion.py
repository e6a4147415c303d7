"""What a shell completes, asked as a shell asks: through the environment."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.runs import cli
from tests.runs.conftest import PARAMS, Kit, write_notebook

KIT = "import sys; sys.argv[0] = 'kit'; from helpers.runs.cli import main; main()"  # the name it is installed by
Complete = Callable[[str, Path], list[str]]


def asked(line: str) -> dict[str, str]:
    """How bash asks for the last word of a line."""
    return {"_KIT_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[str, Path], list[str]]:
    """What bash is offered for the last word of a line, asked of this process as of one of its own."""

    def offered(line: str, folder: Path) -> list[str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["kit"])
        monkeypatch.setattr(sys.modules["__main__"], "__package__", None, raising=False)  # else pytest is who is asked
        for name, value in asked(line).items():
            monkeypatch.setenv(name, value)
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as stop:
                cli.main()
        finally:
            signal.signal(signal.SIGTERM, before)
        assert not stop.value.code
        out, err = capsys.readouterr()
        assert err == ""
        return out.split()

    return offered


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two clients; acme has a notebook that the other has not."""
    (tmp_path / "params").mkdir()
    for name in ("acme", "anvil", ".hidden"):
        (tmp_path / f"params/{name}.yaml").write_text(PARAMS, "utf-8")
    knobs = "bins: int = 5  # scores per measure [2..10]\nband: str = 'a'  # any\nmonths: int = 0\n"
    write_notebook(tmp_path / "notebooks/00_summary.ipynb", "Cover")
    write_notebook(tmp_path / "notebooks/02_rfm.ipynb", "Customers", knobs=knobs)
    write_notebook(tmp_path / "notebooks/06_roi.ipynb", "What paid", knobs="margin: float = 0.5\n")
    write_notebook(tmp_path / "notebooks/acme/09_regions.ipynb", "Regions", knobs="top: int = 3\n")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("kit run ", ["acme", "anvil"]),
        ("kit run a", ["acme", "anvil"]),
        ("kit run an", ["anvil"]),
        ("kit run acme a", ["anvil"]),  # named already
        ("kit check an", ["anvil"]),
        ("kit open ac", ["acme"]),
        ("kit diff ac", ["acme"]),
        ("kit render ac", ["acme"]),
        ("kit open acme r", ["rfm", "roi", "regions"]),
        ("kit open anvil r", ["rfm", "roi"]),
        ("kit diff acme ", ["summary", "rfm", "roi", "regions"]),
        ("kit run acme --set rfm.b", ["rfm.bins=", "rfm.band="]),
        ("kit run acme --set ro", ["roi.margin="]),
        ("kit run acme --set ", ["rfm.bins=", "rfm.band=", "rfm.months=", "roi.margin=", "regions.top="]),
        ("kit run acme --set regions.", ["regions.top="]),
        ("kit run anvil --set regions.", []),
        ("kit run acme --set rfm.x", []),
        ("kit ren", ["render"]),
    ],
)
def test_clients_sections_and_knobs(complete: Complete, project: Path, line: str, offered: list[str]) -> None:
    assert complete(line, project) == offered


def test_below_the_root_too(complete: Complete, project: Path) -> None:
    assert complete("kit run an", project / "params") == ["anvil"]


@pytest.mark.parametrize(
    ("line", "offered"), [("kit run a", ["acme", "anvil"]), ("kit run acme --set ro", ["roi.margin="])]
)
def test_in_a_process_of_its_own(project: Path, line: str, offered: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KIT], cwd=project, env=os.environ | asked(line), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (offered, "")


@pytest.mark.parametrize("line", ["kit run a", "kit open acme r", "kit run acme --set rfm.", "kit diff acme "])
def test_outside_a_project_nothing_is_offered(complete: Complete, tmp_path: Path, line: str) -> None:
    assert complete(line, tmp_path) == []


def test_what_cannot_be_read_is_passed_over(complete: Complete, project: Path) -> None:
    (project / "notebooks/02_rfm.ipynb").write_text("{", "utf-8")
    assert complete("kit run acme --set r", project) == ["roi.margin=", "regions.top="]
    write_notebook(project / "notebooks/03_rfm.ipynb", "The same section")
    assert complete("kit open acme r", project) == []


def test_it_imports_nothing_heavy(project: Path) -> None:
    heavy = "pandas", "nbformat", "papermill", "ibis", "duckdb", "matplotlib"
    code = f"{KIT.replace('main()', '')}\nimport atexit, sys\natexit.register(lambda: print(*sys.modules))\nmain()"
    env = os.environ | asked("kit run acme --set rfm.")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=env, capture_output=True, text=True, check=False
    )
    loaded = done.stdout.split()
    assert "rfm.bins=" in loaded
    assert not set(heavy) & set(loaded)


def test_help_stays_as_it_was_for_who_does_not_ask(kit: Kit) -> None:
    done = kit("--help")
    assert done.code == 0
    for name in ("open", "diff", "render", "--install-completion"):
        assert name in done.out
