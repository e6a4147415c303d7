"""Charts of the behavioural groups."""

from collections.abc import Callable
from dataclasses import replace

from helpers.analysis.clusters import Clusters
from helpers.story import fmt
from helpers.story.chart import Chart
from helpers.story.clusters import charts
from tests.story import samples
from tests.story.chart_checks import ChartChecks, Draw, ToldChart

POUNDS = fmt.Money("GBP")

CHARTS: dict[str, ToldChart] = {
    "choice": (
        lambda: charts.choice(samples.CLUSTERS),
        ["Chosen: 2 groups", "2 groups: silhouette 0.43, stability 0.95"],
    ),
    "profiles": (
        lambda: charts.profiles(samples.CLUSTERS, POUNDS),
        ["Long gone (64% of customers): days since last order 215, spend £260"],
    ),
}
EMPTY: dict[str, Draw] = {
    "choice": lambda: charts.choice(replace(samples.CLUSTERS, by_k=samples.CLUSTERS.by_k.head(0))),
    "profiles": lambda: charts.profiles(replace(samples.CLUSTERS, by_cluster=samples.CLUSTERS.by_cluster.head(0))),
}


def named(text: str) -> Clusters:
    """The first group has that name."""
    return replace(samples.CLUSTERS, by_cluster=samples.CLUSTERS.by_cluster.assign(cluster=[text, "b"]))


ODD: dict[str, Callable[[str], list[Chart]]] = {
    "profiles": lambda text: [charts.profiles(named(text)), charts.profiles(named(text), fmt.Money(text[:3]))],
}


class TestClustersCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD
    textless = ("choice",)


def test_a_category_is_told_by_the_value_that_stands_out() -> None:
    by_cluster = samples.CLUSTERS.by_cluster.assign(
        most_tier=["gold", "$ <b>"], tier_share=[0.9, 0.416], tier_z=[1.1, 0.2]
    )
    chart = charts.profiles(replace(samples.CLUSTERS, by_cluster=by_cluster, features=["tier", "spend"]), POUNDS)
    assert "Long gone (64% of customers): tier $ <b> 42%, spend £260" in chart.alt
    assert "(36% of customers): tier gold 90%" in chart.alt
