"""What a second run makes again and what it takes over; what --only and --force make."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.runs.conftest import AS_OF, COVER, PARAMS, SALES, Kit, write_notebook

KNOBS = "min_amount: float = 0.0  # the least an order line counts with [0..]\n"
SAY = """from helpers.runs.client import open_client
from helpers.story.notebook import say
from helpers.story.statement import Statement
client = open_client(params_file, run_dir, page="{page}")
say(Statement("only", "Here."))"""


@pytest.fixture
def made(kit: Kit) -> Kit:
    """A project of two pages that do not know of each other and a cover, with its report."""
    write_notebook(kit.root / "notebooks/01_sales.ipynb", "Sales", SALES, knobs=KNOBS, needs=["orders"])
    write_notebook(kit.root / "notebooks/02_other.ipynb", "Other", "## Why?", SAY.format(page="02_other"))
    write_notebook(kit.root / "notebooks/00_summary.ipynb", "Cover", COVER, "print(len(load_findings()))")
    assert kit("run", "acme").code == 0
    return kit


def record(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "run.json").read_text("utf-8"))
    return found


def outcome(kit: Kit, folder: str = "latest") -> dict[str, str]:
    """Of each step whether it was made, reused, skipped or failed."""
    steps = record(kit.reports / folder)["steps"]
    return {s["name"]: "reused" if s.get("reused") else s["status"] for s in steps}


ALL_MADE = dict.fromkeys(("data", "01_sales", "02_other", "00_summary", "pages"), "done")


def test_an_unchanged_client_is_left_as_it_is_and_force_makes_it(made: Kit) -> None:
    assert outcome(made) == ALL_MADE
    before = record(made.reports / "latest")
    done = made("run", "acme")
    assert (done.code, done.out) == (0, f"reports/acme/{AS_OF}/index.html\n")
    assert "acme  unchanged since " in done.err
    assert record(made.reports / "latest") == before
    assert made("run", "acme", "--force").code == 0
    assert outcome(made) == ALL_MADE
    assert record(made.reports / "latest")["started_at"] >= before["finished_at"]


def test_a_changed_notebook_runs_with_those_that_read_it(made: Kit) -> None:
    other = made.root / "notebooks/02_other.ipynb"
    write_notebook(other, "Other", SAY.format(page="02_other") + "\nprint('new')")
    assert made("run", "acme").code == 0
    assert outcome(made) == ALL_MADE | {"01_sales": "reused"}  # the cover reads what all pages say
    findings = json.loads((made.reports / "latest/tables/findings.json").read_text("utf-8"))
    assert [(f["page"], f["key"]) for f in findings] == [("01_sales", "sales"), ("02_other", "only")]
    assert {p.name for p in (made.reports / "latest/tables").iterdir()} == {
        "findings.json", "spend_by_customer.csv", "spend_by_customer.parquet"
    }  # fmt: skip


def test_a_changed_sentence_is_on_the_page_without_running_anything(made: Kit) -> None:
    other = made.root / "notebooks/02_other.ipynb"
    other.write_text(other.read_text("utf-8").replace("## Why?", "## Why ever not?"), "utf-8")
    assert made("run", "acme").code == 0
    assert outcome(made) == dict.fromkeys(ALL_MADE, "reused") | {"pages": "done"}
    assert "Why ever not?" in (made.reports / "latest/02_other.html").read_text("utf-8")
    assert record(made.reports / "latest")["inputs"][0]["rows"] == 12


def test_a_changed_knob_runs_its_notebook(made: Kit) -> None:
    made.params(PARAMS + "sales: {min_amount: 15}\n")
    assert made("run", "acme").code == 0
    assert outcome(made) == ALL_MADE | {"02_other": "reused"}


def test_changed_data_run_all(made: Kit) -> None:
    with (made.root / "orders.csv").open("a") as file:
        file.write("99,001,2026-09-12,5\n")
    assert made("run", "acme").code == 0
    assert outcome(made) == ALL_MADE


def test_a_run_that_failed_goes_on_there(made: Kit) -> None:
    with (made.root / "orders.csv").open("a") as file:  # so that nothing of the published report holds
        file.write("99,001,2026-09-12,5\n")
    write_notebook(made.root / "notebooks/00_summary.ipynb", "Cover", COVER, "raise ValueError('not yet')")
    assert made("run", "acme").code == 1
    assert outcome(made, "failed") == {"data": "done", "01_sales": "done", "02_other": "done", "00_summary": "failed"}
    write_notebook(made.root / "notebooks/00_summary.ipynb", "Cover", COVER)
    assert made("run", "acme").code == 0
    assert outcome(made) == ALL_MADE | {"01_sales": "reused", "02_other": "reused"}
    assert not (made.reports / "failed").exists()


def test_only_some_pages_stand_apart_from_the_report(made: Kit) -> None:
    plain = "from helpers.runs.client import open_client\nopen_client(params_file, run_dir, page='00_summary')"
    write_notebook(made.root / "notebooks/00_summary.ipynb", "Cover", plain)  # which reads no page's tables
    assert made("run", "acme").code == 0
    before = record(made.reports / "latest")
    done = made("run", "acme", "--only", "other")
    assert (done.code, done.out) == (0, "reports/acme/only/index.html\n")
    assert {p.name for p in (made.reports / "only").glob("*.html")} == {"02_other.html", "index.html", "report.html"}
    assert record(made.reports / "latest") == before
    assert "unchanged" in made("run", "acme").err
    done = made("run", "acme", "--only", "othr")
    assert (done.code, done.out) == (2, "")
    assert 'There is no section othr. Allowed: sales, other, summary. Did you mean "other"?' in done.err.replace(
        "\n", " "
    )


def test_with_pseudonyms_they_stay_the_same_ones(made: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIT_SALT", "0123456789abcdef")
    made.params(PARAMS + 'privacy: {identifiers: pseudonyms, salt: "${KIT_SALT}"}\n')
    assert made("run", "acme").code == 0
    tables = made.reports / "latest/tables/spend_by_customer.csv"
    before = tables.read_text("utf-8")
    other = made.root / "notebooks/02_other.ipynb"
    other.write_text(other.read_text("utf-8").replace("## Why?", "## Why ever not?"), "utf-8")
    assert made("run", "acme").code == 0
    assert outcome(made)["01_sales"] == "reused"
    assert tables.read_text("utf-8") == before
    write_notebook(other, "Other", SAY.format(page="02_other") + "\nprint('new')")
    assert made("run", "acme").code == 0
    assert outcome(made) == ALL_MADE  # who runs now needs the numbers
    assert tables.read_text("utf-8") == before
