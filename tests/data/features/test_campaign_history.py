"""What members of a campaign and everyone else bought before and since, counted by hand."""

from datetime import date
from math import isnan
from pathlib import Path

import pandas as pd
import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.campaign_history import EARLIER, History, campaign_history
from helpers.data.spec import EVERYONE_ELSE, PartSpec, TableSpec

AS_OF = date(2026, 3, 31)
# The fair began on 22 March: ten days up to the report's, and ten before.
ORDERS = (
    "order_id,customer_id,ordered_at,amount\n"
    "1,A,2024-01-01,10\n2,A,2025-03-15,30\n3,A,2025-03-25,20\n4,A,2026-03-05,40\n5,A,2026-03-15,30\n5,A,2026-03-15,20\n"
    "6,A,2026-03-21 23:00,-5\n7,A,2026-03-22 08:00,60\n8,A,2026-03-31 20:00,70\n"
    "9,B,2026-03-11,10\n10,B,2026-03-12,15\n11,B,2026-03-21 23:59,25\n"
    "12,E,2026-03-22,5\n13,F,2025-03-22,8\n14,F,2025-04-01,9\n"
)
MEMBERS = "campaign,customer_id,exposed_on,cost\nfair,A,2026-03-22 10:00,2\nfair,A,2026-03-24,3\nfair,C,2026-03-25,2\n"
CUSTOMERS = (
    "customer_id,acquired_on,trade,staff,mood,place\n"
    "A,2024-01-01,shop,3,well,York\nB,2024-01-01,shop,14,well,Hull\nC,2026-03-25,shop,5,ill,Hull\n"
    "D,,office,6,ill,York\nE,2026-03-22,office,7,ill,York\nF,2026-03-21,office,8,ill,a@b.com\n"
)
TRAITS = {
    **{"trade": ("firmographic", "trade"), "staff": ("demographic", "staff"), "place": ("geographic", "place")},
    **{"mood": ("behavioural", "mood")},
}
EVENTS = (
    "customer_id,occurred_at,kind\nA,2026-03-21,visit\nA,2026-03-22,visit\nA,2026-03-11,mail\nD,2025-03-22,mail\n"
    "D,2025-03-21,mail\n"
)


def read(folder: Path, *, as_of: date = AS_OF, members: str = MEMBERS, **tables: str) -> ClientData:
    specs = {}
    for name, text in {"exposures": members, **tables}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        options = {"control": EVERYONE_ELSE} if name == "exposures" else {}
        of_customers = {"attributes": TRAITS} if name == "customers" and "trade" in text else {}
        part = PartSpec(str(folder / f"{name}.csv"), **options, **of_customers)
        specs[name] = TableSpec(name, (part,))
    return open_data(specs, as_of, folder / ".data")


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Of buyers and a customer list. Not to be changed."""
    return told(read(tmp_path_factory.mktemp("listed"), orders=ORDERS, customers=CUSTOMERS))


@pytest.fixture(scope="module")
def active(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Of buyers, a customer list and what customers did. Not to be changed."""
    folder = tmp_path_factory.mktemp("active")
    return told(read(folder, orders=ORDERS, customers=CUSTOMERS, events=EVENTS))


def told(data: ClientData, as_of: date = AS_OF) -> History:
    history = campaign_history(data, as_of)
    data.close()
    return history


def of(history: History, customer: str) -> dict[str, float]:
    rows = history.customers[history.customers["customer_id"] == customer]
    assert len(rows) == 1
    return {str(name): value for name, value in rows.iloc[0].items()}


def test_what_was_bought_before_and_since(active: History) -> None:
    a = of(active, "A")
    assert (a["campaign"], a["arm"], a["cost"]) == ("fair", "contacted", 5)
    assert (a["orders"], a["spend"], a["conversion"]) == (2, 130, 1)
    now = {
        **{"window_orders": 1, "window_spend": 50, "year_orders": 3, "year_spend": 110, "season_orders": 1},
        **{"season_spend": 20, "season_share": 1 / 3, "order_count": 5, "average_order": 30, "recency_days": 7},
        **{"tenure_days": 811, "window_events": 1, "year_events": 2},
    }
    earlier = {
        **{"window_orders": 1, "window_spend": 40, "year_orders": 3, "year_spend": 90, "season_orders": 1},
        **{"season_spend": 30, "season_share": 1 / 3, "order_count": 4, "average_order": 25, "recency_days": 7},
        **{"tenure_days": 801, "window_events": 1, "year_events": 1},
    }
    assert list(now) == active.measures
    assert {m: a[m] for m in active.measures} == now
    assert {m: a[EARLIER + m] for m in active.measures} == earlier


def test_days_at_the_edges_of_a_window(active: History) -> None:
    b, f, d = (of(active, who) for who in "BFD")
    assert (b["orders"], b["window_orders"], b["window_spend"]) == (0, 2, 40)
    assert (b["earlier_window_orders"], b["earlier_window_spend"], b["recency_days"]) == (1, 10, 1)
    # The season of a year ago is the ten days from 22 March on.
    assert (f["year_orders"], f["season_orders"], f["earlier_season_orders"]) == (2, 1, 0)
    assert (d["year_events"], d["window_events"], d["earlier_year_events"]) == (1, 0, 2)


def test_who_never_bought_has_no_recency(listed: History) -> None:
    d = of(listed, "D")
    assert isnan(d["recency_days"])
    assert isnan(d["tenure_days"])
    assert (d["orders"], d["spend"], d["conversion"], d["order_count"], d["average_order"], d["season_share"]) == (
        0,
    ) * 6


def test_who_became_a_customer_later_is_left_out(listed: History) -> None:
    """C is listed and was won three days after; E is not listed and was won on the first day."""
    assert listed.customers.set_index("customer_id")["arm"].to_dict() == {
        "A": "contacted",
        "B": EVERYONE_ELSE,
        "D": EVERYONE_ELSE,
        "F": EVERYONE_ELSE,
    }
    row = listed.campaigns.iloc[0]
    assert (row["listed"], row["unknown"], row["twice"]) == (2, 1, 0)
    assert (row["began"], row["days"], row["spread_days"]) == (pd.Timestamp("2026-03-22"), 10, 3)
    assert row["has_orders"]
    assert row["has_earlier"]


def test_without_a_customer_list_they_are_the_buyers_of_the_day_before(tmp_path: Path) -> None:
    history = told(read(tmp_path, orders=ORDERS))
    assert sorted(history.customers["customer_id"]) == ["A", "B", "F"]
    assert history.campaigns["unknown"].tolist() == [1]
    assert history.traits == []


def test_only_attributes_that_no_campaign_changes(listed: History) -> None:
    assert sorted(listed.traits) == ["place", "staff", "trade"]
    assert of(listed, "F")["place"] == "(withheld)"


def test_members_of_two_arms_are_left_out(tmp_path: Path) -> None:
    members = (
        "campaign,arm,customer_id,exposed_on\nfair,mail,A,2026-03-22\nfair,call,A,2026-03-22\nfair,call,B,2026-03-22\n"
    )
    history = told(read(tmp_path, members=members, orders=ORDERS))
    assert history.campaigns[["listed", "twice", "unknown"]].iloc[0].tolist() == [2, 1, 0]
    assert history.customers.set_index("customer_id")["arm"].to_dict() == {"B": "call", "F": EVERYONE_ELSE}


def test_orders_without_amounts(tmp_path: Path) -> None:
    orders = "customer_id,ordered_at\nA,2026-03-01\nA,2026-03-25\nB,2026-03-15\n"
    history = told(read(tmp_path, orders=orders))
    assert history.outcomes == ["orders", "conversion"]
    assert not [c for c in history.customers.columns if "spend" in c or "average" in c]
    assert of(history, "A")["orders"] == 1


def test_without_history_that_is_said(tmp_path: Path) -> None:
    """Orders from 10 days before on: there is a window before, and none before that."""
    late = "customer_id,ordered_at,amount\nA,2026-03-22,5\nB,2026-03-23,5\n"
    listed = "customer_id\nA\nB\n"
    after = told(read(tmp_path, orders=late, customers=listed))
    assert after.campaigns[["has_orders", "has_earlier"]].to_numpy().tolist() == [[False, False]]
    assert len(after.customers) == 2
    for first, enough in (("2026-03-02", True), ("2026-03-03", False)):
        folder = tmp_path / first
        folder.mkdir()
        some = told(read(folder, orders=f"customer_id,ordered_at,amount\nA,{first},5\n", customers=listed))
        assert some.campaigns[["has_orders", "has_earlier"]].to_numpy().tolist() == [[True, enough]]


def test_a_campaign_after_the_reports_day_is_not_told(tmp_path: Path) -> None:
    """The list that holds nothing else cannot be read at all; one among others is left out."""
    members = MEMBERS + "later,B,2026-04-02,1\nodd,B,,1\n"
    history = told(read(tmp_path, members=members, orders=ORDERS))
    assert history.campaigns["campaign"].tolist() == ["fair"]
    early = told(read(tmp_path, members=MEMBERS, orders=ORDERS), date(2026, 3, 21))
    assert early.customers.empty
    assert early.campaigns.empty


def test_a_year_long_campaign(tmp_path: Path) -> None:
    members = "campaign,customer_id,exposed_on\nfair,A,2025-03-01\nfair,B,2026-02-01\n"
    history = told(read(tmp_path, members=members, orders=ORDERS))
    row = history.campaigns.iloc[0]
    assert (row["days"], row["spread_days"], row["has_earlier"]) == (396, 337, False)
    # B bought for the first time a year later, and was no customer on the first day.
    assert (row["listed"], row["unknown"]) == (2, 1)
    a = of(history, "A")
    assert (a["orders"], a["window_orders"], a["year_orders"], a["season_orders"]) == (6, 0, 0, 0)


def test_campaigns_of_the_same_people(tmp_path: Path) -> None:
    """The mailing began within the ten days before, the old one did not, the next one while the fair was followed."""
    members = MEMBERS + "mailing,A,2026-03-12,1\nmailing,B,2026-03-12,1\nold,A,2026-03-11,1\nnext,F,2026-03-30,1\n"
    shared = told(read(tmp_path, members=members, orders=ORDERS)).shared
    of_fair = shared[shared["campaign"] == "fair"].set_index("other")
    assert of_fair[["member_share", "others_share"]].T.to_dict("list") == {"mailing": [1.0, 0.5], "next": [0.0, 0.5]}


def test_nothing_to_compare(tmp_path: Path) -> None:
    undated = told(read(tmp_path, members="customer_id\nA\n", orders=ORDERS))
    assert undated.customers.empty
    assert undated.campaigns.empty
    (tmp_path / "none").mkdir()
    no_orders = told(read(tmp_path / "none", customers="customer_id\nA\nB\n"))
    assert no_orders.customers.empty


def test_names_that_look_like_a_persons_are_withheld(tmp_path: Path) -> None:
    history = told(read(tmp_path, members=MEMBERS.replace("fair", "ann@shop.com"), orders=ORDERS))
    assert history.campaigns["campaign"].tolist() == ["Name withheld 1"]
    assert set(history.customers["campaign"]) == {"Name withheld 1"}
