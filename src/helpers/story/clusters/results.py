"""The tables that the page on kinds of customers saves."""

from helpers.story.results import ResultTable, count, flag, number, share, text

CUSTOMERS_CLUSTERS = ResultTable(
    "customers_clusters",
    "a customer with a value in every feature",
    {
        "customer_id": text(),
        "cluster": text("its name"),
        "silhouette": number("−1 to 1, how well the customer fits"),
    },
    key=["customer_id"],
)
CLUSTERS = ResultTable(
    "clusters",
    "a cluster",
    {
        "cluster": text("its name"),
        "customers": count(),
        "customer_share": share(),
        "jaccard": share("likeness to itself in fresh samples"),
        "stable": flag("likeness of 0.75 or more"),
        "silhouette": number("−1 to 1, mean of its customers"),
    },
    key=["cluster"],
    others="`spend` and `spend_share`, where known; for every feature used `median_<feature>` and `<feature>_z`, the "
    "distance of the cluster's centre from the average customer in standard deviations; for a category "
    "`most_<feature>`, the value most above its share among all customers, `<feature>_share`, its share of the "
    "cluster, and `<feature>_z`",
)
CLUSTER_CHOICE = ResultTable(
    "cluster_choice",
    "a number of clusters tried",
    {
        "k": count(),
        "silhouette": number(),
        "calinski_harabasz": number(),
        "davies_bouldin": number(),
        "inertia": number(),
        "jaccard_min": share("likeness of the least stable cluster to itself in fresh samples"),
        "smallest_share": share("of customers, in the smallest cluster"),
        "chosen": flag(),
    },
    key=["k"],
)
RESULTS = (CUSTOMERS_CLUSTERS, CLUSTERS, CLUSTER_CHOICE)
