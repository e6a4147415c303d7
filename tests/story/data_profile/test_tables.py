"""Tables of the data received: what came, what was set aside, what is odd and what it is enough for."""

from dataclasses import replace
from math import nan

import pandas as pd

from helpers.analysis.data_profile.readiness import FACTS, assess_readiness
from helpers.story.data_profile import tables
from tests.story import samples
from tests.story.table_checks import Make, ShownTable, TableChecks

GRAIN = pd.DataFrame(
    {
        "table": ["orders", "customers"],
        "rows": [541_909, 4_372],
        "grain": ["an order line", "a customer"],
        "keys": ["", "customer_id"],
        "repeated_rows": [5_268, float("nan")],
    }
)
MATCHES = pd.DataFrame({"table": ["orders"], "customers": [4_338], "in_customers": [4_300], "listed": [8_600]})

TABLES: dict[str, ShownTable] = {
    "received": (
        lambda: tables.received(samples.TABLES),
        [
            ["Orders", "2", "541,909", "392,692", "149,217", "Dec 2010 to Dec 2011"],
            ["Survey answers", "–"],
        ],
    ),
    "quality": (
        lambda: tables.quality(samples.QUALITY),
        [["No customer", "135,080", "135,080", "Set aside: it belongs to no customer"]],
    ),
    "grain": (
        lambda: tables.grain(GRAIN),
        [
            ["Orders", "an order line", "541,909", "no single column", "5,268"],
            ["Customers", "a customer", "4,372", "customer number", "–"],
        ],
    ),
    "alerts": (
        lambda: tables.alerts(samples.ALERTS),
        [
            ["Paid with", "Looks like a payment card number (100% of the values looked at)"],
            ["All rows", "From 4 May 2026 on the number of rows is 50% lower, and stays so"],
            ["City", "47 rows in another spelling, such as “<b>rome” for “Rome”"],
        ],
    ),
    "matches": (
        lambda: tables.matches(MATCHES),
        [["Orders", "4,338", "38 (1%)", "4,300 (50%)"]],
    ),
    "readiness": (
        lambda: tables.readiness(samples.READINESS),
        [["NPS", "Thin", "120 answers are few.", "Ask 180 more customers."]],
    ),
    "gates": (
        lambda: tables.gates(samples.READINESS),
        [["Answers", "300 answers", "120 answers", "no", "Hair 2010"], ["Repeat share", "20%", "not known", "no"]],
    ),
}
EMPTY: dict[str, Make] = {
    "received": lambda: tables.received(samples.TABLES.head(0)),
    "quality": lambda: tables.quality(samples.QUALITY.head(0)),
    "matches": lambda: tables.matches(MATCHES.head(0)),
    "readiness": lambda: tables.readiness(replace(samples.READINESS, verdicts=samples.READINESS.verdicts.head(0))),
    "gates": lambda: tables.gates(replace(samples.READINESS, gates=samples.READINESS.gates.head(0))),
    "alerts": lambda: tables.alerts(samples.ALERTS.head(0)),
    "grain": lambda: tables.grain(GRAIN.head(0)),
}


class TestDataProfileTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_gates_of_analyses_without_data_are_one_line() -> None:
    ready = assess_readiness({"answers": 900, "ratings": 3, "answers_per_group": 0})
    shown = tables.gates(ready)
    assert "Answers for a score" in shown.text
    assert "Buyers" not in shown.text and "arm" not in shown.text
    assert (
        "Not shown for want of data: value segments (orders, or each customer&#x27;s last order and number of orders); "
        "lifecycle (orders with a customer and a date, subscriptions, or visits); behavioural segments (orders, or "
        "numbers about each customer); NPS by group (the wave or touchpoint of each answer); return on campaigns (who "
        "was in which campaign, and a control group)."
    ) in shown.html
    every = dict.fromkeys(FACTS, 9_000.0) | {"repeat_share": 0.5}
    assert "Not shown" not in tables.gates(assess_readiness(every)).html


def test_a_column_without_any_word_is_left_out() -> None:
    """All data there: nothing to collect."""
    ready = samples.READINESS.verdicts.assign(collect="")
    assert "collect" not in tables.readiness(replace(samples.READINESS, verdicts=ready)).html


def test_blanks_in_many_columns_are_one_row_and_in_few_a_row_each() -> None:
    def shown(columns: list[str]) -> str:
        gaps = samples.ALERTS.iloc[[2] * len(columns)].assign(
            column=columns, figure=[0.74, 0.5, 0.31, 0.2][: len(columns)]
        )
        return tables.alerts(pd.concat([samples.ALERTS.iloc[[1]], gaps], ignore_index=True)).html

    many, few = shown(["park", "rental", "wifi", "art"]), shown(["park", "rental", "wifi"])
    assert "4 columns" in many
    assert "Blank in 20% to 74% of rows: park, rental, wifi and art" in many
    assert many.count("Ask whether a blank") == 1
    assert few.count("Ask whether a blank") == 3


def alert(column: str, name: str, figure: float, other: str = "", n: int = 90) -> dict[str, object]:
    return {"table": "surveys", "column": column, "alert": name, "severity": "look", "figure": figure} | {
        "other": other,
        "on": pd.NaT,
        "n": n,
    }


def test_columns_with_the_same_to_say_are_one_row() -> None:
    state = alert("state", "gaps", 0.05, "wave: 2018", 2_650)
    codes = [alert("age", "coded", 7), alert("income", "coded", 5)]
    one = tables.alerts(pd.DataFrame([state, codes[0], alert("response_id", "repeated key", nan, "wave", 5_286)]))
    assert "Blank in all 2,650 rows of wave 2018, elsewhere in 5%" in one.text
    assert "7 numbers that may be codes, and no word for any of them" in one.text
    assert "5,286 rows share their number with another: it starts again in each wave" in one.text
    assert "Join by the number and the wave together" in one.text
    two = tables.alerts(pd.DataFrame([state, {**state, "column": "zip"}, *codes]))
    assert "2 columns" in two.text
    assert "Blank in all 2,650 rows of wave 2018: state and zip" in two.text
    assert "Numbers that may be codes, and no word for any of them: age and income" in two.text
    many = tables.alerts(pd.DataFrame([alert("a", "gaps", 0.0, "file: a.csv; b.csv; c.csv; d.csv", 1)]))
    assert "Blank in the only row of four files, elsewhere in none" in many.text
