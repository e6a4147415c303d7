"""Ways of grouping, compared and chosen from; what groups tell of later orders."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_blobs

from helpers.analysis.clusters import methods as module
from helpers.analysis.clusters.methods import choose_method, compare, explain_later, explained, try_methods
from tests.analysis.clusters.makers import make_customers


def test_blobs_are_found_in_every_way() -> None:
    X, kind = make_blobs(240, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)
    given = np.where(np.arange(240) < 6, -1, kind + 4)  # names of a map, some customers without
    candidates = try_methods(X, kind, np.array([0.9, 0.95, 1.0]), given)
    found = compare(X, candidates).set_index("method")
    assert found.index.tolist() == ["k-means", "Ward", "Gaussian mixture", "HDBSCAN", "RFM map"]
    assert found["clusters"].tolist() == [3] * 5
    assert found.loc["k-means", "jaccard_min"] == 0.9
    assert (found["jaccard_min"].drop(["k-means", "RFM map"]) > 0.9).all()
    assert np.isnan(found.loc["RFM map", "jaccard_min"])
    assert found.loc["RFM map", "ungrouped_share"] == pytest.approx(6 / 240)
    assert (found["silhouette"] > 0.75).all()
    assert (found["rule_accuracy"] > 0.97).all()
    for candidate in candidates[1:3]:
        assert pd.crosstab(kind, candidate.labels).gt(0).sum().tolist() == [1, 1, 1]


def ways(**changed: dict[str, float]) -> pd.DataFrame:
    sound = {"silhouette": 0.5, "jaccard_min": 0.75, "smallest_share": 0.02, "ungrouped_share": 0.0}
    methods = {"k-means": sound, "Ward": sound, "Gaussian mixture": sound, "HDBSCAN": sound | {"silhouette": 0.9}}
    names = {"k_means": "k-means", "ward": "Ward", "mixture": "Gaussian mixture"}
    for name, values in changed.items():
        methods[names[name]] = sound | values
    return pd.DataFrame([{"method": m} | v for m, v in methods.items()])


@pytest.mark.parametrize(
    ("compared", "taken"),
    [
        (ways(), "k-means"),  # never HDBSCAN, which leaves customers out
        (ways(ward={"silhouette": 0.52}), "k-means"),  # as good as equal: the simpler
        (ways(ward={"silhouette": 0.5201}), "Ward"),
        (ways(mixture={"silhouette": 0.6}), "Gaussian mixture"),
        (ways(mixture={"silhouette": 0.6}, ward={"silhouette": 0.59}), "Ward"),
        (ways(mixture={"silhouette": 0.6, "jaccard_min": 0.749}), "k-means"),
        (ways(mixture={"silhouette": 0.6, "smallest_share": 0.019}), "k-means"),
        (ways(k_means={"jaccard_min": 0.7}), "Ward"),
        (ways(k_means={"jaccard_min": 0.7}, ward={"jaccard_min": 0.1}, mixture={"jaccard_min": 0.1}), "k-means"),
    ],
)
def test_the_simplest_of_the_clearest_sound_ways_is_taken(compared: pd.DataFrame, taken: str) -> None:
    assert choose_method(compared) == taken
    assert choose_method(compared, "Ward") == "Ward"


def test_variance_explained_is_epsilon_squared() -> None:
    # Kelley (1935): 1 - (within / (n - k)) / (total / (n - 1)). Worked by hand on logs 0, 1 | 3, 4.
    outcome = np.expm1([0.0, 1, 3, 4])
    assert explained(np.array([0, 0, 1, 1]), outcome) == pytest.approx(1 - (1 / 2) / (10 / 3))
    assert explained(np.array([0, 1, 0, 1]), outcome) == 0
    assert np.isnan(explained(np.array([0, 0, 1, 1]), np.ones(4)))
    assert np.isnan(explained(np.array([0, 1]), np.array([1.0, 2.0])))
    assert explained(np.array([0, 0, 1, 1, -1]), np.append(outcome, 99.0)) == pytest.approx(0.85)


def test_groups_made_earlier_tell_what_came_later() -> None:
    customers = make_customers((60, 60, 60))
    X = customers[["recency_days", "order_count"]].to_numpy(float)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    later = pd.DataFrame({"orders": customers["kind"].map({0: 9, 1: 0, 2: 1})})
    found = explain_later(X, later, 3, 0, given=np.arange(180) % 2)
    told = found.set_index("method")["orders"]
    assert told[["k-means", "Ward", "Gaussian mixture", "HDBSCAN"]].min() > 0.99
    assert told["RFM map"] < 0.05


def test_a_tree_learnt_on_others_tells_how_simple_groups_are() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(300, 2))
    assert module.rule_accuracy(X, (X[:, 0] > 0.5).astype(int)) > 0.97
    assert module.rule_accuracy(X, rng.integers(0, 2, 300)) < 0.6
