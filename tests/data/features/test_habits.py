"""Habits are counted per customer in the engine, orders and not lines."""

from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.analysis.loyalty.triggers import find_triggers
from helpers.data.cleaning.marking import empty_table
from helpers.data.features.habits import CALENDAR, count_habits

AS_OF = date(2026, 9, 30)
LINES = pd.DataFrame(
    {
        # a: three orders, the first of two lines, one of them on promotion; b: one order, and one after as_of
        "order_id": ["1", "1", "2", "3", "4", "5", "6"],
        "customer_id": ["a", "a", "a", "a", "b", "b", "c"],
        "ordered_at": pd.to_datetime(
            ["2025-02-01", "2025-02-01", "2026-02-03", "2026-09-30 18:00", "2026-01-15", "2026-10-01", "2026-02-01"],
            format="ISO8601",
        ),
        "amount": [10.0, 5.0, 20.0, 7.0, 4.0, 9.0, -3.0],
        "promotion": ["SPRING", None, " no ", "", None, "SPRING", "SPRING"],
        "discount": [0.0, 1.0, 0.0, None, 2.0, 0.0, 1.0],
        "category": ["Pots", "Pots", "Tools", "Pots", None, "Pots", "Pots"],
    }
)


def lines(**more: object) -> Table:
    return ibis.memtable(LINES.assign(**more))


def test_orders_are_counted_by_customer_and_month() -> None:
    found = count_habits(lines(), AS_OF)
    of = found.customers.set_index("customer_id")
    assert list(of.index) == ["a", "b"], "who only sent something back has bought nothing"
    assert of["orders"].tolist() == [3, 1]
    assert of["spend"].tolist() == [42.0, 4.0]
    assert of["first_month"].tolist() == [12 * 2025 + 1, 12 * 2026]
    assert of["last_month"].tolist() == [12 * 2026 + 8, 12 * 2026]
    assert of["promoted"].tolist() == [1, 0], "an order is on promotion where any of its lines is"
    assert of.loc["a", CALENDAR].tolist() == [0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    assert found.by_month.to_numpy().tolist() == [
        [12 * 2025 + 1, 1, 1, 1],
        [12 * 2026, 1, 0, 1],
        [12 * 2026 + 1, 1, 0, 1],
        [12 * 2026 + 8, 1, 0, 1],
    ]
    assert found.promotion_from == "promotion"


def test_the_favourite_is_the_category_of_most_orders() -> None:
    found = count_habits(lines(), AS_OF)
    of = found.customers.set_index("customer_id")
    assert of.loc["a", ["favourite", "favourite_picks", "picks"]].tolist() == ["Pots", 2, 3]
    assert pd.isna(of.loc["b", "favourite"])
    assert of.loc["b", ["favourite_picks", "picks"]].tolist() == [0, 0]
    assert found.by_category["picks"].sum() == 3


def test_of_equal_categories_the_rarer_one_is_the_favourite_then_the_first_by_name() -> None:
    one = {"order_id": list("1234567"), "category": ["X", "X", "Z", "Z", "Y", "X", "X"]}
    found = count_habits(lines(**one), AS_OF).customers.set_index("customer_id")
    assert found.loc["a", "favourite"] == "X"  # X and Z have two orders each, and are equally rare
    rarer = {**one, "category": ["X", "X", "Z", "Z", "X", "X", "X"]}
    assert count_habits(lines(**rarer), AS_OF).customers.set_index("customer_id").loc["a", "favourite"] == "Z"


def test_without_promotions_a_discount_tells_and_without_either_nothing() -> None:
    found = count_habits(lines().drop("promotion"), AS_OF)
    assert found.promotion_from == "discount"
    assert found.customers["promoted"].tolist() == [1, 1]
    found = count_habits(lines().drop("promotion", "discount", "category"), AS_OF)
    assert found.promotion_from == ""
    assert found.customers["promoted"].sum() == found.by_month["promoted"].sum() == 0
    assert found.by_category.empty
    assert found.customers["favourite"].isna().all()


def test_without_order_numbers_a_day_is_an_order() -> None:
    found = count_habits(lines().drop("order_id"), AS_OF)
    assert found.customers["orders"].tolist() == [3, 1]


def test_without_amounts_spend_is_not_known() -> None:
    found = count_habits(lines().drop("amount"), AS_OF)
    assert found.customers["spend"].isna().all()
    assert found.customers["orders"].tolist() == [3, 1, 1]


@pytest.mark.parametrize("table", [empty_table("orders"), lines().filter(lambda t: t.customer_id == "nobody")])
def test_without_orders_there_are_no_habits(table: Table) -> None:
    found = count_habits(table, AS_OF)
    assert found.customers.empty
    assert found.by_month.empty
    assert found.by_category.empty


def test_the_seasonal_buyers_planted_in_the_demo_are_found(demo_data: Path) -> None:
    """Of all who order in February to May only, those with orders enough to show it; hardly anyone else."""
    lines = pd.read_csv(demo_data / "orders.csv", dtype=str).rename(columns=str.lower)
    lines["ordered_at"] = pd.to_datetime(lines["invoicedate"], errors="coerce")
    lines["quantity"] = pd.to_numeric(lines["quantity"], errors="coerce")
    lines = lines.rename(columns={"invoiceno": "order_id", "customercode": "customer_id"}).dropna(
        subset=["customer_id", "ordered_at", "quantity"]
    )
    columns = ["order_id", "customer_id", "ordered_at", "quantity", "promotion", "category"]
    lines["customer_id"] = lines["customer_id"].str.strip()
    habits = count_habits(ibis.memtable(lines[columns]), AS_OF)
    found = find_triggers(habits.customers, habits.by_month, habits.by_category, habits.promotion_from).customers
    planted = pd.read_csv(demo_data / "planted_customers.csv", dtype=str).set_index("customer_id")["segment"]
    seasonal = found["customer_id"].map(planted) == "Seasonal buyers"
    named = found["is_seasonal_buyer"]
    assert set(found.loc[named, "season"]) == {"February to May"}
    assert (named & seasonal).sum() / named.sum() >= 0.98  # precision
    assert (named & seasonal).sum() / seasonal.sum() >= 0.45  # recall, of all
    often = found["orders"] >= 5
    assert (named & seasonal & often).sum() / (seasonal & often).sum() >= 0.75  # recall, of who ordered five times
    assert not found["is_promotion_buyer"].any()  # none were planted
