"""What a table must have and may lack: orders without money, subscriptions without dates, lists without identifiers."""

from pathlib import Path
from typing import Any

import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.spec import EVERYONE_ELSE, NOBODY, ROW_NUMBER, PartSpec, TableSpec
from helpers.errors import InputError
from tests.data.clients import AS_OF, aside, read


def table_from(folder: Path, table: str, text: str, **options: Any) -> ClientData:
    return read(folder, table, part_from(folder, table, text, **options))


def part_from(folder: Path, name: str, text: str, **options: Any) -> PartSpec:
    (folder / f"{name}.csv").write_text(text, "utf-8")
    return PartSpec(str(folder / f"{name}.csv"), **options)


def client_from(folder: Path, **parts: PartSpec) -> ClientData:
    return open_data({name: TableSpec(name, (part,)) for name, part in parts.items()}, AS_OF, folder / ".data")


def checks(data: ClientData) -> dict[str, tuple[int, int, str]]:
    return {r["check"]: (r["rows_found"], r["rows_set_aside"], r["handling"]) for r in data.quality.to_dict("records")}


def test_orders_may_come_without_money(tmp_path: Path) -> None:
    data = table_from(tmp_path, "orders", "customer_id,ordered_at,product\nA,2026-01-05,milk\nB,2026-01-06,\n")
    orders = data.tables["orders"]
    assert "amount" not in orders.columns
    assert orders.is_return.execute().tolist() == [False, False]
    assert checks(data) == {}


def test_returns_without_money_are_told_by_their_quantity(tmp_path: Path) -> None:
    data = table_from(
        tmp_path, "orders", "customer_id,ordered_at,quantity\nA,2026-01-05,2\nA,2026-01-06,-1\nB,2026-01-07,\n"
    )
    assert data.tables["orders"].order_by("kit_row").is_return.execute().tolist() == [False, True, False]
    assert checks(data) == {"return": (1, 0, "kept, as a negative quantity")}


def test_a_price_without_a_quantity_is_no_amount_but_must_be_one(tmp_path: Path) -> None:
    data = table_from(tmp_path, "orders", "customer_id,ordered_at,unit_price\nA,2026-01-05,2\nA,2026-01-06,0\n")
    assert "amount" not in data.tables["orders"].columns
    assert aside(data) == {"price is zero or below": 1}


def test_orders_with_and_without_money_are_not_added_up(tmp_path: Path) -> None:
    parts = (
        part_from(tmp_path, "shop", "customer_id,ordered_at,amount\nA,2026-01-05,3\n"),
        part_from(tmp_path, "card", "customer_id,ordered_at\nA,2026-01-05\n"),
    )
    with pytest.raises(InputError, match="this one has none, so what customers spent cannot be added up") as raised:
        read(tmp_path, "orders", *parts)
    assert raised.value.where.endswith("card.csv")


def test_a_subscription_is_told_by_dates_or_by_its_tenure(tmp_path: Path) -> None:
    text = "customer_id,tenure_months,churned\nA,3,Yes\nB,-1,No\nC,5,perhaps\nD,,No\nE,7,\n"
    data = table_from(tmp_path, "subscriptions", text)
    assert data.tables["subscriptions"].execute()["churned"].tolist() == [True]
    assert aside(data) == {
        "tenure_months is below zero": 1,
        "churned is not yes or no": 1,
        "no tenure_months": 1,
        "no churned": 1,
    }


@pytest.mark.parametrize("columns", ["plan", "plan,tenure_months", "plan,churned"])
def test_a_subscription_needs_one_of_them_whole(columns: str, tmp_path: Path) -> None:
    text = f"customer_id,{columns}\nA,{','.join('1' for _ in columns.split(','))}\n"
    with pytest.raises(InputError, match=r"needs started_on \(or tenure_months and churned\), and no column"):
        table_from(tmp_path, "subscriptions", text)


def test_where_both_are_mapped_each_row_needs_one(tmp_path: Path) -> None:
    text = "customer_id,started_on,tenure_months,churned\nA,2026-01-05,,\nB,,4,no\nC,,4,\n"
    data = table_from(tmp_path, "subscriptions", text)
    assert sorted(data.tables["subscriptions"].customer_id.execute()) == ["A", "B"]
    assert aside(data) == {"neither started_on nor tenure_months and churned": 1}


def test_a_subscription_may_have_attributes(tmp_path: Path) -> None:
    text = "customer_id,tenure_months,churned,gender\nA,3,Yes,f\n"
    data = table_from(tmp_path, "subscriptions", text, attributes={"gender": ("demographic", "gender")})
    assert data.tables["subscriptions"].gender.execute().tolist() == ["f"]
    assert data.attributes("subscriptions") == ["gender"]


def test_customers_may_be_numbered_by_row_where_nothing_else_names_them(tmp_path: Path) -> None:
    text = "spend,age\n10,31\n10,31\n"
    columns = {"customer_id": ROW_NUMBER}
    data = table_from(tmp_path, "customers", text, columns=columns, attributes={"age": ("demographic", "age")})
    frame = data.tables["customers"].execute()
    assert frame["customer_id"].nunique() == 2
    assert frame["spend"].tolist() == [10, 10]


@pytest.mark.parametrize("columns", [{"customer_id": "who"}, {}])
def test_customers_numbered_by_row_are_not_joined_to_others(columns: dict[str, str], tmp_path: Path) -> None:
    who = columns.get("customer_id", "customer_id")
    customers = part_from(tmp_path, "customers", "spend\n10\n", columns={"customer_id": ROW_NUMBER})
    surveys = part_from(tmp_path, "surveys", f"{who},score\nA,9\n", columns=columns)
    with pytest.raises(InputError, match="only row numbers, so it cannot be joined to surveys") as raised:
        client_from(tmp_path, surveys=surveys, customers=customers)
    assert "make the list a client of its own" in raised.value.mend


def test_answers_without_customers_go_with_customers_numbered_by_row(tmp_path: Path) -> None:
    customers = part_from(tmp_path, "customers", "spend\n10\n", columns={"customer_id": ROW_NUMBER})
    data = client_from(tmp_path, customers=customers, surveys=part_from(tmp_path, "surveys", "score\n9\n"))
    assert data.supplied() == ["customers", "surveys"]


def test_members_of_a_campaign_need_no_arm_where_everyone_else_is_the_control(tmp_path: Path) -> None:
    data = table_from(tmp_path, "exposures", "customer_id\nA\nB\n", control=EVERYONE_ELSE)
    frame = data.tables["exposures"].execute()
    assert frame["arm"].tolist() == ["contacted", "contacted"]
    assert frame["campaign"].tolist() == ["exposures", "exposures"]


def test_members_of_a_campaign_may_be_in_arms_of_their_own(tmp_path: Path) -> None:
    data = table_from(tmp_path, "exposures", "customer_id,arm\nA,mail\nB,call\n,call\n", control=EVERYONE_ELSE)
    assert sorted(data.tables["exposures"].arm.execute()) == ["call", "mail"]
    assert aside(data) == {"no customer_id": 1}


def test_members_of_a_campaign_must_be_known_by_number(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exposures needs customer_id"):
        table_from(tmp_path, "exposures", "arm\nmail\n", control=EVERYONE_ELSE)


def test_nobody_listed_is_everyone_else(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='an arm called "Everyone Else"'):
        table_from(tmp_path, "exposures", "customer_id,arm\nA,mail\nB,Everyone Else\n", control=EVERYONE_ELSE)


def test_a_campaign_that_reached_everyone_has_nobody_as_its_control(tmp_path: Path) -> None:
    """Neither arms nor customers are needed: the day alone tells a course of sales what to look for."""
    data = table_from(tmp_path, "exposures", "campaign,exposed_on\nspring,2026-03-01\n", control=NOBODY)
    assert data.tables["exposures"].execute()[["arm", "control"]].to_numpy().tolist() == [["contacted", "nobody"]]
    assert (data.control(), data.controls()) == ("nobody", {"spring": "nobody"})


def test_each_part_has_a_control_of_its_own(tmp_path: Path) -> None:
    mails = part_from(tmp_path, "mails", "campaign,arm,customer_id\nmail,sent,A\nmail,held,B\n", control="held")
    calls = part_from(tmp_path, "calls", "campaign,customer_id\ncall,A\n,A\n", control=EVERYONE_ELSE)
    data = read(tmp_path, "exposures", calls, mails)
    assert data.controls() == {"(unknown)": EVERYONE_ELSE, "call": EVERYONE_ELSE, "mail": "held"}
    assert data.control() == "held"


def test_a_campaign_has_one_control(tmp_path: Path) -> None:
    mails = part_from(tmp_path, "mails", "campaign,arm,customer_id\nmail,sent,A\nmail,held,B\n", control="held")
    others = part_from(tmp_path, "others", "campaign,customer_id\nmail,C\n", control=EVERYONE_ELSE)
    with pytest.raises(InputError, match='"mail" is in parts of exposures with different controls') as raised:
        read(tmp_path, "exposures", mails, others)
    assert "“everyone else” and “held”" in raised.value.what


def test_a_campaign_that_left_nobody_out_goes_into_a_part_of_its_own(tmp_path: Path) -> None:
    text = "campaign,arm,customer_id\nmail,sent,A\nmail,held,B\ncall,sent,A\n"
    with pytest.raises(InputError, match='"call" has no arm called "held"') as raised:
        read(tmp_path, "exposures", part_from(tmp_path, "sent", text, control="held"))
    assert "a part of its own, by `filter`" in raised.value.mend
    parts = [
        part_from(tmp_path, "sent", text, control=control, filter={"campaign": [campaign]})
        for campaign, control in (("mail", "held"), ("call", NOBODY))
    ]
    assert read(tmp_path, "exposures", *parts).controls() == {"call": NOBODY, "mail": "held"}


def test_how_long_an_interaction_lasted_follows_from_its_end(tmp_path: Path) -> None:
    text = (
        "customer_id,occurred_at,ended_at\n"
        "A,2026-01-05 10:00,2026-01-05 10:45\n"
        "B,2026-01-05 10:00,\n"
        "C,2026-01-05 10:00:00,2026-01-05 09:59:30\n"
    )
    data = table_from(tmp_path, "events", text, set={"kind": "ticket"})
    frame = data.tables["events"].order_by("kit_row").execute()
    assert frame["duration_minutes"].round(2).astype(object).where(
        frame["duration_minutes"].notna(), None
    ).tolist() == [
        45.0,
        None,
        -0.5,
    ]
    assert set(frame["kind"]) == {"ticket"}
    assert checks(data) == {"ended before it began": (1, 0, "kept")}


def test_a_duration_that_came_is_taken_as_it_is(tmp_path: Path) -> None:
    text = (
        "customer_id,occurred_at,ended_at,duration_minutes,kind,value\nA,2026-01-05 10:00,2026-01-05 10:45,3,visit,7\n"
    )
    frame = table_from(tmp_path, "events", text).tables["events"].execute()
    assert frame[["duration_minutes", "value"]].iloc[0].tolist() == [3, 7]
