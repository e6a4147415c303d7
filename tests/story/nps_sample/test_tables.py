"""Tables of who answered, of roles, of satisfaction and effort, and of competitors' scores."""

from math import nan

import pandas as pd

from helpers.story.nps_sample import tables
from tests.story.nps_sample.samples import EVEN, FALLING, firms, nobody, question, responded, rivals
from tests.story.table_checks import Make, ShownTable, TableChecks, read

TABLES: dict[str, ShownTable] = {
    "response": (
        lambda: tables.response(responded()),
        [["Best", "80 of 100", "80% (71% to 87%)", "+88 (+80 to +95)"], ["Rest", "100 of 900", "11% (9% to 13%)"]],
    ),
    "roles": (
        lambda: tables.roles(firms([(3, "Director", 2, 1, 0, 9.0), (2, "Gardener", 1, 0, 1, 9.0)])),
        [["Director", "Decision maker", "3", "5", "6"], ["Gardener", "Not recognised", "1", "2", "2"]],
    ),
    "questions": (
        lambda: tables.questions([question(waves=FALLING, outside=3), question("ces")]),
        [["All answers", "400", "60% (55% to 65%)", "3.60 (3.48 to 3.72)"], ["2026", "200", "40% (33% to 47%)"]],
    ),
    "competitors": (
        lambda: tables.competitors(rivals({}, {"name": "Old", "method": "", "answers": nan})),
        [
            ["Rival", "+10 (+6 to +14)", "Monitor, 2026-03", "online panel; 2,000 answers", "Above"],
            ["Old", "+10", "Method not stated; answers not stated"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "response": lambda: tables.response(nobody()),
    "roles": lambda: tables.roles(firms([])),
    "questions": lambda: tables.questions([question(), question("ces")]),
    "competitors": lambda: tables.competitors(rivals()),
}


class TestTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_what_is_not_seen_in_the_rows_stands_below() -> None:
    assert "Left out: 3 answers outside the scale." in tables.questions([question(waves=FALLING, outside=3)]).html
    assert "Left out" not in tables.questions([question(waves=FALLING)]).html
    thin = responded({**EVEN, "Thin": (100, 5, 5, 2), "Thinner": (80, 1, 2, 3)})
    assert "2 groups answered too seldom to be weighted" in tables.response(thin).html
    one = responded({**EVEN, "Thin": (100, 5, 5, 2)})
    assert "1 group answered too seldom" in tables.response(one).html
    assert "too seldom" not in tables.response(responded()).html
    made = tables.competitors(rivals({"method": "", "answers": nan}))
    assert "Not ranked: method not stated; answers not stated" in made.html
    assert "Ours is +30, from 900 answers of our own survey." in made.html


def test_fifths_of_spend_give_way_to_segments() -> None:
    found = responded()
    both = found.groups.replace({"grouping": {"rfm_segment": "spend_band"}})
    more = type(found)(**{**found.__dict__, "groups": pd.concat([found.groups, both.iloc[1:]])})
    assert len(read(tables.response(more)).rows) == len(read(tables.response(found)).rows)


def test_roles_not_known_and_broken_weights() -> None:
    assert read(tables.roles(firms([(2, "", 1, 1, 0, 1.0)]))).rows[1][0] == "Not known"
