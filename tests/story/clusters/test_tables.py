"""The table of the behavioural groups."""

from dataclasses import replace

from helpers.story import fmt
from helpers.story.clusters import tables
from tests.story import samples
from tests.story.table_checks import Make, ShownTable, TableChecks

POUNDS = fmt.Money("GBP")
TABLES: dict[str, ShownTable] = {
    "groups": (
        lambda: tables.groups(samples.CLUSTERS, POUNDS),
        [["Long gone", "1,480 (64%)", "£400k (11%)", "0.81"]],
    ),
}
EMPTY: dict[str, Make] = {
    "groups": lambda: tables.groups(replace(samples.CLUSTERS, by_cluster=samples.CLUSTERS.by_cluster.head(0)), POUNDS),
}


class TestClustersTables(TableChecks):
    module, tables, empty = tables, TABLES, EMPTY
