"""The narrators of behavioural groups, at their branches."""

from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from helpers.analysis.clusters.clusters import Clusters
from helpers.data.features.measures import Measures
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


def measured(
    grouped: int,
    *,
    from_orders: bool = True,
    features: tuple[str, ...] = ("income", "spending_score"),
    chosen: bool = True,
    spare: tuple[str, ...] = (),
    missing: dict[str, int] | None = None,
    unread: dict[str, int] | None = None,
    left_out: int = 0,
) -> Measures:
    return Measures(
        customers=pd.DataFrame({"customer_id": range(grouped)}),
        features=list(features),
        chosen=chosen,
        spare=list(spare),
        from_orders=from_orders,
        from_list=not from_orders,
        rows_in=grouped + left_out,
        left_out=left_out,
        missing=missing or {},
        unread=unread or {},
    )


TWO = grouped(0.5, 0.9, 0.9)
CASES: dict[str, list[Case]] = {
    "basis": [
        (
            lambda: words.basis(TWO, measured(400, features=("recency_days", "spend"))),
            "neutral",
            ["400 customers are grouped by days since last order and spend."],
        ),
        (
            lambda: words.basis(
                TWO, measured(390, from_orders=False, left_out=10, missing={"income": 9, "spending_score": 1})
            ),
            "neutral",
            [
                "390 customers are grouped by numbers of the customer list: income and spending score.",
                "Of 400 customers 10 lack a value and are in no group: income (9) and spending score (1).",
            ],
        ),
        (
            lambda: words.basis(TWO, measured(99, from_orders=False, spare=tuple("vwxyz"), unread={"income": 1})),
            "neutral",
            [
                "Not used, as no more than two are taken unless they are named: v, w, x, y and z.",
                "1 value of income could not be read as a number.",
            ],
        ),
        (
            lambda: words.basis(
                replace(TWO, constant=["visits"]), measured(1, chosen=False, left_out=1, missing={"income": 1})
            ),
            "neutral",
            [
                "1 customer is grouped by income and spending score. Of 2 customers 1 lacks a value and is in no",
                "All customers are alike in visits, so it tells",
            ],
        ),
    ],
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
                "Do not build on these two groups: in fresh samples of the same customers “Recent, spend 1” does not "
                "come back (stability of the weakest 0.59 of 1). Group again on other measures",
            ],
        ),
        (
            lambda: words.choice(grouped(0.59, 0.5, 0.4)),
            "unclear",
            ["two do not come back (stability of the weakest 0.40"],
        ),
        (lambda: words.choice(grouped(0.59, nan, nan)), "few", ["is not known"]),
    ],
    "value": [
        (
            lambda: words.value(grouped(0.5, 0.9, 0.9), POUNDS, measured(400)),
            "neutral",
            [
                "“Recent, spend 0” is the group worth most: 50% of customers and 80% of spend (£800k).",
                "Write one offer",
            ],
        ),
        (lambda: words.value(grouped(0.5, 0.5, 0.9), POUNDS, measured(400)), "unclear", ["do not build on it"]),
        (lambda: words.value(grouped(0.5, 0.9, 0.9, size=29), POUNDS, measured(58)), "few", ["With 29 customers"]),
        (
            lambda: words.value(grouped(0.5, 0.9, 0.9, spend=(nan, nan)), POUNDS, measured(400, from_orders=False)),
            "neutral",
            [
                "Of two groups the largest is “Recent, spend 0”, with 50% of customers. Choose the group",
            ],
        ),
    ],
}


class TestClustersWords(WordChecks):
    module, cases = words, CASES
    never_few = counted = ("basis",)


@pytest.mark.parametrize("from_orders", [True, False])
def test_groups_are_for_the_cover_where_no_orders_tell_of_customers(from_orders: bool) -> None:
    statement = words.value(grouped(0.5, 0.9, 0.9), POUNDS, measured(400, from_orders=from_orders))
    assert statement.headline == (not from_orders)
    assert [(f.label, f.value, f.note) for f in statement.figures] == (
        [] if from_orders else [("Kinds of customers", "2", "among 400 customers")]
    )
