"""Whether ways of reckoning put drivers in one order."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.nps_drivers.agreement import compare, importance_by, standard_methods
from helpers.analysis.nps_drivers.drivers import collect_moments, collect_pairs, find_drivers
from helpers.analysis.nps_drivers.missing import compare_ways
from tests.analysis.nps_drivers.ratings import make_ratings

NAMES = pd.Series(["a", "b", "c", "d"])


def by(method: str, *shares: float) -> pd.DataFrame:
    return importance_by(method, NAMES, pd.Series(shares))


def test_methods_that_agree_move_nothing() -> None:
    found = compare([by("lmg", 1, 4, 3, 2), by("johnson", 0.1, 4, 3, 2)])
    assert (found.methods, found.firsts, found.most_moved, found.moved) == (1, ["b"], 0, "")
    assert found.shares["driver"].tolist() == ["b", "c", "d", "a"] * 2
    assert found.shares["rank"].tolist() == [1, 2, 3, 4] * 2
    assert found.shares["importance"].tolist()[:4] == [0.4, 0.3, 0.2, 0.1]


def test_the_driver_that_moves_most_is_named() -> None:
    found = compare([by("lmg", 4, 3, 2, 1), by("johnson", 4, 2, 3, 1), by("ordinal", 2, 3, 1, 4)])
    assert (found.methods, found.firsts, found.most_moved, found.moved) == (2, ["a", "d"], 3, "d")


def test_shares_below_zero_count_as_none_and_nothing_explained_has_no_order() -> None:
    assert by("boosted", 3, 1, -1, 0)["importance"].tolist() == [0.75, 0.25, 0, 0]
    found = compare([by("lmg", 4, 3, 2, 1), by("boosted", 0, 0, 0, 0)])
    assert (found.firsts, found.most_moved) == (["a"], 0)
    assert compare([by("lmg", 0, 0, 0, 0)]).firsts == []
    none = importance_by("lmg", NAMES.head(0), pd.Series(dtype=float))
    assert compare([none, none]).firsts == []


@pytest.mark.parametrize("kind", ["complete", "pairs"])
def test_the_pages_own_way_is_not_compared_with_itself(kind: str) -> None:
    frame, names = make_ratings(300, 3, seed=1)
    rng = np.random.default_rng(1)
    rows = frame.assign(**{n: frame[n].where(rng.random(300) > 0.1) for n in names}, weight=1.0)
    collect = collect_moments if kind == "complete" else collect_pairs
    found = find_drivers(collect(rows, "y", names, buckets=40), "y", names, 300)
    ways = compare_ways(rows, "y", names)
    methods = [part["method"].iloc[0] for part in standard_methods(found, ways)]
    assert methods == ["lmg", "johnson", "pairs" if kind == "complete" else "complete", "imputed"]
    assert compare(standard_methods(found, ways)).firsts == ["d0"]
