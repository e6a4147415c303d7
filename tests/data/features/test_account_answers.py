"""Answers by account and by side: each is placed once, or counted as placed nowhere."""

from datetime import date
from pathlib import Path

import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.account_answers import AccountAnswers, account_answers, answers_by_side
from helpers.data.spec import PartSpec, TableSpec

AS_OF = date(2026, 9, 30)
FILES = {
    "customers": "customer_id,account_id,role\n1,A,Buyer\n2,A,\n3,B,CEO\nB,B,\n4,,User\n5,C,Buyer\n",
    "orders": "order_id,customer_id,ordered_at,amount\n1,1,2026-01-01,30\n2,2,2026-02-01,10\n3,B,2026-03-01,7\n"
    "4,4,2026-03-01,2\n5,9,2026-03-01,100\n6,1,2026-04-01,-5\n",
    "surveys": "customer_id,score\n1,9\n1,3\n2,8\nB,10\n3,0\n4,6\n9,9\n,9\n",
}


def read(folder: Path, **changes: str) -> ClientData:
    specs = {}
    for name, text in {**FILES, **changes}.items():
        if text:
            (folder / f"{name}.csv").write_text(text, "utf-8")
            specs[name] = TableSpec(name, (PartSpec(str(folder / f"{name}.csv")),))
    return open_data(specs, AS_OF, folder / ".data")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> ClientData:
    """All of `FILES`, read once."""
    return read(tmp_path_factory.mktemp("client"))


def by_account(data: ClientData, model: str = "b2b", consumer_roles: tuple[str, ...] = ()) -> AccountAnswers:
    return account_answers(data, data.tables["surveys"], model, AS_OF, consumer_roles)


def test_answers_people_and_revenue_by_account(client: ClientData) -> None:
    found = by_account(client)
    rows = found.answers.set_index(["account_id", "role"])
    assert rows["answers"].to_dict() == {
        **{("4", "User"): 1, ("A", ""): 1, ("A", "Buyer"): 2, ("B", ""): 1, ("B", "CEO"): 1}
    }
    assert rows.loc[("A", "Buyer"), ["people", "promoters", "detractors"]].tolist() == [1, 1, 1]
    assert found.unplaced == 2
    assert found.answers["answers"].sum() + found.unplaced == 8
    contacts = found.contacts.set_index(["account_id", "role"])["contacts"].to_dict()
    assert contacts == {("4", "User"): 1, ("A", ""): 1, ("A", "Buyer"): 1, ("B", ""): 0, ("B", "CEO"): 1} | {
        ("C", "Buyer"): 1
    }, "an account's own row is no contact"
    assert found.spend.set_index("account_id")["spend"].to_dict() == {"4": 2, "A": 40, "B": 7}


def test_roles_that_look_like_a_persons_are_one(tmp_path: Path) -> None:
    text = "customer_id,account_id,role\n1,A,ann@firm.example\n2,A,bob@firm.example\n3,B,CEO\n"
    found = by_account(read(tmp_path, customers=text))
    rows = found.answers.set_index(["account_id", "role"])["answers"].to_dict()
    assert rows == {("A", "(withheld)"): 3, ("B", "CEO"): 1}
    assert found.contacts.set_index(["account_id", "role"])["contacts"].to_dict() == {
        ("A", "(withheld)"): 2,
        ("B", "CEO"): 1,
    }


def test_spend_of_the_list_where_there_are_no_orders(tmp_path: Path) -> None:
    listed = by_account(read(tmp_path, orders="", customers="customer_id,account_id,spend\n1,A,5\n2,A,6\n3,B,\n"))
    assert listed.spend.set_index("account_id")["spend"].to_dict() == {"A": 11, "B": 0}
    assert set(listed.answers["role"]) == {""}


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        ("b2c", {}),
        ("b2b", {"customers": "customer_id,role\n1,Buyer\n"}),
        ("b2b", {"customers": ""}),
        ("b2b", {"surveys": "score\n9\n"}),
    ],
)
def test_nothing_is_placed_without_accounts(tmp_path: Path, model: str, changes: dict[str, str]) -> None:
    data = read(tmp_path, **changes)
    found = by_account(data, model)
    assert found.answers.empty
    assert found.contacts.empty
    assert found.spend.empty
    assert answers_by_side(data, data.tables["surveys"], model).empty


def sides(data: ClientData, *consumer_roles: str, model: str = "b2b2c") -> dict[tuple[str, str], int]:
    found = answers_by_side(data, data.tables["surveys"], model, consumer_roles)
    return found.set_index(["account_id", "side"])["answers"].to_dict()


def test_consumers_are_those_without_a_role_where_no_role_says_so(client: ClientData) -> None:
    assert sides(client) == {("A", "business"): 2, ("A", "consumer"): 1, ("B", "business"): 2}
    assert sides(client, model="b2b") == {}
    assert by_account(client, "b2b2c").answers["answers"].sum() == 5, "consumers are no contacts of an account"
    assert by_account(client, "b2b2c").unplaced == 2


def test_consumers_are_those_whose_role_says_so(tmp_path: Path) -> None:
    text = "customer_id,account_id,role\n1,A,Hotel guest\n2,A,\n3,B,CEO\n"
    data = read(tmp_path, customers=text)
    assert sides(data) == {("A", "consumer"): 2, ("A", "business"): 1, ("B", "business"): 1}
    assert sides(data, " ceo") == {("A", "business"): 3, ("B", "consumer"): 1}
