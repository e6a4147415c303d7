"""Tables of customers in segments and groups."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.tables.base import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import form_of, plain, rounded

if TYPE_CHECKING:
    from helpers.analysis.clusters import Clusters
    from helpers.analysis.rfm import Rfm


def rfm_segments(rfm: "Rfm", money: fmt.Money) -> Table:
    """The segments with what they are worth and what to do, best first."""
    rows = rows_of(rfm.segments)
    shown = rfm.segments.assign(
        size=[bracketed(fmt.count(r.customers), fmt.share(r.customer_share)) for r in rows],
        worth=[bracketed(money(r.spend), fmt.share(r.spend_share)) for r in rows],
    )
    labels = {
        "rfm_segment": "Segment",
        "action": "What to do",
        "size": "Customers (share)",
        "worth": "Spend (share)",
        "average_spend": "Spend, each",
        "average_orders": "Orders, each",
        "median_recency_days": "Last order (days)",
    }
    formats: dict[str, Form] = {
        "average_spend": rounded(money),
        "median_recency_days": fmt.count,
        "average_orders": fmt.number,
    }
    note = "Last order: days since then, the median."
    return frame_table(shown, labels, formats, "Segments and what to do", note, right=["size", "worth"])


def clusters(clusters: "Clusters", money: fmt.Money) -> Table:
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
    return frame_table(shown, labels, formats, "Groups of customers who behave alike", note, right=["size", "worth"])


def segment_kpis(segments: pd.DataFrame, money: fmt.Money | None = None) -> Table:
    """Key figures by segment: the first column names the segment, units are told by the columns' names.

    Columns of words after the first, such as a segment's action, belong to the page on segments.
    """
    numeric = [str(c) for c in segments.columns if pd.api.types.is_numeric_dtype(segments[c])]
    labels = {c: plain(c) for c in [*map(str, segments.columns[:1]), *numeric]}
    formats: dict[str, Form] = {c: form_of(c, money) for c in numeric}
    return frame_table(segments, labels, formats, "Key figures by segment")
