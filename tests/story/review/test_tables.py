"""The tables of the review."""

from helpers.story.review import tables
from tests.story.review.samples import (
    ACTIVE,
    CALM,
    COUNTED,
    DORMANT,
    FEW_SCORE,
    HIT,
    MEASURED,
    NO_PERIODS,
    NORTH,
    SAME_SPREAD,
    SPEND,
    STEADY_DRIVER,
    THIN,
    UNKNOWN,
    actions,
    advice,
    drift,
    kpis,
    market,
    moves,
    opinions,
)
from tests.story.table_checks import Make, ShownTable, TableChecks, read
from tests.story.word_checks import POUNDS

TABLES: dict[str, ShownTable] = {
    "figures": (
        lambda: tables.figures(kpis({}, COUNTED, SPEND, COUNTED | {"segmentation": "rfm", "segment": "Lost"}), POUNDS),
        [
            ["Churn of customers", "17%", "21%", "+4.0 (+2.0 to +6.0)", "Rose"],
            ["Customers", "3,306", "3,361", "+55", "Counted"],
            ["Value segments: Champions"],
            ["Spend a year per customer", "£9,058", "£7,000", "−£2,058 (−£3,000 to −£1,000)", "Fell"],
        ],
    ),
    "segments": (
        lambda: tables.segments(moves(DORMANT, ACTIVE)),
        [
            ["Dormant", "817", "911", "+94", "817", "94", "0", "Grew"],
            ["Active", "590", "435", "−155", "382", "53", "208", "Shrank"],
        ],
    ),
    "actions": (
        lambda: tables.actions(actions({}, MEASURED, UNKNOWN), POUNDS),
        [
            ["Win back: At risk", "31 August 2026", "£9,000"],
            ["Win back: At risk", "Overdue (Ann)", "£100, £160", "£200, £180"],
            ["Mail: At risk", "Measured (Mail 2026)"],
            ["Ask: At risk", "–", "–", "Nothing on record", "–"],
        ],
    ),
    "scores": (
        lambda: tables.scores(opinions({}, NORTH)),
        [
            ["All answers", "2,348", "+31", "412", "+22", "−9 (−16 to −2)", "Fell"],
            ["North", "60", "Not clear"],
        ],
    ),
    "drivers": (
        lambda: tables.drivers(opinions(drivers=[{}, STEADY_DRIVER])),
        [
            ["Delivery reliability", "44% → 40%", "1 → 1 to 2", "3.50 → 3.20", "−0.30 (−0.40 to −0.20)", "Fell"],
            ["Prices", "Not clear"],
        ],
    ),
    "market": (
        lambda: tables.market(market({}, HIT, CALM, THIN, CALM | {"measure": "bought"}, HIT | {"measure": "bought"})),
        [
            ["Sales per customer"],
            ["All customers", "2,116", "+8%", "−1%", "+9% (+2% to +16%)", "–", "Rose"],
            ["Florist", "−31%", "−30% (−40% to −20%)", "−35%", "Hit"],
            ["Share who bought"],
        ],
    ),
    "stability": (
        lambda: tables.stability(moves(DORMANT, ACTIVE)),
        [["Dormant", "817", "911", "817", "90%", "Yes"], ["Active", "50%", "No"]],
    ),
    "drift": (
        lambda: tables.drift(drift({}, SAME_SPREAD)),
        [["Days since last order", "63", "147", "0.48", "0.01", "Clearly"], ["Spend", "0.01", "No"]],
    ),
    "advice": (
        lambda: tables.advice(
            advice(("Lost", "merge", "too small in both reports"), ("A", "watch", "worse than before in churn, cac"))
        ),
        [
            ["Lost", "Value segments", "24", "Merge", "Too small in both reports"],
            ["A", "Watch", "Worse than before in churn of customers and cost of winning a customer"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "figures": lambda: tables.figures(kpis(), POUNDS),
    "segments": lambda: tables.segments(moves(ACTIVE | {"verdict": ""})),
    "actions": lambda: tables.actions(actions(), POUNDS),
    "scores": lambda: tables.scores(opinions(FEW_SCORE, since=0)),
    "drivers": lambda: tables.drivers(opinions(drivers=[{}], since=0)),
    "market": lambda: tables.market(market(periods=NO_PERIODS)),
    "stability": lambda: tables.stability(moves()),
    "drift": lambda: tables.drift(drift()),
    "advice": lambda: tables.advice(advice()),
}


class TestReviewTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_of_other_measures_only_what_stands_out_is_shown() -> None:
    rows = read(tables.market(market({}, HIT, CALM | {"measure": "bought"}))).rows
    assert "Garden centre" not in [row[0] for row in rows]


def test_orders_are_no_money() -> None:
    assert any("100.0, 160.0" in row for row in read(tables.actions(actions({}, basis="orders"), POUNDS)).rows)
