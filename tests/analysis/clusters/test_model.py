"""Groups that are kept: the table, the pipeline built from it, and later customers put into the same groups."""

import numpy as np
import pandas as pd
import pytest
from sklearn.mixture import GaussianMixture

from helpers.analysis.clusters.clusters import (
    apply_model,
    coordinates_of,
    find_clusters,
    group_customers,
    methods_table,
    model_table,
    segments_of,
    weakest,
)
from helpers.analysis.clusters.model import NearestGroup, features_asked, open_kept, read_model
from helpers.errors import InputError
from tests.analysis.clusters.makers import RFM, make_customers

MIXED = [*RFM, "tier"]


def mixed(seed: int = 1) -> pd.DataFrame:
    customers = make_customers((40, 50, 60), seed)
    return customers.assign(tier=np.where(customers["kind"] == 0, "gold", "basic"))


@pytest.mark.parametrize("method", ["k-means", "Ward", "Gaussian mixture"])
def test_a_table_gives_the_same_groups_again(method: str) -> None:
    customers = mixed()
    found = find_clusters(customers, MIXED, k=3, k_max=3, method=method)
    assert found.method == method
    assert found.methods.loc[found.methods["chosen"], "method"].tolist() == [method]
    table = model_table(found)
    assert table["value"].dtype == float
    kept = read_model(table)
    assert (kept.method, kept.features) == (method, MIXED)
    labels = kept.pipeline().predict(customers)
    assert [kept.names[i] for i in labels] == found.customers["cluster"].tolist()
    again = apply_model(customers, kept)
    pd.testing.assert_frame_equal(again.customers, found.customers, atol=1e-9)
    assert again.kept
    assert np.isnan(weakest(again))
    pd.testing.assert_frame_equal(kept.to_frame(), table)


def test_next_quarters_customers_join_the_groups_of_before() -> None:
    kept = read_model(model_table(find_clusters(mixed(), MIXED, k=3, k_max=3)))
    later = mixed(seed=2).query("kind != 1")
    found = group_customers(later, features_asked(kept, ["spend"]), kept, k=5, seed=1)
    assert found.k == 3
    sizes = found.by_cluster.set_index("cluster")["customers"]
    assert sorted(sizes) == [0, 40, 60]  # a group that nobody is in any more stays
    assert found.by_cluster["customer_share"].sum() == pytest.approx(1)
    assert found.reason == "The 3 groups are those of an earlier report, applied to today's customers."
    with pytest.raises(InputError, match="tier is missing for 1 of 100 customers"):
        apply_model(later.assign(tier=later["tier"].where(later.index > 0)), kept)


def test_a_mixtures_groups_are_those_of_scikit_learn() -> None:
    X = np.random.default_rng(0).normal(size=(300, 3)) * [1, 2, 3]
    X[:150] += 4
    fitted = GaussianMixture(2, random_state=0).fit(X)
    own = NearestGroup(fitted.means_, fitted.weights_, fitted.covariances_)
    assert own.predict(X).tolist() == fitted.predict(X).tolist()


def test_what_is_no_model_is_refused() -> None:
    table = model_table(find_clusters(mixed(), MIXED, k=2, k_max=2))
    with pytest.raises(InputError, match="no saved model"):
        read_model(table.drop(columns="value"))
    with pytest.raises(InputError, match="That report found no groups"):
        read_model(table.head(0))
    newer = table.assign(value=table["value"].where(table["setting"] != "version", 2.0))
    with pytest.raises(InputError, match="of version 2, and this kit reads version 1"):
        read_model(newer)
    assert open_kept(None) is None
    assert open_kept(table) is not None
    assert features_asked(None, ["a"]) == ["a"]


def test_without_groups_there_is_nothing_to_keep() -> None:
    rng = np.random.default_rng(0)
    customers = pd.DataFrame(rng.uniform(size=(100, 2)), columns=["a", "b"])
    found = find_clusters(customers.assign(customer_id=[str(i) for i in range(100)]), ["a", "b"], k_max=3)
    assert found.k == 1
    assert model_table(found).empty
    assert methods_table(found).columns[-1] == "chosen"
    assert segments_of(found) is None
    assert coordinates_of(customers, found).shape == (100, 2)
