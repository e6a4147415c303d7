"""Results about groups of customers, for the tests of what is said and shown of them."""

from dataclasses import replace

import pandas as pd

from helpers.analysis.clusters.personas import Personas
from helpers.analysis.clusters.rules import Condition, Rule, Rules
from helpers.analysis.scorecard import CRITERIA, Scorecard

NAN = float("nan")


def personas(*cards: tuple[str, str, float, float]) -> Personas:
    """Of each group: its name, objective, worth and late share."""
    frame = pd.DataFrame(cards, columns=["cluster", "objective", "worth", "late_share"])
    traits = pd.DataFrame(
        [("A", "industry", "Florist <b>", 0.58, 0.31), ("A", "company_size", "1-9", 0.66, 0.42)],
        columns=["cluster", "attribute", "value", "share", "overall"],
    )
    return Personas(frame.assign(cluster_name=frame["cluster"]), traits)


def alike() -> Personas:
    """Two groups told apart by neither spend nor attributes."""
    nan = float("nan")
    drawn = personas(("A", "test", nan, nan), ("B", "test", nan, nan))
    return replace(drawn, traits=drawn.traits.head(0))


def rules(fidelity: float = 0.93) -> Rules:
    from_to, cheap = Condition("order_count", 3, 10), Condition("spend", high=500)
    return Rules(
        [
            Rule("A", (from_to, cheap), 400, 0.95, 0.9),
            Rule("A", (Condition("plan", value="gold"),), 9, 0.6, 0.04),
            Rule("B", (Condition("plan", value="gold", holds=False), Condition("spend", 500)), 600, 0.9, 0.8),
        ],
        fidelity,
    )


def scorecard(**changed: tuple[float, str, str]) -> Scorecard:
    """All is good, but what is changed: value, verdict, why."""
    rows = dict.fromkeys(CRITERIA, (0.5, "good", "")) | {"number": (4.0, "good", "right")} | changed
    table = pd.DataFrame([(c, *rows[c]) for c in CRITERIA], columns=["criterion", "value", "verdict", "why"])
    return Scorecard(table, [], False, 4)


def methods(**changed: float) -> pd.DataFrame:
    """k-means is taken; `changed` are values of its row."""
    ways = ["k-means", "Ward", "Gaussian mixture", "HDBSCAN", "RFM map"]
    own = {"silhouette": 0.43, "jaccard_min": 0.9, "spend_explained": 0.3} | changed
    frame = pd.DataFrame({"method": ways, "clusters": [4, 4, 4, 3, 10], "silhouette": [0.43, 0.42, 0.3, 0.6, 0.05]})
    frame = frame.assign(jaccard_min=[0.9, 0.8, 0.5, 0.7, NAN], smallest_share=0.1, ungrouped_share=[0, 0, 0, 0.2, 0])
    frame = frame.assign(rule_accuracy=0.97, spend_explained=[0.3, 0.3, 0.2, 0.2, 0.4], chosen=[True, *[False] * 4])
    frame.loc[0, list(own)] = list(own.values())
    return frame
