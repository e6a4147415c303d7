"""Narrators: a result and thresholds in, a Statement out. Each has a branch for "unclear" and for "too few".

Sentences are built from values at printed precision; drivers are spoken of as association, never as cause, and
every return comes with its assumptions.
"""

from helpers.story.narrate.loyalty import (
    driver_gap,
    drivers_found,
    nps_actions,
    nps_by_group,
    nps_level,
    nps_trend,
    nps_weighting,
)
from helpers.story.narrate.plans import break_even
from helpers.story.narrate.quality import coverage, drift, number_links, oddities, personal_data, segmentation
from helpers.story.narrate.returns import campaign_lift, returns_on_campaigns, returns_on_segments, segment_value
from helpers.story.narrate.supply import (
    columns_gaps,
    columns_unused,
    data_received,
    readiness,
    sales_rhythm,
    view_of_customers,
)
from helpers.story.narrate.value import (
    cluster_choice,
    cluster_value,
    rfm_concentration,
    rfm_overview,
    rfm_slipping,
)

__all__ = [
    "break_even",
    "campaign_lift",
    "cluster_choice",
    "cluster_value",
    "columns_gaps",
    "columns_unused",
    "coverage",
    "data_received",
    "drift",
    "driver_gap",
    "drivers_found",
    "nps_actions",
    "nps_by_group",
    "nps_level",
    "nps_trend",
    "nps_weighting",
    "number_links",
    "oddities",
    "personal_data",
    "readiness",
    "returns_on_campaigns",
    "returns_on_segments",
    "rfm_concentration",
    "rfm_overview",
    "rfm_slipping",
    "sales_rhythm",
    "segment_value",
    "segmentation",
    "view_of_customers",
]
