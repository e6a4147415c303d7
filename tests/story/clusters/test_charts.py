"""Charts of the behavioural groups."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from helpers.analysis.clusters.clusters import Clusters
from helpers.story import fmt
from helpers.story.chart import Chart
from helpers.story.clusters import charts
from tests.story import samples
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.chart_room import text_lines

POUNDS = fmt.Money("GBP")

NONE = replace(samples.CLUSTERS, k=1, by_k=samples.CLUSTERS.by_k.assign(chosen=False))
CHARTS: dict[str, ToldChart] = {
    "answer": (lambda: charts.answer(samples.CLUSTERS, POUNDS), ["Long gone (64% of customers)"]),
    "snake": (
        lambda: charts.snake(samples.CLUSTERS),
        ["Recent, high spend: days since last order −1.1, spend +1.4", "Long gone: days since last order +1.3"],
    ),
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
    "answer": lambda: charts.answer(replace(NONE, by_k=NONE.by_k.head(0))),
    "snake": lambda: charts.snake(NONE),
    "choice": lambda: charts.choice(replace(samples.CLUSTERS, by_k=samples.CLUSTERS.by_k.head(0))),
    "profiles": lambda: charts.profiles(replace(samples.CLUSTERS, by_cluster=samples.CLUSTERS.by_cluster.head(0))),
}


def named(text: str) -> Clusters:
    """The first group has that name."""
    return replace(samples.CLUSTERS, by_cluster=samples.CLUSTERS.by_cluster.assign(cluster=[text, "b"]))


ODD: dict[str, Callable[[str], list[Chart]]] = {
    "answer": lambda text: [charts.answer(named(text))],
    "snake": lambda text: [charts.snake(named(text))],
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
    assert "Long gone (64% of customers): tier 42%: $ <b>, spend £260" in chart.alt
    assert "(36% of customers): tier 90%: gold" in chart.alt


def test_groups_whose_names_would_be_cut_across_run_down() -> None:
    """Seven groups of long names by eight features: the names stand whole at the left; three fit above the features."""
    features = [f"feature_{i}" for i in range(8)]
    name = "Frequent, high one-off purchases, low cash advance, late payments"
    by_cluster = pd.DataFrame({"cluster": [f"{name} {i}" for i in range(7)], "customers": 9, "customer_share": 1 / 7})
    columns = {f"median_{f}": 2326.0 for f in features} | {f"{f}_z": 0.5 for f in features}
    many, few = (
        charts.profiles(replace(samples.CLUSTERS, by_cluster=by_cluster.assign(**columns).head(n), features=features))
        for n in (7, 3)
    )
    begin = [[line.left for line in text_lines(c.svg) if line.text.startswith("Frequent")] for c in (many, few)]
    assert [len(places) for places in begin] == [7, 3]
    assert max(begin[0]) < 10 < min(begin[1])
    assert "…" not in many.svg + few.svg


def test_without_groups_the_answer_is_how_little_any_number_would_part() -> None:
    chart = charts.answer(NONE)
    assert "None was chosen. 2 groups: silhouette 0.43" in chart.alt
