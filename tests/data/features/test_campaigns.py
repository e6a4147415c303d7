"""Campaigns without a control group: who everyone else is, what is known of them, and how far it is a test."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features import campaigns
from helpers.data.features.readiness import readiness_facts
from helpers.data.spec import EVERYONE_ELSE, NOBODY, PartSpec, TableSpec
from helpers.errors import InputError
from tests.data.clients import AS_OF

ORDERS = (
    "order_id,customer_id,ordered_at,amount\n"
    "1,A,2026-01-05,10\n2,A,2026-03-05,20\n3,A,2026-03-06,-5\n4,A,2026-02-27,100\n"
    "5,B,2026-01-05,10\n6,B,2026-03-01 08:00,7\n"
    "7,C,2026-01-05,10\n"
    "8,D,2026-02-01,10\n9,D,2026-04-01,3\n9,D,2026-04-01,4\n10,D,2026-05-01,1\n"
    "11,E,2026-04-01,50\n"
)
MEMBERS = (
    "campaign,customer_id,exposed_on,cost\n"
    "spring,A,2026-03-01 12:00,1\nspring,A,2026-03-09,2\nspring,C,2026-03-02,1\nautumn,B,2026-09-01,1\n"
)
CUSTOMERS = "customer_id,acquired_on\nA,2025-01-01\nB,2025-01-01\nC,\nF,\nG,2026-03-01\nH,2026-03-02\n"


def read(folder: Path, *, members: str = MEMBERS, **tables: str) -> ClientData:
    specs = {}
    for name, text in {"exposures": members, **tables}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        control = {"control": EVERYONE_ELSE} if name == "exposures" else {}
        specs[name] = TableSpec(name, (PartSpec(str(folder / f"{name}.csv"), **control),))
    return open_data(specs, AS_OF, folder / ".data")


def compared(data: ClientData) -> pd.DataFrame:
    frame = campaigns.campaign_customers(data, {})
    return frame.sort_values(["campaign", "arm", "customer_id"]).set_index(["campaign", "arm", "customer_id"])


def people(frame: pd.DataFrame, campaign: str, arm: str) -> list[str]:
    return list(frame.loc[(campaign, arm)].index)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> ClientData:
    """Campaigns of lists of members, read once."""
    return read(tmp_path_factory.mktemp("listed"), orders=ORDERS)


def test_everyone_else_are_the_buyers_who_are_not_listed(listed: ClientData) -> None:
    """E bought for the first time after the spring campaign began, and could not be in it."""
    frame = compared(listed)
    assert people(frame, "spring", "contacted") == ["A", "C"]
    assert people(frame, "spring", EVERYONE_ELSE) == ["B", "D"]
    assert people(frame, "autumn", EVERYONE_ELSE) == ["A", "C", "D", "E"]


def test_the_customer_list_says_who_else_there_is_where_there_is_one(tmp_path: Path) -> None:
    """H became a customer the day after the spring campaign began; of C and F it is not known when."""
    frame = compared(read(tmp_path, orders=ORDERS, customers=CUSTOMERS))
    assert people(frame, "spring", EVERYONE_ELSE) == ["B", "F", "G"]
    assert people(frame, "autumn", EVERYONE_ELSE) == ["A", "C", "F", "G", "H"]


def test_a_member_is_one_row_with_its_costs_added_up(listed: ClientData) -> None:
    frame = compared(listed)
    assert frame.loc[("spring", "contacted", "A"), "cost"] == 3
    assert frame.loc[("spring", EVERYONE_ELSE)]["cost"].isna().all()
    assert frame.index.is_unique


def test_what_both_bought_counts_from_the_campaigns_first_day_on(listed: ClientData) -> None:
    assert campaigns.outcome_names(listed) == ["spend", "orders"]
    spring = compared(listed).loc["spring"][["spend", "orders"]]
    assert {key: tuple(row) for key, row in spring.iterrows()} == {
        ("contacted", "A"): (20, 1),
        ("contacted", "C"): (0, 0),
        (EVERYONE_ELSE, "B"): (7, 1),
        (EVERYONE_ELSE, "D"): (8, 2),
    }


def test_without_amounts_orders_alone_are_compared(tmp_path: Path) -> None:
    orders = "customer_id,ordered_at\nA,2026-01-05\nA,2026-03-05\nB,2026-01-01\n"
    data = read(tmp_path, orders=orders)
    assert campaigns.outcome_names(data) == ["orders"]
    frame = compared(data)
    assert "spend" not in frame
    assert frame.loc[("spring", "contacted", "A"), "orders"] == 1
    assert campaigns.measured(data, "spend") == (["orders"], "")
    with pytest.raises(InputError, match=r'campaigns\.outcome is "profit"'):
        campaigns.measured(data, "profit")


def test_without_orders_or_a_day_nothing_is_compared(tmp_path: Path) -> None:
    listed = read(tmp_path, customers=CUSTOMERS)
    assert campaigns.outcome_names(listed) == []
    assert people(compared(listed), "spring", EVERYONE_ELSE) == ["B", "F", "G"]
    (tmp_path / "undated").mkdir()
    undated = read(tmp_path / "undated", members="customer_id\nA\n", orders=ORDERS)
    assert campaigns.outcome_names(undated) == []
    assert people(compared(undated), "exposures", EVERYONE_ELSE) == ["B", "C", "D", "E"]


def test_a_column_of_the_list_is_no_outcome_of_everyone(tmp_path: Path) -> None:
    """It is known of the members alone."""
    data = read(tmp_path, members="customer_id,spend\nA,5\n", customers=CUSTOMERS)
    assert campaigns.outcome_names(data) == []


def test_arms_of_their_own_are_compared_with_the_same_others(tmp_path: Path) -> None:
    data = read(tmp_path, members="customer_id,arm\nA,mail\nB,call\n", orders=ORDERS)
    frame = compared(data)
    assert {arm for _, arm, _ in frame.index} == {"mail", "call", EVERYONE_ELSE}
    assert people(frame, "exposures", EVERYONE_ELSE) == ["C", "D", "E"]
    assert set(frame["control"]) == {EVERYONE_ELSE}


def test_everyone_else_is_no_control_group(listed: ClientData) -> None:
    facts = readiness_facts(listed.tables, [], as_of=AS_OF)
    assert (facts["control_customers"], facts["treated_customers"], facts["not_contacted"]) == (0, 2, 2)


TESTED = (
    "campaign,arm,customer_id,exposed_on,bought,cost\n"
    "spring,mail,A,2026-03-01,5,1\nspring,mail,A,2026-03-03,5,2\nspring,none,B,2026-03-01,,0\n"
    "spring,mail,D,2026-03-01,1,1\nspring,none,D,2026-03-01,1,0\nspring,none,E,,0,0\nspring,mail,,2026-03-01,9,1\n"
    ",mail,A,2026-04-01,2,1\n,none,B,2026-04-01,2,1\n"
)


def read_test(folder: Path, exposures: str = TESTED, **tables: str) -> ClientData:
    specs = {}
    for name, text in {"exposures": exposures, **tables}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        part: dict[str, Any] = {"control": "none", "outcomes": ("bought",)} if name == "exposures" else {}
        specs[name] = TableSpec(name, (PartSpec(str(folder / f"{name}.csv"), **part),))
    return open_data(specs, AS_OF, folder / ".data")


def customers_of(data: ClientData, campaign: str = "spring", **more: int) -> pd.DataFrame:
    frame = campaigns.campaign_customers(data, {}, **more)
    return frame[frame["campaign"] == campaign].sort_values(["arm", "customer_id"], ignore_index=True)


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> ClientData:
    """Campaigns with a control group, read once."""
    return read_test(tmp_path_factory.mktemp("tested"), orders=ORDERS)


def test_a_customer_counts_once_and_only_in_one_arm(tested: ClientData) -> None:
    """A was mailed twice; D is in both arms and left out; a row without a customer is one."""
    frame = customers_of(tested)
    assert frame[["arm", "customer_id"]].fillna("?").to_numpy().tolist() == [
        ["mail", "A"],
        ["mail", "?"],
        ["none", "B"],
        ["none", "E"],
    ]
    assert frame["cost"].tolist() == [3, 1, 0, 0]
    assert frame["bought"].fillna(-1).tolist() == [5, 9, -1, 0]
    assert frame["control"].unique().tolist() == ["none"]
    assert frame["segment"].unique().tolist() == ["All customers"]
    counts = campaigns.exposure_counts(tested, AS_OF).set_index("campaign").loc["spring"]
    assert counts.to_dict() == {
        **{"rows": 7, "used": 4, "repeated": 1, "set_aside": 2, "set_aside_customers": 1, "undated": 1, "future": 0}
    }
    assert counts["used"] == len(frame)
    assert campaigns.campaign_customers(tested, {})["campaign"].nunique() == 2  # one without a name


def test_rows_in_are_rows_accounted_for(tmp_path: Path) -> None:
    data = read_test(tmp_path)
    counts = campaigns.exposure_counts(data, AS_OF)
    assert (counts["rows"] == counts["used"] + counts["repeated"] + counts["set_aside"]).all()
    early = campaigns.exposure_counts(data, pd.Timestamp("2026-02-28").date()).set_index("campaign")
    assert early.loc["spring", "future"] == 6


def test_what_was_bought_before_is_of_one_window_for_all_arms(tested: ClientData) -> None:
    """Orders go on for 62 days from 1 March to 1 May, and 62 days before begin on 29 December."""
    frame = customers_of(tested).set_index("customer_id")
    assert list(frame.loc["A", ["pre_spend", "pre_orders"]]) == [110, 2]
    assert list(frame.loc["B", ["pre_spend", "pre_orders"]]) == [10, 1]
    assert list(frame.loc["E", ["pre_spend", "pre_orders"]]) == [0, 0]
    assert frame.loc[frame.index.isna(), "pre_spend"].isna().all()
    short = customers_of(tested, baseline_days=2).set_index("customer_id")
    assert list(short.loc["A", ["pre_spend", "pre_orders"]]) == [100, 1]
    assert short.loc["B", "pre_spend"] == 0
    assert customers_of(tested, baseline_days=1).set_index("customer_id").loc["A", "pre_spend"] == 0


def test_everyone_else_is_in_the_frame(listed: ClientData) -> None:
    frame = customers_of(listed)
    assert frame[["arm", "customer_id"]].to_numpy().tolist() == [
        ["contacted", "A"],
        ["contacted", "C"],
        [EVERYONE_ELSE, "B"],
        [EVERYONE_ELSE, "D"],
    ]
    assert frame["spend"].tolist() == [20, 0, 7, 8]
    assert frame["pre_orders"].tolist() == [2, 1, 1, 1]
    assert campaigns.outcome_names(listed) == ["spend", "orders"]


def test_segments_are_those_given_and_the_others_are_told(tested: ClientData) -> None:
    groups = pd.DataFrame({"customer_id": ["A"], "rfm_segment": ["Lost"]})
    frame = campaigns.campaign_customers(tested, {"spring": groups})
    spring, others = frame.query("campaign == 'spring'"), frame.query("campaign != 'spring'")
    assert dict(zip(spring["customer_id"].fillna("?"), spring["segment"], strict=True)) == {
        "A": "Lost",
        **dict.fromkeys(["B", "E", "?"], campaigns.NO_PURCHASE),
    }
    assert set(others["segment"]) <= {campaigns.EVERYONE}  # nothing is known of what was before these
    twice = pd.concat([groups, groups])
    with pytest.raises(InputError, match="more than once"):
        campaigns.campaign_customers(tested, {"spring": twice})


def test_each_campaign_has_customers_as_they_stood_the_day_before_it(tmp_path: Path) -> None:
    """An order between two campaigns is known before the second, not before the first; nor is one of its first day."""
    orders = "ordered_at,order_id,customer_id,amount\n"
    orders += "2026-01-05,1,A,10\n2026-03-01,2,B,10\n2026-03-01,3,A,5\n2026-05-01,4,C,10\n"
    contacts = "campaign,arm,customer_id,exposed_on,spend\n"
    for day, campaign in (("2026-01-01", "early"), ("2026-02-01", "first"), ("2026-05-01", "second")):
        contacts += "".join(
            f"{campaign},{arm},{who},{day},1\n" for who, arm in zip("ABC", ["mail", "none", "mail"], strict=True)
        )
    (tmp_path / "orders.csv").write_text(orders, "utf-8")
    (tmp_path / "contacts.csv").write_text(contacts, "utf-8")
    tables = {"orders": TableSpec("orders", (PartSpec(str(tmp_path / "orders.csv")),))}
    part = PartSpec(str(tmp_path / "contacts.csv"), outcomes=("spend",), control="none")
    tables["exposures"] = TableSpec("exposures", (part,))
    data = open_data(tables, AS_OF, tmp_path / ".data")
    before, gaps = campaigns.customers_before(data), campaigns.gaps_before(data)
    assert {name: sorted(frame["customer_id"]) for name, frame in before.items()} == {
        "first": ["A"],
        "second": ["A", "B"],
    }
    assert before["first"]["order_count"].tolist() == [1]
    assert before["second"].set_index("customer_id")["order_count"].to_dict() == {"A": 2, "B": 1}
    assert {name: len(frame) for name, frame in gaps.items()} == {"first": 1, "second": 2}
    groups = {name: frame[["customer_id"]].assign(rfm_segment=name) for name, frame in before.items()}
    people = campaigns.campaign_customers(data, groups).sort_values(["campaign", "customer_id"])
    nobody = campaigns.NO_PURCHASE
    assert people.groupby("campaign")["segment"].agg(list).to_dict() == {
        "early": [campaigns.EVERYONE] * 3,
        "first": ["first", nobody, nobody],
        "second": ["second", "second", nobody],
    }


def test_without_campaigns_there_is_nobody(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, "utf-8")
    part = PartSpec(str(tmp_path / "orders.csv"))
    data = open_data({"orders": TableSpec("orders", (part,))}, AS_OF, tmp_path / ".data")
    assert campaigns.campaign_customers(data, {}).empty


def test_campaigns_of_both_kinds_are_told_apart(tmp_path: Path) -> None:
    """The ones that held somebody out are the test; everyone else is counted for the others alone."""
    (tmp_path / "test.csv").write_text("campaign,arm,customer_id,spend\nmail,sent,A,5\nmail,held,B,1\n", "utf-8")
    (tmp_path / "members.csv").write_text(MEMBERS, "utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, "utf-8")
    parts = (
        PartSpec(str(tmp_path / "members.csv"), control=EVERYONE_ELSE),
        PartSpec(str(tmp_path / "test.csv"), control="held", outcomes=("spend",)),
    )
    specs = {"orders": TableSpec("orders", (PartSpec(str(tmp_path / "orders.csv")),))}
    data = open_data(specs | {"exposures": TableSpec("exposures", parts)}, AS_OF, tmp_path / ".data")
    others = campaigns.with_everyone_else(data.tables)
    assert set(others.campaign.execute()) == {"spring", "autumn"}
    assert set(others.control.execute()) == {EVERYONE_ELSE}
    facts = readiness_facts(data.tables, [], as_of=AS_OF)
    assert (facts["control_customers"], facts["treated_customers"], facts["not_contacted"]) == (1, 1, 0)


def test_a_campaign_that_reached_everyone_is_no_comparison(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("campaign,exposed_on\nspring,2026-03-01\nspring,2026-03-02\n", "utf-8")
    part = PartSpec(str(tmp_path / "all.csv"), control=NOBODY)
    data = open_data({"exposures": TableSpec("exposures", (part,))}, AS_OF, tmp_path / ".data")
    assert campaigns.outcome_names(data) == []
    assert campaigns.campaign_customers(data, {})["control"].tolist() == [NOBODY, NOBODY]
    facts = readiness_facts(data.tables, [], as_of=AS_OF)
    assert (facts["control_customers"], facts["treated_customers"], facts["not_contacted"]) == (0, 2, 0)


def test_campaigns_of_every_kind_are_in_one_frame(tmp_path: Path) -> None:
    """Of the test, the outcome declared; of the others, what was bought since their first day."""
    for name, text in {
        "test": "campaign,arm,customer_id,exposed_on,spend\nmail,sent,A,2026-03-01,5\nmail,held,B,2026-03-01,1\n",
        "members": MEMBERS,
        "all": "campaign,arm,customer_id,exposed_on\nfair,day one,A,2026-03-04\nfair,day two,B,2026-03-05\n",
        "orders": ORDERS,
    }.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    parts = (
        PartSpec(str(tmp_path / "members.csv"), control=EVERYONE_ELSE),
        PartSpec(str(tmp_path / "test.csv"), control="held", outcomes=("spend",)),
        PartSpec(str(tmp_path / "all.csv"), control=NOBODY),
    )
    specs = {"orders": TableSpec("orders", (PartSpec(str(tmp_path / "orders.csv")),))}
    data = open_data(specs | {"exposures": TableSpec("exposures", parts)}, AS_OF, tmp_path / ".data")
    assert campaigns.outcome_names(data) == ["spend", "orders"]
    frame = campaigns.campaign_customers(data, {}).set_index(["campaign", "arm", "customer_id"])
    assert dict(frame["control"].groupby("campaign").first()) == {
        **{"autumn": EVERYONE_ELSE, "spring": EVERYONE_ELSE, "mail": "held", "fair": NOBODY}
    }
    assert frame.loc[("mail", "sent", "A"), "spend"] == 5
    assert pd.isna(frame.loc[("mail", "sent", "A"), "orders"])
    assert frame.loc[("fair", "day one", "A"), "spend"] == 20
    assert frame.loc[("spring", "contacted", "A"), "spend"] == 20
    assert frame.loc[("fair", "day two", "B"), "pre_orders"] == 2
