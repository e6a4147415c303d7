"""Spans of days summed to a row a customer."""

from datetime import date
from typing import Any

import ibis
import pandas as pd
import pytest

from helpers.data.features.review_periods import customer_attributes, first_purchase_on, sum_spans, year_customers

NOW = (date(2026, 7, 1), date(2026, 9, 30))
PAST = (date(2025, 7, 1), date(2025, 9, 30))


def orders(*lines: tuple[str, str, str, float], money: bool = True) -> ibis.Table:
    """order, customer, time, amount"""
    frame = pd.DataFrame(lines, columns=["order_id", "customer_id", "ordered_at", "amount"])
    frame = frame.astype({"order_id": "str", "customer_id": "str", "amount": float})
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"], format="ISO8601")
    return ibis.memtable(frame if money else frame.drop(columns="amount").assign(quantity=1.0))


def events(*rows: tuple[str, str]) -> ibis.Table:
    frame = pd.DataFrame(rows, columns=["customer_id", "occurred_at"]).astype({"customer_id": "str"})
    return ibis.memtable(frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], format="ISO8601"), kind="visit"))


LINES = orders(
    ("1", "a", "2026-07-01 00:00", 10.0),
    ("1", "a", "2026-07-01 00:00", 5.0),
    ("2", "a", "2026-09-30 23:59", 20.0),
    ("3", "a", "2026-10-01 00:00", 99.0),
    ("4", "a", "2026-08-01", -7.0),
    ("5", "b", "2025-09-30 12:00", 8.0),
    ("6", "b", "2026-06-30 23:59", 50.0),
    ("7", "c", "2024-07-01", 1.0),
)


def test_by_hand() -> None:
    found = sum_spans(LINES, events(("a", "2026-09-30 10:00"), ("d", "2025-07-01")), {"now": NOW, "past": PAST})
    rows = found.set_index("customer_id")
    assert list(rows.index) == ["a", "b", "d"]
    assert rows.loc["a", ["orders_now", "spend_now", "events_now", "orders_past", "spend_past"]].tolist() == [
        2,
        35,
        1,
        0,
        0,
    ]
    assert rows.loc["b", ["orders_now", "spend_now", "orders_past", "spend_past"]].tolist() == [0, 0, 1, 8]
    assert rows.loc["d", ["events_now", "events_past", "spend_past"]].tolist() == [0, 1, 0]


def test_spans_may_overlap() -> None:
    found = sum_spans(LINES, events(), {"long": (date(2026, 1, 1), date(2026, 12, 31)), "now": NOW}).set_index(
        "customer_id"
    )
    assert found.loc["a", ["spend_long", "spend_now"]].tolist() == [134, 35]
    assert found.loc["b", ["spend_long", "spend_now"]].tolist() == [50, 0]


def test_without_amounts_spend_is_not_known_and_orders_are() -> None:
    lines = orders(("1", "a", "2026-07-01", 1.0), money=False)
    row = sum_spans(lines, events(), {"now": NOW}).iloc[0]
    assert row["orders_now"] == 1
    assert pd.isna(row["spend_now"])


@pytest.mark.parametrize("spans", [{}, {"now": NOW}])
def test_nobody(spans: dict[str, Any]) -> None:
    found = sum_spans(orders(), events(), spans)
    assert found.empty
    assert found["customer_id"].dtype == "str"
    assert len(found.columns) == 1 + 3 * len(spans)


def test_the_first_purchase() -> None:
    assert first_purchase_on(LINES) == date(2024, 7, 1)
    assert first_purchase_on(orders(("1", "a", "2024-01-01", -5.0), ("2", "a", "2024-02-01", 5.0))) == date(2024, 2, 1)
    assert first_purchase_on(orders()) is None


@pytest.mark.parametrize(("first", "told"), [("2025-06-30", True), ("2025-07-01", False)])
def test_customers_of_a_year(first: str, told: bool) -> None:
    """On 30 June 2026 a first order of 30 June 2025 lies 365 days back."""
    lines = orders(("1", "a", first, 5.0), ("2", "a", "2026-06-01", 9.0), ("3", "a", "2026-07-09", 99.0))
    found = year_customers(lines, date(2026, 6, 30))
    assert len(found) == int(told)
    if told:  # the year before the end of 30 June 2026 begins with 1 July 2025
        assert found[["recency_days", "order_count", "spend"]].iloc[0].tolist() == [29, 1, 9]


def test_who_has_not_ordered_in_that_year_is_left_out() -> None:
    assert year_customers(orders(("1", "a", "2024-01-01", 5.0)), date(2026, 6, 30)).empty
    assert year_customers(orders(), date(1970, 1, 1)).empty


def test_attributes_as_text_each_customer_once() -> None:
    frame = pd.DataFrame({"customer_id": ["a", "b", "b", None], "size": [1, 2, 3, 4], "region": ["N", None, "S", "N"]})
    found = customer_attributes(ibis.memtable(frame), ["size", "region", "gone"])
    assert list(found.columns) == ["customer_id", "size", "region"]
    assert sorted(found["customer_id"]) == ["a", "b"]
    assert pd.api.types.is_string_dtype(found["size"])
