"""What the titles of the charts of groups say, and when they say nothing."""

from dataclasses import replace
from math import nan

from helpers.story.clusters import charts, titles
from tests.story import samples
from tests.story.clusters.test_words import NONE, TWO, grouped, sized, spread
from tests.story.title_checks import TitleChecks, ToldTitle

CASES: dict[str, list[ToldTitle]] = {
    "profiles": [
        (lambda: titles.profiles(sized(0.64, 0.36)), "Customers fall into two groups; the largest holds 64% of them"),
        (lambda: titles.profiles(grouped(0.5, 0.9, 0.5)), ""),
        (lambda: titles.profiles(grouped(0.5, 0.9, nan)), ""),
        (lambda: titles.profiles(NONE), ""),
    ],
    "choice": [
        (
            lambda: titles.choice(grouped(0.59, 0.97, 0.99)),
            "Two groups come back in fresh samples, the weakest by 0.97 of 1",
        ),
        (lambda: titles.choice(grouped(0.59, 0.74, 0.99)), ""),
        (lambda: titles.choice(grouped(0.25, 0.97, 0.99)), ""),
        (lambda: titles.choice(grouped(0.59, nan, nan)), ""),
        (lambda: titles.choice(NONE), ""),
    ],
    "snake": [
        (
            lambda: titles.snake(spread(spend=[1.5, -1], visits=[0.1, 0.2])),
            "Groups differ most in spend: by 2.5 standard units",
        ),
        (lambda: titles.snake(spread(spend=[1.5, -1])), "Groups differ most in spend: by 2.5 standard units"),
        (lambda: titles.snake(spread(spend=[1.5, -1], visits=[1.51, -1])), ""),
        (lambda: titles.snake(spread(spend=[nan, 1])), ""),
        (lambda: titles.snake(replace(TWO, k=1)), ""),
    ],
}


class TestClustersTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_long_measure_leaves_the_topic() -> None:
    long = samples.CLUSTERS.by_cluster.rename(columns=lambda c: c.replace("recency_days", "x" * 100))
    chart = charts.snake(replace(samples.CLUSTERS, by_cluster=long, features=["x" * 100]))
    assert chart.title == "The groups, measure by measure"
