"""Tables of the groups of customers."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of

if TYPE_CHECKING:
    from helpers.analysis.clusters.clusters import Clusters


def groups(clusters: "Clusters", money: fmt.Money) -> Table:
    """The groups with their size, what they are worth and how stable they are; the chart has their medians."""
    rows = rows_of(clusters.by_cluster)
    shown = clusters.by_cluster.assign(
        size=[bracketed(fmt.count(r.customers), fmt.share(r.customer_share)) for r in rows]
    )
    if "spend_share" in shown:
        shown["worth"] = [bracketed(money(r.spend), fmt.share(r.spend_share)) for r in rows]
    labels = {
        "cluster": "Group",
        "size": "Customers (share)",
        "worth": "Spend (share)",
        "jaccard": "Stability (0 to 1)",
    }
    formats: dict[str, Form] = {"jaccard": lambda x: fmt.number(x, 2)}
    note = "Stability: how well a group is found again when the customers are sampled anew; stable from 0.75."
    return frame_table(
        shown,
        labels,
        formats,
        "Groups of customers who are alike",
        note,
        right=[c for c in ("size", "worth") if c in shown],
    )
