"""Attributes at a subscriber's start, and which events are use."""

from pathlib import Path

from helpers.data.cleaning.marking import empty_table
from helpers.data.client_data import open_data
from helpers.data.features.subscriber_traits import attributes_at_start, usage_events
from helpers.data.spec import PartSpec, TableSpec
from tests.data.clients import AS_OF, read


def test_attributes_are_those_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "subscriptions.csv").write_text(
        "customer_id,plan,started_on,monthly_fee,addons,seats\nA,basic,2025-01-01,10,,3\nA,pro,2026-01-01,30,chat,9\n"
        "B,pro,2025-01-01,30,chat,4\n",
        "utf-8",
    )
    (tmp_path / "customers.csv").write_text("customer_id,channel,trade\nA,web,shop\nX,web,farm\n", "utf-8")
    parts = {
        "subscriptions": PartSpec(str(tmp_path / "subscriptions.csv"), attributes={"seats": ("behavioural", "seats")}),
        "customers": PartSpec(str(tmp_path / "customers.csv"), attributes={"trade": ("firmographic", "trade")}),
    }
    data = open_data({n: TableSpec(n, (p,)) for n, p in parts.items()}, AS_OF, tmp_path / ".data")
    found = attributes_at_start(data, AS_OF).set_index("customer_id")
    assert found.loc["A"].to_dict() == {
        **{"plan": "basic", "monthly_fee": 10.0, "seats": "3", "channel": "web", "trade": "shop", "add-ons": "no"}
    }
    assert found.loc["B", "add-ons"] == "yes"
    assert found.index.tolist() == ["A", "B"]


def test_use_is_what_is_no_mail_and_no_ticket(tmp_path: Path) -> None:
    kinds = ["login", "Email_Open", "support ticket", "feature_3", "Payment failed", "visit"]
    text = "customer_id,occurred_at,kind\n" + "".join(f"A,2026-01-0{i + 1},{kind}\n" for i, kind in enumerate(kinds))
    (tmp_path / "events.csv").write_text(text, "utf-8")
    events = read(tmp_path, "events", PartSpec(str(tmp_path / "events.csv"))).tables["events"]
    assert sorted(usage_events(events).execute()["kind"]) == ["feature_3", "login", "visit"]
    assert usage_events(events, " LOGIN, support ticket").execute()["kind"].tolist() == ["login", "support ticket"]
    assert usage_events(empty_table("events")).execute().empty
