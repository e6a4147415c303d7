"""The narrators of behavioural groups, at their branches."""

from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from helpers.analysis.clusters.clusters import Clusters
from helpers.analysis.clusters.structure import Structure
from helpers.data.features.measures import Measures
from helpers.story.clusters import words
from tests.story.clusters import makers
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
    return Clusters(pd.DataFrame(), by_cluster, by_k, ["spend"], k, f"{k} groups were asked for.", [], [], asked=True)


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
NONE = replace(TWO, k=1, by_cluster=TWO.by_cluster.head(1), asked=False, structure=Structure(False, 0.31, 0.3, 0.4))


def sized(*shares: float) -> Clusters:
    return replace(
        TWO, by_cluster=TWO.by_cluster.assign(customer_share=shares, customers=[round(1000 * s) for s in shares])
    )


def spread(**z: list[float]) -> Clusters:
    by_cluster = TWO.by_cluster.assign(**{f"{f}_z": values for f, values in z.items()})
    return replace(TWO, by_cluster=by_cluster, features=list(z))


def compared(**changed: float) -> Clusters:
    return replace(TWO, methods=makers.methods(**changed))


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
                "All customers are alike in visits, so it separates",
            ],
        ),
        (
            lambda: words.basis(
                replace(TWO, alike={"average_order_value": "spend"}, tamed={"spend": 3}), measured(400)
            ),
            "neutral",
            [
                "Average order is left out, as it says nearly the same as spend.",
                "Extreme values were pulled in: spend (3).",
            ],
        ),
    ],
    "choice": [
        (
            lambda: words.choice(grouped(0.59, 0.97, 0.99)),
            "good",
            ["Two groups were asked for: clearly apart (separation 0.59 of 1) and found again in fresh", "0.97 of 1)."],
        ),
        (
            lambda: words.choice(replace(TWO, asked=False)),
            "neutral",
            ["Two groups separate customers best: overlapping"],
        ),
        (lambda: words.choice(replace(TWO, kept=True)), "neutral", ["Two groups are those of an earlier report, over"]),
        (lambda: words.choice(grouped(0.71, 0.75, 0.99)), "good", ["far apart"]),
        (lambda: words.choice(grouped(0.50, 0.97, 0.99)), "neutral", ["overlapping at their edges"]),
        (lambda: words.choice(grouped(0.25, 0.97, 0.99)), "unclear", ["running into each other"]),
        (lambda: words.choice(grouped(0.59, 0.74, 0.99)), "neutral", ["only in outline"]),
        (
            lambda: words.choice(grouped(0.59, 0.99, 0.594)),
            "unclear",
            [
                "Do not build on these two groups: in fresh samples “Recent, spend 1” does not "
                "come back (weakest 0.59 of 1). Group again on other measures",
            ],
        ),
        (lambda: words.choice(grouped(0.59, 0.5, 0.4)), "unclear", ["two do not come back (weakest 0.40"]),
        (lambda: words.choice(grouped(0.59, nan, nan)), "few", ["is not known"]),
        (lambda: words.choice(NONE), "few", []),
    ],
    "weight": [
        (lambda: words.weight(TWO), "neutral", ["The largest group holds 50% of customers, the smallest 50%."]),
        (lambda: words.weight(sized(0.985, 0.015)), "neutral", ["the smallest 2%."]),
        (lambda: words.weight(sized(0.986, 0.014)), "unclear", ["the smallest 1%. That is too few", "Join"]),
        (lambda: words.weight(NONE), "few", []),
    ],
    "contrast": [
        (
            lambda: words.contrast(spread(spend=[1.5, -1], visits=[0.1, 0.2])),
            "neutral",
            ["Groups differ most in spend, least in visits."],
        ),
        (lambda: words.contrast(spread(spend=[1.5, -1])), "neutral", ["Groups differ most in spend."]),
        (lambda: words.contrast(spread(spend=[nan, 1])), "unclear", ["not clear"]),
        (lambda: words.contrast(NONE), "few", []),
    ],
    "plan": [
        (
            lambda: words.plan(makers.personas(("A", "keep", 2.04, nan), ("B", "grow", 0.5, nan))),
            "neutral",
            ["“A” spends 2.0 times what its size suggests. Give them service before discounts"],
        ),
        (
            lambda: words.plan(makers.personas(("A", "keep", 2.0, 0.1), ("B", "win_back", 0.8, 0.62))),
            "bad",
            ["“B” is to be won back: 62% are late by their own rhythm. Ask what went wrong"],
        ),
        (
            lambda: words.plan(makers.personas(("A", "test", nan, nan), ("B", "test", nan, nan))),
            "unclear",
            ["one offer"],
        ),
        (lambda: words.plan(makers.personas(("All customers", "test", nan, nan))), "few", []),
        (lambda: words.plan(makers.alike()), "few", ["so all would get the same plan."]),
    ],
    "rules": [
        (lambda: words.rules(makers.rules(0.895)), "good", ["3 rules put 90% of customers into their group."]),
        (lambda: words.rules(makers.rules(0.75)), "neutral", ["not for a price"]),
        (lambda: words.rules(makers.rules(0.744)), "unclear", ["put only 74%", "Import the list"]),
        (lambda: words.rules(makers.rules(nan)), "few", []),
    ],
    "method": [
        (
            lambda: words.method(compared()),
            "neutral",
            ["K-means is used: it is the simplest", "separates customers much better (0.43 of 1)."],
        ),
        (
            lambda: words.method(replace(compared(), method="Ward")),
            "neutral",
            ["Ward is used: it separates customers by 0.42 of 1, k-means by 0.43."],
        ),
        (lambda: words.method(compared(jaccard_min=0.5)), "unclear", ["Of five ways tried none", "as a sketch"]),
        (lambda: words.method(NONE), "few", []),
    ],
    "foresight": [
        (
            lambda: words.foresight(compared(spend_explained=0.36)),
            "good",
            ["explain 36% of the differences in later spend; value segments explain 40%."],
        ),
        (lambda: words.foresight(compared(spend_explained=0.35)), "good", ["Plan by value segments"]),
        (lambda: words.foresight(compared(spend_explained=0.124)), "neutral", ["explain 12%"]),
        (lambda: words.foresight(compared(spend_explained=0.014)), "unclear", ["explain 1%"]),
        (lambda: words.foresight(compared(spend_explained=nan)), "few", []),
        (lambda: words.foresight(NONE), "few", []),
    ],
    "worth_using": [
        (
            lambda: words.worth_using({"Groups": makers.scorecard()}),
            "good",
            ["These groups meet six of six tests of a good segmentation."],
        ),
        (
            lambda: words.worth_using(
                {
                    "Groups": makers.scorecard(stable=(0.2, "poor", "rules"), actionable=(nan, "unknown", "")),
                    "RFM": makers.scorecard(stable=(0.2, "poor", "rules"), substantial=(0.001, "poor", "share")),
                }
            ),
            "neutral",
            ["These groups meet four of six", "as well as any here; one cannot be known. Do not build on"],
        ),
        (
            lambda: words.worth_using(
                {
                    "A": makers.scorecard(
                        **dict.fromkeys(["predictive", "actionable", "stable"], (nan, "unknown", ""))
                    ),
                    "B": makers.scorecard(**dict.fromkeys(["predictive", "distinctive"], (0.0, "poor", ""))),
                }
            ),
            "neutral",
            ["“B” meet four of six", "most of those on this page. Do not plan sales"],
        ),
        (
            lambda: words.worth_using(
                {"A": makers.scorecard(**dict.fromkeys(["predictive", "actionable", "stable"], (nan, "unknown", "")))}
            ),
            "unclear",
            ["three cannot be known"],
        ),
        (lambda: words.worth_using({}), "few", []),
    ],
    "value": [
        (
            lambda: words.value(grouped(0.5, 0.9, 0.9), POUNDS, measured(400)),
            "neutral",
            [
                "“Recent, spend 0” is the group worth most: 50% of customers and 80% of spend (£800k).",
                "Give this group a plan of its own",
            ],
        ),
        (lambda: words.value(grouped(0.5, 0.5, 0.9), POUNDS, measured(400)), "unclear", ["do not build on it"]),
        (lambda: words.value(grouped(0.5, 0.9, 0.9, size=29), POUNDS, measured(58)), "few", ["With 29 customers"]),
        (
            lambda: words.value(grouped(0.5, 0.9, 0.9, spend=(nan, nan)), POUNDS, measured(400, from_orders=False)),
            "neutral",
            [
                "400 customers fall into two groups; the largest, “Recent, spend 0”, holds 50% of them. Choose the",
            ],
        ),
        (
            lambda: words.value(NONE, POUNDS, measured(400)),
            "unclear",
            [
                "There are no groups: the customers (400) shade into one another, and no grouping",
                "Do not segment by these measures",
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
