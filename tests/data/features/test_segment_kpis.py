"""What key figures are made of, counted by hand, and against the totals of real files."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from helpers.analysis.roi import kpis
from helpers.data.client_data import ClientData, open_data
from helpers.data.features import segment_kpis
from helpers.data.features.segment_kpis import Window, choose_window, customer_attributes, period_customers
from helpers.data.spec import PartSpec, TableSpec
from helpers.runs.params import Params
from tests.data.clients import AS_OF

# A stays, B left, C is won in the period, D sent all back; L1 and L2 are leads, G came back after two years.
ORDERS = (
    "order_id,customer_id,ordered_at,amount,cost,discount\n"
    "1,A,2024-10-01,100,60,\n2,A,2025-09-30 23:00,50,30,\n3,A,2025-10-01,20,12,2\n3,A,2025-10-01,10,,\n"
    "4,A,2026-09-30 23:30,40,20,1\n5,A,2026-01-01,-5,-3,\n6,A,2026-10-01,999,1,\n"
    "7,B,2025-01-01,70,40,\n7,B,2025-02-01,-7,-4,\n8,C,2026-02-01,30,15,\n9,D,2026-01-01,-9,-5,\n"
    "10,G,2022-01-01,11,5,\n11,G,2026-03-01,12,6,\n"
)
CUSTOMERS = (
    "customer_id,acquired_on,acquisition_cost,region\nA,2024-01-01,10,N\nB,2024-01-01,,N\nC,2026-01-15,8,S\n"
    "L1,2025-09-30,3,S\nL2,2026-09-30,-4,N\nG,,5,S\n"
)


def read(folder: Path, as_of: date = AS_OF, attributes: str = "", **tables: str) -> ClientData:
    specs = {}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        told = {attributes: ("geographic", attributes)} if attributes and name == "customers" else {}
        specs[name] = TableSpec(name, (PartSpec(str(folder / f"{name}.csv"), attributes=told),))
    return open_data(specs, as_of, folder / ".data")


def counted(data: ClientData, as_of: date = AS_OF) -> pd.DataFrame:
    return period_customers(data, choose_window(data, as_of)).set_index("customer_id")


def test_orders_by_hand(tmp_path: Path) -> None:
    data = read(tmp_path, orders=ORDERS, customers=CUSTOMERS)
    window = choose_window(data, AS_OF)
    assert window == Window("orders", date(2025, 10, 1), AS_OF, date(2024, 10, 1), 12, date(2022, 1, 1))
    assert window.eve == date(2025, 9, 30)
    found = counted(data)
    assert found.index.tolist() == ["A", "B", "C", "G", "L1", "L2"]  # D has bought nothing
    flags = found[["bought", "before", "kept"]].astype(int).to_numpy().tolist()
    assert flags == [[1, 1, 1], [0, 1, 0], [1, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert found["orders"].tolist() == [2, 0, 1, 1, 0, 0]
    assert found["revenue"].tolist() == [70, 0, 30, 12, 0, 0]
    assert found["returned"].tolist() == [5, 0, 0, 0, 0, 0]
    assert found["revenue_before"].tolist() == [150, 70, 0, 0, 0, 0]
    assert found["returned_before"].tolist() == [0, 7, 0, 0, 0, 0]
    assert found["discount"].tolist() == [3, 0, 0, 0, 0, 0]
    assert found["costed"].tolist() == [55, 0, 30, 12, 0, 0]  # the line without a cost is not in it
    assert found["cost"].tolist() == [29, 0, 15, 6, 0, 0]
    assert found["first_on"].dt.strftime("%Y-%m-%d").tolist()[:4] == [
        *("2024-10-01", "2025-01-01", "2026-02-01", "2022-01-01")
    ]
    assert found["first_on"].isna().tolist() == [False] * 4 + [True] * 2
    assert found["acquisition_cost"].fillna(-1).tolist() == [10, -1, 8, 5, 3, -1]
    assert found.loc["L1", "known_on"] == pd.Timestamp("2025-09-30")


def test_without_amounts_money_is_not_known(tmp_path: Path) -> None:
    found = counted(read(tmp_path, orders="customer_id,ordered_at\nA,2024-09-30\nA,2026-01-01\nB,2026-01-01\n"))
    assert found["orders"].tolist() == [1, 1]
    assert found[["revenue", "returned", "revenue_before", "costed", "cost", "discount"]].isna().all(axis=None)
    assert found["acquisition_cost"].isna().all()


@pytest.mark.parametrize(
    ("began", "first", "before", "months"),
    [
        ("2024-10-04", "2025-10-01", "2024-10-01", 12),  # three days late are near enough
        ("2024-10-05", "2025-10-31", "2024-12-01", 11),
        ("2026-07-01", "2026-08-31", "2026-07-31", 1),
        ("2026-08-20", "2026-08-20", None, 0),
    ],
)
def test_the_period_is_the_longest_the_history_holds_twice(
    tmp_path: Path, began: str, first: str, before: str | None, months: int
) -> None:
    data = read(tmp_path, orders=f"customer_id,ordered_at,amount\nA,{began},5\nA,2026-09-01,5\n")
    window = choose_window(data, AS_OF)
    assert (str(window.first), window.months) == (first, months)
    assert window.before == (date.fromisoformat(before) if before else None)


SUBSCRIPTIONS = (
    "customer_id,plan,trial_started_on,started_on,cancelled_on,monthly_fee\n"
    "A,x,,2024-01-01,,10\nB,x,,2024-01-01,2025-10-01,20\nC,x,,2025-10-01,,30\nD,x,,2024-01-01,2025-09-30,5\n"
    "E,y,2026-01-01,,,\nF,y,,2024-01-01,2026-03-31,10\nF,y,,2026-04-15,,15\nG,y,,2024-01-01,2026-04-01,10\n"
)


def test_subscriptions_by_hand(tmp_path: Path) -> None:
    """B was there when the period began and left on its first day, C came on it, D had left, E never paid; F left and
    is back; G left half a year on: 182 of 365 days."""
    data = read(tmp_path, subscriptions=SUBSCRIPTIONS)
    window = choose_window(data, AS_OF)
    assert (window.basis, str(window.first), window.months) == ("subscriptions", "2025-10-01", 12)
    found = counted(data)
    flags = found[["bought", "before", "kept"]].astype(int).to_numpy().tolist()
    assert flags == [[1, 1, 1], [0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0], [1, 1, 1], [1, 1, 0]]
    month = 365.25 / 12
    assert found.loc["A", "revenue"] == pytest.approx(10 * 365 / month, abs=1e-3)
    assert found.loc["G", "revenue"] == pytest.approx(10 * 182 / month, abs=1e-3)
    assert found.loc["F", "revenue"] == pytest.approx((10 * 181 + 15 * 169) / month, abs=1e-3)
    assert found.loc[["A", "B", "F", "G"], "revenue_before"].tolist() == [120, 240, 120, 120]
    assert found.loc["E", "known_on"] == pd.Timestamp("2026-01-01")
    assert pd.isna(found.loc["E", "first_on"])
    assert customer_attributes(data, window).set_index("customer_id")["plan"].to_dict()["G"] == "y"


def test_the_telephone_customers(shared_data: Path, tmp_path: Path) -> None:
    """shared/data/README.md: 1,869 of 7,043 churned; fees and months are added up here with pandas."""
    path = shared_data / "telco_churn.csv"
    columns = {
        "customer_id": "customerID",
        "tenure_months": "tenure",
        "churned": "Churn",
        "monthly_fee": "MonthlyCharges",
    }
    part = PartSpec(str(path), columns=columns, attributes={"contract": ("behavioural", "Contract")})
    data = open_data({"subscriptions": TableSpec("subscriptions", (part,))}, AS_OF, tmp_path)
    window = choose_window(data, AS_OF)
    found = period_customers(data, window)
    raw = pd.read_csv(path)
    gone = raw["Churn"] == "Yes"
    assert (window.basis, len(found), int((~found["kept"]).sum())) == ("tenure", 7_043, 1_869)
    assert found["revenue"].sum() == pytest.approx(12 * raw.loc[~gone, "MonthlyCharges"].sum())
    assert found["revenue_before"].sum() == pytest.approx(12 * raw["MonthlyCharges"].sum())
    assert found["years"].sum() == pytest.approx(raw["tenure"].sum() / 12)
    period = kpis.Period(window.basis, window.first, window.last)
    churn = kpis.measure_kpis(found, period, margin=0.4).overall("churn")
    assert churn[["numerator", "denominator"]].tolist() == [1_869, 7_043]
    assert churn["value"] == pytest.approx(0.2654, abs=5e-5)
    assert churn["unit"] == "share since joining"
    assert sorted(customer_attributes(data, window)["contract"].unique()) == ["Month-to-month", "One year", "Two year"]


def test_a_list_that_sums_up_orders(tmp_path: Path) -> None:
    text = "customer_id,order_count,spend,acquisition_cost\nA,3,90,5\nB,0,0,4\nC,1,,\n"
    data = read(tmp_path, customers=text)
    assert choose_window(data, AS_OF) == Window("list", None, AS_OF, None, 0)
    found = counted(data)
    assert found["bought"].tolist() == [True, False, True]
    assert found["revenue"].tolist() == [90, 0, 0]
    assert not found[["before", "kept"]].any(axis=None)


def test_nothing_tells_of_purchases(tmp_path: Path) -> None:
    data = read(tmp_path, customers="customer_id,name\nA,x\n")
    window = choose_window(data, AS_OF)
    assert window.basis == "nothing"
    assert window.eve == date(2026, 9, 29)
    assert not period_customers(data, window)["bought"].any()


def test_attributes_of_few_values(tmp_path: Path) -> None:
    data = read(tmp_path, orders=ORDERS, customers=CUSTOMERS, attributes="region")
    found = customer_attributes(data, choose_window(data, AS_OF))
    assert found.set_index("customer_id")["region"].to_dict()["L1"] == "S"
    assert list(found) == ["customer_id", "region"]


def test_the_demo_adds_up_to_its_files(demo_params: Params, demo_client: ClientData) -> None:
    """Acquisition costs and leads are those of customers.csv, purchases those planted, whatever the reduction does."""
    data = demo_client
    window = choose_window(data, demo_params.as_of)
    found = period_customers(data, window)
    listed = data.tables["customers"].execute()
    assert found["acquisition_cost"].sum() == pytest.approx(listed["acquisition_cost"].sum())
    orders = data.tables["orders"].execute()
    bought = orders[orders["amount"] > 0]
    first = bought.groupby("customer_id")["ordered_at"].min()
    won = first.index[first >= "2025-10-01"]
    period = kpis.Period(window.basis, window.first, window.last, window.before, window.began)
    figures = kpis.measure_kpis(found, period, margin=0.42)
    cac = figures.overall("cac")
    costs = listed.set_index("customer_id")["acquisition_cost"]
    assert cac["numerator"] == pytest.approx(costs.reindex(won).sum())
    assert cac["denominator"] == len(won) == figures.overall("new_customers")["value"]
    assert figures.overall("leads")["value"] == len(set(listed["customer_id"]) - set(first.index))
    conversion = figures.overall("conversion")
    assert conversion["numerator"] == len(won)
    assert conversion["denominator"] == len(won) + figures.overall("leads")["value"]
    now = orders[orders["ordered_at"] >= "2025-10-01"]
    assert figures.overall("revenue")["value"] == pytest.approx(now.loc[now["amount"] > 0, "amount"].sum(), abs=0.01)
    assert figures.margin_known
    assert figures.margin == pytest.approx(1 - now["cost"].sum() / now["amount"].sum(), abs=5e-3)


def test_the_names_of_the_columns_are_those_promised() -> None:
    assert set(kpis._NEEDED) <= set(segment_kpis.CUSTOMER)
