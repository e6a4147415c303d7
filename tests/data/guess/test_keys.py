"""Which column of several files is the customer, told by the values they share."""

import pandas as pd

from helpers.data.guess.keys import customer_columns, strangers
from helpers.data.guess.values import look_at

N = 60


def columns_of(**files: dict[str, object]) -> list[str]:
    frames = {name: pd.DataFrame(columns).astype(str) for name, columns in files.items()}
    return customer_columns([(frame, look_at(frame), name) for name, frame in frames.items()])


def test_the_customer_is_what_most_files_share() -> None:
    baskets = {"basket_id": [f"{9000 + i}" for i in range(N)], "household_id": [f"{100 + i % 20}" for i in range(N)]}
    people = {"household_id": [f"{100 + i}" for i in range(20)], "income": [f"{i % 4}" for i in range(20)]}
    mailed = {"campaign_id": [f"{i % 3}" for i in range(N)], "household_id": [f"{100 + i % 15}" for i in range(N)]}
    assert columns_of(baskets=baskets, people=people, mailed=mailed) == ["household_id"] * 3


def test_a_single_file_tells_nothing_and_so_do_files_that_share_no_values() -> None:
    one = {"customer_id": [f"A{100 + i % 20}" for i in range(N)]}
    other = {"customer_id": [f"B{500 + i % 20}" for i in range(N)]}
    assert columns_of(one=one) == [""]
    assert columns_of(one=one, other=other) == ["", ""]


def test_a_name_that_is_nobodys_is_the_customer_only_as_a_list_that_comes_back() -> None:
    members = {"msno": [f"x{i:07d}k" for i in range(N)], "city": [f"{i % 5}" for i in range(N)]}
    paid = {"msno": [f"x{i % 40:07d}k" for i in range(N)], "sum": ["1.5"] * N}
    assert columns_of(members=members, paid=paid) == ["msno", "msno"]
    answers = {"AIRLINE_CODE": [f"{10 + i % 30}" for i in range(N)], "q": ["1"] * N}
    assert columns_of(first=answers, second=answers) == ["", ""]  # in neither a list


def test_numbers_of_orders_products_and_plans_are_no_customers() -> None:
    for name in ("order_id", "product_id", "subscription_id", "store_id"):
        listed, used = {name: [f"{5000 + i}" for i in range(N)]}, {name: [f"{5000 + i % 30}" for i in range(N)]}
        assert columns_of(listed=listed, used=used) == ["", ""], name


def test_a_bare_id_is_the_customer_where_others_point_to_its_file() -> None:
    customers = {"id": [f"{1 + i}" for i in range(N)], "name": ["Ann"] * N}
    orders = {"id": [f"{1 + i}" for i in range(N)], "user_id": [f"{1 + i % 40}" for i in range(N)]}
    assert columns_of(raw_customers=customers, raw_orders=orders) == ["id", "user_id"]
    beyond = {**orders, "user_id": [f"{31 + i}" for i in range(N)]}  # half of them are in no list
    assert columns_of(raw_customers=customers, raw_orders=beyond) == ["", ""]
    assert columns_of(products=customers, raw_orders=orders) == ["", ""]  # by chance: both count from one


def test_of_contacts_and_their_accounts_the_contacts_where_others_know_them() -> None:
    accounts = {"account_no": [f"A{i:03d}" for i in range(20)]}
    contacts = {"contact_no": [f"C{i:03d}" for i in range(N)], "account_no": [f"A{i % 20:03d}" for i in range(N)]}
    tickets = {"contact_no": [f"C{i % 50:03d}" for i in range(N)], "account_no": [f"A{i % 20:03d}" for i in range(N)]}
    assert columns_of(a=accounts, b=contacts, c=tickets) == ["", "contact_no", "contact_no"]
    by_account = {"account_no": [f"A{i % 20:03d}" for i in range(N)]}
    assert columns_of(a=accounts, b=contacts, c=by_account) == ["account_no"] * 3


def test_files_of_another_client() -> None:
    ours, theirs = pd.Series([f"A{i}" for i in range(9)]), pd.Series([f"B{i}" for i in range(9)])
    assert strangers([ours, ours.head(6), theirs]) == [2]
    assert strangers([ours, theirs]) == [0, 1]
    assert strangers([ours]) == []
    assert strangers([ours, pd.Series(["B1", "B2"])]) == [0]  # two customers are too few to tell
