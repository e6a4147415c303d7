"""What customers do besides ordering, how they were at an earlier date, and by what they can be reached."""

from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.behaviour import customer_answers, customer_behaviour
from helpers.data.features.holdout import split_holdout
from helpers.data.features.kept import read_kept
from helpers.data.features.measures import measure_customers
from helpers.data.features.traits import customer_traits
from helpers.data.schema import WITHHELD
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)


def table(**columns: object) -> Table:
    return ibis.memtable(pd.DataFrame(columns))


SUBSCRIPTIONS = table(
    customer_id=["1", "1", "2"],
    tenure_months=[12.0, 30.0, 5.0],
    churned=[False, False, True],
    monthly_fee=[10.0, 5.0, 7.0],
)
EVENTS = table(
    customer_id=["1", "1", "3", "3"],
    occurred_at=pd.to_datetime(["2026-09-28 10:00", "2026-09-29 09:00", "2026-09-01 08:00", "2026-10-01 00:00"]),
    kind=["login", "ticket", "login", "login"],
)


def test_subscriptions_and_events_are_one_row_a_customer() -> None:
    found = customer_behaviour({"subscriptions": SUBSCRIPTIONS, "events": EVENTS}, AS_OF).set_index("customer_id")
    assert found.index.tolist() == ["1", "2", "3"]
    assert found["tenure_months"].tolist() == pytest.approx([30, 5, np.nan], nan_ok=True)
    assert found["monthly_fee"].tolist() == pytest.approx([15, 7, np.nan], nan_ok=True)  # ended: what it cost
    assert found["subscription_count"].tolist() == pytest.approx([2, 1, np.nan], nan_ok=True)
    assert found["event_count"].tolist() == pytest.approx([2, np.nan, 1], nan_ok=True)  # not what came after
    assert found["last_event_days"].tolist() == pytest.approx([1, np.nan, 29], nan_ok=True)
    assert found["login_events"].tolist() == pytest.approx([1, np.nan, 1], nan_ok=True)
    assert found["ticket_events"].tolist() == pytest.approx([1, np.nan, 0], nan_ok=True)
    one_kind = customer_behaviour({"events": EVENTS.filter(EVENTS.kind == "login")}, AS_OF)
    assert one_kind.columns.tolist() == ["customer_id", "event_count", "last_event_days"]
    assert customer_behaviour({}, AS_OF).empty


def test_answers_are_averaged_by_customer() -> None:
    surveys = table(
        customer_id=["1", "1", "2", None],
        score=[10.0, 7.0, 3.0, 0.0],
        csat=[5.0, None, 4.0, 1.0],
        answered_at=pd.to_datetime(["2026-01-01", None, "2026-02-01", "2026-02-01"]),
    )
    assert customer_answers(surveys, AS_OF).to_dict("list") == {
        "customer_id": ["1", "2"],
        "recommendation": [8.5, 3.0],
        "csat": [5.0, 4.0],
    }
    assert customer_answers(table(score=[1.0]), AS_OF).empty


def test_behaviour_is_chosen_before_the_list_and_the_list_before_answers() -> None:
    n = 20
    ids = [f"{i:02d}" for i in range(n)]
    listed = table(customer_id=ids, income=[str(i) for i in range(n)])
    months = np.arange(n, dtype=float)
    subscriptions = table(customer_id=ids, tenure_months=months, churned=[False] * n)
    surveys = table(customer_id=ids, score=months % 11)
    no_orders, no_list = empty_table("orders"), empty_table("customers")
    told = measure_customers(no_orders, listed, AS_OF, others={"subscriptions": subscriptions, "surveys": surveys})
    assert (told.features, told.from_orders, told.from_list) == (["tenure_months"], False, False)
    assert measure_customers(no_orders, listed, AS_OF, others={"surveys": surveys}).features == ["income"]
    assert measure_customers(no_orders, no_list, AS_OF, others={"surveys": surveys}).features == ["recommendation"]
    both = measure_customers(
        no_orders, listed, AS_OF, ["income", "recommendation"], others={"surveys": surveys.filter(surveys.score > 0)}
    )
    assert (both.rows_in, both.left_out, both.unplaced) == (20, 2, ["00", "11"])


def orders(customers: int = 120, days: int = 400) -> Table:
    """Everyone buys on the first day; the even ones again on the last, for 10 and 5."""
    ids = [f"{i:03d}" for i in range(customers)]
    first = pd.DataFrame({"customer_id": ids, "ordered_at": pd.Timestamp("2025-08-01"), "amount": 10.0})
    last = first.iloc[::2].assign(ordered_at=pd.Timestamp("2025-08-01") + pd.Timedelta(days=days), amount=5.0)
    return ibis.memtable(pd.concat([first, last]).assign(channel="web"))


def test_the_last_quarter_is_held_out() -> None:
    past = split_holdout(orders(), AS_OF)
    assert (past.cut, past.until, past.why) == (date(2026, 5, 28), date(2026, 9, 5), "")
    assert len(past.customers) == 120
    assert past.customers["order_count"].eq(1).all()
    assert past.customers["spend"].eq(10).all()
    assert past.customers["recency_days"].eq(300).all()
    assert past.customers["orders_after"].tolist() == [1, 0] * 60
    assert past.customers["spend_after"].tolist() == [5, 0] * 60
    assert "spend_after" not in split_holdout(orders().drop("amount"), AS_OF).customers
    assert split_holdout(orders(days=800), date(2028, 1, 1)).cut == date(2027, 4, 11)  # half a year at most


@pytest.mark.parametrize(
    ("rows", "why"),
    [(orders(customers=99), "too few"), (orders(days=111), "too short"), (empty_table("orders"), "no orders")],
)
def test_what_is_too_little_to_hold_out_is_said(rows: Table, why: str) -> None:
    past = split_holdout(rows, AS_OF)
    assert past.customers.empty
    assert (past.cut, past.why) == (None, why)
    assert split_holdout(orders(days=112), AS_OF).why == ""


def test_customers_are_reached_by_attributes_of_few_values_and_by_what_they_usually_do() -> None:
    listed = table(
        customer_id=["1", "2", "3"],
        region=["north", "south", " "],
        vip=["yes", "yes", "yes"],
        by=["ann@quackenbush.example", "desk", None],
        role=["owner", "buyer", "buyer"],
    )
    lines = pd.DataFrame(
        [
            ("1", "web", 1.0),
            ("1", "web", 1.0),
            ("1", "shop", 9.0),
            ("9", "shop", 1.0),
            ("9", "app", 2.0),
            ("2", "web", -1.0),
        ],
        columns=["customer_id", "channel", "amount"],
    ).assign(ordered_at=pd.Timestamp("2026-09-01"))
    found = customer_traits(ibis.memtable(lines), listed, ["region", "vip", "by", "absent"]).set_index("customer_id")
    assert found.columns.tolist() == ["region", "by", "role", "usual_channel"]
    assert found.index.tolist() == ["1", "2", "3", "9"]
    assert found["usual_channel"].fillna("").tolist() == ["web", "", "", "app"]
    assert found["region"].fillna("").tolist() == ["north", "south", "", ""]
    assert found["by"].fillna("").tolist() == [WITHHELD, "desk", "", ""]
    assert "region" not in customer_traits(ibis.memtable(lines), listed, ["region"], but=["region"])


def test_a_model_is_read_from_an_earlier_reports_folder(tmp_path: Path) -> None:
    model = pd.DataFrame({"part": ["about"]})
    (tmp_path / "latest/tables").mkdir(parents=True)
    model.to_parquet(tmp_path / "latest/tables/cluster_model.parquet")
    for keep in ("latest", "latest/tables", "latest/tables/cluster_model.parquet"):
        found = read_kept(keep, tmp_path)
        assert found is not None
        assert found["part"].tolist() == ["about"]
    assert read_kept("", tmp_path) is None
    with pytest.raises(InputError, match="no groups to keep in 2020-01-01"):
        read_kept("2020-01-01", tmp_path)
    (tmp_path / "broken.parquet").write_text("x")
    with pytest.raises(InputError, match="cannot be read"):
        read_kept("broken.parquet", tmp_path)


def test_recommendations_are_averaged_on_one_scale() -> None:
    ids, scores = ["1", "1", "2"], [10.0, 4.0, 5.0]
    mixed = table(customer_id=ids, score=scores, csat=[1.0, 3.0, 5.0], scale=["0-10", "1-5", "1-5"])
    assert customer_answers(mixed, AS_OF).to_dict("list") == {
        "customer_id": ["1", "2"],
        "recommendation": [4.0, 5.0],
        "csat": [2.0, 5.0],
    }
    doubted = customer_answers(table(customer_id=ids, score=scores, scale=["1-5?"] * 3), AS_OF)
    assert doubted["recommendation"].isna().all()
