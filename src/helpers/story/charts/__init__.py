"""Every chart a reader sees: results in, one SVG with its text alternative out. Nothing is computed here."""

from helpers.story.charts.base import Chart, accent, render, use_brand
from helpers.story.charts.clusters import cluster_choice, cluster_profiles
from helpers.story.charts.nps import (
    drivers_importance,
    drivers_matrix,
    nps_groups,
    nps_interval,
    score_distribution,
)
from helpers.story.charts.numbers import correlations, sudden_changes
from helpers.story.charts.profile import customer_coverage, monthly_volume, profile_coverage, profile_rows
from helpers.story.charts.rfm import rfm_grid, rfm_segments, spend_concentration
from helpers.story.charts.roi import campaign_lift, segment_returns

__all__ = [
    "Chart",
    "accent",
    "campaign_lift",
    "cluster_choice",
    "cluster_profiles",
    "correlations",
    "customer_coverage",
    "drivers_importance",
    "drivers_matrix",
    "monthly_volume",
    "nps_groups",
    "nps_interval",
    "profile_coverage",
    "profile_rows",
    "render",
    "rfm_grid",
    "rfm_segments",
    "score_distribution",
    "segment_returns",
    "spend_concentration",
    "sudden_changes",
    "use_brand",
]
