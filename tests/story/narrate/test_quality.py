"""The narrators of oddities, personal data, coverage, segmentation and drift, at their branches."""

from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from helpers.analysis.data_profile import alerts
from helpers.analysis.data_profile.readiness import assess_readiness
from helpers.story import narrate
from tests.story import samples
from tests.story.narrate.branches import Branches, Case, branches_of

COLUMNS = pd.DataFrame({"table": ["orders"] * 3, "column": ["a", "b", "c"], "rows": [900] * 3})
ALERTS, DRIFT = samples.ALERTS, samples.DRIFT
READY = {"buyers": 900, "repeat_share": 0.5, "history_days": 900}
SAME = DRIFT.columns[DRIFT.columns["verdict"] == "same"]
NO_TABLES = DRIFT.tables.head(0)


def coverage(*rows: tuple[bool, bool, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customers", "surveys", "customers_known"])


def pairs(*rows: tuple[str, str, float], n: int = 900) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["left", "right", "correlation"])
    return frame.assign(table="surveys", n=n)


CASES: dict[str, list[Case]] = {
    "number_links": [
        (lambda: narrate.number_links(pairs()), "few", ["No table has two number columns"]),
        (lambda: narrate.number_links(pairs(("a", "b", 0.9), n=29)), "few", ["enough rows"]),
        (lambda: narrate.number_links(pairs(("a", "b", nan), n=99)), "few", ["enough rows"]),
        (
            lambda: narrate.number_links(pairs(("a", "b", -0.494), ("a", "c", 0.1))),
            "neutral",
            ["the closest of 2 pairs correlate by 0.49."],
        ),
        (
            lambda: narrate.number_links(pairs(("food_court", "b", -0.495), ("a", "c", 0.1))),
            "neutral",
            ["1 pair of number columns moves together: “food court” and “b” in survey answers (−0.49)."],
        ),
        (
            lambda: narrate.number_links(pairs(*[("a", c, 0.5 + i / 100) for i, c in enumerate("bcdefg")])),
            "neutral",
            ["6 pairs", "“a” and “g” in survey answers (0.55)", "and three more."],
        ),
    ],
    "oddities": [
        (lambda: narrate.oddities(ALERTS, COLUMNS.head(0)), "few", ["too few rows"]),
        (lambda: narrate.oddities(ALERTS, COLUMNS.assign(rows=29)), "few", ["too few rows"]),
        (
            lambda: narrate.oddities(ALERTS.tail(1), COLUMNS),
            "good",
            [f"for {len(alerts.ALERTS)} kinds", "none to"],
        ),
        (
            lambda: narrate.oddities(ALERTS.iloc[1:], COLUMNS),
            "neutral",
            [
                "found 3 to ask about: several spellings (1), blanks (1)",
                "Orders: from 4 May 2026 on the number of rows",
            ],
        ),
        (
            lambda: narrate.oddities(ALERTS, COLUMNS),
            "bad",
            ["found 4", "Orders, paid with: looks like a payment card number", "Leave it out of the export"],
        ),
    ],
    "personal_data": [
        (lambda: narrate.personal_data(ALERTS.tail(1)), "good", ["No column looks like"]),
        (
            lambda: narrate.personal_data(ALERTS.head(1).assign(severity="note")),
            "neutral",
            ["1 column looks like personal data: “paid with” in orders (payment card number)"],
        ),
        (lambda: narrate.personal_data(ALERTS.head(1).assign(severity="look")), "neutral", ["Have “paid with” taken"]),
        (lambda: narrate.personal_data(ALERTS.head(1)), "bad", ["Have “paid with” taken out"]),
        (lambda: narrate.personal_data(ALERTS.head(0)), "good", ["no legal advice"]),
    ],
    "coverage": [
        (lambda: narrate.coverage(coverage()), "few", []),
        (
            lambda: narrate.coverage(coverage((True, True, 9))),
            "good",
            ["9 customers are named in two sources, and each"],
        ),
        (lambda: narrate.coverage(coverage((True, True, 1))), "good", ["1 customer is named"]),
        (
            lambda: narrate.coverage(samples.COVERAGE),
            "neutral",
            ["60% of them are in every source, 40% in one only, most of these in “Customers” (300)"],
        ),
        (
            lambda: narrate.coverage(coverage((True, True, 8), (True, False, 2))),
            "neutral",
            ["20% in one only, namely in “Customers” (2)"],
        ),
    ],
    "segmentation": [
        (lambda: narrate.segmentation(assess_readiness(READY)), "good", ["Yes: "]),
        (
            lambda: narrate.segmentation(assess_readiness(READY | {"buyers": 400})),
            "few",
            ["In part: the data carry segments by behaviour, but are thin for segments by value", "4 scores a measure"],
        ),
        (
            lambda: narrate.segmentation(assess_readiness({"buyers": 80, "repeat_share": 0.3, "history_days": 400})),
            "few",
            ["Only in a simple way. 80 buyers in 25 cells are about 3 a cell", "Start simple: 2 scores"],
        ),
        (lambda: narrate.segmentation(assess_readiness({})), "few", ["No. There are no orders", "Collect orders"]),
    ],
    "drift": [
        (lambda: narrate.drift(replace(DRIFT, columns=SAME.head(0))), "few", ["nothing to compare"]),
        (lambda: narrate.drift(replace(DRIFT, columns=SAME, tables=NO_TABLES)), "good", ["The 1 column"]),
        (
            lambda: narrate.drift(replace(DRIFT, columns=SAME.assign(psi=0.15, psi_by_chance=0.2), tables=NO_TABLES)),
            "unclear",
            ["1 column may have, but the rows are few"],
        ),
        (
            lambda: narrate.drift(DRIFT),
            "bad",
            ["“fax” in orders is gone, “area” in orders is now called “region”, ", "Ask whoever"],
        ),
        (
            lambda: narrate.drift(replace(DRIFT, columns=DRIFT.columns.iloc[[1]], tables=NO_TABLES)),
            "neutral",
            ["Since the earlier extract “area” in orders is now called “region”."],
        ),
        (
            lambda: narrate.drift(replace(DRIFT, columns=DRIFT.columns.iloc[[2]], tables=NO_TABLES)),
            "bad",
            ["is blank in 25% of rows, before in 0% and is spread otherwise (stability index 0.40)"],
        ),
    ],
}


@pytest.mark.parametrize(("tell", "verdict", "parts"), branches_of(CASES))
class TestBranches(Branches):
    pass
