"""The table of the behavioural groups."""

from dataclasses import replace

from helpers.analysis.clusters.rules import Rules
from helpers.story import fmt
from helpers.story.clusters import tables
from tests.story import samples
from tests.story.clusters import makers
from tests.story.table_checks import Make, ShownTable, TableChecks

POUNDS = fmt.Money("GBP")
NAN = float("nan")
CARDS = {
    "Groups": makers.scorecard(),
    "Value <b>": makers.scorecard(
        predictive=(NAN, "unknown", "no later orders"),
        distinctive=(0.1, "poor", "silhouette"),
        number=(12.0, "poor", "over and under"),
    ),
}
TABLES: dict[str, ShownTable] = {
    "groups": (
        lambda: tables.groups(samples.CLUSTERS, POUNDS),
        [["Long gone", "1,480 (64%)", "£400k (11%)", "0.81"]],
    ),
    "cards": (
        lambda: tables.cards(makers.personas(("A", "keep", 2.04, 0.12), ("B", "test", NAN, NAN)), "b2b"),
        [
            ["A", "Company size: 1-9 (66%; 42%); Industry: Florist <b> (58%; 31%)", "2.0×"],
            [
                "B",
                "No attribute stands out",
                "–",
                "Learn what works. Send one offer to a random half, and compare both halves.",
            ],
        ],
    ),
    "rules": (
        lambda: tables.rules(makers.rules(), POUNDS),
        [
            ["Orders from 3 to under 10, Spend under £500", "400", "95%", "90%"],
            ["Plan is not gold, Spend from £500", "600"],
        ],
    ),
    "methods": (
        lambda: tables.methods(replace(samples.CLUSTERS, methods=makers.methods())),
        [["k-means (taken)", "4", "0.43", "0.90", "10%", "0%", "97%", "30%"], ["RFM map", "10", "0.05", "–"]],
    ),
    "scorecards": (
        lambda: tables.scorecards(CARDS),
        [
            ["Tells what they do later", "Yes (50%)", "Not known (no later orders)"],
            ["Segments differ", "Yes (0.50)", "No (0.10)"],
            ["As many as needed", "Yes (4)", "Both too fine and too coarse (12)"],
        ],
    ),
}
EMPTY: dict[str, Make] = {
    "cards": lambda: tables.cards(makers.personas()),
    "rules": lambda: tables.rules(Rules([], NAN)),
    "methods": lambda: tables.methods(samples.CLUSTERS),
    "scorecards": lambda: tables.scorecards({}),
    "groups": lambda: tables.groups(replace(samples.CLUSTERS, by_cluster=samples.CLUSTERS.by_cluster.head(0)), POUNDS),
}


class TestClustersTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY


def test_the_same_card_for_every_group_is_not_shown() -> None:
    assert "no group stands out" in tables.cards(makers.alike()).html
