"""Traits of customers: as declared, and what they did in their first days only."""

from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features import customer_traits
from helpers.data.features.customer_traits import all_traits, early_events, first_days
from helpers.data.spec import PartSpec, TableSpec

AS_OF = date(2026, 9, 30)
EVENTS = ibis.memtable(
    pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "z", "c"],
            "occurred_at": pd.to_datetime(
                ["2026-01-01 09:00", "2026-01-30", "2026-01-31", "2026-09-30", "2026-02-01", "2026-10-01"],
                format="ISO8601",
            ),
            "kind": ["visit", "mail", "visit", "visit", "mail", "mail"],
        }
    )
)


def began(**starts: str) -> ibis.Table:
    return ibis.memtable(pd.DataFrame({"customer_id": list(starts), "began_at": pd.to_datetime(list(starts.values()))}))


def test_events_count_in_the_first_days_only() -> None:
    found = early_events(EVENTS, began(a="2026-01-01", b="2026-03-01"), AS_OF, days=30)
    assert found.columns.tolist() == ["customer_id", "visit (first 30 days)", "mail (first 30 days)"]
    assert found.to_numpy().tolist() == [["a", 1.0, 1.0], ["b", 0.0, 0.0]]


def test_customers_whose_first_days_the_events_do_not_cover_are_not_told_of() -> None:
    found = early_events(
        EVENTS, began(before="2025-12-31", early="2026-01-01", late="2026-09-01", later="2026-09-02"), AS_OF, days=30
    )
    assert found["customer_id"].tolist() == ["early", "late"]


def test_without_events_nothing_is_told() -> None:
    none = EVENTS.filter(EVENTS.kind == "none")
    assert early_events(none, began(a="2026-01-01"), AS_OF).columns.tolist() == ["customer_id"]


def test_a_customer_begins_with_the_first_purchase() -> None:
    orders = ibis.memtable(
        pd.DataFrame(
            {
                "customer_id": ["a", "a", "b", "c"],
                "ordered_at": pd.to_datetime(["2026-01-05", "2026-01-02", "2026-10-01", "2026-01-01"]),
                "amount": [5.0, 1.0, 5.0, -5.0],
            }
        )
    )
    found = first_days(orders, AS_OF).execute()
    assert found.to_numpy().tolist() == [["a", pd.Timestamp("2026-01-02")]]


@pytest.fixture
def client(tmp_path: Path) -> ClientData:
    rows = [f"{i},{'north' if i % 2 else 'south'},{i}.5,p{i}@x.com,web" for i in range(1, 15)]
    (tmp_path / "c.csv").write_text("\n".join(["id,region,age,handle,source", *rows]), "utf-8")
    (tmp_path / "s.csv").write_text("id,plan,start\n1,Gold,2026-01-01\n99,Basic,2026-02-01\n", "utf-8")
    columns = {"customer_id": "id", "channel": "source"}
    traits = {"region": ("geographic", "region"), "age": ("demographic", "age"), "handle": ("psychographic", "handle")}
    listed = PartSpec(str(tmp_path / "c.csv"), columns=columns, attributes=traits)
    plans = PartSpec(str(tmp_path / "s.csv"), columns={"customer_id": "id", "plan": "plan", "started_on": "start"})
    specs = {"customers": TableSpec("customers", (listed,)), "subscriptions": TableSpec("subscriptions", (plans,))}
    return open_data(specs, AS_OF, tmp_path / ".data")


def test_attributes_are_read_as_what_they_are_and_persons_withheld(client: ClientData) -> None:
    found = customer_traits.customer_traits(client).set_index("customer_id")
    assert found.columns.tolist() == ["channel", "region", "age", "handle"]
    assert found.loc["3", "age"] == 3.5
    assert set(found["handle"]) == {"(withheld)"}
    client.close()


def test_subscribers_have_their_plan_too_and_nobody_is_lost(client: ClientData) -> None:
    found = all_traits(client, AS_OF).set_index("customer_id")
    assert len(found) == 15
    assert found.loc["1", ["plan", "region"]].tolist() == ["Gold", "north"]
    assert found.loc["99", "plan"] == "Basic"
    client.close()
