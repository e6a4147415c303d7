"""Whether there are groups at all: the dip, rare false alarms, and groups that are seen."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_blobs

from helpers.analysis.clusters import structure as module
from helpers.analysis.clusters.space import Treatment
from helpers.analysis.clusters.structure import Structure, dip, seek_structure


def sought(X: np.ndarray, seed: int = 0) -> Structure:
    customers = pd.DataFrame(X, columns=[f"f{i}" for i in range(X.shape[1])])
    return seek_structure(customers, Treatment(list(customers)).fit(customers), seed)


@pytest.mark.parametrize(("n", "median", "q99"), [(50, 0.0489, 0.0812), (200, 0.0256, 0.0427)])
def test_dips_of_uniform_samples_have_the_tabulated_quantiles(n: int, median: float, q99: float) -> None:
    # Table qDiptab of R's diptest, after Hartigan and Hartigan (1985).
    rng = np.random.default_rng(0)
    dips = np.array([dip(rng.uniform(size=n)) for _ in range(300)])
    assert np.median(dips) == pytest.approx(median, rel=0.05)
    assert np.quantile(dips, 0.99) == pytest.approx(q99, rel=0.15)


def test_dips_at_their_bounds() -> None:
    assert dip(np.arange(20.0)) == pytest.approx(1 / 40)  # as even as can be
    assert dip(np.repeat([0.0, 1.0], 10)) == pytest.approx(0.25, abs=1e-12)  # two heaps
    assert dip(np.zeros(4)) == 1 / 8
    # Worked out as a linear program over all distributions with one peak (scipy's linprog).
    rng = np.random.default_rng(0)
    assert dip(rng.uniform(size=5)) == pytest.approx(0.13512, abs=1e-5)
    assert dip(rng.normal(size=5)) == pytest.approx(0.13096, abs=1e-5)


NOISE = {
    "uniform": lambda rng: rng.uniform(size=(200, 3)),
    "one normal": lambda rng: rng.normal(size=(200, 4)),
    "correlated": lambda rng: rng.multivariate_normal([0, 0, 0], [[1, 0.7, 0], [0.7, 1, 0.3], [0, 0.3, 1]], 200),
    "skewed and counted": lambda rng: np.column_stack([rng.exponential(90, 200), rng.geometric(0.3, 200)]),
}


@pytest.mark.parametrize("kind", NOISE)
def test_noise_has_no_groups(kind: str) -> None:
    seen = [sought(NOISE[kind](np.random.default_rng(seed)), seed).found for seed in range(3)]
    assert sum(seen) == 0


@pytest.mark.parametrize("blobs", [2, 5])
@pytest.mark.parametrize("seed", [0, 1])
def test_true_groups_are_seen(blobs: int, seed: int) -> None:
    centres = np.array([[0, 0], [6, 0], [-6, 0], [0, 6], [0, -6]])[:blobs]
    found = sought(make_blobs(250, centers=centres, random_state=seed)[0])
    assert found.found
    assert found.p == 1 / 40
    assert found.silhouette > found.chance + module.NOTICEABLE


def test_categories_that_go_together_are_groups_and_those_that_do_not_are_none() -> None:
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 2, 200)
    alone = pd.DataFrame({c: rng.choice(["a", "b", "c"], 200) for c in "xyz"})
    assert not seek_structure(alone, Treatment(list("xyz")).fit(alone)).found
    tied = pd.DataFrame({c: np.where(rng.uniform(size=200) < 0.95, kind, 1 - kind).astype(str) for c in "xyz"})
    assert seek_structure(tied, Treatment(list("xyz")).fit(tied)).found


def test_groups_must_be_beyond_chance_and_noticeable() -> None:
    assert module._holds(0.025, 0.05)
    assert not module._holds(0.05, 0.5)
    assert not module._holds(0.025, 0.0499)
