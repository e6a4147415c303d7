"""A client whose unit is the account: prose, headings, findings and the cover speak of accounts."""

import json

from tests.runs.conftest import AS_OF, COVER, PARAMS, Kit, write_notebook

BUYERS = """from helpers.runs.client import open_client
from helpers.story.notebook import save_table, say
from helpers.story.statement import Statement
client = open_client(params_file, run_dir, page="{page}")
orders = client.table("orders")
spend = orders.group_by("customer_id").agg(spend=orders.amount.sum()).order_by("customer_id").execute()
save_table("spend_by_customer", spend)
say(Statement("{page}", f"{{len(spend)}} customers bought.", headline=True))"""


def test_a_report_of_accounts(kit: Kit) -> None:
    (kit.root / "customers.csv").write_text("customer_id,account_id\n000,A\n001,A\n002,A\n003,B\n", "utf-8")
    kit.params(PARAMS.replace("data:\n", "unit: account\ndata:\n  customers: {source: ../customers.csv}\n"))
    folder = kit.root / "notebooks"
    prose = (
        "## How many customers are there?\n\nA customer who buys; `customers` in [code](#how-many-customers-are-there)."
    )
    write_notebook(folder / "01_buyers.ipynb", "Our best customers", prose, BUYERS.format(page="01_buyers"))
    write_notebook(folder / "06_roi.ipynb", "Customers in campaigns", BUYERS.format(page="06_roi"))
    (folder / "00_summary.ipynb").unlink()
    write_notebook(folder / "00_summary.ipynb", "Cover", COVER, "cover.headlines(load_findings(), load_steps())")
    assert kit("run", "acme").code == 0
    report = kit.reports / AS_OF
    page = (report / "01_buyers.html").read_text("utf-8")
    assert "Our best accounts" in page
    assert "How many accounts are there?" in page
    assert "An account that buys; <code>customers</code>" in page
    assert 'id="how-many-customers-are-there"' in page
    assert 'href="#how-many-customers-are-there"' in page
    assert "2 accounts bought." in page
    assert "2 customers bought." in (report / "06_roi.html").read_text("utf-8")
    cover = (report / "index.html").read_text("utf-8")
    assert "2 accounts bought." in cover
    assert "2 customers bought." in cover
    assert "Our best accounts" in cover
    assert "Customers in campaigns" in cover
    titles = {step["name"]: step["title"] for step in json.loads((report / "run.json").read_text("utf-8"))["steps"]}
    assert (titles["01_buyers"], titles["06_roi"]) == ("Our best accounts", "Customers in campaigns")
