"""Every table a reader sees: tidy frames in, HTML out, headings in readers' words with units."""

from helpers.story.tables.base import Table, frame_table
from helpers.story.tables.campaigns import break_even, campaign_lift, returns
from helpers.story.tables.loyalty import comments, drivers, nps_actions, nps_groups
from helpers.story.tables.quality import data_alerts, drift, tables_grain
from helpers.story.tables.segments import clusters, rfm_segments, segment_kpis
from helpers.story.tables.supply import (
    data_quality,
    key_matches,
    readiness,
    readiness_gates,
    tables_received,
)

__all__ = [
    "Table",
    "break_even",
    "campaign_lift",
    "clusters",
    "comments",
    "data_alerts",
    "data_quality",
    "drift",
    "drivers",
    "frame_table",
    "key_matches",
    "nps_actions",
    "nps_groups",
    "readiness",
    "readiness_gates",
    "returns",
    "rfm_segments",
    "segment_kpis",
    "tables_grain",
    "tables_received",
]
