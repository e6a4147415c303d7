"""Buyers told by orders, with amounts or without, or by a customer list."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table

from helpers.analysis.rhythm import measure_rhythm
from helpers.data.cleaning.marking import empty_table
from helpers.data.features.customers import (
    CUSTOMER_FEATURES,
    customer_features,
    find_buyers,
    list_summary,
    look_back,
    months_before,
)
from helpers.errors import InputError, ThinDataError

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


def bought(**more: list[object]) -> Table:
    """a: three orders from March 2025 on and a return; b: one long ago; c: after the day of analysis alone."""
    rows = pd.DataFrame(
        {
            "order_id": ["1", "2", "3", "4", "5", "6"],
            "customer_id": ["a", "a", "a", "a", "b", "c"],
            "ordered_at": pd.to_datetime(
                [
                    "2025-03-31 23:00",
                    "2025-10-01 00:00",
                    "2026-09-30 20:00",
                    "2026-09-30 00:00",
                    "2025-01-05",
                    "2026-10-01",
                ],
                format="ISO8601",
            ),
            "amount": [100.0, 50.0, 20.0, -5.0, 70.0, 9.0],
            "cost": [60.0, 20.0, 10.0, 4.0, 30.0, 1.0],
            **more,
        }
    )
    return ibis.memtable(rows)


def test_a_window_of_months_begins_after_the_same_day_that_many_months_ago() -> None:
    found = find_buyers(bought(), empty_table("customers"), AS_OF, months=12)
    assert found.customers[["customer_id", "order_count", "spend", "tenure_days"]].to_numpy().tolist() == [
        ["a", 2, 70.0, 364]
    ]
    assert found.before_window == 1
    assert find_buyers(bought(), empty_table("customers"), AS_OF, months=17).customers["order_count"].tolist() == [2]
    assert find_buyers(bought(), empty_table("customers"), AS_OF, months=18).customers["order_count"].tolist() == [3]
    with pytest.raises(ThinDataError, match="Nobody has ordered in the last 12 months"):
        find_buyers(bought(), empty_table("customers"), date(2028, 1, 1), months=12)


def test_margins_are_amounts_less_costs_and_unknown_where_one_is() -> None:
    gross = find_buyers(bought(), empty_table("customers"), AS_OF, with_margin=True).customers
    assert gross.set_index("customer_id")["margin"].to_dict() == {"a": 80.0, "b": 40.0}
    net = find_buyers(bought(), empty_table("customers"), AS_OF, with_margin=True, subtract_returns=True).customers
    assert net.set_index("customer_id")["margin"].to_dict() == {"a": 79.0, "b": 40.0}  # 5 given back, 4 of it was cost
    unknown = bought(cost=[60.0, None, 10.0, 4.0, 30.0, 1.0])
    found = find_buyers(unknown, empty_table("customers"), AS_OF, with_margin=True).customers
    assert found["margin"].isna().tolist() == [True, False]
    with pytest.raises(InputError, match="the orders have no costs"):
        find_buyers(bought().drop("cost"), empty_table("customers"), AS_OF, with_margin=True)


@pytest.mark.parametrize(
    ("more", "said"), [({"months": 3}, "months is 3"), ({"with_margin": True}, "margins are asked")]
)
def test_a_list_tells_no_months_and_no_margins(more: dict[str, int], said: str) -> None:
    with pytest.raises(InputError, match=f"{said}.*customer list only"):
        find_buyers(NO_ORDERS, listed(recency_days=[4.0], order_count=[1.0]), AS_OF, **more)  # type: ignore[arg-type]


def test_looking_back_sees_customers_as_they_stood_and_what_they_did_since() -> None:
    past = look_back(bought(), AS_OF, 12)
    then = customer_features(bought(), date(2025, 9, 30)).assign(product_count=np.nan)
    pd.testing.assert_frame_equal(past.customers, then)
    assert past.customers[["customer_id", "order_count", "recency_days"]].to_numpy().tolist() == [
        ["a", 1, 183],
        ["b", 1, 268],
    ]
    assert past.gaps["customer_id"].tolist() == ["a", "b"]
    rows = past.totals[["customer_id", "orders_now", "spend_now", "orders_before", "spend_before"]]
    assert rows.to_numpy().tolist() == [["a", 2, 70.0, 1, 100.0], ["b", 0, 0.0, 1, 70.0]]
    net = look_back(bought(), AS_OF, 12, subtract_returns=True).totals
    assert net["spend_now"].tolist() == [65.0, 0.0]
    unknown = look_back(bought().drop("amount"), AS_OF, 12)
    assert unknown.totals["orders_now"].tolist() == [3, 0]
    assert unknown.totals[["spend_now", "spend_before"]].isna().all(axis=None)


def test_without_a_period_nothing_is_looked_back_on() -> None:
    past = look_back(bought(), AS_OF, 0)
    assert [len(frame) for frame in (past.customers, past.gaps, past.totals)] == [0, 0, 0]
    assert not measure_rhythm(past.gaps).known


def test_months_before_ends_with_the_month() -> None:
    assert months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
    assert months_before(date(2026, 9, 30), 12) == date(2025, 9, 30)
