"""Results of an earlier run, taken over where they hold and are whole."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from helpers.runs.kernels import execute_notebook
from helpers.runs.made_from import made_from
from helpers.runs.notebooks import Notebook, find_notebooks
from helpers.runs.params import read_params
from helpers.runs.reuse import Reusable, find_reusable, take_data_step, take_over
from tests.runs.conftest import AS_OF

SALES, COVER, OPINIONS = "01_sales", "00_summary", "02_opinions"  # the last one lacks its data


@dataclass(frozen=True)
class Ran:
    """A project with a report that was run for real, and a record of it as a run keeps it."""

    root: Path

    @property
    def client_dir(self) -> Path:
        return self.root / "reports/acme"

    @property
    def report(self) -> Path:
        return self.client_dir / AS_OF

    def notebooks(self) -> list[Notebook]:
        return find_notebooks(self.root / "notebooks")

    def notebook(self, name: str) -> Notebook:
        return next(notebook for notebook in self.notebooks() if notebook.name == name)

    def keys(self) -> dict[str, str]:
        params = read_params(self.root / "params/acme.yaml", self.root / "notebooks")
        return made_from(params, self.notebooks(), self.client_dir).keys

    def found(self) -> dict[str, Reusable]:
        return find_reusable(self.client_dir, AS_OF, self.notebooks(), self.keys())

    def record(self, folder: Path | None = None) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(((folder or self.report) / "run.json").read_text("utf-8"))
        return found

    def note(self, folder: Path | None = None, **changes: Any) -> None:
        folder = folder or self.report
        (folder / "run.json").write_text(json.dumps(self.record(folder) | changes), "utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        path = self.root / f"notebooks/{name}.ipynb"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def ran(published: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Ran:
    project = Ran(tmp_path / "ran")
    shutil.copytree(published[0], project.root, symlinks=True)
    tables = {SALES: ["spend_by_customer"], COVER: []}
    steps = project.record()["steps"]
    for step in steps:
        if step["name"] in (keys := project.keys()):
            step |= {"key": keys[step["name"]]} | ({"tables": tables[step["name"]]} if step["status"] == "done" else {})
    project.note(steps=steps, made_from={"version": 1})
    return project


def test_all_of_an_unchanged_report_can_be_used_again(ran: Ran) -> None:
    found = ran.found()
    assert {name: usable.done for name, usable in found.items()} == {SALES: True, COVER: True, OPINIONS: False}
    assert {usable.made_at for usable in found.values()} == {ran.record()["finished_at"]}


def test_what_is_taken_over_is_what_was_made(ran: Ran, tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    stage.mkdir()
    told = {name: take_over(ran.notebook(name), usable, stage) for name, usable in ran.found().items()}
    at = ran.record()["finished_at"]
    sha256 = hashlib.sha256(ran.notebook(SALES).path.read_bytes()).hexdigest()
    about = {"status": "done", "tables": ["spend_by_customer"], "key": ran.keys()[SALES], "sha256": sha256}
    assert told[SALES] == about | {"reused": True, "made_at": at}
    assert told[OPINIONS]["status"] == "skipped"
    assert told[OPINIONS]["reason"].startswith("needs the table surveys")
    for ending in ("csv", "parquet"):
        copied = stage / f"tables/spend_by_customer.{ending}"
        assert copied.read_bytes() == (ran.report / "tables" / copied.name).read_bytes()
        assert not copied.samefile(ran.report / "tables" / copied.name)
    said = json.loads((ran.report / "tables/findings.json").read_text("utf-8"))
    assert said == json.loads((stage / f"tables/findings/{SALES}.json").read_text("utf-8"))
    assert json.loads((stage / f"tables/findings/{COVER}.json").read_text("utf-8")) == []
    for name in (SALES, COVER):
        then = nbformat.read(ran.report / f"notebooks/{name}.ipynb", as_version=4)
        taken = nbformat.read(stage / f"notebooks/{name}.ipynb", as_version=4)
        assert [_content(cell) for cell in taken.cells] == [_content(cell) for cell in then.cells]
        assert taken.metadata == then.metadata
    assert not (stage / f"notebooks/{OPINIONS}.ipynb").exists()


def test_a_changed_sentence_is_rendered_with_the_outputs_that_were_there(ran: Ran, tmp_path: Path) -> None:
    """As if it had run again, but for the times."""
    ran.change(SALES, "# Sales", "# What was sold")
    notebook = nbformat.read(ran.root / f"notebooks/{SALES}.ipynb", as_version=4)
    notebook.cells.insert(2, nbformat.v4.new_markdown_cell("New words."))
    notebook.cells[-1].metadata.tags = []
    notebook.cells[-1].metadata["kit"] = {"new": True}
    nbformat.write(notebook, ran.root / f"notebooks/{SALES}.ipynb")
    found = ran.found()
    assert set(found) == {SALES, OPINIONS}  # the cover tells of the page by its title
    stage = tmp_path / "stage"
    stage.mkdir()
    take_over(ran.notebook(SALES), found[SALES], stage)
    taken = nbformat.read(stage / f"notebooks/{SALES}.ipynb", as_version=4)

    again = tmp_path / "again"
    again.mkdir()
    shutil.copy(ran.report / "run.json", again)
    parameters = {"params_file": str(ran.root / "params/acme.yaml"), "run_dir": str(again)}
    execute_notebook(ran.notebook(SALES).path, again / "run.ipynb", parameters)
    fresh = nbformat.read(again / "run.ipynb", as_version=4)
    assert [_content(cell) for cell in taken.cells] == [_content(cell) for cell in fresh.cells]
    assert taken.cells[3].source == "New words."
    assert taken.cells[-1].outputs
    assert taken.metadata.language_info == fresh.metadata.language_info
    assert taken.metadata.papermill


def _content(cell: nbformat.NotebookNode) -> tuple[Any, ...]:
    """All that a page shows of a cell, and what decides how; the parameters of a run are that run's."""
    metadata = {k: v for k, v in cell.metadata.items() if k not in ("papermill", "execution") and v != []}
    source = "" if "injected-parameters" in metadata.get("tags", []) else cell.source
    return cell.cell_type, source, cell.get("outputs"), cell.get("execution_count"), metadata


def test_changed_code_is_run_again_with_what_reads_its_tables(ran: Ran) -> None:
    ran.change(SALES, "customers bought", "people bought")
    assert set(ran.found()) == {OPINIONS}


def test_changed_data_leave_nothing_to_use(ran: Ran) -> None:
    (ran.root / "orders.csv").write_text((ran.root / "orders.csv").read_text("utf-8").replace("10.5", "11.5"), "utf-8")
    assert ran.found() == {}


def test_data_that_do_not_say_whether_they_changed_leave_nothing_to_use(ran: Ran) -> None:
    keys = dict.fromkeys(ran.keys(), "")
    ran.note(steps=[step | {"key": ""} for step in ran.record()["steps"]])
    assert find_reusable(ran.client_dir, AS_OF, ran.notebooks(), keys) == {}


def test_a_run_that_failed_goes_on_from_what_it_had_made(ran: Ran, tmp_path: Path) -> None:
    failed = ran.report.rename(ran.client_dir / "failed")
    (ran.client_dir / "latest").unlink()
    of_pages = failed / "tables/findings"
    of_pages.mkdir()
    (failed / "tables/findings.json").rename(of_pages / f"{SALES}.json")
    steps = ran.record(failed)["steps"]
    next(step for step in steps if step["name"] == COVER)["status"] = "failed"
    ran.note(failed, steps=steps, status="failed")
    found = ran.found()
    assert set(found) == {SALES, OPINIONS}
    stage = tmp_path / "stage"
    stage.mkdir()
    take_over(ran.notebook(SALES), found[SALES], stage)
    said = json.loads((stage / f"tables/findings/{SALES}.json").read_text("utf-8"))
    assert [finding["key"] for finding in said] == ["sales"]
    (of_pages / f"{SALES}.json").unlink()  # a page that said nothing has none
    take_over(ran.notebook(SALES), found[SALES], stage)
    assert json.loads((stage / f"tables/findings/{SALES}.json").read_text("utf-8")) == []


def test_the_published_report_goes_before_what_failed(ran: Ran) -> None:
    shutil.copytree(ran.report, ran.client_dir / "failed")
    assert {usable.folder for usable in ran.found().values()} == {ran.report}


def test_the_newest_report_serves_another_day(ran: Ran) -> None:
    other = ran.report.rename(ran.client_dir / "2026-08-31")
    (ran.client_dir / "latest").unlink()
    (ran.client_dir / "latest").symlink_to("2026-08-31")
    assert {usable.folder for usable in ran.found().values()} == {other}


def test_results_that_were_reused_keep_the_time_they_were_computed(ran: Ran) -> None:
    ran.note(steps=[step | {"made_at": "2026-01-01T00:00:00+00:00"} for step in ran.record()["steps"]])
    assert {usable.made_at for usable in ran.found().values()} == {"2026-01-01T00:00:00+00:00"}


DAMAGES = {
    "no notebook": lambda report: (report / f"notebooks/{SALES}.ipynb").unlink(),
    "half a notebook": lambda report: _cut(report / f"notebooks/{SALES}.ipynb"),
    "no table": lambda report: (report / "tables/spend_by_customer.parquet").unlink(),
    "half a table": lambda report: _cut(report / "tables/spend_by_customer.parquet"),
    "no CSV": lambda report: (report / "tables/spend_by_customer.csv").unlink(),
    "an empty CSV": lambda report: (report / "tables/spend_by_customer.csv").write_text(""),
    "no findings": lambda report: (report / "tables/findings.json").unlink(),
    "half the findings": lambda report: _cut(report / "tables/findings.json"),
    "other findings": lambda report: (report / "tables/findings.json").write_text("[3]"),
    "a cell that did not run": lambda report: _edit(report, execution_count=None),
    "another cell": lambda report: _edit(report, source="print(3)"),
    "a cell that failed": lambda report: _edit(
        report, outputs=[nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])]
    ),
}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _edit(report: Path, **changes: Any) -> None:
    path = report / f"notebooks/{SALES}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].update(changes)
    nbformat.write(notebook, path)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_result_that_is_not_whole_is_made_again(ran: Ran, damage: str) -> None:
    DAMAGES[damage](ran.report)
    assert SALES not in ran.found()


def test_a_result_that_does_not_say_which_tables_it_saved_is_made_again(ran: Ran) -> None:
    ran.note(steps=[{k: v for k, v in step.items() if k != "tables"} for step in ran.record()["steps"]])
    assert set(ran.found()) == {OPINIONS}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"made_from": 3}', '{"made_from": {"version": 1}, "steps": [3]}'])
def test_a_damaged_record_gives_nothing(ran: Ran, text: str) -> None:
    (ran.report / "run.json").write_text(text, "utf-8")
    assert ran.found() == {}


def test_a_record_of_another_version_gives_nothing(ran: Ran) -> None:
    ran.note(made_from={"version": 0})
    assert ran.found() == {}


def test_a_report_rendered_from_saved_outputs_gives_nothing(ran: Ran) -> None:
    ran.note(from_outputs=True)
    assert ran.found() == {}


def test_tables_with_pseudonyms_are_used_all_or_not_at_all(ran: Ran) -> None:
    ran.note(identifiers="pseudonyms")
    assert set(ran.found()) == {SALES, COVER, OPINIONS}
    ran.change(COVER, "assert len", "assert 0 < len")
    assert ran.found() == {}


def test_without_reading_the_data_what_was_read_and_set_aside_is_known(ran: Ran, tmp_path: Path) -> None:
    aside = ran.report / "tables/rejected_orders.parquet"
    pd.DataFrame({"reason": ["no date"]}).to_parquet(aside)
    aside.with_suffix(".csv").write_text("reason\nno date\n", "utf-8")
    stage = tmp_path / "stage"
    stage.mkdir()
    inputs = take_data_step(ran.found()[SALES], stage)
    assert [Path(row["path"]).name for row in inputs] == ["orders.csv"]
    assert sorted(p.name for p in (stage / "tables").iterdir()) == ["rejected_orders.csv", "rejected_orders.parquet"]
