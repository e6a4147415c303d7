"""Repeat purchases by hand, without money, and CDNOW's published counts."""

from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.repeat_purchases import split_purchases

AS_OF = date(2026, 4, 30)


def orders(**more: list[object]) -> Table:
    rows = [
        ("a", "2026-01-01 09:00", 10.0),
        ("a", "2026-01-01 17:00", 5.0),  # the same visit
        ("a", "2026-01-15", 20.0),
        ("a", "2026-02-10", 40.0),
        ("a", "2026-02-10", -5.0),
        ("b", "2026-01-08", 7.0),
        ("b", "2026-01-20", 0.0),  # nothing to pay
        ("c", "2026-02-09", 8.0),
        ("d", "2026-01-03", -8.0),  # sent back what was bought before the data begin
        ("a", "2026-05-01", 99.0),  # after the report's date
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"]).assign(**more)
    return ibis.memtable(frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"], format="mixed")))


def test_by_hand() -> None:
    found = split_purchases(orders(), AS_OF, later_share=0.5)
    days = [found.first_on, found.until, found.last_on]
    assert [f"{day:%m-%d}" for day in days] == ["01-01", "01-21", "02-10"]
    now, before = found.now.set_index("customer_id"), found.before.set_index("customer_id")
    assert now.index.tolist() == ["a", "b", "c"]
    assert now.loc["a"].tolist() == [2, 40 / 7, 40 / 7, 30, 75, 5]
    assert now.loc["b"].tolist() == [1, 12 / 7, 33 / 7, 0, 7, 0]
    assert now.loc["c", ["repeat_orders", "last_weeks", "age_weeks"]].tolist() == [0, 0, 1 / 7]
    assert np.isnan(now.loc["c", "mean_value"])
    assert before.index.tolist() == ["a", "b"]
    assert before.loc["a"].tolist() == [1, 2, 20 / 7, 20, 35, 0, 1, 40, 5]
    assert before.loc["b"].tolist() == [1, 12 / 7, 13 / 7, 0, 7, 0, 0, 0, 0]
    assert found.weeks["week"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found.weeks["repeat_orders"].tolist() == [0, 0, 2, 0, 0, 1]
    assert found.with_money


def test_without_money_visits_are_counted() -> None:
    bare = orders(quantity=[1.0, 1, 1, 1, -1, 1, 1, None, -1, 1]).drop("amount")
    found = split_purchases(bare, AS_OF, later_share=0.5)
    assert found.now["repeat_orders"].tolist() == [2, 1, 0]
    assert found.now[["mean_value", "spend", "returned"]].isna().all(axis=None)
    assert found.before[["later_spend", "later_returned"]].isna().all(axis=None)
    assert not found.with_money


def test_an_order_of_nothing_with_no_piece_is_none() -> None:
    found = split_purchases(orders(quantity=[1.0, 1, 1, 1, -1, 1, 0, 1, -1, 1]), AS_OF)
    assert found.now.set_index("customer_id")["repeat_orders"].to_dict() == {"a": 2, "b": 0, "c": 0}


def test_no_orders() -> None:
    found = split_purchases(empty_table("orders"), AS_OF)
    assert found.now.empty
    assert found.before.empty
    assert found.weeks.empty
    assert pd.isna(found.until)
    assert {"customer_id", "later_orders", "later_spend", "later_returned", "age_weeks"} <= set(found.before)


def test_one_purchase_of_all() -> None:
    found = split_purchases(orders().filter(lambda t: t.customer_id == "c"), AS_OF)
    assert found.now[["repeat_orders", "last_weeks", "age_weeks"]].to_numpy().tolist() == [[0, 0, 0]]
    assert found.weeks.to_numpy().tolist() == [[1, 0]]


def test_cdnow(shared_data: Path) -> None:
    """Counts of the data's README: 2,357 customers, 2,457 repeats to 1997-09-30, 1,882 in the 39 weeks after."""
    names = ["master_id", "customer_id", "ordered_at", "cds", "amount"]
    rows = pd.read_csv(shared_data / "cdnow_sample.txt", sep=r"\s+", header=None, names=names, dtype=str)
    rows = rows.assign(
        ordered_at=pd.to_datetime(rows["ordered_at"], format="%Y%m%d"), amount=rows["amount"].astype(float)
    )
    table = ibis.memtable(rows[["customer_id", "ordered_at", "amount"]])
    first, last = pd.Timestamp("1997-01-01"), pd.Timestamp("1998-06-30")
    found = split_purchases(table, last.date(), later_share=(last - pd.Timestamp("1997-09-30")) / (last - first))
    assert f"{found.until:%Y-%m-%d}" == "1997-09-30"
    assert len(found.before) == 2_357
    assert found.before["repeat_orders"].sum() == 2_457
    assert (found.before["repeat_orders"] == 0).sum() == 1_411
    assert found.before["later_orders"].sum() == 1_882
    assert found.weeks["repeat_orders"].sum() == 2_457 + 1_882
    assert found.now["spend"].sum() == rows["amount"].sum().round(2)
