"""Buyers told by orders, with amounts or without, or by a customer list."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.customers import CUSTOMER_FEATURES, customer_features, find_buyers, list_summary
from helpers.errors import ThinDataError

AS_OF = date(2026, 9, 30)
NO_ORDERS = empty_table("orders")
MONEY = ["spend", "average_order_value", "returned", "return_share"]


def listed(**columns: object) -> Table:
    frame = pd.DataFrame(columns)
    return ibis.memtable(frame.assign(customer_id=[f"{i:03d}" for i in range(len(frame))]))


def orders(**more: list[object]) -> Table:
    frame = pd.DataFrame(
        {
            "order_id": ["o1", "o1", "o2", "o3"],
            "customer_id": ["a", "a", "a", "b"],
            "ordered_at": pd.to_datetime(["2026-01-01", "2026-01-01", "2026-09-20", "2026-09-30"]),
            "product_id": ["p", "q", "p", "p"],
            "is_return": False,
            **more,
        }
    )
    return ibis.memtable(frame)


@pytest.mark.parametrize("more", [{}, {"quantity": [1.0, 2.0, None, 3.0]}])
def test_orders_without_amounts_are_counted_and_nothing_is_said_of_money(more: dict[str, list[object]]) -> None:
    found = customer_features(orders(**more), AS_OF).set_index("customer_id")
    assert found["order_count"].to_dict() == {"a": 2, "b": 1}
    assert found["recency_days"].to_dict() == {"a": 10, "b": 0}
    assert found["product_count"].to_dict() == {"a": 2, "b": 1}
    assert found.loc["a", "days_between_orders"] == 262
    assert found[MONEY].isna().all(axis=None)
    with_amounts = customer_features(orders(**more, amount=[5.0] * 4), AS_OF).set_index("customer_id")
    others = [c for c in found.columns if c not in MONEY]
    pd.testing.assert_frame_equal(found[others], with_amounts[others])


def test_a_line_of_fewer_than_none_is_no_purchase() -> None:
    found = customer_features(orders(quantity=[1.0, 1.0, -2.0, -1.0]), AS_OF)
    assert found[["customer_id", "order_count"]].to_numpy().tolist() == [["a", 1]]


def test_buyers_are_those_of_orders_where_there_are_any() -> None:
    bought = orders(amount=[5.0] * 4)
    customers = listed(order_count=[9.0], recency_days=[1.0])
    found = find_buyers(bought, customers, AS_OF)
    pd.testing.assert_frame_equal(found.customers, customer_features(bought, AS_OF))
    assert not found.from_list
    assert find_buyers(NO_ORDERS, empty_table("customers"), AS_OF).customers.empty


def test_buyers_told_by_a_list() -> None:
    customers = listed(
        last_order_on=pd.to_datetime(
            ["2026-09-20", "2026-09-30 18:00", None, None, "2026-10-01", "2026-09-01"], format="mixed"
        ),
        order_count=[3.0, 1.0, 0.0, 2.0, 2.0, 2.0],
        spend=[30.0, 5.0, 0.0, 8.0, 8.0, None],
    )
    found = find_buyers(NO_ORDERS, customers, AS_OF)
    assert found.from_list
    assert found.customers.columns.tolist() == ["customer_id", *CUSTOMER_FEATURES]
    told = found.customers[["customer_id", "recency_days", "order_count", "spend", "average_order_value"]]
    assert told.to_numpy().tolist() == [["000", 10, 3, 30, 10], ["001", 0, 1, 5, 5]]
    assert found.customers[["days_between_orders", "return_share"]].isna().all(axis=None)
    # One never ordered; of three the last order (unknown, or after the report's day) or the spend is missing.
    assert (found.never_bought, found.not_known) == (1, 3)


def test_a_list_without_spend_has_buyers_too() -> None:
    found = find_buyers(NO_ORDERS, listed(recency_days=[4.0, 5.0], order_count=[1.0, 2.0]), AS_OF)
    assert found.customers["recency_days"].tolist() == [4, 5]
    assert found.customers[MONEY].isna().all(axis=None)
    assert (found.never_bought, found.not_known) == (0, 0)


@pytest.mark.parametrize(
    ("columns", "lacking"),
    [
        ({"order_count": [1.0]}, "when each last ordered"),
        ({"recency_days": [1.0]}, "how often each has ordered"),
        ({"spend": [1.0]}, "when each last ordered or how often each has ordered"),
    ],
)
def test_what_a_list_lacks_is_said(columns: dict[str, list[float]], lacking: str) -> None:
    with pytest.raises(ThinDataError, match=f"the customer list does not tell {lacking}\\. Add orders, or a list"):
        find_buyers(NO_ORDERS, listed(**columns), AS_OF)


def test_the_date_of_the_last_order_comes_before_the_days_since() -> None:
    dates = pd.to_datetime(["2026-09-28", None])
    told = list_summary(listed(last_order_on=dates, recency_days=[50.0, 60.0]), AS_OF)
    assert told["recency_days"].tolist() == [2, 60]
    counted = list_summary(listed(last_order_on=pd.to_datetime(["2026-09-28", "2026-09-20"])))
    assert counted["recency_days"].tolist() == [0, 8]  # from the last of all


@given(
    st.lists(
        st.tuples(*[st.one_of(st.none(), st.integers(0, 3).map(float))] * 3),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=25, deadline=None)
def test_everybody_listed_is_a_buyer_or_left_out(rows: list[tuple[float | None, float | None, float | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["recency_days", "order_count", "spend"], dtype=float)
    try:
        found = find_buyers(NO_ORDERS, listed(**{c: frame[c] for c in frame}), AS_OF)
    except ThinDataError:
        assert frame[["recency_days", "order_count"]].isna().all().any()
        return
    assert len(rows) == len(found.customers) + found.never_bought + found.not_known
    assert np.isfinite(found.customers[["recency_days", "order_count"]].to_numpy(float)).all()
    assert (found.customers["order_count"] > 0).all()
