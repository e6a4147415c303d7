"""`kit render --from-outputs`: notebooks as they were saved, with their outputs, on a report that is there."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from helpers.errors import InputError
from helpers.runs.from_outputs import check_outputs
from tests.runs.conftest import AS_OF, PARAMS, SALES, Kit, write_notebook

pytestmark = pytest.mark.xdist_group("saved report")  # what these tests share is made in one process
OWN = "notebooks/acme/01_sales.ipynb"
PAGE = f"reports/acme/{AS_OF}/index.html\n"
MEND = "In JupyterLab, choose Run > Restart Kernel and Run All Cells, and save.\n"
Change = Callable[[list[Any]], None]


class Here(AsyncKernelManager):
    """A kernel of this interpreter, whatever the machine has registered."""

    transport_encryption = "required"

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, metadata={"supported_encryption": "curve"})


def run_in_place(path: Path) -> None:
    """Run all cells and save, as JupyterLab does."""
    notebook = nbformat.read(path, 4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_manager_class=Here, resources=resources, shutdown_kernel="immediate").execute()
    nbformat.write(notebook, path)


def edit(path: str | Path, change: Change) -> None:
    notebook = nbformat.read(path, 4)
    change(notebook.cells)
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def saved_once(published: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published project in which acme's own page on sales was run by hand and saved."""
    root = tmp_path_factory.mktemp("saved") / "kit"
    shutil.copytree(published[0], root, symlinks=True)
    knobs = "min_amount: float = 15.0  # the least an order line counts with [0..]\n"
    own = write_notebook(root / OWN, "Sales", SALES, knobs=knobs, needs=["orders"])
    edit(own, lambda cells: cells[1].update(source=cells[1].source.replace("../params", "../../params")))
    run_in_place(own)
    return root


@pytest.fixture
def saved(saved_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kit:
    root = tmp_path / "kit"
    shutil.copytree(saved_once, root, symlinks=True)
    monkeypatch.chdir(root)
    return Kit(root, capsys, monkeypatch)


def as_it_was(kit: Kit) -> bool:
    """Whether the report that was there stands, with nothing beside it but the draft."""
    text = (kit.reports / "latest" / "01_sales.html").read_text("utf-8")
    return "from 0.0 up" in text and {p.name for p in kit.reports.iterdir()} == {AS_OF, "latest", "draft"}


class TestRendered:
    def test_the_saved_page_takes_its_place(self, saved: Kit) -> None:
        assert as_it_was(saved)
        cover = (saved.reports / "latest/index.html").read_text("utf-8")
        done = saved("render", "acme", "--from-outputs")
        assert (done.code, done.out, done.err) == (0, PAGE, "")
        folder = saved.reports / "latest"
        page, whole = ((folder / name).read_text("utf-8") for name in ("01_sales.html", "report.html"))
        for html in (page, whole):
            assert "customers bought, from 15.0 up." in html
            assert "own version, not the standard one. It is shown as it was saved on " in html
        now = (folder / "index.html").read_text("utf-8")
        assert "This page was made before “Sales” was renewed." in now
        assert "from 0.0 up" in now  # the cover is as it was made, but for that line
        assert len(now) > len(cover)
        assert {p.name for p in saved.reports.iterdir()} == {AS_OF, "latest", "draft"}

    def test_tables_and_findings_come_from_the_draft(self, saved: Kit) -> None:
        before = pd.read_parquet(saved.reports / "latest/tables/spend_by_customer.parquet")
        saved("render", "acme", "--from-outputs")
        tables, draft = saved.reports / "latest/tables", saved.reports / "draft/tables"
        for ending in ("parquet", "csv"):
            name = f"spend_by_customer.{ending}"
            assert (tables / name).read_bytes() == (draft / name).read_bytes()
        assert not before.equals(pd.read_parquet(tables / "spend_by_customer.parquet"))
        [said] = json.loads((tables / "findings.json").read_text("utf-8"))
        assert (said["page"], said["text"][-13:]) == ("01_sales", "from 15.0 up.")
        executed = nbformat.read(saved.reports / "latest/notebooks/01_sales.ipynb", 4)
        assert executed == nbformat.read(OWN, 4)

    def test_the_record_says_so(self, saved: Kit) -> None:
        record = saved.reports / "latest/run.json"
        before = json.loads(record.read_text("utf-8"))
        record.write_text(json.dumps(before | {"made_from": {"a": 1}}), "utf-8")
        saved("render", "acme", "--from-outputs")
        after = json.loads(record.read_text("utf-8"))
        assert (after["from_outputs"], after["status"]) == (True, "published")
        assert "made_from" not in after  # so that the next run does not take the report for what it would make
        steps = {s["name"]: s for s in after["steps"]}
        assert [s["name"] for s in after["steps"]] == [s["name"] for s in before["steps"]]
        assert steps["01_sales"]["own"] is steps["01_sales"]["from_outputs"] is True
        assert {k: s for k, s in steps.items() if k != "01_sales"} == {
            s["name"]: s for s in before["steps"] if s["name"] != "01_sales"
        }

    def test_a_notebook_only_this_client_has_gets_a_page(self, saved: Kit) -> None:
        own = write_notebook(saved.root / "notebooks/acme/09_regions.ipynb", "Regions", "## Where?", "1 + 1")
        edit(own, lambda cells: cells[1].update(source=cells[1].source.replace("../params", "../../params")))
        run_in_place(own)
        assert saved("render", "acme", "--from-outputs").code == 0
        assert "Regions" in (saved.reports / "latest/09_regions.html").read_text("utf-8")
        names = [s["name"] for s in json.loads((saved.reports / "latest/run.json").read_text("utf-8"))["steps"]]
        assert names == ["data", "01_sales", "02_opinions", "09_regions", "00_summary", "pages"]

    def test_pseudonyms_are_made_of_the_drafts_numbers(self, saved: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KIT_SALT", "a long random text")
        saved.params(PARAMS + "privacy: {identifiers: pseudonyms, salt: '${KIT_SALT}'}\n")
        assert saved("run", "acme", "--set", "sales.min_amount=0").code == 0
        published = set(pd.read_parquet(saved.reports / "latest/tables/spend_by_customer.parquet")["customer_id"])
        assert saved("render", "acme", "--from-outputs").code == 0
        shown = set(pd.read_parquet(saved.reports / "latest/tables/spend_by_customer.parquet")["customer_id"])
        assert shown and shown <= published
        assert not shown & set(pd.read_parquet(saved.reports / "draft/tables/spend_by_customer.parquet")["customer_id"])

    def test_a_knob_of_the_file_that_does_not_hold_is_told(self, saved: Kit) -> None:
        saved.params(PARAMS + "sales: {min_amount: 12}\n")
        done = saved("render", "acme", "--from-outputs")
        assert (done.code, done.err) == (
            0,
            "acme.yaml sets sales.min_amount to 12.0 where the first cell of acme/01_sales.ipynb has 15.0; "
            "the outputs are those of the first cell.\n",
        )


class TestRefused:
    """One sentence, exit code 2, and the report that was there stands."""

    def refused(self, kit: Kit, *args: str) -> str:
        done = kit("render", "acme", *(args or ["--from-outputs"]))
        assert (done.code, done.out) == (2, "")
        assert as_it_was(kit)
        return done.err

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda cells: cells[2].update(execution_count=None), "cell 3, under “Sales”: This cell has not been run."),
            (
                lambda cells: cells[1].update(execution_count=7),
                "cell 3, under “Sales”: This cell ran before one that stands above it.",
            ),
            (
                lambda cells: cells[2].outputs.append(nbformat.v4.new_output("error", ename="E", evalue="e")),
                "cell 3, under “Sales”: This cell ended in an error.",
            ),
        ],
    )
    def test_cells_that_have_not_all_run_in_order(self, saved: Kit, change: Change, message: str) -> None:
        edit(OWN, change)
        assert self.refused(saved) == f"acme/01_sales.ipynb, {message} {MEND}"

    def test_no_outputs(self, saved: Kit) -> None:
        edit(OWN, lambda cells: [cell.update(outputs=[]) for cell in cells if cell.cell_type == "code"])
        assert "kit render acme: No notebook of acme's own holds outputs." in self.refused(saved)

    def test_tables_of_another_run(self, saved: Kit) -> None:
        findings = saved.reports / "draft/tables/findings/01_sales.json"
        findings.write_text(findings.read_text("utf-8").replace("from 15.0", "from 16.0"), "utf-8")
        message = self.refused(saved)
        assert "bought, from 15.0 up.”, which is not among the findings in reports/acme/draft/tables" in message

    def test_tables_that_are_gone(self, saved: Kit) -> None:
        (saved.reports / "draft/tables/spend_by_customer.parquet").unlink()
        message = self.refused(saved)
        told = "This notebook saves spend_by_customer, not to be found in reports/acme/draft/tables."
        assert message == f"acme/01_sales.ipynb: {told} {MEND}"

    def test_another_clients_outputs(self, saved: Kit) -> None:
        edit(OWN, lambda cells: cells[1].update(source=cells[1].source.replace("acme.yaml", "beta.yaml")))
        assert "This notebook ran for ../../params/beta.yaml, not for acme.yaml." in self.refused(saved)

    def test_no_report_of_the_day(self, saved: Kit) -> None:
        saved.params(PARAMS.replace(AS_OF, "2026-10-31"))
        message = self.refused(saved)
        told = "There is no report of 2026-10-31, from which the other pages are taken."
        assert message == f"kit render acme: {told} Make it with `kit run acme`.\n"

    def test_a_report_in_another_currency(self, saved: Kit) -> None:
        saved.params(PARAMS.replace("EUR", "GBP"))
        assert "has currency EUR, acme.yaml has GBP, and pages of both do not go together." in self.refused(saved)

    def test_a_report_that_is_damaged(self, saved: Kit) -> None:
        (saved.reports / "latest/run.json").write_text("{", "utf-8")
        assert "The report of 2026-09-30 is damaged" in self.refused(saved)

    def test_a_page_that_cannot_be_rendered(self, saved: Kit) -> None:
        html = {"text/html": "<script>alert(1)</script>"}
        edit(OWN, lambda cells: cells[2].outputs.append(nbformat.v4.new_output("display_data", data=html)))
        assert "script" in self.refused(saved)

    def test_without_saying_what_from(self, saved: Kit) -> None:
        assert "say --from-outputs; to execute the notebooks, take" in self.refused(saved, "--reports", "reports")


def test_empty_cells_need_not_run(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "01_a.ipynb", "A", " \n")
    edit(path, lambda cells: cells[1].update(execution_count=1))
    check_outputs(path)
    edit(path, lambda cells: cells[1].update(execution_count=None))
    with pytest.raises(InputError, match="cell 2, under “A”: This cell has not been run"):
        check_outputs(path)
