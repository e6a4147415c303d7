"""The narrators of behavioural groups, at their branches."""

from math import nan

import pandas as pd

from helpers.analysis.clusters import Clusters
from helpers.story.clusters import words
from tests.story.word_checks import POUNDS, Case, WordChecks


def grouped(silhouette: float, *jaccard: float, spend: tuple[float, ...] = (0.8, 0.2), size: int = 200) -> Clusters:
    k = len(jaccard)
    by_cluster = pd.DataFrame(
        {
            "cluster": [f"Recent, spend {i}" for i in range(k)],
            "customers": [size] * k,
            "customer_share": [1 / k] * k,
            "jaccard": jaccard,
            "spend": [1e6 * s for s in spend[:k]],
            "spend_share": list(spend[:k]),
        }
    )
    by_k = pd.DataFrame({"k": [k], "silhouette": [silhouette], "jaccard_min": [min(jaccard)], "chosen": [True]})
    return Clusters(pd.DataFrame(), by_cluster, by_k, ["spend"], k, f"{k} groups were asked for.", [], [])


CASES: dict[str, list[Case]] = {
    "choice": [
        (
            lambda: words.choice(grouped(0.59, 0.97, 0.99)),
            "good",
            ["asked for. They are clearly apart (separation 0.59 of 1) and hold in fresh samples", "0.97 of 1)."],
        ),
        (lambda: words.choice(grouped(0.71, 0.75, 0.99)), "good", ["They lie far apart"]),
        (lambda: words.choice(grouped(0.50, 0.97, 0.99)), "neutral", ["They overlap at their edges"]),
        (lambda: words.choice(grouped(0.25, 0.97, 0.99)), "unclear", ["They run into each other"]),
        (lambda: words.choice(grouped(0.59, 0.74, 0.99)), "neutral", ["only in outline"]),
        (
            lambda: words.choice(grouped(0.59, 0.99, 0.594)),
            "unclear",
            [
                "“Recent, spend 1” does not come back (stability of the weakest 0.59 of 1): do not",
                "Plan with the value",
            ],
        ),
        (lambda: words.choice(grouped(0.59, nan, nan)), "few", ["is not known"]),
    ],
    "value": [
        (
            lambda: words.value(grouped(0.5, 0.9, 0.9), POUNDS),
            "neutral",
            [
                "“Recent, spend 0” is the group worth most: 50% of customers and 80% of spend (£800k).",
                "Write one offer",
            ],
        ),
        (lambda: words.value(grouped(0.5, 0.5, 0.9), POUNDS), "unclear", ["do not build on it"]),
        (lambda: words.value(grouped(0.5, 0.9, 0.9, size=29), POUNDS), "few", ["With 29 customers"]),
        (
            lambda: words.value(grouped(0.5, 0.9, 0.9, spend=(nan, nan)), POUNDS),
            "neutral",
            ["The largest group is “Recent, spend 0”, with 50% of customers."],
        ),
    ],
}


class TestClustersWords(WordChecks):
    module, cases = words, CASES
