"""What readiness and coverage count, by hand."""

from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest

from helpers.data.cleaning.marking import empty_table
from helpers.data.client_data import open_data
from helpers.data.features.coverage import customer_coverage, key_matches
from helpers.data.features.readiness import readiness_facts
from helpers.data.schema import TABLES
from helpers.data.spec import PartSpec, TableSpec

AS_OF = date(2026, 9, 30)


def test_a_list_tells_what_rfm_and_clusters_can_be_made_of() -> None:
    customers = {"customer_id": list("abcd"), "income": ["1", "2", "3", "4"], "city": ["x", "y", "x", "y"]}
    tables = {name: empty_table(name) for name in TABLES}
    facts = readiness_facts(tables | {"customers": ibis.memtable(pd.DataFrame(customers))}, [], as_of=AS_OF)
    assert (facts["buyers"], facts["scored"], facts["grouped"], facts["features"]) == (0, 0, 4, 1)
    assert (
        readiness_facts(tables | {"customers": ibis.memtable(pd.DataFrame(customers))}, [], ["income"], as_of=AS_OF)[
            "features"
        ]
        == 0
    )
    told = pd.DataFrame(customers).assign(order_count=[1.0, 2.0, 0.0, 3.0], recency_days=[10.0, 400.0, None, 40.0])
    facts = readiness_facts(tables | {"customers": ibis.memtable(told)}, [], as_of=AS_OF)
    assert (facts["scored"], facts["history_days"], facts["features"]) == (
        3,
        390,
        2,
    )  # last orders are known of too few
    assert facts["repeat_share"] == pytest.approx(2 / 3)
    only = ibis.memtable(pd.DataFrame({"customer_id": ["a"]}))
    facts = readiness_facts(tables | {"customers": only}, [], as_of=AS_OF)
    assert (facts["scored"], facts["grouped"]) == (0, 0)


def test_answers_per_group_are_those_of_the_second_largest() -> None:
    surveys = pd.DataFrame({"wave": ["1"] * 9 + ["2"] * 4 + ["3"] * 2, "touchpoint": ["x"] * 12 + [None] * 3})
    tables = {name: empty_table(name) for name in TABLES}
    tables["surveys"] = ibis.memtable(surveys.assign(score=9.0))
    assert readiness_facts(tables, [], as_of=AS_OF)["answers_per_group"] == 4


def test_customers_are_counted_by_the_tables_that_name_them() -> None:
    named = {"customers": ["a", "b", "c"], "orders": ["a", "a", "b", "x"], "surveys": ["a", None]}
    tables = {name: ibis.memtable(pd.DataFrame({"customer_id": ids})) for name, ids in named.items()}
    tables["exposures"] = ibis.memtable(pd.DataFrame({"arm": ["mail"]}))  # anonymous
    found = customer_coverage(tables)
    known = {tuple(row[:-1]): row[-1] for row in found.values.tolist()}
    assert found.columns.tolist() == ["customers", "orders", "surveys", "customers_known"]
    assert known == {(True, True, True): 1, (True, True, False): 1, (True, False, False): 1, (False, True, False): 1}
    matches = key_matches(found)
    assert matches.values.tolist() == [["orders", 3, 2, 3], ["surveys", 1, 1, 3]]
    assert key_matches(customer_coverage({"orders": tables["orders"]})).empty
    assert customer_coverage({"exposures": tables["exposures"]}).empty


def test_readiness_counts_the_answers_that_can_be_scored(tmp_path: Path) -> None:
    def facts(scale: str | None) -> dict[str, float]:
        path = tmp_path / "answers.csv"
        path.write_text("n,score\n" + "".join(f"{i},{1 + i % 5}\n" for i in range(60)), "utf-8")
        part = PartSpec(str(path), scale=scale)
        data = open_data({"surveys": TableSpec("surveys", (part,))}, AS_OF, tmp_path / f".{scale}")
        return readiness_facts(data.tables, [], as_of=AS_OF)

    scored, unscored = facts("1-5"), facts(None)
    assert (scored["answers"], scored["unscored_answers"]) == (60, 0)
    assert (unscored["answers"], unscored["unscored_answers"]) == (0, 60)


def test_what_customers_do_carries_groups_and_a_lifecycle_where_there_are_no_orders() -> None:
    tables = {name: empty_table(name) for name in TABLES}
    days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-05-02"])
    events = pd.DataFrame({"customer_id": [*"abcdd", "d"], "occurred_at": days, "kind": ["visit"] * 5 + ["mail"]})
    facts = readiness_facts(tables | {"events": ibis.memtable(events)}, [], as_of=AS_OF)
    assert (facts["visitors"], facts["grouped"], facts["scored"]) == (4, 4, 0)
    assert facts["features"] == 1  # days since the last one; the counts have two values only
    fees = pd.DataFrame({"customer_id": list("abc"), "tenure_months": [1.0, 5.0, 9.0], "churned": [False, True, False]})
    facts = readiness_facts(tables | {"subscriptions": ibis.memtable(fees)}, [], as_of=AS_OF)
    assert (facts["subscribers"], facts["grouped"], facts["features"]) == (3, 3, 1)
    nothing = readiness_facts(tables, [], as_of=AS_OF)
    assert (nothing["visitors"], nothing["grouped"], nothing["features"]) == (0, 0, 0)


def test_readiness_looks_at_the_arms_of_one_campaign() -> None:
    """Arms of several campaigns, or several arms of one, are never added up to look like one large test."""
    sizes = {("big", "none"): 40, ("big", "mail"): 30, ("big", "call"): 20, ("small", "none"): 90, ("small", "mail"): 5}
    rows = [pair for pair, n in sizes.items() for _ in range(n)]
    exposures = ibis.memtable(pd.DataFrame(rows, columns=["campaign", "arm"]).assign(control="none"))
    tables = {name: empty_table(name) for name in TABLES} | {"exposures": exposures}
    facts = readiness_facts(tables, [], as_of=AS_OF)
    assert (facts["control_customers"], facts["treated_customers"]) == (40, 20)
    without = readiness_facts({name: empty_table(name) for name in TABLES}, [], as_of=AS_OF)
    assert (without["control_customers"], without["treated_customers"]) == (0, 0)
