"""Rules of rows and tables: each built-in one with a file made to break it, severities, own rules, merged customers."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from helpers.data.client_data import ClientData, open_data
from helpers.data.spec import PartSpec, Rule, TableSpec
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
FILES = {
    "orders": "order_id,customer_id,ordered_at,quantity,unit_price\n"
    "1,A,2026-01-05,2,10\n"
    "1,B,2026-01-05,1,10\n"
    "2,A,2026-02-05,1,-3\n"
    "3,Z,2026-10-05,1,5\n"
    "4,Z,2026-03-05,1,5\n"
    "4,Z,2026-03-05,1,5\n",
    "customers": "customer_id,name,email,phone\n"
    "A,Ann Lee,ann@x.example,+44 20 7946 0001\n"
    "B,Ann  LEE,,\n"
    "C,Cid,ANN@x.example ,020 7946 0001\n"
    "C,Cid again,,\n",
    "surveys": "response_id,customer_id,score,weight\n1,A,9,1\n1,B,11,1\n2,C,8,-1\n",
}


def read(folder: Path, *names: str, **options: Any) -> ClientData:
    """The files named; `options` go to the part of the first."""
    specs = {}
    for name in names:
        (folder / f"{name}.csv").write_text(FILES[name], "utf-8")
        part = PartSpec(str(folder / f"{name}.csv"), **(options if name == names[0] else {}))
        specs[name] = TableSpec(name, (part,))
    return open_data(specs, AS_OF, folder / ".data")


def found(data: ClientData, table: str) -> dict[str, tuple[int, int]]:
    rows = data.quality[data.quality["table"] == table]
    return {r["check"]: (r["rows_found"], r["rows_set_aside"]) for r in rows.to_dict("records")}


def test_orders_break_their_rules(tmp_path: Path) -> None:
    assert found(read(tmp_path, "orders", "customers"), "orders") == {
        "exact duplicate": (1, 1),
        "dated after 2026-09-30": (1, 1),
        "price is zero or below": (1, 1),
        "return": (1, 0),
        "order with more than one customer": (2, 0),
        "customer_id not in the customers table": (1, 0),
    }


def test_customers_break_their_rules(tmp_path: Path) -> None:
    assert found(read(tmp_path, "customers"), "customers") == {
        "customer_id seen before": (1, 1),
        "same e-mail as another customer": (1, 0),
        "same phone as another customer": (1, 0),
        "same name as another customer, and no e-mail": (1, 0),
    }


def test_customers_with_their_summary_already_made_break_their_rules(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(
        "customer_id,last_order_on,recency_days,order_count,spend,tenure_months,churned\n"
        "A,2026-10-01,3,2,-5,12,no\n"
        "B,2026-09-30,-1,2,5,12,no\n"
        "C,2026-09-30,0,-1,5,12,no\n"
        "D,2026-09-30,0,0,0,-1,no\n"
        "E,2026-09-30,0,0,0,0,maybe\n"
        "F,2026-09-30,0,0,0,0,yes\n",
        "utf-8",
    )
    part = PartSpec(str(tmp_path / "customers.csv"))
    data = open_data({"customers": TableSpec("customers", (part,))}, AS_OF, tmp_path / ".data")
    assert found(data, "customers") == {
        "churned is not yes or no": (1, 1),
        "tenure_months is below zero": (1, 1),
        "recency_days is below zero": (1, 1),
        "order_count is below zero": (1, 1),
        "last order dated after 2026-09-30": (1, 0),
    }
    assert data.tables["customers"].order_by("customer_id").customer_id.execute().tolist() == ["A", "F"]


def test_answers_break_their_rules(tmp_path: Path) -> None:
    assert found(read(tmp_path, "surveys"), "surveys") == {
        "score is not a whole number from 0 to 10": (1, 1),
        "weight is below zero": (1, 0),
    }


def test_a_repeated_answer_is_one_of_the_same_wave(tmp_path: Path) -> None:
    for wave in ("2025", "2026"):
        (tmp_path / f"{wave}.csv").write_text("response_id,score\n1,9\n2,8\n2,7\n", "utf-8")
    parts = tuple(PartSpec(str(tmp_path / f"{wave}.csv"), set={"wave": wave}) for wave in ("2025", "2026"))
    data = open_data({"surveys": TableSpec("surveys", parts)}, AS_OF, tmp_path / ".data")
    assert found(data, "surveys") == {"response_id seen before": (2, 0)}


def test_a_severity_keeps_what_is_set_aside_otherwise(tmp_path: Path) -> None:
    data = read(tmp_path, "orders", severities={"identical_lines": "note", "price_not_positive": "note"})
    assert found(data, "orders")["exact duplicate"] == (1, 0)
    assert data.received["rows_kept"].iloc[0] == 5


def test_a_severity_sets_aside_what_is_kept_otherwise(tmp_path: Path) -> None:
    data = read(tmp_path, "orders", "customers", severities={"unknown_customer": "set_aside"})
    assert found(data, "orders")["customer_id not in the customers table"] == (1, 1)
    assert data.received.set_index("table")["rows_kept"]["orders"] == 2
    assert "customer_id not in the customers table" in set(data.rejected("orders")["reason"])


def test_severities_are_those_of_the_part_a_row_came_in(tmp_path: Path) -> None:
    """A rule of the whole table holds rows of all parts against each other."""
    for wave in ("north", "south"):
        (tmp_path / f"{wave}.csv").write_text(f"customer_id,name\nA,Ann\n{wave},Bob\nA,Ann again\n", "utf-8")
    parts = (
        PartSpec(str(tmp_path / "north.csv")),
        PartSpec(str(tmp_path / "south.csv"), severities={"repeated_customer": "note", "same_name": "set_aside"}),
    )
    data = open_data({"customers": TableSpec("customers", parts)}, AS_OF, tmp_path / ".data")
    # A stands in north twice and in south twice; Bob's and Ann's names stand in both.
    assert data.quality[["check", "rows_found", "rows_set_aside", "handling"]].values.tolist() == [
        ["customer_id seen before", 1, 1, "set aside, the first one kept"],
        ["customer_id seen before", 2, 0, "kept"],
        ["same name as another customer, and no e-mail", 2, 0, "kept"],
        ["same name as another customer, and no e-mail", 2, 2, "set aside"],
    ]
    assert data.tables["customers"].count().execute() == 3


def test_stop_ends_the_run_with_the_message(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ends the run: 2 rows: order with more than one customer"):
        read(tmp_path, "orders", severities={"order_of_two_customers": "stop"})


@pytest.mark.parametrize(
    "text",
    [
        "customer_id,ordered_at,amount,currency\nA,2026-01-05,10,GBP\nA,2026-01-06,10,GBP\nB,2026-01-05,9,eur\n",
        "customer_id,ordered_at,amount\nA,2026-01-05,£10\nA,2026-01-06,£10\nB,2026-01-05,€9\n",
    ],
)
def test_amounts_in_two_currencies_are_never_added_up(tmp_path: Path, text: str) -> None:
    (tmp_path / "o.csv").write_text(text, "utf-8")
    spec = {"orders": TableSpec("orders", (PartSpec(str(tmp_path / "o.csv")),))}
    with pytest.raises(InputError, match="1 row: amounts in more than one currency"):
        open_data(spec, AS_OF, tmp_path / ".data")


def test_an_own_rule_sets_rows_aside_and_passes_what_is_not_known(tmp_path: Path) -> None:
    rule = Rule("two units or fewer", "quantity < 2", "set_aside")
    (tmp_path / "o.csv").write_text(
        "customer_id,ordered_at,amount,quantity\nA,2026-01-05,10,1\nA,2026-01-06,10,2\nB,2026-01-05,9,\n", "utf-8"
    )
    part = PartSpec(str(tmp_path / "o.csv"), rules=(rule,))
    data = open_data({"orders": TableSpec("orders", (part,))}, AS_OF, tmp_path / ".data")
    assert found(data, "orders") == {"two units or fewer": (1, 1)}


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("quantity <", "cannot be read"),
        ("quantty < 2", 'names "quantty", which is not a column of orders here'),
        ("(select 1) = 1", "must look at one row alone"),
        ("sum(quantity) > 2", "must look at one row alone"),
        ("quantity < 2, 1", "must look at one row alone"),
        ("ordered_at < 'yesterday'", "cannot be computed"),
    ],
)
def test_an_own_rule_that_cannot_be_used_gets_one_sentence(tmp_path: Path, expression: str, says: str) -> None:
    with pytest.raises(InputError, match=says.replace("(", r"\(")):
        read(tmp_path, "orders", rules=(Rule("mine", expression, "note"),))


def test_customers_are_merged_only_when_asked(tmp_path: Path) -> None:
    data = read(tmp_path, "customers", "surveys", merge=("email", "phone"))
    assert found(data, "customers")["same email or phone as an earlier customer"] == (1, 1)
    kept = data.tables["customers"].order_by("customer_id").execute()
    assert kept["customer_id"].tolist() == ["A", "B"]
    answers = read(tmp_path, "customers", "surveys", merge=("email",)).tables["surveys"]
    assert answers.customer_id.execute().tolist() == ["A", "A"]


def test_merging_follows_a_chain(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "customer_id,email,phone\n1,a@x.example,5550000001\n2,b@x.example,5550000001\n3,b@x.example,\n4,d@x.example,\n"
    )
    part = PartSpec(str(tmp_path / "c.csv"), merge=("email", "phone"))
    data = open_data({"customers": TableSpec("customers", (part,))}, AS_OF, tmp_path / ".data")
    assert sorted(data.tables["customers"].customer_id.execute()) == ["1", "4"]


def test_merging_by_a_column_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("customer_id,email\n1,a@x.example\n")
    part = PartSpec(str(tmp_path / "c.csv"), merge=("phone",))
    with pytest.raises(InputError, match='"phone", which the customers do not have'):
        open_data({"customers": TableSpec("customers", (part,))}, AS_OF, tmp_path / ".data")


def test_merging_where_nobody_is_alike(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("customer_id,email\n1,a@x.example\nB,b@x.example\n")
    (tmp_path / "orders.csv").write_text("customer_id,ordered_at,amount\nB,2026-01-05,10\n")
    specs = {
        "customers": TableSpec("customers", (PartSpec(str(tmp_path / "customers.csv"), merge=("email",)),)),
        "orders": TableSpec("orders", (PartSpec(str(tmp_path / "orders.csv")),)),
    }
    data = open_data(specs, AS_OF, tmp_path / ".data")
    assert data.tables["orders"].customer_id.execute().tolist() == ["B"]
    assert data.tables["customers"].count().execute() == 2
