"""The tables that the page on kinds of customers saves."""

from helpers.story.results import Chart, ResultTable, count, flag, number, share, text

CUSTOMERS_CLUSTERS = ResultTable(
    "customers_clusters",
    "a customer whom the features' source knows",
    {
        "customer_id": text(),
        "cluster": text("its name; blank without a value in some feature"),
        "cluster_name": text("the name with the attribute that stands out: the persona"),
        "silhouette": number("−1 to 1, how well the customer fits; blank outside a sample of 5,000"),
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
    about="One row, “All customers”, where they do not fall into groups.",
    chart=Chart("bar", "cluster", ["customer_share"]),
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
CLUSTER_METHODS = ResultTable(
    "cluster_methods",
    "a way to group customers",
    {
        "method": text("k-means, Ward, Gaussian mixture, HDBSCAN, RFM map"),
        "clusters": count(),
        "silhouette": number("of customers in a group"),
        "jaccard_min": share("likeness of the least stable cluster to itself in fresh samples"),
        "smallest_share": share("of customers, in the smallest cluster"),
        "ungrouped_share": share("of customers, in no cluster"),
        "rule_accuracy": share("of customers put into their cluster by three questions"),
        "chosen": flag(),
    },
    key=["method"],
    others="`orders_explained` and `spend_explained`, where orders tell: share of the variance of what came in the "
    "months held out, explained by groups made before them",
)
CLUSTERS_SCORECARD = ResultTable(
    "clusters_scorecard",
    "a segmentation and what is asked of it",
    {
        "segmentation": text("clusters, RFM segments, lifecycle"),
        "criterion": text("predictive, distinctive, actionable, substantial, stable, number"),
        "value": number("0 to 1; distinctive from −1; number: how many segments"),
        "verdict": text("good, fair, poor, unknown"),
        "why": text("what was measured, or why it is not known; of the number: over, under, right"),
    },
    key=["segmentation", "criterion"],
)
CLUSTER_PERSONAS = ResultTable(
    "cluster_personas",
    "a cluster",
    {
        "cluster": text(),
        "cluster_name": text(),
        "objective": text("win_back, let_go, keep, second_order, grow, develop, test"),
        "late_share": share("of its customers, late by their own rhythm"),
        "worth": number("share of spend / share of customers"),
    },
    key=["cluster"],
    others="for each attribute its value that stands out in the cluster, blank where none does",
)
CLUSTER_RULES = ResultTable(
    "cluster_rules",
    "a rule that puts customers into a cluster",
    {
        "cluster": text(),
        "rule": text("conditions that must all hold, as a database reads them"),
        "customers": count("who meet it"),
        "precision": share("of these, in the cluster"),
        "coverage": share("of the cluster"),
    },
    key=["cluster", "rule"],
)
CLUSTER_TYPICAL = ResultTable(
    "cluster_typical",
    "one of the five customers in the middle of a cluster",
    {
        "cluster": text(),
        "rank": count("1 is nearest to the middle"),
        "customer_id": text(),
        "distance": number("from the middle, in standard deviations"),
    },
    key=["cluster", "rank"],
)
CLUSTERS_CRM = ResultTable(
    "clusters_crm",
    "a customer in a cluster",
    {"customer_id": text(), "segment": text(), "objective": text("see cluster_personas")},
    key=["customer_id"],
    about="Its CSV file is ready for import; without rows where customers do not fall into groups.",
)
CLUSTER_MODEL = ResultTable(
    "cluster_model",
    "a setting of the model that puts customers into clusters",
    {
        "part": text("about, order, number, category, cluster"),
        "cluster": text(),
        "feature": text(),
        "setting": text(),
        "value": number(),
        "text": text(),
    },
    about="The knob `keep` applies it to later customers; it holds numbers and names, no code.",
)
RESULTS = (
    *(CUSTOMERS_CLUSTERS, CLUSTERS, CLUSTER_CHOICE, CLUSTER_METHODS, CLUSTERS_SCORECARD, CLUSTER_PERSONAS),
    *(CLUSTER_RULES, CLUSTER_TYPICAL, CLUSTERS_CRM, CLUSTER_MODEL),
)
