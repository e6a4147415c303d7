"""Tables of customers in segments and groups."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.tables.base import Form, Table, frame_table
from helpers.story.terms import form_of, plain

if TYPE_CHECKING:
    from helpers.analysis.clusters import Clusters
    from helpers.analysis.rfm import Rfm


def rfm_segments(rfm: "Rfm", money: fmt.Money) -> Table:
    """The segments with what they are worth and what to do, best first."""
    labels = {
        "rfm_segment": "Segment",
        "customers": "Customers",
        "customer_share": "Share of customers",
        "spend": "Spend",
        "spend_share": "Share of spend",
        "average_spend": "Spend per customer",
        "median_recency_days": "Days since last order (median)",
        "average_orders": "Orders per customer",
        "action": "What to do",
    }
    formats: dict[str, Form] = {
        "customers": fmt.count,
        "customer_share": fmt.share,
        "spend": money,
        "spend_share": fmt.share,
        "average_spend": money,
        "median_recency_days": fmt.count,
        "average_orders": fmt.number,
    }
    return frame_table(rfm.segments, labels, formats, "Segments by recency, frequency and spend")


def clusters(clusters: "Clusters", money: fmt.Money) -> Table:
    """The groups with their size, their medians and how stable they are."""
    medians = {f"median_{f}": f"{plain(f)} (median)" for f in clusters.features}
    labels = {
        "cluster": "Group",
        "customers": "Customers",
        "customer_share": "Share of customers",
        "spend": "Spend",
        "spend_share": "Share of spend",
        **medians,
        "jaccard": "Stability (0 to 1)",
    }
    formats: dict[str, Form] = {
        "customers": fmt.count,
        "customer_share": fmt.share,
        "spend": money,
        "spend_share": fmt.share,
        "jaccard": lambda x: fmt.number(x, 2),
        **{f"median_{f}": form_of(f, money) for f in clusters.features},
    }
    note = "Stability: how well a group is found again when the customers are sampled anew; stable from 0.75."
    return frame_table(clusters.by_cluster, labels, formats, "Groups of customers who behave alike", note)


def segment_kpis(segments: pd.DataFrame, money: fmt.Money | None = None) -> Table:
    """Key figures by segment: the first column names the segment, units are told by the columns' names."""
    labels = {str(c): plain(c) for c in segments.columns}
    numeric = [str(c) for c in segments.columns if pd.api.types.is_numeric_dtype(segments[c])]
    formats: dict[str, Form] = {c: form_of(c, money) for c in numeric}
    return frame_table(segments, labels, formats, "Key figures by segment")
