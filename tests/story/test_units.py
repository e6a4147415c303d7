"""With accounts as the unit, what is written here speaks of accounts, and what comes from data keeps its words."""

from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.story import notebook
from helpers.story.chart import in_words, sheet
from helpers.story.fmt import Money
from helpers.story.rfm import charts
from helpers.story.statement import KeyFigure, Statement
from helpers.story.table import frame_table
from helpers.story.units import ACCOUNT, CUSTOMER, in_unit, speak_of, unit_of
from tests.story import samples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Customers who bought", "Accounts that bought"),
        ("1 customer has gone quiet. 12 customers have.", "1 account has gone quiet. 12 accounts have."),
        ("£3.10 a customer", "£3.10 an account"),
        ("A customer is in one group; each customer's score", "An account is in one group; each account's score"),
        ("“Key customers” holds 5% of customers", "“Key customers” holds 5% of accounts"),
        ("Loyal customers 20% of customers", "Loyal customers 20% of accounts"),
        ("typical customers: 3% of customers", "typical customers: 3% of accounts"),
        ("Not in the customers table; no customer number", "Not in the customers table; no customer number"),
        ("The customer list tells of 3 customers", "The customer list tells of 3 accounts"),
        ("no customer_id, customer_share", "no customer_id, customer_share"),
        ("Customer since, per customer", "Account since, per account"),
        ("Panama customers", "Panama accounts"),
        ("Nothing of the kind", "Nothing of the kind"),
    ],
)
def test_the_words(text: str, expected: str) -> None:
    assert in_unit(text, ACCOUNT) == expected
    assert in_unit(text, CUSTOMER) == in_unit(text) == text


@pytest.mark.parametrize("page", ["01_data_profile", "05_nps_drivers", "06_roi", "00_summary"])
def test_pages_about_people_and_files_speak_of_customers(page: str) -> None:
    assert unit_of(page, ACCOUNT) == CUSTOMER


def test_other_pages_speak_of_the_unit() -> None:
    assert {unit_of(page, ACCOUNT) for page in ("02_rfm", "03_lifecycle", "04_clusters", "08_own")} == {ACCOUNT}
    assert unit_of("02_rfm", CUSTOMER) == CUSTOMER


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Any]:
    """Runs a function as a page about accounts would; later tests speak of customers again."""
    context = copy_context()
    context.run(speak_of, ACCOUNT, "02_rfm")
    notebook.open_page("02_rfm", tmp_path)
    yield context.run
    notebook._page = None


def test_statements_and_key_figures(accounts: Any, tmp_path: Path) -> None:
    figure = KeyFigure("Customers who bought", "12", "£3 a customer")
    said = Statement("k", "“Key customers” are 2 customers.", action="Ask a customer.", figures=(figure,))
    assert "“Key customers” are 2 accounts." in accounts(notebook.say, said).html
    (found,) = notebook.read_findings(tmp_path / "tables")
    assert (found["text"], found["action"]) == ("“Key customers” are 2 accounts.", "Ask an account.")
    assert found["figures"] == [{"label": "Accounts that bought", "value": "12", "note": "£3 an account"}]


def test_tables_but_not_their_cells(accounts: Any) -> None:
    frame = pd.DataFrame({"segment": ["Key customers"], "customers": [3]})
    labels = {"segment": "Segment of customers", "customers": "Customers"}
    made = accounts(frame_table, frame, labels, {}, "Customers by segment", "Each customer once.")
    assert made.title == "Accounts by segment"
    assert "Each account once." in made.html
    assert ">Accounts<" in made.html
    assert "Key customers" in made.html
    assert "Segment of accounts" in made.html


def test_charts(accounts: Any) -> None:
    made = accounts(charts.segments, samples.RFM, Money("GBP"))
    assert made.title == "Champions are 52% of accounts and 89% of spend"
    assert "Accounts and spend by segment. Share of all accounts" in made.svg
    assert made.alt.startswith("Share of accounts and of spend by segment")
    assert accounts(in_words, "Customers", "Too few customers.").alt == "Accounts. Too few accounts."
    heading = accounts(sheet, "Share of customers", "Of all customers").texts
    assert [text.get_text() for text in heading] == ["Share of accounts", "Of all accounts"]
