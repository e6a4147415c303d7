"""Subscriptions by tenure and by dates: how many have ended, for how long they have run, and who has them."""

import math
from pathlib import Path

import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.subscriptions import (
    SUBSCRIBER,
    first_of_each,
    has_dates,
    subscriber_facts,
    subscription_totals,
)
from helpers.data.spec import PartSpec
from tests.data.clients import AS_OF, read


def totals(folder: Path, text: str) -> dict[str, float]:
    (folder / "subscriptions.csv").write_text(text, "utf-8")
    data = read(folder, "subscriptions", PartSpec(str(folder / "subscriptions.csv")))
    return subscription_totals(data.tables["subscriptions"], AS_OF)


def test_by_tenure(tmp_path: Path) -> None:
    found = totals(tmp_path, "customer_id,tenure_months,churned,plan\nA,3,Yes,x\nA,7,No,y\nB,20,No,x\n")
    assert found == {"subscriptions": 3, "subscribers": 2, "known": 3, "ended": 1, "median_tenure_months": 7}


def test_by_dates(tmp_path: Path) -> None:
    """C leaves on the day after the report's, and has not left yet."""
    text = "customer_id,started_on,cancelled_on\nA,2025-10-01,2026-01-01\nB,2025-10-01,\nC,2025-10-01,2026-10-01\n"
    found = totals(tmp_path, text)
    assert (found["known"], found["ended"]) == (3, 1)
    assert found["median_tenure_months"] == pytest.approx(12, abs=0.02)


def test_without_an_end_it_is_not_known_who_left(tmp_path: Path) -> None:
    found = totals(tmp_path, "customer_id,started_on\nA,2025-10-01\n")
    assert (found["known"], found["ended"]) == (0, 0)


def test_where_rows_are_told_either_way_each_counts_by_its_own(tmp_path: Path) -> None:
    text = "customer_id,started_on,cancelled_on,tenure_months,churned\nA,2026-08-31,2026-09-30,,\nB,,,5,no\nC,,,9,yes\n"
    found = totals(tmp_path, text)
    assert (found["known"], found["ended"], found["median_tenure_months"]) == (3, 2, 5)


def test_no_subscriptions() -> None:
    found = subscription_totals(empty_table("subscriptions"), AS_OF)
    assert (found["subscriptions"], found["subscribers"], found["ended"]) == (0, 0, 0)
    assert math.isnan(found["median_tenure_months"])


def facts(folder: Path, text: str) -> pd.DataFrame:
    (folder / "subscriptions.csv").write_text(text, "utf-8")
    data = read(folder, "subscriptions", PartSpec(str(folder / "subscriptions.csv")))
    return subscriber_facts(data.tables["subscriptions"], AS_OF).set_index("customer_id")


DATED = "customer_id,plan,trial_started_on,started_on,cancelled_on,monthly_fee\n"


def test_a_customer_leaves_when_the_last_subscription_ends(tmp_path: Path) -> None:
    """A changed plan, B has two side by side of which one runs, C's have both ended."""
    found = facts(
        tmp_path,
        DATED + "A,basic,,2025-10-01,2026-01-01,10\nA,pro,,2026-01-01,,30\n"
        "B,basic,,2025-10-01,,10\nB,extra,,2026-02-01,2026-03-01,5\n"
        "C,basic,,2025-10-01,2026-04-01,10\nC,extra,,2025-11-01,2026-02-01,5\n",
    )
    assert found["ended"].tolist() == [0, 0, 1]
    assert found["running"].tolist() == [1, 1, 0]
    assert found["monthly_fee"].tolist()[:2] == [30, 10]
    assert math.isnan(found.loc["C", "monthly_fee"])
    assert found.loc["C", "ended_on"] == pd.Timestamp("2026-04-01")
    assert found["ended_on"].isna().tolist() == [True, True, False]
    assert found["months"].tolist() == pytest.approx([12, 12, 6], abs=0.03)
    assert found[["upgrades", "downgrades", "added"]].to_numpy().tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 1]]
    assert found.loc["A", "latest_started_on"] == pd.Timestamp("2026-01-01")


def test_what_takes_a_place_within_a_month_is_a_move_and_later_beside_it(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        DATED + "A,pro,,2025-10-01,2026-02-01,30\nA,basic,,2026-01-01,,10\n"
        "B,pro,,2025-10-01,2026-02-02,30\nB,basic,,2026-01-01,,10\nC,a,,2025-10-01,2025-12-01,10\nC,b,,2026-01-01,,10\n",
    )
    assert found[["upgrades", "downgrades", "added"]].to_numpy().tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 0]]


def test_a_trial_not_paid_for_is_kept_and_is_no_subscription(tmp_path: Path) -> None:
    found = facts(tmp_path, DATED + "A,basic,2026-09-01,,,10\nB,basic,2026-08-01,2026-09-01,,10\n")
    assert found["subscriptions"].tolist() == [0, 1]
    assert found["running"].tolist() == [0, 1]
    assert found["ended"].isna().tolist() == [True, False]
    assert found["trial_started_on"].tolist() == [pd.Timestamp("2026-09-01"), pd.Timestamp("2026-08-01")]
    assert math.isnan(found.loc["A", "months"])


def test_odd_rows_are_told_not_dropped(tmp_path: Path) -> None:
    """A ended before it began, B's fee is below zero, C has cancelled for a day to come, D has no fee."""
    found = facts(
        tmp_path,
        DATED
        + "A,x,,2026-03-01,2026-02-01,10\nB,x,,2026-03-01,,-10\nC,x,,2026-03-01,2026-10-01,10\nD,x,,2026-09-30,,\n",
    )
    assert found.index.tolist() == ["A", "B", "C", "D"]
    assert found["ended"].tolist() == [1, 0, 0, 0]
    assert found.loc["A", "months"] == 0
    assert found.loc["A", "ended_on"] == pd.Timestamp("2026-03-01")
    assert found["without_fee"].tolist() == [0, 1, 0, 1]
    assert found["leaving"].tolist() == [False, False, True, False]
    assert found.loc["C", "monthly_fee"] == 10


def test_subscribers_by_tenure(tmp_path: Path) -> None:
    text = "customer_id,tenure_months,churned,monthly_fee\nA,3,Yes,5\nA,7,No,6\nB,20,Yes,7\nC,1,,8\n"
    found = facts(tmp_path, text)
    assert found.index.tolist() == ["A", "B"]  # C's row says too little to be used
    assert found["months"].tolist() == [7, 20]
    assert found["ended"].tolist() == [0, 1]
    assert found.loc["A", "monthly_fee"] == 6
    assert found["started_on"].isna().all()
    assert not has_dates(read_subscriptions(tmp_path))


def test_whether_it_ended_may_not_be_told(tmp_path: Path) -> None:
    found = facts(tmp_path, "customer_id,started_on,monthly_fee\nA,2025-10-01,5\n")
    assert math.isnan(found.loc["A", "ended"])
    assert found.loc["A", "running"] == 0
    assert has_dates(read_subscriptions(tmp_path))


def test_no_subscribers() -> None:
    found = subscriber_facts(empty_table("subscriptions"), AS_OF)
    assert list(found.columns) == list(SUBSCRIBER)
    assert found.empty
    assert not has_dates(empty_table("subscriptions"))


def test_what_a_customer_began_with(tmp_path: Path) -> None:
    (tmp_path / "subscriptions.csv").write_text(
        DATED + "A,pro,,2026-01-01,,30\nA,basic,,2025-10-01,2026-01-01,10\nB,pro,,2026-11-01,,3\n", "utf-8"
    )
    first = first_of_each(read_subscriptions(tmp_path), AS_OF, ["plan", "monthly_fee"]).execute()
    assert first.to_numpy().tolist() == [["A", "basic", 10.0]]


def read_subscriptions(folder: Path) -> Table:
    return read(folder, "subscriptions", PartSpec(str(folder / "subscriptions.csv"))).tables["subscriptions"]
