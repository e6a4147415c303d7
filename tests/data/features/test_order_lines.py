"""What order lines hold besides sales: charges told by their names, renamed products, returns set aside."""

import ibis
import pandas as pd
import pytest

from helpers.data.features.order_lines import (
    charge_lines,
    is_purchase,
    monthly_orders,
    order_totals,
    renamed_products,
    with_returns_kept,
)


def lines(products: list[str | None], **columns: list[object]) -> ibis.Table:
    return ibis.memtable(pd.DataFrame({"product": products, "amount": 1.0, **columns}))


@pytest.mark.parametrize(
    "name",
    [
        *(
            "POSTAGE",
            "DOTCOM POSTAGE",
            "Next Day Carriage",
            " Bank Charges ",
            "Manual",
            "AMAZON FEE",
            "CRUK Commission",
        ),
        *(
            "Adjust bad debt",
            "PACKING CHARGE",
            "Discount",
            "SAMPLES",
            "Shipping costs",
            "Gift voucher",
            "Frais de port",
        ),
        *("Versandkosten", "Mengenrabatt - Rabatt", "Spese di spedizione"),
    ],
)
def test_charges_are_told_by_their_names(name: str) -> None:
    assert charge_lines(lines([name, "CREAM CUPID HEARTS COAT HANGER"]))["product"].tolist() == [name]


@pytest.mark.parametrize(
    "name",
    [
        *("POSTAGE STAMP MUG", "SET OF 6 MANUAL SCALES", "COFFEE", "TEST TUBE", "VINTAGE POST OFFICE CABINET", "TIPI"),
        *("FEES BOOK", "SAMPLER BOX", "DISCOUNTED MUG", "Toffee", "ADJUSTABLE CHAIR"),
    ],
)
def test_products_are_no_charges(name: str) -> None:
    assert charge_lines(lines([name])).empty


def test_charges_are_counted_most_rows_first() -> None:
    found = charge_lines(lines(["Manual", "POSTAGE", "POSTAGE", "Mug", None]))
    assert found.to_numpy().tolist() == [["POSTAGE", 2, 2.0], ["Manual", 1, 1.0]]
    assert charge_lines(ibis.memtable(pd.DataFrame({"amount": [1.0]}))).empty


def test_renamed_products_are_counted_and_case_is_no_other_name() -> None:
    codes = ["1", "1", "1", "2", "2", "3", None]
    found = renamed_products(lines(["Mug", "mug ", "MUG", "Cup", "Red cup", "Pan", "Pot"], product_id=codes))
    assert found == {"products": 1, "rows": 2, "most": 2}
    assert renamed_products(lines(["Mug"])) == {"products": 0, "rows": 0, "most": 0}
    assert renamed_products(lines(["Mug"], product_id=["1"])) == {"products": 0, "rows": 0, "most": 0}


@pytest.mark.parametrize(
    ("found", "handling"),
    [(2, "kept, as a negative amount"), (5, "2 kept, as negative amounts; 3 set aside under another fault")],
)
def test_returns_that_were_set_aside_are_told(found: int, handling: str) -> None:
    orders = ibis.memtable(pd.DataFrame({"amount": [-1.0, 5.0, -2.0, 0.0]}))
    quality = pd.DataFrame(
        [("orders", "no amount", 1, "set aside"), ("orders", "return", found, "kept, as a negative amount")],
        columns=["table", "check", "rows_found", "handling"],
    )
    assert with_returns_kept(quality, orders)["handling"].tolist() == ["set aside", handling]
    assert with_returns_kept(quality.head(1), orders)["handling"].tolist() == ["set aside"]


def test_without_amounts_orders_are_counted_and_money_is_not_known() -> None:
    days = pd.to_datetime(["2026-01-02", "2026-01-02", "2026-01-31", "2026-02-28"])
    frame = pd.DataFrame({"customer_id": ["a", "a", "b", "b"], "order_id": ["1", "1", "2", "3"], "ordered_at": days})
    orders = ibis.memtable(frame.assign(quantity=[1.0, 2.0, None, -1.0], is_return=[False] * 3 + [True]))
    monthly = monthly_orders(orders)
    assert monthly[["order_count", "customers"]].to_numpy().tolist() == [[2, 2]]
    assert monthly["spend"].isna().all()
    totals = order_totals(orders)
    assert (totals["buyers"], totals["orders"], totals["history_days"]) == (2, 2, 29)
    assert pd.isna(totals["spend"])
    assert pd.isna(totals["returned"])
    named = orders.mutate(product=ibis.literal("POSTAGE"))
    assert charge_lines(named)["rows"].tolist() == [4]
    assert charge_lines(named)["amount"].isna().all()
    quality = pd.DataFrame([("orders", "return", 3, "kept")], columns=["table", "check", "rows_found", "handling"])
    assert with_returns_kept(quality, orders)["handling"].tolist()[0].startswith("1 kept")


@pytest.mark.parametrize(
    ("columns", "bought"),
    [
        ({"amount": [1.0, 0.0, -1.0], "quantity": [-1.0, 1.0, 1.0]}, [True, False, False]),
        ({"quantity": [1.0, 0.0, None]}, [True, False, True]),
        ({"channel": ["web"] * 3}, [True, True, True]),
    ],
)
def test_a_purchase_is_told_by_amount_else_by_quantity(columns: dict[str, list[object]], bought: list[bool]) -> None:
    orders = ibis.memtable(pd.DataFrame(columns))
    assert orders.select(x=is_purchase(orders)).execute()["x"].tolist() == bought
