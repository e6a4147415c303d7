"""Groups of customers: whether there are any, how many, their names, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_blobs

from helpers.analysis.clusters.clusters import find_clusters
from helpers.analysis.clusters.grouping import STABLE
from helpers.errors import InputError
from tests.analysis.clusters.makers import RFM, make_customers


def test_mall_customers_in_five_groups_have_the_published_sizes(shared_data: Path) -> None:
    # Income and spending score, standardised: scikit-learn, 50 starts, k = 2 to 7; the five groups of the textbooks.
    mall = pd.read_csv(shared_data / "mall_customers.csv", dtype={"CustomerID": str})
    names = {"CustomerID": "customer_id", "Annual Income (k$)": "income", "Spending Score (1-100)": "spending_score"}
    found = find_clusters(mall.rename(columns=names), ["income", "spending_score"], k_max=7)
    published = [0.2951, 0.4666, 0.4939, 0.5547, 0.5399, 0.5281]
    assert found.by_k["silhouette"].tolist() == pytest.approx(published, abs=5e-5)
    assert dict(zip(found.by_cluster["cluster"], found.by_cluster["customers"], strict=True)) == {
        "Typical customers": 81,
        "High income and spending score": 39,
        "High income, low spending score": 35,
        "Low income and spending score": 23,
        "Low income, high spending score": 22,
    }
    assert found.by_cluster["stable"].all()


@given(
    rows=st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["f", "m", "x"])), min_size=20, max_size=60),
    k=st.integers(2, 3),
)
@settings(max_examples=4, deadline=None)
def test_groups_hold_every_customer_once_and_shares_sum_to_one(rows: list[tuple[int, str]], k: int) -> None:
    customers = pd.DataFrame(rows, columns=["visits", "sex"]).assign(customer_id=[f"{i:02d}" for i in range(len(rows))])
    try:
        found = find_clusters(customers, ["visits", "sex"], k=k, k_max=k)
    except InputError:  # too alike
        assert len(customers) < 10 * k or len(customers.drop_duplicates(["visits", "sex"])) < k
        return
    assert found.customers["customer_id"].tolist() == customers["customer_id"].tolist()
    groups = found.by_cluster.set_index("cluster")
    assert groups["customers"].to_dict() == found.customers["cluster"].value_counts().to_dict()
    assert groups["customer_share"].sum() == pytest.approx(1)
    if "sex" in found.features:
        assert groups["sex_share"].between(0, 1).all()


def test_categories_group_and_name_customers() -> None:
    customers = make_customers((40, 0, 60)).assign(tier=["gold"] * 36 + ["basic"] * 4 + ["basic"] * 60)
    found = find_clusters(customers, ["tier", *RFM], k=2, k_max=2)
    groups = found.by_cluster
    assert groups["cluster"].tolist() == ["Mostly gold, frequent, high spend", "Basic, few orders, low spend"]
    assert groups["most_tier"].tolist() == ["gold", "basic"]
    assert groups["tier_share"].tolist() == pytest.approx([0.9, 1.0])
    # 36% of all have gold, 90% of the group: 54 points in units of sqrt(.36 * .64).
    assert groups["tier_z"].tolist() == pytest.approx([0.54 / 0.48, 0.36 / 0.48])


def test_forced_groups_are_called_unreliable_in_the_result() -> None:
    X, _ = make_blobs(200, centers=[[0] * 6, [8] * 6], random_state=0)
    features = list("abcdef")
    customers = pd.DataFrame(X, columns=features).assign(customer_id=[str(i) for i in range(200)])
    found = find_clusters(customers, features, k=4, k_max=5, log=False)
    assert found.by_cluster["jaccard"].min() < 0.6
    assert not found.by_cluster["stable"].any()
    assert found.by_k.set_index("k").loc[4, "jaccard_min"] == found.by_cluster["jaccard"].min()
    assert found.reason == (
        "4 groups were asked for. 4 of them do not come back reliably when customers are resampled. "
        "Left to the data, there would be 2."
    )


def test_the_number_of_groups_is_found_and_named() -> None:
    customers = make_customers()
    found = find_clusters(customers, RFM)
    assert found.k == 3
    # Every kind of customer is one group.
    kinds = found.customers.groupby("cluster")["customer_id"].agg(set)
    assert {frozenset(s) for s in kinds} == {frozenset(g["customer_id"]) for _, g in customers.groupby("kind")}
    # Ordered by spend. Sizes were given; spend is about 5000 x 60, 90 x 140, 30 x 100.
    assert found.by_cluster["customers"].tolist() == [60, 140, 100]
    assert found.by_cluster["cluster"].tolist() == [
        "Recent, very frequent, very high spend",
        "Recent, few orders",
        "Last order long ago, one order, low spend",
    ]
    assert found.by_cluster["spend"].tolist() == pytest.approx(
        [customers.query("kind == @kind")["spend"].sum() for kind in (0, 2, 1)]
    )
    assert found.by_cluster["spend_share"].sum() == pytest.approx(1)
    assert found.by_cluster["customer_share"].tolist() == pytest.approx([60 / 300, 140 / 300, 100 / 300])
    assert found.by_cluster["median_order_count"].tolist() == [20, 2, 1]
    assert found.by_cluster["stable"].all()
    assert found.by_k["k"].tolist() == list(range(2, 9))
    assert found.by_k.loc[found.by_k["chosen"], "k"].tolist() == [3]
    assert found.customers.columns.tolist() == ["customer_id", "cluster", "silhouette"]
    assert found.by_cluster.index.tolist() == [0, 1, 2]
    assert found.reason.startswith("Of the numbers tried (2 to 8), 3 groups are the most distinct")


def test_centres_are_in_standard_units_after_logs() -> None:
    customers = make_customers()
    found = find_clusters(customers, RFM, k=3, k_max=3)
    assert found.logged == ["order_count", "spend"]  # recency is split in two, but not skewed
    logs = np.log1p(customers["spend"])
    z = (logs - logs.mean()) / logs.std(ddof=0)
    by_kind = z.groupby(customers["kind"]).mean()
    assert found.by_cluster["spend_z"].tolist() == pytest.approx(by_kind[[0, 2, 1]].tolist())
    assert find_clusters(customers, RFM, k=3, k_max=3, log=False).logged == []


def test_one_round_cloud_has_no_groups_unless_they_are_asked_for() -> None:
    rng = np.random.default_rng(3)
    customers = pd.DataFrame(rng.normal(size=(150, 6)), columns=list("abcdef"))
    customers = customers.assign(customer_id=[str(i) for i in range(150)])
    found = find_clusters(customers, list("abcdef"), k_max=5)
    assert (found.by_k["jaccard_min"] < STABLE).all()
    assert not found.by_k["chosen"].any()
    assert (found.k, found.by_cluster["cluster"].tolist()) == (1, ["All customers"])
    assert found.customers["cluster"].eq("All customers").all()
    assert found.reason.startswith("Customers shade into one another")
    assert found.methods.empty
    asked = find_clusters(customers, list("abcdef"), k=3, k_max=5)
    assert asked.k == 3
    assert "Left to the data, there would be none." in asked.reason


def test_the_odd_customer_out_makes_no_group() -> None:
    # Three of 303 customers far away: the best silhouette would be "them and the rest", which helps nobody.
    X, _ = make_blobs([100, 200, 3], centers=[[0, 0], [9, 0], [300, 300]], random_state=0)
    customers = pd.DataFrame(X, columns=["a", "b"]).assign(customer_id=[str(i) for i in range(303)])
    found = find_clusters(customers, ["a", "b"], k_max=4, log=False)
    assert found.tamed == {"a": 3, "b": 3}
    assert sorted(found.by_cluster["customers"]) == [100, 203]
    # Ten of 310 are a group.
    X, _ = make_blobs([100, 200, 10], centers=[[0, 0], [9, 0], [300, 300]], random_state=0)
    customers = pd.DataFrame(X, columns=["a", "b"]).assign(customer_id=[str(i) for i in range(310)])
    found = find_clusters(customers, ["a", "b"], k_max=4, log=False)
    assert (found.tamed, found.by_cluster["customers"].min()) == ({}, 10)


def test_row_order_and_repetition_change_nothing() -> None:
    customers = make_customers((30, 40, 50))
    first = find_clusters(customers, RFM, k_max=4)
    again = find_clusters(customers, RFM, k_max=4)
    shuffled = find_clusters(customers.sample(frac=1, random_state=5), RFM, k_max=4)
    pd.testing.assert_frame_equal(first.customers, again.customers, check_exact=True)
    pd.testing.assert_frame_equal(first.by_cluster, again.by_cluster, check_exact=True)
    pd.testing.assert_frame_equal(first.by_cluster, shuffled.by_cluster, check_exact=True)
    pd.testing.assert_frame_equal(first.by_k, shuffled.by_k, check_exact=True)
    back = shuffled.customers.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(first.customers, back, check_exact=True)
    assert first.customers["customer_id"].tolist() == customers["customer_id"].tolist()


def test_features_that_never_vary_are_left_out_and_listed() -> None:
    customers = make_customers((30, 40, 50)).assign(return_share=0.0)
    found = find_clusters(customers, [*RFM, "return_share"], k_max=3)
    assert found.features == RFM
    assert found.constant == ["return_share"]
    with pytest.raises(InputError, match="Customers do not differ in return_share"):
        find_clusters(customers, ["return_share"])


def test_without_spend_groups_are_ordered_by_size() -> None:
    found = find_clusters(make_customers().drop(columns="spend"), ["recency_days", "order_count"], k=3, k_max=3)
    assert found.by_cluster["customers"].tolist() == [140, 100, 60]
    assert not {"spend", "spend_share"} & set(found.by_cluster)


def test_net_returns_keep_a_customer_in_the_analysis() -> None:
    customers = make_customers((30, 40, 50))
    customers.loc[0, "spend"] = -250.0
    found = find_clusters(customers, RFM, k_max=4)
    assert len(found.customers) == 120
    assert np.isfinite(found.by_cluster.select_dtypes("number").to_numpy()).all()


def test_unusable_input_is_refused_with_the_count() -> None:
    good = make_customers((10, 10, 10))
    with pytest.raises(InputError, match="no customers to group"):
        find_clusters(good.iloc[:0], RFM)
    with pytest.raises(InputError, match="29 rows repeat a customer_id"):
        find_clusters(good.assign(customer_id="a"), RFM)
    with pytest.raises(InputError, match="spend is missing for 2 of 30 customers"):
        find_clusters(good.assign(spend=good["spend"].where(good.index > 1)), RFM)
    with pytest.raises(InputError, match=r"no column order_counts\. Did you mean order_count"):
        find_clusters(good, ["order_counts"])
    with pytest.raises(InputError, match="kind holds"):
        find_clusters(good.assign(kind=pd.Timestamp("2026-01-01")), ["kind"])
    with pytest.raises(InputError, match="no features, or one twice"):
        find_clusters(good, ["spend", "spend"])


def test_too_few_customers_for_k_are_refused() -> None:
    customers = make_customers((10, 10, 19))
    with pytest.raises(InputError, match="39 customers are too few, or too alike, for 4 groups"):
        find_clusters(customers, RFM, k=4)
    for k, groups, mend in ((0, 2, "Group them when"), (2, 2, "Group them when"), (3, 3, "Ask for fewer")):
        with pytest.raises(InputError, match=f"19 customers are too few, or too alike, for {groups} groups.*{mend}"):
            find_clusters(customers.iloc[:19], RFM, k=k)
    assert find_clusters(customers.iloc[:20], RFM).by_k["k"].tolist() == [2]
    assert find_clusters(customers, RFM, k=3, k_max=2).by_k["k"].tolist() == [2, 3]
    # Free to choose, fewer are tried: ten customers a group.
    assert find_clusters(customers, RFM).by_k["k"].tolist() == [2, 3]
    # Forty customers of two kinds cannot be three groups.
    alike = pd.DataFrame({"customer_id": [str(i) for i in range(40)], "visits": [1, 9] * 20})
    with pytest.raises(InputError, match="too alike, for 3 groups"):
        find_clusters(alike, ["visits"], k=3)
    assert find_clusters(alike, ["visits"]).k == 2
