"""How many groups: the rule, its sentence, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.clusters import choice as module
from helpers.analysis.clusters.clusters import find_clusters
from helpers.errors import InputError
from tests.analysis.clusters.makers import RFM, make_customers


def by_k(*rows: tuple[int, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["k", "silhouette", "jaccard_min", "smallest_share"])


@pytest.mark.parametrize(
    ("tried", "chosen"),
    [
        # k, silhouette, smallest Jaccard, smallest share: .75 and 2% are enough, and less of either is not.
        (by_k((2, 0.9, 0.749, 0.3), (3, 0.5, 0.75, 0.02), (4, 0.4, 0.9, 0.3)), (3, True)),
        (by_k((2, 0.9, 0.75, 0.019), (3, 0.5, 0.9, 0.3), (4, 0.6, 0.9, 0.3)), (4, True)),
        (by_k((2, 0.5, 0.9, 0.3), (3, 0.5, 0.9, 0.3)), (2, True)),  # of equals the simpler one
        (by_k((2, 0.5, 0.7, 0.3), (3, 0.6, 0.7, 0.3)), (3, False)),
        (by_k((2, np.nan, 0.9, 0.3), (3, -0.5, 0.9, 0.3)), (3, True)),  # no silhouette is worse than any
    ],
)
def test_the_number_of_groups_is_the_clearest_of_those_that_hold(tried: pd.DataFrame, chosen: tuple[int, bool]) -> None:
    assert module.choose_k(tried) == chosen


@pytest.mark.parametrize(
    ("asked", "best", "clean", "ks", "shaky", "reason"),
    [
        (3, 3, True, [2, 3], 0, "3 groups were asked for."),
        (3, 2, True, [2, 3], 0, "3 groups were asked for. Left to the data, there would be 2."),
        (3, 3, True, [2, 3], 1, "3 groups were asked for. 1 of them does not come back reliably when"),
        (3, 3, True, [2, 3], 2, "3 groups were asked for. 2 of them do not come back reliably when"),
        (0, 2, True, [2], 0, "Of the numbers tried (2), 2 groups are the most distinct in which"),
        (0, 2, True, [2, 3, 4], 0, "Of the numbers tried (2 to 4), 2 groups are the most distinct in which"),
        (0, 2, False, [2, 3], 0, "No number of groups tried (2 to 3) gives groups that are all stable"),
        (0, 2, True, [2], 1, "Of the numbers tried (2), 2 groups are the most distinct in which"),
    ],
)
def test_the_reason_says_who_chose_and_how_sure(
    asked: int, best: int, clean: bool, ks: list[int], shaky: int, reason: str
) -> None:
    assert module.explain_k(asked, best, clean, ks, shaky).startswith(reason)


@pytest.mark.parametrize(("k", "k_max"), [(1, 8), (-1, 8), (21, 8), (0, 1), (0, 21)])
def test_impossible_numbers_of_groups_are_refused(k: int, k_max: int) -> None:
    with pytest.raises(InputError, match="Allowed:"):
        find_clusters(make_customers(), RFM, k=k, k_max=k_max)
    for possible in ((0, 2), (2, 20), (20, 2)):
        module.check_choice(*possible)
    for method in ("auto", "k-means", "Ward", "Gaussian mixture"):
        module.check_choice(0, 8, method)
    with pytest.raises(InputError, match='the method is "hdbscan"'):
        module.check_choice(0, 8, "hdbscan")


def test_where_there_are_no_groups_that_is_the_reason() -> None:
    assert module.explain_k(0, 3, True, [2, 3], 0, found=False).startswith("Customers shade into one another")
    assert module.explain_k(3, 3, True, [2, 3], 0, found=False) == (
        "3 groups were asked for. Left to the data, there would be none."
    )


def test_numbers_beyond_reckoning_are_refused_and_large_ones_are_not() -> None:
    for largest in (1e50, -1e50):
        module.check_customers(pd.DataFrame({"customer_id": ["a", "b"], "spend": [1.0, largest]}), ["spend"])
    for largest in (2e50, -1.7e308):
        with pytest.raises(InputError, match="spend is as large as"):
            module.check_customers(pd.DataFrame({"customer_id": ["a", "b"], "spend": [1.0, largest]}), ["spend"])
