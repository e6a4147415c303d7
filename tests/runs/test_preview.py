"""A report in the browser that follows its files: `kit preview` as it runs, asked over HTTP."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from helpers.runs.publish import preview_folder
from tests.browser.chromium import Browser
from tests.runs.conftest import AS_OF, run_kit
from tests.runs.reports import kit_command

SALES, COVER = "01_sales", "00_summary"
_LONG = 180.0  # for what must happen at all, on a machine that has other work


@dataclass
class Shown:
    """A preview that runs."""

    root: Path
    process: subprocess.Popen[str]
    port: int
    lines: list[str] = field(default_factory=list)  # what the terminal shows

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        link = HTTPConnection("127.0.0.1", self.port, timeout=_LONG)
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        return answer.status, answer.read().decode()

    def page(self, name: str = SALES) -> str:
        return self.get(f"/{name}.html")[1]

    def news(self) -> dict[str, Any]:
        with urlopen(f"http://127.0.0.1:{self.port}/preview-events", timeout=_LONG) as stream:
            news: dict[str, Any] = json.loads(stream.readline().decode().removeprefix("data: "))
        return news

    def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + _LONG
        while not holds():
            assert self.process.poll() is None, self.lines
            assert time.monotonic() < ends, (self.lines, self.news())
            time.sleep(0.02)

    def shows(self, text: str, page: str = SALES) -> None:
        self.until(lambda: text in self.page(page))

    def says(self, text: str) -> None:
        self.until(lambda: text in self.news()["text"])

    def is_quiet(self) -> None:
        self.until(lambda: not self.news()["text"])

    def change(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def made(self, *what: str) -> int:
        """How often a line of the terminal began so."""
        return sum(line.split()[: len(what)] == list(what) for line in self.lines)

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_LONG)


@contextmanager
def showing(root: Path) -> Iterator[Shown]:
    process = subprocess.Popen(
        **kit_command("preview", "acme", "--no-open"),
        cwd=root, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    address = process.stdout.readline()
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\n", address)
    shown = Shown(root, process, int(found[1]) if found else 0)
    reading = threading.Thread(target=lambda: shown.lines.extend(process.stderr or []))
    reading.start()
    try:
        assert found, shown.lines
        yield shown
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        reading.join()
        process.stdout.close()
        process.stderr.close()


@pytest.fixture
def project(published: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    """A project with a report: sales, opinions that lack their data, and the cover that reads the sales."""
    root = tmp_path / "project {ü}"
    shutil.copytree(published[0], root, symlinks=True)
    (root / "notebooks" / f"{SALES}.ipynb").write_text(
        (root / "notebooks" / f"{SALES}.ipynb").read_text("utf-8").replace("# Sales", "# Sales\\n\\nHow they went."),
        "utf-8",
    )
    assert run_kit(root, "run", "acme").returncode == 0
    return root


def left_behind(root: Path) -> list[str]:
    hidden = [path.name for path in (root / "reports/acme").glob(".*")]
    return hidden + [path.name for path in (root / "reports/.locks").glob("*preview*")]


def test_a_report_is_taken_over_and_follows_its_files(project: Path) -> None:
    published = {path: path.read_bytes() for path in (project / "reports/acme" / AS_OF).rglob("*") if path.is_file()}
    with showing(project) as shown:
        shown.shows("4 customers bought, from 0.0 up")  # from the start, and without running anything
        shown.until(lambda: shown.made("Taken", "over") == 1)
        shown.is_quiet()
        assert shown.made("data") == 0

        shown.change(f"notebooks/{SALES}.ipynb", "How they went.", "How sales went.")
        shown.shows("How sales went.")
        assert "4 customers bought" in shown.page()  # with the outputs there were
        assert (shown.made(SALES, "run"), shown.made("data")) == (0, 0)

        shown.change(f"notebooks/{SALES}.ipynb", "customers bought", "customers came")
        shown.shows("4 customers came")
        shown.until(lambda: shown.made(COVER, "run") == 1)  # which reads its table
        shown.shows("4 customers came", "index")
        assert (shown.made(SALES, "run"), shown.made("data")) == (1, 1)

        shown.change("params/acme.yaml", "currency: EUR", "currency: EUR\nsales: {min_amount: 12}")
        shown.shows("from 12.0 up")
        shown.until(lambda: shown.made(SALES, "run") == 2)
        shown.is_quiet()
        assert shown.made("data") == 1  # read once

        shown.change("orders.csv", "11,003", "11,new")
        shown.shows("5 customers came")
        assert shown.made("data") == 2
        assert shown.end() == 0
    assert left_behind(project) == []
    for path, content in published.items():
        assert path.read_bytes() == content, path


def test_what_is_wrong_is_said_and_the_last_good_page_stands(project: Path) -> None:
    sales = project / "notebooks" / f"{SALES}.ipynb"
    with showing(project) as shown:
        shown.until(lambda: shown.made("Taken", "over") == 1)
        whole = sales.read_text("utf-8")

        sales.write_text(whole[:300], "utf-8")  # half-written, for a moment
        time.sleep(0.5)  # that the saving takes
        assert shown.news()["text"] == ""
        sales.write_text(whole.replace("How they went.", "Whole again."), "utf-8")
        shown.shows("Whole again.")
        assert not any("notebook that can be read" in line for line in shown.lines)

        sales.write_text(whole[:300], "utf-8")  # and for good
        shown.says("This is not a notebook")
        assert shown.news()["wrong"]
        assert "4 customers bought" in shown.page()

        sales.write_text(whole.replace("spend = orders", "spend = 1 / 0 or orders"), "utf-8")
        shown.says("A cell raised ZeroDivisionError")
        assert "4 customers bought" in shown.page()
        assert "Traceback" not in "".join(shown.lines)

        sales.write_text(whole, "utf-8")
        shown.until(lambda: shown.made(SALES, "run") == 1)
        shown.is_quiet()

        shown.change("params/acme.yaml", "currency: EUR", "currency: EUR\nsales: {min_amuont: 12}")
        shown.says("acme.yaml, line 4")
        assert "min_amount" in shown.news()["text"]
        assert shown.end() == 0


def test_only_pages_are_served_and_to_this_machine_only(project: Path) -> None:
    with showing(project) as shown:
        shown.until(lambda: shown.made("Taken", "over") == 1)
        assert shown.get("/")[0] == 200
        assert shown.get(f"/{SALES}.html", Host=f"localhost:{shown.port}")[0] == 200
        for host in ("evil.example", f"evil.example:{shown.port}", "", "127.0.0.1"):
            status, text = shown.get(f"/{SALES}.html", Host=host)
            assert status == 421
            assert "customers" not in text
        tables = ["/tables/spend_by_customer.csv", "/run.json", f"/notebooks/{SALES}.ipynb", "/../run.json"]
        for path in [*tables, "/%2e%2e/run.json", "/.data/current.json", "//etc/passwd", f"/{SALES}.ipynb"]:
            assert shown.get(path)[0] == 404, path
        assert "kit run" in shown.get("/report.html")[1]
        assert shown.get(f"/{SALES}.html")[1].count("<script") == 1
        with pytest.raises(OSError), socket.create_connection((_own_address(), shown.port), timeout=5):
            pass
    assert "<script" not in (project / "reports/acme" / AS_OF / f"{SALES}.html").read_text("utf-8")


def _own_address() -> str:
    """An address of this machine that is not 127.0.0.1, on which nothing of ours listens."""
    return "127.0.0.2" if sys.platform == "linux" else socket.gethostbyname(socket.gethostname())


@pytest.mark.slow
def test_previews_and_runs_of_one_client_do_not_disturb_each_other(project: Path) -> None:
    with showing(project) as one, showing(project) as other:
        for shown in (one, other):
            shown.until(lambda shown=shown: shown.made("Taken", "over") == 1)
        one.change(f"notebooks/{SALES}.ipynb", "customers bought", "customers came")
        assert run_kit(project, "run", "acme").returncode == 0
        for shown in (one, other):
            shown.shows("4 customers came")
            shown.shows("4 customers came", "index")
        assert one.end() == 0
        other.change(f"notebooks/{SALES}.ipynb", "customers came", "customers stayed")
        other.shows("4 customers stayed")
        other.process.kill()
        other.process.wait()
    assert len(left_behind(project)) == 2  # the folder of the one that was killed, and its lock
    assert run_kit(project, "run", "acme").returncode == 0
    assert left_behind(project) == []


@pytest.mark.slow
def test_without_a_report_it_makes_one_and_ends_at_once_when_told(project: Path) -> None:
    shutil.rmtree(project / "reports")
    (project / "notebooks" / f"{SALES}.ipynb").write_text(
        (project / "notebooks" / f"{SALES}.ipynb").read_text("utf-8").replace("spend = orders", _WAIT), "utf-8"
    )
    with showing(project) as shown:
        assert "is being made" in shown.get("/")[1]
        shown.says(f"Making {SALES}, cell")
        shown.until((project / "pid").is_file)
        kernel = int((project / "pid").read_text())
        assert shown.end() == 0
        with pytest.raises(ProcessLookupError):
            os.kill(kernel, 0)
    assert not (project / "reports/acme").exists()


_WAIT = (
    "import os, pathlib, time; pathlib.Path('../pid.new').write_text(str(os.getpid())); "
    "os.rename('../pid.new', '../pid'); time.sleep(600); spend = orders"
)


def test_a_preview_folder_is_in_use_while_its_maker_lives(tmp_path: Path) -> None:
    client = tmp_path / "acme"
    with preview_folder(client) as one, preview_folder(client) as other:
        assert one.is_dir()
        assert other.is_dir()
    assert not client.exists()


@pytest.mark.slow
def test_the_page_in_the_browser_reloads_by_itself_and_keeps_its_place(project: Path, browser: Browser) -> None:
    long = "\\n\\n".join(["How they went."] + ["One more paragraph to scroll by."] * 80)
    path = project / "notebooks" / f"{SALES}.ipynb"
    path.write_text(path.read_text("utf-8").replace("How they went.", long), "utf-8")
    with showing(project) as shown:
        shown.shows("One more paragraph")
        browser.visit(f"http://127.0.0.1:{shown.port}/{SALES}.html")
        browser.run("window.scrollTo({top: 500, behavior: 'instant'}); window.here = true")
        shown.change(f"notebooks/{SALES}.ipynb", "How they went.", "How sales went.")
        shown.until(lambda: browser.run("return document.body.textContent.includes('How sales went.')"))
        assert browser.run("return window.here") is None  # another document
        shown.until(lambda: browser.run("return Math.round(scrollY)") == 500)
        shown.change("params/acme.yaml", "currency: EUR", "currency: EUR\nsales: {min_amuont: 12}")
        shown.until(lambda: "line 4" in browser.run("return document.querySelector('#kit-preview').innerText"))
        assert shown.end() == 0
        shown_text = "return document.querySelector('#kit-preview').innerText"
        ends = time.monotonic() + _LONG
        while "has ended" not in browser.run(shown_text):
            assert time.monotonic() < ends
            time.sleep(0.05)
