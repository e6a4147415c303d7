"""Accounts as the unit: every row of every table is there after the roll-up, under its account."""

from datetime import date
from pathlib import Path

import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.accounts import roll_up_to_accounts
from helpers.data.features.customers import customer_features
from helpers.data.spec import PartSpec, TableSpec
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
CUSTOMERS = (
    "customer_id,account_id,name,acquired_on,acquisition_cost,consent,industry\n"
    "1,A,Ann,2024-03-01,10,no,Retail\n"
    "2,A,Bob,2023-03-01,5,yes,Retail\n"
    "3,,Cid,2025-01-01,7,,Farming\n"
)
ORDERS = (
    "order_id,customer_id,ordered_at,amount\n1,1,2026-01-01,10\n2,2,2026-02-01,20\n3,3,2026-03-01,5\n4,9,2026-03-01,1\n"
)


def read(folder: Path, customers: str = CUSTOMERS) -> ClientData:
    (folder / "customers.csv").write_text(customers, "utf-8")
    (folder / "orders.csv").write_text(ORDERS, "utf-8")
    attributes = {"industry": ("firmographic", "industry")} if "industry" in customers else {}
    parts = {
        "customers": PartSpec(str(folder / "customers.csv"), attributes=attributes),
        "orders": PartSpec(str(folder / "orders.csv")),
    }
    return open_data({n: TableSpec(n, (p,)) for n, p in parts.items()}, AS_OF, folder / ".data")


def test_orders_go_to_their_account_and_none_is_lost(tmp_path: Path) -> None:
    data = read(tmp_path)
    rolled = roll_up_to_accounts(data.tables, data.supplied())
    assert rolled["orders"].count().execute() == 4
    assert rolled["orders"].columns == data.tables["orders"].columns
    features = customer_features(rolled["orders"], AS_OF).set_index("customer_id")
    assert features["spend"].to_dict() == {"A": 30, "3": 5, "9": 1}
    assert features.loc["A", "order_count"] == 2


def test_an_account_sums_up_its_people(tmp_path: Path) -> None:
    data = read(tmp_path)
    accounts = roll_up_to_accounts(data.tables, data.supplied())["customers"].execute().set_index("customer_id")
    assert accounts.loc["A", ["contacts", "acquisition_cost", "consent", "industry"]].tolist() == [
        2,
        15,
        True,
        "Retail",
    ]
    assert str(accounts.loc["A", "acquired_on"].date()) == "2023-03-01"
    assert accounts.loc["3", "contacts"] == 1
    assert not {"name", "email", "role"} & set(accounts.columns)


def test_accounts_need_a_column_that_names_them(tmp_path: Path) -> None:
    data = read(tmp_path, "customer_id,name\n1,Ann\n")
    with pytest.raises(InputError, match="needs to know who belongs to which account"):
        roll_up_to_accounts(data.tables, data.supplied())


def test_an_account_may_not_have_the_number_of_a_lone_customer(tmp_path: Path) -> None:
    data = read(tmp_path, "customer_id,account_id\n1,3\n3,\n")
    with pytest.raises(InputError, match="3 is the number of an account and of a customer without one"):
        roll_up_to_accounts(data.tables, data.supplied())


def test_an_account_sums_up_what_the_list_says_of_its_people(tmp_path: Path) -> None:
    text = (
        "customer_id,account_id,last_order_on,recency_days,order_count,spend,tenure_months,churned\n"
        "1,A,2026-01-05,9,2,10,3,yes\n2,A,2026-03-05,4,1,5,12,no\n3,B,,,1,1,1,yes\n"
    )
    data = read(tmp_path, text)
    accounts = roll_up_to_accounts(data.tables, data.supplied())["customers"].execute().set_index("customer_id")
    told = ["recency_days", "order_count", "spend", "tenure_months", "churned"]
    assert accounts.loc["A", told].tolist() == [4, 3, 15, 12, False]
    assert str(accounts.loc["A", "last_order_on"].date()) == "2026-03-05"
    assert accounts.loc["B", "churned"]


def test_a_list_of_accounts_may_stand_beside_one_of_contacts(tmp_path: Path) -> None:
    """The accounts' list is a part of customers whose number and account are the same column."""
    (tmp_path / "contacts.csv").write_text("contact,account,role\n1,A,buyer\n2,A,user\n3,B,buyer\n", "utf-8")
    (tmp_path / "accounts.csv").write_text("account,industry\nA,Retail\nB,Farming\nC,Mining\n", "utf-8")
    contacts = PartSpec(str(tmp_path / "contacts.csv"), columns={"customer_id": "contact", "account_id": "account"})
    accounts = PartSpec(
        str(tmp_path / "accounts.csv"),
        columns={"customer_id": "account", "account_id": "account"},
        attributes={"industry": ("firmographic", "industry")},
    )
    data = open_data({"customers": TableSpec("customers", (contacts, accounts))}, AS_OF, tmp_path / ".data")
    frame = roll_up_to_accounts(data.tables, data.supplied())["customers"].execute().set_index("customer_id")
    assert frame["industry"].to_dict() == {"A": "Retail", "B": "Farming", "C": "Mining"}
    assert frame["contacts"].to_dict() == {"A": 2, "B": 1, "C": 1}
