"""What is made besides the pages when it is asked for: beside them, linked from them, in the record."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

from helpers.runs.formats import workbook
from tests.runs.conftest import AS_OF, COVER, PARAMS, SALES, Kit, write_notebook
from tests.runs.params_text import DATA, HEAD, Read, Refused

FILE, SLIDES = f"acme-{AS_OF}.xlsx", f"acme-{AS_OF}.pptx"


@pytest.fixture
def sales(kit: Kit) -> Kit:
    """A project whose page saves a table of customers."""
    knobs = "min_amount: float = 0.0  # the least an order line counts with [0..]\n"
    write_notebook(kit.root / "notebooks/01_sales.ipynb", "Sales", SALES, knobs=knobs, needs=["orders"])
    write_notebook(kit.root / "notebooks/00_summary.ipynb", "Cover", COVER)
    return kit


def record(kit: Kit) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((kit.reports / "latest/run.json").read_text("utf-8"))
    return found


def test_it_lies_beside_the_pages_and_they_lead_to_it(sales: Kit) -> None:
    assert sales("run", "acme", "--formats", "xlsx").code == 0
    latest = sales.reports / "latest"
    assert openpyxl.load_workbook(latest / FILE).sheetnames == ["Contents", "Findings"]  # the only table is of persons
    assert record(sales)["files"] == {"xlsx": FILE}
    for page in ("index.html", "01_sales.html"):
        assert f'<a href="{FILE}" download>Excel workbook</a>' in (latest / page).read_text("utf-8")
    assert FILE not in (latest / "report.html").read_text("utf-8")  # which is sent alone


def test_slides_have_the_report_and_what_cannot_be_made_is_told_without_a_path(sales: Kit) -> None:
    sales.params(PARAMS + "formats: [pptx]\ndeck: {skip: [sales]}\n")
    assert sales("run", "acme").code == 0
    latest = sales.reports / "latest"
    assert Presentation(str(latest / SLIDES)).slides[0].shapes.title.text == "Acme & Söhne"
    assert f'<a href="{SLIDES}" download>Slides</a>' in (latest / "index.html").read_text("utf-8")
    sales.params(PARAMS + "formats: [pptx]\nbrand: {deck: brand.pptx}\n")
    (sales.root / "params" / "brand.pptx").write_text("no presentation")
    assert sales("run", "acme").code == 0
    cover = (latest / "index.html").read_text("utf-8")
    assert "The slides could not be made: brand.deck, brand.pptx: the template is no presentation." in cover
    assert str(sales.root) not in cover
    sales.params(PARAMS + "formats: [pptx]\ndeck: {findings: [sails]}\n")
    assert sales("run", "acme").code == 0
    told = "The slides could not be made: deck.findings: no page and no finding of this report is called “sails”"
    assert told in (latest / "index.html").read_text("utf-8").replace("&#34;sails&#34;", "“sails”")


def test_asked_for_later_it_is_made_without_running_anything(sales: Kit) -> None:
    assert sales("run", "acme").code == 0
    assert not (sales.reports / "latest" / FILE).exists()
    sales.params(PARAMS + "formats: [xlsx]\naudience: team\n")
    assert sales("run", "acme").code == 0
    assert {step["name"]: step.get("reused") for step in record(sales)["steps"]}["01_sales"] is True
    book = openpyxl.load_workbook(sales.reports / "latest" / FILE)
    assert book.sheetnames == ["Contents", "Findings", "spend_by_customer"]
    assert "unchanged" in sales("run", "acme").err


def test_an_analysts_own_table_goes_to_the_team_only(sales: Kit) -> None:
    """Nobody has said what is in it: here customers by their names, and no number that would tell."""
    best = 'save_table("best", spend.assign(name="Zebulon Quackenbush").drop(columns="customer_id"))'
    knobs = "min_amount: float = 0.0  # the least an order line counts with [0..]\n"
    write_notebook(sales.root / "notebooks/01_sales.ipynb", "Sales", f"{SALES}\n{best}", knobs=knobs, needs=["orders"])
    for audience, sheets in (("client", []), ("team", ["best", "spend_by_customer"])):
        assert sales("run", "acme", "--formats", "xlsx", "--set", f"audience={audience}").code == 0
        book = openpyxl.load_workbook(sales.reports / "latest" / FILE)
        assert book.sheetnames == ["Contents", "Findings", *sheets]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (ValueError("of a library"), "something went wrong, ValueError."),
    ],
)
def test_one_that_cannot_be_made_stops_no_report(
    sales: Kit, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    def full(path: Path, *_: object) -> None:
        path.write_bytes(b"half")
        raise error

    with monkeypatch.context() as now:
        now.setattr(workbook, "write_workbook", full)
        assert sales("run", "acme", "--formats", "html,xlsx").code == 0
    latest = sales.reports / "latest"
    assert not (latest / FILE).exists()
    assert record(sales)["files"] == {}
    cover = (latest / "index.html").read_text("utf-8")
    assert f"The Excel workbook could not be made: {why}" in cover
    assert FILE not in cover
    if str(error) == "odd":  # it is made when it can be, though nothing else changed
        told = sales("run", "acme", "--formats", "html,xlsx").err
        assert "unchanged" not in told
        assert (latest / FILE).is_file()
        (latest / FILE).unlink()
        assert sales("run", "acme", "--formats", "html,xlsx").code == 0
        assert (latest / FILE).is_file()


def test_what_is_asked_for_is_checked(read: Read, refused: Refused) -> None:
    assert read(HEAD + DATA).formats == ("html",)
    assert read(HEAD + DATA + "formats:\n").formats == ("html",)
    assert read(HEAD + DATA + "formats: xlsx\n").formats == ("html", "xlsx")
    assert read(HEAD + DATA + "formats: [xlsx, html, xlsx]\n").formats == ("html", "xlsx")
    assert read(HEAD + DATA).audience == "client"
    said = refused(HEAD + DATA + "formats: [xls]\n")
    assert said == 'line 8: formats cannot be "xls". Allowed: html, pdf, pptx, xlsx. Did you mean "xlsx"?'
    assert refused(HEAD + DATA + "audience: teem\n").endswith('Allowed: client, team. Did you mean "team"?')


def test_nothing_of_it_is_imported_unless_asked_for() -> None:
    made = {"xlsxwriter", "pptx", "resvg_py", "helpers.runs.formats.pdf"}
    code = f"import sys, helpers.runs.pipeline; print(sorted({made} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
