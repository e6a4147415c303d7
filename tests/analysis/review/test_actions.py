"""Promised actions and what is on record of them."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analysis.review.actions import Actions, follow_actions

JUNE, SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)
NONE = pd.DataFrame()
WIN_BACK = {"id": "A1", "action": "Win back", "segment": "At risk", "list": "customers_rfm", "owner": "Ann"}


def follow(*rows: dict[str, Any], **more: Any) -> Actions:
    given: dict[str, Any] = {"lists": {}, "members": (), "bought": NONE, "lift_then": NONE, "lift_now": NONE}
    given |= {"day": JUNE, "as_of": SEPTEMBER} | more
    return follow_actions(pd.DataFrame(rows), **given)


def lift(campaign: str, metric: str = "conversion", value: float = 0.1) -> dict[str, Any]:
    return {"campaign": campaign, "metric": metric, "lift": value, "low": value - 0.05, "high": value + 0.05}


@pytest.mark.parametrize(
    ("due", "done", "expected"),
    [
        (pd.NaT, (), "nothing"),
        ("", (), "nothing"),
        ("2026-09-30", (), "overdue"),
        ("2026-10-01", (), "not due"),
        ("soon", (), "nothing"),
        (pd.Timestamp("2026-08-01"), ("a1",), "done"),
        (pd.Timestamp("2026-08-01"), ("win  BACK ",), "done"),
        (pd.Timestamp("2026-08-01"), ("win",), "overdue"),
    ],
)
def test_status(due: Any, done: tuple[str, ...], expected: str) -> None:
    assert follow(WIN_BACK | {"due": due}, done=done).actions["status"].tolist() == [expected]


def test_a_campaign_measured_since_of_its_name_or_segment() -> None:
    now = pd.DataFrame([lift("Win back autumn"), lift("Win back autumn", "spend", 3.0), lift("Old one")])
    row = follow(WIN_BACK, lift_now=now, lift_then=now[2:]).actions.iloc[0]
    assert (row["status"], row["campaign"], row["metric"], row["lift"]) == ("measured", "Win back autumn", "spend", 3.0)
    of_segment = pd.DataFrame([lift("Letter to customers at risk")])
    assert follow(WIN_BACK, lift_now=of_segment).actions["status"].tolist() == ["measured"]
    for other in ("Win", "Call", "A1", "Rewin backing"):
        assert follow(WIN_BACK, lift_now=pd.DataFrame([lift(other)])).actions["status"].tolist() == ["nothing"]
    known_then = follow(WIN_BACK, lift_now=now, lift_then=now).actions.iloc[0]
    assert (known_then["status"], known_then["campaign"]) == ("nothing", "")
    assert follow(WIN_BACK | {"action": "", "segment": "x"}, lift_now=now).actions["status"].tolist() == ["nothing"]


def people(n: int) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)]})


def test_customers_of_the_list_against_all_others() -> None:
    """Forty on the list have gone from 10 to 30 on average, sixty others from 20 to 25: 15 more."""
    random = np.random.default_rng(3)
    ids, is_listed = people(100), np.arange(100) < 40
    change = np.where(is_listed, 20.0, 5.0) + np.where(is_listed, 4, 9) * random.permutation(np.tile([-1.0, 1.0], 50))
    before = np.where(is_listed, 10.0, 20.0)
    bought = ids.assign(spend_before=before, spend_since=before + change, orders_before=0.0, orders_since=0.0)
    lists = {"customers_rfm": ids.assign(rfm_segment=np.where(is_listed, "At risk", "Others"))}
    found = follow(WIN_BACK, lists=lists, members=(ids,), bought=bought)
    row = found.actions.iloc[0]
    assert (found.basis, found.days, row["days"], row["listed"]) == ("spend", 92, 92, 40)
    assert (row["before"], row["others_before"]) == (10, 20)
    welch = stats.ttest_ind(change[is_listed], change[~is_listed], equal_var=False)
    error = (change[is_listed].mean() - change[~is_listed].mean()) / welch.statistic
    assert row["difference"] == pytest.approx(change[is_listed].mean() - change[~is_listed].mean())
    assert row["difference_high"] - row["difference"] == pytest.approx(1.959964 * error)
    assert row["since"] - row["before"] - (row["others_since"] - row["others_before"]) == pytest.approx(
        row["difference"]
    )


def test_who_bought_nothing_counts_and_who_was_no_customer_does_not() -> None:
    listed = people(40).assign(
        customer_id=lambda f: f["customer_id"].where(f.index < 35, "stranger" + f["customer_id"])
    )
    bought = people(3).assign(spend_before=1.0, spend_since=2.0, orders_before=1.0, orders_since=1.0)
    found = follow(WIN_BACK, lists={"customers_rfm": listed}, members=(people(80), people(80)), bought=bought)
    row = found.actions.iloc[0]
    assert row["listed"] == 35
    assert row["before"] == pytest.approx(3 / 35)
    assert row["others_before"] == 0


@pytest.mark.parametrize(("n", "told"), [(29, False), (30, True)])
def test_short_lists_are_not_compared(n: int, told: bool) -> None:
    bought = people(100).assign(spend_before=1.0, spend_since=2.0, orders_before=1.0, orders_since=1.0)
    found = follow(WIN_BACK, lists={"customers_rfm": people(n)}, members=(people(100),), bought=bought)
    assert bool(found.actions["difference"].notna().iloc[0]) is told


def test_orders_where_money_is_not_to_be_compared() -> None:
    bought = people(100).assign(spend_before=1.0, spend_since=9.0, orders_before=1.0, orders_since=2.0)
    given: dict[str, Any] = {"lists": {"customers_rfm": people(40)}, "members": (people(100),)}
    found = follow(WIN_BACK, **given, bought=bought, with_money=False)
    assert (found.basis, found.actions["since"].iloc[0]) == ("orders", 2)
    unknown = follow(WIN_BACK, **given, bought=bought.assign(spend_since=np.nan))
    assert unknown.basis == "orders"
    assert follow(WIN_BACK, **given, bought=bought, followed=False).actions["listed"].tolist() == [0]


def test_an_earlier_version_without_actions_or_columns() -> None:
    assert follow().actions.empty
    assert follow_actions(NONE, {}, (NONE,), NONE, NONE, NONE, day=None, as_of=SEPTEMBER).days == 0
    row = follow({"action": "Call"}).actions.iloc[0]
    assert (row["status"], row["owner"]) == ("nothing", "")
    assert np.isnan(row["expected"])


@pytest.mark.parametrize(
    ("name", "segment", "listed"),
    [
        ("customers_rfm", "At risk", 10),
        ("customers_rfm", "At risk; Lost", 30),
        ("customers_rfm", "All customers", 100),
        ("customers_rfm", "Unheard of", 100),
        ("subscribers_lifecycle", "Subscribers at risk", 40),
        ("subscribers_lifecycle", "All customers", 100),
    ],
)
def test_rows_of_a_list_that_an_action_is_about(name: str, segment: str, listed: int) -> None:
    segments = ["At risk"] * 10 + ["Lost"] * 20 + ["Others"] * 70
    rows = people(100).assign(rfm_segment=segments, at_risk=[i < 40 for i in range(100)])
    rows = rows.drop(columns="rfm_segment") if name == "subscribers_lifecycle" else rows
    bought = people(0).assign(spend_before=1.0, spend_since=2.0, orders_before=1.0, orders_since=1.0)
    found = follow(
        WIN_BACK | {"list": name, "segment": segment}, lists={name: rows}, members=(people(100),), bought=bought
    )
    assert found.actions["listed"].tolist() == [listed]
