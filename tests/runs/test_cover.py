"""The cover of small reports, made by the kit's own notebook: what is true is said, and nothing empty is shown."""

import shutil

import pytest
from bs4 import BeautifulSoup

from helpers.runs.project import Project
from helpers.story.printed import say_change
from tests.runs.conftest import AS_OF, PARAMS, Kit, write_notebook
from tests.runs.page_checks import check_page

SALES = """from helpers.runs.client import open_client
from helpers.story.notebook import say
from helpers.story.statement import KeyFigure, Statement
client = open_client(params_file, run_dir, page="01_sales")
spend = client.money(float(client.table("orders").amount.sum().execute()))
figures = (KeyFigure("Spend", spend, "so far"), KeyFigure("Client", client.params.client))"""
SAY = 'say(Statement("sales", f"Customers have spent {spend}.", "good", headline=True, figures=figures))'


@pytest.fixture
def cover(kit: Kit, project: Project) -> Kit:
    """A project whose cover is the kit's, and whose only other page reads the orders and says nothing."""
    shutil.copy(project.notebooks / "00_summary.ipynb", kit.root / "notebooks")
    write_notebook(kit.root / "notebooks/01_sales.ipynb", "Sales", SALES, needs=["orders"])
    return kit


def read_cover(kit: Kit, day: str = AS_OF) -> BeautifulSoup:
    page = kit.root / "reports/acme" / day / "index.html"
    assert check_page(page) == []
    whole = BeautifulSoup(page.with_name("report.html").read_text("utf-8"), "html.parser")
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert texts(soup, ".cover :is(.lead, .figure, .finding, .note)") == texts(
        whole, ".cover :is(.lead, .figure, .finding, .note)"
    )
    return soup


def texts(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(one.get_text(" ").split()) for one in soup.select(selector)]


def test_where_nothing_was_said_the_cover_says_so_and_no_more(cover: Kit) -> None:
    assert cover("run", "acme").code == 0
    soup = read_cover(cover)
    assert texts(soup, ".cover .output") == [
        "Nothing stands out in the data supplied. What they show stands under “Sales”."
    ]
    assert texts(soup, ".cover h2, .cover ul, .cover ol, .sections") == []


def test_one_finding_is_set_large_and_what_was_skipped_is_named(cover: Kit) -> None:
    write_notebook(cover.root / "notebooks/01_sales.ipynb", "Sales", SALES, SAY, needs=["orders"])
    write_notebook(cover.root / "notebooks/02_opinions.ipynb", "Opinions", "1 / 0", needs=["surveys"])
    assert cover("run", "acme").code == 0
    soup = read_cover(cover)
    assert texts(soup, ".lead") == ["Customers have spent €192. Sales"]
    assert texts(soup, ".cover h2") == ["Where do we stand?", "What does this report not look at?"]
    assert texts(soup, ".figure-value") == ["€192", "Acme & Söhne"]
    assert texts(soup, ".skipped li") == ["Opinions needs survey answers with a recommendation score"]
    assert "change" not in texts(soup, ".cover")[0]


def test_the_next_report_says_what_changed(cover: Kit) -> None:
    write_notebook(cover.root / "notebooks/01_sales.ipynb", "Sales", SALES, SAY, needs=["orders"])
    values = []
    for day in ("2026-06-30", AS_OF):
        shutil.rmtree(cover.reports / day, ignore_errors=True)
        cover.params(PARAMS.replace(AS_OF, day))
        assert cover("run", "acme").code == 0
        values.append(texts(read_cover(cover, day), ".figure-value"))
    change = say_change(values[0][0], values[1][0].split()[0])
    assert change.startswith("+")
    assert values[1] == [f"{values[1][0].split()[0]} {change}", "Acme & Söhne unchanged"]
    assert texts(read_cover(cover), ".cover .note") == ["Beside a figure: its change since the report of 30 June 2026."]
    assert "change" not in texts(read_cover(cover, "2026-06-30"), ".cover")[0]


def test_notebooks_of_clients_that_list_all_findings_still_do(cover: Kit) -> None:
    cells = (
        'from helpers.runs.client import open_client\nopen_client(params_file, run_dir, page="00_summary")',
        "from helpers.story.notebook import load_findings, load_steps\nfrom helpers.story.summary import cover",
        "cover.headlines(load_findings(), load_steps())",
    )
    write_notebook(cover.root / "notebooks/01_sales.ipynb", "Sales", SALES, SAY, needs=["orders"])
    write_notebook(cover.root / "notebooks/00_summary.ipynb", "Cover", *cells)
    assert cover("run", "acme").code == 0
    assert texts(read_cover(cover), ".finding-text") == ["Customers have spent €192."]
