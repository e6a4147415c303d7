"""A client's run: what a good one leaves, and what every way of failing leaves standing."""

import gzip
import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest

from helpers.runs import checking, pipeline, record
from tests.runs.conftest import AS_OF, ORDERS, PARAMS, PLAIN, START, Kit, write_notebook

Published = tuple[Path, subprocess.CompletedProcess[str]]


def record_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "run.json").read_text("utf-8"))
    return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wait_until(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class TestGoodRun:
    """What the first run of a project with three notebooks has left."""

    def test_the_record_says_what_was_made_from_what(self, published: Published) -> None:
        root, _ = published
        run = record_of(root / "reports/acme/latest")
        assert (run["client"], run["as_of"], run["status"], run["error"]) == ("Acme & Söhne", AS_OF, "published", "")
        assert run["inputs"] == [
            {
                "table": "orders",
                "path": str(root / "orders.csv"),
                "sha256": sha256(root / "orders.csv"),
                "rows": 12,
                "columns": ["no", "customer", "day", "value"],
            }
        ]
        assert run["params"] == {
            "path": str(root / "params/acme.yaml"),
            "sha256": sha256(root / "params/acme.yaml"),
            "notebooks": str(root / "notebooks"),
            "overrides": [],
        }
        assert run["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
        assert run["versions"]["pandas"] == pd.__version__
        assert all(run["versions"].values())
        assert run["started_at"] <= run["finished_at"]

    def test_each_step_has_its_outcome_and_time(self, published: Published) -> None:
        root, _ = published
        steps = record_of(root / "reports/acme/latest")["steps"]
        assert [(s["name"], s["title"], s["status"]) for s in steps] == [
            ("data", "Data", "done"),
            ("01_sales", "Sales", "done"),
            ("02_opinions", "Opinions", "skipped"),
            ("00_summary", "Cover", "done"),
            ("pages", "Pages", "done"),
        ]
        assert steps[2]["reason"].startswith("needs the table surveys")
        assert all(s["seconds"] > 0 for s in steps if s["status"] == "done")
        assert steps[1]["sha256"] == sha256(root / "notebooks/01_sales.ipynb")

    def test_the_report_is_whole_and_nothing_else_is_left(self, published: Published) -> None:
        root, _ = published
        folder = root / "reports/acme"
        assert {p.name for p in folder.iterdir()} == {AS_OF, "latest"}
        assert {str(p.relative_to(folder / AS_OF)) for p in (folder / AS_OF).rglob("*") if p.is_file()} == {
            "index.html",
            "01_sales.html",
            "report.html",
            "run.json",
            "notebooks/00_summary.ipynb",
            "notebooks/01_sales.ipynb",
            "tables/findings.json",
            "tables/spend_by_customer.csv",
            "tables/spend_by_customer.parquet",
        }
        assert {p.name for p in (root / "notebooks").iterdir()} == {
            "00_summary.ipynb",
            "01_sales.ipynb",
            "02_opinions.ipynb",
        }

    def test_the_pages_hold_what_was_said_and_what_was_skipped(self, published: Published) -> None:
        root, _ = published
        cover = (root / "reports/acme/latest/index.html").read_text("utf-8")
        assert "As of 2026-09-30, 4 customers bought, from 0.0 up." in cover
        assert "<strong>Opinions</strong> needs survey answers with a recommendation score" in cover
        assert "Acme &amp; Söhne" in cover

    def test_it_is_told_in_plain_lines_and_the_page_comes_last(self, published: Published) -> None:
        _, done = published
        lines = [line.split() for line in done.stderr.splitlines()]
        assert [line[:2] for line in lines] == [
            ["acme", "data"],
            ["acme", "02_opinions"],
            ["acme", "01_sales"],
            ["acme", "00_summary"],
            ["acme", "pages"],
        ]
        assert lines[2][-1] == "s"
        assert lines[1][2:7] == ["skipped:", "needs", "the", "table", "surveys"]
        assert "\x1b" not in done.stderr + done.stdout
        assert done.stdout == f"reports/acme/{AS_OF}/index.html\n"
        assert done.returncode == 0


def test_set_overrides_a_knob_for_one_run(kit: Kit) -> None:
    """In the notebook, and in the head of the file that the notebook reads again."""
    kit.cover(
        "from helpers.runs.client import open_client\n"
        "client = open_client(params_file, run_dir, page='00_summary')\n"
        "print(word, client.as_of, client.params.currency)",
        knobs='word: str = "none"  # any [none | one]\n',
    )
    done = kit("run", "acme", "--set", "summary.word=one", "--set", "as_of=2026-10-31")
    assert done.code == 0
    assert done.out == "reports/acme/2026-10-31/index.html\n"
    executed = (kit.reports / "latest/notebooks/00_summary.ipynb").read_text("utf-8")
    assert "one 2026-10-31 EUR" in executed
    run = record_of(kit.reports / "latest")
    assert run["params"]["overrides"] == ["summary.word=one", "as_of=2026-10-31"]
    assert run["params"]["sha256"] == sha256(kit.root / "params/acme.yaml")
    assert kit.reports / AS_OF != (kit.reports / "latest").resolve()


def test_a_changed_copy_of_the_notebooks_may_have_its_own_knobs(kit: Kit) -> None:
    kit.params(PARAMS + "summary: {extra: 7}\n")
    write_notebook(
        kit.root / "changed/00_summary.ipynb",
        "Cover",
        "from helpers.runs.client import open_client",
        "open_client(params_file, run_dir, page='00_summary')\nprint('extra', extra)",
        knobs="extra: int = 1  # of this copy only\n",
    )
    assert "extra is not a knob" in kit("run", "acme").err
    done = kit("run", "acme", "--notebooks", "changed", "--reports", "elsewhere")
    assert (done.code, done.out) == (0, f"elsewhere/acme/{AS_OF}/index.html\n")
    assert "extra 7" in (kit.root / f"elsewhere/acme/{AS_OF}/notebooks/00_summary.ipynb").read_text()
    assert kit.last_good_stands()


class TestBadData:
    """The client's files cannot be used: told in a sentence, exit code 1, and yesterday's report stands."""

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (ORDERS.split("\n")[0].encode() + b"\n", "orders.csv: The file has no rows below its header. Ask for the"),
            (b"", "orders.csv: This file cannot be read: it is empty (0 bytes)."),
            (ORDERS.replace("value", "worth", 1).encode(), "Allowed: no, customer, day, worth."),
            (gzip.compress(ORDERS.encode())[:40], "it ends before its end"),
            (ORDERS.replace("2026", "June").encode(), "None of the 12 rows of orders can be used: "),
        ],
        ids=["no rows", "empty", "missing column", "cut off", "no dates"],
    )
    def test_a_file_that_cannot_be_used(self, kit: Kit, content: bytes, message: str) -> None:
        name = "orders.csv.gz" if content[:2] == b"\x1f\x8b" else "orders.csv"
        kit.params(PARAMS.replace("orders.csv", name))
        (kit.root / name).write_bytes(content)
        done = kit("run", "acme")
        assert done.code == 1
        assert done.out == ""
        assert message in done.err.replace("orders.csv.gz", "orders.csv")
        assert done.err.endswith(f" The report of {AS_OF} still stands.\n")
        assert kit.last_good_stands()
        run = record_of(kit.reports / "failed")
        assert run["status"] == "failed"
        assert message in run["error"].replace("orders.csv.gz", "orders.csv")
        assert [(s["name"], s["status"]) for s in run["steps"]] == [("data", "failed")]
        assert not (kit.reports / "failed/.data").exists()

    def test_a_file_that_is_not_there_and_an_older_report(self, kit: Kit) -> None:
        kit.params(PARAMS.replace("orders.csv", "order.csv").replace(AS_OF, "2026-10-31"))
        done = kit("run", "acme")
        assert done.code == 1
        assert 'Did you mean "orders.csv"?' in done.err
        assert done.err.endswith(f" The report of {AS_OF} still stands.\n")
        assert kit.last_good_stands()

    def test_no_report_stands_where_there_was_none(self, kit: Kit) -> None:
        (kit.root / "orders.csv").unlink()
        done = kit("run", "acme", "--reports", "new")
        assert done.code == 1
        assert "still stands" not in done.err


class TestBadNotebook:
    """A notebook fails: exit code 1, the notebook as far as it ran is where the message says."""

    def test_a_notebook_that_raises(self, kit: Kit) -> None:
        kit.cover("print('so far')", "## Why?", "raise ValueError('nothing fits\\nsecond line')")
        done = kit("run", "acme")
        assert done.code == 1
        failed = kit.reports / "failed/notebooks/00_summary.ipynb"
        assert done.err.splitlines()[-1] == (
            "acme: 00_summary.ipynb, under “Why?”: A cell raised ValueError: nothing fits. "
            f"The notebook as far as it ran: {failed}. The report of {AS_OF} still stands."
        )
        assert "so far" in failed.read_text("utf-8")
        assert kit.last_good_stands()
        run = record_of(kit.reports / "failed")
        assert [(s["name"], s["status"]) for s in run["steps"]] == [("data", "done"), ("00_summary", "failed")]
        assert run["inputs"][0]["rows"] == 12
        assert str(failed) in run["error"]
        assert not (kit.reports / "failed/.data").exists()
        (kit.root / "notebooks/00_summary.ipynb").write_text("not a notebook")
        assert "not a notebook" in kit("run", "acme").err.casefold()

    def test_with_pseudonyms_no_table_with_numbers_is_left(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KIT_SALT", "0123456789abcdef")
        params = kit.root / "params/acme.yaml"
        params.write_text(
            params.read_text("utf-8") + 'privacy: {identifiers: pseudonyms, salt: "${KIT_SALT}"}\n', "utf-8"
        )
        kit.cover("raise ValueError('nothing fits')")
        assert kit("run", "acme").code == 1
        assert (kit.reports / "failed/run.json").is_file()
        assert not (kit.reports / "failed/tables").exists()

    def test_an_error_meant_for_the_user_is_all_that_is_shown(self, kit: Kit) -> None:
        kit.cover("from helpers.errors import InputError\nraise InputError('Too few answers', where='surveys')")
        done = kit("run", "acme", "--quiet")
        assert (done.code, done.out) == (1, "")
        assert done.err == f"acme: surveys: Too few answers. The report of {AS_OF} still stands.\n"
        assert kit.last_good_stands()

    def test_a_dead_kernel_and_a_slow_cell_fail_the_client(self, kit: Kit) -> None:
        kit.cover("import os\nos._exit(1)")
        done = kit("run", "acme")
        assert (done.code, done.out) == (1, "")
        assert "The kernel died" in done.err
        kit.cover(PLAIN)
        (kit.root / "wait").touch()
        done = kit("run", "acme", "--timeout", "1")
        assert (done.code, done.out) == (1, "")
        assert "more than 1 second and was stopped. Give it longer with --timeout" in done.err
        assert kit.last_good_stands()

    def test_a_page_that_cannot_be_shown(self, kit: Kit) -> None:
        kit.cover("# A second title")
        done = kit("run", "acme")
        assert done.code == 1
        assert "00_summary.ipynb" in done.err
        assert kit.last_good_stands()
        assert record_of(kit.reports / "failed")["steps"][-1]["status"] == "failed"

    def test_a_cover_that_lacks_its_data(self, kit: Kit) -> None:
        write_notebook(kit.root / "notebooks/00_summary.ipynb", "Cover", needs=["events"])
        write_notebook(kit.root / "notebooks/01_other.ipynb", "Other")
        done = kit("run", "acme")
        assert done.code == 1
        assert "The page index.html was not made" in done.err
        assert kit.last_good_stands()


class TestTrouble:
    """What no one has foreseen."""

    def test_a_defect_is_told_in_a_sentence_and_kept_to_its_client(
        self, kit: Kit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise AssertionError("12 rows in, 11 kept\n" + "x" * 5_000)

        monkeypatch.setattr(pipeline, "open_data", fail)
        done = kit("run", "acme", "acme")  # named twice, made once
        assert done.code == 1
        kept = kit.reports / "failed/traceback.txt"
        assert done.err.splitlines()[1] == (
            "acme: Something went wrong, AssertionError: 12 rows in, 11 kept. "
            f"The details are in {kept}. The report of {AS_OF} still stands."
        )
        assert kept.read_text().startswith("Traceback")
        assert len(done.err.splitlines()) == 2
        assert kit.last_good_stands()

    def test_a_full_disk(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device", "run.json")

        with monkeypatch.context() as patch:
            patch.setattr(record.Run, "write", refuse)
            done = kit("run", "acme", "--quiet")
        assert done.code == 1
        assert done.err.startswith("acme: run.json: No space left on device.")
        assert kit.last_good_stands()

    def test_reports_that_cannot_be_written(self, kit: Kit) -> None:
        (kit.root / "taken").touch()
        done = kit("run", "acme", "--quiet", "--reports", "taken")
        assert (done.code, done.out) == (1, "")
        assert "taken" in done.err

    def test_many_faults_are_cut_to_a_screen(self, kit: Kit) -> None:
        kit.params(PARAMS + "".join(f"section_{n}: {{}}\n" for n in range(60)))
        done = kit("run", "acme")
        assert done.code == 2
        assert "… and 45 more like these." in done.err

    @pytest.mark.parametrize(("stop", "code"), [(KeyboardInterrupt(), 130), (SystemExit(143), 143)])
    def test_a_signal_that_the_engine_wraps_is_still_one(
        self, kit: Kit, monkeypatch: pytest.MonkeyPatch, stop: BaseException, code: int
    ) -> None:
        """During a query, DuckDB 1.5 turns what a signal's handler raises into a RuntimeError."""

        def interrupted(*_: object) -> None:
            raise RuntimeError("Query interrupted") from stop

        monkeypatch.setattr(pipeline, "open_data", interrupted)
        for command in ("run", "check"):
            monkeypatch.setattr(checking, "open_data", interrupted)
            done = kit(command, "acme")
            assert done.code == code
            assert "the last good reports still stand" in done.err
        assert kit.last_good_stands()
        assert not (kit.reports / "failed").exists()


def test_errors_that_are_each_others_context_are_no_interruption() -> None:
    first, second = RuntimeError("the kernel died"), ValueError("in another thread")
    first.__context__, second.__context__ = second, first
    assert pipeline.interruption(first) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code", "message"),
    [
        (signal.SIGINT, 130, "Stopped."),
        (signal.SIGTERM, 143, "Told to stop."),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
    ids=["Ctrl-C", "SIGTERM", "SIGKILL"],
)
def test_a_run_that_is_killed_half_way(kit: Kit, number: signal.Signals, code: int, message: str) -> None:
    (kit.root / "wait").touch()
    run = subprocess.Popen(
        [sys.executable, "-c", START, "run", "acme"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        wait_until((kit.root / "pid").exists)
        assert (kit.reports / "latest/index.html").is_file()  # read on while the next is made
        run.send_signal(number)
        out, err = run.communicate(timeout=30)
    finally:
        run.kill()
        run.wait()
    assert run.returncode == code
    assert out == ""
    assert "Traceback" not in err
    wait_until(lambda: not psutil.pid_exists(int((kit.root / "pid").read_text())), seconds=15)
    (kit.root / "wait").unlink()
    if number != signal.SIGKILL:
        assert err.splitlines()[-1] == f"{message} What was being made is dropped; the last good reports still stand."
        assert kit.last_good_stands()
        return
    assert (kit.reports / "latest" / "good").is_file()
    done = kit("run", "acme")
    assert (done.code, done.out) == (0, f"reports/acme/{AS_OF}/index.html\n")
    assert {p.name for p in kit.reports.iterdir()} == {AS_OF, "latest"}
    assert not (kit.reports / "latest" / "good").exists()
