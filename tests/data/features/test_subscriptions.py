"""Subscriptions by tenure and by dates: how many have ended, and for how long they have run."""

import math
from pathlib import Path

import pytest

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.subscriptions import subscription_totals
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
