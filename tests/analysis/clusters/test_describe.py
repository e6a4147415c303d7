"""What each group is like, by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.clusters import describe as module
from helpers.analysis.clusters.grouping import Grouping


@pytest.mark.parametrize(
    ("spend", "order", "shares"),
    [
        ([0.1, 0.1, 0.1, 0.1, 0.1], [0, 1], [0.4, 0.4]),  # equal spend: as they are numbered
        ([0, 0, 3, 1, 1], [1, 2], [0.8, 0.2]),
        ([-2, -1, 1, 1, 0], [1, 2], [np.nan, np.nan]),  # returns outweigh sales
        ([-2, 0, 1, 1, 0], [1, 2], [np.nan, np.nan]),
    ],
)
def test_groups_are_described_by_hand(spend: list[float], order: list[int], shares: list[float]) -> None:
    customers = pd.DataFrame({"visits": [1, 3, 8, 9, 5], "spend": spend})
    labels, silhouettes = np.array([0, 0, 1, 1, 2]), np.array([0.1, 0.3, 0.5, np.nan, np.nan])
    quality = {"silhouette": 0.0, "calinski_harabasz": 0.0, "davies_bouldin": 0.0, "inertia": 0.0}
    jaccard = np.array([0.75, 0.749, 0.9])
    grouping = Grouping(labels, np.array([[-1.0], [1.0], [0.0]]), silhouettes, jaccard, **quality)
    found = module.describe_groups(customers, ["visits"], grouping)
    assert found["label"].tolist()[:2] == order
    assert found["spend_share"].tolist()[:2] == pytest.approx(shares, nan_ok=True)
    by_label = found.set_index("label").loc[[0, 1, 2]]
    assert by_label["cluster"].tolist() == ["Few visits", "Many visits", "Typical customers"]
    assert by_label["customers"].tolist() == [2, 2, 1]
    assert by_label["customer_share"].tolist() == [0.4, 0.4, 0.2]
    assert by_label["stable"].tolist() == [True, False, True]
    assert by_label["silhouette"].tolist() == pytest.approx([0.2, 0.5, np.nan], nan_ok=True)
    assert by_label["median_visits"].tolist() == [2, 8.5, 5]
    assert by_label["visits_z"].tolist() == [-1, 1, 0]


@pytest.mark.parametrize(
    ("value", "share", "word"),
    [("DSL", 0.991, "DSL"), ("DSL", 0.99, "mostly DSL"), ("DSL", 0.5, "often DSL"), ("No", 1, "internet service No"),
     ("2", 0.6, "mostly internet service 2")],
)  # fmt: skip
def test_a_category_is_told_by_its_value_and_by_its_name_where_that_says_nothing(
    value: str, share: float, word: str
) -> None:
    assert module._category_word("internet_service", value, share) == word
