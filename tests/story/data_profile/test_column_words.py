"""The narrators of the columns, at their branches: oddities, personal data, links, blanks, columns unused."""

from math import nan

import pandas as pd

from helpers.analysis.data_profile import alerts
from helpers.story.data_profile import column_words
from tests.story.samples import ALERTS
from tests.story.word_checks import Case, WordChecks

COLUMNS = pd.DataFrame({"table": ["orders"] * 3, "column": ["a", "b", "c"], "rows": [900] * 3})


def quality(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["table", "check", "rows_set_aside"])


def columns(**missing: float) -> pd.DataFrame:
    frame = pd.DataFrame({"table": "orders", "column": list(missing), "missing_share": list(missing.values())})
    return frame.assign(sparse=[name == "cancelled_on" for name in missing])


def unused(**tables: tuple[int, int]) -> pd.DataFrame:
    rows = [(table, f"c{i}", received) for table, (n, received) in tables.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["table", "column", "columns_received"])


def pairs(*rows: tuple[str, str, float], n: int = 900) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["left", "right", "correlation"])
    return frame.assign(table="surveys", n=n)


CASES: dict[str, list[Case]] = {
    "unused": [
        (lambda: column_words.unused(unused()), "good", []),
        (
            lambda: column_words.unused(unused(orders=(1, 8))),
            "neutral",
            ["Of 8 columns supplied, 1 is not used in this report: “c0” in orders. Look"],
        ),
        (lambda: column_words.unused(unused(orders=(4, 8))), "neutral", ["“c2” in orders and “c3” in orders."]),
        (lambda: column_words.unused(unused(orders=(5, 8))), "neutral", ["5 are not used in this report. Look"]),
        (
            lambda: column_words.unused(unused(orders=(2, 9), surveys=(73, 113))),
            "neutral",
            ["Of 122 columns supplied, 75 are not used in this report: 2 of 9 in orders and 73 of 113 in survey"],
        ),
    ],
    "gaps": [
        (lambda: column_words.gaps(columns(), quality()), "few", ["No columns"]),
        (lambda: column_words.gaps(columns(a=0.0), quality()), "good", ["every column is filled"]),
        (lambda: column_words.gaps(columns(a=0.0, cancelled_on=0.9), quality()), "good", ["every column is filled"]),
        (
            lambda: column_words.gaps(
                columns(a=0.0), quality(("orders", "no customer_id", 135_037), ("orders", "b", 9))
            ),
            "neutral",
            ["is filled. 135,037 more rows were set aside for a blank: “no customer number” in orders"],
        ),
        (
            lambda: column_words.gaps(columns(a=0.1), quality(("surveys", "no score", 1), ("orders", "no x", 0))),
            "neutral",
            ["10.0% of them. 1 more row was set aside for a blank: “no score” in survey answers (1)."],
        ),
        (
            lambda: column_words.gaps(columns(a=0.0, b=0.1994), quality()),
            "good",
            ["in 20% or more of the rows kept", "19.9% of them"],
        ),
        (lambda: column_words.gaps(columns(a=0.0, b=1e-9), quality()), "good", ["blank in <0.1% of them"]),
        (
            lambda: column_words.gaps(columns(a=0.0, fax_number=0.19996), quality()),
            "neutral",
            ["1 of 2 columns is blank", "of the rows kept in orders: “fax number” (20%)."],
        ),
        (
            lambda: column_words.gaps(columns(a=0.9, b=0.8, c=0.7, d=0.6, e=0.5, f=0.4), quality()),
            "neutral",
            ["6 of 6 columns are blank", "in orders: “a” (90%), “b” (80%), “c” (70%) and three more."],
        ),
        (
            lambda: column_words.gaps(columns(a=0.9, b=0.8).assign(table=["orders", "surveys"]), quality()),
            "neutral",
            ["of the rows kept: “a” in orders (90%) and “b” in survey answers (80%)."],
        ),
    ],
    "number_links": [
        (lambda: column_words.number_links(pairs()), "few", ["No table has two number columns"]),
        (lambda: column_words.number_links(pairs(("a", "b", 0.9), n=29)), "few", ["enough rows"]),
        (lambda: column_words.number_links(pairs(("a", "b", nan), n=99)), "few", ["enough rows"]),
        (
            lambda: column_words.number_links(pairs(("a", "b", -0.494), ("a", "c", 0.1))),
            "neutral",
            ["the closest of 2 pairs correlate by 0.49."],
        ),
        (
            lambda: column_words.number_links(pairs(("food_court", "b", -0.495), ("a", "c", 0.1))),
            "neutral",
            ["1 pair of number columns moves together: “food court” and “b” (−0.49)."],
        ),
        (
            lambda: column_words.number_links(pairs(*[("a", c, 0.5 + i / 100) for i, c in enumerate("bcdefg")])),
            "neutral",
            ["6 pairs", "“a” and “g” (0.55)", "and three more."],
        ),
        (
            lambda: column_words.number_links(
                pd.concat([pairs(("a", "b", 0.6)), pairs(("c", "d", 0.1)).assign(table="orders")])
            ),
            "neutral",
            ["“a” and “b” in survey answers (0.60)."],
        ),
    ],
    "oddities": [
        (lambda: column_words.oddities(ALERTS, COLUMNS.head(0)), "few", ["too few rows"]),
        (lambda: column_words.oddities(ALERTS, COLUMNS.assign(rows=29)), "few", ["too few rows"]),
        (
            lambda: column_words.oddities(ALERTS.tail(1), COLUMNS),
            "good",
            [f"for {len(alerts.ALERTS)} kinds", "none to"],
        ),
        (
            lambda: column_words.oddities(ALERTS.iloc[1:], COLUMNS),
            "neutral",
            [
                "found 3 to ask about: several spellings (1), blanks (1)",
                "Orders: from 4 May 2026 on the number of rows",
            ],
        ),
        (
            lambda: column_words.oddities(ALERTS, COLUMNS),
            "bad",
            ["found 4", "Orders, paid with: looks like a payment card number", "Leave it out of the export"],
        ),
    ],
    "personal_data": [
        (lambda: column_words.personal_data(ALERTS.tail(1)), "good", ["No column looks like"]),
        (
            lambda: column_words.personal_data(ALERTS.head(1).assign(severity="note")),
            "neutral",
            ["1 column looks like personal data: “paid with” in orders (payment card number)"],
        ),
        (
            lambda: column_words.personal_data(ALERTS.head(1).assign(severity="look")),
            "neutral",
            ["Have “paid with” taken"],
        ),
        (lambda: column_words.personal_data(ALERTS.head(1)), "bad", ["Have “paid with” taken out"]),
        (lambda: column_words.personal_data(ALERTS.head(0)), "good", ["no legal advice"]),
    ],
}


class TestDataProfileColumnWords(WordChecks):
    module, cases = column_words, CASES
    never_few = ("personal_data", "unused")
    counted = ("oddities", "personal_data", "number_links", "gaps", "unused")
    limits = ("20",)
