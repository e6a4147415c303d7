"""Who a row is: by a number, the account, the address, the name, or by its place; and who is no customer."""

import pandas as pd
import pytest

from helpers.data.guess.matches import Match
from helpers.data.guess.people import what_rows_are
from helpers.data.guess.tables import TableFit, fit_tables
from helpers.data.guess.values import FileLook, look_at
from helpers.data.spec import ROW_NUMBER

N = 60
PEOPLE = {
    "age": [20 + i % 40 for i in range(N)],
    "sex": ["f", "m"] * (N // 2),
    "income": [900 + 7 * i for i in range(N)],
}
SALES = {"Date": [f"2024-03-{1 + i % 28:02d}" for i in range(N)], "Price": [f"{i % 9}.50" for i in range(N)]}


def look(columns: dict[str, list[object]]) -> FileLook:
    return look_at(pd.DataFrame(columns).astype(str))


def fit(columns: dict[str, list[object]], name: str = "export") -> TableFit:
    return fit_tables(look(columns), name)[0]


def key(found: TableFit) -> Match:
    return next(m for m in found.matches if m.column == "customer_id")


def test_rows_of_people_without_a_number_are_numbered() -> None:
    found = fit(PEOPLE)
    assert (found.table, found.usable, key(found).source) == ("customers", True, ROW_NUMBER)
    assert key(found).doubt == "no column identifies a customer, so each row counts as one"


@pytest.mark.parametrize(
    "beside",
    [
        {"Latitude": [f"{50 + i / 100}" for i in range(N)]},
        {"Date": [f"2024-03-{1 + i % 28:02d}" for i in range(N)]},
        {"year": [1990 + i % 9 for i in range(N)]},
        {"EmployeeNumber": [100 + i for i in range(N)]},
        {"ticket_id": [f"T{100 + i}" for i in range(N)]},
        {"city": [f"place {i}" for i in range(N)]},
    ],
)
def test_what_speaks_against_customers(beside: dict[str, list[object]]) -> None:
    assert not fit({**PEOPLE, **beside}).usable


def test_one_trait_makes_no_customers_and_neither_do_things() -> None:
    assert not fit({"region": ["a", "b"] * (N // 2), "mass": list(range(N))}).usable
    assert not fit({"product_id": [500 + i for i in range(N)], "price": [i + 0.5 for i in range(N)]}).usable
    rows = what_rows_are(look({"channel": [1, 2] * (N // 2), "region": [1, 3] * (N // 2)}))
    assert rows.are_people  # whoever has a channel is dealt with


def test_a_bare_number_is_the_customer_only_among_traits_of_customers() -> None:
    numbered = {"ID": [700 + i for i in range(N)]}
    assert key(fit({**numbered, **PEOPLE})).source == "ID"
    assert not fit({**numbered, "magnitude": [i / 10 for i in range(N)]}).usable


def test_a_number_of_nothing_else_goes_before_the_place_of_the_row() -> None:
    assert key(fit({"Loan_ID": [f"LP{100 + i}" for i in range(N)], **PEOPLE})).source == "Loan_ID"


def test_orders_whose_only_number_comes_back_are_the_customers() -> None:
    found = fit({"Id": [1 + i % 20 for i in range(N)], **SALES})
    assert (found.table, key(found).source) == ("orders", "Id")
    assert "the only number in the file" in key(found).doubt
    assert not fit({"Id": [1 + i for i in range(N)], **SALES}).usable  # it numbers the rows
    lines = {"Id": [1 + i // 3 for i in range(N)], **SALES, "Date": [f"2024-03-{1 + i // 3:02d}" for i in range(N)]}
    assert not fit(lines).usable  # it numbers orders, each of one day


def test_orders_without_a_number_or_an_address_go_by_the_customers_name() -> None:
    named = {"Customer name": [f"Firm {i % 20}" for i in range(N)], "Invoice no": [f"R{i // 2}" for i in range(N)]}
    found = fit({**named, **SALES})
    assert key(found).source == "Customer name"
    assert key(found).doubt == "no number identifies a customer, so the name does"
    numbered = fit({**named, "Customer no": [f"K{i % 20}" for i in range(N)], **SALES})
    assert key(numbered).source == "Customer no"


def test_rows_of_one_customer_each_are_no_orders() -> None:
    once = {"customer_id": [f"K{100 + i}" for i in range(N)], **SALES}
    assert fit(once).table != "orders"
    again = {**once, "customer_id": [f"K{100 + i % 30}" for i in range(N)]}
    assert (fit(again).table, fit(again).usable) == ("orders", True)


def test_baskets_without_money_are_orders_and_visits_are_not() -> None:
    card = {"member_no": [f"{2000 + i % 20}" for i in range(N)], "Date": SALES["Date"]}
    assert fit({**card, "item": ["milk", "bread"] * (N // 2)}).table == "orders"
    assert not fit(card).usable


def test_a_campaign_list_without_arms() -> None:
    members = {"campaign_id": [f"{1 + i % 9}" for i in range(N)], "household_id": [f"{300 + i % 30}" for i in range(N)]}
    found = fit(members)
    assert (found.table, found.usable, found.source_of("arm")) == ("exposures", True, "")


def test_versions_and_treatments_are_no_test_arms() -> None:
    used = {"member_no": [f"{5000 + i}" for i in range(N)], "visits": [i % 9 for i in range(N)]}
    assert fit({**used, **PEOPLE, "version": ["web", "app"] * (N // 2)}).table == "customers"
    assert fit({**used, "version": ["gate_30", "gate_40"] * (N // 2)}).source_of("arm") == "version"
    seen = {"patient_id": [f"{900 + i % 20}" for i in range(N)], "treatment": ["none", "physio", "drug"] * (N // 3)}
    assert not fit({**seen, "visit_date": SALES["Date"], "cost": [i + 0.5 for i in range(N)]}).usable


def test_subscriptions_by_tenure_and_lists_that_only_tell_it() -> None:
    told = {
        "customerID": [f"K{100 + i}" for i in range(N)],
        "tenure": list(range(N)),
        "Churn": ["Yes", "No"] * (N // 2),
    }
    assert fit(
        {**told, "Contract": ["month", "year"] * (N // 2), "MonthlyCharges": [i + 0.5 for i in range(N)]}
    ).table == ("subscriptions")
    assert fit({**told, **PEOPLE}).table == "customers"


def test_a_list_of_other_people_than_the_files_share() -> None:
    own = look({"customer_id": [f"K{100 + i}" for i in range(N)], **PEOPLE})
    assert fit_tables(own, "list")[0].usable
    assert not fit_tables(own, "list", shared=True)[0].usable
