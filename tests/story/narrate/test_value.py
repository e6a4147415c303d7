"""The narrators of value segments and of behavioural groups, at their branches."""

from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from helpers.analysis import rfm
from helpers.analysis.clusters import Clusters
from helpers.story import narrate
from tests.story.narrate.branches import POUNDS, Branches, Case, branches_of, scored


def concentrated(hundredth: float, buyers: int = 3400) -> rfm.Rfm:
    frame = pd.DataFrame({"customer_share": [0.01, 0.2], "spend_share": [hundredth, 0.75]})
    return replace(scored({"Champions": (buyers, 10.0)}), concentration=frame)


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
    "rfm_overview": [
        (
            lambda: narrate.rfm_overview(scored({"Cannot lose them": (20, 900.0), "Lost": (80, 10.0)}), POUNDS),
            "neutral",
            [
                "The segment “Cannot lose them” holds 20% of 100 buyers and has brought 96% of spend, £900 a customer.",
                "Th",
            ],
        ),
        (
            lambda: narrate.rfm_overview(scored({"Lost": (60, 10.0), "Champions": (40, 10.0)}), POUNDS),
            "unclear",
            ["60% of spend, no more than its number"],
        ),
        (lambda: narrate.rfm_overview(scored({"Lost": (49, 10.0)}), POUNDS), "few", ["Only 49 customers bought"]),
        (lambda: narrate.rfm_overview(scored({"Lost": (1, 10.0)}), POUNDS), "few", ["Only 1 customer bought"]),
        (lambda: narrate.rfm_overview(scored({"Lost": (90, 0.0)}), POUNDS), "few", ["Spend adds up to nothing"]),
    ],
    "rfm_concentration": [
        (
            lambda: narrate.rfm_concentration(concentrated(0.0951)),
            "neutral",
            ["hundredth (34 customers) 10%", "would be felt", "one person who answers"],
        ),
        (lambda: narrate.rfm_concentration(concentrated(0.0949)), "neutral", ["9%. No handful of customers carries"]),
        (lambda: narrate.rfm_concentration(concentrated(0.2, 100)), "neutral", ["hundredth (1 customer) 20%"]),
        (lambda: narrate.rfm_concentration(concentrated(0.2, 99)), "few", ["With 99 buyers there is no saying"]),
        (lambda: narrate.rfm_concentration(scored({"Lost": (200, 0.0)})), "few", ["adds up to nothing"]),
    ],
    "rfm_slipping": [
        (lambda: narrate.rfm_slipping(scored({"Champions": (200, 9.0)}), POUNDS), "good", ["No customer who ordered"]),
        (
            lambda: narrate.rfm_slipping(scored({"Champions": (200, 9.0), "At risk": (1, 9.0)}), POUNDS),
            "few",
            ["1 customer who ordered often has gone quiet, too few"],
        ),
        (
            lambda: narrate.rfm_slipping(scored({"At risk": (9, 9.0)}), POUNDS),
            "few",
            ["9 customers who ordered often have gone quiet, too few"],
        ),
        (
            lambda: narrate.rfm_slipping(
                scored({"Champions": (950, 10.0), "At risk": (40, 10.0), "Cannot lose them": (10, 10.0)}), POUNDS
            ),
            "bad",
            ["50 customers who used to order often have gone quiet", "£500, 5% of all spend", "Sort them by spend"],
        ),
        (
            lambda: narrate.rfm_slipping(scored({"Champions": (960, 10.0), "At risk": (40, 10.0)}), POUNDS),
            "neutral",
            ["4% of all spend"],
        ),
        (lambda: narrate.rfm_slipping(scored({"At risk": (40, 0.0)}), POUNDS), "neutral", ["spent £0."]),
    ],
    "cluster_choice": [
        (
            lambda: narrate.cluster_choice(grouped(0.59, 0.97, 0.99)),
            "good",
            ["asked for. They are clearly apart (separation 0.59 of 1) and hold in fresh samples", "0.97 of 1)."],
        ),
        (lambda: narrate.cluster_choice(grouped(0.71, 0.75, 0.99)), "good", ["They lie far apart"]),
        (lambda: narrate.cluster_choice(grouped(0.50, 0.97, 0.99)), "neutral", ["They overlap at their edges"]),
        (lambda: narrate.cluster_choice(grouped(0.25, 0.97, 0.99)), "unclear", ["They run into each other"]),
        (lambda: narrate.cluster_choice(grouped(0.59, 0.74, 0.99)), "neutral", ["only in outline"]),
        (
            lambda: narrate.cluster_choice(grouped(0.59, 0.99, 0.594)),
            "unclear",
            [
                "“Recent, spend 1” does not come back (stability of the weakest 0.59 of 1): do not",
                "Plan with the value",
            ],
        ),
        (lambda: narrate.cluster_choice(grouped(0.59, nan, nan)), "few", ["is not known"]),
    ],
    "cluster_value": [
        (
            lambda: narrate.cluster_value(grouped(0.5, 0.9, 0.9), POUNDS),
            "neutral",
            [
                "“Recent, spend 0” is the group worth most: 50% of customers and 80% of spend (£800k).",
                "Write one offer",
            ],
        ),
        (lambda: narrate.cluster_value(grouped(0.5, 0.5, 0.9), POUNDS), "unclear", ["do not build on it"]),
        (lambda: narrate.cluster_value(grouped(0.5, 0.9, 0.9, size=29), POUNDS), "few", ["With 29 customers"]),
        (
            lambda: narrate.cluster_value(grouped(0.5, 0.9, 0.9, spend=(nan, nan)), POUNDS),
            "neutral",
            ["The largest group is “Recent, spend 0”, with 50% of customers."],
        ),
    ],
}


@pytest.mark.parametrize(("tell", "verdict", "parts"), branches_of(CASES))
class TestBranches(Branches):
    pass
