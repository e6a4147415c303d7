"""Campaigns without a control group: who everyone else is, what is known of them, and how far it is a test."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.features import campaigns
from helpers.data.features.readiness import readiness_facts
from helpers.data.spec import EVERYONE_ELSE, PartSpec, TableSpec
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
    frame = campaigns.with_segments(data, pd.DataFrame()).execute()
    return frame.sort_values(["campaign", "arm", "customer_id"]).set_index(["campaign", "arm", "customer_id"])


def people(frame: pd.DataFrame, campaign: str, arm: str) -> list[str]:
    return list(frame.loc[(campaign, arm)].index)


def test_everyone_else_are_the_buyers_who_are_not_listed(tmp_path: Path) -> None:
    """E bought for the first time after the spring campaign began, and could not be in it."""
    frame = compared(read(tmp_path, orders=ORDERS))
    assert people(frame, "spring", "contacted") == ["A", "C"]
    assert people(frame, "spring", EVERYONE_ELSE) == ["B", "D"]
    assert people(frame, "autumn", EVERYONE_ELSE) == ["A", "C", "D", "E"]


def test_the_customer_list_says_who_else_there_is_where_there_is_one(tmp_path: Path) -> None:
    """H became a customer the day after the spring campaign began; of C and F it is not known when."""
    frame = compared(read(tmp_path, orders=ORDERS, customers=CUSTOMERS))
    assert people(frame, "spring", EVERYONE_ELSE) == ["B", "F", "G"]
    assert people(frame, "autumn", EVERYONE_ELSE) == ["A", "C", "F", "G", "H"]


def test_a_member_is_one_row_with_its_costs_added_up(tmp_path: Path) -> None:
    frame = compared(read(tmp_path, orders=ORDERS))
    assert frame.loc[("spring", "contacted", "A"), "cost"] == 3
    assert frame.loc[("spring", EVERYONE_ELSE)]["cost"].isna().all()
    assert frame.index.is_unique


def test_what_both_bought_counts_from_the_campaigns_first_day_on(tmp_path: Path) -> None:
    data = read(tmp_path, orders=ORDERS)
    assert campaigns.outcomes(data, "spend") == ["spend", "orders"]
    spring = compared(data).loc["spring"][["spend", "orders"]]
    assert {key: tuple(row) for key, row in spring.iterrows()} == {
        ("contacted", "A"): (20, 1),
        ("contacted", "C"): (0, 0),
        (EVERYONE_ELSE, "B"): (7, 1),
        (EVERYONE_ELSE, "D"): (8, 2),
    }
    arms = campaigns.arm_outcomes(campaigns.with_segments(data, pd.DataFrame()), ["spend"])
    spring_arms = arms[arms["campaign"] == "spring"].set_index("arm")
    assert spring_arms["mean"].to_dict() == {"contacted": 10, EVERYONE_ELSE: 7.5}
    assert spring_arms["n"].to_dict() == {"contacted": 2, EVERYONE_ELSE: 2}


def test_without_amounts_orders_alone_are_compared(tmp_path: Path) -> None:
    orders = "customer_id,ordered_at\nA,2026-01-05\nA,2026-03-05\nB,2026-01-01\n"
    data = read(tmp_path, orders=orders)
    assert campaigns.outcomes(data, "spend") == ["orders"]
    frame = compared(data)
    assert "spend" not in frame
    assert frame.loc[("spring", "contacted", "A"), "orders"] == 1
    with pytest.raises(InputError, match=r'roi\.outcome is "profit"'):
        campaigns.outcomes(data, "profit")


def test_without_orders_or_a_day_nothing_is_compared(tmp_path: Path) -> None:
    listed = read(tmp_path, customers=CUSTOMERS)
    assert campaigns.outcomes(listed, "spend") == []
    assert people(compared(listed), "spring", EVERYONE_ELSE) == ["B", "F", "G"]
    (tmp_path / "undated").mkdir()
    undated = read(tmp_path / "undated", members="customer_id\nA\n", orders=ORDERS)
    assert campaigns.outcomes(undated, "spend") == []
    assert people(compared(undated), "exposures", EVERYONE_ELSE) == ["B", "C", "D", "E"]


def test_a_column_of_the_list_is_no_outcome_of_everyone(tmp_path: Path) -> None:
    """It is known of the members alone."""
    data = read(tmp_path, members="customer_id,spend\nA,5\n", customers=CUSTOMERS)
    assert campaigns.outcomes(data, "spend") == []


def test_arms_of_their_own_are_compared_with_the_same_others(tmp_path: Path) -> None:
    data = read(tmp_path, members="customer_id,arm\nA,mail\nB,call\n", orders=ORDERS)
    frame = compared(data)
    assert {arm for _, arm, _ in frame.index} == {"mail", "call", EVERYONE_ELSE}
    assert people(frame, "exposures", EVERYONE_ELSE) == ["C", "D", "E"]
    assert campaigns.control(data) == EVERYONE_ELSE


def test_everyone_else_is_no_control_group(tmp_path: Path) -> None:
    data = read(tmp_path, orders=ORDERS)
    facts = readiness_facts(data.tables, [], data.control(), as_of=AS_OF)
    assert (facts["control_customers"], facts["treated_customers"], facts["not_contacted"]) == (0, 2, 2)
