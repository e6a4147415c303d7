"""What happened before an answer: counted in its window and never after, and every answer accounted for."""

from datetime import date
from functools import cache
from io import StringIO
from typing import cast

import ibis
import pandas as pd
import pytest

from helpers.data.cleaning.marking import empty_table
from helpers.data.client_data import ClientData
from helpers.data.engines import Engine
from helpers.data.features.experience import Experience, asked_touchpoints, measure_experience
from helpers.data.features.experience_activity import early_traits, measure_behaviour
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.schema import TABLES
from helpers.data.spec import PartSpec, TableSpec
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
ORDERS = """order_id,customer_id,ordered_at,amount,discount,product_id
1,a,2025-01-01 09:00,100,0,p1
2,a,2026-03-01 09:00,50,5,p1
2,a,2026-03-01 09:00,25,0,p2
3,a,2026-05-31 23:59,20,0,p3
4,a,2026-06-01 00:00,999,0,p1
5,a,2026-04-01 10:00,-30,0,p1
6,b,2024-01-05 08:00,10,0,p1
7,c,2026-05-01 08:00,40,4,p2
8,z,2026-08-15 08:00,10,0,p1
"""
EVENTS = """customer_id,occurred_at,kind,touchpoint,value
a,2026-05-30 10:00,ticket,Help desk,3
a,2026-05-31 10:00,ticket,Help desk,5
a,2026-06-01 10:00,ticket,Help desk,9
a,2026-05-30 11:00,visit,Shop,
b,2024-01-01 10:00,visit,Shop,
c,2026-09-01 10:00,visit,Shop,
"""
SURVEYS = """response_id,customer_id,answered_at,score,touchpoint,wave
r1,a,2026-06-01 15:00,9,Delivery,2026
r2,b,2026-06-01,3,Delivery,2026
r3,,2026-06-01,5,Delivery,2026
r4,a,,5,Service,2026
r5,x,2026-06-01,7,Service,2026
r6,c,2024-07-01,8,Service,2024
"""
CUSTOMERS = "customer_id,acquired_on,region\na,2024-01-01,North\nb,2024-01-01,South\nc,2024-01-01,North\n"
CUSTOMERS += "d,2025-05-05,North\ne,2026-07-01,South\n"
SUBSCRIPTIONS = """customer_id,started_on,cancelled_on
a,2026-01-01,2026-05-01
a,2026-05-15,
b,2025-01-01,2025-07-01
b,2026-06-01,
"""
TEXTS = {"orders": ORDERS, "events": EVENTS, "surveys": SURVEYS, "customers": CUSTOMERS}


KINDS = {"date": "datetime64[us]", "id": "str", "text": "str", "number": "float64"}


def opened(**texts: str) -> ClientData:
    """A client with these tables, as they are once read and cleaned."""
    tables, specs = {name: empty_table(name) for name in TABLES}, {}
    for name, text in texts.items():
        frame = pd.read_csv(StringIO(text), dtype=str)
        for column in TABLES[name].columns:
            if column.name in frame:
                values = frame[column.name]
                frame[column.name] = pd.to_datetime(values, format="ISO8601") if column.kind == "date" else values
                frame[column.name] = frame[column.name].astype(KINDS[column.kind])
        attributes = {c: ("geographic", c) for c in frame.columns if c not in TABLES[name].column_names}
        frame = frame.assign(**{SOURCE: "f.csv", SOURCE_ROW: range(len(frame))})
        tables[name] = ibis.memtable(frame)
        specs[name] = TableSpec(name, (PartSpec("f.csv", attributes=attributes),))
    nothing = pd.DataFrame()
    return ClientData(tables, specs, nothing, nothing, nothing, {}, cast(Engine, None))


@cache
def standard() -> Experience:
    return measure_experience(opened(**TEXTS), AS_OF, 100)


def row(found: Experience, customer: str) -> pd.Series:
    return found.answers.set_index("customer_id").loc[customer]


def test_measures_by_hand() -> None:
    found = standard()
    a = row(found, "a")
    # Orders 2 and 3 lie in the hundred days before 1 June; order 4 is of the day of the answer, order 1 too old.
    assert (a["orders"], a["spend"], a["returns"], a["discount_share"]) == (2, 95, 1, 0.5)
    assert (a["days_since_order"], a["days_since_event"]) == (1, 1)
    assert (a["ticket_events"], a["visit_events"], a["touchpoints_used"]) == (2, 1, 2)
    assert a["ticket_events_value"] == 4
    b = row(found, "b")
    assert (b["orders"], b["spend"], b["days_since_order"]) == (0, 0, 100)
    assert b[["discount_share", "ticket_events_value"]].isna().all()
    assert found.used_touchpoints["touchpoint"].tolist() == ["Help desk", "Shop"]
    assert a[found.used_touchpoints["measure"]].tolist() == [2, 1]
    assert (a["score"], a["group"], a["wave"], a["touchpoint"]) == (9, "promoters", "2026", "Delivery")
    assert found.days == found.asked_days == 100


def test_every_answer_is_accounted_for() -> None:
    found = standard()
    assert found.accounted == {
        "answers": 6,
        "other_scale": 0,
        "without_customer": 1,
        "without_date": 1,
        "not_covered": 0,
        "unknown": 1,
        "not_drawn": 0,
        "used": 3,
    }
    longer = measure_experience(opened(**TEXTS), AS_OF, 365)  # the events begin half a year before answer 6
    assert (longer.accounted["not_covered"], longer.accounted["used"]) == (1, 2)
    for each in (found, longer):
        assert sum(list(each.accounted.values())[1:]) == each.accounted["answers"]


def test_the_silent_are_measured_before_the_latest_answer() -> None:
    found = standard()
    assert found.reference_on == pd.Timestamp("2026-06-01")
    # d is listed and has done nothing; e came later, z is not listed, a, b and c have answered.
    assert found.silent["customer_id"].tolist() == ["d"]
    assert found.silent.loc[0, ["orders", "days_since_order"]].tolist() == [0, 100]
    assert set(found.measures["measure"]) <= set(found.silent.columns)
    unlisted = measure_experience(opened(**{**TEXTS, "customers": CUSTOMERS.replace("d,2025", "z,2025")}), AS_OF, 100)
    assert unlisted.silent["customer_id"].tolist() == ["z"]
    assert unlisted.silent["orders"].tolist() == [0]  # z ordered after the survey


def test_without_a_list_the_silent_are_those_seen_before() -> None:
    texts = {name: text for name, text in TEXTS.items() if name != "customers"}
    texts["orders"] += "9,y,2026-05-01 08:00,10,0,p1\n"
    assert measure_experience(opened(**texts), AS_OF, 100).silent["customer_id"].tolist() == ["y"]


def test_subscriptions_on_the_day_of_the_answer() -> None:
    found = measure_experience(opened(surveys=SURVEYS, subscriptions=SUBSCRIPTIONS), AS_OF, 100)
    a, b = row(found, "a"), row(found, "b")
    assert (a["subscription"], b["subscription"]) == (1, 0)  # that of b begins on the day of the answer
    assert a["subscription_months"] == pytest.approx(151 / 30.44, abs=0.02)
    assert b["subscription_months"] == pytest.approx(181 / 30.44, abs=0.02)
    assert found.measures["measure"].tolist() == ["subscription", "subscription_months"]


def test_a_short_history_shortens_the_window() -> None:
    orders = "customer_id,ordered_at,amount\na,2026-04-02,5\nb,2026-05-01,5\n"
    surveys = "customer_id,answered_at,score\na,2026-05-12,9\nb,2026-06-01,3\nb,2026-04-20,3\n"
    found = measure_experience(opened(orders=orders, surveys=surveys), AS_OF, 365)
    assert (found.days, found.asked_days) == (40, 365)  # two of three answers have it whole
    assert (found.accounted["used"], found.accounted["not_covered"]) == (2, 1)


def test_events_that_begin_after_the_answers_are_left_out() -> None:
    late = "customer_id,occurred_at,kind\na,2026-05-20,visit\nb,2026-07-01,visit\n"
    found = measure_experience(opened(**{**TEXTS, "events": late}), AS_OF, 100)
    assert not found.measures["family"].isin(["event", "event_recency"]).any()
    assert found.accounted["used"] == 3
    old = "customer_id,occurred_at,kind\na,2023-05-20,visit\nb,2023-07-01,visit\n"  # an export of long ago
    assert not measure_experience(opened(**{**TEXTS, "events": old}), AS_OF, 100).measures["family"].eq("event").any()


@pytest.mark.parametrize(("last", "told"), [("2026-05-01", True), ("2026-04-30", False)])
def test_answers_soon_after_the_last_event_are_covered(last: str, told: bool) -> None:
    events = f"customer_id,occurred_at,kind\na,2023-05-20,visit\nb,{last},visit\n"
    surveys = "customer_id,answered_at,score\na,2026-06-01,9\nb,2026-06-01,3\n"  # 31 days after the first of May
    found = measure_experience(opened(events=events, surveys=surveys), AS_OF, 100)
    assert (found.accounted["used"] == 2) == told
    assert (found.reason == "history") != told


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"orders": ORDERS}, "surveys"),
        ({"orders": ORDERS, "surveys": "score\n9\n3\n"}, "customer_id"),
        ({"orders": ORDERS, "surveys": "customer_id,score\na,9\nb,3\n"}, "answered_at"),
        ({"surveys": SURVEYS, "customers": CUSTOMERS}, "history"),
        ({"surveys": SURVEYS, "orders": "customer_id,ordered_at,amount\nq,2024-01-01,5\nq,2026-06-01,5\n"}, "history"),
        ({"surveys": SURVEYS, "orders": "customer_id,ordered_at,amount\na,2026-05-20,5\n"}, "history"),
    ],
)
def test_what_is_missing_is_told(tables: dict[str, str], reason: str) -> None:
    found = measure_experience(opened(**tables), AS_OF, 100)
    assert found.reason == reason
    assert found.answers.empty and found.silent.empty and found.measures.empty
    assert found.accounted["used"] == 0
    assert sum(list(found.accounted.values())[1:]) == found.accounted["answers"]


def test_a_window_of_days_has_a_least_length() -> None:
    data = opened(**TEXTS)
    with pytest.raises(InputError, match="29 days"):
        measure_experience(data, AS_OF, 29)
    assert measure_experience(data, AS_OF, 30).days == 30


def test_of_many_answers_a_fixed_sample_is_drawn() -> None:
    rows = [f"c{i},2026-06-01,{i % 11},Shop\n" for i in range(3_000)]
    surveys = "customer_id,answered_at,score,touchpoint\n" + "".join(rows)
    orders = "customer_id,ordered_at,amount\n" + "".join(f"c{i},2026-05-{i % 28 + 1:02},5\n" for i in range(3_000))
    orders += "c1,2025-01-01,5\n"
    data = opened(surveys=surveys, orders=orders)
    found, again = (measure_experience(data, AS_OF, 100, most=1_000) for _ in range(2))
    used = found.accounted["used"]
    assert 850 <= used <= 1_150
    assert found.accounted["not_drawn"] == 3_000 - used
    assert found.answers.equals(again.answers)
    assert abs(found.answers["score"].mean() - 5) < 0.4
    assert 850 <= len(asked_touchpoints(data.tables["surveys"], 100, most=1_000)) <= 1_150


def test_orders_without_amounts_and_events_without_places() -> None:
    orders = "customer_id,ordered_at,quantity\na,2024-01-01,1\na,2026-05-20,3\na,2026-05-21,-1\nb,2026-04-30,1\n"
    events = "customer_id,occurred_at,kind\na,2024-01-01,mail jan@example.com\na,2026-05-20,mail jan@example.com\n"
    found = measure_experience(opened(orders=orders, events=events, surveys=SURVEYS), AS_OF, 100)
    assert "spend" not in found.answers and found.used_touchpoints.empty
    assert row(found, "a")[["orders", "returns"]].tolist() == [1, 1]
    assert not found.measures["subject"].str.contains("@").any()


def test_what_the_latest_answers_are_about() -> None:
    surveys = opened(**TEXTS).tables["surveys"]
    asked = asked_touchpoints(surveys, 100)
    # Answer 4 has no date, answer 6 is older; answer 3 is nobody's, yet it is an answer.
    assert asked["touchpoint"].value_counts().to_dict() == {"Delivery": 3, "Service": 1}
    assert asked["customer_id"].nunique() == 4
    assert asked_touchpoints(surveys.drop("answered_at"), 100)["touchpoint"].value_counts()["Service"] == 3
    assert asked_touchpoints(surveys.drop("customer_id"), 100)["customer_id"].nunique() == 4
    assert asked_touchpoints(surveys.drop("touchpoint"), 100).empty
    assert asked_touchpoints(opened(orders=ORDERS).tables["surveys"], 100).empty


def test_behaviour_where_nobody_was_asked() -> None:
    found = measure_behaviour(opened(orders=ORDERS, events=EVENTS, customers=CUSTOMERS), AS_OF, 100)
    values = found.window.values.set_index("customer_id")
    assert values["orders"].to_dict() == {"a": 0, "b": 0, "c": 0, "z": 1}
    year = measure_behaviour(opened(orders=ORDERS, events=EVENTS), AS_OF, 365).window
    assert year.values.set_index("customer_id").loc["a", ["orders", "products", "spend"]].tolist() == [3, 3, 1094]
    assert year.measures["family"].tolist()[-1] == "products"
    assert found.tenure.set_index("customer_id").loc["a", "tenure_days"] == 637
    assert not found.asked


def test_with_a_survey_behaviour_is_not_asked() -> None:
    data = opened(**TEXTS)
    found = measure_behaviour(data, AS_OF)
    assert found.asked
    assert found.window.values.empty and found.gaps.customers.empty and found.subscribers.empty
    assert early_traits(data, found, AS_OF).columns.tolist() == ["customer_id"]


def test_a_beginning_in_the_window_is_no_attribute() -> None:
    data = opened(orders=ORDERS, customers=CUSTOMERS)
    behaviour = measure_behaviour(data, AS_OF, 200)
    traits = early_traits(data, behaviour, AS_OF, days=60).set_index("customer_id")
    # a and b began more than 260 days before; c and z in the window.
    assert traits["first_order_value"].dropna().to_dict() == {"a": 100, "b": 10}
    assert traits["first_order_reduced"].dropna().to_dict() == {"a": "no", "b": "no"}
    assert traits.loc["c", "region"] == "North"


def test_visits_or_subscriptions_alone() -> None:
    visits = opened(events=EVENTS)
    behaviour = measure_behaviour(visits, AS_OF, 365)
    assert behaviour.gaps.customers["customer_id"].tolist() == ["a", "b", "c"]
    assert "visit (first 30 days)" in early_traits(visits, behaviour, AS_OF, days=30)
    plans = opened(subscriptions=SUBSCRIPTIONS)
    behaviour = measure_behaviour(plans, AS_OF)
    assert behaviour.gaps.customers.empty
    assert behaviour.tenure.set_index("customer_id")["tenure_days"].to_dict() == {"a": 272, "b": 637}
    assert behaviour.window.measures.empty
    nothing = measure_behaviour(opened(customers=CUSTOMERS), AS_OF)
    assert nothing.window.values.empty and nothing.gaps.customers.empty


def test_answers_on_another_scale_are_left_out_and_told() -> None:
    scales = ["scale", *["0-10"] * 3, "1-5", "0-10", "0-10"]
    mixed = "".join(f"{line},{scale}\n" for line, scale in zip(SURVEYS.splitlines(), scales, strict=True))
    data = opened(**{**TEXTS, "surveys": mixed})
    found = measure_experience(data, AS_OF, 100)
    assert (found.accounted["answers"], found.accounted["other_scale"], found.accounted["without_date"]) == (6, 1, 0)
    many = mixed + "".join(f"x{i},c,2026-06-01,4,Shop,2026,1-5\n" for i in range(60))
    other = measure_experience(opened(**{**TEXTS, "surveys": many}), AS_OF, 100)
    assert sum(list(other.accounted.values())[1:]) == other.accounted["answers"] == 66
    assert other.accounted["other_scale"] == 5
    assert asked_touchpoints(opened(**{**TEXTS, "surveys": many}).tables["surveys"], 100)["touchpoint"].unique() == [
        "Shop"
    ]
