"""Tables of tests."""

from dataclasses import replace

from helpers.story import fmt
from helpers.story.campaigns import lift_tables as tables
from tests.story.campaigns.lift_samples import (
    DOWN,
    GROUPS,
    UP,
    alone,
    arm,
    broken,
    by_group,
    draw,
    found,
    measure,
    ratio,
    weight,
)
from tests.story.table_checks import Make, ShownTable, TableChecks, read

POUNDS = fmt.Money("GBP")
RATE = arm(
    "Call", 0.077, 0.07, 0.083, metric="visit", control_mean=0.106, mean=0.183, interval="Newcombe", detectable=0.008
)

TABLES: dict[str, ShownTable] = {
    "lift": (
        lambda: tables.lift(found(UP, DOWN, RATE, broken("Van"), alone("Mail")), POUNDS),
        [
            ["Call", "1,000", "£5", "£3.10", "+£1.90 (£1 to £2.80)", "£1.30", "Raised"],
            ["Post", "−£0.80 (−£1.50 to −£0.20)", "Lowered"],
            ["Call", "18.3%", "10.6%", "+7.7 points (7.0 to 8.3)", "0.8 points", "Raised"],
            ["Van", "£4.10", "–", "–", "Not read"],
        ],
    ),
    "segment_lift": (
        lambda: tables.segment_lift(GROUPS),
        [["Call", "Champions", "Lost", "0.4%", "Differs"]],
    ),
    "checks": (
        lambda: tables.checks(
            draw(
                ratio(),
                ratio("Autumn", 1e-6, design="90 : 10", declared=True),
                ratio("Winter"),
                before=(measure(), measure("pre_orders", 0.1), measure(campaign="Winter", p_value=1e-6)),
            )
        ),
        [
            ["Spring", "2,000", "equal parts", "40.0%", "Orders before", "10.0%", "As random"],
            ["Autumn", "90 : 10 percent (declared)", "<0.1%", "–", "–", "Not a random draw"],
            ["Winter", "Spend before", "<0.1%", "Not a random draw"],
        ],
    ),
    "few_customers": (
        lambda: tables.few_customers(found(UP, leverage=(weight(0.4, 2), weight(0.01, 0, arm="Post"))), POUNDS),
        [["Call", "£900", "40.0%", "+£1.90", "+£1.20", "Without two"], ["Post", "1.0%", "Stays"]],
    ),
}
EMPTY: dict[str, Make] = {
    "lift": lambda: tables.lift(found(), POUNDS),
    "segment_lift": lambda: tables.segment_lift(by_group()),
    "checks": lambda: tables.checks(draw()),
    "few_customers": lambda: tables.few_customers(found(), POUNDS),
}


class TestLiftTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_the_note_names_the_interval_of_each_measure() -> None:
    html = tables.lift(found(UP, DOWN | {"interval": "bootstrap", "sharpened": True}, RATE), POUNDS).html
    assert (
        "Intervals: Welch&#x27;s and a bootstrap for net spend, less what was bought before; Newcombe&#x27;s for visit"
        in html
    )


def test_of_many_arms_those_with_the_largest_lifts_are_listed() -> None:
    many = found(*[arm(f"Arm {i:02}", (i - 15) / 10, -2.0, 2.0) for i in range(30)])
    shown = tables.lift(many, POUNDS)
    names = [row[0] for row in read(shown).rows if row[0].startswith("Arm")]
    assert len(names) == 12
    assert {"Arm 00", "Arm 29"} <= set(names)
    assert "Of 30 arms, those with the largest lifts." in shown.html


def test_campaigns_are_named_where_there_are_several() -> None:
    rows = read(tables.lift(found(UP, DOWN | {"campaign": "Autumn"}), POUNDS)).rows
    assert {"Spring: Call", "Autumn: Post"} <= {row[0] for row in rows}


def test_a_rate_has_no_largest_customer() -> None:
    assert "Nothing to show" in tables.few_customers(replace(found(RATE), outcome="visit"), POUNDS).html
