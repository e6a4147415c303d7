"""Clusters: published indices, stability, the choice of their number, and what is refused."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris, make_blobs

from helpers.analysis.clusters import clusters as module
from helpers.analysis.clusters.clusters import STABLE, Grouping, assess_k, find_clusters
from helpers.errors import InputError

RFM = ["recency_days", "order_count", "spend"]


def make_customers(sizes: tuple[int, int, int] = (60, 100, 140), seed: int = 1) -> pd.DataFrame:
    """Three kinds of customers far apart: regulars who spend, lapsed one-timers, and newcomers with two orders."""
    rng = np.random.default_rng(seed)
    kinds = [(10, 20, 5000.0), (400, 1, 30.0), (12, 2, 90.0)]
    parts = [
        pd.DataFrame(
            {
                "recency_days": recency * rng.uniform(0.8, 1.25, n),
                "order_count": [orders] * n,
                "spend": spend * rng.uniform(0.8, 1.25, n),
                "kind": kind,
            }
        )
        for kind, ((recency, orders, spend), n) in enumerate(zip(kinds, sizes, strict=True))
    ]
    customers = pd.concat(parts, ignore_index=True)
    return customers.assign(customer_id=[f"{i:05d}" for i in range(len(customers))])


def test_iris_in_three_groups_has_the_published_indices() -> None:
    # Fisher's iris, unscaled, k = 3: scikit-learn and R's fpc agree on these.
    found = assess_k(load_iris().data, 3, seed=0)
    assert found.silhouette == pytest.approx(0.552819, abs=1e-6)
    assert found.calinski_harabasz == pytest.approx(561.628, abs=1e-3)
    assert found.davies_bouldin == pytest.approx(0.661972, abs=1e-6)
    assert found.inertia == pytest.approx(78.8514, abs=1e-4)
    assert sorted(np.bincount(found.labels)) == [38, 50, 62]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_iris_groups_are_as_stable_as_clusterboot_says(seed: int) -> None:
    # fpc::clusterboot with k-means: .94, .90, .86. Its random starts are worse than k-means++, so it is a bit lower.
    found = sorted(assess_k(load_iris().data, 3, seed).jaccard, reverse=True)
    assert found == pytest.approx([0.94, 0.90, 0.86], abs=0.07)


@pytest.mark.parametrize("features", [2, 4, 8])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_blobs_forced_into_four_groups_are_unstable(features: int, seed: int) -> None:
    # fpc::clusterboot finds .32 to .54; in two dimensions a sample's own shape keeps the halves somewhat alike.
    X, _ = make_blobs(200, centers=[[0] * features, [8] * features], random_state=seed)
    assert (assess_k(X, 2).jaccard > 0.99).all()
    forced = assess_k(X, 4).jaccard
    assert forced.min() < (0.64 if features == 2 else 0.61)
    assert (forced < STABLE).all() or features == 2


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


def test_a_category_counts_as_much_as_one_number() -> None:
    customers = pd.DataFrame({"visits": [0.0, 1, 2, 3], "city": ["a", "a", "b", "c"]})
    X, logged = module._standardise(customers, ["city", "visits"], log=True)
    # Numbers first. Shares are 1/2, 1/4, 1/4: variances of 1/4, 3/16, 3/16 add up to 5/8.
    assert X[:, 0] == pytest.approx(np.array([-1.5, -0.5, 0.5, 1.5]) / np.sqrt(1.25))
    ones = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert X[:, 1:] == pytest.approx((ones - [0.5, 0.25, 0.25]) / np.sqrt(5 / 8))
    assert X.var(axis=0)[1:].sum() == pytest.approx(1)
    assert logged == []


@given(
    rows=st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["f", "m", "x"])), min_size=20, max_size=60),
    k=st.integers(2, 3),
)
@settings(max_examples=10, deadline=None)
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


def test_features_are_taken_as_logs_from_a_skew_of_one_on() -> None:
    ranks = np.arange(40.0)
    features = pd.DataFrame({"below": ranks**2.5, "above": ranks**2.8, "returns": -(ranks**4)})
    assert features.skew().round(2).tolist() == [0.91, 1.04, -1.45]
    X, logged = module._standardise(features.assign(returned=ranks**4 - 9), [*features, "returned"], log=True)
    assert logged == ["above", "returned"]
    signed = np.sign(ranks**4 - 9) * np.log1p(np.abs(ranks**4 - 9))
    assert X[:, 3] == pytest.approx((signed - signed.mean()) / signed.std())
    assert X[:, 0] == pytest.approx((ranks**2.5 - np.mean(ranks**2.5)) / np.std(ranks**2.5))


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
    assert module._choose(tried) == chosen


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
    ],
)
def test_the_reason_says_who_chose_and_how_sure(
    asked: int, best: int, clean: bool, ks: list[int], shaky: int, reason: str
) -> None:
    assert module._explain(asked, best, clean, ks, shaky).startswith(reason)


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
    found = module._describe(customers, ["visits"], grouping)
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


def test_a_group_of_one_comes_back_as_often_as_its_customer_is_drawn() -> None:
    # A bootstrap sample holds a given customer with probability 1 - 1/e = .63; without, the group has vanished.
    X = np.array([[0.0]] * 38 + [[50.0]] + [[90.0]])
    assert sorted(assess_k(X, 3).jaccard) == pytest.approx([0.63, 0.63, 1], abs=0.2)


def test_a_sample_that_holds_one_group_only_has_no_silhouette() -> None:
    X = np.zeros((5_200, 1))
    left_out = np.flatnonzero(~np.isin(np.arange(5_200), module._sample(5_200, 5_000, 0)))
    X[left_out[0]] = 9.0
    assert np.isnan(assess_k(X, 2).silhouette)


def test_an_unstable_choice_is_admitted() -> None:
    # One round cloud: nothing to find, and every cut of it falls differently on other samples.
    rng = np.random.default_rng(3)
    customers = pd.DataFrame(rng.normal(size=(150, 6)), columns=list("abcdef"))
    found = find_clusters(customers.assign(customer_id=[str(i) for i in range(150)]), list("abcdef"), k_max=5)
    assert (found.by_k["jaccard_min"] < STABLE).all()
    assert found.reason.startswith("No number of groups tried (2 to 5) gives groups that are all stable")
    assert found.k == found.by_k.loc[found.by_k["silhouette"].idxmax(), "k"]


def test_a_tiny_group_is_not_chosen() -> None:
    # Three of 303 customers far away: the best silhouette is "them and the rest", which helps nobody.
    X, _ = make_blobs([100, 200, 3], centers=[[0, 0], [9, 0], [300, 300]], random_state=0)
    customers = pd.DataFrame(X, columns=["a", "b"]).assign(customer_id=[str(i) for i in range(303)])
    found = find_clusters(customers, ["a", "b"], k_max=4, log=False)
    assert found.by_k.set_index("k")["smallest_share"][2] == pytest.approx(3 / 303)
    assert found.by_k.loc[found.by_k["silhouette"].idxmax(), "k"] == 2
    assert "No number of groups tried" in found.reason


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


def test_five_thousand_customers_take_seconds() -> None:
    # Standard: k 2..8 in at most 15 s on one core. Overlapping kinds, so that k-means has work to do.
    rng = np.random.default_rng(0)
    customers = pd.DataFrame(
        {
            "customer_id": [f"{i:05d}" for i in range(5000)],
            "recency_days": rng.exponential(90, 5000),
            "order_count": rng.geometric(0.4, 5000),
            "spend": rng.lognormal(4, 1.2, 5000),
        }
    )
    start = time.process_time()
    found = find_clusters(customers, RFM)
    assert time.process_time() - start < 15
    assert found.customers["silhouette"].notna().all()
    assert found.by_cluster["customers"].sum() == 5000


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """How many starts each k-means has and on how many different rows, in the order they are asked for."""
    seen = []

    class Seen(KMeans):
        def fit(self, X: np.ndarray) -> "Seen":
            seen.append((self.n_init, len(np.unique(X, axis=0))))
            return super().fit(X)

    monkeypatch.setattr(module, "KMeans", Seen)
    return seen


@pytest.mark.parametrize("customers", [4_000, 4_001])
def test_stability_is_seen_in_fifty_samples(fits: list[tuple[int, int]], customers: int) -> None:
    X, labels = make_blobs(customers, centers=[[0, 0], [10, 0]], random_state=2)
    assert module._measure_stability(X, labels, 2, np.random.default_rng(0)) == pytest.approx([1, 1])
    assert [starts for starts, _ in fits] == [1] * 50
    if customers > 4_000:
        assert {rows for _, rows in fits} == {2_000}
    else:  # a bootstrap sample: 1 - 1/e of the customers
        assert np.mean([rows for _, rows in fits]) == pytest.approx(0.632 * 4_000, rel=0.01)


def test_large_frames_are_sampled_but_nobody_is_lost(fits: list[tuple[int, int]]) -> None:
    X, kind = make_blobs(24_000, centers=[[0, 0], [10, 0], [0, 10]], random_state=2)
    found = assess_k(X, 3)
    assert fits[0] == (10, 20_000)
    # Each blob is one group, also the rows that the centres were not fitted on.
    assert pd.crosstab(kind, found.labels).gt(0).sum().tolist() == [1, 1, 1]
    assert np.isfinite(found.silhouettes).sum() == 5000
    assert (found.jaccard > 0.99).all()


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


@pytest.mark.parametrize(("k", "k_max"), [(1, 8), (-1, 8), (21, 8), (0, 1), (0, 21)])
def test_impossible_numbers_of_groups_are_refused(k: int, k_max: int) -> None:
    with pytest.raises(InputError, match="Allowed:"):
        find_clusters(make_customers(), RFM, k=k, k_max=k_max)
    for possible in ((0, 2), (2, 20), (20, 2)):
        module._check_choice(*possible)
