"""The tables that the page on campaigns saves."""

from helpers.story.campaigns import (
    evidence_results,
    lift_results,
    members_results,
    planning_results,
    series_results,
    uplift_results,
)

RESULTS = (
    *lift_results.RESULTS,
    *members_results.RESULTS,
    *evidence_results.RESULTS,
    *uplift_results.RESULTS,
    *planning_results.RESULTS,
    *series_results.RESULTS,
)
