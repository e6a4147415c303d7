"""The tables of experience."""

from helpers.story.experience import tables
from tests.story.experience.samples import (
    DESK,
    FEW,
    NO_ORDERS,
    ORDERS,
    REGION,
    SIZE,
    TICKETS,
    USE,
    VALUE,
    apart,
    links,
    touchpoints,
)
from tests.story.table_checks import Make, ShownTable, TableChecks, read

TABLES: dict[str, ShownTable] = {
    "measures": (
        lambda: tables.measures(links(ORDERS, TICKETS | {"verdict": "hidden"}, NO_ORDERS)),
        [
            ["Orders", "+40 (high)", "+10 (low)", "+30 (+20 to +40)", "+12 (+2 to +22)", "Clear"],
            ["Support tickets", "−8 (any)", "+24 (none)", "−27 (−37 to −17)", "Hidden"],
            ["Orders sent back", "–", "–", "All alike"],
        ],
    ),
    "touchpoint_scores": (
        lambda: tables.touchpoint_scores(touchpoints(DESK, FEW, USE)),
        [
            ["What the answer is about"],
            ["Help desk", "100", "25%", "−10 (+4 to +36)", "−43", "−10.8", "Mend first"],
            ["Fax", "Too few"],
            ["App", "+16", "+4.0", "Scores higher"],
        ],
    ),
    "apart": (
        lambda: tables.apart(apart(SIZE, VALUE, REGION, SIZE | {"attribute": "id", "verdict": "too many values"})),
        [
            ["Company size", "Yes", "small", "big (60%)", "small (20%)"],
            ["Value of the first order", "Yes"],
            ["Region", "Not clear"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "measures": lambda: tables.measures(links()),
    "touchpoint_scores": lambda: tables.touchpoint_scores(touchpoints()),
    "apart": lambda: tables.apart(apart(), asked=True),
}


class TestExperienceTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_what_was_not_compared_is_not_shown() -> None:
    rows = read(tables.apart(apart(SIZE, SIZE | {"attribute": "id", "verdict": "too many values"}))).rows
    assert "Id" not in [row[0] for row in rows]
