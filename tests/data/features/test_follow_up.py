"""Which answers are followed up: the latest of each customer, if recent and allowed; every answer is accounted for."""

from datetime import date
from typing import Any, cast

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.cleaning.marking import empty_table
from helpers.data.client_data import ClientData
from helpers.data.features import follow_up
from helpers.data.features.score_scales import SCALE
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.schema import TABLES
from helpers.data.spec import PartSpec, TableSpec

AS_OF = date(2026, 9, 30)
ANSWERS = pd.DataFrame(
    [
        ("r1", "a", "2026-09-30 23:00", 3, 1.0, 5.0, "Too slow"),
        ("r2", "a", "2026-01-05", 10, 5.0, 5.0, ""),  # an earlier one of the same customer
        ("r3", "b", "2026-07-03", 8, 4.0, 2.0, None),  # the first of the 90 days
        ("r4", "c", "2026-07-02", 9, 5.0, 5.0, None),  # the day before it
        ("r5", "d", None, 6, None, None, None),
        ("r6", None, "2026-09-01", 0, 1.0, 1.0, "  "),
        ("r7", "e", "2026-09-01", 2, 3.0, None, None),  # refused
        ("r8", "f", "2026-09-02", 10, 5.0, 5.0, "Great"),
    ],
    columns=["response_id", "customer_id", "answered_at", "score", "speed", "price", "comment"],
)
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "e", "f", "z"],
        "consent": pd.array([True, None, False, True, False], dtype="boolean"),
        "account_id": ["A1", "A1", "A2", None, "A3"],
        "account_manager": ["M. Jones", "", None, None, "x"],
    }
)


def client(answers: pd.DataFrame, customers: pd.DataFrame | None = None, **parts: Any) -> ClientData:
    """A client of these tables, without any file."""
    tables = {name: empty_table(name) for name in TABLES}
    frame = answers.assign(**{SOURCE: "f.csv", SOURCE_ROW: range(len(answers))})
    if "answered_at" in frame:
        frame["answered_at"] = pd.to_datetime(frame["answered_at"], format="mixed")
    tables["surveys"] = ibis.memtable(frame.astype({"score": float}))
    specs = {"surveys": TableSpec("surveys", (PartSpec("f.csv"),))}
    if customers is not None:
        tables["customers"] = ibis.memtable(customers)
        named = {"account_manager": ("firmographic", "m")} if "account_manager" in customers else {}
        specs["customers"] = TableSpec("customers", (PartSpec("c.csv", attributes=named),))
    for name, frame in parts.items():
        tables[name] = ibis.memtable(frame)
        specs[name] = TableSpec(name, (PartSpec(f"{name}.csv"),))
    nothing = cast(Any, None)
    return ClientData(tables, specs, nothing, nothing, nothing, {}, nothing)


def find(data: ClientData, **settings: Any) -> follow_up.FollowUp:
    return follow_up.find_follow_up(data, AS_OF, **{"days": 90, "ratings": ["speed", "price"], **settings})


def left_out(found: follow_up.FollowUp) -> dict[str, int]:
    return dict(zip(found.accounted["status"], found.accounted["answers"], strict=True))


def test_each_answer_is_followed_up_or_left_out_for_one_reason() -> None:
    found = find(client(ANSWERS, CUSTOMERS))
    assert found.answers["response_id"].tolist() == ["r1", "r3", "r8"]
    assert left_out(found) == {
        follow_up.TO_FOLLOW: 3, follow_up.SUPERSEDED: 1, follow_up.OLD: 1, follow_up.UNDATED: 1,
        follow_up.ANONYMOUS: 1, follow_up.REFUSED: 1, follow_up.UNSCORED: 0,
    }  # fmt: skip


def test_what_is_known_of_who_answered_comes_with_it() -> None:
    rows = find(client(ANSWERS, CUSTOMERS)).answers.set_index("customer_id")
    assert rows["category"].to_dict() == {"a": "detractors", "b": "passives", "f": "promoters"}
    assert rows["account_id"].to_dict() == {"a": "A1", "b": "A1", "f": ""}
    assert rows["owner"].to_dict() == {"a": "M. Jones", "b": "", "f": ""}
    assert rows["consented"].to_dict() == {
        "a": True,
        "b": False,
        "f": True,
    }  # b is not known to refuse
    assert rows["commented"].to_dict() == {"a": True, "b": False, "f": True}
    assert rows["source_row"].to_dict() == {"a": 0, "b": 2, "f": 7}
    assert rows.loc["a", "answered_on"] == pd.Timestamp("2026-09-30")


def test_the_ratings_furthest_below_their_average_are_named() -> None:
    """Averages: speed 3.4, price 3.83; both run from their least to their greatest."""
    rows = find(client(ANSWERS, CUSTOMERS)).answers.set_index("customer_id")
    assert rows.loc["a", ["worst", "worst_rating", "second"]].tolist() == ["speed", 1.0, ""]  # its price is not low
    assert rows.loc["b", ["worst", "worst_rating", "ask_about"]].tolist() == ["price", 2.0, "price"]
    assert rows.loc["f", ["worst", "second", "ask_about"]].tolist() == ["", "", ""]
    assert pd.isna(rows.loc["f", "worst_rating"])


def test_what_goes_more_closely_with_the_score_is_asked_about() -> None:
    low = ANSWERS.assign(speed=[2.0, 5, 1, 5, 5, 5, 5, 5], price=[1.0, 5, 1, 5, 5, 5, 5, 5])
    rows = find(client(low), importance={"speed": 0.4, "price": 0.1}).answers.set_index("customer_id")
    assert rows.loc["a", ["worst", "second", "ask_about"]].tolist() == ["price", "speed", "speed"]
    assert rows.loc["b", "worst"] == "speed"  # of equals the more important one
    rows = find(client(low)).answers.set_index("customer_id")
    assert rows.loc["a", "ask_about"] == "price"  # without importance, the lowest


@pytest.mark.parametrize("lost", ["customer_id", "response_id", "answered_at", "speed", "comment"])
def test_any_column_may_be_missing(lost: str) -> None:
    found = find(client(ANSWERS.drop(columns=lost)))
    assert found.accounted["answers"].sum() == len(ANSWERS)
    assert len(found.answers) == left_out(found)[follow_up.TO_FOLLOW]
    assert (len(found.answers) == 0) == (lost == "customer_id")
    assert found.answers.dtypes.to_dict() == find(client(ANSWERS)).answers.dtypes.to_dict()


def test_without_dates_the_latest_wave_is_recent() -> None:
    waves = ["2023", "2024", "2024", "2023", "2024", "2024", None, "2024"]
    data = client(ANSWERS.drop(columns="answered_at").assign(wave=waves))
    found = find(data, waves=follow_up.wave_names(data))
    assert found.latest_wave == "2024"
    assert found.answers["response_id"].tolist() == ["r2", "r3", "r5", "r8"]  # of a, the one of the later wave
    assert left_out(found)[follow_up.UNDATED] == 1  # in no wave
    assert left_out(found)[follow_up.OLD] == 1


def test_an_answer_that_is_not_scored_is_in_no_list() -> None:
    found = find(client(ANSWERS.assign(**{SCALE: ["0-10"] * 7 + ["in doubt"]}), CUSTOMERS))
    assert found.answers["response_id"].tolist() == ["r1", "r3"]
    assert left_out(found)[follow_up.UNSCORED] == 1
    assert found.accounted["answers"].sum() == len(ANSWERS)


def test_waves_are_told_in_the_order_in_which_they_come() -> None:
    data = client(ANSWERS.assign(wave=["Spring", "Autumn", None, "Spring", "b", "a", "a", "a"]))
    assert follow_up.wave_names(data) == ["Spring", "Autumn", "b", "a"]
    assert follow_up.wave_names(client(ANSWERS)) == []


def test_a_wave_that_is_a_year_is_told_as_one() -> None:
    assert set(find(client(ANSWERS.assign(wave="2026.0"))).answers["wave"]) == {"2026"}
    assert set(find(client(ANSWERS.assign(wave="2.10"))).answers["wave"]) == {"2.10"}


def test_a_touchpoint_that_is_a_persons_is_left_out() -> None:
    data = client(ANSWERS.assign(touchpoint=["jo@example.org", *["Shop"] * 7]))
    assert find(data).answers["touchpoint"].tolist() == ["", "Shop", "Shop", "Shop"]


@given(
    who=st.lists(st.sampled_from(["a", "b", "e", None]), min_size=8, max_size=8),
    when=st.lists(st.sampled_from(["2026-09-30", "2026-07-02", None]), min_size=8, max_size=8),
)
@settings(max_examples=8, deadline=None)
def test_answers_in_are_answers_accounted_for(who: list[str | None], when: list[str | None]) -> None:
    found = find(client(ANSWERS.assign(customer_id=pd.Series(who, dtype="str"), answered_at=when), CUSTOMERS))
    assert found.accounted["answers"].sum() == 8
    assert left_out(found)[follow_up.ANONYMOUS] == who.count(None)
    assert found.answers["customer_id"].is_unique


def test_value_is_what_was_spent_in_a_year_without_returns() -> None:
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "c"],
            "ordered_at": pd.to_datetime(["2025-09-30", "2025-10-01", "2026-09-01", "2026-05-05", "2026-05-05"]),
            "amount": [1000.0, 50.0, -20.0, -5.0, 1.006],
        }
    )
    data = client(ANSWERS, orders=orders)
    found = follow_up.value_at_stake(data.tables, data.supplied(), AS_OF)
    assert found.attrs["basis"] == "spend"
    assert found.set_index("customer_id")["value"].to_dict() == {"a": 30.0, "b": 0.0, "c": 1.01}
    assert found.set_index("customer_id").loc["a", "last_order_on"] == pd.Timestamp(
        "2025-10-01"
    )  # a return is no order


def test_subscribers_are_worth_the_fees_of_a_year() -> None:
    rows = [("a", "2025-01-01", None, 10.0), ("a", "2025-01-01", None, 2.5), ("b", "2025-01-01", "2026-01-01", 99.0)]
    table = pd.DataFrame(rows, columns=["customer_id", "started_on", "cancelled_on", "monthly_fee"])
    for column in ("started_on", "cancelled_on"):
        table[column] = pd.to_datetime(table[column])
    data = client(ANSWERS, subscriptions=table)
    found = follow_up.value_at_stake(data.tables, data.supplied(), AS_OF)
    assert found.attrs["basis"] == "fees"
    assert found.set_index("customer_id")["value"].to_dict() == {"a": 150.0}


def test_without_orders_and_subscriptions_value_is_not_known() -> None:
    data = client(ANSWERS)
    found = follow_up.value_at_stake(data.tables, data.supplied(), AS_OF)
    assert (len(found), found.attrs["basis"]) == (0, "")


@pytest.mark.parametrize(
    ("columns", "owner"),
    [
        (["region", "Account Manager"], "Account Manager"),
        (["account_manager", "owner"], "account_manager"),
        (["CSM"], "CSM"),
        (["Betreuerin"], "Betreuerin"),
        (["home_owner", "management"], ""),
        ([], ""),
    ],
)
def test_the_column_of_who_looks_after_a_customer_is_known_by_its_heading(columns: list[str], owner: str) -> None:
    assert follow_up.owner_column(columns) == owner
